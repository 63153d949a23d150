"""Queries for rows in the way of a step: they are asked before a plan runs, with the names of that time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import postgast

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.spelling import UNPARSED
from designer_kernel.migrate.salvage.touching import Names, Relation, named
from designer_kernel.migrate.steps import Step


def asked_before(steps: Iterable[Step], before: Catalog) -> Iterator[Step]:
    """Yield steps whose hazards ask by the names that tables and columns have before the first step."""
    names = Names(before)
    for step in steps:
        if any(hazard.query for hazard in step.hazards):
            found = (replace(hazard, query=_asked(hazard.query, names)) for hazard in step.hazards)
            yield replace(step, hazards=tuple(found))
        else:
            yield step
        for sql in step.statements:
            names.follow(sql)


def _asked(query: str, names: Names) -> str:
    """Return a query with former names; as it is if it has no others, or our grammar does not know it."""
    try:
        tree = postgast.parse(query)
    except UNPARSED:
        return query
    tables: dict[str, Relation] = {}
    is_other = False
    for node in _of(tree, "RangeVar"):
        if node.schemaname:
            now = named(node)
            then = tables[node.alias.aliasname or node.relname] = names.original(now)
            is_other |= then != now
            if then != now and not node.HasField("alias"):
                node.alias.aliasname = node.relname  # by which its columns are spoken of
            node.schemaname, node.relname = then
    for node in _of(tree, "ColumnRef"):
        parts = [part.string for part in node.fields if part.WhichOneof("node") == "string"]
        if parts:
            whole = tables.get(parts[-2].sval) if len(parts) > 1 else None
            now_name = parts[-1].sval
            parts[-1].sval = _former(now_name, [whole] if whole is not None else list(tables.values()), names)
            is_other |= parts[-1].sval != now_name
    return sqltext.deparse(tree) if is_other else query


def _former(name: str, tables: Iterable[Relation], names: Names) -> str:
    return next((old for table in tables if (old := names.original_column(table, name)) != name), name)


def _of(tree: Any, kind: str) -> list[Any]:
    return [node for node in sqltext.walk(tree) if type(node).__name__ == kind]
