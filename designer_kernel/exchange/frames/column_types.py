"""Which PostgreSQL type the values of a DataFrame's column need, and how we know.

Every value is looked at, not a sample: a type that the last row breaks is no type.
"""

from __future__ import annotations

import datetime as dt
import decimal
import ipaddress
import json
import re
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pandas as pd

from designer_kernel.catalog.identifiers import is_label

_FIRST: Final = 100
"""How many texts are looked at before all are."""

INTEGERS: Final = (("smallint", 15), ("integer", 31), ("bigint", 63))
"""Integer types and the bits of their largest value."""

_ARROW: Final = {
    "bool": "boolean", "int8": "smallint", "uint8": "smallint", "int16": "smallint", "uint16": "integer",
    "int32": "integer", "uint32": "bigint", "int64": "bigint", "uint64": "numeric(20,0)", "halffloat": "real",
    "float": "real", "double": "double precision", "date32[day]": "date", "date64[ms]": "date", "binary": "bytea",
    "large_binary": "bytea", "null": "text",
}  # fmt: skip
"""Types of Arrow and PostgreSQL's for them."""

_INTEGER: Final = r"[+-]?(?:0|[1-9]\d{0,17})"
_DECIMAL: Final = r"[+-]?(?:0|[1-9]\d*)\.\d+"
_DATE: Final = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_TIME: Final = r"(?:[01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,6})?)?"
TEXTS: Final = (
    ("boolean", r"true|false|True|False|TRUE|FALSE", "every value is true or false"),
    ("bigint", _INTEGER, "every value is a whole number"),
    ("numeric", f"{_INTEGER}|{_DECIMAL}", "every value is a decimal number"),
    (
        "double precision",
        rf"(?:{_INTEGER}|{_DECIMAL})(?:[eE][+-]?\d{{1,3}})?",
        "every value is a number, some with exponents",
    ),
    ("uuid", r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", "every value is a UUID"),
    ("date", _DATE, "every value is a date, YYYY-MM-DD"),
    ("timestamp without time zone", rf"{_DATE}[ T]{_TIME}", "every value is a date with a time"),
    (
        "timestamp with time zone",
        rf"{_DATE}[ T]{_TIME} ?(?:Z|[+-]\d\d(?::?\d\d)?)",
        "every value is a date with a time and an offset",
    ),
)
"""Types that text may spell: the whole of every value must match. Numbers with leading zeros stay text."""


@dataclass(frozen=True, slots=True)
class Guess:
    """A type for a column, and the evidence for it. ``labels`` are those of a categorical column, in its order."""

    type: str
    evidence: str
    labels: tuple[str, ...] = ()


def guess(values: pd.Series[Any]) -> Guess:
    """Return the type that a column's values need; missing values count for nothing.

    Parameters
    ----------
    values
        The column, of any dtype.
    """
    if isinstance(values.dtype, pd.SparseDtype):
        values = pd.Series(np.asarray(values))
    dtype = values.dtype
    present = values.dropna()
    if isinstance(dtype, pd.CategoricalDtype):
        return _categorical(dtype, present)
    if present.empty and (pd.api.types.is_object_dtype(dtype) or isinstance(dtype, pd.StringDtype)):
        return Guess("text", "there is no value to tell the type from")
    if isinstance(dtype, pd.PeriodDtype):
        return Guess("text", f"dtype {dtype}, of which PostgreSQL has no type")
    if isinstance(dtype, pd.IntervalDtype):
        return _interval(dtype)
    if isinstance(dtype, pd.ArrowDtype):
        return _declared(dtype, present)
    if pd.api.types.is_bool_dtype(dtype):
        return Guess("boolean", f"dtype {dtype}")
    if pd.api.types.is_integer_dtype(dtype):
        return _integer(present, f"dtype {dtype}")
    if pd.api.types.is_float_dtype(dtype):
        return _float(present, str(dtype), is_complete=len(present) == len(values))
    if isinstance(dtype, pd.DatetimeTZDtype):
        return Guess("timestamp with time zone", f"dtype {dtype}")
    if pd.api.types.is_datetime64_any_dtype(dtype):
        if len(present) and (present == present.dt.normalize()).all():
            return Guess("date", f"dtype {dtype}, and every time is midnight")
        return Guess("timestamp without time zone", f"dtype {dtype}, which has no time zone")
    if pd.api.types.is_timedelta64_dtype(dtype):
        return Guess("interval", f"dtype {dtype}")
    return _objects(present)


def _categorical(dtype: pd.CategoricalDtype, present: pd.Series[Any]) -> Guess:
    labels = list(dtype.categories)
    if labels and all(map(is_label, labels)):
        return Guess("text", f"categorical with {len(labels)} categories", tuple(labels))
    inner = guess(pd.Series(present.astype(dtype.categories.dtype)))
    return Guess(inner.type, f"categorical; {inner.evidence}")


def _integer(present: pd.Series[Any], why: str) -> Guess:
    if present.empty:
        return Guess("bigint", why)
    low, high = int(present.min()), int(present.max())
    seen = f"{why}, between {low:,} and {high:,}"
    for name, bits in INTEGERS[1:]:  # a smallint saves no space beside its neighbours, and overflows soon
        if -(2**bits) <= low and high < 2**bits:
            return Guess(name, seen)
    return Guess("numeric", f"{seen}, beyond bigint")


def _interval(dtype: pd.IntervalDtype) -> Guess:
    kind = str(dtype.subtype)
    name = "int8range" if "int" in kind else "tsrange" if kind.startswith("datetime") else "numrange"
    return Guess("tstzrange" if "," in kind else name, f"dtype {dtype}")


def _declared(dtype: pd.ArrowDtype, present: pd.Series[Any]) -> Guess:
    """Return the type that Arrow declares, since files of Parquet say what they hold; text may say more."""
    name = str(dtype.pyarrow_dtype)
    if name.startswith("dictionary"):
        return guess(pd.Series(present.to_list(), dtype=object).astype("category"))
    if name in _ARROW:
        return Guess(_ARROW[name], f"declared as {name}")
    if found := re.match(r"decimal\d+\((\d+), (\d+)\)", name):
        return Guess(f"numeric({found[1]},{found[2]})", f"declared as {name}")
    if name.startswith(("timestamp", "duration", "time")):
        zoned = "with" if "tz=" in name else "without"
        timed = f"{'timestamp' if name.startswith('timestamp') else 'time'} {zoned} time zone"
        return Guess("interval" if name.startswith("duration") else timed, f"declared as {name}")
    if name in {"string", "large_string", "string_view"}:
        told = _text(distinct_text(present)) if len(present) else None
        return told if told and told.type in {"uuid", "jsonb"} else Guess("text", f"declared as {name}")
    return (
        _objects(pd.Series(present.to_list(), dtype=object)) if len(present) else Guess("jsonb", f"declared as {name}")
    )


def _float(present: pd.Series[Any], dtype: str, *, is_complete: bool) -> Guess:
    whole = present.to_numpy(dtype=float, na_value=np.nan)
    # pandas makes integers floating when values are missing; it has no reason to where none is.
    if is_complete:
        return Guess("real" if "32" in dtype else "double precision", f"dtype {dtype}")
    if len(whole) and np.isfinite(whole).all() and (whole == np.trunc(whole)).all() and np.abs(whole).max() < 2**53:
        return _integer(pd.Series(whole.astype("int64")), f"dtype {dtype}, but every value is whole")
    return Guess("real" if "32" in dtype else "double precision", f"dtype {dtype}")


def _objects(present: pd.Series[Any]) -> Guess:
    """Guess from Python objects: all of one kind, or text."""
    if holds_text(present):
        return _text(distinct_text(present))
    kinds = set(map(type, present))
    if any(issubclass(kind, np.generic) for kind in kinds):
        present = present.map(_plain)
        kinds = set(map(type, present))
    for kind, tell in _TELLERS.items():
        if all(issubclass(found, kind) for found in kinds):
            return tell(present)
    if kinds <= {dict, list}:
        return Guess("jsonb", "values are dictionaries or lists")
    if kinds <= {int, float, bool, decimal.Decimal}:
        return Guess("numeric", f"numbers of several kinds: {_named(kinds)}")
    several = "values of several kinds" if len(kinds) > 1 else "values that PostgreSQL has no type for"
    return Guess("text", f"{several}: {_named(kinds)}")


def holds_text(present: pd.Series[Any]) -> bool:
    """Whether all values are texts."""
    if isinstance(present.dtype, pd.StringDtype):  # which needs no look at each
        return True
    return pd.api.types.infer_dtype(present, skipna=False) == "string"


def _plain(value: object) -> object:
    """Return a value of numpy's as Python's."""
    if isinstance(value, np.datetime64 | np.timedelta64):
        return pd.Timestamp(value) if isinstance(value, np.datetime64) else pd.Timedelta(value)
    return value.item() if isinstance(value, np.generic) else value


def distinct_text(present: pd.Series[Any]) -> pd.Series[str]:
    """Return each text once: a column has fewer of them than rows, and one is enough to know its form."""
    return pd.Series(present.unique()).astype("str")


def _all_match(present: pd.Series[str], pattern: str) -> bool:
    """Whether every text has a form; the first ones mostly tell that they have not."""
    return all(bool(part.str.fullmatch(pattern).all()) for part in (present.head(_FIRST), present))


def _text(present: pd.Series[str]) -> Guess:
    for name, pattern, why in TEXTS:
        if _all_match(present, pattern):
            if name == "bigint":
                return _integer(present.astype("int64"), why)
            if name == "numeric":
                return _decimal(present.map(decimal.Decimal), why)
            if name.startswith(("date", "timestamp")) and not _is_calendar(present):
                continue  # 2026-02-31 has the right form and is no day
            return Guess(name, why)
    if _is_json(present):
        return Guess("jsonb", "every value is a JSON object or array")
    if _is_address(present):
        return Guess("inet", "every value is an IP address")
    nul = "; some hold a NUL, which PostgreSQL cannot store" if present.str.contains("\0", regex=False).any() else ""
    return Guess("text", f"text, the longest of {int(present.str.len().max()):,} characters{nul}")


def _is_calendar(present: pd.Series[str]) -> bool:
    return bool(is_day(present).all())


def is_day(texts: pd.Series[str]) -> pd.Series[bool]:
    """Return which texts name a day that there is, with a time or without."""
    return pd.to_datetime(texts, errors="coerce", format="ISO8601", utc=True).notna()


def _is_json(present: pd.Series[str]) -> bool:
    if not _all_match(present, r"(?s)\s*[\[{].*"):
        return False
    try:
        for text in present:
            json.loads(text)
    except ValueError:
        return False
    return True


def _is_address(present: pd.Series[str]) -> bool:
    if not _all_match(present, r"[0-9a-fA-F.:/]{3,49}") or not present.str.contains("[.:]").all():
        return False
    try:
        for text in present.unique():
            ipaddress.ip_interface(text)
    except ValueError:
        return False
    return True


def _decimal(present: pd.Series[Any], why: str = "values are decimals") -> Guess:
    finite = [value for value in present if value.is_finite()]
    if not finite:
        return Guess("numeric", why)
    scale = max(max(0, -int(value.as_tuple().exponent)) for value in finite)
    whole = max(len(str(abs(int(value)))) for value in finite)
    return Guess(
        f"numeric({max(whole + scale, 10 if scale else 1)},{scale})", f"{why}, at most {scale} after the point"
    )


def _lists(present: pd.Series[Any]) -> Guess:
    items = pd.Series([item for value in present for item in value], dtype=object).infer_objects()
    is_flat = not any(isinstance(item, dict | list) for item in items)
    if is_flat and len(items) and len(set(items.dropna().map(type))) == 1:
        inner = guess(items)
        if "(" not in inner.type and inner.type != "jsonb":
            return Guess(f"{inner.type}[]", f"lists; in them: {inner.evidence}")
    return Guess("jsonb", "values are lists of several kinds")


def _all(name: str, why: str) -> Callable[[pd.Series[Any]], Guess]:
    return lambda _present: Guess(name, why)


def _named(kinds: set[type]) -> str:
    return ", ".join(sorted(kind.__name__ for kind in kinds))


def _timestamps(present: pd.Series[Any]) -> Guess:
    zoned = [value.tzinfo is not None for value in present]
    if all(zoned):
        return Guess("timestamp with time zone", "values are datetimes with a time zone")
    if any(zoned):
        without = f"{len(zoned) - sum(zoned):,} of {len(zoned):,} have no time zone and are taken in the session's"
        return Guess("timestamp with time zone", f"values are datetimes, of which {without}")
    return Guess("timestamp without time zone", "values are datetimes without a time zone")


_TELLERS: Final[Mapping[type, Callable[[Any], Guess]]] = {
    bool: _all("boolean", "values are booleans"),
    int: lambda present: _integer(present, "values are integers"),
    float: _all("double precision", "values are floating-point numbers"),
    decimal.Decimal: _decimal,
    uuid.UUID: _all("uuid", "values are UUIDs"),
    dt.datetime: _timestamps,
    dt.date: _all("date", "values are dates"),
    dt.time: _all("time without time zone", "values are times of day"),
    dt.timedelta: _all("interval", "values are durations"),
    bytes: _all("bytea", "values are bytes"),
    dict: _all("jsonb", "values are dictionaries"),
    list: _lists,
    tuple: _lists,
    np.ndarray: _lists,
    ipaddress.IPv4Address: _all("inet", "values are IP addresses"),
    ipaddress.IPv6Address: _all("inet", "values are IP addresses"),
}
"""What values that are all of one Python class become; a subclass comes before its parent."""
