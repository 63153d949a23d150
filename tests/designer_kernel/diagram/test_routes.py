"""Lines of the picture before: what nothing has touched stays, what an edit touched is laid anew."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer_kernel.design import edits
from designer_kernel.diagram import routing
from designer_kernel.diagram.boxes import Ground, Rectangle
from designer_kernel.diagram.cards import Shown
from designer_kernel.diagram.picture import drawn, picture, shapes_of
from designer_kernel.diagram.routes import Routes
from designer_kernel.diagram.shapes import Picture
from designer_kernel.diagram.wires import Wires
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


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_wires_that_are_known_are_those_that_would_be_made_from_nothing(seed: int) -> None:
    chance, known = random.Random(seed), Wires()
    cards, edges = {card.id: card for card in drawn(DESIGN, CARDS, EDGES).cards}, [*EDGES]
    for _step in range(5):
        moved, bound = chance.choice([*cards.values()]), chance.choice(edges)
        cards = {**cards, moved.id: moved.at(moved.x, moved.y + chance.choice([-70.25, 0.5, 900.0]))}
        other = replace(bound, source_card=chance.choice([bound.source_card, bound.target_card]), target_row="")
        edges = [other if edge is bound else edge for edge in edges if edge is bound or chance.random() > 0.02]
        chance.shuffle(edges)
        edges.append(replace(bound, id=f"new {len(edges)} {chance.random()}"))
        wires, anew = known.of(edges, cards), Wires().of(edges, cards)
        assert [replace(one, net=0) for one in wires] == [replace(one, net=0) for one in anew]
        assert len({(one.net, other.net) for one, other in zip(wires, anew, strict=True)}) == len(
            {one.net for one in anew}
        )


def test_what_an_edit_left_alone_is_the_same_card_and_the_same_edge() -> None:
    routes, entity = Routes(), DESIGN.entities[3]
    before = picture(DESIGN, routes=routes)
    edit = edits.ChangeAttribute(
        entity_id=entity.id, attribute_id=entity.attributes[1].id, changes={"description": "what it is for"}
    )
    then = picture(edits.apply(DESIGN, edit), previous=before.positions(), routes=routes)
    others = [(old, new) for old, new in zip(before.cards, then.cards, strict=True) if old.id != str(entity.id)]
    assert all(old is new for old, new in others)
    assert all(old is new for old, new in zip(before.edges, then.edges, strict=True))


def test_lines_that_are_far_away_are_left_out_where_they_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    design = generated(150)
    cards, drawn_edges = shapes_of(design, Shown())
    whole = drawn(design, cards, drawn_edges, routes=(routes := Routes()))
    chance = random.Random(5)
    for _step in range(4):
        moved = chance.choice(whole.cards)
        places = whole.positions() | {moved.id: (moved.x + 30.0, moved.y + 15.0)}
        with monkeypatch.context() as patched:
            patched.setattr(routing, "_FEW", 0)
            expected = drawn(design, cards, drawn_edges, previous=places, routes=routes.copy())
        whole = drawn(design, cards, drawn_edges, previous=places, routes=routes)
        assert whole == expected


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
