"""What a target has kept of what went: listed, brought back by hand, purged on request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any, Final, Literal

import psycopg
from psycopg import sql
from psycopg.rows import class_row

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.errors import DesignerError, UnknownObject
from designer_kernel.migrate.all_rows import EVERYTHING
from designer_kernel.migrate.record_tables import refuse_strangers
from designer_kernel.migrate.running import prepare
from designer_kernel.migrate.salvage.copies import LIST, PLAINLY, Copy, Value
from designer_kernel.postgres.own_schemas import SALVAGE
from designer_kernel.postgres.script import explained


class NotRestored(DesignerError):
    """Rows that cannot come back as was asked; nothing was changed."""

    code = "not_restored"


@dataclass(frozen=True, slots=True)
class Salvaged:
    """What was kept of a table or column that went.

    Attributes
    ----------
    path
        Schema, table, and column.
    copy
        The table of the schema ``schema_designer_salvage`` that has the rows.
    definition
        The SQL that made what went.
    before_hash, after_hash
        The contents of the database before and after the change that took it away.
    """

    id: int
    kind: Literal["table", "column"]
    path: tuple[str, ...]
    rows: int
    copy: str
    definition: str
    shape: dict[str, Any]
    before_hash: str
    after_hash: str
    salvaged_at: datetime
    restored_at: datetime | None
    purged_at: datetime | None

    def __post_init__(self) -> None:
        object.__setattr__(self, "path", tuple(self.path))

    @property
    def name(self) -> str:
        """What it was, as a loss is named: ``column shop.items.qty``."""
        return f"{'relation' if self.kind == 'table' else 'column'} {'.'.join(self.path)}"

    def __str__(self) -> str:
        state = "purged" if self.purged_at else "brought back" if self.restored_at else "kept"
        return f"{self.id} {self.name}: {self.rows:,} rows, {state}, salvaged {self.salvaged_at:%Y-%m-%d %H:%M:%S%z}"

    def as_dict(self) -> dict[str, Any]:
        """Return the fields as JSON-ready values."""
        values = {f.name: getattr(self, f.name) for f in fields(self)} | {"path": list(self.path)}
        for name in ("salvaged_at", "restored_at", "purged_at"):
            values[name] = values[name].isoformat() if values[name] is not None else None
        return values


_LIST: Final = """
    SELECT id, kind, path, coalesce(rows, 0) AS rows, copy, definition, shape, before_hash, after_hash,
           salvaged_at, restored_at, purged_at
    FROM schema_designer.salvaged
    ORDER BY id
"""


def salvaged(connection: psycopg.Connection[Any]) -> list[Salvaged]:
    """Return all that a target lists as salvaged, the oldest first; what was brought back or purged too.

    Raises
    ------
    RecordsUnusable
        If somebody else made the list, or what it is about.
    """
    with _explained():
        row = connection.execute("SELECT pg_catalog.to_regclass(%s) IS NOT NULL", [LIST]).fetchone()
        if row is None or not row[0]:
            return []
        refuse_strangers(connection)
        with connection.cursor(row_factory=class_row(Salvaged), binary=True) as cursor:
            return cursor.execute(_LIST).fetchall()


def restore(connection: psycopg.Connection[Any], number: int, into: str | None = None) -> int:
    """Bring salvaged rows or values back, and return how many.

    A table's rows are added to the table of that name. Values of a column are put into its rows, found by their key;
    a row that has another value now gets the old one. Triggers do not fire meanwhile. It is one transaction.

    Parameters
    ----------
    number
        The number in the list, see `salvaged`.
    into
        The name of a new table that gets the rows, ``schema.table``; with the values of a column their rows' keys.

    Raises
    ------
    UnknownObject
        If nothing was salvaged under this number.
    NotRestored
        If it was purged, or the table or column is not there to take it back.
    StatementFailed
        If PostgreSQL refuses the rows.
    """
    found = _find(connection, number)
    if found.purged_at is not None:
        raise NotRestored("it was purged, so it cannot come back", where=found.name, mend="restore a backup")
    copy = _copy(found)
    with _explained(), connection.transaction():
        prepare(connection)
        connection.execute(EVERYTHING)
        connection.execute(PLAINLY)
        if into is not None:
            return _into_new(connection, copy, found, into)
        _refuse_unless_there(connection, copy, found)
        with _quiet(connection, copy.relation):
            count = connection.execute(copy.put_back(copy.relation, {}).encode()).rowcount
        connection.execute(copy.done().encode())
        return count


def purge(connection: psycopg.Connection[Any], numbers: Iterable[int]) -> int:
    """Delete salvaged rows for good, and return how many; the list keeps the entries.

    Raises
    ------
    UnknownObject
        If nothing was salvaged under one of the numbers; nothing is deleted then.
    """
    count = 0
    with _explained(), connection.transaction():
        for found in [_find(connection, number) for number in numbers]:
            if found.purged_at is not None:
                continue
            table, column = sql.Identifier(SALVAGE, found.copy), sql.Identifier(found.shape["number"])
            done = connection.execute(sql.SQL("DELETE FROM {} WHERE {} = %s").format(table, column), [found.id])
            count += done.rowcount
            connection.execute(
                "UPDATE schema_designer.salvaged SET purged_at = pg_catalog.clock_timestamp() WHERE id = %s", [found.id]
            )
            left = connection.execute(
                "SELECT FROM schema_designer.salvaged WHERE copy = %s AND purged_at IS NULL", [found.copy]
            )
            if left.fetchone() is None:
                connection.execute(sql.SQL("DROP TABLE {}").format(table))
    return count


def _find(connection: psycopg.Connection[Any], number: int) -> Salvaged:
    found = next((each for each in salvaged(connection) if each.id == number), None)
    if found is None:
        raise UnknownObject(
            f"nothing was salvaged under the number {number}", mend="look at the list of what was salvaged"
        )
    return found


def _copy(found: Salvaged) -> Copy:
    """Return the copy that an entry of the list is about."""
    values, key, rest = (tuple(Value(*each) for each in found.shape[name]) for name in ("values", "key", "rest"))
    return Copy(
        found.kind, found.path, values, found.definition, found.before_hash, found.after_hash,
        key=key, rest=rest, only=found.shape["only"], entry=found.id,
    )  # fmt: skip


def _into_new(connection: psycopg.Connection[Any], copy: Copy, found: Salvaged, into: str) -> int:
    """Make a table of the rows as they are kept, with the types that they had where those are still there."""
    keys = [(f"key_{n}", value) for n, value in enumerate(copy.key, 1)]
    own = [(value.name if copy.is_whole else "value", value) for value in copy.values]
    columns = ", ".join(
        f"{quote(name)}{f'::{value.type}' if _is_there(connection, value) else ''} AS {quote(value.name)}"
        for name, value in [*keys, *own]
    )
    schema, dot, table = into.rpartition(".")
    target = quote_path(schema if dot else "public", table)
    made = f"CREATE TABLE {target} AS SELECT {columns} FROM {copy.sql} WHERE {quote(copy.number)} = {found.id}"
    return connection.execute(made.encode(), binary=True).rowcount


def _is_there(connection: psycopg.Connection[Any], value: Value) -> bool:
    row = connection.execute("SELECT pg_catalog.to_regtype(%s) IS NOT NULL", [value.type]).fetchone()
    return row is not None and bool(row[0])


def _refuse_unless_there(connection: psycopg.Connection[Any], copy: Copy, found: Salvaged) -> None:
    """Refuse if the table, or a column of it that is needed, is gone."""
    needed = {value.name for value in (*copy.values, *copy.key, *copy.rest)}
    rows = connection.execute(
        "SELECT attname FROM pg_catalog.pg_attribute WHERE attrelid = pg_catalog.to_regclass(%s)"
        " AND attnum > 0 AND NOT attisdropped AND attgenerated = ''",
        [quote_path(*copy.relation)],
    ).fetchall()
    if missing := sorted(needed - {row[0] for row in rows}):
        what = f"the table has no column {', '.join(missing)} to take values" if rows else "the table is not there"
        raise NotRestored(
            what, where=".".join(copy.relation), mend="make it again (see its definition), or give a new table: into=…"
        )


_FIRING: Final = """
    SELECT 'TRIGGER', t.tgname, t.tgenabled FROM pg_catalog.pg_trigger t
    WHERE t.tgrelid = pg_catalog.to_regclass(%(table)s) AND NOT t.tgisinternal AND t.tgenabled <> 'D'
    UNION ALL
    SELECT 'RULE', r.rulename, r.ev_enabled FROM pg_catalog.pg_rewrite r
    WHERE r.ev_class = pg_catalog.to_regclass(%(table)s) AND r.rulename <> '_RETURN' AND r.ev_enabled <> 'D'
"""
_FORCED: Final = """
    SELECT FROM pg_catalog.pg_class c
    WHERE c.oid = pg_catalog.to_regclass(%(table)s) AND c.relrowsecurity AND c.relforcerowsecurity
"""
_KINDS: Final = {"TRIGGER": sql.SQL("TRIGGER"), "RULE": sql.SQL("RULE")}
_HOW: Final = {"O": sql.SQL("ENABLE"), "A": sql.SQL("ENABLE ALWAYS"), "R": sql.SQL("ENABLE REPLICA")}
"""The words for when a trigger or rule fires, by what the server calls that."""


@contextmanager
def _quiet(connection: psycopg.Connection[Any], relation: tuple[str, str]) -> Iterator[None]:
    """Keep the triggers and rules of a table from firing in this block, and show its owner all rows."""
    named = {"table": quote_path(*relation)}
    acting = [
        (sql.SQL("{} {}").format(_KINDS[kind], sql.Identifier(name)), _HOW[how])
        for kind, name, how in connection.execute(_FIRING, named).fetchall()
    ]
    quiet = [sql.SQL("DISABLE {}").format(each) for each, _ in acting]
    loud = [sql.SQL("{} {}").format(how, each) for each, how in acting]
    if connection.execute(_FORCED, named).rowcount:
        quiet.append(sql.Composed([sql.SQL("NO FORCE ROW LEVEL SECURITY")]))
        loud.append(sql.Composed([sql.SQL("FORCE ROW LEVEL SECURITY")]))
    table, comma = sql.Identifier(*relation), sql.SQL(", ")
    if quiet:
        connection.execute(sql.SQL("ALTER TABLE {} {}").format(table, comma.join(quiet)))
    yield
    if loud:
        connection.execute(sql.SQL("ALTER TABLE {} {}").format(table, comma.join(loud)))


@contextmanager
def _explained() -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise explained(error, "", ()) from error
