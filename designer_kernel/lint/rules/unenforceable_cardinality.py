"""A cardinality whose lower bound PostgreSQL cannot enforce."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.design import Relationship
from designer_kernel.design.edits import ChangeRelationship
from designer_kernel.design.values import Cardinality, RelationshipType
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule

_LOOSER = {Cardinality.ONE_OR_MANY: Cardinality.ZERO_OR_MANY, Cardinality.ONE: Cardinality.ZERO_OR_ONE}


@rule(
    "info",
    "A foreign key makes a child have its parent; nothing in PostgreSQL makes a parent have a child. "
    "The application has to see to it.",
    needs_expansion=False,
)
def look(context: Context) -> Iterator[Found]:
    """Yield relationships that promise at least one child."""
    names = {entity.id: entity.name for entity in context.design.entities}
    for relationship in context.design.relationships:
        ends = (names[relationship.source_entity_id], names[relationship.target_entity_id])
        for field, one, other in _promises(relationship, ends):
            value: Cardinality = getattr(relationship, field)
            looser = _LOOSER[value]
            yield Found(
                f"that every row of {one} has at least one of {other} ({field} {value.value!r}) cannot be enforced",
                (relationship.id,),
                ChangeRelationship(relationship_id=relationship.id, changes={field: looser.value}),
                f"set {field} to {looser.value}",
            )


def _promises(relationship: Relationship, ends: tuple[str, str]) -> Iterator[tuple[str, str, str]]:
    if relationship.target_cardinality in _LOOSER:
        yield "target_cardinality", *ends
    is_junction = relationship.relationship_type is RelationshipType.MANY_TO_MANY
    if is_junction and relationship.source_cardinality in _LOOSER:
        yield "source_cardinality", ends[1], ends[0]
