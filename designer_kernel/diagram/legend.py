"""The legend under a picture: what its marks mean."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from designer_kernel.diagram import metrics
from designer_kernel.diagram.marks import SIGNS, end_paths, number
from designer_kernel.diagram.metrics import text_width
from designer_kernel.diagram.shapes import End

_ROWS: Final = (
    ("key", "primary key"),
    ("ref", "reference"),
    ("tenant", "tenant"),
    ("uq", "unique"),
    ("idx", "indexed"),
    ("check", "checked"),
    ("null", "may be empty"),
    ("made", "generated"),
)
_ENDS: Final[tuple[tuple[End, str], ...]] = (
    ("1", "exactly one"),
    ("0..1", "one or none"),
    ("N", "many"),
    ("0..N", "any number"),
    ("1..N", "one or more"),
)
_CHANGES: Final = tuple((change, change) for change in SIGNS)
_LINE: Final = 22.0
_SIZE: Final = 11.0


def legend(x: float, y: float, width: float, *, with_changes: bool = False) -> str:
    """Return the legend, wrapped to a width; with the signs of changes where two states are compared."""
    parts = [f'<g role="group" aria-label="legend" transform="translate({number(x)} {number(y)})">']
    parts += [_entry(kind, told, left, top) for kind, told, left, top in _flow(width, with_changes=with_changes)]
    return "".join([*parts, "</g>"])


def legend_height(width: float, *, with_changes: bool = False) -> float:
    """Return the height that the legend takes at a width."""
    return max(top for _kind, _told, _left, top in _flow(width, with_changes=with_changes)) + 40.0


def _flow(width: float, *, with_changes: bool) -> Iterator[tuple[str, str, float, float]]:
    left, top = 0.0, 0.0
    for kind, told in (*_ROWS, *_ENDS, *(_CHANGES if with_changes else ())):
        drawing = 40.0 if kind in {end for end, _told in _ENDS} else 18.0
        needed = drawing + text_width(told, _SIZE) + 22
        if left and left + needed > width - 2 * metrics.MARGIN:
            left, top = 0.0, top + _LINE
        yield kind, told, left, top
        left += needed


def _entry(kind: str, told: str, x: float, y: float) -> str:
    middle = y + 8
    ends = {end: end for end, _told in _ENDS}
    if kind in ends:
        strokes, ring = end_paths(ends[kind], (x + 30, middle), -1)
        drawn = (
            f'<path class="edge" d="M{number(x)},{number(middle)}H{number(x + 30)}"/><path class="end" d="{strokes}"/>'
        )
        if ring:
            drawn += f'<circle class="ring" cx="{number(ring[0])}" cy="{number(ring[1])}" r="3.6"/>'
        drawn += f'<path class="end" d="M{number(x + 30)},{number(middle - 7)}V{number(middle + 7)}"/>'
        return drawn + _words(told, x + 38, middle)
    place = f'transform="translate({number(x + 6)} {number(middle)})"'
    marks = {mark: f'<path class="{mark}" {place} d="{drawing}"/>' for mark, drawing in metrics.MARKS.items()}
    marks["made"] = f'<text class="type made" x="{number(x + 11)}" y="{number(middle + 4)}">int</text>'
    marks |= {
        change: f'<text class="sign {change}" x="{number(x + 6)}" y="{number(middle + 4)}">{sign}</text>'
        for change, sign in SIGNS.items()
    }
    return marks[kind] + _words(told, x + 16, middle)


def _words(told: str, x: float, middle: float) -> str:
    return f'<text class="told" x="{number(x)}" y="{number(middle + 4)}" style="font-size:{_SIZE:g}px">{told}</text>'
