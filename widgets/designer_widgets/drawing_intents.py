"""What is drawn on the canvas, as values: lines of attributes, lines between cards, rows that move, copies."""

from __future__ import annotations

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from designer_widgets.intent_bases import Changing, Intent


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


DrawingIntent = AttributeLine | PutAttribute
