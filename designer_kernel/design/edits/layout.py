"""Edits of the picture: where cards lie."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field

from designer_kernel.design.design import Design
from designer_kernel.design.edits._base import Edit, with_fields
from designer_kernel.design.edits.writes import place_of
from designer_kernel.design.values import Position
from designer_kernel.errors import UnknownObject

COLLECTIONS: Final = ("entities", "views", "materialized_views")
"""Collections whose items have a position."""


class MoveNodes(Edit):
    """Moves cards of entities and views; ``None`` gives a card back to the automatic layout."""

    kind: Literal["move_nodes"] = "move_nodes"
    positions: Annotated[dict[UUID, Position | None], Field(min_length=1)]

    def change(self, design: Design) -> Design:
        waiting = dict(self.positions)
        moved = {
            collection: tuple(
                item.model_copy(update={"position": waiting.pop(item.id)}) if item.id in waiting else item
                for item in getattr(design, collection)
            )
            for collection in COLLECTIONS
        }
        if waiting:
            raise UnknownObject(
                f"there is no entity or view {next(iter(waiting))}",
                where=design.name,
                mend="it may have been removed; reload",
            )
        return with_fields(design, **moved)

    def describe(self, design: Design) -> str:
        names = [i.name for c in COLLECTIONS for i in getattr(design, c) if i.id in self.positions]
        return f"move {', '.join(names)}" if len(names) < 4 else f"move {len(names)} cards"

    def touched(self, before: Design, after: Design) -> frozenset[UUID]:
        return frozenset(place_of(key) for key in self.positions)
