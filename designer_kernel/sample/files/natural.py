"""Values as Arrow's own types, for Parquet and DataFrames; what Arrow has no type for is PostgreSQL's text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.files.plain import numbers
from designer_kernel.sample.files.spelling import spelled
from designer_kernel.sample.loading import wire
from designer_kernel.sample.loading.encoding import CHUNK, to_arrow
from designer_kernel.sample.plan import Plan, TablePlan
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.rows.frame import Frame
from designer_kernel.sample.rows.values import FOREVER, NEVER, Values

_INTEGERS: Final = {"smallint": pa.int16(), "integer": pa.int32(), "bigint": pa.int64()}
_MOST_DIGITS: Final = 38


def natural_type(form: Form) -> pa.DataType:
    """Return the Arrow type that a column of a file has."""
    match form.kind:
        case "integer":
            return _INTEGERS.get(form.base, pa.int64())
        case "numeric":
            return pa.decimal128(min(form.precision or _MOST_DIGITS, _MOST_DIGITS), form.scale)
        case "float":
            return pa.float32() if form.base == "real" else pa.float64()
        case "boolean":
            return pa.bool_()
        case "date":
            return pa.date32()
        case "timestamp":
            return pa.timestamp("us", tz="UTC" if form.base == "timestamp with time zone" else None)
        case "time":
            return pa.time64("us")
        case "uuid":
            return pa.uuid()
        case "bytes":
            return pa.binary()
        case "list" if form.element is not None and _is_plain(form.element):
            return pa.list_(natural_type(form.element))
    return pa.string()


def _is_plain(form: Form) -> bool:
    """Whether lists of a form are lists of Arrow, too: those of one dimension of the common types."""
    return form.kind in ("integer", "numeric", "float", "boolean", "date", "timestamp", "text", "enum", "json")


def natural(form: Form, values: Values) -> pa.Array:
    """Return a column's values in `natural_type`."""
    target = natural_type(form)
    match form.kind:
        case "numeric" | "integer" | "float" | "boolean" | "time":
            plain = Values(numbers(values.data), _null(values))
            return to_arrow(form, plain).cast(target)
        case "date" | "timestamp":
            return _moments(form, values).cast(target)
        case "uuid":
            return pa.ExtensionArray.from_storage(target, _storage(values))
        case "bytes":
            return wire.image(form, values).cast(pa.binary())
        case "list" if pa.types.is_list(target):
            return _list(form, values, target)
    return spelled(form, values)


def _moments(form: Form, values: Values) -> pa.Array:
    """Return days or microseconds; Arrow has no infinity, so the last and the first moment stand for it."""
    width = np.int32 if form.kind == "date" else np.int64
    found = numbers(values.data).astype(np.int64)
    limits = np.iinfo(width)
    found = np.where(found == FOREVER, limits.max, np.where(found == NEVER, limits.min, found))
    plain = pa.array(found.astype(width), mask=_null(values))
    return plain.cast(pa.date32() if form.kind == "date" else pa.timestamp("us"))


def _null(values: Values) -> Any:
    if not (values.is_arrow and values.data.null_count):
        return values.null
    missing = values.data.is_null().to_numpy(zero_copy_only=False)
    return missing if values.null is None else values.null | missing


def _storage(values: Values) -> pa.Array:
    data, null = values.data, _null(values)
    if isinstance(data, pa.Array):
        fixed = data.cast(pa.binary(16))
        return fixed if null is None else pc.if_else(pa.array(null), pa.scalar(None, fixed.type), fixed)
    validity = None if null is None else pa.py_buffer(np.packbits(~null, bitorder="little"))
    return pa.Array.from_buffers(pa.binary(16), len(data), [validity, pa.py_buffer(np.ascontiguousarray(data))])


def _list(form: Form, values: Values, target: pa.DataType) -> pa.Array:
    """Return lists of one dimension; deeper ones have no place in a column of flat lists."""
    assert form.element is not None
    data = values.data
    counts = data.value_lengths().fill_null(0).to_numpy(zero_copy_only=False)
    offsets = pa.array(np.concatenate([[0], np.cumsum(counts)]).astype(np.int32))
    inner = natural(form.element, Values(data.flatten()))
    null = _null(values)
    return pa.ListArray.from_arrays(offsets, inner, type=target, mask=None if null is None else pa.array(null))


def natural_schema(table: TablePlan) -> pa.Schema:
    """Return the schema of a table's files; the server's own type stands beside each column."""
    return pa.schema(
        [
            pa.field(c.facts.name, natural_type(c.facts.form), metadata={b"postgresql_type": c.facts.type.encode()})
            for c in table.columns.values()
        ]
    )


def natural_batches(plan: Plan, table: TablePlan, chunk: int = CHUNK) -> Iterator[pa.RecordBatch]:
    """Yield a table's rows in Arrow's own types."""
    schema = natural_schema(table)
    for frame in frames(plan, table, chunk):
        arrays = [natural(c.facts.form, frame.column(c.facts.name)) for c in table.columns.values()]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)


def frames(plan: Plan, table: TablePlan, chunk: int) -> Iterator[Frame]:
    """Yield a table's rows, some at a time."""
    plan.kept.clear()  # what another table's rows were derived from; memory stays that of one table's parents
    for start in range(0, table.rows, chunk):
        yield Frame(plan, table.name, np.arange(start, min(start + chunk, table.rows), dtype=np.int64))
