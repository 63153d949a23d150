"""Sizes that every renderer of a picture shares, and how wide a text is.

Text is measured with a table instead of a font: the same design has the same geometry on every machine, in the kernel,
in the browser and in a file. The table holds widths of a wide humanist sans at bold-safe averages, so a real font that
is narrower leaves air and none cuts a name.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Final

HEADER_HEIGHT: Final = 38.0
"""Height of a card's header, where the title stands."""

BADGE_HEIGHT: Final = 22.0
"""Height of the strip of badges under the header; a card without badges has no strip."""

ROW_HEIGHT: Final = 22.0
"""Height of one row."""

CARD_PADDING: Final = 6.0
"""Space under the last row; the same above the first."""

CARD_RADIUS: Final = 8.0
"""Radius of a card's corners."""

ROW_TEXT_X: Final = 40.0
"""Where a row's name begins, from the card's left side: after the slots of the two key marks."""

ROW_RIGHT: Final = 24.0
"""Space kept right of a row's type, for the marks of a check and of what may be empty."""

ROW_GAP: Final = 18.0
"""Least space between a row's name and its type."""

MIN_CARD_WIDTH: Final = 176.0
MAX_CARD_WIDTH: Final = 380.0
"""Cards wider than this cut names and types with an ellipsis."""

TITLE_SIZE: Final = 14.0
ROW_SIZE: Final = 12.0
TYPE_SIZE: Final = 11.0
BADGE_SIZE: Final = 10.0
AREA_TITLE_SIZE: Final = 14.0

NOTE_TEXT_SIZE: Final = 12.0
NOTE_LINE_HEIGHT: Final = 17.0
NOTE_PADDING: Final = 12.0

STUB: Final = 26.0
"""Length of the straight piece at each end of an edge: long enough for a crow's foot and its circle."""

LANE: Final = 9.0
"""Least distance between two parallel edges of different keys."""

CLEARANCE: Final = 10.0
"""Least distance between an edge that passes and a card."""

COLUMN_GAP: Final = 104.0
"""Space between two columns of a layout: two stubs and some lanes."""

CARD_GAP: Final = 36.0
"""Space between two cards of one column."""

CLUSTER_GAP: Final = 72.0
"""Space between two clusters."""

AREA_PADDING: Final = 28.0
AREA_TITLE_HEIGHT: Final = 34.0

MARGIN: Final = 40.0
"""Space around the whole picture."""

MARKS: Final[Mapping[str, str]] = {
    "key": "M-1.2,-.9a2.4,2.4 0 1 0 0,1.8H1.4V2.6H2.9V.9H4.6V-.9Z",
    "ref": "M-4,0H3.4M.4,-2.8L3.4,0L.4,2.8",
    "tenant": "M-3.4,3.6V-3.6H3.4V3.6ZM-1.2,3.6V1.2H1.2V3.6M-1.4,-1.3H-1.3M1.3,-1.3H1.4",
    "uq": "M0,-4L4,0L0,4L-4,0Z",
    "idx": "M-3.4,-2.6H3.4M-3.4,0H1.6M-3.4,2.6H-.2",
    "check": "M-3,.2L-1,2.4L3,-2.4",
    "null": "M-2.7,0a2.7,2.7 0 1 0 5.4,0a2.7,2.7 0 1 0 -5.4,0Z",
}
"""Marks of rows as path data around the origin, each of its own shape: a key, an arrow, a house, a diamond, lines that
get shorter, a tick and a ring."""

MARK_PLACES: Final[Mapping[str, float]] = {"first": 16.0, "second": 29.5, "check": -17.5, "null": -9.5}
"""Where marks stand: from the card's left side, or from its right side where negative."""

FONT_FAMILY: Final = "Inter, 'Segoe UI', 'Helvetica Neue', Arial, 'Liberation Sans', sans-serif"

_NARROW: Final = dict.fromkeys("iljI.,:;'!|", 0.30) | dict.fromkeys('ftr()[]{}-/\\ "`', 0.40)
_MEDIUM: Final = dict.fromkeys("abcdeghknopqsuvxyzFJLST", 0.58) | dict.fromkeys("0123456789_*+<>=~$?#", 0.61)
_WIDE: Final = dict.fromkeys("ABCDEGHKNOPQRUVXYZ&", 0.70) | dict.fromkeys("mMwW@%", 0.92)
_WIDTHS: Final = _NARROW | _MEDIUM | _WIDE
_OTHER: Final = 0.66
_ELLIPSIS: Final = "…"


def _character_width(character: str) -> float:
    known = _WIDTHS.get(character)
    if known is not None:
        return known
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Mn", "Me"}:
        return 0.0
    return 2 * _MEDIUM["a"] if unicodedata.east_asian_width(character) in "WF" else _OTHER


@lru_cache(maxsize=8192)
def text_width(text: str, size: float, *, is_bold: bool = False) -> float:
    """Return the width of ``text`` in CSS pixels at a font size."""
    width = sum(map(_character_width, text)) * size
    return round(width * (1.06 if is_bold else 1.0), 2)


def cut(text: str, size: float, width: float, *, is_bold: bool = False) -> str:
    """Return ``text``, or as much of its beginning as fits into ``width`` with an ellipsis."""
    if text_width(text, size, is_bold=is_bold) <= width:
        return text
    kept = text
    while kept and text_width(kept + _ELLIPSIS, size, is_bold=is_bold) > width:
        kept = kept[:-1]
    return kept + _ELLIPSIS


def to_dict() -> dict[str, Any]:
    """Return the sizes that a canvas needs to draw and to drag cards as the kernel does."""
    return {
        "header_height": HEADER_HEIGHT,
        "badge_height": BADGE_HEIGHT,
        "row_height": ROW_HEIGHT,
        "card_padding": CARD_PADDING,
        "card_radius": CARD_RADIUS,
        "row_text_x": ROW_TEXT_X,
        "row_right": ROW_RIGHT,
        "title_size": TITLE_SIZE,
        "row_size": ROW_SIZE,
        "type_size": TYPE_SIZE,
        "badge_size": BADGE_SIZE,
        "area_title_size": AREA_TITLE_SIZE,
        "area_padding": AREA_PADDING,
        "note_text_size": NOTE_TEXT_SIZE,
        "note_line_height": NOTE_LINE_HEIGHT,
        "note_padding": NOTE_PADDING,
        "area_title_height": AREA_TITLE_HEIGHT,
        "stub": STUB,
        "lane": LANE,
        "clearance": CLEARANCE,
        "margin": MARGIN,
        "font_family": FONT_FAMILY,
        "marks": dict(MARKS),
        "mark_places": dict(MARK_PLACES),
    }
