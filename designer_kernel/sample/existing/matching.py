"""Rows of two tables that belong together, as SQL."""

from __future__ import annotations

from collections.abc import Iterable

from psycopg import sql


def equal(left: str, left_columns: Iterable[str], right: str, right_columns: Iterable[str]) -> sql.Composed:
    """Return the condition that columns of one alias equal those of another, one by one."""
    pairs = zip(left_columns, right_columns, strict=True)
    return sql.SQL(" AND ").join(
        sql.SQL("{} = {}").format(sql.Identifier(left, a), sql.Identifier(right, b)) for a, b in pairs
    )
