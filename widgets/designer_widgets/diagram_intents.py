"""What a view may ask about what it shows of a design: diagrams, notes, areas; as values."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from designer_widgets.intent_bases import Changing, Intent

Coordinate = Annotated[float, Field(ge=-1_000_000, le=1_000_000)]
Ids = Annotated[tuple[UUID, ...], Field(max_length=10_000)]
Title = Annotated[str, Field(min_length=1, max_length=200)]


class Show(Intent):
    """Show a view something else: everything, a saved diagram, what is around entities, or ways between two."""

    kind: Literal["show"]
    view: Annotated[str, Field(min_length=1, max_length=64)]
    what: Literal["all", "diagram", "focus", "ways"]
    diagram_id: UUID | None = None
    entity_ids: Ids = ()
    distance: Annotated[int, Field(ge=0, le=20)] = 1


class SaveDiagram(Changing):
    """Save what is seen as a new diagram: the cards where they stand, or those of the diagram that is seen."""

    kind: Literal["save_diagram"]
    name: Title
    is_whole: bool = False


class ShowMembers(Changing):
    """Add entities and views to what is seen, at a point if it is given, or take some out."""

    kind: Literal["show_members"]
    added: Ids = ()
    removed: Ids = ()
    x: Coordinate | None = None
    y: Coordinate | None = None


class AddNote(Changing):
    """Add a note to what is seen."""

    kind: Literal["add_note"]
    x: Coordinate
    y: Coordinate
    text: Annotated[str, Field(max_length=10_000)] = ""


class PrintPicture(Intent):
    """Return what is seen as SVG text in light colours."""

    kind: Literal["print_picture"]


class Extent(BaseModel):
    """A rectangle of a diagram."""

    model_config = ConfigDict(extra="forbid")

    x: Coordinate
    y: Coordinate
    width: Annotated[float, Field(gt=0, le=1_000_000)]
    height: Annotated[float, Field(gt=0, le=1_000_000)]


class SavePicture(Intent):
    """Return what is seen, or a part of it, as the SVG of a file; ``outlined`` with texts as shapes."""

    kind: Literal["save_picture"]
    theme: Literal["light", "dark"] = "light"
    part: Extent | None = None
    outlined: bool = True


DiagramIntent = Show | SaveDiagram | ShowMembers | AddNote | PrintPicture | SavePicture
