"""Tenant-scoped: every row belongs to one tenant, and the server lets no other tenant near it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal
from uuid import UUID

from pydantic import Field

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds.grant import PUBLIC
from designer_kernel.catalog.literals import literal
from designer_kernel.design.implied import EffectiveForeignKey
from designer_kernel.design.parts import Key, Policy
from designer_kernel.design.traits._base import Trait
from designer_kernel.design.traits._recognition import Found, Sight, unquoted, without
from designer_kernel.design.values import Action, Name, RelationshipType, RoleName
from designer_kernel.errors import InvalidDesign

if TYPE_CHECKING:
    from designer_kernel.design.attribute import Attribute
    from designer_kernel.design.entity import Entity
    from designer_kernel.design.expansion import Expansion
    from designer_kernel.design.relationship import Relationship

_TENANT: Final = "The tenant that the row belongs to."
_TEST: Final = re.compile(
    r"""\((?P<attribute>"(?:[^"]|"")+"|\S+) = \(?NULLIF\(current_setting\('(?P<setting>[^']+)'::text, true\), """
    r"""''::text\)(\)::.+)?\)\Z"""
)
"""The policy's test, as the server words it."""


class TenantScoped(Trait):
    """A tenant key, forced row-level security, and composite keys that keep children in their parent's tenant.

    The policy compares the tenant key with the session setting ``setting`` for ``roles`` (nobody named: everyone);
    the roles (not ``public``) are also granted SELECT, INSERT, UPDATE and DELETE on the table. PostgreSQL shows a row
    if any permissive policy does, so where the entity has one for the same roles, a restrictive one keeps it within
    the tenant.
    """

    order: ClassVar[int] = 10
    title: ClassVar[str] = "tenant-scoped"
    summary: ClassVar[str] = "Every row belongs to one tenant, and no other tenant can see or change it."

    kind: Literal["tenant_scoped"] = "tenant_scoped"
    tenant_entity_id: UUID
    attribute: Name = "tenant_id"
    setting: Annotated[str, Field(pattern=r"^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)+$", max_length=63)] = "app.tenant_id"
    roles: tuple[RoleName, ...] = ()
    on_delete_action: Action = Action.CASCADE

    def add_attributes(self, expansion: Expansion) -> None:
        changes = {
            "id": expansion.derived("tenant_scoped", self.attribute),
            "name": self.attribute,
            "is_nullable": False,
            "is_primary_key": False,
            "is_unique": False,
            "default_value": None,
            "identity": None,
            "description": _TENANT,
        }
        key = self._tenant_key(expansion).model_copy(update=changes)
        expansion.add_attribute(key, "trait tenant-scoped", first=True)
        entity = expansion.entity
        attributes = tuple(
            a.model_copy(update={"is_nullable": False}) if a.name == self.attribute else a for a in entity.attributes
        )
        # Row security is set here, so that views which other traits add already know of it.
        expansion.update(entity.id, attributes=attributes, row_security="FORCED")

    @classmethod
    def found(cls, sight: Sight, entity: Entity) -> Found | None:
        policy = next((p for p in entity.policies if p.name == "tenant_isolation" and p.permissive), None)
        test = _TEST.match(policy.using or "") if policy is not None else None
        attribute = entity.attribute(unquoted(test["attribute"])) if test is not None else None
        if policy is None or test is None or attribute is None:
            return None
        owner = next((r for r in sight.parents_of(entity) if r.target_attributes == (attribute.name,)), None)
        if owner is None:
            return None
        try:
            trait = cls(
                tenant_entity_id=owner.source_entity_id,
                attribute=attribute.name,
                setting=test["setting"],
                roles=policy.roles,
                on_delete_action=owner.on_delete_action,
            )
        except ValueError:
            return None
        composite = (attribute.name, *(name for name in entity.key if name != attribute.name))
        gone = [key for key in entity.keys if key.attributes == composite and not key.name]
        boundary = [p for p in entity.policies if p.name == "tenant_boundary" and p.using == policy.using]
        narrowed = (_without_tenant(sight, relationship, attribute.name) for relationship in sight.parents_of(entity))
        return Found(
            trait,
            {
                "keys": without(entity.keys, gone),
                "policies": without(entity.policies, (policy, *boundary)),
                "row_security": "OFF",
            },
            frozenset({attribute.name} if attribute.description == _TENANT else ()),
            frozenset({owner.id} if _is_plain(owner) else ()),
            tuple(relationship for relationship in narrowed if relationship is not None),
        )

    def add_parts(self, expansion: Expansion) -> None:
        entity = expansion.entity
        composite = (self.attribute, *(name for name in entity.key if name != self.attribute))
        if entity.key and frozenset(composite) not in entity.unique_sets():
            expansion.add_part("keys", Key(id=expansion.derived("tenant_scoped", "key"), attributes=composite))
        self._add_foreign_key(expansion)
        others = any(policy.permissive and self._shares_roles(policy) for policy in entity.policies)
        expansion.add_part("policies", self._policy(expansion, "tenant_isolation", permissive=True))
        if others:
            expansion.add_part("policies", self._policy(expansion, "tenant_boundary", permissive=False))

    def _shares_roles(self, policy: Policy) -> bool:
        everybody = any(not roles or PUBLIC in roles for roles in (self.roles, policy.roles))
        return everybody or not set(self.roles).isdisjoint(policy.roles)

    def _policy(self, expansion: Expansion, name: str, *, permissive: bool) -> Policy:
        """Return a policy that shows and accepts only rows of the session's tenant."""
        kind = self._tenant_key(expansion).type
        # Worded as the server words it, with all its brackets and casts.
        value = f"NULLIF(current_setting({literal(self.setting)}::text, true), ''::text)"
        test = f"({quote(self.attribute)} = {value if kind == 'text' else f'({value})::{kind}'})"
        return Policy(
            id=expansion.derived("tenant_scoped", "policy" if permissive else "boundary"),
            name=name,
            permissive=permissive,
            roles=self.roles,
            using=test,
            check=test,
            description=f"Rows are those of the tenant in the setting {self.setting}.",
        )

    def _tenant_key(self, expansion: Expansion) -> Attribute:
        tenant = expansion.entities.get(self.tenant_entity_id)
        if tenant is None or len(tenant.key) != 1:
            raise InvalidDesign(
                "tenant_entity_id must name an entity with a primary key of one attribute",
                where=f"{expansion.entity.name}: trait tenant_scoped",
                mend="choose the entity that holds the tenants",
            )
        found = tenant.attribute(tenant.key[0])
        assert found is not None
        return found

    def _add_foreign_key(self, expansion: Expansion) -> None:
        entity = expansion.entity
        drawn = any(
            key.child_entity_id == entity.id
            and key.parent_entity_id == self.tenant_entity_id
            and key.child_attributes == (self.attribute,)
            for key in expansion.foreign_keys
        )
        if drawn or entity.id == self.tenant_entity_id:
            return
        expansion.foreign_keys.append(
            EffectiveForeignKey(
                id=expansion.derived("tenant_scoped", "foreign_key"),
                relationship_id=None,
                name=None,
                child_entity_id=entity.id,
                child_attributes=(self.attribute,),
                parent_entity_id=self.tenant_entity_id,
                parent_attributes=(self._tenant_key(expansion).name,),
                is_nullable=False,
                is_unique=False,
                on_delete=self.on_delete_action,
            )
        )


def _is_plain(relationship: Relationship) -> bool:
    """Whether nothing is said of a relationship that the trait's own foreign key would not say."""
    said = relationship.name or relationship.description or relationship.deferrable or relationship.match_full
    is_one = relationship.relationship_type is RelationshipType.ONE_TO_ONE
    return not (said or is_one or relationship.source_attributes or relationship.on_update_action.value != "NO ACTION")


def _without_tenant(sight: Sight, relationship: Relationship, attribute: str) -> Relationship | None:
    """Return a relationship within a tenant as a person would draw it: the tenant key goes without saying."""
    parent = sight.by_id.get(relationship.source_entity_id)
    theirs, ours = relationship.source_attributes, relationship.target_attributes
    is_single = relationship.relationship_type is RelationshipType.ONE_TO_ONE
    if parent is None or is_single or len(theirs) < 2 or len(theirs) != len(ours) or ours[0] != attribute:
        return None
    key = tuple(name for name in parent.key if name != theirs[0])
    update = {"source_attributes": () if theirs[1:] == key else theirs[1:], "target_attributes": ours[1:]}
    return relationship.model_copy(update=update)
