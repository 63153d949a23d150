"""What of a design is seen: saved diagrams, and notes that stand on them."""

from __future__ import annotations

from typing import Annotated, Final, Literal
from uuid import UUID

from pydantic import Field, field_validator

from designer_kernel.design.bends import Bends
from designer_kernel.design.values import Colour, Item, Position, Text, text_without_nul

LineKind = Literal["relationship", "inherits", "tenant"]
"""Kinds of lines between cards."""

DetailLevel = Literal["all", "keys", "names"]
"""Which rows cards show: all, those of keys and references, or none."""

LONGEST_NOTE: Final = 10_000
"""Characters of a note."""

LINES: Final[tuple[LineKind, ...]] = ("relationship", "inherits")
"""The lines that are drawn where nothing else is said."""


class Diagram(Item):
    """A named view of a design, with places of its own.

    Attributes
    ----------
    members
        Ids of the entities and views that it shows; ``None`` for all of them, also those to come.
    positions
        Where cards stand in it; the others are placed by the layout.
    lines
        The kinds of lines that it draws.
    detail
        Which rows its cards show.
    bends
        Where a person has laid lines in it, by the ids of the lines; see `designer_kernel.design.bends.lines_of`.
    """

    name: Annotated[str, Field(min_length=1, max_length=200)]
    description: Text = ""
    members: tuple[UUID, ...] | None = None
    positions: dict[UUID, Position] = Field(default={})
    lines: tuple[LineKind, ...] = LINES
    detail: DetailLevel = "all"
    bends: dict[UUID, Bends] = Field(default={})

    @field_validator("name")
    @classmethod
    def _is_text(cls, name: str) -> str:
        return text_without_nul(name)

    @field_validator("positions")
    @classmethod
    def _in_order(cls, positions: dict[UUID, Position]) -> dict[UUID, Position]:
        return dict(sorted(positions.items()))

    @field_validator("bends")
    @classmethod
    def _bends_in_order(cls, bends: dict[UUID, Bends]) -> dict[UUID, Bends]:
        return dict(sorted(bends.items()))

    @field_validator("members", "lines")
    @classmethod
    def _each_once(cls, given: tuple[object, ...] | None) -> tuple[object, ...] | None:
        return None if given is None else tuple(dict.fromkeys(given))

    def shows(self, key: UUID) -> bool:
        """Whether it shows an entity or a view."""
        return self.members is None or key in self.members


class Note(Item):
    """A text on a diagram, or on the picture of the whole design if ``diagram_id`` is ``None``.

    ``height`` is the least height: a note is as high as its text needs.
    """

    text: Annotated[Text, Field(max_length=LONGEST_NOTE)] = ""
    position: Position = Position(x=0, y=0)
    width: Annotated[float, Field(ge=80, le=2000)] = 220
    height: Annotated[float, Field(ge=40, le=2000)] = 80
    colour: Colour | None = None
    diagram_id: UUID | None = None
