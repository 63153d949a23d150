"""What is drawn on the canvas, as values: lines of attributes, lines between cards, rows that move, copies."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from designer_widgets.intent_bases import Changing, Intent

Coordinate = Annotated[float, Field(ge=-1_000_000, le=1_000_000)]
Rows = Annotated[tuple[UUID, ...], Field(max_length=32)]


class AttributeLine(Intent):
    """Return an attribute as the line that is edited in its place."""

    kind: Literal["attribute_line"]
    entity_id: UUID
    attribute_id: UUID


class PutAttribute(Changing):
    """Change an attribute to what a line says of it; what no line tells stays as it is."""

    kind: Literal["put_attribute"]
    entity_id: UUID
    attribute_id: UUID
    line: Annotated[str, Field(max_length=20_000)]


class Connect(Changing):
    """Connect two cards by a line, or a card with a new entity at a point; all of it is one change."""

    kind: Literal["connect"]
    source_id: UUID
    source_rows: Rows = ()
    target_id: UUID | None = None
    target_row: UUID | None = None
    is_many: bool = False
    x: Coordinate = 0
    y: Coordinate = 0
    name: Annotated[str, Field(max_length=200)] | None = None


class CarryAttribute(Changing):
    """Move an attribute to another place of its entity, or to another entity."""

    kind: Literal["carry_attribute"]
    entity_id: UUID
    attribute_id: UUID
    to_id: UUID
    position: Annotated[int, Field(ge=0, le=100_000)]


class DuplicatePart(Changing):
    """Add copies of entities, with the relationships among them, beside the originals."""

    kind: Literal["duplicate_part"]
    entity_ids: Annotated[tuple[UUID, ...], Field(min_length=1, max_length=5000)]


class Paste(Changing):
    """Add the part of a design that a text holds, with its corner at a point."""

    kind: Literal["paste"]
    text: Annotated[str, Field(max_length=5_000_000)]
    x: Coordinate
    y: Coordinate


DrawingIntent = AttributeLine | PutAttribute | Connect | CarryAttribute | DuplicatePart | Paste
