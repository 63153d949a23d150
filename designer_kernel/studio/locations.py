"""Where projects live: a bare name in the user's data directory, a path where it says."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from designer_kernel.errors import DesignerError

SUFFIX: Final = ".design.yaml"
"""End of the name of every design file; editors bind the JSON Schema to it."""

SHARED: Final = "team:"
"""What the name of a project begins with that is a team's, and no file's: ``team:workspace/project``."""

CONNECTION: Final = "connection:"
"""What stands before the name of a workspace's connection where the URL of a database could stand."""

_BARE_NAME = re.compile(r"[^/\\.~\x00][^/\\\x00]*")


def data_directory() -> Path:
    """Return the directory that Schema Designer keeps its data in.

    ``$DESIGNER_DATA_DIR``, or the user's data directory of the platform: ``~/.local/share/schema-designer``.
    """
    import platformdirs

    base = os.environ.get("DESIGNER_DATA_DIR") or platformdirs.user_data_dir("schema-designer", appauthor=False)
    return Path(base).expanduser()


def is_shared(name_or_path: str | os.PathLike[str]) -> bool:
    """Whether a name is that of a team's project, which is in no file."""
    return isinstance(name_or_path, str) and name_or_path.startswith(SHARED)


def project_path(name_or_path: str | os.PathLike[str]) -> Path:
    """Return the file of a project.

    A bare name (``"marketplace"``) is ``projects/marketplace.design.yaml`` in `data_directory`; anything with a
    directory or a suffix (``"./shop"``, ``"shop.design.yaml"``, a `Path`) stays where it says.

    Raises
    ------
    DesignerError
        If the name is empty or holds a NUL.
    """
    text = os.fspath(name_or_path)
    if not text.strip() or "\x00" in text:
        raise DesignerError(
            f"{text!r} cannot name a project", mend="give a name such as 'shop', or the path of a design file"
        )
    if isinstance(name_or_path, str) and _BARE_NAME.fullmatch(text) and not text.endswith((".yaml", ".yml", ".json")):
        return data_directory() / "projects" / f"{text}{SUFFIX}"
    path = Path(text).expanduser()
    if path.suffix not in {".yaml", ".yml", ".json"}:
        path = path.with_name(path.name + SUFFIX)
    return path.absolute()


def check_free(path: Path, own: Path, *, replace: bool) -> None:
    """Refuse to write over a project's ``own`` file, and unless it may be replaced over any other.

    Raises
    ------
    DesignerError
        If the file must stay.
    """
    place = path.expanduser().resolve()
    if place == own.resolve():
        raise DesignerError("this is the project's own file", where=str(path), mend="choose another name")
    if place.is_file() and not replace:
        raise DesignerError("the file is there already", where=str(path), mend="choose another, or add replace=True")


def check_no_design(path: Path) -> None:
    """Refuse to write a text over a design file, which holds more than the text does.

    Raises
    ------
    DesignerError
        If there is a design file.
    """
    if path.name.endswith((SUFFIX, ".design.yml", ".design.json")) and path.is_file():
        raise DesignerError(
            "there is a design file of this name", where=str(path), mend="choose another name, or remove the file first"
        )


def project_name(path: Path) -> str:
    """Return the name that a design gets from its file: ``shop.design.yaml`` is ``shop``."""
    return path.name.removesuffix(path.suffix).removesuffix(".design") or path.name
