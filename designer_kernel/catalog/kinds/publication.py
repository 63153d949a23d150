"""``CREATE PUBLICATION``; each table and each schema in it is a fact of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._queries import column_names, from_version
from designer_kernel.catalog.kinds.column import column_id
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import Alteration, CatalogObject, Change, Folded, ObjectId, sql_text
from designer_kernel.catalog.spelling import expressions, in_parentheses, names

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog

_OPERATIONS: Final = ("insert", "update", "delete", "truncate")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication(CatalogObject):
    """A publication. ``operations`` are insert, update, delete and truncate; ``generated`` is none or stored (18)."""

    kind = "publication"
    presence = "EXISTS (SELECT FROM pg_publication WHERE oid >= 16384)"
    rank = 330
    section = "Publications"
    scope = "database"
    name: str
    all_tables: bool = False
    operations: tuple[str, ...] = _OPERATIONS
    via_root: bool = False
    generated: str = "none"

    @property
    def id(self) -> ObjectId:
        return publication_id(self.name)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        options = []
        if self.operations != _OPERATIONS:
            options.append(f"publish = '{', '.join(self.operations)}'")
        if self.via_root:
            options.append("publish_via_partition_root = true")
        if self.generated != "none":
            options.append(f"publish_generated_columns = {self.generated}")
        text = f"CREATE PUBLICATION {quote(self.name)}{' FOR ALL TABLES' if self.all_tables else ''}"
        return (f"{text} WITH ({', '.join(options)})" if options else text,)

    def address(self) -> str:
        return f"PUBLICATION {quote(self.name)}"

    def alter(self, old: Self, change: Change) -> Alteration | None:
        if self.all_tables != old.all_tables:
            return None
        options = []
        if self.operations != old.operations:
            options.append(f"publish = '{', '.join(self.operations)}'")
        if self.via_root != old.via_root:
            options.append(f"publish_via_partition_root = {'true' if self.via_root else 'false'}")
        if self.generated != old.generated:
            options.append(f"publish_generated_columns = {self.generated}")
        return Alteration((f"ALTER {self.address()} SET ({', '.join(options)})",))

    @classmethod
    def introspection(cls, version: int) -> str:
        generated = from_version(version, 18, "CASE p.pubgencols WHEN 's' THEN 'stored' ELSE 'none' END", "'none'")
        operations = ", ".join(f"CASE WHEN p.pub{name} THEN '{name}' END" for name in _OPERATIONS)
        return f"""
            SELECT 'pg_publication'::regclass::oid, p.oid, 0, p.pubname, p.puballtables,
                   array_remove(ARRAY[{operations}], NULL), p.pubviaroot, {generated}
            FROM pg_publication p
            ORDER BY p.pubname
            """


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationTable(CatalogObject):
    """A table of a publication; without ``columns`` it is all of them; ``condition`` chooses rows (15 and newer)."""

    kind = "publication_table"
    presence = "EXISTS (SELECT FROM pg_publication WHERE oid >= 16384)"
    rank = 331
    section = "Publications"
    scope = "database"
    bars_retyping = True
    publication: str
    schema: str
    table: str
    columns: tuple[str, ...] = ()
    condition: str = sql_text()

    @property
    def id(self) -> ObjectId:
        return ObjectId("publication_table", (self.publication, self.schema, self.table))

    @property
    def parent(self) -> ObjectId:
        return publication_id(self.publication)

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        yield table_id(self.schema, self.table)
        yield from (column_id(self.schema, self.table, name) for name in self.columns)

    def sql_fields(self) -> Iterable[str]:
        return expressions(self.condition)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        text = f"ALTER PUBLICATION {quote(self.publication)} ADD TABLE ONLY {quote_path(self.schema, self.table)}"
        text += f" {names(self.columns)}" if self.columns else ""
        text += f" WHERE {in_parentheses(self.condition)}" if self.condition else ""
        return (text,)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        table = quote_path(self.schema, self.table)
        return (f"ALTER PUBLICATION {quote(self.publication)} DROP TABLE ONLY {table}",)

    @classmethod
    def introspection(cls, version: int) -> str:
        columns = from_version(version, 15, column_names("r.prattrs", "r.prrelid"), "'{}'::name[]")
        condition = from_version(version, 15, "pg_get_expr(r.prqual, r.prrelid)", "NULL")
        return f"""
            SELECT 'pg_publication_rel'::regclass::oid, r.oid, 0, p.pubname, n.nspname, c.relname,
                   coalesce({columns}, '{{}}'), coalesce({condition}, '')
            FROM pg_publication_rel r
            JOIN pg_publication p ON p.oid = r.prpubid
            JOIN pg_class c ON c.oid = r.prrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            ORDER BY p.pubname, n.nspname, c.relname
            """


@dataclass(frozen=True, slots=True, kw_only=True)
class PublicationSchema(CatalogObject):
    """A schema whose tables a publication holds (PostgreSQL 15 and newer)."""

    kind = "publication_schema"
    presence = "EXISTS (SELECT FROM pg_publication WHERE oid >= 16384)"
    rank = 332
    section = "Publications"
    scope = "database"
    publication: str
    schema: str

    @property
    def id(self) -> ObjectId:
        return ObjectId("publication_schema", (self.publication, self.schema))

    @property
    def parent(self) -> ObjectId:
        return publication_id(self.publication)

    def requires(self, catalog: Catalog) -> Iterable[ObjectId]:
        return (ObjectId("schema", (self.schema,)),)

    def create(self, catalog: Catalog, folded: Folded) -> tuple[str, ...]:
        return (f"ALTER PUBLICATION {quote(self.publication)} ADD TABLES IN SCHEMA {quote(self.schema)}",)

    def drop(self, catalog: Catalog) -> tuple[str, ...]:
        return (f"ALTER PUBLICATION {quote(self.publication)} DROP TABLES IN SCHEMA {quote(self.schema)}",)

    @classmethod
    def introspection(cls, version: int) -> str:
        if version < 15:
            return ""
        return """
            SELECT 'pg_publication_namespace'::regclass::oid, m.oid, 0, p.pubname, n.nspname
            FROM pg_publication_namespace m
            JOIN pg_publication p ON p.oid = m.pnpubid
            JOIN pg_namespace n ON n.oid = m.pnnspid
            ORDER BY p.pubname, n.nspname
            """


def publication_id(name: str) -> ObjectId:
    """Return the identity of a publication."""
    return ObjectId("publication", (name,))
