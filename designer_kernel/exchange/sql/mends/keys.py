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
    if case.failure.sqlstate == "42P01":
        yield from _circle(case)
    if case.failure.sqlstate == "42830":
        yield from _unique(case)
    if case.failure.sqlstate == "42804":
        yield from _type(case)


def _circle(case: Case) -> Iterator[Mend]:
    """Yield the mend that makes a foreign key afterwards, where tables point at each other in a circle."""
    circle, index = [case.index], case.script.waits_for(case.index)
    while index is not None and index not in circle:
        circle.append(index)
        index = case.script.waits_for(index)
    if index is None or index != case.index:
        return
    first = min(circle)
    statement = case.script.statements[first]
    failure = case.script.results[first].failure
    if failure is None or statement.kind != "create_stmt":
        return
    missing = {name.rsplit(".", 1)[-1] for name in re.findall(r'"([^"]+)"', failure.message)}
    tree = parse_result(statement.tree)
    after = [sql for name in sorted(missing) for sql in _taken_out(tree.stmts[0].stmt.create_stmt, name)]
    table = written(tree)
    if after and table and all(after):
        names = [case.script.statements[i].node.relation.relname for i in circle if case.script.statements[i].kind]
        name = statement.node.relation.relname
        why = (
            f"{', '.join(sorted(names))} point at each other, so one of the foreign keys can only be made afterwards; "
            "nothing is lost"
        )
        change = Change("replace", statement.number, ";\n\n".join([table, *after]))
        yield Mend(f"split-circle:{name}", f"make the foreign key of {name} afterwards", why, (change,))


def _taken_out(table: Any, target: str) -> Iterator[str]:
    """Take the foreign keys that point at a table out of a CREATE TABLE; yield the statements that make them."""
    for element in list(table.table_elts):
        if element.WhichOneof("node") == "constraint" and _points(element.constraint, target):
            yield _added(table, element)
            table.table_elts.remove(element)
        elif element.WhichOneof("node") == "column_def":
            for item in list(element.column_def.constraints):
                if _points(item.constraint, target):
                    whole = type(item)()
                    whole.CopyFrom(item)
                    whole.constraint.fk_attrs.add().string.sval = element.column_def.colname
                    yield _added(table, whole)
                    element.column_def.constraints.remove(item)


def _added(table: Any, constraint: Any) -> str:
    tree = parse_result(sqltext.parsed("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES b"))
    alter = tree.stmts[0].stmt.alter_table_stmt
    alter.relation.CopyFrom(table.relation)
    getattr(alter.cmds[0].alter_table_cmd, "def").CopyFrom(constraint)
    return written(tree)


def _points(constraint: Any, target: str) -> bool:
    return contype(constraint) == "CONSTR_FOREIGN" and constraint.pktable.relname == target


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
        why = (
            f"a foreign key can only point at columns that are unique together; {shown} no longer takes two rows with "
            f"the same {listed}"
        )
        change = Change("before", case.number, sql)
        yield Mend(f"add-unique:{shown}({listed})", f"make {shown} ({listed}) unique", why, (change,))
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
        yield Mend(f"fit-type:{case.subject}.{found[1]}", f"make {found[1]} {found[4]}", why, (case.replace(sql),))


def foreign_keys(tree: Any) -> Iterator[Any]:
    """Yield the foreign keys that a statement declares, as parse nodes."""
    for node in sqltext.walk(tree):
        if type(node).__name__ == "Constraint" and contype(node) == "CONSTR_FOREIGN":
            yield node
