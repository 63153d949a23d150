"""Rows of what is deployed: added, looked for, changed and removed by their keys, in the room of their project.

Who changes or removes a row says which revision of it they looked at; a row that has changed since stays as it is.
A revision is a digest of the whole row as the server writes it, so it also works where rows move between partitions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import blake2s
from itertools import groupby
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import sql

from designer_kernel.errors import EditConflict
from designer_kernel.studio.deployed import NotDeployed
from designer_kernel.studio.tabular import answers, statements, values
from designer_kernel.studio.tabular.shape import Column, Shape, shape, shapes
from designer_kernel.studio.tabular.statements import Filter, Sort
from designer_kernel.studio.team import isolation, stored
from designer_kernel.studio.team.deploying import room_of
from designer_kernel.studio.team.isolation import Room, Visit
from designer_kernel.studio.team.refusals import BadInput, NotFound
from designer_kernel.studio.team.rights import Right
from designer_kernel.studio.team.stored import ProjectView
from designer_kernel.studio.team.unit import Unit, use_case

MOST_ROWS: Final = 1_000
"""Rows that are added at once, or read as one page."""

ANY: Final = "*"
"""The revision of whoever does not mind what a row has become."""

_OF_VALUES: Final = "22"
_OF_RULES: Final = "23"


@dataclass(frozen=True, slots=True)
class ColumnView:
    """A column of a table."""

    name: str
    type: str
    is_required: bool
    has_default: bool
    is_computed: bool


@dataclass(frozen=True, slots=True)
class TableView:
    """A table, or a view, whose rows can only be read; ``key`` tells its rows apart, unless it is empty."""

    name: str
    is_table: bool
    key: tuple[str, ...]
    columns: tuple[ColumnView, ...]


@dataclass(frozen=True, slots=True)
class RowView:
    """A row; see `designer_kernel.studio.tabular.values` for how values are told.

    Attributes
    ----------
    is_bare
        Whether it is too large for one answer: then ``values`` are those of the key alone.
    """

    values: dict[str, Any]
    key: dict[str, Any]
    revision: str
    is_bare: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows, and the cursor of those behind them; ``None`` if there are no more, or no key leads to them."""

    rows: tuple[RowView, ...]
    next: str | None


@use_case(Right.see, changes=False)
def tables(unit: Unit, project: UUID) -> list[TableView]:
    """Return the tables and views that are deployed of a project, by name."""
    found = stored.found(unit, Right.see, project)
    return [
        TableView(
            one.name,
            one.is_table,
            one.key,
            tuple(ColumnView(c.name, c.type, c.is_required, c.has_default, c.is_computed) for c in one.columns),
        )
        for one in shapes(isolation.driver(unit), _room(unit, found).schema)
    ]


@use_case(Right.see, changes=False)
def get(unit: Unit, project: UUID, table: str, key: Mapping[str, Any]) -> RowView:
    """Return the row of a key.

    Raises
    ------
    NotFound
        If there is none.
    """
    room, held = _table(unit, stored.found(unit, Right.see, project), table)
    asked = [Filter(name, "eq", value) for name, value in _key(held, key).items()]
    statement, given = statements.selecting(held, asked, (), None, 2)
    found = _read(unit, room, statement, given)
    if len(found) != 1:
        raise _no_row()
    return _view(held, found[0])


@use_case(Right.see, changes=False)
def query(
    unit: Unit,
    project: UUID,
    table: str,
    filters: Sequence[Filter] = (),
    sort: Sequence[Sort] = (),
    *,
    limit: int = 50,
    cursor: str | None = None,
) -> Page:
    """Return rows that pass all filters, in order; the key decides where the order says nothing.

    Parameters
    ----------
    limit
        At most so many, up to `MOST_ROWS`; fewer, if a page would have more than `statements.MOST_BYTES`. A row that
        has more comes alone, and bare.
    cursor
        Where the page before ended; it is worth nothing for other filters or another order.

    Raises
    ------
    BadInput
        If a filter, a sort, the limit or the cursor means nothing here.
    """
    room, held = _table(unit, stored.found(unit, Right.see, project), table)
    if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MOST_ROWS:
        raise BadInput("this is no number of rows", where="limit", mend=f"give 1 to {MOST_ROWS}")
    order = [*sort, *(Sort(name) for name in held.key if name not in {one.column for one in sort})]
    question = _question(project, table, filters, order)
    after = values.place(cursor, question, len(order)) if cursor is not None else None
    if cursor is not None and not held.key:
        raise BadInput("no key tells these rows apart", where="cursor", mend="read them without a cursor")
    statement, given = statements.selecting(held, filters, order, after, limit + 1)
    found = _read(unit, room, statement, given)
    shown, behind = found[:limit], None
    if shown and shown[0]["of"] > len(shown) and held.key:
        behind = values.cursor(question, [shown[-1][f"s{number}"] for number in range(len(order))])
    return Page(tuple(_view(held, row) for row in shown), behind)


@use_case(Right.edit)
def insert(unit: Unit, project: UUID, table: str, rows: Sequence[Mapping[str, Any]]) -> tuple[RowView, ...]:
    """Add rows, all of them or none, and return them with what the server filled in.

    Raises
    ------
    BadInput
        If a value does not fit its column or breaks a rule of the table; ``where`` names the column.
    AlreadyThere
        If a key is taken.
    """
    found = stored.found(unit, Right.edit, project)
    room, held = _table(unit, found, table, writing=True)
    if not 1 <= len(rows) <= MOST_ROWS:
        raise BadInput("this is no number of rows", where="rows", mend=f"add 1 to {MOST_ROWS} at once")
    plain = [_changes(held, row, f"rows[{number}]." if len(rows) > 1 else "") for number, row in enumerate(rows)]
    adding = _Adding(held)
    with _answering(unit, room, held, plain), isolation.visit(unit, room) as visit:
        for names, group in groupby(plain, key=tuple):
            adding.add(visit, [held.column(name) for name in names], list(group))
    made = adding.made
    _changed(unit, found, "row.insert", table, len(made))
    return tuple(made)


@use_case(Right.edit)
def update(
    unit: Unit, project: UUID, table: str, key: Mapping[str, Any], changes: Mapping[str, Any], revision: str
) -> RowView:
    """Change the row of a key, and return it as it is then.

    Parameters
    ----------
    revision
        That of the row as its editor saw it, or `ANY`.

    Raises
    ------
    NotFound
        If there is no such row.
    EditConflict
        If it has changed since.
    BadInput, AlreadyThere
        As `insert`.
    """
    found = stored.found(unit, Right.edit, project)
    room, held = _table(unit, found, table, writing=True)
    wanted, plain = _key(held, key), _changes(held, changes, "")
    if not plain:
        raise BadInput("nothing is to be changed", where="changes", mend="name the columns to change")
    statement, given = statements.updating(held, wanted, plain, _revision(revision))
    row = _written(unit, room, held, wanted, plain, statement, given)
    _changed(unit, found, "row.update", table, 1)
    return _view(held, row)


@use_case(Right.edit)
def delete(unit: Unit, project: UUID, table: str, key: Mapping[str, Any], revision: str) -> None:
    """Remove the row of a key; see `update`."""
    found = stored.found(unit, Right.edit, project)
    room, held = _table(unit, found, table, writing=True)
    wanted = _key(held, key)
    statement, given = statements.deleting(held, wanted, _revision(revision))
    _written(unit, room, held, wanted, {}, statement, given)
    _changed(unit, found, "row.delete", table, 1)


def _room(unit: Unit, project: ProjectView) -> Room:
    room = room_of(project)
    if not isolation.is_there(unit, room):
        raise NotDeployed(f"nothing of {project.name} is deployed", where=project.name, mend="deploy it first")
    return room


def _table(unit: Unit, project: ProjectView, table: str, *, writing: bool = False) -> tuple[Room, Shape]:
    room = _room(unit, project)
    held = shape(isolation.driver(unit), room.schema, table)
    if writing and not held.is_table:
        raise BadInput(f"{table} is a view", where="table", mend="change the tables that it shows")
    return room, held


def _key(held: Shape, key: Mapping[str, Any]) -> dict[str, Any]:
    """Return a key, all of it and nothing else: rows are never changed in bulk."""
    if not held.key:
        raise BadInput(
            f"{held.name} has no key that tells its rows apart", where="key", mend="give it a primary key in the design"
        )
    if not isinstance(key, Mapping) or set(key) != set(held.key):
        raise BadInput("this is no key of the table", where="key", mend=f"give {', '.join(held.key)}")
    plain = {name: values.plain(key[name], name) for name in held.key}
    for name, value in plain.items():
        if value is None:
            raise BadInput("a key is never null", where=name, mend="give its value")
    return plain


def _changes(held: Shape, row: Mapping[str, Any], prefix: str) -> dict[str, Any]:
    """Return the values of a row in the order of its columns; what nobody may write is refused by name."""
    if not isinstance(row, Mapping):
        raise BadInput("a row is an object", where=prefix.rstrip(".") or "rows", mend="give values by column")
    for name in row:
        if held.column(name, f"{prefix}{name}").is_computed:
            raise BadInput("the server computes this", where=f"{prefix}{name}", mend="leave it out")
    return {c.name: values.plain(row[c.name], f"{prefix}{c.name}") for c in held.columns if c.name in row}


def _revision(revision: str) -> str:
    if not isinstance(revision, str) or not revision:
        raise BadInput("a row is changed as of a revision", where="revision", mend=f"give it, or {ANY!r} for any")
    return str(values.plain(revision, "revision"))


class _Adding:
    """Adds rows, and tells of them as far as one answer goes."""

    def __init__(self, held: Shape) -> None:
        self.made: list[RowView] = []
        self._held = held
        self._left = statements.MOST_BYTES

    def add(self, visit: Visit, columns: Sequence[Column], rows: list[dict[str, Any]]) -> None:
        """Add rows that have values for the same columns."""
        if not columns:
            for _ in rows:
                self._run(visit, columns, None)
            return
        sent = [{f"p{number}": row[column.name] for number, column in enumerate(columns)} for row in rows]
        self._run(visit, columns, values.document(sent))

    def _run(self, visit: Visit, columns: Sequence[Column], document: str | None) -> None:
        for text in visit.rows(statements.inserting(self._held, columns, max(self._left, 0)), document):
            self.made.append(_view(self._held, values.read(text)))
            self._left -= len(text)


def _read(unit: Unit, room: Room, statement: sql.Composable, given: Mapping[str, Any]) -> list[dict[str, Any]]:
    try:
        with isolation.visit(unit, room, reading=True) as visit:
            return [values.read(text) for text in visit.rows(statement, values.document(given))]
    except psycopg.Error as error:
        raise answers.refusal(error, isolation.driver(unit)) from None


def _written(
    unit: Unit,
    room: Room,
    held: Shape,
    key: Mapping[str, Any],
    changes: Mapping[str, Any],
    statement: sql.Composable,
    given: Mapping[str, Any],
) -> dict[str, Any]:
    """Run a statement that changes one row, and return that."""
    with _answering(unit, room, held, [{**key, **changes}]), isolation.visit(unit, room) as visit:
        found = visit.rows(statement, values.document(given))
        if len(found) > 1:
            raise BadInput("several rows have this key", where="key", mend="look for tables that inherit from it")
    if found:
        return values.read(found[0])
    same = [Filter(name, "eq", value) for name, value in key.items()]
    if _read(unit, room, *statements.selecting(held, same, (), None, 1)):
        raise EditConflict("the row has changed since", where=held.name, mend="look at it again, and decide anew")
    raise _no_row()


@contextmanager
def _answering(unit: Unit, room: Room, held: Shape, rows: Sequence[Mapping[str, Any]]) -> Iterator[None]:
    """Turn what the server refuses into words, with the column whose value it is about."""
    try:
        yield
    except psycopg.Error as error:
        where = _culprit(unit, room, held, rows) if _is_about_a_value(error) else ""
        raise answers.refusal(error, isolation.driver(unit), where) from None


def _is_about_a_value(error: psycopg.Error) -> bool:
    """Whether a value is not of its column's type, or breaks a rule of its domain."""
    code = error.sqlstate or ""
    return code.startswith(_OF_VALUES) or (code.startswith(_OF_RULES) and not error.diag.table_name)


def _culprit(unit: Unit, room: Room, held: Shape, rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the column whose value the server cannot read, found by reading each alone."""
    with isolation.visit(unit, room, reading=True) as visit:
        for number, row in enumerate(rows):
            for name, value in row.items():
                try:
                    with visit.connection.transaction():
                        visit.rows(statements.trying(held.column(name)), values.document({"p0": value}))
                except psycopg.Error:
                    return f"rows[{number}].{name}" if len(rows) > 1 else name
    return ""


def _view(held: Shape, row: Mapping[str, Any]) -> RowView:
    told = {column.name: row[place] for n, column in enumerate(held.columns) if (place := f"c{n}") in row}
    return RowView(told, {name: told[name] for name in held.key}, row["revision"], is_bare="bare" in row)


def _question(project: UUID, table: str, filters: Sequence[Filter], order: Sequence[Sort]) -> str:
    """Return what tells a question from others, so that a cursor is not used for another one."""
    asked = [[one.column, one.operation, values.plain(one.value, one.column)] for one in filters]
    sorts = [[one.column, one.descending] for one in order]
    text = values.document(values.plain([str(project), table, asked, sorts], "filters"))
    return blake2s(text.encode(), digest_size=8).hexdigest()


def _changed(unit: Unit, project: ProjectView, action: str, table: str, count: int) -> None:
    """Audit and tell that rows changed: which table and how many, never what they hold."""
    unit.audit(action, str(project.id), workspace=project.workspace, table=table, rows=count)
    unit.tell("rows", project.id, table=table)


def _no_row() -> NotFound:
    return NotFound("there is no such row", where="key", mend="look for it: it may have been removed")
