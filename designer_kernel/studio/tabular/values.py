r"""Values as JSON, on their way to the server and back.

To the server everything goes as one JSON document, and the server makes of each value what its column's type says.
Back come: truth values, whole and floating numbers as such (``NaN`` and the infinities as text); ``numeric`` as text,
so that no digit is lost, also within arrays; dates and times as ISO 8601, moments in UTC; ``bytea`` as ``\x`` and
hexadecimal digits; arrays as lists, composites as objects, JSON as itself; ranges, intervals, network addresses,
geometry and whatever else there is as the text that PostgreSQL writes.
"""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import json
import math
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from designer_kernel.studio.refusals import BadInput

_DEEPEST: Final = 100
_DIGITS: Final = 400
"""Of a whole number within JSON; longer ones come as text, since readers choke on them."""


def document(value: Any) -> str:
    """Return what `plain` gave as JSON."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def plain(value: Any, where: str, depth: int = 0) -> Any:
    """Return a value as JSON can hold it and PostgreSQL can store it.

    Raises
    ------
    BadInput
        If that cannot be.
    """
    if depth > _DEEPEST:
        raise BadInput("this is nested too deeply", where=where, mend=f"nest at most {_DEEPEST} levels")
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, str):
        return _text(value, where)
    if isinstance(value, float):
        return value if math.isfinite(value) else {"inf": "Infinity", "-inf": "-Infinity"}.get(str(value), "NaN")
    if isinstance(value, list | tuple):
        return [plain(item, where, depth + 1) for item in value]
    if isinstance(value, dict):
        return {_text(str(key), where): plain(item, where, depth + 1) for key, item in value.items()}
    return _of_python(value, where)


def _of_python(value: Any, where: str) -> str:
    """Return a value of a notebook as the text that the server reads."""
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, dt.timedelta):
        return f"{value.days} days {value.seconds} seconds {value.microseconds} microseconds"
    if isinstance(value, bytes | bytearray | memoryview):
        return "\\x" + bytes(value).hex()
    raise BadInput(f"a {type(value).__name__} cannot be stored", where=where, mend="give text, numbers, lists, objects")


def _text(value: str, where: str) -> str:
    if "\x00" in value:
        raise BadInput("it holds a NUL character, which PostgreSQL cannot store", where=where, mend="remove the NUL")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        raise BadInput("it holds a lone surrogate", where=where, mend="remove the broken character") from None
    return value


def read(text: str | None) -> dict[str, Any]:
    """Return a row that the server wrote as JSON.

    Raises
    ------
    BadInput
        If it wrote none, since not even what tells the row from others is short.
    """
    if text is None:
        raise BadInput("a row is too large to be told", mend="ask for others by filters, and sort by short values")
    found: dict[str, Any] = json.loads(text, parse_float=_floating, parse_int=_whole)
    return found


def _floating(text: str) -> float | str:
    number = float(text)
    return number if math.isfinite(number) else text


def _whole(text: str) -> int | str:
    return int(text) if len(text) <= _DIGITS else text


def cursor(of: str, values: list[str | None]) -> str:
    """Return the place behind a row as a text that is safe in a URL; ``of`` says which question it belongs to."""
    return base64.urlsafe_b64encode(document([of, values]).encode()).decode().rstrip("=")


def place(text: str, of: str, count: int) -> list[str | None]:
    """Return the values that a `cursor` holds.

    Raises
    ------
    BadInput
        If it is none, or one of another question.
    """
    wrong = BadInput("this is no place in these rows", where="cursor", mend="begin again without a cursor")
    try:
        found = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError, RecursionError):
        raise wrong from None
    if not isinstance(found, list) or len(found) != 2 or found[0] != of or not isinstance(found[1], list):
        raise wrong
    if len(found[1]) != count or not all(value is None or isinstance(value, str) for value in found[1]):
        raise wrong
    return [None if value is None else _text(value, "cursor") for value in found[1]]
