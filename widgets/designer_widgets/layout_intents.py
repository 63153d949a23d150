"""What a view may ask about where cards stand and how lines run, as values."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from designer_kernel.design.bends import MOST_TURNS, Turn
from designer_widgets.intent_bases import Changing

Ids = Annotated[tuple[UUID, ...], Field(max_length=10_000)]


class Arrange(Changing):
    """Lay the diagram out anew, or some of its cards; those that are fixed stay."""

    kind: Literal["arrange"]
    entity_ids: Ids = ()


class StopArranging(Changing):
    """Give up a layout that is being made; nothing has moved."""

    kind: Literal["stop_arranging"]


class Pin(Changing):
    """Fix cards where they stand, so that no layout moves them, or release them."""

    kind: Literal["pin"]
    entity_ids: Annotated[Ids, Field(min_length=1)]
    on: bool = True


class BendLine(Changing):
    """Lay a line by hand through turns (an x, a y, an x, …), or give it back to the router."""

    kind: Literal["bend_line"]
    line_id: UUID
    turns: Annotated[tuple[Turn, ...], Field(min_length=1, max_length=MOST_TURNS)] | None = None


LayoutIntent = Arrange | StopArranging | Pin | BendLine
