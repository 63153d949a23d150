"""Lowering of entities: tables with their columns, constraints, indexes, triggers and policies."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from uuid import UUID

from designer_kernel.catalog import types
from designer_kernel.catalog.identifiers import quote_path, shorten
from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.column import Column, Default
from designer_kernel.catalog.kinds.exclusion import Exclusion
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.grant import PUBLIC
from designer_kernel.catalog.kinds.policy import Policy
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.sequence import Sequence, SequenceOwner
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.kinds.unique import Unique
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import CatalogObject
from designer_kernel.catalog.references import references
from designer_kernel.design import parts
from designer_kernel.design.attribute import Attribute
from designer_kernel.design.entity import Entity
from designer_kernel.design.implied import EffectiveForeignKey, Partition
from designer_kernel.design.lowered import Part
from designer_kernel.design.lowering import Lowering, described


def parts_of(state: Lowering) -> Iterator[Part]:
    """Yield the parts that lower all entities, in the order of the design; foreign keys after all tables."""
    partitions: dict[UUID, list[Partition]] = {}
    for partition in state.expanded.partitions:
        partitions.setdefault(partition.entity_id, []).append(partition)
    for entity in state.design.entities:
        own = partitions.get(entity.id, [])
        inputs = (entity, own, state.expanded.partition_by.get(entity.id, ""))
        yield Part(entity.id, inputs, partial(_entity, state, entity, own))
    by_id = {entity.id: entity for entity in state.design.entities}
    for key in state.expanded.foreign_keys:
        child, parent = by_id[key.child_entity_id], by_id[key.parent_entity_id]
        places = (child.schema_name, child.name, parent.schema_name, parent.name)
        yield Part(("key", key.id), (key, places), partial(_foreign_key, state, key, child, parent))


def _entity(state: Lowering, entity: Entity, partitions: list[Partition]) -> Iterator[CatalogObject]:
    yield from _table(state, entity, partitions)
    yield from _columns(state, entity)
    yield from _keys(state, entity)
    yield from _checks(state, entity)
    yield from _exclusions(state, entity)
    yield from _indexes(state, entity)
    yield from _triggers(state, entity)
    yield from _policies(state, entity)


def _table(state: Lowering, entity: Entity, partitions: list[Partition]) -> Iterator[CatalogObject]:
    schema = state.design.schema_of(entity)
    guarded, forced = entity.row_security != "OFF", entity.row_security == "FORCED"
    table = Table(
        schema=schema,
        name=entity.name,
        unlogged=entity.is_unlogged,
        partition_by=parts.key_text(entity, state.index_key) or state.expanded.partition_by.get(entity.id, ""),
        row_security=guarded,
        force_row_security=forced,
    )
    yield table
    yield from described(table.id, entity.description)
    for partition in partitions:
        yield from _partition(state, entity, partition)


def _partition(state: Lowering, entity: Entity, partition: Partition) -> Iterator[CatalogObject]:
    part, home = partition.part, state.design.schema_of(entity)
    schema = (part.schema_name if part is not None else None) or home
    whole = (home, entity.name)
    if part is not None and part.part_of is not None:
        above = next((one for one in entity.partitions if one.name == part.part_of), None)
        whole = ((above.schema_name if above is not None else None) or home, part.part_of)
    # The policies of the whole do not hold for a part that is named directly: that shows nothing then.
    security = (part.row_security if part is not None else None) or entity.row_security
    made = Table(
        schema=schema,
        name=part.name if part is not None else state.namer.take(schema, partition.name),
        unlogged=part is not None and part.is_unlogged,
        partition_by=parts.key_text(part, state.index_key) if part is not None else "",
        partition_of=whole,
        bound=partition.bound,
        row_security=security != "OFF",
        force_row_security=security == "FORCED",
    )
    yield made
    yield from described(made.id, part.description if part is not None else "")


def _columns(state: Lowering, entity: Entity) -> Iterator[CatalogObject]:
    schema = state.design.schema_of(entity)
    key = frozenset(entity.key)
    for attribute in entity.attributes:
        column = _column(state, schema, entity, attribute, is_key=attribute.name in key)
        yield column
        if attribute.identity == "SERIAL":
            yield from serial(column)
        if attribute.default_value is not None:
            expression = state.expression(attribute.default_value)
            # The server keeps DEFAULT NULL only where it overrides the default of a domain.
            if expression.upper() != "NULL" or types.parse(column.type).name in state.domains:
                yield Default(schema=schema, table=entity.name, column=attribute.name, expression=expression)
        yield from described(column.id, attribute.description)


def serial(column: Column) -> Iterator[CatalogObject]:
    """Yield what ``serial`` makes: a sequence, the column's default, and that the column owns the sequence."""
    name = shorten(f"{column.table}_{column.name}_seq")
    largest = {"smallint": 2**15 - 1, "integer": 2**31 - 1}.get(column.type, 2**63 - 1)
    yield Sequence(schema=column.schema, name=name, type=column.type, maximum=largest)
    path = literal(quote_path(column.schema, name))
    default = f"nextval({path}::regclass)"
    yield Default(schema=column.schema, table=column.table, column=column.name, expression=default)
    table = (column.schema, column.table)
    yield SequenceOwner(schema=column.schema, sequence=name, table=table, column=column.name)


def _column(state: Lowering, schema: str, entity: Entity, attribute: Attribute, *, is_key: bool) -> Column:
    return Column(
        schema=schema,
        table=entity.name,
        name=attribute.name,
        type=state.attribute_type(attribute),
        not_null=is_key or not attribute.is_nullable or attribute.identity is not None,
        identity=attribute.identity if attribute.identity and attribute.identity != "SERIAL" else "",
        generated=state.optional(attribute.generated),
        virtual=attribute.is_virtual,
        collation=attribute.collation or "",
    )


def _keys(state: Lowering, entity: Entity) -> Iterator[CatalogObject]:
    schema, table = state.design.schema_of(entity), entity.name
    if entity.key:
        name = entity.primary_key_name or state.namer.give(schema, table, (), "pkey")
        yield PrimaryKey(
            schema=schema, table=table, name=name, columns=entity.key, deferrable=entity.primary_key_deferrable
        )
    said = {tuple(key.attributes) for key in entity.keys} | ({entity.key} if len(entity.key) == 1 else set())
    for attribute in entity.attributes:
        if attribute.is_unique and (attribute.name,) not in said:
            name = state.namer.give(schema, table, (attribute.name,), "key")
            yield Unique(schema=schema, table=table, name=name, columns=(attribute.name,))
    for key in entity.keys:
        unique = Unique(
            schema=schema,
            table=table,
            name=key.name or state.namer.give(schema, table, key.attributes, "key"),
            columns=key.attributes,
            include=key.include,
            nulls_not_distinct=key.nulls_not_distinct,
            deferrable=key.deferrable,
        )
        yield unique
        yield from described(unique.id, key.description)


def _checks(state: Lowering, entity: Entity) -> Iterator[CatalogObject]:
    schema, table = state.design.schema_of(entity), entity.name
    for check in entity.checks:
        expression = state.expression(check.expression)
        name = check.name or state.namer.give(schema, table, _check_stem(expression), "check")
        fact = Check(schema=schema, table=table, name=name, expression=expression, valid=check.is_valid)
        yield fact
        yield from described(fact.id, check.description)


def _check_stem(expression: str) -> tuple[str, ...]:
    columns = references(f"SELECT {expression}").columns
    return tuple(columns) if len(columns) == 1 else ()


def _exclusions(state: Lowering, entity: Entity) -> Iterator[CatalogObject]:
    schema, table = state.design.schema_of(entity), entity.name
    for exclusion in entity.exclusions:
        fact = Exclusion(
            schema=schema,
            table=table,
            name=exclusion.name or state.namer.give(schema, table, (), "excl"),
            method=exclusion.method,
            elements=tuple((state.expression(e.expression), e.operator) for e in exclusion.elements),
            predicate=state.optional(exclusion.predicate),
            deferrable=exclusion.deferrable,
        )
        yield fact
        yield from described(fact.id, exclusion.description)


def _indexes(state: Lowering, entity: Entity) -> Iterator[CatalogObject]:
    for index in entity.indexes:
        fact = state.index(index, state.design.schema_of(entity), entity.name)
        yield fact
        yield from described(fact.id, index.description)


def _triggers(state: Lowering, entity: Entity) -> Iterator[CatalogObject]:
    for trigger in entity.triggers:
        fact = state.trigger(trigger, state.design.schema_of(entity), entity.name)
        yield fact
        yield from described(fact.id, trigger.description)


def _policies(state: Lowering, entity: Entity) -> Iterator[CatalogObject]:
    for policy in entity.policies:
        fact = Policy(
            schema=state.design.schema_of(entity),
            table=entity.name,
            name=policy.name,
            command=policy.command,
            permissive=policy.permissive,
            roles=() if PUBLIC in policy.roles else tuple(sorted(policy.roles)),
            using=state.optional(policy.using),
            check=state.optional(policy.check),
        )
        yield fact
        yield from described(fact.id, policy.description)


def _foreign_key(state: Lowering, key: EffectiveForeignKey, child: Entity, parent: Entity) -> Iterator[CatalogObject]:
    schema = state.design.schema_of(child)
    name = key.name or state.namer.give(schema, child.name, key.child_attributes, "fkey")
    fact = ForeignKey(
        schema=schema,
        table=child.name,
        name=name,
        columns=key.child_attributes,
        referenced_schema=state.design.schema_of(parent),
        referenced_table=parent.name,
        referenced_columns=key.parent_attributes,
        on_delete=key.on_delete.value,
        on_update=key.on_update.value,
        on_delete_columns=key.on_delete_attributes,
        match_full=key.match_full,
        deferrable=key.deferrable,
        valid=key.is_valid,
    )
    yield fact
    yield from described(fact.id, key.description)
