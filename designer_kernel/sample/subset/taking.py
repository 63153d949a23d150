"""`subset`: a part of a database that stands by itself, into another database, with what is personal replaced."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.render import script
from designer_kernel.errors import Cancelled, SamplePlanError
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.introspect import introspect
from designer_kernel.sample.loading.cancelling import Watch
from designer_kernel.sample.loading.target import own_rows
from designer_kernel.sample.planning.chosen_tables import named
from designer_kernel.sample.planning.facts import TableFacts, TableName, table_facts
from designer_kernel.sample.subset import landing
from designer_kernel.sample.subset import root as roots
from designer_kernel.sample.subset.marks import Mark, Suspect, Wanted, marks_of, suspects
from designer_kernel.sample.subset.replacing import WHOLE_UP_TO, Replacing, blocks
from designer_kernel.sample.subset.selection import Selection

Progress = Callable[[int, int, str], None]
Children = Iterable[str] | Mapping[str, int | None] | str | None
_PLAN: Final = 100
_SHORTEST_KEY: Final = 16
_BINARY: Final = """
    SELECT bool_and(t.oid < 16384 AND t.typsend <> 0 AND t.typname NOT LIKE 'reg%%' AND t.typtype IN ('b', 'r', 'm'))
    FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
    WHERE a.attrelid = %s::regclass AND a.attnum > 0 AND NOT a.attisdropped
"""


@dataclass(frozen=True, slots=True)
class Subset:
    """What a subset holds: rows of each table, what was replaced, what looks personal and stayed.

    It holds no value of any row, and not the key.
    """

    root: str
    tables: Mapping[str, int]
    replaced: tuple[Mark, ...]
    unmarked: tuple[Suspect, ...]
    notes: tuple[str, ...]
    seconds: float

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(self.tables.values())

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON-ready values: the manifest."""
        return {
            "root": self.root,
            "rows": self.rows,
            "tables": dict(self.tables),
            "replaced": [{"column": m.label, "sort": m.kind, "reason": m.reason} for m in self.replaced],
            "unmarked": [{"column": s.label, "sort": s.kind, "reason": s.reason} for s in self.unmarked],
            "notes": list(self.notes),
            "seconds": round(self.seconds, 3),
        }

    def to_frame(self) -> Any:
        """Return a DataFrame: table, rows, columns that were replaced."""
        import pandas as pd

        lines = [
            (
                name,
                rows,
                ", ".join(m.label.removeprefix(f"{name}.") for m in self.replaced if ".".join(m.table) == name),
            )
            for name, rows in self.tables.items()
        ]
        return pd.DataFrame(lines, columns=["table", "rows", "replaced"])

    def __str__(self) -> str:
        width = max((len(name) for name in self.tables), default=5)
        lines = [f"{name:<{width}}  {rows:>12,} rows" for name, rows in self.tables.items()]
        lines.append(f"{'all':<{width}}  {self.rows:>12,} rows  {self.seconds:.1f} s")
        lines += [f"replaced: {m.label} ({m.kind}, {m.reason})" for m in self.replaced]
        lines += [f"looks personal, and was not replaced: {s.label} ({s.reason})" for s in self.unmarked]
        return "\n".join([*lines, *(f"note: {note}" for note in self.notes)])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(str(self))

    def _repr_html_(self) -> str:
        return str(self.to_frame().to_html(index=False))


def subset(
    source: str,
    target: str,
    *,
    root: str,
    rows: int | None = None,
    share: float | None = None,
    children: Children = None,
    personal: Wanted = (),
    harmless: Iterable[str] = (),
    key: bytes | str | None = None,
    strict: bool = False,
    search: bool = True,
    manifest: str | Path | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Subset:
    """Take a part of a database that stands by itself into another one, and replace what is personal.

    Rows of the root come first, then rows that refer to them as far as ``children`` asks, then everything that any of
    these refers to, until no reference leads outside. All is read in one snapshot of the source, in which nothing is
    written but temporary tables. The target gets everything or nothing.

    The same value has the same fake in all tables, and in all runs with the same key. Fakes come from a keyed hash of
    the value, so they lead back to nothing. Values that were replaced are looked for in all other text as well, and
    replaced there.

    Parameters
    ----------
    source, target
        The databases. An empty target gets all tables; otherwise it must have the same ones, empty.
    root
        A table with a condition, ``orders WHERE created_at > '2025-01-01'``, or a query that selects its keys.
    rows, share
        Take so many of the root's rows, or such a part; chosen by a hash of their keys. All by default.
    children
        Tables whose rows come along if they refer to chosen ones: names, names with the most rows for each row that
        they refer to, or "all".
    personal
        Columns whose values are replaced: ``users.email``, ``users.profile.contact.phone`` in documents; or names with
        the sort of value. Columns whose comments hold ``@personal`` (or ``@personal(email)``) are marked by that, and
        those with a security label that says so.
    harmless
        Columns that look personal and are not, so that nothing is said of them.
    key
        The secret, at least 16 bytes. By default one is made and forgotten.
    strict
        Refuse if a column looks personal and is neither marked nor said to be harmless.
    search
        Look for replaced values in all other text, and replace them there as well: names that are also words, such as
        colours, are replaced in products then. The result tells how many were found where.
    manifest
        A file that gets what was done, as JSON, without any value.
    progress
        Called with parts of a hundred and what is being done.
    cancel
        Set it to stop; the target stays as it was.

    Raises
    ------
    SamplePlanError
        If the target does not fit, or a column cannot be replaced; ``where`` names it.
    InvalidSql, UnknownObject
        If the root or a column cannot be read.
    StatementFailed
        If a server refuses something; no row is quoted.
    Cancelled
        If ``cancel`` was set.
    """
    secret = _secret(key)
    with connect(source) as here, connect(target) as there:
        _refuse_same(here, there)
        here.rollback()
        here.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with Watch(here, cancel), Watch(there, cancel):
            taking = _Taking(here, there, target, secret, progress, cancel, search)
            result = taking.run(root, rows, share, children, personal, harmless, strict=strict)
    if manifest is not None:
        Path(manifest).write_text(json.dumps(result.as_dict(), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return result


def propose(source: str, *, personal: Wanted = (), harmless: Iterable[str] = ()) -> tuple[list[Mark], list[Suspect]]:
    """Return what is marked in a database, and what looks personal and is not; somebody has to look at it."""
    with connect(source, read_only=True) as connection:
        facts = table_facts(introspect(connection))
        marks = marks_of(connection, facts, personal)
        return marks, suspects(connection, facts, marks, harmless)


def _secret(key: bytes | str | None) -> bytes:
    if key is None:
        return secrets.token_bytes(32)
    octets = key.encode() if isinstance(key, str) else key
    if len(octets) < _SHORTEST_KEY:
        raise SamplePlanError(
            f"the key has {len(octets)} bytes, which can be guessed", where="key", mend=f"use at least {_SHORTEST_KEY}"
        )
    return octets[:64]


def _refuse_same(here: psycopg.Connection[Any], there: psycopg.Connection[Any]) -> None:
    query = """
        SELECT current_database(), pg_postmaster_start_time(), inet_server_addr(), inet_server_port(),
               (SELECT oid FROM pg_database WHERE datname = current_database())
    """
    if here.execute(query).fetchone() == there.execute(query).fetchone():
        raise SamplePlanError("source and target are the same database", where="target", mend="give another database")


@dataclass(slots=True)
class _Taking:
    here: psycopg.Connection[Any]
    there: psycopg.Connection[Any]
    target: str
    key: bytes
    progress: Progress | None
    cancel: threading.Event | None
    search: bool = True
    done: int = 0
    notes: list[str] = field(default_factory=list)

    def run(
        self,
        root: str,
        rows: int | None,
        share: float | None,
        children: Children,
        personal: Wanted,
        harmless: Iterable[str],
        *,
        strict: bool,
    ) -> Subset:
        started = time.perf_counter()
        self.tell("reading the schema")
        for setting in ("timezone = 'UTC'", "datestyle = 'ISO'", "intervalstyle = 'iso_8601'", "extra_float_digits = 3",
                        "bytea_output = 'hex'", "row_security = off"):  # fmt: skip
            self.here.execute(sql.SQL("SET LOCAL {}").format(sql.SQL(setting)))
        catalog = introspect(self.here)
        facts = table_facts(catalog)
        begin = roots.read(root, facts)
        marks = marks_of(self.here, facts, personal)
        unmarked = suspects(self.here, facts, marks, harmless)
        if strict and unmarked:
            raise SamplePlanError(
                f"columns look personal and are not marked: {', '.join(s.label for s in unmarked)}",
                where=unmarked[0].label,
                mend="mark them (personal=…), or say that they are harmless (harmless=…)",
            )
        counts, replacing = self._selected(facts, begin, rows, share, _children(facts, children), marks)
        try:
            self.notes += landing.prepare(self.there, self.target, catalog, self.tell)
            chosen = {name: facts[name] for name in facts if name in counts}
            self._load(catalog, chosen, counts, replacing)
        except psycopg.errors.QueryCanceled:
            raise
        except psycopg.Error as error:
            raise landing.refused(error, "the target") from None
        self.notes += [
            f"{hits:,} values of the sort {kind} were found in {place} as well, and replaced"
            for (place, kind), hits in sorted(replacing.found.items())
        ]
        hits = replacing.in_schema(script(catalog).text)
        if hits:
            self.notes.append(
                f"the schema itself holds {hits:,} personal values, in defaults, checks, views or comments, and is "
                "the same in the target"
            )
        self.notes += [
            f"{hits:,} numbers that are personal elsewhere stand in {place} too, and were not replaced: look if it "
            "should be marked"
            for place, hits in sorted(replacing.staying.items())
        ]
        if replacing.partly:
            self.notes.append(
                f"of {', '.join(replacing.partly)} only values of rows that come along were looked for in other text: "
                f"the tables hold more than {WHOLE_UP_TO:,} rows"
            )
        shown = tuple(m for m in marks if m.table in counts)
        left = tuple(s for s in unmarked if s.table in counts)
        tables = {".".join(name): counts[name] for name in facts if name in counts}
        self.tell("done", 100)
        return Subset(begin.shown, tables, shown, left, tuple(self.notes), time.perf_counter() - started)

    def tell(self, what: str, done: int | None = None) -> None:
        """Say what is being done; this is where a subset is stopped."""
        if self.cancel is not None and self.cancel.is_set():
            raise Cancelled("the subset was cancelled; no row is in the target", mend="start it again when you like")
        if self.progress is not None:
            self.done = max(self.done, done or 0)
            self.progress(self.done, _PLAN, what)

    def _selected(
        self,
        facts: Mapping[TableName, TableFacts],
        root: roots.Root,
        rows: int | None,
        share: float | None,
        children: Mapping[TableName, int | None],
        marks: list[Mark],
    ) -> tuple[dict[TableName, int], Replacing]:
        selection = Selection(self.here, facts, self.tell)
        try:
            if not selection.begin(root, rows, share):
                raise SamplePlanError("no row fits it", where="the root", mend="widen the condition")
            selection.descend(children)
            selection.close()
            counts = selection.counts()
            self.tell(f"{sum(counts.values()):,} rows chosen", 20)
            replacing = Replacing(self.here, facts, selection, marks, self.key, self.tell, self.search)
            replacing.learn(counts)
            self.tell("fakes are chosen", 35)
        except psycopg.errors.QueryCanceled:
            raise
        except psycopg.Error as error:
            mend = "look at the root, and at your rights; nothing was changed"
            raise landing.refused(error, "the source", mend) from None
        return counts, replacing

    def _load(
        self,
        catalog: Catalog,
        facts: Mapping[TableName, TableFacts],
        counts: Mapping[TableName, int],
        replacing: Replacing,
    ) -> None:
        with self.there.transaction():
            self.there.execute("SET LOCAL timezone = 'UTC'")
            self.there.execute("SET LOCAL datestyle = 'ISO'")
            there = landing.fitting(self.there, facts)
            total = sum(counts.values())
            sent = 0
            with landing.loose(self.there, facts, self.tell):
                for name, table in facts.items():
                    arrived = 0
                    for data, rows in self._copied(table, replacing):
                        self.tell(table.label, 35 + 50 * sent // total)
                        sent += rows
                        arrived += rows
                        del data
                    self._check(table, counts[name])
            self.tell("constraints are checked", 90)
            self.notes += landing.finish(self.there, there, facts, self.tell)

    def _copied(self, table: TableFacts, replacing: Replacing) -> Iterator[tuple[int, int]]:
        """Send a table's rows; yield bytes and rows after each piece."""
        columns = sql.SQL(", ").join(sql.Identifier(c.name) for c in table.sent)
        into = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT {})")
        if replacing.is_touched(table.name):
            form, pieces = sql.SQL("CSV"), replacing.rows(table.name)
        else:
            form = sql.SQL("BINARY" if self._is_binary(table) else "TEXT")
            names = sql.SQL(", ").join(sql.Identifier("t", c.name) for c in table.sent)
            query = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT (FORMAT {})").format(
                names, replacing.selection.rows(table.name), form
            )
            pieces = ((block, 0) for block in blocks(self.here, query))
        if not table.sent:
            return
        statement = into.format(sql.Identifier(*table.name), columns, form)
        with self.there.cursor() as cursor, cursor.copy(statement) as copy:
            for data, rows in pieces:
                copy.write(data)
                yield len(data), rows

    def _is_binary(self, table: TableFacts) -> bool:
        """Whether all types mean the same bytes in both databases: none has a number that only one of them knows."""
        name = sql.Identifier(*table.name).as_string(self.here)
        same = self.here.info.server_version // 10000 == self.there.info.server_version // 10000
        row = self.here.execute(_BINARY, (name,)).fetchone()
        return bool(same and row and row[0])

    def _check(self, table: TableFacts, wanted: int) -> None:
        row = self.there.execute(sql.SQL("SELECT count(*) FROM {}").format(own_rows(self.there, table.name))).fetchone()
        if row is None or row[0] != wanted:
            raise SamplePlanError(
                f"{row[0] if row else 0:,} rows arrived instead of {wanted:,}",
                where=table.label,
                mend="look for a rule or a trigger that swallows rows",
            )


def _children(facts: Mapping[TableName, TableFacts], children: Children) -> dict[TableName, int | None]:
    if children is None:
        return {}
    if isinstance(children, str):
        return dict.fromkeys(facts) if children == "all" else {named(dict(facts), children): None}
    if isinstance(children, Mapping):
        return {named(dict(facts), name): limit for name, limit in children.items()}
    return {named(dict(facts), name): None for name in children}
