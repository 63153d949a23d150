"""The notebooks that come with the product: beside the source, or in the installed package."""

from __future__ import annotations

import shutil
from pathlib import Path

import designer_kernel
from designer_kernel.errors import DesignerError
from designer_kernel.studio.locations import data_directory


def notebook_directory() -> Path:
    """Return a directory with the notebooks that the user may write to.

    In a source tree that is its ``notebooks``. From a wheel they are copied once to the user's data directory; copies
    that are there already are the user's, and stay.

    Raises
    ------
    DesignerError
        If the installation has no notebooks.
    """
    package = Path(designer_kernel.__file__).parent
    source = package.parent / "notebooks"
    if (source / "quickstart.ipynb").is_file() and (package.parent / "pyproject.toml").is_file():
        return source
    packaged = package / "shipped_notebooks"
    if not (packaged / "quickstart.ipynb").is_file():
        raise DesignerError("the notebooks are not installed", where=str(packaged), mend="install the package again")
    copies = data_directory() / "notebooks"
    copies.mkdir(parents=True, exist_ok=True)
    for notebook in packaged.glob("*.ipynb"):
        if not (copies / notebook.name).exists():
            shutil.copyfile(notebook, copies / notebook.name)
    return copies
