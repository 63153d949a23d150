"""Pictures for other machines: texts as shapes, parts of a picture, PNG."""

from __future__ import annotations

import re
import struct
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from designer_kernel.design import Attribute, Design, Entity
from designer_kernel.diagram import cropping, outlines, raster, svg
from designer_kernel.diagram.metrics import text_width
from designer_kernel.diagram.picture import picture
from designer_kernel.diagram.shapes import Bounds
from designer_kernel.diagram.style import look_of
from designer_kernel.errors import DesignerError
from tests.designer_kernel.diagram.designs import marketplace
from tests.designer_kernel.diagram.test_svg import hostile

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_texts_are_shapes_that_say_what_they_are(theme: str) -> None:
    drawn = svg.render(picture(marketplace(with_views=True)), theme=theme)
    before, made = ET.fromstring(drawn), outlines.outlined(drawn, theme)
    after = ET.fromstring(made.svg)
    assert made.kept == 0
    assert not list(after.iter(f"{SVG}text"))
    said = {group.get("aria-label") for group in after.iter(f"{SVG}g")}
    assert {"products", "varchar(255)", "marketplace"} <= said
    letters = {one.get("id") for one in after.iter(f"{SVG}path") if one.get("id")}
    used = [one.get("href") for one in after.iter(f"{SVG}use")]
    assert {f"#{name}" for name in letters} == set(used), "each letter is drawn once"
    shown = [(one.text or "") + "".join(child.tail or "" for child in one) for one in before.iter(f"{SVG}text")]
    assert len(used) == len("".join(shown).replace(" ", ""))
    others = {"path", "rect", "circle", "line", "title", "desc"}
    for name in others - {"path", "title"}:
        assert len(list(before.iter(SVG + name))) == len(list(after.iter(SVG + name)))


def test_a_text_is_never_wider_than_the_room_it_has() -> None:
    look = look_of(["name", "pk"])
    assert (look.size, look.is_bold, look.anchor) == (12, True, "start")
    assert look_of(["type", "made"]).anchor == "end"
    assert look_of(["told"], "font-size:11px").size == 11
    text = "MMMM_wide_name"
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg"><title/><desc/><text class="name pk" x="5" y="9">{text}</text></svg>'
    )
    made = outlines.outlined(drawn).svg
    scale = float(re.search(r"scale\(([0-9.]+) ", made)[1])
    last = max(float(x) for x in re.findall(r'x="([0-9.]+)"', made))
    assert last * scale < text_width(text, 12, is_bold=True)


def test_what_the_font_cannot_draw_stays_text_and_hostile_names_stay_harmless() -> None:
    names = ("größe", "表格", "مرحبا", "naïve")
    entities = tuple(Entity(name=name, attributes=(Attribute(name="id", data_type="bigint"),)) for name in names)
    drawn = svg.render(picture(Design(name="shop", entities=entities)), with_legend=False)
    made = outlines.outlined(drawn)
    left = {"".join(one.itertext()) for one in ET.fromstring(made.svg).iter(f"{SVG}text")}
    assert left == {"表格", "مرحبا"}
    assert made.kept == 2
    root = ET.fromstring(outlines.outlined(svg.render(picture(hostile()))).svg)
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    assert not list(root.iter(f"{SVG}script"))


def test_a_part_of_a_picture_holds_what_lies_in_it() -> None:
    whole = picture(marketplace())
    card = whole.cards[3]
    part = cropping.cropped(whole, Bounds(card.x - 5, card.y - 5, card.width + 10, card.height + 10))
    assert [one.id for one in part.cards] == [card.id]
    assert 0 < len(part.edges) < len(whole.edges)
    drawn = svg.render(part, title="", with_legend=False)
    assert f'width="{max(card.width + 10, 420):g}"' in drawn


def test_a_png_has_the_pixels_that_were_asked_for_and_is_refused_where_they_are_too_many() -> None:
    drawn = svg.render(picture(hostile()))
    wide, high = map(float, re.search(r'viewBox="0 0 ([0-9.]+) ([0-9.]+)"', drawn).groups())
    made = raster.png(drawn, scale=2)
    assert made.startswith(b"\x89PNG")
    assert struct.unpack(">II", made[16:24]) == pytest.approx((2 * wide, 2 * high), abs=1)
    huge = svg.render(replace(picture(hostile()), bounds=Bounds(0, 0, 90_000, 90_000)))
    with pytest.raises(DesignerError, match="would have 180,000") as caught:
        raster.png(huge)
    assert "scale of at most 0.1" in caught.value.mend
    endless = svg.render(replace(picture(hostile()), bounds=Bounds(0, 0, 900_000, 900_000)))
    with pytest.raises(DesignerError, match="would have 1,800,000") as caught:
        raster.png(endless)
    assert caught.value.mend == "draw a part of the design, or SVG, which has no pixels"
    with pytest.raises(DesignerError, match="cannot be drawn at scale 99"):
        raster.png(drawn, scale=99)
