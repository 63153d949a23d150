"""Countries: the parts of a row's place, as codes, names, languages and currencies; and tables that list countries."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.home import (
    ANYWHERE,
    COUNTRY,
    LANGUAGE,
    LOCALE,
    Home,
    country_of,
    home_of,
    is_person_table,
    place,
    spelled_country,
    spelled_language,
    spelled_locale,
)
from designer_kernel.sample.providers.provider import TEXT, Context, Make, Provider, Rule, words
from designer_kernel.sample.rows.values import Values, picked
from designer_kernel.sample.vocabulary.countries import CURRENCIES, LISTED
from designer_kernel.sample.vocabulary.countries import LANGUAGES as SPOKEN
from designer_kernel.sample.vocabulary.locales import LOCALES
from designer_kernel.sample.vocabulary.places import PLACES

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

PLACE_WORDS = frozenset(
    {
        "city", "town", "region", "state", "province", "county", "postal_code", "postcode", "zip", "zip_code",
        "country", "country_code", "country_name", "timezone", "time_zone", "latitude", "longitude", "lat",
        "lng", "lon", "plz", "ort", "stadt", "ville", "ciudad", "code_postal"
    }
)  # fmt: skip
"""Columns that say that a row has an address."""


@dataclass(frozen=True, slots=True)
class PlacePart(Provider):
    """A field of the row's place: city, region, country, time zone, currency, language and so on."""

    part: str
    home: Home = ANYWHERE

    @property
    def name(self) -> str:
        return _CALLED.get(self.part, self.part)

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(picked(field(self.part), place(frame)))


_CALLED: Mapping[str, str] = {
    "code": "country code",
    "alpha3": "country code 3",
    "zone": "time zone",
    "region_code": "region code",
    "currency": "currency of the country",
}
"""What parts are called where it is another word."""


@lru_cache(maxsize=64)
def field(part: str) -> pa.Array:
    """Return one field of every place."""
    return words(tuple(_field(index, part) for index in range(len(PLACES))))


def _field(index: int, part: str) -> str:
    item, country = PLACES[index], country_of(index)
    locale = next(locale for locale in LOCALES.values() if locale.country == item.code)
    match part:
        case "country":
            return country.name
        case "alpha3" | "number" | "dial" | "currency":
            return str(getattr(country, part))
        case "language":
            return locale.language
        case "locale":
            return locale.code
        case "language tag":
            return locale.code.replace("_", "-")
    return str(getattr(item, part))


@dataclass(frozen=True, slots=True)
class Spelling(Provider):
    """The country, language or locale of the row's place, as a list of allowed values spells it."""

    part: str
    values: tuple[str, ...]
    home: Home = ANYWHERE

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(picked(_spelled(self.part, self.values), place(frame)))


_SPELLED: Mapping[str, Callable[[str], tuple[str, ...]]] = {
    "country": spelled_country,
    "language": spelled_language,
    "locale": spelled_locale,
}


@lru_cache(maxsize=64)
def _spelled(part: str, values: tuple[str, ...]) -> pa.Array:
    found = []
    for item in PLACES:
        ways = _SPELLED[part](item.code)
        found.append(next((v for v in values if v.lower() in ways), values[0]))
    return words(tuple(found))


@dataclass(frozen=True, slots=True)
class Listed(Provider):
    """A row of a table of countries, currencies or languages: each once, the common ones first.

    All columns of a row agree.
    """

    table: str
    part: str

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        items = words(tuple(row[self.part] for row in REAL[self.table]))
        return Values(picked(items, frame.numbers % len(items)))


REAL: Mapping[str, tuple[Mapping[str, str], ...]] = {
    "countries": tuple({k: str(v) for k, v in country._asdict().items()} for country in LISTED),
    "currencies": tuple({"code": code, "name": name, "sign": sign} for code, name, sign in CURRENCIES),
    "languages": tuple({"code": code, "name": name} for code, name in SPOKEN),
}
"""What tables that list real things hold."""


_MOST_CITIES: Final = 12
"""Characters that the names of nearly all cities have room in."""


def part_of(*parts: str) -> Make:
    """Return the first of these parts whose longest value fits the column."""

    def make(context: Context) -> Provider | None:
        limit = context.column.form.length
        for part in parts:
            if limit is None or limit >= max(len(text) for text in field(part).to_pylist()):
                return PlacePart(part, home_of(context))
        if parts == ("city",) and limit is not None and limit >= _MOST_CITIES:
            return PlacePart("city", home_of(context))  # the few longer ones are cut
        return None

    return make


def _country(context: Context) -> Provider | None:
    """Return a country's code or name: by the column's name, and by what fits it."""
    name, limit = context.column.name, context.column.form.length
    if name.endswith(("iso3", "alpha3", "alpha_3")) or limit == 3:
        return part_of("alpha3")(context)
    is_code = name.endswith(("code", "iso", "iso2", "alpha2", "alpha_2")) or name == "nationality"
    return part_of("code")(context) if is_code else part_of("country", "alpha3", "code")(context)


def _table_of(context: Context) -> str:
    """Return which real things the table's rows are, if there are as many of them."""
    last = context.table.name[1].rpartition("_")[2]
    kind = {"country": "countries", "nations": "countries", "currency": "currencies", "language": "languages"}.get(
        last, last
    )
    return kind if kind in REAL and context.rows <= len(REAL[kind]) else ""


def _listed(*parts: str) -> Make:
    """Return the first of these parts that fits the column, and tells rows apart if it must."""

    def make(context: Context) -> Provider | None:
        table, limit = _table_of(context), context.column.form.length
        for part in parts if table else ():
            values = [row.get(part, "") for row in REAL[table]]
            fits = all(values) and (limit is None or limit >= max(map(len, values)))
            if fits and (context.unique is None or len(set(values)) == len(values)):
                return Listed(table, part)
        return None

    return make


def by_list(context: Context, values: tuple[object, ...]) -> Provider | None:
    """Return the row's country, language or locale as a list of allowed values spells it, if it is such a list."""
    texts = tuple(str(v) for v in values)
    for part, pattern in (("country", COUNTRY), ("language", LANGUAGE), ("locale", LOCALE)):
        if not re.fullmatch(pattern, context.column.name) or context.kind not in ("text", "enum"):
            continue
        known = {way for item in PLACES for way in _SPELLED[part](item.code)}
        if all(text.lower() in known for text in texts):
            return Spelling(part, texts, home_of(context))
    return None


def _tongue(context: Context) -> Provider | None:
    """Return the language of the row's place, where the row is about people or places."""
    return PlacePart("language", home_of(context)) if _is_home(context) else None


def _locale(context: Context) -> Provider | None:
    part = "language tag" if context.column.default.startswith("'") and "-" in context.column.default else "locale"
    return part_of(part)(context) if _is_home(context) else None


def _is_home(context: Context) -> bool:
    return is_person_table(context.table) or context.has(*PLACE_WORDS) or bool(home_of(context).parent)


def _currency(context: Context) -> Provider | None:
    near = context.has("country", "country_code", "country_id", "country_iso")
    habits = context.has("language", "timezone", "time_zone", "locale") and bool(home_of(context).parent)
    return part_of("currency")(context) if (near or habits) and context.unique is None else None


RULES = (
    Rule(
        r"code|iso_?code|iso2?|alpha_?2|country_code", TEXT, _listed("code"), "its table lists real ones", distinct=True
    ),
    Rule(r"iso_?3|alpha_?3|code_?3", TEXT, _listed("alpha3"), "a country's code of three letters", distinct=True),
    Rule(
        r"(country_|currency_|language_)?name|title|label",
        TEXT,
        _listed("name", "alpha3"),
        "its table lists real ones",
        distinct=True,
    ),
    Rule(r"(numeric|number|iso_numeric|num)(_code)?", TEXT, _listed("number"), "a country's number", distinct=True),
    Rule(r"(dial(ling)?|phone|calling)(_?(code|prefix))?", TEXT, _listed("dial"), "a country's dialling code"),
    Rule(r"currency(_code)?", TEXT, _listed("currency", "code"), "a country's currency", distinct=True),
    Rule(r"symbol|sign", TEXT, _listed("sign"), "a currency's sign"),
    Rule(r"language(_code)?|lang", TEXT, _listed("code"), "a language's code", distinct=True),
    Rule(COUNTRY, TEXT, _country, "its name says country; agrees with the city"),
    Rule(r"(\w+_)?(time_?zone|tz)(_name)?", TEXT, part_of("zone"), "its name says time zone"),
    Rule(LOCALE, TEXT, _locale, "its name says locale; agrees with the country"),
    Rule(LANGUAGE, TEXT, _tongue, "its name says language; agrees with the country"),
    Rule(r"(\w+_)?currency(_code)?", TEXT, _currency, "its name says currency; agrees with the country"),
)


def _named(part: str, summary: str) -> Callable[[Context], Provider]:
    def make(context: Context) -> Provider:
        return PlacePart(part, home_of(context))

    make.__doc__ = summary
    return make


NAMED: Mapping[str, Callable[..., Provider]] = {
    "city": _named("city", "A city, in its own language."),
    "region": _named("region", "The region of the row's city."),
    "region code": _named("region_code", "The code of the region of the row's city."),
    "country": _named("country", "The country of the row's city."),
    "country code": _named("code", "The country's code of two letters."),
    "country code 3": _named("alpha3", "The country's code of three letters."),
    "time zone": _named("zone", "The time zone of the row's city."),
    "locale": _named("locale", "The locale of the row's country, such as de_DE."),
    "language": _named("language", "The language of the row's country."),
    "currency of the country": _named("currency", "The currency of the row's country."),
}
