"""A believable value of any type, from random bits alone: what a column gets whose name says nothing.

Elements of arrays, ends of ranges and fields of rows are made in the same way, to any depth.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa

from designer_kernel.sample.loading.nested import LOWER_INCLUDED
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.planning.forms import INTEGERS, Form
from designer_kernel.sample.providers.choices import taken, weights_of
from designer_kernel.sample.providers.provider import Provider, words
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.arrays import arrow
from designer_kernel.sample.rows.hashing import Bits
from designer_kernel.sample.rows.values import Values, digits, fixed_text, joined, picked
from designer_kernel.sample.vocabulary.words import LOREM

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

_SECOND: Final = 1_000_000
_HOUR: Final = 3_600 * _SECOND
_DAY: Final = 24 * _HOUR
_FIRST_DAY: Final = 19_723
"""The first of January 2024."""

_STEP: Final = 0x9E3779B97F4A7C15
_LABELS: Final = ("new", "sale", "popular", "seasonal", "gift", "bundle", "eco", "limited")
_PATHS: Final = (
    "Top.Home.Kitchen", "Top.Home.Garden", "Top.Sport.Outdoor", "Top.Sport", "Top.Office.Paper", "Top.Office",
    "Top.Toys.Games",
)  # fmt: skip
_PAIRS: Final = (
    ("colour", ("black", "white", "navy", "green")), ("size", ("S", "M", "L", "XL")),
    ("material", ("cotton", "wool", "linen")),
)  # fmt: skip
_JSON_PATHS: Final = ("$.name", "$.items[*].price", "$.tags[0]", '$.status ? (@ == "open")')
_OBJECTS: Final[Mapping[str, tuple[int, ...]]] = {
    "regclass": (1247, 1249, 1255, 1259), "regtype": (16, 23, 25, 1184, 1700), "regproc": (2108, 2803),
    "regprocedure": (2108, 2803), "regoper": (96, 97), "regoperator": (96, 97), "regnamespace": (11, 99, 2200),
    "regrole": (10, 3373, 3374), "regconfig": (3748,), "regdictionary": (3765,), "regcollation": (100, 950, 951),
}  # fmt: skip
"""Numbers of objects that every server has: tables of the catalog, plain types, ``sum`` and ``count``, schemas."""


@dataclass(frozen=True, slots=True)
class Anything(Provider):
    """A value that the type of the column suggests."""

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        return anything(column.form, frame.bits(column.name))


def anything(form: Form, bits: Bits) -> Values:
    """Return one value of a form for each number; a pure function of both."""
    return Values(_MAKERS[form.kind](form, bits))


def knows(form: Form) -> bool:
    """Whether values of a form, and of all that is in it, can be made."""
    inner = [form.element] if form.element is not None else [part for _, part in form.fields]
    return form.kind in _MAKERS and all(knows(part) for part in inner if part is not None)


def next_bits(bits: Bits, step: int = 1) -> Bits:
    """Return other bits for the same rows."""
    return hashing.mix(bits + np.uint64(step * _STEP & 2**64 - 1))


def _below(bits: Bits, size: int, step: int = 0) -> Any:
    return hashing.below(next_bits(bits, step) if step else bits, size)


def _integer(form: Form, bits: Bits) -> Any:
    return 1 + _below(bits, min(1_000, 2 ** (INTEGERS.get(form.base, 32) - 1) - 1))


def _numeric(form: Form, bits: Bits) -> Any:
    largest = form.largest or 1_000 * 10**form.scale
    return _below(bits, min(largest + 1, 1_000 * 10**form.scale, 1 << 31))


def _text(form: Form, bits: Bits) -> Any:
    kept = tuple(word for word in LOREM if form.length is None or len(word) <= form.length)
    if kept:
        return picked(words(kept), _below(bits, len(kept)))
    return fixed_text((_below(bits, 26) + ord("a")).astype(np.uint8).reshape(-1, 1))


def _uuid(form: Form, bits: Bits) -> Any:
    octets = np.stack([bits, next_bits(bits)], axis=1).astype(">u8").view(np.uint8).reshape(len(bits), 16).copy()
    octets[:, 6] = octets[:, 6] & 15 | 64
    octets[:, 8] = octets[:, 8] & 63 | 128
    return octets


def _timestamp(form: Form, bits: Bits) -> Any:
    seconds = _below(bits, 730 * 86_400)
    return _FIRST_DAY * _DAY + seconds * _SECOND


def _interval(form: Form, bits: Bits) -> Any:
    """Return months, days or minutes, as people write periods."""
    which = _below(bits, 4)
    months = np.where(which == 0, _below(bits, 24, 1) + 1, 0)
    days = np.where(which == 1, _below(bits, 60, 2) + 1, 0)
    minutes = np.where(which >= 2, (_below(bits, 96, 3) + 1) * 15, 0)
    return np.stack([months, days, minutes * 60 * _SECOND], axis=1)


def _timetz(form: Form, bits: Bits) -> Any:
    zones = np.array([0, -3_600, -7_200, 18_000, 28_800], dtype=np.int64)  # seconds west of Greenwich
    return np.stack([_below(bits, 96) * 900 * _SECOND, zones[_below(bits, 5, 1)]], axis=1)


def _money(form: Form, bits: Bits) -> Any:
    return _below(bits, 500) * 100 + np.array([99, 95, 50, 0])[_below(bits, 4, 1)]


def _json(form: Form, bits: Bits) -> Any:
    return joined('{"value": ', digits(_below(bits, 1_000) + 1), ', "note": "', _text(form, next_bits(bits)), '"}')


def _xml(form: Form, bits: Bits) -> Any:
    return joined(
        '<item id="', digits(_below(bits, 100_000) + 1), '"><name>', _text(form, next_bits(bits)), "</name></item>"
    )


def _address(form: Form, bits: Bits) -> Any:
    octets = np.stack([_below(bits, 256, step) for step in range(3)], axis=1)
    is_net = form.base == "cidr"
    head = np.tile(np.array([2, 24 if is_net else 32, int(is_net), 4, 10]), (len(bits), 1))
    octets[:, 2] = 0 if is_net else octets[:, 2]
    if is_net:
        octets = np.stack([_below(bits, 256), _below(bits, 256, 1), octets[:, 2]], axis=1)
    return np.concatenate([head, octets], axis=1).astype(np.uint8)


def _hardware(form: Form, bits: Bits) -> Any:
    octets = bits.astype(">u8").view(np.uint8).reshape(len(bits), 8).copy()
    octets[:, 0] = 2  # locally administered, so it is nobody's
    return octets[:, : 8 if form.base == "macaddr8" else 6].copy()


def _bits(form: Form, bits: Bits) -> Any:
    width = form.length or (1 if form.base == "bit" else 16)
    pieces = [next_bits(bits, i) for i in range(-(-width // 64))]
    letters = [(pieces[i // 64] >> np.uint64(i % 64)) & np.uint64(1) for i in range(width)]
    return fixed_text((np.stack(letters, axis=1) + np.uint64(ord("0"))).astype(np.uint8))


def _geometry(form: Form, bits: Bits) -> Any:
    """Return shapes around places where people live: longitude and latitude, or what looks like them."""
    x = _below(bits, 2_400_000) - 1_200_000
    y = _below(bits, 1_000_000, 1) - 400_000
    width = (_below(bits, 500, 2) + 1) * 10
    height = (_below(bits, 500, 3) + 1) * 10
    shapes = {
        "point": (x, y), "line": (width, height, y), "lseg": (x, y, x + width, y + height),
        "box": (x + width, y + height, x, y), "circle": (x, y, width),
        "path": (x, y, x + width, y, x + width, y + height, x + 2 * width, y + height),
        "polygon": (x, y, x + width, y, x + width, y + height, x, y + height),
    }  # fmt: skip
    made = np.stack(shapes[form.base], axis=1) / 10_000.0
    if form.base == "path":
        made = np.concatenate([np.zeros((len(made), 1)), made], axis=1)  # an open one
    return _lists(made) if form.base in ("path", "polygon") else made


def _lists(matrix: Any) -> pa.Array:
    """Return a matrix as an Arrow array of lists of the same length."""
    rows, width = matrix.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * width
    return pa.ListArray.from_arrays(arrow(offsets), arrow(matrix.ravel()))


def _sentence(form: Form, bits: Bits) -> Any:
    count = 2 if form.kind == "tsquery" else 7
    parts: list[Any] = []
    for i in range(count):
        parts += [" ", picked(words(LOREM), _below(bits, len(LOREM), i))]
    return joined(*parts[1:])


def _snapshot(form: Form, bits: Bits) -> Any:
    first = 700 + _below(bits, 1 << 30)
    return np.stack([first, first + _below(bits, 10, 1)], axis=1)


def _object(form: Form, bits: Bits) -> Any:
    known = _OBJECTS.get(form.base)
    return 16_384 + _below(bits, 100_000) if known is None else np.array(known)[_below(bits, len(known))]


def _vector(form: Form, bits: Bits) -> Any:
    width = form.length or 3
    numbers = np.stack([_below(bits, 2_000_001, i) for i in range(width)], axis=1)
    return _lists((numbers - 1_000_000) / 1_000_000.0)


def _hstore(form: Form, bits: Bits) -> Any:
    counts = 1 + _below(bits, len(_PAIRS))
    offsets = np.concatenate([[0], np.cumsum(counts)])
    within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts)
    start = np.repeat(_below(bits, len(_PAIRS), 1), counts)
    which = (start + within) % len(_PAIRS)
    keys = picked(words(tuple(key for key, _ in _PAIRS)), which)
    flat = tuple(value for _, values in _PAIRS for value in values)
    firsts = np.cumsum([0, *(len(values) for _, values in _PAIRS)])
    sizes = np.diff(firsts)[which]
    chosen = firsts[which] + hashing.below(next_bits(np.repeat(bits, counts), 2), sizes)
    pairs = pa.StructArray.from_arrays([keys, picked(words(flat), chosen)], ["key", "value"])
    return pa.ListArray.from_arrays(arrow(offsets.astype(np.int32)), pairs)


def as_element(form: Form, data: Any) -> pa.Array:
    """Return what is held for a form as an Arrow array, so that it can stand in a list or a struct."""
    if isinstance(data, pa.Array):
        return data
    if data.ndim == 1:
        return arrow(data)
    if data.dtype == np.uint8:
        rows, width = data.shape
        offsets = np.arange(rows + 1, dtype=np.int32) * width
        buffers = [None, pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(data))]
        return pa.Array.from_buffers(pa.binary(), rows, buffers)
    return _lists(data)


def _list(form: Form, bits: Bits) -> Any:
    assert form.element is not None
    counts = 1 + _below(bits, 3)
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    within = (np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts)).astype(np.uint64)
    if form.element.kind == "text":
        kept = tuple(t for t in _LABELS if form.element.length is None or len(t) <= form.element.length) or ("a", "b")
        return pa.ListArray.from_arrays(arrow(offsets), picked(words(kept), _turns(bits, counts, len(kept))))
    if form.element.kind == "enum":
        labels = form.element.labels
        return pa.ListArray.from_arrays(arrow(offsets), picked(words(labels), _turns(bits, counts, len(labels))))
    flat = anything(form.element, hashing.mix(np.repeat(bits, counts) + within + np.uint64(1)))
    return pa.ListArray.from_arrays(arrow(offsets), as_element(form.element, flat.data))


def _turns(bits: Bits, counts: Any, size: int) -> Any:
    """Return indexes that differ within each row, as long as there are enough."""
    offsets = np.concatenate([[0], np.cumsum(counts)])
    within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts)
    return (np.repeat(_below(bits, size, 1), counts) + within) % size


def _gap(form: Form, bits: Bits) -> Any:
    """Return how far the upper end of a range lies above the lower one."""
    match form.kind:
        case "timestamp":
            return (1 + _below(bits, 32)) * 15 * 60 * _SECOND
        case "date":
            return 1 + _below(bits, 14)
        case "numeric":
            return (1 + _below(bits, 40)) * max(10**form.scale * 5 // 2, 1)
        case "float":
            return (1 + _below(bits, 400)) / 8.0
        case _:
            return 1 + _below(bits, 50)


def range_data(form: Form, low: Any, gap: Any) -> pa.Array:
    """Return ranges from ``low``, included, to ``low + gap``, excluded."""
    flags = np.full(len(low), LOWER_INCLUDED, dtype=np.int64)
    return pa.StructArray.from_arrays([arrow(low), arrow(low + gap), arrow(flags)], ["lower", "upper", "flags"])


def _range(form: Form, bits: Bits) -> Any:
    assert form.element is not None
    low = anything(form.element, bits).data
    if isinstance(low, np.ndarray) and low.ndim == 1:
        return range_data(form, low, _gap(form.element, next_bits(bits)))
    other = as_element(form.element, low)
    flags = arrow(np.full(len(bits), LOWER_INCLUDED | 16, dtype=np.int64))  # no upper end: nothing says which is larger
    return pa.StructArray.from_arrays([other, other, flags], ["lower", "upper", "flags"])


def _multirange(form: Form, bits: Bits) -> Any:
    """Return one to three ranges, each after the one before."""
    assert form.element is not None
    assert form.element.element is not None
    inner = form.element.element
    first = anything(inner, bits).data
    if not (isinstance(first, np.ndarray) and first.ndim == 1):
        return pa.ListArray.from_arrays(arrow(np.arange(len(bits) + 1, dtype=np.int32)), _range(form.element, bits))
    counts = 1 + _below(bits, 3, 1)
    offsets = np.concatenate([[0], np.cumsum(counts)])
    row = np.repeat(np.arange(len(bits)), counts)
    own = hashing.mix(bits[row] + np.arange(len(row)).astype(np.uint64) - offsets[:-1][row].astype(np.uint64))
    gap, pause = _gap(inner, own), _gap(inner, next_bits(own))
    moved = np.concatenate([gap[:0], np.cumsum(gap + pause)])
    before = np.concatenate([[moved.dtype.type(0)], moved])[:-1] if len(moved) else moved
    low = first[row] + before - before[offsets[:-1]][row] if len(moved) else first[row]
    return pa.ListArray.from_arrays(arrow(offsets.astype(np.int32)), range_data(form.element, low, gap))


def _record(form: Form, bits: Bits) -> Any:
    parts = [as_element(part, anything(part, next_bits(bits, i + 1)).data) for i, (_, part) in enumerate(form.fields)]
    return pa.StructArray.from_arrays(parts, [name for name, _ in form.fields])


_MAKERS: Final[Mapping[str, Callable[[Form, Bits], Any]]] = {
    "integer": _integer, "numeric": _numeric, "text": _text, "uuid": _uuid, "timestamp": _timestamp,
    "float": lambda f, b: _below(b, 1_000_000) / 1_000.0,
    "boolean": lambda f, b: _below(b, 2) == 1,
    "enum": lambda f, b: taken(f.labels, hashing.weighted(b, weights_of(f.labels))).data,
    "date": lambda f, b: _FIRST_DAY + _below(b, 730),
    "time": lambda f, b: _below(b, 96) * 900 * _SECOND,
    "timetz": _timetz, "interval": _interval, "money": _money, "json": _json, "xml": _xml, "inet": _address,
    "bytes": lambda f, b: np.stack([b, next_bits(b)], axis=1).astype(">u8").view(np.uint8).reshape(len(b), 16),
    "macaddr": _hardware, "bits": _bits, "geometry": _geometry, "tsvector": _sentence, "tsquery": _sentence,
    "position": lambda f, b: (1 << 24) + _below(b, 1 << 30) * 8,
    "object": _object, "snapshot": _snapshot, "vector": _vector, "halfvec": _vector, "hstore": _hstore,
    "tid": lambda f, b: np.stack([_below(b, 1_000), 1 + _below(b, 50, 1)], axis=1),
    "byte": lambda f, b: ord("a") + _below(b, 26),
    "ltree": lambda f, b: picked(words(_PATHS), _below(b, len(_PATHS))),
    "jsonpath": lambda f, b: picked(words(_JSON_PATHS), _below(b, len(_JSON_PATHS))),
    "list": _list, "range": _range, "multirange": _multirange, "composite": _record,
}  # fmt: skip
