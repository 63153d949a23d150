"""Stages: which steps share a transaction, so that locks are short and nothing is away between two of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

from designer_kernel.catalog.objects import ObjectId
from designer_kernel.migrate.changes import needs
from designer_kernel.migrate.effects import LockMode, Relation
from designer_kernel.migrate.online.way import Piece, Way
from designer_kernel.migrate.steps import Step

_STRONG: Final = LockMode.SHARE


@dataclass(frozen=True, slots=True)
class Spans:
    """Ranges of steps, by the numbers of their first and last one, that have to be done in one transaction."""

    ranges: tuple[tuple[int, int], ...]

    def of(self, number: int) -> int:
        """Return which range a step is in; -1 if it is in none."""
        return next((place for place, (first, last) in enumerate(self.ranges) if first <= number <= last), -1)


def spans(steps: Sequence[Step], way: Way) -> Spans:
    """Return the ranges of steps between which something is away that is there before and after.

    A view that is dropped and made anew is away meanwhile; so are its comment and its privileges, which go with it. A
    type that is renamed, so that another one takes its place, is there by another name until the old one goes. What is
    salvaged stays the same until it goes.
    """
    drops = {key: number for number, step in enumerate(steps) if step.action == "drop" for key in step.facts}
    ranges: list[tuple[int, int]] = []
    renames = [number for number, step in enumerate(steps) if step.action == "rename"]
    for number, step in enumerate(steps):
        if step.action == "create":
            starts = [_gone(key, drops, way) for key in step.facts if key in way.before]
            ranges += [(first, number) for first in starts if first is not None and first < number]
        if step.action == "drop" and renames and any(key not in way.before for key in step.facts):
            ranges.append((renames[0], number))
        if step.action == "salvage" and number + 1 < len(steps):
            gone = [drops[key] for key in step.facts if key in drops]
            ranges.append((number, max([number + 1, *gone])))
        if step.action == "restore" and number:
            ranges.append((number - 1, number))
    return Spans(tuple(_merged(ranges)))


def _merged(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], max(last, found[-1][1]))
        else:
            found.append((first, last))
    return found


def _gone(key: ObjectId, drops: dict[ObjectId, int], way: Way) -> int | None:
    """Return the number of the step that takes a fact away, itself or what it goes with."""
    waiting, seen = [key], {key}
    found = []
    while waiting:
        fact = way.before.get(waiting.pop())
        if fact is None:
            continue
        if fact.id in drops:
            found.append(drops[fact.id])
            continue
        above = set(needs(fact, way.before)) - seen
        waiting += above
        seen |= above
    return min(found) if found else None


def staged(early: Iterable[Piece], here: Iterable[Piece], late: Iterable[Piece]) -> list[Step]:
    """Return the steps of pieces with their stages.

    A piece begins a new stage if it stands outside of any transaction, if it must, or if it needs a strong lock on
    another table than those before it, which are then let go.
    """
    steps: list[Step] = []
    stage, held, last = -1, frozenset[Relation](), None
    for pieces in (early, here, late):
        for piece in pieces:
            wanted = _strong(piece.step)
            fits = last is not None and last.step.is_transactional and piece.step.is_transactional
            if not fits or not _joins(piece, last, held, wanted):
                stage, held = stage + 1, frozenset()
            held |= wanted
            steps.append(replace(piece.step, stage=stage))
            last = piece
        last = None
    return steps


def _joins(piece: Piece, last: Piece | None, held: frozenset[Relation], wanted: frozenset[Relation]) -> bool:
    if piece.span >= 0 and last is not None and last.span == piece.span:
        return True
    is_over = last is None or last.step.action in {"fill", "validate"}
    return piece.joins and not is_over and (not held or wanted <= held)


def _strong(step: Step) -> frozenset[Relation]:
    return frozenset(effect.relation for effect in step.effects if effect.lock >= _STRONG)
