"""A relationship between an entity that belongs to tenants and one that does not."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from designer_kernel.design import Entity
from designer_kernel.design.edits import SetTrait
from designer_kernel.design.traits import TenantScoped
from designer_kernel.lint.context import Context
from designer_kernel.lint.registry import Found, rule


@rule(
    "warning",
    "Row-level security hides the parent from other tenants, but not the child; its rows can be read, and tell of "
    "parents, across tenants.",
)
def look(context: Context) -> Iterator[Found]:
    """Yield unscoped children of scoped parents; and, as information, scoped children of shared parents."""
    tenants = {t.tenant_entity_id for e in context.design.entities if (t := _scope(e)) is not None}
    if all(_scope(entity) is None for entity in context.effective.values()):
        return
    for key in context.expanded.foreign_keys:
        child, parent = context.effective[key.child_entity_id], context.effective[key.parent_entity_id]
        if child.id not in context.own or parent.id not in context.own or key.relationship_id is None:
            continue
        theirs, ours = _scope(parent), _scope(child)
        if theirs is not None and ours is None and child.id not in tenants:
            yield Found(
                f"{child.name} points at {parent.name}, which belongs to tenants, but does not belong to one itself",
                (key.relationship_id, child.id, parent.id),
                SetTrait(entity_id=child.id, trait=theirs),
                f"make {child.name} tenant-scoped",
            )
        elif ours is not None and theirs is None and parent.id not in tenants | {ours.tenant_entity_id}:
            yield _shared(key.relationship_id, child, parent, ours)


def _scope(entity: Entity) -> TenantScoped | None:
    trait = entity.trait("tenant_scoped")
    return trait if isinstance(trait, TenantScoped) else None


def _shared(relationship_id: UUID, child: Entity, parent: Entity, scope: TenantScoped) -> Found:
    return Found(
        f"{child.name} belongs to tenants and points at {parent.name}, which all tenants share",
        (relationship_id, child.id, parent.id),
        SetTrait(entity_id=parent.id, trait=scope),
        f"make {parent.name} tenant-scoped",
        "info",
    )
