"""People: given name, family name, e-mail, login, gender and form of address of one row belong to one person."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.home import (
    ANYWHERE,
    LAST_NAMES,
    Home,
    has_given_name,
    home_of,
    is_person_table,
    person_parent,
    spoken,
)
from designer_kernel.sample.providers.persons import PAIRS, family_name, full_name, given_name, handle, person
from designer_kernel.sample.providers.provider import TEXT, Context, Provider, Rule, keeps_apart, words
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.values import Values, digits, joined, picked
from designer_kernel.sample.vocabulary.jobs import TITLES
from designer_kernel.sample.vocabulary.lexicon import LONGEST_FAMILY, LONGEST_GIVEN
from designer_kernel.sample.vocabulary.locales import LANGUAGES
from designer_kernel.sample.vocabulary.people import NAMES

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

_MORE_ROWS = 7
"""Digits that short logins leave room for, since rows may come to these later."""

_MAIL_DOMAINS = ("example.com", "example.org", "example.net", "mail.example", "post.example")
"""Domains that RFC 2606 keeps for examples: no message can ever arrive."""


@dataclass(frozen=True, slots=True)
class GivenName(Provider):
    """A given name."""

    parent: str = ""
    home: Home = ANYWHERE

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(given_name(frame, person(frame, self.parent)))


@dataclass(frozen=True, slots=True)
class FamilyName(Provider):
    """A family name."""

    parent: str = ""
    home: Home = ANYWHERE

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(family_name(frame, person(frame, self.parent)))


@dataclass(frozen=True, slots=True)
class FullName(Provider):
    """Given and family name, in the order of the language."""

    parent: str = ""
    home: Home = ANYWHERE

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(full_name(frame, person(frame, self.parent)))


@dataclass(frozen=True, slots=True)
class Login(Provider):
    """``given.family``, with a number for namesakes; distinct within the table."""

    parent: str = ""
    separator: str = "."
    home: Home = ANYWHERE

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(handle(frame, person(frame, self.parent), self.separator))


@dataclass(frozen=True, slots=True)
class ShortLogin(Provider):
    """The given name, cut to ``letters``, and the row's number: distinct within few characters."""

    letters: int
    home: Home = ANYWHERE

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        lexicon, who = spoken(frame), person(frame)
        name = picked(lexicon.given.spelled, lexicon.given.word[who.given])
        return Values(joined(pc.utf8_slice_codeunits(name, 0, self.letters), digits(frame.numbers + 1)))


@dataclass(frozen=True, slots=True)
class Email(Provider):
    """The login at a domain that is reserved for examples; distinct within the table."""

    parent: str = ""
    home: Home = ANYWHERE

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        who = person(frame, self.parent)
        domain = (who.given * 31 + who.family) % len(_MAIL_DOMAINS)
        return Values(joined(handle(frame, who, "."), "@", picked(words(_MAIL_DOMAINS), domain)))


@dataclass(frozen=True, slots=True)
class ShortEmail(Provider):
    """The given name and the row's number, ``emma123@example.com``: distinct within few characters.

    If ``shortest``, it is ``u123@example.com``.
    """

    shortest: bool = False
    home: Home = ANYWHERE

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        lexicon, who = spoken(frame), person(frame)
        name = "u" if self.shortest else picked(lexicon.given.spelled, lexicon.given.word[who.given])
        return Values(joined(name, digits(frame.numbers + 1), "@example.com"))


@dataclass(frozen=True, slots=True)
class Gender(Provider):
    """A gender that agrees with the given name."""

    woman: str = "female"
    man: str = "male"
    parent: str = ""
    home: Home = ANYWHERE

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(picked(words((self.woman, self.man)), person(frame, self.parent).is_man))


@dataclass(frozen=True, slots=True)
class Salutation(Provider):
    """A form of address that agrees with gender and language: Ms, Herr, Mme."""

    parent: str = ""
    home: Home = ANYWHERE

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        who = person(frame, self.parent)
        return Values(picked(_salutations(), who.language * 2 + who.is_man))


@lru_cache(maxsize=1)
def _salutations() -> pa.Array:
    return words(tuple(title for code in LANGUAGES for title in NAMES[code].titles))


@dataclass(frozen=True, slots=True)
class Initials(Provider):
    """The first letters of the login's parts: ``JS``."""

    parent: str = ""
    home: Home = ANYWHERE

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        who, lexicon = person(frame, self.parent), spoken(frame)
        parts = ((lexicon.given, who.given), (lexicon.family, who.family))
        letters = (pc.utf8_slice_codeunits(picked(x.spelled, x.word[slot]), 0, 1) for x, slot in parts)
        return Values(pc.utf8_upper(joined(*letters)))


@dataclass(frozen=True, slots=True)
class OneWord(Provider):
    """A word of a fixed list, each as often as another."""

    items: tuple[str, ...]

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(picked(words(self.items), hashing.below(frame.bits(column.name), len(self.items))))


def _made(kind: Callable[..., Provider]) -> Callable[[Context], Provider]:
    return lambda context: kind(parent=person_parent(context), home=home_of(context))


def email(context: Context, parent: str = "") -> Provider:
    """Return e-mail addresses that fit the column."""
    limit = context.column.form.length
    longest = LONGEST_GIVEN + LONGEST_FAMILY + max(map(len, _MAIL_DOMAINS)) + 2 + 5
    longest += len(str(context.rows >> PAIRS))
    if limit is None or limit >= longest:
        return Email(parent, home_of(context))
    return ShortEmail(limit < LONGEST_GIVEN + len(str(context.rows)) + len("@example.com"), home_of(context))


def login(context: Context, separator: str = ".") -> Provider | None:
    """Return logins that fit the column; nothing if its rows cannot be told apart in it."""
    longest = LONGEST_GIVEN + LONGEST_FAMILY + len(separator) + 6 + len(str(context.rows >> PAIRS))
    limits = [n for n in (context.column.form.length, context.allowed.longest) if n is not None]
    limit = min(limits, default=longest)
    if limit >= longest or context.unique is None:
        return Login("", separator, home_of(context))
    room = max(len(str(context.rows)), min(_MORE_ROWS, limit - 3))
    return ShortLogin(limit - room, home_of(context)) if limit > room else None


def _gender(context: Context) -> Provider | None:
    values = context.column.form.labels or context.allowed.values
    parent, home = person_parent(context), home_of(context)
    if values is None:
        short = context.column.form.length is not None and context.column.form.length < 6
        return Gender(*(("F", "M") if short else ("female", "male")), parent=parent, home=home)
    woman = next((v for v in values if str(v).lower() in ("f", "female", "woman", "w", "weiblich", "femme")), None)
    man = next((v for v in values if str(v).lower() in ("m", "male", "man", "männlich", "homme")), None)
    return Gender(woman, man, parent, home) if woman and man else None


def _is_person(context: Context) -> bool:
    pattern = (
        r"user|customer|person|people|contact|employee|author|member|patient|student|staff|driver|guest|teacher|"
        r"doctor|passenger|candidate|applicant|kunde|mitarbeiter|client|cliente"
    )
    return re.search(pattern, context.table.name[1]) is not None and not has_given_name(context)


def _name(context: Context) -> Provider | None:
    """Return whole names, or family names where given ones stand in a column of their own and no others do."""
    if has_given_name(context) and is_person_table(context.table):
        return _made(FullName if context.has(*LAST_NAMES) else FamilyName)(context)
    return _made(FullName)(context) if _is_person(context) else None


def _salutation(context: Context) -> Provider | None:
    limit = context.column.form.length
    is_person = has_given_name(context) or context.has("last_name", "full_name", "surname")
    return _made(Salutation)(context) if is_person and (limit is None or limit >= 6) else None


RULES = (
    Rule(
        r"title",
        TEXT,
        _salutation,
        "a form of address; agrees with the name",
        tables=r"guest|passenger|patient|visitor|attendee",
    ),
    Rule(
        r"(first|given)_?name|forename|fname|vorname|prenom|prénom|imie|imię|voornaam|nome_proprio",
        TEXT,
        _made(GivenName),
        "its name says given name",
    ),
    Rule(
        r"(last|family)_?name|surname|lname|nachname|nom_(de_)?famille|apellidos?|cognome|nazwisko|achternaam|sobrenome",
        TEXT,
        _made(FamilyName),
        "its name says family name",
    ),
    Rule(
        r"(full|display|contact|customer|recipient|author|holder|cardholder|patient|employee|guest|account_holder)_?name|"
        r"signed_by|signatory",
        TEXT,
        _made(FullName),
        "its name says a person's name",
    ),
    Rule(r"name|nom|nombre|nome", TEXT, _name, "its table is about people"),
    Rule(
        r"(\w+_)?e_?mail(_?addr(ess)?|_adresse)?|correo(_electronico)?",
        TEXT,
        lambda c: email(c, "" if c.unique else person_parent(c)),
        "its name says e-mail; agrees with the person's name",
        distinct=True,
    ),
    Rule(
        r"user_?name|login(_name)?|handle|nick(name)?|screen_name|benutzername",
        TEXT,
        login,
        "its name says login",
        distinct=True,
    ),
    Rule(
        r"gender|sex|geschlecht|sexe|sexo", TEXT | {"enum"}, _gender, "its name says gender; agrees with the given name"
    ),
    Rule(
        r"salutation|honorific|anrede|civilite|name_prefix|prefix|title_of_courtesy",
        TEXT,
        _salutation,
        "its name says a form of address; agrees with gender and language",
    ),
    Rule(r"initials", TEXT, _made(Initials), "its name says initials"),
    Rule(
        r"(job_?)?title|position|occupation|job(_name)?|profession|beruf",
        TEXT,
        lambda c: OneWord(TITLES) if has_given_name(c) or c.has("full_name") or "job" in c.column.name else None,
        "its table is about people",
    ),
)


def _named(kind: Callable[..., Provider], summary: str) -> Callable[[Context], Provider]:
    def make(context: Context) -> Provider:
        return _made(kind)(context)

    make.__doc__ = summary
    return make


@keeps_apart
def _email_named(context: Context) -> Provider:
    """An e-mail address that agrees with the person's name, at a domain that is kept for examples."""
    return email(context, "" if context.unique else person_parent(context))


@keeps_apart
def _login_named(context: Context, separator: str = ".") -> Provider:
    """A login that agrees with the person's name; distinct."""
    made = login(context, separator)
    if made is None:
        raise SamplePlanError(
            "the column is too short to tell logins apart",
            where=f"{context.table.label}.{context.column.name}",
            mend="widen it, or ask for fewer rows",
        )
    return made


def _gender_named(context: Context, woman: str = "female", man: str = "male") -> Provider:
    """A gender that agrees with the given name."""
    return Gender(woman, man, person_parent(context), home_of(context))


def _job_named(context: Context) -> Provider:
    """A job title."""
    return OneWord(TITLES)


NAMED: Mapping[str, Callable[..., Provider]] = {
    "given name": _named(GivenName, "A given name of the row's country."),
    "family name": _named(FamilyName, "A family name of the row's country, in the form of the person's gender."),
    "person name": _named(FullName, "A person's whole name, in the order of the language."),
    "salutation": _named(Salutation, "A form of address that agrees with gender and language."),
    "initials": _named(Initials, "The first letters of a person's names."),
    "email": _email_named,
    "login": _login_named,
    "gender": _gender_named,
    "job title": _job_named,
}
