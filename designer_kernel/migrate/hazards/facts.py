"""The hazards of a step: those of the facts that it changes, and those of what it does to relations meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Final

from designer_kernel.catalog.kinds.column import Column, Default
from designer_kernel.catalog.kinds.domain import Domain, DomainCheck, DomainNotNull
from designer_kernel.catalog.kinds.enum import Enum
from designer_kernel.catalog.kinds.identity_sequence import IdentitySequence
from designer_kernel.catalog.kinds.policy import Policy
from designer_kernel.catalog.kinds.sequence import Sequence
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import CatalogObject, Change, ObjectId
from designer_kernel.migrate.changes import needs
from designer_kernel.migrate.effects import Effect, LockMode
from designer_kernel.migrate.effects.families import checks_of
from designer_kernel.migrate.effects.partitions import says_not_null
from designer_kernel.migrate.hazards import columns, domains, numbering, parts
from designer_kernel.migrate.hazards.naming import Hazard
from designer_kernel.migrate.ordering import Move

_ROWS: Final = "rows that are there may not allow it"


def hazards(move: Move, change: Change, effects: Iterable[Effect]) -> tuple[Hazard, ...]:
    """Return the hazards of a move.

    Parameters
    ----------
    change
        The catalogs before and after all moves.
    effects
        What the move does to relations.
    """
    found = [hazard for key in move.facts for hazard in _of_fact(move, key, change)]
    return tuple(dict.fromkeys([*found, *_of_effects(effects)]))


def _of_fact(move: Move, key: ObjectId, change: Change) -> Iterator[Hazard]:
    old, new = change.before.get(key), change.after.get(key)
    if move.action == "drop" and old is not None:
        if key not in change.kept:  # its rows have gone over to another one
            yield from _dropped(old, new)
    elif move.action == "create" and new is not None:
        yield from _created(new, change)
    elif move.action == "alter" and old is not None and new is not None:
        yield from _altered(old, new, change)
    if move.action in {"drop", "create", "alter"}:
        yield from _permitting(move.action, key, old, new)


def _dropped(old: CatalogObject, new: CatalogObject | None) -> Iterator[Hazard]:
    if old.holds_rows:
        yield Hazard("data_loss", old.id, "its rows go" if isinstance(old, Table) else "its values go")
    elif new is not None:
        yield Hazard("recreated", old.id, "PostgreSQL does not change it in place, or what it needs is changed")
    if isinstance(old, Sequence) and new is not None:
        yield Hazard("numbering", old.id, f"it is made anew, and begins again at {getattr(new, 'start', 1)}")


def _created(new: CatalogObject, change: Change) -> Iterator[Hazard]:
    before = change.before
    if new.parent is not None and new.parent not in before:
        if not isinstance(new, Default):
            return
        yield from columns.filled(new, change)
    elif isinstance(new, Column):
        yield from columns.added(new, change)
    elif isinstance(new, Enum):
        yield from columns.swapped(new, change)
    elif isinstance(new, Table):
        yield from parts.partition_made(new, change)
    elif isinstance(new, (DomainCheck, DomainNotNull)):
        yield from domains.constrained(new, change)
    elif isinstance(new, Default):
        yield from numbering.of_default(new, None, change)
    elif query := new.offenders():
        yield from _constraining(new, query, change)


def _constraining(new: CatalogObject, query: str, change: Change) -> Iterator[Hazard]:
    """Yield the hazard of a constraint or a unique index on rows that are there."""
    fresh = [key for key in needs(new, change.after) if key.kind == "column" and key not in change.before]
    if not fresh:
        yield Hazard("may_fail", new.id, _ROWS, query)
    elif any(ObjectId("default", key.path) in change.after for key in fresh):
        yield Hazard("may_fail", new.id, "the value that all rows get may not allow it")


def _altered(old: CatalogObject, new: CatalogObject, change: Change) -> Iterator[Hazard]:
    special = _ALTERED.get(type(new))
    if special is not None:
        yield from special(old, new, change)
    is_proved = isinstance(new, Column) and any(
        says_not_null(check.expression, new.name) for check in checks_of((new.schema, new.table), change.before)
    )
    if not is_proved and (query := new.offenders(old)):
        yield Hazard("may_fail", new.id, _ROWS, query)


_ALTERED: Final[dict[type[CatalogObject], Callable[..., Iterator[Hazard]]]] = {
    Column: columns.altered,
    Default: numbering.default_changed,
    Domain: domains.altered,
    DomainCheck: domains.validated,
    Table: parts.altered,
    Sequence: numbering.sequence_changed,
    IdentitySequence: numbering.identity_changed,
}


def _permitting(action: str, key: ObjectId, old: CatalogObject | None, new: CatalogObject | None) -> Iterator[Hazard]:
    """Yield what changes in who may do what."""
    fact = new or old
    if fact is None or (action != "alter" and old == new) or (action == "create" and old is not None):
        return  # it is made anew, as it was or told of already
    if fact.aspect == "privilege":
        words = {"create": "a privilege is given", "drop": "a privilege is taken away", "alter": "a privilege changes"}
        yield Hazard("privilege_change", key, words["alter" if old is not None and new is not None else action])
    elif fact.aspect == "owner":
        yield Hazard("privilege_change", key, "it belongs to someone else")
    elif isinstance(fact, Policy):
        yield Hazard("privilege_change", key, "which rows may be seen or changed, and by whom")
    elif isinstance(old, Table) and isinstance(new, Table) and _secured(old) != _secured(new):
        yield Hazard("privilege_change", key, "whether policies say which rows may be seen or changed")


def _secured(table: Table) -> tuple[bool, bool]:
    return table.row_security, table.force_row_security


def _of_effects(effects: Iterable[Effect]) -> Iterator[Hazard]:
    known = tuple(effects)
    busy = [".".join(effect.relation) for effect in known if effect.rewrites or effect.scans]
    for effect in known:
        on = ObjectId("relation", effect.relation)
        if effect.rewrites:
            yield Hazard("rewrite", on, f"{effect.lock} lock: {effect.lock.blocks} wait until it is written anew")
        elif effect.scans and effect.lock == LockMode.SHARE:
            yield Hazard("index_build", on, f"{effect.lock} lock: {effect.lock.blocks} wait until it is built")
        elif effect.scans and effect.lock > LockMode.SHARE:
            yield Hazard("long_lock", on, f"{effect.lock} lock: {effect.lock.blocks} wait until all rows are read")
        elif busy and effect.lock > LockMode.SHARE:
            yield Hazard("long_lock", on, f"{effect.lock} lock: {effect.lock.blocks} wait until {busy[0]} is done")
