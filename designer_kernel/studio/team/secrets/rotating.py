"""Rotation: new data keys for all workspaces, while everybody goes on working.

First every workspace gets a new key, in one transaction; the old ones retire. From then on new secrets are sealed under
the new keys, and old ones are sealed anew, some in each transaction. A key that seals nothing any more is removed. What
is left to do stands in the store alone: a rotation that was killed at any point goes on where it was, and none begins
before the last one is done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from designer_kernel.store import turns
from designer_kernel.store.engine import Store
from designer_kernel.store.tables.connections import Connection, DataKey
from designer_kernel.studio.team import audit
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.secrets.data_keys import made, opened
from designer_kernel.studio.team.secrets.failures import KeyMissing, SecretUnreadable
from designer_kernel.studio.team.secrets.master_keys import KeyService
from designer_kernel.studio.team.secrets.sealing import OpenKey, Place, seal, unreadable, unseal
from designer_kernel.studio.team.unit import Entry

FIELD: Final = "connection_uri"
"""The one field that is sealed."""

Told = Callable[[int, int], None]
"""Called after each transaction with how many secrets are done, of how many."""


@dataclass(slots=True)
class Rotation:
    """What a rotation did.

    Attributes
    ----------
    resumed
        Whether it went on with one that had not ended.
    workspaces
        How many of them got a new key in it.
    re_encrypted, skipped, failed
        Secrets that it sealed anew; that were under the new key when it began; that it could not open.
    failures
        The connections of those that could not be opened. They are as they were; their old keys stay.
    """

    resumed: bool = False
    workspaces: int = 0
    re_encrypted: int = 0
    skipped: int = 0
    failures: set[UUID] = field(default_factory=set)

    @property
    def failed(self) -> int:
        """How many secrets could not be opened."""
        return len(self.failures)

    def as_dict(self) -> dict[str, Any]:
        """Return the counts, JSON-ready."""
        return {
            "resumed": self.resumed,
            "workspaces": self.workspaces,
            "re_encrypted": self.re_encrypted,
            "skipped": self.skipped,
            "failed": self.failed,
            "failures": sorted(map(str, self.failures)),
        }


def rotate(
    store: Store,
    service: KeyService,
    actor: Actor,
    *,
    batch: int = 50,
    told: Told = lambda done, total: None,
) -> Rotation:
    """Give every workspace a new data key and seal all secrets anew, or end a rotation that was begun.

    Parameters
    ----------
    batch
        How many secrets are sealed in one transaction, and locked meanwhile.
    told
        Told after each transaction.

    Raises
    ------
    KeyMissing, SecretUnreadable
        If a master key is not here, before anything is changed; or that of the new data keys, when it goes on.
    """
    done = Rotation()
    with store.transaction() as session:
        turns.take(session, turns.ROTATION)  # two processes may begin at the same time
        done.resumed = _is_under_way(session)
        if not done.resumed:
            audit.append(session, actor, _begin(session, service))
        done.workspaces = _count(session, select(DataKey.workspace_id).where(DataKey.state == "active"))
        done.skipped = _count(session, _sealed("active"))
        total = done.skipped + _count(session, _sealed("retiring"))
    told(done.skipped, total)
    while True:
        with store.transaction() as session:
            found = _next(session, done.failures, batch)
            counts = _seal_anew(session, service, found, done)
            audit.append(session, actor, _entries(counts))
        done.re_encrypted += sum(counts.values())
        if found:
            told(done.skipped + done.re_encrypted + done.failed, total)
            continue
        with store.transaction() as session:
            is_done, entries = _retire(session, done.failures)
            audit.append(session, actor, entries)
        if is_done:
            return done


def _is_under_way(session: Session) -> bool:
    return _count(session, select(DataKey.id).where(DataKey.state == "retiring")) > 0


def _begin(session: Session, service: KeyService) -> list[Entry]:
    """Let the keys of all workspaces retire, and make new ones.

    Raises
    ------
    KeyMissing
        If the master key of one of them is not here: a wrong one would seal what is new, and open nothing of the rest.
    """
    for key in session.scalars(select(DataKey).where(DataKey.state == "active")):
        with suppress(SecretUnreadable):  # a row that is broken: its secrets will be counted as failed
            opened(key, service)
    statement = update(DataKey).where(DataKey.state == "active").values(state="retiring")
    retired = session.execute(statement.returning(DataKey.workspace_id, DataKey.id)).all()
    new = [made(workspace, service) for workspace, _ in retired]
    if new:
        session.execute(insert(DataKey), new)
    return [
        Entry("data_key.rotate", str(row["id"]), "ok", workspace, {"before": str(before)})
        for row, (workspace, before) in zip(new, retired, strict=True)
    ]


def _next(session: Session, failures: set[UUID], batch: int) -> list[tuple[Connection, DataKey]]:
    """Return some secrets under old keys; they are locked until the transaction ends."""
    statement = (
        select(Connection, DataKey)
        .join(DataKey, DataKey.id == Connection.key_id)
        .where(DataKey.state == "retiring", Connection.id.not_in(failures))
        .order_by(Connection.id)
        .limit(batch)
        .with_for_update(of=Connection)
    )
    return [(connection, key) for connection, key in session.execute(statement)]


def _seal_anew(
    session: Session, service: KeyService, found: Iterable[tuple[Connection, DataKey]], done: Rotation
) -> Counter[UUID]:
    """Seal secrets under the new keys; return how many of each workspace. What does not open stays as it is."""
    counts: Counter[UUID] = Counter()
    new: dict[UUID, OpenKey] = {}
    for connection, old in found:
        workspace = connection.workspace_id
        if workspace not in new:
            active = select(DataKey).where(DataKey.workspace_id == workspace, DataKey.state == "active")
            new[workspace] = opened(session.scalars(active).one(), service)
        try:
            sealed = _sealed_anew(connection, opened(old, service), new[workspace])
        except (KeyMissing, SecretUnreadable):
            done.failures.add(connection.id)
            continue
        connection.connection_uri, connection.key_id = sealed, new[workspace].id
        counts[workspace] += 1
    return counts


def _sealed_anew(connection: Connection, old: OpenKey, new: OpenKey) -> bytes:
    """Return a connection's secret under another key, once it is sure that this opens it."""
    assert connection.connection_uri is not None
    place = Place(connection.workspace_id, connection.id, FIELD)
    secret = unseal(old, place, connection.connection_uri)
    sealed = seal(new, place, secret)
    if unseal(new, place, sealed) != secret:
        raise unreadable()
    return sealed


def _entries(counts: Counter[UUID]) -> list[Entry]:
    return [
        Entry("secret.rotate", str(workspace), "ok", workspace, {"re_encrypted": count})
        for workspace, count in counts.items()
    ]


def _retire(session: Session, failures: set[UUID]) -> tuple[bool, list[Entry]]:
    """Remove old keys that seal nothing; return whether nothing but failures is left under old keys.

    Who sealed something under one of them a moment ago holds a lock on it, and is waited for.
    """
    retiring = select(DataKey).where(DataKey.state == "retiring").order_by(DataKey.id).with_for_update()
    entries, is_done = [], True
    for key in session.scalars(retiring).all():
        left = set(session.scalars(select(Connection.id).where(Connection.key_id == key.id)))
        if not left:
            session.execute(delete(DataKey).where(DataKey.id == key.id))
            entries.append(Entry("data_key.remove", str(key.id), "ok", key.workspace_id))
        is_done = is_done and left <= failures
    return is_done, entries


def _sealed(state: str) -> Select[UUID]:
    return select(Connection.id).join(DataKey, DataKey.id == Connection.key_id).where(DataKey.state == state)


def _count(session: Session, statement: Select[UUID]) -> int:
    return session.scalar(select(func.count()).select_from(statement.subquery())) or 0
