"""Entities: tables with their columns and all that folds into them or stands on them."""

from __future__ import annotations

from typing import Any, Final

from designer_kernel.catalog.kinds.column import Column, Default
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.references import references
from designer_kernel.design import parts
from designer_kernel.design.attribute import Attribute
from designer_kernel.design.entity import Entity
from designer_kernel.design.lift.grants import with_grants
from designer_kernel.design.lift.indexes import draw_exclusion, draw_index
from designer_kernel.design.lift.partitions import draw_division, draw_partitions
from designer_kernel.design.lift.sketch import Parts, Sketch, is_expression
from designer_kernel.design.lift.triggers import draw_policy, draw_trigger
from designer_kernel.design.lower_entity import serial
from designer_kernel.design.trusted import trusted


def draw_entity(sketch: Sketch, table: Table) -> Entity | None:
    """Return the entity that a table is, or ``None`` if it cannot be drawn as one."""
    if table.partition_of is not None:
        return None
    found = sketch.parts(table.id)
    key = found.get("primary_key", [None])[0]
    single = _unique_columns(sketch, table, found)
    columns: list[Column] = found.get("column", [])
    divided = draw_division(table)
    entity_id = sketch.id("entity", table.schema, table.name)
    in_key = frozenset(key.columns) if key is not None else frozenset()
    attributes = []
    for column in columns:
        attribute = _attribute(sketch, column, in_key, single)
        if attribute is None:
            return None
        attributes.append(attribute)
    ordered = tuple(a.name for a in attributes if a.is_primary_key)
    return trusted(
        Entity,
        id=entity_id,
        name=table.name,
        schema_name=sketch.schema_name(table.schema),
        description=sketch.description(table.id),
        is_unlogged=table.unlogged,
        attributes=tuple(attributes),
        primary_key=() if key is None or key.columns == ordered else key.columns,
        primary_key_name=_key_name(sketch, table, key),
        primary_key_deferrable="" if key is None else key.deferrable,
        row_security="FORCED" if table.force_row_security else "ENABLED" if table.row_security else "OFF",
        keys=tuple(_keys(sketch, table, found, single)),
        checks=tuple(_checks(sketch, table, found)),
        indexes=_drawn(draw_index(sketch, index) for index in found.get("index", ())),
        exclusions=_drawn(draw_exclusion(sketch, exclusion) for exclusion in found.get("exclusion", ())),
        policies=with_grants(sketch, table, _drawn(draw_policy(sketch, policy) for policy in found.get("policy", ()))),
        triggers=_drawn(draw_trigger(sketch, trigger) for trigger in found.get("trigger", ())),
        **divided,
        partitions=draw_partitions(sketch, table) if divided else (),
    )


def _attribute(sketch: Sketch, column: Column, in_key: frozenset[str], single: frozenset[str]) -> Attribute | None:
    kind = sketch.type_fields(column.type)
    if kind is None:
        return None
    more: dict[str, Any] = {}
    found = sketch.parts(column.id)
    if column.identity:
        more["identity"] = column.identity
    elif column.not_null and "default" in found and _is_serial(sketch, column, found["default"][0]):
        more["identity"] = "SERIAL"
    elif column.generated:
        if is_expression(column.generated):
            more["generated"] = column.generated
            more["is_virtual"] = column.virtual
    elif "default" in found and is_expression(found["default"][0].expression):
        more["default_value"] = found["default"][0].expression
    return trusted(
        Attribute,
        id=sketch.id("attribute", column.schema, column.table, column.name),
        name=column.name,
        **kind,
        is_nullable=not column.not_null,
        is_primary_key=column.name in in_key,
        is_unique=column.name in single,
        collation=column.collation or None,
        description=sketch.description(column.id) if "comment" in found else "",
        **more,
    )


def _is_serial(sketch: Sketch, column: Column, default: Default) -> bool:
    """Whether a column is what ``serial`` makes."""
    if column.type not in _SERIAL or not default.expression.startswith("nextval("):
        return False
    return all(fact == sketch.catalog.get(fact.id) for fact in serial(column))


_SERIAL: Final = frozenset({"smallint", "integer", "bigint"})


def _key_name(sketch: Sketch, table: Table, key: Any) -> str | None:
    if key is None or sketch.is_given(table.schema, key.name, table.name, "pkey"):
        return None
    name: str = key.name
    return name


def _unique_columns(sketch: Sketch, table: Table, found: Parts) -> frozenset[str]:
    """Return the columns whose unique constraint is a mark on the attribute: one, plain, named as ever."""
    over = [unique.columns for unique in found.get("unique", ())]
    key = found.get("primary_key", [None])[0]
    taken = key.columns if key is not None else ()
    return frozenset(
        unique.columns[0]
        for unique in found.get("unique", ())
        if len(unique.columns) == 1
        and over.count(unique.columns) == 1
        and unique.columns != taken
        and not (unique.include or unique.nulls_not_distinct or unique.deferrable)
        and sketch.is_given(table.schema, unique.name, f"{table.name}_{unique.columns[0]}", "key")
        and not sketch.description(unique.id)
    )


def _keys(sketch: Sketch, table: Table, found: Parts, single: frozenset[str]) -> list[parts.Key]:
    return [
        trusted(
            parts.Key,
            id=sketch.id("key", table.schema, table.name, unique.name),
            name=None if _is_given_key(sketch, table, unique) else unique.name,
            attributes=unique.columns,
            include=unique.include,
            nulls_not_distinct=unique.nulls_not_distinct,
            deferrable=unique.deferrable,
            description=sketch.description(unique.id),
        )
        for unique in found.get("unique", ())
        if not (len(unique.columns) == 1 and unique.columns[0] in single)
    ]


def _is_given_key(sketch: Sketch, table: Table, unique: Any) -> bool:
    return sketch.is_given(table.schema, unique.name, "_".join((table.name, *unique.columns)), "key")


def _checks(sketch: Sketch, table: Table, found: Parts) -> list[parts.Check]:
    return [
        trusted(
            parts.Check,
            id=sketch.id("check", table.schema, table.name, check.name),
            name=None if _is_given_check(sketch, check) else check.name,
            expression=check.expression,
            is_valid=check.valid,
            description=sketch.description(check.id),
        )
        for check in found.get("check", ())
        if is_expression(check.expression)
    ]


def _is_given_check(sketch: Sketch, check: Any) -> bool:
    if not check.name.endswith("_check"):
        return False
    columns = references(f"SELECT {check.expression}").columns
    stem = "_".join((check.table, *columns)) if len(columns) == 1 else check.table
    return sketch.is_given(check.schema, check.name, stem, "check")


def _drawn(made: Any) -> tuple[Any, ...]:
    return tuple(one for one in made if one is not None)
