"""Areas under the pointer: a card that is dropped into the frame of an area joins it, one dropped outside leaves it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from designer_kernel.design import edits
from designer_kernel.diagram import metrics
from designer_kernel.diagram.boxes import Rectangle, around

if TYPE_CHECKING:
    from designer_kernel.design import Design
    from designer_kernel.design.values import Position
    from designer_kernel.diagram.shapes import Card, Picture


def with_areas(design: Design, picture: Picture, move: edits.MoveNodes) -> edits.Edit:
    """Return a move with what it means for areas, in one edit.

    Parameters
    ----------
    picture
        What the person saw: frames are those of the cards that did not move.
    """
    moved = {key: place for key, place in move.positions.items() if place is not None}
    steps = list(_changes(design, picture, moved)) if design.areas else []
    return edits.Compound(edits=(move, *steps), label=move.describe(design)) if steps else move


def _changes(design: Design, picture: Picture, moved: Mapping[UUID, Position]) -> Iterator[edits.Edit]:
    cards = {UUID(card.id): card for card in picture.cards}
    entities = {entity.id for entity in design.entities}
    frames = {area.id: _frame(cards[one] for one in area.members if one in cards and one not in moved)
              for area in design.areas}  # fmt: skip
    home = {member: area.id for area in design.areas for member in area.members}
    joining: dict[UUID, list[UUID]] = {}
    leaving: dict[UUID, list[UUID]] = {}
    for key, place in moved.items():
        if key not in entities or key not in cards:
            continue
        box = Rectangle(place.x, place.y, cards[key].width, cards[key].height)
        own = home.get(key)
        target = next((area for area, frame in frames.items() if frame is not None and _holds(frame, box)), None)
        if target is not None and target != own:
            joining.setdefault(target, []).append(key)
        elif target is None and own is not None and (frame := frames[own]) is not None and not _meets(frame, box):
            leaving.setdefault(own, []).append(key)
    for area, keys in joining.items():
        yield edits.ChangeMembers(collection="areas", object_id=area, added=tuple(keys))
    for area, keys in leaving.items():
        yield edits.ChangeMembers(collection="areas", object_id=area, removed=tuple(keys))


def _frame(cards: Iterable[Card]) -> Rectangle | None:
    """Return the frame around cards as it is drawn; none around none."""
    boxes = [Rectangle(card.x, card.y, card.width, card.height) for card in cards]
    if not boxes:
        return None
    inner, pad = around(boxes), metrics.AREA_PADDING
    top = inner.y - pad - metrics.AREA_TITLE_HEIGHT
    return Rectangle(inner.x - pad, top, inner.width + 2 * pad, inner.bottom + pad - top)


def _holds(frame: Rectangle, box: Rectangle) -> bool:
    x, y = box.x + box.width / 2, box.y + box.height / 2
    return frame.x <= x <= frame.x + frame.width and frame.y <= y <= frame.bottom


def _meets(frame: Rectangle, box: Rectangle) -> bool:
    return (
        box.x <= frame.x + frame.width
        and frame.x <= box.x + box.width
        and box.y <= frame.bottom
        and frame.y <= box.bottom
    )
