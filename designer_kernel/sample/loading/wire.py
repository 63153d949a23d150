"""The image of every type in COPY BINARY, as the type's ``…_send`` function writes it and ``…_recv`` reads it.

Sources: PostgreSQL 18, ``src/backend/utils/adt`` (``arrayfuncs.c``, ``rangetypes.c``, ``multirangetypes.c``,
``rowtypes.c``, ``numeric.c``, ``timestamp.c``, ``varbit.c``, ``geo_ops.c``, ``tsvector.c``, ``tsquery.c``),
``contrib/hstore`` and ``contrib/ltree``, and pgvector's ``vector.c``.

Values are numpy arrays or Arrow arrays (see `Values`); nested types are Arrow lists and structs of what their elements
are made of. How each kind is held stands beside its function.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa

from designer_kernel.sample.loading import nested, searching
from designer_kernel.sample.loading.octets import as_bytes, big, fixed, flat, from_flat, joined, marked, nulls, repeated
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows.arrays import texts
from designer_kernel.sample.rows.values import FOREVER, NEVER, Values

_DAYS: Final = 10_957
_MICROSECONDS: Final = 946_684_800_000_000
"""The server's epoch, the first of January 2000, in days and microseconds since 1970."""

_OWN: Final = 16_384
"""Stands for any type that the database defines: servers accept another number than theirs for those."""

_OIDS: Final[Mapping[str, int]] = {
    "boolean": 16, "bytea": 17, "char": 18, "name": 19, "bigint": 20, "smallint": 21, "integer": 23, "regproc": 24,
    "text": 25, "oid": 26, "tid": 27, "xid": 28, "cid": 29, "json": 114, "xml": 142, "xid8": 5069, "point": 600,
    "lseg": 601, "path": 602, "box": 603, "polygon": 604, "line": 628, "cidr": 650, "real": 700,
    "double precision": 701, "circle": 718, "macaddr8": 774, "money": 790, "macaddr": 829, "inet": 869,
    "character": 1042, "bpchar": 1042, "character varying": 1043, "date": 1082, "time without time zone": 1083,
    "timestamp without time zone": 1114, "timestamp with time zone": 1184, "interval": 1186,
    "time with time zone": 1266, "bit": 1560, '"bit"': 1560, "bit varying": 1562, "numeric": 1700, "refcursor": 1790,
    "regprocedure": 2202, "regoper": 2203, "regoperator": 2204, "regclass": 2205, "regtype": 2206, "uuid": 2950,
    "txid_snapshot": 2970, "pg_lsn": 3220, "tsvector": 3614, "tsquery": 3615, "regconfig": 3734,
    "regdictionary": 3769, "jsonb": 3802, "int4range": 3904, "numrange": 3906, "tsrange": 3908, "tstzrange": 3910,
    "daterange": 3912, "int8range": 3926, "jsonpath": 4072, "regnamespace": 4089, "regrole": 4096,
    "regcollation": 4191, "int4multirange": 4451, "nummultirange": 4532, "tsmultirange": 4533, "tstzmultirange": 4534,
    "datemultirange": 4535, "int8multirange": 4536, "pg_snapshot": 5038,
}  # fmt: skip
"""Numbers of the types that elements of arrays and fields of rows can have; they are the same on every server."""

_ARRAYS: Final[Mapping[str, int]] = {
    "boolean": 1000, "bytea": 1001, "char": 1002, "name": 1003, "smallint": 1005, "integer": 1007, "text": 1009,
    "tid": 1010, "xid": 1011, "character": 1014, "bpchar": 1014, "character varying": 1015, "bigint": 1016,
    "point": 1017, "lseg": 1018, "path": 1019, "box": 1020, "real": 1021, "double precision": 1022, "polygon": 1027,
    "oid": 1028, "macaddr": 1040, "inet": 1041, "timestamp without time zone": 1115, "date": 1182,
    "time without time zone": 1183, "timestamp with time zone": 1185, "interval": 1187, "numeric": 1231,
    "time with time zone": 1270, "xml": 143, "json": 199, "line": 629, "cidr": 651, "circle": 719, "macaddr8": 775,
    "money": 791, "bit": 1561, "bit varying": 1563, "regclass": 2210, "regtype": 2211, "uuid": 2951, "pg_lsn": 3221,
    "tsvector": 3643, "tsquery": 3645, "jsonb": 3807, "int4range": 3905, "numrange": 3907, "tsrange": 3909,
    "tstzrange": 3911, "daterange": 3913, "int8range": 3927, "jsonpath": 4073,
}  # fmt: skip
"""Numbers of arrays of some of these, which fields of rows can have."""


def oid_of(form: Form) -> int:
    """Return the number of a type as arrays and rows tell it."""
    if form.is_own:
        return _OWN
    return _ARRAYS[form.element.base] if form.kind == "list" and form.element is not None else _OIDS[form.base]


def _has_number(form: Form) -> bool:
    if form.is_own:
        return True
    return form.element.base in _ARRAYS if form.kind == "list" and form.element is not None else form.base in _OIDS


def is_known(form: Form) -> bool:
    """Whether a form, and all that is in it, has an image."""
    inner = [form.element] if form.element is not None else [part for _, part in form.fields]
    if form.kind in ("list", "composite") and not all(_has_number(p) for p in inner if p is not None):
        return False
    return form.kind in _IMAGES and all(is_known(part) for part in inner if part is not None)


def image(form: Form, values: Values) -> pa.Array:
    """Return the bytes of each value, NULL for NULL; without the length that goes before them in a row."""
    missing = nulls(values.data) if values.is_arrow else None
    if missing is None:
        return marked(_IMAGES[form.kind](form, values.data), values.null)
    made = _IMAGES[form.kind](form, values.data.drop_null())
    places = pa.array(np.cumsum(~missing) - 1, mask=missing)
    return marked(made.take(places), values.null)


def _numbers(data: Any) -> Any:
    """Return numbers as numpy."""
    return data.to_numpy(zero_copy_only=False) if isinstance(data, pa.Array) else data


def _integer(form: Form, data: Any) -> pa.Array:
    width = {"smallint": 2, "integer": 4}.get(form.base, 8)
    return fixed(big(_numbers(data), width))


def _float(form: Form, data: Any) -> pa.Array:
    return fixed(big(_numbers(data), 4 if form.base == "real" else 8, "f"))


def _boolean(form: Form, data: Any) -> pa.Array:
    return fixed(_numbers(data).astype(np.uint8).reshape(-1, 1))


def _numeric(form: Form, data: Any) -> pa.Array:
    """Numbers of the smallest unit: signs, places and digits to the base of 10,000; the server strips zeros."""
    units = _numbers(data).astype(np.int64)
    unit = 10**form.scale
    sizes = np.abs(units)
    whole, rest = sizes // unit, sizes % unit
    groups = -(-form.scale // 4)
    rest = rest * 10 ** (groups * 4 - form.scale)
    head = [np.full(len(units), n) for n in (5 + groups, 4)]
    digits = [whole // 10 ** (4 * n) % 10_000 for n in range(4, -1, -1)]
    digits += [rest // 10 ** (4 * n) % 10_000 for n in range(groups - 1, -1, -1)]
    parts = [*head, np.where(units < 0, 0x4000, 0), np.full(len(units), form.scale), *digits]
    return fixed(np.concatenate([big(part, 2) for part in parts], axis=1))


def _since(epoch: int, width: int) -> Callable[[Form, Any], pa.Array]:
    limits = np.iinfo(f"i{width}")

    def make(form: Form, data: Any) -> pa.Array:
        if isinstance(data, pa.Array) and pa.types.is_temporal(data.type):
            data = data.cast(pa.int32() if width == 4 else pa.int64())
        moments = _numbers(data).astype(np.int64)
        endless = np.where(moments == FOREVER, limits.max, limits.min)
        return fixed(big(np.where((moments == FOREVER) | (moments == NEVER), endless, moments - epoch), width))

    return make


def _time(form: Form, data: Any) -> pa.Array:
    if isinstance(data, pa.Array) and pa.types.is_temporal(data.type):
        data = data.cast(pa.int64())
    return fixed(big(_numbers(data), 8))


def _whole(width: int, kind: str = "i") -> Callable[[Form, Any], pa.Array]:
    return lambda form, data: fixed(big(_numbers(data), width, kind))


def _columns(*widths: int) -> Callable[[Form, Any], pa.Array]:
    """Return the image of a matrix of whole numbers, each column in so many bytes."""

    def make(form: Form, data: Any) -> pa.Array:
        table = _matrix(data, len(widths), np.int64)
        return fixed(np.concatenate([big(table[:, i], w) for i, w in enumerate(widths)], axis=1))

    return make


def _matrix(data: Any, width: int, kind: Any) -> Any:
    """Return rows of ``width`` numbers; Arrow holds them as lists."""
    if not isinstance(data, pa.Array):
        return data
    return data.flatten().to_numpy(zero_copy_only=False).astype(kind).reshape(-1, width)


def _interval(form: Form, data: Any) -> pa.Array:
    """Microseconds; or three columns: months, days, microseconds."""
    if isinstance(data, pa.Array) and pa.types.is_temporal(data.type):
        data = data.cast(pa.int64())
    if isinstance(data, pa.Array) and pa.types.is_list(data.type):
        data = _matrix(data, 3, np.int64)
    plain = _numbers(data) if getattr(data, "ndim", 1) == 1 else data
    table = plain if plain.ndim == 2 else np.stack([plain * 0, plain * 0, plain], axis=1)
    return fixed(np.concatenate([big(table[:, 2], 8), big(table[:, 1], 4), big(table[:, 0], 4)], axis=1))


def _text(prefix: bytes = b"") -> Callable[[Form, Any], pa.Array]:
    def make(form: Form, data: Any) -> pa.Array:
        array = as_bytes(data if isinstance(data, pa.Array) else texts([str(item) for item in data.tolist()]))
        return joined(repeated(prefix, len(array)), array) if prefix else array

    return make


def _json(form: Form, data: Any) -> pa.Array:
    return _text(b"\x01" if form.base == "jsonb" else b"")(form, data)


def _octets(form: Form, data: Any) -> pa.Array:
    """The image itself: bytes, or a matrix of them."""
    return as_bytes(data) if isinstance(data, pa.Array) else fixed(data)


def _bits(form: Form, data: Any) -> pa.Array:
    """Text of zeros and ones."""
    letters, offsets = flat(as_bytes(data))
    lengths = np.diff(offsets)
    ends = np.concatenate([[0], np.cumsum(-(-lengths // 8))])
    places = np.arange(len(letters)) - np.repeat(offsets[:-1], lengths) + np.repeat(ends[:-1] * 8, lengths)
    bits = np.zeros(ends[-1] * 8, dtype=np.uint8)
    bits[places] = letters & 1
    return joined(fixed(big(lengths, 4)), from_flat(np.packbits(bits), ends))


_NUMBERS: Final = {"point": 2, "line": 3, "lseg": 4, "box": 4, "circle": 3}


def _geometry(form: Form, data: Any) -> pa.Array:
    """Columns of coordinates; a path or polygon is a list of them, a closed path has a 1 before them and an open one 0.

    A line is its three coefficients, a box its upper right and lower left corner, a circle its centre and radius.
    """
    if form.base in _NUMBERS:
        table = _matrix(data, _NUMBERS[form.base], np.float64)
        return fixed(big(table.ravel(), 8, "f").reshape(len(table), -1))
    offsets = nested.offsets_of(data)
    inner = data.flatten().to_numpy(zero_copy_only=False)
    if form.base == "polygon":
        return joined(fixed(big(np.diff(offsets) // 2, 4)), from_flat(big(inner, 8, "f").ravel(), offsets * 8))
    flags = inner[offsets[:-1]].astype(np.uint8).reshape(-1, 1)
    rest = np.delete(inner, offsets[:-1])
    count = np.diff(offsets) - 1
    starts = np.concatenate([[0], np.cumsum(count)])
    return joined(fixed(flags), fixed(big(count // 2, 4)), from_flat(big(rest, 8, "f").ravel(), starts * 8))


def _vector(width: int) -> Callable[[Form, Any], pa.Array]:
    """Return the image of lists of numbers with ``width`` bytes each."""

    def make(form: Form, data: Any) -> pa.Array:
        offsets = nested.offsets_of(data)
        head = np.concatenate([big(np.diff(offsets), 2), big(np.diff(offsets) * 0, 2)], axis=1)
        inner = data.flatten().to_numpy(zero_copy_only=False)
        return joined(fixed(head), from_flat(big(inner, width, "f").ravel(), offsets * width))

    return make


def _snapshot(form: Form, data: Any) -> pa.Array:
    """Two columns: the oldest number still open and the first not yet given; nothing between them is open."""
    table = _matrix(data, 2, np.int64)
    return fixed(np.concatenate([big(table[:, 0] * 0, 4), big(table[:, 0], 8), big(table[:, 1], 8)], axis=1))


_IMAGES: Final[Mapping[str, Callable[[Form, Any], pa.Array]]] = {
    "integer": _integer, "float": _float, "boolean": _boolean, "numeric": _numeric, "money": _whole(8),
    "text": _text(), "enum": _text(), "xml": _text(), "json": _json, "jsonpath": _text(b"\x01"),
    "ltree": _text(b"\x01"), "uuid": _octets, "bytes": _octets, "inet": _octets, "macaddr": _octets,
    "date": _since(_DAYS, 4), "timestamp": _since(_MICROSECONDS, 8), "time": _time, "timetz": _columns(8, 4),
    "interval": _interval, "bits": _bits, "geometry": _geometry, "position": _whole(8), "object": _whole(4, "u"),
    "tid": _columns(4, 2), "snapshot": _snapshot, "byte": _whole(1), "vector": _vector(4), "halfvec": _vector(2),
    "tsvector": searching.tsvector, "tsquery": searching.tsquery,
    "list": lambda form, data: nested.array(form, data, image, oid_of),
    "range": lambda form, data: nested.range_of(form, data, image),
    "multirange": lambda form, data: nested.multirange(form, data, image),
    "composite": lambda form, data: nested.record(form, data, image, oid_of),
    "hstore": lambda form, data: nested.hstore(data),
}  # fmt: skip
