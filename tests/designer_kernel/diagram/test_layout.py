"""Layout: no overlaps, deterministic, incremental."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from designer_kernel.design.communities import LARGEST
from designer_kernel.diagram import metrics
from designer_kernel.diagram.boxes import Box, Link, Place, Rectangle
from designer_kernel.diagram.clusters import clusters_of
from designer_kernel.diagram.layers import layered
from designer_kernel.diagram.layout import arrange
from designer_kernel.diagram.pack import Block, Pull, compacted, nearest_free, packed, shelves

Graph = tuple[list[Box], list[Link]]


@st.composite
def graphs(draw: st.DrawFn, most: int = 40) -> Graph:
    count = draw(st.integers(1, most))
    sizes = st.tuples(st.integers(120, 380), st.integers(40, 500), st.sampled_from(["", "", "a", "b"]))
    boxes = [
        Box(f"b{i:03}", float(w), float(h), group)
        for i, (w, h, group) in enumerate(draw(st.lists(sizes, min_size=count, max_size=count)))
    ]
    ends = st.tuples(st.integers(0, count - 1), st.integers(0, count - 1))
    links = [Link(boxes[a].id, boxes[b].id, 20.0, 30.0) for a, b in draw(st.lists(ends, max_size=2 * count))]
    return boxes, links


def rectangles(boxes: list[Box], places: dict[str, Place]) -> list[tuple[str, Rectangle]]:
    return [(box.id, Rectangle(*places[box.id], box.width, box.height)) for box in boxes]


def overlaps(boxes: list[Box], places: dict[str, Place]) -> list[tuple[str, str]]:
    shapes = rectangles(boxes, places)
    return [(a, b) for i, (a, one) in enumerate(shapes) for b, other in shapes[i + 1 :] if one.is_near(other)]


@given(graphs())
@settings(max_examples=60, deadline=None)
def test_no_two_boxes_overlap(graph: Graph) -> None:
    boxes, links = graph
    places = arrange(boxes, links)
    assert places.keys() == {box.id for box in boxes}
    assert overlaps(boxes, places) == []


@given(graphs(), st.data())
@settings(max_examples=60, deadline=None)
def test_pinned_boxes_stay_and_others_make_room(graph: Graph, data: st.DataObject) -> None:
    boxes, links = graph
    chosen = data.draw(st.lists(st.sampled_from(boxes), unique_by=lambda box: box.id, max_size=len(boxes)))
    pinned: dict[str, Place] = {}
    for box in chosen:
        place = data.draw(st.tuples(st.integers(-1500, 1500), st.integers(-1500, 1500)))
        mine = Rectangle(float(place[0]), float(place[1]), box.width, box.height)
        fixed = rectangles([b for b in boxes if b.id in pinned], pinned)
        if not any(mine.is_near(other) for _id, other in fixed):  # what a person lays on another stays there
            pinned[box.id] = (mine.x, mine.y)
    places = arrange(boxes, links, pinned=pinned)
    assert {key: places[key] for key in pinned} == pinned
    assert overlaps(boxes, places) == []


@given(graphs(most=25))
@settings(max_examples=40, deadline=None)
def test_a_new_box_moves_no_other(graph: Graph) -> None:
    boxes, links = graph
    if len(boxes) < 2:
        return
    first = boxes[:-1]
    known = {box.id for box in first}
    before = arrange(first, [link for link in links if link.source in known and link.target in known])
    after = arrange(boxes, links, previous=before)
    assert {key: after[key] for key in before} == before
    assert overlaps(boxes, after) == []


@given(graphs(most=25))
@settings(max_examples=30, deadline=None)
def test_a_box_that_grows_moves_only_what_it_would_cover(graph: Graph) -> None:
    boxes, links = graph
    before = arrange(boxes, links)
    grown = [Box(boxes[0].id, boxes[0].width, boxes[0].height + 120, boxes[0].group), *boxes[1:]]
    after = arrange(grown, links, previous=before)
    assert overlaps(grown, after) == []
    big = Rectangle(*before[grown[0].id], grown[0].width, grown[0].height)
    for box in grown[1:]:
        if not big.is_near(Rectangle(*before[box.id], box.width, box.height)):
            assert after[box.id] == before[box.id]


@given(graphs())
@settings(max_examples=20, deadline=None)
def test_equal_input_gives_equal_places(graph: Graph) -> None:
    boxes, links = graph
    assert arrange(list(boxes), list(links)) == arrange(boxes, links)


def test_nothing_has_no_places() -> None:
    assert arrange([], []) == {}


def test_a_pinned_minority_leaves_the_rest_as_it_was() -> None:
    boxes = [Box(f"b{i}", 200, 150) for i in range(9)]
    links = [Link("b0", f"b{i}") for i in range(1, 9)]
    before = arrange(boxes, links)
    after = arrange(boxes, links, pinned={"b3": (9000.0, 9000.0)})
    assert after == before | {"b3": (9000.0, 9000.0)}


def test_a_new_child_stands_right_of_its_parent() -> None:
    parent, child = Box("p", 200, 150), Box("c", 200, 150)
    places = arrange([parent, child], [Link("p", "c", 50, 50)], previous={"p": (100.0, 100.0)})
    assert places == {"p": (100.0, 100.0), "c": (300 + metrics.COLUMN_GAP, 100.0)}


def test_a_new_box_stays_out_of_areas_that_are_not_its_own() -> None:
    boxes = [Box("a1", 200, 100, "area"), Box("a2", 200, 100, "area"), Box("p", 200, 100), Box("new", 100, 50)]
    previous = {"a1": (400.0, 0.0), "a2": (400.0, 600.0), "p": (0.0, 300.0)}
    places = arrange(boxes, [Link("p", "new")], previous=previous)
    frame = Rectangle(400, 0, 200, 700)
    assert not Rectangle(*places["new"], 100, 50).is_near(frame)


def test_layers_put_parents_left_of_children() -> None:
    boxes = [Box(key, 200, 150) for key in "abcd"]
    places = layered(boxes, [Link("a", "b"), Link("b", "c"), Link("a", "d")])
    assert places["a"][0] < places["b"][0] < places["c"][0]
    assert places["a"][0] < places["d"][0]


def test_layers_survive_cycles() -> None:
    boxes = [Box(key, 200, 150) for key in "abc"]
    places = layered(boxes, [Link("a", "b"), Link("b", "c"), Link("c", "a"), Link("a", "a")])
    assert len({x for x, _y in places.values()}) == 3


def test_layers_make_a_line_of_a_chain_straight() -> None:
    boxes = [Box("a", 200, 150), Box("b", 200, 300)]
    places = layered(boxes, [Link("a", "b", 60, 200)])
    assert places["a"][1] + 60 == places["b"][1] + 200


def test_clusters_are_areas_first_and_small_enough() -> None:
    boxes = [Box(f"b{i:03}", 100, 100, "area" if i < 30 else "") for i in range(200)]
    links = [Link(f"b{i:03}", f"b{(i * 7 + 1) % 190:03}") for i in range(190)]
    clusters, loose = clusters_of(boxes, links)
    assert [cluster.group for cluster in clusters].count("area") == 1
    assert all(len(cluster.members) <= LARGEST for cluster in clusters if not cluster.group)
    assert set(loose) >= {"b195", "b199"}
    members = [key for cluster in clusters for key in cluster.members]
    assert sorted([*members, *loose]) == [box.id for box in boxes]


def test_a_hub_stands_apart_in_a_large_component() -> None:
    boxes = [Box(f"b{i:03}", 100, 100) for i in range(61)]
    links = [Link("b000", f"b{i:03}") for i in range(1, 61)]
    links += [Link(f"b{i:03}", f"b{i + 1:03}") for i in range(1, 60) if i % 10]
    clusters, _loose = clusters_of(boxes, links)
    of_hub = next(cluster for cluster in clusters if "b000" in cluster.members)
    assert of_hub.members == ("b000",)
    assert sorted(len(cluster.members) for cluster in clusters) == [1, 10, 10, 10, 10, 10, 10]


def test_packed_blocks_keep_their_distance_and_make_a_page() -> None:
    blocks = [Block(i, 300 + 40 * (i % 5), 200 + 60 * (i % 3)) for i in range(30)]
    places = packed(blocks, [Pull(i, i + 1, (0, 0), (0, 0)) for i in range(29)], gap=50)
    shapes = [Rectangle(*places[b.id], b.width, b.height) for b in blocks]
    assert not any(a.is_near(b, 49.9) for i, a in enumerate(shapes) for b in shapes[i + 1 :])
    width = max(s.right for s in shapes) - min(s.x for s in shapes)
    height = max(s.bottom for s in shapes) - min(s.y for s in shapes)
    assert 0.8 < width / height < 3.0


def test_compacting_brings_groups_together_without_touching() -> None:
    groups = {0: [Rectangle(0, 0, 100, 100)], 1: [Rectangle(900, 0, 100, 100)]}
    moves = compacted(groups, gap=50)
    left, right = 0 + moves[0][0] + 100, 900 + moves[1][0]
    assert 50 <= right - left < 200


def test_shelves_wrap() -> None:
    places = shelves([Box("a", 60, 10), Box("b", 60, 30), Box("c", 60, 10)], 130, gap=10)
    assert places == {"a": (0.0, 0.0), "b": (70.0, 0.0), "c": (0.0, 40.0)}


def test_nearest_free_moves_as_little_as_possible() -> None:
    wall = Rectangle(0, 0, 100, 1000)
    spot = nearest_free(Rectangle(90, 500, 50, 50), [wall], gap=10)
    assert spot == Rectangle(110, 500, 50, 50)
