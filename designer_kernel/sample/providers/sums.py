"""Sums and counts over the rows that lie under a row, sums up to a row, and sums of a row: whatever has to add up."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from designer_kernel.sample.plan import Owner
from designer_kernel.sample.planning.facts import ColumnFacts, TableFacts, TableName
from designer_kernel.sample.providers.money import Sum, items_total
from designer_kernel.sample.providers.parameters import refused
from designer_kernel.sample.providers.provider import Context, Provider, Rule
from designer_kernel.sample.providers.streams import neighbours
from designer_kernel.sample.rows.hashing import Rows
from designer_kernel.sample.rows.values import Values

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

_MONEY: Final = frozenset({"numeric", "float", "money"})
_WHOLE: Final = frozenset({"integer"})
_AMOUNTS: Final = (
    "line_total",
    "total",
    "total_amount",
    "amount",
    "net_amount",
    "net",
    "value",
    "sum",
    "cost",
    "total_price",
)
_LINES: Final = re.compile(
    r"items?$|lines?$|entries|entry$|details?$|positions?$|rows?$|postings?$|movements?$|transactions?$|expenses?$|charges?$|fees?$"
)
_LEDGERS: Final = re.compile(r"entries|entry$|postings?$|movements?$|transactions?$|ledger|journal")


@dataclass(frozen=True, slots=True)
class SumBelow(Provider):
    """A column summed over the rows of another table that lie under each row; 0 if there are none."""

    part: TableName
    column: str

    @property
    def name(self) -> str:
        return "sum of"

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        from designer_kernel.sample.rows.frame import Frame as AnyFrame  # frames make providers, and here the reverse

        first, count = _below(frame, self.part)
        ends = np.cumsum(count)
        rows = np.repeat(first - (ends - count), count) + np.arange(ends[-1] if len(ends) else 0)
        found = AnyFrame(frame.plan, self.part, rows).column(self.column)
        amounts = found.data if found.null is None else np.where(found.null, 0, found.data)
        if column.form.kind == "float":
            return Values(
                np.array([amounts[e - n : e].sum() for e, n in zip(ends, count, strict=True)], dtype=np.float64)
            )
        sums = np.concatenate([[0], np.cumsum(amounts)]).astype(np.int64)
        return Values(sums[ends] - sums[ends - count])


@dataclass(frozen=True, slots=True)
class CountBelow(Provider):
    """How many rows of another table lie under each row."""

    part: TableName

    @property
    def name(self) -> str:
        return "count of"

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        _, count = _below(frame, self.part)
        return Values(count * 10**column.form.scale)


@dataclass(frozen=True, slots=True)
class RunningSum(Provider):
    """A column summed over the rows of the same owner up to this one: a balance after each entry."""

    of: str

    @property
    def name(self) -> str:
        return "running sum"

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        around = neighbours(frame)
        found = frame.at(around.rows).column(self.of)
        amounts = found.data if found.null is None else np.where(found.null, 0, found.data)
        sums = np.concatenate([[0], np.cumsum(amounts)]).astype(np.int64)
        count = around.ends - around.starts
        before = np.repeat(sums[around.starts], count)
        return Values((sums[1:] - before)[around.place])


def _below(frame: Frame, part: TableName) -> tuple[Rows, Rows]:
    """Return the first row of a table under each row, and how many there are."""
    table = frame.plan.tables[part]
    rule = table.references[table.owner].rule
    assert isinstance(rule, Owner)
    first = rule.fan.start(frame.rows)
    return first, rule.fan.start(frame.rows + 1) - first


def _amount(part: TableFacts, like: ColumnFacts) -> str | None:
    """Return the column of a table that holds what its rows come to, if it is of the same form."""
    for name in _AMOUNTS:
        column = part.columns.get(name)
        if column is not None and not column.generated and _same(column, like):
            return name
    return None


def _same(one: ColumnFacts, other: ColumnFacts) -> bool:
    return one.form.kind == other.form.kind and one.form.scale == other.form.scale


def _is_free(context: Context) -> bool:
    """Whether no check narrows the column, so that it may be whatever the sum is."""
    allowed = context.allowed
    return context.unique is None and allowed.choices is None and allowed.high is None and (allowed.low or 0) <= 0


def _over_lines(context: Context) -> Provider | None:
    """Return the sum of the rows below that read like lines, if nothing else says how they add up."""
    bases = {"subtotal", "sub_total", "subtotal_amount", "net_amount", "items_total", "net"} - {context.column.name}
    if not _is_free(context) or context.kind not in _MONEY - {"float"} or context.has(*bases):
        return None
    goods = items_total(context)
    if goods is not None:
        return goods
    for name, part in context.parts.items():
        column = _amount(part, context.column)
        if column is not None and _LINES.search(name[1]):
            return SumBelow(name, column)
    return None


def _balance(context: Context) -> Provider | None:
    if not _is_free(context) or context.kind not in _MONEY - {"float"}:
        return None
    for name, part in context.parts.items():
        column = _amount(part, context.column)
        if column is not None and _LEDGERS.search(name[1]):
            return SumBelow(name, column)
    return None


def _running(context: Context) -> Provider | None:
    column = _amount(context.table, context.column)
    if column is None or column == context.column.name or not context.owner or not _is_free(context):
        return None
    return RunningSum(column) if _LEDGERS.search(context.table.name[1]) else None


def _gross(context: Context) -> Provider | None:
    net = context.first("net", "net_amount", "net_total", "amount_net", "total_net")
    taxes = [n for n in context.table.columns if re.fullmatch(r"(tax|vat|sales_tax)(_amount|_total)?", n)]
    if net is None or len(taxes) != 1:
        return None
    parts = (net, taxes[0])
    is_whole = all(_same(context.table.columns[n], context.column) for n in parts)
    return Sum(parts) if is_whole and not any(context.table.columns[n].generated for n in parts) else None


def _counted(context: Context) -> Provider | None:
    """Return how many rows lie below, for a column that is named after their table."""
    found = re.fullmatch(r"(?:num(?:ber)?_(?:of_)?|n_|total_)?(\w+?)(?:_count|_total)?", context.column.name)
    if found is None or found[1] == context.column.name or not _is_free(context):
        return None
    for name, part in context.parts.items():
        if _means(found[1], name[1], context.table.name[1]):
            return CountBelow(name)
        if found[1] in ("quantity", "qty", "units") and _LINES.search(name[1]):
            count = next((c for c in ("quantity", "qty") if c in part.columns), None)
            if count is not None and part.columns[count].form.kind == "integer":
                return SumBelow(name, count)
    return None


def _means(stem: str, part: str, owner: str) -> bool:
    """Whether a word is the name of a table, with or without its owner's before it, one or many."""
    single = re.sub(r"ies$", "y", stem) if stem.endswith("ies") else re.sub(r"s$", "", stem)
    names = {part, part.removeprefix(re.sub(r"s$", "", owner) + "_")}
    singles = {re.sub(r"ies$", "y", n) if n.endswith("ies") else re.sub(r"s$", "", n) for n in names}
    return single in singles


def sum_of(context: Context, *, table: str, column: str) -> Provider:
    """A column summed over the rows of another table that lie under each row."""
    name, part = _part(context, table)
    known = part.columns.get(column)
    if known is None or not _same(known, context.column) or known.generated:
        raise refused(context, f"{table} has no column {column!r} of the same type", "name a column that can be summed")
    return SumBelow(name, column)


def count_of(context: Context, *, table: str) -> Provider:
    """How many rows of another table lie under each row."""
    if context.kind not in ("integer", "numeric"):
        raise refused(context, f"{context.column.type} is no number", "use another provider")
    return CountBelow(_part(context, table)[0])


def running_sum(context: Context, *, column: str) -> Provider:
    """A column summed over the rows of the same owner up to this one."""
    known = context.table.columns.get(column)
    if not context.owner or known is None or not _same(known, context.column) or column == context.column.name:
        raise refused(
            context, f"nothing can be summed as {column!r}", "name a column of the same type, of rows with an owner"
        )
    return RunningSum(column)


def added(context: Context, *, plus: list[str], minus: list[str] | None = None) -> Provider:
    """Columns of the row added and subtracted."""
    for name in (*plus, *(minus or ())):
        known = context.table.columns.get(name)
        if known is None or name == context.column.name or not _same(known, context.column):
            raise refused(context, f"{name!r} cannot be added", "name other columns of the same type")
    return Sum(tuple(plus), tuple(minus or ()))


def _part(context: Context, table: str) -> tuple[TableName, TableFacts]:
    for name, part in context.parts.items():
        if table in (name[1], ".".join(name)):
            return name, part
    known = ", ".join(name[1] for name in context.parts) or "none"
    raise refused(context, f"no rows of {table!r} lie under this table's", f"name one of these tables: {known}")


RULES = (
    Rule(r"gross(_amount|_total)?|amount_gross|total_gross", _MONEY, _gross, "the row's net and tax added up"),
    Rule(
        r"net(_amount|_total)?|amount_net|total_net|(sub_?)?total(_amount)?|amount(_total)?|sum|total_(cost|spent|value|price)",
        _MONEY,
        _over_lines,
        "the sum of its lines",
    ),
    Rule(r"(current_|account_)?balance", _MONEY, _balance, "the sum of its entries"),
    Rule(
        r"(running_)?balance(_after)?|running_(total|sum)|balance_after\w*",
        _MONEY,
        _running,
        "the sum of the entries so far",
    ),
    Rule(
        r"\w+_count|num_\w+|number_of_\w+|total_\w+|n_\w+",
        _WHOLE,
        _counted,
        "as many as there are rows",
    ),
)

NAMED = {"sum of": sum_of, "count of": count_of, "running sum": running_sum, "sum": added}
