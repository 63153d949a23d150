"""Planning: the steps that turn one catalog into another, and those that turn it back.

What each does to those who use the database meanwhile (`Effect`) and what may go wrong (`Hazard`) is told before
anything runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field, replace
from typing import Final

from designer_kernel.catalog import canonical
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.compare import Difference, differences
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.domain import Domain, DomainCheck
from designer_kernel.catalog.kinds.enum import Enum
from designer_kernel.catalog.kinds.materialized_view import MaterializedView
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.kinds.view import View
from designer_kernel.catalog.objects import Change, ObjectId
from designer_kernel.errors import DesignerError, StatementFailed
from designer_kernel.migrate.asking import asked_before
from designer_kernel.migrate.conversion import Conversion, ConversionNeeded, by_text, is_safe, settled, unasked
from designer_kernel.migrate.effects import Effect, LockMode, Relation, effects
from designer_kernel.migrate.effects.families import neighbours
from designer_kernel.migrate.filling import filled
from designer_kernel.migrate.hazards import Hazard, hazards
from designer_kernel.migrate.ordering import Action, Losing, Move, moves
from designer_kernel.migrate.placement import misplaced, pointing
from designer_kernel.migrate.rebuilding import (
    Anew,
    Carry,
    Names,
    column_at,
    columns_of,
    detached,
    filling,
    rebuilt,
    succeeding,
    succession,
)
from designer_kernel.migrate.rebuilding import setting_aside as setting_aside_tables
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.migrate.renames import Shadow, moved, origin, renamed
from designer_kernel.migrate.steps import Plan, Step, statements_of
from designer_kernel.migrate.structure import aside, fastening, loosening, reattached, setting_aside

_ROUNDS: Final = 4
"""How often the way may be mended by what a scratch database says of it."""

_SHOWN: Final = 20
_NO_CAST: Final = "42804"
"""The SQLSTATE of a column whose values cannot be converted by themselves."""
_NEW_VALUE: Final = "55P04"
"""The SQLSTATE of a value of an enum that is used in the transaction that adds it."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What only a person knows of a change.

    ``renames`` are identities before of what has another one after: tables, columns and types. ``using`` are the
    expressions by which the values of columns are converted, ``fill`` those of new columns for the rows that are there;
    both by identity after.

    Where PostgreSQL has no cast and nobody has said how values are converted, they go ``by_text``, or it is asked for.
    """

    renames: Mapping[ObjectId, ObjectId] = field(default_factory=dict)
    using: Mapping[ObjectId, str] = field(default_factory=dict)
    fill: Mapping[ObjectId, str] = field(default_factory=dict)
    by_text: bool = True

    def backwards(self) -> Hints:
        """Return what is known of the way back: nothing tells how values are converted back."""
        return Hints({new: old for old, new in self.renames.items()})


def plan(before: Catalog, after: Catalog, *, version: int, shadow: Shadow, hints: Hints | None = None) -> Plan:
    """Return the plan between two catalogs, both as servers of one version write them.

    Parameters
    ----------
    version
        The server's major version.
    shadow
        Says what a catalog is after statements, see `designer_kernel.migrate.renames.Shadow`.
    hints
        What a person said of the change.

    Raises
    ------
    InvalidDesign
        If changes need each other in a circle.
    StatementFailed
        If PostgreSQL refuses a statement of the plan.
    ConversionNeeded
        If PostgreSQL has no cast for values on the way up, they are not to go by their text, and nothing else is said.
    InvalidSql
        If a hint is not exactly one expression.
    """
    known = hints or Hints()
    known = replace(known, using=settled(known.using), fill=settled(known.fill))
    with shadow.kept() if isinstance(shadow, Rehearsal) else nullcontext():
        return _plan(before, after, version, shadow, known)


def _plan(before: Catalog, after: Catalog, version: int, shadow: Shadow, known: Hints) -> Plan:
    up = filled(_Planner(before, after, version, shadow, known).steps(), before, after, version, known.fill)
    if known.fill:
        shadow(before, statements_of(up))  # whether the values are understood
    down = _Planner(after, before, version, shadow, _back(known, before, after)).steps()
    return Plan(
        version=version,
        before=canonical.content_hash(before),
        after=canonical.content_hash(after),
        up=tuple(asked_before(up, before)),
        down=tuple(asked_before(down, after)),
    )


def _back(known: Hints, before: Catalog, after: Catalog) -> Hints:
    """Return what is known of the way back: enumerations that get values back are made anew.

    Rows get those values at once, and a value cannot be used in the transaction that adds it to a type.
    """
    back = known.backwards()
    renames = {old: new for new, old in back.renames.items()}
    regained = {}
    for enum in before.of(Enum):
        other = after.get(renames.get(enum.id, enum.id))
        if isinstance(other, Enum) and set(enum.labels) - set(other.labels):
            regained[enum.id] = ""
    return replace(back, using={**back.using, **regained})


class _Planner:
    def __init__(self, before: Catalog, after: Catalog, version: int, shadow: Shadow, hints: Hints) -> None:
        self._before = before
        self._after = after
        self._version = version
        self._shadow = shadow
        self._hints = hints
        self._using = dict(hints.using)
        self._needed: dict[ObjectId, Conversion] = {}
        if not hints.by_text:
            self._needed = {each.column: each for each in unasked(before, after, hints.renames, hints.using)}
        self._made: dict[Relation, Table | None] = {}
        self._anew = Anew(before, after)
        self._rebuilt: frozenset[ObjectId] = frozenset()

    def steps(self) -> list[Step]:
        """Return the steps; what PostgreSQL does not let be altered is made anew, with its rows."""
        while True:
            steps, left = self._attempt()
            if self._needed:
                raise ConversionNeeded(list(self._needed.values()))
            if not left:
                return steps
            if not self._anew.make(difference.id for difference in left):
                found = "".join(f"\n  - {difference}" for difference in left[:_SHOWN])
                raise DesignerError(
                    f"no way was found from one state to the other; after {_ROUNDS} attempts there is left:{found}"
                )

    def _attempt(self) -> tuple[list[Step], list[Difference]]:
        """Return steps, and what they leave; each round brings a scratch database nearer to what is meant."""
        steps: list[Step] = []
        now = self._before
        self._made, self._rebuilt = {}, frozenset()
        for _ in range(_ROUNDS):
            steps += self._tried(now, steps)
            self._rebuilt |= self._anew.facts  # once; what is left is altered
            now = self._shadow(self._before, statements_of(steps)) if steps else now
            if not (left := differences(now, self._after)):
                break
        return steps, left

    def _tried(self, now: Catalog, done: list[Step]) -> list[Step]:
        """Return the steps of a round that PostgreSQL takes: where it has no cast, values go by their text."""
        while True:
            made, steps = dict(self._made), list[Step]()
            try:
                steps.extend(self._round(now))
                self._shadow(self._before, statements_of([*done, *steps]))
            except StatementFailed as error:
                is_converted = error.sqlstate == _NO_CAST and self._convert(now, steps, error.statement)
                if not is_converted and not self._anew.make(_refused(steps, error)):
                    raise
                self._made = made
            except Losing:
                self._made = made
            else:
                return steps

    def _convert(self, before: Catalog, steps: list[Step], statement: str) -> bool:
        key = next((step.facts[0] for step in steps if statement in step.statements), None)
        if key is not None and key.kind == "relation":
            table = self._after.get(key)
            columns = columns_of(table, self._after) if isinstance(table, Table) else []
            return bool([column for column in columns if self._convert_column(before, column.id)])
        return key is not None and self._convert_column(before, key)

    def _convert_column(self, before: Catalog, key: ObjectId) -> bool:
        column = column_at(key, self._after)
        old = column_at(origin(key, self._hints.renames), before) or column_at(key, before)
        if column is None or old is None or old.type == column.type or key in self._using:
            return False
        known = self._using.get(column.id)  # a partition is converted as what it is a partition of
        self._using[key] = known or by_text(old, column)
        if not known and not self._hints.by_text and not is_safe(old, column, before, self._after):
            self._needed[column.id] = Conversion(column.id, old.type, column.type, self._using[key])
        return True

    def _round(self, before: Catalog) -> Iterator[Step]:
        """Yield steps that bring a catalog near to what is meant; what the server does beside is mended in the next."""
        now, goal, shadow = before, self._after, self._shadow

        def change() -> Change:
            return Change(now, goal, self._version, self._using)

        def restructured(action: Action, facts: Iterable[ObjectId], statements: tuple[str, ...]) -> Step:
            return _step_of(Move(action, tuple(facts), statements), change(), self._made)

        statements, then = renamed(now, goal, self._hints.renames, shadow)
        if statements:
            step = restructured("rename", (key for key in now if key not in then), statements)
            yield _also_under(step, then, self._hints.renames, self._version)
            now = then
            self._anew.called(now)
        extensions, statements, then = moved(now, goal, shadow)
        if extensions:
            yield restructured("alter", (extension.id for extension in extensions), statements)
            now = then
        names, kept, carries = Names(now, goal), set[ObjectId](), list[Carry]()
        tables, parts = rebuilt(change(), self._anew.facts - self._rebuilt), reattached(now, goal)
        free = detached(tables, change())
        movings = misplaced(change(), names)
        if keys := pointing([*free, *(old for old, _ in parts), *(moving.table for moving in movings)], now):
            statements = tuple(sql for key in keys for sql in key.drop(now))
            yield restructured("drop", (key.id for key in keys), statements)
            now = shadow(now, statements)
            parts_of_keys = (part.id for key in keys for part in goal.all_parts(key.id))
            goal = goal.only(goal.keys() - {*(key.id for key in keys), *parts_of_keys})  # the next round makes them
        for moving in movings:
            yield restructured("alter", (moving.table.id,), moving.leaving)
            self._made[moving.place] = moving.table
        if tables:
            if statements := loosening(free):
                yield restructured("alter", (table.id for table in free), statements)
                now = shadow(now, statements)
            statements, renames = setting_aside_tables(tables, now, names)
            yield _losing(restructured("rename", (table.id for table in tables), statements), tables, change())
            now = shadow(now, statements)
            kept.update(renames.values())
        statements, successors = succeeding(change(), names)
        if statements:
            yield restructured("rename", (column.id for column, _ in successors), statements)
            now = shadow(now, statements)
        parts = reattached(now, goal)
        if statements := loosening([old for old, _ in parts]):
            yield restructured("alter", (old.id for old, _ in parts), statements)
            now = shadow(now, statements)
        if statements := loosening([new for _, new in parts]):
            goal = shadow(goal, statements)
        if parts:
            statements, then = renamed(now, goal, {}, shadow)
            if statements:
                yield restructured("rename", (key for key in now if key not in then), statements)
                now = then
        while types := aside(change(), self._anew.facts):
            statements = setting_aside(types, change())
            yield restructured("rename", (fact.id for fact, _ in types), statements)
            now = shadow(now, statements)
        if tables:
            carries += filling(tables, renames, change())
        carries += succession(successors, change())
        meant = change()._replace(kept=frozenset(kept))
        known = _known_before(meant)
        for move in moves(meant, self._anew.facts, carries, self._anew.lost):
            yield _step_of(move, meant, self._made, known)
        fastened = [new for _, new in parts]
        now, goal = goal, self._after
        for table, statements in fastening(fastened):
            yield restructured("alter", (table.id,), statements)
        for moving in movings:
            yield restructured("alter", (moving.table.id,), moving.arriving)


def _step_of(move: Move, change: Change, made: dict[Relation, Table | None], known: Catalog | None = None) -> Step:
    """Return the step of a move; ``known`` is what `_known_before` gives, where several moves belong to a change."""
    done: dict[Relation, Effect] = {}
    for catalog in _known_to(move, change, known or _known_before(change)):
        for sql in move.statements:
            for effect in effects(sql, catalog, version=change.version, made=made):
                done[effect.relation] = effect.joined(done.get(effect.relation))
    for effect in _around_parts(move, change, made):
        done[effect.relation] = effect.joined(done.get(effect.relation))
    if move.action == "create":
        made.update(_relations(move, change))
    found = tuple(done.values())
    return Step(move.action, move.facts, move.statements, found, hazards(move, change, found))


def _known_to(move: Move, change: Change, known: Catalog) -> Iterator[Catalog]:
    """Yield what tells of all that statements meet: columns may have been retyped before."""
    yield known
    if any(isinstance(change.after.get(key), DomainCheck) for key in move.facts):
        yield change.after


def _known_before(change: Change) -> Catalog:
    """Return what is there before a change, with the domains that it makes: tables may come after them."""
    new = [domain for domain in change.after.of(Domain) if domain.id not in change.before]
    parts = (part for domain in new for part in change.after.all_parts(domain.id))
    return change.before.plus([*new, *parts]) if new else change.before


def _also_under(step: Step, then: Catalog, renames: Mapping[ObjectId, ObjectId], version: int) -> Step:
    """Return a step that renames with what it does to tables that its later statements call by their new names."""
    was: dict[Relation, Relation] = {
        (new.path[0], new.path[-1]): (old.path[0], old.path[-1])
        for old, new in renames.items()
        if old.kind == "relation"
    }
    found = {effect.relation: effect for effect in step.effects}
    for sql in step.statements:
        for effect in effects(sql, then, version=version):
            known = replace(effect, relation=was.get(effect.relation, effect.relation))
            found[known.relation] = known.joined(found.get(known.relation))
    return replace(step, effects=tuple(found.values()))


def _refused(steps: Iterable[Step], error: StatementFailed) -> Iterator[ObjectId]:
    """Yield the facts of the step that PostgreSQL refused, or those that are to blame for it."""
    for step in steps:
        is_to_blame = error.statement in step.statements
        if error.sqlstate == _NEW_VALUE:
            is_to_blame = step.action == "alter" and any(" ADD VALUE " in sql for sql in step.statements)
        if is_to_blame:
            yield from step.facts


def _losing(step: Step, tables: Iterable[Table], change: Change) -> Step:
    """Return a step with the columns that tables made anew no longer have."""
    columns = (column for table in tables for column in change.before.parts(table.id, Column))
    lost = (c for c in columns if not c.generated and column_at(c.id, change.after) is None)
    found = tuple(Hazard("data_loss", column.id, "its values go") for column in lost)
    copied = (Hazard("rewrite", table.id, "it is made anew, and its rows are copied") for table in tables)
    return replace(step, hazards=(*step.hazards, *found, *copied))


def _around_parts(move: Move, change: Change, made: Mapping[Relation, Table | None]) -> Iterator[Effect]:
    """Yield the locks on tables that foreign keys join to new tables which get partitions."""
    for key in move.facts if move.action == "create" else ():
        fact = change.after.get(key)
        if isinstance(fact, Table) and fact.partition_of is not None and fact.partition_of in made:
            for other in neighbours(fact.partition_of, change.after):
                if other in made or ObjectId("relation", other) in change.before:
                    yield Effect(other, LockMode.SHARE_ROW_EXCLUSIVE)


def _relations(move: Move, change: Change) -> Iterator[tuple[Relation, Table | None]]:
    for key in move.facts:
        fact = change.after.get(key)
        if isinstance(fact, (Table, View, MaterializedView)):
            yield (fact.schema, fact.name), fact if isinstance(fact, Table) else None
