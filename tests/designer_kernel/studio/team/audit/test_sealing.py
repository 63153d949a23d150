"""Old rows in sealed segments: the chain goes on behind them, and neither part can be changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from designer_kernel.store.engine import Store
from designer_kernel.studio.team.audit import checkpointing, checkpoints, keys, sealing
from designer_kernel.studio.team.audit.checkpointing import BrokenChain
from designer_kernel.studio.team.audit.checkpoints import Checkpoint
from designer_kernel.studio.team.audit.diagnosing import Fault
from designer_kernel.studio.team.audit.sealing import BadSegment, Part, Seal
from designer_kernel.studio.team.audit.verifying import Verification
from tests.designer_kernel.studio.team.audit.conftest import SOMEBODY, Hands, told

Verified = Callable[[], Verification]


@pytest.fixture
def segment(tmp_path: Path) -> Path:
    return tmp_path / "old.segment.jsonl"


@pytest.fixture
def seal(chain: Store, book: Path, key: Path, segment: Path) -> Callable[[int], Seal]:
    """Put the rows up to a number into the segment."""
    return lambda until: sealing.seal(chain, SOMEBODY, book, keys.signing_key(key), segment, until)


def numbers(store: Store) -> list[int]:
    with store.engine.connect() as connection:
        return list(connection.scalars(text("SELECT seq FROM designer.audits ORDER BY seq")))


def test_the_chain_goes_on_behind_what_was_sealed(
    chain: Store, seal: Callable[[int], Seal], verified: Verified, key: Path, book: Path, segment: Path
) -> None:
    made = seal(6)
    assert (made.first, made.last) == (1, 6)
    assert numbers(chain) == [7, 8, 9, 10]
    assert segment.stat().st_mode & 0o077 == 0
    found = verified()
    assert (found.first, found.last, found.fault) == (7, 10, None)
    told(chain, 2)
    checkpointing.checkpoint(chain, book, keys.signing_key(key))
    assert verified().covered == 12
    assert sealing.opened(segment, keys.verifying_key(key)) == made
    with pytest.raises(DBAPIError, match="audit rows are kept"), chain.engine.begin() as owner:
        owner.execute(text("DELETE FROM designer.audits"))
    again = sealing.seal(chain, SOMEBODY, book, keys.signing_key(key), segment.with_name("next.jsonl"), 8)
    assert (again.first, again.before) == (7, made.hash)
    assert verified().fault is None


def test_what_is_cut_behind_a_segment_is_told(chain: Store, seal: Callable[[int], Seal], verified: Verified) -> None:
    seal(4)
    Hands(chain).run("DELETE FROM designer.audits WHERE seq IN (5, 6)")
    assert verified().fault == Fault("missing", 5)
    Hands(chain).run("DELETE FROM designer.audits")
    assert verified().fault == Fault("cut", 5)


@pytest.mark.parametrize("step", ["_begin_behind", "_take_out"])
def test_who_was_stopped_goes_on(
    chain: Store, seal: Callable[[int], Seal], verified: Verified, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sealing, step, stopped)
        with pytest.raises(KeyboardInterrupt):
            seal(6)
    assert numbers(chain) == list(range(1, 10))
    assert verified().fault is None
    seal(6)
    assert numbers(chain) == [7, 8, 9, 10]
    assert verified().fault is None


def test_a_checkpoint_beside_it_follows_its_lines(
    chain: Store,
    seal: Callable[[int], Seal],
    verified: Verified,
    key: Path,
    book: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    others: list[Thread] = []
    add = checkpoints.add

    def meanwhile(path: Path, line: Checkpoint, signing: Any) -> Checkpoint:
        if not others:  # another row comes, and somebody else signs it before the line of the segment
            told(chain, 1)
            others.append(Thread(target=checkpointing.checkpoint, args=(chain, book, signing)))
            made = add(path, line, signing)
            others[0].start()
            others[0].join(0.3)
            return made
        return add(path, line, signing)

    monkeypatch.setattr(checkpoints, "add", meanwhile)
    seal(6)
    others[0].join(20)
    lines = list(checkpoints.read(book, keys.verifying_key(key)))
    assert [(line.seq, line.first) for line in lines[:2]] == [(9, 1), (9, 7)]
    assert [(line.seq > 9, line.first) for line in lines[2:]] == [(True, 7)]
    assert verified().fault is None


def test_what_was_changed_is_not_sealed(chain: Store, seal: Callable[[int], Seal], segment: Path) -> None:
    Hands(chain).run("UPDATE designer.audits SET result = 'failed' WHERE seq = 8")
    with pytest.raises(BrokenChain, match="row 8 was changed"):
        seal(6)
    assert not segment.exists()


@pytest.mark.parametrize("until", [-1, 0, 9, 10])
def test_the_last_row_stays_and_others_are_not_there(seal: Callable[[int], Seal], until: int) -> None:
    with pytest.raises(BadSegment, match="rows 1 to 9"):
        seal(until)


def test_a_file_is_not_written_over(chain: Store, seal: Callable[[int], Seal], segment: Path) -> None:
    segment.write_text("mine")
    with pytest.raises(BadSegment, match="no sealed segment"):
        seal(6)
    assert (segment.read_text(), numbers(chain)) == ("mine", list(range(1, 10)))


@pytest.mark.parametrize(
    "change",
    [
        lambda lines: [lines[0].replace("thing 0", "thing 9"), *lines[1:]],
        lambda lines: lines[1:],
        lambda lines: lines[:2] + lines[3:],
        lambda lines: [lines[1], lines[0], *lines[2:]],
        lambda lines: lines[:5] + lines[6:],
        lambda lines: lines[:-1],
        lambda lines: [*lines[:-1], resealed(lines[-1])],
        lambda lines: ["{}", *lines],
        lambda lines: ["[]", *lines],
        lambda lines: ['{"seq":"1","hash":null}', *lines],
        lambda _: [],
    ],
)
def test_a_segment_that_was_changed_is_told(
    seal: Callable[[int], Seal], segment: Path, key: Path, change: Callable[[list[str]], list[str]]
) -> None:
    seal(6)
    segment.write_text("".join(f"{line}\n" for line in change(segment.read_text().splitlines())))
    with pytest.raises(BadSegment):
        sealing.opened(segment, keys.verifying_key(key))


def resealed(line: str) -> str:
    return json.dumps(json.loads(line) | {"last": 5})


def test_rows_are_named_by_a_day_too(chain: Store) -> None:
    assert sealing.part_before(chain, datetime(2020, 1, 1, tzinfo=UTC)) is None
    later = datetime(2100, 1, 1, tzinfo=UTC)
    assert sealing.part_before(chain, later) == Part(1, 8, 9), "the last row stays"
    Hands(chain).run("UPDATE designer.audits SET created_at = '2019-05-05' WHERE seq IN (1, 2, 4)")
    assert sealing.part_before(chain, datetime(2020, 1, 1, tzinfo=UTC)) == Part(1, 2, 9), "no younger row goes along"
    Hands(chain).run("DELETE FROM designer.audits WHERE seq < 9")
    assert sealing.part_before(chain, later) is None
    Hands(chain).run("DELETE FROM designer.audits")
    assert sealing.part_before(chain, later) is None
    with pytest.raises(BadSegment, match="no audit row"):
        sealing.part_until(chain, 1)
