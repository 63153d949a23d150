"""Between values as Python and numpy know them and the form that a column is computed in, both ways."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Final
from uuid import UUID

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows.values import Mask, Values

_TIMES: Final = {"date": "datetime64[D]", "timestamp": "datetime64[us]", "time": "timedelta64[us]"}
_NUMBERS: Final = frozenset({"integer", "numeric", "float"})


def natural(form: Form, values: Values) -> NDArray[Any]:
    """Return a column as numpy knows such values; NaN, NaT and ``None`` where it is NULL."""
    if values.is_arrow:
        found = np.empty(len(values), dtype=object)
        found[:] = values.data.to_pylist()
        return _blanked(found, values.null)
    if values.data.ndim > 1:
        texts = np.array([bytes(row).hex() for row in values.data], dtype=object)
        return _blanked(texts, values.null)
    data: NDArray[Any] = values.data
    if form.kind == "numeric":
        data = data / 10**form.scale
    elif form.kind in _TIMES:
        data = data.astype(np.int64).astype(_TIMES[form.kind])
    elif form.kind == "interval":
        data = data.astype(np.int64).astype("timedelta64[us]")
    if values.null is None or not values.null.any():
        return data
    if form.kind in _TIMES or form.kind == "interval":
        return np.where(values.null, np.array("NaT", dtype=data.dtype), data)
    if data.dtype == np.bool_:
        return _blanked(data.astype(object), values.null)
    return np.where(values.null, np.nan, data.astype(np.float64))


def _blanked(items: NDArray[Any], null: Mask | None) -> NDArray[Any]:
    if null is not None:
        items[null] = None
    return items


def values_of(made: Any, form: Form, rows: int, what: str, where: str) -> Values:
    """Return what somebody's code made as values of a form.

    Raises
    ------
    SamplePlanError
        If there is not one value for each row, or one does not fit the type.
    """
    if isinstance(made, pa.ChunkedArray):
        made = made.combine_chunks()
    items: Any = made.to_numpy() if hasattr(made, "to_numpy") and not isinstance(made, pa.Array) else made
    try:
        length = len(items)
    except TypeError:
        length = -1
    if length != rows or isinstance(items, str | bytes):
        said = f"{length:,} values" if length >= 0 and not isinstance(items, str | bytes) else "no list of values"
        raise SamplePlanError(
            f"{what} returned {said} for {rows:,} rows",
            where=where,
            mend="return one value for each row: len(view) of them",
        )
    try:
        return _converted(items, form)
    except (TypeError, ValueError, OverflowError, ArithmeticError, pa.ArrowException) as error:
        raise SamplePlanError(
            f"{what} returned what is no {form.base}: {error}", where=where, mend=f"return values of {form.base}"
        ) from error


def _converted(items: Any, form: Form) -> Values:
    if form.kind in _NUMBERS and isinstance(items, np.ndarray) and items.dtype.kind in "iufb":
        return _numbers(items, form)
    if form.kind in _TIMES and isinstance(items, np.ndarray) and items.dtype.kind in "mM":
        null: Mask = np.isnat(items)
        return _masked(items.astype(_TIMES[form.kind]).astype(np.int64), null)
    if isinstance(items, pa.Array):
        if form.kind in ("text", "enum") and pa.types.is_string(items.type):
            null = items.is_null().to_numpy(zero_copy_only=False)
            return Values(items.fill_null(""), null if null.any() else None)
        items = items.to_pylist()
    listed = items.tolist() if isinstance(items, np.ndarray) else list(items)
    null = np.array([_is_null(item) for item in listed], dtype=np.bool_)
    return _listed(listed, null, form)


def _numbers(items: NDArray[Any], form: Form) -> Values:
    null = np.isnan(items) if items.dtype.kind == "f" else np.zeros(len(items), dtype=np.bool_)
    if form.kind == "float":
        return _masked(items.astype(np.float64), null)
    unit = 10**form.scale
    if items.dtype.kind == "f":
        filled = np.where(null, 0.0, items)
        if not np.isfinite(filled).all() or (np.abs(filled) * unit >= 2.0**63).any():
            raise ValueError("a number is too large")
        return _masked(np.rint(filled * unit).astype(np.int64), null)
    return _masked(items.astype(np.int64) * unit, null)


def _listed(items: list[Any], null: Mask, form: Form) -> Values:
    known = list(zip(items, null.tolist(), strict=True))
    match form.kind:
        case "json":
            return Values(pa.array(["" if n else _json(i) for i, n in known], type=pa.string()), _any(null))
        case "list":
            return Values(pa.array([None if n else list(i) for i, n in known]), _any(null))
        case "bytes":
            return Values(pa.array([b"" if n else bytes(i) for i, n in known]), _any(null))
        case "uuid":
            raw = b"".join(bytes(16) if n else _uuid(i) for i, n in known)
            return Values(np.frombuffer(raw, dtype=np.uint8).reshape(len(items), 16), _any(null))
    convert = _CONVERSIONS.get(form.kind)
    if convert is None:
        return Values(pa.array(["" if n else _text(i) for i, n in known], type=pa.string()), _any(null))
    kind: Any = np.float64 if form.kind == "float" else np.bool_ if form.kind == "boolean" else np.int64
    return _masked(np.array([0 if n else convert(i, form) for i, n in known], dtype=kind), null)


def _masked(data: NDArray[Any], null: Mask) -> Values:
    return Values(data, _any(null))


def _any(null: Mask) -> Mask | None:
    return null if null.any() else None


def _is_null(item: Any) -> bool:
    if isinstance(item, np.datetime64 | np.timedelta64):
        return bool(np.isnat(item))
    return item is None or (isinstance(item, float | np.floating) and bool(np.isnan(item)))


def _text(item: Any) -> str:
    if not isinstance(item, str):
        raise TypeError(f"{item!r} is no text")
    return item


def _json(item: Any) -> str:
    return item if isinstance(item, str) else json.dumps(item, sort_keys=True, ensure_ascii=False)


def _uuid(item: Any) -> bytes:
    return (item if isinstance(item, UUID) else UUID(str(item))).bytes


def _unit(item: Any, form: Form) -> int:
    if isinstance(item, str | bool):
        raise TypeError(f"{item!r} is no number")
    return int((Decimal(str(item)) * 10**form.scale).to_integral_value(ROUND_HALF_UP))


def _real(item: Any, form: Form) -> float:
    return float(item)


def _flag(item: Any, form: Form) -> bool:
    if item not in (True, False):
        raise TypeError(f"{item!r} is neither true nor false")
    return bool(item)


def _day(item: Any, form: Form) -> int:
    return int(np.datetime64(_moment(item), "D").astype(np.int64))


def _microsecond(item: Any, form: Form) -> int:
    return int(np.datetime64(_moment(item), "us").astype(np.int64))


def _moment(item: Any) -> Any:
    if isinstance(item, datetime) and item.tzinfo is not None:
        offset = item.utcoffset()
        return (item - offset if offset else item).replace(tzinfo=None)
    if isinstance(item, date | datetime | np.datetime64):
        return item
    return datetime.fromisoformat(str(item))


def _duration(item: Any, form: Form) -> int:
    if isinstance(item, time):
        return ((item.hour * 60 + item.minute) * 60 + item.second) * 1_000_000 + item.microsecond
    if isinstance(item, timedelta):
        return item // timedelta(microseconds=1)
    return int(np.timedelta64(item, "us").astype(np.int64))


_CONVERSIONS: Final[dict[str, Callable[[Any, Form], Any]]] = {
    "integer": _unit,
    "numeric": _unit,
    "float": _real,
    "boolean": _flag,
    "date": _day,
    "timestamp": _microsecond,
    "time": _duration,
    "interval": _duration,
}
