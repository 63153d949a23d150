"""What was done in a workspace, for its admins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import select

from designer_kernel.store.tables.audits import Audit
from designer_kernel.studio.team.refusals import BadInput
from designer_kernel.studio.team.rights import Right
from designer_kernel.studio.team.unit import Unit, use_case

MOST: Final = 500
"""Rows of a page."""


@dataclass(frozen=True, slots=True)
class AuditView:
    """An audit row."""

    id: UUID
    seq: int
    created_at: datetime
    actor_id: UUID | None
    actor_name: str
    face: str
    address: str
    request_id: str
    action: str
    resource: str
    result: str
    details: dict[str, Any]
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some audit rows, the newest first.

    Attributes
    ----------
    before
        What to ask for next; nothing at the end.
    """

    rows: tuple[AuditView, ...]
    before: int | None


_COLUMNS: Final = tuple(getattr(Audit, name) for name in AuditView.__dataclass_fields__)


@use_case(Right.administer, changes=False)
def entries(
    unit: Unit,
    workspace: UUID,
    *,
    before: int | None = None,
    limit: int = 100,
    action: str = "",
    actor: UUID | None = None,
    result: str = "",
) -> AuditPage:
    """Return what was done in a workspace, the newest first.

    Parameters
    ----------
    before
        Only rows with a smaller number; a page says which number the next one begins before.
    action
        Only this: ``member.role``, or all that is done to something: ``member``.
    actor
        Only what this person did.
    result
        Only what came out so: ``ok``, ``denied``, …

    Raises
    ------
    BadInput
        If a page can have no such length, or no row such a number.
    """
    unit.authorise(Right.administer, workspace, "workspace")
    _check(before, limit)
    wanted = select(*_COLUMNS).where(Audit.workspace_id == workspace)
    if before is not None:
        wanted = wanted.where(Audit.seq < before)
    if action:
        wanted = wanted.where((Audit.action == action) | Audit.action.startswith(f"{action}.", autoescape=True))
    if actor is not None:
        wanted = wanted.where(Audit.actor_id == actor)
    if result:
        wanted = wanted.where(Audit.result == result)
    found = unit.session.execute(wanted.order_by(Audit.seq.desc()).limit(limit + 1)).all()
    views = tuple(AuditView(*row) for row in found[:limit])
    return AuditPage(views, views[-1].seq if len(found) > limit else None)


def _check(before: int | None, limit: int) -> None:
    if not 1 <= limit <= MOST:
        raise BadInput("a page cannot have so many rows", where="limit", mend=f"ask for 1 to {MOST}")
    if before is not None and not 1 <= before < 2**63:
        raise BadInput("no row has such a number", where="before", mend="give the number that the last page named")
