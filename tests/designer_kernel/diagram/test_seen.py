"""Parts of a design as pictures: saved diagrams with notes, what is near, and ways between two entities."""

from __future__ import annotations

import pytest

from designer_kernel.design import Design, Entity, Relationship
from designer_kernel.design.diagrams import Diagram, Note
from designer_kernel.design.objects import Area
from designer_kernel.design.values import Position
from designer_kernel.diagram import nearby, picture, seen, svg
from designer_kernel.diagram.shapes import Picture
from designer_kernel.errors import UnknownObject


def related(names: str, *pairs: str) -> Design:
    """Return a design of entities with one letter each, and a relationship for each pair of letters."""
    entities = {name: Entity(name=name, attributes=({"name": "id", "data_type": "bigint", "is_primary_key": True},))
                for name in names}  # fmt: skip
    ends = {"relationship_type": "ONE_TO_MANY", "source_cardinality": "1", "target_cardinality": "N"}
    relationships = [
        Relationship(source_entity_id=entities[one].id, target_entity_id=entities[other].id, name=f"r{n}", **ends)
        for n, (one, other) in enumerate(pairs)
    ]
    return Design(name="letters", entities=tuple(entities.values()), relationships=tuple(relationships))


def called(design: Design, ids: object) -> str:
    names = {entity.id: entity.name for entity in design.entities}
    return "".join(sorted(names[key] for key in ids))  # type: ignore[attr-defined]


def test_focus_goes_so_many_relationships_far() -> None:
    design = related("abcdefg", "ab", "bc", "cd", "de", "aa")
    start = design.entity("b").id
    assert [called(design, nearby.focus(design, [start], n)) for n in range(5)] == [
        "b",
        "abc",
        "abcd",
        "abcde",
        "abcde",
    ]
    assert called(design, nearby.focus(design, [start, design.entity("g").id], 1)) == "abcg"
    with pytest.raises(UnknownObject):
        nearby.focus(design, [design.id], 1)


def test_all_shortest_ways_are_found() -> None:
    design = related("abcdef", "ab", "ac", "bd", "cd", "cd", "ae", "ef", "fd")
    a, d = design.entity("a").id, design.entity("d").id
    ways = nearby.paths(design, a, d)
    assert [called(design, way.entity_ids) for way in ways] == ["abd", "acd", "acd"]
    names = {one.id: one.name for one in design.relationships}
    assert [[names[key] for key in way.relationship_ids] for way in ways] == [["r0", "r2"], ["r1", "r3"], ["r1", "r4"]]
    assert [called(design, way.entity_ids) for way in nearby.paths(design, d, a)] == ["abd", "acd", "acd"]
    assert nearby.paths(design, a, a) == [nearby.Way((a,), ())]
    apart = related("ab")
    assert nearby.paths(apart, *(entity.id for entity in apart.entities)) == []


def test_a_mesh_has_more_ways_than_are_told() -> None:
    layers = ["".join(chr(97 + 4 * n + m) for m in range(4)) for n in range(6)]
    pairs = [one + other for n in range(5) for one in layers[n] for other in layers[n + 1]]
    design = related("".join(layers), *pairs)
    assert len(nearby.paths(design, design.entity("a").id, design.entity("x").id)) == nearby.MOST_WAYS


def test_a_diagram_shows_its_part_at_its_places() -> None:
    design = related("abcd", "ab", "bc", "cd")
    a, b, c, _ = (entity.id for entity in design.entities)
    far = Position(x=900, y=900)
    saved = Diagram(name="Part", members=(a, b), positions={a: far}, detail="names")
    notes = (Note(text="here", diagram_id=saved.id), Note(text="there"))
    entities = tuple(one.replace(position=Position(x=0, y=0)) if one.id == b else one for one in design.entities)
    area = Area(name="Both", members=(b, c))
    design = design.replace(diagrams=(saved,), notes=notes, areas=(area,), entities=entities)
    drawn = seen.picture_of(design, seen.diagram_of(design, "Part"))
    assert [card.title for card in drawn.cards] == ["a", "b"]
    assert drawn.positions()[str(a)] == (900, 900)
    assert not drawn.cards[1].is_pinned
    assert len(drawn.edges) == 1
    assert not drawn.cards[0].rows
    assert [note.text for note in drawn.notes] == ["here"]
    assert [area.title for area in drawn.areas] == ["Both"]
    assert drawn.title == "Part"
    whole = picture.picture(design)
    assert [note.text for note in whole.notes] == ["there"]
    assert whole.positions()[str(b)] == (0, 0)
    assert Picture.of_dict(drawn.to_dict()) == drawn
    hidden = seen.picture_of(design, saved.replace(members=None, lines=()))
    assert len(hidden.cards) == 4
    assert hidden.edges == ()
    with pytest.raises(UnknownObject, match="there is no diagram"):
        seen.diagram_of(design, "Other")


def test_a_junction_is_shown_with_both_its_ends() -> None:
    design = related("abc", "ab")
    a, b, c = (entity.id for entity in design.entities)
    both = Relationship(
        source_entity_id=a, target_entity_id=c, relationship_type="MANY_TO_MANY", source_cardinality="N",
        target_cardinality="N",
    )  # fmt: skip
    design = design.replace(relationships=(*design.relationships, both))
    assert len(seen.part(design, (a, c)).cards) == 3
    assert len(seen.part(design, (a, b)).cards) == 2
    assert len(seen.part(design, (a, b, c), only_lines=(both.id,)).edges) == 2


def test_a_note_is_as_high_as_its_text() -> None:
    words = "a note with <b>words</b> & more of them " * 8
    design = Design(name="d", notes=(Note(text=f"{words}\n\n{'x' * 200}", width=200, height=40, colour="#336699"),))
    drawn = picture.picture(design)
    (note,) = drawn.notes
    assert "".join(note.lines).replace(" ", "") == (words + "x" * 200).replace(" ", "")
    assert "" in note.lines
    assert note.height > len(note.lines) * 16
    assert drawn.bounds.height > note.height
    text = svg.render(drawn)
    assert "&lt;b&gt;" in text
    assert "<b>" not in text
    assert "#336699" in text
