"""How many rows each step of a plan reads or writes, by what the target knows of its tables.

The server's own statistics are taken as its planner takes them: the density of the last count, times the pages that
there are now. A table that was never counted is guessed by its size and by the width of its columns.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

import postgast
import psycopg

from designer_kernel.catalog.objects import ObjectId
from designer_kernel.catalog.spelling import UNPARSED
from designer_kernel.migrate.effects import Relation
from designer_kernel.migrate.effects.nodes import named, word
from designer_kernel.migrate.steps import Plan, Step

_ROWS: Final = """
    WITH RECURSIVE asked AS (
        SELECT u.schema, u.name, c.oid
        FROM unnest(%(schemas)s::text[], %(names)s::text[]) u (schema, name)
        JOIN pg_catalog.pg_namespace n ON n.nspname = u.schema
        JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = u.name
    ), parts AS (
        SELECT schema, name, oid FROM asked
        UNION
        SELECT p.schema, p.name, i.inhrelid FROM parts p JOIN pg_catalog.pg_inherits i ON i.inhparent = p.oid
    ), sized AS (
        SELECT p.schema, p.name, p.oid, c.reltuples, c.relpages,
               pg_catalog.pg_relation_size(c.oid) AS bytes,
               (SELECT 28 + coalesce(sum(CASE WHEN a.attlen > 0 THEN a.attlen ELSE 32 END), 0)
                FROM pg_catalog.pg_attribute a
                WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped) AS width
        FROM parts p
        JOIN pg_catalog.pg_class c ON c.oid = p.oid AND c.relkind IN ('r', 'm')
    )
    SELECT schema, name, oid,
           CASE WHEN bytes = 0 THEN 0
                WHEN reltuples >= 0 AND relpages > 0
                THEN round(reltuples::float8 / relpages * (bytes / current_setting('block_size')::float8))
                ELSE greatest(round(bytes / width::float8), 1) END::bigint
    FROM sized"""

_TOUCHING: Final = frozenset({"fill", "salvage", "restore", "validate"})
"""Actions that are about rows even where no effect says so."""


def estimated(plan: Plan, connection: psycopg.Connection[Any]) -> Plan:
    """Return a plan whose steps tell about how many rows of a target they read or write.

    Parameters
    ----------
    connection
        The target, as it is before the plan runs.
    """
    names = _Names()
    asked = [[names.before(relation) for relation in _touched(step, names)] for step in (*plan.up, *plan.down)]
    known = _rows(connection, {relation for relations in asked for relation in relations})
    told = [_sum(relations, known) for relations in asked]
    return replace(
        plan,
        up=_with_rows(plan.up, told[: len(plan.up)]),
        down=_with_rows(plan.down, told[len(plan.up) :]),
    )


def _with_rows(steps: Sequence[Step], rows: Sequence[int]) -> tuple[Step, ...]:
    return tuple(replace(step, rows=count) for step, count in zip(steps, rows, strict=True))


def _touched(step: Step, names: _Names) -> list[Relation]:
    """Return the relations whose rows a step reads, writes or loses."""
    found = [effect.relation for effect in step.effects if effect.rewrites or effect.scans]
    found += [relation for hazard in step.hazards if hazard.name == "data_loss" for relation in _of(hazard.on)]
    if step.action in _TOUCHING and not found:
        found = [relation for key in step.facts for relation in _of(key)]
    result = list(dict.fromkeys(found))
    names.follow(step)
    return result


def _of(key: ObjectId) -> Iterable[Relation]:
    if key.kind in {"relation", "column"} and len(key.path) > 1:
        yield key.path[0], key.path[1]


@dataclass(slots=True)
class _Names:
    """What relations are called in the target, while steps give them other names."""

    _former: dict[Relation, Relation] = field(default_factory=dict)

    def before(self, relation: Relation) -> Relation:
        return self._former.get(relation, relation)

    def follow(self, step: Step) -> None:
        """Take notice of the names that a step gives."""
        for sql in step.statements if step.action == "rename" else ():
            self._follow(sql)

    def _follow(self, sql: str) -> None:
        try:
            statement = postgast.parse(sql).stmts[0].stmt
        except UNPARSED:
            return
        kind = statement.WhichOneof("node")
        node = getattr(statement, kind)
        if kind == "rename_stmt" and node.HasField("relation") and not node.subname:
            old = named(node.relation)
            self._rename(old, (old[0], node.newname))
        elif kind == "rename_stmt" and word(node.rename_type, "ObjectType") == "OBJECT_SCHEMA":
            self._schemas(node.subname, node.newname)
        elif kind == "alter_object_schema_stmt" and node.HasField("relation"):
            old = named(node.relation)
            self._rename(old, (node.newschema, old[1]))

    def _rename(self, old: Relation, new: Relation) -> None:
        self._former[new] = self._former.pop(old, old)

    def _schemas(self, old: str, new: str) -> None:
        moved = [relation for relation in self._former if relation[0] == old]
        for relation in moved:
            self._rename(relation, (new, relation[1]))
        self._former = _Fallback(self._former, {**getattr(self._former, "schemas", {}), new: old})


class _Fallback(dict[Relation, Relation]):
    """Former names, also of all relations of schemas that have other names."""

    def __init__(self, known: dict[Relation, Relation], schemas: dict[str, str]) -> None:
        super().__init__(known)
        self.schemas = schemas

    def get(self, key: Relation, default: Any = None) -> Any:
        if key in self:
            return self[key]
        return (self.schemas[key[0]], key[1]) if key[0] in self.schemas else default


def _rows(connection: psycopg.Connection[Any], relations: set[Relation]) -> dict[Relation, dict[int, int]]:
    """Return for each relation its parts and itself, by number, with their rows."""
    ordered = sorted(relations)
    found: dict[Relation, dict[int, int]] = {}
    rows = connection.execute(
        _ROWS, {"schemas": [schema for schema, _ in ordered], "names": [name for _, name in ordered]}
    ).fetchall()
    for schema, name, oid, count in rows:
        found.setdefault((schema, name), {})[oid] = count
    return found


def _sum(relations: Iterable[Relation], known: dict[Relation, dict[int, int]]) -> int:
    """Return the rows of relations, those of a part that is named by itself too only once."""
    counted: dict[int, int] = {}
    for relation in relations:
        counted.update(known.get(relation, {}))
    return sum(counted.values())
