"""Rows as files: CSV, JSON, Parquet or a workbook, written as they are read."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, Final

from designer_kernel.studio.refusals import BadInput
from designer_kernel.studio.tabular.shape import Column, Shape

FORMATS: Final = ("csv", "json", "parquet", "xlsx")
_NUMBERS: Final = frozenset({"int2", "int4", "int8", "numeric", "float4", "float8"})
_ARROW: Final = {
    "bool": "bool_", "int2": "int16", "int4": "int32", "int8": "int64", "float4": "float32", "float8": "float64",
}  # fmt: skip
_FORMULA: Final = re.compile(r"^[\s\u00a0]*[=+\-@\t\r]|\n[\s\u00a0]*[=+\-@]")
_BATCH: Final = 5_000


def write_rows(
    to: BinaryIO, format_: str, held: Shape, rows: Iterator[Sequence[Any]], *, formula_safe: bool = True
) -> int:
    """Write rows, and return how many.

    Parameters
    ----------
    rows
        Values in the order of the table's columns, as `values` tells them, JSON as text.
    formula_safe
        In CSV and workbooks, put an apostrophe before text that a spreadsheet would take for a formula; numbers stay.

    Raises
    ------
    BadInput
        If there is no such format.
    """
    if format_ == "csv":
        return _csv(to, held, rows, formula_safe)
    if format_ == "json":
        return _json(to, held, rows)
    if format_ == "parquet":
        return _parquet(to, held, rows)
    if format_ == "xlsx":
        from designer_kernel.exchange.workbooks import write_workbook

        columns = [(column.name, column.base in _NUMBERS) for column in held.columns]
        return write_workbook(to, columns, ([_plain(one) for one in row] for row in rows), formula_safe=formula_safe)
    raise BadInput(f"there is no format {format_!r}", where="format", mend=f"choose of {', '.join(FORMATS)}")


def csv_line(values: Sequence[Any], is_number: Sequence[bool], *, formula_safe: bool) -> str:
    """Return a line of CSV as COPY reads it: NULL is nothing, and empty text a pair of quotes."""
    fields = []
    for value, number in zip(values, is_number, strict=True):
        text = _text(value)
        if text is None:
            fields.append("")
            continue
        if formula_safe and not number and _FORMULA.search(text):
            text = f"'{text}"
        needs = text == "" or re.search(r'[",\r\n]|^\s|\s$|^\\\.$', text)
        fields.append('"' + text.replace('"', '""') + '"' if needs else text)
    return ",".join(fields) + "\r\n" if len(fields) > 1 or fields[0] else '""\r\n'


def _csv(to: BinaryIO, held: Shape, rows: Iterator[Sequence[Any]], formula_safe: bool) -> int:
    head = io.StringIO()
    csv.writer(head).writerow([column.name for column in held.columns])
    to.write(head.getvalue().encode())
    numbers = [column.base in _NUMBERS for column in held.columns]
    count = 0
    for row in rows:
        to.write(csv_line(row, numbers, formula_safe=formula_safe).encode())
        count += 1
    return count


def _json(to: BinaryIO, held: Shape, rows: Iterator[Sequence[Any]]) -> int:
    names = [json.dumps(column.name, ensure_ascii=False) for column in held.columns]
    documents = [column.is_json for column in held.columns]
    count = 0
    to.write(b"[")
    for row in rows:
        fields = (
            f"{name}: {value if is_document and value is not None else json.dumps(value, ensure_ascii=False)}"
            for name, value, is_document in zip(names, row, documents, strict=True)
        )
        to.write((",\n " if count else "\n ").encode() + ("{" + ", ".join(fields) + "}").encode())
        count += 1
    to.write(b"\n]\n")
    return count


def _parquet(to: BinaryIO, held: Shape, rows: Iterator[Sequence[Any]]) -> int:
    import pyarrow as pa
    from pyarrow import parquet

    schema = pa.schema([(column.name, _type(column)) for column in held.columns])
    count = 0
    with parquet.ParquetWriter(to, schema) as writer:
        while batch := [row for _, row in zip(range(_BATCH), rows, strict=False)]:
            columns = [
                pa.array([_typed(column, value) for value in cells], type=schema.field(n).type)
                for n, (column, cells) in enumerate(zip(held.columns, zip(*batch, strict=True), strict=True))
            ]
            writer.write_table(pa.Table.from_arrays(columns, schema=schema))
            count += len(batch)
    return count


def _type(column: Column) -> Any:
    import pyarrow as pa

    return getattr(pa, _ARROW.get(column.base, "string"))()


def _typed(column: Column, value: Any) -> Any:
    if value is None or column.base not in _ARROW:
        return _text(value)
    return float(value) if column.base.startswith("float") else value


def _plain(value: Any) -> Any:
    return value if isinstance(value, int | float) and not isinstance(value, bool) else _text(value)


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else str(value)
