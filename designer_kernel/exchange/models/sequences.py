"""Sequences as SQLAlchemy has them: behind ``SERIAL``, or as constants of their own that defaults draw from."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import fits, quote_path
from designer_kernel.catalog.kinds.column import Column, Default
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.sequence import Sequence, SequenceOwner
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.literals import literal as constant
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.exchange.models.python_names import PythonNames
from designer_kernel.exchange.models.spelling import call, literal

_TYPES: Final = {"smallint": "SmallInteger", "integer": "Integer", "bigint": "BigInteger"}
_LARGEST: Final = {"smallint": 2**15 - 1, "integer": 2**31 - 1, "bigint": 2**63 - 1}


@dataclass(frozen=True, slots=True)
class Serial:
    """What SQLAlchemy's ``primary_key=True`` of an integer stands for."""

    key: ObjectId
    column: ObjectId
    default: ObjectId
    sequence: ObjectId
    owner: ObjectId

    @property
    def facts(self) -> tuple[ObjectId, ...]:
        """All of it: none can be left out."""
        return (self.key, self.column, self.default, self.sequence, self.owner)


class Drawn:
    """Which defaults draw from which sequence of a catalog."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog

    @cached_property
    def by_default(self) -> dict[ObjectId, ObjectId]:
        """The sequence of each default that is nothing but its next value."""
        calls: dict[str, ObjectId] = {}
        for one in self._catalog.of(Sequence):
            path = constant(quote_path(one.schema, one.name))
            calls |= {f"nextval({path}{cast})": one.id for cast in ("", "::regclass")}
        return {one.id: calls[one.expression] for one in self._catalog.of(Default) if one.expression in calls}

    @cached_property
    def sequences(self) -> frozenset[ObjectId]:
        """The sequences that only such defaults need, so that they may come with the tables."""
        own = set(self.by_default.values())
        strangers = {
            needed
            for fact in self._catalog
            for needed in (*self._catalog[fact].depends, *self._catalog[fact].requires(self._catalog))
            if needed in own and fact not in self.by_default and self._catalog[fact].parent != needed
        }
        return frozenset(own - strangers)

    @cached_property
    def serials(self) -> dict[ObjectId, Serial]:
        """What is serial, by its column."""
        found = {}
        for key in self._catalog.of(PrimaryKey):
            table = table_id(key.schema, key.table)
            foreign = {name for one in self._catalog.parts(table, ForeignKey) for name in one.columns}
            columns = [one for one in self._catalog.parts(table, Column) if one.name in key.columns]
            own = [one for column in columns if (one := self._serial(key.id, column)) is not None]
            if len(own) == 1 and not any(one.identity for one in columns) and own[0].column.path[-1] not in foreign:
                found[own[0].column] = own[0]
        return found

    def _serial(self, key: ObjectId, column: Column) -> Serial | None:
        default = ObjectId("default", column.id.path)
        sequence = self._catalog.get(self.by_default.get(default, default))
        if column.type not in _TYPES or not column.not_null or not isinstance(sequence, Sequence):
            return None
        name = f"{column.table}_{column.name}_seq"  # as PostgreSQL calls it, unless it has to shorten the name
        usual = Sequence(schema=column.schema, name=name, type=column.type, maximum=_LARGEST[column.type])
        owner = self._catalog.get(ObjectId("sequence_owner", sequence.id.path))
        is_own = (
            isinstance(owner, SequenceOwner)
            and (owner.table, owner.column) == ((column.schema, column.table), column.name)
            and list(self.by_default.values()).count(sequence.id) == 1
            and sequence.id in self.sequences
        )
        is_usual = sequence == usual and fits(name)
        return Serial(key, column.id, default, sequence.id, owner.id) if owner and is_own and is_usual else None


class SequenceConstants:
    """The sequences of a module that are constants, by identity."""

    def __init__(self, catalog: Catalog, said: Collection[ObjectId], serial: Iterable[Serial]) -> None:
        self._drawn = Drawn(catalog).by_default
        hidden = {one.sequence for one in serial}
        self._sequences = [one for one in catalog.of(Sequence) if one.id in said and one.id not in hidden]
        self._names: dict[ObjectId, str] = {}

    def name(self, names: PythonNames) -> None:
        """Give each its name."""
        self._names = {one.id: names.constant(one.name, one.schema) for one in self._sequences}

    def of(self, default: ObjectId) -> str:
        """Return the constant that a default draws from, or nothing."""
        return self._names.get(self._drawn.get(default, default), "")

    @property
    def definitions(self) -> list[str]:
        """The constants as Python."""
        return [
            call("", f"{self._names[one.id]} = Sequence(", [literal(one.name), *_words(one)]) + "\n"
            for one in self._sequences
        ]


def _words(one: Sequence) -> Iterator[str]:
    """Yield what a sequence is told, beside its name, where it is not as usual."""
    largest = _LARGEST[one.type]
    low, high = (1, largest) if one.increment > 0 else (-largest - 1, -1)
    begin = one.minimum if one.increment > 0 else one.maximum
    given = {
        "start": (one.start, begin), "increment": (one.increment, 1), "minvalue": (one.minimum, low),
        "maxvalue": (one.maximum, high), "cycle": (one.cycle, False), "cache": (one.cache, 1),
    }  # fmt: skip
    yield from (f"{name}={value}" for name, (value, usual) in given.items() if value != usual)
    yield f"schema={literal(one.schema)}"
    if one.type != "bigint":
        yield f"data_type={_TYPES[one.type]}"
    yield "metadata=Base.metadata"
