"""Rows that break a check that nothing else keeps: drawn again until it holds, or taken from what is known to pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints import evaluating
from designer_kernel.sample.constraints.conditions import UNREADABLE_MEND
from designer_kernel.sample.constraints.nodes import Unreadable
from designer_kernel.sample.plan import Redraw
from designer_kernel.sample.providers import pooled
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.values import Values

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


def _spared(frame: Frame, group: list[Redraw], current: dict[str, Values]) -> dict[str, Values]:
    """Return the columns of a check with the rows that fail all the same taken from its spare entries."""
    first = group[0]
    view = Given(frame, current)
    failing = ~np.logical_and.reduce([evaluating.holds(r.condition, view) for r in group])
    place = hashing.below(frame.bits(f"spare {first.constraint}"), len(first.spare[0]))
    forms = [frame.table.columns[c].facts.form for c in first.columns]
    spare = [pooled.kept(form, items).take(place) for form, items in zip(forms, first.spare, strict=True)]
    return {c: current[c].where(failing, other) for c, other in zip(first.columns, spare, strict=True)}


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
