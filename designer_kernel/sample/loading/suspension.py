"""Constraints, indexes and triggers taken off for the time of a load, and put back exactly as they were.

Foreign keys checked row by row during COPY cost five times what adding them afterwards does (42,000 rows a second
against 231,000 on the machine that we measured). So inside the one transaction of a fill they are dropped, and added
again from the server's own definitions, which validates every row. Whatever fails on the way, the transaction rolls
back to the state before. What cannot be put back exactly (an index that others lean on, with its own tablespace, that
replication uses…) stays where it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, LiteralString

import psycopg
from psycopg import sql

from designer_kernel.sample.loading.target import TargetTable, identifier
from designer_kernel.sample.plan import Plan
from designer_kernel.sample.planning.facts import TableName

WORTHWHILE: Final = 20_000
"""Rows from which on a table's own keys and indexes are built afterwards instead of kept up row by row."""

_FOREIGN_KEYS: Final[LiteralString] = """
    SELECT k.oid, n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid), obj_description(k.oid, 'pg_constraint')
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE k.contype = 'f' AND k.conparentid = 0 AND k.conrelid = ANY (%(owned)s) AND k.confrelid = ANY (%(owned)s)
      AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgconstraint = k.oid AND t.tgenabled <> 'O')
    ORDER BY 2, 3, 4
"""
_CONSTRAINTS: Final[LiteralString] = """
    SELECT k.oid, n.nspname, c.relname, k.conname, pg_get_constraintdef(k.oid), obj_description(k.oid, 'pg_constraint')
    FROM pg_constraint k JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_index i ON i.indexrelid = k.conindid JOIN pg_class ic ON ic.oid = i.indexrelid
    WHERE k.contype IN ('p', 'u', 'x') AND k.conrelid = ANY (%(large)s) AND c.relkind = 'r' AND NOT c.relispartition
      AND i.indisvalid AND NOT i.indisclustered AND NOT i.indisreplident AND ic.reltablespace = 0
      AND ic.reloptions IS NULL AND obj_description(ic.oid, 'pg_class') IS NULL
      AND NOT (c.relreplident = 'd' AND k.contype = 'p' AND EXISTS (SELECT FROM pg_publication))
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_constraint'::regclass AND d.refobjid = k.oid
                      AND d.deptype = 'n')
      AND NOT EXISTS (SELECT FROM pg_constraint f
                      WHERE f.contype = 'f' AND f.conindid = k.conindid AND f.oid <> ALL (%(dropped)s))
    ORDER BY 2, 3, 4
"""
_INDEXES: Final[LiteralString] = """
    SELECT ic.oid, n.nspname, c.relname, ic.relname, pg_get_indexdef(ic.oid), obj_description(ic.oid, 'pg_class')
    FROM pg_index i JOIN pg_class ic ON ic.oid = i.indexrelid
    JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE i.indrelid = ANY (%(large)s) AND c.relkind = 'r' AND NOT c.relispartition
      AND i.indisvalid AND NOT i.indisclustered AND NOT i.indisreplident AND ic.reltablespace = 0
      AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = ic.oid)
      AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.refclassid = 'pg_class'::regclass AND d.refobjid = ic.oid)
      AND NOT EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = ic.oid AND a.attstattarget > 0)
    ORDER BY 2, 3, 4
"""
_TRIGGERS: Final[LiteralString] = """
    SELECT n.nspname, c.relname, t.tgname, t.tgenabled::text
    FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'
      AND (c.oid = ANY (%(filled)s) OR c.oid IN (SELECT relid FROM unnest(%(filled)s::oid[]) f, pg_partition_tree(f)))
    ORDER BY 1, 2, 3
"""
_ENABLE: Final[dict[str, LiteralString]] = {"O": "ENABLE", "A": "ENABLE ALWAYS", "R": "ENABLE REPLICA"}


@dataclass(frozen=True, slots=True)
class Suspended:
    """A constraint or index that was dropped, with what makes it again."""

    oid: int
    table: TableName
    name: str
    definition: str
    comment: str | None
    is_index: bool

    @property
    def label(self) -> str:
        """The qualified name of the table, and the own name."""
        return f"{'.'.join(self.table)}.{self.name}"

    def restore(self, connection: psycopg.Connection[Any]) -> None:
        """Create it again; the server checks every row."""
        name = sql.Identifier(self.name)
        if self.is_index:
            connection.execute(self.definition.encode())  # the server's own text
            place: sql.Composable = sql.SQL("INDEX {}").format(sql.Identifier(self.table[0], self.name))
        else:
            statement = sql.SQL("ALTER TABLE {} ADD CONSTRAINT {} ").format(identifier(self.table), name)
            connection.execute(statement.as_bytes(connection) + self.definition.encode())
            place = sql.SQL("CONSTRAINT {} ON {}").format(name, identifier(self.table))
        if self.comment is not None:
            connection.execute(sql.SQL("COMMENT ON {} IS {}").format(place, sql.Literal(self.comment)))


@dataclass(frozen=True, slots=True)
class Suspension:
    """What was taken off: keys and indexes first, then foreign keys, in the order in which they come back."""

    indexes: tuple[Suspended, ...]
    foreign_keys: tuple[Suspended, ...]
    triggers: tuple[tuple[TableName, str, str], ...]

    def enable_triggers(self, connection: psycopg.Connection[Any]) -> None:
        """Enable users' triggers again, each in the mode that it had."""
        for table, name, mode in self.triggers:
            statement = sql.SQL("ALTER TABLE ONLY {} {} TRIGGER {}")
            connection.execute(statement.format(identifier(table), sql.SQL(_ENABLE[mode]), sql.Identifier(name)))


def suspend(connection: psycopg.Connection[Any], plan: Plan, targets: dict[TableName, TargetTable]) -> Suspension:
    """Take off what slows a load, of the tables that the user owns; inside the open transaction.

    Triggers of users are disabled on purpose: an audit log of generated rows would be about nothing that happened.
    """
    owned = [t.oid for t in targets.values() if t.is_owned]
    filled = [t.oid for t in targets.values() if t.is_owned and plan.tables[t.name].rows]
    large = [t.oid for t in targets.values() if t.is_owned and plan.tables[t.name].rows >= WORTHWHILE]
    triggers = tuple(((a, b), c, d) for a, b, c, d in connection.execute(_TRIGGERS, {"filled": filled}).fetchall())
    for table, name, _ in triggers:
        statement = sql.SQL("ALTER TABLE ONLY {} DISABLE TRIGGER {}")
        connection.execute(statement.format(identifier(table), sql.Identifier(name)))
    keys = _read(connection, _FOREIGN_KEYS, {"owned": owned}, is_index=False)
    _drop(connection, keys)
    constraints = _read(connection, _CONSTRAINTS, {"large": large, "dropped": [k.oid for k in keys]}, is_index=False)
    _drop(connection, constraints)
    indexes = _read(connection, _INDEXES, {"large": large}, is_index=True)
    _drop(connection, indexes)
    return Suspension((*constraints, *indexes), tuple(keys), triggers)


def _read(
    connection: psycopg.Connection[Any], query: LiteralString, parameters: dict[str, Any], *, is_index: bool
) -> list[Suspended]:
    rows = connection.execute(query, parameters).fetchall()
    return [Suspended(o, (s, t), name, definition, comment, is_index) for o, s, t, name, definition, comment in rows]


def _drop(connection: psycopg.Connection[Any], suspended: Iterable[Suspended]) -> None:
    for item in suspended:
        if item.is_index:
            connection.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(item.table[0], item.name)))
        else:
            statement = sql.SQL("ALTER TABLE {} DROP CONSTRAINT {}")
            connection.execute(statement.format(identifier(item.table), sql.Identifier(item.name)))
