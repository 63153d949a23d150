"""Edits of the picture: where cards and notes lie."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field

from designer_kernel.design.design import Design
from designer_kernel.design.edits._base import Edit, item_of, put, with_fields
from designer_kernel.design.edits.writes import place_in, place_of
from designer_kernel.design.values import Position
from designer_kernel.errors import InvalidDesign, UnknownObject

COLLECTIONS: Final = ("entities", "views", "materialized_views")
"""Collections whose items have a card."""

_MOVABLE: Final = (*COLLECTIONS, "notes")


class MoveNodes(Edit):
    """Moves cards of entities and views, and notes; ``None`` gives a card back to the automatic layout.

    With a diagram, cards move there alone. A note stands on one diagram, and moves there.
    """

    kind: Literal["move_nodes"] = "move_nodes"
    positions: Annotated[dict[UUID, Position | None], Field(min_length=1)]
    diagram_id: UUID | None = None

    def change(self, design: Design) -> Design:
        waiting = dict(self.positions)
        if self.diagram_id is not None:
            design = self._in_diagram(design, waiting)
        moved = {
            collection: tuple(
                item.model_copy(update={"position": waiting.pop(item.id)}) if item.id in waiting else item
                for item in getattr(design, collection)
            )
            for collection in _MOVABLE
        }
        if waiting:
            raise UnknownObject(
                f"there is no entity, view or note {next(iter(waiting))}",
                where=design.name,
                mend="it may have been removed; reload",
            )
        for note in moved["notes"]:
            if note.position is None:
                raise InvalidDesign("a note stands where it is put", where=design.name, mend="give it a position")
        return with_fields(design, **moved)

    def _in_diagram(self, design: Design, waiting: dict[UUID, Position | None]) -> Design:
        """Return the design with the cards placed in the diagram; ``waiting`` keeps the notes."""
        assert self.diagram_id is not None  # asked by the caller
        diagram = item_of(design.diagrams, self.diagram_id, "diagram", design.name)
        cards = {item.id for collection in COLLECTIONS for item in getattr(design, collection)}
        positions = dict(diagram.positions)
        for key in [key for key in waiting if key in cards]:
            place = waiting.pop(key)
            if not diagram.shows(key):
                raise InvalidDesign(
                    f"the diagram does not show {key}", where=f"diagram {diagram.name}", mend="add it to the diagram"
                )
            if place is None:
                positions.pop(key, None)
            else:
                positions[key] = place
        after = diagram.model_copy(update={"positions": dict(sorted(positions.items()))})
        return with_fields(design, diagrams=put(design.diagrams, after))

    def describe(self, design: Design) -> str:
        moved = [i for c in _MOVABLE for i in getattr(design, c) if i.id in self.positions]
        if len(moved) >= 4:
            return f"move {len(moved)} cards"
        return f"move {', '.join(getattr(item, 'name', 'a note') for item in moved)}"

    def touched(self, before: Design, after: Design) -> frozenset[UUID]:
        if self.diagram_id is None:
            return frozenset(place_of(key) for key in self.positions)
        inside = {place_in(self.diagram_id, key) for key in self.positions}
        return frozenset({self.diagram_id, *inside, *map(place_of, self.positions)})
