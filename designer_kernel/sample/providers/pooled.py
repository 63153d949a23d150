"""Values from a pool: rows that were found to keep a check that nothing but the server can judge.

The pool is part of the plan. All columns of one pool draw the same entry for a row, so that they fit each other.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from designer_kernel.sample.plan import Counter, Presence
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.providers.provider import Provider
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.spelled import values_of
from designer_kernel.sample.rows.values import Mask, Values

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame


@dataclass(frozen=True, slots=True)
class Pooled(Provider):
    """One of ``items``; columns of the same ``pool`` take items of the same place, and are as long.

    With a ``counter`` every item is taken once, so that rows differ.
    """

    pool: str
    items: tuple[Any, ...]
    counter: Counter | None = None

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        place = entry(frame, self.pool, len(self.items), self.counter)
        return kept(column.form, self.items).take(place)


def entry(frame: Frame, pool: str, size: int, counter: Counter | None = None) -> hashing.Rows:
    """Return which entry of a pool each row takes."""

    def made() -> hashing.Rows:
        if counter is not None:
            return hashing.permute(frame.counted(counter), size)
        return hashing.below(frame.bits(f"pool {pool}"), size)

    found: hashing.Rows = frame.shared(f"pool {pool}", made)
    return found


@lru_cache(maxsize=256)
def kept(form: Form, items: tuple[Any, ...]) -> Values:
    """Return the items of a pool as values, made once."""
    return values_of(form, [_thawed(form, item) for item in items])


def frozen(items: list[Any]) -> tuple[Any, ...]:
    """Return items so that they can be kept in a plan: lists become tuples, and composite values pairs."""
    return tuple(_frozen(item) for item in items)


def _frozen(item: Any) -> Any:
    if isinstance(item, dict):
        return tuple((name, _frozen(value)) for name, value in item.items())
    return tuple(map(_frozen, item)) if isinstance(item, list | tuple) else item


def _thawed(form: Form, item: Any) -> Any:
    if item is None:
        return None
    if form.kind == "composite":
        return {name: _thawed(inner, dict(item)[name]) for name, inner in form.fields}
    if form.kind == "range" and isinstance(item, tuple):
        return dict(item)
    return list(item) if isinstance(item, tuple) else item


def presence(frame: Frame, known: Presence) -> Mask:
    """Return where a reference of a pool is set."""
    found: Mask = np.array(known.flags, dtype=np.bool_)[entry(frame, known.pool, len(known.flags), known.counter)]
    return found
