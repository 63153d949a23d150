"""The diagram as an ipycytoscape graph, for exploring.

ipycytoscape 1.3.3 has habits that decide this module's shape (each is pinned by a test): removing an element breaks
live views, so a changed structure is cleared and added anew in one call; a second type of event that is registered
after display is lost, so both are registered here; positions come back only inside events; assigning ``graph`` updates
no view; tooltips are written as HTML, so there are none.
"""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import ipycytoscape
import traitlets

from designer_kernel.diagram import svg

if TYPE_CHECKING:
    from collections.abc import Callable

    from designer_kernel.diagram.picture import Card, Edge, Picture
    from designer_kernel.studio.changes import Change
    from designer_kernel.studio.project import ProjectSession

MANY: Final = 300
"""Elements from which a graph takes seconds to show: each is a message of its own."""

_NARROW: Final = 14
STYLE: Final[list[dict[str, Any]]] = [
    {
        "selector": "node",
        "style": {
            "shape": "round-rectangle",
            "width": "data(width)",
            "height": "data(height)",
            "background-image": "data(card)",
            "background-fit": "contain",
            "background-opacity": 0,
            "border-width": 0,
        },
    },
    {"selector": "node:selected", "style": {"border-width": 3, "border-color": "#1976d2"}},
    {
        "selector": "edge",
        "style": {
            "curve-style": "taxi",
            "taxi-direction": "horizontal",
            "width": 1.4,
            "line-color": "#8a94a3",
            "target-arrow-color": "#8a94a3",
            "target-arrow-shape": "vee",
            "source-label": "data(source_end)",
            "target-label": "data(target_end)",
            "source-text-offset": _NARROW,
            "target-text-offset": _NARROW,
            "text-margin-y": -9,
            "font-size": 11,
            "color": "#5f6b7a",
        },
    },
    {"selector": "edge:selected", "style": {"width": 3, "line-color": "#1976d2"}},
]


def elements(picture: Picture) -> dict[str, list[dict[str, Any]]]:
    """Return a picture as cytoscape's JSON: cards as nodes at their places, each with its drawing as background."""
    return {"nodes": [_node(card) for card in picture.cards], "edges": [_edge(edge) for edge in picture.edges]}


def structure(picture: Picture) -> tuple[object, ...]:
    """Return what a graph must be built anew for: cards with their contents, and edges; not where they are."""
    return (
        tuple((card.id, card.title, card.rows, card.badges, card.colour) for card in picture.cards),
        tuple(
            (edge.id, edge.source_card, edge.target_card, edge.source_end, edge.target_end) for edge in picture.edges
        ),
    )


class Graph(ipycytoscape.CytoscapeWidget):  # type: ignore[misc]
    """The diagram of a project in cytoscape; it follows the project.

    Attributes
    ----------
    selected
        The id of the entity that was clicked last, or an empty string. Observe it to build dashboards.
    moved
        Where cards were dragged, by id: ``(x, y)`` of their top left corners.
    """

    selected = traitlets.Unicode()
    moved = traitlets.Dict()

    def __init__(self, session: ProjectSession) -> None:
        super().__init__()
        self.session = session
        self.tooltip_source = ""
        self.set_layout(name="preset", fit=True, padding=24, animate=False)
        self.set_style(STYLE)
        self.min_zoom, self.max_zoom, self.wheel_sensitivity = 0.05, 3.0, 0.2
        self.layout.height = "560px"
        picture = session.picture()
        self._shown = structure(picture)
        self._show(picture)
        self.on("node", "click", self._on_click)
        self.on("node", "mouseup", self._on_mouseup)
        self._unsubscribe: Callable[[], None] = session.subscribe(self._changed)

    def close(self) -> None:
        """Take the graph off the page and stop following the project."""
        self._unsubscribe()
        super().close()

    def _changed(self, change: Change) -> None:
        picture = self.session.picture()
        if structure(picture) == self._shown:
            return
        self._shown = structure(picture)
        self.graph.clear()
        self._show(picture)

    def _show(self, picture: Picture) -> None:
        count = len(picture.cards) + len(picture.edges)
        if count > MANY:
            warnings.warn(
                f"{count} elements take ipycytoscape a while; project.designer() shows them at once",
                stacklevel=2,
            )
        self.graph.add_graph_from_json(elements(picture), directed=True)

    def _on_click(self, event: dict[str, Any]) -> None:
        self.selected = str(event.get("data", {}).get("id", ""))

    def _on_mouseup(self, event: dict[str, Any]) -> None:
        data, place = event.get("data", {}), event.get("position", {})
        if not data.get("id") or "x" not in place or "y" not in place:
            return
        x = float(place["x"]) - float(data["width"]) / 2
        y = float(place["y"]) - float(data["height"]) / 2
        self.moved = {**self.moved, str(data["id"]): (x, y)}


def data_uri(document: str) -> str:
    """Return an SVG document as a data URI, which needs no server and runs no script."""
    return "data:image/svg+xml;utf8," + quote(document, safe="")


def _node(card: Card) -> dict[str, Any]:
    return {
        "data": {
            "id": card.id,
            "name": card.title,
            "width": card.width,
            "height": card.height,
            "card": data_uri(svg.card_svg(card)),
        },
        "position": {"x": card.x + card.width / 2, "y": card.y + card.height / 2},
    }


def _edge(edge: Edge) -> dict[str, Any]:
    return {
        "data": {
            "id": edge.id,
            "source": edge.source_card,
            "target": edge.target_card,
            "source_end": edge.source_end,
            "target_end": edge.target_end,
        }
    }
