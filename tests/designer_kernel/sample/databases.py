"""What the tests of sample data ask a database."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

from typing import Any

import psycopg
from psycopg import sql

from designer_kernel.catalog import canonical
from designer_kernel.postgres.introspect import introspect

_TABLES = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'
    ORDER BY 1, 2
"""


def create(url: str, script: str) -> str:
    """Run a script; returns the URL."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(script)
    return url


def ask(url: str, query: str, *parameters: Any) -> list[tuple[Any, ...]]:
    """Return the rows of a query."""
    with psycopg.connect(url) as connection:
        return connection.execute(query, parameters or None).fetchall()


def one(url: str, query: str, *parameters: Any) -> Any:
    """Return the one value of a query."""
    return ask(url, query, *parameters)[0][0]


def contents(url: str) -> dict[str, tuple[int, str]]:
    """Return the number of rows and the hash of all rows of each table."""
    found = {}
    with psycopg.connect(url) as connection:
        for schema, name in connection.execute(_TABLES).fetchall():
            query = sql.SQL("SELECT count(*), coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {} t")
            row = connection.execute(query.format(sql.Identifier(schema, name))).fetchone()
            assert row is not None
            found[f"{schema}.{name}"] = (row[0], row[1])
    return found


def schema_hash(url: str) -> str:
    """Return the hash of everything but the rows."""
    with psycopg.connect(url) as connection:
        return canonical.content_hash(introspect(connection))


def not_valid(url: str) -> list[str]:
    """Return constraints and indexes that the server does not hold for valid."""
    query = """
        SELECT conname::text FROM pg_constraint WHERE NOT convalidated
        UNION ALL SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid
    """
    return [name for (name,) in ask(url, query)]


def disabled_triggers(url: str) -> list[str]:
    """Return users' triggers that do not fire."""
    return [n for (n,) in ask(url, "SELECT tgname::text FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'D'")]
