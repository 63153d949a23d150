"""What a fill would do, in a terminal: the plan's tables, and some rows of each as they would be."""

from __future__ import annotations

import json
from math import isnan
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.cli import terminal

if TYPE_CHECKING:
    from designer_kernel.sample import Plan

ROWS: Final = 3
_WIDEST: Final = 36
"""Characters of a cell; a UUID fits."""


def say(plan: Plan) -> None:
    """Print a plan and some rows of each table to standard output."""
    from designer_kernel.sample.document.shown import text

    terminal.say(text(plan), to_stdout=True)
    for table in plan.tables.values():
        if table.rows:
            rows = plan.preview(table.label, rows=ROWS)
            terminal.say(f"\n{table.label}", to_stdout=True)
            terminal.say(rows.map(_cut).to_string(index=False, line_width=120), to_stdout=True)


def data(plan: Plan) -> dict[str, Any]:
    """Return the plan and some rows of each table as JSON-ready values."""
    previews = {table.label: _records(plan, table.label) for table in plan.tables.values() if table.rows}
    return {"plan": plan.to_dict(), "preview": previews}


def _records(plan: Plan, table: str) -> Any:
    rows = plan.preview(table, rows=ROWS)
    return json.loads(rows.to_json(orient="records", date_format="iso", default_handler=str))


def _cut(value: Any) -> str:
    if value is None or (isinstance(value, float) and isnan(value)):
        return ""
    text = str(value)
    return text if len(text) <= _WIDEST else text[: _WIDEST - 1] + "…"
