"""How large a plan's rows will be and how long loading them takes, before anything is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.planning.facts import TableName
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows.frame import Frame
from designer_kernel.sample.rows.values import Values

if TYPE_CHECKING:
    from designer_kernel.sample.plan import Plan, TablePlan

SAMPLE: Final = 64
"""Rows of each table whose width is looked at."""

RESTS_ON: Final = (
    "widths of 64 rows of each table, laid out as PostgreSQL does; 94 MB of rows a second by COPY BINARY, 0.46 µs for "
    "each row of an index and 0.85 µs for each row of a foreign key, as measured on two cores with PostgreSQL 15"
)

_PER_BYTE: Final = 1 / 94e6
_PER_ROW: Final = 0.4e-6
_PER_INDEX: Final = 0.46e-6
_PER_REFERENCE: Final = 0.85e-6
_PER_TABLE: Final = 0.004
_HEADER: Final = 24
_POINTER: Final = 4
_PAGE_SIZE: Final = 8192
_PAGE: Final = 8192 - 24
_LONG: Final = frozenset({"text", "json", "bytes", "list", "xml", "tsvector", "composite", "multirange"})
"""Values that are kept beside the table if they are long; the index of that place is there at once."""
_FIXED: Final[Mapping[str, tuple[int, int]]] = {
    "smallint": (2, 2), "integer": (4, 4), "bigint": (8, 8), "real": (4, 4), "double precision": (8, 8),
    "boolean": (1, 1), "date": (4, 4), "timestamp with time zone": (8, 8), "timestamp without time zone": (8, 8),
    "time without time zone": (8, 8), "interval": (16, 8), "uuid": (16, 1), "macaddr": (6, 4), "money": (8, 8),
}  # fmt: skip
"""Width and alignment of types of one width."""


@dataclass(frozen=True, slots=True)
class Rates:
    """How many times as long a server takes as the one that was measured, and how that is known."""

    factor: float = 1.0
    known_by: str = ""

    @property
    def rests_on(self) -> str:
        """What the figures of an estimate go by, in words."""
        return f"{RESTS_ON}; times {self.factor:.2g}: {self.known_by}" if self.known_by else RESTS_ON


@dataclass(frozen=True, slots=True)
class TableEstimate:
    """Bytes of a table's rows with their indexes, and seconds to load them."""

    rows: int
    row_bytes: float
    bytes: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is expected of a fill; ``rests_on`` says what the figures go by."""

    tables: Mapping[TableName, TableEstimate]
    rests_on: str = RESTS_ON

    @property
    def bytes(self) -> int:
        """The bytes of all tables and their indexes."""
        return sum(table.bytes for table in self.tables.values())

    @property
    def seconds(self) -> float:
        """The seconds of all tables, one after the other."""
        return sum(table.seconds for table in self.tables.values())


def estimated(plan: Plan) -> Estimate:
    """Return what a plan's rows will take."""
    rates = plan.rates or Rates()
    return Estimate({name: _table(plan, table, rates) for name, table in plan.tables.items()}, rates.rests_on)


def _table(plan: Plan, table: TablePlan, rates: Rates) -> TableEstimate:
    if not table.rows:
        return TableEstimate(0, 0.0, 0, 0.0)
    widths = _widths(plan, table)
    width = _row(table, widths)
    on_page = max(1, int(_PAGE // (width + _POINTER))) if width < _PAGE else 1
    beside = _PAGE_SIZE if any(c.facts.form.kind in _LONG for c in table.columns.values()) else 0
    heap = beside + -(-table.rows // on_page) * _PAGE_SIZE if width < _PAGE else round(table.rows * width)
    indexes = sum(_index(table.rows, columns, widths) for columns in table.indexes)
    seconds = (
        _PER_TABLE
        + table.rows * (_PER_ROW + (width - _HEADER) * _PER_BYTE)
        + table.rows * _PER_INDEX * len(table.indexes)
        + table.rows * _PER_REFERENCE * len(table.references)
    )
    return TableEstimate(table.rows, width, heap + indexes, seconds * rates.factor)


def _widths(plan: Plan, table: TablePlan) -> dict[str, tuple[float, int]]:
    """Return the average width and the alignment of each column."""
    rows = np.unique(np.linspace(0, table.rows - 1, min(SAMPLE, table.rows)).astype(np.int64))
    frame = Frame(plan, table.name, rows)
    return {name: _width(column.facts.form, frame.column(name)) for name, column in table.columns.items()}


def _width(form: Form, values: Values) -> tuple[float, int]:
    present = 1.0 if values.null is None else 1.0 - float(values.null.mean())
    if form.base in _FIXED and form.kind not in ("list", "range"):
        width, alignment = _FIXED[form.base]
        return width * present, alignment
    if form.kind == "enum":
        return 4 * present, 4
    if form.kind == "numeric":
        return (3 + 2 * _groups(values, form.scale)) * present, 1
    length = _length(values)
    return (length + (1 if length < 127 else 4)) * present, 1 if length < 127 else 4


def _groups(values: Values, scale: int) -> float:
    """Return how many groups of four decimal digits a numeric has on average."""
    if values.is_arrow or not len(values):
        return 3.0
    whole = np.abs(values.data.astype(np.float64)) / 10**scale
    digits = np.ceil(np.log10(np.maximum(whole, 1) + 1) / 4)
    return float(digits.mean()) + (scale + 3) // 4


def _length(values: Values) -> float:
    data: Any = values.data
    if not values.is_arrow:
        return float(data.shape[1]) if data.ndim == 2 else 8.0
    if not len(data):
        return 0.0
    if pa.types.is_list(data.type):
        return 24 + float(data.nbytes) / len(data)
    if pa.types.is_string(data.type) or pa.types.is_binary(data.type):
        return float(pc.mean(pc.binary_length(data)).as_py() or 0)
    return float(data.nbytes) / len(data)


def _row(table: TablePlan, widths: Mapping[str, tuple[float, int]]) -> float:
    """Return the bytes of one row: columns in their order, each aligned, and the whole to eight bytes."""
    has_nulls = any(column.null_share for column in table.columns.values())
    at = float(-(-(23 + (len(table.columns) + 7) // 8 * has_nulls) // 8) * 8)
    for width, alignment in widths.values():
        if alignment > 1 and width:
            at = -(-at // alignment) * alignment
        at += width
    return max(-(-at // 8) * 8, _HEADER)


def _index(rows: int, columns: tuple[str, ...], widths: Mapping[str, tuple[float, int]]) -> int:
    """Return the bytes of a B-tree; other kinds are taken for one."""
    key = sum(widths.get(column, (16.0, 1))[0] for column in columns)
    entry = 8 + -(-key // 8) * 8 + _POINTER
    return max(2 * _PAGE_SIZE, _PAGE_SIZE + round(rows * entry / 0.9))
