"""The rows that a query gave, as pages, as text, and as a variable of the notebook. They stay in the kernel."""

from __future__ import annotations

import builtins
import csv
import io
import json
import keyword
import math
import secrets
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.errors import DesignerError
from designer_kernel.exchange.workbooks import write_workbook
from designer_kernel.studio.cells import text_of
from designer_kernel.studio.tabular.outgoing import csv_line
from designer_widgets.permissions import is_served

if TYPE_CHECKING:
    import pandas as pd

CELL_LENGTH: Final = 300
"""Characters of a cell that a page shows; text for the clipboard has all of them."""

_FORMULA: Final = ("=", "+", "-", "@")
"""What a spreadsheet takes for a formula at the beginning of a cell."""


@dataclass(frozen=True)
class Result:
    """The rows of one query. ``key`` names them to views, so that nobody gets the rows of another."""

    frame: pd.DataFrame
    key: str = field(default_factory=lambda: secrets.token_hex(8))

    def document(self, limit: int) -> dict[str, Any]:
        """Return what views are told: columns and figures, no rows, since notebooks keep what they are told."""
        told = self.frame.attrs
        rows, seconds = told["rows"], told["seconds"]
        counted = f"{rows:,} row{'' if rows == 1 else 's'} in {seconds:.2f} s"
        words = f"the first {counted}; there are more than {limit:,}" if told["is_cut"] else counted
        return {
            "words": words,
            "result": {
                "key": self.key,
                "columns": [
                    {"name": str(name), "family": family}
                    for name, family in zip(self.frame.columns, self.families, strict=True)
                ],
                "rows": rows,
                "is_cut": told["is_cut"],
            },
        }

    @property
    def families(self) -> list[str]:
        """What the columns hold: ``number``, ``time``, ``boolean`` or ``text``."""
        return [_family(self.frame.iloc[:, place]) for place in range(self.frame.shape[1])]

    def rows(self, start: int, count: int) -> list[list[str | None]]:
        """Return some rows as text, cut where it is long; ``None`` stands for NULL."""
        return [[_cut(value) for value in line] for line in self._lines(start, count)]

    def tabbed(self) -> str:
        """Return all rows with tabs between, for the clipboard; no text in it is a formula to a spreadsheet."""
        written = io.StringIO()
        writer = csv.writer(written, delimiter="\t", lineterminator="\n")
        families = self.families
        writer.writerow(_harmless(name, "text") for name in self._names)
        for line in self._lines(0, len(self.frame)):
            writer.writerow(map(_harmless, line, families))
        return written.getvalue()

    def file(self, form: str) -> bytes:
        """Return all rows as ``csv`` or ``xlsx``, whose texts no spreadsheet takes for formulas, or ``json``."""
        lines = self._lines(0, len(self.frame))
        numbers = [family == "number" for family in self.families]
        if form == "json":
            frame = self.frame.astype(object)
            rows = (map(_value, row) for row in frame.itertuples(index=False, name=None))
            documents = [dict(zip(self._names, row, strict=True)) for row in rows]
            return json.dumps(documents, ensure_ascii=False, default=text_of, indent=1).encode()
        if form == "xlsx":
            sheet = io.BytesIO()
            write_workbook(sheet, list(zip(self._names, numbers, strict=True)), lines, formula_safe=True)
            return sheet.getvalue()
        head = csv_line(self._names, [False] * len(numbers), formula_safe=True)
        return "".join([head, *(csv_line(line, numbers, formula_safe=True) for line in lines)]).encode()

    def keep(self, name: str, *, replace: bool) -> str:
        """Put the rows into a variable of the notebook, and return that in words.

        Raises
        ------
        DesignerError
            If this page has no notebook, the name is none, or is taken and not to be replaced.
        """
        space = _variables()
        if not name.isidentifier() or keyword.iskeyword(name) or hasattr(builtins, name):
            raise DesignerError(f"{name!r} cannot be the name of a variable", mend="give a plain name such as rows")
        if name in space and not replace:
            mend = "give another name, or press “Replace it”"
            raise NameHeld(f"the notebook has a variable {name!r} already", mend=mend)
        space[name] = self.frame.copy()
        rows, columns = self.frame.shape
        return f"{name} holds {rows:,} × {columns} as a DataFrame"

    @property
    def _names(self) -> list[str]:
        return [str(name) for name in self.frame.columns]

    def _lines(self, start: int, count: int) -> list[list[str | None]]:
        part = self.frame.iloc[start : start + count].astype(object)
        return [[_text(value) for value in line] for line in part.itertuples(index=False, name=None)]


class NameHeld(DesignerError):
    """A name of a variable that the notebook uses already."""

    code = "name_held"


def _variables() -> dict[str, Any]:
    from IPython import get_ipython

    shell = get_ipython()
    if shell is None or is_served():
        raise DesignerError(
            "there is no notebook here whose variables could be set",
            mend="open the designer in a cell of a notebook, or copy the rows",
        )
    space: dict[str, Any] = shell.user_ns
    return space


def _family(column: pd.Series[Any]) -> str:
    if column.dtype.kind == "M":
        return "time"
    if column.dtype.kind == "b":
        return "boolean"
    if column.dtype.kind in "iuf":
        return "number"
    first = next((value for value in column if value is not None), None)
    if isinstance(first, Decimal):
        return "number"
    return "time" if type(first).__name__ in ("date", "datetime") else "text"


def _text(value: Any) -> str | None:
    import pandas as pd

    if value is None or value is pd.NA or value is pd.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    return text_of(value)


def _cut(text: str | None) -> str | None:
    return text if text is None or len(text) <= CELL_LENGTH else text[: CELL_LENGTH - 1] + "…"


def _harmless(text: str | None, family: str) -> str:
    text = text or ""
    return f"'{text}" if family == "text" and text.lstrip().startswith(_FORMULA) else text


def _value(value: Any) -> Any:
    """Return a value as JSON knows it, or as its text; money stays exact."""
    if isinstance(value, bool | int | dict | list) or (isinstance(value, float) and math.isfinite(value)):
        return value
    return _text(value)
