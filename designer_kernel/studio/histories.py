"""A history of migrations of another tool as a project: a design file, and a version for each migration."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from designer_kernel.errors import DesignerError
from designer_kernel.studio.design_file import DesignFile
from designer_kernel.studio.versions import Version, Versions

if TYPE_CHECKING:
    from designer_kernel.exchange.migrations.histories import ImportedVersion
    from designer_kernel.postgres.server import Progress


@dataclass(frozen=True, slots=True)
class History:
    """The versions that were made, and what each was read from."""

    file: Path
    versions: tuple[Version, ...]
    read: tuple[ImportedVersion, ...]

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON-ready values."""
        return {
            "file": str(self.file),
            "versions": [
                version.as_dict() | {"from": one.file.place, "losses": one.losses.to_frame().to_dict("records")}
                for version, one in zip(self.versions, self.read, strict=True)
            ],
        }


def import_history(
    place: Path,
    output: Path,
    *,
    who: str = "",
    replace: bool = False,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    **options: Any,
) -> History:
    """Make a design file and its versions of a history of migrations.

    Parameters
    ----------
    place
        A folder of migrations, or the ``alembic.ini`` of an Alembic project.
    output
        The design file.
    replace
        Whether the design file may be there. Its versions may not: they are never changed.
    options
        As for `designer_kernel.exchange.migrations.histories.read_history`.

    Raises
    ------
    DesignerError
        If there are versions already, or the history cannot be read.
    """
    from designer_kernel.exchange.migrations.histories import read_history

    file, versions = DesignFile(output), Versions.beside(output)
    if len(versions):
        raise DesignerError(
            "the design has versions already, which are never changed",
            where=str(versions.folder),
            mend="choose another name for the design file",
        )
    if file.exists() and not replace:
        raise DesignerError("the file is there already", where=str(output), mend="choose another name, or replace=True")
    read = read_history(place, progress=progress, cancel=cancel, **options)
    file.write(read[-1].design, overwrite=replace)
    made = tuple(versions.save(one.design, one.file.message, who) for one in read)
    return History(output, made, read)
