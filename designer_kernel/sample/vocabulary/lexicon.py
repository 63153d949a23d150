"""`Lexicon`: the names and streets of all languages as Arrow arrays, made once.

A name has as many *slots* as it is common: five eighths of the slots belong to the common names of our own lists, the
most common first, the others to the tail. A person is two slots, and two persons of the same slots have a number.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.rows.values import texts
from designer_kernel.sample.vocabulary import library
from designer_kernel.sample.vocabulary.latin import latin
from designer_kernel.sample.vocabulary.locales import LANGUAGES
from designer_kernel.sample.vocabulary.people import NAMES, STREETS
from designer_kernel.sample.vocabulary.places import STREET_KINDS
from designer_kernel.sample.vocabulary.places import STREETS as ENGLISH_STREETS

SLOTS: Final = 512
"""Slots of each list of names; a power of two, so that a person's rank is taken apart by shifts."""

LONGEST_GIVEN: Final = 12
LONGEST_FAMILY: Final = 13
"""Letters of a login's two parts; longer names are cut."""


@dataclass(frozen=True, slots=True)
class Words:
    """The slots of all languages and both genders, one after the other: language × 2 + gender, then the slot.

    ``word`` leads from a slot to a word; ``copy`` numbers the slots whose words have one Latin spelling, and
    ``copies`` counts them.
    """

    words: pa.Array
    spelled: pa.Array
    word: NDArray[np.int64]
    copy: NDArray[np.int64]
    copies: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Given names, family names, and streets with the first one of each language and how many there are."""

    given: Words
    family: Words
    streets: pa.Array
    first_street: NDArray[np.int64]
    street_count: NDArray[np.int64]


@lru_cache(maxsize=8)
def lexicon(fingerprint: str = "") -> Lexicon:
    """Return the lexicon.

    Raises
    ------
    SamplePlanError
        If a plan was made with other lists, as its ``fingerprint`` says: its rows would be others.
    """
    if fingerprint and fingerprint != library.fingerprint():
        name, *release = fingerprint.split()
        mend = f"install {name}=={release[0]}" if name == "mimesis" else "take the release that the plan was made with"
        raise SamplePlanError(
            f"the plan draws names and streets from {fingerprint}, but here is {library.fingerprint()}: "
            "the rows would be others",
            where="vocabulary",
            mend=f"{mend}, or make the plan anew",
        )
    return _made()


@lru_cache(maxsize=1)
def _made() -> Lexicon:
    more = library.lists()
    given: list[tuple[str, str]] = []
    family: list[tuple[str, str]] = []
    streets: list[str] = []
    counts = []
    for language in LANGUAGES:
        own, tail = NAMES[language], more.get(language, library.Lists())
        spell = _spelling(language)
        for gender, names, rest, families in (
            (0, own.women, tail.women, tail.women_families),
            (1, own.men, tail.men, tail.men_families),
        ):
            given += _slots([spell(item) for item in names.split(",")], [spell(item) for item in rest])
            forms = [_form(item, gender) for item in own.families.split(",")]
            family += _slots([spell(item) for item in forms], [spell(item) for item in families])
        found = _streets(language, tail.streets)
        streets += found
        counts.append(len(found))
    ends = np.cumsum(np.array(counts, dtype=np.int64))
    return Lexicon(
        _words(given, LONGEST_GIVEN),
        _words(family, LONGEST_FAMILY),
        texts(streets),
        ends - counts,
        np.array(counts, dtype=np.int64),
    )


def _form(item: str, gender: int) -> str:
    """Return a family name's form for a woman (0) or a man (1)."""
    man, _, woman = item.partition("/")
    return woman if woman and gender == 0 else man


def _spelling(language: str) -> Any:
    def spell(item: str) -> tuple[str, str]:
        name, _, given = item.partition("=")
        return name, given or latin(name, german=language == "de")

    return spell


def _slots(common: list[tuple[str, str]], tail: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """Return ``SLOTS`` words: the common ones, the first most often, and then as much of the tail as there is room."""
    known = {name for name, _ in common}
    rest = [item for item in tail if item[0] not in known and item[1]]
    room = min(len(rest), SLOTS * 3 // 8)
    rest = [rest[i * len(rest) // room] for i in range(room)] if room else []
    weights = [100_000 // (rank + 6) for rank in range(len(common))]
    left, total = SLOTS - room, sum(weights)
    counts = [max(weight * left // total, 1) for weight in weights]
    counts[0] += left - sum(counts)
    return [item for item, count in zip(common, counts, strict=True) for _ in range(count)] + rest


def _words(slots: list[tuple[str, str]], longest: int) -> Words:
    index = {item: number for number, item in enumerate(dict.fromkeys(slots))}
    spelled = [(spelling[:longest] or "name") for _, spelling in slots]
    totals = Counter(spelled)
    seen: Counter[str] = Counter()
    copy = []
    for spelling in spelled:
        copy.append(seen[spelling])
        seen[spelling] += 1
    return Words(
        texts([name for name, _ in index]),
        texts([(spelling[:longest] or "name") for _, spelling in index]),
        np.array([index[item] for item in slots]),
        np.array(copy),
        np.array([totals[spelling] for spelling in spelled]),
    )


def _streets(language: str, tail: tuple[str, ...]) -> list[str]:
    if language == "en":
        return [f"{name} {kind}" for name in ENGLISH_STREETS for kind in STREET_KINDS]
    return list(dict.fromkeys((*STREETS[language].split(","), *tail)))
