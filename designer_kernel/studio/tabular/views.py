"""What is told of tables and rows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from designer_kernel.studio.tabular.shape import Shape


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column of a table."""

    name: str
    type: str
    is_required: bool
    has_default: bool
    is_computed: bool


@dataclass(frozen=True, slots=True)
class TableView:
    """A table, or a view, whose rows can only be read; ``key`` tells its rows apart, unless it is empty."""

    name: str
    is_table: bool
    key: tuple[str, ...]
    columns: tuple[ColumnView, ...]


@dataclass(frozen=True, slots=True)
class RowView:
    """A row; see `designer_kernel.studio.tabular.values` for how values are told.

    Attributes
    ----------
    is_bare
        Whether it is too large for one answer: then ``values`` are those of the key alone.
    """

    values: dict[str, Any]
    key: dict[str, Any]
    revision: str
    is_bare: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the cursor of those behind them; ``None`` if there are no more, or no key leads to them."""

    rows: tuple[RowView, ...]
    next: str | None


def table_views(shapes: Iterable[Shape]) -> list[TableView]:
    """Return what is told of tables."""
    return [
        TableView(
            one.name,
            one.is_table,
            one.key,
            tuple(ColumnView(c.name, c.type, c.is_required, c.has_default, c.is_computed) for c in one.columns),
        )
        for one in shapes
    ]


def row_view(held: Shape, row: dict[str, Any]) -> RowView:
    """Return what is told of a row that a statement gave."""
    told = {column.name: row[place] for n, column in enumerate(held.columns) if (place := f"c{n}") in row}
    return RowView(told, {name: told[name] for name in held.key}, row["revision"], is_bare="bare" in row)
