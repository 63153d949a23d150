"""Values as PostgreSQL writes them in text: what CSV, COPY and INSERT hold, and what Parquet has no type for.

How values of each kind are held is told in `loading.wire`; here is the text beside the bytes of there. Common types are
spelled by Arrow, a column at a time; those made of others, and the rare ones, a value at a time.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.loading.nested import EMPTY, LOWER_INCLUDED, LOWER_OPEN, UPPER_INCLUDED, UPPER_OPEN
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows.values import FOREVER, NEVER, Mask, Values, fixed_text, texts

_DAY: Final = 86_400_000_000
_YEAR_1 = np.datetime64("0001-01-01", "D").astype(np.int64)
_YEAR_10000 = np.datetime64("10000-01-01", "D").astype(np.int64)


def spelled(form: Form, values: Values) -> pa.Array:
    """Return each value as the server's text, NULL for NULL.

    Raises
    ------
    SamplePlanError
        For a type whose values have no text here.
    """
    spell = _SPELLERS.get(form.kind)
    if spell is None:
        raise SamplePlanError(
            f"values of {form.base} cannot be written to a file", where="format", mend="leave the table out by tables=…"
        )
    null = values.null
    if values.is_arrow and values.data.null_count:  # what is inside of a NULL is left out, as its parts say nothing
        missing: Mask = values.data.is_null().to_numpy(zero_copy_only=False)
        made = spell(form, values.data.drop_null()).take(pa.array(np.cumsum(~missing) - 1, mask=missing))
    else:
        made = spell(form, values.data)
    return made if null is None else pc.if_else(pa.array(null), pa.scalar(None, pa.string()), made)


def numbers(data: Any) -> Any:
    """Return numbers as numpy, 0 for NULL; times as the numbers behind them."""
    if not isinstance(data, pa.Array):
        return data
    if pa.types.is_temporal(data.type):
        data = data.cast(pa.int32() if pa.types.is_date32(data.type) else pa.int64())
    return data.fill_null(pa.scalar(0).cast(data.type)).to_numpy(zero_copy_only=False)


def matrix(data: Any, width: int) -> Any:
    """Return rows of ``width`` numbers; Arrow holds them as lists."""
    if not isinstance(data, pa.Array):
        return data
    filled = data.fill_null(pa.scalar([0] * width, data.type)) if data.null_count else data
    return filled.flatten().to_numpy(zero_copy_only=False).reshape(-1, width)


def _text(form: Form, data: Any) -> pa.Array:
    return data.cast(pa.string()) if isinstance(data, pa.Array) else texts([str(item) for item in data.tolist()])


def _integer(form: Form, data: Any) -> pa.Array:
    return pa.array(numbers(data).astype(np.int64)).cast(pa.string())


def _decimal(scale: int) -> Callable[[Form, Any], pa.Array]:
    def make(form: Form, data: Any) -> pa.Array:
        places = scale if scale >= 0 else form.scale
        units = numbers(data).astype(np.int64)
        if not places:
            return pa.array(units).cast(pa.string())
        sizes = np.abs(units.astype(np.uint64)) if len(units) and units.min() == NEVER else np.abs(units)
        sign = pc.if_else(pa.array(units < 0), "-", "")
        rest = pc.utf8_lpad(pa.array(sizes % 10**places).cast(pa.string()), places, "0")
        return pc.binary_join_element_wise(sign, pa.array(sizes // 10**places).cast(pa.string()), ".", rest, "")

    return make


def _float(form: Form, data: Any) -> pa.Array:
    """Return the shortest text that reads back as the same number."""
    exact = numbers(data)
    if form.base == "real":
        return texts([str(item) for item in exact.astype(np.float32)])
    return texts([repr(item) for item in exact.tolist()])


def _boolean(form: Form, data: Any) -> pa.Array:
    plain = data.to_numpy(zero_copy_only=False).astype(bool) if isinstance(data, pa.Array) else data.astype(bool)
    return pc.if_else(pa.array(plain), "true", "false")


def _date(form: Form, data: Any) -> pa.Array:
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


def _timestamp(form: Form, data: Any) -> pa.Array:
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


def _time(form: Form, data: Any) -> pa.Array:
    found = numbers(data).astype(np.int64)
    plain = pa.array(np.minimum(found, _DAY - 1)).cast(pa.time64("us")).cast(pa.string())
    late = found >= _DAY
    return _mended(plain, late, ["24:00:00"] * int(late.sum())) if late.any() else plain


def _timetz(form: Form, data: Any) -> pa.Array:
    def one(row: Any) -> str:
        east = -int(row[1])
        sign, size = "+" if east >= 0 else "-", abs(east)
        return f"{_clock(int(row[0]))}{sign}{size // 3600:02d}:{size // 60 % 60:02d}:{size % 60:02d}"

    return texts([one(row) for row in matrix(data, 2)])


def _interval(form: Form, data: Any) -> pa.Array:
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


def _octets(data: Any) -> list[bytes]:
    """Return the bytes of each row, none for NULL."""
    if isinstance(data, pa.Array):
        return [item or b"" for item in data.cast(pa.binary()).to_pylist()]
    return [row.tobytes() for row in np.ascontiguousarray(data)]


def _hexadecimal(matrix: Any) -> Any:
    """Return rows of bytes as rows of letters, two for each byte."""
    plain = np.ascontiguousarray(matrix, dtype=np.uint8)
    return _HEX[np.stack([plain >> 4, plain & 15], axis=2).reshape(len(plain), -1)]


_HEX: Final = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)


def _uuid(form: Form, data: Any) -> pa.Array:
    if isinstance(data, pa.Array):
        found = [item.hex() for item in _octets(data)]
        return texts([f"{t[:8]}-{t[8:12]}-{t[12:16]}-{t[16:20]}-{t[20:]}" for t in found])
    return fixed_text(np.insert(_hexadecimal(data), (8, 12, 16, 20), ord("-"), axis=1))


def _bytes(form: Form, data: Any) -> pa.Array:
    if isinstance(data, pa.Array):
        return texts(["\\x" + item.hex() for item in _octets(data)])
    return fixed_text(np.insert(_hexadecimal(data), (0, 0), np.frombuffer(b"\\x", dtype=np.uint8), axis=1))


def _hardware(form: Form, data: Any) -> pa.Array:
    return texts([item.hex(":") for item in _octets(data)])


def _address(form: Form, data: Any) -> pa.Array:
    from ipaddress import ip_address

    if not isinstance(data, pa.Array) and (data[:, :4] == (2, 32, 0, 4)).all():
        parts = [pa.array(data[:, i].astype(np.uint8)).cast(pa.string()) for i in range(4, 8)]
        return pc.binary_join_element_wise(*parts, ".")

    def one(item: bytes) -> str:
        if not item:
            return ""
        size = item[1]
        address = str(ip_address(item[4:]))
        return address if not item[2] and size == len(item[4:]) * 8 else f"{address}/{size}"

    return texts([one(item) for item in _octets(data)])


_COORDINATES: Final = {"point": 2, "line": 3, "lseg": 4, "box": 4, "circle": 3}


def _geometry(form: Form, data: Any) -> pa.Array:
    if form.base not in _COORDINATES:
        return texts([_shape(form.base, row or []) for row in data.to_pylist()])
    return texts([_shape(form.base, row) for row in matrix(data, _COORDINATES[form.base]).tolist()])


def _shape(base: str, row: list[float]) -> str:
    match base:
        case "line":
            return "{" + ",".join(map(repr, row)) + "}"
        case "circle":
            return f"<({row[0]!r},{row[1]!r}),{row[2]!r}>"
        case "path":
            points = _points(row[1:])
            return f"({points})" if row and row[0] else f"[{points}]"
        case "polygon":
            return f"({_points(row)})"
        case "point":
            return _points(row)
    return f"[{_points(row)}]" if base == "lseg" else _points(row)


def _points(row: list[float]) -> str:
    return ",".join(f"({row[i]!r},{row[i + 1]!r})" for i in range(0, len(row), 2))


def _position(form: Form, data: Any) -> pa.Array:
    found = numbers(data).tolist()
    return texts([f"{n >> 32:X}/{n & 0xFFFFFFFF:X}" if form.base == "pg_lsn" else str(n) for n in found])


def _vector(form: Form, data: Any) -> pa.Array:
    return texts(["[" + ",".join(map(str, row or [])) + "]" for row in data.to_pylist()])


def _pairs(opening: str, between: str, closing: str) -> Callable[[Form, Any], pa.Array]:
    def make(form: Form, data: Any) -> pa.Array:
        return texts([f"{opening}{int(a)}{between}{int(b)}{closing}" for a, b in matrix(data, 2)])

    return make


def _searched(form: Form, data: Any) -> pa.Array:
    """Return the words of a text with their places, or all of them as a query."""

    def one(text: str) -> str:
        quoted = ["'" + word.replace("\\", "\\\\").replace("'", "''") + "'" for word in text.split()]
        if form.kind == "tsquery":
            return " & ".join(quoted)
        return " ".join(f"{word}:{place}" for place, word in enumerate(quoted, 1))

    return texts([one(text or "") for text in data.to_pylist()])


def _byte(form: Form, data: Any) -> pa.Array:
    return texts([chr(n) if 0 < n < 128 else f"\\{n & 255:03o}" for n in numbers(data).tolist()])


def _inner(form: Form, data: pa.Array) -> list[str | None]:
    """Return the texts of the elements of something."""
    found: list[str | None] = spelled(form, Values(data)).to_pylist()
    return found


def _quoted(text: str | None, special: str) -> str:
    """Return an element of an array or a row, in quotes if it needs them."""
    assert text is not None
    if text and text.upper() != "NULL" and not any(letter in special or letter.isspace() for letter in text):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _list(form: Form, data: pa.Array) -> pa.Array:
    assert form.element is not None
    depth, inner = 0, data
    bounds: list[Any] = []
    while depth == 0 or (pa.types.is_list(inner.type) and not _holds_lists(form.element)):
        counts = inner.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
        bounds.append(np.concatenate([[0], np.cumsum(counts)]).astype(np.int64))
        inner, depth = inner.flatten(), depth + 1
    found = ["NULL" if t is None else _quoted(t, '{},"\\') for t in _inner(form.element, inner)]
    for offsets in reversed(bounds):
        found = ["{" + ",".join(found[a:b]) + "}" for a, b in pairwise(offsets)]
    return texts(found)


def _holds_lists(form: Form) -> bool:
    """Whether a value that is no array is held as a list."""
    kinds = ("geometry", "multirange", "hstore", "vector", "halfvec", "timetz", "tid", "snapshot", "interval")
    return form.kind in kinds


def _range(form: Form, data: Any) -> pa.Array:
    assert form.element is not None
    if not (isinstance(data, pa.Array) and pa.types.is_struct(data.type)):
        return texts([_from_image(form.element, item) for item in _octets(data)])
    flags = data.field("flags").fill_null(0).to_pylist()
    ends = zip(_inner(form.element, data.field("lower")), _inner(form.element, data.field("upper")), strict=True)
    return texts([_between(flag, low, high) for flag, (low, high) in zip(flags, ends, strict=True)])


def _between(flags: int, low: str | None, high: str | None) -> str:
    if flags & EMPTY:
        return "empty"
    opening, closing = "[" if flags & LOWER_INCLUDED else "(", "]" if flags & UPPER_INCLUDED else ")"
    left = "" if flags & LOWER_OPEN or low is None else _quoted(low, '[](),"\\')
    right = "" if flags & UPPER_OPEN or high is None else _quoted(high, '[](),"\\')
    return f"{opening}{left},{right}{closing}"


def _from_image(form: Form, image: bytes) -> str:
    """Return a range that is held as the bytes that are sent: flags, and each end behind its length."""
    if not image:
        return "empty"
    flags, at = image[0], 1
    ends: list[str | None] = []
    for gone in (LOWER_OPEN, UPPER_OPEN):
        if flags & (gone | EMPTY):
            ends.append(None)
            continue
        size = int.from_bytes(image[at : at + 4], "big")
        number = int.from_bytes(image[at + 4 : at + 4 + size], "big", signed=True)
        epoch = {"date": 10_957, "timestamp": 946_684_800_000_000}.get(form.kind, 0)
        ends.append(_inner(form, pa.array([number + epoch]))[0])
        at += 4 + size
    return _between(flags, *ends)


def _multirange(form: Form, data: pa.Array) -> pa.Array:
    assert form.element is not None
    found = _inner(form.element, data.flatten())
    counts = data.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)
    bounds = pairwise(offsets)
    return texts(["{" + ",".join(t or "" for t in found[a:b]) + "}" for a, b in bounds])


def _record(form: Form, data: pa.Array) -> pa.Array:
    columns = [_inner(part, data.field(index)) for index, (_, part) in enumerate(form.fields)]
    rows = zip(*columns, strict=True) if columns else [()] * len(data)
    return texts(["(" + ",".join("" if t is None else _quoted(t, '(),"\\') for t in row) + ")" for row in rows])


def _hstore(form: Form, data: pa.Array) -> pa.Array:
    def one(pairs: Any) -> str:
        return ", ".join(f"{_key(pair['key'])}=>{_key(pair['value'])}" for pair in pairs or ())

    return texts([one(pairs) for pairs in data.to_pylist()])


def _key(text: str | None) -> str:
    return "NULL" if text is None else json.dumps(text, ensure_ascii=False)


_SPELLERS: Final[Mapping[str, Callable[[Form, Any], pa.Array]]] = {
    "integer": _integer, "numeric": _decimal(-1), "money": _decimal(2), "float": _float, "boolean": _boolean,
    "text": _text, "enum": _text, "json": _text, "xml": _text, "jsonpath": _text, "ltree": _text, "raw": _text,
    "bits": _text, "date": _date, "timestamp": _timestamp, "time": _time, "timetz": _timetz, "interval": _interval,
    "uuid": _uuid, "bytes": _bytes, "inet": _address, "macaddr": _hardware, "geometry": _geometry,
    "position": _position, "object": _integer, "tid": _pairs("(", ",", ")"), "snapshot": _pairs("", ":", ":"),
    "vector": _vector, "halfvec": _vector, "tsvector": _searched, "tsquery": _searched, "byte": _byte,
    "list": _list, "range": _range, "multirange": _multirange, "composite": _record, "hstore": _hstore,
}  # fmt: skip
