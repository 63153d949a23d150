"""Rows of the deployed database, counted and looked at. For dashboards."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

import ipywidgets

from designer_kernel.errors import DesignerError
from designer_kernel.studio.cells import text_of
from designer_widgets import tables

if TYPE_CHECKING:
    import pandas as pd

    from designer_kernel.studio.project import ProjectSession

CELL_LENGTH: Final = 120
"""Characters of a cell that are shown; a document in a column would fill the page."""


STEP: Final = 1024
TEN: Final = 10


def frame_html(caption: str, frame: pd.DataFrame) -> str:
    """Return a data frame as a table of escaped text, long cells cut."""
    if frame.empty:
        return tables.STYLE + tables.note(f"{caption}: no rows.")
    columns = [str(column) for column in frame.columns]
    numbers = [i for i, kind in enumerate(frame.dtypes) if kind.kind in "iuf"]
    rows = ([_shown(value) for value in row] for row in frame.astype(object).itertuples(index=False, name=None))
    return tables.STYLE + tables.table(caption, columns, rows, numbers)


def counts_html(counts: pd.DataFrame) -> str:
    """Return the tables of a database with their rows and sizes."""
    columns = (counts[name].tolist() for name in ("table", "rows", "bytes"))
    rows = ((table, count, size_words(size)) for table, count, size in zip(*columns, strict=True))
    return tables.STYLE + tables.table("Rows", ("table", "rows", "size"), rows, numbers=(1, 2))


def size_words(size: int) -> str:
    """Return a number of bytes as people say it: ``64 kB``, as PostgreSQL's ``pg_size_pretty`` counts."""
    amount, unit = float(size), "bytes"
    for unit in ("bytes", "kB", "MB", "GB", "TB"):
        if amount < STEP or unit == "TB":
            break
        amount /= STEP
    return f"{amount:,.0f} {unit}" if amount >= TEN or unit == "bytes" else f"{amount:.1f} {unit}"


class RowCounts(ipywidgets.VBox):  # type: ignore[misc]
    """The tables of the project's database with their numbers of rows; empty ones only if they are asked for."""

    def __init__(self, session: ProjectSession) -> None:
        self.session = session
        self.button = ipywidgets.Button(description="Count again")
        self.shows_empty = ipywidgets.Checkbox(description="Show empty tables", indent=False, value=False)
        self.table = ipywidgets.HTML()
        super().__init__([self.table, self.shows_empty, self.button])
        self.button.on_click(lambda _: self.refresh())
        self.shows_empty.observe(lambda _: self.refresh(), names="value")
        self.refresh()

    def refresh(self) -> None:
        """Count the rows now; an error is shown in their place."""
        self.table.value = _or_problem(self._counted)

    def _counted(self) -> str:
        counts = self.session.row_counts()
        filled = counts[counts["rows"] > 0]
        empty = len(counts) - len(filled)
        self.shows_empty.description = f"Show {empty} empty table{'' if empty == 1 else 's'}"
        self.shows_empty.layout.display = None if empty and len(filled) else "none"
        return counts_html(counts if self.shows_empty.value or filled.empty else filled)


class DataPreview(ipywidgets.VBox):  # type: ignore[misc]
    """The first rows of a table of the project's database, chosen from a list."""

    def __init__(self, session: ProjectSession, limit: int) -> None:
        self.session = session
        self.limit = limit
        design = session.design
        names = sorted(design.qualified_name(entity) for entity in design.entities if not entity.is_abstract)
        self.choice = ipywidgets.Dropdown(description="Table", options=names)
        self.table = ipywidgets.HTML()
        super().__init__([self.choice, self.table])
        self.choice.observe(lambda _: self.refresh(), names="value")
        self.refresh()

    def refresh(self) -> None:
        """Read the rows now; an error is shown in their place."""
        name = self.choice.value
        if name:
            self.table.value = _or_problem(lambda: frame_html(name, self.session.preview(name, self.limit)))


def _or_problem(read: Callable[[], str]) -> str:
    try:
        return read()
    except DesignerError as error:
        mend = f" {error.mend}" if error.mend else ""
        return tables.STYLE + tables.note(f"{error.what}.{mend}", is_error=True)


def _shown(value: Any) -> Any:
    text = text_of(value)
    if text and isinstance(value, int | float):
        return value
    return text if len(text) <= CELL_LENGTH else text[: CELL_LENGTH - 1] + "…"
