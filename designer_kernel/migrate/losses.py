"""What a plan or a raw script would lose: told by name, so that each loss can be allowed by its name.

The text of a script alone tells what it says openly. What a cascade takes along, or what a block does inside, only a
server can tell, see `designer_kernel.migrate.scripts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import postgast
from google.protobuf.message import DecodeError

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import InvalidSql
from designer_kernel.migrate.steps import Plan


@dataclass(frozen=True, slots=True)
class Loss:
    """Rows or values that would be lost.

    Attributes
    ----------
    on
        What loses them.
    reason
        What would be lost.
    rows
        About how many rows; -1 if nobody has asked.
    line
        Where a script says so, from 1; 0 for a plan, or where no line of a script does.
    """

    on: ObjectId
    reason: str
    rows: int = -1
    line: int = 0

    @property
    def names(self) -> tuple[str, str]:
        """What the loss may be allowed by: ``column shop.items.qty`` or ``shop.items.qty``."""
        return str(self.on), ".".join(self.on.path)

    def __str__(self) -> str:
        rows = f", about {self.rows:,} rows" if self.rows >= 0 else ""
        return f"{self.on}: {self.reason}{rows}{f' (line {self.line})' if self.line else ''}"


def losses_of(plan: Plan) -> tuple[Loss, ...]:
    """Return what a plan loses on the way up, one by one."""
    found: dict[ObjectId, Loss] = {}
    for step in plan.up:
        for hazard in step.hazards:
            if hazard.name == "data_loss" and hazard.on not in found:
                found[hazard.on] = Loss(hazard.on, hazard.reason, step.rows)
    return tuple(found.values())


class Piece(NamedTuple):
    """One statement of a script: its text, its parse node and its line."""

    sql: str
    node: Any
    line: int


def pieces(text: str) -> list[Piece]:
    """Return the statements of a script.

    Raises
    ------
    InvalidSql
        If PostgreSQL's grammar does not understand it.
    """
    try:
        parsed = postgast.parse(text)
    except (postgast.PgQueryError, DecodeError, ValueError) as error:
        position = getattr(error, "cursorpos", 0) or 0
        raise InvalidSql(
            f"the script cannot be read: {getattr(error, 'message', error)}",
            where=f"line {text.count(chr(10), 0, max(position - 1, 0)) + 1}" if position else "",
            mend="correct the SQL; commands of psql and rows of COPY belong in no script that is run here",
        ) from error
    encoded, found = text.encode(), []
    for each in parsed.stmts:
        start = each.stmt_location
        whole = encoded[start : start + each.stmt_len if each.stmt_len else len(encoded)].decode()
        line = encoded.count(b"\n", 0, start) + 1 + _blank_lines(whole)
        found.append(Piece(whole.strip(), each.stmt, line))
    return found


def _blank_lines(text: str) -> int:
    """Return how many lines of white space and comments a statement begins with."""
    comments = {postgast.pg_query_pb2.Token.SQL_COMMENT, postgast.pg_query_pb2.Token.C_COMMENT}
    first = next((token.start for token in postgast.scan(text).tokens if token.token not in comments), 0)
    return text.encode().count(b"\n", 0, first)


def losses_of_script(text: str) -> tuple[Loss, ...]:
    """Return what a raw script loses, as far as its own words tell; unqualified names are those of ``public``.

    Raises
    ------
    InvalidSql
        If PostgreSQL's grammar does not understand it.
    """
    found: dict[ObjectId, Loss] = {}
    for piece in pieces(text):
        for on, reason in _said(piece.node, piece.line):
            found.setdefault(on, Loss(on, reason, line=piece.line))
    return tuple(found.values())


def _said(statement: Any, line: int) -> Iterator[tuple[ObjectId, str]]:
    kind = statement.WhichOneof("node")
    rule = _RULES.get(kind)
    if rule is not None:
        yield from rule(getattr(statement, kind), line)
    for node in sqltext.walk(statement):
        if type(node).__name__ == "DeleteStmt" and not _chooses(node):
            yield _relation(node.relation), "all its rows are deleted"


def _chooses(delete: Any) -> bool:
    """Whether a DELETE has a condition that may spare a row."""
    if not delete.HasField("where_clause"):
        return False
    return any(type(node).__name__ in _CHOOSING for node in sqltext.walk(delete.where_clause))


_CHOOSING: Final = frozenset({"ColumnRef", "SubLink", "ParamRef", "CurrentOfExpr"})
"""Parse nodes by which a condition may differ from row to row."""


def _relation(node: Any) -> ObjectId:
    return ObjectId("relation", (node.schemaname or "public", node.relname))


def _path(wrapped: Any) -> tuple[str, ...]:
    kind = wrapped.WhichOneof("node")
    if kind == "string":
        return (wrapped.string.sval,)
    names = wrapped.list.items if kind == "list" else wrapped.type_name.names if kind == "type_name" else ()
    return tuple(name.string.sval for name in names)


def _drop(node: Any, line: int) -> Iterator[tuple[ObjectId, str]]:
    kind = _name(node.remove_type, "ObjectType")
    cascades = _name(node.behavior, "DropBehavior") == "DROP_CASCADE"
    for wrapped in node.objects:
        path = _path(wrapped)
        if kind == "OBJECT_TABLE":
            yield ObjectId("relation", path if len(path) > 1 else ("public", *path)), "its rows go"
        elif kind == "OBJECT_SCHEMA" and cascades:
            yield ObjectId("schema", path), "all its tables go, with their rows"
        elif kind in {"OBJECT_TYPE", "OBJECT_DOMAIN"} and cascades:
            yield ObjectId("type", path if len(path) > 1 else ("public", *path)), "all columns of this type go"
        elif kind == "OBJECT_EXTENSION" and cascades:
            yield ObjectId("extension", path), "all columns of its types go, and its tables"


def _truncate(node: Any, line: int) -> Iterator[tuple[ObjectId, str]]:
    others = _name(node.behavior, "DropBehavior") == "DROP_CASCADE"
    reason = "all its rows go" + (", and those of all tables that refer to it" if others else "")
    yield from ((_relation(wrapped.range_var), reason) for wrapped in node.relations)


def _alter_table(node: Any, line: int) -> Iterator[tuple[ObjectId, str]]:
    kind = "composite_attribute" if _name(node.objtype, "ObjectType") == "OBJECT_TYPE" else "column"
    for wrapped in node.cmds:
        if _name(wrapped.alter_table_cmd.subtype, "AlterTableType") == "AT_DropColumn":
            yield ObjectId(kind, (*_relation(node.relation).path, wrapped.alter_table_cmd.name)), "its values go"


def _drop_database(node: Any, line: int) -> Iterator[tuple[ObjectId, str]]:
    yield ObjectId("database", (node.dbname,)), "everything in it goes"


def _drop_owned(node: Any, line: int) -> Iterator[tuple[ObjectId, str]]:
    yield from ((ObjectId("owned", (wrapped.role_spec.rolename,)), "all that it owns goes") for wrapped in node.roles)


def _block(node: Any, line: int) -> Iterator[tuple[ObjectId, str]]:
    for wrapped in node.args:
        if wrapped.def_elem.defname == "as" and _is_opaque(wrapped.def_elem.arg.string.sval):
            yield ObjectId("block", (f"line {line}",)), "what it takes away cannot be seen"


def _call(node: Any, line: int) -> Iterator[tuple[ObjectId, str]]:
    path = tuple(name.string.sval for name in node.funccall.funcname)
    yield ObjectId("call", path if len(path) > 1 else ("public", *path)), "what it takes away cannot be seen"


def _function(node: Any, line: int) -> Iterator[tuple[ObjectId, str]]:
    path = tuple(name.string.sval for name in node.funcname)
    for wrapped in node.options:
        if wrapped.def_elem.defname != "as":
            continue
        for body in wrapped.def_elem.arg.list.items:
            if _is_opaque(body.string.sval):
                reason = "what it takes away when it is called cannot be seen"
                yield ObjectId("function", path if len(path) > 1 else ("public", *path)), reason


def _is_opaque(body: str) -> bool:
    """Whether the body of a block or function may take something away, by its words."""
    words = postgast.pg_query_pb2.Token
    try:
        return any(token.token in {words.DROP, words.TRUNCATE, words.DELETE_P, words.EXECUTE}
                   for token in postgast.scan(body).tokens)  # fmt: skip
    except postgast.PgQueryError:
        return True


def _name(value: int, enum: str) -> str:
    found: str = postgast.pg_query_pb2.DESCRIPTOR.enum_types_by_name[enum].values_by_number[value].name
    return found


_RULES: Final[dict[str, Callable[[Any, int], Iterator[tuple[ObjectId, str]]]]] = {
    "drop_stmt": _drop,
    "truncate_stmt": _truncate,
    "alter_table_stmt": _alter_table,
    "dropdb_stmt": _drop_database,
    "drop_owned_stmt": _drop_owned,
    "do_stmt": _block,
    "call_stmt": _call,
    "create_function_stmt": _function,
}
