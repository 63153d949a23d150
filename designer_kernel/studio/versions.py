"""Versions of a project: numbered states of its design in a folder beside its file, written once and never changed."""

from __future__ import annotations

import hashlib
import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from designer_kernel.catalog import canonical
from designer_kernel.design import document
from designer_kernel.design.lower import lower
from designer_kernel.errors import DesignerError, DocumentError, UnknownObject
from designer_kernel.studio.author import whoever
from designer_kernel.studio.locations import project_name

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog
    from designer_kernel.design.design import Design

FORMAT: Final = 1
"""The version of the format of these documents."""

SUFFIX: Final = ".versions"
"""End of the name of the folder beside a project's file."""

_NAME: Final = re.compile(r"(?P<number>\d{4,9})\.json\Z")
_TRIES: Final = 100


class VersionDamaged(DocumentError):
    """A version whose document was changed, cut off or replaced after it was written."""

    code = "version_damaged"


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a project.

    Attributes
    ----------
    number
        Its number: 1, 2, 3…
    message
        What it is about, in its author's words.
    who, when
        Its author, and the time.
    design_hash, catalog_hash
        What the design was, and what it means to PostgreSQL; the latter is empty if it contradicted itself.
    path
        Its document.
    """

    number: int
    message: str
    who: str
    when: datetime
    design_hash: str
    catalog_hash: str
    path: Path

    @property
    def design(self) -> Design:
        """The design as it was.

        Raises
        ------
        VersionDamaged
            If its document is not as it was written.
        """
        data = _opened(self.path)["design"]
        return document.read(json.dumps(data, ensure_ascii=False), f"{self.path.name}.json")

    @property
    def catalog(self) -> Catalog:
        """What it means to PostgreSQL."""
        return lower(self.design)

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        return {
            "number": self.number,
            "message": self.message,
            "who": self.who,
            "when": self.when.isoformat(timespec="seconds"),
            "design_hash": self.design_hash,
            "catalog_hash": self.catalog_hash,
        }


class Versions:
    """The versions of a project, in a folder.

    Parameters
    ----------
    folder
        The folder; it is made with the first version.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @classmethod
    def beside(cls, file: Path) -> Versions:
        """Return the versions of the project in a file: ``shop.versions`` beside ``shop.design.yaml``."""
        return cls(file.with_name(project_name(file) + SUFFIX))

    def __len__(self) -> int:
        return len(self._numbers())

    def __iter__(self) -> Iterator[Version]:
        return (self.version(number) for number in self._numbers())

    @property
    def last(self) -> Version | None:
        """The newest one, if there is any."""
        numbers = self._numbers()
        return self.version(numbers[-1]) if numbers else None

    def version(self, number: int) -> Version:
        """Return a version by its number.

        Raises
        ------
        UnknownObject
            If there is none.
        VersionDamaged
            If its document is not as it was written.
        """
        path = self._path(number)
        if not path.is_file():
            numbers = self._numbers()
            there = (
                f"there are versions {numbers[0]} to {numbers[-1]}" if numbers else "project.save_version('message')"
            )
            raise UnknownObject(f"there is no version {number}", where=str(self.folder), mend=there)
        data = _opened(path)
        if data["number"] != number:
            raise _damaged(path, f"it holds version {data['number']}")
        values = {name: data[name] for name in ("number", "message", "who", "design_hash", "catalog_hash")}
        return Version(path=path, when=datetime.fromisoformat(data["when"]), **values)

    def of_design(self, design: Design) -> Version | None:
        """Return the newest version of exactly this design, if there is one."""
        wanted = hash_of(design)
        return next(
            (one for number in reversed(self._numbers()) if (one := self.version(number)).design_hash == wanted), None
        )

    def save(self, design: Design, message: str = "", who: str = "") -> Version:
        """Keep a design as the next version. Of several processes each gets a number of its own.

        Raises
        ------
        DocumentError
            If it cannot be written.
        """
        data = _document(design, message, who or whoever(), datetime.now(UTC).replace(microsecond=0))
        with self._folder():
            for _ in range(_TRIES):
                data["number"] = max(self._numbers(), default=0) + 1
                with suppress(FileExistsError):
                    _write_new(self._path(data["number"]), _sealed(data))
                    return self.version(data["number"])
        raise DocumentError(
            "no number could be had: others write versions all the time", where=str(self.folder), mend="try again"
        )

    def adopt(self, design: Design, *, number: int, message: str, who: str, when: datetime) -> Version:
        """Keep a version that was made elsewhere, under its own number.

        Raises
        ------
        DocumentError
            If there is one of this number, or it cannot be written.
        """
        with self._folder():
            try:
                _write_new(self._path(number), _sealed(_document(design, message, who, when) | {"number": number}))
            except FileExistsError as error:
                raise DocumentError(
                    f"there is a version {number} already", where=str(self.folder), mend="choose another file"
                ) from error
        return self.version(number)

    @contextmanager
    def _folder(self) -> Iterator[None]:
        """Make the folder, and say what is wrong if nothing can be written there."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            yield
        except OSError as error:
            raise DocumentError(
                f"the version cannot be written: {error.strerror or error}",
                where=str(self.folder),
                mend="choose a folder that you may write to",
            ) from error

    def _path(self, number: int) -> Path:
        return self.folder / f"{number:04}.json"

    def _numbers(self) -> list[int]:
        with suppress(FileNotFoundError, NotADirectoryError):
            found = (_NAME.fullmatch(entry.name) for entry in self.folder.iterdir())
            return sorted(int(match["number"]) for match in found if match)
        return []


def hash_of(design: Design) -> str:
    """Return the SHA-256 of a design's file as JSON."""
    return hashlib.sha256(document.to_json(design).encode()).hexdigest()


def catalog_hash(design: Design) -> str:
    """Return the hash of what a design means to PostgreSQL; empty if it contradicts itself."""
    try:
        return canonical.content_hash(lower(design))
    except DesignerError:
        return ""  # a design with errors is worth keeping, too


def _document(design: Design, message: str, who: str, when: datetime) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "number": 0,
        "message": message,
        "who": who,
        "when": when.isoformat(),
        "design_hash": hash_of(design),
        "catalog_hash": catalog_hash(design),
        "design": json.loads(document.to_json(design)),
    }


def _sealed(data: dict[str, Any]) -> bytes:
    text = json.dumps({**data, "seal": _seal(data)}, ensure_ascii=False, indent=1)
    return (text + "\n").encode()


def _seal(data: dict[str, Any]) -> str:
    rest = {name: value for name, value in data.items() if name != "seal"}
    return hashlib.sha256(json.dumps(rest, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _opened(path: Path) -> dict[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        seal, format_ = data["seal"], data["format"]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise _damaged(path, str(error)) from error
    if format_ != FORMAT:
        raise DocumentError(
            f"the version has format {format_!r}; this program reads {FORMAT}",
            where=str(path),
            mend="use the program that wrote it",
        )
    if seal != _seal(data):
        raise _damaged(path, "its hash is another one")
    found: dict[str, Any] = data
    return found


def _damaged(path: Path, why: str) -> VersionDamaged:
    return VersionDamaged(
        f"this version is not as it was written: {why}",
        where=str(path),
        mend="take the file from a backup or from version control; other versions are not touched by it",
    )


def _write_new(path: Path, content: bytes) -> None:
    """Write a file that must not exist yet, in one step: nobody sees half of it, and nobody's file is replaced."""
    descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o644)
        os.link(temporary, path)
    finally:
        Path(temporary).unlink(missing_ok=True)
