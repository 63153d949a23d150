"""The picture of a project through its revisions: what was drawn before stays where it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer_kernel.diagram import picture
from designer_kernel.diagram.routes import Routes

if TYPE_CHECKING:
    from collections.abc import Callable

    from designer_kernel.design import Design


class Drawing:
    """Remembers where the layout put a card, by identity, so that adding an entity moves no other.

    Cards that stand where the design says are not remembered: undoing a first move leads back to the layout's place.
    """

    def __init__(self) -> None:
        self._positions: dict[str, tuple[float, float]] = {}
        self._routes = Routes()

    def picture(
        self, design: Design, at_most: int | None = None, progress: Callable[[int, int], None] | None = None
    ) -> picture.Picture:
        """Return the picture of a design; a card that comes back (undo) returns to its place.

        Lines that nothing has touched stay; of the others no more than ``at_most`` are laid, or none.
        """
        self._routes.progress = progress
        drawn = picture.picture(design, previous=self._positions, routes=self._routes, at_most=at_most)
        self._positions |= {card.id: (card.x, card.y) for card in drawn.cards if not card.is_pinned}
        return drawn

    def apart(self) -> Drawing:
        """Return a drawing that knows the same, for another thread."""
        other = Drawing()
        other._positions = dict(self._positions)
        other._routes = self._routes.copy()
        return other

    def learn(self, other: Drawing) -> None:
        """Take over the lines of another drawing."""
        self._routes = other._routes
