"""``REFRESH … CONCURRENTLY`` needs a unique index over plain columns, which a query with GROUP BY suggests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import postgast

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.identifiers import quote, shorten
from designer_kernel.exchange.sql.mends._base import Case
from designer_kernel.exchange.sql.outcome import Change, Mend
from designer_kernel.exchange.sql.statements import Statement


def propose(case: Case) -> Iterator[Mend]:
    """Yield the mends of a refresh without a unique index."""
    if case.statement.kind != "refresh_mat_view_stmt" or not case.statement.node.concurrent:
        return
    relation = case.statement.node.relation
    shown = ".".join(quote(part) for part in (relation.schemaname, relation.relname) if part)
    view = case.script.views.get(relation.relname)
    found = unique_columns(view) if view is not None else []
    if found:
        name = quote(shorten(f"{relation.relname}_{'_'.join(found)}_key"))
        index = f"CREATE UNIQUE INDEX {name} ON {shown} ({', '.join(map(quote, found))})"
        why = (
            "CONCURRENTLY compares rows by a unique index, and there is none; the query groups by these columns, so "
            f"each combination comes once: {', '.join(found)}"
        )
        change = Change("before", case.number, index)
        yield Mend(f"add-unique-index:{relation.relname}", f"add a unique index to {shown}", why, (change,))
    why = "the view is locked while it is refreshed; a refresh is no part of a definition"
    change = case.replace(f"REFRESH MATERIALIZED VIEW {shown}")
    yield Mend(f"refresh-plainly:{case.subject}", "refresh without CONCURRENTLY", why, (change,))


def unique_columns(view: Statement) -> list[str]:
    """Return the columns of a view that its GROUP BY makes unique; none if one of them is not in its result."""
    select = view.node.query.select_stmt
    if not select.group_clause or select.group_distinct:
        return []
    results = {_shape(t.res_target.val): _name(t.res_target) for t in select.target_list}
    names = {name: name for name in results.values()}
    found = []
    for item in select.group_clause:
        if item.WhichOneof("node") == "a_const" and 0 < item.a_const.ival.ival <= len(select.target_list):
            name = _name(select.target_list[item.a_const.ival.ival - 1].res_target)
        else:
            name = results.get(_shape(item)) or names.get(_last(item)) or ""
        if not name:
            return []
        found.append(name)
    return found


def _name(target: Any) -> str:
    return str(target.name) or _last(target.val)


def _last(node: Any) -> str:
    if node.WhichOneof("node") != "column_ref" or node.column_ref.fields[-1].WhichOneof("node") != "string":
        return ""
    return str(node.column_ref.fields[-1].string.sval)


def _shape(node: Any) -> str:
    """Return what an expression says, whatever its place in the text."""
    tree = postgast.parse("SELECT 1")
    tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val.CopyFrom(node)
    return sqltext.deparse(tree)
