"""Schema-qualifying the names in SQL, so that it means the same whatever the session's ``search_path`` is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import postgast

from designer_kernel.catalog.sqltext import deparse, walk


@dataclass(frozen=True, slots=True)
class Names:
    """Where unqualified names live: for each kind of name, the schema that it is found in."""

    relations: Mapping[str, str]
    functions: Mapping[str, str]
    types: Mapping[str, str]


def qualify(sql: str, names: Names) -> str:
    """Return a statement with every known unqualified relation, function and type qualified; canonical SQL in and out.

    Names of common table expressions are left alone, since they hide relations of the same name.
    """
    tree = postgast.parse(sql)
    hidden = {node.ctename for node in walk(tree) if type(node).__name__ == "CommonTableExpr"}
    changed = False
    for node in walk(tree):
        kind = type(node).__name__
        if kind == "RangeVar" and not node.schemaname and node.relname not in hidden:
            schema = names.relations.get(node.relname)
            if schema:
                node.schemaname = schema
                changed = True
        elif kind == "FuncCall":
            changed |= _prefix(node.funcname, names.functions)
        elif kind == "TypeName":
            changed |= _prefix(node.names, names.types)
    return deparse(tree) if changed else sql


def qualify_expression(sql: str, names: Names) -> str:
    """Return one expression with its names qualified, see `qualify`."""
    return qualify(f"SELECT {sql}", names).removeprefix("SELECT ")


def _prefix(parts: Any, schemas: Mapping[str, str]) -> bool:
    if len(parts) != 1:
        return False
    name = parts[0].string.sval
    schema = schemas.get(name)
    if not schema:
        return False
    del parts[:]
    parts.add().string.sval = schema
    parts.add().string.sval = name
    return True
