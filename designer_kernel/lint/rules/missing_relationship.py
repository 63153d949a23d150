"""An attribute that is named like a foreign key and is none."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.design import Attribute, Entity, Relationship
from designer_kernel.design.edits import AddRelationship
from designer_kernel.design.identity import derived_id
from designer_kernel.design.naming import singular
from designer_kernel.design.values import Cardinality
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule

_KEY_TYPES = {"bigint", "integer", "int", "smallint", "uuid", "text", "character varying", "varchar"}


@rule("info", "Without a foreign key nothing keeps it from pointing at rows that do not exist.")
def look(context: Context) -> Iterator[Found]:
    """Yield attributes named ``…_id`` that are in no foreign key and no primary key of their own."""
    by_singular = {singular(entity.name): entity for entity, _effective in context.drawn()}
    for drawn, effective in context.drawn():
        keyed = {name for key in context.foreign_keys_of[drawn.id] for name in key.child_attributes}
        for attribute in drawn.attributes:
            is_candidate = attribute.name.endswith("_id") and attribute.data_type in _KEY_TYPES
            if not is_candidate or attribute.name in keyed or effective.key == (attribute.name,):
                continue
            parent = by_singular.get(attribute.name.removesuffix("_id"))
            mend = _mend(context, drawn, attribute, parent) if parent is not None else None
            yield Found(
                f"{drawn.name}.{attribute.name} is named like a reference but has no relationship",
                (attribute.id, drawn.id),
                mend,
                f"relate it to {parent.name}" if mend is not None and parent is not None else "",
            )


def _mend(context: Context, child: Entity, attribute: Attribute, parent: Entity) -> AddRelationship | None:
    """Return the relationship that is meant, if the parent's key has one attribute of the same type."""
    whole = context.effective[parent.id]
    key = whole.attribute(whole.key[0]) if len(whole.key) == 1 else None
    if key is None or key.type != attribute.type:
        return None
    optional = attribute.is_nullable
    return AddRelationship(
        relationship=Relationship(
            id=derived_id(attribute.id, "lint", "relationship"),
            source_entity_id=parent.id,
            target_entity_id=child.id,
            source_cardinality=Cardinality.ZERO_OR_ONE if optional else Cardinality.ONE,
            target_attributes=(attribute.name,),
        )
    )
