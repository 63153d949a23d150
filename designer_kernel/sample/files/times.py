"""Days, moments, times of day and lengths of time as PostgreSQL writes them in text, a column at a time."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.files.plain import matrix, numbers
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows.values import FOREVER, NEVER, Mask, texts

_DAY: Final = 86_400_000_000
_YEAR_1 = np.datetime64("0001-01-01", "D").astype(np.int64)
_YEAR_10000 = np.datetime64("10000-01-01", "D").astype(np.int64)


def date(form: Form, data: Any) -> pa.Array:
    """Return days, counted from 1970, as dates."""
    return _days(numbers(data).astype(np.int64))


def _days(days: Any) -> pa.Array:
    is_plain = (days >= _YEAR_1) & (days < _YEAR_10000)
    plain = pa.array(np.where(is_plain, days, 0).astype(np.int32)).cast(pa.date32()).cast(pa.string())
    return plain if is_plain.all() else _mended(plain, ~is_plain, [_far_day(int(d)) for d in days[~is_plain]])


def _mended(plain: pa.Array, where: Mask, others: list[str]) -> pa.Array:
    """Return texts with some of them exchanged."""
    return pc.replace_with_mask(plain, pa.array(where), texts(others))


def _far_day(day: int) -> str:
    """Return a day outside the years 1 to 9999, or one of the two infinities."""
    if day in (FOREVER, NEVER):
        return "infinity" if day == FOREVER else "-infinity"
    text = str(np.datetime64(day, "D"))
    year, month_day = int(text[:-6]), text[-5:]
    return f"{year:04d}-{month_day}" if year > 0 else f"{1 - year:04d}-{month_day} BC"


def timestamp(form: Form, data: Any) -> pa.Array:
    """Return microseconds since 1970 as moments; with a zone in UTC."""
    moments = numbers(data).astype(np.int64)
    zone = "+00" if form.base.startswith("timestamp with time zone") else ""
    low, high = _YEAR_1 * _DAY, _YEAR_10000 * _DAY
    is_plain = (moments >= low) & (moments < high)
    plain = pa.array(np.where(is_plain, moments, 0)).cast(pa.timestamp("us")).cast(pa.string())
    plain = pc.binary_join_element_wise(plain, zone, "") if zone else plain
    return plain if is_plain.all() else _mended(plain, ~is_plain, [_far(int(m), zone) for m in moments[~is_plain]])


def _far(moment: int, zone: str) -> str:
    if moment in (FOREVER, NEVER):
        return "infinity" if moment == FOREVER else "-infinity"
    day, rest = divmod(moment, _DAY)
    text, bc, _ = _far_day(day).partition(" BC")
    return f"{text} {_clock(rest)}{zone}{bc}"


def _clock(microseconds: int) -> str:
    seconds, parts = divmod(microseconds, 1_000_000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{parts:06d}"


def time(form: Form, data: Any) -> pa.Array:
    """Return microseconds since midnight as times of day."""
    found = numbers(data).astype(np.int64)
    plain = pa.array(np.minimum(found, _DAY - 1)).cast(pa.time64("us")).cast(pa.string())
    late = found >= _DAY
    return _mended(plain, late, ["24:00:00"] * int(late.sum())) if late.any() else plain


def timetz(form: Form, data: Any) -> pa.Array:
    """Return rows of microseconds since midnight and seconds west of Greenwich as times of day."""

    def one(row: Any) -> str:
        east = -int(row[1])
        sign, size = "+" if east >= 0 else "-", abs(east)
        return f"{_clock(int(row[0]))}{sign}{size // 3600:02d}:{size // 60 % 60:02d}:{size % 60:02d}"

    return texts([one(row) for row in matrix(data, 2)])


def interval(form: Form, data: Any) -> pa.Array:
    """Return microseconds, or rows of months, days and microseconds, as lengths of time."""
    if isinstance(data, pa.Array) and pa.types.is_list(data.type):
        data = matrix(data, 3)
    plain = numbers(data)
    table = plain if plain.ndim == 2 else np.stack([plain * 0, plain * 0, plain], axis=1)
    months, days = (pa.array(table[:, i].astype(np.int64)) for i in range(2))
    parts = [_unless_zero(months, " mons "), _unless_zero(days, " days "), _signed_clock(table[:, 2].astype(np.int64))]
    return pc.binary_join_element_wise(*parts, "")


def _unless_zero(counts: pa.Array, unit: str) -> pa.Array:
    return pc.if_else(pc.equal(counts, 0), "", pc.binary_join_element_wise(counts.cast(pa.string()), unit, ""))


def _signed_clock(microseconds: Any) -> pa.Array:
    sizes = np.abs(microseconds)
    pieces = [sizes // (_DAY // 24), sizes // 60_000_000 % 60, sizes // 1_000_000 % 60, sizes % 1_000_000]
    hours, minutes, seconds, rest = (pa.array(piece).cast(pa.string()) for piece in pieces)
    hours, minutes, seconds = (pc.utf8_lpad(piece, 2, "0") for piece in (hours, minutes, seconds))
    exact = pc.binary_join_element_wise(seconds, ".", pc.utf8_lpad(rest, 6, "0"), "")
    seconds = pc.if_else(pa.array(pieces[3] == 0), seconds, exact)
    sign = pc.if_else(pa.array(microseconds < 0), "-", "")
    return pc.binary_join_element_wise(sign, hours, ":", minutes, ":", seconds, "")
