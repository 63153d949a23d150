"""Edits as code: running it on the design before gives the design after, identities included."""

from __future__ import annotations

from typing import Any, get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from designer_kernel import templates
from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design import edits as e
from designer_kernel.design.edits import AnyEdit, apply
from designer_kernel.design.objects import Enum
from designer_kernel.design.parts import Check
from designer_kernel.design.sample_hints import SampleHints
from designer_kernel.errors import DesignerError
from designer_kernel.notebook.project import Project
from designer_kernel.studio.edit_code import code_of
from designer_kernel.studio.project import ProjectSession
from tests.strategies import designs, edits


class InMemory(ProjectSession):
    """A session of which only the design counts; a law runs it many times."""

    def __init__(self, design: Design) -> None:
        self._now = design

    @property
    def design(self) -> Design:
        return self._now

    def apply(self, edit: e.Edit, base_revision: int | None = None) -> Any:
        self._now = apply(self._now, edit)


def run(code: str, design: Design) -> Design:
    session = InMemory(design)
    exec(code, {"project": Project(session)})
    return session.design


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), designs())
def test_the_code_of_an_edit_makes_it_again(data: st.DataObject, design: Design) -> None:
    edit = data.draw(edits(design))
    try:
        after = apply(design, edit)
    except DesignerError:
        return
    assert run(code_of(edit, design), design) == after, "with the names of what was there"
    assert run(code_of(edit), design) == after, "without"


def one_of_each(design: Design) -> list[e.Edit]:
    """Return an edit of each kind, with texts that would like to be code."""
    first, last = design.entities[0], design.entities[-1]
    key, line = {"entity_id": first.id}, design.relationships[0]
    of = key | {"attribute_id": first.attributes[-1].id}
    check = Check(expression="1 > 0", name="odd'name")
    enum = Enum(name="moods", labels=("it's", 'a "quote"', "x\\' + exit() + '"))
    renamed = apply(design, e.RenameEntity(**key, name='it\'s "new"'))
    tied = Relationship(source_entity_id=first.id, target_entity_id=last.id, description="'''")
    mooded = e.AddObject(collection="enums", object=enum)
    checked = e.AddPart(**key, collection="checks", part=check)
    own = key | {"collection": "checks", "part_id": check.id}
    trait = {"kind": "timestamps"}
    return [
        e.AddEntity(entity=Entity(name="od.d", description="\n'; exit() #")),
        e.RemoveEntity(entity_id=last.id, cascade=True),
        e.RenameEntity(**key, name="\\"),
        e.ChangeEntity(**key, changes={"description": "'''", "colour": "#102030"}),
        e.AddAttribute(**key, attribute=Attribute(name="no te", data_type="text", default_value="'a'"), position=0),
        e.RemoveAttribute(**of, cascade=True),
        e.RenameAttribute(**of, name="re'named"),
        e.ChangeAttribute(**of, changes={"description": "x"}),
        e.MoveAttribute(**of, position=0),
        e.AddRelationship(relationship=tied),
        e.ChangeRelationship(relationship_id=line.id, changes={"description": "x"}),
        e.RemoveRelationship(relationship_id=line.id),
        e.Compound(edits=(e.SetTrait(**key, trait=trait), e.RemoveTrait(**key, trait="timestamps")), label="'; exit()"),
        e.Compound(edits=(checked, e.ChangePart(**own, changes={"description": "y"}))),
        e.Compound(edits=(checked, e.RemovePart(**own))),
        e.Compound(edits=(mooded, e.ChangeObject(collection="enums", object_id=enum.id, changes={"name": "tempers"}))),
        e.Compound(edits=(mooded, e.RemoveObject(collection="enums", object_id=enum.id))),
        e.ChangeMembers(collection="areas", object_id=design.areas[0].id, removed=design.areas[0].members[:1]),
        e.MoveNodes(positions={first.id: {"x": 1.5, "y": -2}}),
        e.BendLine(line_id=line.id, bends={"turns": [4, 5, 6], "source": {"x": 0, "y": 1}, "target": {"x": 2, "y": 3}}),
        e.ChangeDesign(changes={"description": "now\nthis"}),
        e.PutItems(entities=(first.replace(description="put"),)),
        e.ReplaceDesign(design=renamed, label="'''"),
        e.SetSampleHints(hints=SampleHints.model_validate({"seed": 4, "tables": {}})),
    ]


def kinds_of(edit: e.Edit) -> set[type]:
    inside = edit.edits if isinstance(edit, e.Compound) else ()
    return {type(edit), *(type(one) for one in inside)}


def test_every_kind_of_edit_has_code() -> None:
    design = templates.load("marketplace")
    made = one_of_each(design)
    assert set(get_args(get_args(AnyEdit)[0])) == {kind for edit in made for kind in kinds_of(edit)}
    for edit in made:
        try:
            after = apply(design, edit)
        except DesignerError as error:
            raise AssertionError(edit.kind) from error
        assert run(code_of(edit, design), design) == after, edit.kind
        assert run(code_of(edit), design) == after, edit.kind


def test_code_is_what_a_person_would_type() -> None:
    shop = InMemory(Design(name="shop"))
    project = Project(shop)
    users = project.add_entity("users", "id bigint primary key")
    orders = project.add_entity("orders", "id bigint primary key")
    edit = e.RenameEntity(entity_id=users.id, name="people")
    assert code_of(edit, shop.design) == "project.entities['users'].rename('people')"
    note = Attribute(name="note", data_type="text", is_nullable=False)
    added = e.AddAttribute(entity_id=orders.id, attribute=note)
    assert code_of(added, shop.design) == (
        f"project.entities['orders'].attributes.add('note text NOT NULL', id='{note.id}')"
    )
    tie = Relationship(source_entity_id=users.id, target_entity_id=orders.id)
    assert code_of(e.AddRelationship(relationship=tie), shop.design).startswith(
        "project.relate('users', 'orders', 'one_to_many', "
    )
