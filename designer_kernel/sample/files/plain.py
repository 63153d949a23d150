"""What columns hold, as plain numpy and Python: numbers, rows of numbers, bytes."""

from __future__ import annotations

from typing import Any

import numpy as np
import pyarrow as pa


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


def octets(data: Any) -> list[bytes]:
    """Return the bytes of each row, none for NULL."""
    if isinstance(data, pa.Array):
        return [item or b"" for item in data.cast(pa.binary()).to_pylist()]
    return [row.tobytes() for row in np.ascontiguousarray(data)]
