"""A foreign key whose attributes no index begins with."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.sqltext import expression
from designer_kernel.design import Entity
from designer_kernel.design.edits import AddPart
from designer_kernel.design.identity import derived_id
from designer_kernel.design.implied import EffectiveForeignKey
from designer_kernel.design.parts import Index, IndexKey
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule("warning", "Deleting or changing a parent, and joining to it, reads the whole child table for every row.")
def look(context: Context) -> Iterator[Found]:
    """Yield foreign keys of drawn entities without an index, or a key's index, that begins with their attributes."""
    for key in context.expanded.foreign_keys:
        child, parent = context.effective[key.child_entity_id], context.effective[key.parent_entity_id]
        if child.id in context.own:
            yield from context.known.once(_without_index, key, child, parent.name)


def _without_index(key: EffectiveForeignKey, child: Entity, parent: str) -> Iterator[Found]:
    if _begins_with(child, key.child_attributes):
        return
    index = Index(
        id=derived_id(key.id, "lint", "index"),
        keys=tuple(IndexKey(attribute=name) for name in key.child_attributes),
    )
    listed = ", ".join(key.child_attributes)
    yield Found(
        f"the foreign key {child.name} ({listed}) to {parent} has no index",
        (child.id, key.relationship_id) if key.relationship_id else (child.id,),
        AddPart(entity_id=child.id, collection="indexes", part=index),
        f"add an index on {listed}",
    )


def _begins_with(entity: Entity, attributes: tuple[str, ...]) -> bool:
    """Whether an index begins with the attributes, or a key of some of them finds the row alone."""
    wanted, width = set(attributes), len(attributes)
    unique: list[tuple[str | None, ...]] = [entity.key, *(key.attributes for key in entity.keys)]
    unique += [(a.name,) for a in entity.attributes if a.is_unique]
    lists = unique + [tuple(k.attribute for k in index.keys) for index in entity.indexes if _serves(index, attributes)]
    return any(set(found[:width]) == wanted for found in lists) or any(
        found and set(found) <= wanted for found in unique
    )


def _serves(index: Index, attributes: tuple[str, ...]) -> bool:
    """Whether an index holds every row that points somewhere; those with a NULL point nowhere."""
    points = {f"{quote(name)} IS NOT NULL" for name in attributes}
    return index.method in {"btree", "hash"} and (index.predicate is None or expression(index.predicate) in points)
