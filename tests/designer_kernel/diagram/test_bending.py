"""Lines laid by hand: data of the design that follows its cards, its diagrams and its relationships."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from designer_kernel.design import Attribute, Design, Entity, Relationship, document
from designer_kernel.design import edits as e
from designer_kernel.design.bends import Bends, lines_of
from designer_kernel.design.diagrams import Diagram
from designer_kernel.design.values import Position, RelationshipType
from designer_kernel.diagram import comparison, metrics, seen
from designer_kernel.diagram.bending import line_through, turns_now
from designer_kernel.diagram.picture import picture
from designer_kernel.diagram.routes import Routes
from designer_kernel.diagram.shapes import Card, Edge, Picture
from designer_kernel.errors import InvalidDesign, UnknownObject
from designer_kernel.studio.merging import MergeConflict, merge

KEY = Attribute(name="id", data_type="bigint", is_primary_key=True, is_nullable=False)
PLACES = {"users": (0, 0), "orders": (600, 40), "tags": (600, 500)}


def shop() -> Design:
    """Return three cards, a relationship, and a many-to-many one, with a diagram of all of it."""
    users, orders, tags = (
        Entity(name=name, attributes=(KEY.replace(id=UUID(int=1000 + index)),), position=Position(x=x, y=y))
        for index, (name, (x, y)) in enumerate(PLACES.items())
    )
    one = Relationship(source_entity_id=users.id, target_entity_id=orders.id)
    many = Relationship(
        source_entity_id=orders.id,
        target_entity_id=tags.id,
        relationship_type=RelationshipType.MANY_TO_MANY,
        source_cardinality="N",
        target_cardinality="N",
    )
    return Design(
        name="shop",
        entities=(users, orders, tags),
        relationships=(one, many),
        diagrams=(Diagram(name="All", positions={one.id: one.position for one in (users, orders, tags)}),),
    )


def bent(design: Design, line: UUID, turns: tuple[float, ...], *, diagram_id: UUID | None = None) -> Design:
    """Return a design with a line laid by hand between its cards where they stand."""
    drawn = picture(design)
    edge = line_in(drawn, line)
    source, target = drawn.card(edge.source_card), drawn.card(edge.target_card)
    assert source is not None
    assert target is not None
    bends = Bends(turns=turns, source=Position(x=source.x, y=source.y), target=Position(x=target.x, y=target.y))
    return e.apply(design, e.BendLine(line_id=line, bends=bends, diagram_id=diagram_id))


def line_in(drawn: Picture, line: UUID) -> Edge:
    return next(edge for edge in drawn.edges if edge.id == str(line))


def moved(design: Design, **places: tuple[float, float]) -> Design:
    """Return a design with entities elsewhere."""
    there = {design.entity(name).id: Position(x=x, y=y) for name, (x, y) in places.items()}
    return e.apply(design, e.MoveNodes(positions=there))


def test_a_line_laid_by_hand_turns_where_it_is_told_and_is_laid_anew_when_it_is_given_back() -> None:
    design = shop()
    line, many = (relationship.id for relationship in design.relationships)
    routes = Routes()
    before = picture(design, routes=routes)
    after = bent(design, line, (300, 400, 500))
    drawn = picture(after, routes=routes)
    assert line_in(drawn, line).points[1:-1] == ((300, 55), (300, 400), (500, 400), (500, 117))
    assert line_in(drawn, line).turns == (300, 400, 500)
    assert document.read(document.to_yaml(after)) == after
    back = e.apply(after, e.BendLine(line_id=line))
    assert back == design
    assert picture(back, routes=routes) == before, "nothing of the line by hand was remembered"

    second = list(lines_of(design.relationships[1]))[1]
    both = bent(after, second, (-400,))
    assert line_in(picture(both), second).turns == (-400,)
    assert both.relationships[1].bends is None
    assert Picture.of_dict(picture(both).to_dict()) == picture(both)
    assert not comparison.compared(design, both), "how a line is laid is no change of what is meant"
    with pytest.raises(UnknownObject, match="no relationship whose line"):
        e.apply(design, e.BendLine(line_id=many))
    with pytest.raises(ValidationError, match="odd number"):
        Bends(turns=(1, 2), source=Position(x=0, y=0), target=Position(x=0, y=0))


def test_a_line_laid_by_hand_goes_where_both_cards_go_and_stays_while_one_of_them_moves() -> None:
    design = shop()
    line = design.relationships[0].id
    after = bent(design, line, (300, 400, 500))
    assert line_in(picture(moved(after, users=(0, 90))), line).turns == (300, 400, 500)
    both = moved(after, users=(100, -50), orders=(700, -10))
    assert line_in(picture(both), line).turns == (400, 350, 600)
    beyond = line_in(picture(moved(after, users=(290, 0))), line)
    assert beyond.turns[0] == 290 - metrics.STUB, "it still leaves its card"
    assert beyond.points[0][0] == 290


coordinates = st.integers(-900, 900)


@given(st.lists(coordinates, min_size=1, max_size=7), coordinates, coordinates, coordinates, coordinates)
@settings(max_examples=60, deadline=None)
def test_wherever_cards_go_a_line_stays_orthogonal_and_leaves_them_room_for_its_ends(
    turns: list[int], x1: int, y1: int, x2: int, y2: int
) -> None:
    odd = tuple(map(float, turns if len(turns) % 2 else turns[1:] or [1]))
    design = shop()
    line = design.relationships[0].id
    drawn = picture(moved(bent(design, line, odd), users=(x1, y1), orders=(x2, y2)))
    edge = line_in(drawn, line)
    assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(edge.points))
    for end, beside, card_id in ((0, 1, edge.source_card), (-1, -2, edge.target_card)):
        card = drawn.card(card_id)
        assert card is not None
        assert edge.points[end][0] in (card.x, card.right)
        assert edge.points[end][1] == edge.points[beside][1]
    assert edge.turns[0] == edge.points[1][0] or len(edge.points) < 4


def test_a_diagram_has_lines_of_its_own_and_loses_what_there_is_no_longer() -> None:
    design = shop()
    users, orders, tags = design.entities
    line, many = design.relationships
    (seen_all,) = design.diagrams
    both = bent(bent(design, line.id, (280,)), line.id, (330,), diagram_id=seen_all.id)
    assert line_in(picture(both), line.id).turns == (280,)
    assert line_in(seen.picture_of(both, both.diagrams[0]), line.id).turns == (330,)
    assert document.read(document.to_yaml(both)) == both
    gone = e.apply(both, e.RemoveRelationship(relationship_id=line.id))
    assert gone.diagrams[0].bends == {}
    assert e.apply(both, e.RemoveEntity(entity_id=orders.id)).diagrams[0].bends == {}
    change = e.ChangeRelationship(relationship_id=line.id, changes={"target_entity_id": tags.id})
    assert change.describe(both).endswith("; its line is no longer as it was laid by hand")
    elsewhere = e.apply(both, change)
    assert elsewhere.diagrams[0].bends == {}
    assert elsewhere.relationships[0].bends is None
    with pytest.raises(InvalidDesign, match="use bend_line"):
        e.apply(both, e.ChangeRelationship(relationship_id=line.id, changes={"bends": None}))
    part = Diagram(name="Part", members=(users.id,))
    apart = e.apply(both, e.AddObject(collection="diagrams", object=part))
    with pytest.raises(InvalidDesign, match="does not show both ends"):
        e.apply(apart, e.BendLine(line_id=line.id, diagram_id=part.id))
    assert many.bends is None


def test_bending_a_line_never_conflicts_with_editing_its_relationship() -> None:
    design = shop()
    line = design.relationships[0].id
    here = bent(design, line, (280,))
    renamed = e.ChangeRelationship(relationship_id=line, changes={"description": "places"})
    merged = merge(design, here, renamed)
    assert merged.relationships[0].description == "places"
    assert merged.relationships[0].bends == here.relationships[0].bends
    bends = here.relationships[0].bends
    assert bends is not None
    other = e.BendLine(line_id=line, bends=bends.replace(turns=(300,)))
    with pytest.raises(MergeConflict):
        merge(design, here, other)


def test_a_line_runs_where_the_canvas_draws_it() -> None:
    """`frontend/bending.js` draws lines while cards move; its test reads the same cases."""
    for case in json.loads((Path(__file__).parent / "bends.json").read_text(encoding="utf-8")):
        source, target = (
            Card("", "entity", "", x=x, y=y, width=180.0, height=120.0) for x, y in map(tuple, case["now"])
        )
        was = [Position(x=x, y=y) for x, y in case["was"]]
        turns = turns_now(Bends(turns=case["turns"], source=was[0], target=was[1]), source, target)
        assert list(turns) == case["then"]
        line = line_through(turns, source, case["rows"][0], target, case["rows"][1])
        assert [list(point) for point in line] == case["points"]
