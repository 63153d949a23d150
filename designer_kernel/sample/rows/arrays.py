"""Numbers and texts as Arrow arrays.

`pyarrow.array` asks of all that it is given whether it is pandas', and imports pandas to know: 0.2 s in every process.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa


def arrow(items: Any) -> pa.Array:
    """Return an array of numpy's as Arrow; its memory is shared where it lies in one piece, and truths are packed."""
    if not isinstance(items, np.ndarray) or items.ndim != 1:
        return pa.array(items)
    if items.dtype == np.bool_:
        kind, data = pa.bool_(), np.packbits(items, bitorder="little")
    elif items.dtype.kind in "iuf" and items.dtype.isnative:
        kind, data = pa.from_numpy_dtype(items.dtype), np.ascontiguousarray(items)
    else:
        return pa.array(items)
    return pa.Array.from_buffers(kind, len(items), [None, pa.py_buffer(data)])


def texts(items: Any) -> pa.Array:
    """Return an Arrow array of text; ``None`` stands for NULL."""
    if not isinstance(items, Sequence) or not all(type(item) is str for item in items):
        return pa.array(items, type=pa.string())
    octets = [item.encode() for item in items]
    offsets = np.zeros(len(octets) + 1, dtype=np.int64)
    np.cumsum([len(item) for item in octets], out=offsets[1:])
    if offsets[-1] > np.iinfo(np.int32).max:
        return pa.array(items, type=pa.string())
    buffers = [None, pa.py_buffer(offsets.astype(np.int32)), pa.py_buffer(b"".join(octets))]
    return pa.Array.from_buffers(pa.string(), len(octets), buffers)
