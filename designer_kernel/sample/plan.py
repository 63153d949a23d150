"""`Plan`: everything that decides which rows are made, as an inspectable value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.design.sample_hints import SampleHints
from designer_kernel.sample.planning.facts import ColumnFacts, TableName
from designer_kernel.sample.rows.layout import Fan

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from designer_kernel.catalog.catalog import Catalog
    from designer_kernel.design.sample_hints import ColumnHints
    from designer_kernel.sample.constraints.adjusting import Adjustment
    from designer_kernel.sample.document.estimates import Estimate, Rates
    from designer_kernel.sample.existing.beside import Beside
    from designer_kernel.sample.existing.rows import ExistingRows
    from designer_kernel.sample.files.writing import Written
    from designer_kernel.sample.planning.partitions import Division
    from designer_kernel.sample.providers.provider import Provider
    from designer_kernel.sample.rows.frame import Frame

_NOTHING: Final = SampleHints()


@dataclass(frozen=True, slots=True)
class Counter:
    """Which number a row has among its equals, for keys that are unique among them.

    ``among`` is "rows" (the whole table), "owner" (rows of one owner) or a path of references to an ancestor, written
    with slashes. The number is divided by ``divisor``: it is one digit of the rows' count. If it ``wraps``, higher
    digits follow. ``pieces`` are several digits instead, each a divisor and how many values it has (0: all that are
    left); the first is the lowest.
    """

    among: str
    divisor: int = 1
    wraps: bool = False
    pieces: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Owner:
    """The reference that rows are laid out under; if ``free``, under rows that were there and have none of them yet."""

    fan: Fan
    free: bool = False

    def describe(self) -> str:
        """Say the rule in words."""
        spread = "evenly" if self.fan.even else "unevenly"
        return f"{self.fan.children:,} rows lie {spread} under {self.fan.parents:,}"


@dataclass(frozen=True, slots=True)
class Pick:
    """A reference to some row, chosen from a range that is known in closed form.

    ``path`` leads by references from the child to an ancestor, ``chain`` by owners from the parent up to the same
    ancestor; the range is the parent's rows under that ancestor. ``path`` of ``None`` means all rows of the parent.
    ``counter`` makes the choice distinct; without it, rows are drawn, the first ones more often if ``popular``.
    """

    path: tuple[str, ...] | None
    chain: tuple[TableName, ...]
    popular: bool = True
    counter: Counter | None = None

    def describe(self) -> str:
        """Say the rule in words."""
        if self.path is None:
            source = "any row"
        elif not self.chain:
            source = "the row reached by " + "/".join(self.path)
        else:
            source = "a row with the same " + (self.path[-1] if self.path else "parent")
        return source + (", each at most once" if self.counter else "")


@dataclass(frozen=True, slots=True)
class Tree:
    """A reference of a table to itself: an earlier row of the same range; the first rows are roots.

    With ``is_list`` it is the row before, so that no two rows refer to the same one. ``roots``, ``fan_out`` and
    ``depth`` are how many roots a range has, children a row and levels a tree, at most; 0 where nobody chose.
    """

    path: tuple[str, ...] | None
    chain: tuple[TableName, ...]
    has_roots: bool
    is_list: bool = False
    roots: int = 0
    fan_out: int = 0
    depth: int = 0

    def describe(self) -> str:
        """Say the rule in words."""
        if self.is_list:
            return "the row before"
        named = ((self.roots, "roots"), (self.fan_out, "children each"), (self.depth, "levels"))
        chosen = [f"{number} {what}" for number, what in named if number]
        return "an earlier row, so that rows form trees" + (f" of at most {', '.join(chosen)}" if chosen else "")


@dataclass(frozen=True, slots=True)
class Clock:
    """When rows of a table come to be.

    ``spans`` are the times that its partitions take (or the plan's), in microseconds; ``after`` are the references
    whose rows must be older. ``style`` is "root" (spread over the first part), "child" (some time after what it refers
    to) or "part" (at most ``gap`` after; ``counted`` puts rows of one owner one after the other). The first row comes
    ``delay`` after what it refers to: what its parts refer to is there by then.
    """

    spans: tuple[tuple[int, int], ...]
    after: tuple[str, ...]
    style: str
    gap: int = 0
    counted: bool = False
    delay: int = 0


@dataclass(frozen=True, slots=True)
class Presence:
    """Whether a reference is set, by the entry that a row takes from a pool: see `Pooled`."""

    pool: str
    flags: tuple[bool, ...]
    counter: Counter | None = None


@dataclass(frozen=True, slots=True)
class ReferencePlan:
    """A foreign key and how its rows are found.

    ``null_columns`` are NULL in ``null_share`` thousandths of the rows; or, with a ``turn`` (a name, an index and a
    size), in all rows but those whose turn it is: exactly one of several references is set. ``apart`` is another
    reference to the same table, and what a check says of the two: "<>" that they are different rows, "<" or ">" which
    of them has the smaller key; after "NULL unless", it is NULL where that does not hold; or "after", a fixed step
    behind. Other words of `rows.apart` are for keys that rise from row to row. ``portion`` is an offset, a share and
    a total: once the rows are shuffled, it is set in the ``share`` ones from ``offset`` on, and counts these alone.
    """

    name: str
    columns: tuple[str, ...]
    parent: TableName
    parent_columns: tuple[str, ...]
    rule: Owner | Pick | Tree
    null_columns: tuple[str, ...] = ()
    null_share: int = 0
    turn: tuple[str, int, int] | None = None
    is_deferrable: bool = False
    presence: Presence | None = None
    apart: tuple[str, str] | None = None
    portion: tuple[int, int, int] | None = None


@dataclass(frozen=True, slots=True)
class ColumnPlan:
    """A column and where its values come from; exactly one of ``provider`` and ``reference`` is set.

    ``hints`` are what somebody asked for; a column that ``is_decided`` follows from a key, so nobody can.
    """

    facts: ColumnFacts
    provider: Provider | None
    reference: tuple[str, str] | None
    reason: str
    null_share: int = 0
    adjustments: tuple[Adjustment, ...] = ()
    hints: ColumnHints | None = None
    is_decided: bool = False

    @property
    def source(self) -> str:
        """The provider's name, or what is referenced."""
        if self.provider is not None:
            return self.provider.name
        assert self.reference is not None
        return f"→ {self.reference[1]} by {self.reference[0]}"


@dataclass(frozen=True, slots=True)
class TablePlan:
    """The rows of one table; ``division`` is how its partitions share them.

    With ``existing`` its rows are there already: none is made, and others refer to those. With ``beside`` they are
    added to others. If ``is_staged``, a column that gets no values has a type that COPY BINARY stops at all the same.
    """

    name: TableName
    rows: int
    reason: str
    columns: Mapping[str, ColumnPlan]
    references: Mapping[str, ReferencePlan]
    clock: Clock
    owner: str = ""
    redraws: tuple[Redraw, ...] = ()
    keys: tuple[KeyPlan, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    division: Division | None = None
    existing: ExistingRows | None = None
    beside: Beside | None = None
    is_staged: bool = False

    @property
    def label(self) -> str:
        """The qualified name."""
        return ".".join(self.name)

    @property
    def size(self) -> int:
        """How many rows there are to refer to: those that are made, or those that were there."""
        return self.rows if self.existing is None else self.existing.rows


@dataclass(frozen=True, slots=True)
class KeyPlan:
    """A unique key and how it is kept; ``room`` is how many rows its values can tell apart, if that is known."""

    name: str
    columns: tuple[str, ...]
    kept: str
    room: int | None = None


@dataclass(frozen=True, slots=True)
class RedrawCase:
    """Rows in which ``condition`` is true of what keys and references decide, and entries of columns for those."""

    condition: Any
    spare: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True)
class Redraw:
    """A check that is kept by drawing rows again until it holds; ``columns`` are drawn together.

    Rows that no draw helps take an entry of ``spare``: values of each column that keep the check, found while planning.
    Rows of one of ``cases`` that break it are not drawn again, but take an entry of that case.
    """

    constraint: str
    condition: Any
    columns: tuple[str, ...]
    spare: tuple[tuple[Any, ...], ...] = ()
    cases: tuple[RedrawCase, ...] = ()


@dataclass(frozen=True)
class Plan:
    """Row counts, providers, key spaces and load order of every table, for one seed.

    ``horizon`` is the last moment that any row speaks of and ``beginning`` the first, in microseconds since 1970.
    ``notes`` say what was left out and why. ``asked`` and ``only`` are what it was made from: hints, and the tables
    that were chosen. ``locales`` are those that people and places are drawn from, with weights (all if empty), and
    ``vocabulary`` is the fingerprint of the lists of names: with other lists, the plan is refused. ``mode`` is "append"
    or "top up" if rows come beside others. ``rates`` say how fast the server is that it is for: for the estimate alone.
    """

    seed: int
    tables: Mapping[TableName, TablePlan]
    order: tuple[TableName, ...]
    beginning: int
    horizon: int
    notes: tuple[str, ...] = ()
    asked: SampleHints = _NOTHING
    only: tuple[str, ...] | None = None
    locales: tuple[tuple[str, int], ...] = ()
    vocabulary: str = ""
    mode: str = "refuse"
    rates: Rates | None = field(default=None, compare=False, repr=False)

    @cached_property
    def kept(self) -> dict[TableName, Any]:
        """Small tables kept by frames while others are derived from them; no part of the plan's value."""
        return {}

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in self.__dict__.items() if name != "kept"}

    @cached_property
    def rows(self) -> int:
        """The number of rows of all tables."""
        return sum(table.rows for table in self.tables.values())

    def to_dict(self) -> dict[str, Any]:
        """Return the plan as JSON-ready values: what `to_yaml` writes."""
        from designer_kernel.sample.document.emit import to_data

        return to_data(self)

    def to_yaml(self) -> str:
        """Return the plan as YAML with everything explicit; what is edited there counts when it is read back."""
        from designer_kernel.sample.document.emit import to_yaml

        return to_yaml(self)

    @staticmethod
    def from_yaml(text: str, catalog: Catalog, *, reader: Any = None, judge: Any = None) -> Plan:
        """Return the plan that a document describes, for the catalog of the database that it is to fill.

        Raises
        ------
        SamplePlanError
            For what cannot be read, is not there, or cannot be kept; ``where`` names the place.
        """
        from designer_kernel.sample.document.reading import read

        return read(text, catalog, reader=reader, judge=judge)

    @cached_property
    def estimate(self) -> Estimate:
        """How many bytes the rows and their indexes take, and how long loading takes, and what that rests on."""
        from designer_kernel.sample.document.estimates import estimated

        return estimated(self)

    def preview(self, table: str, rows: int = 10, *, start: int = 0) -> pd.DataFrame:
        """Return some rows of one table as they will be; no other rows are made.

        Raises
        ------
        SamplePlanError
            If the plan has no such table.
        """
        from designer_kernel.sample.document.shown import preview

        return preview(self, table, rows, start)

    def write(self, folder: Path | str, **options: Any) -> Written:
        """Write all rows to files: Parquet by default; options and errors are those of `sample.write`."""
        from designer_kernel.sample.files import write

        return write(self, folder, **options)

    def to_frames(self, **options: Any) -> dict[str, pd.DataFrame]:
        """Return all rows as DataFrames by table; options are those of `sample.to_frames`."""
        from designer_kernel.sample.files import to_frames

        return to_frames(self, **options)

    def frame(self, table: str, start: int = 0, stop: int | None = None) -> Frame:
        """Return rows ``start`` to ``stop`` of a table, each column computed when it is asked for."""
        from designer_kernel.sample.document.shown import frame

        return frame(self, table, start, stop)

    def to_frame(self) -> pd.DataFrame:
        """Return a DataFrame with one line for each column: table, rows, column, type, provider, nulls, reason."""
        from designer_kernel.sample.document.shown import columns_frame

        return columns_frame(self)

    def tables_frame(self) -> pd.DataFrame:
        """Return a DataFrame with one line for each table: rows, reason, what it lies under, bytes, seconds."""
        from designer_kernel.sample.document.shown import tables_frame

        return tables_frame(self)

    def __str__(self) -> str:
        return str(self.to_frame().to_string(index=False))

    def __repr__(self) -> str:
        return f"Plan({len(self.tables)} tables, {self.rows:,} rows, seed {self.seed})"

    def _repr_html_(self) -> str:
        from designer_kernel.sample.document.shown import html

        return html(self)
