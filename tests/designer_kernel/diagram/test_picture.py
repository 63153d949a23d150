"""The picture of a design: what is on the cards, at the ends of edges, and in the JSON for the canvas."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from hypothesis import given, settings

from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design.identity import positional_id
from designer_kernel.design.objects import Enum
from designer_kernel.design.parts import Index, IndexKey
from designer_kernel.design.traits import Audited, Timestamps
from designer_kernel.design.values import Position
from designer_kernel.diagram import metrics
from designer_kernel.diagram.picture import Picture, picture
from designer_kernel.diagram.shapes import Card
from tests import strategies
from tests.designer_kernel.diagram.designs import generated, marketplace

KEY = {"data_type": "bigint", "is_primary_key": True, "is_nullable": False}


def entity(name: str, *attributes: Attribute, **fields: object) -> Entity:
    own = positional_id(sum(name.encode()), name)
    key = Attribute(id=positional_id(1, name), name="id", **KEY)
    return Entity(id=own, name=name, attributes=(key, *attributes), **fields)


def shop(**changes: object) -> Design:
    users, orders = entity("users"), entity("orders")
    tie = {"source_entity_id": users.id, "target_entity_id": orders.id, "id": UUID(int=9)} | changes
    return Design(id=UUID(int=1), name="shop", entities=(users, orders), relationships=(Relationship(**tie),))


def card(drawn: Picture, title: str) -> Card:
    return next(card for card in drawn.cards if card.title == title)


def row_named(found: Card, name: str) -> object:
    return next(row for row in found.rows if row.name == name)


def test_a_relationship_joins_the_key_with_the_foreign_key() -> None:
    drawn = picture(shop())
    (edge,) = drawn.edges
    users, orders = card(drawn, "users"), card(drawn, "orders")
    row = row_named(orders, "user_id")
    assert (edge.source_card, edge.target_card) == (users.id, orders.id)
    assert (edge.source_row, edge.target_row) == (users.rows[0].id, row.id)
    assert (edge.source_end, edge.target_end) == ("1", "N")
    assert edge.relationship_id == str(UUID(int=9))
    assert (row.is_foreign_key, row.origin, row.is_nullable) == (True, "relationship", False)
    assert edge.points[0][1] == users.row_y(edge.source_row)


@pytest.mark.parametrize(
    ("changes", "ends"),
    [
        ({"source_cardinality": "0..1"}, ("0..1", "N")),
        ({"target_cardinality": "1..N"}, ("1", "1..N")),
        ({"relationship_type": "ONE_TO_ONE", "target_cardinality": "0..1"}, ("1", "0..1")),
        ({"relationship_type": "ONE_TO_ONE", "source_cardinality": "0..1", "target_cardinality": "1"}, ("0..1", "1")),
    ],
)
def test_ends_are_the_cardinalities(changes: dict[str, str], ends: tuple[str, str]) -> None:
    (edge,) = picture(shop(**changes)).edges
    assert (edge.source_end, edge.target_end) == ends


def test_a_many_to_many_shows_its_junction() -> None:
    drawn = picture(
        shop(
            relationship_type="MANY_TO_MANY",
            source_cardinality="0..N",
            target_cardinality="0..N",
            junction_name="likes",
        )
    )
    junction = card(drawn, "likes")
    assert junction.is_derived
    assert junction.subtitle == "junction of users and orders"
    assert {edge.target_card for edge in drawn.edges} == {junction.id}
    assert all(edge.is_identifying for edge in drawn.edges)


def test_marks_of_rows() -> None:
    attributes = (
        Attribute(name="email", data_type="varchar(255)", is_nullable=False, is_unique=True),
        Attribute(name="name", data_type="text"),
        Attribute(name="double", data_type="integer", generated="1 + 1"),
    )
    index = Index(keys=(IndexKey(attribute="name"),))
    drawn = picture(
        Design(name="d", entities=(entity("users", *attributes, indexes=(index,), traits=(Timestamps(),)),))
    )
    rows = {row.name: row for row in card(drawn, "users").rows}
    assert rows["id"].is_primary_key
    assert not rows["id"].is_nullable
    assert rows["email"].type == "varchar(255)"
    assert (rows["email"].is_unique, rows["email"].is_nullable) == (True, False)
    assert (rows["name"].is_indexed, rows["name"].is_nullable) == (True, True)
    assert rows["double"].is_generated
    assert rows["created_at"].type == "timestamptz"
    assert rows["created_at"].origin == "trait timestamps"


def test_tenant_edges_are_badges_unless_asked_for() -> None:
    quiet, loud = picture(marketplace()), picture(marketplace(), with_tenants=True)
    assert [badge.text for badge in card(quiet, "products").badges] == ["tenant", "timestamps"]
    assert not any(edge.kind == "tenant" for edge in quiet.edges)
    assert len([edge for edge in loud.edges if edge.kind == "tenant" and edge.is_quiet]) == 14
    assert {c.id: (c.x, c.y) for c in quiet.cards} == {c.id: (c.x, c.y) for c in loud.cards}


def test_a_tenant_scoped_reference_is_anchored_at_the_telling_column() -> None:
    drawn = picture(marketplace())
    variants = card(drawn, "product_variants")
    edge = next(e for e in drawn.edges if e.target_card == variants.id)
    assert next(row.name for row in variants.rows if row.id == edge.target_row) == "product_id"
    assert len(edge.target_rows) == len(edge.source_rows) == 2


def test_tables_of_traits_are_hidden_unless_asked_for() -> None:
    design = Design(name="d", entities=(entity("users", traits=(Audited(),)),))
    assert [c.title for c in picture(design).cards] == ["users"]
    shown = [c for c in picture(design, with_derived=True).cards if c.is_derived]
    assert [c.title for c in shown] == ["audit_log"]


def test_an_abstract_entity_is_drawn_with_its_heirs() -> None:
    person = entity("person", is_abstract=True)
    user = Entity(id=UUID(int=5), name="users", inherits=(person.id,))
    drawn = picture(Design(name="d", entities=(person, user)))
    (edge,) = drawn.edges
    assert card(drawn, "person").kind == "abstract"
    assert (edge.kind, edge.source_card, edge.target_card) == ("inherits", str(person.id), str(user.id))
    assert card(drawn, "users").rows[0].origin == "inherits person"


def test_views_and_enums_are_cards() -> None:
    drawn = picture(marketplace(with_views=True), with_enums=True)
    assert [row.name for row in card(drawn, "open_orders").rows] == ["id", "order_number", "customer", "count"]
    assert card(drawn, "daily_revenue").kind == "materialized_view"
    assert [row.name for row in card(drawn, "order_status").rows] == ["pending", "paid", "shipped"]
    plain = {c.title for c in picture(marketplace(with_views=True), with_views=False).cards}
    assert not plain & {"open_orders", "daily_revenue", "order_status"}


def test_a_row_of_an_enumerated_type_tells_its_labels() -> None:
    status = Attribute(name="status", data_type="mood", description="How it is.")
    design = Design(name="d", entities=(entity("users", status),), enums=(Enum(name="mood", labels=("sad", "glad")),))
    assert card(picture(design), "users").rows[1].description == "How it is. One of sad, glad."


def test_a_position_of_the_design_always_wins() -> None:
    design = shop()
    pinned = design.entities[0].model_copy(update={"position": Position(x=-700, y=33)})
    drawn = picture(design.model_copy(update={"entities": (pinned, design.entities[1])}))
    found = card(drawn, pinned.name)
    assert (found.x, found.y, found.is_pinned) == (-700, 33, True)


def test_the_next_picture_moves_nothing() -> None:
    design = marketplace(with_areas=False)
    before = picture(design)
    grown = design.model_copy(update={"entities": (*design.entities, entity("reviews"))})
    after = picture(grown, previous=before.positions())
    assert {key: after.positions()[key] for key in before.positions()} == before.positions()


def test_a_design_that_contradicts_itself_is_drawn_as_written() -> None:
    child = Attribute(name="user_id", data_type="text")
    users, orders = Entity(name="users"), entity("orders", child)  # no key to point at
    tie = Relationship(source_entity_id=users.id, target_entity_id=orders.id)
    drawn = picture(Design(name="d", entities=(users, orders), relationships=(tie,)))
    assert len(drawn.cards) == 2
    assert drawn.edges[0].relationship_id == str(tie.id)
    assert len(drawn.edges[0].points) >= 2


def test_levels_of_detail() -> None:
    everything, keys, names = (card(picture(marketplace(), detail=d), "orders") for d in ("all", "keys", "names"))
    assert [row.name for row in keys.rows] == ["id", "tenant_id", "user_id", "user_address_id"]
    assert keys.hidden_rows == len(everything.rows) - 4
    assert (names.rows, names.hidden_rows) == ((), 0)
    assert names.height < keys.height < everything.height


def test_a_part_of_a_design_can_be_drawn() -> None:
    whole = picture(marketplace())
    chosen = {card(whole, title).id for title in ("orders", "order_items", "tenants")}
    part = picture(marketplace(), only=chosen)
    assert {found.id for found in part.cards} == chosen
    assert len(part.edges) == 1


def test_areas_hold_their_cards() -> None:
    drawn = picture(marketplace())
    boxes = {area.id: area for area in drawn.areas}
    for found in drawn.cards:
        area = boxes[found.area_id]
        assert area.x < found.x
        assert found.right < area.x + area.width
        assert area.y + metrics.AREA_TITLE_HEIGHT < found.y
        assert found.bottom < area.y + area.height


def test_the_json_is_complete_and_sparse() -> None:
    told = picture(marketplace()).to_dict()
    assert json.loads(json.dumps(told)) == told
    assert told["format"] == 1
    assert told["metrics"]["row_height"] == metrics.ROW_HEIGHT
    for found in told["cards"]:
        assert {
            "id",
            "kind",
            "title",
            "colour",
            "x",
            "y",
            "width",
            "height",
            "rows_top",
            "rows",
            "badges",
        } <= found.keys()
        assert "is_derived" not in found
    for edge in told["edges"]:
        always = {"id", "kind", "source_card", "target_card", "source_row", "target_row", "source_end", "target_end"}
        assert always | {"source_rows", "target_rows", "points"} <= edge.keys()
        assert all(len(point) == 2 for point in edge["points"])


def test_a_card_is_wide_enough_for_its_texts() -> None:
    for found in picture(marketplace()).cards:
        for row in found.rows:
            name = metrics.text_width(row.name, metrics.ROW_SIZE, is_bold=row.is_primary_key)
            kind = metrics.text_width(row.type, metrics.TYPE_SIZE)
            assert metrics.ROW_TEXT_X + name + metrics.ROW_GAP + kind + metrics.ROW_RIGHT <= found.width


def test_pictures_are_equal_for_equal_designs() -> None:
    assert picture(generated(60)) == picture(generated(60))


def test_an_empty_design_has_an_empty_picture() -> None:
    drawn = picture(Design(name="empty"))
    assert (drawn.cards, drawn.edges) == ((), ())
    assert drawn.bounds.width == 2 * metrics.MARGIN


@given(strategies.designs())
@settings(max_examples=40, deadline=None)
def test_every_design_has_a_picture(design: Design) -> None:
    drawn = picture(design)
    concrete = {str(entity.id) for entity in design.entities}
    assert concrete <= {found.id for found in drawn.cards}
    assert all(edge.points for edge in drawn.edges)


@pytest.mark.parametrize(
    ("text", "wide"), [("iiii", False), ("WWWW", True), ("表名", True), ("e\u0301", False), ("", False)]
)
def test_text_is_measured_without_a_font(text: str, wide: bool) -> None:
    width = metrics.text_width(text, 10)
    assert (width > 7 * len(text)) == (wide and bool(text))


def test_cut_keeps_what_fits() -> None:
    assert metrics.cut("short", 12, 200) == "short"
    shortened = metrics.cut("a_very_long_name_of_a_column", 12, 80)
    assert shortened.endswith("…")
    assert metrics.text_width(shortened, 12) <= 80


def test_badges_speak_to_people() -> None:
    for drawn in picture(marketplace()).cards:
        for badge in drawn.badges:
            assert badge.detail
            assert "`" not in badge.detail
