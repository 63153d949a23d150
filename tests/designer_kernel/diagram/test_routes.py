"""Lines of the picture before: what nothing has touched stays, what an edit touched is laid anew."""

from __future__ import annotations

import random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from designer_kernel.design import edits
from designer_kernel.diagram.boxes import Ground, Rectangle
from designer_kernel.diagram.cards import Shown
from designer_kernel.diagram.picture import drawn, picture, shapes_of
from designer_kernel.diagram.routes import Routes
from designer_kernel.diagram.shapes import Picture
from tests.designer_kernel.diagram.audit import audit
from tests.designer_kernel.diagram.designs import generated

DESIGN = generated(30)
CARDS, EDGES = shapes_of(DESIGN, Shown())


def after(before: Picture, chance: random.Random, routes: Routes) -> tuple[str, Picture]:
    """Return which card was moved into some free place, and the picture then."""
    moved = chance.choice(before.cards)
    taken = [Rectangle(c.x, c.y, c.width + 40, c.height + 40) for c in before.cards if c is not moved]
    ground = Ground(taken)
    size = moved.width + 40, moved.height + 40
    spots = [Rectangle(x, y, *size) for x in range(0, 4000, 60) for y in range(0, 3000, 60)]
    spot = chance.choice([spot for spot in spots if ground.is_free(spot)])
    places = before.positions() | {moved.id: (spot.x, spot.y)}
    return moved.id, drawn(DESIGN, CARDS, EDGES, previous=places, routes=routes)


@given(st.integers(0, 10_000))
@settings(max_examples=8, deadline=None)
def test_a_card_that_moves_takes_its_own_lines_along_and_few_others(seed: int) -> None:
    routes = Routes()
    before = drawn(DESIGN, CARDS, EDGES, routes=routes)
    assert audit(before).edges_through_cards == ()
    card, then = after(before, random.Random(seed), routes)
    changed = {edge.id for edge, old in zip(then.edges, before.edges, strict=True) if edge.points != old.points}
    own = {edge.id for edge in before.edges if card in (edge.source_card, edge.target_card)}
    assert own <= changed
    assert len(changed - own) < len(before.edges) / 2
    through = audit(then).edges_through_cards
    anew = drawn(DESIGN, CARDS, EDGES, previous=then.positions())
    assert {edge for edge, _card in through} <= changed
    assert len(through) <= len(audit(anew).edges_through_cards), "a line has no way here that a new picture has"


def test_what_nothing_touched_keeps_its_line() -> None:
    routes = Routes()
    before = drawn(DESIGN, CARDS, EDGES, routes=routes)
    assert drawn(DESIGN, CARDS, EDGES, previous=before.positions(), routes=routes) == before


def test_too_many_lines_are_left_for_later() -> None:
    routes = Routes()
    quick = drawn(DESIGN, CARDS, EDGES, routes=routes, at_most=len(EDGES) - 1)
    assert not any(edge.points for edge in quick.edges)
    whole = drawn(DESIGN, CARDS, EDGES, previous=quick.positions(), routes=routes)
    assert all(edge.points for edge in whole.edges)
    assert whole == drawn(DESIGN, CARDS, EDGES), "nothing of the quick one was remembered"
    assert drawn(DESIGN, CARDS, EDGES, previous=whole.positions(), routes=routes, at_most=0) == whole


@given(st.lists(st.tuples(st.integers(-900, 900), st.integers(-900, 900), st.integers(1, 700), st.integers(1, 700))))
@settings(max_examples=60, deadline=None)
def test_ground_is_free_where_no_place_overlaps(places: list[tuple[int, int, int, int]]) -> None:
    rectangles = [Rectangle(*map(float, place)) for place in places]
    wanted, taken = Rectangle(0.0, 0.0, 400.0, 300.0), rectangles
    assert Ground(taken).is_free(wanted) == (not any(wanted.is_near(other) for other in taken))


EDITS: list[dict[str, Any]] = [
    {"kind": "change_attribute", "changes": {"description": "what it is for"}},
    {"kind": "change_attribute", "changes": {"is_unique": True}},
    {"kind": "rename_attribute", "name": "renamed_since"},
    {"kind": "change_attribute", "changes": {"data_type": "text"}},
]


def test_cards_that_are_remembered_are_those_that_would_be_drawn() -> None:
    routes, design = Routes(), DESIGN
    picture(design, routes=routes)
    for edit in EDITS:
        entity = design.entities[3]
        key = {"entity_id": str(entity.id), "attribute_id": str(entity.attributes[-1].id)}
        design = edits.apply(design, edits.parse_edit(edit | key))
        cards, _edges = shapes_of(design, Shown())
        remembered = [card.at(0.0, 0.0) for card in picture(design, routes=routes).cards]
        assert remembered == cards
    assert cards != CARDS
