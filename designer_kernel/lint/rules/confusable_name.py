"""A name that a reader may take for another one."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from designer_kernel.catalog import identifiers
from designer_kernel.design import Entity
from designer_kernel.design.edits import Edit, RenameAttribute, RenameEntity
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
        for target, owner in ((entity, None), *((attribute, entity) for attribute in entity.attributes)):
            why = identifiers.confusable(target.name)
            if why:
                mend = _mend(target, owner, {e.name for e in design.entities})
                yield Found(
                    f"the name {target.name!r} may be taken for another: {why}",
                    (target.id,) if owner is None else (target.id, owner.id),
                    mend,
                    "use the plain form of the name" if mend else "",
                )
    for item in (*design.views, *design.materialized_views, *design.enums, *design.domains, *design.functions):
        why = identifiers.confusable(item.name)
        if why:
            yield Found(f"the name {item.name!r} may be taken for another: {why}", (item.id,))


def _mend(target: object, owner: Entity | None, entity_names: set[str]) -> Edit | None:
    name: str = target.name  # type: ignore[attr-defined]
    visible = "".join(c for c in name if unicodedata.category(c) not in {"Cf", "Cc", "Zl", "Zp"})
    plain = unicodedata.normalize("NFC", visible).strip()
    taken = {a.name for a in owner.attributes} if owner else entity_names
    if not plain or plain in taken or identifiers.confusable(plain):
        return None
    key = target.id  # type: ignore[attr-defined]
    if owner is None:
        return RenameEntity(entity_id=key, name=plain)
    return RenameAttribute(entity_id=owner.id, attribute_id=key, name=plain)
