"""Reading parse trees: names, words of enumerations."""

from __future__ import annotations

from functools import cache
from typing import Any

import postgast

from designer_kernel.catalog import sqltext, types
from designer_kernel.errors import InvalidSql
from designer_kernel.migrate.effects.locks import Relation


def named(node: Any) -> Relation:
    """Return the relation that a range variable names."""
    return (node.schemaname or "public", node.relname)


def items(node: Any) -> tuple[str, ...]:
    """Return the parts of a dotted name, whichever of the grammar's nodes it stands in."""
    kind = node.WhichOneof("node")
    inner = getattr(node, kind)
    if kind == "string":
        return (inner.sval,)
    field = {"list": "items", "type_name": "names", "object_with_args": "objname"}.get(kind)
    return tuple(part.string.sval for part in getattr(inner, field)) if field else ()


def relation_of(path: tuple[str, ...]) -> Relation:
    """Return the relation of a dotted name; one without a schema is in ``public``."""
    return (path[-2] if len(path) > 1 else "public", path[-1])


def word(value: int, enum: str) -> str:
    """Return the name of a value of an enumeration of the grammar."""
    return _values(enum)[value]


@cache
def _values(enum: str) -> dict[int, str]:
    described = postgast.pg_query_pb2.DESCRIPTOR.enum_types_by_name[enum]
    return {number: str(value.name) for number, value in described.values_by_number.items()}


def definition(action: Any) -> Any:
    """Return what an action of ``ALTER TABLE`` defines: the field has the name of a word of Python."""
    return getattr(action, "def")


def type_of(node: Any) -> str:
    """Return the name of a type as the server prints it; empty if it is none that a column can have."""
    tree = postgast.parse("SELECT NULL::int")
    cast = tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val.type_cast
    cast.type_name.CopyFrom(node)
    try:
        return types.canonical(sqltext.deparse(tree).removeprefix("SELECT NULL::"))
    except InvalidSql:
        return ""
