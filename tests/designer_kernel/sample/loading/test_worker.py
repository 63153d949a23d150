"""A process beside that which fills does without pandas, which pyarrow would import; functions may still have it."""

from __future__ import annotations

import subprocess
import sys

_CODE = """
import sys
import pyarrow as pa
from designer_kernel.sample.loading import worker

worker._spare_pandas()
pa.scalar("a"), pa.array([1])
assert "pandas" not in sys.modules
import pandas as pd

assert pa.table({"a": [1, None]}).to_pandas().equals(pd.DataFrame({"a": [1.0, None]}))
"""


def test_pandas_is_imported_only_by_who_wants_it() -> None:
    ended = subprocess.run([sys.executable, "-c", _CODE], check=False, capture_output=True, text=True)
    assert ended.returncode == 0, ended.stderr
