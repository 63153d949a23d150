"""Addresses: street, city, region, postal code, country, phone and time zone of one row belong to one place."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.countries import PLACE_WORDS, field, part_of
from designer_kernel.sample.providers.home import (
    ANYWHERE,
    POSTAL_CODE,
    Home,
    home_of,
    language,
    place,
    spoken,
)
from designer_kernel.sample.providers.postal import postal_codes
from designer_kernel.sample.providers.provider import NUMBER, TEXT, Context, Provider, Rule, words
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.arrays import arrow
from designer_kernel.sample.rows.hashing import Bits, Rows
from designer_kernel.sample.rows.values import Values, digits, joined, picked
from designer_kernel.sample.rows.written import Picked, written
from designer_kernel.sample.vocabulary.locales import LANGUAGES
from designer_kernel.sample.vocabulary.places import PLACES, UNITS

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame


@dataclass(frozen=True, slots=True)
class PostalCode(Provider):
    """A postal code in the form of the country, with the city's leading digits."""

    home: Home = ANYWHERE

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(postal_codes(place(frame), frame.bits(column.name)))


@dataclass(frozen=True, slots=True)
class Street(Provider):
    """A street and a house number, in the order of the country."""

    home: Home = ANYWHERE

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(streets(frame, place(frame), frame.bits(column.name)))


_NUMBER_FIRST = frozenset({"en", "fr", "ar"})
_BEFORE_NUMBER: Mapping[str, str] = {"es": ", ", "pt": ", ", "uk": ", ", "tr": " No: ", "ja": "", "zh": ""}
_BEHIND_NUMBER: Mapping[str, str] = {"zh": "号"}
_IS_FIRST = np.array([code in _NUMBER_FIRST for code in LANGUAGES])
_FRONT = tuple(_BEFORE_NUMBER.get(code, " ") for code in LANGUAGES)
_BACK = tuple(_BEHIND_NUMBER.get(code, "") for code in LANGUAGES)
_JAPANESE = LANGUAGES.index("ja")


def streets(frame: Frame, places: Rows, bits: Bits) -> Any:
    """Return a street with a house number for each place."""
    return written(*street_parts(frame, places, bits)).array()


def street_parts(frame: Frame, places: Rows, bits: Bits) -> tuple[Picked, Picked, Picked]:
    """Return what stands before a street's name, the name, and what stands behind it, for each place."""
    tongue, other = language(places), hashing.mix(bits)
    most = np.minimum(hashing.below(other, 240), hashing.below(hashing.mix(other), 240))  # low numbers are common
    number = tongue * 240 + most
    blocks = tongue == _JAPANESE
    if blocks.any():
        chome = hashing.below(hashing.mix(other), 8)
        first, second = (hashing.below(hashing.mix(other + np.uint64(i)), 20) for i in range(2))
        number = np.where(blocks, len(LANGUAGES) * 240 + (chome * 20 + first) * 20 + second, number)
    before, behind = _house_numbers()
    return Picked(before, number), _street_names(frame, tongue, bits), Picked(behind, number)


@lru_cache(maxsize=1)
def _house_numbers() -> tuple[pa.Array, pa.Array]:
    """Return what stands before and behind a street's name, for each language and number; then for Japan's blocks."""
    before, behind = [], []
    blocks = [f"{chome}-{first}-{second}" for chome in range(1, 9) for first in range(1, 21) for second in range(1, 21)]
    for tongue in range(len(LANGUAGES)):
        for number in range(1, 241):
            before.append(f"{number} " if _IS_FIRST[tongue] else "")
            behind.append("" if _IS_FIRST[tongue] else f"{_FRONT[tongue]}{number}{_BACK[tongue]}")
    before += [f"{block} " if _IS_FIRST[_JAPANESE] else "" for block in blocks]
    behind += ["" if _IS_FIRST[_JAPANESE] else f"{_FRONT[_JAPANESE]}{block}{_BACK[_JAPANESE]}" for block in blocks]
    return arrow(before), arrow(behind)


def street_names(frame: Frame, places: Rows, bits: Bits) -> Any:
    """Return a street's name for each place."""
    return _street_names(frame, language(places), bits).array()


def _street_names(frame: Frame, tongue: Rows, bits: Bits) -> Picked:
    lexicon = spoken(frame)
    return Picked(lexicon.streets, lexicon.first_street[tongue] + hashing.below(bits, lexicon.street_count[tongue]))


@dataclass(frozen=True, slots=True)
class StreetName(Provider):
    """A street's name, without a number."""

    home: Home = ANYWHERE

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(street_names(frame, place(frame), frame.bits("street")))


@dataclass(frozen=True, slots=True)
class HouseNumber(Provider):
    """A house number, of which low ones are more common; sometimes with a letter where it is text."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        bits = frame.bits(column.name)
        number = np.minimum(hashing.below(bits, 240), hashing.below(hashing.mix(bits), 240)) + 1
        if column.form.kind != "text":
            return Values(number * 10**column.form.scale)
        letter = picked(words(("a", "b", "c", *[""] * 27)), hashing.below(hashing.mix(bits + np.uint64(1)), 30))
        return Values(joined(digits(number), letter))


@dataclass(frozen=True, slots=True)
class Unit(Provider):
    """A part of a building: ``Apt 12``."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        bits = frame.bits(column.name)
        kinds = picked(words(UNITS), hashing.below(bits, len(UNITS)))
        return Values(joined(kinds, " ", digits(hashing.below(hashing.mix(bits), 60) + 1)))


@dataclass(frozen=True, slots=True)
class WholeAddress(Provider):
    """Street, postal code, city and country in one line, in the order of the country."""

    home: Home = ANYWHERE

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        where, bits = place(frame), frame.bits(column.name)
        city, region, country = (picked(field(part), where) for part in ("city", "region_code", "country"))
        code = postal_codes(where, hashing.mix(bits))
        behind = arrow(_CODE_LAST[where])
        town = pc.if_else(behind, joined(city, " ", code), joined(code, " ", city))
        town = pc.if_else(arrow(_WITH_REGION[where]), joined(city, ", ", region, " ", code), town)
        return Values(joined(streets(frame, where, bits), ", ", town, ", ", country))


_CODE_LAST = np.array([p.code in ("GB", "IE", "NZ", "EG", "UA", "CN", "KR") for p in PLACES])
_WITH_REGION = np.array([p.code in ("US", "CA", "AU", "BR") for p in PLACES])


@dataclass(frozen=True, slots=True)
class Coordinate(Provider):
    """A latitude or longitude near the row's place: within about ten kilometres."""

    part: str
    home: Home = ANYWHERE

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        centre = _CENTRES[self.part][place(frame)]
        millionths = centre + hashing.below(frame.bits(column.name), 160_001) - 80_000
        if column.form.kind == "float":
            return Values(millionths / 1e6)
        scale = column.form.scale
        return Values(millionths * 10 ** (scale - 6) if scale >= 6 else millionths // 10 ** (6 - scale))


_CENTRES = {
    part: np.array([round(getattr(item, part) * 100) * 10_000 for item in PLACES], dtype=np.int64)
    for part in ("latitude", "longitude")
}


def _region(context: Context) -> Provider | None:
    near = ("city", "country", "postal_code", "zip", "country_code", "postcode", "zip_code", "plz")
    return part_of("region", "region_code")(context) if context.has(*near) else None


def _address(context: Context) -> Provider | None:
    if re.search(r"(^|_)(ip|mac|e?mail|web|wallet|memory|hardware|network|bitcoin)_", context.column.name):
        return None
    return (Street if any(n in context.table.columns for n in PLACE_WORDS) else WholeAddress)(home_of(context))


RULES = (
    Rule(
        r"(\w+_)?(city|town|locality|ort|stadt|ville|ciudad|citta|miasto|cidade|stad)(_name)?",
        TEXT,
        part_of("city"),
        "its name says city",
    ),
    Rule(
        r"(\w+_)?(state|province|region|county)_(code|abbr|iso)", TEXT, part_of("region_code"), "its name says region"
    ),
    Rule(
        r"(\w+_)?(state|province|region|county|bundesland|provincia|prefecture)(_name)?",
        TEXT,
        _region,
        "its table has an address",
    ),
    Rule(
        POSTAL_CODE,
        TEXT,
        lambda c: PostalCode(home_of(c)) if c.column.form.length is None or c.column.form.length >= 9 else None,
        "its name says postal code; agrees with the city",
    ),
    Rule(
        r"(address_?)?(line_?1|street(_address|_1|_line_?1)?)|address_?1|(shipping|billing|home)_street|strasse|straße|"
        r"rue|calle|indirizzo",
        TEXT,
        lambda c: (StreetName if c.has("house_number", "street_number", "hausnummer") else Street)(home_of(c)),
        "its name says street",
    ),
    Rule(r"street_name", TEXT, lambda c: StreetName(home_of(c)), "its name says street"),
    Rule(
        r"(house|street|building)_(number|no)|hausnummer",
        TEXT | {"integer"},
        lambda c: HouseNumber(),
        "its name says house number",
    ),
    Rule(
        r"(address_?)?line_?[23]|address_?2|street_2|apartment|unit|suite",
        TEXT,
        lambda c: Unit() if "unit" not in c.column.name or c.has(*PLACE_WORDS) else None,
        "its name says part of a building",
    ),
    Rule(r"(\w+_)?(address|adresse|direccion|anschrift)|location", TEXT, _address, "its name says address"),
    Rule(r"(\w+_)?(lat|latitude)", NUMBER - {"integer"}, lambda c: Coordinate("latitude", home_of(c)), "a latitude"),
    Rule(
        r"(\w+_)?(lng|lon|long|longitude)",
        NUMBER - {"integer"},
        lambda c: Coordinate("longitude", home_of(c)),
        "a longitude",
    ),
)


def _plain(kind: Callable[[Home], Provider], summary: str) -> Callable[[Context], Provider]:
    def make(context: Context) -> Provider:
        return kind(home_of(context))

    make.__doc__ = summary
    return make


def _latitude(context: Context) -> Provider:
    """A latitude near the row's city."""
    return Coordinate("latitude", home_of(context))


def _longitude(context: Context) -> Provider:
    """A longitude near the row's city."""
    return Coordinate("longitude", home_of(context))


NAMED: Mapping[str, Callable[..., Provider]] = {
    "postal code": _plain(PostalCode, "A postal code in the country's form, in the city's range."),
    "street": _plain(Street, "A street with a house number, in the order of the country."),
    "street name": _plain(StreetName, "A street's name, without a number."),
    "address": _plain(WholeAddress, "A whole address in one line."),
    "latitude": _latitude,
    "longitude": _longitude,
}
