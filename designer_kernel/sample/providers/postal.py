"""Postal codes in the form of a place: its area, then digits and letters by chance.

A place's form stands for some hundred or thousand texts. They are listed once, in halves where they are too many, so
that a row's code is three places in lists: nothing is spelled row by row.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import accumulate, chain, product
from math import prod
from typing import Any, Final, NamedTuple

import numpy as np
import pyarrow as pa

from designer_kernel.sample.providers.countries import field
from designer_kernel.sample.providers.provider import words
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.hashing import Bits, Rows
from designer_kernel.sample.rows.written import Picked, written

_WILD: Final = re.compile(r"([^#@]*)(.*)", re.DOTALL)
_WILDCARDS: Final[Mapping[str, str]] = {"#": "0123456789", "@": "ABCDEFGHJKLMNPRSTUVWXYZ"}
_MOST_ENDS: Final = 1000


def postal_codes(places: Rows, bits: Bits) -> Any:
    """Return a postal code for each place."""
    return written(Picked(_postal_forms().areas, places), *postal_ends(places, bits)).array()


def postal_ends(places: Rows, bits: Bits) -> tuple[Picked, Picked]:
    """Return what stands behind the area (`postal_areas`) in a postal code for each place, in two parts."""
    forms = _postal_forms()
    first = hashing.below(bits, forms.counts[0][places])
    second = hashing.below(bits << np.uint64(32), forms.counts[1][places])
    return (
        Picked(forms.words[0], forms.starts[0][places] + first),
        Picked(forms.words[1], forms.starts[1][places] + second),
    )


def postal_areas() -> list[str]:
    """Return what all postal codes of a place begin with, for each place."""
    found: list[str] = _postal_forms().areas.to_pylist()
    return found


class _Forms(NamedTuple):
    """Postal codes' areas, and lists of what may follow: a pair of words, and for each place where its words stand."""

    areas: pa.Array
    words: tuple[pa.Array, pa.Array]
    starts: tuple[Rows, Rows]
    counts: tuple[Rows, Rows]


@lru_cache(maxsize=1)
def _postal_forms() -> _Forms:
    forms = [_WILD.match(form).groups() for form in field("postal").to_pylist()]  # type: ignore[union-attr]
    pairs = [_halves(end) for _, end in forms]
    listed: list[tuple[pa.Array, Rows, Rows]] = []
    for half in range(2):
        spelled = {pair[half]: _spelled(pair[half]) for pair in pairs}
        start = dict(zip(spelled, accumulate((len(each) for each in spelled.values()), initial=0), strict=False))
        listed.append(
            (
                words(tuple(chain.from_iterable(spelled.values()))),
                np.array([start[pair[half]] for pair in pairs], dtype=np.int64),
                np.array([len(spelled[pair[half]]) for pair in pairs], dtype=np.int64),
            )
        )
    found, starts, counts = zip(*listed, strict=True)
    return _Forms(words(tuple(area for area, _ in forms)), found, starts, counts)


def _halves(form: str) -> tuple[str, str]:
    """Return the halves of a form that stands for more texts than a list should hold, or else it and nothing."""
    wild = [place for place, letter in enumerate(form) if letter in _WILDCARDS]
    size = prod(len(_WILDCARDS[form[place]]) for place in wild)
    cut = len(form) if size <= _MOST_ENDS else wild[(len(wild) - 1) // 2] + 1
    return form[:cut], form[cut:]


def _spelled(form: str) -> list[str]:
    """Return all texts that a form stands for."""
    return ["".join(letters) for letters in product(*(_WILDCARDS.get(letter, letter) for letter in form))]
