"""An abstract entity that nobody inherits from."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.design.edits import RemoveEntity
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule("info", "An abstract entity has no table; without heirs it has no effect.", needs_expansion=False)
def look(context: Context) -> Iterator[Found]:
    """Yield abstract entities without heirs."""
    inherited = {parent for entity in context.design.entities for parent in entity.inherits}
    for entity in context.design.entities:
        if entity.is_abstract and entity.id not in inherited:
            yield Found(
                f"nothing inherits from the abstract {entity.name}",
                (entity.id,),
                RemoveEntity(entity_id=entity.id),
                f"remove {entity.name}",
            )
