"""What a piece of SQL names: relations, functions, types and columns, found by PostgreSQL's own grammar."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import postgast

_SEQUENCE_FUNCTIONS: Final = frozenset({"nextval", "currval", "setval"})
"""Functions that take a relation, whose name may stand there without a cast."""


@dataclass(frozen=True, slots=True)
class References:
    """Names that a piece of SQL speaks of, as (schema or ``""``, name) pairs."""

    relations: frozenset[tuple[str, str]]
    functions: frozenset[tuple[str, str]]
    types: frozenset[tuple[str, str]]
    columns: frozenset[str]


@lru_cache(maxsize=16384)
def references(sql: str) -> References:
    """Return the relations, functions, types and columns that statements name; give an expression as ``SELECT …``.

    Names of common table expressions are no relations where they are in scope, as in PostgreSQL: a query of a plain
    WITH sees the queries before it, one of WITH RECURSIVE sees all.
    """
    found = _Found()
    found.visit(postgast.parse(sql), frozenset())
    return References(
        frozenset(found.relations), frozenset(found.functions), frozenset(found.types), frozenset(found.columns)
    )


class _Found:
    """What `references` has found so far."""

    def __init__(self) -> None:
        self.relations: set[tuple[str, str]] = set()
        self.functions: set[tuple[str, str]] = set()
        self.types: set[tuple[str, str]] = set()
        self.columns: set[str] = set()

    def visit(self, node: Any, queries: frozenset[str]) -> None:
        """Collect the names in a node; ``queries`` are the common table expressions in scope."""
        name = type(node).__name__
        if name == "RangeVar":
            if node.schemaname or node.relname not in queries:
                self.relations.add((node.schemaname, node.relname))
        elif name == "FuncCall":
            self.functions.add(_pair(node.funcname))
            if _pair(node.funcname)[1] in _SEQUENCE_FUNCTIONS and node.args:
                self._constant(node.args[0])
        elif name == "TypeCast" and _pair(node.type_name.names)[1] == "regclass":
            self._constant(node.arg)
        elif name == "TypeName" and node.pct_type:  # schema.table.column%TYPE
            self.relations.add(_pair(node.names[:-1]))
        elif name == "TypeName":
            self.types.add(_pair(node.names))
        elif name == "ColumnRef":
            self.columns.update([f.string.sval for f in node.fields if f.WhichOneof("node") == "string"][-1:])
        elif name == "IndexElem" and node.name:
            self.columns.add(node.name)
        children = [(field.name, value) for field, value in node.ListFields() if field.message_type is not None]
        for field, value in sorted(children, key=lambda child: child[0] != "with_clause"):
            if field == "with_clause":
                queries = self._with(value, queries)
            elif hasattr(value, "ListFields"):
                self.visit(value, queries)
            else:
                for item in value:
                    self.visit(item, queries)

    def _constant(self, node: Any) -> None:
        """Collect the relation that a constant names, ``'public.orders'::regclass``: the server binds it as a name."""
        if node.WhichOneof("node") != "a_const" or node.a_const.WhichOneof("val") != "sval":
            return
        try:
            named = postgast.parse(f"TABLE {node.a_const.sval.sval}")
        except postgast.PgQueryError:
            return  # the number of one, or no name at all
        self.visit(named, frozenset())

    def _with(self, clause: Any, queries: frozenset[str]) -> frozenset[str]:
        tables = [item.common_table_expr for item in clause.ctes]
        if clause.recursive:
            queries |= {table.ctename for table in tables}
        for table in tables:
            self.visit(table, queries)
            queries |= {table.ctename}
        return queries


def _pair(names: Any) -> tuple[str, str]:
    parts = [n.string.sval for n in names]
    return (parts[-2] if len(parts) > 1 else "", parts[-1] if parts else "")
