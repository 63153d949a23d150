"""People: given name, family name, e-mail, login and gender of one row belong to one person."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.planning.facts import ColumnFacts, TableFacts
from designer_kernel.sample.providers.provider import TEXT, Context, Provider, Rule, words
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.hashing import Rows
from designer_kernel.sample.rows.values import Values, digits, joined, picked
from designer_kernel.sample.vocabulary.names import FAMILIES, MEN, TITLES, WOMEN

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

FIRST = WOMEN + MEN
_MAIL_DOMAINS = (
    "example.com",
    "example.org",
    "example.net",
    "mail.example.com",
    "post.example.org",
    "inbox.example.net",
)
_FIRST_NAMES = ("first_name", "firstname", "given_name", "forename")
_LAST_NAMES = ("last_name", "lastname", "surname", "family_name")
_OWN = (*_FIRST_NAMES, *_LAST_NAMES, "email", "email_address", "full_name", "username", "login")


class Person(NamedTuple):
    """Indices into the vocabularies, and a number that tells namesakes apart (0 for the first)."""

    first: Rows
    last: Rows
    number: Rows


def person(frame: Frame, parent: str = "") -> Person:
    """Return the person of each row; with ``parent``, the person of the row that this reference leads to.

    Rows are ranked by a bijection and taken apart into given name, family name and number, so no two rows of a table
    have the same three.
    """
    if parent:
        return person(frame.parent(parent))
    made: Person = frame.shared("person", lambda: _person(frame))
    return made


def _person(frame: Frame) -> Person:
    pairs = len(FIRST) * len(FAMILIES)
    size = -(-max(frame.table.rows, 1) // pairs) * pairs
    rank = hashing.permute(frame.rows, size, hashing.stream(frame.plan.seed, *frame.name, "person") % size)
    pair = rank % pairs
    return Person(pair // len(FAMILIES), pair % len(FAMILIES), rank // pairs)


@dataclass(frozen=True, slots=True)
class GivenName(Provider):
    """A given name."""

    parent: str = ""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(picked(words(FIRST), person(frame, self.parent).first))


@dataclass(frozen=True, slots=True)
class FamilyName(Provider):
    """A family name."""

    parent: str = ""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(picked(words(FAMILIES), person(frame, self.parent).last))


@dataclass(frozen=True, slots=True)
class FullName(Provider):
    """Given and family name."""

    parent: str = ""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        who = person(frame, self.parent)
        return Values(joined(picked(words(FIRST), who.first), " ", picked(words(FAMILIES), who.last)))


@dataclass(frozen=True, slots=True)
class Login(Provider):
    """``given.family``, with a number for namesakes; distinct within the table."""

    parent: str = ""
    separator: str = "."

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(handle(person(frame, self.parent), self.separator))


@dataclass(frozen=True, slots=True)
class Email(Provider):
    """The login at a domain that is reserved for examples; distinct within the table."""

    parent: str = ""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        who = person(frame, self.parent)
        domain = (who.first * 31 + who.last) % len(_MAIL_DOMAINS)
        return Values(joined(handle(who, "."), "@", picked(words(_MAIL_DOMAINS), domain)))


@dataclass(frozen=True, slots=True)
class ShortEmail(Provider):
    """``u123@example.com``: distinct within few characters."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(joined("u", digits(frame.rows + 1), "@example.com"))


@dataclass(frozen=True, slots=True)
class Gender(Provider):
    """A gender that agrees with the given name."""

    woman: str = "female"
    man: str = "male"
    parent: str = ""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        is_woman = person(frame, self.parent).first < len(WOMEN)
        return Values(picked(words((self.man, self.woman)), is_woman.astype(np.int64)))


@dataclass(frozen=True, slots=True)
class OneWord(Provider):
    """A word of a fixed list, each as often as another."""

    items: tuple[str, ...]

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(picked(words(self.items), hashing.below(frame.bits(column.name), len(self.items))))


def handle(who: Person, separator: str) -> Any:
    """Return the login of each person: lower-case, ASCII, distinct."""
    number = pc.if_else(pc.equal(digits(who.number), "0"), "", digits(who.number + 1))
    return joined(picked(_lower(FIRST), who.first), separator, picked(_lower(FAMILIES), who.last), number)


@lru_cache(maxsize=4)
def _lower(items: tuple[str, ...]) -> pa.Array:
    return words(tuple(item.lower() for item in items))


def is_person_table(table: TableFacts) -> bool:
    """Whether a table's rows are people."""
    return sum(name in table.columns for name in _OWN) > 0 and any(
        name in table.columns for name in (*_FIRST_NAMES, "email", "full_name", "username")
    )


def person_parent(context: Context) -> str:
    """Return the reference to the person that a row is about, if the row is none itself."""
    if context.has("email", "email_address", "username", "login"):
        return ""
    candidates = [name for name, table in context.parents.items() if is_person_table(table)]
    if context.owner in candidates:
        return context.owner
    near = [c for c in candidates if "/" not in c]
    for group in (near, [c for c in candidates if "/" in c and c.split("/")[0] == context.owner], candidates):
        if len({context.parents[c].name for c in group}) == 1:
            return group[0]
    return ""


def _email(context: Context) -> Provider:
    limit = context.column.form.length
    longest = max(map(len, FIRST)) + max(map(len, FAMILIES)) + max(map(len, _MAIL_DOMAINS)) + 2
    longest += len(str(context.rows // (len(FIRST) * len(FAMILIES)) + 1))
    return Email() if limit is None or limit >= longest else ShortEmail()


def _gender(context: Context) -> Provider | None:
    values = context.column.form.labels or context.allowed.values
    if values is None:
        short = context.column.form.length is not None and context.column.form.length < 6
        return Gender(*(("F", "M") if short else ("female", "male")), parent=person_parent(context))
    woman = next((v for v in values if str(v).lower() in ("f", "female", "woman", "w")), None)
    man = next((v for v in values if str(v).lower() in ("m", "male", "man")), None)
    return Gender(woman, man, person_parent(context)) if woman and man else None


def _is_person(context: Context) -> bool:
    pattern = r"user|customer|person|people|contact|employee|author|member|patient|student|staff|driver|guest"
    return re.search(pattern, context.table.name[1]) is not None and not context.has(*_FIRST_NAMES)


RULES = (
    Rule(
        r"(first|given)_?name|forename|fname", TEXT, lambda c: GivenName(person_parent(c)), "its name says given name"
    ),
    Rule(
        r"(last|family)_?name|surname|lname", TEXT, lambda c: FamilyName(person_parent(c)), "its name says family name"
    ),
    Rule(
        r"(full|display|contact|customer|recipient|author|holder|user)_?name",
        TEXT,
        lambda c: FullName(person_parent(c)),
        "its name says a person's name",
    ),
    Rule(r"name", TEXT, lambda c: FullName() if _is_person(c) else None, "its table is about people"),
    Rule(
        r"(\w+_)?e?mail(_address)?",
        TEXT,
        lambda c: _email(c) if c.unique or not person_parent(c) else Email(person_parent(c)),
        "its name says e-mail; agrees with the person's name",
        distinct=True,
    ),
    Rule(
        r"user_?name|login|handle|nick(name)?|screen_name",
        TEXT,
        lambda c: Login(),
        "its name says login",
        distinct=True,
    ),
    Rule(r"gender|sex", TEXT | {"enum"}, _gender, "its name says gender; agrees with the given name"),
    Rule(
        r"(job_)?title|position|occupation|job",
        TEXT,
        lambda c: OneWord(TITLES) if c.has(*_FIRST_NAMES, "full_name") else None,
        "its table is about people",
    ),
)
