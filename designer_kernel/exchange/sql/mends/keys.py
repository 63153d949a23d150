"""Foreign keys that point at something without a unique key, or at a column of another type."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.identifiers import quote
from designer_kernel.exchange.sql.mends._base import Case, contype, parse_result, strings, written
from designer_kernel.exchange.sql.outcome import Change, Mend

_TABLE: Final = re.compile(r'for referenced table "([^"]+)"')
_TYPES: Final = re.compile(r'Key columns "([^"]+)" .* and "([^"]+)" .* incompatible types: (.+) and (.+?)\.?$')


def propose(case: Case) -> Iterator[Mend]:
    """Yield the mends of a foreign key that does not fit what it points at."""
    if case.failure.sqlstate == "42830":
        yield from _unique(case)
    if case.failure.sqlstate == "42804":
        yield from _type(case)


def _unique(case: Case) -> Iterator[Mend]:
    found = _TABLE.search(case.failure.message)
    if found is None or case.statement.tree is None:
        return
    for constraint in foreign_keys(case.statement.tree):
        target = constraint.pktable
        wanted = strings(constraint.pk_attrs)
        if target.relname != found[1] or not wanted:
            continue
        shown = ".".join(quote(part) for part in (target.schemaname, target.relname) if part)
        listed = ", ".join(map(quote, wanted))
        sql = f"ALTER TABLE {shown} ADD UNIQUE ({listed})"
        why = "a foreign key can only point at columns that are unique together"
        change = Change("before", case.number, sql)
        yield Mend(f"unique:{shown}({listed})", f"make {shown} ({listed}) unique", why, (change,))
        return


def _type(case: Case) -> Iterator[Mend]:
    found = _TYPES.search(case.failure.detail)
    if found is None or case.statement.kind != "create_stmt":
        return
    tree = parse_result(case.statement.tree)
    for element in tree.stmts[0].stmt.create_stmt.table_elts:
        if element.WhichOneof("node") == "column_def" and element.column_def.colname == found[1]:
            element.column_def.type_name.CopyFrom(sqltext.type_node(found[4]))
    if sql := written(tree):
        why = f"a foreign key needs the type of what it points at: {found[2]} is {found[4]}, {found[1]} is {found[3]}"
        yield Mend(f"type:{case.number}.{found[1]}", f"make {found[1]} {found[4]}", why, (case.replace(sql),))


def foreign_keys(tree: Any) -> Iterator[Any]:
    """Yield the foreign keys that a statement declares, as parse nodes."""
    for node in sqltext.walk(tree):
        if type(node).__name__ == "Constraint" and contype(node) == "CONSTR_FOREIGN":
            yield node
