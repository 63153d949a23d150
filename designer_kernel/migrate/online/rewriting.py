"""The rewrite of a plan for one transaction into one that lets others work meanwhile.

Each statement that would keep others waiting for long becomes a sequence of statements that do not: what can be done
before everything else, what takes its place, and what can wait. What needs something that waits, waits too. The rest
stays in order, in transactions as short as that allows.

What PostgreSQL offers no such sequence for stays as it is, and keeps its hazards: new types of columns that rewrite the
table, identity and stored generated columns, exclusion constraints and keys over periods, checks of domains, hash
partitions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.enum import Enum
from designer_kernel.migrate.online import backfill, constraints, indexes, nullability, partitions
from designer_kernel.migrate.online.staging import spans, staged
from designer_kernel.migrate.online.way import Piece, Rewritten, Way, actions, facts_risks, parsed, path_of
from designer_kernel.migrate.steps import Plan, Step

_MAY_MISS: Final = frozenset({"comment", "statistics", "index_statistics"})
"""Kinds of facts that may be away between two stages: nobody's reading or writing depends on them."""


def online(plan: Plan, before: Catalog, after: Catalog) -> Plan:
    """Return a plan with the same result that lets others work meanwhile, in stages.

    Parameters
    ----------
    plan
        A plan for one transaction.
    before, after
        The catalogs that it is between.
    """
    if plan.mode == "online":
        return plan
    return replace(
        plan,
        up=tuple(_rewritten(plan.up, before, after, plan.version)),
        down=tuple(_rewritten(plan.down, after, before, plan.version)),
        mode="online",
    )


def _rewritten(steps: Sequence[Step], before: Catalog, after: Catalog, version: int) -> list[Step]:
    kept: set[tuple[int, int]] = set()
    while True:
        try:
            return _Rewriting(steps, Way(before, after, version, steps), kept).run()
        except _Missing as error:
            kept.add(error.place)


class _Missing(Exception):
    """Something that others use would be away until a statement is done late; so that one stays as it is."""

    def __init__(self, place: tuple[int, int]) -> None:
        super().__init__()
        self.place = place


class _Rewriting:
    def __init__(self, steps: Sequence[Step], way: Way, kept: set[tuple[int, int]]) -> None:
        self._steps = steps
        self._way = way
        self._kept = kept
        self._early: list[Piece] = []
        self._here: list[Piece] = []
        self._late: list[Piece] = []
        self._awaited: list[tuple[Rewritten, tuple[int, int]]] = []
        self._spans = spans(steps, way)

    def run(self) -> list[Step]:
        for number, step in enumerate(self._steps):
            self._step(number, step)
        return staged(self._early, self._here, self._late)

    def _step(self, number: int, step: Step) -> None:
        """Sort out the statements of a step; from the first one on that waits, all that follow wait with it."""
        reason = self._awaits(step)
        if reason is not None and self._is_missed(number, step):
            raise _Missing(reason)
        if _adds_labels(step, self._way):
            self._early.append(Piece(step))
            return
        waits = reason is not None
        plain: list[str] = []
        for place, sql in enumerate(step.statements):
            found = None if (number, place) in self._kept else self._sequence(sql, step)
            if found is None or (self._spans.of(number) >= 0 and not all(piece.joins for piece in found.here)):
                plain.append(sql)
                continue
            self._keep(number, step, plain, waits=waits)
            plain = []
            self._early += found.early
            self._put(number, found.here, waits=waits)
            self._late += found.late
            if found.awaited:
                self._awaited.append((found, (number, place)))
                waits = waits or not found.here or found.waiting is None
        self._keep(number, step, plain, waits=waits)
        if reason is not None:
            self._awaited.append((Rewritten(awaited=frozenset(step.facts)), reason))

    def _keep(self, number: int, step: Step, statements: Sequence[str], *, waits: bool) -> None:
        """Keep statements of a step as they are."""
        if not statements:
            return
        if len(statements) < len(step.statements):
            step = self._way.step(step.action, step.facts, *statements, risks=facts_risks(step))
        self._put(number, (Piece(step, joins=True),), waits=waits)

    def _put(self, number: int, pieces: Sequence[Piece], *, waits: bool) -> None:
        if waits:
            self._late += pieces
        else:
            self._here += (replace(piece, span=self._spans.of(number)) for piece in pieces)

    def _awaits(self, step: Step) -> tuple[int, int] | None:
        """Return the place of the statement for which a step has to wait."""
        after = self._way.after
        for found, place in self._awaited:
            for key in step.facts if step.action != "drop" else ():
                fact = after.get(key)
                is_waiting = found.waiting is None or (fact is not None and fact.kind in found.waiting)
                needed = set() if fact is None else self._way.wanted(fact, after)
                if is_waiting and (key in found.awaited or found.awaited & needed):
                    return place
        return None

    def _is_missed(self, number: int, step: Step) -> bool:
        """Whether others would miss what a step makes, were it late."""
        made = [self._way.after[key] for key in step.facts if key in self._way.after and key in self._way.before]
        return self._spans.of(number) >= 0 and any(fact.kind not in _MAY_MISS for fact in made)

    def _sequence(self, sql: str, step: Step) -> Rewritten | None:
        """Return what becomes of a statement; ``None`` if it stays as it is."""
        if step.action == "fill":
            found = backfill.filled(step, self._way)
            return found if found is None or sql.startswith("UPDATE ") else Rewritten()  # batches mind row security
        kind, node = parsed(sql)
        if kind == "index_stmt":
            return indexes.created(sql, node, step, self._way)
        if kind == "drop_stmt" and step.action == "drop":
            return indexes.dropped(sql, node, step, self._way)
        if kind != "alter_table_stmt" or len(node.cmds) != 1:
            return None
        ((name, action),) = actions(node)
        table = path_of(node.relation)
        if name == "AT_AddConstraint":
            return constraints.added(sql, node.relation, getattr(action, "def").constraint, step, self._way)
        if name == "AT_SetNotNull":
            return nullability.set_not_null(table, action.name, step, self._way)
        if name == "AT_AddColumn":
            return backfill.column_added(sql, step, self._way)
        if name == "AT_DetachPartition":
            return partitions.detached(table, action, step, self._way)
        if name == "AT_AttachPartition" and not sql.startswith("ALTER INDEX"):
            return partitions.attached(sql, table, action, step, self._way)
        return None


def _adds_labels(step: Step, way: Way) -> bool:
    """Whether a step adds values to an enum: they can be used once that is committed."""
    is_enum = len(step.facts) == 1 and isinstance(way.before.get(step.facts[0]), Enum)
    return is_enum and all(sql.startswith("ALTER TYPE ") and " ADD VALUE " in sql for sql in step.statements)
