"""Pictures whose texts are drawn as shapes, so that they look the same where our fonts are not.

The shapes are those of DejaVu Sans as matplotlib ships it; its licence allows that. What it has no letters for, or what
is written from right to left or joined, stays text: letters that stand alone would be wrong.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree as ET

from designer_kernel.diagram import palette
from designer_kernel.diagram.marks import number
from designer_kernel.diagram.metrics import text_width
from designer_kernel.diagram.style import Look, ThemeName, look_of
from designer_kernel.errors import DesignerError

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

_SVG: Final = "http://www.w3.org/2000/svg"
_FACES: Final = {
    (False, False): "DejaVuSans.ttf",
    (True, False): "DejaVuSans-Bold.ttf",
    (False, True): "DejaVuSans-Oblique.ttf",
    (True, True): "DejaVuSans-BoldOblique.ttf",
}
_SMALLER: Final = 0.93
"""DejaVu's letters are tall: at this size they look as large as those of other fonts."""

_HALO: Final = 2.0
"""Width of the stroke around labels, in pixels."""


@dataclass(frozen=True)
class Outlined:
    """A picture with outlines, and how many of its texts have stayed text."""

    svg: str
    kept: int


@dataclass
class _Glyphs:
    """Letters that a picture uses, each drawn once."""

    shapes: dict[tuple[str, str], str] = field(default_factory=dict)
    ids: dict[tuple[str, str], str] = field(default_factory=dict)

    def id_of(self, face: str, glyph: str) -> str:
        key = (face, glyph)
        if key not in self.ids:
            self.ids[key] = f"g{len(self.ids)}"
            self.shapes[key] = _shape(face, glyph)
        return self.ids[key]


def outlined(svg: str, theme: ThemeName = "light") -> Outlined:
    """Return a picture of `designer_kernel.diagram.svg.render` with its texts as outlines.

    Raises
    ------
    DesignerError
        If the font is not installed.
    """
    ET.register_namespace("", _SVG)
    root = ET.fromstring(svg)  # noqa: S314 - of our own drawing
    glyphs = _Glyphs()
    ink = (palette.DARK if theme == "dark" else palette.LIGHT).ink
    kept = 0
    for parent in list(root.iter()):
        for place, child in enumerate(list(parent)):
            if child.tag != f"{{{_SVG}}}text":
                continue
            drawn = _drawn(child, glyphs, ink)
            if drawn is None:
                kept += 1
            else:
                drawn.tail = child.tail
                parent[place] = drawn
    definitions = ET.Element(f"{{{_SVG}}}defs")
    for key, name in glyphs.ids.items():
        ET.SubElement(definitions, f"{{{_SVG}}}path", {"id": name, "d": glyphs.shapes[key]})
    root.insert(2, definitions)
    return Outlined(ET.tostring(root, encoding="unicode"), kept)


def _drawn(element: Element, glyphs: _Glyphs, ink: str) -> Element | None:
    """Return a text as a group of letters; ``None`` if it has to stay text."""
    look = look_of(element.get("class", "").split(), element.get("style", ""), element.get("text-anchor", ""))
    lines = list(_lines(element))
    if not all(_can_be_drawn(look, text) for _x, _y, text in lines):
        return None
    said = " ".join(text for _x, _y, text in lines)
    group = ET.Element(f"{{{_SVG}}}g", {"fill": ink, "role": "img", "aria-label": said})
    for name in ("class", "style"):
        if element.get(name):
            group.set(name, element.get(name, ""))
    for title in element.findall(f"{{{_SVG}}}title"):
        title.tail = None
        group.append(title)
    for x, y, text in lines:
        group.append(_line(text, x, y, look, glyphs))
        if look.is_struck:
            group.append(_struck(text, x, y, look, ink))
    return group


def _lines(element: Element) -> Iterator[tuple[float, float, str]]:
    x, y = float(element.get("x", "0")), float(element.get("y", "0"))
    own = (element.text or "") + "".join(child.tail or "" for child in element)
    if own:
        yield x, y, own
    for part in element.findall(f"{{{_SVG}}}tspan"):
        yield float(part.get("x", x)), float(part.get("y", y)), part.text or ""


def _line(text: str, x: float, y: float, look: Look, glyphs: _Glyphs) -> Element:
    face = _FACES[look.is_bold, look.is_italic]
    font = _font(face)
    scale = look.size * _SMALLER / font.units
    width, room = font.width(text) * scale, text_width(text, look.size, is_bold=look.is_bold)
    narrow = min(1.0, room / width) if width else 1.0
    left = x - {"end": 1.0, "middle": 0.5}.get(look.anchor, 0.0) * width * narrow
    across = f"{scale * narrow:.6f}".rstrip("0")
    line = ET.Element(
        f"{{{_SVG}}}g",
        {"transform": f"translate({number(left)} {number(y)}) scale({across} {-scale:.6f})"},
    )
    if look.has_halo:
        line.set("style", f"stroke-width:{_HALO / scale:.0f}")
    at = 0.0
    for character in text:
        glyph = font.glyph(character)
        if not character.isspace():
            reference = {"href": f"#{glyphs.id_of(face, glyph)}"} | ({"x": number(at)} if at else {})
            ET.SubElement(line, f"{{{_SVG}}}use", reference)
        at += font.advance(glyph)
    return line


def _struck(text: str, x: float, y: float, look: Look, ink: str) -> Element:
    width = text_width(text, look.size, is_bold=look.is_bold)
    line = f"M{number(x)},{number(y - look.size * 0.3)}h{number(width)}"
    return ET.Element(f"{{{_SVG}}}path", {"d": line, "stroke": ink, "fill": "none"})


def _can_be_drawn(look: Look, text: str) -> bool:
    font = _font(_FACES[look.is_bold, look.is_italic])
    return all(font.has(character) and _stands_alone(character) for character in text)


def _stands_alone(character: str) -> bool:
    """Whether a letter looks the same beside any other, and is read from left to right."""
    if unicodedata.combining(character) or unicodedata.category(character) in {"Cf", "Mn", "Me", "Mc"}:
        return False
    return unicodedata.bidirectional(character) not in {"R", "AL", "AN"}


class _Font:
    """A face of the font: which letters it has, their widths and shapes."""

    def __init__(self, path: Path) -> None:
        from fontTools.ttLib import TTFont

        self._font: Any = TTFont(path, lazy=True)
        self._glyphs: Any = self._font.getGlyphSet()
        self._names: dict[int, str] = self._font.getBestCmap()
        self.units = float(self._font["head"].unitsPerEm)

    def has(self, character: str) -> bool:
        return ord(character) in self._names or character.isspace()

    def glyph(self, character: str) -> str:
        return self._names.get(ord(character), self._names[ord(" ")])

    def advance(self, glyph: str) -> float:
        return float(self._glyphs[glyph].width)

    def width(self, text: str) -> float:
        return sum(self.advance(self.glyph(character)) for character in text)

    def shape(self, glyph: str) -> str:
        from fontTools.pens.svgPathPen import SVGPathPen

        pen = SVGPathPen(self._glyphs)
        self._glyphs[glyph].draw(pen)
        return str(pen.getCommands())


@lru_cache(maxsize=4)
def _font(face: str) -> _Font:
    spec = find_spec("matplotlib")
    path = Path(spec.origin).parent / "mpl-data" / "fonts" / "ttf" / face if spec and spec.origin else None
    if path is None or not path.is_file() or find_spec("fontTools") is None:
        raise DesignerError(
            "there is no font to draw texts with",
            where="outlines",
            mend='pip install "schema-designer[picture]", which brings one, or leave texts as text',
        )
    return _Font(path)


@lru_cache(maxsize=4096)
def _shape(face: str, glyph: str) -> str:
    return _font(face).shape(glyph)
