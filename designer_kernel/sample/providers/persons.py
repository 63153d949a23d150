"""Who the person of a row is: names that belong together, and a login that nobody else has.

The person's names are those of the row's place, so they agree with its country, language and telephone number.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.providers.home import language, place, spoken
from designer_kernel.sample.providers.provider import words
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.arrays import arrow
from designer_kernel.sample.rows.hashing import Bits, Rows
from designer_kernel.sample.rows.values import digits, joined, picked
from designer_kernel.sample.rows.written import Picked, Written, written
from designer_kernel.sample.vocabulary.lexicon import SLOTS, Words, lexicon
from designer_kernel.sample.vocabulary.locales import LANGUAGES
from designer_kernel.sample.vocabulary.people import NAMES

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

_WIDTH = SLOTS.bit_length() - 1
PAIRS = 2 * _WIDTH + 1
"""Bits of a person's rank: gender, given name, family name."""


class Person(NamedTuple):
    """Slots of the lexicon, the gender, and a number that tells persons of the same slots apart (0 for the first)."""

    language: Rows
    is_man: Rows
    given: Rows
    family: Rows
    number: Rows


def person(frame: Frame, parent: str = "") -> Person:
    """Return the person of each row; with ``parent``, the person of the row that this reference leads to.

    Row numbers are scattered by a bijection and taken apart into gender, given name, family name and number, so no two
    rows of a table have the same four.
    """
    if parent:
        return person(frame.parent(parent))
    if frame.whole is not None:
        return Person(*(part[frame.places] for part in person(frame.whole)))
    made: Person = frame.shared("person", lambda: _person(frame))
    return made


def _person(frame: Frame) -> Person:
    key = hashing.stream(frame.plan.seed, *frame.name, "person")
    rank = scattered(frame.numbers.astype(np.uint64) & np.uint64((1 << PAIRS) - 1), key, PAIRS).astype(np.int64)
    return _taken_apart(rank, language(place(frame)), frame.numbers >> PAIRS)


def _taken_apart(rank: Rows, spoken_language: Rows, number: Rows) -> Person:
    is_man = rank & 1
    group = (spoken_language * 2 + is_man) * SLOTS
    return Person(spoken_language, is_man, group + (rank >> 1 & SLOTS - 1), group + (rank >> 1 + _WIDTH), number)


def scattered(numbers: Bits, key: int, width: int) -> Bits:
    """Return a keyed bijection of numbers below ``2**width``: multiplications by odd numbers, and shifts."""
    mask, half = np.uint64((1 << width) - 1), np.uint64(width // 2)
    for turn in range(3):
        odd = np.uint64((hashing.stream(key, "turn", str(turn)) | 1) & int(mask))
        add = np.uint64(hashing.stream(key, "add", str(turn)) & int(mask))
        numbers = (numbers * odd + add) & mask
        numbers = numbers ^ (numbers >> half)
    return numbers


def anyone(places: Rows, bits: Bits, *, men: bool = False) -> Person:
    """Return people (or only men) drawn by random bits, at these places; several may be the same."""
    rank = (bits >> np.uint64(64 - PAIRS)).astype(np.int64)
    rank = rank | 1 if men else rank
    return _taken_apart(rank, language(places), rank * 0)


def given_name(frame: Frame, who: Person) -> Any:
    """Return the given name of each person."""
    return _word(spoken(frame).given, who.given)


def family_name(frame: Frame, who: Person) -> Any:
    """Return the family name of each person."""
    return _word(spoken(frame).family, who.family)


def _word(source: Words, slot: Rows) -> Any:
    return picked(source.words, source.word[slot])


def full_name(frame: Frame, who: Person) -> Written:
    """Return each person's whole name, in the order of the language."""
    known = spoken(frame)
    given, family = known.given.word[who.given], known.family.word[who.family]
    between = Picked(words(_SEPARATORS), who.language)
    reverse = _REVERSE[who.language]
    if not reverse.any():
        return written(Picked(known.given.words, given), between, Picked(known.family.words, family))
    both, family = _all_names(frame.plan.vocabulary), family + len(known.given.words)
    first, last = np.where(reverse, family, given), np.where(reverse, given, family)
    return written(Picked(both, first), between, Picked(both, last))


@lru_cache(maxsize=8)
def _all_names(vocabulary: str) -> pa.Array:
    """Return all given names, and after them all family names."""
    names = lexicon(vocabulary)
    return pa.concat_arrays([names.given.words, names.family.words])


_REVERSE = np.array([NAMES[code].family_first for code in LANGUAGES])
_SEPARATORS = tuple(NAMES[code].separator for code in LANGUAGES)


def handle(frame: Frame, who: Person, separator: str) -> Any:
    """Return the login of each person: lower-case, ASCII, distinct.

    Names that are spelled alike, within a language or across them, are told apart by a number in which each has its
    own place.
    """
    lexicon = spoken(frame)
    given, family = lexicon.given, lexicon.family
    number = who.number * given.copies[who.given] + given.copy[who.given]
    number = number * family.copies[who.family] + family.copy[who.family]
    suffix = pc.if_else(arrow(number == 0), "", digits(number + 1))
    first = picked(given.spelled, given.word[who.given])
    return joined(first, separator, picked(family.spelled, family.word[who.family]), suffix)
