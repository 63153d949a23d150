"""One column of rows that were there before, in files that are mapped into memory instead of read into it.

Values of a fixed width are the bare bytes of a numpy array; text is an Arrow file. Either way a column of a hundred
million rows costs what is looked at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import IO, Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
from psycopg import sql

from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows.hashing import Rows
from designer_kernel.sample.rows.values import Values

_NULL = ".null"
_HEX = np.full(256, 255, dtype=np.uint8)
_HEX[np.frombuffer(b"0123456789abcdef", dtype=np.uint8)] = np.arange(16, dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Shape:
    """How a column is kept: as numbers of a numpy type, as ``width`` bytes each, or as text."""

    dtype: str = ""
    width: int = 0

    @property
    def is_text(self) -> bool:
        """Whether it is an Arrow file."""
        return not self.dtype


NUMBER = Shape("<i8")
_TEXT = Shape()


def shape_of(form: Form) -> Shape:
    """Return how a column of this form is kept."""
    match form.kind:
        case "integer" | "date" | "timestamp" | "time" | "interval" | "numeric":
            return NUMBER
        case "float":
            return Shape("<f8")
        case "boolean":
            return Shape("|b1")
        case "uuid":
            return Shape("|u1", 16)
        case _:
            return _TEXT


def expression(form: Form, value: sql.Composable) -> sql.Composed:
    """Return SQL that spells a value as `Column.write` reads it."""
    match form.kind:
        case "date":
            text = "CASE WHEN isfinite({0}) THEN {0} - date '1970-01-01' END"
        case "timestamp":
            text = "CASE WHEN isfinite({0}) THEN (extract(epoch FROM {0}) * 1000000)::bigint END"
        case "time" | "interval":
            text = "(extract(epoch FROM {0}) * 1000000)::bigint"
        case "numeric":
            text = "({0} * " + str(10**form.scale) + ")::bigint"
        case "inet":
            text = "encode(inet_send({0}), 'hex')"
        case "bytes":
            text = "encode({0}, 'hex')"
        case "macaddr":
            text = "encode(macaddr_send({0}), 'hex')"
        case "range":
            text = "encode(range_send({0}), 'hex')"
        case "uuid":
            text = "replace({0}::text, '-', '')"
        case _:
            return sql.SQL("{}").format(value)
    return sql.SQL(text).format(value)


@dataclass(frozen=True, slots=True)
class Column:
    """A column in a file."""

    path: str
    shape: Shape
    is_binary: bool = False

    def write(self, blocks: Iterable[bytes]) -> int:
        """Write what COPY says in CSV, block by block; return the number of rows."""
        rows = 0
        with Path(self.path).open("wb") as file, Path(self.path + _NULL).open("wb") as nulls:
            if not self.shape.is_text:
                for block in blocks:
                    rows += self._write_numbers(self._read(block), file, nulls)
                return rows
            kind = pa.binary() if self.is_binary else pa.string()
            with pa.ipc.new_file(file, pa.schema([("value", kind)])) as writer:
                for block in blocks:
                    texts = self._read(block)
                    if self.is_binary:
                        texts = pa.array([None if t is None else bytes.fromhex(t) for t in texts.to_pylist()], kind)
                    writer.write_batch(pa.record_batch([texts], names=["value"]))
                    rows += len(texts)
        return rows

    def _read(self, block: bytes) -> pa.Array:
        kind = pa.string()
        if not self.shape.is_text and not self.shape.width:
            kind = {"<i8": pa.int64(), "<f8": pa.float64(), "|b1": pa.bool_()}[self.shape.dtype]
        table = pyarrow.csv.read_csv(
            pa.py_buffer(block),
            read_options=pyarrow.csv.ReadOptions(column_names=["value"], block_size=len(block) + 1, use_threads=False),
            parse_options=pyarrow.csv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            convert_options=pyarrow.csv.ConvertOptions(
                column_types={"value": kind},
                null_values=[""],
                true_values=["true"],
                false_values=["false"],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
            ),
        )
        return table["value"].combine_chunks()

    def _write_numbers(self, array: pa.Array, file: IO[bytes], nulls: IO[bytes]) -> int:
        null = array.is_null().to_numpy(zero_copy_only=False)
        if self.shape.width:
            letters = np.frombuffer(array.fill_null("0" * 32).to_numpy(zero_copy_only=False).astype("S32"), np.uint8)
            nibbles = _HEX[letters].reshape(-1, 2 * self.shape.width)
            numbers: Any = (nibbles[:, ::2] << 4) | nibbles[:, 1::2]
        else:
            zero = False if self.shape.dtype == "|b1" else 0
            numbers = array.fill_null(zero).to_numpy(zero_copy_only=False).astype(self.shape.dtype)
        file.write(np.ascontiguousarray(numbers).tobytes())
        nulls.write(null.tobytes())
        return len(array)

    def take(self, rows: Rows) -> Values:
        """Return the values of some rows."""
        data, null = _opened(self)
        if self.shape.is_text:
            texts = data.take(pa.array(rows))
            found = texts.combine_chunks() if isinstance(texts, pa.ChunkedArray) else texts
            missing = found.is_null().to_numpy(zero_copy_only=False)
            filled = found.fill_null(b"" if self.is_binary else "")
            return Values(filled, missing if missing.any() else None)
        missing = null[rows]
        return Values(np.asarray(data[rows]), np.asarray(missing) if missing.any() else None)

    def numbers(self) -> Any:
        """Return all values of a column of numbers, mapped."""
        return _opened(self)[0]


@lru_cache(maxsize=512)
def _opened(column: Column) -> tuple[Any, Any]:
    """Return the data and the marks of NULL, mapped into memory."""
    if column.shape.is_text:
        with pa.memory_map(column.path) as file:
            return pa.ipc.open_file(file).read_all()["value"], None
    if not Path(column.path).stat().st_size:
        return np.zeros((0, 16) if column.shape.width else 0, dtype=column.shape.dtype), np.zeros(0, dtype=np.bool_)
    data: Any = np.memmap(column.path, dtype=column.shape.dtype, mode="r")
    if column.shape.width:
        data = data.reshape(-1, column.shape.width)
    return data, np.memmap(column.path + _NULL, dtype=np.bool_, mode="r")
