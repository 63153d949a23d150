"""The panel of connections: what a view may ask, and that a connection string is in nothing that views get."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import designer_widgets
import pytest
from designer_widgets.app import Designer

import designer_kernel as dk
from designer_kernel.notebook.project import Project
from designer_kernel.postgres import connection as urls
from designer_kernel.studio.project import ProjectSession
from designer_kernel.studio.team import opening
from designer_kernel.studio.team.session import Sessions

PASSWORD = "c4n4ry-in-a-widget"


@pytest.fixture
def project(no_store_yet: None, tmp_path: Path) -> Project:
    """A project of the local owner."""
    return dk.new(f"team:Mine/{tmp_path.name}")


@pytest.fixture
def widget(project: Project) -> Iterator[Designer]:
    made = designer_widgets.designer(project)
    yield made
    made.close()


def ask(widget: Designer, kind: str, **more: Any) -> dict[str, Any]:
    return widget._commands.answer({"id": "1", "kind": kind, **more})


def seen(widget: Designer, *answers: object) -> str:
    """All that views get."""
    return json.dumps([widget.get_state(), answers], default=str) + repr(widget)


def test_a_connection_is_kept_tried_and_removed(
    widget: Designer, project: Project, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    uri = urls.to_url(urls.parse(database_url) | {"password": PASSWORD})
    name = f"live {project.name}"
    assert widget.settings["has_connections"]
    before = ask(widget, "list_connections")
    added = ask(widget, "add_connection", name=name, connection_uri=uri, mode="read-write")
    (made,) = [one for one in added["ok"]["connections"] if one["name"] == name]
    assert {key: made[key] for key in ("mode", "has_secret", "is_mine")} == {
        "mode": "read-write", "has_secret": True, "is_mine": True,
    }  # fmt: skip
    tried = ask(widget, "try_connection", connection=made["id"])
    assert "ok" in tried
    assert widget.work.wait(20)
    assert (widget.progress["state"], widget.progress["result"]["is_ok"]) == ("done", True)
    assert "connected in" in widget.progress["result"]["words"]
    told = seen(widget, added, tried)
    removed = ask(widget, "remove_connection", connection=made["id"])
    assert removed["ok"] == before["ok"]
    assert PASSWORD not in told + seen(widget, removed) + caplog.text
    assert urls.parse(database_url)["dbname"] not in told


def test_refusals_hold_nothing_of_what_was_typed(widget: Designer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for uri in (
        f"postgresql://who:{PASSWORD}@h/d?service=x", f"{PASSWORD}", {"uri": PASSWORD}, PASSWORD * 1000,
        f"postgresql://who:{PASSWORD}@h:x/d",
    ):  # fmt: skip
        answer = ask(widget, "add_connection", name="x", connection_uri=uri)
        assert "error" in answer
        assert PASSWORD not in seen(widget, answer)
    for place in (PASSWORD * 1000, {"url": PASSWORD}):
        assert PASSWORD not in seen(widget, ask(widget, "choose_target", place=place))
    wrong_mode = ask(widget, "add_connection", name="x", connection_uri=PASSWORD, mode=7)
    assert "error" in wrong_mode
    assert PASSWORD not in seen(widget, wrong_mode)
    assert PASSWORD not in caplog.text


def test_only_connections_of_ones_own_workspace(widget: Designer) -> None:
    for kind in ("try_connection", "remove_connection"):
        assert ask(widget, kind, connection=str(uuid4()))["error"]["what"] == "there is no such connection"


@pytest.mark.parametrize("options", [{"read_only": True}, {"allow_deploy": False}])
def test_who_may_not_deploy_has_no_connections(project: Project, options: dict[str, Any]) -> None:
    widget = designer_widgets.designer(project, **options)
    try:
        assert not widget.settings["has_connections"]
        for kind, more in (
            ("list_connections", {}), ("add_connection", {"name": "x", "connection_uri": "postgresql://h/d"}),
            ("remove_connection", {"connection": str(uuid4())}),
        ):  # fmt: skip
            assert "allowed" in ask(widget, kind, **more)["error"]["what"]
    finally:
        widget.close()


def test_a_page_of_a_server_adds_none(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/1")
    widget = designer_widgets.designer(project, allow_deploy=True)
    try:
        assert "ok" in ask(widget, "list_connections")
        refused = ask(widget, "add_connection", name="x", connection_uri="postgresql://h/d")
        assert "own target" in refused["error"]["what"]
    finally:
        widget.close()


def test_a_project_in_a_file_has_none(session: ProjectSession) -> None:
    widget = designer_widgets.designer(session)
    try:
        assert not widget.settings["has_connections"]
        assert "in a file" in ask(widget, "list_connections")["error"]["what"]
    finally:
        widget.close()


def test_views_tell_who_changed_a_teams_project(widget: Designer, project: Project) -> None:
    at, come = opening.sessions_here(), threading.Event()
    project.session.subscribe(lambda _change: come.set())
    other = Sessions(at.team, at.actor)
    try:
        Project(opening.open_shared(f"team:Mine/{project.name}", sessions=other)).add_entity("added")
        assert come.wait(10)
        widget._pace.now()
        assert widget.history["told"] == f"changed by {at.actor.name}"
    finally:
        other.close()
