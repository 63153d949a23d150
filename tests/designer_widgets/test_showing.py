"""What the kernel sends after an edit: what has changed, in one message; lines of large pictures a moment later."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import designer_widgets
import pytest
from designer_widgets.app import Designer
from designer_widgets.laying import Laying
from designer_widgets.patches import patched

from designer_kernel.design import edits
from designer_kernel.studio.pictured import AT_ONCE
from designer_kernel.studio.project import ProjectSession
from tests.designer_kernel.diagram.audit import audit
from tests.designer_kernel.diagram.designs import generated


class Page:
    """A front end that keeps what a widget sends, and follows its patches."""

    def __init__(self, session: ProjectSession) -> None:
        self.widget: Designer = designer_widgets.designer(session)
        self.known: dict[str, Any] = {name: getattr(self.widget, name) for name in ("picture", "design", "findings")}
        self.states: list[dict[str, Any]] = []
        self.widget._send = self._take

    def _take(self, message: dict[str, Any], buffers: object = None) -> None:
        if message["method"] != "update":
            return
        self.states.append(message["state"])
        for name, made in message["state"].get("patch", {}).get("documents", {}).items():
            assert self.known[name]["stamp"] == made["from"]
            self.known[name] = {**patched(self.known[name], made), "stamp": made["to"]}
        self.known |= {name: message["state"][name] for name in self.known if name in message["state"]}

    def assert_equal(self) -> None:
        for name, document in self.known.items():
            assert document == getattr(self.widget, name), name


@pytest.fixture
def large(tmp_path: Path) -> ProjectSession:
    """Sixty entities: more lines than are laid at once."""
    return ProjectSession(tmp_path / "large.design.yaml", generated(60))


def describe(session: ProjectSession, text: str) -> None:
    entity = session.design.entities[7]
    session.apply(edits.ChangeEntity(entity_id=entity.id, changes={"description": text}))


def test_an_edit_sends_what_it_changed_in_one_message(large: ProjectSession) -> None:
    page = Page(large)
    assert page.widget._laying.wait(60)
    page.states.clear()
    describe(large, "something else")
    (state,) = page.states
    assert {"patch", "history"} <= set(state)
    assert not {"picture", "design", "findings"} & set(state)
    assert len(str(state)) < len(str(page.widget.design)) / 10
    assert page.widget.get_state()["patch"] == {}  # a page that opens now is not told it again
    page.assert_equal()
    large.undo()
    page.widget._pace.now()
    page.assert_equal()
    page.widget.close()


def test_who_missed_something_gets_the_documents_as_they_are(large: ProjectSession) -> None:
    page = Page(large)
    assert page.widget._laying.wait(60)
    stamps = {name: document["stamp"] for name, document in page.known.items()}
    describe(large, "while nobody looked")
    page.states.clear()
    look = {"id": "1", "kind": "look", "view": "late", "is_here": True}
    page.widget._handle_custom_msg({**look, "stamps": stamps}, [])
    (state,) = page.states
    changed = {name for name in stamps if getattr(page.widget, name)["stamp"] != stamps[name]}
    assert set(state) == changed >= {"design"}
    page.assert_equal()
    page.states.clear()
    stamps = {name: getattr(page.widget, name)["stamp"] for name in page.known}
    page.widget._handle_custom_msg({**look, "stamps": stamps}, [])
    assert page.states == []
    page.widget.close()


def test_lines_of_a_large_picture_come_after_its_cards(large: ProjectSession) -> None:
    first = large.sketch()
    assert len(first.edges) > AT_ONCE
    assert first.is_sketch
    page = Page(large)
    assert page.widget._laying.wait(60)
    assert all(edge["points"] for edge in page.known["picture"]["edges"])
    assert audit(large.picture()).edges_through_cards == ()
    assert any(state.get("laying", {}).get("total") == len(first.edges) for state in page.states)
    assert page.widget.laying == {"done": 0, "total": 0}
    page.assert_equal()
    page.widget.close()


def test_what_is_changed_while_lines_are_laid_stays(large: ProjectSession) -> None:
    changed: list[int] = []

    def change(number: int, _total: int) -> None:
        if number and not changed:
            changed.append(number)
            describe(large, "meanwhile")

    assert large.sketch().is_sketch
    large.lay_lines(change)
    assert changed
    assert large.design.entities[7].description == "meanwhile"
    assert not large.sketch().is_sketch


def test_lines_that_nobody_waits_for_are_given_up(large: ProjectSession) -> None:
    done: list[str] = []
    laying = Laying(large, lambda number, total: laying.stop() if total else None, lambda: done.append("done"))
    laying.ask(large.revision)
    assert laying.wait(60)
    assert done == []
    assert large.sketch().is_sketch
