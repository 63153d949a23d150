"""What checks say of the columns of unique keys: which are never NULL, which follow from others, which tell no rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from typing import Final

from designer_kernel.catalog.identifiers import quote
from designer_kernel.sample.constraints.conditions import read_all
from designer_kernel.sample.constraints.nodes import (
    Call,
    Compare,
    IsNull,
    Name,
    Not,
    names,
)
from designer_kernel.sample.planning.facts import ColumnFacts, TableFacts, UniqueRule

_FOLDS: Final = frozenset({"lower", "upper", "btrim"})


def with_implied(table: TableFacts) -> TableFacts:
    """Return a table with what checks say of the columns of its unique keys."""
    keys = {key for rule in table.uniques for key in rule.keys} & table.columns.keys()
    if not keys or not table.checks:
        return table
    texts = tuple(text for _, text in table.checks)
    copied = {column for key in table.foreign_keys for column in key.columns}
    required = never_null(texts) & keys & copied
    follows = {c: text for c, text in following(texts, table.columns).items() if c in keys and c not in copied}
    narrower = _narrower(table, texts, copied)
    if not required and not follows and not narrower:
        return table
    columns = {
        name: replace(c, not_null=c.not_null or name in required, follows=follows.get(name, ""))
        for name, c in table.columns.items()
    }
    return replace(table, columns=columns, uniques=(*table.uniques, *narrower))


def _narrower(table: TableFacts, texts: Iterable[str], copied: AbstractSet[str]) -> list[UniqueRule]:
    """Return keys without a column that a check ties to their references: those alone are to tell rows apart.

    In a closure's key (ancestor, descendant, depth) the depth follows from the two.
    """
    tied = [names(part) for part in read_all(texts)]
    found = []
    for rule in table.uniques:
        free = [key for key in rule.keys if key not in copied]
        rest = tuple(key for key in rule.keys if key in copied)
        if len(free) != 1 or len(rest) < 2 or rule.predicate or free[0] not in table.columns:
            continue
        if any(free[0] in named and len(named & set(rest)) > 1 for named in tied):
            found.append(replace(rule, keys=rest, is_primary=False))
    return found


def never_null(texts: Iterable[str]) -> frozenset[str]:
    """Return the columns of which a check says that they are not NULL."""
    return frozenset(
        part.part.part.column
        for part in read_all(texts)
        if isinstance(part, Not) and isinstance(part.part, IsNull) and isinstance(part.part.part, Name)
    )


def following(texts: Iterable[str], columns: Mapping[str, ColumnFacts]) -> dict[str, str]:
    """Return the columns that are another one in other letters, each with the expression: ``lower(username)``."""
    found: dict[str, str] = {}
    for part in read_all(texts):
        match part:
            case Compare("=", Name(column), Call(fold, (Name(source),))) | Compare(
                "=", Call(fold, (Name(source),)), Name(column)
            ) if fold in _FOLDS and column != source and source not in found:
                if _may_follow(columns.get(column), columns.get(source)):
                    found[column] = f"{fold}({quote(source)})"
    return found


def _may_follow(column: ColumnFacts | None, source: ColumnFacts | None) -> bool:
    """Whether a column has room for what it follows from, and both are plain text."""
    if column is None or source is None or column.generated or source.generated:
        return False
    if column.form.kind != "text" or source.form.kind != "text":
        return False
    room = column.form.length
    return room is None or (source.form.length is not None and source.form.length <= room)
