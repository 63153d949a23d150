"""The plan of each column of one table: a copy of a parent's key, or a provider, and how often it is NULL."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from designer_kernel.design.sample_hints import ColumnHints
from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints.checks import Checks
from designer_kernel.sample.constraints.solution import Solution
from designer_kernel.sample.plan import ColumnPlan, ReferencePlan
from designer_kernel.sample.planning.facts import ColumnFacts, TableFacts, TableName
from designer_kernel.sample.planning.trees import without_shape
from designer_kernel.sample.providers import registry
from designer_kernel.sample.providers.provider import Context, unwrapped
from designer_kernel.sample.providers.shaping import Absent

_NULLS: Final = (
    (r"(address_?)?line_?[23]|address_?2|middle_name", 700),
    (r"company(_name)?|notes?|\w+_notes?|comments?|remarks?", 700),
    (r"(compare\w*|original|old|msrp)_price|msrp", 600),
    (r"deleted_\w+|archived_\w+|parent_\w+", 950),
    (r"referr?er\w*", 350),
    (r"(\w+_)?(error|failure)(_\w+)?", 950),
    (r"(\w+_)?(phone|mobile|fax)(_\w+)?", 150),
    (r"last_login\w*|date_of_birth|birth\w*|dob", 100),
    (r"description|short_description|bio|image_url|avatar_url", 60),
)

_NOTHING: Final = ColumnHints()


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known of a table's neighbours; the fields are those of `Context`."""

    rows: int
    parents: Mapping[str, TableFacts]
    scope: str
    parts: Mapping[TableName, TableFacts]
    locales: tuple[str, ...] = ()
    asked: Mapping[str, ColumnHints] = field(default_factory=dict)
    ruled: Mapping[str, ColumnHints] = field(default_factory=dict)


def column_plans(
    table: TableFacts,
    references: Mapping[str, ReferencePlan],
    owner: str,
    solution: Solution,
    checks: Checks,
    around: Surroundings,
) -> dict[str, ColumnPlan]:
    """Return the plan of every column that is sent.

    Raises
    ------
    SamplePlanError
        If a column that may not be NULL has no provider.
    """
    plans: dict[str, ColumnPlan] = {}
    for column in table.sent:
        reference = next((r for r in references.values() if column.name in r.columns), None)
        asked = around.asked.get(column.name, _NOTHING)
        if reference is not None:
            asked = without_shape(asked, reference)
            _refuse_decided(table, column, asked, f"it is copied from what {reference.name} refers to")
            source = reference.parent_columns[reference.columns.index(column.name)]
            plans[column.name] = ColumnPlan(column, None, (reference.name, source), reference.rule.describe())
            continue
        if column.name in solution.providers:
            _refuse_decided(table, column, asked, solution.providers[column.name][1])
            provider, reason = solution.providers[column.name]
            plans[column.name] = ColumnPlan(column, provider, None, reason, is_decided=True)
            continue
        asked = around.asked.get(column.name, around.ruled.get(column.name, _NOTHING))
        context = Context(
            table,
            column,
            checks.allowed[column.name],
            solution.distinct.get(column.name),
            around.rows,
            around.parents,
            owner,
            checks.allowed,
            around.scope,
            around.parts,
            around.locales,
            round(1000 * (asked.edge_cases or 0)),
        )
        is_ruled = column.name not in around.asked
        if column.name in solution.absent:
            _refuse_decided(table, column, asked, solution.absent[column.name])
        plan = _provided(context, column.name in solution.not_null, asked, is_ruled=is_ruled)
        if plan is not None and column.name in solution.absent and plan.provider is not None:
            reason = solution.absent[column.name]
            plan = replace(plan, provider=Absent(plan.provider), null_share=0, reason=reason, is_decided=True)
        if plan is not None:
            plans[column.name] = plan
    return plans


def left_out(table: TableFacts, columns: Mapping[str, ColumnPlan]) -> list[str]:
    """Return a note for each column that gets no value, because none is known for its type."""
    return [
        f"{table.label}.{column.name} {'takes its default' if column.default else 'stays NULL'}: no values are known "
        f"for {column.type}; give some with provider: spelled, values: […]"
        for column in table.sent
        if column.name not in columns and not column.identity
    ]


def _refuse_decided(table: TableFacts, column: ColumnFacts, asked: ColumnHints, reason: str) -> None:
    """Refuse hints for a column whose values follow from something else."""
    if asked.provider is not None or asked.parameters or asked.edge_cases:
        raise SamplePlanError(
            f"its values are decided already: {reason}",
            where=f"{table.label}.{column.name}",
            mend="leave out its provider and edge cases",
        )


def _provided(context: Context, is_key: bool, asked: ColumnHints, *, is_ruled: bool) -> ColumnPlan | None:
    column = context.column
    required = column.not_null or context.allowed.not_null or is_key
    if required and asked.nulls and is_ruled:
        asked = asked.model_copy(update={"nulls": None})
    if required and asked.nulls:
        raise SamplePlanError(
            "it may not be NULL",
            where=f"{context.table.label}.{column.name}",
            mend="leave out nulls, or write nulls: 0",
        )
    try:
        provider, reason = registry.choose(context, asked.provider, asked.parameters)
    except SamplePlanError:
        if asked.provider is not None or asked.parameters or (required and not column.default):
            raise
        return None  # left to its default, or NULL
    if asked.nulls is not None:
        return ColumnPlan(column, provider, None, reason, round(1000 * asked.nulls), hints=asked)
    share = 0 if required else null_share(context, column)
    inner = unwrapped(provider)
    if inner is not None and inner.tells_null:
        share = 0
    return ColumnPlan(column, provider, None, reason, share, hints=None if asked == _NOTHING else asked)


def null_share(context: Context, column: ColumnFacts) -> int:
    """Return in how many thousandths of the rows a nullable column is NULL."""
    if context.unique is not None and context.unique.among != "rows":
        return 0
    for pattern, share in _NULLS:
        if re.fullmatch(pattern, column.name):
            return share
    if column.default or column.identity or re.fullmatch(r"(created|updated)_\w+", column.name):
        return 0
    return 50 if column.form.kind in ("text", "numeric", "date", "integer") and not _is_base(context, column) else 0


def _is_base(context: Context, column: ColumnFacts) -> bool:
    """Whether other columns of the row are computed from this one."""
    return bool(
        re.fullmatch(
            r"name|title|subtotal|price|quantity|unit_price|total\w*|amount|status|type|email|sku|slug", column.name
        )
    )
