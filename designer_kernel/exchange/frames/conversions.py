"""What text would be if it were converted: dates in other orders, numbers with separators, words for true and false.

PostgreSQL does not take such values as they are, so none of these is chosen unasked; each says how to convert.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

_DAY: Final = r"(?:0?[1-9]|[12]\d|3[01])"
_MONTH: Final = r"(?:0?[1-9]|1[0-2])"
_YEAR: Final = r"(?:19|20)\d\d"
_DATES: Final = (
    ("DD/MM/YYYY", rf"{_DAY}/{_MONTH}/{_YEAR}"),
    ("MM/DD/YYYY", rf"{_MONTH}/{_DAY}/{_YEAR}"),
    ("DD.MM.YYYY", rf"{_DAY}\.{_MONTH}\.{_YEAR}"),
    ("DD-MM-YYYY", rf"{_DAY}-{_MONTH}-{_YEAR}"),
    ("YYYYMMDD", rf"{_YEAR}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"),
    ("YYYY/MM/DD", rf"{_YEAR}/{_MONTH}/{_DAY}"),
)
_CONTINENTAL: Final = r"-?(?:\d+|\d{1,3}(?:\.\d{3})+)(?:,\d+)?"
_NUMBERS: Final = (
    (
        "commas between thousands",
        r"[+-]?\d{1,3}(?:,\d{3})+(?:\.\d+)?|[+-]?\d{1,3}(?:\.\d+)?",
        ",",
        "replace({0}, ',', '')",
    ),
    (
        "a comma before decimals",
        r"[+-]?\d{1,3}(?:\.\d{3})*,\d+|[+-]?\d+(?:,\d+)?",
        ",",
        "replace(replace({0}, '.', ''), ',', '.')",
    ),
    ("percent signs", r"[+-]?\d+(?:\.\d+)? ?%", "%", "rtrim({0}, ' %')"),
    (
        "a currency sign",
        r"-?[$€£¥] ?-?\d+(?:\.\d+)?|-?[$€£¥] ?-?\d{1,3}(?:,\d{3})+(?:\.\d+)?",
        "",
        "translate({0}, '$€£¥ ,', '')",
    ),
    (
        "a currency sign and a comma before decimals",
        rf"[$€£¥] ?{_CONTINENTAL}|{_CONTINENTAL} ?[$€£¥]",
        "",
        "translate({0}, ',$€£¥ .', '.')",
    ),
)
FORMS: Final = (
    *(("date", pattern, f"a date, {order}") for order, pattern in _DATES if order != "YYYYMMDD"),
    *(("numeric", pattern, f"a number with {what}") for what, pattern, _, _ in _NUMBERS),
)
"""The types that converted text has, how it is written, and what it is called."""

_TRUTHS: Final = (("yes", "no"), ("y", "n"), ("t", "f"), ("on", "off"))
_TRUTH_NAME: Final = re.compile(
    r"(?:is|has|can|was|should|did)_|.*_(?:flag|yn)$|flag$|(?:en|dis)abled$|active$|deleted$"
)


@dataclass(frozen=True, slots=True)
class Conversion:
    """A type that the values have once they are converted, the SQL that converts them, and the evidence."""

    type: str
    using: str
    evidence: str


def conversion(name: str, chosen: str, distinct: pd.Series[Any]) -> Conversion | None:
    """Return what the values of a column would be if they were converted.

    Parameters
    ----------
    name
        The column's name: 0 and 1 are truths only under a name that asks a question.
    chosen
        The type that holds the values as they are.
    distinct
        The values, each once.
    """
    if distinct.empty:
        return None
    if chosen in {"integer", "bigint"}:
        return _truth_of_numbers(name, distinct) or _date_of(name, distinct.astype(str))
    if chosen != "text":
        return None
    return _truth(name, distinct) or _date_of(name, distinct) or _number_of(name, distinct)


def _truth_of_numbers(name: str, distinct: pd.Series[Any]) -> Conversion | None:
    if not _TRUTH_NAME.match(name) or not set(distinct.astype(str)) <= {"0", "1", "0.0", "1.0"}:
        return None
    return Conversion("boolean", f"({name})::integer::boolean", "every value is 0 or 1, and the name asks a question")


def _truth(name: str, distinct: pd.Series[Any]) -> Conversion | None:
    words = {str(value).lower() for value in distinct} if len(distinct) <= 6 else set()
    for pair in _TRUTHS:
        if words == set(pair):
            return Conversion("boolean", f"{name}::boolean", f"every value is {pair[0]} or {pair[1]}")
    return None


def _date_of(name: str, distinct: pd.Series[Any]) -> Conversion | None:
    fitting = [order for order, pattern in _DATES if distinct.str.fullmatch(pattern).all()]
    if not fitting or (fitting == ["YYYYMMDD"] and not re.search("date|day|dt", name)):
        return None
    doubt = f"; {fitting[1]} would fit, too" if len(fitting) > 1 else ""
    return Conversion("date", f"to_date({name}::text, '{fitting[0]}')", f"every value is a date, {fitting[0]}{doubt}")


def _number_of(name: str, distinct: pd.Series[Any]) -> Conversion | None:
    for what, pattern, mark, using in _NUMBERS:
        if distinct.str.fullmatch(pattern).all() and (not mark or distinct.str.contains(mark, regex=False).any()):
            return Conversion("numeric", f"{using.format(name)}::numeric", f"every value is a number with {what}")
    return None
