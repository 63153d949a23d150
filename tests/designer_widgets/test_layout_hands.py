"""Layouts, pins and lines by hand: what the views ask for, as edits that one undo takes back."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from designer_widgets import layout_hands, layouts

from designer_kernel.design.design import Design
from designer_kernel.errors import Cancelled
from designer_kernel.studio.project import ProjectSession
from tests.designer_kernel.diagram.audit import audit
from tests.designer_kernel.diagram.designs import generated
from tests.designer_widgets.test_commands import hands


def places(session: ProjectSession) -> dict[str, tuple[float, float]]:
    return {card.title: (card.x, card.y) for card in session.sketch().cards}


def session_of(folder: Path, design: Design) -> ProjectSession:
    return ProjectSession(folder / "shop.design.yaml", design)


def test_a_pinned_card_stays_when_everything_is_arranged_and_when_it_is_dragged(tmp_path: Path) -> None:
    session = session_of(tmp_path, generated(12))
    commands = hands(session)

    def ask(kind: str, **fields: Any) -> dict[str, Any]:
        answer = commands.answer({"id": "1", "kind": kind, **fields})
        assert "ok" in answer, answer
        return dict(answer["ok"])

    chosen = session.design.entities[4]
    ask("move", positions={str(chosen.id): {"x": 2400, "y": 1600}})
    ask("pin", entity_ids=[str(chosen.id)])
    assert session.history.undo_label == f"pin {chosen.name}"
    ask("move", positions={str(chosen.id): {"x": 2500, "y": 1500}})
    ask("arrange")
    stood = session.design.entity(chosen.name).position
    assert stood is not None
    assert (stood.x, stood.y, stood.is_fixed) == (2500, 1500, True)
    assert {card.id for card in session.sketch().cards if card.is_fixed} == {str(chosen.id)}
    ask("pin", entity_ids=[str(chosen.id)], on=False)
    assert session.history.undo_label == f"unpin {chosen.name}"
    ask("arrange")
    assert places(session)[chosen.name] != (2500, 1500)
    assert audit(session.picture()).overlapping_cards == ()
    ask("undo")
    assert places(session)[chosen.name] == (2500, 1500)

    part = session.design.entities[:3]
    before = places(session)
    ask("arrange", entity_ids=[str(one.id) for one in part])
    after = places(session)
    assert {name for name in before if before[name] != after[name]} <= {one.name for one in part}
    assert audit(session.picture()).overlapping_cards == ()


def test_a_line_is_bent_straightened_and_left_to_the_router_when_its_cards_are_arranged(tmp_path: Path) -> None:
    session = session_of(tmp_path, generated(12))
    commands = hands(session)

    def ask(kind: str, **fields: Any) -> dict[str, Any]:
        return commands.answer({"id": "1", "kind": kind, **fields})

    edge = session.picture().edges[0]
    card = session.picture().card(edge.source_card)
    assert card is not None
    turns = [card.right + 40, card.y - 80, card.right + 60]
    assert "ok" in ask("bend_line", line_id=edge.id, turns=turns)
    bent = next(one for one in session.picture().edges if one.id == edge.id)
    assert bent.turns[1] == turns[1]
    ask("arrange")
    assert session.design.relationships[0].bends is None
    ask("undo")
    assert session.design.relationships[0].bends is not None
    ask("bend_line", line_id=edge.id, turns=None)
    assert session.design.relationships[0].bends is None
    assert "odd number" in ask("bend_line", line_id=edge.id, turns=[1, 2])["error"]["what"]
    assert "no line" in ask("bend_line", line_id=str(UUID(int=5)), turns=[1])["error"]["what"]
    refused = hands(session, can_change=False).answer({"id": "1", "kind": "bend_line", "line_id": edge.id})
    assert refused["error"]["what"] == "this view is read only"

    around = str(session.design.relationships[0].source_entity_id)
    scene = ask("show", view="one", what="focus", entity_ids=[around])["ok"]["scene"]
    revision = session.revision
    assert "ok" in ask("bend_line", line_id=edge.id, turns=turns, scene=scene)
    assert session.revision == revision, "what is not saved keeps its lines to itself"
    drawn = commands.scenes.shown(scene)
    assert next(one for one in drawn.edges if one.id == edge.id).turns
    commands.answer({"id": "1", "kind": "save_diagram", "name": "Around", "scene": scene})
    assert session.design.diagrams[0].bends.keys() == {UUID(edge.id)}


def test_a_large_diagram_is_arranged_beside_the_page_and_can_be_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = session_of(tmp_path, generated(layout_hands.AT_ONCE + 10))
    told: list[dict[str, Any]] = []
    ended = threading.Event()

    def tell(document: dict[str, Any]) -> None:
        told.append(document)
        if document["state"] in {"done", "cancelled", "failed"}:
            ended.set()

    commands = hands(session, tell_arranging=tell)
    begun, may_go = threading.Event(), threading.Event()
    arrangement = layouts.arrangement

    def slow(*given: Any, **more: Any) -> Any:
        begun.set()
        assert may_go.wait(30)
        return arrangement(*given, **more)

    monkeypatch.setattr(layouts, "arrangement", slow)
    first = session.design.entities[0]
    commands.answer({"id": "1", "kind": "move", "positions": {str(first.id): {"x": 9000, "y": 9000}}})
    revision, before = session.revision, session.design
    assert commands.answer({"id": "2", "kind": "arrange"})["ok"] == {"is_under_way": True}
    assert begun.wait(30)
    answer = commands.answer({"id": "3", "kind": "add_entity", "x": 0, "y": 0, "name": "meanwhile"})
    assert "ok" in answer, "others go on"
    assert "running already" in commands.answer({"id": "4", "kind": "arrange"})["error"]["what"]
    commands.answer({"id": "5", "kind": "stop_arranging"})
    may_go.set()
    assert ended.wait(60)
    assert told[-1]["state"] == "cancelled"
    assert session.revision == revision + 1
    session.undo()
    assert session.design == before

    ended.clear()
    commands.answer({"id": "6", "kind": "arrange"})
    assert ended.wait(60)
    assert told[-1]["state"] == "done"
    steps = [(one["done"], one["total"]) for one in told if one["total"]]
    assert steps
    assert all(done <= total for done, total in steps)
    assert session.design.entity(first.name).position != before.entity(first.name).position
    session.undo()
    assert session.design == before, "one undo takes all of it back"


def test_a_layout_of_a_part_can_be_followed_and_given_up_too(tmp_path: Path) -> None:
    session = session_of(tmp_path, generated(12))
    design, drawn = session.design, session.sketch()
    part = [entity.id for entity in design.entities[:8]]
    told: list[int] = []
    layouts.arrangement(design, only=part, drawn=drawn, progress=lambda done, total: told.append(total))
    assert told

    def given_up(done: int, total: int) -> None:
        raise Cancelled("the layout was cancelled")

    with pytest.raises(Cancelled):
        layouts.arrangement(design, only=part, drawn=drawn, progress=given_up)
