"""The types that a server has: its own, those of its extensions, and those that were made in a database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from designer_kernel.postgres.connection import connect

_TYPES: Final = """
SELECT pg_catalog.format_type(t.oid, NULL),
    CASE WHEN x.extname IS NOT NULL THEN 'extension ' || x.extname
        WHEN n.nspname = 'pg_catalog' THEN ''
        ELSE CASE t.typtype WHEN 'e' THEN 'enum' WHEN 'd' THEN 'domain' WHEN 'c' THEN 'composite type'
            WHEN 'r' THEN 'range' WHEN 'm' THEN 'multirange' ELSE 'type' END || ' of the database' END
FROM pg_catalog.pg_type t
JOIN pg_catalog.pg_namespace n ON n.oid = t.typnamespace
LEFT JOIN pg_catalog.pg_class c ON c.oid = t.typrelid
LEFT JOIN pg_catalog.pg_depend d
    ON d.classid = 'pg_catalog.pg_type'::regclass AND d.objid = t.oid AND d.deptype = 'e'
LEFT JOIN pg_catalog.pg_extension x ON x.oid = d.refobjid
WHERE t.typtype IN ('b', 'd', 'e', 'r', 'm', 'c') AND t.typisdefined AND t.typcategory NOT IN ('A', 'Z')
    AND (t.typtype <> 'c' OR c.relkind = 'c')
    AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_(toast|temp)'
    AND n.nspname <> ALL (%s)
ORDER BY 2, 1
LIMIT 2000
"""


@dataclass(frozen=True, slots=True)
class ServerTypes:
    """Types as SQL spells them, each with where it comes from, and the extensions that could be installed."""

    version: int
    types: tuple[tuple[str, str], ...]
    extensions: frozenset[str]


def server_types(url: str) -> ServerTypes:
    """Return the types of a database; those of its ``public`` schema without the schema's name.

    Raises
    ------
    ServerUnavailable
        If there is no connection.
    """
    from designer_kernel.postgres.own_schemas import OWN_SCHEMAS

    with connect(url, read_only=True, statement_timeout_ms=5000) as connection:
        connection.execute("SET LOCAL search_path = public")
        found = connection.execute(_TYPES, [list(OWN_SCHEMAS)]).fetchall()
        available = connection.execute("SELECT name FROM pg_catalog.pg_available_extensions").fetchall()
        version = connection.info.server_version // 10000
        connection.rollback()
    return ServerTypes(
        version, tuple((name, origin) for name, origin in found), frozenset(name for (name,) in available)
    )
