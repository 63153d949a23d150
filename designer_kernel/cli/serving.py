"""Becoming a Jupyter server: bound to this machine, and asking nothing of any other."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from typing import NoReturn

from designer_kernel.errors import DesignerError

ADDRESS = "127.0.0.1"


def become(module: str, arguments: list[str]) -> NoReturn:
    """Replace this process by ``python -m module arguments``, so that signals and the terminal are the server's.

    Raises
    ------
    DesignerError
        If the module is not installed.
    """
    if find_spec(module) is None:
        raise DesignerError(f"{module} is not installed", mend="pip install 'schema-designer[notebook]'")
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, "-m", module, *arguments])  # noqa: S606 - no shell is meant


def is_root() -> bool:
    """Whether this runs as root, as containers do; Jupyter then wants to be told that it is meant."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
