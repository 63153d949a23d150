"""Wires: edges with the heights of their ends, spread over a row where several nets meet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from designer_kernel.diagram import metrics
from designer_kernel.diagram.shapes import Card, Edge

PORT_GAP: Final = 11.0
"""Distance between two edges with different marks that meet one row."""

LOOP_GAP: Final = 20.0
"""The same where a line comes back to the row that it has left: its marks stand over each other."""

_PART: Final = 4
"""With more than one edge in so many changed, all wires are made anew."""

_NUMBERS: Final = 4
"""Numbers of nets that are kept for each edge; those of nets that are gone go with the next look from nothing."""

Place = tuple[float, float, float, float]
"""Where a card stands, and how large it is."""

Ends = tuple[Place, Place, float, float, str]
"""What a line hangs on: both cards, the heights of both ends, and the net that it belongs to."""

Spot = tuple[str, str]
"""A row of a card where edges end, ``""`` for its header."""


def place_of(card: Card) -> Place:
    """Return where a card stands."""
    return card.x, card.y, card.width, card.height


@dataclass(frozen=True, slots=True)
class Wire:
    """An edge while it is routed: its cards, where and at which heights it ends, its net, and all that it hangs on."""

    edge: Edge
    source: Card
    target: Card
    begin: Spot
    end: Spot
    source_y: float
    target_y: float
    net: int
    hangs_on: Ends

    @property
    def ends(self) -> tuple[str, str]:
        """The ids of both cards."""
        return self.source.id, self.target.id


class Wires:
    """The wires of the last picture: of the next one only those are made that something has changed about."""

    def __init__(self) -> None:
        self._cards: Mapping[str, Card] = {}
        self._wires: dict[str, Wire] = {}
        self._at: dict[Spot, set[str]] = {}
        self._numbers: dict[str, int] = {}
        self._ports: dict[str, tuple[Card, dict[str, float]]] = {}

    def of(self, edges: Sequence[Edge], cards: Mapping[str, Card]) -> list[Wire]:
        """Return the wires of edges whose cards are all placed, in their order."""
        same = {key for key, card in cards.items() if self._cards.get(key) is card}
        known = self._wires
        new = [
            edge
            for edge in edges
            if (was := known.get(edge.id)) is None
            or was.edge is not edge
            or edge.source_card not in same
            or edge.target_card not in same
        ]
        if len(new) * _PART > len(edges) or len(self._numbers) > _NUMBERS * len(edges):
            self._wires, self._at, self._numbers, self._ports = {}, {}, {}, {}
            new = list(edges)
        self._cards = cards
        if new or len(self._wires) != len(edges):
            self._follow(edges, new)
        return [self._wires[edge.id] for edge in edges]

    def _follow(self, edges: Sequence[Edge], new: Sequence[Edge]) -> None:
        order = {edge.id: number for number, edge in enumerate(edges)}
        touched: dict[Spot, None] = {}
        gone = self._wires.keys() - order.keys()
        for key in (*gone, *(edge.id for edge in new if edge.id in self._wires)):
            wire = self._wires.pop(key)
            for spot in {wire.begin, wire.end}:
                self._at[spot].discard(key)
                touched[spot] = None
        by_id = {edge.id: edge for edge in new}
        for edge in new:
            for spot in {self._spot(edge.source_card, edge.source_row), self._spot(edge.target_card, edge.target_row)}:
                self._at.setdefault(spot, set()).add(edge.id)
                touched[spot] = None
        offsets: dict[Spot, dict[str, float]] = {}
        hanging: set[str] = set(by_id)
        for spot in touched:
            meeting = self._at[spot]
            if not meeting:
                del self._at[spot]
                continue
            hanging |= meeting
            found = [by_id.get(key) or self._wires[key].edge for key in sorted(meeting, key=order.__getitem__)]
            offsets[spot] = self._spread(spot, found)
        for key in sorted(hanging, key=order.__getitem__):
            before = self._wires.get(key)
            self._wires[key] = self._wire(before.edge if before else by_id[key], before, offsets)
        self._ports = {key: known for key, known in self._ports.items() if self._cards.get(key) is known[0]}

    def _spread(self, spot: Spot, edges: Iterable[Edge]) -> dict[str, float]:
        """Return how far from the middle of a row the edges that meet there end, by net where they leave."""
        nets: dict[str, list[float]] = {}
        has_loop = False
        for edge in edges:
            if self._spot(edge.source_card, edge.source_row) == spot:
                nets.setdefault(net_of(edge), []).append(self._height(edge.target_card, edge.target_row))
            if self._spot(edge.target_card, edge.target_row) == spot:
                nets.setdefault(edge.id, []).append(self._height(edge.source_card, edge.source_row))
                has_loop = has_loop or edge.source_card == edge.target_card
        return _offsets(nets, has_row=bool(spot[1]), gap=LOOP_GAP if has_loop else PORT_GAP)

    def _wire(self, edge: Edge, before: Wire | None, offsets: Mapping[Spot, Mapping[str, float]]) -> Wire:
        """Return the wire of an edge; an end that nothing has touched stays where it was ``before``."""
        source, target, net = self._cards[edge.source_card], self._cards[edge.target_card], net_of(edge)
        begin, end = self._spot(edge.source_card, edge.source_row), self._spot(edge.target_card, edge.target_row)
        if before is not None and begin not in offsets:
            source_y = before.source_y
        else:
            source_y = self._height(edge.source_card, edge.source_row) + offsets[begin][net]
        if before is not None and end not in offsets:
            target_y = before.target_y
        else:
            target_y = self._height(edge.target_card, edge.target_row) + offsets[end][edge.id]
        number = self._numbers.setdefault(net, len(self._numbers))
        hangs_on = place_of(source), place_of(target), source_y, target_y, net
        return Wire(edge, source, target, begin, end, source_y, target_y, number, hangs_on)

    def _ports_of(self, card_id: str) -> dict[str, float]:
        card = self._cards[card_id]
        known = self._ports.get(card_id)
        if known is None or known[0] is not card:
            known = self._ports[card_id] = card, card.ports()
        return known[1]

    def _spot(self, card_id: str, row_id: str) -> Spot:
        return card_id, row_id if row_id in self._ports_of(card_id) else ""

    def _height(self, card_id: str, row_id: str) -> float:
        return self._cards[card_id].y + self._ports_of(card_id).get(row_id, metrics.HEADER_HEIGHT / 2)


def net_of(edge: Edge) -> str:
    """Return what edges have in common that leave one key with the same mark."""
    return f"{edge.source_card}|{edge.source_row}|{edge.source_end}|{edge.kind}|{edge.is_quiet}"


def _offsets(nets: Mapping[str, Sequence[float]], *, has_row: bool, gap: float) -> dict[str, float]:
    """Return how far from the row's middle each net ends, the one from above first."""
    if len(nets) == 1:
        return dict.fromkeys(nets, 0.0)
    room = (metrics.ROW_HEIGHT if has_row else metrics.HEADER_HEIGHT) - 7
    step = min(gap, room / (len(nets) - 1))
    ordered = sorted(nets, key=lambda net: (sum(nets[net]) / len(nets[net]), net))
    return {net: (index - (len(nets) - 1) / 2) * step for index, net in enumerate(ordered)}
