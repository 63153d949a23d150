"""Places of cards: which may be moved, and a layout of everything anew."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from designer_kernel.design import Design, edits
from designer_kernel.design.edits.layout import COLLECTIONS
from designer_kernel.design.values import Position
from designer_kernel.diagram import picture
from designer_kernel.errors import InvalidDesign


def movable(design: Design, positions: Mapping[UUID, Position]) -> dict[UUID, Position]:
    """Return the places of cards that a design keeps a position for.

    Raises
    ------
    InvalidDesign
        If there is none: cards that a trait or a relationship made, and enums, stand where the layout puts them.
    """
    known = {item.id for collection in COLLECTIONS for item in getattr(design, collection)}
    kept = {key: place for key, place in positions.items() if key in known}
    if not kept:
        raise InvalidDesign("this card stands where the layout puts it", mend="move the entity that it belongs to")
    return kept


def arrangement(design: Design) -> edits.MoveNodes:
    """Return the edit that moves every card to its place in a layout made from nothing.

    Raises
    ------
    InvalidDesign
        If there is no card.
    """
    everywhere = {item.id for collection in COLLECTIONS for item in getattr(design, collection)}
    if not everywhere:
        raise InvalidDesign("there is nothing to arrange", mend="add an entity first")
    bare = edits.MoveNodes(positions=dict.fromkeys(everywhere)).change(design)
    places = picture.picture(bare).positions()
    return edits.MoveNodes(
        positions={
            key: Position(x=places[str(key)][0], y=places[str(key)][1]) for key in everywhere if str(key) in places
        }
    )
