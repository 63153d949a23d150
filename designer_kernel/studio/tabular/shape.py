"""What the server says of the tables in a room: the only names and types that statements about rows are made of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql

from designer_kernel.catalog import identifiers
from designer_kernel.errors import DesignerError, InvalidIdentifier
from designer_kernel.studio.refusals import BadInput, NotFound

_MODIFIER: Final = re.compile(r"\((\d+)(?:,(-?\d+))?\)")

_COLUMNS: Final = """
    WITH RECURSIVE tables AS (
      SELECT c.oid, c.relname, c.relkind FROM pg_catalog.pg_class c
      WHERE c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = %(schema)s)
        AND c.relkind IN ('r', 'p', 'v', 'm')
        AND (%(table)s::pg_catalog.text IS NULL OR c.relname = %(table)s) AND NOT c.relispartition
    ), columns AS (
      SELECT a.*, c.relname, c.relkind FROM tables c
      JOIN pg_catalog.pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    ), bases (type, base) AS (
      SELECT DISTINCT atttypid, atttypid FROM columns
      UNION ALL
      SELECT b.type, t.typbasetype FROM bases b JOIN pg_catalog.pg_type t ON t.oid = b.base WHERE t.typtype = 'd'
    ), keys AS (
      SELECT DISTINCT ON (i.indrelid) i.indrelid, (i.indkey::pg_catalog.int2[])[0:i.indnkeyatts - 1] AS key
      FROM pg_catalog.pg_index i JOIN tables c ON c.oid = i.indrelid
      WHERE i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
        AND NOT EXISTS (SELECT FROM columns a WHERE a.attrelid = i.indrelid AND NOT a.attnotnull
                        AND a.attnum = ANY ((i.indkey::pg_catalog.int2[])[0:i.indnkeyatts - 1]))
      ORDER BY i.indrelid, i.indisprimary DESC, i.indnkeyatts, i.indexrelid
    )
    SELECT a.relname, a.relkind, a.attname, tn.nspname, t.typname, an.nspname, e.typname,
           pg_catalog.format_type(a.atttypid, a.atttypmod), base.typname, a.attnotnull,
           a.atthasdef OR a.attidentity <> '', a.attidentity = 'a' OR a.attgenerated <> '',
           pg_catalog.array_position(k.key, a.attnum), base.typcategory::pg_catalog.text,
           CASE WHEN base.typtype = 'e' THEN ARRAY(
             SELECT l.enumlabel::pg_catalog.text FROM pg_catalog.pg_enum l WHERE l.enumtypid = base.oid
             ORDER BY l.enumsortorder) END
    FROM columns a
    JOIN pg_catalog.pg_type t ON t.oid = a.atttypid
    JOIN pg_catalog.pg_namespace tn ON tn.oid = t.typnamespace
    LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typarray
    LEFT JOIN pg_catalog.pg_namespace an ON an.oid = e.typnamespace
    JOIN bases b ON b.type = a.atttypid
    JOIN pg_catalog.pg_type base ON base.oid = b.base AND base.typtype <> 'd'
    LEFT JOIN keys k ON k.indrelid = a.attrelid
    ORDER BY a.relname, a.attnum
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes
    ----------
    type
        As people read it.
    base
        The name of the type below all domains.
    has_default
        Whether a new row need not say it.
    is_computed
        Whether nobody may write it.
    category
        The server's letter for types of this sort, such as ``A`` for arrays and ``S`` for text.
    labels
        Of an enum, its values in order.
    """

    name: str
    type: str
    base: str
    is_required: bool
    has_default: bool
    is_computed: bool
    own: tuple[str, str]
    array: tuple[str, str] | None
    category: str = ""
    labels: tuple[str, ...] | None = None

    @property
    def is_json(self) -> bool:
        """Whether its values are JSON documents."""
        return self.base in ("json", "jsonb")

    @property
    def sql_type(self) -> sql.Composable:
        """The type in SQL, with its length or precision."""
        found = None if "interval" in self.type else _MODIFIER.search(self.type)
        own = sql.Identifier(*self.own)
        if found is None:
            return own
        numbers = sql.SQL(", ").join(sql.Literal(int(group)) for group in found.groups() if group is not None)
        return sql.SQL("{} ({})").format(own, numbers)

    @property
    def plain_type(self) -> sql.Composable:
        """The type in SQL, of whatever length or precision: what values are compared as."""
        return sql.Identifier(*self.own)


@dataclass(frozen=True, slots=True)
class Shape:
    """A table or a view.

    Attributes
    ----------
    is_table
        Whether rows can be written.
    key
        The columns that tell rows apart: the primary key, or else another key without nulls; empty if there is none.
    """

    schema: str
    name: str
    is_table: bool
    columns: tuple[Column, ...]
    key: tuple[str, ...]

    @property
    def path(self) -> sql.Identifier:
        """The table in SQL."""
        return sql.Identifier(self.schema, self.name)

    def column(self, name: object, where: str = "") -> Column:
        """Return a column.

        Raises
        ------
        BadInput
            If there is none of this name.
        """
        found = next((column for column in self.columns if column.name == name), None)
        if found is None:
            names = ", ".join(column.name for column in self.columns)
            raise BadInput(f"{self.name} has no column {name!r}", where=where or str(name), mend=f"it has {names}")
        return found


def shapes(connection: psycopg.Connection[Any], schema: str) -> list[Shape]:
    """Return all tables and views of a room, by name."""
    return _shapes(connection.execute(_COLUMNS, {"schema": schema, "table": None}).fetchall(), schema)


def shape(
    connection: psycopg.Connection[Any], schema: str, table: str, *, missing: DesignerError | None = None
) -> Shape:
    """Return a table or a view of a schema.

    Parameters
    ----------
    missing
        What is raised instead, if there is none.

    Raises
    ------
    NotFound
        If there is none of this name.
    """
    try:
        identifiers.check(table)
        rows = connection.execute(_COLUMNS, {"schema": schema, "table": table}).fetchall()
    except InvalidIdentifier:
        rows = []
    for found in _shapes(rows, schema):
        return found
    raise missing or NotFound("there is no such table", where="table", mend="look at the tables that are deployed")


def _shapes(rows: Iterable[tuple[Any, ...]], schema: str) -> list[Shape]:
    columns: dict[tuple[str, str], list[Column]] = {}
    keys: dict[tuple[str, str], list[tuple[int, str]]] = {}
    for (
        table,
        kind,
        name,
        space,
        type_,
        array_space,
        array,
        text,
        base,
        required,
        default,
        computed,
        place,
        *kind_of,
    ) in rows:
        whole = (table, kind)
        more = (array_space, array) if array is not None else None
        category, labels = kind_of
        known = tuple(labels) if labels is not None else None
        column = Column(name, text, base, required, default, computed, (space, type_), more, category, known)
        columns.setdefault(whole, []).append(column)
        if place is not None:
            keys.setdefault(whole, []).append((place, name))
    return [
        Shape(schema, whole[0], whole[1] in "rp", tuple(held), tuple(name for _, name in sorted(keys.get(whole, []))))
        for whole, held in columns.items()
    ]
