"""What text would be if a few of its values were not there: they look like mistakes, and are shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import pandas as pd

from designer_kernel.exchange.frames.column_types import TEXTS, is_day
from designer_kernel.exchange.frames.conversions import FORMS

_MOST: Final = 0.6
"""The share of distinct values that have a form from which on the others look like mistakes."""

_FEWEST: Final = 3
"""How many distinct values have the form, at least."""

_LOOKED_AT: Final = 1_000
"""How many values are looked at before all are."""

_SHOWN: Final = 3

_CODE: Final = re.compile(r"0\d+")
"""A number with zeros before it is a code, and no mistake."""


@dataclass(frozen=True, slots=True)
class Almost:
    """A type that most values have, and the evidence with some of those that do not."""

    type: str
    evidence: str


def almost(distinct: pd.Series[str]) -> Almost | None:
    """Return the type that most of a column's texts have, each given once; nothing if all or few of them do."""
    few = distinct.head(_LOOKED_AT)
    counts = [(int(_fit(few, type_, pattern).sum()), -place) for place, (type_, pattern, _) in enumerate(_ALL)]
    best, place = max(counts)
    if best < _FEWEST or best < _MOST * len(few):
        return None
    type_, pattern, what = _ALL[-place]
    fit = _fit(distinct, type_, pattern)
    strangers = distinct[~fit]
    if strangers.empty or fit.mean() < _MOST or any(map(_CODE.fullmatch, strangers.head(_LOOKED_AT))):
        return None
    shown = ", ".join(f"{text[:40]!r}" for text in strangers.head(_SHOWN)) + (", …" if len(strangers) > _SHOWN else "")
    return Almost(type_, f"each of {len(distinct):,} distinct values but {len(strangers):,} is {what}; not {shown}")


def _fit(texts: pd.Series[str], type_: str, pattern: str) -> pd.Series[bool]:
    fit = texts.str.fullmatch(pattern).astype(bool)
    return fit & is_day(texts) if type_.startswith(("date", "timestamp")) and pattern in _OF_CALENDAR else fit


_ALL: Final = (*((name, pattern, why.removeprefix("every value is ")) for name, pattern, why in TEXTS), *FORMS)
_OF_CALENDAR: Final = frozenset(pattern for name, pattern, _ in TEXTS if name.startswith(("date", "timestamp")))
"""Forms of days that may not exist: 2026-02-31."""
