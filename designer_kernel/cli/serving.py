"""Becoming a Jupyter server: bound to this machine, and asking nothing of any other."""

from __future__ import annotations

import os
import secrets
import socket
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final, NoReturn

from designer_kernel.errors import DesignerError

ADDRESS: Final = "127.0.0.1"
_PORTS: Final = 50

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


def free_port(first: int) -> int:
    """Return the first port from ``first`` on that nobody listens on, so that the address told is the one that opens.

    Raises
    ------
    DesignerError
        If the next fifty are all taken.
    """
    for port in range(first, min(first + _PORTS, 65536)):
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((ADDRESS, port))
            except OSError:
                continue
            return port
    raise DesignerError(f"the ports from {first} on are taken", mend="give another one: --port")


def token() -> str:
    """Return the secret that a browser needs, handed to Jupyter by the environment; ``JUPYTER_TOKEN`` if it is set.

    The command line would show it to every user of the machine.
    """
    return os.environ.setdefault("JUPYTER_TOKEN", secrets.token_urlsafe(24))


def is_root() -> bool:
    """Whether this runs as root, as containers do; Jupyter then wants to be told that it is meant."""
    return hasattr(os, "geteuid") and os.geteuid() == 0
