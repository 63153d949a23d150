"""Excel workbooks: the rows of a sheet, in and out. A workbook is an archive: what it unpacks to is looked at first."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO, Final

from designer_kernel.errors import DocumentError

MOST_BYTES: Final = 500_000_000
"""What a workbook may unpack to."""

MOST_RATIO: Final = 200
"""How many times its own size a part of an archive may become; honest sheets stay below 100."""

MOST_PARTS: Final = 2_000
MOST_ROWS: Final = 1_048_576
"""Rows that a sheet can have."""

_SMALL: Final = 1_000_000
"""Bytes below which nobody minds how well a part is packed."""

_UNSAFE: Final = re.compile(r"(^|/)\.\.(/|$)|^/|\\|:")
_FORMULA: Final = re.compile(r"^[\s\u00a0]*[=+\-@\t\r]")
_NOT_IN_XML: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


def check_archive(data: bytes, where: str) -> None:
    """Refuse an archive that unpacks to too much, or whose parts lie outside of it. Nothing is unpacked for that.

    Raises
    ------
    DocumentError
        If it does.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise DocumentError("this is no workbook", where=where, mend="save it as .xlsx again") from error
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_BYTES:
        raise DocumentError(
            f"the workbook becomes more than {MOST_BYTES:,} bytes or {MOST_PARTS:,} parts when it is unpacked",
            where=where,
            mend="save the sheet as CSV or Parquet",
        )
    for part in parts:
        if _UNSAFE.search(part.filename):
            raise DocumentError(
                f"a part lies outside of the workbook: {part.filename!r}", where=where, mend="save it again"
            )
        if part.file_size > _SMALL and part.file_size > MOST_RATIO * max(part.compress_size, 1):
            raise DocumentError(
                f"a part becomes {part.file_size // max(part.compress_size, 1):,} times as large when it is unpacked",
                where=where,
                mend="save the sheet as CSV or Parquet",
            )


def read_workbook(data: bytes, where: str, *, most_columns: int) -> tuple[list[str], list[list[str | None]]]:
    """Return the names in the first line of a workbook's first sheet, and the lines below as text.

    Raises
    ------
    DocumentError
        If it cannot be read, or is larger than a workbook should be.
    """
    from openpyxl import load_workbook

    check_archive(data, where)
    try:
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=True, keep_links=False)
        try:
            sheet = book.worksheets[0]
            lines = _lines(sheet.iter_rows(values_only=True), most_columns, where)
            names = next(lines, [])
            rows = list(lines)
        finally:
            book.close()
    except DocumentError:
        raise
    except Exception as error:  # openpyxl raises whatever a broken part makes it stumble over
        what = f"the workbook cannot be read: {type(error).__name__}"
        raise DocumentError(what, where=where, mend="save it as .xlsx again, or as CSV") from error
    while names and names[-1] is None:
        names.pop()
    if not names:
        raise DocumentError("the first sheet has no names of columns", where=where, mend="write them in its first line")
    width = len(names)
    whole = [(row + [None] * width)[:width] for row in rows]
    return [name or "" for name in names], [row for row in whole if any(value is not None for value in row)]


def _lines(rows: Iterable[Sequence[Any]], most_columns: int, where: str) -> Iterator[list[str | None]]:
    for number, row in enumerate(rows):
        if number > MOST_ROWS or len(row) > most_columns:
            raise DocumentError("the sheet is too large", where=where, mend="save it as CSV or Parquet")
        yield [_text(value) for value in row]


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.datetime):
        is_day = value.time() == dt.time(0)
        return value.date().isoformat() if is_day else value.isoformat(sep=" ")
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)


def write_workbook(
    to: BinaryIO, columns: Sequence[tuple[str, bool]], rows: Iterable[Sequence[Any]], *, formula_safe: bool
) -> int:
    """Write rows as the one sheet of a workbook, and return how many.

    Parameters
    ----------
    columns
        Their names, and whether their texts are numbers that a sheet should count with.
    formula_safe
        Put an apostrophe before text that a spreadsheet would take for a formula. It is text in any case, but programs
        that read such a sheet and write CSV of it forget that.

    Raises
    ------
    DocumentError
        If there are more rows than a sheet can have.
    """
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell

    book = Workbook(write_only=True)
    sheet = book.create_sheet("rows")

    def cell(value: Any, is_number: bool) -> Any:
        if value is None:
            return None
        if is_number and isinstance(value, int | float | str) and not isinstance(value, bool):
            number = _number(value)
            if number is not None:
                return number
        text = _NOT_IN_XML.sub("\ufffd", str(value))[:32_767]
        made = WriteOnlyCell(sheet, f"'{text}" if formula_safe and _FORMULA.search(text) else text)
        made.data_type = "s"  # never a formula
        return made

    sheet.append([cell(name, False) for name, _ in columns])
    count = 0
    for row in rows:
        count += 1
        if count >= MOST_ROWS:
            raise DocumentError(f"a sheet holds {MOST_ROWS:,} rows", mend="filter the rows, or write CSV or Parquet")
        sheet.append([cell(value, number) for value, (_, number) in zip(row, columns, strict=True)])
    book.save(to)
    return count


def _number(value: Any) -> int | float | None:
    """Return a number if a sheet, which counts in floating numbers, can hold it as it is."""
    try:
        found = int(value) if re.fullmatch(r"-?\d{1,15}", str(value)) else float(value)
    except ValueError:
        return None
    digits = re.sub(r"\D", "", str(value)).strip("0")
    return found if len(digits) <= 15 and abs(found) < 1e15 else None
