"""Rows of what is deployed: added, looked for, changed and removed by their keys, in the room of their project.

Who changes or removes a row says which revision of it they looked at; a row that has changed since stays as it is.
A revision is a digest of the whole row as the server writes it, so it also works where rows move between partitions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any, Final
from uuid import UUID

import psycopg
from psycopg import sql

from designer_kernel.errors import EditConflict
from designer_kernel.studio.deployed import NotDeployed
from designer_kernel.studio.tabular import answers, asking, statements, values
from designer_kernel.studio.tabular.asking import MOST_ROWS, changes_of, key_of, no_row, revision_of
from designer_kernel.studio.tabular.saving import culprit
from designer_kernel.studio.tabular.shape import Column, Shape, shape, shapes
from designer_kernel.studio.tabular.statements import Filter, Sort
from designer_kernel.studio.tabular.views import Page, RowView, TableView, row_view, table_views
from designer_kernel.studio.team import isolation, stored
from designer_kernel.studio.team.deploying import room_of
from designer_kernel.studio.team.isolation import Room, Visit
from designer_kernel.studio.team.refusals import BadInput
from designer_kernel.studio.team.rights import Right
from designer_kernel.studio.team.stored import ProjectView
from designer_kernel.studio.team.unit import Unit, use_case

ANY: Final = asking.ANY
"""The revision of whoever does not mind what a row has become."""


@use_case(Right.see, changes=False)
def tables(unit: Unit, project: UUID) -> list[TableView]:
    """Return the tables and views that are deployed of a project, by name."""
    found = stored.found(unit, Right.see, project)
    return table_views(shapes(isolation.driver(unit), _room(unit, found).schema))


@use_case(Right.see, changes=False)
def get(unit: Unit, project: UUID, table: str, key: Mapping[str, Any]) -> RowView:
    """Return the row of a key.

    Raises
    ------
    NotFound
        If there is none.
    """
    room, held = _table(unit, stored.found(unit, Right.see, project), table)
    asked = [Filter(name, "eq", value) for name, value in key_of(held, key).items()]
    statement, given = statements.selecting(held, asked, (), None, 2)
    found = _read(unit, room, statement, given)
    if len(found) != 1:
        raise no_row()
    return row_view(held, found[0])


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

    def reading(statement: sql.Composable, given: Mapping[str, Any]) -> list[dict[str, Any]]:
        return _read(unit, room, statement, given)

    return asking.page(held, str(project), filters, sort, reading, limit=limit, cursor=cursor)


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
    plain = [changes_of(held, row, f"rows[{number}]." if len(rows) > 1 else "") for number, row in enumerate(rows)]
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
    wanted, plain = key_of(held, key), changes_of(held, changes, "")
    if not plain:
        raise BadInput("nothing is to be changed", where="changes", mend="name the columns to change")
    statement, given = statements.updating(held, wanted, plain, revision_of(revision))
    row = _written(unit, room, held, wanted, plain, statement, given)
    _changed(unit, found, "row.update", table, 1)
    return row_view(held, row)


@use_case(Right.edit)
def delete(unit: Unit, project: UUID, table: str, key: Mapping[str, Any], revision: str) -> None:
    """Remove the row of a key; see `update`."""
    found = stored.found(unit, Right.edit, project)
    room, held = _table(unit, found, table, writing=True)
    wanted = key_of(held, key)
    statement, given = statements.deleting(held, wanted, revision_of(revision))
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
            self.made.append(row_view(self._held, values.read(text)))
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
    raise no_row()


@contextmanager
def _answering(unit: Unit, room: Room, held: Shape, rows: Sequence[Mapping[str, Any]]) -> Iterator[None]:
    """Turn what the server refuses into words, with the column whose value it is about."""
    try:
        yield
    except psycopg.Error as error:
        where = _culprit(unit, room, held, rows) if answers.is_about_a_value(error) else ""
        raise answers.refusal(error, isolation.driver(unit), where) from None


def _culprit(unit: Unit, room: Room, held: Shape, rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the column whose value the server cannot read, found by reading each alone."""
    with isolation.visit(unit, room, reading=True) as visit:
        for number, row in enumerate(rows):
            name = culprit(visit, held, row)
            if name:
                return f"rows[{number}].{name}" if len(rows) > 1 else name
    return ""


def _changed(unit: Unit, project: ProjectView, action: str, table: str, count: int) -> None:
    """Audit and tell that rows changed: which table and how many, never what they hold."""
    unit.audit(action, str(project.id), workspace=project.workspace, table=table, rows=count)
    unit.tell("rows", project.id, table=table)
