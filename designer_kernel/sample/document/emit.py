"""A plan as a document: everything explicit, in the form of hints, with reasons and figures beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.design import document_emit
from designer_kernel.sample.document.shown import nulls_of
from designer_kernel.sample.plan import Owner, Tree
from designer_kernel.sample.providers.custom import Custom
from designer_kernel.sample.providers.provider import Provider, unwrapped

if TYPE_CHECKING:
    from designer_kernel.sample.plan import ColumnPlan, KeyPlan, Plan, ReferencePlan, TablePlan

FORMAT: Final = 1

TOLD: Final = ("type", "why", "copied", "decided")
"""Fields of a column that tell, and are not read back."""

_DIGITS: Final = 15
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HEAD: Final = """\
# A plan for sample data. What is edited counts when it is read back: seed, until, rows, and of columns the provider,
# its parameters, nulls and edge_cases. Everything else tells what follows from that.
"""


def to_yaml(plan: Plan) -> str:
    """Return a plan's document as YAML."""
    return _HEAD + document_emit.document(to_data(plan))


def to_data(plan: Plan) -> dict[str, Any]:
    """Return a plan's document as JSON-ready values."""
    estimate = plan.estimate
    asked = plan.asked.to_data()
    if plan.only is not None:
        asked["only"] = list(plan.only)
    if plan.mode != "refuse":
        asked["mode"] = plan.mode
    return {
        "sample_plan": FORMAT,
        "seed": plan.seed,
        "until": str(plan.asked.until) if plan.asked.until else None,
        "locales": list(plan.asked.locales),
        "vocabulary": plan.vocabulary or None,
        "rows": plan.rows,
        "bytes": estimate.bytes,
        "seconds": round(estimate.seconds, 2),
        "estimates_rest_on": estimate.rests_on,
        "beginning": moment(plan.beginning),
        "horizon": moment(plan.horizon),
        "notes": list(plan.notes),
        "asked": asked,
        "order": [".".join(name) for name in plan.order],
        "tables": {plan.tables[name].label: _table(plan, plan.tables[name]) for name in plan.order},
    }


def editable_data(plan: Plan) -> dict[str, Any]:
    """Return the tables of a plan's document with nothing but what may be edited; quicker than the whole."""
    return {
        table.label: {
            "rows": table.rows,
            "columns": {name: column_data(table, column) for name, column in table.columns.items()},
        }
        for table in plan.tables.values()
    }


def moment(microseconds: int) -> str:
    """Return a moment as people read it."""
    return (_EPOCH + timedelta(microseconds=microseconds)).isoformat(sep=" ")


def _table(plan: Plan, table: TablePlan) -> dict[str, Any]:
    estimate = plan.estimate.tables[table.name]
    data: dict[str, Any] = {
        "rows": table.rows,
        "reason": table.reason,
        "bytes": estimate.bytes,
        "seconds": round(estimate.seconds, 3),
        "columns": {name: column_data(table, column) for name, column in table.columns.items()},
        "keys": {key.name: _key(key) for key in table.keys},
        "references": {r.name: _reference(r) for r in table.references.values()},
    }
    if table.redraws:
        data["drawn_again_for"] = [redraw.constraint for redraw in table.redraws]
    return {name: value for name, value in data.items() if value not in ({}, [])}


def column_data(table: TablePlan, column: ColumnPlan) -> dict[str, Any]:
    """Return a column's entry: what may be edited, and what tells."""
    name = column.facts.name
    data: dict[str, Any] = {"type": column.facts.type}
    nulls = nulls_of(table, name)
    if column.reference is not None:
        reference, source = column.reference
        data["copied"] = f"{'.'.join(table.references[reference].parent)}.{source} by {reference}"
        rule = table.references[reference].rule
        if isinstance(rule, Tree):
            data |= {n: getattr(rule, n) for n in ("roots", "fan_out", "depth") if getattr(rule, n)}
    elif column.is_decided:
        data["decided"] = column.source
    else:
        data["provider"] = named(column)
        data |= editable(column)
    if nulls or (column.hints is not None and column.hints.nulls is not None):
        data["nulls"] = nulls
    if column.hints is not None and column.hints.edge_cases:
        data["edge_cases"] = column.hints.edge_cases
    data["why"] = column.reason
    kept = [adjustment.constraint for adjustment in column.adjustments]
    if kept:
        data["why"] += f"; kept in line for {', '.join(kept)}"
    return data


def named(column: ColumnPlan) -> str:
    """Return the name that a column's provider was asked for by, or its own."""
    if column.hints is not None and column.hints.provider is not None:
        return column.hints.provider
    assert column.provider is not None
    return column.provider.name


def editable(column: ColumnPlan) -> dict[str, Any]:
    """Return the parameters of a column's provider that may be changed."""
    if column.hints is not None and column.hints.provider is not None:
        return {name: plain(value) for name, value in column.hints.parameters.items()}
    inner = unwrapped(column.provider)
    if inner is None or isinstance(inner, Custom):
        return {}
    return {name: plain(value) for name, value in parameters(inner).items()}


def parameters(provider: Provider) -> dict[str, Any]:
    """Return the fields of a provider that are plain values."""
    found = {one.name: getattr(provider, one.name) for one in fields(provider)}
    return {name: value for name, value in found.items() if name not in TOLD and is_plain(value)}


def is_plain(value: Any) -> bool:
    """Whether a value is a number, a text, or a sequence of such."""
    if isinstance(value, tuple | list):
        return all(is_plain(item) for item in value)
    return isinstance(value, int | float | str | bool)


def plain(value: Any) -> Any:
    """Return a value as a document can hold it: numbers of more digits than such files have as text."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and len(str(abs(value))) > _DIGITS:
        return str(value)
    return value


def _key(key: KeyPlan) -> dict[str, Any]:
    data: dict[str, Any] = {"columns": list(key.columns), "kept": key.kept}
    if key.room is not None:
        data["room"] = plain(key.room)
    return data


def _reference(reference: ReferencePlan) -> dict[str, Any]:
    data: dict[str, Any] = {
        "columns": list(reference.columns),
        "to": ".".join(reference.parent),
        "rule": reference.rule.describe(),
    }
    if isinstance(reference.rule, Owner):
        data["spread"] = "even" if reference.rule.fan.even else reference.rule.fan.spread
    return data
