"""A numbered attribute that nothing keeps unique."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.design import Entity
from designer_kernel.design.edits import ChangeAttribute
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule("info", "Identity only numbers rows; a value given by hand or a restarted sequence can repeat a number.")
def look(context: Context) -> Iterator[Found]:
    """Yield identity attributes that are in no key."""
    for drawn, effective in context.drawn():
        yield from context.known.once(_without_key, drawn, effective)


def _without_key(drawn: Entity, effective: Entity) -> Iterator[Found]:
    keyed = {name for found in effective.unique_sets() for name in found}
    keyed |= {key.attribute for index in effective.indexes if index.is_unique for key in index.keys if key.attribute}
    for attribute in drawn.attributes:
        if attribute.identity and attribute.name not in keyed:
            yield Found(
                f"{drawn.name}.{attribute.name} is an identity but in no key",
                (attribute.id, drawn.id),
                ChangeAttribute(entity_id=drawn.id, attribute_id=attribute.id, changes={"is_unique": True}),
                "make it unique",
            )
