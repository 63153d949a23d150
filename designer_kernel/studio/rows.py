"""Rows of what a project has in a database: pages, look-ups and changes, on a connection for each question."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, BinaryIO, Final

import psycopg
from psycopg import sql

from designer_kernel.catalog.kinds.materialized_view import MaterializedView
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.kinds.view import View
from designer_kernel.design.lower import lower
from designer_kernel.errors import Cancelled, UnknownObject
from designer_kernel.studio.deployed import Path, known, nothing_in, opened, shown
from designer_kernel.studio.reaching import reached
from designer_kernel.studio.tabular import answers, asking, references, statements, values
from designer_kernel.studio.tabular.direct import Direct
from designer_kernel.studio.tabular.incoming import Given, mapped, matched
from designer_kernel.studio.tabular.loading import Loaded, Loader, Progress
from designer_kernel.studio.tabular.outgoing import write_rows
from designer_kernel.studio.tabular.references import Found, Reference
from designer_kernel.studio.tabular.saving import Attempt, RowChange, Saved
from designer_kernel.studio.tabular.shape import Shape, shape
from designer_kernel.studio.tabular.statements import Filter, Sort
from designer_kernel.studio.tabular.views import Page, RowView

if TYPE_CHECKING:
    from designer_kernel.studio.project import ProjectSession

TIMEOUT_MS: Final = 15_000
"""How long one statement about rows may take."""

COUNTED: Final = 10_000
"""Rows that are counted one by one; of more the server's estimate is told."""

_SETTINGS: Final = {
    "timezone": "UTC", "datestyle": "ISO, YMD", "intervalstyle": "postgres", "bytea_output": "hex",
    "lock_timeout": "5000",
}  # fmt: skip

_THERE: Final = """
    SELECT n.nspname, c.relname, c.relkind IN ('r', 'p')
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    JOIN unnest(%s::text[], %s::text[]) AS wanted (schema, name)
      ON (n.nspname, c.relname) = (wanted.schema, wanted.name)
    WHERE c.relkind IN ('r', 'p', 'v', 'm')
    ORDER BY c.relkind IN ('v', 'm'), n.nspname <> 'public', n.nspname, c.relname
"""


@dataclass(frozen=True, slots=True)
class Listed:
    """A table or view that is deployed; ``name`` is as people say it, with its schema unless that is ``public``."""

    name: str
    path: Path
    is_table: bool


@dataclass(frozen=True, slots=True)
class Held:
    """A table with the foreign keys that lead from it to others."""

    name: str
    shape: Shape
    references: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Count:
    """How many rows there are: exactly, about, or at least."""

    rows: int
    kind: str


class DatabaseRows:
    """The rows of a project in one database, the tables and views of its design and no others.

    Parameters
    ----------
    session
        The project; its design is taken as it is now.
    place
        The name or URL of a database, or ``connection:NAME``; without it, the project's target.
    """

    def __init__(self, session: ProjectSession, place: str | None = None) -> None:
        self._session = session
        self._place = place
        self.design = session.design
        self.revision = session.revision

    # what there is

    def tables(self) -> list[Listed]:
        """Return the tables and views of the design that are there, tables first.

        Raises
        ------
        NotDeployed
            If none of them is.
        """
        with self._open() as (address, direct):
            wanted = list(self._paths)
            rows = direct.connection.execute(_THERE, [[p[0] for p in wanted], [p[1] for p in wanted]]).fetchall()
        if not rows:
            raise nothing_in(address)
        return [Listed(shown((schema, name)), (schema, name), is_table) for schema, name, is_table in rows]

    def table(self, name: str) -> Held:
        """Return what a table is like.

        Raises
        ------
        UnknownObject
            If the design has none of this name.
        NotDeployed
            If it is not there.
        """
        with self._open() as (address, direct):
            return self._held(address, direct, name)

    # reading

    def page(
        self,
        table: str,
        filters: Sequence[Filter] = (),
        sort: Sequence[Sort] = (),
        *,
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page:
        """Return rows that pass all filters, in order; JSON is told as text. See `asking.page`."""
        with self._open() as (address, direct):
            held = self._held(address, direct, table).shape
            reading = self._reading(direct)
            return asking.page(
                held, held.schema, filters, sort, reading, limit=limit, cursor=cursor, exact=True
            )  # fmt: skip

    def count(self, table: str, filters: Sequence[Filter] = ()) -> Count:
        """Return how many rows pass the filters: of many, about how many, or ``more`` than are counted."""
        with self._open() as (address, direct):
            held = self._held(address, direct, table).shape
            found = self._reading(direct)(*statements.counting(held, filters, COUNTED))[0]
        if found["n"] <= COUNTED:
            return Count(found["n"], "exactly")
        about = int(found["about"])
        return Count(COUNTED, "more") if filters or about <= COUNTED else Count(about, "about")

    def row(self, table: str, key: Mapping[str, Any]) -> RowView:
        """Return the row of a key.

        Raises
        ------
        NotFound
            If there is none.
        """
        with self._open() as (address, direct):
            held = self._held(address, direct, table).shape
        same = [Filter(name, "eq", value) for name, value in asking.key_of(held, key).items()]
        rows = self.page(table, same, limit=1).rows
        if not rows:
            raise asking.no_row()
        return rows[0]

    def labels(self, table: str, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Found]]:
        """Return how people call the rows that some rows lead to, by the names of foreign keys.

        Parameters
        ----------
        rows
            Values by column; those that lead nowhere are passed over.
        """
        result: dict[str, list[Found]] = {}
        with self._open() as (address, direct):
            for one in self._held(address, direct, table).references:
                keys = {tuple(row.get(name) for name in one.columns) for row in rows}
                keys = {key for key in keys if None not in key}
                parent = self._parent(direct, one) if keys else None
                if parent is None:
                    continue
                label = references.label_of(direct.connection, parent)
                asked = references.labelling(parent, one.parent_columns, label, sorted(keys, key=repr))
                result[one.name] = [references.found(row) for row in self._reading(direct)(*asked)]
        return result

    def find(self, table: str, reference: str, text: str = "", within: Mapping[str, Any] | None = None) -> list[Found]:
        """Return rows that a foreign key may lead to, found by their label or key.

        Parameters
        ----------
        reference
            The name of the foreign key.
        within
            Values that columns of the table have already; the key's share of them must be the same.

        Raises
        ------
        UnknownObject
            If there is no such foreign key.
        """
        with self._open() as (address, direct):
            held = self._held(address, direct, table)
            one = next((each for each in held.references if each.name == reference), None)
            parent = self._parent(direct, one) if one is not None else None
            if one is None or parent is None:
                raise UnknownObject(f"{held.name} has no foreign key {reference!r}", mend="look at the table again")
            pairs = zip(one.columns, one.parent_columns, strict=True)
            fixed = {there: (within or {})[own] for own, there in pairs if (within or {}).get(own) is not None}
            label = references.label_of(direct.connection, parent)
            asked = references.searching(parent, one.parent_columns, label, str(values.plain(text, "text")), fixed)
            return [references.found(row) for row in self._reading(direct)(*asked)]

    # changing

    def save(self, table: str, changes: Sequence[RowChange]) -> Saved:
        """Make changes in one transaction; if one fails, none is made, and of each that fails it is said why.

        Raises
        ------
        BadInput
            If these are no changes of this table.
        NotAllowed
            If the connection is for reading only.
        """
        with self._open(write=True) as (address, direct):
            held = self._held(address, direct, table).shape
            direct.connection.rollback()
            attempt = Attempt(held, changes)
            try:
                with direct.connection.transaction() as transaction:
                    attempt.run(direct)
                    if attempt.has_failed:
                        raise psycopg.Rollback(transaction)
            except psycopg.Error as error:  # what waits for the end of the transaction
                raise answers.refusal(error, direct.connection) from None
            return attempt.told(direct.connection)

    # files

    def load(
        self,
        table: str,
        given: Given,
        mapping: Mapping[str, str] | None = None,
        *,
        only_try: int = 0,
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
    ) -> Loaded:
        """Add the rows of a file in one transaction; those that the server refuses are left out, and told with why.

        Parameters
        ----------
        mapping
            Columns of the table by those of the file; without it, by their names.
        only_try
            Take only so many rows, and undo it: to see what becomes of them.

        Raises
        ------
        BadInput
            If the mapping means nothing here, or too many rows are refused; nothing was added then.
        Cancelled
            If that was wanted meanwhile; nothing was added.
        """
        with self._open(write=True) as (address, direct):
            held = self._held(address, direct, table).shape
            direct.connection.rollback()
            names, places = mapped(given, held, matched(given, held) if mapping is None else mapping)
            wanted = given.rows[:only_try] if only_try else given.rows
            rows = [[row[place] for place in places] for row in wanted]
            try:
                with direct.connection.transaction(force_rollback=bool(only_try)):
                    return Loader(direct, held, names).load(rows, progress, cancel)
            except psycopg.Error as error:  # what waits for the end of the transaction
                raise answers.refusal(error, direct.connection) from None

    def export(
        self,
        table: str,
        to: BinaryIO,
        format: str,
        filters: Sequence[Filter] = (),
        sort: Sequence[Sort] = (),
        *,
        formula_safe: bool = True,
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
    ) -> int:
        """Write the rows that pass all filters to a file, in order, and return how many; see `outgoing.write_rows`.

        Raises
        ------
        BadInput
            If a filter, a sort or the format means nothing here.
        Cancelled
            If that was wanted meanwhile.
        """
        with self._open(timeout_ms=None) as (address, direct):
            held = self._held(address, direct, table).shape
            statement, given = statements.streaming(held, filters, sort)
            rows = direct.stream(statement, values.document(given))

            def told() -> Iterator[list[Any]]:
                for count, text in enumerate(rows):
                    if cancel is not None and cancel.is_set():
                        raise Cancelled("exporting was cancelled")
                    if progress is not None and count % 1000 == 0:
                        progress(count, 0, f"{count:,} rows")
                    row = values.read(text)
                    yield [row[f"c{number}"] for number in range(len(held.columns))]

            try:
                return write_rows(to, format, held, told(), formula_safe=formula_safe)
            except psycopg.Error as error:
                direct.connection.rollback()
                raise answers.refusal(error, direct.connection) from None

    # how

    @cached_property
    def _paths(self) -> tuple[Path, ...]:
        """The tables and views that the design means."""
        catalog = lower(self.design)
        tables = [(one.schema, one.name) for one in catalog.of(Table) if one.partition_of is None]
        views = [(one.schema, one.name) for one in catalog.of(View)]
        kept = [(one.schema, one.name) for one in catalog.of(MaterializedView)]
        return (*tables, *views, *kept)

    def _held(self, address: str, direct: Direct, name: str) -> Held:
        path = known(self._paths, [name])[0]
        found = shape(direct.connection, *path, missing=nothing_in(address))
        return Held(shown(path), found, references.references(direct.connection, found))

    def _parent(self, direct: Direct, reference: Reference) -> Shape | None:
        """Return the table that a foreign key leads to, if it is one of the design."""
        path = (reference.schema, reference.table)
        return shape(direct.connection, *path) if path in self._paths else None

    def _reading(self, direct: Direct) -> asking.Reading:
        def reading(statement: sql.Composable, given: Any) -> list[dict[str, Any]]:
            try:
                return [values.read(text) for text in direct.rows(statement, values.document(given))]
            except psycopg.Error as error:
                direct.connection.rollback()
                raise answers.refusal(error, direct.connection) from None

        return reading

    @contextmanager
    def _open(self, *, write: bool = False, timeout_ms: int | None = TIMEOUT_MS) -> Iterator[tuple[str, Direct]]:
        with reached(self._session, self._place, write=write) as place:
            wanted = place or self._session.target
            with opened(wanted, read_only=not write, timeout_ms=timeout_ms) as (address, connection):
                for name, value in _SETTINGS.items():
                    connection.execute("SELECT pg_catalog.set_config(%s, %s, false)", [name, value])
                connection.commit()
                yield address, Direct(connection)
                connection.rollback()
