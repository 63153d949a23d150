"""Who speaks of an attribute, a table or a type by name; and the same values after a rename.

The two tables below say, once, which fields hold names of the entity's attributes and which hold SQL. Everything that
reads, renames or releases references goes by them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final, TypeVar
from uuid import UUID

from designer_kernel.catalog import types
from designer_kernel.design.attribute import Attribute
from designer_kernel.design.design import Design
from designer_kernel.design.edits import columns
from designer_kernel.design.entity import Entity
from designer_kernel.design.objects import Domain, Enum, MaterializedView, View
from designer_kernel.design.parts import (
    Check,
    Exclusion,
    ExclusionElement,
    Index,
    IndexKey,
    Key,
    Partition,
    Policy,
    Trigger,
)
from designer_kernel.design.relationship import Relationship
from designer_kernel.design.traits import (
    Archived,
    Audited,
    Encrypted,
    Partitioned,
    Searchable,
    SoftDelete,
    TenantScoped,
    Timestamps,
)
from designer_kernel.design.values import Value
from designer_kernel.errors import InvalidSql

ValueT = TypeVar("ValueT", bound=Value)

NAMES: Final[dict[type[Value], tuple[str, ...]]] = {
    Entity: ("primary_key",),
    Key: ("attributes", "include"),
    Index: ("include",),
    IndexKey: ("attribute",),
    Trigger: ("update_attributes",),
    Archived: ("attribute",),
    Audited: ("exclude",),
    Encrypted: ("attributes",),
    Partitioned: ("attribute",),
    Searchable: ("weights",),
}
"""Fields that hold names of attributes of the same entity."""

PROVIDES: Final[dict[type[Value], tuple[str, ...]]] = {
    Searchable: ("attribute",),
    SoftDelete: ("attribute",),
    TenantScoped: ("attribute",),
    Timestamps: ("created", "updated"),
}
"""Fields of traits that name an attribute which the trait adds where the entity has none of that name."""

SQL: Final[dict[type[Value], tuple[str, ...]]] = {
    Attribute: ("generated", "default_value"),
    Check: ("expression",),
    Index: ("predicate",),
    IndexKey: ("expression",),
    Exclusion: ("predicate",),
    ExclusionElement: ("expression",),
    Policy: ("using", "check"),
    Trigger: ("condition",),
}
"""Fields that hold one SQL expression about the same entity."""

INSIDE: Final[dict[type[Value], tuple[str, ...]]] = {
    Entity: (
        "attributes",
        "keys",
        "checks",
        "indexes",
        "exclusions",
        "policies",
        "triggers",
        "partition_keys",
        "partitions",
        "traits",
    ),
    Index: ("keys",),
    Exclusion: ("elements",),
    Partition: ("partition_keys",),
}
"""Fields that hold values which have such fields themselves."""

RelationshipEnds: Final = (
    ("source_entity_id", "source_attributes"),
    ("target_entity_id", "target_attributes"),
    ("junction_entity_id", "junction_source_attributes"),
    ("junction_entity_id", "junction_target_attributes"),
)


def mapped(value: ValueT, on_name: Callable[[str], str], on_sql: Callable[[str, Value], str]) -> ValueT:
    """Return a value with every name and every SQL text in it replaced; the value itself if nothing changed."""
    changes: dict[str, Any] = {}
    kind = type(value)
    for field in (*NAMES.get(kind, ()), *PROVIDES.get(kind, ())):
        changes[field] = _map_names(getattr(value, field), on_name)
    for field in SQL.get(kind, ()):
        text = getattr(value, field)
        changes[field] = text and on_sql(text, value)
    for field in INSIDE.get(kind, ()):
        inside = getattr(value, field)
        after = tuple(mapped(one, on_name, on_sql) for one in inside)
        changes[field] = inside if all(a is b for a, b in zip(inside, after, strict=True)) else after
    changed = {field: new for field, new in changes.items() if new != getattr(value, field)}
    return value.model_copy(update=changed) if changed else value


def mapped_policies(entity: Entity, on_sql: Callable[[str, Value], str]) -> Entity:
    """Return an entity with the SQL of its policies replaced: the only parts of an entity that may hold queries."""
    policies = tuple(mapped(policy, lambda name: name, on_sql) for policy in entity.policies)
    is_same = all(a is b for a, b in zip(entity.policies, policies, strict=True))
    return entity if is_same else entity.model_copy(update={"policies": policies})


def sql_of(value: Value) -> Iterator[tuple[str, Value]]:
    """Yield every SQL text in a value, with the part that holds it."""
    for field in SQL.get(type(value), ()):
        if getattr(value, field):
            yield getattr(value, field), value
    for field in INSIDE.get(type(value), ()):
        for one in getattr(value, field):
            yield from sql_of(one)


def names_of(value: Value) -> Iterator[str]:
    """Yield every name of an attribute that a value uses outside of SQL."""
    for field in NAMES.get(type(value), ()):
        held = getattr(value, field)
        yield from (held,) if isinstance(held, str) else (held or ())
    for field in INSIDE.get(type(value), ()):
        for one in getattr(value, field):
            yield from names_of(one)


def home_of(entity: Entity, part: Value) -> columns.Scope:
    """Return what SQL of a part of this entity can speak of outside of queries."""
    if isinstance(part, Trigger):
        return {"old": entity.id, "new": entity.id}
    return {entity.name: entity.id}


def provided_by_traits(entity: Entity) -> frozenset[str]:
    """Return the names of attributes that the entity's traits add where it has none."""
    return frozenset(
        getattr(trait, field)
        for trait in entity.traits
        for field in PROVIDES.get(type(trait), ())
        if getattr(trait, field)
    )


def resolver(design: Design, *, implied: tuple[UUID, str] | None = None) -> columns.Names:
    """Return how SQL of this design resolves names; attributes of abstract ancestors count.

    ``implied`` is an entity with an attribute that it has although neither it nor its ancestors or traits say so.
    """
    by_name = {(design.schema_of(entity), entity.name): entity for entity in design.entities}
    homes = relation_homes(design)
    by_id = {entity.id: entity for entity in design.entities}
    known: dict[UUID, frozenset[str]] = {}

    def entity_of(schema: str, name: str) -> UUID | None:
        found = by_name.get((schema or homes.get(name, design.default_schema), name))
        return found.id if found else None

    def columns_of(key: UUID) -> frozenset[str]:
        if key not in known:
            entity = by_id[key]
            more = {implied[1]} if implied is not None and implied[0] == key else set()
            known[key] = frozenset(a.name for a in entity.attributes).union(
                more, provided_by_traits(entity), *(columns_of(parent) for parent in entity.inherits if parent in by_id)
            )
        return known[key]

    return columns.Names(entity_of, columns_of)


def relation_homes(design: Design) -> dict[str, str]:
    """Return the schema in which each unqualified name of a relation is found; the default schema is searched first."""
    relations: list[Entity | View | MaterializedView] = [*design.entities, *design.views, *design.materialized_views]
    relations.sort(key=lambda one: design.schema_of(one) == design.default_schema)
    return {one.name: design.schema_of(one) for one in relations}


def lineage(design: Design, *entity_ids: UUID) -> frozenset[UUID]:
    """Return the ids of entities and of everything they inherit from; unknown ids are left out."""
    by_id = {entity.id: entity for entity in design.entities}
    found: set[UUID] = set()
    waiting = list(entity_ids)
    while waiting:
        key = waiting.pop()
        if key not in found and key in by_id:
            found.add(key)
            waiting.extend(by_id[key].inherits)
    return frozenset(found)


def heirs(design: Design, entity_id: UUID, attribute: str) -> list[Entity]:
    """Return the entity and those that inherit this attribute from it; who declares one of that name does not."""
    found = [next(entity for entity in design.entities if entity.id == entity_id)]
    for parent in found:
        found.extend(
            entity
            for entity in design.entities
            if parent.id in entity.inherits and entity not in found and entity.attribute(attribute) is None
        )
    return found


def relationship_lists(design: Design, entity_id: UUID, attribute: str) -> Iterator[tuple[Relationship, str]]:
    """Yield relationships that list an attribute of an entity, with the field that does."""
    for relationship in design.relationships:
        for end, field in RelationshipEnds:
            if getattr(relationship, end) == entity_id and attribute in getattr(relationship, field):
                yield relationship, field


def meant_type(design: Design, data_type: str) -> Enum | Domain | None:
    """Return the enum or domain of the design that a type's name means, if it means one."""
    try:
        parsed = types.parse(data_type)
    except InvalidSql:
        return None
    schema = parsed.schema or design.default_schema
    candidates: list[Enum | Domain] = [*design.enums, *design.domains]
    own = [one for one in candidates if one.name == parsed.name]
    exact = next((one for one in own if design.schema_of(one) == schema), None)
    return exact or (own[-1] if own and not parsed.schema else None)


def reads_of(design: Design, value: Value) -> frozenset[UUID]:
    """Return the ids of entities and types that a value speaks of by name."""
    found: set[UUID] = set()
    types_named = [value.data_type] if isinstance(value, Attribute | Domain) else []
    if isinstance(value, Entity):
        types_named += [attribute.data_type for attribute in value.attributes]
    for text in types_named:
        meant = meant_type(design, text)
        if meant is not None:
            found.add(meant.id)
    names = resolver(design)
    for sql, _part in sql_of(value):
        found.update(key for pair in columns.tables(sql) if (key := names.entity_of(*pair)) is not None)
        types_cast = {one for one in (*design.enums, *design.domains) if one.name in sql}
        found.update(one.id for one in types_cast)
    if isinstance(value, View | MaterializedView):
        found.update(entity.id for entity in design.entities if entity.name in value.query)
    return frozenset(found)


def _map_names(held: Any, on_name: Callable[[str], str]) -> Any:
    if held is None or isinstance(held, str):
        return held and on_name(held)
    if isinstance(held, dict):
        return {on_name(name): value for name, value in held.items()}
    return tuple(on_name(name) for name in held)
