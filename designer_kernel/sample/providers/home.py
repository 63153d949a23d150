"""Where the people and addresses of a row are at home: one place for all columns of the row, and for its children.

Names, streets, telephone numbers, languages and currencies follow from the place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.constraints.narrowing import Allowed
from designer_kernel.sample.planning.facts import TableFacts
from designer_kernel.sample.providers.provider import Context, unwrapped
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.arrays import texts
from designer_kernel.sample.rows.hashing import Rows
from designer_kernel.sample.vocabulary import locales, phones
from designer_kernel.sample.vocabulary.countries import COUNTRIES, Country
from designer_kernel.sample.vocabulary.lexicon import Lexicon, lexicon
from designer_kernel.sample.vocabulary.locales import LOCALES
from designer_kernel.sample.vocabulary.places import PLACES

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

COUNTRY = r"(\w+_)?(country|land|pays|pais|país|paese|kraj|nationality)(_?(code|iso|iso2|iso3|name|alpha_?[23]))?"
LANGUAGE = r"(\w+_)?(lang(uage)?|sprache|langue|idioma|lingua)(_?code)?"
LOCALE = r"(\w+_)?locale(_?code)?"
POSTAL_CODE = (
    r"(\w+_)?(postal_?code|post_?code|zip(_?code)?|plz|postleitzahl|code_postal|codigo_postal|cap|cep|postnummer)"
)
PHONE = (
    r"(\w+_)?(phone|mobile|fax|telephone|telefon|telefono|telefone|telefoon|handy|cell|cellphone|tel|whatsapp|msisdn)"
    r"(_?(number|no|nr|nummer|numero))?"
)
_FIRST_NAMES = ("first_name", "firstname", "given_name", "forename", "vorname", "prenom", "nombre", "imie")
LAST_NAMES = ("last_name", "lastname", "surname", "family_name", "nachname", "nom_famille", "apellido", "apellidos")
_OTHERS = ("email", "email_address", "e_mail", "full_name", "username", "user_name", "login")
_MOSTLY = 850
"""In how many thousandths a row is in the city of the row it belongs to, and not in another of the country."""


@dataclass(frozen=True, slots=True)
class Home:
    """Where rows of a table are at home.

    ``parent`` is the reference to whom they belong and whose country they share; ``by`` names the column in which that
    row keeps its country's code, for tables of countries. ``countries`` are those that checks allow.
    """

    parent: str = ""
    by: str = ""
    countries: tuple[str, ...] = ()


ANYWHERE = Home()
"""The home of rows that belong to nobody: any of the plan's locales."""


def is_person_table(table: TableFacts) -> bool:
    """Whether a table's rows are people."""
    return any(name in table.columns for name in (*_FIRST_NAMES, *_OTHERS))


def has_given_name(context: Context) -> bool:
    """Whether the table keeps people's given names in a column of their own."""
    return context.has(*_FIRST_NAMES)


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


def home_of(context: Context) -> Home:
    """Return where a table's rows are at home; the same for every column of the table."""
    countries = _allowed(context)
    for reference, parent in context.parents.items():
        code = next(
            (c for c in ("code", "iso_code", "iso2", "alpha2", "country_code", "iso") if c in parent.columns), ""
        )
        if "/" not in reference and code and re.fullmatch(r"(\w+_)?countr(y|ies)", parent.name[1]):
            return Home(reference, code, countries)
    return Home(person_parent(context), "", countries)


def _allowed(context: Context) -> tuple[str, ...]:
    """Return the countries that lists of values in the table's columns leave, all if empty."""
    kept = set(COUNTRIES)
    for name, column in context.table.columns.items():
        allowed = context.siblings.get(name)
        values = (allowed.values if allowed is not None else None) or column.form.labels
        for pattern, spelled in ((COUNTRY, spelled_country), (LANGUAGE, spelled_language), (LOCALE, spelled_locale)):
            if values and re.fullmatch(pattern, name):
                found = {c for c in kept if any(str(v).lower() in spelled(c) for v in values)}
                kept = found or kept
        if allowed is not None and allowed.patterns:
            kept = _in_form(kept, name, allowed) or kept
    return tuple(sorted(kept)) if len(kept) < len(COUNTRIES) else ()


def _in_form(countries: set[str], name: str, allowed: Allowed) -> set[str]:
    """Return the countries whose postal codes or telephone numbers have the form that a check asks for."""
    if re.fullmatch(POSTAL_CODE, name):
        return {c for c in countries if obeys(allowed, (_example(p.postal) for p in PLACES if p.code == c))}
    if re.fullmatch(PHONE, name):
        return {c for c in countries if any(obeys(allowed, phone_examples(c, plain=plain)) for plain in (True, False))}
    return set()


def phone_examples(country: str, *, plain: bool) -> list[str]:
    """Return a telephone number of each form of a country; ``plain`` is without spaces and the like."""
    made = {form for item in PLACES if item.code == country for form in phones.forms(country, item.city)}
    numbers = [_example(form) for form in sorted({*made, phones.roomiest(country)})]
    return [re.sub("[^0-9+]", "", number) for number in numbers] if plain else numbers


def _example(form: str) -> str:
    return form.replace("#", "1").replace("@", "A")


def obeys(allowed: Allowed, texts: Iterable[str]) -> bool:
    """Whether texts are known to match the regular expressions that checks ask for.

    People write these: they are matched without backtracking, which could take for ever. What cannot be read so is
    not known to match.
    """
    examples = pa.array(list(texts), pa.string())
    try:
        return all(
            bool(pc.all(pc.match_substring_regex(examples, m.pattern, ignore_case=m.ignore_case), min_count=0).as_py())
            for m in allowed.patterns
            if not m.is_like
        )
    except pa.ArrowInvalid:
        return False


def spelled_country(code: str) -> tuple[str, ...]:
    """Return the ways to write a country, in lower case."""
    country = COUNTRIES[code]
    return code.lower(), country.alpha3.lower(), country.name.lower(), country.number


def spelled_language(code: str) -> tuple[str, ...]:
    """Return the ways to write a country's language, in lower case."""
    from designer_kernel.sample.vocabulary.countries import LANGUAGES

    language = _locale_of(code).language
    return language, dict(LANGUAGES)[language].lower()


def spelled_locale(code: str) -> tuple[str, ...]:
    """Return the ways to write a country's locale, in lower case."""
    locale = _locale_of(code)
    text = locale.code.lower()
    return text, text.replace("_", "-"), text + ".utf-8", locale.language


def _locale_of(code: str) -> locales.Locale:
    return next(locale for locale in LOCALES.values() if locale.country == code)


def place(frame: Frame, salt: str = "") -> Rows:
    """Return the place of each row, as an index into the vocabulary; ``salt`` gives a second one of the same home."""
    whole = frame.whole
    if whole is not None:
        return place(whole, salt)[frame.places]
    return frame.shared(f"place {salt}", lambda: _place(frame, salt))  # type: ignore[no-any-return]


def _place(frame: Frame, salt: str) -> Rows:
    home: Home = frame.shared("home", lambda: _planned(frame))
    bits = frame.bits("place", salt)
    spot = hashing.mix(bits)
    if home.by:
        return _by_code(frame, home, bits, spot)
    if home.parent:
        near = place(frame.parent(home.parent))
        other = _spot(locales.LOCALE_OF_PLACE[near], spot)
        return np.where(hashing.below(bits, 1000) < _MOSTLY, near, other)
    return _spot(_drawn(frame, home, bits), spot)


def _drawn(frame: Frame, home: Home, bits: Any) -> Rows:
    among, weights = locales.drawn_from(frame.plan.locales, home.countries)
    chosen: Rows = among[hashing.weighted(bits, weights)]
    return chosen


def _spot(locale: Rows, bits: Any) -> Rows:
    """Return a place in each locale's country."""
    found: Rows = locales.FIRST_PLACE[locale] + hashing.below(bits, locales.PLACES_IN[locale])
    return found


def _by_code(frame: Frame, home: Home, bits: Any, spot: Any) -> Rows:
    """Return places in the countries whose codes stand in the rows that are referred to."""
    codes = frame.parent(home.parent).column(home.by).data
    known = texts([locale.country for locale in LOCALES.values()])
    found = pc.index_in(pc.utf8_upper(codes), value_set=known)
    index = pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.int64)
    return _spot(np.where(index < 0, _drawn(frame, home, bits), index), spot)


def _planned(frame: Frame) -> Home:
    """Return the home that the table's providers were planned with; it is the same for all of them."""
    for column in frame.table.columns.values():
        home = getattr(unwrapped(column.provider), "home", None)
        if home is not None:
            return home  # type: ignore[no-any-return]
    return ANYWHERE


def language(places: Rows) -> Rows:
    """Return the language of each place, as an index into ``locales.LANGUAGES``."""
    found: Rows = locales.LANGUAGE_OF_LOCALE[locales.LOCALE_OF_PLACE[places]]
    return found


def country_of(index: int) -> Country:
    """Return the country of a place."""
    return COUNTRIES[PLACES[index].code]


def spoken(frame: Frame) -> Lexicon:
    """Return the lexicon that the plan was made with."""
    return lexicon(frame.plan.vocabulary)
