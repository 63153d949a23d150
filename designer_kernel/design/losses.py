"""The loss report: what became of each object on its way in or out of a design."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

if TYPE_CHECKING:
    import pandas as pd

    from designer_kernel.design.design import Design

Outcome: TypeAlias = Literal["kept", "changed", "opaque", "refused"]
"""``kept``: modelled, exactly. ``changed``: there, but not the same. ``opaque``: carried along as it is, but not drawn
or edited. ``refused``: not there."""


@dataclass(frozen=True, slots=True)
class Loss:
    """What became of one object.

    ``object`` is its name as people write it (``public.orders.id``), ``kind`` its kind (``column``), ``reason`` why it
    was not simply kept.
    """

    object: str
    kind: str
    outcome: Outcome
    reason: str = ""


@dataclass(frozen=True, slots=True)
class LossReport:
    """What became of every object, in the order in which they were met."""

    entries: tuple[Loss, ...] = ()

    def __iter__(self) -> Iterator[Loss]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)

    def __add__(self, other: Iterable[Loss]) -> LossReport:
        return LossReport((*self.entries, *other))

    def of(self, *outcomes: Outcome) -> LossReport:
        """Return the entries with one of these outcomes: ``report.of("changed", "refused")``."""
        return LossReport(tuple(entry for entry in self.entries if entry.outcome in outcomes))

    @property
    def is_lossless(self) -> bool:
        """Whether nothing was changed or refused."""
        return not self.of("changed", "refused")

    def __str__(self) -> str:
        counts = Counter(entry.outcome for entry in self.entries)
        shown: tuple[Outcome, ...] = ("kept", "opaque", "changed", "refused")
        return ", ".join(f"{counts[outcome]} {outcome}" for outcome in shown if counts[outcome]) or "nothing"

    def to_frame(self) -> pd.DataFrame:
        """Return the report as a table with the columns object, kind, outcome and reason."""
        import pandas as pd

        columns = ("object", "kind", "outcome", "reason")
        return pd.DataFrame([[getattr(entry, name) for name in columns] for entry in self.entries], columns=columns)


_NAMED_CONSTRAINTS: Final = {
    "not null": "names of NOT NULL constraints",
    "domain not null": "names of NOT NULL constraints of domains",
}
"""Kinds of which nothing but a name is opaque: many of them hide what matters."""


def grouped(entries: Iterable[Loss]) -> tuple[Loss, ...]:
    """Return entries for people: what matters by name, and in one entry at the end many of which only names are kept.

    The report itself keeps them all.
    """
    held: list[Loss] = []
    many: dict[str, list[Loss]] = {}
    for entry in entries:
        kind = entry.kind.replace("_", " ")
        if entry.outcome == "opaque" and kind in _NAMED_CONSTRAINTS:
            many.setdefault(kind, []).append(entry)
        else:
            held.append(entry)
    for kind, found in many.items():
        words = _NAMED_CONSTRAINTS[kind]
        held += found if len(found) == 1 else [Loss(f"{len(found)} {words}", "", "opaque", found[0].reason)]
    return tuple(held)


def all_kept(design: Design) -> LossReport:
    """Return the report of a way that keeps every item of a design as it is."""
    kept = (Loss(getattr(item, "name", "") or str(item.id), _kind(item), "kept") for item in design.items())
    return LossReport(tuple(kept))


def _kind(item: object) -> str:
    """Return the kind of an item in words: ``materialized view``."""
    return "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in type(item).__name__).strip()
