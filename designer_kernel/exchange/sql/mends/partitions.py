"""Partitions of a table that is not partitioned, keys that lack the partition key, bounds that do not fit the type."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from typing import Any, Final

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.literals import literal
from designer_kernel.exchange.sql.mends._base import Case, parse_result, written
from designer_kernel.exchange.sql.mends._partition_keys import guess, widen
from designer_kernel.exchange.sql.outcome import Change, Mend
from designer_kernel.exchange.sql.statements import Statement

_METHODS: Final = {"r": "RANGE", "l": "LIST", "h": "HASH"}
_LACKS: Final = re.compile(r'on table "([^"]+)" lacks column "([^"]+)"')
_NOT_UUID: Final = re.compile(r'invalid input syntax for type uuid: "([^"]*)"')


def propose(case: Case) -> Iterator[Mend]:
    """Yield the mends of partitions and of their keys and bounds."""
    if case.statement.tree is None:
        return
    if "is not partitioned" in case.failure.message:
        yield from _partitioned(case)
    elif found := _LACKS.search(case.failure.detail):
        yield from _key_widened(case, found[1], found[2])
    elif (bad := _NOT_UUID.search(case.failure.message)) and bound(case.statement) is not None:
        yield from _bound_mended(case, bad[1])


def bound(statement: Statement) -> tuple[str, str, Any] | None:
    """Return parent, partition and bound, if a statement makes or attaches a partition."""
    if statement.kind == "create_stmt" and statement.node.HasField("partbound"):
        node = statement.node
        return node.inh_relations[0].range_var.relname, node.relation.relname, node.partbound
    if statement.kind == "alter_table_stmt":
        for item in statement.node.cmds:
            part = getattr(item.alter_table_cmd, "def").partition_cmd
            if part.HasField("bound"):
                return statement.node.relation.relname, part.name.relname, part.bound
    return None


def _partitioned(case: Case) -> Iterator[Mend]:
    """Yield the mend that declares the parent partitioned, with all that follows from it."""
    found = bound(case.statement)
    parent = case.script.tables.get(found[0]) if found is not None else None
    if found is None or parent is None or not parent.number:
        return
    siblings = [b for s in case.script.statements if (b := bound(s)) is not None and b[0] == found[0]]
    explicit = [b for b in siblings if b[2].strategy]
    if not explicit:
        return
    method = _METHODS[explicit[0][2].strategy]
    key = guess(parent, explicit)
    if not key:
        return
    tree = parse_result(parent.tree)
    example = sqltext.parsed(f"CREATE TABLE t () PARTITION BY {method} ({', '.join(map(quote, key))})")
    tree.stmts[0].stmt.create_stmt.partspec.CopyFrom(example.create_stmt.partspec)
    _, said = widen(tree, key)
    sql = written(tree)
    if not sql:
        return
    changes, more = _following(case, parent, key)
    shown = ", ".join(key)
    why = f"only a partitioned table has partitions; the bounds speak of {method} over {shown}"
    reasons = [why, *said, *more]
    yield Mend(
        f"declare-partitioned:{found[0]}",
        f"declare {found[0]} PARTITION BY {method} ({shown})",
        "; ".join(reasons),
        (Change("replace", parent.number, sql), *changes),
        costs=_gravest_first([*said, *more]),
    )


def _key_widened(case: Case, table: str, column: str) -> Iterator[Mend]:
    """Yield the mend that takes the partition key into a key that lacks it."""
    statement = case.statement
    tree = parse_result(statement.tree)
    changed, said = widen(tree, [column])
    sql = written(tree) if changed else ""
    if not sql:
        return
    changes, more = _following(case, statement, [column]) if statement.kind == "create_stmt" else ([], [])
    yield Mend(
        f"widen-key:{case.subject}",
        f"take {column} into the keys of {table}",
        "; ".join(["a unique key of a partitioned table must hold the partition key", *said, *more]),
        (case.replace(sql), *changes),
        costs=_gravest_first([*said, *more]),
    )


def _gravest_first(costs: Sequence[str]) -> tuple[str, ...]:
    """Return what a mend costs: first the foreign keys that go, since nothing forbids then what they forbade."""
    return tuple(sorted(dict.fromkeys(costs), key=lambda words: " goes, " not in words))


def _following(case: Case, parent: Statement, key: Sequence[str]) -> tuple[list[Change], list[str]]:
    """Return what the wider keys of a table mean for other statements: its indexes, and keys that point at it."""
    from designer_kernel.exchange.sql.mends._partition_references import repoint

    name = parent.node.relation.relname
    changes: list[Change] = []
    said: list[str] = []
    for statement in case.script.statements:
        if statement is parent or statement.skip or statement.tree is None or not statement.number:
            continue
        tree = parse_result(statement.tree)
        touched, words = False, list[str]()
        is_of_table = statement.kind in {"index_stmt", "alter_table_stmt"} and statement.node.relation.relname == name
        if is_of_table:
            touched, words = widen(tree, key)
        again, more, is_empty = repoint(tree, name, key, case.script)
        if is_empty:
            changes.append(Change("drop", statement.number))
        elif (touched or again) and (sql := written(tree)):
            changes.append(Change("replace", statement.number, sql))
        else:
            continue
        said += [*words, *more]
    return changes, said


def _bound_mended(case: Case, value: str) -> Iterator[Mend]:
    found = bound(case.statement)
    assert found is not None
    new = str(uuid.uuid5(uuid.NAMESPACE_OID, value))
    sql = case.statement.sql.replace(literal(value), literal(new))
    if sql == case.statement.sql:
        return
    why = f"the column is of type uuid, and {value!r} is none; this one only stands for it: put the real one here"
    yield Mend(f"write-uuid:{case.subject}", f"write {new} for {value!r}", why, (case.replace(sql),))
