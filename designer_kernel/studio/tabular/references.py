"""Where rows refer to others: foreign keys, and how the rows that they lead to are called by people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql

from designer_kernel.studio.tabular.shape import Column, Shape
from designer_kernel.studio.tabular.statements import Given

MOST_FOUND: Final = 30
"""Rows that a search gives."""

_LONGEST: Final = 120
"""Characters of a label."""

_TEXTS: Final = frozenset({"text", "varchar", "bpchar", "name", "citext"})
_NAMES: Final = (
    "name", "title", "label", "full_name", "display_name", "username", "email", "code", "slug", "sku", "number",
    "subject", "headline", "description",
)  # fmt: skip
"""What columns are called by which people know a row, the best first."""

_TEXT: Final = sql.SQL("pg_catalog.text")

_REFERENCES: Final = """
    SELECT k.conname, n.nspname, c.relname,
           ARRAY(SELECT a.attname::pg_catalog.text FROM pg_catalog.unnest(k.conkey) WITH ORDINALITY AS p (no, place)
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = p.no ORDER BY p.place),
           ARRAY(SELECT a.attname::pg_catalog.text FROM pg_catalog.unnest(k.confkey) WITH ORDINALITY AS p (no, place)
                 JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = p.no ORDER BY p.place)
    FROM pg_catalog.pg_constraint k
    JOIN pg_catalog.pg_class c ON c.oid = k.confrelid
    JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE k.contype = 'f' AND k.conparentid = 0 AND k.conrelid = %s::pg_catalog.text::pg_catalog.regclass
    ORDER BY pg_catalog.cardinality(k.conkey), k.conname
"""

_UNIQUE: Final = """
    SELECT a.attname FROM pg_catalog.pg_index i
    JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
    WHERE i.indrelid = %s::pg_catalog.text::pg_catalog.regclass AND i.indisunique AND i.indnkeyatts = 1
      AND i.indpred IS NULL
    ORDER BY a.attnum
"""


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: the columns of a table, and those of the table that they lead to, in the same order."""

    name: str
    schema: str
    table: str
    columns: tuple[str, ...]
    parent_columns: tuple[str, ...]

    def shown_at(self, others: Sequence[Reference]) -> str:
        """Return the column at which the row is shown that this leads to: one that no other foreign key has."""
        shared = {name for other in others if other is not self for name in other.columns}
        own = [name for name in self.columns if name not in shared]
        return (own or list(self.columns))[-1]


@dataclass(frozen=True, slots=True)
class Found:
    """A row that a foreign key may lead to: the values of its columns as text, and how people call it."""

    key: tuple[str, ...]
    label: str


def references(connection: psycopg.Connection[Any], shape: Shape) -> tuple[Reference, ...]:
    """Return the foreign keys of a table."""
    rows = connection.execute(_REFERENCES, [shape.path.as_string()]).fetchall()
    return tuple(Reference(name, space, table, tuple(own), tuple(there)) for name, space, table, own, there in rows)


def label_of(connection: psycopg.Connection[Any], parent: Shape) -> str | None:
    """Return the column by which people know rows of a table, if there is one: a usual name, or text that is unique."""
    texts = [column.name for column in parent.columns if column.base in _TEXTS]
    named = next((name for name in _NAMES if name in texts), None)
    if named is not None:
        return named
    unique = [name for (name,) in connection.execute(_UNIQUE, [parent.path.as_string()]).fetchall() if name in texts]
    ending = [name for name in texts if name.endswith(("_name", "_title"))]
    return next(iter([*ending, *unique, *texts]), None)


def labelling(
    parent: Shape, columns: Sequence[str], label: str | None, keys: Sequence[Sequence[Any]]
) -> tuple[sql.Composable, Any]:
    """Return the statement that gives the labels of some rows, and its document: a list of objects."""
    types = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(f"p{n}"), parent.column(name).plain_type)
        for n, name in enumerate(columns)
    )
    same = sql.SQL(" AND ").join(
        sql.SQL("{} = {}").format(sql.Identifier("t", name), sql.Identifier("g", f"p{n}"))
        for n, name in enumerate(columns)
    )
    statement = sql.SQL(
        "SELECT {told} FROM pg_catalog.jsonb_to_recordset($1) AS g ({types}) JOIN {table} AS t ON {same}"
    ).format(told=_told(columns, label), types=types, table=parent.path, same=same)
    return statement, [{f"p{n}": value for n, value in enumerate(key)} for key in keys]


def searching(
    parent: Shape, columns: Sequence[str], label: str | None, text: str, within: Mapping[str, Any]
) -> tuple[sql.Composable, dict[str, Any]]:
    """Return the statement that looks for rows by their label or key, and its values.

    Parameters
    ----------
    text
        What is looked for: a part of the label, or the beginning of a value of the key. Nothing finds the first rows.
    within
        Values that some columns must have.
    """
    given = Given()
    conditions: list[sql.Composable] = [
        sql.SQL("{} = {}").format(sql.Identifier("t", name), given.add(value, parent.column(name).plain_type))
        for name, value in within.items()
    ]
    if text:
        escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        ways = [_like(parent.column(name), given.add(f"{escaped}%", _TEXT)) for name in columns if name not in within]
        if label is not None:
            ways.append(_like(parent.column(label), given.add(f"%{escaped}%", _TEXT)))
        conditions.append(sql.SQL("({})").format(sql.SQL(" OR ").join(ways)) if ways else sql.SQL("true"))
    order = list(dict.fromkeys([*([label] if label else []), *columns]))
    statement = sql.SQL(
        "WITH {given} SELECT {told} FROM {table} AS t WHERE {conditions} ORDER BY {order} LIMIT {limit}"
    )
    return statement.format(
        given=given.clause,
        told=_told(columns, label),
        table=parent.path,
        conditions=sql.SQL(" AND ").join(conditions) if conditions else sql.SQL("true"),
        order=sql.SQL(", ").join(sql.Identifier("t", name) for name in order),
        limit=sql.Literal(MOST_FOUND),
    ), given.values


def _like(column: Column, pattern: sql.Composable) -> sql.Composable:
    return sql.SQL("{}::pg_catalog.text ILIKE {}").format(sql.Identifier("t", column.name), pattern)


def _told(columns: Sequence[str], label: str | None) -> sql.Composable:
    keys = sql.SQL(", ").join(sql.SQL("{}::pg_catalog.text").format(sql.Identifier("t", name)) for name in columns)
    shown: sql.Composable = sql.SQL("NULL::pg_catalog.text")
    if label is not None:
        shown = sql.SQL("pg_catalog.left({}::pg_catalog.text, {})").format(
            sql.Identifier("t", label), sql.Literal(_LONGEST)
        )
    return sql.SQL("pg_catalog.jsonb_build_object('k', pg_catalog.jsonb_build_array({}), 'l', {})").format(keys, shown)


def found(row: Mapping[str, Any]) -> Found:
    """Return a row that `labelling` or `searching` gave."""
    return Found(tuple(row["k"]), row["l"] or "")
