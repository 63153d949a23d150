"""Parts that introspection queries of several kinds share; ``pg_catalog`` is the only schema in the search path."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple


class SharedQuery(NamedTuple):
    """A query for numbers that other queries need, for a server's version.

    ``presence`` is SQL that says whether a server can have such numbers at all, so that most are not asked.
    """

    sql: Callable[[int], str]
    presence: str = ""


SHARED: Final[Mapping[str, SharedQuery]] = {
    "spaces": SharedQuery(lambda version: "SELECT oid FROM pg_namespace WHERE nspname = ANY(%(schemas)s)"),
    "extension_relations": SharedQuery(
        lambda version: (
            """
            SELECT objid FROM pg_depend
            WHERE refclassid = 'pg_extension'::regclass AND classid = 'pg_class'::regclass AND deptype = 'e'"""
        )
    ),
    "set_relations": SharedQuery(
        lambda version: (
            """
            SELECT c.oid
            FROM (SELECT DISTINCT a.attrelid
                  FROM pg_attribute a
                  JOIN pg_type t ON t.oid = a.atttypid
                  WHERE a.attstorage <> t.typstorage OR a.attcompression <> '' OR coalesce(a.attstattarget, -1) >= 0
                     OR a.attoptions IS NOT NULL OR a.attacl IS NOT NULL OR a.attinhcount > 0) s
            JOIN pg_class c ON c.oid = s.attrelid AND c.relkind <> 't'"""
        )
    ),
}
"""Numbers that queries of many kinds need: each is asked for once, and given to the others as ``%(name)s::oid[]``.

``set_relations`` are the tables, views and indexes of which a column has a setting, privilege or parent of its own:
most have none, and six queries need not look at all columns again.
"""

RELATIONS: Final = """
            WITH relations AS (
                SELECT c.*, n.nspname AS schema
                FROM pg_class c
                JOIN pg_namespace n ON n.oid = c.relnamespace
                WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.relnamespace = ANY(%(spaces)s::oid[])
                  AND c.oid <> ALL(%(extension_relations)s::oid[])
            )"""
"""Tables, foreign tables and views of the chosen schemas that no extension owns."""

OWN_CONSTRAINT: Final = "k.conparentid = 0 AND (k.coninhcount = 0 OR NOT c.relispartition)"
"""Whether a constraint ``k`` of a relation ``c`` is its own, not one that a partition has from its parent."""

DEFERRABLE: Final = """CASE WHEN NOT k.condeferrable THEN '' WHEN k.condeferred THEN 'DEFERRED'
                   ELSE 'IMMEDIATE' END"""
"""The initial state of a deferrable constraint ``k``."""

INCLUDED: Final = """CASE WHEN i.indnatts > i.indnkeyatts THEN
                   (SELECT array_agg(a.attname ORDER BY u.place)
                    FROM unnest(i.indkey) WITH ORDINALITY u (number, place)
                    JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.number
                    WHERE u.place > i.indnkeyatts) ELSE '{}' END"""
"""Names of the columns that an index ``i`` includes."""

INDEX_STORAGE: Final = "coalesce(x.reloptions, '{}'), coalesce(s.spcname, '')"
"""Storage parameters and tablespace of an index ``x``, whose tablespace is ``s``."""


def column_names(numbers: str, relation: str) -> str:
    """Return SQL for the names of the columns in an array of numbers, in its order."""
    # a lookup for each name: joining would read all columns of the relation each time
    return f"""ARRAY(SELECT (SELECT a.attname FROM pg_attribute a
                                 WHERE a.attrelid = {relation} AND a.attnum = u.number)
                         FROM unnest({numbers}) WITH ORDINALITY u (number, place) ORDER BY u.place)"""


def not_of_extension(catalog: str, oid: str) -> str:
    """Return SQL for whether no extension owns an object of a system catalog."""
    return f"""NOT EXISTS (SELECT FROM pg_depend e
                              WHERE e.classid = '{catalog}'::regclass AND e.objid = {oid} AND e.deptype = 'e')"""


def from_version(version: int, first: int, sql: str, before: str) -> str:
    """Return SQL that needs at least a major version, or what stands for it on older servers."""
    return sql if version >= first else before
