"""Every constraint of a database, checked again on its rows by set-based queries.

PostgreSQL checks constraints as rows come in; this asks the rows that are there, so that sample data, `COPY`, disabled
triggers and constraints declared NOT VALID are all judged by the same measure.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.exclusion import Exclusion
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.kinds.unique import Unique
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.introspect import introspect
from designer_kernel.postgres.script import explained

if TYPE_CHECKING:
    import pandas as pd

    from designer_kernel.catalog.catalog import Catalog

Progress = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Question:
    """One constraint, and the query that counts the rows which break it."""

    table: tuple[str, str]
    kind: str
    name: str
    definition: str
    violations: sql.Composed


def row_counts(url: str) -> pd.DataFrame:
    """Return ``table``, ``rows`` and ``bytes`` of every table; partitions count in their parent.

    Raises
    ------
    ServerUnavailable
        If there is no connection.
    """
    import pandas as pd

    with connect(url, read_only=True) as connection:
        tables = _tables(introspect(connection))
        counts = [(_shown(table.id.path), *_size(connection, table)) for table in tables]
        connection.rollback()
    return pd.DataFrame(counts, columns=["table", "rows", "bytes"])


def verify(url: str, *, progress: Progress | None = None) -> pd.DataFrame:
    """Return every constraint with the number of rows that break it.

    Columns: ``table``, ``rows``, ``kind``, ``constraint``, ``definition``, ``violations`` and ``holds``. Everything is
    asked in one snapshot.

    Raises
    ------
    ServerUnavailable
        If there is no connection.
    StatementFailed
        If row-level security would hide rows from this role: a count of what one may see proves nothing.
    """
    import pandas as pd

    records: list[tuple[Any, ...]] = []
    with connect(url, read_only=True) as connection:
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        connection.execute("SET LOCAL row_security = off")  # an error instead of a silent part of the rows
        catalog = introspect(connection)
        tables = _tables(catalog)
        questions = [question for table in tables for question in _questions(catalog, table)]
        total = len(tables) + len(questions)
        counts: dict[tuple[str, ...], int] = {}
        for done, table in enumerate(tables):
            _tell(progress, done, total, f"counting {_shown(table.id.path)}")
            counts[table.id.path] = _size(connection, table)[0]
        for done, question in enumerate(questions, start=len(tables)):
            _tell(progress, done, total, f"checking {question.name or question.kind} of {_shown(question.table)}")
            broken = _number(connection, question.violations)
            records.append((
                _shown(question.table), counts[question.table], question.kind, question.name, question.definition,
                broken, broken == 0,
            ))  # fmt: skip
        _tell(progress, total, total, "every constraint checked")
        connection.rollback()
    columns = ["table", "rows", "kind", "constraint", "definition", "violations", "holds"]
    return pd.DataFrame(records, columns=columns)


def _tables(catalog: Catalog) -> list[Table]:
    """Return the tables that are no partitions, which hold only what their parent holds."""
    return sorted((t for t in catalog.of(Table) if t.partition_of is None), key=lambda t: t.id.path)


def _questions(catalog: Catalog, table: Table) -> Iterator[Question]:
    path = (table.schema, table.name)
    relation = sql.Identifier(*path)
    not_null = [c.name for c in catalog.parts(table.id, Column) if c.not_null]
    if not_null:
        condition = sql.SQL(" OR ").join(sql.SQL("{} IS NULL").format(sql.Identifier(name)) for name in not_null)
        yield Question(path, "not null", "", ", ".join(not_null), _count(relation, condition))
    for key in catalog.parts(table.id, PrimaryKey):
        yield Question(path, "primary key", key.name, ", ".join(key.columns), _duplicates(relation, key.columns, False))
    for unique in catalog.parts(table.id, Unique):
        wanted = _duplicates(relation, unique.columns, not unique.nulls_not_distinct)
        yield Question(path, "unique", unique.name, ", ".join(unique.columns), wanted)
    for check in catalog.parts(table.id, Check):
        expression = sqltext.expression(check.expression, where=check.name)
        condition = sql.SQL("NOT ({})").format(_raw(expression))
        yield Question(path, "check", check.name, expression, _count(relation, condition))
    for foreign in catalog.parts(table.id, ForeignKey):
        yield Question(path, "foreign key", foreign.name, _foreign_text(foreign), _orphans(relation, foreign))
    for exclusion in catalog.parts(table.id, Exclusion):
        text = ", ".join(f"{element} WITH {operator}" for element, operator in exclusion.elements)
        yield Question(path, "exclusion", exclusion.name, text, _clashes(relation, exclusion))


def _count(relation: sql.Identifier, condition: sql.Composable) -> sql.Composed:
    return sql.SQL("SELECT count(*) FROM {} WHERE {}").format(relation, condition)


def _duplicates(relation: sql.Identifier, columns: tuple[str, ...], nulls_differ: bool) -> sql.Composed:
    """Count the rows beyond the first of each group that agrees on the key."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    filled = _all_filled("", columns) if nulls_differ else sql.SQL("true")
    return sql.SQL(
        "SELECT coalesce(sum(n - 1), 0)::bigint FROM"
        " (SELECT count(*) AS n FROM {} WHERE {} GROUP BY {} HAVING count(*) > 1) AS groups"
    ).format(relation, filled, names)


def _orphans(relation: sql.Identifier, foreign: ForeignKey) -> sql.Composed:
    """Count the children without a parent; with MATCH FULL, also the keys that are half null."""
    pairs = zip(foreign.columns, foreign.referenced_columns, strict=True)
    same = sql.SQL(" AND ").join(
        sql.SQL("parent.{} = child.{}").format(sql.Identifier(theirs), sql.Identifier(ours)) for ours, theirs in pairs
    )
    orphan = sql.SQL("({} AND NOT EXISTS (SELECT FROM {} AS parent WHERE {}))").format(
        _all_filled("child", foreign.columns),
        sql.Identifier(foreign.referenced_schema, foreign.referenced_table),
        same,
    )
    if foreign.match_full:
        nulls = sql.SQL(", ").join(sql.Identifier("child", name) for name in foreign.columns)
        half = sql.SQL("num_nulls({}) BETWEEN 1 AND {}").format(nulls, sql.Literal(len(foreign.columns) - 1))
        orphan = sql.SQL("({} OR {})").format(orphan, half)
    return sql.SQL("SELECT count(*) FROM {} AS child WHERE {}").format(relation, orphan)


def _clashes(relation: sql.Identifier, exclusion: Exclusion) -> sql.Composed:
    """Count the pairs of rows that agree on every element."""
    values = sql.SQL(", ").join(
        sql.SQL("{} AS {}").format(_raw(sqltext.expression(element)), sql.Identifier(f"e{number}"))
        for number, (element, _operator) in enumerate(exclusion.elements)
    )
    predicate = _raw(sqltext.expression(exclusion.predicate)) if exclusion.predicate else sql.SQL("true")
    agree = sql.SQL(" AND ").join(
        sql.SQL("a.{} OPERATOR({}) b.{}").format(
            sql.Identifier(f"e{number}"), _operator(operator), sql.Identifier(f"e{number}")
        )
        for number, (_element, operator) in enumerate(exclusion.elements)
    )
    return sql.SQL(
        "WITH rows AS (SELECT row_number() OVER () AS number, {} FROM {} WHERE {})"
        " SELECT count(*) FROM rows AS a JOIN rows AS b ON a.number < b.number AND {}"
    ).format(values, relation, predicate, agree)


def _all_filled(alias: str, columns: tuple[str, ...]) -> sql.Composed:
    return sql.SQL(" AND ").join(
        sql.SQL("{} IS NOT NULL").format(sql.Identifier(alias, name) if alias else sql.Identifier(name))
        for name in columns
    )


def _raw(canonical: str) -> sql.SQL:
    """Take an expression that `sqltext` has parsed and printed."""
    return sql.SQL(canonical)


def _operator(operator: str) -> sql.SQL:
    """Take an operator of the server's catalog: ``&&``, or ``OPERATOR(schema.&&)``."""
    symbol = operator.removeprefix("OPERATOR(").removesuffix(")")
    sqltext.expression(" ".join(("a", "OPERATOR(" + symbol + ")", "b")))
    return sql.SQL(symbol)


def _foreign_text(foreign: ForeignKey) -> str:
    parent = _shown((foreign.referenced_schema, foreign.referenced_table))
    return f"{', '.join(foreign.columns)} → {parent} ({', '.join(foreign.referenced_columns)})"


def _size(connection: psycopg.Connection[Any], table: Table) -> tuple[int, int]:
    relation = sql.Identifier(table.schema, table.name)
    rows = _number(connection, sql.SQL("SELECT count(*) FROM {}").format(relation))
    tree = sql.SQL(
        "SELECT coalesce(sum(pg_total_relation_size(relid)), 0)::bigint FROM pg_partition_tree({}::regclass)"
    ).format(sql.Literal(relation.as_string(connection)))
    plain = sql.SQL("SELECT pg_total_relation_size({}::regclass)").format(sql.Literal(relation.as_string(connection)))
    return rows, _number(connection, tree if table.partition_by else plain)


def _number(connection: psycopg.Connection[Any], statement: sql.Composed) -> int:
    try:
        row = connection.execute(statement).fetchone()
    except psycopg.Error as error:
        raise explained(error, statement.as_string(connection), ()) from error
    assert row is not None  # every statement here is an aggregate
    return int(row[0])


def _shown(path: tuple[str, ...]) -> str:
    schema, name = path[0], path[1]
    return name if schema == "public" else f"{schema}.{name}"


def _tell(progress: Progress | None, done: int, total: int, label: str) -> None:
    if progress is not None:
        progress(done, total, label)
