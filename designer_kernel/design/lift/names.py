"""Names that go without saying until something else speaks of them."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any, Final

from designer_kernel.catalog.identifiers import shorten
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.catalog.references import references
from designer_kernel.design.design import Design
from designer_kernel.design.entity import Entity

_SUFFIXES: Final = {"keys": "key", "checks": "check", "exclusions": "excl", "indexes": "idx"}


def with_names(design: Design, keys: AbstractSet[ObjectId]) -> Design:
    """Return a design in which the parts of these identities say their names, so that entries find and follow them."""
    tables = {(key.path[0], key.path[1]) for key in keys if key.kind == "constraint" and len(key.path) == 3}
    schemas = {key.path[0] for key in keys if key.kind == "index"}
    if not tables and not schemas:
        return design
    entities = tuple(
        _named(design, entity, keys)
        if design.schema_of(entity) in schemas or (design.schema_of(entity), entity.name) in tables
        else entity
        for entity in design.entities
    )
    return design.model_copy(update={"entities": entities})


def _named(design: Design, entity: Entity, keys: AbstractSet[ObjectId]) -> Entity:
    schema = design.schema_of(entity)
    changes: dict[str, Any] = {}
    for collection, suffix in _SUFFIXES.items():
        parts = getattr(entity, collection)
        named = tuple(
            part.model_copy(update={"name": name})
            if part.name is None
            and (name := shorten(f"{_stem(entity, collection, part)}_{suffix}"))
            and _identity(schema, entity.name, collection, name) in keys
            else part
            for part in parts
        )
        if any(a is not b for a, b in zip(parts, named, strict=True)):
            changes[collection] = named
    return entity.model_copy(update=changes) if changes else entity


def _identity(schema: str, table: str, collection: str, name: str) -> ObjectId:
    if collection == "indexes":
        return ObjectId("index", (schema, name))
    return ObjectId("constraint", (schema, table, name))


def _stem(entity: Entity, collection: str, part: Any) -> str:
    """Return what the name begins with that lowering gives."""
    if collection == "keys":
        return "_".join([entity.name, *part.attributes])
    if collection == "indexes":
        return "_".join([entity.name, *(key.attribute or "expr" for key in part.keys)])
    if collection == "checks":
        columns = references(f"SELECT {part.expression}").columns
        return "_".join([entity.name, *columns]) if len(columns) == 1 else entity.name
    return entity.name
