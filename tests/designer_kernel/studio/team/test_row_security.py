"""Row security of the store: a use case that forgets to ask for a right still finds nothing of others."""

from __future__ import annotations

import json
from dataclasses import dataclass
from uuid import UUID

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from designer_kernel.design import Relationship
from designer_kernel.design.edits import AddRelationship
from designer_kernel.design.identity import new_id
from designer_kernel.store import design_tables
from designer_kernel.store.base import Base
from designer_kernel.store.engine import Store
from designer_kernel.store.tables.answers import Answer
from designer_kernel.store.tables.presences import Presence
from designer_kernel.store.tables.projects import Project
from designer_kernel.store.tables.sample_jobs import SampleJob
from designer_kernel.store.tables.workspaces import Membership, Workspace
from designer_kernel.studio.team import connections, deploying, edits, invitations, projects, rows, versions, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.audit import reading
from designer_kernel.studio.team.refusals import NotFound
from designer_kernel.studio.team.rights import Right
from designer_kernel.studio.team.team import Team
from designer_kernel.studio.team.unit import Unit, UseCase
from tests.designer_kernel.studio.team.cases import AN_EDIT
from tests.designer_kernel.studio.team.conftest import emptied, registered
from tests.designer_kernel.studio.team.rooms import ATTACK, VAULT, deployed, project

OWNED = {"workspace_id", "project_id"}
SECURED = sorted(
    table.name
    for table in Base.metadata.sorted_tables
    if OWNED & set(table.columns.keys()) or table.name in {"workspaces", "answers"}
)
"""The tables whose rows belong to a workspace, or to a person alone."""


@dataclass(frozen=True)
class Scene:
    """Ada has something of everything; Mallory belongs to nothing."""

    team: Team
    ada: Actor
    mallory: Actor
    workspace: UUID
    project: UUID


@pytest.fixture(scope="module")
def scene(store: Store) -> Scene:
    team = Team(emptied(store))
    ada, mallory, bob = (registered(team, name) for name in ("ada", "mallory", "bob"))
    workspace = team.do(ada, workspaces.create, "shop").id
    made = project(team, ada, workspace, VAULT + VIEW)
    team.do(ada, deploying.deploy, made)
    team.do(ada, edits.apply, made, AN_EDIT)
    entities = {one.name: one.id for one in team.do(ada, projects.read, made).design.entities}
    bond = Relationship(source_entity_id=entities["secrets"], target_entity_id=entities["users"])
    team.do(ada, edits.apply, made, AddRelationship(relationship=bond))
    team.do(ada, versions.save, made, "first")
    team.do(ada, connections.add, workspace, "prod", "postgresql://reader:c4nary@1.1.1.1/shop")
    team.do(ada, invitations.invite, workspace, bob.name, "viewer")
    with team.store.transaction() as session:
        session.add(SampleJob(project_id=made, user_id=ada.user, who="ada"))
        session.add(Presence(id=made, project_id=made, user_id=ada.user, who="ada"))
        session.add(Answer(user_id=ada.user, key="a key", request="0" * 64))
    return Scene(team, ada, mallory, workspace, made)


VIEW = "views: [{name: words, query: SELECT word FROM secrets}]\n"


def whole(scene: Scene, table: str) -> list[str]:
    """Return the rows of a table as JSON."""
    with scene.team.store.transaction() as session:
        return [json.dumps(row) for row in session.scalars(text(f"SELECT to_jsonb(t) FROM designer.{table} AS t"))]


@pytest.mark.parametrize("table", SECURED)
def test_of_others_nothing_is_read_changed_removed_or_added(scene: Scene, table: str) -> None:
    there = whole(scene, table)
    assert there, "the scene has nothing of it"
    store, mallory = scene.team.store, scene.mallory.user
    with store.transaction_of(mallory) as session:
        assert session.scalar(text(f"SELECT count(*) FROM designer.{table}")) == 0
    column = Base.metadata.tables[f"designer.{table}"].columns.keys()[-1]
    for statement in (f"UPDATE designer.{table} SET {column} = {column}", f"DELETE FROM designer.{table}"):
        if table == "audits":  # refused to everybody
            with pytest.raises(DBAPIError, match="permission denied"), store.transaction_of(mallory) as session:
                session.execute(text(statement))
            continue
        with store.transaction_of(mallory) as session:
            assert session.execute(text(statement)).rowcount == 0
    adding = text(
        f"INSERT INTO designer.{table} SELECT * FROM jsonb_populate_record(NULL::designer.{table}, CAST(:row AS jsonb))"
    )
    refused = "follows the last one" if table == "audits" else "row-level security"
    with pytest.raises(DBAPIError, match=refused), store.transaction_of(mallory) as session:
        session.execute(adding, {"row": there[0]})
    assert whole(scene, table) == there


def test_a_use_case_that_asks_for_no_right_finds_nothing(scene: Scene) -> None:
    def forgets(unit: Unit) -> tuple[object, ...]:
        return (
            design_tables.read(unit.session, scene.project),
            unit.session.get(Workspace, scene.workspace),
            unit.session.scalar(select(func.count()).select_from(Membership)),
            unit.session.scalar(select(Project.name).where(Project.id == scene.project)),
        )

    forgetful: UseCase[[], tuple[object, ...]] = UseCase("test.forgets", Right.see, False, forgets)
    assert scene.team.do(scene.mallory, forgetful) == (None, None, 0, None)
    own = scene.team.do(scene.ada, forgetful)
    assert own[2:] == (1, "vault")
    assert None not in own


def test_nobody_puts_themselves_into_a_workspace(scene: Scene) -> None:
    def intrudes(unit: Unit) -> None:
        unit.session.add(Membership(workspace_id=scene.workspace, user_id=unit.actor.user, role="owner"))
        unit.session.flush()

    with pytest.raises(DBAPIError, match="row-level security"):
        scene.team.do(scene.mallory, UseCase("test.intrudes", Right.see, True, intrudes))


def test_without_any_setting_nothing_is_seen(scene: Scene) -> None:
    with scene.team.store.transaction() as session:
        role = session.scalar(text("SELECT current_user"))
    with scene.team.store.engine.connect() as connection:
        connection.execute(text(f"SET LOCAL ROLE {role}"))
        for table in SECURED:
            assert connection.scalar(text(f"SELECT count(*) FROM designer.{table}")) == 0, table


def test_every_table_of_workspaces_is_secured_even_from_its_owner(scene: Scene) -> None:
    asked = text(
        "SELECT relname FROM pg_class WHERE relnamespace = 'designer'::regnamespace"
        " AND relrowsecurity AND relforcerowsecurity ORDER BY relname"
    )
    with scene.team.store.transaction() as session:
        assert session.scalars(asked).all() == SECURED
        known = "SELECT rolbypassrls OR rolsuper OR rolcanlogin FROM pg_roles WHERE rolname = current_user"
        assert session.scalar(text(known)) is False
        owned = "SELECT count(*) FROM pg_class WHERE pg_has_role(current_user, relowner, 'MEMBER')"
        assert session.scalar(text(owned)) == 0


def test_code_in_a_room_neither_learns_nor_changes_what_is_seen(scene: Scene) -> None:
    team = scene.team
    attack = deployed(team, scene.mallory, ATTACK)
    code = (
        "DO $$ BEGIN IF current_setting('designer.workspaces', true) <> '' THEN RAISE 'it knows'; END IF;"
        " PERFORM set_config('designer.scope', 'store', false), set_config('designer.scope', 'store', true); END $$"
    )

    def looks(unit: Unit) -> tuple[str, int]:
        made = rows.insert(unit, attack, "attempts", [{"code": code}])
        seen = unit.session.scalar(select(func.count()).select_from(Project))
        return str(made[0].values["outcome"]), seen or 0

    outcome, seen = team.do(scene.mallory, UseCase("test.looks", Right.edit, True, looks))
    assert outcome.startswith("done")
    assert seen == 1
    assert [one.id for one in team.do(scene.mallory, projects.accessible)] == [attack]


def test_what_strangers_try_is_told_to_whose_it_is(scene: Scene) -> None:
    with pytest.raises(NotFound):
        scene.team.do(scene.mallory, projects.read, scene.project)
    told = scene.team.do(scene.ada, reading.entries, scene.workspace, result="denied").rows[0]
    assert (told.actor_id, told.action, told.resource) == (scene.mallory.user, "projects.read", str(scene.project))


def test_what_is_made_in_a_transaction_is_seen_in_it(scene: Scene) -> None:
    before = new_id()

    def makes(unit: Unit) -> list[bool]:
        made = workspaces.create(unit, "new").id
        return [unit.session.get(Workspace, one) is not None for one in (made, before, scene.workspace)]

    assert scene.team.do(scene.mallory, UseCase("test.makes", Right.person, True, makes)) == [True, False, False]
