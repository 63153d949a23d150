"""A connection of one's own on which statements about rows run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.string import TextLoader


class Direct:
    """A connection on which statements about rows run."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        connection.adapters.register_loader("jsonb", TextLoader)
        self.connection = connection

    def rows(self, statement: sql.Composable, document: str | None = None) -> list[str]:
        """Return what a statement gives: one column of jsonb, as text."""
        with psycopg.RawCursor(self.connection) as cursor:
            cursor.execute(statement.as_string(self.connection).encode(), None if document is None else [document])
            return [row[0] for row in cursor.fetchall()]

    def stream(self, statement: sql.Composable, document: str) -> Iterator[str]:
        """Yield what a statement gives as it is read, by way of a cursor of the server."""
        with psycopg.RawServerCursor(self.connection, "rows") as cursor:
            cursor.itersize = 1000
            cursor.execute(statement.as_string(self.connection).encode(), [document])
            for row in cursor:
                yield row[0]
