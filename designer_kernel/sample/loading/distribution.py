"""Tables that a target distributes over nodes by a column, as Citus does, from `pg_dist_partition` if that is there."""

from __future__ import annotations

import re
from typing import Any, Final

import psycopg
from psycopg import sql

from designer_kernel.sample.planning.facts import TableName

Keys = tuple[tuple[TableName, str], ...]
"""Tables, each with the column by which its rows are distributed."""

_CATALOG: Final = """
SELECT n.nspname FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relname = 'pg_dist_partition' AND c.relkind = 'r' AND NOT c.relrowsecurity
    AND (n.nspname = 'pg_catalog' OR pg_catalog.pg_get_userbyid(c.relowner) = CURRENT_USER)
ORDER BY n.nspname <> 'pg_catalog' LIMIT 1
"""
"""An ordinary table of the server's or of our own: what others made could run something when it is read."""

_KEYS: Final = """
SELECT n.nspname, c.relname, d.logicalrelid::pg_catalog.oid, d.partkey::pg_catalog.text
FROM {catalog} AS d JOIN pg_catalog.pg_class AS c ON c.oid = d.logicalrelid::pg_catalog.oid
JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE d.partmethod = 'h' AND d.partkey IS NOT NULL ORDER BY 1, 2
"""
_NUMBER: Final = re.compile(r":varattno (\d+)")


def keys_of(connection: psycopg.Connection[Any]) -> Keys:
    """Return the tables that are distributed by hashes of a column; none where nothing is distributed."""
    found = connection.execute(_CATALOG).fetchone()
    if found is None:
        return ()
    try:
        with connection.transaction():
            query = sql.SQL(_KEYS).format(catalog=sql.Identifier(found[0], "pg_dist_partition"))
            rows = connection.execute(query).fetchall()
            keys = [((schema, name), _column(connection, oid, text)) for schema, name, oid, text in rows]
    except psycopg.Error:  # of another shape, or not for us to read
        return ()
    return tuple((name, column) for name, column in keys if column)


def _column(connection: psycopg.Connection[Any], table: int, key: str) -> str:
    """Return the column that the server's own notation of a key means."""
    number = _NUMBER.search(key)
    if number is None:
        return ""
    row = connection.execute(
        "SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = %s AND attnum = %s AND NOT attisdropped",
        (table, int(number[1])),
    ).fetchone()
    return str(row[0]) if row is not None else ""
