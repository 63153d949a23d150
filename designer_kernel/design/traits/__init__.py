"""Traits: properties of an entity that expand into attributes, constraints, policies, triggers and tables."""

from __future__ import annotations

from typing import Annotated, Final

from pydantic import Field

from designer_kernel.design.traits._base import Trait
from designer_kernel.design.traits.archived import Archived
from designer_kernel.design.traits.audited import Audited
from designer_kernel.design.traits.encrypted import Encrypted
from designer_kernel.design.traits.partitioned import Partitioned
from designer_kernel.design.traits.searchable import Searchable
from designer_kernel.design.traits.soft_delete import SoftDelete
from designer_kernel.design.traits.tenant_scoped import TenantScoped
from designer_kernel.design.traits.timestamps import Timestamps

AnyTrait = Annotated[
    Archived | Audited | Encrypted | Partitioned | Searchable | SoftDelete | TenantScoped | Timestamps,
    Field(discriminator="kind"),
]

KINDS: Final[tuple[type[Trait], ...]] = tuple(
    sorted(
        (Archived, Audited, Encrypted, Partitioned, Searchable, SoftDelete, TenantScoped, Timestamps),
        key=lambda kind: -kind.order,
    )
)
"""All kinds of traits; those that are expanded last come first, as they are recognised."""

__all__ = [
    "KINDS",
    "AnyTrait",
    "Archived",
    "Audited",
    "Encrypted",
    "Partitioned",
    "Searchable",
    "SoftDelete",
    "TenantScoped",
    "Timestamps",
    "Trait",
]
