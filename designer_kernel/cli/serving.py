"""Becoming a Jupyter server: bound to this machine, and asking nothing of any other."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NoReturn

from designer_kernel.errors import DesignerError

ADDRESS: Final = "127.0.0.1"

CONFIGURATION: Final = Path(__file__).parent / "jupyter"
"""Our configuration of JupyterLab and Voilà, and Voilà's template.

Its content security policy keeps the browser from asking any other machine for anything, whatever a cell shows;
Voilà's own template would take an icon font from a content delivery network.
"""


def become(module: str, arguments: list[str]) -> NoReturn:
    """Replace this process by ``python -m module arguments``, so that signals and the terminal are the server's.

    Raises
    ------
    DesignerError
        If the module is not installed.
    """
    if find_spec(module) is None:
        raise DesignerError(f"{module} is not installed", mend="pip install 'schema-designer[notebook]'")
    for variable in ("JUPYTER_CONFIG_PATH", "JUPYTER_PATH"):  # ours first, the user's behind it
        others = os.environ.get(variable)
        os.environ[variable] = os.pathsep.join([str(CONFIGURATION), *([others] if others else [])])
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606 - no shell is meant


def is_root() -> bool:
    """Whether this runs as root, as containers do; Jupyter then wants to be told that it is meant."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
