"""A name that a reader may take for another one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from designer_kernel.catalog import identifiers
from designer_kernel.design import Attribute, Entity
from designer_kernel.design.edits import Edit, RenameAttribute, RenameEntity
from designer_kernel.design.objects import SchemaObject
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule(
    "warning",
    "Two names that look alike are two names to the server; queries typed by hand will not find this one.",
    needs_expansion=False,
)
def look(context: Context) -> Iterator[Found]:
    """Yield entities, attributes, views and types with invisible, unnormalised or mixed-script characters."""
    design = context.design
    for entity in design.entities:
        named: list[tuple[Entity | Attribute, Entity | None]] = [(entity, None)]
        named += [(attribute, entity) for attribute in entity.attributes]
        for target, owner in named:
            why = identifiers.confusable(target.name)
            if why:
                mend = _mend(target, owner, {e.name for e in design.entities})
                yield Found(
                    f"the name {target.name!r} may be taken for another: {why}",
                    (target.id,) if owner is None else (target.id, owner.id),
                    mend,
                    "use the plain form of the name" if mend else "",
                )
    others: list[SchemaObject] = [*design.views, *design.materialized_views, *design.functions]
    for item in (*others, *design.enums, *design.domains):
        why = identifiers.confusable(item.name)
        if why:
            yield Found(f"the name {item.name!r} may be taken for another: {why}", (item.id,))


def _mend(target: Entity | Attribute, owner: Entity | None, entity_names: set[str]) -> Edit | None:
    visible = "".join(c for c in target.name if unicodedata.category(c) not in {"Cf", "Cc", "Zl", "Zp"})
    plain = unicodedata.normalize("NFC", visible).strip()
    taken = {a.name for a in owner.attributes} if owner else entity_names
    if not plain or plain in taken or identifiers.confusable(plain):
        return None
    if owner is None:
        return RenameEntity(entity_id=target.id, name=plain)
    return RenameAttribute(entity_id=owner.id, attribute_id=target.id, name=plain)
