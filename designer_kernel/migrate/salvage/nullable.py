"""Columns that come back NOT NULL: they are made nullable, filled, and closed then."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import postgast

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.spelling import UNPARSED
from designer_kernel.migrate.effects import Effect, LockMode
from designer_kernel.migrate.steps import Step

_CONSTRAINTS = postgast.pg_query_pb2.DESCRIPTOR.enum_types_by_name["ConstrType"].values_by_name
_NOT_NULL = _CONSTRAINTS["CONSTR_NOTNULL"].number
_FILLING = {_CONSTRAINTS[name].number for name in ("CONSTR_DEFAULT", "CONSTR_IDENTITY", "CONSTR_GENERATED")}


def parted(step: Step, columns: Iterable[tuple[str, ...]]) -> tuple[Step, list[Step]]:
    """Return a step that adds columns without NOT NULL where nothing would fill them, and the steps that close them.

    Parameters
    ----------
    columns
        Those that are filled in between, as (schema, table, column).
    """
    wanted, statements, closing = set(columns), [], []
    for sql in step.statements:
        opened, closed = _opened(sql, wanted)
        statements.append(opened)
        closing += closed
    if not closing:
        return step, []
    hazards = tuple(h for h in step.hazards if h.name == "may_fail")
    now = replace(step, statements=tuple(statements), hazards=tuple(h for h in step.hazards if h not in hazards))
    relations = {e.relation for e in step.effects}
    effects = tuple(Effect(relation, LockMode.ACCESS_EXCLUSIVE, scans=True) for relation in sorted(relations))
    closed_step = replace(step, action="alter", statements=tuple(closing), hazards=hazards, effects=effects)
    return now, [closed_step]


def _opened(sql: str, wanted: set[tuple[str, ...]]) -> tuple[str, list[str]]:
    """Return a statement without the NOT NULL of columns that it adds, and the statements that say it later."""
    try:
        tree = postgast.parse(sql)
    except UNPARSED:
        return sql, []
    node = tree.stmts[0].stmt
    if node.WhichOneof("node") != "alter_table_stmt":
        return sql, []
    relation = node.alter_table_stmt.relation
    path, closing = (relation.schemaname or "public", relation.relname), []
    for wrapped in node.alter_table_stmt.cmds:
        definition = getattr(wrapped.alter_table_cmd, "def").column_def
        constraints = definition.constraints
        if (*path, definition.colname) not in wanted or any(c.constraint.contype in _FILLING for c in constraints):
            continue
        for place in reversed(range(len(constraints))):
            if constraints[place].constraint.contype == _NOT_NULL:
                closing.append(_closed(path, definition.colname, constraints[place].constraint.conname))
                del constraints[place]
    return (sqltext.deparse(tree), closing) if closing else (sql, [])


def _closed(path: tuple[str, ...], column: str, name: str) -> str:
    table = quote_path(*path)
    if name:
        return f"ALTER TABLE {table}\n    ADD CONSTRAINT {quote(name)} NOT NULL {quote(column)}"
    return f"ALTER TABLE {table}\n    ALTER COLUMN {quote(column)} SET NOT NULL"
