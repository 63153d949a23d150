"""SVG: well-formed, escaped, self-contained, and as it was drawn before."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings

from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design.objects import Area
from designer_kernel.design.parts import Check, Index, IndexKey
from designer_kernel.design.traits import TenantScoped
from designer_kernel.diagram import metrics, svg
from designer_kernel.diagram.marks import end_paths, rounded, row_marks
from designer_kernel.diagram.picture import picture
from designer_kernel.diagram.style import sheet
from tests import strategies
from tests.designer_kernel.diagram.designs import marketplace

SNAPSHOT = Path(__file__).with_name("small.svg")
SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = (
    '<script>alert("1")</script>',
    "a&b;]]>--",
    "\u202eevil\u0007",
    "'\" onload='x'",
    "{ink}",
    "名前" * 8,
    "%%{init}%%",
)


def small() -> Design:
    key = {"data_type": "bigint", "is_primary_key": True, "is_nullable": False}
    users = Entity(
        id=UUID(int=10),
        name="users",
        attributes=(
            Attribute(id=UUID(int=11), name="id", **key),
            Attribute(id=UUID(int=12), name="email", data_type="varchar(255)", is_nullable=False, is_unique=True),
        ),
    )
    orders = Entity(id=UUID(int=20), name="orders", attributes=(Attribute(id=UUID(int=21), name="id", **key),))
    tie = Relationship(
        id=UUID(int=30), name="places", source_entity_id=users.id, target_entity_id=orders.id, source_cardinality="0..1"
    )
    area = Area(id=UUID(int=40), name="Shop", members=(users.id, orders.id))
    return Design(id=UUID(int=1), name="small", entities=(users, orders), relationships=(tie,), areas=(area,))


def hostile() -> Design:
    entities = tuple(
        Entity(
            id=UUID(int=100 + i),
            name=name,
            description=name,
            attributes=(
                Attribute(id=UUID(int=200 + i), name=name, data_type="text", description=name),
                Attribute(id=UUID(int=300 + i), name="id", data_type="bigint", is_primary_key=True, is_nullable=False),
            ),
        )
        for i, name in enumerate(HOSTILE)
    )
    ties = tuple(
        Relationship(
            id=UUID(int=400 + i), name=name, source_entity_id=entities[i - 1].id, target_entity_id=entities[i].id
        )
        for i, name in enumerate(HOSTILE)
    )
    area = Area(id=UUID(int=500), name=HOSTILE[0], members=(entities[0].id,))
    return Design(id=UUID(int=1), name=HOSTILE[0], entities=entities, relationships=ties, areas=(area,))


def parse(text: str) -> ET.Element:
    return ET.fromstring(text)


def test_the_small_picture_is_as_it_was() -> None:
    drawn = svg.render(picture(small()))
    if not SNAPSHOT.exists():  # pragma: no cover - writes the first one
        SNAPSHOT.write_text(drawn + "\n", encoding="utf-8")
    assert drawn + "\n" == SNAPSHOT.read_text(encoding="utf-8"), "delete small.svg, run again and look at it"


@pytest.mark.parametrize("theme", ["light", "dark", "auto"])
def test_the_marketplace_is_well_formed_and_self_contained(theme: str) -> None:
    text = svg.render(picture(marketplace(with_views=True)), theme=theme)
    root = parse(text)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == "marketplace"
    assert "19 entities and 22 relationships" in root.find(f"{SVG}desc").text
    links = re.findall(r"(?:href|src|url\(|@import|@font-face)", text)
    assert links == []
    assert text.count("http") == 1, "the name space of SVG is the only address"
    labels = {group.get("aria-label") for group in root.iter(f"{SVG}g")}
    assert "entity products, 11 attributes" in labels
    assert "products 1 to N product_variants" in labels


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_file_has_plain_colours(theme: str) -> None:
    assert "var(" not in svg.render(picture(small()), theme=theme)


def test_a_page_lends_its_colours() -> None:
    css = sheet("auto")
    assert "--jp-layout-color1" in css
    assert "prefers-color-scheme:dark" in css
    assert "stroke:#5b6875;stroke:var(--sd-edge,#5b6875)" in css
    selectors = [part.split("{")[0] for part in css.replace("@media (prefers-color-scheme:dark){", "").split("}")]
    assert all(".sd-auto" in one for selector in selectors if selector for one in selector.split(",")), "nothing leaks"


def test_hostile_names_are_text() -> None:
    text = svg.render(picture(hostile()), title=HOSTILE[0])
    root = parse(text)
    tags = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert tags == {"svg", "title", "desc", "style", "rect", "text", "g", "path", "circle", "line"}
    assert not [name for element in root.iter() for name in element.attrib if name.startswith("on")]
    shown = "".join(root.itertext())
    assert "a&b;]]>--" in shown
    assert "\u0007" not in text
    assert "\u202e" not in text, "a name is read as it is written"


@given(strategies.designs())
@settings(max_examples=40, deadline=None)
def test_every_design_draws_as_xml(design: Design) -> None:
    drawn = picture(design)
    root = parse(svg.render(drawn, theme="auto"))
    cards = [group for group in root.iter(f"{SVG}g") if (group.get("class") or "").startswith("card")]
    assert len(cards) == len(drawn.cards)


def test_a_card_alone_has_its_own_size() -> None:
    found = picture(small()).cards[0]
    root = parse(svg.card_svg(found, theme="dark"))
    assert (float(root.get("width")), float(root.get("height"))) == (found.width + 2, found.height + 3)
    assert "email" in "".join(root.itertext())


def test_title_and_legend_can_be_left_out() -> None:
    drawn = picture(small())
    bare = parse(svg.render(drawn, title="", with_legend=False))
    assert float(bare.get("height")) == drawn.bounds.height
    assert not [group for group in bare.iter(f"{SVG}g") if group.get("aria-label") == "legend"]


@pytest.mark.parametrize(
    ("end", "bars", "has_foot", "has_ring"),
    [
        ("1", 2, False, False),
        ("0..1", 1, False, True),
        ("N", 0, True, False),
        ("0..N", 0, True, True),
        ("1..N", 1, True, False),
    ],
)
def test_crows_feet(end: str, bars: int, has_foot: bool, has_ring: bool) -> None:
    strokes, ring = end_paths(end, (100, 50), 1)
    assert strokes.count("V") == bars
    assert ("L" in strokes) == has_foot
    assert (ring is not None) == has_ring
    if ring:
        assert ring[0] > 100
    mirrored, other = end_paths(end, (100, 50), -1)
    assert mirrored != strokes
    if other:
        assert other[0] < 100


def test_corners_are_rounded_by_no_more_than_their_pieces() -> None:
    assert rounded(((0, 0), (10, 0), (10, 4), (20, 4))) == "M0,0L8,0Q10,0 10,2L10,2Q10,4 12,4L20,4"


def test_each_mark_of_a_row_has_a_shape_of_its_own_and_stands_in_the_legend() -> None:
    column = {"data_type": "bigint", "is_nullable": False}
    tenants = Entity(name="tenants", attributes=(Attribute(name="id", **column, is_primary_key=True),))
    people = Entity(
        name="people",
        attributes=(
            Attribute(name="id", **column, is_primary_key=True),
            Attribute(name="email", **column, is_unique=True),
            Attribute(name="code", **column),
            Attribute(name="born", data_type="date"),
            Attribute(name="length", data_type="int", generated="1"),
            Attribute(name="Odd name", data_type="int", is_nullable=False),
        ),
        indexes=(Index(keys=(IndexKey(attribute="born"),)), Index(keys=(IndexKey(attribute="code"),), is_unique=True)),
        checks=(
            Check(expression="born > '1900-01-01 code' AND length(email::text) > 3"),
            Check(expression='"Odd name" > 0'),
        ),
        traits=(TenantScoped(tenant_entity_id=tenants.id),),
    )
    drawn = picture(Design(name="marks", entities=(tenants, people)))
    card = next(card for card in drawn.cards if card.title == "people")
    marks = {row.name: [mark for mark, _place in row_marks(row)] for row in card.rows}
    tenant = marks.pop("tenant_id")
    assert tenant[-1] == "tenant"
    assert marks == {
        "id": ["key"],
        "email": ["uq", "check"],
        "code": ["uq"],
        "born": ["idx", "check", "null"],
        "length": ["null"],
        "Odd name": ["check"],
    }
    root = parse(svg.render(drawn))
    (body,) = [one for one in root.iter(f"{SVG}g") if str(one.get("aria-label")).startswith("entity people")]
    (told,) = [one for one in root.iter(f"{SVG}g") if one.get("aria-label") == "legend"]
    for mark, shape in metrics.MARKS.items():
        assert mark == "ref" or shape in {path.get("d") for path in body.iter(f"{SVG}path")}
        assert shape in {path.get("d") for path in told.iter(f"{SVG}path")}
    assert [text.text for text in body.iter(f"{SVG}text") if text.get("class") == "type made"] == ["integer"]
