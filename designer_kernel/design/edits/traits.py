"""Edits of an entity's traits."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from designer_kernel.design.design import Design
from designer_kernel.design.edits._base import Edit, entity_of, put_entity
from designer_kernel.design.edits.derived import trait_attributes_followed
from designer_kernel.design.edits.references import lineage
from designer_kernel.design.traits import AnyTrait
from designer_kernel.errors import UnknownObject

TraitKind = Literal[
    "archived", "audited", "encrypted", "partitioned", "searchable", "soft_delete", "tenant_scoped", "timestamps"
]


class SetTrait(Edit):
    """Gives an entity a trait, or replaces its trait of that kind."""

    kind: Literal["set_trait"] = "set_trait"
    entity_id: UUID
    trait: AnyTrait

    def change(self, design: Design) -> Design:
        entity = entity_of(design, self.entity_id)
        others = tuple(trait for trait in entity.traits if trait.kind != self.trait.kind)
        after = entity.replace(traits=(*others, self.trait))
        return trait_attributes_followed(put_entity(design, after), entity, after)

    def describe(self, design: Design) -> str:
        entity = entity_of(design, self.entity_id)
        does = "change trait" if entity.trait(self.trait.kind) else "make"
        return (
            f"{does} {entity.name} {self.trait.title}"
            if does == "make"
            else f"{does} {self.trait.title} of {entity.name}"
        )

    def reads(self, design: Design) -> frozenset[UUID]:
        tenant = {self.trait.tenant_entity_id} if self.trait.kind == "tenant_scoped" else set()
        return lineage(design, self.entity_id) | {self.entity_id} | tenant


class RemoveTrait(Edit):
    """Takes a trait from an entity."""

    kind: Literal["remove_trait"] = "remove_trait"
    entity_id: UUID
    trait: TraitKind
    cascade: bool = False

    def change(self, design: Design) -> Design:
        entity = entity_of(design, self.entity_id)
        if entity.trait(self.trait) is None:
            own = ", ".join(trait.kind for trait in entity.traits)
            raise UnknownObject(
                f"there is no trait {self.trait!r}",
                where=design.qualified_name(entity),
                mend=f"its traits are {own}" if own else "it has no traits",
            )
        kept = tuple(trait for trait in entity.traits if trait.kind != self.trait)
        return put_entity(design, entity.model_copy(update={"traits": kept}))

    def describe(self, design: Design) -> str:
        return f"remove trait {self.trait} of {entity_of(design, self.entity_id).name}"

    def reads(self, design: Design) -> frozenset[UUID]:
        return frozenset({self.entity_id})
