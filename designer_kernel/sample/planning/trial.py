"""Some rows of every table made before anything is loaded, and every check evaluated on them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints import evaluating
from designer_kernel.sample.constraints.candidates import without_redraws
from designer_kernel.sample.constraints.checks import Checks
from designer_kernel.sample.constraints.conditions import UNREADABLE_MEND
from designer_kernel.sample.constraints.judging import Condition, Judge
from designer_kernel.sample.constraints.nodes import Match, Name, Unreadable, substituted
from designer_kernel.sample.constraints.pools import Assessor
from designer_kernel.sample.plan import Counter, Pick, Plan, TablePlan
from designer_kernel.sample.planning.facts import TableFacts, TableName
from designer_kernel.sample.providers.patterns import patterned
from designer_kernel.sample.rows import referring
from designer_kernel.sample.rows.frame import Frame
from designer_kernel.sample.rows.hashing import Rows
from designer_kernel.sample.rows.redrawing import Broken

ROWS: Final = 512
"""Rows of each table that are tried."""

_COUNTED_UP_TO: Final = 5_000_000
_CHUNK: Final = 200_000


def verify(
    plan: Plan,
    facts: Mapping[TableName, TableFacts],
    checks: Mapping[TableName, Checks],
    judge: Judge | None = None,
) -> None:
    """Refuse a plan whose rows would break a constraint.

    Raises
    ------
    SamplePlanError
        Naming the constraint, or the reference whose parents are too few; `Broken` for a check.
    """
    for name, table in plan.tables.items():
        if table.rows:
            if table.beside is None:  # with others there, the server says which keys are left
                _distinct_picks(plan, table)
            _some_rows(plan, facts[name], checks[name], Assessor(facts[name], judge))


def with_patterns(
    plan: Plan, checks: Mapping[TableName, Checks], distinct: Mapping[TableName, Mapping[str, Counter]]
) -> Plan:
    """Return the plan with providers made from patterns where the chosen ones do not match what checks ask for."""
    tables = dict(plan.tables)
    for name, table in plan.tables.items():
        if not table.rows:
            continue
        columns = dict(table.columns)
        for column, known in table.columns.items():
            allowed = checks[name].allowed[column]
            if known.provider is None or not allowed.patterns or _matches(plan, table, column, allowed.patterns):
                continue
            made = patterned(allowed, known.facts.form.length, distinct[name].get(column), table.rows)
            if made is not None:
                reason = f"in the form that {', '.join(allowed.constraints)} asks for"
                columns[column] = replace(known, provider=made, reason=reason)
        tables[name] = replace(table, columns=columns)
    return replace(plan, tables=tables)


def _matches(plan: Plan, table: TablePlan, column: str, patterns: tuple[Match, ...]) -> bool:
    frame = Frame(without_redraws(plan, table.name), table.name, tried(table.rows))
    try:
        return all(evaluating.holds(substituted(m, {"value": Name(column)}), frame).all() for m in patterns)
    except Unreadable:
        return True  # the trial that follows says so


def _some_rows(plan: Plan, facts: TableFacts, checks: Checks, assessor: Assessor) -> None:
    rows = tried(plan.tables[facts.name].rows)
    frame = Frame(plan, facts.name, rows)
    for reference in frame.table.references.values():
        absent = frame.absent(reference.name)
        if absent is not None and absent.any() and not reference.null_columns:
            raise SamplePlanError(
                "some rows have nothing to refer to",
                where=f"{facts.label}.{reference.name}",
                mend=f"give {'.'.join(reference.parent)} more rows",
            )
    for column in frame.table.columns.values():
        values = frame.column(column.facts.name)
        if column.facts.not_null and values.null is not None and values.null.any():
            raise SamplePlanError(
                "it may not be NULL, but there is nothing that some rows could refer to",
                where=f"{facts.label}.{column.facts.name}",
                mend=_mend_empty(frame.table, column.facts.name),
            )
    for constraint, condition in checks.conditions.items():
        passes = _passes(condition, frame, assessor, is_solved=_is_solved(checks, constraint))
        if passes is not None and not passes.all():
            row = int(rows[np.flatnonzero(~passes)[0]])
            raise Broken(
                f"no way was found to keep the check (row {row:,} breaks it)",
                where=f"{facts.label}.{constraint}",
                mend=UNREADABLE_MEND,
            )


def _passes(condition: Condition, frame: Frame, assessor: Assessor, *, is_solved: bool) -> NDArray[np.bool_] | None:
    """Return where a check holds; ``None`` if only a server could tell, and its columns keep it by what they hold."""
    if assessor.judge is None and is_solved and condition.expr is not None:
        try:
            return evaluating.holds(condition.expr, frame)
        except Unreadable:
            return None
    return assessor.holds(condition, frame)


def _is_solved(checks: Checks, constraint: str) -> bool:
    """Whether all parts of a check were taken up by what its columns may hold."""
    return constraint not in {name for name, _ in checks.remaining}


def tried(rows: int) -> Rows:
    """Return the row numbers that are tried: the first ones, the last ones and some between."""
    if rows <= ROWS:
        return np.arange(rows, dtype=np.int64)
    between = (np.arange(ROWS // 2, dtype=np.int64) * rows) // (ROWS // 2)
    edges = np.arange(ROWS // 4, dtype=np.int64)
    return np.unique(np.concatenate([edges, between, rows - 1 - edges]))


def _mend_empty(table: TablePlan, column: str) -> str:
    reference = table.columns[column].reference
    parent = ".".join(table.references[reference[0]].parent) if reference is not None else "the parent"
    return f"give {parent} more rows"


def _distinct_picks(plan: Plan, table: TablePlan) -> None:
    """Check that references that must be distinct have enough parents to choose from, for every row."""
    for reference in table.references.values():
        counter = reference.rule.counter if isinstance(reference.rule, Pick) else None
        if counter is None or counter.wraps or reference.null_columns:
            continue
        for start in range(0, min(table.rows, _COUNTED_UP_TO), _CHUNK):
            frame = Frame(plan, table.name, np.arange(start, min(start + _CHUNK, table.rows), dtype=np.int64))
            if referring.exhausts(frame, reference.name):
                raise SamplePlanError(
                    "some rows have too few parents to choose a different one each",
                    where=f"{table.label}.{reference.name}",
                    mend=f"ask for fewer rows, or for more of {'.'.join(reference.parent)}",
                )
