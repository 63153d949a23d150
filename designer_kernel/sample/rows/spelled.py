"""Values as the text that the server reads: what its own judgement of a check is asked about, and what people read."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, Final

import numpy as np
import pyarrow as pa

from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows.arrays import arrow
from designer_kernel.sample.rows.hashing import Rows
from designer_kernel.sample.rows.values import Values, texts

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)
_FIRST_DAY: Final = date(1970, 1, 1).toordinal()
_WHOLE: Final = frozenset(
    {"integer", "numeric", "money", "date", "timestamp", "time", "interval", "position", "object"}
)
_OCTETS: Final = frozenset({"uuid", "inet", "macaddr", "range", "bytes"})
_RANGE_EPOCHS: Final = {"daterange": 10957, "tsrange": 946_684_800_000_000, "tstzrange": 946_684_800_000_000}


def plain(form: Form, values: Values, rows: Rows | None = None) -> list[Any]:
    """Return values as plain Python: numbers of the form's smallest unit, text, bool, lists; bytes in hexadecimal."""
    chosen = values if rows is None else values.take(rows)
    if chosen.is_arrow:
        items: list[Any] = chosen.data.to_pylist()
        items = [item.hex() if isinstance(item, bytes) else item for item in items]
    elif chosen.data.ndim == 2 and chosen.data.dtype == np.uint8:
        items = [bytes(row).hex() for row in chosen.data]
    else:
        items = chosen.data.tolist()
    if chosen.null is None:
        return items
    return [None if is_null else item for item, is_null in zip(items, chosen.null.tolist(), strict=True)]


def values_of(form: Form, items: Sequence[Any]) -> Values:
    """Return the values that `plain` gave as these items."""
    null = np.array([item is None for item in items], dtype=np.bool_)
    known = next((item for item in items if item is not None), None)
    filled = [_empty(form, known) if item is None else item for item in items]
    if known is not None and isinstance(known, list | tuple) and form.kind != "list":
        data: Any = np.array(filled, dtype=np.int64)
    elif form.kind in _WHOLE:
        data = np.array([int(item) for item in filled], dtype=np.int64)
    elif form.kind == "float":
        data = np.array(filled, dtype=np.float64)
    elif form.kind == "boolean":
        data = np.array(filled, dtype=np.bool_)
    elif form.kind == "list" or isinstance(known, dict):
        data = arrow(filled)
    elif form.kind in _OCTETS and len({len(item) for item in filled}) == 1:
        data = np.array([list(bytes.fromhex(item)) for item in filled], dtype=np.uint8)
    elif form.kind in _OCTETS:
        data = pa.array([bytes.fromhex(item) for item in filled], type=pa.binary())
    else:
        data = texts(filled)
    return Values(data, null if null.any() else None)


def _empty(form: Form, known: Any) -> Any:
    """Return what stands where a value is NULL."""
    if known is not None:
        return known
    if form.kind in _OCTETS:
        return "00"
    if form.kind == "list":
        return []
    return {"boolean": False, "text": "", "enum": "", "json": "null"}.get(form.kind, "" if form.kind == "raw" else 0)


def spelled(form: Form, values: Values) -> list[str | None]:
    """Return values as the server reads them; NULL is ``None``."""
    return [None if item is None else _spelled(form, item) for item in plain(form, values)]


def spelled_item(form: Form, item: Any) -> str:
    """Return one value, as `plain` gives it, as the server reads it."""
    return _spelled(form, item)


def item_of(form: Form, text: str) -> int:
    """Return an ordered value that the server wrote as a number of the form's smallest unit."""
    match form.kind:
        case "date":
            return date.fromisoformat(text).toordinal() - _FIRST_DAY
        case "timestamp":
            moment = datetime.fromisoformat(text)
            return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - _EPOCH) // _TICK
        case "time":
            return (datetime.fromisoformat(f"1970-01-01 {text}+00:00") - _EPOCH) // _TICK
        case _:
            return int(Decimal(text).scaleb(form.scale if form.kind == "numeric" else 0))


def _spelled(form: Form, item: Any) -> str:
    match form.kind:
        case "numeric":
            return str(Decimal(item).scaleb(-form.scale))
        case "float":
            return repr(float(item))
        case "boolean":
            return "true" if item else "false"
        case "date":
            return str(date.fromordinal(_FIRST_DAY + int(item)))
        case "timestamp":
            moment = _EPOCH + timedelta(microseconds=item)
            return moment.isoformat(sep=" ") if form.base.endswith("with time zone") else _naive(moment)
        case "time":
            return str((_EPOCH + timedelta(microseconds=item)).time())
        case "interval":
            months, days, rest = item if isinstance(item, list | tuple) else (0, 0, item)
            return f"{months} months {days} days {rest} microseconds"
        case "bytes":
            return f"\\x{item}"
        case "inet":
            return _address(bytes.fromhex(item))
        case "range" if isinstance(item, str):
            return _range(bytes.fromhex(item), form.base)
        case "list":
            assert form.element is not None
            return "{" + ",".join(_element(form.element, part) for part in item) + "}"
        case _:
            return str(item)


def _naive(moment: datetime) -> str:
    return moment.replace(tzinfo=None).isoformat(sep=" ")


def _element(form: Form, item: Any) -> str:
    return "NULL" if item is None else json.dumps(_spelled(form, item), ensure_ascii=False)


def _address(data: bytes) -> str:
    """Return an address from what ``inet_send`` makes: family, bits, kind, number of bytes, bytes."""
    return f"{ipaddress.ip_address(data[4 : 4 + data[3]])}/{data[1]}"


def _range(data: bytes, base: str) -> str:
    """Return a range from what ``range_send`` makes of two finite ends."""
    width = data[4]
    low = int.from_bytes(data[5 : 5 + width], "big", signed=True)
    high = int.from_bytes(data[9 + width : 9 + 2 * width], "big", signed=True)
    epoch = _RANGE_EPOCHS.get(base)
    if epoch is None:
        return f"[{low},{high})"
    inner = Form("date" if base == "daterange" else "timestamp", "date")
    return f'["{_spelled(inner, low + epoch)}","{_spelled(inner, high + epoch)}")'
