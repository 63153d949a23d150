"""Lines that a person has laid: where they turn, in a diagram or in the picture of the whole design."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Final
from uuid import UUID

from pydantic import AfterValidator, Field, field_validator

from designer_kernel.design.identity import derived_id
from designer_kernel.design.values import Position, RelationshipType, Value

if TYPE_CHECKING:
    from designer_kernel.design.design import Design
    from designer_kernel.design.relationship import Relationship

MOST_TURNS: Final = 31
"""Turns of one line."""

FIELDS: Final = ("bends", "target_bends")
"""Fields of a relationship that hold the bends of its lines."""

Turn = Annotated[float, Field(ge=-1_000_000, le=1_000_000), AfterValidator(lambda v: round(v, 1))]


class Bends(Value):
    """Where a line from parent to child turns: to a height, to a side, and so on.

    Any odd number of turns makes an orthogonal line, wherever its ends are: it leaves its row, goes up or down at the
    first turn, across at the second, and so on, until it reaches the other row.

    Attributes
    ----------
    turns
        An x, a y, an x, …: where the pieces between both rows lie.
    source, target
        Where both cards stood then: what they have moved in common since, the line has moved too.
    """

    turns: Annotated[tuple[Turn, ...], Field(min_length=1, max_length=MOST_TURNS)]
    source: Position
    target: Position

    @field_validator("turns")
    @classmethod
    def _lead_to_a_row(cls, turns: tuple[float, ...]) -> tuple[float, ...]:
        if len(turns) % 2 == 0:
            raise ValueError("a line turns at x, y, x, …, and last at an x: give an odd number of turns")
        return turns


def lines_of(relationship: Relationship) -> dict[UUID, str]:
    """Return the ids of a relationship's lines, each with the field that holds its bends.

    A many-to-many relationship has two lines, from its ends to the junction.
    """
    if relationship.relationship_type is not RelationshipType.MANY_TO_MANY:
        return {relationship.id: "bends"}
    return {derived_id(relationship.id, end): field for end, field in zip(("source", "target"), FIELDS, strict=True)}


def bends_of(design: Design) -> dict[UUID, Bends]:
    """Return the bends of all lines in the picture of the whole design, by the ids of the lines."""
    bent = (one for one in design.relationships if one.bends is not None or one.target_bends is not None)
    found = ((key, getattr(one, field)) for one in bent for key, field in lines_of(one).items())
    return {key: bends for key, bends in found if bends is not None}


def line_ids(design: Design) -> set[UUID]:
    """Return the ids of all lines that can have bends."""
    return {key for relationship in design.relationships for key in lines_of(relationship)}


def lie_elsewhere(before: Relationship, after: Relationship) -> bool:
    """Whether the lines of a relationship join other cards than before."""
    joined = ("source_entity_id", "target_entity_id", "junction_entity_id")
    if any(getattr(before, name) != getattr(after, name) for name in joined):
        return True
    return lines_of(before).keys() != lines_of(after).keys()


def is_bent(design: Design, relationship: Relationship) -> bool:
    """Whether a person has laid a line of a relationship, here or in a diagram."""
    own = lines_of(relationship)
    held = any(getattr(relationship, field) is not None for field in FIELDS)
    return held or any(key in diagram.bends for diagram in design.diagrams for key in own)


def straightened(design: Design, relationship_id: UUID) -> Design:
    """Return the design whose diagrams leave the lines of a relationship to the router."""
    own = {relationship_id, *(derived_id(relationship_id, end) for end in ("source", "target"))}
    if not any(key in diagram.bends for diagram in design.diagrams for key in own):
        return design
    diagrams = tuple(
        diagram.model_copy(update={"bends": {key: one for key, one in diagram.bends.items() if key not in own}})
        if own & diagram.bends.keys()
        else diagram
        for diagram in design.diagrams
    )
    return design.model_copy(update={"diagrams": diagrams})
