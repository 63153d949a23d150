"""One table as a typed declarative class, or as a plain table if no class can stand for its rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, fields
from typing import Final, TypeVar

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.column import Column, Default
from designer_kernel.catalog.kinds.comment import Comment
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.identity_sequence import IdentitySequence
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.sequence import Sequence, SequenceOwner
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.kinds.unique import Unique
from designer_kernel.catalog.objects import CatalogObject
from designer_kernel.exchange.models.columns import ColumnWriter, Said
from designer_kernel.exchange.models.constraints import (
    check_words,
    foreign_key_words,
    index_words,
    is_named_as_usual,
    key_words,
)
from designer_kernel.exchange.models.links import Model
from designer_kernel.exchange.models.spelling import call, doc, literal

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
        "on_delete_columns", "match_full", "deferrable", "valid",
    }),
    Index: frozenset({
        "method", "unique", "nulls_not_distinct", "keys", "include", "predicate", "options", "tablespace",
    }),
    Comment: frozenset({"on", "text"}),
    Sequence: frozenset({"type", "start", "increment", "minimum", "maximum", "cache", "cycle"}),
    SequenceOwner: frozenset({"sequence", "column"}),
}  # fmt: skip
"""The fields of each kind that a model says."""


def unsaid(fact: CatalogObject) -> list[str]:
    """Return the fields of a fact that a model has no words for and that are not as usual."""
    known = WRITTEN[type(fact)] | _PLACE
    return [f.name for f in fields(fact) if f.name not in known and getattr(fact, f.name) != _usual(f)]


class TableWriter:
    """Writes one table of a catalog as Python."""

    def __init__(self, table: Table, model: Model, said: Said) -> None:
        self._table = table
        self._model = model
        self._said = said
        self._columns = ColumnWriter(table.id, said)

    def as_class(self, links: list[str]) -> str:
        """Return the class, ``links`` being its lines that lead to other models."""
        lines = [f"class {self._model.name}(Base):"]
        note = self._said.comment(self._table.id)
        lines += [f'    """{doc(note or f"A row of {self._table.schema}.{self._table.name}.")}"""', ""]
        lines += [f"    __tablename__ = {literal(self._table.name)}", *self._table_arguments(), ""]
        for column, kind, words in self._columns.lines():
            annotation = kind.annotation if column.not_null or column.identity else f"{kind.annotation} | None"
            name = self._model.attributes[column.name]
            given = words if name == column.name else [literal(column.name), *words]
            lines.append(call("    ", f"{name}: Mapped[{annotation}] = mapped_column(", given))
        return "\n".join([*lines, *([""] if links else []), *links, ""])

    def as_table(self) -> str:
        """Return a plain table, for one that the mapper cannot take or need not."""
        lines = [f"{self._model.name} = Table(", f"    {literal(self._table.name)},", "    Base.metadata,"]
        for column, _, words in self._columns.lines():
            given = [literal(column.name), *words]
            in_key = "primary_key=True" in words
            if (column.not_null or column.identity) and not in_key and "nullable=True" not in given:
                given.append("nullable=False")
            lines.append(call("    ", "Column(", given, "),"))
        lines += [call("    ", *argument, "),") for argument in self._arguments()]
        lines += [call("    ", f"{name}=", [value], ",") for name, value in self._options().items()]
        return "\n".join([*lines, ")", ""])

    def _table_arguments(self) -> list[str]:
        options = [f'"{name}": {value}' for name, value in self._options().items()]
        arguments = [call("        ", *argument, "),") for argument in self._arguments()]
        if not arguments:
            return [call("    ", "__table_args__ = {", options, "}")]
        return ["    __table_args__ = (", *arguments, call("        ", "{", options, "},"), "    )"]

    def _arguments(self) -> Iterator[tuple[str, list[str]]]:
        """Yield what stands in ``__table_args__``: each constraint and index that no column says, as a call."""
        key = self._columns.key
        if key is not None and not self._is_usual(key):
            yield "PrimaryKeyConstraint(", [*key_words(key)]
        for unique in self._own(Unique):
            yield "UniqueConstraint(", [*key_words(unique)]
        for check in self._own(Check):
            yield "CheckConstraint(", [*check_words(check)]
        for foreign in self._own(ForeignKey):
            yield "ForeignKeyConstraint(", [*foreign_key_words(foreign, is_inline=False)]
        columns = {quote(column.name): column.name for column in self._columns.columns}
        for index in self._own(Index):
            yield "Index(", [*index_words(index, columns)]

    def _is_usual(self, key: PrimaryKey) -> bool:
        """Whether ``primary_key=True`` beside its columns says all of a key."""
        columns = [column for column in self._columns.columns if column.name in key.columns]
        # SQLAlchemy begins a key of its own with the column that counts.
        columns.sort(key=lambda column: not (column.identity or column.id in self._said.serials))
        in_order = tuple(column.name for column in columns)
        return key.columns == in_order and not key.include and not key.deferrable and is_named_as_usual(key)

    def _own(self, kind: type[K]) -> list[K]:
        said, inline = self._said, self._columns.inline
        parts = said.catalog.parts(self._table.id, kind)
        return [fact for fact in parts if fact.id in said.facts and fact.id not in inline]

    def _options(self) -> dict[str, str]:
        """Return what a table is told beside its columns, each value as Python."""
        table = self._table
        options = {"schema": literal(table.schema)}
        if note := self._said.comment(table.id):
            options["comment"] = literal(note)
        if table.unlogged:
            options["prefixes"] = '["UNLOGGED"]'
        if table.partition_by:
            options["postgresql_partition_by"] = literal(table.partition_by)
        return options


def _usual(field: object) -> object:
    default = getattr(field, "default", MISSING)
    return default if default is not MISSING else ...
