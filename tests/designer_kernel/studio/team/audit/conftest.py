"""An audit with some rows, and hands that change it as only the owner of the database could."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import text

from designer_kernel.store.engine import Store
from designer_kernel.studio.team import workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.audit import appending, checkpointing, keys, rows, verifying
from designer_kernel.studio.team.audit.hashing import BEGINNING
from designer_kernel.studio.team.audit.verifying import Verification
from designer_kernel.studio.team.team import Team
from designer_kernel.studio.team.unit import Entry

SOMEBODY = Actor(UUID(int=7), "ada", "api", "192.0.2.1", "request-1")


class Hands:
    """Whoever owns the database: no trigger holds them."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def run(self, *statements: str) -> None:
        """Run statements in one transaction, without triggers and with no number or hash being unique."""
        with self.store.engine.begin() as connection:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            for statement in statements:
                connection.execute(text(statement))

    def make_anew(self, first: int, last: int | None = None) -> None:
        """Give rows from a number on right numbers and hashes, as their writer would have."""
        with self.store.engine.begin() as connection, self.store.transaction() as session:
            connection.execute(text("SET LOCAL session_replication_role = replica"))
            found = list(rows.stored(session, last=last))
            previous = next((row["hash"] for row in reversed(found) if row["seq"] < first), BEGINNING)
            for seq, row in enumerate((row for row in found if row["seq"] >= first), first):
                digest = rows.computed(row, seq=seq, previous_hash=previous)
                connection.execute(
                    text(
                        "UPDATE designer.audits SET seq = :seq, previous_hash = :previous, hash = :hash WHERE id = :id"
                    ),
                    {"seq": seq, "previous": previous, "hash": digest, "id": row["id"]},
                )
                previous = digest


def told(store: Store, number: int) -> None:
    """Add rows."""
    for at in range(number):
        with store.transaction() as session:
            appending.append(session, SOMEBODY, [Entry("thing.change", f"thing {at}", details={"at": at})])


@pytest.fixture
def chain(store: Store) -> Store:
    """A store with nine audit rows."""
    Hands(store).run("TRUNCATE designer.audits")
    told(store, 9)
    return store


@pytest.fixture(scope="module")
def untied(store: Store) -> Iterator[Hands]:
    """Hands that made numbers and hashes free to be anything; afterwards they are unique again."""
    hands = Hands(store)
    hands.run(
        "ALTER TABLE designer.audits DROP CONSTRAINT uq_audits_seq, DROP CONSTRAINT uq_audits_previous_hash, "
        "DROP CONSTRAINT ck_audits_seq"
    )
    yield hands
    hands.run(
        "TRUNCATE designer.audits",
        "ALTER TABLE designer.audits ADD CONSTRAINT uq_audits_seq UNIQUE (seq), "
        "ADD CONSTRAINT uq_audits_previous_hash UNIQUE (previous_hash), "
        "ADD CONSTRAINT ck_audits_seq CHECK (seq > 0)",
    )


@pytest.fixture
def hands(chain: Store, untied: Hands) -> Hands:
    """Hands that change these rows."""
    return untied


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """Where checkpoints are written."""
    return tmp_path / "book.jsonl"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """Where their key is."""
    return tmp_path / "checkpoint.key"


@pytest.fixture
def sign(store: Store, book: Path, key: Path) -> Callable[[], None]:
    """Make a checkpoint."""
    return lambda: checkpointing.checkpoint(store, book, keys.signing_key(key)) and None


@pytest.fixture
def verified(store: Store, book: Path, key: Path) -> Callable[[], Verification]:
    """Look through the chain, with the checkpoints if there are any."""
    return lambda: verifying.verify(store, book, keys.verifying_key(key) if key.exists() else None)


@pytest.fixture
def workspace(team: Team, person: Callable[[str], Actor]) -> tuple[Actor, UUID]:
    """Somebody with a workspace of theirs."""
    ada = person("ada")
    return ada, team.do(ada, workspaces.create, "shop").id
