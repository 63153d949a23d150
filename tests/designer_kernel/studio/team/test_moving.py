"""Projects move between files and the store without loss, and come from other notations."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from designer_kernel import templates
from designer_kernel.design import Entity, edits
from designer_kernel.errors import DesignerError
from designer_kernel.studio.project import ProjectSession
from designer_kernel.studio.team import edits as team_edits
from designer_kernel.studio.team import moving, projects, versions, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.audit import reading
from designer_kernel.studio.team.designs import DESIGNS
from designer_kernel.studio.team.moving import KeptVersion
from designer_kernel.studio.team.refusals import BadInput, NotFound
from designer_kernel.studio.team.session import Sessions
from designer_kernel.studio.team.team import Team


@pytest.fixture
def shop(team: Team, ada: Actor) -> UUID:
    return team.do(ada, workspaces.create, "shop").id


@pytest.mark.parametrize("name", templates.names())
def test_a_project_goes_from_a_file_to_the_store_and_back(
    team: Team, ada: Actor, shop: UUID, tmp_path: Path, name: str
) -> None:
    session = ProjectSession(tmp_path / "one.design.yaml", templates.load(name))
    session.save_version("as it was", who="eve")
    session.apply(edits.AddEntity(entity=Entity(name="added")))
    session.save_version("größer")
    made = moving.from_file(team, ada, shop, session.path)
    DESIGNS.forget(made.id)
    back = moving.to_file(team, ada, made.id, tmp_path / "two.design.yaml")
    assert back.read_bytes() == session.path.read_bytes()
    again = ProjectSession(back)
    assert [one.as_dict() for one in again.versions] == [one.as_dict() for one in session.versions]
    assert [one.path.read_bytes() for one in again.versions] == [one.path.read_bytes() for one in session.versions]
    assert team.do(ada, versions.save, made.id).number == 3
    with pytest.raises(DesignerError, match="already"):
        moving.to_file(team, ada, made.id, back)


def test_versions_from_elsewhere_say_who_brought_them(team: Team, ada: Actor, shop: UUID) -> None:
    """A file can say of its versions that anybody made them at any time; it does not become true by that."""
    design, then = templates.load("blog"), datetime(1999, 1, 1, tzinfo=UTC)
    kept = (KeptVersion(7, "as root did", "root", then, design),)
    made = team.do(ada, moving.receive, shop, design, kept).id
    team.do(ada, versions.save, made, "here")
    told = [(one.number, one.author, one.brought_by) for one in team.do(ada, versions.versions, made)]
    assert told == [(7, "root", "ada"), (8, "ada", "")]
    sessions = Sessions(team, ada)
    try:
        assert [one.who for one in sessions.open(made).versions] == ["root (brought by ada)", "ada"]
    finally:
        sessions.close()
    entries = [one.details for one in team.do(ada, reading.entries, shop).rows if one.action == "version.bring"]
    assert entries == [{"versions": 1, "said_to_be_by": ["root"]}]


def test_versions_that_cannot_be_are_refused(team: Team, ada: Actor, shop: UUID) -> None:
    design, now = templates.load("blog"), datetime.now(UTC)
    good = KeptVersion(1, "", "eve", now, design)
    for bad in (
        (good, good), (replace(good, number=0),), (replace(good, number=2**31),), (replace(good, who="a\x00"),),
        (replace(good, when=now.replace(tzinfo=None)),), (replace(good, message="\x00"),),
    ):  # fmt: skip
        with pytest.raises(BadInput):
            team.do(ada, moving.receive, shop, design, bad)
    assert team.do(ada, projects.accessible) == []


def test_what_was_made_in_the_store_goes_to_a_file(team: Team, ada: Actor, shop: UUID, tmp_path: Path) -> None:
    made = team.do(ada, projects.create, shop, "one").id
    team.do(ada, versions.save, made, "empty")
    team.do(ada, team_edits.apply, made, edits.AddEntity(entity=Entity(name="users")))
    session = ProjectSession(moving.to_file(team, ada, made, tmp_path / "x.design.json"))
    assert session.design == team.do(ada, projects.read, made).design
    assert [(one.number, one.message, one.who) for one in session.versions] == [(1, "empty", "ada")]
    assert session.design_at(1) == team.do(ada, versions.read, made, 1).design


def test_other_notations_become_projects(team: Team, ada: Actor, shop: UUID) -> None:
    script = "CREATE TABLE users (id bigint PRIMARY KEY, email varchar(255) NOT NULL UNIQUE);"
    of_script = moving.import_texts(team, ada, shop, {"a.sql": script}, name="script")
    dbml = "Table users {\n  id bigint [pk]\n  email varchar(255) [unique, not null]\n}\n"
    of_dbml = moving.import_texts(team, ada, shop, {"a.dbml": dbml}, name="dbml")
    for made in (of_script, of_dbml):
        DESIGNS.forget(made.view.id)
        (entity,) = team.do(ada, projects.read, made.view.id).design.entities
        assert [(a.name, a.type) for a in entity.attributes] == [("id", "bigint"), ("email", "character varying(255)")]
        assert not made.losses.of("refused")
    yaml = team.do(ada, projects.export, of_script.view.id, "yaml").written().text
    of_yaml = moving.import_texts(team, ada, shop, {"a.yaml": yaml}, name="again")
    first, second = (team.do(ada, projects.read, made.view.id).design for made in (of_script, of_yaml))
    assert second.replace(name="script") == first


def test_nothing_is_read_for_strangers(team: Team, person: Callable[[str], Actor], shop: UUID, tmp_path: Path) -> None:
    bob = person("bob")
    with pytest.raises(NotFound):
        moving.from_file(team, bob, shop, tmp_path / "there is no such file.design.yaml")
    with pytest.raises(NotFound):
        moving.import_texts(team, bob, shop, {"a.sql": "this cannot be read"}, name="x")
