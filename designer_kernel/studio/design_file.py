"""The file of a project, and what it held when it was last read or written."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from designer_kernel.design import document
from designer_kernel.design.document_texts import Texts
from designer_kernel.errors import DocumentError, EditConflict
from designer_kernel.studio.locations import project_name

if TYPE_CHECKING:
    from designer_kernel.design import Design


class FileChanged(EditConflict):
    """The design file is no longer what the project read or wrote last."""

    code = "file_changed"


class DesignFile:
    """One design file. It is written as a whole, and never over what someone else has written since."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._texts = Texts()
        self._known = ""  # the hash of what was read or written last; empty: there must be no file

    @property
    def name(self) -> str:
        """The name that a new design gets from the file."""
        return project_name(self.path)

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
        opened = document.open_file(self.path)
        self._known = opened.content_hash
        return opened.design

    def write(self, design: Design, *, overwrite: bool = False) -> None:
        """Replace the file in one step, so that a reader or a crash never sees half of it.

        Raises
        ------
        FileChanged
            If someone else has changed the file since it was read or written here, unless ``overwrite``.
        DocumentError
            If it cannot be written.
        """
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            # a file that was deleted is no change of somebody's to lose
            expected = None if overwrite or not self.exists() else self._known
            self._known = document.save(design, self.path, expected=expected, known=self._texts)
        except EditConflict as error:
            raise FileChanged(
                "the design file was changed by someone else since it was read",
                where=str(self.path),
                mend="project.reload() takes their version; project.save_as(path) keeps yours beside it",
            ) from error
        except OSError as error:
            raise DocumentError(
                f"the design file cannot be written: {error.strerror or error}",
                where=str(self.path),
                mend="choose a folder that you may write to",
            ) from error

    def is_changed(self) -> bool:
        """Whether the file holds something else than what was last read or written here; a missing file does not."""
        return self.exists() and document.content_hash(self.path) != self._known
