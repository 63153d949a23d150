"""The picture of a project through its revisions: what was drawn before stays where it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer_kernel.diagram import picture

if TYPE_CHECKING:
    from designer_kernel.design import Design


class Drawing:
    """Remembers where the layout put a card, by identity, so that adding an entity moves no other.

    Cards that stand where the design says are not remembered: undoing a first move leads back to the layout's place.
    """

    def __init__(self) -> None:
        self._positions: dict[str, tuple[float, float]] = {}

    def picture(self, design: Design) -> picture.Picture:
        """Return the picture of a design; a card that comes back (undo) returns to its place."""
        drawn = picture.picture(design, previous=self._positions)
        self._positions |= {card.id: (card.x, card.y) for card in drawn.cards if not card.is_pinned}
        return drawn
