"""The internet: domains, addresses of pages and pictures, slugs, browsers, IP addresses. All hosts are examples."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.plan import Counter
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.commerce import company
from designer_kernel.sample.providers.provider import TEXT, Context, Provider, Rule, words
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.values import Values, digits, hexadecimal, joined, picked
from designer_kernel.sample.vocabulary.words import PAGES, REFERRERS, USER_AGENTS

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame


@dataclass(frozen=True, slots=True)
class Domain(Provider):
    """A host under example.com, from the row's company; distinct within the table."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        first, second, number = company(frame)
        suffix = pc.if_else(pc.equal(digits(number), "0"), "", digits(number + 1))
        return Values(joined(pc.utf8_lower(joined(first, "-", second)), suffix, ".example.com"))


@dataclass(frozen=True, slots=True)
class Slug(Provider):
    """Another column of the row in lower case with dashes, with the row's number behind it if it must be distinct."""

    of: str
    counter: Counter | None = None
    width: int = 0
    longest: int | None = None

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        text = slugged(frame.column(self.of).data)
        if self.counter is None:
            return Values(text if self.longest is None else pc.utf8_slice_codeunits(text, 0, self.longest))
        suffix = digits(frame.counted(self.counter) + 1, self.width)
        if self.longest is not None:
            text = pc.utf8_slice_codeunits(text, 0, max(self.longest - self.width - 1, 0))
        return Values(joined(text, "-", suffix))


def slugged(text: Any) -> Any:
    """Return text in lower-case letters, digits and single dashes."""
    plain = pc.replace_substring_regex(pc.utf8_lower(text), "[^a-z0-9]+", "-")
    return pc.ascii_trim(plain, "-")


@dataclass(frozen=True, slots=True)
class Url(Provider):
    """An address under example.com; distinct within the table."""

    start: str
    end: str = ""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(joined(self.start, hexadecimal(frame.bits(column.name)), self.end))


@dataclass(frozen=True, slots=True)
class Page(Provider):
    """The path or the title of a page of a shop; both agree in one row."""

    part: int

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        index = hashing.below(frame.bits("page"), len(PAGES))
        prefix = "https://shop.example.com" if self.part == 0 else ""
        return Values(picked(words(tuple(prefix + page[self.part] for page in PAGES)), index))


@dataclass(frozen=True, slots=True)
class Referrer(Provider):
    """Where a visitor came from."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(picked(words(REFERRERS), hashing.below(frame.bits(column.name), len(REFERRERS))))


@dataclass(frozen=True, slots=True)
class UserAgent(Provider):
    """A browser's name of itself."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(picked(_agents(), hashing.below(frame.bits(column.name), len(_agents()))))


@lru_cache(maxsize=1)
def _agents() -> pa.Array:
    return words(tuple(agent.format(version) for agent in USER_AGENTS for version in range(118, 132)))


@dataclass(frozen=True, slots=True)
class Address(Provider):
    """An IPv4 address of the ranges kept for documentation and private use, as PostgreSQL's binary inet or as text.

    Wire format: ``inet_send`` in PostgreSQL's ``network.c``: family, bits, is-cidr, length, address.
    """

    counter: Counter | None = None

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        host = frame.counted(self.counter) if self.counter else hashing.below(frame.bits(column.name), 1 << 24)
        octets = np.stack([np.full(len(frame), 10), host >> 16 & 255, host >> 8 & 255, host & 255], axis=1)
        if column.form.kind == "text":
            return Values(joined("10", *(joined(".", digits(octets[:, i])) for i in (1, 2, 3))))
        is_cidr = int(column.form.base == "cidr")
        head = np.tile(np.array([2, 32, is_cidr, 4]), (len(frame), 1))
        return Values(np.concatenate([head, octets], axis=1).astype(np.uint8))


def _slug(context: Context) -> Provider | None:
    source = context.first("name", "title", "label", "headline", "subject")
    if source is None or context.table.columns[source].form.kind != "text":
        return None
    width = max(3, len(str(context.rows + 1)))
    limit = context.column.form.length
    if context.allowed.longest is not None:
        limit = min(limit or context.allowed.longest, context.allowed.longest)
    return Slug(source, context.unique, width, limit)


def _domain(context: Context) -> Provider | None:
    limit = context.column.form.length
    return Domain() if limit is None or limit >= 40 else None


def _page_url(context: Context) -> Provider | None:
    return Page(0) if context.unique is None else None


RULES = (
    Rule(
        r"(\w+_)?slug|permalink|url_key|path_name",
        TEXT,
        _slug,
        "its name says slug; agrees with the name",
        distinct=True,
    ),
    Rule(r"(sub_?)?domain(_name)?|host(name)?", TEXT, _domain, "its name says domain", distinct=True),
    Rule(r"page_?url|path|page_path|current_url", TEXT, _page_url, "its name says page"),
    Rule(r"page_?title", TEXT, lambda c: Page(1), "its name says page title; agrees with the page's address"),
    Rule(r"referr?er(_url)?", TEXT, lambda c: Referrer(), "its name says referrer"),
    Rule(r"user_?agent|browser", TEXT, lambda c: UserAgent(), "its name says browser"),
    Rule(
        r"(\w+_)?(image|picture|photo|avatar|logo|thumbnail|icon)(_url|_path|_uri)?",
        TEXT,
        lambda c: Url("https://img.example.com/", ".jpg"),
        "its name says picture",
        distinct=True,
    ),
    Rule(
        r"url|uri|link",
        TEXT,
        lambda c: Url("https://img.example.com/", ".jpg"),
        "its table is about pictures",
        tables=r"image|picture|photo|media",
        distinct=True,
    ),
    Rule(
        r"(\w+_)?(url|uri|link|website|homepage|webhook|endpoint)",
        TEXT,
        lambda c: Url("https://www.example.com/"),
        "its name says address of a page",
        distinct=True,
    ),
    Rule(
        r"(\w+_)?ip(_address|_addr)?",
        TEXT | {"inet"},
        lambda c: Address(c.unique),
        "its name says IP address",
        distinct=True,
    ),
)
