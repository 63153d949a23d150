"""Tenant-scoped: every row belongs to one tenant, and the server lets no other tenant near it."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal
from uuid import UUID

from pydantic import Field

from designer_kernel.design.traits._base import Trait
from designer_kernel.design.values import Action, Name


class TenantScoped(Trait):
    """A tenant key, forced row-level security, and composite keys that keep children in their parent's tenant.

    The policy compares the tenant key with the session setting ``setting`` for ``roles`` (nobody named: everyone);
    the roles are also granted SELECT, INSERT, UPDATE and DELETE on the table.
    """

    order: ClassVar[int] = 10
    title: ClassVar[str] = "tenant-scoped"

    kind: Literal["tenant_scoped"] = "tenant_scoped"
    tenant_entity_id: UUID
    attribute: Name = "tenant_id"
    setting: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)+$", max_length=63)] = "app.tenant_id"
    roles: tuple[Name, ...] = ()
    on_delete_action: Action = Action.CASCADE
