"""Rows that break a check that nothing else keeps: drawn again until it holds, or taken from what is known to pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints import evaluating
from designer_kernel.sample.constraints.conditions import UNREADABLE_MEND
from designer_kernel.sample.constraints.nodes import Unreadable
from designer_kernel.sample.plan import Redraw
from designer_kernel.sample.providers import pooled
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.values import Mask, Values

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

MOST_ATTEMPTS: Final = 64
"""How often a row is drawn again for a check before the fill is given up."""


class Broken(SamplePlanError):
    """A check that some rows break."""


def redrawn(frame: Frame, constraint: str) -> dict[str, Values]:
    """Return the columns of a check with every row drawn again, up to a bound, until the check holds."""
    group = [r for r in frame.table.redraws if r.constraint == constraint]
    columns = group[0].columns
    first = frame.again(frame.rows, 0, columns)
    current = {column: first.column(column) for column in columns}
    if group[0].cases:
        current = _by_case(frame, group, current)
    for attempt in range(1, MOST_ATTEMPTS + 1):
        view = Given(frame, current)
        try:
            passes = [evaluating.holds(r.condition, view) for r in group]
        except Unreadable as error:
            raise SamplePlanError(
                f"the check holds something that sample data cannot satisfy: {error}",
                where=f"{frame.table.label}.{constraint}",
                mend=UNREADABLE_MEND,
            ) from error
        failing = np.flatnonzero(~np.logical_and.reduce(passes))
        if not len(failing):
            return current
        again = frame.again(frame.rows[failing], attempt, columns)
        where = np.zeros(len(frame), dtype=np.bool_)
        where[failing] = True
        back = np.zeros(len(frame), dtype=np.int64)
        back[failing] = np.arange(len(failing))
        current = {c: current[c].where(where, again.column(c).take(back)) for c in columns}
    if group[0].spare:
        return _spared(frame, group, current)
    raise Broken(
        f"after {MOST_ATTEMPTS} draws some rows still break the check",
        where=f"{frame.table.label}.{constraint}",
        mend="simplify the check, or fill the other tables with tables=…",
    )


def _by_case(frame: Frame, group: list[Redraw], current: dict[str, Values]) -> dict[str, Values]:
    """Return the columns of a check with rows that break it taken from the entries of their case, if it has any."""
    view = Given(frame, current)
    failing = ~np.logical_and.reduce([evaluating.holds(r.condition, view) for r in group])
    if not failing.any():
        return current
    for number, case in enumerate(group[0].cases):
        truth = evaluating.value(case.condition, frame)
        here = np.broadcast_to(np.asarray(truth.data, dtype=np.bool_), len(frame))
        here = failing & here if truth.null is None else failing & here & ~truth.null
        if here.any():
            current = _taken(frame, group[0], case.spare, here, current, f"case {number}")
    return current


def _spared(frame: Frame, group: list[Redraw], current: dict[str, Values]) -> dict[str, Values]:
    """Return the columns of a check with the rows that fail all the same taken from its spare entries."""
    first = group[0]
    view = Given(frame, current)
    failing = ~np.logical_and.reduce([evaluating.holds(r.condition, view) for r in group])
    return _taken(frame, first, first.spare, failing, current, "spare")


def _taken(
    frame: Frame,
    redraw: Redraw,
    entries: tuple[tuple[Any, ...], ...],
    where: Mask,
    current: dict[str, Values],
    name: str,
) -> dict[str, Values]:
    """Return columns with some rows taken from entries that are known to pass."""
    place = hashing.below(frame.bits(f"{name} {redraw.constraint}"), len(entries[0]))
    forms = [frame.table.columns[c].facts.form for c in redraw.columns]
    found = [pooled.kept(form, items).take(place) for form, items in zip(forms, entries, strict=True)]
    return {c: current[c].where(where, other) for c, other in zip(redraw.columns, found, strict=True)}


class Given:
    """A frame in which some columns are given."""

    def __init__(self, frame: Frame, given: dict[str, Values]) -> None:
        self._frame = frame
        self._given = given
        self.table = frame.table

    def __len__(self) -> int:
        return len(self._frame)

    def column(self, name: str) -> Values:
        """Return a column, given or not."""
        return self._given[name] if name in self._given else self._frame.column(name)
