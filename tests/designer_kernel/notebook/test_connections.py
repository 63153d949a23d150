"""Connections in a notebook: listed, tried and used, and no cell shows a secret."""

from __future__ import annotations

from pathlib import Path

import pytest

import designer_kernel as dk
from designer_kernel.errors import DesignerError
from designer_kernel.notebook import connections
from designer_kernel.notebook.project import Project
from designer_kernel.postgres import connection as urls
from designer_kernel.studio.team.refusals import NotAllowed, NotFound

PASSWORD = "c4n4ry-in-a-notebook"


@pytest.fixture
def project(no_store_yet: None, tmp_path: Path) -> Project:
    """A project of the local owner, with an entity."""
    made = dk.new(f"team:Mine/{tmp_path.name}")
    made.add_entity("items", "id bigint primary key", "name text")
    return made


@pytest.fixture
def live(project: Project, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The name of a connection to an empty database, whose string was typed when it was asked for."""
    uri = urls.to_url(urls.parse(database_url) | {"password": PASSWORD})
    monkeypatch.setattr(connections, "getpass", lambda prompt: uri)
    name = f"live {tmp_path.name}"
    assert project.connections.add(name, mode="read-write").mode == "read-write"
    return name


def shown(*things: object) -> str:
    return "".join(f"{thing!r} {getattr(thing, '_repr_html_', thing.__str__)()}" for thing in things)


def test_a_connection_is_tried_and_worked_on(project: Project, live: str) -> None:
    there = project.connections
    tried = there[live].test()
    assert "connected in" in tried
    done = there[live].deploy()
    assert "items" in [one.path[-1] for one in done.created]
    filled = there[live].fill({"items": 3})
    assert len(there[live].query("SELECT * FROM items")) == 3
    with there[live].open() as url:
        assert not project.plan(url)
    project.entities["items"].add_attribute("note text")
    plan = project.plan(f"connection:{live}")
    assert len(plan) == 1
    plan.apply(proof=plan.prove(rows=2))
    assert "note" in there[live].query("SELECT * FROM items").columns
    assert not project.drift(f"connection:{live}")
    assert project.verify(f"connection:{live}")["holds"].all()
    with there[live].open() as url, urls.connect(url, autocommit=True) as connection:
        connection.execute("ALTER TABLE items ADD COLUMN seen date")
    found = project.drift(f"connection:{live}")
    assert found
    assert found.ignore() == "it is not told any more; heed() tells it again"
    found.heed()
    assert len(project.drift(f"connection:{live}").revert()) == 2, "one of them salvages"
    assert "added: items.seen" in project.drift(f"connection:{live}").adopt()
    beside = dk.import_(f"connection:{live}", f"team:Mine/{project.name} beside")
    assert "seen" in beside.entities["items"].attributes
    again = there[live].import_(f"{project.name}-read")
    assert list(again.entities) == ["items"]
    assert project.deploy(f"connection:{live}").created == ()
    assert dk.connections("Mine")[live].name == live
    assert PASSWORD not in shown(there, there[live], done, filled, plan, plan.proof, tried, again, there.to_frame())
    with pytest.raises(DesignerError, match="which project"):
        dk.connections("Mine")[live].deploy()
    assert "removed" in there.remove(live)
    assert live not in there


def test_what_is_for_reading_only_is_not_deployed_over(project: Project, database_url: str, tmp_path: Path) -> None:
    name = f"reading {tmp_path.name}"
    reading = project.connections.add(name, database_url)
    with pytest.raises(NotAllowed):
        reading.deploy()
    with pytest.raises(NotAllowed):
        project.deploy(f"connection:{name}")
    assert len(reading.import_(f"{tmp_path.name}-empty").entities) == 0
    broken = project.connections.add(f"{name} broken", f"postgresql://who:{PASSWORD}@127.0.0.1:1/none")
    assert "no server listens there" in broken.test()
    with pytest.raises(DesignerError) as refused:
        broken.import_("nothing")
    assert PASSWORD not in str(refused.value.as_dict())


def test_in_server_mode_nothing_of_the_servers_own_is_lent(
    project: Project, live: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DESIGNER_SERVER_MODE", "1")
    with pytest.raises(DesignerError, match="sockets of this machine"):
        project.connections[live].deploy()
    monkeypatch.setenv("DESIGNER_ALLOWED_NETWORKS", "unix")
    assert project.connections[live].deploy().created
    assert list(project.connections[live].import_(f"{project.name}-served").entities) == ["items"]


def test_names_that_lead_nowhere(project: Project, tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="there is no connection"):
        project.connections["nothing"]
    with pytest.raises(NotFound):
        dk.connections("nowhere")
    with pytest.raises(NotFound, match="in a file"):
        dk.new(tmp_path / "file.design.yaml").connections.add("x")
