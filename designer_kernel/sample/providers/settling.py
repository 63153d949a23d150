"""What became of money follows what became of the row that it is paid for: a delivered order's payment is captured."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.choices import LIFECYCLE, taken
from designer_kernel.sample.providers.lifecycles import listed
from designer_kernel.sample.providers.provider import Context, Provider, words
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.arrays import arrow, texts
from designer_kernel.sample.rows.values import Values, hexadecimal
from designer_kernel.sample.rows.written import Picked, numbers, written

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame

_MONEY: Final = re.compile(r"(\w+_)?(payments?|charges)")
_STATUS: Final = re.compile(r"(\w+_)?(status|state)")
_KINDS: Final = {
    "done": ("captured", "paid", "succeeded", "success", "completed", "complete", "settled"),
    "held": ("authorized", "authorised"),
    "waiting": ("pending", "created", "new", "processing", "requires_action", "open", "initiated"),
    "failed": ("failed", "declined", "rejected", "error"),
    "undone": ("voided", "void", "cancelled", "canceled", "expired"),
    "returned": ("refunded", "reversed", "returned"),
}
_BEGUN: Final = frozenset(LIFECYCLE[: LIFECYCLE.index("confirmed")])
_AGREED: Final = ("confirmed", "accepted", "approved", "assigned", "authorized", "authorised")
_SHARES: Final = (
    (_KINDS["undone"] + _KINDS["failed"], {"undone": 65, "failed": 20, "returned": 15}),
    (("refunded", "returned", "reversed", "chargeback"), {"returned": 100}),
    (_AGREED, {"done": 55, "held": 43, "failed": 2}),
)


@dataclass(frozen=True, slots=True)
class Settled(Provider):
    """The state of a payment, by the state in the column ``status`` of the row that a reference leads to.

    ``weights`` has a line for each of the ``states`` there, and a last one for any other.
    """

    items: tuple[Any, ...]
    reference: str
    status: str
    states: tuple[str, ...]
    weights: tuple[tuple[int, ...], ...]

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        state = frame.parent(self.reference).column(self.status)
        found = pc.index_in(_plain(state.data), value_set=texts(self.states))
        line = pc.fill_null(found, len(self.states)).to_numpy(zero_copy_only=False).astype(np.int64)
        chosen = np.zeros(len(frame), dtype=np.int64)
        bits = frame.bits(column.name)
        for index in np.unique(line):
            where = line == index
            chosen[where] = hashing.weighted(bits[where], self.weights[index])
        return taken(self.items, chosen)


_ANSWERS: Final = (
    ('00", "message": "approved', ("done", "held", "returned")),
    ('05", "message": "declined', ("failed",)),
    ('09", "message": "in progress', ("waiting",)),
    ('00", "message": "voided', ("undone",)),
)


@dataclass(frozen=True, slots=True)
class Answer(Provider):
    """What a payment provider answered; its code agrees with the state in the column ``status``."""

    status: str

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        state = frame.column(self.status)
        known = [(name, i) for i, (_, kinds) in enumerate(_ANSWERS) for kind in kinds for name in _KINDS[kind]]
        found = pc.fill_null(pc.index_in(_plain(state.data), value_set=texts([name for name, _ in known])), 0)
        case = np.array([i for _, i in known])[found.to_numpy(zero_copy_only=False)]
        bits = frame.bits(column.name)
        risk = Picked(numbers(0, 99), hashing.below(bits, 100))
        said = Picked(words(tuple(text for text, _ in _ANSWERS)), case)
        reference = hexadecimal(hashing.mix(bits))
        return Values(written('{"code": "', said, '", "risk_score": ', risk, ', "reference": "', reference, '"}'))


def answer(context: Context) -> Provider | None:
    """Return what a payment provider answered, for a row whose state says how that went."""
    status = context.first("status", "state", "payment_status", "transaction_status")
    return (
        Answer(status) if status is not None and context.table.columns[status].form.kind in ("text", "enum") else None
    )


def _plain(data: Any) -> Any:
    """Return text as an array that is searched in."""
    return data.cast(pa.string()) if isinstance(data, pa.Array | pa.ChunkedArray) else arrow(data)


def by_owner(context: Context, items: Sequence[Any]) -> Provider | None:
    """Return the state of a payment by that of what it pays for; ``None`` if that has none, or for other tables."""
    parent = context.parents.get(context.owner)
    if parent is None or not _MONEY.fullmatch(context.table.name[1]) or not _STATUS.fullmatch(context.column.name):
        return None
    if not any(item in _KINDS["done"] for item in items):
        return None
    for status in parent.columns.values():
        states = status.form.labels or listed(parent, status)
        if _STATUS.fullmatch(status.name) and sum(str(s) in LIFECYCLE for s in states) > 2:
            weights = tuple(_weights(items, state) for state in (*states, ""))
            return Settled(tuple(items), context.owner, status.name, tuple(states), weights)
    return None


def _weights(items: Sequence[Any], state: str) -> tuple[int, ...]:
    """Return how often each state of a payment occurs beside a state of what it pays for."""
    shares = next((shares for states, shares in _SHARES if state in states), {"done": 100})
    if state in _BEGUN:
        shares = {"waiting": 60, "held": 35, "failed": 5}
    found = [0] * len(items)
    for kind, share in shares.items():
        known = [i for i, item in enumerate(items) if item in _KINDS[kind]]
        for index in known[:1]:
            found[index] = share
    if not any(found):
        found[next(i for i, item in enumerate(items) if item in _KINDS["done"])] = 1
    return tuple(found)
