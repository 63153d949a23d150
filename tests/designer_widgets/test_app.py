from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import designer_widgets
import pytest
import traitlets
from designer_widgets import state
from designer_widgets.app import Designer
from designer_widgets.pace import Pace
from designer_widgets.permissions import can_deploy

from designer_kernel.design import Design, Entity, edits
from designer_kernel.errors import DesignerError
from designer_kernel.studio.project import ProjectSession


@pytest.fixture
def widget(session: ProjectSession) -> Any:
    made = designer_widgets.designer(session)
    yield made
    made.close()


def ask(widget: Designer, **message: Any) -> dict[str, Any]:
    """Send what the front end would send, and return what it would get."""
    answers: list[dict[str, Any]] = []
    widget.send = lambda content, buffers=None: answers.append(content)
    widget._handle_custom_msg({"id": "1", **message}, [])
    return answers[-1]


def test_traits_hold_the_whole_state_as_json(widget: Designer) -> None:
    for name in ("picture", "design", "findings", "history", "progress", "ddl", "settings"):
        json.dumps(getattr(widget, name))
    assert {card["title"] for card in widget.picture["cards"]} == {"customers", "orders"}
    orders = next(entity for entity in widget.design["entities"] if entity["name"] == "orders")
    assert [attribute["origin"] for attribute in orders["added"]] == ["relationship"]
    assert orders["foreign_keys"][0]["parent"] == "customers"


def test_a_message_changes_the_project_and_every_trait(widget: Designer, session: ProjectSession) -> None:
    answer = ask(widget, kind="add_entity", x=10, y=20)
    assert answer["revision"] == session.revision == widget.history["revision"] == 1
    assert widget.history["undo_label"] == "add entity new_entity"
    assert any(card["title"] == "new_entity" for card in widget.picture["cards"])


def test_a_change_in_code_shows_in_the_widget(widget: Designer, session: ProjectSession) -> None:
    for name in ("a", "b", "c"):
        session.apply(edits.AddEntity(entity=Entity(name=name)))
    deadline = time.monotonic() + 3
    while widget.history["revision"] != 3 and time.monotonic() < deadline:
        time.sleep(0.02)
    assert {"a", "b", "c"} <= {entity["name"] for entity in widget.design["entities"]}


def test_another_project_waits_for_a_layout_and_hears_nothing_of_it(widget: Designer, tmp_path: Path) -> None:
    other = ProjectSession(tmp_path / "other.design.yaml", Design(name="other"))
    go_on, arranging = threading.Event(), widget._commands.arranging
    arranging.start("Arranging", lambda report, cancel: {"words": str(go_on.wait(30))})
    with pytest.raises(DesignerError, match="something is running"):
        widget.show_project(other)
    go_on.set()
    assert arranging.wait(30)
    assert widget.arranging["state"] == "done"
    widget.show_project(other)
    assert (widget.design["name"], widget.arranging["state"]) == ("other", "idle")


def test_two_widgets_show_one_project(widget: Designer, session: ProjectSession) -> None:
    other = designer_widgets.diagram(session)
    ask(widget, kind="add_entity", x=0, y=0)
    assert other.history["revision"] == 1
    assert other.settings["read_only"]
    assert "refused" in ask(other, kind="undo")["error"]["code"]
    other.close()


def test_documents_are_made_once_for_all_widgets(session: ProjectSession, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[int] = []
    original = state.Sheets.design_document
    monkeypatch.setattr(state.Sheets, "design_document", lambda *of: (made.append(1), original(*of))[1])
    widgets = [designer_widgets.designer(session) for _ in range(3)]
    session.apply(edits.AddEntity(entity=Entity(name="once")))
    for widget in widgets:
        widget.refresh()
        assert any(entity["name"] == "once" for entity in widget.design["entities"])
        widget.close()
    assert len(made) == 2


def test_a_closed_widget_follows_no_more(session: ProjectSession) -> None:
    widget = designer_widgets.designer(session)
    widget.close()
    session.apply(edits.AddEntity(entity=Entity(name="late")))
    assert widget.history["revision"] == 0


def test_sql_is_written_only_while_it_is_looked_at(widget: Designer) -> None:
    assert widget.ddl == {}
    ask(widget, kind="watch_ddl", is_open=True)
    assert any("CREATE TABLE" in block["text"] for block in widget.ddl["blocks"])
    ask(widget, kind="add_entity", x=0, y=0)
    assert any("new_entity" in block["text"] for block in widget.ddl["blocks"])
    assert widget.ddl["revision"] == 1


def test_sql_that_cannot_be_written_says_why(
    widget: Designer, session: ProjectSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse() -> None:
        raise DesignerError("a circle", where="orders", mend="open it")

    monkeypatch.setattr(session, "ddl", refuse)
    ask(widget, kind="watch_ddl", is_open=True)
    assert widget.ddl["error"]["what"] == "a circle"


def test_findings_select_what_they_speak_of_and_offer_their_mend(widget: Designer, session: ProjectSession) -> None:
    session.apply(edits.AddEntity(entity=Entity(name="keyless")))
    widget.refresh()
    mends = [item for item in widget.findings["items"] if item["mend_label"]]
    spoken = [item for item in widget.findings["items"] if item["entity_ids"]]
    assert spoken
    assert mends
    before = session.revision
    assert "ok" in ask(widget, kind="mend", key=mends[0]["key"])
    assert session.revision == before + 1
    assert "earlier revision" in ask(widget, kind="mend", key=mends[0]["key"])["error"]["what"]


def test_views_may_write_the_selection_only(widget: Designer, session: ProjectSession) -> None:
    key = str(session.design.entities[0].id)
    widget.set_state({"settings": {"can_deploy": True, "read_only": False}, "design": {}, "selected": [key, "forged"]})
    assert widget.selected == [key]
    assert widget.design["name"] == "shop"


def test_no_secret_is_in_the_state(session: ProjectSession) -> None:
    session.target = "postgresql://designer:hunter2@db.example/shop?sslpassword=hunter3"
    widget = designer_widgets.designer(session)
    state = json.dumps({k: v for k, v in widget.get_state().items() if not k.startswith("_")}, default=str)
    assert "hunter" not in state
    assert "db.example" in widget.settings["target"]
    widget.close()


def test_there_is_something_to_see_without_javascript(widget: Designer) -> None:
    data, _metadata = widget._repr_mimebundle_()
    assert set(data) >= {"text/plain", "image/svg+xml", "application/vnd.jupyter.widget-view+json"}
    assert ET.fromstring(data["image/svg+xml"]).tag.endswith("svg")
    assert data["text/plain"] == "Designer of shop (entities: 2, relationships: 1)"


def test_an_option_that_does_not_exist_is_refused(session: ProjectSession) -> None:
    with pytest.raises(TypeError, match="readonly"):
        designer_widgets.designer(session, readonly=True)  # type: ignore[call-arg]


def test_wrong_types_do_not_become_state(widget: Designer) -> None:
    with pytest.raises(traitlets.TraitError):
        widget.selected = [5]


@pytest.mark.parametrize(
    ("environment", "allow", "read_only", "expected"),
    [
        ({}, None, False, True),
        ({"SERVER_SOFTWARE": "voila/0.5.13"}, None, False, False),
        ({"VOILA_KERNEL_ID": "x"}, None, False, False),
        ({"SERVER_SOFTWARE": "voila/0.5.13", "DESIGNER_ALLOW_DEPLOY": "1"}, None, False, True),
        ({"SERVER_SOFTWARE": "voila/0.5.13", "DESIGNER_ALLOW_DEPLOY": "0"}, None, False, False),
        ({"SERVER_SOFTWARE": "voila/0.5.13"}, True, False, True),
        ({}, False, False, False),
        ({"DESIGNER_ALLOW_DEPLOY": "1"}, True, True, False),
    ],
)
def test_who_may_deploy(
    monkeypatch: pytest.MonkeyPatch, environment: dict[str, str], allow: bool | None, read_only: bool, expected: bool
) -> None:
    for name in ("SERVER_SOFTWARE", "VOILA_KERNEL_ID", "DESIGNER_ALLOW_DEPLOY"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert can_deploy(read_only=read_only, allow_deploy=allow) is expected


def test_pace_never_loses_the_last_call() -> None:
    calls: list[str] = []
    pace = Pace(calls.append, 0.05)
    for number in range(20):
        pace.ask(str(number))
    assert calls == ["0"]
    time.sleep(0.3)
    assert calls[-1] == "19"
    assert len(calls) <= 3


def test_pace_stops() -> None:
    calls: list[str] = []
    pace = Pace(calls.append, 0.05)
    pace.ask("first")
    pace.ask("second")
    pace.stop()
    time.sleep(0.15)
    assert calls == ["first"]
