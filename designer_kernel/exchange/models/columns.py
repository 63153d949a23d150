"""The columns of a table as Python: type, key, default, and the constraints that are about one column alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds.column import Column, Default
from designer_kernel.catalog.kinds.comment import Comment
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.identity_sequence import IdentitySequence
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.not_null import NotNull
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.kinds.unique import Unique
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.exchange.models.column_types import written
from designer_kernel.exchange.models.constraints import foreign_key_words, is_named_as_usual
from designer_kernel.exchange.models.named_types import NamedTypes, Written
from designer_kernel.exchange.models.sequences import SequenceConstants, Serial
from designer_kernel.exchange.models.spelling import expression, literal, sql

_NUMBERS: Final = frozenset({"int", "float", "decimal.Decimal"})
"""Annotations of types that SQLAlchemy makes serial if they are the only column of a primary key."""


@dataclass(frozen=True, slots=True)
class Said:
    """What models say of a catalog: the facts, and what stands behind names of the module."""

    catalog: Catalog
    facts: frozenset[ObjectId]
    types: NamedTypes
    sequences: SequenceConstants
    serials: dict[ObjectId, Serial]

    def comment(self, on: ObjectId) -> str:
        """Return the comment on a fact."""
        found = self.catalog.get(ObjectId("comment", (on.kind, *on.path)))
        return found.text if isinstance(found, Comment) and found.id in self.facts else ""


class ColumnWriter:
    """Writes the columns of one table, and knows which constraints it has written with them."""

    def __init__(self, table: ObjectId, said: Said) -> None:
        self._said = said
        catalog = said.catalog
        self.columns = catalog.parts(table, Column)
        keys = [key for key in catalog.parts(table, PrimaryKey) if key.id in said.facts]
        self.key = keys[0] if keys else None
        own = [fact for fact in catalog.all_parts(table) if fact.id in said.facts]
        self._referring = {name for fact in own if isinstance(fact, ForeignKey) for name in fact.columns}
        self._inline: dict[tuple[str, type[CatalogObject]], CatalogObject] = {}
        for fact in own:
            name = _only_column(fact)
            if name and (name, type(fact)) not in self._inline and not self._would_merge(fact, name):
                self._inline[name, type(fact)] = fact

    def _would_merge(self, fact: CatalogObject, name: str) -> bool:
        """Whether SQLAlchemy would make one unique index of ``unique=True`` and ``index=True``."""
        others = {Unique: Index, Index: Unique}
        return type(fact) in others and (name, others[type(fact)]) in self._inline

    @property
    def inline(self) -> frozenset[ObjectId]:
        """The constraints and indexes that stand beside their column."""
        return frozenset(fact.id for fact in self._inline.values())

    def lines(self) -> Iterator[tuple[Column, Written, list[str]]]:
        """Yield each column, its type and what follows the name in its definition."""
        for column in self.columns:
            kind = written(column, self._said.types)
            yield column, kind, self._definition(column, kind)

    def _definition(self, column: Column, kind: Written) -> list[str]:
        words = [kind.expression]
        foreign = self._inline.get((column.name, ForeignKey))
        if isinstance(foreign, ForeignKey):
            words.append(f"ForeignKey({', '.join(foreign_key_words(foreign, is_inline=True))})")
        if column.identity:
            words.append(f"Identity({', '.join(self._identity(column))})")
        elif column.generated:
            words.append(f"Computed({expression(column.generated)}, persisted={not column.virtual})")
        default = self._said.catalog.get(ObjectId("default", column.id.path))
        serial = column.id in self._said.serials
        has_default = isinstance(default, Default) and default.id in self._said.facts and not serial
        if self.key and column.name in self.key.columns:
            words += ["primary_key=True", *self._increments(column, kind, serial=serial, has_default=has_default)]
        words += ["unique=True"] if (column.name, Unique) in self._inline else []
        words += ["index=True"] if (column.name, Index) in self._inline else []
        if isinstance(default, Default) and has_default:
            constant = self._said.sequences.of(default.id)
            words.append(f"server_default={f'{constant}.next_value()' if constant else sql(default.expression)}")
        if column.not_null and any(self._said.catalog.parts(column.id, NotNull)):
            words.append("nullable=True")  # a constraint with a name of its own says that it is not
        if note := self._said.comment(column.id):
            words.append(f"comment={literal(note)}")
        return words

    def _increments(self, column: Column, kind: Written, *, serial: bool, has_default: bool) -> list[str]:
        """Return what tells SQLAlchemy whether a column of the key is serial, where it would not think so."""
        alone = self.key is not None and len(self.key.columns) == 1
        if serial:
            return [] if alone else ["autoincrement=True"]
        decided = bool(column.identity or column.generated or has_default or column.name in self._referring)
        return ["autoincrement=False"] if alone and not decided and kind.annotation in _NUMBERS else []

    def _identity(self, column: Column) -> Iterator[str]:
        if column.identity == "ALWAYS":
            yield "always=True"
        for sequence in self._said.catalog.parts(column.id, IdentitySequence):
            given = {
                "start": sequence.start, "increment": sequence.increment, "minvalue": sequence.minimum,
                "maxvalue": sequence.maximum, "cache": sequence.cache, "cycle": sequence.cycle or None,
            }  # fmt: skip
            yield from (f"{name}={value}" for name, value in given.items() if value is not None)


def _only_column(fact: CatalogObject) -> str:
    """Return the column that a constraint or index can stand beside; nothing if it says more than that can."""
    if isinstance(fact, Unique):
        plain = not (fact.include or fact.deferrable or fact.nulls_not_distinct)
        return fact.columns[0] if len(fact.columns) == 1 and plain and is_named_as_usual(fact) else ""
    if isinstance(fact, ForeignKey):
        return fact.columns[0] if len(fact.columns) == 1 and fact.valid and not fact.on_delete_columns else ""
    if isinstance(fact, Index) and len(fact.keys) == 1 and is_named_as_usual(fact):
        bare = Index(schema=fact.schema, table=fact.table, name=fact.name, keys=fact.keys)
        (key,) = fact.keys
        return key if fact == bare and quote(key) == key and table_id(fact.schema, fact.table) == fact.parent else ""
    return ""
