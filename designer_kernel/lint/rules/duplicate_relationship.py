"""Two relationships that become the same foreign key."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from designer_kernel.design.edits import RemoveRelationship
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule("warning", "The same constraint is checked twice on every write.")
def look(context: Context) -> Iterator[Found]:
    """Yield relationships whose foreign key another one has already: same columns, same parent."""
    seen: dict[tuple[object, ...], UUID] = {}
    for key in context.expanded.foreign_keys:
        same = (key.child_entity_id, key.child_attributes, key.parent_entity_id, key.parent_attributes)
        first = seen.setdefault(same, key.id)
        if first != key.id and key.relationship_id is not None:
            child, parent = context.effective[key.child_entity_id], context.effective[key.parent_entity_id]
            yield Found(
                f"{parent.name} → {child.name} ({', '.join(key.child_attributes)}) is there twice",
                (key.relationship_id, child.id),
                RemoveRelationship(relationship_id=key.relationship_id),
                "remove the second one",
            )
