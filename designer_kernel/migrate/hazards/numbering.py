"""What may go wrong where numbers are given out: they may meet those that are there, or run out."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds.column import Column, Default
from designer_kernel.catalog.kinds.identity_sequence import IdentitySequence
from designer_kernel.catalog.kinds.sequence import Sequence
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import Change, ObjectId
from designer_kernel.migrate.hazards.naming import Hazard

_MEETS = "numbers begin again at {}, and rows may have them already"


def begun(new: Column, change: Change) -> Iterator[Hazard]:
    """Yield the hazard of a column that becomes an identity: its sequence does not know the rows."""
    own = change.after.parts(new.id, IdentitySequence)
    start = next((part.start for part in own if part.start is not None), 1)
    if new.id in change.before:
        query = f"SELECT {quote(new.name)} FROM {quote_path(new.schema, new.table)} WHERE {quote(new.name)} >= {start}"
        yield Hazard("numbering", new.id, _MEETS.format(start), query)


def of_default(new: Default, old: Default | None, change: Change) -> Iterator[Hazard]:
    """Yield the hazard of a column that takes its numbers from a sequence from now on."""
    if "nextval(" not in new.expression or (old is not None and "nextval(" in old.expression):
        return
    fresh = [key for key in new.depends if key not in change.before and isinstance(change.after.get(key), Sequence)]
    start = next((fact.start for key in fresh if isinstance(fact := change.after.get(key), Sequence)), 1)
    name, table = quote(new.column), quote_path(new.schema, new.table)
    yield Hazard("numbering", new.parent, _MEETS.format(start), f"SELECT {name} FROM {table} WHERE {name} >= {start}")


def default_changed(old: Default, new: Default, change: Change) -> Iterator[Hazard]:
    """Yield the hazard of another default."""
    yield from of_default(new, old, change)


def sequence_changed(old: Sequence, new: Sequence, change: Change) -> Iterator[Hazard]:
    """Yield the hazards of other bounds or another direction of a sequence."""
    path = quote_path(new.schema, new.name)
    yield from _bounded(
        new.id, (old.minimum, old.maximum), (new.minimum, new.maximum), f"SELECT last_value FROM {path}"
    )
    yield from _turned(new.id, old.increment, new.increment)


def identity_changed(old: IdentitySequence, new: IdentitySequence, change: Change) -> Iterator[Hazard]:
    """Yield the hazards of other bounds or another direction of the sequence of an identity column."""
    place = f"schemaname = {literal(new.schema)} AND sequencename = {literal(new.name)}"
    query = f"SELECT last_value FROM pg_catalog.pg_sequences WHERE {place}"
    yield from _bounded(new.id, (old.minimum, old.maximum), (new.minimum, new.maximum), query)
    yield from _turned(new.id, old.increment or 1, new.increment or 1)


def _bounded(
    key: ObjectId, old: tuple[int | None, int | None], new: tuple[int | None, int | None], query: str
) -> Iterator[Hazard]:
    word = "AND" if " WHERE " in query else "WHERE"
    if new[1] is not None and (old[1] is None or new[1] < old[1]):
        yield Hazard("may_fail", key, f"it may have counted beyond {new[1]}", f"{query} {word} last_value > {new[1]}")
    if new[0] is not None and (old[0] is None or new[0] > old[0]):
        yield Hazard("may_fail", key, f"it may not have come to {new[0]}", f"{query} {word} last_value < {new[0]}")


def _turned(key: ObjectId, old: int, new: int) -> Iterator[Hazard]:
    if (old > 0) != (new > 0):
        yield Hazard("numbering", key, "it counts the other way, towards numbers that rows may have")
