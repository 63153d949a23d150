"""Design files on disk: written as a whole or not at all, and never over somebody else's change."""

from __future__ import annotations

import contextlib
import os
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from designer_kernel.design.document_tree import MAX_BYTES
from designer_kernel.errors import DocumentError, EditConflict

if TYPE_CHECKING:
    from designer_kernel.design.design import Design
    from designer_kernel.design.document_texts import Texts


class Opened(NamedTuple):
    """A design with the hash of the file it was read from, for `save` to compare."""

    design: Design
    content_hash: str


def load(path: str | os.PathLike[str]) -> Design:
    """Return the design in a file.

    Raises
    ------
    DocumentError
        If the file cannot be read or is no design.
    """
    return open_file(path).design


def open_file(path: str | os.PathLike[str]) -> Opened:
    """Return the design in a file, and what to give to `save` so that it overwrites nothing but this.

    Raises
    ------
    DocumentError
        If the file cannot be read or is no design.
    """
    from designer_kernel.design.document import read

    content = _content(Path(path))
    return Opened(read(content, Path(path).name), _hash(content))


def content_hash(path: str | os.PathLike[str]) -> str:
    """Return the hash of a file's bytes, or an empty string if there is no file.

    Raises
    ------
    DocumentError
        If the file cannot be read.
    """
    return _hash(_content(Path(path))) if Path(path).exists() else ""


def save(
    design: Design, path: str | os.PathLike[str], *, expected: str | None = None, known: Texts | None = None
) -> str:
    """Write a design to a file in one step, JSON if its name says so, and return the hash of what was written.

    The file keeps its permissions; a reader sees the old text or the new one, never half of it.

    Parameters
    ----------
    expected
        The hash that the file must still have, empty if it must not exist. ``None`` overwrites in any case.
    known
        The texts of the design that was written last; those of this one are kept there.

    Raises
    ------
    EditConflict
        If the file was changed since.
    DocumentError
        If it cannot be written.
    """
    from designer_kernel.design.document import to_json, to_yaml

    target = Path(os.path.realpath(path))  # a link stays a link
    content = (to_json(design) if target.suffix == ".json" else to_yaml(design, known)).encode("utf-8")
    if expected is not None and content_hash(target) != expected:
        raise EditConflict(
            "the file was changed by someone else since it was read",
            where=str(path),
            mend="read it again, or save under another name",
        )
    try:
        _replace(target, content)
    except OSError as error:
        raise DocumentError(
            f"the file cannot be written: {error.strerror}", where=str(path), mend="choose a folder you may write to"
        ) from error
    return _hash(content)


def _content(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise DocumentError(
                f"the file has {size:,} bytes",
                where=f"{path.name}:1:1",
                mend=f"a design file has at most {MAX_BYTES:,}",
            )
        with path.open("rb") as file:
            return file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DocumentError(
            f"the file cannot be read: {error.strerror}", where=str(path), mend="check the path and its permissions"
        ) from error


def _replace(target: Path, content: bytes) -> None:
    mode = target.stat().st_mode & 0o7777 if target.exists() else 0o666 & ~_umask()
    descriptor, temporary = tempfile.mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.chmod(temporary, mode)  # noqa: PTH101 - the path is mkstemp's string
        os.replace(temporary, target)  # noqa: PTH105
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)  # noqa: PTH108
        raise


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()
