"""Triggers and rules that must not fire while rows come back."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds.firing import RuleState, TriggerState
from designer_kernel.catalog.kinds.rule import Rule
from designer_kernel.catalog.kinds.trigger import Trigger
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.migrate.effects import LockMode
from designer_kernel.migrate.salvage.touching import Relation
from designer_kernel.migrate.steps import Step


class Firing:
    """Which triggers and rules a table has at each step from one catalog to another."""

    def __init__(self, steps: Sequence[Step], start: Catalog, goal: Catalog) -> None:
        self._steps = steps
        self._start = start
        self._goal = goal
        self._made = {key for step in steps if step.action == "create" for key in step.facts}

    def around(
        self, goal: Relation, table: Relation, number: int, event: str
    ) -> tuple[tuple[str, ...], tuple[str, ...], LockMode]:
        """Return the statements that keep a table quiet after a step, those that take it back, and their lock.

        Parameters
        ----------
        goal
            What the table is called in the end.
        table
            What it is called now.
        event
            What happens to its rows: INSERT or UPDATE.
        """
        path, quiet, loud, lock = quote_path(*table), [], [], LockMode.ROW_EXCLUSIVE
        for key, name in self._present(goal, table, number, event):
            state = self._state(key, number)
            if state != "DISABLE":
                word = "TRIGGER" if key.kind == "trigger" else "RULE"
                quiet.append(f"DISABLE {word} {quote(name)}")
                loud.append(f"{state} {word} {quote(name)}")
                lock = max(lock, LockMode.SHARE_ROW_EXCLUSIVE if word == "TRIGGER" else LockMode.ACCESS_EXCLUSIVE)
        if not quiet:
            return (), (), lock
        return (f"ALTER TABLE {path} {', '.join(quiet)}",), (f"ALTER TABLE {path} {', '.join(loud)}",), lock

    def _present(self, goal: Relation, table: Relation, number: int, event: str) -> Iterator[tuple[ObjectId, str]]:
        gone = {key for step in self._steps[:number] if step.action in ("drop", "rename") for key in step.facts}
        come = {key for step in self._steps[: number + 1] if step.action == "create" for key in step.facts}
        seen: set[ObjectId] = set()
        for catalog, relation in ((self._start, table), (self._goal, goal)):
            for fact in _acting(catalog, relation, event):
                is_there = fact.id in come or (
                    fact.id not in gone if fact.id in self._start else fact.id not in self._made
                )
                if is_there and fact.id not in seen:
                    seen.add(fact.id)
                    yield fact.id, fact.name

    def _state(self, key: ObjectId, number: int) -> str:
        state = ObjectId(f"{key.kind}_state", key.path)
        touched = {fact for step in self._steps[: number + 1] for fact in step.facts} & {state, key}
        fact = (self._goal if touched or key not in self._start else self._start).get(state)
        return fact.state if isinstance(fact, TriggerState | RuleState) else "ENABLE"


def _acting(catalog: Catalog, relation: Relation, event: str) -> Iterator[Trigger | Rule]:
    table = ObjectId("relation", relation)
    yield from catalog.parts(table, Trigger)
    yield from (rule for rule in catalog.parts(table, Rule) if rule.event == event)
