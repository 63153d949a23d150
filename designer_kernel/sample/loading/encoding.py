"""Rows of a plan as the bytes of COPY BINARY (`stream`), or as Arrow for files and frames (`batches`).

What has no image in `wire` is *staged*: sent as text to a temporary table and cast by the server.

The bytes are made by our own encoder. pgpq, which stood here before, took as long for the same rows, knew fewer types,
and kept rows back until its ``finish`` was called; ADBC's ingest reached 0.78 of COPY's rate where this reaches 0.85.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
import pyarrow as pa

from designer_kernel.sample.loading import compiled, wire
from designer_kernel.sample.loading.columns import sent
from designer_kernel.sample.loading.octets import marked
from designer_kernel.sample.plan import Plan, TablePlan
from designer_kernel.sample.planning.facts import TableName
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows.frame import Frame
from designer_kernel.sample.rows.hashing import Rows
from designer_kernel.sample.rows.values import Mask, Values

CHUNK: Final = 16_384
"""Rows of one batch: large enough for numpy, small enough to stay in the processor's cache."""

HEADER: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
"""The signature, no flags, and no extension of the header."""

TRAILER: Final = b"\xff\xff"
_TEXT: Final = Form("text", "text")
_INTEGERS: Final = {"smallint": pa.int16(), "integer": pa.int32(), "bigint": pa.int64()}


def is_staged(form: Form) -> bool:
    """Whether a column goes through a temporary table as text."""
    return not wire.is_known(form)


def arrow_type(form: Form) -> pa.DataType:
    """Return the Arrow type that a form is sent as."""
    match form.kind:
        case "integer":
            return _INTEGERS.get(form.base, pa.int64())
        case "numeric":
            return pa.decimal128(38, form.scale)
        case "float":
            return pa.float32() if form.base == "real" else pa.float64()
        case "boolean":
            return pa.bool_()
        case "date":
            return pa.date32()
        case "timestamp":
            return pa.timestamp("us")
        case "time":
            return pa.time64("us")
        case "text" | "enum" | "json" | "xml":
            return pa.string()
        case _:
            return pa.string() if is_staged(form) else pa.binary()


def to_arrow(form: Form, values: Values) -> pa.Array:
    """Return a column's values as Arrow."""
    target = arrow_type(form)
    if pa.types.is_binary(target):
        return wire.image(form, values)
    if values.is_arrow:
        return marked(values.data.cast(target), values.null)
    data: Any = values.data
    match form.kind:
        case "numeric":
            return _decimals(data.astype(np.int64), values.null, target)
        case "integer" | "float" | "boolean":
            return pa.array(data.astype(target.to_pandas_dtype(), copy=False), mask=values.null)
        case "date":
            return pa.array(data.astype(np.int32), mask=values.null).cast(target)
        case "timestamp" | "time":
            return pa.array(data.astype(np.int64, copy=False), mask=values.null).cast(target)
        case _:
            return pa.array([str(item) for item in data.tolist()], type=pa.string(), mask=values.null)


def _decimals(units: Any, null: Mask | None, target: pa.DataType) -> pa.Array:
    """Return numbers of the smallest unit as decimals, without a cast: 128 bits, two's complement, little-endian."""
    wide = np.empty((len(units), 2), dtype=np.int64)
    wide[:, 0] = units
    wide[:, 1] = units >> 63
    return pa.Array.from_buffers(target, len(units), [_validity(null), pa.py_buffer(wide)])


def _validity(null: Mask | None) -> Any:
    return None if null is None else pa.py_buffer(np.packbits(~null, bitorder="little"))


def schema_of(table: TablePlan) -> pa.Schema:
    """Return the Arrow schema of a table's batches."""
    return pa.schema([(c.facts.name, arrow_type(c.facts.form)) for c in table.columns.values()])


def batches(plan: Plan, table: TablePlan, chunk: int = CHUNK) -> Iterator[pa.RecordBatch]:
    """Yield a table's rows, ``chunk`` at a time; the rows do not depend on ``chunk``."""
    schema = schema_of(table)
    plan.kept.clear()  # what another table's rows were derived from; memory stays that of one table's parents
    for frame in _frames(plan, table, range(table.rows), chunk):
        arrays = [to_arrow(c.facts.form, frame.column(c.facts.name)) for c in table.columns.values()]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def stream(
    plan: Plan, table_name: TableName, start: int, stop: int, *, chunk: int = CHUNK
) -> Iterator[tuple[bytes | memoryview, int]]:
    """Yield rows ``start`` to ``stop`` of a table as one whole stream of COPY BINARY, piece by piece.

    A pure function: any process may make any range, in any order. Each piece comes with the number of rows that it
    holds; the last one, with the trailer, holds none.
    """
    plan.kept.clear()  # what another table's rows were derived from; memory stays that of one table's parents
    yield from _stream(plan, table_name, _frames(plan, plan.tables[table_name], range(start, stop), chunk))


def stream_rows(
    plan: Plan, table_name: TableName, rows: Rows, *, chunk: int = CHUNK
) -> Iterator[tuple[bytes | memoryview, int]]:
    """Yield these rows of a table as one whole stream, as `stream` does with a range."""
    frames = (Frame(plan, table_name, rows[start : start + chunk]) for start in range(0, len(rows), chunk))
    yield from _stream(plan, table_name, frames)


def _stream(plan: Plan, table_name: TableName, frames: Iterable[Frame]) -> Iterator[tuple[bytes | memoryview, int]]:
    table = plan.tables[table_name]
    forms = {name: _sent_as(column.facts.form) for name, column in table.columns.items()}
    assembler = compiled.assembler(plan.rows)
    head: tuple[bytes, ...] = (HEADER,)
    for frame in frames:
        columns = [sent(form, frame.column(name)) for name, form in forms.items()]
        piece = assembler.assembled(columns, len(frame))
        yield b"".join((*head, piece)) if head else piece, len(frame)
        head = ()
    yield b"".join((*head, TRAILER)), 0


def _sent_as(form: Form) -> Form:
    """Return the form that a column is sent in: what is staged goes as text, and lists of it as lists of text."""
    if not is_staged(form):
        return form
    return Form("list", "text[]", element=_TEXT) if form.kind == "list" else _TEXT


def _frames(plan: Plan, table: TablePlan, wanted: range, chunk: int) -> Iterator[Frame]:
    for start in range(wanted.start, wanted.stop, chunk):
        yield Frame(plan, table.name, np.arange(start, min(start + chunk, wanted.stop), dtype=np.int64))
