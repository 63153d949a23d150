"""Who does something: the name that versions, logs and records carry."""

from __future__ import annotations

import getpass
import os


def whoever() -> str:
    """Return ``$DESIGNER_USER``, or the name of the user of this machine; empty if nobody knows."""
    chosen = os.environ.get("DESIGNER_USER", "")
    if chosen:
        return chosen
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):  # a container may run under a number that has no name
        return ""
