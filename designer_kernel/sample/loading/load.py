"""A plan's rows into a database, in one transaction."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg import sql

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.materialized_view import MaterializedView
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.catalog.order import create_order
from designer_kernel.errors import SamplePlanError, StatementFailed
from designer_kernel.sample.loading.cancelling import cancelled
from designer_kernel.sample.loading.encoding import CHUNK, batches, encoded, is_staged, schema_of
from designer_kernel.sample.loading.filling import Filling, TableFilling
from designer_kernel.sample.loading.pipeline import Ahead
from designer_kernel.sample.loading.suspension import Suspension, suspend
from designer_kernel.sample.loading.target import TargetTable, identifier, refuse_rows, targets, truncate
from designer_kernel.sample.plan import Plan, TablePlan
from designer_kernel.sample.planning.facts import TableName

Progress = Callable[[int, int, str], None]
_NEXTVAL: Final = re.compile(r"nextval\('(.*)'::regclass\)")
_SETTINGS: Final = (
    "SET LOCAL lock_timeout = '15s'",
    "SET LOCAL maintenance_work_mem = '256MB'",
    "SET LOCAL timezone = 'UTC'",
    "SET CONSTRAINTS ALL DEFERRED",
)


@dataclass(slots=True)
class Loading:
    """One run: the connection with its open transaction, and who wants to know."""

    connection: psycopg.Connection[Any]
    catalog: Catalog
    plan: Plan
    progress: Progress | None = None
    cancel: threading.Event | None = None
    chunk: int = CHUNK
    done: int = 0
    total: int = 0

    def run(self, *, replace: bool, started: float) -> Filling:
        """Load everything; the caller commits, or rolls back if this raises."""
        for setting in _SETTINGS:
            self.connection.execute(setting)
        found = targets(self.connection, self.plan)
        if replace:
            truncate(self.connection, self.plan)
        else:
            refuse_rows(self.connection, self.plan)
        suspension = suspend(self.connection, self.plan, found)
        self._refuse_circles(found, suspension)
        steps = len(suspension.indexes) + len(suspension.foreign_keys)
        step = max(1, self.plan.rows // 100)
        self.total = self.plan.rows + (steps + 1) * step
        before = time.perf_counter()
        filled = self._send()
        after = time.perf_counter()
        self._constrain(suspension, step)
        constrained = time.perf_counter()
        notes = [*self.plan.notes, *self._notes(suspension, found), *self._refresh()]
        self._advance_sequences()
        self._report(self.total - self.done, "done")
        return Filling(
            tuple(filled),
            self.plan.seed,
            time.perf_counter() - started,
            after - before,
            constrained - after,
            tuple(notes),
            self.plan,
        )

    def _report(self, rows: int, label: str) -> None:
        if self.cancel is not None and self.cancel.is_set():
            raise cancelled()
        self.done = min(self.done + rows, self.total)
        if self.progress is not None:
            self.progress(self.done, self.total, label)

    def _send(self) -> list[TableFilling]:
        filled = []
        with Ahead(self._pieces()) as pieces:
            for name in self.plan.order:
                table = self.plan.tables[name]
                if table.rows:
                    filled.append(self._send_table(table, pieces))
        return filled

    def _pieces(self) -> Iterator[tuple[TableName, bytes, int, bool]]:
        """Yield the bytes of all tables, one after the other; the last piece of each is marked."""
        for name in self.plan.order:
            table = self.plan.tables[name]
            if not table.rows or not table.columns:
                continue
            columns = [c.facts for c in table.columns.values()]
            source = batches(self.plan, table, self.chunk)
            for data, rows in encoded(columns, schema_of(table), source):
                yield name, data, rows, rows == 0

    def _send_table(self, table: TablePlan, pieces: Iterator[tuple[TableName, bytes, int, bool]]) -> TableFilling:
        started = time.perf_counter()
        self._report(0, table.label)
        if not table.columns:
            statement = sql.SQL("INSERT INTO {} SELECT FROM generate_series(1, {})")
            sent = self._execute(
                statement.format(identifier(table.name), sql.Literal(table.rows)), table.label
            ).rowcount
        elif any(is_staged(c.facts.form) for c in table.columns.values()):
            sent = self._send_staged(table, pieces)
        else:
            sent = self._copy(identifier(table.name), table, pieces)
        if sent != table.rows:
            raise StatementFailed(
                f"{sent:,} rows arrived instead of {table.rows:,}",
                where=table.label,
                mend="look for a rule or a trigger that swallows rows",
            )
        return TableFilling(table.label, sent, time.perf_counter() - started)

    def _copy(
        self, into: sql.Composable, table: TablePlan, pieces: Iterator[tuple[TableName, bytes, int, bool]]
    ) -> int:
        columns = sql.SQL(", ").join(sql.Identifier(name) for name in table.columns)
        statement = sql.SQL("COPY {} ({}) FROM STDIN WITH (FORMAT BINARY)").format(into, columns)
        with self.connection.cursor() as cursor:
            try:
                with cursor.copy(statement) as copy:
                    for _, data, rows, is_last in pieces:
                        copy.write(data)
                        self._report(rows, table.label)
                        if is_last:
                            break
            except psycopg.Error as error:
                raise refused(error, table.label) from error
            return cursor.rowcount

    def _send_staged(self, table: TablePlan, pieces: Iterator[tuple[TableName, bytes, int, bool]]) -> int:
        """Send rows to a temporary table whose rarer types are text, and let the server cast them."""
        stage = sql.Identifier("pg_temp", "sample_stage")
        parts = []
        casts = []
        for column in table.columns.values():
            plain = "text[]" if column.facts.form.kind == "list" else "text"
            staged = is_staged(column.facts.form)
            kind = sql.SQL(plain if staged else column.facts.type)
            parts.append(sql.SQL("{} {}").format(sql.Identifier(column.facts.name), kind))
            casts.append(sql.SQL("{}::{}").format(sql.Identifier(column.facts.name), sql.SQL(column.facts.type)))
        self._execute(
            sql.SQL("CREATE TEMPORARY TABLE sample_stage ({})").format(sql.SQL(", ").join(parts)), table.label
        )
        self._copy(stage, table, pieces)
        columns = sql.SQL(", ").join(sql.Identifier(name) for name in table.columns)
        statement = sql.SQL("INSERT INTO {} ({}) OVERRIDING SYSTEM VALUE SELECT {} FROM {}")
        sent = self._execute(
            statement.format(identifier(table.name), columns, sql.SQL(", ").join(casts), stage), table.label
        )
        self._execute(sql.SQL("DROP TABLE {}").format(stage), table.label)
        return sent.rowcount

    def _execute(self, statement: sql.SQL | sql.Composed, where: str) -> psycopg.Cursor[Any]:
        try:
            return self.connection.execute(statement)
        except psycopg.Error as error:
            raise refused(error, where) from error

    def _constrain(self, suspension: Suspension, step: int) -> None:
        """Put back keys and indexes, count statistics, then add foreign keys: their check is a join and needs those."""
        for item in suspension.indexes:
            self._report(step, f"building {item.label}")
            self._restored(item)
        self._report(step, "statistics")
        for table in self.plan.tables.values():
            if table.rows:
                self._execute(sql.SQL("ANALYZE {}").format(identifier(table.name)), table.label)
        for item in suspension.foreign_keys:
            self._report(step, f"checking {item.label}")
            self._restored(item)
        suspension.enable_triggers(self.connection)

    def _restored(self, item: Any) -> None:
        try:
            item.restore(self.connection)
        except psycopg.Error as error:
            raise refused(error, item.label) from error

    def _refuse_circles(self, found: dict[TableName, TargetTable], suspension: Suspension) -> None:
        """Refuse references to later tables that stay in place and are checked at once."""
        dropped = {(k.table, k.name) for k in suspension.foreign_keys}
        place = {name: index for index, name in enumerate(self.plan.order)}
        for table in self.plan.tables.values():
            for key in table.references.values():
                if not table.rows or (table.name, key.name) in dropped or place[key.parent] <= place[table.name]:
                    continue
                row = self.connection.execute(
                    "SELECT condeferrable FROM pg_constraint WHERE conrelid = %s AND conname = %s AND contype = 'f'",
                    (found[table.name].oid, key.name),
                ).fetchone()
                if row is not None and not row[0]:
                    raise SamplePlanError(
                        "it closes a circle of tables, is checked at once, and you may not take it off while loading",
                        where=f"{table.label}.{key.name}",
                        mend="connect as the owner of the tables, or make it DEFERRABLE",
                    )

    def _notes(self, suspension: Suspension, found: dict[TableName, TargetTable]) -> list[str]:
        notes = []
        if suspension.triggers:
            notes.append(f"{len(suspension.triggers)} triggers did not run: sample rows are no events to log")
        foreign = [t for t in found.values() if not t.is_owned and self.plan.tables[t.name].rows]
        if foreign:
            notes.append(
                f"{len(foreign)} tables are not yours: their keys were checked row by row and their triggers ran"
            )
        return notes

    def _refresh(self) -> list[str]:
        """Refresh the materialized views that show what was filled; return notes about those that could not be."""
        notes = []
        filled = {table_id(*t.name) for t in self.plan.tables.values() if t.rows}
        for view in _stale(self.catalog, filled):
            name = identifier((view.schema, view.name))
            self._report(0, f"refreshing {view.schema}.{view.name}")
            try:
                with self.connection.transaction():
                    self.connection.execute(sql.SQL("REFRESH MATERIALIZED VIEW {}").format(name))
                    self.connection.execute(sql.SQL("ANALYZE {}").format(name))
            except psycopg.Error as error:
                why = error.diag.message_primary or error
                notes.append(f"the materialized view {view.schema}.{view.name} was not refreshed: {why}")
        return notes

    def _advance_sequences(self) -> None:
        """Set sequences behind identity columns and defaults to the last number used.

        It comes last because ``setval`` is not rolled back.
        """
        for table in self.plan.tables.values():
            for column in table.columns.values():
                default = _NEXTVAL.search(column.facts.default)
                if column.reference is not None or not (column.facts.identity or default) or not table.rows:
                    continue
                if default:
                    sequence: sql.Composable = sql.SQL("{}::regclass").format(
                        sql.Literal(default[1].replace("''", "'"))
                    )
                else:
                    path = identifier(table.name).as_string(self.connection)
                    sequence = sql.SQL("pg_get_serial_sequence({}, {})").format(
                        sql.Literal(path), sql.Literal(column.facts.name)
                    )
                largest = sql.SQL("(SELECT max({}) FROM {})").format(
                    sql.Identifier(column.facts.name), identifier(table.name)
                )
                self._execute(
                    sql.SQL("SELECT setval({}, {})").format(sequence, largest), f"{table.label}.{column.facts.name}"
                )


def _stale(catalog: Catalog, filled: set[ObjectId]) -> list[MaterializedView]:
    """Return materialized views that read filled tables, directly or through other views, in the order to refresh."""
    stale = set(filled)
    views = []
    for key in create_order(catalog):
        thing = catalog[key]
        if (key.kind == "relation" and thing.depends & stale) or any(
            d.kind == "column" and ObjectId("relation", d.path[:2]) in stale
            for d in thing.depends
            if key.kind == "relation"
        ):
            stale.add(key)
            if isinstance(thing, MaterializedView):
                views.append(thing)
    return views


def refused(error: psycopg.Error, where: str) -> StatementFailed:
    """Return the server's refusal as our error; it names the constraint if the server does."""
    diag = error.diag
    place = f"{diag.schema_name}.{diag.table_name}.{diag.constraint_name}" if diag.constraint_name else where
    detail = f": {diag.message_detail}" if diag.message_detail else ""
    return StatementFailed(
        f"{diag.message_primary or str(error).strip()}{detail}",
        where=place,
        mend="nothing was changed; leave the table out by tables=…, or report the constraint",
        sqlstate=error.sqlstate or "",
    )
