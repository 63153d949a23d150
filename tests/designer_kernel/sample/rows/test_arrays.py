"""Numbers and texts as Arrow: the same as `pyarrow.array` gives, without asking pandas."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from designer_kernel.sample.rows.arrays import arrow, texts


@pytest.mark.parametrize(
    "items",
    [
        np.arange(9),
        np.arange(20)[::3],
        np.arange(5, dtype=np.int32),
        np.array([1.5, -0.0]),
        np.array([True, False, True] * 7),
        np.array([], dtype=np.bool_),
        np.array([], dtype=np.int64),
        np.array(["a", None, "ü"], dtype=object),
    ],
    ids=["long", "strided", "int", "float", "truths", "no truths", "none", "objects"],
)
def test_numbers_are_what_arrow_makes_of_them(items: Any) -> None:
    made = arrow(items)
    made.validate(full=True)
    assert made.equals(pa.array(items))


def test_nan_is_a_number() -> None:
    assert arrow(np.array([np.nan, 1.0])).null_count == 0


@pytest.mark.parametrize(
    "items",
    [["a", "", "日本語", "naïve"], (), ("x",), ["a", None], np.array(["a", "bc"])],
    ids=["words", "none", "one", "NULL", "numpy's"],
)
def test_texts_are_what_arrow_makes_of_them(items: Any) -> None:
    made = texts(items)
    made.validate(full=True)
    assert made.equals(pa.array(items, type=pa.string()))


def test_pandas_is_left_alone() -> None:
    code = (
        "import sys; import numpy as np; from designer_kernel.sample.rows.arrays import arrow, texts;"
        "arrow(np.arange(3)); arrow(np.ones(3, dtype=bool)); texts(['a']); sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
