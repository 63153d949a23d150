"""Where a command keeps the design that it made: in a file, or as a project of a team."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from designer_kernel.cli.losses import check_written
from designer_kernel.cli.parameters import check_design_name
from designer_kernel.studio.locations import is_shared

if TYPE_CHECKING:
    from designer_kernel.exchange.transfer import Imported


def check_output(output: str, source: str, *others: Path | None, force: bool) -> None:
    """Refuse a place where nothing can be kept, before anything is read.

    Raises
    ------
    DesignerError
        If it is there already, is no place for a design, or is what is read.
    """
    if not is_shared(output):
        check_design_name(Path(output))
        check_written(source, Path(output), *others, force=force)
        return
    from designer_kernel.studio.team.keeping import refuse_taken

    check_written(source, *others, force=force)
    refuse_taken(output, replace=force)


@contextmanager
def file_of(output: str) -> Iterator[Path]:
    """Yield the file to write a design and its versions to; a team's project is made of it when the block is over.

    Raises
    ------
    DesignerError
        If it is no place for a design, or the team has a project there.
    """
    if not is_shared(output):
        check_design_name(Path(output))
        yield Path(output)
        return
    from designer_kernel.studio.team.keeping import keep_file, refuse_taken

    refuse_taken(output)
    with TemporaryDirectory(prefix="designer-") as folder:
        file = Path(folder, "made.design.yaml")
        yield file
        keep_file(output, file)


def keep(output: str, imported: Imported, source: str, *, force: bool) -> int:
    """Keep what was imported, and return how many versions came with it.

    Between a design file and a team they come along, if the project is new there.

    Raises
    ------
    DesignerError
        If it cannot be kept there.
    """
    if is_shared(output):
        return _keep_shared(output, imported, source, force=force)
    path = Path(output)
    if is_shared(source) and not path.exists():
        from designer_kernel.studio.team.keeping import shared_design_file
        from designer_kernel.studio.versions import Versions

        return len(Versions.beside(shared_design_file(source, path)))
    from designer_kernel.studio.design_file import DesignFile

    DesignFile(path).write(imported.design, overwrite=force)
    return 0


def _keep_shared(output: str, imported: Imported, source: str, *, force: bool) -> int:
    from designer_kernel.studio.sources import kind_of
    from designer_kernel.studio.team.keeping import keep_file, keep_imported
    from designer_kernel.studio.team.opening import find_shared

    is_file = kind_of(source) == "design" and not is_shared(source)
    if is_file and find_shared(output)[2] is None:
        return len(keep_file(output, Path(source)).versions)
    keep_imported(output, imported, replace=force)
    return 0
