"""Money: prices with endings, costs and discounts in proportion, and sums over a row and over its parts."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.plan import Owner
from designer_kernel.sample.planning.facts import ColumnFacts, TableName
from designer_kernel.sample.providers.commerce import PRODUCT_TABLES, departments, product, product_parent, table_is
from designer_kernel.sample.providers.provider import Context, Make, Provider, Rule
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.values import Values

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

MONEY = frozenset({"numeric", "float"})
_PRICES = ("price", "unit_price", "list_price", "sale_price")
_SUBTOTALS = (
    "subtotal",
    "sub_total",
    "subtotal_amount",
    "net_amount",
    "items_total",
    "net",
    "amount_net",
    "subtotal_cents",
    "net_cents",
)


@dataclass(frozen=True, slots=True)
class Price(Provider):
    """A price that ends in .99, .95, .50 or .00, in the range of the product's department or of ``low`` to ``high``."""

    low: int = 0
    high: int = 0
    parent: str = ""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        bits = frame.bits(column.name)
        low: Any = self.low
        high: Any = self.high
        if not high:
            article = product(frame, self.parent).article
            low, high = departments(3)[article], departments(4)[article]
        share = hashing.unit(frame.parent(self.parent).bits(column.name) if self.parent else bits)
        whole = (low + (high - low) * (share * share)).astype(np.int64) // 100
        if self.parent:  # variants of one product cost about the same
            whole = whole + whole * hashing.below(bits, 4) // 20
        ending = np.array([99, 99, 99, 95, 95, 49, 50, 0], dtype=np.int64)[hashing.below(hashing.mix(bits), 8)]
        return Values(in_unit(np.maximum(whole * 100 + ending, 1), column))


def in_unit(cents: Any, column: ColumnFacts) -> Any:
    """Return cents in the unit of a column."""
    match column.form.kind:
        case "float":
            return cents / 100.0
        case "numeric":
            scale = column.form.scale
            return cents * 10 ** (scale - 2) if scale >= 2 else cents // 10 ** (2 - scale)
        case _:
            return cents


@dataclass(frozen=True, slots=True)
class Proportion(Provider):
    """Another column of the row times a share between ``low`` and ``high`` per mille, in steps of ``step``."""

    of: str
    low: int
    high: int
    step: int = 1
    zeros: int = 0

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        base = frame.column(self.of)
        bits = frame.bits(column.name)
        share = self.low + hashing.below(bits, (self.high - self.low) // self.step + 1) * self.step
        if self.zeros:
            share = np.where(hashing.below(hashing.mix(bits), 1000) < self.zeros, 0, share)
        if column.form.kind == "float":
            return Values(base.data * share / 1000.0, base.null)
        data = base.data * share // 1000
        other = frame.table.columns[self.of].facts.form
        if other.kind == "numeric" and column.form.kind == "numeric" and other.scale != column.form.scale:
            data = data * 10**column.form.scale // 10**other.scale
        return Values(data, base.null)


@dataclass(frozen=True, slots=True)
class Fee(Provider):
    """A fee of a short list, in cents."""

    cents: tuple[int, ...] = (0, 0, 0, 399, 499, 599, 799, 999)

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        choice = hashing.below(frame.bits(column.name), len(self.cents))
        return Values(in_unit(np.array(self.cents, dtype=np.int64)[choice], column))


@dataclass(frozen=True, slots=True)
class Sum(Provider):
    """Columns of the row added and subtracted."""

    plus: tuple[str, ...]
    minus: tuple[str, ...] = ()

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        total: Any = 0
        for sign, names in ((1, self.plus), (-1, self.minus)):
            for name in names:
                part = frame.column(name)
                total = total + sign * (part.data if part.null is None else np.where(part.null, 0, part.data))
        return Values(total)


@dataclass(frozen=True, slots=True)
class Times(Provider):
    """The product of two columns of the row, the first a whole number; NULL where either is."""

    count: str
    price: str

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        count, price = frame.column(self.count), frame.column(self.price)
        null = count.null if price.null is None else price.null if count.null is None else count.null | price.null
        return Values(count.data * price.data, null)


@dataclass(frozen=True, slots=True)
class FromParent(Provider):
    """The value that a row which this one refers to has in a column: a line's price is its product's."""

    reference: str
    column: str

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return frame.parent(self.reference).column(self.column)


def _total(context: Context) -> Provider | None:
    if context.kind == "integer" and not context.has("subtotal"):
        return None
    base = context.first("subtotal", "sub_total", "subtotal_amount", "net_amount", "items_total", "net")
    if base is None or base == context.column.name:
        return None
    plus = [
        n
        for n in context.table.columns
        if re.fullmatch(r"(tax|vat|shipping|handling|tip)(_amount|_total|_cost|_fee)?", n)
    ]
    minus = [n for n in context.table.columns if re.fullmatch(r"discount(_amount|_total)?", n)]
    same = [n for n in (base, *plus, *minus) if context.table.columns[n].form == context.column.form]
    return Sum((base, *plus), tuple(minus)) if len(same) == 1 + len(plus) + len(minus) else None


@dataclass(frozen=True, slots=True)
class SumOfParts(Provider):
    """Quantity times price, summed over the rows of another table that lie under each row: an order's items."""

    part: TableName
    count: str
    price: str

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        from designer_kernel.sample.rows.frame import Frame as AnyFrame  # frames make providers, and here the reverse

        rule = frame.plan.tables[self.part].references[frame.plan.tables[self.part].owner].rule
        assert isinstance(rule, Owner)
        first = rule.fan.start(frame.rows)
        count = rule.fan.start(frame.rows + 1) - first
        ends = np.cumsum(count)
        rows = np.repeat(first - (ends - count), count) + np.arange(ends[-1] if len(ends) else 0)
        parts = AnyFrame(frame.plan, self.part, rows)
        amounts = parts.column(self.count).data * parts.column(self.price).data
        sums = np.concatenate([[0], np.cumsum(amounts)]).astype(np.int64)
        return Values(sums[ends] - sums[ends - count])


def items_total(context: Context) -> Provider | None:
    """Return quantity times price summed over the rows below, if there are such rows."""
    for name, part in context.parts.items():
        count = next((c for c in ("quantity", "qty") if c in part.columns), None)
        price = next((c for c in ("unit_price", "price") if c in part.columns), None)
        if count is None or price is None or part.columns[count].form.kind != "integer":
            continue
        form = part.columns[price].form
        if form.kind == context.kind == "numeric" and form.scale == context.column.form.scale:
            return SumOfParts(name, count, price)
    return None


def _line_total(context: Context) -> Provider | None:
    count = context.first("quantity", "qty", "count", "units")
    price = context.first("unit_price", "price", "price_each")
    if count is None or price is None or context.column.name in (count, price):
        return None
    same = context.table.columns[price].form.scale == context.column.form.scale
    return Times(count, price) if same and context.table.columns[count].form.kind == "integer" else None


def _share(low: int, high: int, *bases: str, step: int = 1, zeros: int = 0) -> Make:
    def make(context: Context) -> Provider | None:
        base = context.first(*bases)
        if base is None or base == context.column.name or context.table.columns[base].form.kind != context.kind:
            return None
        return Proportion(base, low, high, step, zeros)

    return make


RULES = (
    Rule(
        r"(compare(_at)?|original|list|old|msrp|regular)_price|msrp|rrp",
        MONEY,
        _share(1100, 1450, "price", "unit_price", "sale_price", step=50),
        "a higher price than the price",
    ),
    Rule(
        r"(cost|purchase|wholesale)(_price)?|unit_cost",
        MONEY,
        _share(450, 700, *_PRICES, step=10),
        "a lower price than the price",
    ),
    Rule(
        r"(line_|item_|row_)?(total|amount)(_price|_amount)?|total_price|extended_price|subtotal",
        MONEY,
        _line_total,
        "quantity times price",
    ),
    Rule(
        r"sub_?total(_amount)?|items_total|net_amount",
        MONEY,
        items_total,
        "the sum of its items",
    ),
    Rule(
        r"(grand_|order_)?total(_amount|_price)?|amount_total",
        MONEY,
        lambda c: None if c.has(*_SUBTOTALS) else items_total(c),
        "the sum of its items",
    ),
    Rule(
        r"(grand_|order_)?total(_amount|_price)?|amount_total|total_due|amount",
        MONEY,
        _total,
        "the row's amounts added up",
    ),
    Rule(r"(tax|vat)(_amount|_total|_cents)?", MONEY, _share(70, 210, *_SUBTOTALS, step=10), "a share of the subtotal"),
    Rule(
        r"discount(_amount|_total)?",
        MONEY,
        _share(50, 200, *_SUBTOTALS, *_PRICES, step=50, zeros=700),
        "a share of the subtotal, mostly none",
    ),
    Rule(
        r"(shipping|delivery|handling)(_amount|_cost|_fee|_price|_total)?",
        MONEY,
        lambda c: Fee(),
        "its name says shipping cost",
    ),
    Rule(
        r"(unit_|sale_|base_|list_|retail_)?price(_amount)?",
        MONEY,
        lambda c: Price(0, 0, product_parent(c)) if table_is(c, PRODUCT_TABLES) else Price(500, 29900),
        "its name says price",
    ),
    Rule(
        r"(sub_?total|net|gross|balance|revenue|budget|salary|cost|fee|amount|total|value|payment)(_\w+)?|\w+_(amount|total|cost|fee|value|balance)",
        MONEY,
        lambda c: Price(300000, 1500000) if "salary" in c.column.name else Price(1500, 49900),
        "its name says money",
    ),
    Rule(
        r"(reserved|allocated|committed|used)_(quantity|stock|units)|reserved",
        frozenset({"integer"}),
        _share(0, 250, "quantity", "stock", "on_hand", "quantity_on_hand", "stock_quantity"),
        "a share of the quantity",
    ),
)


def _price_named(context: Context, low: float = 0, high: float = 0) -> Provider:
    """A price that ends in .99 and the like: from low to high, or in the range of the product's department."""
    where = f"{context.table.label}.{context.column.name}"
    if context.kind not in ("numeric", "float", "integer"):
        raise SamplePlanError("prices are numbers", where=where, mend="choose another provider")
    if low < 0 or high < low:
        raise SamplePlanError("low is above high, or below 0", where=where, mend="give low and high in units of money")
    return Price(round(low * 100), round(high * 100), "" if high else product_parent(context))


NAMED: Mapping[str, Callable[..., Provider]] = {"price": _price_named}
