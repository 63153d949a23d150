"""Pictures as PNG, for documents that take no SVG."""

from __future__ import annotations

import math
import re
from typing import Final

from designer_kernel.diagram.outlines import outlined
from designer_kernel.diagram.style import ThemeName
from designer_kernel.errors import DesignerError

MOST_PIXELS: Final = 200_000_000
"""Pixels of one picture: four bytes each while it is drawn."""

_SIZE: Final = re.compile(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"')


def png(svg: str, *, scale: float = 2.0, theme: ThemeName = "light") -> bytes:
    """Return a picture of `designer_kernel.diagram.svg.render` as PNG.

    Parameters
    ----------
    svg
        The picture, in light or dark colours.
    scale
        Pixels for each pixel of the diagram: 1 is 96 dots per inch, 2 is sharp on screens, 4 in print.
    theme
        The colours that the picture has.

    Raises
    ------
    DesignerError
        If what draws it is not installed, or the picture would be too large.
    """
    found = _SIZE.search(svg)
    if found is None or not 0.05 <= scale <= 16:
        raise DesignerError(f"a picture cannot be drawn at scale {scale:g}", mend="use a scale from 0.05 to 16")
    width, height = (float(size) * scale for size in found.groups())
    if width * height > MOST_PIXELS:
        largest = math.floor(100 * scale * (MOST_PIXELS / (width * height)) ** 0.5) / 100
        smaller = f"use a scale of at most {largest:g}, a part" if largest >= 0.05 else "draw a part"
        raise DesignerError(
            f"this picture would have {width:,.0f} × {height:,.0f} pixels",
            mend=f"{smaller} of the design, or SVG, which has no pixels",
        )
    try:
        import resvg_py
    except ImportError as error:
        raise DesignerError(
            "what draws PNG is not installed", mend='pip install "schema-designer[picture]", or save the picture as SVG'
        ) from error
    text = outlined(svg, theme).svg
    return bytes(resvg_py.svg_to_bytes(svg_string=text, zoom=scale, font_family="sans-serif"))
