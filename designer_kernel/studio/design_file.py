"""The file of a project: read, written atomically, and never over somebody else's change."""

from __future__ import annotations

import os
import tempfile
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from designer_kernel.design import document
from designer_kernel.errors import DesignerError, DocumentError
from designer_kernel.studio.locations import project_name

if TYPE_CHECKING:
    from designer_kernel.design import Design


class FileChanged(DesignerError):
    """The design file is no longer what the project read or wrote last."""

    code = "file_changed"


class DesignFile:
    """One design file, and what it held when it was last read or written."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._digest: bytes | None = None
        self._stamp: tuple[int, int, int] | None = None

    def exists(self) -> bool:
        """Whether there is a file."""
        return self.path.is_file()

    def read(self) -> Design:
        """Return the design in the file.

        Raises
        ------
        DocumentError
            If it cannot be read or is no design; ``where`` is ``file:line:column``.
        """
        try:
            content = self.path.read_bytes()
            stamp = _stamp(self.path)
            text = content.decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise DocumentError(
                f"the design file cannot be read: {error}",
                where=str(self.path),
                mend="check the path and that the file is UTF-8 text",
            ) from error
        design = document.read(text, name=str(self.path))
        self._digest, self._stamp = _digest(content), stamp
        return design

    def write(self, design: Design, *, overwrite: bool = False) -> None:
        """Replace the file in one step, so that a reader or a crash never sees half of it.

        Raises
        ------
        FileChanged
            If somebody else changed the file since it was last read or written here, unless ``overwrite``.
        DesignerError
            If the directory cannot be written.
        """
        if not overwrite and self.is_changed():
            raise FileChanged(
                "the design file was changed by someone else since it was read",
                where=str(self.path),
                mend="project.reload() takes their version; project.save_as(path) keeps yours beside it",
            )
        is_json = self.path.suffix == ".json"
        content = (document.to_json(design) if is_json else document.to_yaml(design)).encode("utf-8")
        if self._digest == _digest(content) and self.exists():
            return
        try:
            _replace(self.path, content)
            self._stamp = _stamp(self.path)
        except OSError as error:
            raise DesignerError(
                f"the design file cannot be written: {error.strerror or error}",
                where=str(self.path),
                mend="free some space or save it elsewhere with project.save_as(path)",
            ) from error
        self._digest = _digest(content)

    def is_changed(self) -> bool:
        """Whether the file holds something else than what was last read or written here; a missing file does not."""
        try:
            if _stamp(self.path) == self._stamp:
                return False
            return _digest(self.path.read_bytes()) != self._digest
        except FileNotFoundError:
            return False

    @property
    def name(self) -> str:
        """The name that a new design gets from the file."""
        return project_name(self.path)


def _replace(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    target = path.resolve()  # a symbolic link stays one
    handle, temporary = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        mode = target.stat().st_mode if target.exists() else 0o666 & ~_umask()
        Path(temporary).chmod(mode & 0o777)
        Path(temporary).replace(target)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def _stamp(path: Path) -> tuple[int, int, int]:
    status = path.stat()
    return status.st_mtime_ns, status.st_size, status.st_ino


def _digest(content: bytes) -> bytes:
    return blake2b(content, digest_size=16).digest()
