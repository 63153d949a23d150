"""What a database holds of a plan's tables: numbers of rows, and the values of some pages of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import psycopg
from psycopg import sql

from designer_kernel.sample.plan import ReferencePlan, TablePlan
from designer_kernel.sample.report import categories
from designer_kernel.sample.report.promised import FAN_UP_TO, MOST

_BY_KIND: Final = {
    "date": sql.SQL("extract(epoch FROM {}::timestamp)::float8"),
    "timestamp": sql.SQL("extract(epoch FROM {})::float8"),
    "integer": sql.SQL("{}::float8"),
    "numeric": sql.SQL("{}::float8"),
    "float": sql.SQL("{}::float8"),
}


def count(connection: psycopg.Connection[Any], table: TablePlan) -> int:
    """Return how many rows a table holds."""
    query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(*table.name))
    row = connection.execute(query).fetchone()
    assert row is not None
    return int(row[0])


def values(
    connection: psycopg.Connection[Any], table: TablePlan, columns: Sequence[str], rows: int
) -> dict[str, list[Any]]:
    """Return the values of some rows by column: of all rows if there are few, or of some pages."""
    if not columns or not rows:
        return {}
    shown = [_shown(table, name) for name in columns]
    share = min(100.0, 100.0 * MOST / rows)
    sample = sql.SQL("") if share >= 100 else sql.SQL(" TABLESAMPLE SYSTEM ({}) REPEATABLE (1)").format(
        sql.Literal(round(share, 4))
    )  # fmt: skip
    query = sql.SQL("SELECT {} FROM {}{} LIMIT {}").format(
        sql.SQL(", ").join(shown), sql.Identifier(*table.name), sample, sql.Literal(2 * MOST)
    )
    found = connection.execute(query).fetchall()
    return {name: [row[index] for row in found] for index, name in enumerate(columns)}


def _shown(table: TablePlan, name: str) -> sql.Composed:
    form = table.columns[name].facts.form
    column = sql.Identifier(name)
    if form.kind in _BY_KIND:
        return _BY_KIND[form.kind].format(column)
    return sql.SQL("left({}::text, {})").format(column, sql.Literal(categories.LONGEST))


def children(
    connection: psycopg.Connection[Any], table: TablePlan, reference: ReferencePlan, parents: int
) -> list[float] | None:
    """Return how many rows each parent has, those without any included; ``None`` if there are too many."""
    if parents > FAN_UP_TO:
        return None
    columns = sql.SQL(", ").join(map(sql.Identifier, reference.columns))
    query = sql.SQL("SELECT count(*)::float8 FROM {} GROUP BY {}").format(sql.Identifier(*table.name), columns)
    found = [row[0] for row in connection.execute(query).fetchall()]
    return found + [0.0] * (parents - len(found))
