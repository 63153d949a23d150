"""What every import and every export gives: the result, and what became of each object."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.design.losses import Loss, LossReport, Outcome

if TYPE_CHECKING:
    from designer_kernel.catalog.objects import CatalogObject
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


def loss_of(fact: CatalogObject, outcome: Outcome, reason: str = "") -> Loss:
    """Return the entry of a fact."""
    return Loss(".".join(fact.id.path), fact.kind.replace("_", " "), outcome, reason)


def without_secrets(facts: Iterable[CatalogObject]) -> Iterator[Loss]:
    """Yield an entry for each fact of which something is secret, and so neither read nor written."""
    for fact in facts:
        names: tuple[str, ...] = getattr(fact, "secrets", ()) or ("password",) * getattr(fact, "has_secret", False)
        if names:
            reason = f"without what is secret and never read: {', '.join(names)}"
            yield loss_of(fact, "changed", reason)
