"""Owners of a script's objects, where they are to be kept.

Who gives an object away needs the new owner to have the right to create things of its kind. A dump takes that for
granted, since it is restored by a superuser. So the right is lent for just as long as the statement takes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from psycopg import sql

from designer_kernel.exchange.sql.mends._base import enum_name
from designer_kernel.exchange.sql.statements import OWNERS, Statement

_SCHEMAS: Final = """
    SELECT nspname FROM pg_catalog.pg_namespace
    WHERE nspname NOT LIKE 'pg\\_%%' AND nspname <> 'information_schema'
      AND pg_catalog.has_schema_privilege(oid, 'CREATE')
      AND NOT pg_catalog.has_schema_privilege(%(role)s::pg_catalog.name, oid, 'CREATE')
"""
_DATABASE: Final = """
    SELECT pg_catalog.current_database()
    WHERE NOT pg_catalog.has_database_privilege(%(role)s::pg_catalog.name, pg_catalog.current_database(), 'CREATE')
"""
_IN_DATABASE: Final = frozenset({"OBJECT_SCHEMA", "OBJECT_PUBLICATION"})
"""What stands in no schema, so that its owner needs the right to create things in the database."""

_OF_SUPERUSERS: Final = frozenset({"OBJECT_EVENT_TRIGGER", "OBJECT_FDW"})
"""What only a superuser may own."""


def keep(statements: Iterable[Statement]) -> None:
    """Let the statements that give objects away run."""
    for statement in statements:
        if statement.skip == OWNERS and statement.owner:
            statement.skip = ""


def superusers(statements: Iterable[Statement]) -> set[str]:
    """Return the roles that must be superusers for what they are to own: event triggers and foreign-data wrappers."""
    return {
        statement.owner
        for statement in statements
        if statement.owner
        and statement.kind == "alter_owner_stmt"
        and enum_name(statement.node, "object_type") in _OF_SUPERUSERS
    }


@dataclass(slots=True)
class Lending:
    """The rights that a new owner has while something is given to it."""

    connection: psycopg.Connection[Any]
    _lent: list[tuple[sql.SQL, str, str]] = field(default_factory=list)

    def lend(self, statement: Statement, role: str) -> None:
        """Give the role that a statement names as owner what it needs for that."""
        self.take_back()
        is_in_schema = (
            statement.kind != "alter_owner_stmt" or enum_name(statement.node, "object_type") not in _IN_DATABASE
        )
        kind, query = (sql.SQL("SCHEMA"), _SCHEMAS) if is_in_schema else (sql.SQL("DATABASE"), _DATABASE)
        for (name,) in self.connection.execute(query.encode(), {"role": role}).fetchall():
            self._change(sql.SQL("GRANT CREATE ON {} {} TO {}"), kind, name, role)
            self._lent.append((kind, name, role))

    def take_back(self) -> None:
        """Take back what was lent; what the script itself grants later stays."""
        while self._lent:
            self._change(sql.SQL("REVOKE CREATE ON {} {} FROM {}"), *self._lent.pop())

    def _change(self, statement: sql.SQL, kind: sql.SQL, name: str, role: str) -> None:
        self.connection.execute(statement.format(kind, sql.Identifier(name), sql.Identifier(role)))
