"""Planning: the steps that turn one catalog into another, and those that turn it back.

What each does to those who use the database meanwhile (`Effect`) and what may go wrong (`Hazard`) is told before
anything runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import dataclass, field
from typing import Final

from designer_kernel.catalog import canonical
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.materialized_view import MaterializedView
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.kinds.view import View
from designer_kernel.catalog.objects import Change, ObjectId
from designer_kernel.errors import DesignerError, StatementFailed
from designer_kernel.migrate.effects import Effect, Relation, effects
from designer_kernel.migrate.hazards import hazards
from designer_kernel.migrate.ordering import Action, Move, moves
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.migrate.renames import Shadow, renamed
from designer_kernel.migrate.steps import Plan, Step, statements_of
from designer_kernel.migrate.structure import aside, fastening, loosening, reattached, setting_aside

_ROUNDS: Final = 4
"""How often the way may be mended by what a scratch database says of it."""

_SHOWN: Final = 20
_NO_CAST: Final = "42804"
"""The SQLSTATE of a column whose values cannot be converted by themselves."""


@dataclass(frozen=True, slots=True)
class Hints:
    """What only a person knows of a change.

    ``renames`` are identities before of what has another one after: tables, columns and types. ``using`` are the
    expressions by which the values of columns are converted, ``fill`` those of new columns for the rows that are there;
    both by identity after.
    """

    renames: Mapping[ObjectId, ObjectId] = field(default_factory=dict)
    using: Mapping[ObjectId, str] = field(default_factory=dict)
    fill: Mapping[ObjectId, str] = field(default_factory=dict)

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
    """
    known = hints or Hints()
    with shadow.kept() if isinstance(shadow, Rehearsal) else nullcontext():
        return _plan(before, after, version, shadow, known)


def _plan(before: Catalog, after: Catalog, version: int, shadow: Shadow, known: Hints) -> Plan:
    return Plan(
        version=version,
        before=canonical.content_hash(before),
        after=canonical.content_hash(after),
        up=tuple(_Planner(before, after, version, shadow, known).steps()),
        down=tuple(_Planner(after, before, version, shadow, known.backwards()).steps()),
    )


class _Planner:
    def __init__(self, before: Catalog, after: Catalog, version: int, shadow: Shadow, hints: Hints) -> None:
        self._before = before
        self._after = after
        self._version = version
        self._shadow = shadow
        self._hints = hints
        self._using = dict(hints.using)
        self._made: dict[Relation, Table | None] = {}

    def steps(self) -> list[Step]:
        """Return the steps; each round brings a scratch database nearer, until it is what is meant."""
        steps: list[Step] = []
        now = self._before
        for _ in range(_ROUNDS):
            steps += self._tried(now, steps)
            now = self._shadow(self._before, statements_of(steps)) if steps else now
            if not differences(now, self._after):
                return steps
        found = "".join(f"\n  - {difference}" for difference in differences(now, self._after)[:_SHOWN])
        raise DesignerError(
            f"no way was found from one state to the other; after {_ROUNDS} attempts there is left:{found}"
        )

    def _tried(self, now: Catalog, done: list[Step]) -> list[Step]:
        """Return the steps of a round that PostgreSQL takes: where it has no cast, values go by their text."""
        while True:
            made = dict(self._made)
            steps = list(self._round(now))
            try:
                self._shadow(self._before, statements_of([*done, *steps]))
            except StatementFailed as error:
                converted = error.sqlstate == _NO_CAST and self._convert(now, steps, error.statement)
                if not converted:
                    raise
                self._made = made
            else:
                return steps

    def _convert(self, before: Catalog, steps: list[Step], statement: str) -> bool:
        key = next((step.facts[0] for step in steps if statement in step.statements), None)
        column = self._after.get(key) if key is not None else None
        if not isinstance(column, Column) or column.id in self._using:
            return False
        old = before.get(column.id)
        from_array = isinstance(old, Column) and old.type.endswith("[]")
        text = "text[]" if from_array and column.type.endswith("[]") else "text"
        self._using[column.id] = f"{quote(column.name)}::{text}::{column.type}"
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
            yield restructured("rename", (key for key in now if key not in then), statements)
            now = then
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
        if types := aside(change()):
            statements = setting_aside(types)
            yield restructured("rename", (fact.id for fact, _ in types), statements)
            now = shadow(now, statements)
        for move in moves(change()):
            yield _step_of(move, change(), self._made)
        if statements := fastening([new for _, new in parts]):
            now = goal
            yield restructured("alter", (new.id for _, new in parts), statements)


def _step_of(move: Move, change: Change, made: dict[Relation, Table | None]) -> Step:
    done: dict[Relation, Effect] = {}
    for sql in move.statements:
        for effect in effects(sql, change.before, version=change.version, made=made):
            done[effect.relation] = effect.joined(done.get(effect.relation))
    if move.action == "create":
        made.update(_relations(move, change))
    found = tuple(done.values())
    return Step(move.action, move.facts, move.statements, found, hazards(move, change, found))


def _relations(move: Move, change: Change) -> Iterator[tuple[Relation, Table | None]]:
    for key in move.facts:
        fact = change.after.get(key)
        if isinstance(fact, (Table, View, MaterializedView)):
            yield (fact.schema, fact.name), fact if isinstance(fact, Table) else None
