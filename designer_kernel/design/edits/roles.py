"""Who names a role: policies, views that grant to it, tenants; and the same after it is renamed or removed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from designer_kernel.design.design import Design
from designer_kernel.design.edits._base import with_fields
from designer_kernel.design.entity import Entity
from designer_kernel.design.objects import MaterializedView, View
from designer_kernel.design.parts import Policy
from designer_kernel.design.traits import TenantScoped
from designer_kernel.errors import InvalidDesign


def users_of_role(design: Design, role: str) -> list[str]:
    """Return what names a role, for people."""
    return list(_users(design, role))


def role_renamed(design: Design, old: str, new: str) -> Design:
    """Return the design in which everything that named a role names it anew."""
    return design if old == new else _mapped(design, lambda roles: tuple(new if one == old else one for one in roles))


def role_released(design: Design, role: str) -> Design:
    """Return the design in which nothing names a role; what was for it alone is gone."""
    return _mapped(design, lambda roles: tuple(one for one in roles if one != role))


def _users(design: Design, role: str) -> Iterator[str]:
    for entity in design.entities:
        name = design.qualified_name(entity)
        yield from (f"policy {policy.name} of {name}" for policy in entity.policies if role in policy.roles)
        yield from (
            f"trait {trait.title} of {name}"
            for trait in entity.traits
            if isinstance(trait, TenantScoped) and role in trait.roles
        )
    views: list[View | MaterializedView] = [*design.views, *design.materialized_views]
    for view in views:
        if role in view.grant_select_to:
            yield f"view {design.qualified_name(view)}"


def _mapped(design: Design, change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Design:
    entities = tuple(_entity(entity, change) for entity in design.entities)
    changes: dict[str, Any] = {}
    if any(a is not b for a, b in zip(entities, design.entities, strict=True)):
        changes["entities"] = entities
    for collection in ("views", "materialized_views"):
        old = getattr(design, collection)
        views = tuple(
            view if (now := change(view.grant_select_to)) == view.grant_select_to
            else view.model_copy(update={"grant_select_to": now})
            for view in old
        )  # fmt: skip
        if any(a is not b for a, b in zip(views, old, strict=True)):
            changes[collection] = views
    return with_fields(design, **changes) if changes else design


def _entity(entity: Entity, change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Entity:
    policies = tuple(now for policy in entity.policies if (now := _policy(policy, change)) is not None)
    traits = tuple(
        _tenants(entity, trait, change) if isinstance(trait, TenantScoped) else trait for trait in entity.traits
    )
    if policies == entity.policies and traits == entity.traits:
        return entity
    return entity.model_copy(update={"policies": policies, "traits": traits})


def _tenants(entity: Entity, trait: TenantScoped, change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> TenantScoped:
    """Return the trait for the roles that are left; without it, tenants would see each other's rows."""
    now = change(trait.roles)
    if now == trait.roles:
        return trait
    if not now:
        raise InvalidDesign(
            f"{entity.name!r} keeps tenants apart for {', '.join(trait.roles)} alone",
            where=f"{entity.name}, trait {trait.kind}",
            mend="name other roles in the trait, or remove it, first",
        )
    return trait.model_copy(update={"roles": now})


def _policy(policy: Policy, change: Callable[[tuple[str, ...]], tuple[str, ...]]) -> Policy | None:
    now = change(policy.roles)
    if now == policy.roles:
        return policy
    return policy.model_copy(update={"roles": now}) if now else None
