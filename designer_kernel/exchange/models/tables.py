"""One table as a typed declarative class, or as a plain table if it has no primary key."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields
from typing import Final, TypeVar

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.column import Column, Default
from designer_kernel.catalog.kinds.comment import Comment
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.identity_sequence import IdentitySequence
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.not_null import NotNull
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.kinds.unique import Unique
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.exchange.models.column_types import Written, written
from designer_kernel.exchange.models.links import Model
from designer_kernel.exchange.models.spelling import call, listed, literal, sql

K = TypeVar("K", bound=CatalogObject)

_PLACE: Final = frozenset({"schema", "table", "name", "depends"})

WRITTEN: Final[dict[type[CatalogObject], frozenset[str]]] = {
    Table: frozenset({"unlogged", "partition_by", "row_security", "force_row_security"}),
    Column: frozenset({"type", "not_null", "identity", "generated", "collation", "virtual"}),
    Default: frozenset({"column", "expression"}),
    IdentitySequence: frozenset({"column", "start", "increment", "minimum", "maximum", "cache", "cycle"}),
    PrimaryKey: frozenset({"columns", "include", "deferrable"}),
    Unique: frozenset({"columns", "include", "nulls_not_distinct", "deferrable"}),
    Check: frozenset({"expression"}),
    ForeignKey: frozenset({
        "columns", "referenced_schema", "referenced_table", "referenced_columns", "on_delete", "on_update",
        "on_delete_columns", "match_full", "deferrable",
    }),
    Index: frozenset({"method", "unique", "nulls_not_distinct", "keys", "include", "predicate"}),
    Comment: frozenset({"on", "text"}),
}  # fmt: skip
"""The fields of each kind that a model says."""


def unsaid(fact: CatalogObject) -> list[str]:
    """Return the fields of a fact that a model has no words for and that are not as usual."""
    known = WRITTEN[type(fact)] | _PLACE
    return [f.name for f in fields(fact) if f.name not in known and getattr(fact, f.name) != _usual(f)]


class TableWriter:
    """Writes one table of a catalog as Python."""

    def __init__(self, table: Table, model: Model, catalog: Catalog, said: set[ObjectId]) -> None:
        self._table = table
        self._model = model
        self._catalog = catalog
        self._columns = catalog.parts(table.id, Column)
        self._said = said
        keys = catalog.parts(table.id, PrimaryKey)
        self._key = keys[0] if keys and keys[0].id in said else None

    @property
    def types(self) -> list[Written]:
        """The types of the columns."""
        return [written(column, self._catalog) for column in self._columns]

    def as_class(self, links: list[str]) -> str:
        """Return the class, ``links`` being its lines that lead to other models."""
        lines = [f"class {self._model.class_name}(Base):"]
        note = self._comment(self._table.id)
        about = f"{self._table.schema}.{self._table.name}"
        lines += [f'    """{_doc(note or f"The table {about}.")}"""', ""]
        lines += [f"    __tablename__ = {literal(self._table.name)}", "    __table_args__ = ("]
        lines += [call("        ", *argument, "),") for argument in self._arguments()]
        options = [f'"{name}": {value}' for name, value in self._options().items()]
        lines += [call("        ", "{", options, "},"), "    )", ""]
        for column, kind in zip(self._columns, self.types, strict=True):
            annotation = kind.annotation if column.not_null or column.identity else f"{kind.annotation} | None"
            name = self._model.attributes[column.name]
            given = ([] if name == column.name else [literal(column.name)]) + self._definition(column, kind)
            lines.append(call("    ", f"{name}: Mapped[{annotation}] = mapped_column(", given))
        return "\n".join([*lines, *([""] if links else []), *links, ""])

    def as_table(self) -> str:
        """Return a plain table, for one that the mapper cannot take since nothing identifies its rows."""
        lines = [f"{self._model.class_name} = Table(", f"    {literal(self._table.name)},", "    Base.metadata,"]
        for column, kind in zip(self._columns, self.types, strict=True):
            given = [literal(column.name), *self._definition(column, kind)]
            if (column.not_null or column.identity) and "nullable=True" not in given:
                given.append("nullable=False")
            lines.append(call("    ", "Column(", given, "),"))
        lines += [call("    ", *argument, "),") for argument in self._arguments()]
        lines += [f"    {name}={value}," for name, value in self._options().items()]
        return "\n".join([*lines, ")", ""])

    def _definition(self, column: Column, kind: Written) -> list[str]:
        words = [kind.expression]
        key = self._key.columns if self._key else ()
        default = self._catalog.get(ObjectId("default", (column.schema, column.table, column.name)))
        if column.identity:
            words.append(f"Identity({', '.join(self._identity(column))})")
        elif column.generated:
            words.append(f"Computed({sql(column.generated)}, persisted={not column.virtual})")
        if column.name in key:
            words.append("primary_key=True")
            if not column.identity:
                words.append("autoincrement=False")  # or an integer would become serial
        if isinstance(default, Default) and default.id in self._said:
            words.append(f"server_default={sql(default.expression)}")
        if column.not_null and any(self._catalog.parts(column.id, NotNull)):
            words.append("nullable=True")  # a constraint with a name of its own says that it is not
        if note := self._comment(column.id):
            words.append(f"comment={literal(note)}")
        return words

    def _identity(self, column: Column) -> Iterator[str]:
        yield f"always={column.identity == 'ALWAYS'}"
        for sequence in self._catalog.parts(column.id, IdentitySequence):
            given = {
                "start": sequence.start, "increment": sequence.increment, "minvalue": sequence.minimum,
                "maxvalue": sequence.maximum, "cache": sequence.cache, "cycle": sequence.cycle or None,
            }  # fmt: skip
            yield from (f"{name}={value}" for name, value in given.items() if value is not None)

    def _arguments(self) -> Iterator[tuple[str, list[str]]]:
        """Yield what stands in ``__table_args__``: constraints with their names, and indexes; each a call."""
        if self._key is not None:
            yield "PrimaryKeyConstraint(", [*_key_words(self._key)]
        for unique in self._own(Unique):
            distinct = ["postgresql_nulls_not_distinct=True"] if unique.nulls_not_distinct else []
            yield "UniqueConstraint(", [*_key_words(unique), *distinct]
        for check in self._own(Check):
            yield "CheckConstraint(", [sql(check.expression), f"name={literal(check.name)}"]
        for foreign in self._own(ForeignKey):
            yield "ForeignKeyConstraint(", [*_foreign_key_words(foreign)]
        for index in self._own(Index):
            yield "Index(", [*self._index_words(index)]

    def _own(self, kind: type[K]) -> list[K]:
        return [fact for fact in self._catalog.parts(self._table.id, kind) if fact.id in self._said]

    def _index_words(self, index: Index) -> Iterator[str]:
        columns = {quote(column.name): column.name for column in self._columns}
        yield literal(index.name)
        for key in index.keys:
            yield literal(columns[key]) if key in columns else sql(key)
        if index.unique:
            yield "unique=True"
        if index.method != "btree":
            yield f"postgresql_using={literal(index.method)}"
        if index.include:
            yield f"postgresql_include=[{listed(index.include)}]"
        if index.nulls_not_distinct:
            yield "postgresql_nulls_not_distinct=True"
        if index.predicate:
            yield f"postgresql_where={sql(index.predicate)}"

    def _options(self) -> dict[str, str]:
        """Return what a table is told beside its columns, each value as Python."""
        table = self._table
        options = {"schema": literal(table.schema)}
        if note := self._comment(table.id):
            options["comment"] = literal(note)
        if table.unlogged:
            options["prefixes"] = '["UNLOGGED"]'
        if table.partition_by:
            options["postgresql_partition_by"] = literal(table.partition_by)
        return options

    def _comment(self, on: ObjectId) -> str:
        found = self._catalog.get(ObjectId("comment", (on.kind, *on.path)))
        return found.text if isinstance(found, Comment) else ""


def _key_words(key: PrimaryKey | Unique) -> Iterator[str]:
    yield from map(literal, key.columns)
    yield f"name={literal(key.name)}"
    if key.include:
        yield f"postgresql_include=[{listed(key.include)}]"
    yield from _deferred(key.deferrable)


def _foreign_key_words(key: ForeignKey) -> Iterator[str]:
    yield f"[{listed(key.columns)}]"
    yield f"[{listed(f'{key.referenced_schema}.{key.referenced_table}.{name}' for name in key.referenced_columns)}]"
    yield f"name={literal(key.name)}"
    if key.on_delete != "NO ACTION":
        narrowed = f" ({', '.join(map(quote, key.on_delete_columns))})" if key.on_delete_columns else ""
        yield f"ondelete={literal(key.on_delete + narrowed)}"
    if key.on_update != "NO ACTION":
        yield f"onupdate={literal(key.on_update)}"
    if key.match_full:
        yield 'match="FULL"'
    yield from _deferred(key.deferrable)


def _deferred(state: str) -> list[str]:
    return ["deferrable=True", f"initially={literal(state)}"] if state else []


def _doc(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', "'").replace("\x00", "")


def _usual(field: object) -> object:
    default = getattr(field, "default", MISSING)
    return default if default is not MISSING else ...
