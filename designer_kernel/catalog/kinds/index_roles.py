"""What indexes do for their table: identify rows for replication, and give the order that CLUSTER sorts by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._presence import CLUSTER_MARKS, REPLICA_IDENTITIES
from designer_kernel.catalog.kinds._queries import RELATIONS
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexRole(CatalogObject):
    """What a table's index is for; ``index`` has the table's schema and may belong to a constraint."""

    rank = 143
    section = "Index roles"
    schema: str
    table: str
    index: str = ""

    @property
    def id(self) -> ObjectId:
        return ObjectId(self.kind, (self.schema, self.table))

    @property
    def parent(self) -> ObjectId:
        return table_id(self.schema, self.table)

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        if self.index:
            yield ObjectId("index", (self.schema, self.index))
            yield ObjectId("constraint", (self.schema, self.table, self.index))


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplicaIdentity(IndexRole):
    """What of an old row is written for logical replication: the columns of an index, or ``FULL`` or ``NOTHING``."""

    kind = "replica_identity"
    presence = REPLICA_IDENTITIES
    mode: str = ""

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        words = f"USING INDEX {quote(self.index)}" if self.index else self.mode
        return (f"ALTER TABLE ONLY {quote_path(self.schema, self.table)} REPLICA IDENTITY {words}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return (f"ALTER TABLE ONLY {quote_path(self.schema, self.table)} REPLICA IDENTITY DEFAULT",)

    def alter(self, old: Self, change: Change) -> Alteration | None:
        return Alteration(self.create(change.after, {}))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS}
            SELECT 'pg_class'::regclass::oid, c.oid, -100001, c.schema, c.relname, coalesce(x.relname, ''),
                   CASE c.relreplident WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING' ELSE '' END
            FROM relations c
            LEFT JOIN pg_index i ON c.relreplident = 'i' AND i.indrelid = c.oid AND i.indisreplident
            LEFT JOIN pg_class x ON x.oid = i.indexrelid
            WHERE c.relkind IN ('r', 'p', 'm') AND (c.relreplident IN ('f', 'n') OR i.indexrelid IS NOT NULL)
            ORDER BY c.schema, c.relname
            """


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterMark(IndexRole):
    """The index by which CLUSTER sorts a table or a materialized view."""

    kind = "cluster_mark"
    presence = CLUSTER_MARKS

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return (f"ALTER TABLE {quote_path(self.schema, self.table)} CLUSTER ON {quote(self.index)}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return (f"ALTER TABLE {quote_path(self.schema, self.table)} SET WITHOUT CLUSTER",)

    def alter(self, old: Self, change: Change) -> Alteration | None:
        return Alteration(self.create(change.after, {}))

    @classmethod
    def introspection(cls, version: int) -> str:
        return f"""{RELATIONS}
            SELECT 'pg_class'::regclass::oid, c.oid, -100002, c.schema, c.relname, x.relname
            FROM relations c
            JOIN pg_index i ON i.indrelid = c.oid AND i.indisclustered
            JOIN pg_class x ON x.oid = i.indexrelid
            WHERE c.relkind IN ('r', 'm')
            ORDER BY c.schema, c.relname
            """
