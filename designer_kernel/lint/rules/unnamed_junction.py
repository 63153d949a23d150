"""A many-to-many relationship whose junction nobody named."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.catalog.identifiers import MAX_BYTES
from designer_kernel.design.edits import ChangeRelationship
from designer_kernel.design.values import RelationshipType
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule(
    "info",
    "Its table is named after both ends, so it changes its name when one of them does.",
    needs_expansion=False,
)
def look(context: Context) -> Iterator[Found]:
    """Yield many-to-many relationships with neither a junction entity nor a name for one."""
    entities = {entity.id: entity for entity in context.design.entities}
    for relationship in context.design.relationships:
        if relationship.relationship_type is not RelationshipType.MANY_TO_MANY:
            continue
        if relationship.junction_entity_id is None and relationship.junction_name is None:
            one, other = entities[relationship.source_entity_id].name, entities[relationship.target_entity_id].name
            name = f"{one}_{other}"
            fits = len(name.encode()) <= MAX_BYTES
            mend = (
                ChangeRelationship(relationship_id=relationship.id, changes={"junction_name": name}) if fits else None
            )
            yield Found(
                f"the junction of {one} and {other} has no name of its own",
                (relationship.id,),
                mend,
                f"name it {name}" if fits else "",
            )
