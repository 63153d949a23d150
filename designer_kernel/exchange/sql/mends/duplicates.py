"""The same name twice: the second is left out if it says the same, replaces the first if it can, or is renamed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.identifiers import shorten
from designer_kernel.exchange.sql.mends._base import Case, contype, only, parse_result, written
from designer_kernel.exchange.sql.outcome import Change, Mend
from designer_kernel.exchange.sql.running import defined, is_same
from designer_kernel.exchange.sql.statements import Statement

_EXISTS: Final = frozenset({"42P07", "42710", "42723", "42P06", "42701"})
_REPLACEABLE: Final = frozenset({"create_function_stmt", "view_stmt", "create_trig_stmt"})
_NAME_FIELDS: Final = {"index_stmt": "idxname", "create_policy_stmt": "policy_name", "create_trig_stmt": "trigname"}


def propose(case: Case) -> Iterator[Mend]:
    """Yield the mends of a name that is there already."""
    if case.failure.sqlstate == "42P16" and "multiple primary keys" in case.failure.message:
        if case.statement.kind == "create_stmt":
            yield from only(_one_primary_key(case))
        else:
            yield _drop(case, "the table has a primary key already, and can have only one")
        return
    if case.failure.sqlstate == "42701" and case.statement.kind == "create_stmt":
        yield from only(_one_column(case))
        return
    if case.failure.sqlstate not in _EXISTS or case.statement.tree is None:
        return
    first = _first(case)
    if first is not None and is_same(first, case.statement):
        yield _drop(case, f"line {first.piece.line} means the same")
        return
    if case.statement.kind in _REPLACEABLE:
        tree = parse_result(case.statement.tree)
        getattr(tree.stmts[0].stmt, case.statement.kind).replace = True
        if sql := written(tree):
            where = f" in line {first.piece.line}" if first else ""
            why = f"the later definition takes the place of the one{where}"
            yield Mend(f"or-replace:{case.subject}", "write CREATE OR REPLACE", why, (case.replace(sql),))
    if case.statement.kind in _NAME_FIELDS:
        yield from _renamed(case, _NAME_FIELDS[case.statement.kind])
    yield _drop(case, "the first definition stays, and this one is left out")


def _one_primary_key(case: Case) -> Mend | None:
    """Return the mend of a table with several primary keys: the first stays, the others become unique keys."""
    tree = parse_result(case.statement.tree)
    table = tree.stmts[0].stmt.create_stmt
    found = [part for part in sqltext.walk(table) if type(part).__name__ == "Constraint" and contype(part) == _PRIMARY]
    unique = next(
        part
        for part in sqltext.walk(sqltext.parsed("CREATE TABLE t (a integer UNIQUE)"))
        if type(part).__name__ == "Constraint"
    )
    for constraint in found[1:]:
        constraint.contype = unique.contype
    sql = written(tree) if len(found) > 1 else ""
    why = "a table has one primary key: the first that is written stays, and what else was one is unique instead"
    return Mend(f"one-key:{case.subject}", "keep the first primary key", why, (case.replace(sql),)) if sql else None


def _one_column(case: Case) -> Mend | None:
    """Return the mend of a table that names a column twice: the first stays."""
    tree = parse_result(case.statement.tree)
    table = tree.stmts[0].stmt.create_stmt
    seen: set[str] = set()
    for element in list(table.table_elts):
        if element.WhichOneof("node") == "column_def":
            name = element.column_def.colname
            if name in seen:
                table.table_elts.remove(element)
            seen.add(name)
    sql = written(tree)
    why = "a table has one column of a name: the first that is written stays"
    return (
        Mend(f"one-column:{case.subject}", "keep the first of the two columns", why, (case.replace(sql),))
        if sql
        else None
    )


_PRIMARY: Final = "CONSTR_PRIMARY"


def _first(case: Case) -> Statement | None:
    """Return the earlier statement that makes the same."""
    mine = defined(case.statement)
    for statement, result in zip(case.script.statements[: case.index], case.script.results, strict=False):
        if statement.kind == case.statement.kind and result.failure is None and is_same(statement, case.statement):
            return statement
    for statement, result in zip(case.script.statements[: case.index], case.script.results, strict=False):
        if statement.kind == case.statement.kind and result.failure is None and defined(statement) == mine:
            return statement
    return None


def _renamed(case: Case, field: str) -> Iterator[Mend]:
    tree = parse_result(case.statement.tree)
    node: Any = getattr(tree.stmts[0].stmt, case.statement.kind)
    taken = {getattr(s.node, field, "") for s in case.script.statements if s.kind == case.statement.kind and s.tree}
    name = getattr(node, field)
    base = re.sub(r"_\d+$", "", name)
    new = next(n for n in (shorten(f"{base}_{i}") for i in range(2, 10_000)) if n not in taken)
    setattr(node, field, new)
    if sql := written(tree):
        what = f"{name} exists already and says something else, so both are kept"
        yield Mend(f"rename:{case.subject}", f"call it {new}", what, (case.replace(sql),))


def _drop(case: Case, why: str) -> Mend:
    change = Change("drop", case.number)
    return Mend(f"drop-duplicate:{case.subject}", "leave the duplicate out", why, (change,))
