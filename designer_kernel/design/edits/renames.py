"""Renames: the design after an attribute, an entity or a type got another name, with every reference following."""

from __future__ import annotations

from uuid import UUID

from designer_kernel.catalog import types
from designer_kernel.design.design import Design
from designer_kernel.design.edits import columns
from designer_kernel.design.edits._base import put, put_entity, with_fields
from designer_kernel.design.edits.references import (
    heirs,
    home_of,
    mapped,
    mapped_policies,
    meant_type,
    relation_homes,
    relationship_lists,
    resolver,
)
from designer_kernel.design.entity import Entity
from designer_kernel.design.objects import Domain, Enum
from designer_kernel.design.values import Value


def attribute_renamed(design: Design, entity: Entity, old: str, new: str) -> Design:
    """Return the design in which everything that named the attribute ``old`` of an entity names ``new``.

    The attribute itself is renamed too, if it is the entity's own and not one that a trait or relationship adds.
    Entities that inherit it follow; views and functions are left alone, since renaming there would change what they
    give out.
    """
    names = resolver(design, implied=(entity.id, old))
    heir_ids = {heir.id for heir in heirs(design, entity.id, old)}

    def rewritten(owner: Entity, sql: str, part: Value) -> str:
        home = home_of(owner, part)
        for heir_id in heir_ids if "select" in sql.lower() else heir_ids & {owner.id}:
            sql = columns.rename_column(sql, old, new, entity_id=heir_id, home=home, names=names)
        return sql

    def on_name(name: str) -> str:
        return new if name == old else name

    def changed(owner: Entity) -> Entity:
        def on_sql(sql: str, part: Value) -> str:
            return rewritten(owner, sql, part)

        if owner.id not in heir_ids:
            return mapped_policies(owner, on_sql) if owner.policies else owner
        after = mapped(owner, on_name, on_sql)
        if owner.id != entity.id:
            return after
        attributes = (a.model_copy(update={"name": new}) if a.name == old else a for a in after.attributes)
        return after.model_copy(update={"attributes": tuple(attributes)})

    entities = tuple(changed(owner) for owner in design.entities)
    relationships = design.relationships
    for heir_id in heir_ids:
        for relationship, field in relationship_lists(design, heir_id, old):
            current = next(r for r in relationships if r.id == relationship.id)
            listed = tuple(on_name(name) for name in getattr(current, field))
            relationships = put(relationships, current.model_copy(update={field: listed}))
    return with_fields(design, entities=entities, relationships=relationships)


def table_renamed(design: Design, before: Entity, after: Entity) -> Design:
    """Return the design in which SQL of entities that named the table ``before`` names ``after``.

    ``design`` still holds ``before``. Views and functions are left alone: lint reports those that name what is gone.
    """
    old, new = (design.schema_of(before), before.name), (design.schema_of(after), after.name)
    changed = put_entity(design, after)
    if old == new:
        return changed
    names = resolver(design)
    is_found = relation_homes(changed).get(after.name) == new[0]

    def followed(entity: Entity) -> Entity:
        def on_sql(sql: str, part: Value) -> str:
            home = home_of(before if entity.id == after.id else entity, part)
            return columns.rename_table(
                sql, before.name, new, entity_id=after.id, home=home, names=names, is_found=is_found
            )

        return mapped(entity, _same, on_sql) if entity.id == after.id else mapped_policies(entity, on_sql)

    return with_fields(changed, entities=tuple(followed(entity) for entity in changed.entities))


def type_renamed(design: Design, before: Enum | Domain, after: Enum | Domain) -> Design:
    """Return the design in which attributes, domains and casts of the type ``before`` name ``after``.

    ``design`` still holds ``before``; so does the result.
    """
    old, new = (design.schema_of(before), before.name), (design.schema_of(after), after.name)
    if old == new:
        return design

    others = [one.name for one in (*design.enums, *design.domains) if one.id != before.id]
    is_found = new[0] == design.default_schema or (after.name not in others and new[0] == old[0])

    def is_meant(schema: str, name: str) -> bool:
        return _means(design, str(types.TypeName(schema, name)), before.id)

    def retyped(data_type: str) -> str:
        if before.name not in data_type.replace('""', '"'):
            return data_type
        meant = meant_type(design, data_type)
        if meant is None or meant.id != before.id:
            return data_type
        parsed = types.parse(data_type)
        schema = new[0] if parsed.schema or not is_found else ""
        return str(types.TypeName(schema, new[1], parsed.modifiers, parsed.dimensions, parsed.fields))

    def on_sql(sql: str, _part: Value) -> str:
        return columns.rename_type(sql, before.name, new, is_meant=is_meant, is_found=is_found)

    entities = []
    for entity in design.entities:
        current = mapped(entity, _same, on_sql)
        attributes = tuple(
            a if (found := retyped(a.data_type)) == a.data_type else a.model_copy(update={"data_type": found})
            for a in current.attributes
        )
        is_same = all(a is b for a, b in zip(attributes, current.attributes, strict=True))
        entities.append(current if is_same else current.model_copy(update={"attributes": attributes}))
    domains = tuple(
        d if (found := retyped(d.data_type)) == d.data_type else d.model_copy(update={"data_type": found})
        for d in design.domains
    )
    return with_fields(design, entities=tuple(entities), domains=domains)


def users_of_type(design: Design, meant: Enum | Domain) -> list[str]:
    """Return the qualified names of attributes and domains of a type."""
    users = [
        f"{design.qualified_name(entity)}.{attribute.name}"
        for entity in design.entities
        for attribute in entity.attributes
        if _means(design, attribute.data_type, meant.id)
    ]
    return users + [f"domain {d.name}" for d in design.domains if _means(design, d.data_type, meant.id)]


def _means(design: Design, data_type: str, key: UUID) -> bool:
    meant = meant_type(design, data_type)
    return meant is not None and meant.id == key


def _same(name: str) -> str:
    return name
