"""Shadows say what a catalog means, and leave nothing behind."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import psycopg
import pytest

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.extension import Extension
from designer_kernel.catalog.kinds.foreign_server import ForeignServer, UserMapping
from designer_kernel.catalog.kinds.foreign_table import ForeignTable
from designer_kernel.catalog.kinds.materialized_view import MaterializedView
from designer_kernel.catalog.kinds.policy import Policy
from designer_kernel.catalog.kinds.role import Role
from designer_kernel.catalog.kinds.schema import Schema
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import Cancelled, StatementFailed
from designer_kernel.postgres import shadow
from designer_kernel.postgres.connection import connect, parse, to_url
from designer_kernel.postgres.shadow import PREFIX, normalise, shadow_database, sweep

TABLE = [Schema(name="s"), Table(schema="s", name="t"), Column(schema="s", table="t", name="a", type="integer")]


def databases(server, prefix=PREFIX):
    with psycopg.connect(server.url()) as connection:
        rows = connection.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [prefix]).fetchall()
    return {row[0] for row in rows}


def test_shadow_is_an_empty_database_of_its_own(server):
    with shadow_database(server) as first, shadow_database(server) as second:
        assert first != second
        with connect(first) as connection:
            assert connection.execute("SELECT count(*) FROM pg_class WHERE oid >= 16384").fetchone() == (0,)
        assert len(databases(server)) == 2
    assert databases(server) == set()


def test_shadow_is_dropped_whatever_happens(server):
    def fail():
        with shadow_database(server) as url:
            held.append(psycopg.connect(url))
            held[0].execute("CREATE TABLE t ()")
            raise ZeroDivisionError

    held = []
    with pytest.raises(ZeroDivisionError):
        fail()
    assert databases(server) == set()
    held[0].close()


def test_shadow_on_another_server_needs_the_right(server, database_url):
    with shadow_database(database_url) as url, connect(url) as connection:
        assert connection.info.dbname.startswith(PREFIX)
    with psycopg.connect(database_url, autocommit=True) as admin:
        admin.execute("CREATE ROLE shadow_weak LOGIN")
        try:
            weak = to_url(parse(database_url) | {"user": "shadow_weak"})
            with pytest.raises(StatementFailed) as caught, shadow_database(weak):
                pass
            assert "CREATEDB" in caught.value.mend
        finally:
            admin.execute("DROP ROLE shadow_weak")


def test_expressions_come_in_the_words_of_the_server(server):
    check = Check(schema="s", table="t", name="c", expression="a in (1,2)   AND not a<0")
    found = normalise(Catalog([*TABLE, check]), server=server)
    assert found[check.id].expression == "((a = ANY (ARRAY[1, 2])) AND (NOT (a < 0)))"


def test_normal_form_is_its_own_normal_form(shop, server):
    once = normalise(shop, server=server)
    assert differences(once, normalise(once, server=server)) == []
    assert differences(shop, once) == []


def test_public_schema_counts_only_if_asked_for(server):
    assert set(normalise(Catalog(TABLE), server=server)) == {fact.id for fact in TABLE}
    with_public = [*TABLE, Schema(name="public")]
    assert set(normalise(Catalog(with_public), server=server)) == {fact.id for fact in with_public}


def test_roles_do_not_stay(server):
    facts = [
        *TABLE,
        Role(name="shadow_role"),
        Policy(schema="s", table="t", name="p", roles=("shadow_role",), using="true"),
    ]
    assert Role(name="shadow_role").id in normalise(Catalog(facts), server=server)
    assert Role(name="shadow_alone").id in normalise(Catalog([Role(name="shadow_alone")]), server=server)
    with psycopg.connect(server.url()) as connection:
        assert connection.execute("SELECT FROM pg_roles WHERE rolname LIKE 'shadow%%'").fetchall() == []


def test_many_shadows_at_once_agree(server):
    facts = Catalog([*TABLE, Role(name="shadow_shared")])
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: normalise(facts, server=server), range(8)))
    assert all(dict(one) == dict(found[0]) for one in found)
    assert databases(server) == set()


def test_refusal_names_the_object_and_leaves_nothing(server):
    check = Check(schema="s", table="t", name="c", expression="b > 1")
    with pytest.raises(StatementFailed) as caught:
        normalise(Catalog([*TABLE, check]), server=server)
    assert caught.value.sqlstate == "42703"
    assert caught.value.where.startswith("s.t")
    assert databases(server) == set()


def test_cancel_leaves_nothing(server):
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        normalise(Catalog(TABLE), server=server, cancel=cancel)
    assert databases(server) == set()


def dead_process():
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


@pytest.mark.parametrize(
    ("machine", "process", "age", "is_swept"),
    [
        ("ours", "dead", 5, True),
        ("ours", "alive", 5, False),
        ("ours", "alive", 7200, True),  # its process began later than it: the number was used again
        ("theirs", "dead", 5, False),
        ("theirs", "dead", 7200, True),
    ],
)
def test_only_left_over_shadows_are_swept(server, machine, process, age, is_swept):
    pid = os.getpid() if process == "alive" else dead_process()
    name = f"{PREFIX}{shadow._machine() if machine == 'ours' else 'f' * 8}_{pid}_{int(time.time()) - age}_{'0' * 8}"
    server.ensure_database(name)
    try:
        with connect(server.url(), autocommit=True) as connection:
            assert sweep(connection) == ([name] if is_swept else [])
        assert (name in databases(server)) is not is_swept
    finally:
        server.drop_database(name)


def test_databases_of_people_are_never_swept(server):
    names = {f"{PREFIX}mine", f"{PREFIX}{'f' * 8}_1_1_{'0' * 8}x"}
    for name in names:
        server.ensure_database(name)
    try:
        with shadow_database(server):
            assert names <= databases(server)
        assert databases(server) == names
    finally:
        for name in names:
            server.drop_database(name)


def test_killed_process_leaves_a_shadow_that_the_next_one_sweeps(server):
    program = (
        "import sys, os\nfrom designer_kernel.postgres.shadow import shadow_database\n"
        "with shadow_database(sys.argv[1]):\n    print('made', flush=True)\n    sys.stdin.readline()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, server.url()], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "made\n"
    process.kill()
    process.communicate()
    assert len(databases(server)) == 1
    with shadow_database(server):
        pass
    assert databases(server) == set()


@pytest.mark.parametrize(
    "attack",
    [
        "SELECT pg_read_file('/etc/passwd')",
        "SELECT lo_import('/etc/passwd')::text",
        "SELECT query_to_xml($$COPY (SELECT 1) TO PROGRAM 'touch /tmp/pwned'$$, true, true, '')::text",
        "SELECT query_to_xml('ALTER ROLE designer_shadow SUPERUSER', true, true, '')::text",
        "SELECT query_to_xml('SET ROLE postgres', true, true, '')::text",
        "SELECT query_to_xml('SET SESSION AUTHORIZATION postgres', true, true, '')::text",
        "SELECT query_to_xml('GRANT pg_execute_server_program TO designer_shadow', true, true, '')::text",
        "SELECT (SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres' LIMIT 1)",
    ],
)
def test_judging_a_design_gives_it_no_power(server, attack):
    view = MaterializedView(schema="s", name="m", query=f"{attack} AS x")
    with psycopg.connect(server.url()):
        with pytest.raises(StatementFailed) as caught:
            normalise(Catalog([Schema(name="s"), view]), server=server)
        assert caught.value.sqlstate in {"42501", "25001", "0A000", "42846"}


def test_extensions_of_superusers_are_installed_for_the_shadow(server):
    facts = [Schema(name="s"), Extension(name="dblink", schema="s"), Extension(name="pg_trgm", schema="s")]
    assert set(normalise(Catalog(facts), server=server)) == {fact.id for fact in facts}


@contextmanager
def listening():
    """A port of this machine, and whether anybody has come to it."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(0.2)
        yield door.getsockname()[1], lambda: _knocked(door)


def _knocked(door):
    try:
        door.accept()[0].close()
    except TimeoutError:
        return False
    return True


def foreign(wrapper, server_options, table_options, *mappings):
    """A foreign table of a wrapper that an extension brings, and a view that reads it at once."""
    return [
        Schema(name="s"),
        Extension(name=wrapper, schema="s"),
        ForeignServer(name="away", wrapper=wrapper, options=server_options),
        *mappings,
        ForeignTable(schema="s", name="f", server="away", options=table_options),
        Column(schema="s", table="f", name="line", type="text"),
    ]


READS = MaterializedView(
    schema="s", name="m", query="SELECT line FROM s.f", depends=frozenset({ObjectId("relation", ("s", "f"))})
)


def test_a_design_reaches_nobody_through_dblink(server):
    with listening() as (port, knocked):
        query = f"SELECT * FROM s.dblink('host=127.0.0.1 port={port} user=x password=x', 'SELECT 1') AS t (a integer)"
        view = MaterializedView(
            schema="s", name="m", query=query, depends=frozenset({Extension(name="dblink", schema="s").id})
        )
        with pytest.raises(StatementFailed, match="permission denied for function"):
            normalise(Catalog([Schema(name="s"), Extension(name="dblink", schema="s"), view]), server=server)
        assert not knocked()


def test_a_design_reaches_nobody_through_a_foreign_table(server):
    with listening() as (port, knocked):
        facts = foreign(
            "postgres_fdw",
            (("host", "127.0.0.1"), ("port", str(port))),
            (("table_name", "t"),),
            UserMapping(server="away", role="public", options=(("user", "x"), ("password", "x"))),
        )
        assert {fact.id for fact in facts} <= set(normalise(Catalog(facts), server=server))
        with pytest.raises(StatementFailed, match="has no handler"):
            normalise(Catalog([*facts, READS]), server=server)
        assert not knocked()


def test_a_design_reads_no_file(server):
    facts = foreign("file_fdw", (), (("filename", "/etc/passwd"), ("format", "text")))
    assert {fact.id for fact in facts} <= set(normalise(Catalog(facts), server=server))
    with pytest.raises(StatementFailed, match="has no handler"):
        normalise(Catalog([*facts, READS]), server=server)


@pytest.mark.parametrize("name", ["plpython3u", "no_such_extension"])
def test_an_extension_that_is_not_there_is_refused_by_name(server, name):
    with pytest.raises(StatementFailed, match=name):
        normalise(Catalog([Schema(name="s"), Extension(name=name, schema="s")]), server=server)


def test_an_extension_in_a_schema_of_the_server_is_refused_in_words(server):
    with pytest.raises(StatementFailed, match="pg_mine"):
        normalise(Catalog([Extension(name="dblink", schema="pg_mine")]), server=server)


def test_every_extension_of_the_server_can_be_judged(server):
    with psycopg.connect(server.url()) as connection:
        names = [
            row[0] for row in connection.execute("SELECT name FROM pg_available_extensions WHERE name <> 'plpgsql'")
        ]
    facts = [Schema(name="s"), *(Extension(name=name, schema="s") for name in names)]
    assert {fact.id for fact in facts} == set(normalise(Catalog(facts), server=server))
