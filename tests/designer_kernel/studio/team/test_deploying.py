"""Stored projects are deployed into rooms of their own, changed there without losing rows, and taken away."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from time import sleep
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from designer_kernel.design import Attribute
from designer_kernel.design.edits import AddAttribute, ChangeAttribute, Edit, RemoveAttribute, RenameEntity
from designer_kernel.errors import DeployRefused, DesignerError
from designer_kernel.migrate.gate import LossRefused
from designer_kernel.postgres import connection, scratch
from designer_kernel.store.engine import Store, open_store
from designer_kernel.studio.deployed import NotDeployed
from designer_kernel.studio.team import deploying, edits, isolation, projects, rows, stored, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.deploying import DeploymentView, room_of
from designer_kernel.studio.team.isolation import Room
from designer_kernel.studio.team.refusals import NotAllowed, NotFound
from designer_kernel.studio.team.rights import Right
from designer_kernel.studio.team.team import Team
from designer_kernel.studio.team.unit import Unit
from tests.designer_kernel.studio.team.conftest import emptied, let_in, registered
from tests.designer_kernel.studio.team.rooms import ATTACK, VAULT, project

STORES = ["store", pytest.param("older_store", marks=pytest.mark.older)]


class Bench:
    """Somebody who deploys projects of one workspace."""

    def __init__(self, team: Team) -> None:
        self.team, self.ada = team, registered(team, "ada")
        self.workspace = team.do(self.ada, workspaces.create, "room").id

    def deploy(self, made: UUID, actor: Actor | None = None, **more: object) -> DeploymentView:
        return self.team.do(actor or self.ada, deploying.deploy, made, **more)

    def edit(self, made: UUID, edit: Edit) -> None:
        opened = self.team.do(self.ada, projects.read, made)
        self.team.do(self.ada, edits.apply, made, edit, opened.view.revision)

    def secrets(self, made: UUID) -> list[dict[str, object]]:
        return [row.values for row in self.team.do(self.ada, rows.query, made, "secrets").rows]

    def is_there(self, made: UUID) -> bool:
        with self.team.store.transaction() as session:
            unit = Unit(session, self.ada)
            return isolation.is_there(unit, room_of(stored.found(unit, Right.see, made)))


@pytest.fixture(params=STORES)
def bench(request: pytest.FixtureRequest) -> Bench:
    return Bench(Team(emptied(request.getfixturevalue(request.param))))


def test_a_changed_design_changes_its_room_and_keeps_rows(bench: Bench) -> None:
    made = project(bench.team, bench.ada, bench.workspace, VAULT)
    foreseen = bench.team.do(bench.ada, deploying.preview, made)
    assert not bench.is_there(made)
    first = bench.deploy(made)
    assert (first.statements, first.losses) == (foreseen.statements, ())
    bench.team.do(bench.ada, rows.insert, made, "secrets", [{"id": 1, "word": "swordfish"}])
    assert bench.deploy(made).statements == ()

    entity = bench.team.do(bench.ada, projects.read, made).design.entity("secrets")
    word = next(one for one in entity.attributes if one.name == "word")
    bench.edit(made, ChangeAttribute(entity_id=entity.id, attribute_id=word.id, changes={"name": "phrase"}))
    hint = Attribute(name="hint", data_type="text", default_value="'none'")
    bench.edit(made, AddAttribute(entity_id=entity.id, attribute=hint))
    assert bench.deploy(made).losses == ()
    assert bench.secrets(made) == [{"id": 1, "phrase": "swordfish", "hint": "none"}]

    bench.edit(made, RemoveAttribute(entity_id=entity.id, attribute_id=word.id))
    with pytest.raises(LossRefused) as refused:
        bench.deploy(made)
    assert bench.secrets(made)[0]["phrase"] == "swordfish"
    lost = bench.team.do(bench.ada, deploying.preview, made).losses
    assert [name.rpartition(".")[2] for name in lost] == ["phrase"]
    assert "'column secrets.phrase'" in refused.value.mend
    assert "sd_p_" not in str(refused.value)
    bench.deploy(made, allow=["column secrets.phrase"])
    assert bench.secrets(made) == [{"id": 1, "hint": "none"}]

    told = bench.team.do(bench.ada, deploying.deployments, made)
    assert [(one.from_revision, one.to_revision, one.status) for one in told] == [
        (3, 4, "applied"), (1, 3, "applied"), (None, 1, "applied"),
    ]  # fmt: skip


def test_a_loss_is_allowed_by_each_name_that_is_told_of_it(bench: Bench) -> None:
    made = project(bench.team, bench.ada, bench.workspace, VAULT)
    entity = bench.team.do(bench.ada, projects.read, made).design.entity("secrets")
    bench.edit(made, RenameEntity(entity_id=entity.id, name="old secrets"))
    columns = [Attribute(name=name, data_type="text") for name in ("first hint", "second", "third one here")]
    for column in columns:
        bench.edit(made, AddAttribute(entity_id=entity.id, attribute=column))
    bench.deploy(made)
    for column in columns:
        bench.edit(made, RemoveAttribute(entity_id=entity.id, attribute_id=column.id))
    lost = bench.team.do(bench.ada, deploying.preview, made).losses
    (whole,) = (name for name in lost if name.endswith(".second"))
    with pytest.raises(LossRefused, match=r"nothing is lost by the name of secrets\.second"):
        bench.deploy(made, allow=["secrets.second"])
    allow = ["column old secrets.first hint", whole, "old secrets.third one here"]
    assert len(bench.deploy(made, allow=allow).losses) == 3


def test_what_fails_leaves_everything_as_it_was(bench: Bench) -> None:
    made = project(bench.team, bench.ada, bench.workspace, VAULT)
    bench.deploy(made)
    bench.team.do(bench.ada, rows.insert, made, "secrets", [{"id": 1, "word": "swordfish"}])
    entity = bench.team.do(bench.ada, projects.read, made).design.entity("secrets")
    wrong = Attribute(name="more", data_type="text", is_nullable=False)
    bench.edit(made, AddAttribute(entity_id=entity.id, attribute=wrong))
    with pytest.raises(DesignerError, match="contains null values"):
        bench.deploy(made)
    assert bench.secrets(made) == [{"id": 1, "word": "swordfish"}]
    assert len(bench.team.do(bench.ada, deploying.deployments, made)) == 1


def test_templates_are_deployed_side_by_side(bench: Bench) -> None:
    blogs = [bench.team.do(bench.ada, projects.create, bench.workspace, n, template="blog").id for n in "ab"]
    schemas = {bench.deploy(blog).schema for blog in blogs}
    assert len(schemas) == 2
    row = {"name": "Ada", "email": "ada@example.org"}
    bench.team.do(bench.ada, rows.insert, blogs[0], "authors", [row])
    found = [bench.team.do(bench.ada, rows.query, blog, "authors").rows for blog in blogs]
    assert [len(page) for page in found] == [1, 0]
    changed = bench.team.do(
        bench.ada, rows.update, blogs[0], "authors", found[0][0].key, {"name": "A"}, found[0][0].revision
    )
    assert changed.values["updated_at"] > found[0][0].values["updated_at"]  # by the trigger of a trait


def test_what_a_room_cannot_hold_is_named_or_left_out(bench: Bench) -> None:
    made = project(
        bench.team,
        bench.ada,
        bench.workspace,
        VAULT + "roles: [{name: nobody_else}]\nextensions: [{name: hstore, provides: [hstore]}]\n"
        "views: [{name: pairs, query: \"SELECT hstore('a', word) AS h FROM secrets\"}]\n",
    )
    with pytest.raises(DeployRefused, match="extension hstore, role nobody_else"):
        bench.deploy(made)
    told = bench.deploy(made, leave_out=True).left_out
    assert {name.partition(" ")[0] for name in told} == {"role", "extension", "relation"}
    assert [one.name for one in bench.team.do(bench.ada, rows.tables, made)] == ["secrets"]
    assert bench.deploy(made, leave_out=True).statements == ()


def test_only_who_may_deploys_and_takes_away(bench: Bench) -> None:
    made = project(bench.team, bench.ada, bench.workspace, VAULT)
    bench.deploy(made)
    actors = {role: registered(bench.team, role) for role in ("viewer", "editor")}
    for role, actor in actors.items():
        let_in(bench.team, bench.ada, bench.workspace, actor.name, role)
    eve = registered(bench.team, "eve")
    for actor, case, error in (
        (actors["viewer"], deploying.deploy, NotAllowed),
        (actors["viewer"], deploying.preview, NotAllowed),
        (actors["editor"], deploying.undeploy, NotAllowed),
        (eve, deploying.deploy, NotFound),
        (eve, deploying.undeploy, NotFound),
        (eve, deploying.deployments, NotFound),
    ):
        with pytest.raises(error):
            bench.team.do(actor, case, made)
    assert bench.deploy(made, actors["editor"]).statements == ()
    bench.team.do(bench.ada, deploying.undeploy, made)
    assert not bench.is_there(made)
    with pytest.raises(NotDeployed):
        bench.secrets(made)
    assert [one.status for one in bench.team.do(actors["viewer"], deploying.deployments, made)] == ["undone"]
    bench.deploy(made)
    assert bench.secrets(made) == []


def test_first_deployments_at_once_do_not_disturb_each_other(bench: Bench) -> None:
    one = project(bench.team, bench.ada, bench.workspace, VAULT)
    other = project(bench.team, bench.ada, bench.workspace, VAULT.replace("name: vault", "name: other"))
    with ThreadPoolExecutor(3) as workers:
        done = list(workers.map(bench.deploy, [one, one, other]))
    assert sorted(len(view.statements) > 0 for view in done) == [False, True, True]
    assert len(bench.team.do(bench.ada, deploying.deployments, one)) == 1


def test_what_is_removed_leaves_nothing_deployed(bench: Bench) -> None:
    one = project(bench.team, bench.ada, bench.workspace, VAULT)
    other = project(bench.team, bench.ada, bench.workspace, VAULT.replace("name: vault", "name: other"))
    schemas = [bench.deploy(made).schema for made in (one, other)]
    left = text(
        "SELECT count(*) FROM pg_namespace n WHERE n.nspname = ANY (:schemas)"
        " UNION ALL SELECT count(*) FROM pg_roles WHERE rolname = :role"
    )
    asked = {"schemas": schemas, "role": f"sd_w_{bench.workspace.hex}"}
    bench.team.do(bench.ada, projects.remove, one)
    with bench.team.store.transaction() as session:
        assert session.scalars(left, asked).all() == [1, 1]
    bench.team.do(bench.ada, workspaces.remove, bench.workspace)
    with bench.team.store.transaction() as session:
        assert session.scalars(left, asked).all() == [0, 0]


@contextmanager
def kept_by(login: str, store: Store) -> Iterator[tuple[Store, psycopg.Connection[Any]]]:
    """A store beside another one, of a log-in that is no superuser; and a connection of one that is."""
    login, database = f"{login}_{os.getpid()}", f"of_{login}_{os.getpid()}"
    own = connection.to_url(connection.parse(store.url) | {"user": login, "dbname": database})
    with psycopg.connect(store.url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN CREATEROLE NOSUPERUSER").format(sql.Identifier(login)))
        scratch.create(admin, database, owner=login)
        kept = open_store(own)
        try:
            with kept.transaction() as session:
                application = session.scalar(text("SELECT current_user"))
            yield kept, admin
        finally:
            kept.close()
            scratch.drop(admin, database)
        for role in (application, login):
            admin.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(role)))


def test_an_owner_of_the_store_needs_no_superuser(bench: Bench) -> None:
    with kept_by("keeper", bench.team.store) as (kept, _):
        other = Bench(Team(kept))
        made = project(other.team, other.ada, other.workspace, VAULT)
        other.deploy(made)
        other.team.do(other.ada, rows.insert, made, "secrets", [{"id": 1, "word": "x"}])
        assert other.secrets(made) == [{"id": 1, "word": "x"}]
        assert other.deploy(made).statements == ()
        other.team.do(other.ada, workspaces.remove, other.workspace)


def test_no_workspace_waits_for_the_first_deployment_of_another(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """All gates lie in one schema; the statements of a deployment may take long, and its end is far then."""
    made = project(bench.team, bench.ada, bench.workspace, VAULT)
    there, on = Event(), Event()
    verified = deploying._verify

    def late(unit: Unit, room: Room, way: Any) -> None:
        if room.project == made:
            there.set()
            assert on.wait(20)
        verified(unit, room, way)

    monkeypatch.setattr(deploying, "_verify", late)
    with ThreadPoolExecutor(1) as workers:
        deployed = workers.submit(bench.deploy, made)
        assert there.wait(20)
        others = [bench.team.do(bench.ada, workspaces.create, f"other {number}").id for number in range(2)]
        quick = [bench.deploy(project(bench.team, bench.ada, other, VAULT)) for other in others]
        on.set()
        assert len({deployed.result().schema, *(one.schema for one in quick)}) == 3


def test_a_login_that_may_not_make_roles_is_told_so(bench: Bench) -> None:
    with kept_by("helper", bench.team.store) as (kept, admin):
        other = Bench(Team(kept))
        made = project(other.team, other.ada, other.workspace, VAULT)
        login = sql.Identifier(connection.parse(kept.url)["user"])
        admin.execute(sql.SQL("ALTER ROLE {} NOCREATEROLE").format(login))
        with pytest.raises(DeployRefused, match="may not make roles"):
            other.deploy(made)


def test_a_workspace_that_is_removed_during_its_first_deployment_leaves_nothing(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = project(bench.team, bench.ada, bench.workspace, VAULT)
    there, on = Event(), Event()
    verified = deploying._verify

    def late(*given: Any) -> None:
        there.set()
        assert on.wait(20)
        verified(*given)

    monkeypatch.setattr(deploying, "_verify", late)
    waits = (
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        " AND query LIKE '%workspaces%FOR UPDATE%'"
    )
    with ThreadPoolExecutor(2) as workers:
        deployed = workers.submit(bench.deploy, made)
        assert there.wait(20)
        removed = workers.submit(bench.team.do, bench.ada, workspaces.remove, bench.workspace)
        with psycopg.connect(bench.team.store.url, autocommit=True) as watch:
            for _ in range(1000):
                if removed.done() or watch.execute(waits).fetchone() != (0,):
                    break
                sleep(0.01)
        on.set()
        room = deployed.result().schema
        removed.result()
    left = text("SELECT count(*) FROM pg_namespace WHERE nspname = :schema")
    with bench.team.store.transaction() as session:
        assert session.scalar(left, {"schema": room}) == 0
    with pytest.raises(NotFound):
        bench.deploy(made)
    with pytest.raises(NotFound):
        bench.team.do(bench.ada, projects.create, bench.workspace, "late")


def test_no_workspace_makes_anything_where_the_store_looks_names_up(bench: Bench) -> None:
    with psycopg.connect(bench.team.store.url, autocommit=True) as admin:
        admin.execute("GRANT CREATE ON SCHEMA public TO PUBLIC")  # as it is before PostgreSQL 15
        made = project(bench.team, bench.ada, bench.workspace, ATTACK)
        bench.deploy(made)
        code = "CREATE FUNCTION public.lower(varchar) RETURNS text LANGUAGE sql AS 'SELECT current_user::text'"
        row = bench.team.do(bench.ada, rows.insert, made, "attempts", [{"code": code}])[0]
        assert str(row.values["outcome"]).startswith("42501")
        admin.execute("CREATE SCHEMA open_to_all")
        admin.execute("GRANT USAGE, CREATE ON SCHEMA open_to_all TO PUBLIC")
        try:
            other = bench.team.do(bench.ada, workspaces.create, "other").id
            made = project(bench.team, bench.ada, other, VAULT)
            with pytest.raises(DeployRefused, match="open_to_all"):
                bench.deploy(made)
        finally:
            admin.execute("DROP SCHEMA open_to_all")
