"""Colours of cards and areas, and the two themes. Every colour of a picture can be told apart in light and in dark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

CARD_COLOURS: Final = (
    "#4c78c9", "#2f9e8f", "#d9822b", "#9b5fc0", "#c9527c", "#6a9a3b", "#3d93c4", "#b8892b", "#7a6fd0", "#c25b45",
)  # fmt: skip
"""Bands of areas and schemas that name no colour of their own, in the order of their appearance."""

KIND_COLOURS: Final = {
    "abstract": "#7d8590",
    "view": "#3a9d8f",
    "materialized_view": "#2c8577",
    "enum": "#a98b3c",
}
"""Bands of what is no table."""

DERIVED_COLOUR: Final = "#8c959f"


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a picture's paper, cards and lines."""

    paper: str
    card: str
    border: str
    line: str
    ink: str
    muted: str
    edge: str
    quiet_edge: str
    key: str
    reference: str
    unique: str
    badge: str
    badge_ink: str
    shadow: str
    added: str
    removed: str
    changed: str


LIGHT: Final = Theme(
    paper="#ffffff",
    card="#ffffff",
    border="#c9d1da",
    line="#eef1f4",
    ink="#1f2933",
    muted="#67727e",
    edge="#5b6875",
    quiet_edge="#b3bcc6",
    key="#b7791f",
    reference="#2b6cb0",
    unique="#7b4fb5",
    badge="#eef2f7",
    badge_ink="#4a5562",
    shadow="#1f293322",
    added="#1a7f37",
    removed="#c0272d",
    changed="#9a6700",
)

DARK: Final = Theme(
    paper="#16191d",
    card="#21262c",
    border="#3d454e",
    line="#2b3138",
    ink="#e6e9ed",
    muted="#9aa5b1",
    edge="#9ba7b4",
    quiet_edge="#525c67",
    key="#e0b252",
    reference="#6cb2f5",
    unique="#b794f4",
    badge="#2f363e",
    badge_ink="#b6c0cb",
    shadow="#00000066",
    added="#4ac26b",
    removed="#ff8182",
    changed="#e3b341",
)

VARIABLES: Final = {
    "paper": "--jp-layout-color0",
    "card": "--jp-layout-color1",
    "border": "--jp-border-color1",
    "ink": "--jp-ui-font-color1",
    "muted": "--jp-ui-font-color2",
}
"""The theme variables of Jupyter that take the place of a theme's colours where a page sets them."""
