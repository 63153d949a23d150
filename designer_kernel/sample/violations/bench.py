"""One table on the workbench: a row that its server takes, and what it says of changes to that row.

Everything happens in savepoints of a transaction that is rolled back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql

from designer_kernel.sample.constraints.judging import Question, ServerJudge
from designer_kernel.sample.planning.facts import TableFacts

_MODES: Final = {
    "DISABLE": sql.SQL("DISABLE"), "ENABLE": sql.SQL("ENABLE"), "ENABLE ALWAYS": sql.SQL("ENABLE ALWAYS"),
    "ENABLE REPLICA": sql.SQL("ENABLE REPLICA"),
}  # fmt: skip
Row = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server said to rows: nothing if it took them."""

    message: str = ""
    sqlstate: str = ""
    constraint: str = ""
    column: str = ""

    @property
    def is_yes(self) -> bool:
        """Whether the rows were taken."""
        return not self.sqlstate


@dataclass(slots=True)
class Bench:
    """A table, its rows as text, and one of them that was taken out so that it, or one like it, can come in again."""

    connection: psycopg.Connection[Any]
    table: TableFacts
    rows: list[dict[str, str | None]]
    base: dict[str, str | None]

    @property
    def others(self) -> list[dict[str, str | None]]:
        """The rows that are there."""
        return self.rows[:-1]

    def tried(self, *rows: Row, before: Sequence[sql.Composed] = ()) -> Answer:
        """Insert rows, look at what is checked at the end of a transaction, and take everything back."""
        try:
            with self.connection.transaction(force_rollback=True):
                for statement in before:
                    self.connection.execute(statement)
                for row in rows:
                    self.connection.execute(self.statement(row))
                self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.Error as error:
            diag = error.diag
            message = diag.message_primary or str(error).strip()
            return Answer(message, error.sqlstate or "?", diag.constraint_name or "", diag.column_name or "")
        return Answer()

    def changed(self, **values: str | None) -> dict[str, str | None]:
        """Return the base row with some values changed."""
        return self.base | values

    def statement(self, row: Row) -> sql.Composed:
        """Return the statement that inserts a row."""
        columns = [c for c in self.table.sent if c.name in row]
        return sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE VALUES ({})").format(
            sql.Identifier(*self.table.name),
            sql.SQL(", ").join(sql.Identifier(c.name) for c in columns),
            sql.SQL(", ").join(sql.Literal(row[c.name]) for c in columns),
        )

    def text(self, row: Row) -> str:
        """Return the statement as text."""
        return self.statement(row).as_string(self.connection)

    def shown(self, row: Row, columns: Sequence[str]) -> str:
        """Return some columns of a row as SQL: ``price = '0.00', currency = 'EUR'``."""
        parts = []
        for column in columns:
            literal = sql.Literal(row.get(column)).as_string(self.connection)
            parts.append(f"{column} = {literal if len(literal) <= 90 else literal[:88] + '…'}")
        return ", ".join(parts)

    def outcomes(self, question: Question, rows: Sequence[Row]) -> list[str]:
        """Return what a check says of each row: yes, no, unknown; no too where it fails with an error."""
        columns = {c.name: [row.get(c.name) for row in rows] for c in self.table.sent}
        judge = ServerJudge(self.connection)
        is_true = Question(question.constraint, f"({question.text}) IS TRUE", question.value_of, question.each)
        passes, true = judge.passes_text(self.table, [question, is_true], columns, len(rows))
        return ["yes" if t else "unknown" if p else "no" for p, t in zip(passes.tolist(), true.tolist(), strict=True)]


@contextmanager
def bench(connection: psycopg.Connection[Any], table: TableFacts) -> Iterator[Bench | None]:
    """Take the last row of a table out, for as long as the block runs; ``None`` if it has no rows."""
    with connection.transaction(force_rollback=True):
        rows = _rows(connection, table)
        if not rows:
            yield None
            return
        for referrer, name in _referring(connection, table):
            statement = sql.SQL("ALTER TABLE {} DROP CONSTRAINT IF EXISTS {} CASCADE")
            connection.execute(statement.format(sql.Identifier(*referrer), sql.Identifier(name)))
        last, place = _last(connection, table)
        triggers = _triggers(connection, table)
        for name, _ in triggers:
            _switch(connection, table, "DISABLE", name)
        connection.execute(
            sql.SQL("DELETE FROM {} WHERE tableoid = {} AND ctid = {}").format(
                sql.Identifier(*table.name), sql.Literal(place[0]), sql.Literal(place[1])
            )
        )
        connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name, mode in triggers:
            _switch(connection, table, mode, name)
        remaining = [row for row in rows if row != last]
        yield Bench(connection, table, [*remaining, last], last)


def _triggers(connection: psycopg.Connection[Any], table: TableFacts) -> list[tuple[str, str]]:
    """Return the table's own triggers that fire, and how they are enabled: taking a row out is nothing for them."""
    rows = connection.execute(
        """
        SELECT tgname, CASE tgenabled WHEN 'A' THEN 'ENABLE ALWAYS' WHEN 'R' THEN 'ENABLE REPLICA' ELSE 'ENABLE' END
        FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal AND tgenabled <> 'D'
        """,
        [sql.Identifier(*table.name).as_string(connection)],
    ).fetchall()
    return [(name, mode) for name, mode in rows]


def _switch(connection: psycopg.Connection[Any], table: TableFacts, mode: str, trigger: str) -> None:
    statement = sql.SQL("ALTER TABLE {} {} TRIGGER {}")
    connection.execute(statement.format(sql.Identifier(*table.name), _MODES[mode], sql.Identifier(trigger)))


def _columns(table: TableFacts) -> sql.Composed:
    return sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(c.name)) for c in table.sent)


def _rows(connection: psycopg.Connection[Any], table: TableFacts) -> list[dict[str, str | None]]:
    query = sql.SQL("SELECT {} FROM {} LIMIT 200").format(_columns(table), sql.Identifier(*table.name))
    names = [c.name for c in table.sent]
    return [dict(zip(names, row, strict=True)) for row in connection.execute(query).fetchall()]


def _last(connection: psycopg.Connection[Any], table: TableFacts) -> tuple[dict[str, str | None], tuple[int, str]]:
    """Return the row with the fewest NULLs of the last ones, and where it lies."""
    nulls = sql.SQL(", ").join(sql.Identifier(c.name) for c in table.sent)
    query = sql.SQL(
        "SELECT tableoid, ctid::text, {} FROM (SELECT tableoid, ctid, * FROM {} LIMIT 200) AS t"
        " ORDER BY num_nulls({}), ctid DESC LIMIT 1"
    ).format(_columns(table), sql.Identifier(*table.name), nulls)
    row = connection.execute(query).fetchone()
    assert row is not None
    names = [c.name for c in table.sent]
    return dict(zip(names, row[2:], strict=True)), (row[0], row[1])


def _referring(connection: psycopg.Connection[Any], table: TableFacts) -> list[tuple[tuple[str, str], str]]:
    """Return the foreign keys of other tables that point here; they would hold the row that is taken out."""
    found = connection.execute(
        """
        SELECT n.nspname, c.relname, k.conname FROM pg_constraint k
        JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE k.contype = 'f' AND k.conparentid = 0 AND k.confrelid = %s::regclass AND k.conrelid <> k.confrelid
        """,
        [sql.Identifier(*table.name).as_string(connection)],
    ).fetchall()
    return [((schema, name), key) for schema, name, key in found]
