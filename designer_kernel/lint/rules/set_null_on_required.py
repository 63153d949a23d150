"""A foreign key that must have a value and is told to lose it."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.design.edits import ChangeRelationship
from designer_kernel.design.values import Action, Cardinality, RelationshipType
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule(
    "warning",
    "SET NULL on a NOT NULL column fails, so deleting or changing the parent is refused with an error about NULL.",
    needs_expansion=False,
)
def look(context: Context) -> Iterator[Found]:
    """Yield relationships with a required parent that clear the foreign key."""
    names = {entity.id: entity.name for entity in context.design.entities}
    for relationship in context.design.relationships:
        is_optional = relationship.source_cardinality is Cardinality.ZERO_OR_ONE
        clears = Action.SET_NULL in (relationship.on_delete_action, relationship.on_update_action)
        if is_optional or not clears:
            continue
        child = names[relationship.target_entity_id]
        parent = names[relationship.source_entity_id]
        if relationship.relationship_type is RelationshipType.MANY_TO_MANY:
            fields = ("on_delete_action", "on_update_action")
            changes = {f: "CASCADE" for f in fields if getattr(relationship, f) is Action.SET_NULL}
            label = "cascade instead"
        else:
            changes, label = {"source_cardinality": "0..1"}, "let the foreign key be NULL"
        yield Found(
            f"{parent} → {child} sets a required foreign key to NULL",
            (relationship.id,),
            ChangeRelationship(relationship_id=relationship.id, changes=changes),
            label,
        )
