"""What each view shows: saved diagrams, what is around an entity, ways; and what edits mean there."""

from __future__ import annotations

import threading
from typing import Any
from uuid import UUID

import pytest
from designer_widgets.app import Designer
from designer_widgets.scenes import Scene

from designer_kernel.design.values import Position
from designer_kernel.studio.project import ProjectSession
from tests.designer_widgets.asking import Asking


def test_views_show_different_things(session: ProjectSession) -> None:
    asking = Asking(session)
    made, ask = asking.widget, asking.ask
    orders, customers = ids(session, "orders", "customers")
    everything = made.picture
    key = ask(kind="show", view="one", what="focus", entity_ids=[orders], distance=0)["ok"]["scene"]
    other = ask(kind="show", view="two", what="ways", entity_ids=[orders, customers])["ok"]["scene"]
    assert titles(made, key) == ["orders"]
    assert {"orders", "customers"} <= set(titles(made, other))
    assert made.picture == everything
    ask(kind="edit", edit={"kind": "rename_entity", "entity_id": orders, "name": "purchases"})
    assert titles(made, key) == ["purchases"]
    ask(kind="remove", entity_ids=[orders])
    assert made.scenes == {}
    ask(kind="undo")
    assert titles(made, key) == ["purchases"]
    ask(kind="show", view="one", what="all")
    ask(kind="look", view="two", is_here=False)
    ask(kind="undo")
    assert made.scenes == {}


def test_a_scene_is_drawn_by_one_thread_at_a_time(session: ProjectSession, monkeypatch: pytest.MonkeyPatch) -> None:
    ask = Asking(session).ask
    (orders,) = ids(session, "orders")
    scene = ask(kind="show", view="one", what="focus", entity_ids=[orders], distance=1)["ok"]["scene"]
    draw, others_could = Scene.picture, list[bool]()

    def drawn(self: Scene, *given: Any) -> Any:
        other = threading.Thread(target=lambda: others_could.append(session.lock.acquire(blocking=False)))
        other.start()
        other.join()
        return draw(self, *given)

    monkeypatch.setattr(Scene, "picture", drawn)
    assert "svg" in ask(kind="print_picture", scene=scene)["ok"]
    assert "ok" in ask(kind="arrange", scene=scene)
    assert "ok" in ask(kind="save_diagram", name="Ordering", scene=scene)
    assert set(others_could) == {False}


def test_a_diagram_is_saved_changed_and_arranged(session: ProjectSession) -> None:
    asking = Asking(session)
    made, ask = asking.widget, asking.ask
    orders, customers = ids(session, "orders", "customers")
    first = session.revision
    loose = ask(kind="show", view="one", what="focus", entity_ids=[orders], distance=0)["ok"]["scene"]
    assert ask(kind="move", scene=loose, positions={orders: {"x": 70, "y": 30}})["ok"] == {}
    assert session.revision == first
    saved = ask(kind="save_diagram", name="Ordering", scene=loose)["ok"]["diagram_id"]
    scene = ask(kind="show", view="one", what="diagram", diagram_id=saved)["ok"]["scene"]
    before = session.revision
    ask(kind="show_members", scene=scene, added=[customers], x=400, y=30)
    (diagram,) = session.design.diagrams
    assert diagram.positions == {UUID(orders): Position(x=70, y=30), UUID(customers): Position(x=400, y=30)}
    assert session.revision == before + 1

    added = ask(kind="add_entity", scene=scene, x=10, y=500, name="coupons")["ok"]["entity_id"]
    assert session.design.entity("coupons").position is None
    assert session.design.diagrams[0].positions[UUID(added)] == Position(x=10, y=500)
    assert set(titles(made, scene)) == {"orders", "customers", "coupons"}
    ask(kind="undo")
    assert "coupons" not in titles(made, scene)
    ask(kind="move", scene=scene, positions={customers: {"x": 800, "y": 0}})
    assert session.design.entity("customers").position != Position(x=800, y=0)
    ask(kind="arrange", scene=scene)
    assert session.history.undo_label.startswith("move")
    assert session.design.diagrams[0].positions[UUID(customers)] != Position(x=800, y=0)
    note = ask(kind="add_note", scene=scene, x=0, y=0, text="Mind\nthis")["ok"]["note_id"]
    ask(kind="edit", scene=scene, edit={"kind": "move_nodes", "positions": {note: {"x": 5, "y": 6}}})
    assert made.scenes[scene]["notes"][0]["lines"] == ["Mind", "this"]
    assert made.scenes[scene]["notes"][0]["x"] == 5
    assert made.picture["notes"] == []
    ask(kind="show_members", scene=scene, removed=[orders])
    assert titles(made, scene) == ["customers"]
    assert "customers" in ask(kind="print_picture", scene=scene)["ok"]["svg"]
    ask(kind="edit", edit={"kind": "remove_object", "collection": "diagrams", "object_id": saved})
    assert made.scenes == {}
    assert session.design.notes == ()


@pytest.mark.parametrize(
    ("message", "what"),
    [
        ({"kind": "show", "what": "diagram", "diagram_id": str(UUID(int=1))}, "there is no diagram"),
        ({"kind": "show", "what": "focus"}, "nothing is selected"),
        ({"kind": "show", "what": "focus", "entity_ids": [str(UUID(int=1))]}, "there is no entity"),
        ({"kind": "show", "what": "ways"}, "between two"),
    ],
)
def test_what_cannot_be_shown_is_refused(session: ProjectSession, message: dict[str, Any], what: str) -> None:
    ask = Asking(session).ask
    assert what in ask(view="one", **message)["error"]["what"]


def test_a_read_only_view_shows_and_changes_nothing(session: ProjectSession) -> None:
    ask = Asking(session, read_only=True).ask
    orders, _other = ids(session, "orders", "customers")
    scene = ask(kind="show", view="one", what="focus", entity_ids=[orders])["ok"]["scene"]
    for message in (
        {"kind": "save_diagram", "name": "No"},
        {"kind": "add_note", "x": 0, "y": 0},
        {"kind": "show_members", "added": [orders]},
    ):
        assert "read only" in ask(scene=scene, **message)["error"]["what"]


def test_cards_join_and_leave_areas_where_they_are_dropped(session: ProjectSession) -> None:
    ask = Asking(session).ask
    orders, customers = ids(session, "orders", "customers")
    ask(kind="set_area", entity_ids=[orders], is_new=True)
    ask(kind="move", positions={orders: {"x": 0, "y": 0}, customers: {"x": 2000, "y": 0}})
    ask(kind="move", positions={customers: {"x": 20, "y": 30}})
    area = session.design.areas[0]
    assert set(area.members) == {UUID(orders), UUID(customers)}
    session.undo()
    assert session.design.areas[0].members == (UUID(orders),)
    assert session.design.entity("customers").position == Position(x=2000, y=0)
    session.redo()
    ask(kind="move", positions={orders: {"x": 3000, "y": 30}, customers: {"x": 3000, "y": 300}})
    assert len(session.design.areas[0].members) == 2
    ask(kind="move", positions={customers: {"x": 4000, "y": 0}})
    assert session.design.areas[0].members == (UUID(orders),)
    ask(kind="move", with_areas=False, positions={customers: {"x": 3000, "y": 30}})
    assert session.design.areas[0].members == (UUID(orders),)


def titles(made: Designer, key: str) -> list[str]:
    return [card["title"] for card in made.scenes[key]["cards"]]


def ids(session: ProjectSession, *names: str) -> list[str]:
    return [str(session.design.entity(name).id) for name in names]
