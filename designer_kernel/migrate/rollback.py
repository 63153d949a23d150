"""Rolling back: what a target remembers of its migrations is turned round, proved anew, and applied like any other."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import psycopg

from designer_kernel.errors import DesignerError, UnknownObject
from designer_kernel.migrate import records
from designer_kernel.migrate.apply import Applied, apply, refuse_other, resume
from designer_kernel.migrate.gate import check
from designer_kernel.migrate.grounds import rehearsal_for, told_of
from designer_kernel.migrate.losses import losses_of
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.patience import Patience
from designer_kernel.migrate.prove import prove
from designer_kernel.migrate.records import Record
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.migrate.salvage import salvaged
from designer_kernel.migrate.under_way import under_way
from designer_kernel.postgres import target
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.server import Progress


class NoWayBack(DesignerError):
    """A record that tells no way back: a script was run, and nobody said how it is undone."""

    code = "no_way_back"


@dataclass(frozen=True, slots=True)
class WayBack:
    """A record that is to be undone, the proved migration that undoes it, and what there is to know of the proof."""

    record: Record
    migration: Migration
    notes: tuple[str, ...] = ()

    @property
    def proof(self) -> str:
        """The hash of the proof, which applying asks for."""
        return "" if self.migration.proof is None else self.migration.proof.hash


def ways_back(
    url: str,
    *,
    to: int | None = None,
    version: int | None = None,
    rehearsal: Rehearsal | None = None,
    trusted: bool = False,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> tuple[WayBack, ...]:
    """Return what undoes the last migrations of a database, the last one first, each proved. Nothing is changed.

    Parameters
    ----------
    to
        The record after which all are undone; 0 undoes all. If neither this nor ``version`` is given, the last one is.
    version
        The version of the design to which it goes back.
    rehearsal
        Where it is proved; on a server of the target's version if not given.
    trusted
        As for `designer_kernel.migrate.grounds.rehearsal_for`.
    progress, cancel
        As for `designer_kernel.migrate.prove.prove`.

    Raises
    ------
    UnknownObject
        If there is nothing to undo, or no such record or version.
    MigrationUnderWay
        If the target is in the middle of a migration.
    NoWayBack
        If one of the records is of a script.
    NoGround
        If no server can try it.
    """
    address = target.resolve(url, create=False)
    with connect(address, autocommit=True) as connection:
        refuse_other(under_way(connection), None, address)
        undone = _undone(connection, address, to, version)
        found = []
        for record in undone:
            back = records.migration_of(connection, record).backwards()
            if not back.plan and back.plan.before != back.plan.after:
                raise NoWayBack(
                    f"nothing tells how record {record.id}, {record.name}, is undone",
                    where=target.describe(address),
                    mend="run a script that undoes it, or plan to the version that you want; what it took away may be"
                    " among the salvaged",
                )
            place = rehearsal or rehearsal_for(connection, address, back.before, back.after, trusted=trusted)
            proof = prove(back.plan, back.before, back.after, place, progress=progress, cancel=cancel)
            found.append(WayBack(record, back.proved(proof), (*told_of(place), *_purged(connection, back))))
        return tuple(found)


def rollback(
    url: str,
    *,
    to: int | None = None,
    version: int | None = None,
    ways: Sequence[WayBack] | None = None,
    allow: Iterable[str] = (),
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
    by: str = "",
    patience: Patience | None = None,
    rehearsal: Rehearsal | None = None,
    trusted: bool = False,
) -> tuple[Applied, ...]:
    """Undo the last migrations of a database, the last one first, and record that; see `apply` for what is raised.

    A rollback that was interrupted in the middle of a migration in stages goes on with it first. Each migration that
    is undone is recorded by itself, so that one that fails leaves those before it undone.

    Parameters
    ----------
    to, version, rehearsal, trusted
        As for `ways_back`.
    ways
        What `ways_back` gave, if that was looked at before.
    allow
        What may lose rows or values: all of it is asked for before anything is undone.

    Raises
    ------
    NotProved
        If a way back does not hold.
    """
    begun = _interrupted(url)
    done = [resume(url, progress=progress, cancel=cancel, by=by, patience=patience)] if begun else []
    if begun and to is None and version is None and ways is None:
        return tuple(done)
    if ways is None:
        ways = ways_back(
            url, to=to, version=version, rehearsal=rehearsal, trusted=trusted, progress=progress, cancel=cancel
        )
    allowed = tuple(allow)
    for way in ways:
        way.migration.check_proof(way.proof)
    check([loss for way in ways for loss in losses_of(way.migration.plan)], allowed)
    done += [
        apply(
            way.migration,
            url,
            proof=way.proof,
            allow=_named(way, allowed),
            progress=progress,
            cancel=cancel,
            by=by,
            patience=patience,
            undoes=way.record.id,
        )
        for way in ways
    ]
    return tuple(done)


def _purged(connection: psycopg.Connection[Any], back: Migration) -> Iterator[str]:
    """Yield what of that which a migration took away does not come back, since it was purged."""
    ends = back.plan.after, back.plan.before
    latest = {each.copy: each for each in salvaged(connection) if (each.before_hash, each.after_hash) == ends}
    for each in latest.values():
        if each.purged_at is not None:
            yield f"{each.name} was purged: its {each.rows:,} rows do not come back"


def _named(way: WayBack, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """Return of the names of losses those that are lost on one way."""
    names = {name for loss in losses_of(way.migration.plan) for name in loss.names}
    return tuple(name for name in allowed if name in names)


def _interrupted(url: str) -> bool:
    with connect(target.resolve(url, create=False), autocommit=True) as connection:
        begun = under_way(connection)
    return begun is not None and begun.undoes is not None


def _undone(connection: psycopg.Connection[Any], address: str, to: int | None, version: int | None) -> list[Record]:
    """Return the records to undo, the last one first."""
    there = records.applied(connection)
    where = target.describe(address)
    if not there:
        raise UnknownObject("there is nothing to roll back", where=where, mend="look at the history of the target")
    if version is not None:
        to = next((record.id for record in reversed(there) if record.version == version), None)
        if to is None:
            known = ", ".join(sorted({str(record.version) for record in there if record.version})) or "none"
            raise UnknownObject(
                f"version {version} is not applied", where=where, mend=f"choose another one: {known} is applied"
            )
    if to is None:
        return there[-1:]
    if to and to not in {record.id for record in there}:
        known = ", ".join(str(record.id) for record in there)
        raise UnknownObject(f"record {to} is not applied", where=where, mend=f"choose one of {known}, or 0 for none")
    return [record for record in reversed(there) if record.id > to]
