"""Rows of a plan as files, without any server: Parquet, CSV, scripts for psql; and as DataFrames."""

from __future__ import annotations

from designer_kernel.sample.files.frames import to_frames
from designer_kernel.sample.files.scattered import write_parquet
from designer_kernel.sample.files.writing import write

__all__ = ["to_frames", "write", "write_parquet"]
