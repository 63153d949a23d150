"""Data keys: one for each workspace, kept in the store as a master key has wrapped them."""

from __future__ import annotations

import os
from typing import Final
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from designer_kernel.design.identity import new_id
from designer_kernel.store.scope import everywhere
from designer_kernel.store.tables.connections import DataKey
from designer_kernel.studio.team.secrets.master_keys import KeyService
from designer_kernel.studio.team.secrets.sealing import KEY_BYTES, OpenKey

_DOMAIN: Final = b"schema-designer data key\x00\x01"


def sealing_key(session: Session, workspace: UUID, service: KeyService) -> OpenKey:
    """Return the key that a workspace seals with now; the first time it is made.

    Until the transaction ends no rotation removes it.

    Raises
    ------
    KeyMissing, SecretUnreadable
        If the master key is not here. No new one is made as long as anything in the store was wrapped by another.
    """
    found = _active(session, workspace)
    if found is None:
        with everywhere(session):  # whatever the actor may see
            is_first = not session.scalar(select(exists(select(DataKey.id))))
        if is_first:
            service.begin()
        session.execute(insert(DataKey).values(**made(workspace, service)).on_conflict_do_nothing())
        found = _active(session, workspace)  # ours, or that of who was faster
        assert found is not None
    return opened(found, service)


def made(workspace: UUID, service: KeyService) -> dict[str, object]:
    """Return the columns of a new data key."""
    name = new_id()
    master_key, wrapped = service.wrap(os.urandom(KEY_BYTES), _context(workspace, name))
    return {
        "id": name,
        "workspace_id": workspace,
        "wrapped_key": wrapped,
        "master_key_id": master_key,
        "state": "active",
    }


def opened(row: DataKey, service: KeyService) -> OpenKey:
    """Return a data key, unwrapped.

    Raises
    ------
    KeyMissing, SecretUnreadable
        If its master key is not here, or it was not wrapped for this workspace.
    """
    key = service.unwrap(row.master_key_id, row.wrapped_key, _context(row.workspace_id, row.id))
    return OpenKey(row.id, key)


def _active(session: Session, workspace: UUID) -> DataKey | None:
    return session.scalar(
        select(DataKey)
        .where(DataKey.workspace_id == workspace, DataKey.state == "active")
        .with_for_update(read=True, key_share=True)
    )


def _context(workspace: UUID, key: UUID) -> bytes:
    """Return what a wrapped key is bound to: no row serves another workspace."""
    return _DOMAIN + workspace.bytes + key.bytes
