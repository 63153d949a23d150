"""What every import and every export gives: the result, and what became of each object."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.design.losses import Loss, LossReport

if TYPE_CHECKING:
    from designer_kernel.design.design import Design


@dataclass(frozen=True, slots=True)
class Imported:
    """A design that was read from another notation, and what became of each object there."""

    design: Design
    losses: LossReport


@dataclass(frozen=True, slots=True)
class Exported:
    """The text of a design in another notation, and what became of each of its objects."""

    text: str
    losses: LossReport


def unclaimed(thing: str) -> Loss:
    """Return the entry of an object that no kind speaks of, ``thing`` being its kind and its name."""
    kind, _, name = thing.partition(" ")
    return Loss(name, kind, "refused", "no catalog holds objects of this kind")


def corrected(losses: LossReport, truer: Iterable[Loss]) -> LossReport:
    """Return a report with entries that know more: each in the place of the one of its object, or else at the end."""
    told = tuple(truer)
    by_object = {(loss.kind, loss.object): loss for loss in told}
    held = tuple(by_object.get((loss.kind, loss.object), loss) for loss in losses)
    known = {(loss.kind, loss.object) for loss in losses}
    return LossReport((*held, *(loss for loss in told if (loss.kind, loss.object) not in known)))
