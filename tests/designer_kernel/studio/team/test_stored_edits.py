"""Edits of stored projects: merged, refused with both sides, made once, taken back; and versions."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from designer_kernel.design import Attribute, Design, Entity, Relationship, edits
from designer_kernel.design.parts import Index, IndexKey
from designer_kernel.design.traits import Searchable
from designer_kernel.design.values import Position
from designer_kernel.errors import DesignerError, EditConflict, InvalidDesign, UnknownObject
from designer_kernel.studio.merging import MergeConflict
from designer_kernel.studio.team import edits as team_edits
from designer_kernel.studio.team import projects, versions, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.conflicts import Conflict
from designer_kernel.studio.team.designs import DESIGNS
from designer_kernel.studio.team.refusals import AlreadyThere, BadInput, NotFound
from designer_kernel.studio.team.team import Team
from designer_kernel.studio.versions import VersionDamaged
from tests.designer_kernel.studio.team.conftest import let_in
from tests.strategies import designs
from tests.strategies import edits as some_edits

Person = Callable[[str], Actor]


@pytest.fixture
def shop(team: Team, ada: Actor, bob: Actor) -> UUID:
    made = team.do(ada, workspaces.create, "shop").id
    let_in(team, ada, made, "bob", "editor")
    return made


def entity(name: str, *attributes: str) -> Entity:
    return Entity(name=name, attributes=tuple(Attribute(name=one, data_type="text") for one in attributes))


USERS, ORDERS = entity("users", "email", "name"), entity("orders", "total", "note")


@pytest.fixture
def project(team: Team, ada: Actor, shop: UUID) -> UUID:
    return team.do(ada, projects.create, shop, design=Design(name="p", entities=(USERS, ORDERS))).id


def fresh(team: Team, actor: Actor, project: UUID, revision: int | None = None) -> Design:
    """Return a design as the store has it, not as this process remembers it."""
    DESIGNS.forget(project)
    return team.do(actor, projects.read, project, revision).design


def rename(entity: Entity, place: int, name: str) -> edits.Edit:
    return edits.RenameAttribute(entity_id=entity.id, attribute_id=entity.attributes[place].id, name=name)


def names(design: Design, entity: Entity) -> list[str]:
    return [attribute.name for attribute in design.entity(entity.id).attributes]


def test_edits_of_different_things_merge(team: Team, ada: Actor, bob: Actor, project: UUID) -> None:
    team.do(ada, team_edits.apply, project, rename(USERS, 0, "mail"), 1)
    made = team.do(bob, team_edits.apply, project, rename(USERS, 1, "full_name"), 1)
    assert (made.change.revision, made.change.base_revision, made.change.who) == (3, 1, "bob")
    assert made.change.label == "rename attribute name of users to full_name"
    assert names(made.design, USERS) == ["mail", "full_name"]
    assert fresh(team, ada, project) == made.design
    assert [c.who for c in team.do(bob, team_edits.changes, project)] == ["ada", "ada", "bob"]


def test_edits_of_the_same_thing_are_a_conflict_with_both_sides(
    team: Team, ada: Actor, bob: Actor, project: UUID
) -> None:
    team.do(ada, team_edits.apply, project, rename(ORDERS, 0, "sum"), 1)
    team.do(ada, team_edits.apply, project, rename(USERS, 0, "mail"), 2)
    mine = rename(USERS, 0, "address")
    with pytest.raises(Conflict, match="both changed the same") as refused:
        team.do(bob, team_edits.apply, project, mine, 1)
    told = refused.value
    assert isinstance(told, EditConflict)
    assert told.yours == "rename attribute email of users to address"
    assert [(one.revision, one.who, one.label) for one in told.theirs] == [
        (3, "ada", "rename attribute email of users to mail")
    ]
    (clash,) = told.clashes
    assert clash.id == USERS.attributes[0].id
    assert (clash.before, clash.theirs, clash.mine) == ({"name": "email"}, {"name": "mail"}, {"name": "address"})
    assert [one.choice for one in told.choices] == ["theirs", "mine"]
    assert told.where == told.yours
    assert "(by ada); attribute mail: name is 'mail' now (before: 'email'), yours would make it 'address'" in told.what
    assert json.loads(json.dumps(told.as_dict()))["clashes"][0]["mine"] == {"name": "address"}
    assert team.do(bob, projects.show, project).revision == 3
    again = team.do(bob, team_edits.apply, project, mine, told.choices[1].base_revision)
    assert names(again.design, USERS) == ["address", "name"]


def test_what_is_gone_cannot_be_edited(team: Team, ada: Actor, bob: Actor, project: UUID) -> None:
    team.do(ada, team_edits.apply, project, edits.RemoveEntity(entity_id=USERS.id), 1)
    with pytest.raises(Conflict, match="no longer fits") as refused:
        team.do(bob, team_edits.apply, project, rename(USERS, 0, "mail"), 1)
    assert [one.choice for one in refused.value.choices] == ["theirs"]
    assert [one.label for one in refused.value.theirs] == ["remove entity users"]
    with pytest.raises(UnknownObject):
        team.do(bob, team_edits.apply, project, rename(USERS, 0, "mail"))
    for revision in (0, 3, -1):
        with pytest.raises(EditConflict, match="no revision"):
            team.do(bob, team_edits.apply, project, rename(ORDERS, 0, "sum"), revision)


def test_nothing_changes_if_an_edit_is_refused(team: Team, ada: Actor, project: UUID) -> None:
    before = fresh(team, ada, project)
    with pytest.raises(InvalidDesign):
        team.do(ada, team_edits.apply, project, edits.AddEntity(entity=Entity(name="users")))
    with pytest.raises(InvalidDesign):
        team.do(ada, team_edits.apply, project, {"kind": "fly"})
    assert (fresh(team, ada, project), team.do(ada, projects.show, project).revision) == (before, 1)


def test_a_request_is_never_made_twice(team: Team, ada: Actor, bob: Actor, project: UUID) -> None:
    edit = {"kind": "add_entity", "entity": {"name": "items", "id": "01920000-0000-7000-8000-000000000001"}}
    first = team.do(ada, team_edits.apply, project, edit, 1, request="r1")
    team.do(bob, team_edits.apply, project, rename(USERS, 0, "mail"))
    again = team.do(ada, team_edits.apply, project, edit, 1, request="r1")
    assert (again.is_repeated, again.change, again.design) == (True, first.change, first.design)
    assert team.do(ada, projects.show, project).revision == 3
    with pytest.raises(AlreadyThere):
        team.do(ada, team_edits.apply, project, rename(USERS, 1, "n"), request="r1")
    team.do(bob, team_edits.apply, project, rename(USERS, 1, "n"), request="r1")  # another person's is another one
    for bad in ("", "x" * 256, "a\x00"):
        with pytest.raises(BadInput):
            team.do(ada, team_edits.apply, project, edit, request=bad)
    one = team.do(ada, team_edits.undo, project, request="u1")
    assert team.do(ada, team_edits.undo, project, request="u1").change == one.change


def test_a_request_is_known_by_what_was_sent(team: Team, ada: Actor, project: UUID) -> None:
    """The store draws ids that were not sent, each time others; it is the same request all the same."""
    edit = {"kind": "add_entity", "entity": {"name": "items", "attributes": [{"name": "a", "data_type": "text"}]}}
    first = team.do(ada, team_edits.apply, project, edit, request="r1")
    again = team.do(ada, team_edits.apply, project, edit, request="r1")
    assert (again.is_repeated, again.change, again.design) == (True, first.change, first.design)
    for other in (edit | {"entity": {"name": "items"}}, {"kind": "add_entity", "entity": {"name": "other"}}):
        with pytest.raises(AlreadyThere):
            team.do(ada, team_edits.apply, project, other, request="r1")
    team.do(ada, team_edits.undo, project, 2, request="u1")
    assert team.do(ada, team_edits.undo, project, 2, request="u1").is_repeated
    with pytest.raises(AlreadyThere):
        team.do(ada, team_edits.undo, project, 3, request="u1")
    assert team.do(ada, projects.show, project).revision == 3


def test_requests_of_before_digests_were_kept(team: Team, ada: Actor, project: UUID) -> None:
    edit = {"kind": "add_entity", "entity": {"name": "items", "id": "01920000-0000-7000-8000-000000000001"}}
    team.do(ada, team_edits.apply, project, edit, request="r1")
    with team.store.engine.begin() as connection:
        connection.execute(text("UPDATE designer.changes SET request_digest = NULL"))
    assert team.do(ada, team_edits.apply, project, edit, request="r1").is_repeated
    with pytest.raises(AlreadyThere):
        team.do(ada, team_edits.apply, project, rename(USERS, 0, "mail"), request="r1")


def test_a_version_is_never_made_twice(team: Team, ada: Actor, bob: Actor, project: UUID) -> None:
    first = team.do(ada, versions.save, project, "first", 1, request="v1")
    assert team.do(ada, versions.save, project, "first", 1, request="v1") == first
    for message, revision in (("second", 1), ("first", 2)):
        with pytest.raises(AlreadyThere):
            team.do(ada, versions.save, project, message, revision, request="v1")
    assert team.do(bob, versions.save, project, "first", 1, request="v1").number == 2  # another person's is another one
    with pytest.raises(BadInput):
        team.do(ada, versions.save, project, request="")


def test_an_edit_is_told_as_it_was_given(team: Team, ada: Actor, project: UUID) -> None:
    trait = Searchable(weights={"name": "A", "email": "B"})  # in an order that JSON in PostgreSQL does not keep
    edit = edits.SetTrait(entity_id=USERS.id, trait=trait)
    made = team.do(ada, team_edits.apply, project, edit, request="r")
    assert made.change.edit == edit.model_dump(mode="json")
    assert list(made.change.edit["trait"]["weights"]) == ["name", "email"]
    assert team.do(ada, team_edits.changes, project)[-1] == made.change
    assert team.do(ada, team_edits.apply, project, edit, request="r").is_repeated


def test_old_revisions_come_back_from_what_was_changed(team: Team, ada: Actor, shop: UUID) -> None:
    """Any edits at all: every revision is rebuilt from the newest one and the changes since."""
    counted = []

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def law(data: st.DataObject) -> None:
        first = data.draw(designs())
        counted.append(0)
        project = team.do(ada, projects.create, shop, f"p{len(counted)}", design=first).id
        states = {1: team.do(ada, projects.read, project).design}
        for _ in range(4):
            edit = data.draw(some_edits(states[max(states)]))
            try:
                done = team.do(ada, team_edits.apply, project, edit)
            except DesignerError:
                continue
            states[done.change.revision] = done.design
            counted[-1] += 1
        for revision, design in states.items():
            assert fresh(team, ada, project, revision) == design
        steps = team.do(ada, team_edits.changes, project)
        for change in steps[1:]:
            assert change.edit is not None
            edits.parse_edit(change.edit)

    law()
    assert sum(counted) > 4


def test_an_undo_takes_back_ones_own_last_and_leaves_what_others_did(
    team: Team, ada: Actor, bob: Actor, project: UUID
) -> None:
    team.do(ada, team_edits.apply, project, rename(USERS, 0, "mail"))
    team.do(bob, team_edits.apply, project, rename(USERS, 1, "full_name"))
    team.do(bob, team_edits.apply, project, edits.MoveNodes(positions={USERS.id: Position(x=5, y=5)}))
    done = team.do(ada, team_edits.undo, project)
    assert (done.change.origin, done.change.undoes, done.change.revision) == ("undo", 2, 5)
    assert done.change.label == "undo rename attribute email of users to mail"
    assert names(done.design, USERS) == ["email", "full_name"]
    assert done.design.entity(USERS.id).position == Position(x=5, y=5)
    assert fresh(team, ada, project) == done.design
    assert team.do(ada, team_edits.undo, project) is None
    redone = team.do(ada, team_edits.undo, project, 5)
    assert names(redone.design, USERS) == ["mail", "full_name"]
    assert redone.change.label == "rename attribute email of users to mail"
    assert names(team.do(ada, team_edits.undo, project).design, USERS) == ["email", "full_name"]
    with pytest.raises(BadInput):
        team.do(ada, team_edits.undo, project, 1)


def test_an_undo_of_what_others_changed_since_is_a_conflict(team: Team, ada: Actor, bob: Actor, project: UUID) -> None:
    team.do(ada, team_edits.apply, project, rename(USERS, 0, "mail"))  # 2
    team.do(bob, team_edits.apply, project, rename(USERS, 0, "address"))  # 3
    items = entity("items", "price")
    team.do(ada, team_edits.apply, project, edits.AddEntity(entity=items))  # 4
    added = Attribute(name="weight", data_type="int")
    team.do(bob, team_edits.apply, project, edits.AddAttribute(entity_id=items.id, attribute=added))  # 5
    note = Attribute(name="state", data_type="text")
    team.do(ada, team_edits.apply, project, edits.AddAttribute(entity_id=ORDERS.id, attribute=note))  # 6
    index = Index(keys=(IndexKey(attribute="state"),))
    team.do(bob, team_edits.apply, project, edits.AddPart(entity_id=ORDERS.id, collection="indexes", part=index))  # 7
    tags = Entity(name="tags", attributes=(Attribute(name="id", data_type="int", is_primary_key=True),))
    team.do(ada, team_edits.apply, project, edits.AddEntity(entity=tags))  # 8
    bond = Relationship(source_entity_id=tags.id, target_entity_id=USERS.id)
    team.do(bob, team_edits.apply, project, edits.AddRelationship(relationship=bond))  # 9
    before = fresh(team, ada, project)
    for revision, why in (
        (2, "name of attribute address"),
        (4, "entity items"),
        (6, "wrong"),
        (8, "cannot be taken back"),
    ):
        with pytest.raises(MergeConflict, match=why):
            team.do(ada, team_edits.undo, project, revision)
    assert fresh(team, ada, project) == before
    for revision in (9, 8, 7, 6, 5, 4, 3, 2):
        team.do(ada, team_edits.undo, project, revision)
    assert fresh(team, ada, project) == fresh(team, ada, project, 1)
    with pytest.raises(MergeConflict):
        team.do(ada, team_edits.undo, project, 2)  # it is taken back already


def test_any_edit_is_taken_back(team: Team, ada: Actor, shop: UUID) -> None:
    counted = []

    @settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.data())
    def law(data: st.DataObject) -> None:
        counted.append(0)
        project = team.do(ada, projects.create, shop, f"p{len(counted)}", design=data.draw(designs())).id
        before = fresh(team, ada, project)
        for _ in range(5):  # some are refused
            with suppress(DesignerError):
                team.do(ada, team_edits.apply, project, data.draw(some_edits(before)))
                counted[-1] = 1
                break
        done = team.do(ada, team_edits.undo, project)
        assert (done is not None) == bool(counted[-1])
        assert fresh(team, ada, project) == before

    law()
    assert sum(counted) > 1


def test_versions_are_kept_and_come_back(team: Team, ada: Actor, bob: Actor, project: UUID) -> None:
    first = team.do(ada, versions.save, project, "the first")
    assert (first.number, first.revision, first.message, first.author) == (1, 1, "the first", "ada")
    team.do(bob, team_edits.apply, project, rename(USERS, 0, "mail"))
    second = team.do(bob, versions.save, project)
    assert [one.number for one in team.do(ada, versions.versions, project)] == [1, 2]
    assert first.design_hash != second.design_hash
    assert names(team.do(ada, versions.read, project, 1).design, USERS) == ["email", "name"]
    done = team.do(ada, versions.restore, project, 1)
    assert (done.change.origin, done.change.label) == ("restore", "back to version 1")
    assert fresh(team, ada, project) == fresh(team, ada, project, 1)
    assert team.do(ada, versions.restore, project, 1) is None
    team.do(ada, team_edits.undo, project)
    assert names(fresh(team, ada, project), USERS) == ["mail", "name"]
    with pytest.raises(NotFound):
        team.do(ada, versions.read, project, 3)
    with team.store.engine.begin() as connection:
        connection.execute(
            text("""UPDATE designer.schema_versions SET definition = definition || '{"name": "q"}' WHERE number = 1""")
        )
    for case in (versions.read, versions.restore):
        with pytest.raises(VersionDamaged):
            team.do(ada, case, project, 1)
