"""Extensions in shadows: what a stranger's script may call of them stays inside the database."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.extensions import HARMLESS, REACHING, install
from designer_kernel.postgres.server import EmbeddedServer

_VOLATILE = """
    SELECT DISTINCT e.extname, p.proname
    FROM pg_depend d
    JOIN pg_proc p ON d.classid = 'pg_proc'::regclass AND p.oid = d.objid
    JOIN pg_extension e ON d.refclassid = 'pg_extension'::regclass AND e.oid = d.refobjid
    WHERE d.deptype = 'e' AND e.extname = ANY(%s) AND p.provolatile = 'v'
      AND NOT 'internal'::regtype = ANY(p.proargtypes) AND p.prorettype <> 'trigger'::regtype
      AND has_function_privilege('designer_powerless', p.oid, 'EXECUTE')
"""

LOOKED_AT = {
    ("isn", "isn_weak"),  # a setting of the session
    ("pg_buffercache", "pg_buffercache_evict"),  # these three ask for a superuser themselves
    ("pg_buffercache", "pg_buffercache_evict_all"),
    ("pg_buffercache", "pg_buffercache_evict_relation"),
    ("pg_stat_statements", "pg_stat_statements"),  # they read; the words of others are hidden
    ("pg_stat_statements", "pg_stat_statements_info"),
    ("pg_trgm", "set_limit"),  # a setting of the session
    ("pgrowlocks", "pgrowlocks"),  # reads a table, and asks for the right to
    ("tablefunc", "normal_rand"),
}
"""What anybody may call of the extensions that are installed as they are, and that might do more than reckon."""


@pytest.fixture
def powerless(server: EmbeddedServer, database_url: str) -> Iterator[psycopg.Connection[tuple[str, str]]]:
    """A database with all extensions that shadows install, as an administrator who asks what somebody else may do."""
    with connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE ROLE designer_powerless")
        try:
            install(database_url, "designer_powerless", [(name, "") for name in sorted(HARMLESS | REACHING)])
            for (name,) in connection.execute("SELECT name FROM pg_available_extensions").fetchall():
                if name in HARMLESS:
                    connection.execute(f'CREATE EXTENSION IF NOT EXISTS "{name}" CASCADE'.encode())
            yield connection
        finally:
            connection.execute("DROP OWNED BY designer_powerless")
            connection.execute("DROP ROLE designer_powerless")


def test_what_anybody_may_call_of_harmless_extensions_was_looked_at(
    powerless: psycopg.Connection[tuple[str, str]],
) -> None:
    assert set(powerless.execute(_VOLATILE, [sorted(HARMLESS)]).fetchall()) == LOOKED_AT


def test_nothing_of_reaching_extensions_may_be_called(powerless: psycopg.Connection[tuple[str, str]]) -> None:
    assert powerless.execute(_VOLATILE, [sorted(REACHING)]).fetchall() == []


@pytest.mark.parametrize("call", ["pg_buffercache_evict(1)", "pg_buffercache_evict_all()", "autoprewarm_dump_now()"])
def test_functions_that_ask_for_a_superuser_refuse_others(
    powerless: psycopg.Connection[tuple[str, str]], call: str
) -> None:
    with powerless.transaction(force_rollback=True):
        powerless.execute("SET LOCAL ROLE designer_powerless")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            powerless.execute(f"SELECT {call}".encode())
