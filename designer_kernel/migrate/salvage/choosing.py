"""What has to be kept of what a plan takes away, and by which key its rows are found again."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.enum import Enum
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.sequence import SequenceOwner
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.kinds.unique import Unique
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.catalog.render import create
from designer_kernel.migrate.salvage.copies import Copy, Value
from designer_kernel.migrate.salvage.touching import Names, Relation

_WHOLE: Final = ("smallint", "integer", "bigint")
_SIZED: Final = re.compile(r"(?P<name>[a-z ]+?)(?:\((?P<size>[0-9]+)(?:,(?P<scale>-?[0-9]+))?\))?\Z")


class Choice:
    """Chooses what is kept of a catalog that becomes another one.

    Parameters
    ----------
    names
        What tables and columns of ``before`` are called after the change.
    """

    def __init__(self, before: Catalog, after: Catalog, hashes: tuple[str, str], names: Names) -> None:
        self._before = before
        self._after = after
        self._hashes = hashes
        self._names = names

    def table(self, relation: Relation) -> Copy | None:
        """Return the copy of a table's rows; ``None`` if it can have none of its own."""
        table = self._before.get(ObjectId("relation", relation))
        if not isinstance(table, Table):
            return None
        columns = self.columns(relation)
        return Copy(
            "table",
            relation,
            tuple(Value(c.name, c.type) for c in columns if not c.generated),
            self._definition(table.id),
            *self._hashes,
            only=not table.partition_by,
            sequences=tuple(self._sequences(relation, columns)),
        )

    def column(self, relation: Relation, name: str) -> Copy | None:
        """Return the copy of a column's values; ``None`` if they are computed from others, or it is no column."""
        table = self._before.get(ObjectId("relation", relation))
        column = next((c for c in self.columns(relation) if c.name == name), None)
        if not isinstance(table, Table) or column is None or column.generated:
            return None
        key = self.key(relation, name)
        return Copy(
            "column",
            (*relation, name),
            (Value(name, column.type),),
            self._definition(column.id),
            *self._hashes,
            key=key,
            rest=() if key else self._rest(relation, name),
            followed=self._stays(relation, name),
            only=not table.partition_by,
            sequences=tuple(self._sequences(relation, [column])),
        )

    def converted(self, relation: Relation, name: str) -> Copy | None:
        """Return the copy of values that are converted; ``None`` if none of them can be lost by it."""
        old = next((c for c in self.columns(relation) if c.name == name), None)
        new = self._then(relation, name)
        if old is None or new is None:
            return self.column(relation, name)
        removed = self.removed_labels(relation, name)
        if (old.type == new.type or is_wider(old.type, new.type)) and not removed:
            return None
        copy = self.column(relation, name)
        if copy is None or not removed:
            return copy
        now = f"t.{quote(self._names.column(relation, name))}"
        return replace(copy, condition=holding(now, old.type, removed))

    def removed_labels(self, relation: Relation, name: str) -> tuple[str, ...]:
        """Return the values that the enumeration of a column has no longer."""
        old, new = next((c for c in self.columns(relation) if c.name == name), None), self._then(relation, name)
        if old is None or new is None:
            return ()
        was, becomes = _enum(self._before, old.type), _enum(self._after, new.type)
        if was is None or becomes is None:
            return ()
        return tuple(label for label in was.labels if label not in becomes.labels)

    def columns(self, relation: Relation) -> list[Column]:
        """Return the columns of a table; a partition has those of its parent."""
        key = ObjectId("relation", relation)
        while True:
            found, table = self._before.parts(key, Column), self._before.get(key)
            if found or not isinstance(table, Table) or not table.partition_of:
                return found
            key = ObjectId("relation", table.partition_of)

    def of_type(self, type_id: ObjectId) -> Iterator[Column]:
        """Yield the columns of tables that have a type, or are arrays of it."""
        name = quote_path(*type_id.path)
        for column in self._before.of(Column):
            if column.type.removesuffix("[]") == name:
                yield column

    def key(self, relation: Relation, lost: str) -> tuple[Value, ...]:
        """Return columns that tell rows apart and stay as they are; none if there are no such."""
        columns = {c.name: c for c in self.columns(relation)}
        for names in self._keys(relation):
            if lost in names or not all(name in columns and columns[name].not_null for name in names):
                continue
            if all(self._is_steady(relation, columns[name]) for name in names):
                return tuple(Value(name, columns[name].type) for name in names)
        return ()

    def _rest(self, relation: Relation, lost: str) -> tuple[Value, ...]:
        """Return all columns that stay as they are."""
        steady = (c for c in self.columns(relation) if c.name != lost and self._is_steady(relation, c))
        return tuple(Value(c.name, c.type) for c in sorted(steady, key=lambda c: c.name))

    def _keys(self, relation: Relation) -> Iterator[tuple[str, ...]]:
        table = ObjectId("relation", relation)
        yield from (key.columns for key in self._before.parts(table, PrimaryKey) if not key.period)
        yield from (key.columns for key in self._before.parts(table, Unique) if not key.period)
        columns = {quote(c.name): c.name for c in self.columns(relation)}
        for index in self._before.parts(table, Index):
            if index.unique and not index.predicate and all(key in columns for key in index.keys):
                yield tuple(columns[key] for key in index.keys)

    def _is_steady(self, relation: Relation, column: Column) -> bool:
        new = self._then(relation, column.name)
        if new is None or new.generated or column.generated:
            return False
        return new.type == column.type or {new.type, column.type} <= set(_WHOLE)

    def _then(self, relation: Relation, name: str) -> Column | None:
        """Return what becomes of a column."""
        key = ObjectId("column", (*self._names.relation(relation), self._names.column(relation, name)))
        new = self._after.get(key)
        return new if isinstance(new, Column) else None

    def _stays(self, relation: Relation, name: str) -> bool:
        new = self._then(relation, name)
        return new is not None and not new.generated

    def _sequences(self, relation: Relation, columns: Iterable[Column]) -> Iterator[tuple[str, str]]:
        owned = {
            o.column: quote_path(o.schema, o.sequence) for o in self._before.having(SequenceOwner, "table", relation)
        }
        for column in columns:
            if column.identity:
                yield column.name, ""
            elif column.name in owned:
                yield column.name, owned[column.name]

    def _definition(self, root: ObjectId) -> str:
        keys, waiting = [root], [root]
        while waiting:
            parts = [part.id for part in self._before.all_parts(waiting.pop())]
            keys += parts
            waiting += parts
        return "".join(f"{statement.sql};\n" for statement in create(self._before, keys))


def holding(value: str, type_name: str, labels: Iterable[str]) -> str:
    """Return the condition that a value of an enumeration, or an array of such, is or holds one of some labels."""
    listed = f"ARRAY[{', '.join(map(literal, labels))}]"
    return f"{value}::text[] && {listed}" if type_name.endswith("[]") else f"{value}::text = ANY ({listed})"


def _enum(catalog: Catalog, type_name: str) -> Enum | None:
    name = type_name.removesuffix("[]")
    return next((enum for enum in catalog.of(Enum) if quote_path(enum.schema, enum.name) == name), None)


def is_wider(old: str, new: str) -> bool:
    """Whether every value of a type is one of another type, and comes back from there as it was."""
    if old in _WHOLE and new in _WHOLE:
        return _WHOLE.index(old) <= _WHOLE.index(new)
    if (old, new) == ("real", "double precision") or (old in _WHOLE and new == "numeric"):
        return True
    was, becomes = _SIZED.match(old), _SIZED.match(new)
    if was is None or becomes is None:
        return False
    if was["name"] == "character varying" and new in ("text", "character varying"):
        return True
    if was["name"] != becomes["name"] or was["name"] not in ("character varying", "numeric", "bit varying"):
        return False
    if becomes["size"] is None:
        return True
    if was["size"] is None:
        return False
    scales = int(was["scale"] or 0), int(becomes["scale"] or 0)
    return scales[0] <= scales[1] and int(was["size"]) - scales[0] <= int(becomes["size"]) - scales[1]


def heirs(relation: Relation, catalog: Catalog) -> list[Relation]:
    """Return a table and all tables that inherit from it."""
    found = [relation]
    for parent in found:
        found += [
            (table.schema, table.name)
            for table in catalog.of(Table)
            if parent in table.inherits and (table.schema, table.name) not in found
        ]
    return found
