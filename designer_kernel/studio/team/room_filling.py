"""Sample rows into a room: planned from what is deployed there, made here, and sent through the gate of the workspace.

What rows run into on their way (defaults, checks, triggers that are to run) is code of the workspace, and runs with its
rights. Keys that refer to rows that come later, triggers and forced row security are taken off and put back within the
transaction; afterwards the room must be as it was, but for its rows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import psycopg
from psycopg import sql

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.catalog.render import SETTINGS, create
from designer_kernel.errors import SamplePlanError, StatementFailed
from designer_kernel.postgres.introspect import read
from designer_kernel.studio.tabular import answers
from designer_kernel.studio.team import fill_limits, isolation
from designer_kernel.studio.team.isolation import Room
from designer_kernel.studio.team.unit import Unit

if TYPE_CHECKING:
    from designer_kernel.sample.plan import Plan, ReferencePlan, TablePlan
    from designer_kernel.sample.planning.request import Request

_SENDING: Final = {
    **SETTINGS, "TimeZone": "UTC", "DateStyle": "ISO, YMD", "IntervalStyle": "postgres", "check_function_bodies": "off",
}  # fmt: skip
"""What values and statements are written for."""

_TRIGGERS: Final = """
    SELECT c.relname, t.tgname, t.tgenabled = 'A' FROM pg_catalog.pg_trigger t
    JOIN pg_catalog.pg_class c ON c.oid = t.tgrelid
    WHERE c.relnamespace = pg_catalog.to_regnamespace(%s) AND c.relkind IN ('r', 'p')
      AND NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgenabled IN ('O', 'A')
    ORDER BY 1, 2
"""

_SEQUENCE: Final = """
    SELECT pg_catalog.jsonb_build_array(n.nspname, c.relname)
    FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = CAST({sequence} AS pg_catalog.regclass) AND (SELECT {furthest}) IS NOT NULL
"""
"""A sequence, if there are numbers that it has to be behind."""

Heard = Callable[[str, int], None]
"""Told how many rows a table has got; raises to end it all."""


@dataclass(frozen=True, slots=True)
class Way:
    """What a fill goes by: what is in the room, and which rows there will be."""

    catalog: Catalog
    plan: Plan
    tables: tuple[TablePlan, ...]
    """Those that get rows, each behind those that it refers to as far as that is possible."""

    @property
    def rows(self) -> int:
        """How many rows there will be."""
        return self.plan.rows


def way(unit: Unit, room: Room, request: Request) -> Way:
    """Return how a room will be filled. Nothing is changed.

    Raises
    ------
    SamplePlanError
        If a constraint cannot be satisfied.
    BadInput
        If the rows would be too many, or too large.
    UnknownObject
        For a name of a table that is not there.
    """
    from designer_kernel.sample.planning import abilities, planner
    from designer_kernel.studio.team.room_judge import RoomJudge

    catalog = _there(unit, room)
    try:
        made = planner.plan(
            catalog,
            rows=request.rows,
            scale=request.scale,
            seed=request.seed,
            tables=request.tables,
            until=request.until,
            hints=request.hints,
            judge=RoomJudge.of(unit, room),
        )
        plan = abilities.within(isolation.driver(unit), made)
    except SamplePlanError as error:
        where = error.where.replace(f"{room.schema}.", "")
        raise SamplePlanError(error.what.replace(f"{room.schema}.", ""), where=where, mend=error.mend) from error
    fill_limits.check_plan(plan)
    return Way(catalog, plan, tuple(_ordered([table for table in plan.tables.values() if table.rows])))


def fill(unit: Unit, room: Room, way: Way, *, replace: bool, run_triggers: bool, heard: Heard) -> tuple[str, ...]:
    """Add the rows, all of them or none, and return what is worth knowing of that.

    Parameters
    ----------
    replace
        Whether rows that are there go; otherwise they are a reason to refuse.
    run_triggers
        Whether triggers run for each row.
    heard
        Told of each batch.

    Raises
    ------
    SamplePlanError
        If there are rows that are not to be replaced.
    BadInput, AlreadyThere, StatementFailed
        If the server refuses a row.
    """
    off, back = _suspension(unit, room, way, run_triggers=run_triggers)
    for statement in off:
        _run(unit, room, statement)
    if not replace:
        _refuse_rows(unit, room, way)  # only now does forced row security hide none
    if replace and way.tables:
        _run(unit, room, sql.SQL("TRUNCATE {}").format(sql.SQL(", ").join(_path(table.name) for table in way.tables)))
    for table in way.tables:
        _send(unit, room, way, table, heard)
    _number(unit, room, way)
    for statement in back:
        _run(unit, room, statement)
    notes = (*way.plan.notes, *_refreshed(unit, room, way))
    if differences(way.catalog, _there(unit, room)):
        raise StatementFailed(
            "the rows changed more than rows, so that nothing of it was kept",
            mend="look what functions of the design do when rows are added",
        )
    return tuple(note.replace(f"{room.schema}.", "") for note in notes)


def _there(unit: Unit, room: Room) -> Catalog:
    return read(isolation.driver(unit), [room.schema], privileges=False, labels=False).catalog


def _run(unit: Unit, room: Room, statement: sql.Composable | str) -> None:
    try:
        with isolation.visit(unit, room, settings=_SENDING) as visit:
            visit.run(statement)
    except psycopg.Error as error:
        raise answers.refusal(error, isolation.driver(unit)) from None


def _send(unit: Unit, room: Room, way: Way, table: TablePlan, heard: Heard) -> None:
    from designer_kernel.sample.files.script import insert_script

    done = 0
    heard(table.name[1], done)
    for statement, count in insert_script(way.plan, table):
        _run(unit, room, statement.decode())
        done += count
        heard(table.name[1], done)


def _refuse_rows(unit: Unit, room: Room, way: Way) -> None:
    for table in way.tables:
        asked = sql.SQL("SELECT pg_catalog.to_jsonb(EXISTS (SELECT FROM {}))").format(_path(table.name))
        with isolation.visit(unit, room, reading=True) as visit:
            (has_rows,) = (json.loads(text) for text in visit.rows(asked))
        if has_rows:
            raise SamplePlanError(
                f"{table.name[1]} holds rows already",
                where=table.name[1],
                mend='choose other tables, or have them replaced (mode="replace")',
            )


def _ordered(tables: list[TablePlan]) -> list[TablePlan]:
    """Return tables behind those that they refer to; of a circle, one is the first."""
    waiting = list(tables)
    placed: list[TablePlan] = []
    names = {table.name for table in tables}
    while waiting:
        done = {table.name for table in placed}
        free = [
            table
            for table in waiting
            if not ({one.parent for one in table.references.values()} & names) - {table.name} - done
        ]
        placed += free or waiting[:1]
        waiting = [table for table in waiting if table not in placed]
    return placed


def _early(way: Way) -> Iterator[tuple[TablePlan, ReferencePlan]]:
    """Yield the references to rows that come later: a gate looks at each statement's rows at once."""
    from designer_kernel.sample.plan import Tree

    place = {table.name: number for number, table in enumerate(way.tables)}
    for number, table in enumerate(way.tables):
        for reference in table.references.values():
            is_list = isinstance(reference.rule, Tree) and reference.rule.is_list
            if place.get(reference.parent, -1) > number or is_list:
                yield table, reference


def _suspension(unit: Unit, room: Room, way: Way, *, run_triggers: bool) -> tuple[list[sql.Composable | str], ...]:
    """Return the statements that take off what is in the way of rows, and those that put it back."""
    off: list[sql.Composable | str] = []
    back: list[sql.Composable | str] = []
    keys = {ObjectId("constraint", (*table.name, reference.name)) for table, reference in _early(way)}
    found = [key for key in keys if isinstance(way.catalog.get(key), ForeignKey)]
    for key in found:
        off += way.catalog[key].drop(way.catalog)
    back += [one.sql for one in create(way.catalog, list(_with_parts(way.catalog, found)))]
    if not run_triggers:
        for table, name, is_always in isolation.driver(unit).execute(_TRIGGERS, [room.schema]).fetchall():
            words = [sql.SQL("ALTER TABLE"), _path((room.schema, table))]
            off.append(sql.SQL(" ").join([*words, sql.SQL("DISABLE TRIGGER"), sql.Identifier(name)]))
            enable = sql.SQL("ENABLE ALWAYS TRIGGER" if is_always else "ENABLE TRIGGER")
            back.append(sql.SQL(" ").join([*words, enable, sql.Identifier(name)]))
    for one in way.catalog.of(Table):
        if one.force_row_security and (one.schema, one.name) in {table.name for table in way.tables}:
            path = _path((one.schema, one.name))
            off.append(sql.SQL("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY").format(path))
            back.append(sql.SQL("ALTER TABLE {} FORCE ROW LEVEL SECURITY").format(path))
    return off, back


def _with_parts(catalog: Catalog, keys: list[ObjectId]) -> Iterator[ObjectId]:
    """Yield facts with what goes when they go, such as their comments."""
    for key in keys:
        yield key
        yield from _with_parts(catalog, [part.id for part in catalog.all_parts(key)])


def _number(unit: Unit, room: Room, way: Way) -> None:
    """Set sequences behind the last numbers, as a part of the transaction.

    What ``setval`` does stays when all else is rolled back, and rows that were to be replaced would meet their own
    numbers again. A sequence that was restarted before in the same transaction goes back with it.
    """
    from designer_kernel.sample.files.script import counted, numbering

    tables = list(way.tables)
    for sequence, furthest in counted(tables):
        asked = _SEQUENCE.format(sequence=sequence, furthest=furthest)
        with isolation.visit(unit, room, reading=True, settings=_SENDING) as visit:
            found = [json.loads(text) for text in visit.rows(asked)]
        for schema, name in found:
            _run(unit, room, sql.SQL("ALTER SEQUENCE {} RESTART").format(sql.Identifier(schema, name)))
    for statement in numbering(tables):
        _run(unit, room, statement)


def _refreshed(unit: Unit, room: Room, way: Way) -> Iterator[str]:
    """Refresh the materialized views that show what was filled; yield notes about those that could not be."""
    from designer_kernel.sample.loading.finishing import stale

    for view in stale(way.catalog, {ObjectId("relation", table.name) for table in way.tables}):
        statement = sql.SQL("REFRESH MATERIALIZED VIEW {}").format(_path((view.schema, view.name)))
        try:
            with isolation.visit(unit, room, settings=_SENDING) as visit:
                visit.run(statement)
        except psycopg.Error:
            yield f"the materialized view {view.name} could not be refreshed"


def _path(name: tuple[str, str]) -> sql.Identifier:
    return sql.Identifier(*name)
