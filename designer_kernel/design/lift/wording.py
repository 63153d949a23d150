"""Two ways to write the same SQL: servers of different versions word it differently."""

from __future__ import annotations

from dataclasses import fields
from functools import cache, lru_cache
from typing import Any

import postgast
from google.protobuf.message import DecodeError

from designer_kernel.catalog import entries, sqltext
from designer_kernel.catalog.kinds import kinds_by_name
from designer_kernel.catalog.objects import CatalogObject


def is_worded_alike(fact: CatalogObject, other: CatalogObject) -> bool:
    """Whether two facts are equal but for the wording of their SQL."""
    if entries.is_same(fact, other):
        return True
    if fact.kind != other.kind:
        return False
    differing = entries.differing_fields(fact, other)
    return bool(differing) and all(
        name in _texts(fact.kind) and is_same_sql(getattr(fact, name), getattr(other, name)) for name in differing
    )


@cache
def _texts(kind: str) -> frozenset[str]:
    return frozenset(field.name for field in fields(kinds_by_name()[kind]) if field.metadata.get("sql"))


def is_same_sql(one: Any, other: Any) -> bool:
    """Whether two texts, or lists of texts, parse to the same trees."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(is_same_sql, one, other))
    if one == other or not isinstance(one, str) or not isinstance(other, str):
        return bool(one == other)
    trees = _tree(one), _tree(other)
    return None not in trees and sqltext.same_tree(*trees)


@lru_cache(maxsize=1024)
def _tree(text: str) -> Any:
    """Return what a query or an expression is parsed to; ``None`` if it is neither.

    Where there is one table only, its name before a column says nothing; before version 16 servers wrote it.
    """
    for sql in (text, f"SELECT {text}"):
        try:
            tree = postgast.parse(sql)
        except (postgast.PgQueryError, DecodeError):
            continue
        nodes = list(sqltext.walk(tree))
        if sum(type(node).__name__ in {"RangeVar", "SelectStmt", "RangeFunction"} for node in nodes) <= 2:
            for node in nodes:
                if type(node).__name__ == "ColumnRef" and len(node.fields) == 2 and sql is text:
                    del node.fields[0]
        return tree
    return None
