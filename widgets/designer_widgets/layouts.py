"""Places of cards: which may be moved, and a layout of everything or of a part anew."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from designer_kernel.design import Design, edits
from designer_kernel.design.bends import Bends, bends_of
from designer_kernel.design.diagrams import Diagram
from designer_kernel.design.edits.layout import COLLECTIONS
from designer_kernel.design.values import Position
from designer_kernel.diagram import picture, seen
from designer_kernel.diagram.boxes import Rectangle, around
from designer_kernel.diagram.cards import Shown
from designer_kernel.diagram.layout import Progress
from designer_kernel.diagram.pack import nearest_free
from designer_kernel.diagram.shapes import Card, Edge, Picture
from designer_kernel.errors import InvalidDesign


def movable(design: Design, positions: Mapping[UUID, Position]) -> dict[UUID, Position]:
    """Return the places of cards that a design keeps a position for.

    Raises
    ------
    InvalidDesign
        If there is none: cards that a trait or a relationship made, and enums, stand where the layout puts them.
    """
    known = _positions(design, None).keys()
    kept = {key: place for key, place in positions.items() if key in known}
    if not kept:
        raise InvalidDesign("this card stands where the layout puts it", mend="move the entity that it belongs to")
    return kept


def fixed_as_before(
    design: Design, diagram: Diagram | None, positions: Mapping[UUID, Position]
) -> dict[UUID, Position]:
    """Return places where cards are dropped; those that were fixed still are."""
    there = _positions(design, diagram)
    return {key: place.replace(is_fixed=_is_fixed(there.get(key))) for key, place in positions.items()}


def pins(design: Design, diagram: Diagram | None, drawn: Picture, keys: Collection[UUID], *, on: bool) -> edits.Edit:
    """Return the edit that fixes cards where they stand, or leaves them to the layout from now on.

    Raises
    ------
    InvalidDesign
        If none of them is a card that a design keeps a position for.
    """
    cards = {UUID(card.id): card for card in drawn.cards}
    wanted = {key: Position(x=cards[key].x, y=cards[key].y, is_fixed=on) for key in keys if key in cards}
    move = edits.MoveNodes(
        positions=dict(movable(design, wanted)), diagram_id=diagram.id if diagram is not None else None
    )
    return edits.Compound(edits=(move,), label=move.describe(design).replace("move", "pin" if on else "unpin", 1))


def arrangement(
    design: Design,
    diagram: Diagram | None = None,
    *,
    only: Collection[UUID] = (),
    drawn: Picture | None = None,
    progress: Progress | None = None,
) -> edits.Edit:
    """Return the edit that moves cards to their places in a layout made from nothing; fixed ones stay.

    Lines that a person has laid between cards that move are left to the router.

    Parameters
    ----------
    diagram
        The saved diagram that is arranged; by default the picture of the whole design.
    only
        Arrange these alone, near where they stand in ``drawn``.
    progress
        As of `designer_kernel.diagram.layout.arrange`.

    Raises
    ------
    InvalidDesign
        If there is no card that may move.
    """
    there = _positions(design, diagram)
    cards, edges = _shapes(design, diagram)
    fixed = {str(key) for key, place in there.items() if _is_fixed(place)}
    if only and drawn is not None:
        wanted = {str(key) for key in only} - fixed
        laid = _part([card for card in cards if card.id in wanted], edges, drawn, progress)
    else:
        free = [card if card.id in fixed else _unpinned(card) for card in cards]
        laid = [card for card in picture.place(free, edges, progress=progress) if card.id not in fixed]
    places = {UUID(card.id): Position(x=card.x, y=card.y) for card in laid if UUID(card.id) in there}
    if not places:
        mend = "unpin a card first" if fixed else "add an entity first"
        raise InvalidDesign("there is nothing to arrange", mend=mend)
    here = diagram.id if diagram is not None else None
    move = edits.MoveNodes(positions=dict(places), diagram_id=here)
    bent = bends_of(design) if diagram is None else diagram.bends
    moved = {str(key) for key in places}
    touched = {edge.id for edge in edges if edge.source_card in moved or edge.target_card in moved}
    straight = [edits.BendLine(line_id=key, diagram_id=here) for key in bent if str(key) in touched]
    return edits.Compound(edits=(move, *straight), label=move.describe(design)) if straight else move


def bends_in(drawn: Picture) -> dict[UUID, Bends]:
    """Return the bends of the lines that a person has laid in a picture."""
    places = {card.id: Position(x=card.x, y=card.y) for card in drawn.cards}
    return {
        UUID(edge.id): Bends(turns=edge.turns, source=places[edge.source_card], target=places[edge.target_card])
        for edge in drawn.edges
        if edge.turns
    }


def _positions(design: Design, diagram: Diagram | None) -> dict[UUID, Position | None]:
    """Return where each card stands that a design keeps a position for."""
    own = {item.id: item.position for collection in COLLECTIONS for item in getattr(design, collection)}
    return own if diagram is None else {key: diagram.positions.get(key) for key in own if diagram.shows(key)}


def _is_fixed(place: Position | None) -> bool:
    return place is not None and place.is_fixed


def _shapes(design: Design, diagram: Diagram | None) -> tuple[list[Card], list[Edge]]:
    return picture.shapes_of(design, Shown()) if diagram is None else seen.shapes_in(design, diagram)


def _unpinned(card: Card) -> Card:
    return replace(card, is_pinned=False) if card.is_pinned else card


def _part(cards: Sequence[Card], edges: Sequence[Edge], drawn: Picture, progress: Progress | None) -> list[Card]:
    """Return some cards, laid out by themselves, with their middle where it was, or as near as there is room."""
    inside = {card.id for card in cards}
    stood = [_rectangle(card) for card in drawn.cards if card.id in inside]
    inner = [edge for edge in edges if edge.source_card in inside and edge.target_card in inside]
    laid = picture.place([_unpinned(card) for card in cards], inner, progress=progress)
    if not stood or not laid:
        return []
    before, after = around(stood), around(map(_rectangle, laid))
    x = before.x + (before.width - after.width) / 2
    y = before.y + (before.height - after.height) / 2
    others = [_rectangle(card) for card in drawn.cards if card.id not in inside]
    free = nearest_free(Rectangle(round(x), round(y), after.width, after.height), others)
    return [card.at(card.x - after.x + free.x, card.y - after.y + free.y) for card in laid]


def _rectangle(card: Card) -> Rectangle:
    return Rectangle(card.x, card.y, card.width, card.height)
