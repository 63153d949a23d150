"""Names in the query of a view: the relations that it reads, and the columns of entities that are not there."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any
from uuid import UUID

import postgast

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.references import references
from designer_kernel.design.edits import columns

_SYSTEM = frozenset({"ctid", "tableoid", "xmin", "xmax", "cmin", "cmax"})


def unknown_names(query: str, names: columns.Names) -> tuple[set[tuple[str, str]], set[tuple[UUID, str]]]:
    """Return the relations that a query reads, and the (entity, column) pairs it names that do not exist.

    Columns are judged only where the query leaves no doubt which entity they belong to.
    """
    relations, with_names, references = _parsed(query)
    unknown: set[tuple[UUID, str]] = set()
    for parts, scope, outputs in references:
        tables = dict(scope)
        meant = [tables.get(parts[0])] if len(parts) == 2 else list(tables.values())
        owners = [_owner(table, with_names, names) for table in meant]
        if not owners or len(parts) > 2 or (len(parts) == 1 and parts[0] in outputs):
            continue
        known = [owner for owner in owners if owner is not None]
        if len(known) == len(owners) and not any(parts[-1] in names.columns_of(owner) | _SYSTEM for owner in known):
            unknown.add((known[0], parts[-1]))
    return {pair for pair in relations if pair[0] or pair[1] not in with_names}, unknown


def _owner(table: tuple[str, str] | None, with_names: frozenset[str], names: columns.Names) -> UUID | None:
    """Return the entity that a table of a FROM clause is, unless it may be a WITH query or is something else."""
    if table is None or (not table[0] and table[1] in with_names):
        return None
    return names.entity_of(*table)


Scope = tuple[tuple[str, tuple[str, str] | None], ...]
Reference = tuple[tuple[str, ...], Scope, frozenset[str]]


@lru_cache(maxsize=1024)
def _parsed(query: str) -> tuple[frozenset[tuple[str, str]], frozenset[str], tuple[Reference, ...]]:
    tree = postgast.parse(query)
    with_names = frozenset(n.ctename for n in sqltext.walk(tree) if type(n).__name__ == "CommonTableExpr")
    return references(query).relations, with_names, tuple(_references(tree, (), frozenset()))


def _references(node: Any, scope: Scope, outputs: frozenset[str]) -> Iterator[Reference]:
    """Yield column references with the tables that their qualifier may mean, the inner ones first."""
    kind = type(node).__name__
    if kind == "ColumnRef":
        parts = tuple(f.string.sval for f in node.fields if f.WhichOneof("node") == "string")
        if len(parts) == len(node.fields):
            yield parts, scope, outputs
        return
    outside = scope
    if kind == "SelectStmt":
        inner = tuple(_tables(node.from_clause))
        shadowed = {alias for alias, _table in inner}
        scope = (*inner, *(pair for pair in scope if pair[0] not in shadowed))
        outputs |= {t.res_target.name for t in node.target_list if t.WhichOneof("node") == "res_target"}
    for field, value in node.ListFields():
        if field.message_type is not None:
            sees = outside if kind == "SelectStmt" and field.name in {"with_clause", "larg", "rarg"} else scope
            for child in value if hasattr(value, "add") else (value,):
                yield from _references(child, sees, outputs)


def _tables(from_clause: Any) -> Iterator[tuple[str, tuple[str, str] | None]]:
    for item in from_clause:
        yield from _table(item)


def _table(item: Any) -> Iterator[tuple[str, tuple[str, str] | None]]:
    node = getattr(item, item.WhichOneof("node"))
    kind = type(node).__name__
    if kind == "RangeVar":
        has_columns = node.HasField("alias") and len(node.alias.colnames) > 0
        alias = node.alias.aliasname if node.HasField("alias") else node.relname
        yield alias, None if has_columns else (node.schemaname, node.relname)
    elif kind == "JoinExpr":
        if node.HasField("alias"):
            yield node.alias.aliasname, None
        yield from _table(node.larg)
        yield from _table(node.rarg)
    else:
        yield (node.alias.aliasname if node.HasField("alias") else f"?{id(node)}"), None
