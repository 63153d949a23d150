"""The proof of a plan with rows: what it does not say to lose survives, and what was salvaged comes back."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import StatementFailed
from designer_kernel.migrate.check import Check
from designer_kernel.migrate.contents import Row, columns_of, contents, counted, groups
from designer_kernel.migrate.course import Course
from designer_kernel.migrate.effects import Relation
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.migrate.running import prepare, run_step
from designer_kernel.migrate.salvage.touching import Names, detached_by
from designer_kernel.migrate.sampling import root_of, sample
from designer_kernel.migrate.steps import Plan, Step, stages
from designer_kernel.postgres.connection import ALLOWED, to_url

_SHOWN: Final = 5
_ATTEMPTS: Final = 4
"""How often it is tried with fewer tables filled, since a step that may fail does so with the sampled rows."""

_WARNINGS: Final = frozenset({"may_fail", "conversion", "enum_value", "numbering", "volatile_default"})
"""Hazards that say that a step may fail because of rows."""


def data_checks(
    plan: Plan, before: Catalog, after: Catalog, rehearsal: Rehearsal, rows: int, course: Course
) -> Iterator[Check]:
    """Yield what comes of trying a plan with rows: ``rows survive up`` and ``rows survive down`` and the like.

    Parameters
    ----------
    rows
        About how many each table has.
    course
        Told of each step; it may end the trial.
    """
    began, empty, notes = time.monotonic(), set[Relation](), list[str]()
    told = _Told(plan, before)
    for attempt in range(_ATTEMPTS):
        with rehearsal.database(before) as connection:
            course.tell("filling tables with rows")
            refused = sample(_url(connection), before, rows, empty)
            first = contents(connection, before)
            failed = _run(connection, plan.up, course, together=plan.mode == "online")
            if failed is not None and attempt + 1 < _ATTEMPTS and (more := failed.tables(before) - empty):
                notes.append(f"without rows in {_list(more)}: {failed}")
                empty |= more
                continue
            notes += [f"without rows in {'.'.join(table)}: {why}" for table, why in refused.items()]
            yield from _tried(plan, before, after, connection, first, told, failed, notes, began, course)
            return


def _tried(
    plan: Plan,
    before: Catalog,
    after: Catalog,
    connection: psycopg.Connection[Any],
    first: dict[Relation, list[Row]],
    told: _Told,
    failed: _Failure | None,
    notes: list[str],
    began: float,
    course: Course,
) -> Iterator[Check]:
    if failed is not None:
        yield Check("rows survive up", failed.is_told, (*notes, str(failed))[:_SHOWN], time.monotonic() - began)
        return
    found = list(_lost_up(before, after, first, contents(connection, after, told.types(after)), told))
    yield Check("rows survive up", not found, tuple(found or notes)[:_SHOWN], time.monotonic() - began)
    began = time.monotonic()
    if failed := _run(connection, plan.down, course, together=plan.mode == "online"):
        yield Check("rows survive down", failed.is_told, (str(failed),), time.monotonic() - began)
        return
    last = contents(connection, before)
    kept, gone = set(told.kept(first)), told.not_restored
    found = list(_differing(first, last, lambda path: path in kept, before))
    said = [f"{key} does not come back" for key in sorted(map(str, gone))]
    yield Check("rows survive down", not found, tuple(found or said)[:_SHOWN], time.monotonic() - began)
    if told.restored:
        back = list(_differing(first, last, told.comes_back, before)) + _unrestored(connection, plan.before)
        yield Check("what was salvaged comes back", not back, tuple(back[:_SHOWN]), time.monotonic() - began)


@dataclass(frozen=True, slots=True)
class _Failure:
    step: Step
    error: StatementFailed

    def __str__(self) -> str:
        return f"{self.step.title}: {self.error.what}"

    @property
    def is_told(self) -> bool:
        """Whether the plan says that the step may fail because of rows; of those that come back, all fit here."""
        return self.step.action != "restore" and any(hazard.name in _WARNINGS for hazard in self.step.hazards)

    def tables(self, catalog: Catalog) -> set[Relation]:
        """Return the tables whose rows may be the reason, if the plan says that there may be such."""
        if not self.is_told:
            return set()
        named = {effect.relation for effect in self.step.effects}
        named |= {(h.on.path[0], h.on.path[1]) for h in self.step.hazards if len(h.on.path) > 1}
        roots = {root_of(relation, catalog) for relation in named}
        return {r for r in roots if isinstance(catalog.get(ObjectId("relation", r)), Table)}


def _run(
    connection: psycopg.Connection[Any], steps: Sequence[Step], course: Course, *, together: bool
) -> _Failure | None:
    """Run steps as they would be applied, and return what failed."""
    prepare(connection, local=False)
    step = None
    for stage in stages(steps) if together else [tuple(steps)]:
        try:
            with connection.transaction() if stage and stage[0].is_transactional else nullcontext():
                for step in stage:
                    course.tell(f"with rows: {step.title}")
                    run_step(connection, step, cancel=course.cancel)
        except StatementFailed as error:
            assert step is not None
            return _Failure(step, error)
        except psycopg.Error as error:  # what is deferred fails at the commit
            assert step is not None
            return _Failure(step, StatementFailed(str(error)))
    return None


@dataclass(slots=True)
class _Told:
    """What a plan says of rows: what goes, what is converted, what comes back; all by the names before."""

    plan: Plan
    before: Catalog
    names: Names = field(init=False)
    lost: set[ObjectId] = field(default_factory=set)
    changed: set[ObjectId] = field(default_factory=set)
    restored: set[tuple[str, ...]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.names = Names(self.before)
        detached: set[ObjectId] = set()
        for step in self.plan.up:
            for hazard in step.hazards:
                if hazard.name in ("data_loss", "conversion", "enum_value"):
                    into = self.lost if hazard.name == "data_loss" else self.changed
                    into.update(key for key in self._columns(hazard.on) if key == hazard.on or key not in detached)
            if step.action == "fill":  # nulls become what was given for them
                self.changed.update(self._columns(step.facts[0]))
            for sql in step.statements:
                detached.update(ObjectId("relation", self.names.original(part)) for part in detached_by(sql))
                self.names.follow(sql)
        self.restored = {step.facts[0].path for step in self.plan.down if step.action == "restore"}

    def types(self, after: Catalog) -> dict[tuple[str, ...], str]:
        """Return the types that widened columns had before, by the names that the columns have after."""
        found: dict[tuple[str, ...], str] = {}
        for column in self.before.of(Column):
            path = (column.schema, column.table)
            now = (*self.names.relation(path), self.names.column(path, column.name))
            new = after.get(ObjectId("column", now))
            is_wider = isinstance(new, Column) and new.type != column.type and "." not in column.type
            if is_wider and column.id not in self.touched:
                found[now] = column.type
        return found

    def _columns(self, on: ObjectId) -> Iterator[ObjectId]:
        """Yield the tables and columns that a hazard is about."""
        relation = self.names.original((on.path[0], on.path[1])) if len(on.path) > 1 else None
        if on.kind == "relation" and relation is not None:
            yield from (ObjectId("relation", part) for part in _parts(relation, self.before))
        elif on.kind == "column" and relation is not None:
            name = self.names.original_column(relation, on.path[2])
            yield from (ObjectId("column", (*part, name)) for part in _parts(relation, self.before))
        elif on.kind in ("type", "attribute"):
            name = quote_path(*on.path[:2])
            for column in self.before.of(Column):
                if column.type.removesuffix("[]") == name:
                    for part in _parts((column.schema, column.table), self.before):
                        yield ObjectId("column", (*part, column.name))

    @property
    def touched(self) -> set[ObjectId]:
        """What does not stay as it is on the way up."""
        return self.lost | self.changed

    @property
    def not_restored(self) -> set[ObjectId]:
        """What goes and does not come back by itself."""
        return {key for key in self.lost if not self.comes_back(key.path)}

    def comes_back(self, path: tuple[str, ...]) -> bool:
        """Whether a table or column of it comes back."""
        ways = [path, path[:2]] if len(path) > 2 else [path]
        roots = [(*root_of((way[0], way[1]), self.before), *way[2:]) for way in ways]
        return any(way in self.restored for way in [*ways, *roots])

    def kept(self, rows: dict[Relation, list[Row]]) -> Iterator[tuple[str, ...]]:
        """Yield the columns whose values are not touched."""
        for relation in rows:
            if ObjectId("relation", relation) in self.touched:
                continue
            for column in columns_of(relation, self.before):
                if ObjectId("column", (*relation, column.name)) not in self.touched:
                    yield (*relation, column.name)


def _parts(relation: Relation, catalog: Catalog) -> list[Relation]:
    """Return a table with all its partitions and children."""
    found = [relation]
    for whole in found:
        for table in catalog.of(Table):
            path = (table.schema, table.name)
            if (table.partition_of == whole or whole in table.inherits) and path not in found:
                found.append(path)
    return found


def _lost_up(
    before: Catalog, after: Catalog, first: dict[Relation, list[Row]], last: dict[Relation, list[Row]], told: _Told
) -> Iterator[str]:
    """Yield the tables whose rows are not all there any more, or not as they were, though nothing says so."""
    for group in groups(before, after, told.names):
        staying = [relation for relation in group.before if ObjectId("relation", relation) not in told.lost]
        columns = {
            column.name: (column.name, told.names.column(relation, column.name))
            for relation in staying
            for column in columns_of(relation, before)
        }
        for relation in staying:
            for name in list(columns):
                if ObjectId("column", (*relation, name)) in told.touched:
                    del columns[name]
        there = {column.name for relation in group.after for column in columns_of(relation, after)}
        missing = [name for name, (_, now) in columns.items() if now not in there and group.after]
        if missing and any(first[relation] for relation in staying):
            yield f"{'.'.join(staying[0])}: the values of {', '.join(missing)} are gone"
            continue
        olds = counted((row for relation in staying for row in first[relation]), ((name,) for name in columns))
        news = counted((row for r in group.after for row in last[r]), ((now,) for _, now in columns.values()))
        if olds != news:
            yield f"{'.'.join((staying or group.before)[0])}: {_difference(olds, news)}"


def _differing(first: Any, last: Any, wanted: Any, catalog: Catalog) -> Iterator[str]:
    for relation, rows in first.items():
        names = [c.name for c in columns_of(relation, catalog) if wanted((*relation, c.name))]
        if names:
            olds, news = (counted(some, ((name,) for name in names)) for some in (rows, last[relation]))
            if olds != news:
                yield f"{'.'.join(relation)}: {_difference(olds, news)}"


def _difference(olds: Any, news: Any) -> str:
    gone, come = olds - news, news - olds
    shown = next(iter((gone or come).elements()))
    return f"{gone.total()} rows are gone or changed, {come.total()} have come, such as {shown}"


def _unrestored(connection: psycopg.Connection[Any], before: str) -> list[str]:
    query = "SELECT path FROM schema_designer.salvaged WHERE restored_at IS NULL AND before_hash = %s"
    return [f"{'.'.join(path)} was not brought back" for (path,) in connection.execute(query, [before])]


def _list(tables: set[Relation]) -> str:
    return ", ".join(sorted(".".join(relation) for relation in tables))


def _url(connection: psycopg.Connection[Any]) -> str:
    given = connection.info.get_parameters() | {"password": connection.info.password or None}
    return to_url({key: value for key, value in given.items() if key in ALLOWED})
