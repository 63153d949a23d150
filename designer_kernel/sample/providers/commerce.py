"""Shops: products whose name, brand, department, code and price agree; companies; money."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.plan import Counter
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.categories import ARTICLES, EACH, CategoryName, category_of
from designer_kernel.sample.providers.provider import TEXT, Context, Provider, Rule, keeps_apart, unwrapped, words
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.hashing import Rows
from designer_kernel.sample.rows.values import Values, digits, joined, picked
from designer_kernel.sample.vocabulary import products as shop

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

PRODUCT_TABLES = r"product|item|article|good|listing|variant|sku|merchandise"
COMPANY_TABLES = (
    r"tenant|compan|organi[sz]ation|supplier|vendor|merchant|shop|store|brand|account|client|manufacturer|"
    r"publisher|partner"
)
_CATEGORY_TABLES = r"categor|department|collection|section|topic|genre|tag"


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
        return Product(*(index[frame.places] for index in product(frame.whole)))
    made: Product = frame.shared("product", lambda: _product(frame))
    return made


def _product(frame: Frame) -> Product:
    where = category_of(frame)
    sizes = (len(ARTICLES) if where is None else EACH, len(shop.QUALITIES), len(shop.BRANDS))
    total = sizes[0] * sizes[1] * sizes[2]
    size = -(-max(frame.table.rows, 1) // total) * total
    rank = hashing.permute(frame.numbers, size, hashing.stream(frame.plan.seed, *frame.name, "product") % size)
    rest = rank % total
    article, number = rest // (sizes[1] * sizes[2]), rank // total
    if where is not None:
        providers = (unwrapped(column.provider) for column in frame.table.columns.values())
        is_free = any(isinstance(p, ProductName) and p.is_distinct for p in providers)
        article = where.department * EACH + (
            article if is_free else np.where(where.article < 0, article, where.article)
        )
    return Product(article, rest // sizes[2] % sizes[1], rest % sizes[2], number)


@dataclass(frozen=True, slots=True)
class ProductName(Provider):
    """Brand, adjective and article: ``Larkspur Sleek Kettle``, of the category that the row refers to.

    If ``is_distinct``, the article is any of the category's department, which leaves names that differ for all rows.
    """

    is_distinct: bool = False

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        what = product(frame)
        parts = (words(shop.BRANDS), what.brand), (words(shop.QUALITIES), what.quality), (_articles(), what.article)
        brand, quality, article = (picked(items, index) for items, index in parts)
        number = pc.if_else(pc.equal(digits(what.number), "0"), "", joined(" ", digits(what.number + 1)))
        return Values(joined(brand, " ", quality, " ", article, number))


@lru_cache(maxsize=1)
def _articles() -> pa.Array:
    return words(tuple(article for _, article in ARTICLES))


@lru_cache(maxsize=8)
def departments(column: int) -> Any:
    """Return a field of the department of each article: name, code, lowest and highest price."""
    values = [shop.DEPARTMENTS[d][column] for d, _ in ARTICLES]
    return words(tuple(str(v) for v in values)) if column < 2 else np.array(values, dtype=np.int64)


@dataclass(frozen=True, slots=True)
class ProductPart(Provider):
    """The brand or the department of the row's product."""

    part: str

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        what = product(frame)
        if self.part == "brand":
            return Values(picked(words(shop.BRANDS), what.brand))
        return Values(picked(departments(0), what.article))


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
        letters = picked(departments(1), product(frame, self.parent).article)
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
class CompanyName(Provider):
    """Two words and a legal form; distinct within the table."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        first, second, number = company(frame)
        suffix = pc.if_else(pc.equal(digits(number), "0"), "", joined(" ", digits(number + 1)))
        return Values(joined(first, " ", second, suffix))


def company(frame: Frame) -> tuple[Any, Any, Rows]:
    """Return two words and a number for each row, distinct within the table."""

    def make() -> tuple[Any, Any, Rows]:
        pairs = len(shop.COMPANY_WORDS) * len(shop.COMPANY_KINDS)
        size = -(-max(frame.table.rows, 1) // pairs) * pairs
        rank = hashing.permute(frame.numbers, size, hashing.stream(frame.plan.seed, *frame.name, "company") % size)
        first = picked(words(shop.COMPANY_WORDS), rank % pairs // len(shop.COMPANY_KINDS))
        return first, picked(words(shop.COMPANY_KINDS), rank % len(shop.COMPANY_KINDS)), rank // pairs

    return frame.shared("company", make)  # type: ignore[no-any-return]


def table_is(context: Context, pattern: str) -> bool:
    """Whether the table's name speaks of something."""
    return re.search(pattern, context.table.name[1]) is not None


def product_parent(context: Context) -> str:
    """Return the reference to the product that a row is a variant of, if it is none itself."""
    if context.has("brand", "product_name") or not table_is(context, "variant|sku|option"):
        return ""
    return next((r for r, t in context.parents.items() if "/" not in r and re.search(PRODUCT_TABLES, t.name[1])), "")


def _name(context: Context) -> Provider | None:
    table = context.table.name[1]
    limit = context.column.form.length
    if re.search(_CATEGORY_TABLES, table):
        return CategoryName(context.unique)
    if re.search(r"variant", table) and context.unique is None:
        return VariantName()
    if re.search(PRODUCT_TABLES, table) and (limit is None or limit >= 60):
        return ProductName(context.unique is not None)
    if re.search(COMPANY_TABLES, table):
        return CompanyName()
    return None


def _sku(context: Context) -> Provider | None:
    width = max(6, len(str(context.rows)) + 1)
    limit = context.column.form.length
    counter = context.unique or Counter("rows")
    return Sku(width, counter, product_parent(context)) if limit is None or limit >= width + 4 else None


RULES = (
    Rule(r"name|title|label|product_name", TEXT, _name, "its table's name says what it is", distinct=True),
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
)


def _product_named(context: Context) -> Provider:
    """A product's name: brand, adjective and article, of the category that the row refers to."""
    return ProductName(context.unique is not None)


def _sku_named(context: Context, digits: int = 6) -> Provider:
    """A stock-keeping code: the department's letters and a number; distinct."""
    width = max(digits, len(str(context.rows)) + 1)
    return Sku(width, context.unique or Counter("rows"), product_parent(context))


def _category_named(context: Context) -> Provider:
    """A category: a department, or an article of it below another category."""
    return CategoryName(context.unique)


def _brand_named(context: Context) -> Provider:
    """The brand of the row's product."""
    return ProductPart("brand")


def _department_named(context: Context) -> Provider:
    """The department of the row's product."""
    return ProductPart("department")


for _factory in (_product_named, _sku_named, _category_named):
    keeps_apart(_factory)

NAMED: Mapping[str, Callable[..., Provider]] = {
    "product name": _product_named,
    "sku": _sku_named,
    "category": _category_named,
    "brand": _brand_named,
    "department": _department_named,
}
