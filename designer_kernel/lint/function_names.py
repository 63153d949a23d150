"""Relations that the body of a function reads or writes, as far as its language lets them be seen."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

import postgast
from google.protobuf.message import DecodeError

from designer_kernel.catalog import sqltext


@lru_cache(maxsize=1024)
def relations_of(definition: str) -> frozenset[tuple[str, str]]:
    """Return the (schema or ``""``, name) pairs of relations that a function's statements name.

    Bodies in SQL are read whole, bodies in PL/pgSQL statement by statement; other languages, and dynamic SQL, tell
    nothing. What cannot be parsed is left to PostgreSQL, which says so when the function is created.
    """
    node = postgast.parse(definition).stmts[0].stmt.create_function_stmt
    options = {option.def_elem.defname: option.def_elem.arg for option in node.options}
    language = options["language"].string.sval.lower() if "language" in options else "sql"
    found: set[tuple[str, str]] = set()
    own: set[str] = set()
    for statement in _statements(definition, options, language):
        tree = _parsed(statement)
        for one in sqltext.walk(tree) if tree is not None else ():
            kind = type(one).__name__
            if kind == "RangeVar":
                found.add((one.schemaname, one.relname))
            elif kind == "CommonTableExpr":
                own.add(one.ctename)
            elif kind == "CreateStmt":
                own.add(one.relation.relname)
            elif kind == "IntoClause":
                own.add(one.rel.relname)
    return frozenset(pair for pair in found if pair[0] or pair[1] not in own)


def _parsed(statement: str) -> Any:
    """Return the parse tree of a statement or, as PL/pgSQL has them too, an expression; ``None`` if it is neither."""
    for text in (statement, f"SELECT {statement}"):
        try:
            return postgast.parse(text)
        except (postgast.PgQueryError, DecodeError):
            continue
    return None


def _statements(definition: str, options: dict[str, Any], language: str) -> Iterator[str]:
    if language == "sql" and "as" in options:
        yield options["as"].list.items[0].string.sval
    elif language == "plpgsql":
        try:
            yield from _expressions(postgast.parse_plpgsql(definition))
        except (postgast.PgQueryError, json.JSONDecodeError):
            return  # the parser's account of some declarations is not valid JSON


def _expressions(node: Any) -> Iterator[str]:
    """Yield the statements and expressions of a PL/pgSQL parse tree, one by one."""
    if isinstance(node, dict):
        query = node.get("PLpgSQL_expr", {}).get("query")
        if query:
            yield query
        for value in node.values():
            yield from _expressions(value)
    elif isinstance(node, list):
        for value in node:
            yield from _expressions(value)
