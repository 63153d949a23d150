"""What a provider is, what it is told about its column, and the rules by which it is chosen."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, TypeVar

import pyarrow as pa

from designer_kernel.sample.constraints.narrowing import Allowed
from designer_kernel.sample.plan import Counter
from designer_kernel.sample.planning.facts import ColumnFacts, TableFacts, TableName
from designer_kernel.sample.rows.values import Values, texts

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame


@dataclass(frozen=True, slots=True)
class Provider(ABC):
    """Draws the values of one column; a pure function of its fields, the seed and the row numbers.

    One that ``tells_null`` says itself where there is no value: more NULLs would contradict other columns.
    """

    tells_null: ClassVar[bool] = False

    @property
    def name(self) -> str:
        """The provider's name in plans."""
        return re.sub(r"(?<!^)(?=[A-Z])", " ", type(self).__name__).lower()

    @abstractmethod
    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        """Return one value for each row of the frame."""


def unwrapped(provider: Provider | None) -> Provider | None:
    """Return the provider inside others that only shape its values."""
    while provider is not None and hasattr(provider, "inner"):
        provider = provider.inner
    return provider


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may look at.

    ``unique`` tells among which rows the column must be distinct, if any. ``after`` are the references whose rows are
    older than this one's; ``parents`` are the tables that references lead to, and with a slash those that these refer
    to. ``scope`` is the path of owners to a small table at the top (a tenant), if there is one. ``parts`` are the
    tables whose rows lie under this one's. ``locales`` are those that words are to come from, if anybody said so, and
    ``edge_cases`` in how many thousandths of the rows a value is to be an odd one.
    """

    table: TableFacts
    column: ColumnFacts
    allowed: Allowed
    unique: Counter | None = None
    rows: int = 0
    parents: Mapping[str, TableFacts] = field(default_factory=dict)
    owner: str = ""
    siblings: Mapping[str, Allowed] = field(default_factory=dict)
    scope: str = ""
    parts: Mapping[TableName, TableFacts] = field(default_factory=dict)
    locales: tuple[str, ...] = ()
    edge_cases: int = 0

    @property
    def kind(self) -> str:
        """The family of the column's type."""
        return self.column.form.kind

    def has(self, *names: str) -> bool:
        """Whether the table has one of these columns."""
        return any(name in self.table.columns for name in names)

    def first(self, *names: str) -> str | None:
        """Return the first of these columns that the table has."""
        return next((name for name in names if name in self.table.columns), None)


Make = Callable[[Context], Provider | None]

FactoryT = TypeVar("FactoryT", bound=Callable[..., "Provider"])


def keeps_apart(factory: FactoryT) -> FactoryT:
    """Mark a named factory whose provider keeps values apart by itself when the column must be unique."""
    factory.keeps_apart = True  # type: ignore[attr-defined]
    return factory


@dataclass(frozen=True, slots=True)
class Rule:
    """``make`` is asked for columns of these kinds whose name matches; it may decline.

    ``distinct`` says that the provider keeps values apart by itself when the column must be unique.
    """

    columns: str
    kinds: frozenset[str]
    make: Make
    reason: str
    tables: str = ""
    distinct: bool = False

    def fits(self, context: Context) -> bool:
        """Whether type, column name and table name match."""
        return (
            context.kind in self.kinds
            and re.fullmatch(self.columns, context.column.name) is not None
            and (not self.tables or re.search(self.tables, context.table.name[1]) is not None)
        )


TEXT = frozenset({"text"})
NUMBER = frozenset({"integer", "numeric", "float"})
TIME = frozenset({"date", "timestamp"})


@lru_cache(maxsize=256)
def words(items: tuple[str, ...]) -> pa.Array:
    """Return a vocabulary as an Arrow array, made once."""
    return texts(list(items))
