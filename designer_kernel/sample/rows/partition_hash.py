"""PostgreSQL's hashes of partition keys, so that a row's hash partition is known before it is sent.

The functions are those of ``hashfn.c`` (Bob Jenkins' lookup3 with a 64-bit seed) and ``partbounds.c``; they are the
same on every server since 11, or an upgraded server could not find its own rows.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows.hashing import Bits
from designer_kernel.sample.rows.values import Mask, Values

_Words = NDArray[np.uint32]
_SEED: Final = 0x7A5B22367996DCFD
"""``HASH_PARTITION_SEED``."""

_COMBINE: Final = np.uint64(0x49A0F4DD15E5A8E3)
_GOLDEN: Final = 0x9E3779B9 + 3923095


def knows(form: Form) -> bool:
    """Whether the server's hash of a type's values can be computed."""
    return form.kind in _KEYS or (form.kind == "text" and form.base != "citext")


def row_hash(forms: tuple[Form, ...], keys: tuple[Values, ...]) -> Bits:
    """Return the hash of each row's partition keys: ``compute_partition_hash_value``."""
    result = np.zeros(len(keys[0]), dtype=np.uint64)
    for form, key in zip(forms, keys, strict=True):
        own = result ^ (_key_hash(form, key) + _COMBINE + (result << np.uint64(54)) + (result >> np.uint64(7)))
        null = _null(key)
        result = own if null is None else np.where(null, result, own)
    return result


def _null(key: Values) -> Mask | None:
    found = key.null
    if key.is_arrow and key.data.null_count:
        gone: Mask = key.data.is_null().to_numpy(zero_copy_only=False)
        found = gone if found is None else found | gone
    return found


def _key_hash(form: Form, key: Values) -> Bits:
    if form.kind == "text":
        return _of_text(key.data, is_padded=form.base in ("character", "bpchar"))
    return _KEYS[form.kind](form, key.data)


def _of_integer(form: Form, data: Any) -> Bits:
    wide = data.astype(np.int64)
    if form.base == "bigint" or form.kind in ("timestamp", "time"):
        low, high = (wide & 0xFFFFFFFF).astype(np.uint32), (wide >> 32).astype(np.int64).astype(np.uint32)
        return _of_word(low ^ np.where(wide >= 0, high, ~high))
    return _of_word((wide & 0xFFFFFFFF).astype(np.uint32))


def _of_moment(form: Form, data: Any) -> Bits:
    """Return the hash of days or microseconds since 2000, as the server counts them."""
    if form.kind == "date":
        return _of_integer(form, data.astype(np.int64) - 10_957)
    return _of_integer(form, data.astype(np.int64) - 946_684_800_000_000)


def _of_boolean(form: Form, data: Any) -> Bits:
    return _of_word(np.asarray(data).astype(np.uint32))


def _of_octets(form: Form, data: Any) -> Bits:
    """Return the hash of a matrix of bytes, one value a line."""
    if isinstance(data, pa.Array):
        return _of_text(data, is_padded=False)
    return _of_bytes(np.ascontiguousarray(data, dtype=np.uint8), np.full(len(data), data.shape[1], dtype=np.int64))


def _of_text(data: pa.Array, *, is_padded: bool) -> Bits:
    items = data.cast(pa.binary()).fill_null(b"")
    offsets = np.frombuffer(items.buffers()[1], dtype=np.int32)[items.offset : items.offset + len(items) + 1]
    octets = np.frombuffer(items.buffers()[2] or b"", dtype=np.uint8)
    lengths = np.diff(offsets).astype(np.int64)
    width = int(lengths.max(initial=0))
    places = np.arange(width)
    index = np.minimum(offsets[:-1, None] + places, max(len(octets) - 1, 0))
    matrix = np.where(places < lengths[:, None], octets[index] if len(octets) else 0, 0).astype(np.uint8)
    if is_padded and width:
        filled = (matrix != ord(" ")) & (places < lengths[:, None])
        lengths = np.where(filled.any(axis=1), width - filled[:, ::-1].argmax(axis=1), 0)
        matrix = np.where(places < lengths[:, None], matrix, 0).astype(np.uint8)
    return _of_bytes(matrix, lengths)


_KEYS: Final = {
    "integer": _of_integer, "date": _of_moment, "timestamp": _of_moment, "time": _of_integer, "boolean": _of_boolean,
    "uuid": _of_octets, "bytes": _of_octets,
}  # fmt: skip


def _of_word(word: _Words) -> Bits:
    """``hash_bytes_uint32_extended``."""
    a, b, c = _begun(np.full(len(word), _GOLDEN + 4 & 0xFFFFFFFF, dtype=np.uint32))
    return _ended(a + word, b, c)


def _of_bytes(octets: NDArray[np.uint8], lengths: NDArray[np.int64]) -> Bits:
    """``hash_bytes_extended``: twelve bytes at a time; the last ones, with the lowest of the third word left out."""
    a, b, c = _begun((_GOLDEN + lengths & 0xFFFFFFFF).astype(np.uint32))
    rows, width = octets.shape
    padded = np.zeros((rows, width + 24 - width % 12), dtype=np.uint8)
    padded[:, :width] = octets
    words = padded.view("<u4")
    for step in range(width // 12):
        whole = lengths >= 12 * (step + 1)
        x, y, z = (words[:, 3 * step + i] for i in range(3))
        p, q, r = _mixed(a + x, b + y, c + z)
        a, b, c = np.where(whole, p, a), np.where(whole, q, b), np.where(whole, r, c)
    last = (lengths // 12 * 3).astype(np.int64)
    line = np.arange(rows)
    return _ended(a + words[line, last], b + words[line, last + 1], c + (words[line, last + 2] << np.uint32(8)))


def _begun(start: _Words) -> tuple[_Words, _Words, _Words]:
    return _mixed(start + np.uint32(_SEED >> 32), start + np.uint32(_SEED & 0xFFFFFFFF), start)


def _turned(words: _Words, bits: int) -> _Words:
    return (words << np.uint32(bits)) | (words >> np.uint32(32 - bits))


def _mixed(a: _Words, b: _Words, c: _Words) -> tuple[_Words, _Words, _Words]:
    for first, second, third in ((4, 6, 8), (16, 19, 4)):
        a = (a - c) ^ _turned(c, first)
        c = c + b
        b = (b - a) ^ _turned(a, second)
        a = a + c
        c = (c - b) ^ _turned(b, third)
        b = b + a
    return a, b, c


def _ended(a: _Words, b: _Words, c: _Words) -> Bits:
    c = (c ^ b) - _turned(b, 14)
    a = (a ^ c) - _turned(c, 11)
    b = (b ^ a) - _turned(a, 25)
    c = (c ^ b) - _turned(b, 16)
    a = (a ^ c) - _turned(c, 4)
    b = (b ^ a) - _turned(a, 14)
    c = (c ^ b) - _turned(b, 24)
    return (b.astype(np.uint64) << np.uint64(32)) | c.astype(np.uint64)
