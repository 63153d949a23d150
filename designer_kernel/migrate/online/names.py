"""Names that the server chooses by itself: of the indexes of partitions, of constraints that are given none.

Source: ``makeObjectName``, ``ChooseIndexColumnNames`` and ``FigureIndexColname`` in PostgreSQL's sources.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from designer_kernel.catalog.identifiers import MAX_BYTES
from designer_kernel.migrate.online.way import parsed

_WORDS: Final = {
    "coalesce_expr": "coalesce",
    "case_expr": "case",
    "a_array_expr": "array",
    "row_expr": "row",
}
"""What the server calls the column of an expression that has no name of its own."""


def chosen_name(table: str, middle: str, label: str) -> str:
    """Return the name that the server makes of a table, of columns (or nothing) and of a label."""
    room = MAX_BYTES - len(label.encode()) - 1 - (1 if middle else 0)
    first, second = table.encode(), middle.encode()
    long = [len(first), len(second)]
    while sum(long) > room:
        long[0 if long[0] > long[1] else 1] -= 1
    head = first[: long[0]].decode("utf-8", "ignore")
    tail = second[: long[1]].decode("utf-8", "ignore")
    return f"{head}_{tail}_{label}" if middle else f"{head}_{label}"


def index_columns(keys: Iterable[str], include: Iterable[str] = ()) -> str:
    """Return the columns of an index as they stand in the name that the server chooses for one like it."""
    found: list[str] = []
    for key in [*map(_column, keys), *include]:
        name, number = key, 0
        while name in found:
            number += 1
            name = f"{key}{number}"
        found.append(name)
    return "_".join(found)


def _column(key: str) -> str:
    _, node = parsed(f"CREATE INDEX ON t ({key})")
    if node is None:
        return "expr"
    element = node.index_params[0].index_elem
    return element.name or _named(element.expr) or "expr"


def _named(node: Any) -> str:
    """Return what an expression is called, empty if it has no name."""
    kind = node.WhichOneof("node")
    if kind == "column_ref":
        return str(node.column_ref.fields[-1].string.sval)
    if kind == "func_call":
        return str(node.func_call.funcname[-1].string.sval)
    if kind == "collate_clause":
        return _named(node.collate_clause.arg)
    if kind == "type_cast":
        return _named(node.type_cast.arg) or str(node.type_cast.type_name.names[-1].string.sval)
    if kind == "case_expr":
        return _named(node.case_expr.defresult) or "case"
    return _WORDS.get(kind, "")
