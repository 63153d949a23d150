"""Files of data, CSV and Parquet, as a source of designs; one file is one table.

CSV says neither its separator nor its encoding: both are told from the file, unless the caller tells them.
"""

from __future__ import annotations

import csv
import io
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final, TextIO

from designer_kernel.design.losses import Loss
from designer_kernel.errors import DesignerError, DocumentError
from designer_kernel.exchange import files
from designer_kernel.exchange.frames import Proposal, propose
from designer_kernel.exchange.frames.given import MOST_COLUMNS, check_width

if TYPE_CHECKING:
    import pandas as pd

SUFFIXES: Final = frozenset({".csv", ".tsv", ".parquet"})
"""The ends of the names of files of data."""

_SEPARATORS: Final = (",", ";", "\t", "|")
_WIDEST: Final = 1_000_000
"""How many characters of the first line are looked at to know how many columns there are."""

_LOOK: Final = 20
"""How many lines tell the separator."""


def propose_files(paths: Iterable[Path], name: str, *, separator: str = "", encoding: str = "") -> Proposal:
    """Return what files of data suggest, each suggestion with its evidence.

    Of several files, one that cannot be read is named in the proposal, and the others are read.

    Parameters
    ----------
    paths
        Files that end with ``.csv``, ``.tsv`` or ``.parquet``, or directories of such; a table is called as its file.
    name
        The name of the design.
    separator
        What stands between the values of CSV; without, the files tell.
    encoding
        How CSV is encoded; without, UTF-8 or UTF-16, or Windows-1252 where it is neither.

    Raises
    ------
    DocumentError
        If no file can be read, or two files are called alike.
    """
    frames: dict[str, pd.DataFrame] = {}
    failed: list[tuple[Path, DesignerError]] = []
    for path in _files(paths):
        if path.stem in frames:
            raise DocumentError(f"two files are called {path.stem!r}", where=str(path), mend="rename one of them")
        try:
            frames[path.stem] = read_frame(path, separator=separator, encoding=encoding)
        except DesignerError as error:
            failed.append((path, error))
    if failed and not frames:
        raise failed[0][1]
    return replace(propose(frames, name), left_out=tuple(_left_out(path, error) for path, error in failed))


def _left_out(path: Path, error: DesignerError) -> Loss:
    line = re.search(r":(\d+)\Z", error.where or "")
    reason = f"line {line[1]}: {error.what}" if line else error.what
    return Loss(path.name, "file", "refused", f"{reason}; {error.mend}" if error.mend else reason)


def holds_data(path: Path) -> bool:
    """Whether a path is a directory with files of data."""
    return path.is_dir() and any(_data_in(path))


def _data_in(directory: Path) -> Iterator[Path]:
    return (path for path in sorted(directory.iterdir()) if path.suffix.lower() in SUFFIXES and path.is_file())


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from _data_in(path) if path.is_dir() else (path,)


def read_frame(path: Path, *, separator: str = "", encoding: str = "") -> pd.DataFrame:
    """Return the data in a file. CSV is read as text, so that no leading zero is lost before a type is chosen.

    Parameters
    ----------
    separator, encoding
        See `propose_files`.

    Raises
    ------
    DocumentError
        If it cannot be read.
    """
    suffix = path.suffix.lower()
    if suffix == ".parquet":
        return _read_parquet(path)
    text = files.read_text(path, limit=files.CSV_BYTES, encoding=encoding, guess="cp1252")
    return read_csv(io.StringIO(text, newline=""), separator or ("\t" if suffix == ".tsv" else ""), where=str(path))


def _read_parquet(path: Path) -> pd.DataFrame:
    import pandas as pd
    from pyarrow import ArrowException, parquet

    files.check_size(path, files.PARQUET_BYTES)
    try:
        with parquet.ParquetFile(path) as file:
            groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
            check_width(len(file.schema_arrow.names), str(path))
        unpacked = sum(group.total_byte_size for group in groups)
        if unpacked > files.PARQUET_BYTES:
            raise DocumentError(
                f"the file becomes {unpacked:,} bytes when it is unpacked, more than {files.PARQUET_BYTES:,}",
                where=str(path),
                mend="write a part of its rows; what the columns are, a thousand tell as well",
            )
        return pd.read_parquet(path, dtype_backend="pyarrow")
    except (ValueError, LookupError, TypeError, OSError, MemoryError, ArrowException) as error:
        if isinstance(error, DesignerError):
            raise
        raise DocumentError(
            f"the file cannot be read as data: {error}", where=str(path), mend="write it as Parquet again"
        ) from error


def read_csv(given: Path | TextIO, separator: str = "", *, where: str = "") -> pd.DataFrame:
    """Return the data of CSV as text.

    Parameters
    ----------
    separator
        What stands between values; without, the text tells.

    Raises
    ------
    DocumentError
        If it cannot be read, with the line where it went wrong.
    """
    import pandas as pd

    text = files.read_text(given, limit=files.CSV_BYTES, guess="cp1252") if isinstance(given, Path) else given.read()
    if not text.strip():
        raise DocumentError("there is nothing in the file", where=where, mend="write at least the names of the columns")
    mark = separator or separator_of(text)
    check_width(_width(text, mark), where)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)  # of lines longer than the first: data is lost
            # Only the empty field is missing: "NA" is a country, and "null" may be somebody's name.
            frame = pd.read_csv(
                io.StringIO(text),
                sep=mark,
                dtype=str,
                keep_default_na=False,
                na_values=[""],
                index_col=False,
            )
            return _with_own_names(frame, text, mark)
    except (ValueError, MemoryError, pd.errors.ParserWarning) as error:
        raise _ragged(str(error), where) from error


def _with_own_names(frame: pd.DataFrame, text: str, mark: str) -> pd.DataFrame:
    """Return a frame with the names of the file: pandas numbers those that stand there twice, or not at all."""
    if len(mark) != 1:
        return frame
    names = next((row for row in csv.reader(io.StringIO(text), delimiter=mark) if row), [])
    return frame.set_axis(names, axis="columns") if len(names) == len(frame.columns) else frame


def separator_of(text: str) -> str:
    """Return what stands between values: what gives the first lines the same number of fields, and most of them."""
    lines = text[:100_000].splitlines()[:_LOOK]

    def fields(mark: str) -> tuple[bool, int]:
        try:
            counts = [len(row) for row in csv.reader(lines, delimiter=mark) if row]
        except csv.Error:
            return False, 0
        return len(set(counts)) == 1, counts[0] if counts else 0

    return max(_SEPARATORS, key=lambda mark: (fields(mark)[1] > 1, *fields(mark)))


def _width(text: str, mark: str) -> int:
    """Return how many columns the first line has."""
    line = text[:_WIDEST].lstrip("\n").partition("\n")[0]
    if len(mark) != 1 or line.count(mark) < MOST_COLUMNS:
        return line.count(mark) + 1
    try:
        return len(next(csv.reader([line], delimiter=mark)))
    except csv.Error:
        return line.count(mark) + 1


def _ragged(message: str, where: str) -> DocumentError:
    if found := re.search(r"Expected (\d+) fields in line (\d+), saw (\d+)", message):
        wanted, line, seen = found.groups()
        return DocumentError(
            f"there are {seen} values where {wanted} columns are",
            where=f"{where}:{line}",
            mend="quote the value that holds a separator, or correct the line",
        )
    if found := re.search(r"EOF inside string starting at row (\d+)", message):
        return DocumentError(
            "a quote is opened and not closed",
            where=f"{where}:{int(found[1]) + 1}",
            mend='close it, or write it twice: ""',
        )
    if "Length of header" in message:
        return DocumentError(
            "the lines have more values than there are names of columns",
            where=f"{where}:1",
            mend="name every column in the first line",
        )
    return DocumentError(
        f"the file cannot be read as data: {message}", where=where, mend="save it as UTF-8 CSV or as Parquet"
    )
