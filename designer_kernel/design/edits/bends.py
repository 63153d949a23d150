"""The edit that lays a line by hand, or gives it back to the router."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from designer_kernel.design.bends import Bends, lines_of
from designer_kernel.design.design import Design
from designer_kernel.design.edits._base import Edit, item_of, put, with_fields
from designer_kernel.design.edits.writes import place_in, place_of
from designer_kernel.design.relationship import Relationship
from designer_kernel.errors import InvalidDesign, UnknownObject


class BendLine(Edit):
    """Says where a relationship's line turns; ``None`` gives it back to the router.

    ``line_id`` is the relationship's id; a many-to-many one has two lines, see `designer_kernel.design.bends.lines_of`.
    With a diagram, the line turns there alone.
    """

    kind: Literal["bend_line"] = "bend_line"
    line_id: UUID
    bends: Bends | None = None
    diagram_id: UUID | None = None

    def change(self, design: Design) -> Design:
        found, field = self._found(design)
        if self.diagram_id is None:
            return with_fields(design, relationships=put(design.relationships, _with(found, field, self.bends)))
        diagram = item_of(design.diagrams, self.diagram_id, "diagram", design.name)
        if not (diagram.shows(found.source_entity_id) and diagram.shows(found.target_entity_id)):
            raise InvalidDesign(
                "the diagram does not show both ends of this line",
                where=f"diagram {diagram.name}",
                mend="add them to the diagram",
            )
        bends = {key: one for key, one in diagram.bends.items() if key != self.line_id}
        if self.bends is not None:
            bends[self.line_id] = self.bends
        after = diagram.model_copy(update={"bends": dict(sorted(bends.items()))})
        return with_fields(design, diagrams=put(design.diagrams, after))

    def describe(self, design: Design) -> str:
        found, _field = self._found(design)
        names = {entity.id: entity.name for entity in design.entities}
        ends = " → ".join(names.get(end, str(end)) for end in (found.source_entity_id, found.target_entity_id))
        return f"{'straighten' if self.bends is None else 'bend'} the line {ends}"

    def reads(self, design: Design) -> frozenset[UUID]:
        return frozenset({self._found(design)[0].id})

    def touched(self, before: Design, after: Design) -> frozenset[UUID]:
        key = self._found(before)[0].id
        if self.diagram_id is None:
            return frozenset({place_of(key)})
        return frozenset({self.diagram_id, place_in(self.diagram_id, self.line_id), place_of(key)})

    def _found(self, design: Design) -> tuple[Relationship, str]:
        for relationship in design.relationships:
            field = lines_of(relationship).get(self.line_id)
            if field is not None:
                return relationship, field
        raise UnknownObject(
            f"there is no relationship whose line is {self.line_id}",
            where=design.name,
            mend="lines of inheritance and of traits are laid by the router; what was removed has no line, so reload",
        )


def _with(relationship: Relationship, field: str, bends: Bends | None) -> Relationship:
    return relationship.model_copy(update={field: bends})
