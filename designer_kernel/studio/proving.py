"""Proving a plan: on the server where it was made, or one of the same version."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.prove import prove
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.studio.planning import Planned
from designer_kernel.studio.rehearsing import server_of

if TYPE_CHECKING:
    from designer_kernel.postgres.server import Progress


def proved(
    planned: Planned | Migration,
    rows: int = 20,
    *,
    url: str | None = None,
    trusted: bool = False,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Planned:
    """Return a plan with its proof, made in shadow databases. Nothing else is changed.

    Parameters
    ----------
    rows
        About how many rows each table has when it is tried with data; 0 leaves that out.
    url
        The database that the plan is meant for, if the plan does not say: its server may have to hold the shadows.
    trusted
        As for `designer_kernel.studio.planning.plan_between`.

    Raises
    ------
    NoGround
        If no server can hold the shadows.
    Cancelled
        If ``cancel`` was set.
    """
    if isinstance(planned, Migration):
        planned = Planned(planned, url=url)
    made = planned.migration
    server = server_of(made, planned.url, trusted=trusted)
    proof = prove(made.plan, made.before, made.after, Rehearsal(server), rows=rows, progress=progress, cancel=cancel)
    return planned.with_migration(made.proved(proof))
