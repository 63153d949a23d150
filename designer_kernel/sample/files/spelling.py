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
from designer_kernel.sample.files import times
from designer_kernel.sample.files.plain import matrix, numbers, octets
from designer_kernel.sample.loading.nested import EMPTY, LOWER_INCLUDED, LOWER_OPEN, UPPER_INCLUDED, UPPER_OPEN
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows.values import NEVER, Mask, Values, fixed_text, texts


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


def _hexadecimal(matrix: Any) -> Any:
    """Return rows of bytes as rows of letters, two for each byte."""
    plain = np.ascontiguousarray(matrix, dtype=np.uint8)
    return _HEX[np.stack([plain >> 4, plain & 15], axis=2).reshape(len(plain), -1)]


_HEX: Final = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)


def _uuid(form: Form, data: Any) -> pa.Array:
    if isinstance(data, pa.Array):
        found = [item.hex() for item in octets(data)]
        return texts([f"{t[:8]}-{t[8:12]}-{t[12:16]}-{t[16:20]}-{t[20:]}" for t in found])
    return fixed_text(np.insert(_hexadecimal(data), (8, 12, 16, 20), ord("-"), axis=1))


def _bytes(form: Form, data: Any) -> pa.Array:
    if isinstance(data, pa.Array):
        return texts(["\\x" + item.hex() for item in octets(data)])
    return fixed_text(np.insert(_hexadecimal(data), (0, 0), np.frombuffer(b"\\x", dtype=np.uint8), axis=1))


def _hardware(form: Form, data: Any) -> pa.Array:
    return texts([item.hex(":") for item in octets(data)])


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

    return texts([one(item) for item in octets(data)])


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
        return texts([_from_image(form.element, item) for item in octets(data)])
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
    "bits": _text, "date": times.date, "timestamp": times.timestamp, "time": times.time, "timetz": times.timetz,
    "interval": times.interval,
    "uuid": _uuid, "bytes": _bytes, "inet": _address, "macaddr": _hardware, "geometry": _geometry,
    "position": _position, "object": _integer, "tid": _pairs("(", ",", ")"), "snapshot": _pairs("", ":", ":"),
    "vector": _vector, "halfvec": _vector, "tsvector": _searched, "tsquery": _searched, "byte": _byte,
    "list": _list, "range": _range, "multirange": _multirange, "composite": _record, "hstore": _hstore,
}  # fmt: skip
