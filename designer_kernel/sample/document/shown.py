"""A plan as people look at it: tables, columns, and rows of any table that are made for the look alone."""

from __future__ import annotations

import html as markup
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

import numpy as np

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.document.hints import near
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows import spelled
from designer_kernel.sample.rows.frame import Frame
from designer_kernel.sample.rows.values import Values

if TYPE_CHECKING:
    import pandas as pd

    from designer_kernel.sample.plan import Plan, TablePlan

MOST_ROWS: Final = 10_000
"""Most rows of a preview."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_FIRST_DAY: Final = date(1970, 1, 1).toordinal()
_PLAIN: Final = frozenset({"integer", "float", "boolean", "text", "enum"})


def table_of(plan: Plan, name: str) -> TablePlan:
    """Return a plan's table by its plain or qualified name.

    Raises
    ------
    SamplePlanError
        If there is none, or more than one.
    """
    found = [table for table in plan.tables.values() if name in (table.label, table.name[1])]
    if len(found) == 1:
        return found[0]
    if found:
        listed = " or ".join(table.label for table in found)
        raise SamplePlanError(f"there are several tables {name!r}", where=name, mend=f"write {listed}")
    known = dict.fromkeys([*(n[1] for n in plan.tables), *(t.label for t in plan.tables.values())])
    raise SamplePlanError(f"the plan has no table {name!r}", where=name, mend=near(name, known))


def frame(plan: Plan, name: str, start: int = 0, stop: int | None = None) -> Frame:
    """Return rows ``start`` to ``stop`` of a table, cut to those that it has."""
    table = table_of(plan, name)
    last = table.rows if stop is None else min(stop, table.rows)
    return Frame(plan, table.name, np.arange(min(max(start, 0), last), last, dtype=np.int64))


def preview(plan: Plan, name: str, rows: int = 10, start: int = 0) -> pd.DataFrame:
    """Return some rows of one table as a DataFrame."""
    import pandas as pd

    found = frame(plan, name, start, start + min(rows, MOST_ROWS))
    columns = {
        column.facts.name: pd.Series(
            natural(column.facts.form, found.column(column.facts.name)), dtype=object, index=pd.Index(found.rows)
        ).infer_objects()
        for column in found.table.columns.values()
    }
    return pd.DataFrame(columns, index=pd.Index(found.rows, name="row"))


def natural(form: Form, values: Values) -> list[Any]:
    """Return values as Python knows them: decimals, dates, UUIDs; what it has no type for as the server's text."""
    if form.kind in _PLAIN:
        return spelled.plain(form, values)
    match form.kind:
        case "numeric":
            return [None if i is None else Decimal(i).scaleb(-form.scale) for i in spelled.plain(form, values)]
        case "uuid":
            return [None if i is None else UUID(hex=i) for i in spelled.plain(form, values)]
        case "date":
            return [None if i is None else date.fromordinal(_FIRST_DAY + i) for i in spelled.plain(form, values)]
        case "timestamp":
            zone = form.base.endswith("with time zone")
            moments = [None if i is None else _EPOCH + timedelta(microseconds=i) for i in spelled.plain(form, values)]
            return [m if m is None or zone else m.replace(tzinfo=None) for m in moments]
        case "interval" if not values.is_arrow and values.data.ndim == 1:
            return [None if i is None else timedelta(microseconds=i) for i in spelled.plain(form, values)]
        case "list" if values.is_arrow:
            return spelled.plain(form, values)
    return list(spelled.spelled(form, values))


def text(plan: Plan) -> str:
    """Return a plan for a terminal: its tables, and what they come to."""
    shown = tables_frame(plan)
    shown["bytes"] = shown["bytes"].map(sized)
    shown["rows"] = shown["rows"].map("{:,}".format)
    estimate = plan.estimate
    total = f"{plan.rows:,} rows, seed {plan.seed}: about {sized(estimate.bytes)} and {estimate.seconds:,.1f} s"
    notes = [f"note: {note}" for note in plan.notes]
    return "\n".join([shown.to_string(index=False), "", total, f"({estimate.rests_on})", *notes])


def columns_frame(plan: Plan) -> pd.DataFrame:
    """Return one line for each column."""
    import pandas as pd

    return pd.DataFrame(
        [
            (t.label, t.rows, c.facts.name, c.facts.type, c.source, nulls_of(t, c.facts.name), c.reason)
            for t in plan.tables.values()
            for c in t.columns.values()
        ],
        columns=["table", "rows", "column", "type", "provider", "nulls", "reason"],
    )


def nulls_of(table: TablePlan, column: str) -> float:
    """Return in which share of the rows a column is meant to be NULL."""
    known = table.columns[column]
    if known.reference is None:
        return known.null_share / 1000
    reference = table.references[known.reference[0]]
    if column not in reference.null_columns:
        return 0.0
    if reference.portion is not None:
        return round(1 - reference.portion[1] / reference.portion[2], 3)
    if reference.turn is not None:
        return round(1 - 1 / reference.turn[2], 3)
    return reference.null_share / 1000


def tables_frame(plan: Plan) -> pd.DataFrame:
    """Return one line for each table."""
    import pandas as pd

    estimates = plan.estimate.tables
    lines = []
    for name in plan.order:
        table, estimate = plan.tables[name], estimates[name]
        owner = ".".join(table.references[table.owner].parent) if table.owner else ""
        lines.append((table.label, table.rows, table.reason, owner, estimate.bytes, round(estimate.seconds, 3)))
    return pd.DataFrame(lines, columns=["table", "rows", "reason", "lies_under", "bytes", "seconds"])


def html(plan: Plan) -> str:
    """Return the plan as tables of HTML, every text of it escaped."""
    estimate = plan.estimate
    head = (
        f"{plan.rows:,} rows in {len(plan.tables):,} tables, seed {plan.seed}; about {sized(estimate.bytes)} "
        f"and {estimate.seconds:,.1f} s"
    )
    parts = [f"<p><b>{markup.escape(head)}</b></p>"]
    parts += [f"<p>note: {markup.escape(note)}</p>" for note in plan.notes]
    shown = tables_frame(plan)
    shown["bytes"] = shown["bytes"].map(sized)
    shown["rows"] = shown["rows"].map("{:,}".format)
    parts.append(str(shown.to_html(index=False, escape=True)))
    parts.append("<details><summary>columns</summary>")
    parts.append(str(columns_frame(plan).to_html(index=False, escape=True)) + "</details>")
    return "\n".join(parts)


def sized(count: int) -> str:
    """Return a number of bytes as people read it."""
    size = float(count)
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:,.0f} {unit}" if unit == "B" or size >= 100 else f"{size:,.1f} {unit}"
        size /= 1000
    return f"{size:,.1f} TB"
