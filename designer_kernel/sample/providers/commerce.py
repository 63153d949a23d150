"""Shops: products whose name, brand, department, code and price agree; companies; money."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample import hashing
from designer_kernel.sample.facts import ColumnFacts, TableName
from designer_kernel.sample.hashing import Rows
from designer_kernel.sample.plan import Counter, Owner
from designer_kernel.sample.providers.provider import TEXT, Context, Provider, Rule, words
from designer_kernel.sample.values import Values, digits, joined, picked
from designer_kernel.sample.vocabulary import products as shop

if TYPE_CHECKING:
    from designer_kernel.sample.frame import Frame

_PRODUCT_TABLES = r"product|item|article|good|listing|variant|sku|merchandise"
_COMPANY_TABLES = r"tenant|compan|organi[sz]ation|supplier|vendor|merchant|shop|store|brand|account|client|manufacturer|publisher|partner"
_CATEGORY_TABLES = r"categor|department|collection|section|topic|genre|tag"
_ARTICLES = tuple((d, a) for d, row in enumerate(shop.DEPARTMENTS) for a in row[2])


class Product(NamedTuple):
    """Indices into the vocabularies; ``number`` tells products of one name apart (0 for the first)."""

    article: Rows
    quality: Rows
    brand: Rows
    number: Rows


def product(frame: Frame, parent: str = "") -> Product:
    """Return the product of each row: a rank taken apart, so no two rows of a table are the same four.

    With ``parent``, the product of the row that this reference leads to.
    """
    if parent:
        return product(frame.parent(parent))
    if frame.whole is not None:
        return Product(*(index[frame.rows] for index in product(frame.whole)))
    made: Product = frame.shared("product", lambda: _product(frame))
    return made


def _product(frame: Frame) -> Product:
    sizes = (len(_ARTICLES), len(shop.QUALITIES), len(shop.BRANDS))
    total = sizes[0] * sizes[1] * sizes[2]
    size = -(-max(frame.table.rows, 1) // total) * total
    rank = hashing.permute(frame.rows, size, hashing.stream(frame.plan.seed, *frame.name, "product") % size)
    rest = rank % total
    return Product(rest // (sizes[1] * sizes[2]), rest // sizes[2] % sizes[1], rest % sizes[2], rank // total)


@dataclass(frozen=True, slots=True)
class ProductName(Provider):
    """Brand, adjective and article: ``Larkspur Sleek Kettle``; distinct within the table."""

    longest: int | None = None

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        what = product(frame)
        parts = (words(shop.BRANDS), what.brand), (words(shop.QUALITIES), what.quality), (_articles(), what.article)
        brand, quality, article = (picked(items, index) for items, index in parts)
        number = pc.if_else(pc.equal(digits(what.number), "0"), "", joined(" ", digits(what.number + 1)))
        return Values(joined(brand, " ", quality, " ", article, number))


@lru_cache(maxsize=1)
def _articles() -> pa.Array:
    return words(tuple(article for _, article in _ARTICLES))


@lru_cache(maxsize=8)
def _departments(column: int) -> Any:
    values = [shop.DEPARTMENTS[d][column] for d, _ in _ARTICLES]
    return words(tuple(str(v) for v in values)) if column < 2 else np.array(values, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class ProductPart(Provider):
    """The brand or the department of the row's product."""

    part: str

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        what = product(frame)
        if self.part == "brand":
            return Values(picked(words(shop.BRANDS), what.brand))
        return Values(picked(_departments(0), what.article))


@dataclass(frozen=True, slots=True)
class Model(Provider):
    """A model's number: two letters and digits."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        bits = frame.bits(column.name)
        letters = words(tuple(a + b for a in "ABCDEFGHKLMNPRSTVX" for b in "ABCDEFGHKLMNPRSTVX"))
        return Values(
            joined(
                picked(letters, hashing.below(bits, 324)), "-", digits(hashing.below(hashing.mix(bits), 9000) + 1000)
            )
        )


@dataclass(frozen=True, slots=True)
class Sku(Provider):
    """A stock-keeping code: the department's letters and a number; distinct within the table."""

    width: int
    counter: Counter
    parent: str = ""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        letters = picked(_departments(1), product(frame, self.parent).article)
        size = 10**self.width - 1
        return Values(joined(letters, "-", digits(hashing.permute(frame.counted(self.counter), size) + 1, self.width)))


@dataclass(frozen=True, slots=True)
class VariantName(Provider):
    """A colour and a size: ``Navy / L``."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        colour, size = variant(frame)
        return Values(joined(colour, " / ", size))


def variant(frame: Frame) -> tuple[Any, Any]:
    """Return the colour and the size of each row."""
    bits = frame.bits("variant")
    colour = picked(words(shop.COLOURS), hashing.below(bits, len(shop.COLOURS)))
    return colour, picked(words(shop.SIZES), hashing.below(hashing.mix(bits), len(shop.SIZES)))


@dataclass(frozen=True, slots=True)
class CategoryName(Provider):
    """A department, or an article for rows beyond the number of departments; distinct within ``counter``."""

    counter: Counter

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        rank = frame.counted(self.counter)
        names = tuple(row[0] for row in shop.DEPARTMENTS) + tuple(article + "s" for _, article in _ARTICLES)
        number = rank // len(names)
        suffix = pc.if_else(pc.equal(digits(number), "0"), "", joined(" ", digits(number + 1)))
        return Values(joined(picked(words(names), rank % len(names)), suffix))


@dataclass(frozen=True, slots=True)
class CompanyName(Provider):
    """Two words and a legal form; distinct within the table."""

    is_short: bool = False

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        first, second, number = company(frame)
        suffix = pc.if_else(pc.equal(digits(number), "0"), "", joined(" ", digits(number + 1)))
        return Values(joined(first, " ", second, suffix))


def company(frame: Frame) -> tuple[Any, Any, Rows]:
    """Return two words and a number for each row, distinct within the table."""

    def make() -> tuple[Any, Any, Rows]:
        pairs = len(shop.COMPANY_WORDS) * len(shop.COMPANY_KINDS)
        size = -(-max(frame.table.rows, 1) // pairs) * pairs
        rank = hashing.permute(frame.rows, size, hashing.stream(frame.plan.seed, *frame.name, "company") % size)
        first = picked(words(shop.COMPANY_WORDS), rank % pairs // len(shop.COMPANY_KINDS))
        return first, picked(words(shop.COMPANY_KINDS), rank % len(shop.COMPANY_KINDS)), rank // pairs

    return frame.shared("company", make)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class SomeCompany(Provider):
    """Any company's name, not the row's own."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        bits = frame.bits(column.name)
        first = picked(words(shop.COMPANY_WORDS), hashing.below(bits, len(shop.COMPANY_WORDS)))
        second = picked(words(shop.COMPANY_KINDS), hashing.below(hashing.mix(bits), len(shop.COMPANY_KINDS)))
        form = picked(words(shop.COMPANY_FORMS), (bits % np.uint64(len(shop.COMPANY_FORMS))).astype(np.int64))
        return Values(joined(first, " ", second, " ", form))


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
            low, high = _departments(3)[article], _departments(4)[article]
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


def table_is(context: Context, pattern: str) -> bool:
    """Whether the table's name speaks of something."""
    return re.search(pattern, context.table.name[1]) is not None


def product_parent(context: Context) -> str:
    """Return the reference to the product that a row is a variant of, if it is none itself."""
    if context.has("brand", "product_name") or not table_is(context, "variant|sku|option"):
        return ""
    return next((r for r, t in context.parents.items() if "/" not in r and re.search(_PRODUCT_TABLES, t.name[1])), "")


def _name(context: Context) -> Provider | None:
    table = context.table.name[1]
    limit = context.column.form.length
    if re.search(_CATEGORY_TABLES, table):
        return CategoryName(context.unique or Counter("rows"))
    if re.search(r"variant", table) and context.unique is None:
        return VariantName()
    if re.search(_PRODUCT_TABLES, table) and (limit is None or limit >= 60):
        return ProductName()
    if re.search(_COMPANY_TABLES, table):
        return CompanyName()
    return None


def _sku(context: Context) -> Provider | None:
    width = max(6, len(str(context.rows)) + 1)
    limit = context.column.form.length
    counter = context.unique or Counter("rows")
    return Sku(width, counter, product_parent(context)) if limit is None or limit >= width + 4 else None


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
        from designer_kernel.sample.frame import Frame as AnyFrame  # frames make providers, and here the reverse

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


def _items_total(context: Context) -> Provider | None:
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


def _share(low: int, high: int, *bases: str, step: int = 1, zeros: int = 0) -> Any:
    def make(context: Context) -> Provider | None:
        base = context.first(*bases)
        if base is None or base == context.column.name or context.table.columns[base].form.kind != context.kind:
            return None
        return Proportion(base, low, high, step, zeros)

    return make


_PRICES = ("price", "unit_price", "list_price", "sale_price")
_SUBTOTALS = ("subtotal", "sub_total", "subtotal_amount", "net_amount", "items_total")
MONEY = frozenset({"numeric", "float"})

RULES = (
    Rule(r"name|title|label|product_name", TEXT, _name, "its table's name says what it is", distinct=True),
    Rule(
        r"(company|organi[sz]ation|vendor|supplier|manufacturer|employer|business)(_name)?",
        TEXT,
        lambda c: SomeCompany(),
        "its name says company",
    ),
    Rule(
        r"brand(_name)?|make",
        TEXT,
        lambda c: ProductPart("brand"),
        "its name says brand; agrees with the product's name",
    ),
    Rule(
        r"category(_name)?|department",
        TEXT,
        lambda c: ProductPart("department"),
        "its name says category; agrees with the product's name",
    ),
    Rule(r"model(_number|_name)?", TEXT, lambda c: Model(), "its name says model"),
    Rule(
        r"(\w+_)?sku|article_number|item_code|product_code|ean|gtin|upc|barcode",
        TEXT,
        _sku,
        "its name says stock-keeping code",
        distinct=True,
    ),
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
        _items_total,
        "the sum of its items",
    ),
    Rule(
        r"(grand_|order_)?total(_amount|_price)?|amount_total",
        MONEY,
        lambda c: None if c.has(*_SUBTOTALS) else _items_total(c),
        "the sum of its items",
    ),
    Rule(
        r"(grand_|order_)?total(_amount|_price)?|amount_total|total_due|amount",
        MONEY,
        _total,
        "the row's amounts added up",
    ),
    Rule(r"(tax|vat)(_amount|_total)?", MONEY, _share(70, 210, *_SUBTOTALS, step=10), "a share of the subtotal"),
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
        lambda c: Price(0, 0, product_parent(c)) if table_is(c, _PRODUCT_TABLES) else Price(500, 29900),
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
