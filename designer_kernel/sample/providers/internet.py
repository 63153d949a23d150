"""The internet: domains, addresses of pages and pictures, slugs, browsers, IP addresses. All hosts are examples."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.plan import Counter
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.commerce import COMPANY_TABLES, company
from designer_kernel.sample.providers.home import ANYWHERE, Home, home_of, is_person_table
from designer_kernel.sample.providers.persons import handle, person
from designer_kernel.sample.providers.provider import TEXT, Context, Provider, Rule, keeps_apart, words
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
    """Return text in lower-case ASCII letters, digits and single dashes; ``item`` where nothing is left of it."""
    plain = pc.utf8_lower(text)
    if not pc.all(pc.string_is_ascii(plain)).as_py():
        for letter, spelled in _SPELLED:
            plain = pc.replace_substring(plain, letter, spelled)
        plain = pc.replace_substring_regex(pc.utf8_normalize(plain, "NFKD"), r"\p{Mn}+", "")
    plain = pc.ascii_trim(pc.replace_substring_regex(plain, "[^a-z0-9]+", "-"), "-")
    return pc.if_else(pc.equal(plain, ""), "item", plain)


_SPELLED = (("ß", "ss"), ("ø", "o"), ("æ", "ae"), ("œ", "oe"), ("ł", "l"), ("ı", "i"), ("đ", "d"))


@dataclass(frozen=True, slots=True)
class Url(Provider):
    """An address under example.com; distinct within the table."""

    start: str
    end: str = ""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(joined(self.start, hexadecimal(frame.bits(column.name)), self.end))


@dataclass(frozen=True, slots=True)
class Website(Provider):
    """The site of the row's person or company, under example.com; distinct within the table."""

    of: str
    home: Home = ANYWHERE

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        host = Domain().draw(frame, column).data if self.of == "company" else None
        if host is None:
            host = joined(handle(frame, person(frame), "-"), ".example.com")
        return Values(joined("https://", host))


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
    made = [tuple(agent.format(v) for v in range(first, last + 1)) for agent, first, last in USER_AGENTS]
    most = max(map(len, made))  # each browser as often as another, whatever the number of its versions
    return words(tuple(versions[i * len(versions) // most] for versions in made for i in range(most)))


_EXAMPLES = np.array([[192, 0, 2], [198, 51, 100], [203, 0, 113]])
"""The networks that RFC 5737 keeps for examples."""


@dataclass(frozen=True, slots=True)
class Address(Provider):
    """An address of a network that leads nowhere, as PostgreSQL's binary inet or as text.

    ``network`` is private (10.0.0.0/8 by RFC 1918, fd00::/8 by RFC 4193) or examples (RFC 5737 and 2001:db8::/32 by
    RFC 3849); the examples of version 4 are 762 addresses, so distinct ones are private.
    Wire format: ``inet_send`` in PostgreSQL's ``network.c``: family, bits, is-cidr, length, address.
    """

    counter: Counter | None = None
    version: int = 4
    network: str = "private"

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        octets = self._four(frame, column) if self.version == 4 else self._six(frame, column)
        if column.form.kind == "text":
            if self.version == 4:
                return Values(
                    joined(digits(octets[:, 0]), *(x for i in (1, 2, 3) for x in (".", digits(octets[:, i]))))
                )
            return Values(_grouped(octets))
        is_cidr = int(column.form.base == "cidr")
        size = octets.shape[1]
        head = np.tile(np.array([2 if size == 4 else 3, size * 8, is_cidr, size]), (len(frame), 1))
        return Values(np.concatenate([head, octets], axis=1).astype(np.uint8))

    def _four(self, frame: Frame, column: ColumnFacts) -> Any:
        bits = frame.bits(column.name)
        if self.network == "examples" and self.counter is None:
            last = hashing.below(hashing.mix(bits), 254) + 1
            return np.concatenate([_EXAMPLES[hashing.below(bits, 3)], last[:, None]], axis=1)
        host = frame.counted(self.counter) if self.counter else hashing.below(bits, 1 << 24)
        return np.stack([np.full(len(frame), 10), host >> 16 & 255, host >> 8 & 255, host & 255], axis=1)

    def _six(self, frame: Frame, column: ColumnFacts) -> Any:
        start = [0x20, 1, 0x0D, 0xB8, 0, 0, 0, 0] if self.network == "examples" else [0xFD, 0, 0, 0, 0, 0, 0, 0]
        host = frame.bits(column.name) if self.counter is None else frame.counted(self.counter).astype(np.uint64)
        return np.concatenate(
            [np.tile(np.array(start), (len(frame), 1)), host.astype(">u8").view(np.uint8).reshape(-1, 8)], axis=1
        )


def _grouped(octets: Any) -> pa.Array:
    """Return sixteen bytes as text, eight groups of four digits, which every reader of addresses takes."""
    halves = [np.ascontiguousarray(octets[:, i : i + 8].astype(np.uint8)).view(">u8").ravel() for i in (0, 8)]
    text = hexadecimal(*(half.astype(np.uint64) for half in halves))
    groups = [pc.utf8_slice_codeunits(text, i, i + 4) for i in range(0, 32, 4)]
    return pc.binary_join_element_wise(*groups, ":")


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


def _ip(context: Context) -> Provider:
    name = context.column.name
    return Address(context.unique, 6 if re.search(r"(ip_?v?6|v6|ip6)", name) else 4)


def _website(context: Context) -> Provider | None:
    limit = context.column.form.length
    if limit is not None and limit < 60:
        return None
    if re.search(COMPANY_TABLES, context.table.name[1]) and context.has("name", "company_name", "legal_name"):
        return Website("company")
    return Website("person", home_of(context)) if is_person_table(context.table) else None


def _page_url(context: Context) -> Provider | None:
    return Page(0) if context.unique is None else None


def _path(context: Context) -> Provider | None:
    """Return the step of a row of a tree, or else a page that somebody looked at."""
    own = context.table.name
    is_tree = any((key.referenced_schema, key.referenced_table) == own for key in context.table.foreign_keys)
    return _slug(context) if is_tree else _page_url(context)


RULES = (
    Rule(
        r"(\w+_)?slug|permalink|url_key|path_name",
        TEXT,
        _slug,
        "its name says slug; agrees with the name",
        distinct=True,
    ),
    Rule(r"(sub_?)?domain(_name)?|host(name)?", TEXT, _domain, "its name says domain", distinct=True),
    Rule(r"page_?url|page_path|current_url", TEXT, _page_url, "its name says page"),
    Rule(r"path", TEXT, _path, "its name says path"),
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
        r"web_?site(_url)?|home_?page(_url)?|site_url|url|web",
        TEXT,
        _website,
        "its name says website; agrees with the row's name",
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
        r"(\w+_)?ip(_?v?[46])?(_address|_addr)?",
        TEXT | {"inet"},
        _ip,
        "its name says IP address",
        distinct=True,
    ),
)


@keeps_apart
def _ip_named(
    context: Context, version: Literal[4, 6] = 4, network: Literal["private", "examples"] = "private"
) -> Provider:
    """An IP address of a private network, or of those that are kept for examples."""
    return Address(context.unique, version, network)


@keeps_apart
def _url_named(context: Context, start: str = "https://www.example.com/", end: str = "") -> Provider:
    """An address of a page under a reserved domain; distinct."""
    host = start.partition("://")[2].partition("/")[0].partition(":")[0].lower()
    if not re.fullmatch(r"([\w-]+\.)*(example|test|invalid|localhost|example\.(com|org|net))", host):
        raise SamplePlanError(
            f"{host!r} may be somebody's",
            where=f"{context.table.label}.{context.column.name}.start",
            mend="use a host under example.com, example.org, example.net, .example or .test",
        )
    return Url(start, end)


def _agent_named(context: Context) -> Provider:
    """A browser's name of itself."""
    return UserAgent()


@keeps_apart
def _domain_named(context: Context) -> Provider:
    """A host under example.com; distinct."""
    return Domain()


@keeps_apart
def _slug_named(context: Context, of: str) -> Provider:
    """Another column of the row in lower-case letters, digits and dashes."""
    if of not in context.table.columns or context.table.columns[of].form.kind != "text":
        raise SamplePlanError(
            f"{of!r} is no column of text of the table",
            where=f"{context.table.label}.{context.column.name}.of",
            mend="name one",
        )
    width = max(3, len(str(context.rows + 1)))
    return Slug(of, context.unique, width, context.column.form.length)


NAMED: Mapping[str, Callable[..., Provider]] = {
    "ip address": _ip_named,
    "url": _url_named,
    "user agent": _agent_named,
    "domain": _domain_named,
    "slug": _slug_named,
}
