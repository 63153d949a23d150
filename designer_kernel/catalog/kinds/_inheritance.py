"""What tables take over from their parents, as SQL: introspection tells only what ``CREATE TABLE`` would not give."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from designer_kernel.catalog.kinds._queries import RELATIONS, SharedQuery, from_version
from designer_kernel.catalog.objects import Folded

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

PARENT_COLUMN: Final = """pg_inherits i
                    JOIN pg_attribute p ON p.attrelid = i.inhparent AND p.attnum > 0 AND NOT p.attisdropped
                    LEFT JOIN pg_attrdef pd ON pd.adrelid = p.attrelid AND pd.adnum = p.attnum"""
"""Every parent's columns ``p`` with their defaults ``pd``, to be restricted to those of one child's column."""

_ORDER: Final = """(SELECT array_agg(a.attname ORDER BY a.attnum) FROM pg_attribute a
                      WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped)
                     IS DISTINCT FROM
                     (SELECT array_agg(o.attname ORDER BY o.parent, o.attnum)
                      FROM (SELECT DISTINCT ON (u.attname) u.attname, u.parent, u.attnum
                            FROM (SELECT p.attname, i.inhseqno AS parent, p.attnum
                                  FROM pg_inherits i JOIN pg_attribute p ON p.attrelid = i.inhparent
                                  WHERE i.inhrelid = c.oid AND p.attnum > 0 AND NOT p.attisdropped
                                  UNION ALL
                                  SELECT a.attname, 2147483647, a.attnum FROM pg_attribute a
                                  WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) u
                            ORDER BY u.attname, u.parent, u.attnum) o)"""
"""Whether the columns of a child ``c`` stand in another order than its parents' first, then its own."""

_CONFLICT: Final = f"""EXISTS (
                    SELECT FROM {PARENT_COLUMN}
                    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = p.attname AND a.attinhcount > 1
                    LEFT JOIN pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum
                    WHERE i.inhrelid = c.oid
                    GROUP BY p.attname, a.attislocal AND ad.oid IS NOT NULL
                    HAVING count(DISTINCT p.attstorage) > 1 OR count(DISTINCT nullif(p.attcompression, '')) > 1
                        OR (count(DISTINCT pg_get_expr(pd.adbin, pd.adrelid)) > 1
                            AND NOT (a.attislocal AND ad.oid IS NOT NULL)))"""
"""Whether the parents of a child ``c`` differ in what they give to a column that it takes from several."""


_OTHER_NAME: Final = """EXISTS (
                    SELECT FROM pg_constraint k
                    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = k.conkey[1]
                    WHERE k.conrelid = c.oid AND k.contype = 'n' AND k.convalidated AND NOT k.conislocal
                      AND k.conname <> (SELECT pk.conname FROM pg_inherits i
                                        JOIN pg_attribute p ON p.attrelid = i.inhparent AND p.attname = a.attname
                                        JOIN pg_constraint pk ON pk.conrelid = p.attrelid AND pk.contype = 'n'
                                                              AND pk.conkey[1] = p.attnum AND NOT pk.connoinherit
                                        WHERE i.inhrelid = c.oid
                                        ORDER BY i.inhseqno
                                        LIMIT 1))"""
"""Whether a NOT NULL that a child ``c`` only inherits has another name than the first parent's: one that is gone."""


class Inheritable:
    """A part of a table that it may have from a parent alone (``inherited``): a column, a check, a not-null."""

    __slots__ = ()
    inherited: bool

    def as_inherited(self) -> Iterable[tuple[str, ...]]:
        """Return the clauses of a first parent that gives the part, or at least its place, to a table."""
        raise TypeError(f"{type(self).__name__} does not say how it is inherited")

    def before_attaching(self, catalog: Catalog) -> tuple[str, ...]:
        """Return the statements that the part needs after its table is created, and before that is attached."""
        return ()

    def afterwards(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        """Return the statements that the part needs once its table has its parents."""
        return ()

    def not_null_columns(self) -> Iterable[str]:
        """Return the columns that the part makes NOT NULL as the table is created."""
        return ()


def with_standalone(version: int) -> str:
    """Return the start of a query: ``relations``, and ``standalone``, the children that are attached after creation."""
    return f"""{RELATIONS},
            standalone AS (SELECT u.oid FROM unnest(%(standalone)s::oid[]) AS u (oid))"""


def _standalone(version: int) -> str:
    """Return the query for the children that are attached after creation.

    Those are the children with another order of columns, generation expressions or names than ``CREATE TABLE`` gives,
    children that it refuses because their parents differ, and partitions whose columns are NOT NULL otherwise than
    their parent's.
    """
    before_16 = from_version(version, 16, "false", "true")
    # A partition takes identity columns from its parent; a default of its own must be there before that.
    identity = f"a.attidentity <> ''{from_version(version, 17, ' AND ad.oid IS NOT NULL', '')}"
    names = from_version(
        version,
        18,
        "(pk.conname, pk.convalidated) IS DISTINCT FROM (ak.conname, ak.convalidated) OR ak.connoinherit",
        "false",
    )
    constraints = from_version(
        version,
        18,
        """
                    LEFT JOIN pg_constraint pk
                      ON pk.conrelid = p.attrelid AND pk.contype = 'n' AND pk.conkey[1] = p.attnum
                    LEFT JOIN pg_constraint ak
                      ON ak.conrelid = a.attrelid AND ak.contype = 'n' AND ak.conkey[1] = a.attnum""",
        "",
    )
    return f"""{RELATIONS},
            children AS (
                SELECT c.oid
                FROM (SELECT DISTINCT inhrelid FROM pg_inherits) h
                JOIN relations c ON c.oid = h.inhrelid
                WHERE c.relkind IN ('r', 'p', 'f')
                  AND ({_ORDER}
                  OR (NOT c.relispartition AND {_CONFLICT})
                  OR (NOT c.relispartition AND {from_version(version, 18, _OTHER_NAME, "false")})
                  OR EXISTS (
                    SELECT FROM {PARENT_COLUMN}
                    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = p.attname
                    LEFT JOIN pg_attrdef ad ON ad.adrelid = a.attrelid AND ad.adnum = a.attnum{constraints}
                    WHERE i.inhrelid = c.oid
                      AND ((a.attgenerated <> '' AND (c.relispartition OR NOT a.attislocal OR {before_16})
                            AND pg_get_expr(ad.adbin, ad.adrelid) IS DISTINCT FROM pg_get_expr(pd.adbin, pd.adrelid))
                        OR (c.relispartition AND (a.attnotnull <> p.attnotnull OR {identity} OR {names})))))
            )
            SELECT oid FROM children"""


SHARED: Final = {"standalone": SharedQuery(_standalone, "EXISTS (SELECT FROM pg_inherits)")}


def default_name(table: str, column: str, label: str) -> str:
    """Return SQL for the name that the server gives to a thing of a column, both names cut as it cuts them."""
    room = 63 - len(label) - 2
    first, second = f"octet_length({table}::text)", f"octet_length({column}::text)"
    return f"""(SELECT left_bytes.first || '_' || left_bytes.second || '_{label}'
                    FROM (SELECT {_cut(table, "n.first")} AS first, {_cut(column, "n.second")} AS second
                          FROM (SELECT CASE WHEN {first} + {second} <= {room} OR {first} <= {(room + 1) // 2}
                                       THEN {first}
                                       ELSE greatest({room} - {second}, {(room + 1) // 2}) END AS first,
                                       CASE WHEN {first} + {second} <= {room} OR {second} <= {room // 2}
                                       THEN {second}
                                       ELSE greatest({room} - {first}, {room // 2}) END AS second) n) left_bytes)"""


def _cut(name: str, size: str) -> str:
    """Return SQL for the first bytes of a name, whole characters only: a cast to ``name`` cuts at 63 bytes."""
    return f"substr((repeat('x', 63 - {size}) || {name}::text)::name::text, 64 - {size})"
