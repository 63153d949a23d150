"""What a design carries along without drawing it: each fact with its SQL, and whose it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from designer_kernel.catalog import render
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design.lower import lower
from designer_kernel.errors import DesignerError

if TYPE_CHECKING:
    from designer_kernel.catalog.catalog import Catalog
    from designer_kernel.design import Design
    from designer_kernel.design.opaque import Opaque


@dataclass(frozen=True, slots=True)
class Carried:
    """One fact that is carried along; ``entity_id`` is the entity that it is part of, if any."""

    id: UUID
    kind: str
    name: str
    reason: str
    sql: str
    entity_id: UUID | None = None


def carried(design: Design) -> tuple[Carried, ...]:
    """Return what a design carries along, in its order. Without a catalog there is no SQL, and its findings say why."""
    if not design.opaque:
        return ()
    try:
        catalog = lower(design)
    except DesignerError:
        return tuple(_of(one, "", None) for one in design.opaque)
    owners = {(design.schema_of(entity), entity.name): entity.id for entity in design.entities}
    statements = _statements(catalog)
    return tuple(
        _of(one, _sql(catalog, one, statements), _owner(catalog, one.key, owners)) for one in design.opaque
    )  # fmt: skip


def _of(one: Opaque, sql: str, entity_id: UUID | None) -> Carried:
    return Carried(one.id, one.kind, one.name, _reason(one), sql, entity_id)


def _reason(one: Opaque) -> str:
    if one.effect == "fact":
        return "kept as it is; not drawn"
    if one.effect == "absent":
        return "what is drawn would mean this, and it is not there"
    fields = ", ".join(name.replace("_", " ") for name in one.fields)
    return f"has more to it than what is drawn: {fields}"


def _statements(catalog: Catalog) -> dict[ObjectId, list[str]]:
    """Return the statements of each fact that has some of its own."""
    made: dict[ObjectId, list[str]] = {}
    try:
        created = render.create(catalog, catalog)
    except DesignerError:
        return {}
    for statement in created:
        if statement.objects:
            made.setdefault(statement.objects[0], []).append(f"{statement.sql};")
    return made


def _sql(catalog: Catalog, one: Opaque, statements: dict[ObjectId, list[str]]) -> str:
    """Return the SQL of a fact: its statements, or its part of its table's."""
    if one.effect == "absent" or one.key not in catalog:
        return ""
    if one.key in statements:
        return "\n".join(statements[one.key])
    fact = catalog[one.key]
    return " ".join(fact.clause({})).strip() if fact.placement == "folds" else ""


def _owner(catalog: Catalog, key: ObjectId, owners: dict[tuple[str, str], UUID]) -> UUID | None:
    """Return the entity whose table a fact is part of, however deep."""
    fact = catalog.get(key)
    seen: set[ObjectId] = set()
    while fact is not None and fact.id not in seen:
        seen.add(fact.id)
        if fact.id.kind == "relation" and (found := owners.get((fact.id.path[0], fact.id.path[1]))):
            return found
        fact = catalog.get(fact.parent) if fact.parent is not None else None
    path = key.path
    return owners.get((path[0], path[1])) if len(path) > 2 else None
