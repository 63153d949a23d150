"""What a transaction sees of the store: rows of some workspaces, or of all.

Row security of the tables asks three settings of the transaction: whose it is, to which workspaces they belong, and
whether it is about the store as a whole. So a use case that forgets to ask for a right still finds nothing of others.
Without any setting nothing is seen.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

NOTHING: Final[Mapping[str, str]] = {"designer.scope": "", "designer.person": "", "designer.workspaces": ""}
"""The settings of whoever sees nothing."""

_KEY: Final = "scope"
_BEGIN: Final = text("SELECT designer.begin_as(:role, :person, :whole)")
_SET: Final = text("SELECT set_config(s.key, s.value, true) FROM jsonb_each_text(CAST(:settings AS jsonb)) AS s")
_STORE: Final = "store"


def begin(session: Session, role: str, person: UUID | None = None, *, whole: bool = False) -> None:
    """Begin a transaction as the application role: a person's, with the workspaces they belong to, or of the store."""
    own = session.scalar(_BEGIN, {"role": role, "person": person, "whole": whole})
    session.info[_KEY] = {
        "designer.scope": _STORE if whole else "",
        "designer.person": str(person) if person else "",
        "designer.workspaces": own,
    }


def settings(session: Session) -> Mapping[str, str]:
    """Return what a transaction sees, as settings: code that ran in it may have changed them."""
    known: Mapping[str, str] = session.info.get(_KEY, NOTHING)
    return known


def admit(session: Session, workspace: UUID) -> None:
    """Let a transaction see a workspace that its person comes to belong to in it."""
    known = settings(session)["designer.workspaces"].strip("{}")
    ids = [*([known] if known else []), str(workspace)]
    _set(session, {**settings(session), "designer.workspaces": f"{{{','.join(ids)}}}"})


@contextmanager
def everywhere(session: Session) -> Iterator[None]:
    """See all workspaces for a moment: for what is decided about a person wherever they belong to."""
    before = settings(session)
    session.flush()
    _set(session, {**before, "designer.scope": _STORE})
    yield
    session.flush()
    _set(session, before)


def _set(session: Session, wanted: Mapping[str, str]) -> None:
    session.execute(_SET, {"settings": json.dumps(dict(wanted))})
    session.info[_KEY] = dict(wanted)
