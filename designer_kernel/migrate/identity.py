"""Renames between two versions of one design: whoever has the same identity, and another name, was renamed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from uuid import UUID

from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design.design import Design
from designer_kernel.design.expansion import Expanded, expand

_Names = dict[tuple[object, ...], ObjectId]
"""What holds rows, or whose name others use, by what it is, whatever it is called."""


def renames(before: Design, after: Design) -> dict[ObjectId, ObjectId]:
    """Return what is called otherwise in a later version of a design: identities before, and those after.

    Told are schemas, types, tables (also those of junctions, archives and partitions), columns and views. What only
    has another path, since what it is a part of was renamed, goes with that and is not told.

    Raises
    ------
    InvalidDesign
        If one of them contradicts itself.
    """
    old, new = _names(before), _names(after)
    if _is_rehomed(before, after):
        old["home",], new["home",] = (ObjectId("schema", (design.default_schema,)) for design in (before, after))
    return dict(_renamed(old, new))


def _is_rehomed(before: Design, after: Design) -> bool:
    """Whether the schema of all that names none has another name; ``public`` is in every database, and stays."""
    was, becomes = before.default_schema, after.default_schema
    if was == becomes or "public" in (was, becomes):
        return False
    return was not in _schemas_named(after) and becomes not in _schemas_named(before)


def _schemas_named(design: Design) -> set[str]:
    named = {getattr(item, "schema_name", None) for item in design.items()}
    return {name for name in named if name} | {schema.name for schema in design.schemas}


def shares_identity(before: Design, after: Design) -> bool:
    """Whether two designs are versions of one: only then does identity tell what was renamed, and what was not."""
    if before.id == after.id:
        return True
    ours = {item.id for item in before.items()}
    return any(item.id in ours for item in after.items())


def _renamed(old: _Names, new: _Names) -> Iterator[tuple[ObjectId, ObjectId]]:
    wholes = {key: new[what] for what, key in old.items() if what in new}
    for what, key in old.items():
        then = new.get(what)
        if then is not None and then.kind == key.kind and then != key and then != _carried(key, wholes):
            yield key, then


def _carried(key: ObjectId, wholes: Mapping[ObjectId, ObjectId]) -> ObjectId:
    """Return what something is called if only what it is a part of was renamed."""
    if len(key.path) == 1:
        return key
    parent = ObjectId("schema" if len(key.path) == 2 else "relation", key.path[:-1])
    return ObjectId(key.kind, (*wholes.get(parent, parent).path, key.path[-1]))


def _names(design: Design) -> _Names:
    expanded = expand(design)
    found: _Names = {("schema", item.id): ObjectId("schema", (item.name,)) for item in expanded.design.schemas}
    for types in (expanded.design.enums, expanded.design.domains):
        found |= {("type", item.id): ObjectId("type", (design.schema_of(item), item.name)) for item in types}
    for views in (expanded.design.views, expanded.design.materialized_views):
        found |= {("view", item.id): ObjectId("relation", (design.schema_of(item), item.name)) for item in views}
    for entity in expanded.design.entities:
        table = (design.schema_of(entity), entity.name)
        found["table", entity.id] = ObjectId("relation", table)
        for attribute in entity.attributes:
            found["column", entity.id, attribute.id] = ObjectId("column", (*table, attribute.name))
    return found | _partitions(design, expanded)


def _partitions(design: Design, expanded: Expanded) -> _Names:
    """Return the partitions: those that are drawn by their identity, the others by the rows that they hold."""
    schemas = {entity.id: design.schema_of(entity) for entity in expanded.design.entities}
    found: _Names = {}
    seen: dict[tuple[UUID, str], int] = defaultdict(int)
    for partition in expanded.partitions:
        part, home = partition.part, schemas[partition.entity_id]
        schema = (part.schema_name if part is not None else None) or home
        seen[partition.entity_id, partition.bound] += 1
        what = part.id if part is not None else (partition.bound, seen[partition.entity_id, partition.bound])
        found["part", partition.entity_id, what] = ObjectId("relation", (schema, partition.name))
    return found
