"""Columns as they stand in a row of COPY BINARY: so many bytes each, or text and the like behind their length.

The common types are written here, by numpy and without a detour by Arrow; all others by `wire.image`. What is known to
be of one length stays a matrix of bytes, and the rows' parts of it are put together in one go (see `assembly`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa

from designer_kernel.sample.loading import wire
from designer_kernel.sample.loading.octets import as_bytes, nulls
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows.values import FOREVER, NEVER, Mask, Values, combined
from designer_kernel.sample.rows.written import Digits, Part, Picked, Written

_DAYS: Final = 10_957
_MICROSECONDS: Final = 946_684_800_000_000
"""The server's epoch, the first of January 2000, in days and microseconds since 1970."""

_DIGITS: Final = 19
"""Digits of the largest number of 64 bits."""

_NEGATIVE: Final = 0x4000


@dataclass(frozen=True, slots=True)
class Plain:
    """A column whose values all have the same length; ``octets`` has one item of that many bytes for each row."""

    octets: Any
    null: Mask | None = None

    @property
    def width(self) -> int:
        """Bytes of each value."""
        return int(self.octets.dtype.itemsize)


@dataclass(frozen=True, slots=True)
class Decimals:
    """A column of numerics, as numbers of their smallest unit."""

    form: Form
    units: Any
    null: Mask | None = None

    @property
    def scale(self) -> int:
        """Digits behind the point."""
        return max(self.form.scale, 0)

    def plain(self) -> Plain:
        """Return them with groups of digits for the largest number, so that all have the same length."""
        return Plain(_numeric(self.form, self.units), self.null)


@dataclass(frozen=True, slots=True)
class Varied:
    """A column of bytes of several lengths, in parts: constants, `Picked`, `Digits`, and Arrow arrays without NULL."""

    parts: tuple[Any, ...]
    null: Mask | None = None


Sent = Plain | Decimals | Varied


def sent(form: Form, values: Values) -> Sent:
    """Return a column in the form that it is sent in."""
    if isinstance(values.made, Written) and form.kind in _TEXTS:
        return Varied((_prefix(form), *(_part(part) for part in values.made.parts)), values.null)
    if values.is_arrow:
        if form.kind in _TEXTS and not pa.types.is_binary(values.data.type):
            return Varied((_prefix(form), as_bytes(values.data)), combined(values.null, nulls(values.data)))
    elif form.kind in _MATRICES:
        return Plain(_items(values.data), values.null)
    elif form.kind == "numeric" and values.data.ndim == 1:
        return Decimals(form, values.data, values.null)
    elif form.kind in _NUMBERS and values.data.ndim == 1:
        return Plain(_NUMBERS[form.kind](form, values.data), values.null)
    image = wire.image(form, values)
    return Varied((image,), nulls(image))


def _prefix(form: Form) -> bytes:
    """Return what stands before every value of a type: the version of its format."""
    return b"\x01" if form.base == "jsonb" else b""


def _part(part: Part) -> Any:
    if isinstance(part, str):
        return part.encode()
    return part if isinstance(part, Picked | Digits) else as_bytes(part)


def _items(matrix: Any) -> Any:
    """Return a matrix of bytes as one item a row."""
    rows, width = matrix.shape
    return np.ascontiguousarray(matrix, dtype=np.uint8).view(f"V{width}").reshape(rows)


def _integer(form: Form, data: Any) -> Any:
    return data.astype({"smallint": ">i2", "integer": ">i4"}.get(form.base, ">i8"))


def _float(form: Form, data: Any) -> Any:
    return data.astype(">f4" if form.base == "real" else ">f8")


def _boolean(form: Form, data: Any) -> Any:
    return data.astype(np.uint8)


def _date(form: Form, data: Any) -> Any:
    return _since(_DAYS, data, np.iinfo(np.int32)).astype(">i4")


def _timestamp(form: Form, data: Any) -> Any:
    return _since(_MICROSECONDS, data, np.iinfo(np.int64)).astype(">i8")


def _since(epoch: int, data: Any, limits: Any) -> Any:
    """Return days or microseconds since the server's epoch; its infinities are the ends of the type."""
    counted = data - epoch
    if len(data) and (data.max() == FOREVER or data.min() == NEVER):
        counted = np.where(data == FOREVER, limits.max, np.where(data == NEVER, limits.min, counted))
    return counted


def _time(form: Form, data: Any) -> Any:
    return data.astype(">i8")


def _interval(form: Form, data: Any) -> Any:
    made = np.zeros(len(data), dtype=[("microseconds", ">i8"), ("days", ">i4"), ("months", ">i4")])
    made["microseconds"] = data
    return _whole(made)


def _numeric(form: Form, data: Any) -> Any:
    """Return numbers of the smallest unit as groups of four decimal digits.

    All have as many groups as the type may need: the server strips leading zeros, and rows of one length are put
    together at once.
    """
    units = data.astype(np.int64, copy=False)
    sizes = np.abs(units).view(np.uint64)  # the least of 64 bits has no positive counterpart among signed ones
    scale = max(form.scale, 0)
    if len(sizes) and sizes.max() < _SHORT and 10**scale < _SHORT:
        sizes = sizes.astype(np.uint32)  # divided in half of the time
    whole, rest = _divided(sizes, 10**scale) if scale else (sizes, None)
    before = groups_before(form, int(whole.max()) if len(whole) else 0)
    after = -(-scale // 4)
    made = np.empty(len(units), dtype=_numeric_items(before + after))
    made["count"], made["weight"], made["scale"] = before + after, before - 1, scale
    made["sign"] = np.where(units < 0, np.uint16(_NEGATIVE), np.uint16(0))
    for group in range(before - 1, -1, -1):
        if group:
            whole, digits = _divided(whole, 10_000)
        else:
            digits = whole
        made[f"digits {group}"] = digits
    left = scale
    for group in range(before, before + after):
        left -= 4
        assert rest is not None
        digits, rest = _divided(rest, 10**left) if left > 0 else (rest * 10**-left, rest)
        made[f"digits {group}"] = digits
    return _whole(made)


_SHORT: Final = 1 << 31


def _divided(numbers: Any, by: int) -> tuple[Any, Any]:
    """Return quotients and remainders: numpy divides by one number in a fraction of the time that ``divmod`` takes."""
    quotients = numbers // by
    return quotients, numbers - quotients * by


def _whole(items: Any) -> Any:
    """Return items of several fields as bytes: they are then copied at once and not field by field."""
    return items.view(f"V{items.dtype.itemsize}")


def groups_before(form: Form, largest: int) -> int:
    """Return how many groups of four digits stand before the point: as the type says, or as a number needs."""
    places = (form.precision or _DIGITS) - max(form.scale, 0)
    return max(-(-places // 4), -(-len(str(largest)) // 4), 1)


def _numeric_items(groups: int) -> Any:
    head = [("count", ">i2"), ("weight", ">i2"), ("sign", ">u2"), ("scale", ">i2")]
    return np.dtype([*head, *((f"digits {group}", ">i2") for group in range(groups))])


_NUMBERS: Final[Mapping[str, Callable[[Form, Any], Any]]] = {
    "integer": _integer, "float": _float, "boolean": _boolean, "date": _date, "timestamp": _timestamp, "time": _time,
    "interval": _interval,
}  # fmt: skip
_MATRICES: Final = frozenset({"uuid", "bytes", "inet", "macaddr"})
_TEXTS: Final = frozenset({"text", "enum", "json", "bytes", "xml", "raw"})
