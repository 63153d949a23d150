"""Telephone numbers in the form of the country and the city, that nobody can have (see ``vocabulary/phones.py``)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.loading.octets import as_bytes, flat, from_flat
from designer_kernel.sample.plan import Counter
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.home import (
    ANYWHERE,
    PHONE,
    Home,
    home_of,
    obeys,
    phone_examples,
    place,
)
from designer_kernel.sample.providers.provider import TEXT, Context, Provider, Rule, keeps_apart, words
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.hashing import Bits, Rows
from designer_kernel.sample.rows.values import Values, digits, joined, picked
from designer_kernel.sample.vocabulary.countries import COUNTRIES
from designer_kernel.sample.vocabulary.phones import forms, roomiest
from designer_kernel.sample.vocabulary.places import PLACES

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

NOBODYS: str = "+999"
"""A country code that no country has; for more numbers than the ranges kept for examples hold."""

LONGEST = 20


@dataclass(frozen=True, slots=True)
class Phone(Provider):
    """A telephone number in the form of the row's country; nobody can have it.

    With a ``counter`` the numbers are distinct: digits come from a bijection, and if the country's ranges do not hold
    as many, the number has the country code 999, which is nobody's. If ``plain``, there are digits alone behind the +.
    """

    counter: Counter | None = None
    plain: bool = False
    home: Home = ANYWHERE

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        where = place(frame)
        if self.counter is None:
            every, starts, counts = _forms()
            bits = frame.bits(column.name)
            chosen = starts[where] + hashing.below(hashing.mix(bits), counts[where])
            numbers = filled(picked(every, chosen), bits)
        else:
            numbers = self._distinct(frame, where, self.counter)
        return Values(pc.replace_substring_regex(numbers, "[^0-9+]", "") if self.plain else numbers)

    def _distinct(self, frame: Frame, where: Rows, counter: Counter) -> Any:
        form, room = _largest()
        if frame.table.rows > int(room.min()) // 2:
            return joined(NOBODYS, " ", digits(hashing.permute(frame.counted(counter), 10**9), 9))
        number = hashing.permute(frame.counted(counter), room[where])
        return spread(picked(form, where), number)


def filled(forms: Any, bits: Bits) -> Any:
    """Return forms with a random digit for each ``#``; the forms are ASCII."""
    letters, offsets = flat(as_bytes(forms))
    result = letters.copy()
    wild = np.flatnonzero(letters == ord("#"))
    rows = np.repeat(np.arange(len(forms)), np.diff(offsets))[wild]
    numbers = hashing.below(hashing.mix(bits[rows] + (wild - offsets[rows]).astype(np.uint64)), 10)
    result[wild] = ord("0") + numbers
    return from_flat(result, offsets).cast(pa.string())


def spread(forms: Any, numbers: Rows) -> Any:
    """Return forms whose ``#`` are the digits of a number, from the right: different numbers, different texts."""
    width = pc.max(pc.utf8_length(forms)).as_py() or 0
    result, rest = forms, numbers
    for position in range(width - 1, -1, -1):
        letter = pc.utf8_slice_codeunits(result, position, position + 1)
        wild = pc.equal(letter, "#")
        mask = wild.to_numpy(zero_copy_only=False)
        if not mask.any():
            continue
        new = pc.if_else(wild, picked(_TEN, rest % 10), letter)
        result = joined(
            pc.utf8_slice_codeunits(result, 0, position), new, pc.utf8_slice_codeunits(result, position + 1)
        )
        rest = np.where(mask, rest // 10, rest)
    return result


_TEN = words(tuple("0123456789"))


@lru_cache(maxsize=1)
def _forms() -> tuple[pa.Array, Any, Any]:
    """Return the forms of all places, where those of each place begin, and how many there are."""
    found = [forms(item.code, item.city) for item in PLACES]
    counts = np.array([len(group) for group in found])
    return words(tuple(form for group in found for form in group)), np.cumsum(counts) - counts, counts


@lru_cache(maxsize=1)
def _largest() -> tuple[pa.Array, Any]:
    """Return the roomiest form of each place's country, and how many numbers it has."""
    found = tuple(roomiest(item.code) for item in PLACES)
    return words(found), np.array([10 ** form.count("#") for form in found])


def _phone(context: Context) -> Provider | None:
    limit, home = context.column.form.length, home_of(context)
    if context.allowed.patterns:
        codes = home.countries or tuple(COUNTRIES)
        is_plain = not all(obeys(context.allowed, phone_examples(code, plain=False)) for code in codes)
        return Phone(context.unique, is_plain, home) if limit is None or limit >= LONGEST else None
    if limit is not None and limit < LONGEST:
        return Phone(context.unique, plain=True, home=home_of(context)) if limit >= 15 else None
    return Phone(context.unique, home=home_of(context))


RULES = (
    Rule(
        PHONE,
        TEXT,
        _phone,
        "its name says phone",
        distinct=True,
    ),
)


@keeps_apart
def _phone_named(context: Context, plain: bool = False) -> Provider:
    """A telephone number in the country's form that nobody can have; ``plain`` leaves out spaces and dashes."""
    return Phone(context.unique, plain, home_of(context))


NAMED: Mapping[str, Callable[..., Provider]] = {"phone": _phone_named}
