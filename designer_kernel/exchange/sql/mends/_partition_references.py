"""Foreign keys that point at a table whose keys have become wider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
    wider = _Wider(target, tuple(key), _primary_key(target, script))
    if kind == "create_stmt":
        return _in_table(statement.create_stmt, wider)
    if kind == "alter_table_stmt":
        return _in_alter(statement.alter_table_stmt, wider, script)
    return False, [], False


@dataclass(frozen=True, slots=True)
class _Wider:
    """A table, the columns that its keys take in, and its primary key without them."""

    table: str
    key: tuple[str, ...]
    primary: tuple[str, ...]

    def is_meant_by(self, constraint: Any) -> bool:
        """Whether a constraint points at the table without all columns of the partition key."""
        is_key = contype(constraint) == "CONSTR_FOREIGN" and constraint.pktable.relname == self.table
        return is_key and bool(set(self.key) - set(self.columns_of(constraint)))

    def columns_of(self, constraint: Any) -> tuple[str, ...]:
        """Return the columns that a foreign key points at: its own, or else those of the primary key."""
        return tuple(strings(constraint.pk_attrs)) or self.primary

    def can_be_followed(self, constraint: Any, own: set[str]) -> bool:
        """Whether a foreign key's table has the columns to point with."""
        mine, theirs = strings(constraint.fk_attrs), self.columns_of(constraint)
        added = [name for name in self.key if name not in theirs]
        return len(mine) == len(theirs) and all(
            name in own and name.endswith("_id") and name not in mine for name in added
        )

    def widen(self, constraint: Any, name: str) -> str:
        """Take the columns into a foreign key that can follow; return what was done."""
        theirs = self.columns_of(constraint)
        del constraint.pk_attrs[:]
        for column in theirs:
            constraint.pk_attrs.add().string.sval = column
        for column in self.key:
            if column not in theirs:
                constraint.fk_attrs.add().string.sval = column
                constraint.pk_attrs.add().string.sval = column
        return f"the foreign key of {name} points at {self.table} ({', '.join(strings(constraint.pk_attrs))})"

    def gone(self, name: str, own: Sequence[str]) -> str:
        """Return what to say of a foreign key that is taken out."""
        lacking = f"since {name} has no {', '.join(self.key)} to point with"
        return f"the foreign key {name} ({', '.join(own)}) → {self.table} goes, {lacking}"


def _primary_key(table: str, script: Script) -> tuple[str, ...]:
    """Return the columns of a table's primary key as the script makes it; none if it makes none."""
    made = script.tables.get(table)
    if made is None:
        return ()
    for column in columns(made):
        if any(contype(item.constraint) == "CONSTR_PRIMARY" for item in column.constraints):
            return (column.colname,)
    nodes = [e.constraint for e in made.node.table_elts if e.WhichOneof("node") == "constraint"]
    for statement in script.statements:
        if statement.kind == "alter_table_stmt" and statement.node.relation.relname == table:
            nodes += [getattr(item.alter_table_cmd, "def").constraint for item in statement.node.cmds]
    return next((tuple(strings(node.keys)) for node in nodes if contype(node) == "CONSTR_PRIMARY"), ())


def _in_table(table: Any, wider: _Wider) -> tuple[bool, list[str], bool]:
    said: list[str] = []
    name = table.relation.relname
    own = {e.column_def.colname for e in table.table_elts if e.WhichOneof("node") == "column_def"}
    added: list[Any] = []
    for element in list(table.table_elts):
        if element.WhichOneof("node") == "constraint" and wider.is_meant_by(element.constraint):
            if wider.can_be_followed(element.constraint, own):
                said.append(wider.widen(element.constraint, name))
            else:
                said.append(wider.gone(name, strings(element.constraint.fk_attrs)))
                table.table_elts.remove(element)
        elif element.WhichOneof("node") == "column_def":
            column = element.column_def
            for item in list(column.constraints):
                if not wider.is_meant_by(item.constraint):
                    continue
                column.constraints.remove(item)
                whole = type(item)()
                whole.CopyFrom(item)
                whole.constraint.fk_attrs.add().string.sval = column.colname
                if wider.can_be_followed(whole.constraint, own):
                    said.append(wider.widen(whole.constraint, name))
                    added.append(whole)
                else:
                    said.append(wider.gone(name, [column.colname]))
    for whole in added:
        table.table_elts.add().CopyFrom(whole)
    return bool(said), said, False


def _in_alter(alter: Any, wider: _Wider, script: Script) -> tuple[bool, list[str], bool]:
    said: list[str] = []
    name = alter.relation.relname
    own = {column.colname for column in columns(script.tables[name])} if name in script.tables else set()
    for item in list(alter.cmds):
        constraint = getattr(item.alter_table_cmd, "def").constraint
        if not wider.is_meant_by(constraint):
            continue
        if wider.can_be_followed(constraint, own):
            said.append(wider.widen(constraint, name))
        else:
            said.append(wider.gone(name, strings(constraint.fk_attrs)))
            alter.cmds.remove(item)
    return bool(said), said, bool(said) and not alter.cmds
