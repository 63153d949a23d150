"""Foreign keys that point at a table whose keys have become wider."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from designer_kernel.exchange.sql.mends._base import Script, columns, contype, strings


def repoint(tree: Any, target: str, key: Sequence[str], script: Script) -> tuple[bool, list[str], bool]:
    """Widen the foreign keys of a statement that point at a table, or take them out where they cannot be widened.

    A foreign key can follow only if its own table has the columns of the partition key, as keys (``tenant_id``); a
    ``created_at`` of another table is another moment.

    Returns
    -------
    tuple
        Whether anything was changed, what to say about it, and whether nothing is left of the statement.
    """
    statement = tree.stmts[0].stmt
    kind = statement.WhichOneof("node")
    if kind == "create_stmt":
        return _in_table(statement.create_stmt, target, key)
    if kind == "alter_table_stmt":
        return _in_alter(statement.alter_table_stmt, target, key, script)
    return False, [], False


def _in_table(table: Any, target: str, key: Sequence[str]) -> tuple[bool, list[str], bool]:
    said: list[str] = []
    name = table.relation.relname
    own = {e.column_def.colname for e in table.table_elts if e.WhichOneof("node") == "column_def"}
    added: list[Any] = []
    for element in list(table.table_elts):
        if element.WhichOneof("node") == "constraint":
            fits = _points(element.constraint, target, key)
            if fits and _can_follow(own, key):
                said.append(_widen(element.constraint, key, name, target))
            elif fits:
                said.append(_gone(name, strings(element.constraint.fk_attrs), target, key))
                table.table_elts.remove(element)
        elif element.WhichOneof("node") == "column_def":
            column = element.column_def
            for item in list(column.constraints):
                if not _points(item.constraint, target, key):
                    continue
                column.constraints.remove(item)
                if not _can_follow(own, key):
                    said.append(_gone(name, [column.colname], target, key))
                    continue
                whole = type(item)()
                whole.CopyFrom(item)
                whole.constraint.fk_attrs.add().string.sval = column.colname
                said.append(_widen(whole.constraint, key, name, target))
                added.append(whole)
    for whole in added:
        table.table_elts.add().CopyFrom(whole)
    return bool(said), said, False


def _in_alter(alter: Any, target: str, key: Sequence[str], script: Script) -> tuple[bool, list[str], bool]:
    said: list[str] = []
    name = alter.relation.relname
    own = {column.colname for column in columns(script.tables[name])} if name in script.tables else set()
    for item in list(alter.cmds):
        constraint = getattr(item.alter_table_cmd, "def").constraint
        if not _points(constraint, target, key):
            continue
        if _can_follow(own, key):
            said.append(_widen(constraint, key, name, target))
        else:
            said.append(_gone(name, strings(constraint.fk_attrs), target, key))
            alter.cmds.remove(item)
    return bool(said), said, bool(said) and not alter.cmds


def _points(constraint: Any, target: str, key: Sequence[str]) -> bool:
    """Whether a constraint points at the table without all columns of the partition key."""
    is_key = contype(constraint) == "CONSTR_FOREIGN" and constraint.pktable.relname == target
    return is_key and bool(set(key) - set(strings(constraint.pk_attrs)))


def _can_follow(own: set[str], key: Sequence[str]) -> bool:
    return all(name in own and name.endswith("_id") for name in key)


def _widen(constraint: Any, key: Sequence[str], name: str, target: str) -> str:
    if not constraint.pk_attrs:
        return _gone(name, strings(constraint.fk_attrs), target, key)
    for column in key:
        if column not in strings(constraint.pk_attrs):
            constraint.fk_attrs.add().string.sval = column
            constraint.pk_attrs.add().string.sval = column
    return f"the foreign key of {name} points at {target} ({', '.join(strings(constraint.pk_attrs))})"


def _gone(name: str, own: Sequence[str], target: str, key: Sequence[str]) -> str:
    return (
        f"the foreign key {name} ({', '.join(own)}) → {target} goes, since {name} has no {', '.join(key)} to point with"
    )
