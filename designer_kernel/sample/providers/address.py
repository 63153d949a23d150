"""Addresses: street, city, region, postal code, country, phone and time zone of one row belong to one place."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.plan import Counter
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.provider import NUMBER, TEXT, Context, Make, Provider, Rule, words
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.hashing import Bits, Rows
from designer_kernel.sample.rows.values import Values, digits, joined, picked
from designer_kernel.sample.vocabulary.places import PLACES, STREET_KINDS, STREETS, UNITS

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

_PLACE_WORDS = frozenset(
    [
        "city",
        "town",
        "region",
        "state",
        "province",
        "county",
        "postal_code",
        "postcode",
        "zip",
        "zip_code",
        "country",
        "country_code",
        "country_name",
        "timezone",
        "time_zone",
        "latitude",
        "longitude",
        "lat",
        "lng",
        "lon",
    ]
)


def place(frame: Frame, salt: str = "") -> Rows:
    """Return the place of each row, as an index into the vocabulary."""
    return frame.shared(f"place {salt}", lambda: hashing.below(frame.bits("place", salt), len(PLACES)))  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class PlacePart(Provider):
    """A field of the row's place: city, region, country and so on."""

    part: str
    longest: int | None = None

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(picked(_field(self.part), place(frame)))


@lru_cache(maxsize=32)
def _field(part: str) -> pa.Array:
    return words(tuple(str(getattr(item, part)) for item in PLACES))


@dataclass(frozen=True, slots=True)
class PostalCode(Provider):
    """A postal code in the form of the country, with the city's leading digits."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(postal_codes(place(frame), frame.bits(column.name)))


def postal_codes(places: Rows, bits: Bits) -> Any:
    """Return a postal code for each place."""
    forms = _field("postal").take(pa.array(places))
    width = max(len(item.postal) for item in PLACES)
    result = forms
    for position in range(width):
        letter = pc.utf8_slice_codeunits(result, position, position + 1)
        tail = pc.utf8_slice_codeunits(result, position + 1)
        number = hashing.below(hashing.mix(bits + np.uint64(position)), 23)
        digit = picked(_DIGITS, number % 10)
        alpha = picked(_LETTERS, number)
        new = pc.if_else(pc.equal(letter, "#"), digit, pc.if_else(pc.equal(letter, "@"), alpha, letter))
        result = joined(pc.utf8_slice_codeunits(result, 0, position), new, tail)
    return result


_DIGITS = words(tuple("0123456789"))
_LETTERS = words(tuple("ABCDEFGHJKLMNPRSTUVWXYZ"))


@dataclass(frozen=True, slots=True)
class Street(Provider):
    """A house number and a street."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return Values(streets(frame.bits(column.name)))


def streets(bits: Bits) -> Any:
    """Return a house number, a street's name and its kind for each number."""
    other = hashing.mix(bits)
    names = picked(words(STREETS), hashing.below(bits, len(STREETS)))
    kinds = picked(words(STREET_KINDS), hashing.below(other, len(STREET_KINDS)))
    number = hashing.below(hashing.mix(other), 980) + 1
    return joined(digits(number), " ", names, " ", kinds)


@dataclass(frozen=True, slots=True)
class Unit(Provider):
    """A part of a building: ``Apt 12``."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        bits = frame.bits(column.name)
        kinds = picked(words(UNITS), hashing.below(bits, len(UNITS)))
        return Values(joined(kinds, " ", digits(hashing.below(hashing.mix(bits), 60) + 1)))


@dataclass(frozen=True, slots=True)
class WholeAddress(Provider):
    """Street, city, region and country in one line."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        where = place(frame)
        city, region, country = (picked(_field(part), where) for part in ("city", "region", "country"))
        return Values(joined(streets(frame.bits(column.name)), ", ", city, ", ", region, ", ", country))


@dataclass(frozen=True, slots=True)
class Phone(Provider):
    """A phone number with the country code of the row's place and the exchange 555, which is nobody's.

    With a ``counter`` the numbers are distinct.
    """

    counter: Counter | None = None

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        dial = picked(_field("dial"), place(frame))
        if self.counter is not None:
            return Values(joined(dial, "555", digits(hashing.permute(frame.counted(self.counter), 10_000_000), 7)))
        bits = frame.bits(column.name)
        return Values(
            joined(
                dial,
                " 555 ",
                digits(hashing.below(bits, 1000), 3),
                " ",
                digits(hashing.below(hashing.mix(bits), 10000), 4),
            )
        )


@dataclass(frozen=True, slots=True)
class Coordinate(Provider):
    """A latitude or longitude near the row's place."""

    part: str

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        centre = np.array([getattr(item, self.part) for item in PLACES])[place(frame)]
        degrees = centre + (hashing.unit(frame.bits(column.name)) - 0.5) * 0.2
        if column.form.kind == "float":
            return Values(np.rint(degrees * 1e6) / 1e6)
        return Values(np.rint(degrees * 10**column.form.scale).astype(np.int64))


def _part(part: str, short: str = "") -> Make:
    def make(context: Context) -> Provider | None:
        limit = context.column.form.length
        for candidate in (part, short):
            if candidate and (limit is None or limit >= max(len(str(getattr(p, candidate))) for p in PLACES)):
                return PlacePart(candidate)
        return None

    return make


def _phone(context: Context) -> Provider | None:
    limit = context.column.form.length
    return Phone(context.unique) if limit is None or limit >= 17 else None


def _address(context: Context) -> Provider:
    return Street() if any(name in context.table.columns for name in _PLACE_WORDS) else WholeAddress()


RULES = (
    Rule(r"(\w+_)?city|town|locality", TEXT, _part("city"), "its name says city"),
    Rule(
        r"(\w+_)?(state|province|region|county)(_name)?",
        TEXT,
        lambda c: (
            _part("region", "region_code")(c)
            if any(n in c.table.columns for n in ("city", "country", "postal_code", "zip", "country_code"))
            else None
        ),
        "its table has an address",
    ),
    Rule(
        r"(\w+_)?(postal_?code|postcode|zip(_?code)?)",
        TEXT,
        lambda c: PostalCode() if c.column.form.length is None or c.column.form.length >= 9 else None,
        "its name says postal code; agrees with the city",
    ),
    Rule(r"(\w+_)?country(_name)?", TEXT, _part("country", "code"), "its name says country; agrees with the city"),
    Rule(
        r"(\w+_)?country(_code|_iso)?|nationality",
        TEXT,
        _part("code"),
        "its name says country code; agrees with the city",
    ),
    Rule(r"time_?zone|tz", TEXT, _part("zone"), "its name says time zone"),
    Rule(r"(\w+_)?(phone|mobile|fax|telephone|cell)(_number|_no)?", TEXT, _phone, "its name says phone", distinct=True),
    Rule(
        r"(address_?)?(line_?1|street(_address|_1)?)|address_?1|street",
        TEXT,
        lambda c: Street(),
        "its name says street",
    ),
    Rule(
        r"(address_?)?line_?[23]|address_?2|street_2|apartment",
        TEXT,
        lambda c: Unit(),
        "its name says part of a building",
    ),
    Rule(r"(\w+_)?address|location", TEXT, _address, "its name says address"),
    Rule(r"lat|latitude", NUMBER, lambda c: Coordinate("latitude"), "its name says latitude"),
    Rule(r"lng|lon|long|longitude", NUMBER, lambda c: Coordinate("longitude"), "its name says longitude"),
)
