"""The rules that ipycytoscape 1.3.3 forces on whoever wants its views to stay right."""

from __future__ import annotations

import ast
import inspect
from typing import Any
from urllib.parse import unquote
from uuid import UUID
from xml.etree import ElementTree as ET

import designer_widgets
import pytest
from designer_widgets import cytoscape

from designer_kernel.design import Entity, edits
from designer_kernel.design.values import Position
from designer_kernel.studio.project import ProjectSession


@pytest.fixture
def graph(session: ProjectSession) -> Any:
    made = designer_widgets.graph(session)
    yield made
    made.close()


def test_layout_is_preset_with_our_positions(graph: Any, session: ProjectSession) -> None:
    assert graph.cytoscape_layout["name"] == "preset"
    card = session.picture().cards[0]
    node = next(node for node in graph.graph.nodes if node.data["id"] == card.id)
    assert node.position == {"x": card.x + card.width / 2, "y": card.y + card.height / 2}


def test_nodes_are_cards_drawn_as_data_uris(graph: Any) -> None:
    uri = graph.graph.nodes[0].data["card"]
    head, _, document = uri.partition(",")
    assert head == "data:image/svg+xml;utf8"
    assert ET.fromstring(unquote(document)).tag.endswith("svg")
    assert "<" not in document


def test_everything_is_added_in_one_call(session: ProjectSession, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    original = cytoscape.ipycytoscape.Graph.add_graph_from_json
    monkeypatch.setattr(
        cytoscape.ipycytoscape.Graph,
        "add_graph_from_json",
        lambda self, *a, **k: (calls.append("add"), original(self, *a, **k))[1],
    )
    monkeypatch.setattr(
        cytoscape.ipycytoscape.Graph,
        "clear",
        lambda self, o=cytoscape.ipycytoscape.Graph.clear: (calls.append("clear"), o(self))[1],
    )
    graph = designer_widgets.graph(session)
    assert calls == ["add"]
    session.apply(edits.AddEntity(entity=Entity(name="coupons")))
    assert calls == ["add", "clear", "add"]
    assert {node.data["name"] for node in graph.graph.nodes} == {"customers", "orders", "coupons"}
    graph.close()


def test_moving_a_card_does_not_rebuild(graph: Any, session: ProjectSession) -> None:
    before = list(graph.graph.nodes)
    key = session.design.entities[0].id
    session.apply(edits.MoveNodes(positions={key: Position(x=900, y=900)}))
    assert all(a is b for a, b in zip(before, graph.graph.nodes, strict=True))


def test_both_events_are_registered_before_display(graph: Any) -> None:
    assert set(graph._interaction_handlers["node"]) >= {"click", "mouseup"}


def test_a_click_selects_and_a_drop_tells_the_place(graph: Any, session: ProjectSession) -> None:
    card = session.picture().cards[0]
    data = {"id": card.id, "width": card.width, "height": card.height}
    graph._on_click({"data": data})
    assert UUID(graph.selected) == UUID(card.id)
    graph._on_mouseup({"data": data, "position": {"x": 500 + card.width / 2, "y": 300 + card.height / 2}})
    assert graph.moved == {card.id: (500, 300)}
    graph._on_mouseup({"data": {}, "position": {}})
    assert graph.moved == {card.id: (500, 300)}


def test_there_are_no_tooltips_since_they_would_be_html(graph: Any) -> None:
    assert graph.tooltip_source == ""


def test_elements_are_never_removed_one_by_one_nor_the_graph_replaced() -> None:
    tree = ast.parse(inspect.getsource(cytoscape))
    called = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    assert not {name for name in called if name.startswith("remove_")}
    targets = [t for node in ast.walk(tree) if isinstance(node, ast.Assign) for t in node.targets]
    assert not [t for t in targets if isinstance(t, ast.Attribute) and t.attr == "graph"]


def test_many_elements_are_warned_of(session: ProjectSession, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cytoscape, "MANY", 2)
    with pytest.warns(UserWarning, match=r"project\.designer\(\)"):
        designer_widgets.graph(session).close()


def test_hostile_names_are_inert(session: ProjectSession) -> None:
    session.apply(edits.AddEntity(entity=Entity(name='<img src=x onerror="alert(1)">', description="</svg><script>")))
    graph = designer_widgets.graph(session)
    documents = [unquote(node.data["card"].partition(",")[2]) for node in graph.graph.nodes]
    for document in documents:
        tags = {element.tag.rpartition("}")[2] for element in ET.fromstring(document).iter()}
        assert not tags & {"script", "img", "foreignObject"}
    graph.close()
