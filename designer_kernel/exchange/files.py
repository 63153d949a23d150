"""Files as other programs leave them: how large they may be, what they are, and how their text is encoded.

A file is refused by its size before a byte of it is read, and by its first bytes before they are taken for text.
"""

from __future__ import annotations

import codecs
import re
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from designer_kernel.errors import DocumentError

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

_MARKS: Final = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_ENCODING: Final = re.compile(rb"client_encoding\s*(?:=|TO)\s*'?([\w-]+)'?", re.IGNORECASE)
_CODECS: Final[Mapping[str, str]] = {
    "WIN1250": "cp1250", "WIN1251": "cp1251", "WIN1252": "cp1252", "WIN1253": "cp1253", "WIN1254": "cp1254",
    "WIN1255": "cp1255", "WIN1256": "cp1256", "WIN1257": "cp1257", "WIN1258": "cp1258", "WIN866": "cp866",
    "WIN874": "cp874", "SQL_ASCII": "ascii", "EUC_JP": "euc_jp", "EUC_KR": "euc_kr", "EUC_CN": "gb2312",
    "UTF8": "utf-8",
    "LATIN9": "iso8859-15", "UHC": "cp949",
}  # fmt: skip
"""PostgreSQL's names of encodings that Python calls otherwise."""

_LOOK: Final = 100_000
"""How many bytes of a script are searched for the encoding that it names."""


def check_encoding(encoding: str) -> None:
    """Refuse what is no name of an encoding of text.

    Raises
    ------
    DocumentError
        If it is none.
    """
    try:
        "".encode(encoding or "utf-8")
    except (LookupError, ValueError) as error:
        raise DocumentError(
            f"the encoding {encoding[:40]!r} is not known", mend="name it as Python does: latin-1, cp1250, shift_jis, …"
        ) from error


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
    for begin, what, mend in _KNOWN:
        if raw.startswith(begin):
            raise DocumentError(f"this is {what}, not a text", where=str(path), mend=mend)
    codec = (
        encoding
        or next((codec for mark, codec in _MARKS if raw.startswith(mark)), "")
        or (_named(raw) if is_script else "")
    )
    try:
        text = raw.decode(codec or "utf-8").removeprefix("\ufeff")
    except LookupError as error:
        raise DocumentError(
            f"the encoding {codec!r} is not known", where=str(path), mend="save the file as UTF-8"
        ) from error
    except UnicodeError as error:
        if guess and not codec:
            text = _guessed(raw, path, guess, error)
        else:
            raise _undecodable(raw, path, codec or "utf-8", error) from error
    if "\x00" in text:
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise DocumentError(
            "the file holds a NUL character, so it is no text, or in another encoding",
            where=f"{path}:{line}",
            mend="save it as UTF-8, or name its encoding: encoding='utf-16', in the shell --encoding utf-16",
        )
    return text


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


def _named(raw: bytes) -> str:
    """Return the encoding that a script names, as Python calls it; empty if it names none."""
    found = _ENCODING.search(raw[:_LOOK])
    if found is None:
        return ""
    name = found[1].decode("ascii", "replace").upper()
    return _CODECS.get(name, name)
