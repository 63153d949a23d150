"""JSON with one spelling (RFC 8785), so that equal values have equal bytes, and those one hash."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

_EXACT: Final = 2**53
"""Up to here each whole number is a double of its own."""

_SHORT_FORMS: Final = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}
_ESCAPES: Final = str.maketrans({chr(code): f"\\u{code:04x}" for code in range(32)} | _SHORT_FORMS)


def encode(value: Any) -> bytes:
    """Return a value of JSON in its one spelling.

    Raises
    ------
    ValueError, TypeError
        If it holds what JSON has no word for: NaN, infinity, half a surrogate pair, other types.
    """
    return _written(value).encode()


def decode(text: str) -> Any:
    """Return the value of a JSON text; a number that no double is would have two spellings with one hash.

    Raises
    ------
    ValueError
        If it is no JSON, or holds such a number.
    """
    return json.loads(text, parse_int=_whole, parse_float=_double)


def _written(value: Any) -> str:
    if value is None or value is True or value is False:
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return f'"{value.translate(_ESCAPES)}"'
    if isinstance(value, int):
        return str(value) if abs(value) <= _EXACT else _number(float(value))
    if isinstance(value, float):
        return _number(value)
    if isinstance(value, Mapping):
        pairs = sorted(value.items(), key=lambda pair: _units(pair[0]))
        return "{" + ",".join(f"{_written(key)}:{_written(item)}" for key, item in pairs) + "}"
    if isinstance(value, Sequence) and not isinstance(value, bytes | bytearray):
        return "[" + ",".join(_written(item) for item in value) + "]"
    raise TypeError(f"JSON has no word for a {type(value).__name__}")


def _units(key: Any) -> bytes:
    """Return what keys are sorted by: their code units of UTF-16."""
    return str.encode(key, "utf-16-be")


def _number(value: float) -> str:
    """Return a double as ECMAScript writes it: the fewest digits that mean it, no exponent from 1e-6 to 1e21."""
    if not math.isfinite(value):
        raise ValueError(f"JSON has no word for {value}")
    if value == 0:
        return "0"
    parts = Decimal(repr(value)).as_tuple()
    digits = "".join(map(str, parts.digits)).rstrip("0")
    point = len(parts.digits) + int(parts.exponent)
    sign = "-" if parts.sign else ""
    if len(digits) <= point <= 21:
        return sign + digits.ljust(point, "0")
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{fraction}e{point - 1:+d}"


def _double(text: str) -> float:
    value = float(text)
    if not math.isfinite(value) or Decimal(text) != Decimal(repr(value)):
        raise ValueError(f"{text} is no double")
    return value


def _whole(text: str) -> int:
    value = int(text) if len(text) < 400 else 0
    if abs(value) > _EXACT or len(text) >= 400:
        _double(text)
    return value
