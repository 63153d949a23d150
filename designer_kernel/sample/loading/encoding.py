"""Values to Arrow to the bytes of COPY BINARY.

pgpq knows the plain types. A uuid, an inet, a range and the like have the same wire image as the bytes that we compute,
and an enum or a domain the same as its text. What has no binary form here is *staged*: sent as text to a temporary
table and cast by the server.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import numpy as np
import pgpq
import pyarrow as pa
import pyarrow.compute as pc
from pgpq.encoders import StringEncoderBuilder
from pgpq.schema import Jsonb

from designer_kernel.sample.plan import Plan, TablePlan
from designer_kernel.sample.planning.facts import ColumnFacts, TableName
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows.frame import Frame
from designer_kernel.sample.rows.values import Mask, Values

CHUNK: Final = 50_000
"""Rows of one batch: large enough for numpy, small enough to stay in the processor's cache."""

_INTEGERS: Final = {"smallint": pa.int16(), "integer": pa.int32(), "bigint": pa.int64()}


def is_staged(form: Form) -> bool:
    """Whether a column goes through a temporary table as text."""
    if form.kind == "list":
        return form.element is None or form.element.kind not in ("text", "integer")
    return form.kind == "raw"


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
        case "interval":
            return pa.duration("us")
        case "uuid" | "inet" | "macaddr" | "range" | "bytes":
            return pa.binary()
        case "list":
            assert form.element is not None
            return pa.list_(arrow_type(form.element) if form.element.kind == "integer" else pa.string())
        case _:
            return pa.string()


def to_arrow(form: Form, values: Values) -> pa.Array:
    """Return a column's values as Arrow."""
    target = arrow_type(form)
    if values.is_arrow:
        return _nulled(values.data.cast(target), values.null)
    data: Any = values.data
    match form.kind:
        case "numeric":
            return _decimals(data.astype(np.int64), values.null, target)
        case "uuid" | "inet" | "macaddr" | "range" | "bytes":
            return _octets(data, values.null)
        case "integer" | "float" | "boolean":
            return pa.array(data.astype(target.to_pandas_dtype(), copy=False), mask=values.null)
        case "date":
            return pa.array(data.astype(np.int32), mask=values.null).cast(target)
        case "timestamp" | "time" | "interval":
            return pa.array(data.astype(np.int64, copy=False), mask=values.null).cast(target)
        case _:
            return pa.array([str(item) for item in data.tolist()], type=pa.string(), mask=values.null)


def _nulled(array: pa.Array, null: Mask | None) -> pa.Array:
    if null is None or not null.any():
        return array
    if pa.types.is_list(array.type):
        return array.take(pa.array(np.arange(len(array)), mask=null))
    return pc.if_else(pa.array(null), pa.scalar(None, array.type), array)


def _decimals(units: Any, null: Mask | None, target: pa.DataType) -> pa.Array:
    """Return numbers of the smallest unit as decimals, without a cast: 128 bits, two's complement, little-endian."""
    wide = np.empty((len(units), 2), dtype=np.int64)
    wide[:, 0] = units
    wide[:, 1] = units >> 63
    return pa.Array.from_buffers(target, len(units), [_validity(null), pa.py_buffer(wide)])


def _octets(matrix: Any, null: Mask | None) -> pa.Array:
    rows, width = matrix.shape
    offsets = np.arange(rows + 1, dtype=np.int32) * width
    buffers = [_validity(null), pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(matrix))]
    return pa.Array.from_buffers(pa.binary(), rows, buffers)


def _validity(null: Mask | None) -> Any:
    return None if null is None else pa.py_buffer(np.packbits(~null, bitorder="little"))


def schema_of(table: TablePlan) -> pa.Schema:
    """Return the Arrow schema of a table's batches."""
    return pa.schema([(c.facts.name, arrow_type(c.facts.form)) for c in table.columns.values()])


def batches(plan: Plan, table: TablePlan, chunk: int = CHUNK) -> Iterator[pa.RecordBatch]:
    """Yield a table's rows, ``chunk`` at a time; the rows do not depend on ``chunk``."""
    yield from _batches(plan, table, range(table.rows), chunk)


def _batches(plan: Plan, table: TablePlan, wanted: range, chunk: int) -> Iterator[pa.RecordBatch]:
    schema = schema_of(table)
    plan.kept.clear()  # what another table's rows were derived from; memory stays that of one table's parents
    for start in range(wanted.start, wanted.stop, chunk):
        rows = np.arange(start, min(start + chunk, wanted.stop), dtype=np.int64)
        frame = Frame(plan, table.name, rows)
        arrays = [to_arrow(c.facts.form, frame.column(c.facts.name)) for c in table.columns.values()]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def stream(
    plan: Plan, table_name: TableName, start: int, stop: int, *, chunk: int = CHUNK
) -> Iterator[tuple[bytes, int]]:
    """Yield rows ``start`` to ``stop`` of a table as one whole stream of COPY BINARY, piece by piece.

    A pure function: any process may make any range, in any order. Each piece comes with the number of rows that it
    holds; the last one, with the trailer, holds none.
    """
    table = plan.tables[table_name]
    columns = [column.facts for column in table.columns.values()]
    yield from encoded(columns, schema_of(table), _batches(plan, table, range(start, stop), chunk))


def encoded(
    columns: Iterable[ColumnFacts], schema: pa.Schema, source: Iterable[pa.RecordBatch]
) -> Iterator[tuple[bytes, int]]:
    """Yield COPY BINARY's bytes and the number of rows that they hold.

    pgpq keeps a batch back until its buffer is full; without the last piece, from ``finish``, a small table would
    load nothing and say so to nobody.
    """
    builders = {field.name: pgpq.ArrowToPostgresBinaryEncoder.infer_encoder(field) for field in schema}
    for column in columns:
        if column.form.base == "jsonb":
            builders[column.name] = StringEncoderBuilder.new_with_output(schema.field(column.name), Jsonb())
    encoder = pgpq.ArrowToPostgresBinaryEncoder.new_with_encoders(schema, builders)
    pending = encoder.write_header()
    for batch in source:
        yield pending + encoder.write_batch(batch), batch.num_rows
        pending = b""
    yield pending + encoder.finish(), 0
