"""The way back as a plan: what a target remembers of its last migrations, turned round."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from designer_kernel.errors import UnknownObject
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.prove import Proof
from designer_kernel.migrate.rollback import WayBack, ways_back
from designer_kernel.studio.planning import Planned

if TYPE_CHECKING:
    from designer_kernel.postgres.server import Progress


def plan_back(
    address: str,
    to: int | None,
    *,
    record: int | None = None,
    trusted: bool = False,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Planned | None:
    """Return the way back as a proved plan; ``None`` if no record leads to the version.

    Parameters
    ----------
    to
        The number of a version of the design; the last migration is undone if not given.
    record
        Instead of a version, the record after which all are undone; 0 undoes all.

    Raises
    ------
    UnknownObject
        If there is nothing to undo.
    """
    try:
        ways = ways_back(address, version=to, to=record, trusted=trusted, progress=progress, cancel=cancel)
    except UnknownObject:
        if to is None:
            raise
        return None
    if not ways:
        return None
    notes = tuple(dict.fromkeys(note for way in ways for note in way.notes))
    return Planned(_joined(ways, to), notes=notes, ways=ways, url=address)


def _joined(ways: Sequence[WayBack], to: int | None) -> Migration:
    """Return several ways back as one plan, to look at; they are applied one by one."""
    first, last = ways[0].migration, ways[-1].migration
    if len(ways) == 1:
        return first
    plan = replace(
        first.plan,
        after=last.plan.after,
        up=tuple(step for way in ways for step in way.migration.plan.up),
        down=tuple(step for way in reversed(ways) for step in way.migration.plan.down),
    )
    checks = tuple(
        replace(check, name=f"{way.migration.name}: {check.name}")
        for way in ways
        for check in (way.migration.proof.checks if way.migration.proof is not None else ())
    )
    name = f"back to version {to}" if to is not None else f"roll back {len(ways)} migrations"
    return replace(
        first, name=name, plan=plan, after=last.after, proof=Proof(plan.hash, checks), number=last.number, design=""
    )
