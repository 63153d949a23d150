"""Files of rows as they come: CSV, JSON, Parquet or a workbook, as names and texts, and which column is which."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

from designer_kernel.errors import DocumentError
from designer_kernel.studio.refusals import BadInput
from designer_kernel.studio.tabular.shape import Shape

MOST_BYTES: Final = 64_000_000
"""Of a file of rows."""

MOST_COLUMNS: Final = 1_600
SUFFIXES: Final = (".csv", ".tsv", ".json", ".jsonl", ".parquet", ".xlsx")


@dataclass(frozen=True, slots=True)
class Given:
    """Rows of a file: the names of its columns, and values as text, lists and objects, or ``None``."""

    name: str
    columns: tuple[str, ...]
    rows: Sequence[Sequence[Any]]


def read_given(name: str, data: bytes) -> Given:
    """Return the rows of a file; the end of its name says what it is.

    Empty fields of CSV are NULL, and quoted ones empty text, as COPY reads and writes them.

    Raises
    ------
    DocumentError
        If it is too large, or cannot be read.
    """
    if len(data) > MOST_BYTES:
        raise DocumentError(
            f"the file has {len(data):,} bytes, more than {MOST_BYTES:,}", where=name, mend="divide it into several"
        )
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise DocumentError(
            "this is no file of rows", where=name, mend=f"give one that ends with {', '.join(SUFFIXES)}"
        )
    if suffix == ".xlsx":
        from designer_kernel.exchange.workbooks import read_workbook

        names, rows = read_workbook(data, name, most_columns=MOST_COLUMNS)
        return _checked(name, names, rows)
    if suffix == ".parquet":
        return _parquet(name, data)
    if suffix in (".json", ".jsonl"):
        return _json(name, data, is_lines=suffix == ".jsonl")
    return _csv(name, data, "\t" if suffix == ".tsv" else "")


def matched(given: Given, held: Shape) -> dict[str, str]:
    """Return which column of a file is which of a table, by their names; what is computed takes nothing."""
    there = {_bare(column.name): column.name for column in held.columns if not column.is_computed}
    found: dict[str, str] = {}
    for name in given.columns:
        target = there.get(_bare(name))
        if target is not None and target not in found.values():
            found[name] = target
    return found


def mapped(given: Given, held: Shape, mapping: Mapping[str, str]) -> tuple[list[str], list[int]]:
    """Return the columns of a table that a file gives values for, and where in its rows they stand.

    Raises
    ------
    BadInput
        If a name is none of the file's or the table's, or two columns become one.
    """
    for name, target in mapping.items():
        if name not in given.columns:
            raise BadInput(f"the file has no column {name!r}", where=name, mend="look at the file again")
        if held.column(target).is_computed:
            raise BadInput("the server computes this", where=target, mend="leave it out")
    if not mapping:
        raise BadInput("no column of the file is taken", where="mapping", mend="choose where at least one goes")
    if len(set(mapping.values())) < len(mapping):
        raise BadInput("two columns of the file become one", where="mapping", mend="leave one of them out")
    return list(mapping.values()), [given.columns.index(name) for name in mapping]


def _bare(name: str) -> str:
    return re.sub(r"[^\w]|_", "", name).casefold()


def _checked(name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> Given:
    if len(columns) > MOST_COLUMNS:
        raise DocumentError(f"the file has more than {MOST_COLUMNS:,} columns", where=name, mend="leave some out")
    distinct: list[str] = []
    for number, column in enumerate(columns, start=1):
        shown, again = column or f"column {number}", 2
        while shown in distinct:
            shown, again = f"{column} ({again})", again + 1
        distinct.append(shown)
    return Given(name, tuple(distinct), rows)


def _decoded(name: str, data: bytes) -> str:
    for encoding in ("utf-8-sig", "utf-16") if data[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeError:
            continue
        if "\x00" not in text:
            return text
    raise DocumentError("the file is no text", where=name, mend="save it as UTF-8")


def _csv(name: str, data: bytes, separator: str) -> Given:
    from designer_kernel.exchange.data_files import separator_of

    text = _decoded(name, data)
    lines = _lines(name, text, separator or separator_of(text))
    columns = [value or "" for value in next(lines, (0, []))[1]]
    if not columns:
        raise DocumentError("there is nothing in the file", where=name, mend="write at least the names of the columns")
    rows: list[list[str | None]] = []
    for number, line in lines:
        if len(line) > len(columns):
            raise DocumentError(
                f"there are {len(line)} values where {len(columns)} columns are",
                where=f"{name}:{number}",
                mend="quote the value that holds a separator, or correct the line",
            )
        rows.append(line + [None] * (len(columns) - len(line)))
    return _checked(name, columns, rows)


def _lines(name: str, text: str, mark: str) -> Iterator[tuple[int, list[str | None]]]:
    """Yield the lines of CSV with their numbers; a field of nothing is ``None``, and a pair of quotes empty text.

    Python's own reader cannot tell these two apart.
    """
    sign = re.escape(mark)
    field = re.compile(rf'(?:"((?:[^"]+|"")*+)"|([^{sign}\r\n"][^{sign}\r\n]*)?)({sign}|\r\n|\r|\n|\Z)')
    line: list[str | None] = []
    at, number = 0, 1
    while at < len(text) or line:
        found = field.match(text, at)
        if found is None:
            what = "a quote is opened and not closed, or stands within a value"
            raise DocumentError(what, where=f"{name}:{number}", mend='write it twice: ""')
        quoted, plain, end = found.groups()
        line.append(quoted.replace('""', '"') if quoted is not None else plain)
        at = found.end()
        if end != mark:
            if line != [None]:
                yield number, line
            line = []
        number += found.group().count("\n")


def _json(name: str, data: bytes, *, is_lines: bool) -> Given:
    text = _decoded(name, data)
    try:
        found = (
            [json.loads(line, parse_float=Decimal) for line in text.splitlines() if line.strip()]
            if is_lines
            else json.loads(text, parse_float=Decimal)
        )
    except (ValueError, RecursionError) as error:
        what = "the file is nested too deeply" if isinstance(error, RecursionError) else f"this is no JSON: {error}"
        raise DocumentError(what, where=name, mend="write a list of objects") from None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise DocumentError("this is no list of objects", where=name, mend='write [{"name": "value"}, …]')
    columns = list(dict.fromkeys(key for one in found for key in one))
    return _checked(name, columns, [[_cell(one.get(key)) for key in columns] for one in found])


def _cell(value: Any) -> Any:
    """Return a value of JSON; a number as it is written, within documents as JSON's readers take it."""
    return str(value) if isinstance(value, Decimal) else _document(value)


def _document(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, list):
        return [_document(one) for one in value]
    return {key: _document(one) for key, one in value.items()} if isinstance(value, dict) else value


def _parquet(name: str, data: bytes) -> Given:
    from pyarrow import ArrowException, BufferReader, parquet

    try:
        with parquet.ParquetFile(BufferReader(data)) as file:
            groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
            unpacked = sum(group.total_byte_size for group in groups)
            if unpacked > 10 * MOST_BYTES:
                raise DocumentError(
                    f"the file becomes {unpacked:,} bytes when it is unpacked",
                    where=name,
                    mend="divide it into several",
                )
            table = file.read()
        rows = list(zip(*(column.to_pylist() for column in table.columns), strict=True))
    except (ValueError, LookupError, TypeError, OSError, MemoryError, ArrowException) as error:
        if isinstance(error, DocumentError):
            raise
        raise DocumentError(
            f"the file cannot be read: {error}", where=name, mend="write it as Parquet again"
        ) from error
    return _checked(name, table.column_names, rows)
