"""Projects as wholes: what a view may ask about them, and that it reaches nothing that was not listed for it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from designer_kernel.design import Design
from designer_kernel.studio import project_list
from designer_kernel.studio.opening import open_session
from designer_kernel.studio.project import ProjectSession
from tests.designer_widgets.test_commands import hands

ASKED: dict[str, dict[str, Any]] = {
    "open_project": {},
    "duplicate_project": {"name": "copy"},
    "rename_project": {"name": "other"},
    "remove_project": {},
}


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProjectSession:
    """A project that lies in no folder that is listed."""
    monkeypatch.setattr(project_list, "data_directory", lambda: tmp_path / "data")
    (tmp_path / "elsewhere").mkdir()
    return open_session(tmp_path / "elsewhere" / "hidden.design.yaml", lambda name: Design(name=name))


def test_nothing_is_reached_that_was_not_listed(session: ProjectSession, elsewhere: ProjectSession) -> None:
    beside = open_session(session.path.with_name("beside.design.yaml"), lambda name: Design(name=name))
    commands = hands(session, can_roam=True)
    for place in (beside.place, elsewhere.place):
        for kind, fields in ASKED.items():
            answer = commands.answer({"id": "1", "kind": kind, "place": place, **fields})
            assert answer["error"]["what"] == "there is no such project in the list", kind
    listed = commands.answer({"id": "1", "kind": "list_projects"})["ok"]["projects"]
    assert [(one["name"], one["is_open"]) for one in listed] == [("beside", False), ("shop", True)]
    answer = commands.answer({"id": "1", "kind": "remove_project", "place": session.place})
    assert "is open here" in answer["error"]["what"]
    answer = commands.answer({"id": "1", "kind": "remove_project", "place": elsewhere.place})
    assert (answer["error"]["what"], elsewhere.path.exists()) == ("there is no such project in the list", True)
    for name in ("../up", "elsewhere/in", "/tmp/in"):
        answer = commands.answer({"id": "1", "kind": "make_project", "name": name})
        assert "cannot name a file" in answer["error"]["what"]
    assert "ok" in commands.answer({"id": "1", "kind": "remove_project", "place": beside.place})
    assert not beside.path.exists()


def test_a_view_that_only_looks_changes_no_project_and_a_served_one_sees_no_other(session: ProjectSession) -> None:
    beside = open_session(session.path.with_name("beside.design.yaml"), lambda name: Design(name=name))
    looking, served = hands(session, can_roam=True, can_change=False), hands(session)
    assert len(looking.answer({"id": "1", "kind": "list_projects"})["ok"]["projects"]) == 2
    for kind, fields in {**ASKED, "make_project": {"name": "new"}}.items():
        message = {"id": "1", "kind": kind, **({} if kind == "make_project" else {"place": beside.place}), **fields}
        answer = looking.answer(message)
        assert ("ok" in answer) == (kind == "open_project"), answer
        assert "one project only" in served.answer(message)["error"]["what"]
    assert "one project only" in served.answer({"id": "1", "kind": "list_projects"})["error"]["what"]
    assert (beside.name, beside.path.exists()) == ("beside", True)
