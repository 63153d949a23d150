"""Rows of a plan as DataFrames."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from designer_kernel.sample.files.natural import natural_batches, natural_schema
from designer_kernel.sample.loading.cancelling import cancelled
from designer_kernel.sample.plan import Plan, TablePlan
from designer_kernel.sample.planning.facts import TableName

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[int, int, str], None]


def chosen(plan: Plan, tables: Iterable[str] | None) -> list[TablePlan]:
    """Return the tables of a plan that have rows, in the order of loading; all, or those that are named.

    Raises
    ------
    UnknownObject
        For a name that the plan does not know.
    """
    from designer_kernel.sample.planning.chosen_tables import named

    wanted = None if tables is None else {named(plan.tables, name) for name in tables}  # type: ignore[arg-type]
    names: list[TableName] = [name for name in plan.order if wanted is None or name in wanted]
    return [plan.tables[name] for name in names if plan.tables[name].rows]


def to_frames(
    plan: Plan,
    *,
    tables: Iterable[str] | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> dict[str, pd.DataFrame]:
    """Return all rows of a plan as DataFrames by qualified table name; they are those that a fill would load.

    Columns have Arrow's types, so that whole numbers with NULL stay whole, decimals exact and moments in UTC.

    Parameters
    ----------
    plan
        What to make.
    tables
        These tables alone, by plain or qualified name.
    progress
        Called with rows done, rows in all and the table.
    cancel
        Set it to stop between two chunks.

    Raises
    ------
    Cancelled
        If ``cancel`` was set.
    """
    found: dict[str, Any] = {}
    selected = chosen(plan, tables)
    total, done = sum(table.rows for table in selected), 0
    for table in selected:
        kept = []
        for batch in natural_batches(plan, table):
            if cancel is not None and cancel.is_set():
                raise cancelled()
            kept.append(batch)
            done += batch.num_rows
            if progress is not None:
                progress(done, total, table.label)
        found[table.label] = _frame(pa.Table.from_batches(kept, natural_schema(table)))
    return found


def _frame(table: pa.Table) -> Any:
    import pandas as pd

    return table.to_pandas(types_mapper=pd.ArrowDtype)
