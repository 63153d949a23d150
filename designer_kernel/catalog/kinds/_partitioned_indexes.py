"""Which indexes of partitions come with the index of their parent, and which are facts of their own.

An index of a partitioned table is created with one for every partition, under names that the server chooses. Where all
of them are what the server would make again, the parent's index says everything. Where one differs (its name, an
option, a comment; or it is missing, or others depend on it), every index of the tree is a fact, and the parents' stand
alone until those of the partitions are attached to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from designer_kernel.catalog.kinds._presence import PARTITIONED_INDEXES
from designer_kernel.catalog.kinds._queries import SharedQuery
from designer_kernel.catalog.kinds.table import Table

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog
    from designer_kernel.catalog.objects import ObjectId


def _clipped(text: str, size: str) -> str:
    """Return SQL for the longest beginning of a text that has no more than ``size`` bytes."""
    return f"""(SELECT left({text}, max(u.n)) FROM generate_series(0, length({text})) u (n)
                             WHERE octet_length(left({text}, u.n)) <= {size})"""


_CHOSEN_NAME: Final = f"""
                CROSS JOIN LATERAL (
                    SELECT c.relname::text AS head,
                           CASE k.contype WHEN 'p' THEN '_pkey' WHEN 'u' THEN '_key' WHEN 'x' THEN '_excl'
                                          ELSE '_idx' END AS tail,
                           CASE WHEN k.contype = 'p' THEN '' ELSE (
                               SELECT '_' || string_agg(coalesce(a.attname, e.attname), '_' ORDER BY u.place)
                               FROM unnest(i.indkey) WITH ORDINALITY u (number, place)
                               LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.number
                               LEFT JOIN pg_attribute e ON e.attrelid = t.parent AND e.attnum = u.place) END AS middle
                ) s
                CROSS JOIN LATERAL (
                    SELECT octet_length(s.head) AS head, octet_length(s.middle) AS middle,
                           63 - octet_length(s.tail) AS room
                ) z
                CROSS JOIN LATERAL (
                    SELECT least(z.head, greatest(z.room - z.middle, (z.room - 1) / 2 + 1)) AS head
                ) h
                CROSS JOIN LATERAL (
                    SELECT CASE WHEN z.head + z.middle <= z.room THEN s.head || s.middle || s.tail
                                ELSE {_clipped("s.head", "h.head")}
                                     || {_clipped("s.middle", "z.room - h.head")} || s.tail END AS name
                ) chosen"""
"""The name that the server chooses for an index of a partition, as ``makeObjectName`` in its sources does: table,
columns and label, the longer of the first two shortened to fit."""

_SAME_OPTIONS: Final = """(
                    SELECT array_agg(a.attoptions::text ORDER BY a.attnum) FROM pg_attribute a
                    WHERE a.attrelid = x.oid
                ) IS NOT DISTINCT FROM (
                    SELECT array_agg(a.attoptions::text ORDER BY a.attnum) FROM pg_attribute a
                    WHERE a.attrelid = y.oid)"""

_LIKE_ANOTHER: Final = """EXISTS (
                    SELECT FROM pg_index o JOIN pg_class ox ON ox.oid = o.indexrelid
                    WHERE o.indrelid = i.indrelid AND o.indexrelid <> i.indexrelid AND o.indkey = i.indkey
                      AND ox.relam = x.relam AND o.indisunique = i.indisunique
                      AND pg_get_expr(o.indexprs, o.indrelid) IS NOT DISTINCT FROM pg_get_expr(i.indexprs, i.indrelid)
                      AND pg_get_expr(o.indpred, o.indrelid) IS NOT DISTINCT FROM pg_get_expr(i.indpred, i.indrelid))"""
"""A parent's index, when it is created, takes any equal index of a partition for its own."""

_SPOKEN_OF: Final = """i.indisclustered OR i.indisreplident
                  OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = x.oid AND coalesce(a.attstattarget, -1) >= 0)
                  OR EXISTS (SELECT FROM pg_description d
                             WHERE d.classoid = 'pg_class'::regclass AND d.objoid = x.oid
                                OR d.classoid = 'pg_constraint'::regclass AND d.objoid = k.oid)
                  OR x.oid IN (SELECT f.conindid FROM pg_constraint f WHERE f.contype = 'f' AND f.conparentid = 0)
                  OR EXISTS (SELECT FROM pg_depend d
                             WHERE d.classid = 'pg_class'::regclass AND d.objid = x.oid AND d.deptype = 'x')"""
"""Other facts speak of this index."""

_NAME_IS_TAKEN: Final = """EXISTS (
                    SELECT FROM pg_constraint o
                    WHERE o.conname = x.relname AND o.connamespace = x.relnamespace AND o.oid <> k.oid)"""

ATTACHED: Final = """
            attached AS (
                SELECT h.inhrelid AS child, h.inhparent AS parent, pg_partition_root(h.inhrelid)::oid AS root
                FROM pg_inherits h
                JOIN pg_class x ON x.oid = h.inhrelid AND x.relkind IN ('i', 'I')
                JOIN pg_index i ON i.indexrelid = x.oid AND (i.indisvalid OR x.relkind = 'I')
            )"""
TREES: Final = f"""{ATTACHED},
            incomplete AS (
                SELECT y.oid, pg_partition_root(y.oid)::oid AS root
                FROM pg_class y
                JOIN pg_index i ON i.indexrelid = y.oid
                WHERE y.relkind = 'I'
                  AND (SELECT count(*) FROM pg_inherits h JOIN pg_class c ON c.oid = h.inhrelid AND c.relkind <> 'f'
                       WHERE h.inhparent = i.indrelid)
                      > (SELECT count(*) FROM attached t WHERE t.parent = y.oid)
            ),
            irregular AS (
                SELECT n.root FROM incomplete n
                UNION
                SELECT t.root
                FROM attached t
                JOIN pg_class x ON x.oid = t.child
                JOIN pg_class y ON y.oid = t.parent
                JOIN pg_index i ON i.indexrelid = x.oid
                JOIN pg_index j ON j.indexrelid = y.oid
                JOIN pg_class c ON c.oid = i.indrelid
                LEFT JOIN pg_constraint k
                  ON k.conindid = x.oid AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')
                LEFT JOIN pg_constraint l
                  ON l.conindid = y.oid AND l.conrelid = j.indrelid AND l.contype IN ('p', 'u', 'x')
                {_CHOSEN_NAME}
                WHERE x.relname <> chosen.name
                  OR (x.reltablespace, x.reloptions::text) IS DISTINCT FROM (y.reltablespace, y.reloptions::text)
                  OR (i.indoption::text, i.indclass::text) IS DISTINCT FROM (j.indoption::text, j.indclass::text)
                  OR (k.contype, k.condeferrable, k.condeferred) IS DISTINCT FROM
                     (l.contype, l.condeferrable, l.condeferred)
                  OR NOT {_SAME_OPTIONS}
                  OR {_SPOKEN_OF}
                  OR k.oid IS NOT NULL AND {_NAME_IS_TAKEN}
                  OR {_LIKE_ANOTHER}
            ),
            derived AS (
                SELECT t.child AS oid FROM attached t WHERE t.root NOT IN (SELECT root FROM irregular)
            )"""
"""``derived`` are the indexes that come with their parent's; ``attached`` are all that are attached to one, each with
the ``root`` of its tree; ``incomplete`` lack the index of a partition; ``irregular`` are the roots of trees whose
indexes are all facts."""


SHARED: Final = {
    "derived_indexes": SharedQuery(lambda version: f"WITH {TREES} SELECT oid FROM derived", PARTITIONED_INDEXES)
}
DERIVED: Final = """
            derived AS (SELECT u.oid FROM unnest(%(derived_indexes)s::oid[]) AS u (oid))"""
"""The same ``derived``, found once for all queries that need no more."""


def partitions(catalog: Catalog, schema: str, table: str) -> Iterable[ObjectId]:
    """Return the identities of a table's partitions."""
    return (part.id for part in catalog.having(Table, "partition_of", (schema, table)))


def is_partition(catalog: Catalog, relation: ObjectId) -> bool:
    """Whether a relation of the catalog is a partition."""
    table = catalog.get(relation)
    return isinstance(table, Table) and table.partition_of is not None
