"""Files as other programs leave them: how large they may be, what they are, and how their text is encoded.

A file is refused by its size before a byte of it is read, and by its first bytes before they are taken for text.
"""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Final

from designer_kernel.errors import DocumentError
from designer_kernel.exchange.encodings import check_encoding, likely, marked, named

SCRIPT_BYTES: Final = 200_000_000
"""Largest script that is read; a schema of 5,000 tables has a hundredth of it."""

DBML_BYTES: Final = 16_000_000
"""Largest DBML file that is read."""

CSV_BYTES: Final = 200_000_000
"""Largest CSV file that is read: in memory it takes several times as much."""

PARQUET_BYTES: Final = 1_000_000_000
"""Largest Parquet file that is read, and the most that one may become when it is unpacked."""

_KNOWN: Final[tuple[tuple[bytes, str, str], ...]] = (
    (b"PGDMP", "a dump in pg_dump's own format", "write it as a script first: pg_restore --schema-only -f script.sql"),
    (b"\x1f\x8b", "a compressed file", "decompress it first: gunzip"),
    (b"PK\x03\x04", "a zip archive or a workbook", "unpack it first; of a workbook, save the sheets as CSV"),
    (b"\x28\xb5\x2f\xfd", "a compressed file", "decompress it first: zstd -d"),
    (b"BZh", "a compressed file", "decompress it first: bunzip2"),
    (b"\xfd7zXZ", "a compressed file", "decompress it first: unxz"),
    (b"PAR1", "a Parquet file", "name it .parquet"),
    (b"%PDF", "a PDF", "export the text itself"),
    (b"SQLite format 3", "a database of SQLite", "write it as a script first: sqlite3 file .schema"),
)
"""How files begin that are no texts, what they are, and what to do."""

_LONGEST: Final = max(len(begin) for begin, _, _ in _KNOWN)


def check_size(path: Path, limit: int) -> None:
    """Refuse what is no regular file, may not be looked at, or is too large. Nothing of it is read.

    Raises
    ------
    DocumentError
        If it is.
    """
    try:
        found = path.stat()
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error
    if stat.S_ISDIR(found.st_mode):
        raise DocumentError("this is a directory, not a file", where=str(path), mend="name a file in it")
    if not stat.S_ISREG(found.st_mode):
        raise DocumentError("this is no regular file", where=str(path), mend="save what it gives as a file")
    if found.st_size > limit:
        raise DocumentError(
            f"the file has {found.st_size:,} bytes, more than {limit:,}",
            where=str(path),
            mend="leave the data out (pg_dump --schema-only; the first rows of CSV), or import it in parts",
        )


def read_text(path: Path, *, limit: int, encoding: str = "", guess: str = "", is_script: bool = False) -> str:
    """Return the text of a file.

    The encoding is the one that is asked for, that of the file's byte order mark, the one that a script names, or else
    UTF-8.

    Parameters
    ----------
    limit
        The largest size in bytes.
    guess
        The encoding to try if nothing says one and it is not UTF-8.
    is_script
        Whether the text may name its own encoding: ``SET client_encoding``.

    Raises
    ------
    DocumentError
        If the file cannot be read, is too large, is no text, or is in another encoding.
    """
    check_encoding(encoding)
    check_size(path, limit)
    try:
        with path.open("rb") as file:
            raw = file.read(limit + 1)  # it may have grown
    except OSError as error:
        raise unreadable(path, error) from error
    _refuse_known(raw, path)
    codec = encoding or marked(raw) or (named(raw, str(path)) if is_script else "")
    try:
        text = raw.decode(codec or "utf-8").removeprefix("\ufeff")
    except UnicodeError as error:
        if guess and not codec:
            text = _guessed(raw, path, guess, error)
        else:
            raise _undecodable(raw, path, codec or "utf-8", error) from error
    if "\x00" in text:
        line, other = text.count("\n", 0, text.index("\x00")) + 1, likely(raw)
        raise DocumentError(
            "the file holds a NUL character, so it is no text, or in another encoding",
            where=f"{path}:{line}",
            mend=f"save it as UTF-8, or name its encoding: encoding={other!r}, in the shell --encoding {other}",
        )
    return text


def check_begin(path: Path) -> None:
    """Refuse a file that begins as one that is no text, whatever it is called.

    Raises
    ------
    DocumentError
        If it does, or cannot be read.
    """
    try:
        with path.open("rb") as file:
            begin = file.read(_LONGEST)
    except OSError as error:
        raise unreadable(path, error) from error
    _refuse_known(begin, path)


def _refuse_known(raw: bytes, path: Path) -> None:
    for begin, what, mend in _KNOWN:
        if raw.startswith(begin):
            raise DocumentError(f"this is {what}, not a text", where=str(path), mend=mend)


def unreadable(path: Path, error: Exception) -> DocumentError:
    """Return what to say of a file that cannot be opened."""
    why = getattr(error, "strerror", None) or str(error)
    shown = str(path)
    return DocumentError(
        f"the file cannot be read: {why.lower()}",
        where=shown if len(shown) < 300 else f"{shown[:300]}…",
        mend="correct the path, or the permissions of the file",
    )


def _guessed(raw: bytes, path: Path, guess: str, error: UnicodeError) -> str:
    try:
        return raw.decode(guess)
    except UnicodeError:
        raise _undecodable(raw, path, "utf-8", error) from error


def _undecodable(raw: bytes, path: Path, codec: str, error: UnicodeError) -> DocumentError:
    start = getattr(error, "start", 0)
    line = raw.count(b"\n", 0, start) + 1
    return DocumentError(
        f"the file is not in {codec}: byte {start + 1:,}, 0x{raw[start : start + 1].hex() or '00'}, cannot be read",
        where=f"{path}:{line}",
        mend="save it as UTF-8, or name its encoding: encoding='latin-1', in the shell --encoding latin-1",
    )
