"""Routing: lines end at their rows, are orthogonal, and keep clear of cards."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from designer_kernel.diagram import metrics
from designer_kernel.diagram.board import Board, base_cost, runs
from designer_kernel.diagram.boxes import Rectangle
from designer_kernel.diagram.passages import Gate, passage
from designer_kernel.diagram.picture import picture
from designer_kernel.diagram.routing import route_edges, simplified
from designer_kernel.diagram.shapes import Card, Edge, Picture, Row
from tests.designer_kernel.diagram.audit import audit
from tests.designer_kernel.diagram.designs import generated, marketplace


def card(key: str, x: float, y: float, rows: int = 4) -> Card:
    return Card(
        id=key,
        kind="entity",
        title=key,
        x=x,
        y=y,
        width=200,
        height=metrics.HEADER_HEIGHT + rows * metrics.ROW_HEIGHT,
        rows=tuple(Row(f"{key}{i}", f"row {i}") for i in range(rows)),
    )


def tie(source: str, target: str, number: int = 0, source_row: str = "", target_row: str = "") -> Edge:
    return Edge(
        id=f"{source}-{target}-{number}",
        kind="relationship",
        source_card=source,
        target_card=target,
        source_row=source_row or f"{source}0",
        target_row=target_row or f"{target}{1 + number}",
        source_end="1",
        target_end="N",
    )


def random_edge(chance: random.Random, cards: list[Card], key: str) -> Edge:
    source, target = chance.choice(cards).id, chance.choice(cards).id
    edge = tie(source, target, target_row=f"{target}{chance.randint(1, 3)}")
    return replace(edge, id=key, source_end=chance.choice(["1", "0..1"]))


def check_ends(cards: dict[str, Card], edge: Edge) -> None:
    first, last = edge.points[0], edge.points[-1]
    for (x, y), own, row in (
        (first, cards[edge.source_card], edge.source_row),
        (last, cards[edge.target_card], edge.target_row),
    ):
        assert x in (own.x, own.right), "an edge leaves at a side"
        room = metrics.ROW_HEIGHT if row in {r.id for r in own.rows} else metrics.HEADER_HEIGHT
        assert abs(y - own.row_y(row)) < room / 2, "an edge ends inside its row"
    for a, b in pairwise(edge.points):
        assert (a[0] == b[0]) != (a[1] == b[1]), "every piece is vertical or horizontal, and has a length"
    for end, following in ((edge.points[0], edge.points[1]), (edge.points[-1], edge.points[-2])):
        assert end[1] == following[1]
        assert abs(end[0] - following[0]) >= metrics.STUB - 0.01 or len(edge.points) == 2
    own = cards[edge.source_card]
    outwards = edge.points[1][0] - first[0]
    assert outwards > 0 if first[0] == own.right else outwards < 0, "an edge leaves its card, not through it"


@given(st.integers(0, 10_000), st.integers(2, 14))
@settings(max_examples=40, deadline=None)
def test_every_edge_ends_at_its_rows(seed: int, count: int) -> None:
    chance = random.Random(seed)
    cells = chance.sample([(c, r) for c in range(5) for r in range(5)], count)
    cards = [
        card(f"c{i}", 330.0 * c + chance.randint(0, 40), 190.0 * r + chance.randint(0, 20))
        for i, (c, r) in enumerate(cells)
    ]
    edges = [random_edge(chance, cards, f"e{i}") for i in range(count * 2)]
    routed = route_edges(cards, edges)
    assert [edge.id for edge in routed] == [edge.id for edge in edges]
    for edge in routed:
        check_ends({c.id: c for c in cards}, edge)
    assert route_edges(cards, edges) == routed


def test_a_plain_neighbour_is_reached_from_right_to_left() -> None:
    (edge,) = route_edges([card("a", 0, 0), card("b", 400, 0)], [tie("a", "b")])
    assert (edge.points[0][0], edge.points[-1][0]) == (200, 400)
    assert len(edge.points) == 4


def test_a_parent_at_the_right_is_left_at_its_left_side() -> None:
    (edge,) = route_edges([card("a", 400, 0), card("b", 0, 0)], [tie("a", "b")])
    assert (edge.points[0][0], edge.points[-1][0]) == (400, 200)


def test_a_self_reference_is_a_loop_on_the_right() -> None:
    (edge,) = route_edges([card("a", 0, 0)], [tie("a", "a")])
    assert edge.points[0][0] == edge.points[-1][0] == 200
    assert min(x for x, _y in edge.points) == 200


def test_edges_of_one_key_share_a_trunk() -> None:
    cards = [card("a", 0, 200), card("b", 400, 0), card("c", 400, 200), card("d", 400, 400)]
    routed = route_edges(cards, [tie("a", key) for key in "bcd"])
    assert len({edge.points[0] for edge in routed}) == 1
    trunks = {edge.points[1][0] for edge in routed if len(edge.points) == 4}
    assert len(trunks) == 1


def test_edges_of_different_keys_never_lie_on_each_other() -> None:
    cards = [card("a", 0, 0), card("b", 0, 200), card("c", 400, 0), card("d", 400, 200)]
    edges = [tie("a", "d", 0), tie("b", "c", 0), tie("a", "c", 1, source_row="a2"), tie("b", "d", 1, source_row="b3")]
    routed = route_edges(cards, edges)
    verticals = [(run[1:], edge.id) for edge in routed for run in runs(edge.points) if run[0]]
    for i, ((x, low, high), one) in enumerate(verticals):
        for (other_x, other_low, other_high), other in verticals[i + 1 :]:
            if one != other and low < other_high and other_low < high:
                assert abs(x - other_x) >= metrics.LANE - 0.5


def test_ends_with_different_marks_meet_a_row_apart() -> None:
    cards = [card("a", 0, 100), card("b", 400, 0), card("c", 400, 300)]
    edges = [tie("a", "b"), tie("a", "c")]
    routed = route_edges(cards, [edges[0], replace(edges[1], source_end="0..1")])
    assert abs(routed[0].points[0][1] - routed[1].points[0][1]) >= 8


def test_an_edge_goes_around_a_card_in_its_way() -> None:
    cards = [card("a", 0, 0), card("wall", 300, -100, rows=16), card("b", 700, 0)]
    routed = route_edges(cards, [tie("a", "b")])
    assert audit(Picture("p", tuple(cards), tuple(routed))).edges_through_cards == ()


def test_an_edge_to_a_card_that_is_not_drawn_has_no_points() -> None:
    (edge,) = route_edges([card("a", 0, 0)], [tie("a", "b")])
    assert edge.points == ()


def test_a_passage_is_found_between_walls() -> None:
    walls = [Rectangle(200, -2000, 40, 2100), Rectangle(200, 130, 40, 3000), Rectangle(400, -2000, 40, 1900)]
    found = passage(Gate(0, 500, 1), Gate(800, 0, -1), walls)
    assert found is not None
    assert found[0] == (0, 500)
    assert found[-1] == (800, 0)
    board = [(wall.x, wall.y, wall.right, wall.bottom) for wall in walls]
    for (x1, y1), (x2, y2) in pairwise(found):
        for left, top, right, bottom in board:
            assert max(x1, x2) <= left or min(x1, x2) >= right or max(y1, y2) <= top or min(y1, y2) >= bottom


def test_no_passage_leads_out_of_a_closed_room() -> None:
    room = [Rectangle(-5000, -60, 10000, 20), Rectangle(-5000, 40, 10000, 20), Rectangle(90, -60, 20, 120)]
    assert passage(Gate(0, 0, 1), Gate(800, 0, -1), [*room, Rectangle(-400, -60, 20, 120)]) is None


def test_simplified_drops_points_on_a_straight_line() -> None:
    assert simplified([(0, 0), (5, 0), (5, 0), (9, 0), (9, 4)]) == ((0, 0), (9, 0), (9, 4))


def test_the_board_counts_what_a_line_meets() -> None:
    board = Board([card("a", 0, 0)])
    line = ((-100.0, 50.0), (400.0, 50.0))
    assert board.cards_hit(runs(line)[0]) == ("a",)
    clear = ((-100.0, 500.0), (400.0, 500.0))
    assert board.cost(clear, 1, ("", "")) == base_cost(clear)
    across = ((100.0, 400.0), (100.0, 600.0))
    board.add(across, 2)
    assert board.cost(clear, 1, ("", "")) > base_cost(clear)
    board.remove(across, 2)
    assert board.cost(clear, 1, ("", "")) == base_cost(clear)


@pytest.mark.parametrize("with_areas", [True, False])
def test_no_edge_of_the_marketplace_runs_through_a_card(with_areas: bool) -> None:
    found = audit(picture(marketplace(with_areas=with_areas)))
    assert found.overlapping_cards == ()
    assert found.edges_through_cards == ()
    assert found.crossings <= 12


@pytest.mark.parametrize("count", [12, 60])
def test_nothing_lies_on_anything_at_sizes_that_are_read_as_a_whole(count: int) -> None:
    for seed in (1, 2, 3):
        found = audit(picture(generated(count, seed=seed)))
        assert (found.overlapping_cards, found.edges_through_cards) == ((), ()), f"seed {seed}"


def test_few_edges_of_200_tables_run_through_a_card() -> None:
    drawn = picture(generated(200))
    found = audit(drawn)
    assert found.overlapping_cards == ()
    assert len({edge for edge, _card in found.edges_through_cards}) <= 0.02 * len(drawn.edges)
