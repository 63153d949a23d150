"""What the statements of a plan do to tables and columns, and which names these have meanwhile."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any, Final, Literal, NamedTuple, TypeAlias

import postgast

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.spelling import UNPARSED

Relation: TypeAlias = tuple[str, str]
"""Schema and name."""


class Touch(NamedTuple):
    """What a statement does to a table, to a column of it, or to an attribute of a composite type."""

    what: Literal["made", "dropped", "added", "removed", "retyped", "expressed", "reshaped"]
    relation: Relation
    column: str = ""
    using: str = ""


_ACTIONS: Final[dict[str, Literal["added", "removed", "retyped", "expressed"]]] = {
    "AT_AddColumn": "added",
    "AT_DropColumn": "removed",
    "AT_AlterColumnType": "retyped",
    "AT_DropExpression": "expressed",
    "AT_SetExpression": "expressed",
}


def touches(sql: str) -> Iterator[Touch]:
    """Yield what a statement does to tables and columns, by the names that they have then."""
    node = parsed(sql)
    kind = node.WhichOneof("node") if node is not None else ""
    if kind == "create_stmt":
        yield Touch("made", named(node.create_stmt.relation))
    elif kind == "drop_stmt" and _name(node.drop_stmt.remove_type, "ObjectType") == "OBJECT_TABLE":
        for wrapped in node.drop_stmt.objects:
            path = [item.string.sval for item in wrapped.list.items]
            yield Touch("dropped", (path[-2] if len(path) > 1 else "public", path[-1]))
    elif kind == "alter_table_stmt":
        yield from _altered(node.alter_table_stmt)


def _altered(node: Any) -> Iterator[Touch]:
    relation = named(node.relation)
    is_type = _name(node.objtype, "ObjectType") == "OBJECT_TYPE"
    for wrapped in node.cmds:
        command = wrapped.alter_table_cmd
        action = _name(command.subtype, "AlterTableType")
        definition = getattr(command, "def")
        if action == "AT_AttachPartition":
            yield Touch("made", named(definition.partition_cmd.name))
        elif action in _ACTIONS and is_type:
            yield Touch("reshaped", relation)
        elif action in _ACTIONS:
            column = definition.column_def.colname if action == "AT_AddColumn" else command.name
            yield Touch(_ACTIONS[action], relation, column, _using(definition.column_def))


def detached_by(sql: str) -> Iterator[Relation]:
    """Yield the partitions that a statement detaches: their rows are theirs from then on."""
    node = parsed(sql) if "DETACH PARTITION" in sql else None
    if node is not None and node.WhichOneof("node") == "alter_table_stmt":
        for wrapped in node.alter_table_stmt.cmds:
            command = wrapped.alter_table_cmd
            if _name(command.subtype, "AlterTableType") == "AT_DetachPartition":
                yield named(getattr(command, "def").partition_cmd.name)


def _using(definition: Any) -> str:
    """Return the expression by which values are converted; empty if PostgreSQL does it by itself."""
    if not definition.HasField("raw_default"):
        return ""
    tree = postgast.parse("SELECT 1")
    tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val.CopyFrom(definition.raw_default)
    return sqltext.deparse(tree).removeprefix("SELECT ")


def parsed(sql: str) -> Any:
    """Return the parse node of a statement; ``None`` if our grammar does not know it."""
    try:
        return postgast.parse(sql).stmts[0].stmt
    except UNPARSED:
        return None


def named(node: Any) -> Relation:
    """Return what a parse node calls a relation."""
    return (node.schemaname or "public", node.relname)


def _name(value: int, enum: str) -> str:
    found: str = postgast.pg_query_pb2.DESCRIPTOR.enum_types_by_name[enum].values_by_number[value].name
    return found


class Names:
    """The names that tables and columns of a catalog have while a plan is carried out."""

    def __init__(self, catalog: Catalog) -> None:
        self._relations = {(table.schema, table.name): (table.schema, table.name) for table in catalog.of(Table)}
        self._columns = {(c.schema, c.table, c.name): c.name for c in catalog.of(Column)}
        self._former: dict[Relation, set[Relation]] = {}

    def copy(self) -> Names:
        """Return names that go on from these alone."""
        return copy.deepcopy(self)

    def relation(self, original: Relation) -> Relation:
        """Return what a table of the catalog is called now."""
        return self._relations.get(original, original)

    def column(self, original: Relation, name: str) -> str:
        """Return what a column of the catalog is called now."""
        return self._columns.get((*original, name), name)

    def original(self, relation: Relation) -> Relation:
        """Return what a table was called in the catalog."""
        return next((old for old, now in self._relations.items() if now == relation), relation)

    def original_column(self, relation: Relation, name: str) -> str:
        """Return what a column was called in the catalog; ``relation`` is that of the catalog."""
        return next((old[2] for old, now in self._columns.items() if old[:2] == relation and now == name), name)

    def follow(self, sql: str) -> None:
        """Take note of a statement that may rename."""
        if not any(word in sql for word in ("RENAME", "SET SCHEMA", "INSERT")):
            return
        node = parsed(sql)
        kind = node.WhichOneof("node") if node is not None else ""
        if kind == "rename_stmt":
            self._rename(node.rename_stmt)
        elif kind == "alter_object_schema_stmt" and node.alter_object_schema_stmt.HasField("relation"):
            old = named(node.alter_object_schema_stmt.relation)
            self._move(old, (node.alter_object_schema_stmt.newschema, old[1]))
        elif kind == "insert_stmt" and (new := self.succeeded(sql)):
            original = next(self._leaving(node.insert_stmt, new), new)
            self._relations[original] = new

    def _rename(self, node: Any) -> None:
        kind = _name(node.rename_type, "ObjectType")
        if kind == "OBJECT_TABLE":
            old = named(node.relation)
            self._move(old, (old[0], node.newname))
        elif kind == "OBJECT_COLUMN":
            original = self.original(named(node.relation))
            self._columns[(*original, self.original_column(original, node.subname))] = node.newname
        elif kind == "OBJECT_SCHEMA":
            for now in list(self._relations.values()):
                if now[0] == node.subname:
                    self._move(now, (node.newname, now[1]))

    def succeeded(self, sql: str) -> Relation | None:
        """Return the table into which a statement copies the rows of one that was set aside for it."""
        node = parsed(sql) if "INSERT" in sql else None
        if node is None or node.WhichOneof("node") != "insert_stmt":
            return None
        new = named(node.insert_stmt.relation)
        is_new = new not in self._relations.values() and any(self._leaving(node.insert_stmt, new))
        return new if is_new else None

    def _leaving(self, node: Any, new: Relation) -> Iterator[Relation]:
        """Yield the tables whose rows are copied into one that has a name which they had."""
        for each in sqltext.walk(node.select_stmt):
            if type(each).__name__ == "RangeVar":
                original = self.original(named(each))
                if new == original or new in self._former.get(original, ()):
                    yield original

    def _move(self, old: Relation, new: Relation) -> None:
        original = self.original(old)
        if original in self._relations:
            self._former.setdefault(original, set()).add(old)
            self._relations[original] = new
