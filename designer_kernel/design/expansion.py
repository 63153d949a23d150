"""`expand`: the design with everything that it implies written out, still as a design.

Inherited attributes, what traits stand for, junction entities and foreign-key attributes become visible here, once, for
the diagram, the checks and `lower` alike.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar
from uuid import UUID

from designer_kernel.catalog.kinds.grant import PUBLIC
from designer_kernel.design.attribute import Attribute
from designer_kernel.design.design import Design
from designer_kernel.design.entity import Entity
from designer_kernel.design.expansion_steps import Steps
from designer_kernel.design.foreign_keys import add_foreign_keys
from designer_kernel.design.identity import derived_id
from designer_kernel.design.implied import EffectiveForeignKey, Grant, Partition
from designer_kernel.design.objects import Extension, Function, MaterializedView, Role, View
from designer_kernel.design.parts import key_text
from designer_kernel.design.values import Item
from designer_kernel.errors import InvalidDesign

ItemT = TypeVar("ItemT", bound=Item)


@dataclass(frozen=True, slots=True)
class Expanded:
    """A design with everything that it implies.

    Parameters
    ----------
    design
        Its entities are concrete and have all their attributes, keys, indexes, policies and triggers.
    origins
        For each attribute that the person did not write: where it comes from (``trait timestamps``,
        ``inherits Person``, ``relationship``). Attributes that are not in it are the entity's own.
    entity_origins
        The same for entities: ``junction of a and b``, ``trait archived``, ``trait audited``.
    foreign_keys
        What relationships and traits mean as foreign keys.
    partition_by
        For each partitioned entity the SQL after PARTITION BY, names in it as they are drawn.
    """

    design: Design
    origins: Mapping[UUID, str]
    entity_origins: Mapping[UUID, str]
    foreign_keys: tuple[EffectiveForeignKey, ...]
    partition_by: Mapping[UUID, str]
    partitions: tuple[Partition, ...]
    grants: tuple[Grant, ...]


_BOOKKEEPING = frozenset({"trait timestamps", "trait soft delete", "trait searchable"})


@dataclass(slots=True)
class Expansion:
    """The state while a design is expanded; traits add to it."""

    source: Design
    entities: dict[UUID, Entity] = field(default_factory=dict)
    origins: dict[UUID, str] = field(default_factory=dict)
    entity_origins: dict[UUID, str] = field(default_factory=dict)
    functions: dict[UUID, Function] = field(default_factory=dict)
    views: dict[UUID, View] = field(default_factory=dict)
    extensions: dict[UUID, Extension] = field(default_factory=dict)
    roles: dict[UUID, Role] = field(default_factory=dict)
    foreign_keys: list[EffectiveForeignKey] = field(default_factory=list)
    partition_by: dict[UUID, str] = field(default_factory=dict)
    partitions: list[Partition] = field(default_factory=list)
    grants: list[Grant] = field(default_factory=list)
    current: UUID = field(default_factory=lambda: UUID(int=0))
    steps: Steps = field(default_factory=Steps)

    @property
    def entity(self) -> Entity:
        """The entity whose trait is being expanded, as it is by now."""
        return self.entities[self.current]

    def schema(self, entity: Entity | None = None) -> str:
        """Return the schema of an entity, by default the current one's."""
        return self.source.schema_of(entity or self.entity)

    def update(self, entity_id: UUID, **changes: Any) -> None:
        """Change fields of an entity; they are valid already, so they are not checked again."""
        self.entities[entity_id] = self.entities[entity_id].model_copy(update=changes)

    def add_attribute(
        self, attribute: Attribute, origin: str, *, entity_id: UUID | None = None, first: bool = False
    ) -> None:
        """Add an attribute that something implies, unless the person wrote one of that name.

        Those of relationships stand before those of traits, so that a table reads from its meaning to its
        bookkeeping; ``first`` puts the attribute right behind the primary key.
        """
        key = entity_id or self.current
        entity = self.entities[key]
        if entity.attribute(attribute.name) is not None:
            return
        if first:
            place = sum(a.is_primary_key for a in entity.attributes)
        else:
            place = len(entity.attributes)
            while origin == "relationship" and place and self._is_bookkeeping(entity.attributes[place - 1]):
                place -= 1
        self.origins[attribute.id] = origin
        self.update(key, attributes=(*entity.attributes[:place], attribute, *entity.attributes[place:]))

    def _is_bookkeeping(self, attribute: Attribute) -> bool:
        return self.origins.get(attribute.id, "") in _BOOKKEEPING

    def add_part(self, collection: str, part: Item, *, entity_id: UUID | None = None) -> None:
        """Add a key, check, index, policy or trigger that something implies."""
        key = entity_id or self.current
        self.update(key, **{collection: (*getattr(self.entities[key], collection), part)})

    def add_entity(self, entity: Entity, origin: str) -> None:
        """Add an entity that something implies; one of that name must not exist yet."""
        taken = {(self.schema(e), e.name) for e in self.entities.values()}
        if (self.schema(entity), entity.name) in taken:
            raise InvalidDesign(
                f"{origin} needs a table {entity.name!r}, but an entity has that name",
                where=entity.name,
                mend="rename the entity, or give the trait or relationship another name",
            )
        self.entities[entity.id] = entity
        self.entity_origins[entity.id] = origin

    def derived(self, *path: str) -> UUID:
        """Return the identity of something that the current entity implies."""
        return derived_id(self.current, *path)

    def shared(self, *path: str) -> UUID:
        """Return the identity of something that the design implies once, for all entities."""
        return derived_id(self.source.id, *path)

    def require_extension(self, name: str) -> None:
        """Make sure that the design declares an extension."""
        declared = [*self.source.extensions, *self.extensions.values()]
        if not any(extension.name == name for extension in declared):
            key = self.shared("extension", name)
            self.extensions[key] = Extension(id=key, name=name)

    def require_role(self, name: str) -> None:
        """Make sure that the design declares a role; ``public`` is everybody and no role."""
        if name != PUBLIC and not any(role.name == name for role in [*self.source.roles, *self.roles.values()]):
            key = self.shared("role", name)
            self.roles[key] = Role(id=key, name=name)

    def grant(self, on: UUID, role: str, privileges: tuple[str, ...]) -> None:
        """Grant privileges, and make sure that the role is declared."""
        self.require_role(role)
        self.grants.append(Grant(on, role, privileges))


_RECENT: Final = 8
_recent: OrderedDict[int, tuple[Design, Expanded]] = OrderedDict()
_steps: OrderedDict[UUID, Steps] = OrderedDict()  # of the last state of each design


def expand(design: Design) -> Expanded:
    """Return the design with everything that it implies written out.

    The diagram, the checks and `lower` ask for the same design one after the other, so the last few answers are kept.
    What is as it was in the last state of the design is the same object in both answers.

    Raises
    ------
    InvalidDesign
        If a trait or relationship contradicts what it is applied to; the message names both.
    """
    known = _recent.get(id(design))
    if known is not None and known[0] is design:
        return known[1]
    steps = Steps(_steps.get(design.id))
    expanded = _expand(design, steps)
    steps.finish()
    _steps.pop(design.id, None)  # the newest stand last
    _steps[design.id] = steps
    _recent[id(design)] = (design, expanded)  # the design is kept too, so its id cannot be given to another
    known_ones: tuple[OrderedDict[Any, Any], ...] = (_recent, _steps)
    for ones in known_ones:
        while len(ones) > _RECENT:
            with suppress(KeyError):  # another thread may have dropped it
                ones.popitem(last=False)
    return expanded


def _expand(design: Design, steps: Steps) -> Expanded:
    expansion = Expansion(design, steps=steps)
    for entity in design.entities:
        if not entity.is_abstract:
            expansion.entities[entity.id] = _with_inherited(design, entity, expansion.origins)
    _expand_traits(expansion, "add_attributes")
    steps.settle("attributes", expansion)
    add_foreign_keys(expansion)
    _expand_traits(expansion, "add_parts")
    _add_partitions(expansion)
    _grant_to_policy_roles(expansion)
    steps.settle("parts", expansion)
    return _finish(expansion)


def ancestors(design: Design, entity: Entity) -> list[Entity]:
    """Return the abstract entities that an entity inherits from, the most distant first."""
    found: dict[UUID, Entity] = {}

    def visit(child: Entity, path: tuple[UUID, ...]) -> None:
        for parent_id in child.inherits:
            if parent_id in path:
                raise InvalidDesign(
                    f"{entity.name!r} inherits from itself", where=entity.name, mend="remove one of the inherits"
                )
            parent = design.entity(parent_id)
            visit(parent, (*path, parent_id))
            found.setdefault(parent_id, parent)

    visit(entity, (entity.id,))
    return list(found.values())


def _with_inherited(design: Design, entity: Entity, origins: dict[UUID, str]) -> Entity:
    """Return an entity with what its abstract ancestors give it; its own words win, then those of the nearest.

    Row security is the strictest of all: an inherited policy that nothing enforces would protect nobody.
    """
    if not entity.inherits:
        return entity
    family = ancestors(design, entity)
    own = {attribute.name for attribute in entity.attributes}
    inherited: dict[str, Attribute] = {}
    parts: dict[str, list[Any]] = {
        name: [] for name in ("keys", "checks", "indexes", "exclusions", "policies", "triggers")
    }
    traits = {trait.kind: trait for trait in entity.traits}
    for ancestor in family:
        for attribute in ancestor.attributes:
            if attribute.name not in own:
                key = derived_id(entity.id, "inherits", str(attribute.id))
                inherited[attribute.name] = attribute.model_copy(update={"id": key})
                origins[key] = f"inherits {ancestor.name}"
        for collection, gathered in parts.items():
            gathered.extend(
                part.model_copy(update={"id": derived_id(entity.id, "inherits", str(part.id)), **_unnamed(part)})
                for part in getattr(ancestor, collection)
            )
    for ancestor in reversed(family):
        for trait in ancestor.traits:
            traits.setdefault(trait.kind, trait)
    attributes = (*inherited.values(), *entity.attributes)
    return entity.model_copy(
        update={
            "attributes": attributes,
            "primary_key": _inherited_order([entity, *reversed(family)], attributes),
            "row_security": max((e.row_security for e in (entity, *family)), key=_STRICTNESS.index),
            "traits": tuple(sorted(traits.values(), key=lambda trait: trait.kind)),
            **{
                collection: _last_of_each_name((*gathered, *getattr(entity, collection)))
                for collection, gathered in parts.items()
            },
        }
    )


_STRICTNESS: Final = ("OFF", "ENABLED", "FORCED")


def _inherited_order(family: list[Entity], attributes: tuple[Attribute, ...]) -> tuple[str, ...]:
    """Return the nearest order of the primary key that was written down and that holds all of its attributes."""
    key = {a.name for a in attributes if a.is_primary_key}
    return next((e.primary_key for e in family if e.primary_key and set(e.primary_key) == key), family[0].primary_key)


def _last_of_each_name(parts: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the parts without those that a later one of the same name replaces; nameless ones all stay."""
    last = {part.name: part.id for part in parts if part.name is not None}
    return tuple(part for part in parts if part.name is None or last[part.name] == part.id)


def _unnamed(part: Any) -> dict[str, Any]:
    """Drop the name of a part whose name must be unique in its schema, since several entities inherit it."""
    return {"name": None} if type(part).__name__ in {"Key", "Check", "Index", "Exclusion"} else {}


def _expand_traits(expansion: Expansion, step: str) -> None:
    ordered = sorted(
        ((trait.order, position, key, trait)
         for position, (key, entity) in enumerate(expansion.entities.items())
         for trait in entity.traits),
        key=lambda entry: entry[:2],
    )  # fmt: skip
    for _order, _position, key, trait in ordered:
        expansion.current = key
        getattr(trait, step)(expansion)


def _add_partitions(expansion: Expansion) -> None:
    """Add the partitions that are drawn one by one."""
    for entity in expansion.entities.values():
        if entity.partition_method:
            expansion.partition_by[entity.id] = key_text(entity, lambda key: key.attribute or f"({key.expression})")
            expansion.partitions.extend(Partition(entity.id, part.name, part.bound, part) for part in entity.partitions)


def _grant_to_policy_roles(expansion: Expansion) -> None:
    """A policy only narrows what a role may do; without the privilege itself it would allow nothing."""
    everything = ("DELETE", "INSERT", "SELECT", "UPDATE")
    for entity in list(expansion.entities.values()):
        for policy in entity.policies:
            for role in policy.roles if policy.grants else ():
                if role != PUBLIC:  # what everybody may do is nothing that a policy says
                    expansion.grant(entity.id, role, everything if policy.command == "ALL" else (policy.command,))


def _finish(expansion: Expansion) -> Expanded:
    source = expansion.source

    def merged(name: str, added: dict[UUID, ItemT]) -> tuple[ItemT, ...]:
        return (*getattr(source, name), *added.values())

    readable: list[View | MaterializedView] = [*source.views, *source.materialized_views]
    for view in readable:
        for role in view.grant_select_to:
            expansion.grant(view.id, role, ("SELECT",))
    return Expanded(
        design=source.model_copy(
            update={
                "entities": tuple(expansion.entities.values()),
                "functions": merged("functions", expansion.functions),
                "views": merged("views", expansion.views),
                "extensions": merged("extensions", expansion.extensions),
                "roles": merged("roles", expansion.roles),
            }
        ),
        origins=expansion.origins,
        entity_origins=expansion.entity_origins,
        foreign_keys=tuple(expansion.foreign_keys),
        partition_by=expansion.partition_by,
        partitions=tuple(expansion.partitions),
        grants=_merge_grants(expansion.grants),
    )


def _merge_grants(grants: list[Grant]) -> tuple[Grant, ...]:
    merged: dict[tuple[UUID, str], set[str]] = {}
    for grant in grants:
        merged.setdefault((grant.on, grant.role), set()).update(grant.privileges)
    return tuple(Grant(on, role, tuple(sorted(privileges))) for (on, role), privileges in merged.items())
