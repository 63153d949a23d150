"""Columns without a name, where the server tells them in words that would give them one.

``EXISTS (SELECT 'x')`` is told as ``EXISTS ( SELECT 'x'::text)``, whose column would be called ``text``, and would be
told as ``'x'::text AS text`` from then on. Only where nobody can see the names, in a subquery of an expression, does
the server leave out that a column has none; so only there is it said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

import postgast

from designer_kernel.catalog.spelling import UNPARSED

_SUSPECT: Final = re.compile(r"('|\bNULL)::", re.IGNORECASE)
_SELECT: Final = re.compile(r"\bSELECT\b", re.IGNORECASE)
_NAME: Final = b' AS "?column?"'

_TOKENS: Final = postgast.pg_query_pb2.Token
_OPENING: Final = frozenset({_TOKENS.ASCII_40, _TOKENS.ASCII_91})
_CLOSING: Final = frozenset({_TOKENS.ASCII_41, _TOKENS.ASCII_93})
_ENDS: Final = frozenset({
    _TOKENS.ASCII_44, _TOKENS.ASCII_59, _TOKENS.FROM, _TOKENS.INTO, _TOKENS.WHERE, _TOKENS.GROUP_P, _TOKENS.HAVING,
    _TOKENS.WINDOW, _TOKENS.UNION, _TOKENS.INTERSECT, _TOKENS.EXCEPT, _TOKENS.ORDER, _TOKENS.LIMIT, _TOKENS.OFFSET,
    _TOKENS.FETCH, _TOKENS.FOR,
})  # fmt: skip
"""Words and signs that may follow a cast of a constant in a list of columns."""


@lru_cache(maxsize=4096)
def named(sql: str, before: str = "") -> str:
    """Return SQL in which columns that nobody sees, and that are casts of constants, are said to have no name.

    Parameters
    ----------
    sql
        What may hold subqueries: a query, a statement, or an expression.
    before
        What stands before it to make it a statement: ``SELECT WHERE`` for an expression.
    """
    if not _SUSPECT.search(sql) or not _SELECT.search(sql):
        return sql
    text = f"{before} {sql}" if before else sql
    try:
        places = sorted(_unnamed(postgast.parse(text), hidden=False))
        ends = [end for place in places if (end := _end(text, place)) is not None]
    except UNPARSED:
        return sql
    written = text.encode()
    for end in reversed(ends):
        written = written[:end] + _NAME + written[end:]
    return written.decode()[len(text) - len(sql) :]


def _unnamed(node: Any, *, hidden: bool) -> Iterator[int]:
    """Yield where the columns begin whose names nobody sees and that would be named after the type of a cast."""
    kind = type(node).__name__
    if kind == "ResTarget" and not node.name:
        if hidden and _is_cast(node.val):
            yield node.location
        # The column has the name of its subquery's, so that both are seen or none.
        if node.val.WhichOneof("node") == "sub_link" and not hidden:
            yield from _unnamed(node.val.sub_link.subselect, hidden=node.val.sub_link.sub_link_type != _EXPRESSION)
            return
    inner = hidden if kind in {"SelectStmt", "Node", "ResTarget"} else kind == "SubLink"
    for field, value in node.ListFields():
        if field.message_type is None:
            continue
        below = _is_hidden(kind, field.name, inner)
        for part in value if field.is_repeated else (value,):
            yield from _unnamed(part, hidden=below)


_EXPRESSION: Final = postgast.pg_query_pb2.SubLinkType.EXPR_SUBLINK


def _is_hidden(kind: str, field: str, inner: bool) -> bool:
    """Whether nobody sees the names of the columns of a query that stands in this field of a node."""
    if kind == "SelectStmt":
        return inner and field in {"target_list", "larg", "rarg"}
    return inner or (kind == "InsertStmt" and field == "select_stmt")


def _is_cast(value: Any) -> bool:
    """Whether an expression is the cast of a constant, with or without a collation."""
    kind = value.WhichOneof("node")
    if kind == "collate_clause":
        return _is_cast(value.collate_clause.arg)
    return kind == "type_cast" and bool(value.type_cast.arg.WhichOneof("node") == "a_const")


def _end(text: str, place: int) -> int | None:
    """Return where the column ends that begins at a place, both in bytes, or ``None`` if it cannot be told."""
    depth, last = 0, None
    for token in postgast.scan(text).tokens:
        if token.start < place:
            continue
        depth += (token.token in _OPENING) - (token.token in _CLOSING)
        if depth < 0 or (depth == 0 and token.token in _ENDS):
            return last
        last = token.end
    return last


def output_columns(query: str) -> tuple[str, ...]:
    """Return the names of a query's columns, as the server tells the query; empty if that cannot be seen."""
    try:
        select = postgast.parse(query).stmts[0].stmt.select_stmt
    except UNPARSED:
        return ()
    while select.HasField("larg"):
        select = select.larg
    targets = [item.res_target for item in select.target_list]
    names = tuple(target.name or _last_field(target.val.column_ref) for target in targets)
    return names if all(names) else ()


def _last_field(reference: Any) -> str:
    return str(reference.fields[-1].string.sval) if reference.fields else ""
