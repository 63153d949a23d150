"""Saved diagrams and notes: what they hold, what follows them, and how a file says it."""

from __future__ import annotations

import json

import pytest

from designer_kernel.design import Design, Entity, document
from designer_kernel.design import edits as e
from designer_kernel.design.diagrams import Diagram, Note
from designer_kernel.design.objects import Area, View
from designer_kernel.design.values import Position
from designer_kernel.errors import DesignerError, DocumentError, InvalidDesign, NameTaken, UnknownObject
from designer_kernel.studio.adding import addition
from designer_kernel.studio.merging import MergeConflict, merge


def shop() -> Design:
    """Return a design with a diagram of two of its cards, and a note on it."""
    entities = tuple(Entity(name=name) for name in ("orders", "items", "customers"))
    view = View(name="totals", query="SELECT 1 AS one")
    seen = Diagram(name="Ordering", members=(entities[0].id, view.id), positions={view.id: Position(x=5, y=6)})
    note = Note(text="Totals are\nof yesterday", diagram_id=seen.id, colour="#ffee88")
    return Design(name="shop", entities=entities, views=(view,), diagrams=(seen,), notes=(note,))


def test_a_file_names_what_a_diagram_shows() -> None:
    design = shop()
    text = document.to_yaml(design)
    assert "members: [orders, totals]" in text
    assert "totals: {x: 5, y: 6}" in text
    assert "diagram: Ordering" in text
    assert document.read(text) == design
    assert document.read(document.to_json(design), "shop.json") == design
    longest = e.apply(design, e.ChangeEntity(entity_id=design.entities[0].id, changes={"schema_name": "s" * 63}))
    longest = e.apply(longest, e.RenameEntity(entity_id=design.entities[0].id, name="o" * 63))
    place = {design.entities[0].id: Position(x=1, y=1)}
    longest = e.apply(longest, e.MoveNodes(positions=place, diagram_id=design.diagrams[0].id))
    assert document.read(document.to_yaml(longest)) == longest
    schema = json.dumps(document.json_schema())
    assert '"diagram": {"type": "string"' in schema
    assert "propertyNames" not in schema.split('"Diagram":')[1].split('"Note":')[0].split('"Position')[0]


@pytest.mark.parametrize(
    ("wrong", "right", "what"),
    [
        ("[orders, nobody]", "[orders, totals]", "there is no entity or view 'nobody'"),
        ("diagram: Orderin", "diagram: Ordering", "there is no diagram 'Orderin'"),
        ("{orders: {x: 5", "{totals: {x: 5", ""),
    ],
)
def test_a_file_that_names_nothing_says_where(wrong: str, right: str, what: str) -> None:
    text = document.to_yaml(shop()).replace(right, wrong)
    if not what:
        assert document.read(text).diagrams[0].positions
        return
    with pytest.raises(DocumentError, match=what) as caught:
        document.read(text)
    assert caught.value.where.split(":")[1] == str(
        next(number for number, line in enumerate(text.splitlines(), 1) if wrong in line)
    )


def test_diagrams_follow_what_is_removed_and_renamed() -> None:
    design = shop()
    orders, view, seen = design.entities[0], design.views[0], design.diagrams[0]
    renamed = e.apply(design, e.RenameEntity(entity_id=orders.id, name="purchases"))
    assert "members: [purchases, totals]" in document.to_yaml(renamed)
    assert e.apply(design, e.RemoveEntity(entity_id=orders.id)).diagrams[0].members == (view.id,)
    without = e.apply(design, e.RemoveObject(collection="views", object_id=view.id)).diagrams[0]
    assert (without.members, without.positions) == ((orders.id,), {})
    assert e.apply(design, e.RemoveObject(collection="diagrams", object_id=seen.id)).notes == ()
    put = e.apply(design, e.PutItems(removed=(orders.id,)))
    assert put.diagrams[0].members == (view.id,)


def test_members_join_and_leave() -> None:
    design = shop()
    orders, items, customers = design.entities
    seen = design.diagrams[0]
    added = e.apply(design, e.ChangeMembers(collection="diagrams", object_id=seen.id, added=(items.id, orders.id)))
    assert added.diagrams[0].members == (orders.id, design.views[0].id, items.id)
    edit = e.ChangeMembers(collection="diagrams", object_id=seen.id, removed=(design.views[0].id,))
    assert edit.describe(design) == "take totals out of diagram Ordering"
    assert e.apply(design, edit).diagrams[0].positions == {}
    areas = Area(name="One", members=(orders.id,)), Area(name="Two", members=(items.id,))
    design = design.replace(areas=areas)
    moved = e.apply(design, e.ChangeMembers(collection="areas", object_id=areas[1].id, added=(orders.id, customers.id)))
    assert [set(area.members) for area in moved.areas] == [set(), {items.id, orders.id, customers.id}]
    assert e.parse_edit(json.loads(edit.model_dump_json())) == edit


def test_what_a_diagram_cannot_be_is_refused() -> None:
    design = shop()
    seen = design.diagrams[0]
    for edit, error in (
        (e.AddObject(collection="diagrams", object=Diagram(name="Ordering")), NameTaken),
        (e.AddObject(collection="diagrams", object=Diagram(name="New", members=(seen.id,))), UnknownObject),
        (e.AddObject(collection="notes", object=Note(text="?", diagram_id=design.id)), UnknownObject),
        (e.MoveNodes(positions={design.entities[1].id: None}, diagram_id=seen.id), InvalidDesign),
        (e.MoveNodes(positions={design.notes[0].id: None}), InvalidDesign),
        (e.MoveNodes(positions={seen.id: None}), UnknownObject),
    ):
        with pytest.raises(DesignerError) as caught:
            e.apply(design, edit)
        assert isinstance(caught.value, error)


def test_a_card_stands_elsewhere_in_each_diagram() -> None:
    design = shop()
    orders, seen, note = design.entities[0], design.diagrams[0], design.notes[0]
    place = Position(x=7, y=8)
    moved = e.apply(design, e.MoveNodes(positions={orders.id: place, note.id: place}, diagram_id=seen.id))
    assert moved.entities[0].position is None
    assert moved.diagrams[0].positions[orders.id] == moved.notes[0].position == place
    assert e.apply(moved, e.MoveNodes(positions={orders.id: None}, diagram_id=seen.id)).diagrams == design.diagrams


def test_two_people_change_different_members() -> None:
    base = shop()
    orders, items, customers = base.entities
    seen = base.diagrams[0]

    def adding(entity: Entity) -> e.ChangeMembers:
        return e.ChangeMembers(collection="diagrams", object_id=seen.id, added=(entity.id,))

    theirs = e.apply(base, adding(items))
    both = merge(base, theirs, adding(customers))
    assert both.diagrams[0].members == (orders.id, base.views[0].id, items.id, customers.id)
    moved = e.MoveNodes(positions={orders.id: Position(x=1, y=1)}, diagram_id=seen.id)
    assert merge(base, theirs, moved).diagrams[0].positions[orders.id] == Position(x=1, y=1)
    gone = e.RemoveObject(collection="diagrams", object_id=seen.id)
    with pytest.raises(MergeConflict):
        merge(base, theirs, gone)
    with pytest.raises(MergeConflict):
        merge(base, e.apply(base, gone), adding(items))


def test_a_design_that_is_added_brings_its_diagrams() -> None:
    design = shop()
    other = Design(name="other", entities=(Entity(name="a"),))
    other = other.replace(diagrams=(Diagram(name="Ordering", members=(other.entities[0].id,)),))
    edit = addition(design, other).edit
    assert edit is not None
    assert [one.name for one in e.apply(design, edit).diagrams] == ["Ordering", "Ordering 2"]
