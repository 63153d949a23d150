from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from designer_widgets.commands import Commands
from designer_widgets.work import Work, shown

from designer_kernel.errors import DesignerError
from designer_kernel.studio.project import ProjectSession

Ask = Callable[..., dict[str, Any]]


def hands(session: ProjectSession, **options: Any) -> Commands:
    rights = {"can_change": True, "can_deploy": True, "can_choose_target": True} | options
    work = rights.pop("work", None) or Work(lambda document: None)
    return Commands(
        session,
        work,
        watch_ddl=lambda is_open: None,
        find=lambda key: None,
        judged=lambda found, revision: None,
        looked_at=lambda view, is_here: None,
        tell_all=lambda stamps: None,
        tell_import=lambda document: None,
        tell_migration=lambda document: None,
        tell_arranging=rights.pop("tell_arranging", lambda document: None),
        switch=lambda session: None,
        **rights,
    )


@pytest.fixture
def ask(session: ProjectSession) -> Ask:
    commands = hands(session)
    return lambda kind, **fields: commands.answer({"id": "1", "kind": kind, **fields})


def entity_id(session: ProjectSession, name: str) -> str:
    return str(session.design.entity(name).id)


def test_an_entity_is_added_where_the_gesture_was(session: ProjectSession, ask: Ask) -> None:
    answer = ask("add_entity", x=120, y=-40)
    entity = session.design.entity("new_entity")
    assert answer == {"id": "1", "ok": {"entity_id": str(entity.id)}, "revision": 1}
    assert (entity.position.x, entity.position.y) == (120, -40)
    assert entity.attributes[0].is_primary_key


def test_names_that_are_taken_are_numbered(session: ProjectSession, ask: Ask) -> None:
    for _ in range(3):
        ask("add_entity")
    names = {entity.name for entity in session.design.entities}
    assert {"new_entity", "new_entity_2", "new_entity_3"} <= names


def test_an_attribute_is_read_from_a_line(session: ProjectSession, ask: Ask) -> None:
    answer = ask("add_attribute", entity_id=entity_id(session, "orders"), line="code varchar(20) unique not null")
    attribute = session.design.entity("orders").attribute("code")
    assert answer["ok"] == {"attribute_id": str(attribute.id)}
    assert (attribute.length, attribute.is_unique, attribute.is_nullable) == (20, True, False)


@pytest.mark.parametrize(("line", "kind"), [("title", "text"), ("customer_id", "bigint"), ("paid_at", "timestamptz")])
def test_a_name_alone_is_enough(session: ProjectSession, ask: Ask, line: str, kind: str) -> None:
    answer = ask("add_attribute", entity_id=entity_id(session, "customers"), line=line)
    assert "ok" in answer
    assert (
        session.design.entity("customers")
        .attribute(line)
        .type.startswith({"timestamptz": "timestamp with"}.get(kind, kind))
    )


def test_a_line_takes_the_place_of_the_key_that_nobody_has_touched(session: ProjectSession, ask: Ask) -> None:
    made = ask("add_entity")["ok"]["entity_id"]
    answer = ask("add_attribute", entity_id=made, line="id uuid primary key default gen_random_uuid()")
    (key,) = session.design.entity("new_entity").attributes
    assert (key.type, key.default_value, key.identity, key.is_primary_key) == ("uuid", "gen_random_uuid()", None, True)
    assert answer["ok"] == {"attribute_id": str(key.id)}
    again = ask("add_attribute", entity_id=made, line="id text")
    assert "id" in again["error"]["what"]


def test_an_edit_is_made_from_its_document(session: ProjectSession, ask: Ask) -> None:
    orders = session.design.entity("orders")
    edit = {"kind": "rename_entity", "entity_id": str(orders.id), "name": "purchases"}
    assert "ok" in ask("edit", edit=edit, revision=0)
    assert session.design.entity("purchases").id == orders.id


def test_a_relationship_is_added_and_removed(session: ProjectSession, ask: Ask) -> None:
    ends = {
        "source_entity_id": entity_id(session, "customers"),
        "target_entity_id": entity_id(session, "orders"),
        "source_cardinality": "0..1",
        "on_delete_action": "SET NULL",
    }
    answer = ask("add_relationship", relationship=ends | {"name": "recommends"})
    assert len(session.design.relationships) == 2
    assert "ok" in ask("remove", relationship_ids=[answer["ok"]["relationship_id"]])
    assert [r.name for r in session.design.relationships] == ["places"]


def test_contradictions_come_back_as_what_where_and_mend(session: ProjectSession, ask: Ask) -> None:
    ends = {
        "source_entity_id": entity_id(session, "customers"),
        "target_entity_id": entity_id(session, "orders"),
        "relationship_type": "ONE_TO_MANY",
        "target_cardinality": "1",
    }
    error = ask("add_relationship", relationship=ends)["error"]
    assert "target_cardinality" in error["what"]
    assert error["where"].startswith("relationship")
    assert session.revision == 0


def test_many_are_removed_in_one_step(session: ProjectSession, ask: Ask) -> None:
    every = [str(entity.id) for entity in session.design.entities]
    relationships = [str(r.id) for r in session.design.relationships]
    assert "ok" in ask("remove", entity_ids=every, relationship_ids=relationships)
    assert session.design.entities == ()
    ask("undo")
    assert len(session.design.entities) == 2
    assert len(session.design.relationships) == 1


def test_a_copy_shares_no_identity(session: ProjectSession, ask: Ask) -> None:
    ask("duplicate", entity_id=entity_id(session, "customers"))
    ids = [item.id for item in session.design.items()]
    assert len(ids) == len(set(ids))
    assert session.design.entity("customers_2").attribute("email").is_unique


def test_cards_stay_where_they_are_dropped_and_go_back_on_undo(session: ProjectSession, ask: Ask) -> None:
    key = entity_id(session, "orders")
    before = session.picture().positions()[key]
    ask("move", positions={key: {"x": before[0] + 300, "y": before[1] + 200}})
    assert session.picture().positions()[key] == (before[0] + 300, before[1] + 200)
    ask("undo")
    assert session.picture().positions()[key] == before


def test_arranging_is_one_step_that_can_be_undone(session: ProjectSession, ask: Ask) -> None:
    key = entity_id(session, "orders")
    ask("move", positions={key: {"x": 5000, "y": 5000}})
    ask("arrange")
    assert session.picture().positions()[key] != (5000, 5000)
    ask("undo")
    assert session.picture().positions()[key] == (5000, 5000)


def test_areas_take_members_from_each_other(session: ProjectSession, ask: Ask) -> None:
    key = entity_id(session, "orders")
    ask("set_area", entity_ids=[key], is_new=True)
    ask("set_area", entity_ids=[key], is_new=True)
    first, second = session.design.areas
    assert (first.members, [str(m) for m in second.members]) == ((), [key])
    ask("set_area", entity_ids=[key])
    assert all(area.members == () for area in session.design.areas)


@pytest.mark.parametrize(
    "message",
    [
        None,
        [],
        "undo",
        {},
        {"id": "1"},
        {"id": "1", "kind": "format_disk"},
        {"id": 5, "kind": "undo"},
        {"id": "1", "kind": "undo", "extra": True},
        {"id": "1", "kind": "move", "positions": {}},
        {"id": "1", "kind": "move", "positions": {"not-an-id": {"x": 1, "y": 2}}},
        {"id": "1", "kind": "move", "positions": {str(uuid4()): {"x": float("nan"), "y": 2}}},
        {"id": "1", "kind": "move", "positions": {str(uuid4()): {"x": 1, "y": 2}}},
        {"id": "1", "kind": "add_entity", "x": 1e300, "y": 0},
        {"id": "1", "kind": "add_entity", "name": "x" * 64},
        {"id": "1", "kind": "add_attribute", "entity_id": str(uuid4()), "line": "a text"},
        {"id": "1", "kind": "edit", "edit": {"kind": "compound", "edits": []}},
        {"id": "1", "kind": "edit", "edit": {"kind": "nonsense"}},
        {"id": "1", "kind": "edit", "edit": {}},
        {"id": "1", "kind": "add_relationship", "relationship": {"source_entity_id": "x"}},
        {"id": "1", "kind": "remove", "entity_ids": [str(uuid4())]},
        {"id": "1", "kind": "remove"},
        {"id": "1", "kind": "mend", "key": "0.0"},
        {"id": "1", "kind": "fill", "scale": -1},
    ],
)
def test_whatever_arrives_is_answered_and_changes_nothing(session: ProjectSession, message: Any) -> None:
    before = session.design
    answer = hands(session).answer(message)
    assert set(answer) == {"id", "error"}
    assert answer["error"]["what"]
    assert (session.design, session.revision) == (before, 0)


@pytest.mark.parametrize("kind", ["add_entity", "undo", "redo", "arrange"])
def test_a_read_only_view_changes_nothing(session: ProjectSession, kind: str) -> None:
    answer = hands(session, can_change=False).answer({"id": "1", "kind": kind})
    assert answer["error"]["code"] == "refused"
    assert session.revision == 0


@pytest.mark.parametrize("kind", ["deploy", "fill", "validate", "cancel", "confirm", "choose_target", "try_target"])
def test_deploying_needs_the_servers_word(session: ProjectSession, kind: str) -> None:
    key = {"key": "0"} if kind == "confirm" else {}
    answer = hands(session, can_deploy=False).answer({"id": "1", "kind": kind} | key)
    assert "DESIGNER_ALLOW_DEPLOY" in answer["error"]["mend"]


def test_an_edit_on_what_has_changed_since_is_a_conflict(session: ProjectSession, ask: Ask) -> None:
    key = entity_id(session, "orders")
    ask("edit", edit={"kind": "rename_entity", "entity_id": key, "name": "purchases"}, revision=0)
    answer = ask("edit", edit={"kind": "rename_entity", "entity_id": key, "name": "sales"}, revision=0)
    assert answer["error"]["code"] == "edit_conflict"
    assert session.design.entity("purchases")


def test_a_fault_of_ours_is_told_too(session: ProjectSession, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> None:
        raise RuntimeError("<b>oops</b>")

    monkeypatch.setattr(session, "undo", broken)
    answer = hands(session).answer({"id": "1", "kind": "undo"})
    assert "oops" in answer["error"]["what"]


def test_work_reports_and_ends(session: ProjectSession, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, Any]] = []
    work = Work(told.append)
    commands = hands(session, work=work)

    def refuse(*arguments: Any, **options: Any) -> None:
        options["progress"](1, 3, "one of three")
        raise DesignerError("no room", where="disk", mend="make some")

    monkeypatch.setattr(session, "deploy", refuse)
    assert "ok" in commands.answer({"id": "1", "kind": "deploy"})
    assert work.wait(5)
    assert told[-1]["state"] == "failed"
    assert told[-1]["error"]["mend"] == "make some"
    assert any(one["label"] == "one of three" for one in told)


def test_an_address_is_no_place_on_a_page() -> None:
    error = DesignerError("no room", where="postgresql://me@host/shop", mend="make some")
    assert shown(error) == {"code": "error", "what": "no room", "where": "", "mend": "make some"}
    assert shown(DesignerError("no", where="public.orders"))["where"] == "public.orders"


def test_one_work_at_a_time_and_cancel_reaches_it(session: ProjectSession, monkeypatch: pytest.MonkeyPatch) -> None:
    work = Work(lambda document: None)
    seen = threading.Event()

    def slow(*arguments: Any, **options: Any) -> None:
        assert options["cancel"].wait(5)
        seen.set()

    monkeypatch.setattr(session, "fill", slow)
    commands = hands(session, work=work)
    commands.answer({"id": "1", "kind": "fill"})
    assert "running already" in commands.answer({"id": "2", "kind": "fill"})["error"]["what"]
    commands.answer({"id": "3", "kind": "cancel"})
    assert work.wait(5)
    assert seen.is_set()
