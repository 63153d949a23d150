"""The style sheet of a picture as SVG: literal colours for a file, theme variables for a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Final, Literal

from designer_kernel.diagram import metrics, palette

ThemeName = Literal["light", "dark", "auto"]

_RULES: Final = (
    (".paper", "fill:{paper}"),
    (".shadow", "fill:{shadow}"),
    (".body", "fill:{card};stroke:{border};stroke-width:1"),
    (".rule", "stroke:{line};stroke-width:1"),
    ("text", f"font-family:{metrics.FONT_FAMILY};fill:{{ink}}"),
    (".head", "font-weight:700;font-size:21px"),
    (".told", "font-size:12px;fill:{muted}"),
    (".title", f"font-weight:600;font-size:{metrics.TITLE_SIZE:g}px"),
    (".small", f"font-size:{metrics.BADGE_SIZE:g}px;fill:{{muted}}"),
    (".name", f"font-size:{metrics.ROW_SIZE:g}px"),
    (".pk", "font-weight:700"),
    (".from", "fill:{muted}"),
    (".type", f"font-size:{metrics.TYPE_SIZE:g}px;fill:{{muted}};text-anchor:end"),
    (".made", "font-style:italic"),
    (".key", "fill:{key};stroke:{key};stroke-width:.5;stroke-linejoin:round"),
    (".ref", "fill:none;stroke:{reference};stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round"),
    (".idx", "fill:none;stroke:{muted};stroke-width:1.2;stroke-linecap:round"),
    (".tenant", "fill:none;stroke:{reference};stroke-width:1.2;stroke-linecap:round;stroke-linejoin:round"),
    (".uq", "fill:none;stroke:{unique};stroke-width:1.4;stroke-linejoin:round"),
    (".check", "fill:none;stroke:{muted};stroke-width:1.3;stroke-linecap:round;stroke-linejoin:round"),
    (".null", "fill:none;stroke:{muted};stroke-width:1.1"),
    (".badge", "fill:{badge}"),
    (".badge-text", f"font-size:{metrics.BADGE_SIZE:g}px;fill:{{badge_ink}}"),
    (".edge", "fill:none;stroke:{edge};stroke-width:1.5;stroke-linejoin:round"),
    (".end", "fill:none;stroke:{edge};stroke-width:1.4;stroke-linecap:round;stroke-linejoin:round"),
    (".ring", "fill:{paper};stroke:{edge};stroke-width:1.4"),
    (".identifying .edge", "stroke-width:2.2"),
    (".quiet .edge,.quiet .end,.quiet .ring", "stroke:{quiet_edge}"),
    (".inherits .edge", "stroke-dasharray:6 4"),
    (".inherits .end", "fill:{paper};stroke-dasharray:none"),
    (".label", "font-size:10px;fill:{muted};text-anchor:middle;paint-order:stroke;stroke:{paper};stroke-width:2px"),
    (".area-title", f"font-weight:700;font-size:{metrics.AREA_TITLE_SIZE:g}px;letter-spacing:.2px"),
    (".derived", "opacity:.72"),
)
"""Selectors inside the picture and their declarations; names in braces are colours of the theme."""

_CHANGES: Final = (
    (".wash", "stroke:none;fill-opacity:.16"),
    (".sign", f"font-size:{metrics.ROW_SIZE:g}px;font-weight:700;text-anchor:middle"),
    (".sign.added,.wash.added", "fill:{added}"),
    (".sign.removed,.wash.removed", "fill:{removed}"),
    (".sign.changed,.wash.changed", "fill:{changed}"),
    (".outline", "fill:none;stroke-width:2.4"),
    (".outline.added,.edge-added .edge,.edge-added .end,.edge-added .ring", "stroke:{added}"),
    (".outline.removed,.edge-removed .edge,.edge-removed .end,.edge-removed .ring", "stroke:{removed}"),
    (".outline.changed,.edge-changed .edge,.edge-changed .end,.edge-changed .ring", "stroke:{changed}"),
    (".outline.removed,.edge-removed .edge", "stroke-dasharray:6 4"),
    (".gone", "text-decoration:line-through"),
)
"""The same for pictures of two states."""


@dataclass(frozen=True)
class Look:
    """How the style sheet sets a text."""

    size: float = 16.0
    is_bold: bool = False
    is_italic: bool = False
    is_struck: bool = False
    has_halo: bool = False
    anchor: str = "start"


def look_of(classes: Iterable[str], style: str = "", anchor: str = "") -> Look:
    """Return how a text of some classes is set, with a style and an anchor of its own."""
    wanted = {f".{name}" for name in classes}
    rules = [told for selector, told in (*_RULES, *_CHANGES) if selector in wanted]
    said = dict(part.split(":", 1) for told in (*rules, style) for part in told.split(";") if ":" in part)
    return Look(
        size=float(said.get("font-size", "16px").removesuffix("px")),
        is_bold=said.get("font-weight", "400") in {"600", "700", "bold"},
        is_italic=said.get("font-style") == "italic",
        is_struck=said.get("text-decoration") == "line-through",
        has_halo=said.get("paint-order") == "stroke",
        anchor=said.get("text-anchor") or anchor or "start",
    )


def sheet(theme: ThemeName, *, with_changes: bool = False) -> str:
    """Return the CSS of a picture. All of it is scoped, since styles inside an SVG reach the whole page around it."""
    scope = f".sd-{theme}"
    base = palette.DARK if theme == "dark" else palette.LIGHT
    chosen = (*_RULES, *_CHANGES) if with_changes else _RULES
    rules = [_rule(scope, selector, declarations, base, theme) for selector, declarations in chosen]
    return "".join([*(_variables() if theme == "auto" else ()), *rules])


def _rule(scope: str, selector: str, declarations: str, theme: palette.Theme, name: ThemeName) -> str:
    colours = asdict(theme)
    selectors = ",".join(f"{scope} {part}" for part in selector.split(","))
    if name != "auto":
        return f"{selectors}{{{declarations.format(**colours)}}}"
    # Renderers without CSS variables drop the second declaration and keep the plain colour.
    twice = [
        literal if literal == varied else f"{literal};{varied}"
        for literal, varied in (
            (part.format(**colours), part.format(**{key: f"var(--sd-{key},{value})" for key, value in colours.items()}))
            for part in declarations.split(";")
        )
    ]
    return f"{selectors}{{{';'.join(twice)}}}"


def _variables() -> list[str]:
    """Return the rules that choose colours by Jupyter's theme where there is one, else by the reader's system."""
    light, dark = _values(palette.LIGHT), _values(palette.DARK)
    return [
        f".sd-auto{{{light}}}",
        f"@media (prefers-color-scheme:dark){{.sd-auto{{{dark}}}}}",
        f"body[data-jp-theme-light='true'] .sd-auto{{{light}}}",
        f"body[data-jp-theme-light='false'] .sd-auto,.theme-dark .sd-auto{{{dark}}}",
    ]


def _values(theme: palette.Theme) -> str:
    values = []
    for key, value in asdict(theme).items():
        theirs = palette.VARIABLES.get(key)
        values.append(f"--sd-{key}:{f'var({theirs},{value})' if theirs else value}")
    return ";".join(values)
