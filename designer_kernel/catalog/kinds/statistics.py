"""``CREATE STATISTICS``: extended statistics, and their targets."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.kinds._queries import RELATIONS, not_of_extension
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId, sql_text
from designer_kernel.catalog.spelling import index_expressions, split_list

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics(CatalogObject):
    """Statistics on several columns or on expressions.

    ``kinds`` are some of ``ndistinct``, ``dependencies`` and ``mcv``, and empty for all that are possible. ``keys`` are
    columns and bracketed expressions. The statistics may live in another schema than their table.
    """

    kind = "statistics"
    presence = "EXISTS (SELECT FROM pg_statistic_ext WHERE oid >= 16384)"
    rank = 145
    section = "Statistics objects"
    schema: str
    name: str
    table_schema: str
    table: str
    kinds: tuple[str, ...] = ()
    keys: tuple[str, ...] = sql_text(default=())

    @property
    def id(self) -> ObjectId:
        return statistics_id(self.schema, self.name)

    @property
    def parent(self) -> ObjectId:
        return table_id(self.table_schema, self.table)

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        return (ObjectId("schema", (self.schema,)),)

    def sql_fields(self) -> Iterable[str]:
        return index_expressions(self.keys)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        kinds = f" ({', '.join(self.kinds)})" if self.kinds else ""
        text = f"CREATE STATISTICS {quote_path(self.schema, self.name)}{kinds}\n    ON {', '.join(self.keys)}"
        return (f"{text} FROM {quote_path(self.table_schema, self.table)}",)

    def address(self) -> str:
        return f"STATISTICS {quote_path(self.schema, self.name)}"

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS}
            SELECT 'pg_statistic_ext'::regclass::oid, o.oid, 0, n.nspname, o.stxname, c.schema, c.relname,
                   CASE WHEN o.stxkind @> '{{d,f,m}}' THEN '{{}}' ELSE
                       (SELECT coalesce(array_agg(w.word ORDER BY w.place), '{{}}')
                        FROM (VALUES (1, 'd'::"char", 'ndistinct'), (2, 'f', 'dependencies'), (3, 'm', 'mcv'))
                             w (place, letter, word)
                        WHERE w.letter = ANY (o.stxkind)) END,
                   pg_get_statisticsobjdef_columns(o.oid)
            FROM pg_statistic_ext o
            JOIN pg_namespace n ON n.oid = o.stxnamespace
            JOIN relations c ON c.oid = o.stxrelid
            WHERE {not_of_extension("pg_statistic_ext", "o.oid")}
            ORDER BY n.nspname, o.stxname
            """

    @classmethod
    def from_row(cls, row: Sequence[Any]) -> Self:
        schema, name, table_schema, table, kinds, keys = row
        return cls(
            schema=schema,
            name=name,
            table_schema=table_schema,
            table=table,
            kinds=tuple(kinds),
            keys=split_list(keys),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class StatisticsTarget(CatalogObject):
    """How closely ANALYZE looks for extended statistics."""

    kind = "statistics_target"
    presence = "EXISTS (SELECT FROM pg_statistic_ext WHERE oid >= 16384)"
    rank = 146
    section = "Statistics objects"
    placement = "follows"
    schema: str
    name: str
    target: int

    @property
    def id(self) -> ObjectId:
        return ObjectId(self.kind, (self.schema, self.name))

    @property
    def parent(self) -> ObjectId:
        return statistics_id(self.schema, self.name)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return (f"ALTER STATISTICS {quote_path(self.schema, self.name)} SET STATISTICS {self.target}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return (f"ALTER STATISTICS {quote_path(self.schema, self.name)} SET STATISTICS -1",)

    def alter(self, old: Self, change: Change) -> Alteration | None:
        return Alteration(self.create(change.after, {}))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS}
            SELECT 'pg_statistic_ext'::regclass::oid, o.oid, -1, n.nspname, o.stxname, o.stxstattarget::integer
            FROM pg_statistic_ext o
            JOIN pg_namespace n ON n.oid = o.stxnamespace
            JOIN relations c ON c.oid = o.stxrelid
            WHERE o.stxstattarget >= 0 AND {not_of_extension("pg_statistic_ext", "o.oid")}
            ORDER BY n.nspname, o.stxname
            """


def statistics_id(schema: str, name: str) -> ObjectId:
    """Return the identity of extended statistics."""
    return ObjectId("statistics", (schema, name))
