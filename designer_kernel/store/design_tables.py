"""Designs in the tables of the store: one statement reads a design, and one for each table writes what changed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Table, Uuid, bindparam, cast, column, delete, func, select, text
from sqlalchemy.dialects.postgresql import JSONB, Insert, insert
from sqlalchemy.orm import Session

from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design.values import Item
from designer_kernel.store import design_json, design_rows
from designer_kernel.store.base import Base
from designer_kernel.store.design_rows import TABLES, Patch, Row
from designer_kernel.store.tables import projects as tables

_MODELS: Final[dict[str, tuple[type[Base], type[Item]]]] = {
    "entities": (tables.Entity, Entity),
    "attributes": (tables.Attribute, Attribute),
    "relationships": (tables.Relationship, Relationship),
    "design_objects": (tables.DesignObject, Item),
}
"""The tables of items, and what their rows are in a design."""

_READING: Final = text("""
    SELECT p.revision, p.state, CAST(
      p.definition
      || jsonb_build_object(
        'entities', (
          SELECT coalesce(jsonb_agg(e.definition || jsonb_build_object('attributes', coalesce(own.list, '[]'))), '[]')
          FROM designer.entities AS e
          LEFT JOIN (
            SELECT a.entity_id, jsonb_agg(a.definition ORDER BY a.ordinal) AS list
            FROM designer.attributes AS a WHERE a.project_id = :project GROUP BY a.entity_id
          ) AS own ON own.entity_id = e.id
          WHERE e.project_id = :project
        ),
        'relationships', (
          SELECT coalesce(jsonb_agg(r.definition), '[]') FROM designer.relationships AS r WHERE r.project_id = :project
        )
      )
      || (
        SELECT coalesce(jsonb_object_agg(o.collection, o.list), '{}')
        FROM (
          SELECT d.collection, jsonb_agg(d.definition) AS list
          FROM designer.design_objects AS d WHERE d.project_id = :project GROUP BY d.collection
        ) AS o
      ) AS text) AS design
    FROM designer.projects AS p WHERE p.id = :project
""").bindparams(bindparam("project", type_=Uuid))
"""Reads a design: one statement, so that all of it is of one moment. The server puts the rows together, which leaves
one text to read and not ten thousand rows."""

_PLACE: Final = frozenset({"entity_id", "ordinal", "collection"})


@dataclass(frozen=True, slots=True)
class Stored:
    """A design as the store has it, at one revision."""

    revision: int
    state: UUID
    design: Design


def read(session: Session, project: UUID) -> Stored | None:
    """Return the design of a project, all of it as of one moment; ``None`` if there is no such project."""
    found = session.execute(_READING, {"project": project}).one_or_none()
    return None if found is None else Stored(found.revision, found.state, design_json.of_text(found.design))


def write(session: Session, project: UUID, patch: Patch) -> None:
    """Bring the rows of a project's items to their new state; the project's own row is the caller's."""
    for name in reversed(TABLES):
        keys = [key for table, key in patch.gone if table == name]
        if keys:
            table = _table(name)
            session.execute(delete(table).where(table.c.project_id == project, table.c.id == func.any(keys)))
    for name in TABLES:
        rows = [columns_of(row) for row in patch.put if row.table == name]
        if rows:
            session.execute(_upsert(name), {"project": project, "rows": rows})


def columns_of(row: Row) -> dict[str, Any]:
    """Return the columns of a row: what it says in ``definition``, and again what is said beside that."""
    _, kind = _MODELS[row.table]
    place = {"entity_id": str(row.entity_id), "ordinal": row.ordinal, "collection": row.collection}
    columns: dict[str, Any] = {"id": str(row.id), "definition": row.definition}
    for name in _written(row.table):
        if name in _PLACE:
            columns[name] = place[name]
        elif name not in columns:
            columns[name] = row.definition.get(name, _default(kind, name))
    return columns


def project_columns(design: Design) -> dict[str, Any]:
    """Return the columns of a project's own row that say what its design says."""
    return {
        "name": design.name,
        "description": design.description,
        "target_database_type": design.target_database_type,
        "definition": design_rows.head_of(design),
    }


def _table(name: str) -> Table:
    table = _MODELS[name][0].__table__
    assert isinstance(table, Table)
    return table


@cache
def _written(name: str) -> tuple[str, ...]:
    times = {"project_id", "created_at", "updated_at"}
    return tuple(one.name for one in _table(name).columns if one.name not in times)


def _default(kind: type[Item], name: str) -> Any:
    field = kind.model_fields.get(name)
    value = None if field is None or field.is_required() else field.default
    return value.value if isinstance(value, Enum) else value


@cache
def _upsert(name: str) -> Insert:
    """Return the statement that writes any number of rows of a table, which it takes as one JSON document."""
    table, names = _table(name), _written(name)
    source = (
        func.jsonb_to_recordset(bindparam("rows", type_=JSONB))
        .table_valued(*(column(one, table.c[one].type) for one in names))
        .render_derived(with_types=True)
    )
    rows = select(cast(bindparam("project", type_=Uuid), Uuid), *(source.c[one] for one in names))
    made = insert(table).from_select(["project_id", *names], rows, include_defaults=False)
    new = {one: made.excluded[one] for one in names if one != "id"}
    return made.on_conflict_do_update(
        index_elements=["project_id", "id"], set_={**new, "updated_at": func.clock_timestamp()}
    )
