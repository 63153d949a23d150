"""What may go wrong with a step, or be lost by it: told before it runs, by name, with the query that would show it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.enum import Enum
from designer_kernel.catalog.objects import Change, ObjectId
from designer_kernel.migrate.effects import Effect, LockMode
from designer_kernel.migrate.ordering import Move

HAZARDS: Final = {
    "data_loss": "rows or values are lost",
    "may_fail": "rows that are there may not allow it",
    "rewrite": "the whole table is written anew, while nobody can read it",
    "long_lock": "the table is read from end to end under a lock that stops others",
    "index_build": "an index is built while nobody can write",
    "recreated": "an object is dropped and made anew around another change",
    "privilege_change": "who may do what changes",
    "conversion": "values are converted to another type, which may fail or lose what does not fit",
}
"""The names of hazards, and what each means."""


@dataclass(frozen=True, slots=True)
class Hazard:
    """What may go wrong with a step; ``query`` finds the rows that would make it fail, if there may be such."""

    name: str
    on: ObjectId
    reason: str
    query: str = ""


def hazards(move: Move, change: Change, effects: Iterable[Effect]) -> tuple[Hazard, ...]:
    """Return the hazards of a move.

    Parameters
    ----------
    change
        The catalogs before and after all moves.
    effects
        What the move does to relations.
    """
    return (*_of_facts(move, change), *_of_effects(move, effects))


def _of_facts(move: Move, change: Change) -> Iterator[Hazard]:
    before, after = change.before, change.after
    for key in move.facts:
        old, new = before.get(key), after.get(key)
        if move.action == "drop" and old is not None:
            if old.holds_rows:
                yield Hazard("data_loss", key, "its rows go" if old.kind == "table" else "its values go")
            elif new is not None:
                yield Hazard("recreated", key, "PostgreSQL does not change it in place, or what it needs is changed")
            elif old.aspect == "privilege":
                yield Hazard("privilege_change", key, "a privilege is taken away")
        elif move.action == "create" and new is not None:
            if new.aspect == "privilege" and key not in before:
                yield Hazard("privilege_change", key, "a privilege is given")
            if (new.parent in before or new.parent is None) and (query := new.offenders()):
                yield Hazard("may_fail", key, "rows that are there may not allow it", query)
        elif move.action == "alter" and old is not None and new is not None:
            if query := new.offenders(old):
                yield Hazard("may_fail", key, "rows that are there may not allow it", query)
            if isinstance(old, Column) and isinstance(new, Column) and old.type != new.type:
                yield Hazard("conversion", key, f"from {old.type} to {new.type}")
            if isinstance(old, Enum) and isinstance(new, Enum) and set(old.labels) - set(new.labels):
                gone = ", ".join(label for label in old.labels if label not in new.labels)
                yield Hazard("data_loss", key, f"the values {gone} go")


def _of_effects(move: Move, effects: Iterable[Effect]) -> Iterator[Hazard]:
    for effect in effects:
        on = ObjectId("relation", effect.relation)
        if effect.rewrites:
            yield Hazard("rewrite", on, f"{effect.lock} lock: {effect.lock.blocks} wait until it is written anew")
        elif effect.scans and effect.lock == LockMode.SHARE:
            yield Hazard("index_build", on, f"{effect.lock} lock: {effect.lock.blocks} wait until it is built")
        elif effect.scans and effect.lock > LockMode.SHARE:
            yield Hazard("long_lock", on, f"{effect.lock} lock: {effect.lock.blocks} wait until all rows are read")
