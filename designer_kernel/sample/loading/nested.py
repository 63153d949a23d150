"""The images of types that are made of others: arrays, ranges, multiranges, rows, pairs of keys and values.

Each is given Arrow: a list of elements (of lists, for more dimensions), a struct of ``lower``, ``upper`` and ``flags``
for a range, a list of those for a multirange, a struct for a row, a list of ``key`` and ``value`` for hstore.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
import pyarrow as pa

from designer_kernel.sample.loading.octets import as_bytes, big, fixed, gathered, joined, marked, sized
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows.values import Mask, Values

Image = Callable[[Form, Values], pa.Array]
Number = Callable[[Form], int]

EMPTY: Final = 1
LOWER_INCLUDED: Final = 2
UPPER_INCLUDED: Final = 4
LOWER_OPEN: Final = 8
UPPER_OPEN: Final = 16
"""Flags of a range, as ``rangetypes.h`` numbers them; the last two mean that it has no end on that side."""


def array(form: Form, data: Any, image: Image, number: Number) -> pa.Array:
    """Return the image of arrays: dimensions, then the elements."""
    assert form.element is not None
    rows = len(data)
    sizes = []
    offsets = offsets_of(data)
    inner = data.flatten()
    counts = np.diff(offsets)
    sizes.append(counts)
    while pa.types.is_list(inner.type) and not _holds_lists(form.element):
        below = offsets_of(inner)
        first = np.minimum(offsets[:-1], max(len(inner) - 1, 0))
        sizes.append(np.where(counts > 0, np.diff(below)[first] if len(inner) else 0, 0))
        offsets = below[offsets]
        inner = inner.flatten()
        counts = np.diff(offsets)
    dimensions = np.where(counts > 0, len(sizes), 0)
    element = image(form.element, Values(inner))
    missing = np.zeros(rows, dtype=np.int64)
    if element.null_count:
        gone = np.concatenate([[0], np.cumsum(element.is_null().to_numpy(zero_copy_only=False))])
        missing = (gone[offsets[1:]] > gone[offsets[:-1]]).astype(np.int64)
    head = np.concatenate([big(dimensions, 4), big(missing, 4), big(np.full(rows, number(form.element)), 4)], axis=1)
    each = np.concatenate([np.concatenate([big(s, 4), big(np.ones(rows), 4)], axis=1) for s in sizes], axis=1)
    return joined(fixed(head), marked(fixed(each), counts == 0), gathered(sized(element), offsets))


def _holds_lists(form: Form) -> bool:
    """Whether a value that is no array is held as a list."""
    if form.kind in ("geometry", "multirange", "hstore", "vector", "halfvec", "timetz", "tid", "snapshot"):
        return True
    return form.kind == "interval"


def offsets_of(data: pa.Array) -> Any:
    """Return where each row's elements begin among ``data.flatten()``."""
    counts = data.value_lengths().to_numpy(zero_copy_only=False)
    return np.concatenate([[0], np.cumsum(counts)]).astype(np.int64)


def range_of(form: Form, data: Any, image: Image) -> pa.Array:
    """Return the image of ranges: flags, and the ends that there are. A matrix of bytes is an image already."""
    if not isinstance(data, pa.Array):
        return fixed(data)
    if pa.types.is_binary(data.type):
        return data
    assert form.element is not None
    flags = data.field("flags").to_numpy(zero_copy_only=False).astype(np.uint8)
    return joined(
        fixed(flags.reshape(-1, 1)),
        _end(form.element, data.field("lower"), flags & (EMPTY | LOWER_OPEN) != 0, image),
        _end(form.element, data.field("upper"), flags & (EMPTY | UPPER_OPEN) != 0, image),
    )


def _end(form: Form, data: pa.Array, absent: Mask, image: Image) -> pa.Array:
    return marked(sized(image(form, Values(data))), absent)


def multirange(form: Form, data: Any, image: Image) -> pa.Array:
    """Return the image of multiranges: how many ranges, and each of them."""
    assert form.element is not None
    offsets = offsets_of(data)
    inner = sized(image(form.element, Values(data.flatten())))
    return joined(fixed(big(np.diff(offsets), 4)), gathered(inner, offsets))


def record(form: Form, data: Any, image: Image, number: Number) -> pa.Array:
    """Return the image of rows: how many fields, and each with the number of its type."""
    rows = len(data)
    parts = [fixed(big(np.full(rows, len(form.fields)), 4))]
    for index, (_, part) in enumerate(form.fields):
        parts.append(fixed(big(np.full(rows, number(part)), 4)))
        parts.append(sized(image(part, Values(data.field(index)))))
    return joined(*parts)


def hstore(data: Any) -> pa.Array:
    """Return the image of hstore: how many pairs, and each key and value."""
    offsets = offsets_of(data)
    inner = data.flatten()
    pairs = joined(sized(as_bytes(inner.field("key"))), sized(as_bytes(inner.field("value"))))
    return joined(fixed(big(np.diff(offsets), 4)), gathered(pairs, offsets))
