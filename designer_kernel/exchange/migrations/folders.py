"""Folders of migrations as tools write them: their files in the order in which they are applied.

Known are numbered files (``001_x.sql``, also ours), Flyway (``V1__x.sql``, ``U1__x.sql``, ``R__x.sql``), golang-migrate
(``1_x.up.sql``), dbmate and goose (sections in one file), and folders with a ``migration.sql`` each, as of Prisma.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

from designer_kernel.errors import DocumentError
from designer_kernel.exchange.migrations.blocks import TAG
from designer_kernel.exchange.sql import read_file

_MOST: Final = 10_000
"""The largest number of files in a folder that is looked at."""

_UP: Final = (
    re.compile(r"V(?P<number>\d+(?:[._]\d+)*)__(?P<name>.+)\.sql\Z"),  # Flyway
    re.compile(r"(?P<number>\d+)[_-](?P<name>.+?)(?:\.up)?\.sql\Z", re.IGNORECASE),
    re.compile(r"(?P<number>\d+)(?P<name>)(?:\.up)?\.sql\Z", re.IGNORECASE),
)
_REPEATED: Final = re.compile(r"R__(?P<name>.+)\.sql\Z")
_FOLDER: Final = re.compile(r"(?P<number>\d+)[_-](?P<name>.+)\Z")
_OTHER: Final = re.compile(r"(?:rollback|verify|undo)_.*\.sql\Z|U\d.*__.*\.sql\Z|.*\.down\.sql\Z", re.IGNORECASE)
"""The way back, or a mere look: not applied."""

_SECTION: Final = re.compile(
    r"^--[ \t]*(?:migrate:(?P<dbmate>up|down)|\+(?:goose|migrate)[ \t]+(?P<goose>up|down))\b.*$",
    re.IGNORECASE | re.MULTILINE,
)
_OURS: Final = re.compile(rf"DO \$({TAG}\d*)\$\n.*?\n\$\1\$;?", re.DOTALL)
_HISTORY: Final = "000_history.sql"


@dataclass(frozen=True, slots=True)
class MigrationFile:
    """One migration: where it is from, what it is called, its SQL, and the line at which that begins."""

    place: str
    number: str
    message: str
    sql: str
    line: int = 1


def read_folder(folder: Path, *, encoding: str = "") -> tuple[MigrationFile, ...]:
    """Return the migrations of a folder, in the order in which they are applied.

    Raises
    ------
    DocumentError
        If it is no folder, holds no migration, two have one number, or a file cannot be read.
    """
    if not folder.is_dir():
        raise DocumentError("this is no folder", where=str(folder), mend="name the folder that holds the migrations")
    entries = sorted(folder.iterdir())
    if len(entries) > _MOST:
        raise DocumentError(
            f"the folder holds {len(entries):,} files, more than {_MOST:,}",
            where=str(folder),
            mend="name the folder that holds the migrations alone",
        )
    numbered = sorted(_numbered(entries), key=lambda one: one[0])
    for (one, first, _), (other, second, _) in pairwise(numbered):
        if one == other:
            raise DocumentError(
                f"two migrations have the number {'.'.join(map(str, one))}: {first.name} and {second.name}",
                where=str(folder),
                mend="give one of them another number: nothing says which comes first",
            )
    repeated = [(path, match["name"]) for path in entries if (match := _REPEATED.match(path.name))]
    found = [
        *(_read(path, ".".join(map(str, number)), name, encoding) for number, path, name in numbered),
        *(_read(path, "R", name, encoding) for path, name in repeated),
    ]
    if not found:
        raise DocumentError(
            "no migration is in this folder",
            where=str(folder),
            mend="files are called 001_name.sql, V1__name.sql or 1_name.up.sql; of Alembic, name its alembic.ini",
        )
    return tuple(found)


def _numbered(entries: Iterable[Path]) -> Iterator[tuple[tuple[int, ...], Path, str]]:
    for entry in entries:
        if entry.is_dir():
            found = _FOLDER.match(entry.name)
            inner = entry / "migration.sql"
            if found is not None and inner.is_file():
                yield (int(found["number"]),), inner, found["name"]
            continue
        if _OTHER.match(entry.name) or entry.name == _HISTORY:
            continue
        found = next(filter(None, (pattern.match(entry.name) for pattern in _UP)), None)
        if found is not None:
            number = tuple(int(part) for part in re.split(r"[._]", found["number"]))
            yield number, entry, found["name"]


def _read(path: Path, number: str, name: str, encoding: str) -> MigrationFile:
    text = read_file(path, encoding=encoding)
    sql, line = _way_up(text)
    message = " ".join(re.split(r"[_\s]+", name)).strip() or number
    return MigrationFile(str(path), number, message, _OURS.sub(_blank, sql), line)


def _way_up(text: str) -> tuple[str, int]:
    """Return the part of a file that goes up, and the line at which it begins."""
    sections = list(_SECTION.finditer(text))
    for place, section in enumerate(sections):
        if (section["dbmate"] or section["goose"]).lower() == "up":
            end = sections[place + 1].start() if place + 1 < len(sections) else len(text)
            return text[section.end() : end], text.count("\n", 0, section.end()) + 1
    return text, 1


def _blank(block: re.Match[str]) -> str:
    """Return as many lines as one of our own checks has: it looks, and defines nothing."""
    return "\n" * block[0].count("\n")
