"""Audit rows, added in the transaction of what they tell of.

There is one chain for the store. Its writers take turns, each from its last statement to the end of its commit, and
that is all they wait for each other: a chain for each workspace would let two workspaces commit at once, but log-ins,
refusals to strangers and the coming and going of workspaces would need yet another, and a chain that is gone as a whole
would be missed by nobody. One chain has one end, and a checkpoint of it is one line.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Final, cast

from sqlalchemy import Table, insert, text
from sqlalchemy.orm import Session

from designer_kernel.design.identity import new_id
from designer_kernel.store.tables.audits import Audit
from designer_kernel.studio.team.audit import plain
from designer_kernel.studio.team.audit.hashing import BEGINNING, FORMAT, row_hash

if TYPE_CHECKING:
    from designer_kernel.studio.team.actor import Actor
    from designer_kernel.studio.team.unit import Entry

_END: Final = text("SELECT now, seq, hash FROM designer.end_of_audits()")
"""It takes the turn of audits first, see `designer_kernel.store.turns`."""

_ADDED: Final = insert(cast(Table, Audit.__table__))  # not by way of the session's objects: others wait meanwhile


def append(session: Session, actor: Actor, entries: Sequence[Entry]) -> None:
    """Add rows to the chain; to be called last, since other writers wait from here to the end of the transaction.

    Raises
    ------
    SecretDetail, NoDetail
        If an entry tells what no audit row may hold; the transaction must not be committed then.
    """
    if not entries:
        return
    rows = [_row(actor, entry) for entry in entries]
    session.flush()  # all other locks are taken by now: who waits for this one holds none that its holder will ask for
    end = session.execute(_END).one()
    previous = end.hash or BEGINNING
    for seq, row in enumerate(rows, (end.seq or 0) + 1):
        row |= {"seq": seq, "created_at": end.now, "previous_hash": previous}
        row["hash"] = previous = row_hash(row)
    session.execute(_ADDED, rows if len(rows) > 1 else rows[0])


def _row(actor: Actor, entry: Entry) -> dict[str, Any]:
    """Return a row that lacks its place in the chain."""
    return {
        "id": new_id(),
        "actor_id": actor.user,
        "actor_name": plain.text(actor.name),
        "face": plain.text(actor.face),
        "address": plain.text(actor.address),
        "request_id": plain.text(actor.request),
        "workspace_id": entry.workspace,
        "action": plain.text(entry.action),
        "resource": plain.text(entry.object),
        "result": plain.text(entry.result),
        "details": plain.details(entry.details),
        "format": FORMAT,
    }
