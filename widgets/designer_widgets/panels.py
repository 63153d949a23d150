"""The panels of the designer that can stand alone in a cell."""

from __future__ import annotations

from difflib import get_close_matches
from typing import Any, Final

from designer_kernel.errors import UnknownObject

HEIGHT: Final = "460px"
"""How high a panel is that stands alone, unless something else is said."""

PANELS: Final = {
    "canvas": "canvas",
    "navigator": "navigator",
    "inspector": "inspector",
    "validation": "findings",
    "ddl": "ddl",
    "migrate": "migrate",
    "deploy": "deploy",
    "data": "data",
    "query": "query",
    "sample": "sample",
    "history": "history",
    "transfer": "transfer",
    "connections": "connections",
}
"""Names of the panels, and what the front end calls them."""


def shown_alone(panel: str | None) -> dict[str, Any]:
    """Return the settings that show one panel alone, or the whole designer.

    Raises
    ------
    UnknownObject
        If there is no such panel.
    """
    if panel is None:
        return {"canvas_only": False}
    if panel not in PANELS:
        close = get_close_matches(panel, PANELS, n=1)
        raise UnknownObject(
            f"there is no panel {panel!r}", mend=f"did you mean {close[0]}?" if close else f"use {', '.join(PANELS)}"
        )
    return {"canvas_only": panel == "canvas", "panel": "" if panel == "canvas" else PANELS[panel]}
