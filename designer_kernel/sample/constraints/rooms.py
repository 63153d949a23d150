"""How many values columns have to tell rows apart by, and distinct ones for the types that have no usual ones."""

from __future__ import annotations

from typing import Any, Final

from designer_kernel.sample.constraints.expressions import Telling
from designer_kernel.sample.constraints.narrowing import Allowed
from designer_kernel.sample.plan import Counter
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.planning.forms import Form
from designer_kernel.sample.providers.documents import Numbered
from designer_kernel.sample.providers.internet import Address
from designer_kernel.sample.providers.keys import Counted, Evenly, Member, Serial
from designer_kernel.sample.providers.nested import allowed_by, as_column
from designer_kernel.sample.providers.provider import Provider
from designer_kernel.sample.providers.slots import Place, Slot

SPACED: Final = frozenset({"integer", "numeric", "float", "date", "timestamp"})
FIRST: Final = {"date": 7_305, "timestamp": 631_152_000_000_000}
"""The first of January 1990: where days and times begin that must be far apart."""
_TELLING: Final = ("uuid", "integer", "text", "timestamp", "date", "numeric")
_LAST: Final = {"date": 2_932_896, "timestamp": 253_402_300_799_000_000}
"""The end of the year 9999."""


def room_of(told: Telling, column: ColumnFacts, allowed: Allowed) -> int:
    """Return how many values a column has that tell rows apart."""
    form = column.form
    if form.kind == "composite":
        name = telling_field(form)
        part = dict(form.fields).get(name)
        return room_of(Telling(name, is_whole=True), as_column(name, part), allowed_by(part, name)) if part else 0
    if form.kind == "text":
        longest = min((n for n in (form.length, allowed.longest) if n is not None), default=12)
        return int(26 ** min(longest, 12))
    if form.kind == "bits":
        return 1 << min(form.length or 16, 40)
    high = allowed.high if allowed.high is not None else form.largest
    high = _LAST.get(form.kind, 1 << 62) if high is None else high
    low = allowed.low if allowed.low is not None else FIRST.get(form.kind, 1)
    room = max((high - low) // told.spacing + 1, 0)
    return room if told.most is None else min(room, told.most // told.spacing)


def telling_field(form: Form) -> str:
    """Return the field of a composite type that has the most values to tell rows apart by; empty if none has many."""
    rooms = {}
    for name, part in form.fields:
        allowed, facts = allowed_by(part, name), as_column(name, part)
        is_limited = allowed.patterns or allowed.excluded or finite(facts, allowed) is not None
        if part.kind in _TELLING and not is_limited and (part.length is None or part.length > 2):
            rooms[name] = (room_of(Telling(name, is_whole=True), facts, allowed), -_TELLING.index(part.kind))
    return max(rooms, key=lambda name: rooms[name], default="")


def finite(column: ColumnFacts, allowed: Allowed) -> tuple[Any, ...] | None:
    """Return all values that a column may have, if there are few."""
    if column.form.kind == "boolean":
        return (True, False)
    values = allowed.values
    if values is not None:
        return values
    if column.form.kind == "enum":
        return tuple(v for v in column.form.labels if v not in allowed.excluded)
    if (
        column.form.kind == "integer"
        and allowed.low is not None
        and allowed.high is not None
        and allowed.high - allowed.low < 100
    ):
        return tuple(range(allowed.low, allowed.high + 1))
    return None


def made_distinct(column: ColumnFacts, within: Counter) -> Provider | None:
    """Return a provider of distinct values for the types that have none among the usual ones."""
    form = column.form
    match form.kind:
        case "time" | "timetz" | "bits" | "list" | "xml" | "tsvector" | "ltree":
            return Counted(within) if Counted.knows(form) else None
        case "range" | "multirange":
            inner = form.element if form.kind == "range" else form.element and form.element.element
            if inner is None or inner.kind not in SPACED:
                return None
            first = {"date": FIRST["date"], "timestamp": FIRST["timestamp"]}.get(inner.kind, 1)
            return Slot(first, {"date": 14, "timestamp": 10_800_000_000}.get(inner.kind, 100), within.among)
        case "geometry" if form.base not in ("line", "path"):
            return Place(within.among)
        case "inet" if form.base == "cidr":
            return Address(within)
        case _:
            return None


def kept_apart(told: Telling, column: ColumnFacts, allowed: Allowed, within: Counter, rows: int) -> Provider | None:
    """Return a provider that keeps the values of an expression apart; ``None`` where distinct values suffice."""
    if told.member:
        return Member(told.member, within)
    if column.form.kind == "json" and not told.is_whole:
        return Numbered(within)
    if told.spacing > 1:
        first = allowed.low if allowed.low is not None else FIRST.get(column.form.kind, told.spacing)
        return Serial(-(-first // told.spacing) * told.spacing, within, told.spacing)
    if column.form.kind == "float" and allowed.high is not None:
        low = allowed.low if allowed.low is not None else min(0, allowed.high - 1_000_000)
        return Evenly(low / 1_000_000, allowed.high / 1_000_000, rows + 1, within)
    return made_distinct(column, within)
