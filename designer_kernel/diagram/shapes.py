"""What a picture is made of: cards with rows, edges with crow's feet, area boxes. Plain frozen values.

All coordinates are CSS pixels of the diagram at scale 1; y grows downwards; ``x`` and ``y`` are top left corners.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from designer_kernel.diagram import metrics

CardKind = Literal["entity", "abstract", "view", "materialized_view", "enum"]
EdgeKind = Literal["relationship", "inherits", "tenant"]
End = Literal["1", "0..1", "N", "0..N", "1..N", ""]
Point = tuple[float, float]
ChangeMark = Literal["", "added", "removed", "changed"]
"""What became of something between two states of a design; empty if nothing, or if one state is drawn."""


@dataclass(frozen=True, slots=True)
class Badge:
    """A small label under a card's title, such as a trait. ``detail`` is what a tooltip tells."""

    text: str
    kind: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One attribute of a card (a label, on the card of an enum)."""

    id: str
    name: str
    type: str = ""
    is_primary_key: bool = False
    is_foreign_key: bool = False
    is_unique: bool = False
    is_nullable: bool = False
    is_indexed: bool = False
    is_generated: bool = False
    is_checked: bool = False
    is_tenant: bool = False
    origin: str = ""
    description: str = ""
    change: ChangeMark = ""


@dataclass(frozen=True, slots=True)
class Card:
    """One entity, view or type as a box. ``rows_top`` is where its first row begins, from the card's top."""

    id: str
    kind: CardKind
    title: str
    schema: str = ""
    subtitle: str = ""
    badges: tuple[Badge, ...] = ()
    colour: str = ""
    area_id: str = ""
    x: float = 0.0
    y: float = 0.0
    width: float = metrics.MIN_CARD_WIDTH
    height: float = metrics.HEADER_HEIGHT
    rows_top: float = metrics.HEADER_HEIGHT
    rows: tuple[Row, ...] = ()
    hidden_rows: int = 0
    is_pinned: bool = False
    is_fixed: bool = False
    is_derived: bool = False
    description: str = ""
    change: ChangeMark = ""

    @property
    def right(self) -> float:
        """The x of the right side."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower side."""
        return self.y + self.height

    def row_y(self, row_id: str) -> float:
        """Return the y of a row's middle; of the header's middle if the card does not show that row."""
        return self.y + self.port(row_id)

    def port(self, row_id: str) -> float:
        """Return how far a row's middle is below the card's top; see `row_y`."""
        for index, row in enumerate(self.rows):
            if row.id == row_id:
                return self.rows_top + (index + 0.5) * metrics.ROW_HEIGHT
        return metrics.HEADER_HEIGHT / 2

    def ports(self) -> dict[str, float]:
        """Return `port` of each row that is shown, for whoever asks for many."""
        ports: dict[str, float] = {}
        for index, row in enumerate(self.rows):
            ports.setdefault(row.id, self.rows_top + (index + 0.5) * metrics.ROW_HEIGHT)
        return ports

    def at(self, x: float, y: float) -> Card:
        """Return the card at another place."""
        return replace(self, x=x, y=y)

    def to_dict(self) -> dict[str, Any]:
        """Return the card as JSON-ready values."""
        always = ("id", "kind", "title", "colour", "x", "y", "width", "height", "rows_top")
        told = _told(self, CARD_FIELDS, always)
        told["badges"] = [{"text": b.text, "kind": b.kind, "detail": b.detail} for b in self.badges]
        told["rows"] = [_told(row, ROW_FIELDS, ("id", "name", "type")) for row in self.rows]
        return told


@dataclass(frozen=True, slots=True)
class Edge:
    """A relationship between two rows, from the parent (source) to the child (target).

    ``source_end`` is what is drawn at the parent, ``target_end`` at the child. ``source_row`` and ``target_row`` are
    the rows that the line touches; ``source_rows`` and ``target_rows`` are all columns of the key, in pairs.
    ``is_quiet`` asks for a thin, pale line (edges of hubs). ``points`` is the orthogonal line, source first; ``turns``
    say where it turns if a person has laid it.
    """

    id: str
    kind: EdgeKind
    source_card: str
    target_card: str
    source_row: str = ""
    target_row: str = ""
    source_rows: tuple[str, ...] = ()
    target_rows: tuple[str, ...] = ()
    source_end: End = ""
    target_end: End = ""
    relationship_id: str = ""
    is_identifying: bool = False
    is_quiet: bool = False
    label: str = ""
    points: tuple[Point, ...] = ()
    turns: tuple[float, ...] = ()
    change: ChangeMark = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the edge as JSON-ready values."""
        always = ("id", "kind", "source_card", "target_card", "source_row", "target_row", "source_end", "target_end")
        told = _told(self, EDGE_FIELDS, always)
        told["source_rows"] = list(self.source_rows)
        told["target_rows"] = list(self.target_rows)
        told["points"] = [[x, y] for x, y in self.points]
        if self.turns:
            told["turns"] = list(self.turns)
        return told


@dataclass(frozen=True, slots=True)
class AreaBox:
    """A titled region behind the cards of an area."""

    id: str
    title: str
    colour: str = ""
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class NoteBox:
    """A note: its text as it is, and in the lines that are drawn."""

    id: str
    text: str = ""
    colour: str = ""
    lines: tuple[str, ...] = ()
    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """The smallest rectangle that holds the whole picture with its margin."""

    x: float = 0.0
    y: float = 0.0
    width: float = 0.0
    height: float = 0.0


@dataclass(frozen=True, slots=True)
class Picture:
    """A design, drawn: what a renderer needs and nothing else. `designer_kernel.diagram.picture` tells its JSON."""

    title: str
    cards: tuple[Card, ...] = ()
    edges: tuple[Edge, ...] = ()
    areas: tuple[AreaBox, ...] = ()
    bounds: Bounds = field(default_factory=Bounds)
    notes: tuple[NoteBox, ...] = ()

    def card(self, card_id: str) -> Card | None:
        """Return the card of this id, or ``None``."""
        return next((card for card in self.cards if card.id == card_id), None)

    @property
    def is_sketch(self) -> bool:
        """Whether lines are missing."""
        return any(not edge.points for edge in self.edges)

    @property
    def has_changes(self) -> bool:
        """Whether two states are drawn that differ."""
        return any(card.change for card in self.cards) or any(edge.change for edge in self.edges)

    def positions(self) -> dict[str, Point]:
        """Return where every card is, by its id: the ``previous`` of the next picture."""
        return {card.id: (card.x, card.y) for card in self.cards}

    def to_dict(self) -> dict[str, Any]:
        """Return the picture as JSON-ready values (the contract stands in `designer_kernel.diagram.picture`)."""
        told = self.frame()
        told["cards"] = [card.to_dict() for card in self.cards]
        told["edges"] = [edge.to_dict() for edge in self.edges]
        return told

    def frame(self) -> dict[str, Any]:
        """Return what `to_dict` tells, without the cards and edges."""
        return {
            "format": 1,
            "title": self.title,
            "metrics": metrics.to_dict(),
            "bounds": {name: getattr(self.bounds, name) for name in ("x", "y", "width", "height")},
            "areas": [_told(area, AREA_FIELDS, AREA_FIELDS) for area in self.areas],
            "notes": [_told(note, NOTE_FIELDS, NOTE_FIELDS) | {"lines": list(note.lines)} for note in self.notes],
        }

    @classmethod
    def of_dict(cls, data: dict[str, Any]) -> Picture:
        """Return the picture that `to_dict` told."""
        return cls(
            data["title"],
            tuple(_card(one) for one in data["cards"]),
            tuple(_edge(one) for one in data["edges"]),
            tuple(AreaBox(**one) for one in data["areas"]),
            Bounds(**data["bounds"]),
            tuple(NoteBox(**one | {"lines": tuple(one["lines"])}) for one in data.get("notes", ())),
        )


ROW_FIELDS = tuple(Row.__dataclass_fields__)
CARD_FIELDS = tuple(Card.__dataclass_fields__)
EDGE_FIELDS = tuple(Edge.__dataclass_fields__)
AREA_FIELDS = tuple(AreaBox.__dataclass_fields__)
NOTE_FIELDS = tuple(NoteBox.__dataclass_fields__)


def _card(told: dict[str, Any]) -> Card:
    badges = tuple(Badge(**one) for one in told["badges"])
    rows = tuple(Row(**one) for one in told["rows"])
    return Card(**{**told, "badges": badges, "rows": rows})


def _edge(told: dict[str, Any]) -> Edge:
    rows = {name: tuple(told[name]) for name in ("source_rows", "target_rows")}
    rows["turns"] = tuple(told.get("turns", ()))
    return Edge(**{**told, **rows, "points": tuple((x, y) for x, y in told["points"])})


def _told(value: object, names: Iterable[str], always: tuple[str, ...]) -> dict[str, Any]:
    """Return a value's fields without the empty ones; a reader takes a missing field as false or empty."""
    fields = ((name, getattr(value, name)) for name in names)
    return {name: content for name, content in fields if content or name in always}
