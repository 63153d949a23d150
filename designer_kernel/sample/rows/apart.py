"""Two references to different rows of one table: home and away team, the two ends of a transfer, friends in order.

The second reference chooses from one row less and steps over the first one's. Where a check orders the two by their
keys, each pair is made in one direction only: the second lies at most half of the range after the first, round the
ring, so that no pair is made twice; then the smaller key comes first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow.compute as pc

from designer_kernel.sample.plan import ReferencePlan
from designer_kernel.sample.rows.hashing import Bits, Rows, below
from designer_kernel.sample.rows.values import Mask

UNLESS: Final = "NULL unless "
AFTER: Final = "after"
"""A reference that lies a fixed step behind another one, round the ring of the rows to choose from."""

HALF: Final = "half"
"""A reference at most half of the ring behind another one, so that no pair is made in both orders."""

PAIRED_LOW: Final = "paired <"
PAIRED_HIGH: Final = "paired >"
PAIRED_ONE: Final = "paired <>"
PAIRED_OTHER: Final = "paired ><"
PLACES: Final = {PAIRED_LOW: 0, PAIRED_ONE: 0, PAIRED_HIGH: 1, PAIRED_OTHER: 1}
"""References to neighbours among shuffled rows, and which of the two is meant before they are put in order."""

SMALLER: Final = frozenset({"<", PAIRED_LOW})
LARGER: Final = frozenset({">", PAIRED_HIGH})

NOT_LAST: Final = "not last"
NOT_FIRST: Final = "not first"
ABOVE: Final = "above"
BELOW: Final = "below"
NEXT: Final = "next"
PREVIOUS: Final = "previous"
CLIMBING: Final = frozenset({ABOVE, BELOW, NEXT, PREVIOUS})
"""References whose rows lie after, or before, those of another one, where keys rise with the rows' numbers."""

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame


def room(size: Any, plan: ReferencePlan) -> Any:
    """Return how many rows of a range are left to choose from, beside the one that another reference has."""
    if plan.apart is None or plan.apart[1] == "<" or not is_kept(plan):
        return np.maximum(size, 1) if np.ndim(size) else max(int(size), 1)
    if plan.apart[1] in PLACES:
        return np.maximum(size // 2, 1) if np.ndim(size) else max(int(size) // 2, 1)
    left = (
        size - 1
        if plan.apart[1] in ("<>", AFTER, NOT_LAST, NOT_FIRST)
        else np.maximum((size - 1) // 2, np.minimum(size - 1, 1))
    )
    return np.maximum(left, 1) if np.ndim(left) else max(int(left), 1)


def is_kept(plan: ReferencePlan) -> bool:
    """Whether rows are chosen so that the check holds; otherwise the reference is NULL where it does not."""
    return plan.apart is not None and not plan.apart[1].startswith(UNLESS)


def compared_column(one: ReferencePlan, other: ReferencePlan) -> str:
    """Return the parent's column that two references have in columns of their own, unlike that of their tenant."""
    theirs = dict(zip(other.parent_columns, other.columns, strict=True))
    pairs = [(there, here) for there, here in zip(one.parent_columns, one.columns, strict=True) if there in theirs]
    return next((there for there, here in pairs if theirs[there] != here), pairs[0][0])


def fails(frame: Frame, plan: ReferencePlan, rows: Rows, others: Rows, column: str) -> Mask:
    """Return where a check between a reference and another one does not hold."""
    assert plan.apart is not None
    operator = plan.apart[1].removeprefix(UNLESS)
    if operator == "<>":
        same: Mask = rows == others
        return same
    mine, theirs = (_keys(frame, plan, numbers, column) for numbers in (rows, others))
    holds: Mask = _larger(theirs, mine) if operator == "<" else _larger(mine, theirs)
    return ~holds


def shift(plan: ReferencePlan, size: Any, turn: int) -> Any:
    """Return how far a counted reference begins after the other; so that few checks fail where NULL is the way out."""
    assert plan.apart is not None
    if is_kept(plan):
        return turn
    step = 1 + turn % 3
    return np.maximum(size - step, 0) if plan.apart[1].endswith(" <") else step


def stepped(chosen: Any, low: Any, size: Any, other: Rows, operator: str) -> Any:
    """Return the rows for places among those that are left."""
    if operator in (">", AFTER, HALF):
        return low + (other - low + 1 + chosen) % np.maximum(size, 1)
    return low + chosen + (low + chosen >= other)


def climbed(bits: Bits, low: Any, size: Any, other: Rows, operator: str) -> Any:
    """Return rows after those of another reference in the same range, or before them."""
    if operator == NEXT:
        return other + 1
    if operator == PREVIOUS:
        return other - 1
    if operator == ABOVE:
        return other + 1 + below(bits, np.maximum(low + size - 1 - other, 1))
    return low + below(bits, np.maximum(other - low, 1))


def in_order(frame: Frame, first: ReferencePlan, rows: Rows, others: Rows, column: str) -> tuple[Rows, Rows]:
    """Return pairs of rows with those first that have the smaller key."""
    mine, theirs = (_keys(frame, first, numbers, column) for numbers in (rows, others))
    is_larger = _larger(mine, theirs)
    return np.where(is_larger, others, rows), np.where(is_larger, rows, others)


def _keys(frame: Frame, plan: ReferencePlan, rows: Rows, column: str) -> Any:
    parent = type(frame)(frame.plan, plan.parent, rows)
    parent.is_parent = True
    return parent.column(column).data


def _larger(mine: Any, theirs: Any) -> Mask:
    if not isinstance(mine, np.ndarray):
        found: Mask = pc.greater(mine, theirs).to_numpy(zero_copy_only=False)
        return found
    if mine.ndim == 1:
        larger: Mask = mine > theirs
        return larger
    differs = mine != theirs  # bytes: the first that differs decides
    place = differs.argmax(axis=1)
    line = np.arange(len(mine))
    by_bytes: Mask = mine[line, place] > theirs[line, place]
    return by_bytes
