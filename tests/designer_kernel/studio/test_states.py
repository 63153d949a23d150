"""The sides of a plan: whatever a text names, compared in the words of one server."""

from __future__ import annotations

import pytest

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.design import Design, document
from designer_kernel.design.objects import Extension
from designer_kernel.errors import DeployRefused, DocumentError, StatementFailed, UnknownObject
from designer_kernel.migrate.grounds import ON_TARGET, NoGround
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.steps import Plan
from designer_kernel.studio.deployed import NotDeployed
from designer_kernel.studio.planning import Planned, plan_between
from designer_kernel.studio.project import ProjectSession
from designer_kernel.studio.states import State, database, state_of, state_of_design
from tests.designer_kernel.studio.conftest import add_attribute, entity
from tests.designer_kernel.studio.test_migrating import run

SCRIPT = "CREATE TABLE items (id bigint PRIMARY KEY, price numeric CHECK (price>0));"


@pytest.fixture
def script(tmp_path):
    path = tmp_path / "items.sql"
    path.write_text(SCRIPT, encoding="utf-8")
    return str(path)


@pytest.fixture
def project(tmp_path):
    design = Design(name="items", entities=(entity("items", "id bigint primary key", "price numeric"),))
    return ProjectSession(tmp_path / "items.design.yaml", design)


def test_every_source_is_a_state(script, project, database_url):
    run(database_url, SCRIPT)
    assert state_of(script).design is None
    assert state_of(str(project.path)).design == project.design
    there = state_of(database_url)
    assert (there.version, there.url) == (18, database_url)
    project.save_version("one")
    first = project.design
    project.apply(add_attribute(project, "items", "note text"))
    old = state_of(f"{project.path}@1")
    assert (old.design, old.number) == (first, 1)


def test_a_state_that_is_not_there_is_refused(tmp_path, server):
    with pytest.raises(UnknownObject):
        state_of("no_such_database_anywhere")
    with pytest.raises(NotDeployed):
        database("no_such_database_anywhere")
    with pytest.raises(DocumentError):
        state_of(str(tmp_path / "none.sql"))
    document.save(Design(name="x"), tmp_path / "x.design.yaml")
    with pytest.raises(UnknownObject, match="no version 3"):
        state_of(f"{tmp_path / 'x.design.yaml'}@3")


@pytest.mark.parametrize("server_url", ["database_url", pytest.param("older_url", marks=pytest.mark.older)])
def test_a_script_and_its_database_are_equal_on_both_servers(request, script, server_url):
    url = request.getfixturevalue(server_url)
    run(url, SCRIPT)
    assert not plan_between(state_of(url), state_of(script))
    assert not plan_between(state_of(script), state_of(url))
    assert not plan_between(state_of(script), state_of(script))


@pytest.mark.older
def test_databases_of_two_versions_are_compared_in_the_words_of_the_target(database_url, older_url):
    run(database_url, SCRIPT)
    run(older_url, SCRIPT)
    for nothing in (
        plan_between(state_of(older_url), state_of(database_url)),
        plan_between(state_of(database_url), state_of(older_url)),
    ):
        assert (bool(nothing), nothing.notes) == (False, ())
    run(database_url, "CREATE TABLE more (id integer)")
    there = plan_between(state_of(older_url), state_of(database_url))
    assert there.plan.version < 18
    assert ON_TARGET in there.notes
    here = plan_between(state_of(database_url), state_of(older_url))
    assert here.plan.version == 18
    assert ON_TARGET not in here.notes


@pytest.mark.older
def test_a_role_that_may_make_no_databases_on_an_older_server_is_told_so(older_url, project):
    run(older_url, "CREATE ROLE test_states_narrow LOGIN")
    try:
        narrow = older_url.replace("postgres@", "test_states_narrow@", 1)
        with pytest.raises(NoGround) as caught:
            plan_between(state_of(narrow), state_of(str(project.path)))
        assert "CREATEDB" in caught.value.mend
    finally:
        run(older_url, "DROP ROLE test_states_narrow")


def test_what_acts_for_others_is_compared_only_by_whom_is_trusted(database_url, tmp_path):
    run(database_url, SCRIPT, "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC")
    path = tmp_path / "items.sql"
    path.write_text(SCRIPT, encoding="utf-8")
    planned = plan_between(state_of(database_url), state_of(str(path)))
    assert not planned
    assert any("trusted=True" in note for note in planned.notes)
    trusted = plan_between(state_of(database_url), state_of(str(path)), trusted=True)
    assert [step.facts[0].kind for step in trusted.plan.up] == ["default_privileges"]


def test_owners_of_a_design_are_not_compared_and_a_note_says_so(database_url, tmp_path):
    run(database_url, "CREATE TABLE items (id bigint PRIMARY KEY)")
    here = state_of(database_url)
    owned = database(database_url, owners=True)
    planned = plan_between(here, State("owned", owned.catalog))
    assert not planned
    assert any("who owns what" in note for note in planned.notes)


def test_roles_are_told_as_far_as_something_names_them(database_url, project):
    run(database_url, "CREATE ROLE test_states_reader", "CREATE TABLE items (id bigint PRIMARY KEY, price numeric)",
        "GRANT SELECT ON items TO test_states_reader")  # fmt: skip
    try:
        planned = plan_between(state_of(database_url), state_of(str(project.path)))
        assert {key.kind for step in planned.plan.up for key in step.facts} == {"grant"}
    finally:
        run(database_url, "DROP OWNED BY test_states_reader", "DROP ROLE test_states_reader")


def test_what_only_a_superuser_may_make_is_not_tried_for_strangers(database_url, tmp_path):
    design = Design(name="x", extensions=(Extension(name="pg_stat_statements"), Extension(name="pgcrypto")))
    after = state_of_design(design)
    with pytest.raises(DeployRefused, match="pgcrypto"):
        plan_between(state_of(database_url), after)
    with pytest.raises(StatementFailed, match="permission denied") as caught:
        plan_between(state_of(database_url), after, allow_missing=True)
    assert "trusted=True" in caught.value.mend
    planned = plan_between(state_of(database_url), after, allow_missing=True, trusted=True)
    assert [str(step.facts[0]) for step in planned.plan.up] == ["extension pg_stat_statements"]
    assert any(note.startswith("left out: the extension 'pgcrypto'") for note in planned.notes)


def test_nothing_shows_the_password_of_a_database():
    url = "postgresql://ada:hunter2@db.example.org/shop"
    state = State("shop", Catalog(), 18, url=url)
    migration = Migration("nothing", Plan(18, "", "", (), ()), Catalog(), Catalog())
    assert "hunter2" not in repr(state) + repr(Planned(migration, url=url))
