"""Each way to tamper with the audit, and the row that is named for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from designer_kernel.store.engine import Store
from designer_kernel.studio.team.audit import checkpointing, checkpoints, keys, verifying
from designer_kernel.studio.team.audit.diagnosing import Fault
from designer_kernel.studio.team.audit.verifying import Verification
from tests.designer_kernel.studio.team.audit.conftest import SOMEBODY, Hands, told

Verified = Callable[[], Verification]
Sign = Callable[[], None]

SWAP = (
    "UPDATE designer.audits SET seq = -{0} WHERE seq = {0}",
    "UPDATE designer.audits SET seq = {0} WHERE seq = {1}",
    "UPDATE designer.audits SET seq = {1} WHERE seq = -{0}",
)
FORGED = (
    "INSERT INTO designer.audits SELECT gen_random_uuid(), 5, created_at, actor_id, actor_name, face, address, "
    "request_id, workspace_id, 'thing.forge', resource, result, details, format, previous_hash, hash "
    "FROM designer.audits WHERE seq = 4"
)
PUT_IN = ("UPDATE designer.audits SET seq = seq + 1 WHERE seq >= 5", FORGED)
"""A forged fifth row; those after it are numbered anew."""


def swap(one: int, other: int) -> list[str]:
    return [statement.format(one, other) for statement in SWAP]


def test_an_audit_that_nobody_touched_holds(verified: Verified, sign: Sign, chain: Store) -> None:
    found = verified()
    assert (found.first, found.last, found.checkpoints, found.fault) == (1, 9, 0, None)
    sign()
    told(chain, 3)
    sign()
    told(chain, 1)
    found = verified()
    assert (found.last, found.checkpoints, found.covered, found.fault) == (13, 2, 12, None)


def test_an_empty_audit_holds(hands: Hands, verified: Verified) -> None:
    hands.run("TRUNCATE designer.audits")
    found = verified()
    assert (found.first, found.last, found.fault) == (0, 0, None)


@pytest.mark.parametrize(
    ("statements", "fault"),
    [
        (["UPDATE designer.audits SET result = 'failed' WHERE seq = 4"], Fault("changed", 4)),
        (
            ["UPDATE designer.audits SET details = '{\"at\": 3.00000000000000000001}' WHERE seq = 4"],
            Fault("changed", 4),
        ),
        (["UPDATE designer.audits SET created_at = 'infinity' WHERE seq = 4"], Fault("changed", 4)),
        (["UPDATE designer.audits SET format = 2 WHERE seq = 4"], Fault("changed", 4)),
        (["UPDATE designer.audits SET actor_id = null WHERE seq IN (9, 7)"], Fault("changed", 7)),
        (["DELETE FROM designer.audits WHERE seq = 4"], Fault("missing", 4)),
        (["DELETE FROM designer.audits WHERE seq < 3"], Fault("missing", 1)),
        (
            ["DELETE FROM designer.audits WHERE seq = 4", "UPDATE designer.audits SET seq = seq - 1 WHERE seq > 4"],
            Fault("missing", 4),
        ),
        (swap(4, 5), Fault("moved", 4)),
        (swap(3, 8), Fault("moved", 3)),
        (swap(1, 9), Fault("moved", 1)),
    ],
)
def test_the_chain_alone_names_the_first_wrong_row(
    hands: Hands, verified: Verified, statements: list[str], fault: Fault
) -> None:
    hands.run(*statements)
    found = verified()
    assert found.fault == fault
    assert found.last == fault.seq - 1


def test_a_row_that_was_changed_and_hashed_anew_is_told_by_the_one_after_it(hands: Hands, verified: Verified) -> None:
    hands.run("UPDATE designer.audits SET resource = 'x' WHERE seq = 4")
    hands.make_anew(4, 4)
    assert verified().fault == Fault("changed", 4)


@pytest.mark.parametrize("linked", [False, True])
def test_a_row_that_was_put_in_is_told_from_those_behind_it(hands: Hands, verified: Verified, linked: bool) -> None:
    hands.run(*PUT_IN)
    hands.make_anew(5, 5)
    if linked:
        hands.run(
            "UPDATE designer.audits SET previous_hash = (SELECT hash FROM designer.audits WHERE seq = 5) WHERE seq = 6"
        )
    assert verified().fault == Fault("inserted", 5)


def test_a_row_with_a_number_of_none_is_told(hands: Hands, verified: Verified) -> None:
    hands.run(FORGED.replace(", 5,", ", 0,"))
    assert verified().fault == Fault("inserted", 0)
    hands.run("UPDATE designer.audits SET seq = 5 WHERE seq = 0")
    fault = verified().fault
    assert fault is not None
    assert fault.seq == 5


REWRITES = [
    (["UPDATE designer.audits SET result = 'failed' WHERE seq = 4"], 4),
    (["DELETE FROM designer.audits WHERE seq = 5"], 5),
    (list(PUT_IN), 5),
    (swap(3, 8), 3),
    (["UPDATE designer.audits SET actor_name = 'eve'"], 1),
]


@pytest.mark.parametrize(("statements", "_first"), REWRITES)
def test_rows_that_were_made_anew_as_their_writers_would_are_not_told_by_the_chain(
    hands: Hands, verified: Verified, statements: list[str], _first: int
) -> None:
    """That is why there are checkpoints."""
    hands.run(*statements)
    hands.make_anew(1)
    assert verified().fault is None


@pytest.mark.parametrize(("statements", "first"), REWRITES)
@pytest.mark.parametrize("signed", [(9,), (2, 9), (6, 9)])
def test_checkpoints_name_the_first_row_that_was_made_anew(
    chain: Store, hands: Hands, book: Path, key: Path, verified: Verified,
    statements: list[str], first: int, signed: tuple[int, ...],
) -> None:  # fmt: skip
    signed_at(chain, hands, book, key, signed)
    hands.run(*statements)
    hands.make_anew(1)
    assert verified().fault == Fault("rewritten", first, first)


def signed_at(store: Store, hands: Hands, book: Path, key: Path, numbers: tuple[int, ...]) -> None:
    """Make the chain again from nothing, with checkpoints at some numbers."""
    hands.run("TRUNCATE designer.audits")
    done = 0
    for number in numbers:
        told(store, number - done)
        done = number
        checkpointing.checkpoint(store, book, keys.signing_key(key))


def test_a_tail_that_was_cut_is_told_by_checkpoints(hands: Hands, verified: Verified, sign: Sign) -> None:
    sign()
    hands.run("DELETE FROM designer.audits WHERE seq > 6")
    assert verified().fault == Fault("cut", 7)
    told(hands.store, 5)  # what came after it does not hide it
    assert verified().fault == Fault("rewritten", 7, 7)
    hands.run("DELETE FROM designer.audits")
    assert verified().fault == Fault("cut", 1)


def test_marks_that_are_far_apart_name_where_to_look(
    hands: Hands, verified: Verified, sign: Sign, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checkpointing, "MARKS", 3)
    sign()
    hands.run("UPDATE designer.audits SET result = 'failed' WHERE seq = 5")
    hands.make_anew(5)
    fault = verified().fault
    assert fault == Fault("rewritten", 4, 6)
    assert str(fault) == "one of the rows 4 to 6 was made anew, with those after it"


def test_nobody_signs_what_does_not_follow(hands: Hands, sign: Sign) -> None:
    sign()
    told(hands.store, 4)
    hands.run("UPDATE designer.audits SET result = 'failed' WHERE seq = 11")
    with pytest.raises(checkpointing.BrokenChain, match="row 11 was changed"):
        sign()
    hands.make_anew(9)
    sign()
    hands.run("DELETE FROM designer.audits WHERE seq = 13")
    with pytest.raises(checkpointing.BrokenChain, match="row 13"):
        sign()


def test_looking_through_is_told_too(chain: Store, verified: Verified) -> None:
    found = verifying.verify_and_tell(chain, SOMEBODY, Path("none"), None)
    assert (found.last, found.fault) == (9, None)
    assert verified().last == 10
    with chain.engine.connect() as connection:
        last = connection.execute(text("SELECT action, result, details FROM designer.audits WHERE seq = 10")).one()
    assert (last.action, last.result, last.details["last"]) == ("audit.verify", "ok", 9)


def test_it_reads_with_flat_memory(chain: Store) -> None:
    """Rows come in parts from one snapshot: what is added meanwhile does not come."""
    from designer_kernel.studio.team.audit import rows

    with chain.transaction() as session:
        found = rows.stored(session)
        first = next(found)
        told(chain, 1)
        assert [first["seq"], *(row["seq"] for row in found)] == list(range(1, 10))


@pytest.mark.older
def test_an_older_server_is_looked_through_alike(older_team: object, book: Path, key: Path) -> None:
    store: Store = older_team.store  # type: ignore[attr-defined]
    told(store, 5)
    checkpointing.checkpoint(store, book, keys.signing_key(key))
    hands = Hands(store)
    hands.run("UPDATE designer.audits SET result = 'failed' WHERE seq = 3")
    assert verifying.verify(store, book, keys.verifying_key(key)).fault == Fault("changed", 3)
    assert checkpoints.last(book, keys.verifying_key(key)).seq == 5
