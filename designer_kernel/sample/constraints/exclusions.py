"""Exclusion constraints kept by slots: each row gets a stretch of its own, so nothing overlaps whatever the key is."""

from __future__ import annotations

from typing import Final

from designer_kernel.catalog.kinds.exclusion import Exclusion
from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints import conditions
from designer_kernel.sample.constraints.conditions import Call, Name, Unreadable
from designer_kernel.sample.constraints.uniqueness import Solution
from designer_kernel.sample.planning.facts import TableFacts
from designer_kernel.sample.providers.plain import DAY, HOUR, Span
from designer_kernel.sample.providers.provider import Provider

_STEPS: Final = {"daterange": 14, "tsrange": 3 * HOUR, "tstzrange": 3 * HOUR, "int4range": 100, "int8range": 100}


def exclusion_slots(table: TableFacts, owner: str, solution: Solution, start: int) -> dict[str, tuple[Provider, str]]:
    """Return providers for the columns that exclusion constraints are about.

    Raises
    ------
    SamplePlanError
        If a constraint has no element ``range WITH &&``; it names the constraint.
    """
    slots: dict[str, tuple[Provider, str]] = {}
    for constraint in table.exclusions:
        overlapping = [element for element, operator in constraint.elements if operator.strip() == "&&"]
        among = _among(table, constraint, owner, solution)
        found = next((slot for element in overlapping if (slot := _slot(table, element, among, start))), None)
        if found is None:
            raise SamplePlanError(
                "only exclusion of overlapping ranges can be kept",
                where=f"{table.label}.{constraint.name}",
                mend="leave the table out by tables=…",
            )
        for column, span in found.items():
            if column not in slots:
                slots[column] = (span, f"slots that do not overlap, for {constraint.name}")
                solution.not_null.add(column)
    return slots


def _among(table: TableFacts, constraint: Exclusion, owner: str, solution: Solution) -> str:
    """Return whether rows of different owners may overlap."""
    plan = solution.references.get(owner)
    equal = {element.strip('"') for element, operator in constraint.elements if operator.strip() == "="}
    return "owner" if plan is not None and set(plan.columns) <= equal and len(table.exclusions) == 1 else "rows"


def _slot(table: TableFacts, element: str, among: str, start: int) -> dict[str, Span] | None:
    try:
        expr = conditions.read(element)
    except Unreadable:
        return None
    match expr:
        case Name(column) if column in table.columns and table.columns[column].form.kind == "range":
            base = table.columns[column].form.base
            return {column: Span(_first(base, start), _STEPS[base], among)}
        case Call(function, (Name(low), Name(high), *_)) if function in _STEPS:
            kind = table.columns[low].form.kind
            base = {"timestamp": "tstzrange", "date": "daterange"}.get(kind, "int4range")
            return {
                low: Span(_first(base, start), _STEPS[base], among, "low"),
                high: Span(_first(base, start), _STEPS[base], among, "high"),
            }
        case _:
            return None


def _first(base: str, start: int) -> int:
    if base == "daterange":
        return start // DAY
    return start if base in ("tsrange", "tstzrange") else 1
