"""A process that is killed at any boundary leaves a target before or after; in stages the next one goes on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from designer_kernel.catalog.compare import differences
from designer_kernel.migrate import records
from designer_kernel.migrate.apply import apply, resume
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.under_way import under_way
from designer_kernel.postgres.connection import connect
from tests.designer_kernel.migrate.targets import CHANGES, Targets, by_hand, proof_of, read, rows, wait_until_alone

KILLED = -9


class Killing:
    """Applies a migration in processes that are killed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def __call__(self, boundary: int, url: str) -> int:
        """Return how the process ended that was to be killed when it was told of so many boundaries."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{boundary} {url}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextmanager
def killing(migration: Migration, directory: Path) -> Iterator[Killing]:
    """Give what applies a migration in processes that are killed."""
    file = directory / "migration.plan.json"
    migration.save(file)
    command = [sys.executable, "-m", "tests.designer_kernel.migrate.applying", str(file), proof_of(migration)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield Killing(process)
        finally:
            assert process.stdin is not None
            process.stdin.close()


def test_a_kill_at_any_boundary_of_a_transaction(targets: Targets, tmp_path: Path) -> None:
    migration = targets.migration(*CHANGES)
    url = targets.copy()
    ends = []
    with killing(migration, tmp_path) as kill:
        while not ends or ends[-1] == KILLED:
            boundary = len(ends)
            ends.append(kill(boundary, url))
            wait_until_alone(url)
            now = read(url)
            is_after = not differences(migration.after, now)
            assert is_after or not differences(migration.before, now), boundary
            with connect(url, autocommit=True) as connection:
                assert [record.success for record in records.history(connection)] == [True] * is_after, boundary
            if is_after:
                break
    # before the steps, at each of them, before the comparison and the commit, and at the end, when it is committed
    assert ends == [KILLED] * (len(migration.plan.up) + 4)
    assert not differences(migration.after, read(url))


@pytest.fixture(scope="module")
def staged(targets: Targets) -> Migration:
    """A migration in stages."""
    return targets.in_stages()


def assert_done_once(url: str, migration: Migration) -> None:
    """Check that a target is what the migration leads to, and that each row was written once."""
    assert differences(migration.after, read(url)) == []
    assert rows(url, "SELECT qty, count(*) FROM shop.items GROUP BY qty") == [(1, 40)]
    with connect(url, autocommit=True) as connection:
        assert under_way(connection) is None
        assert [record.success for record in records.history(connection)] == [True]


def test_a_kill_at_any_boundary_between_stages_is_gone_on_from(embedded_targets: Targets, tmp_path: Path) -> None:
    targets, staged = embedded_targets, embedded_targets.in_stages()
    boundaries: list[str] = []
    apply(staged, targets.copy(), proof=proof_of(staged), progress=lambda _, __, label: boundaries.append(label))
    assert [label for label in boundaries if ": fill" in label][1:3] == [
        f"4 of 7: fill relation shop.items: {done} of {done} rows" for done in (20, 40)
    ]
    with killing(staged, tmp_path) as kill:
        for boundary, label in enumerate(boundaries):
            url = targets.copy()
            assert kill(boundary, url) == KILLED
            wait_until_alone(url)
            with connect(url, autocommit=True) as connection:
                begun = under_way(connection)
            if label != "done":
                assert begun is not None or label == boundaries[0], label
                apply(staged, url, proof=proof_of(staged))
            assert_done_once(url, staged)


def test_a_target_that_is_killed_again_and_again_gets_there(
    targets: Targets, staged: Migration, tmp_path: Path
) -> None:
    url = targets.copy()
    with killing(staged, tmp_path) as kill:
        kills = 0
        while kill(2, url) == KILLED:  # two boundaries further each time
            kills += 1
            wait_until_alone(url)
            with connect(url, autocommit=True) as connection:
                begun = under_way(connection)
            if begun is not None and begun.step == 5:
                break
    assert kills >= 5
    done = resume(url, by="grace")
    assert done.resumed == 5
    assert_done_once(url, staged)
    with connect(url, autocommit=True) as connection:
        (record,) = records.history(connection)
    assert record.by == "grace"


def test_the_server_stops_what_a_killed_process_runs(targets: Targets, tmp_path: Path) -> None:
    url = targets.copy()
    migration = targets.migration(CHANGES[0])
    step = migration.plan.up[0]
    slow = by_hand(migration, [replace(step, statements=(*step.statements, "SELECT pg_sleep(300)"))])
    file = tmp_path / "slow.plan.json"
    slow.save(file)
    command = [sys.executable, "-m", "tests.designer_kernel.migrate.applying", str(file), proof_of(slow)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, text=True, start_new_session=True) as process:
        assert process.stdin is not None
        process.stdin.write(f"99 {url}\n")
        process.stdin.flush()
        running = (
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query ~ '^SELECT pg_sleep'"
        )
        while rows(url, running) != [(1,)]:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGKILL)
    wait_until_alone(url)
    assert differences(migration.before, read(url)) == []
    apply(migration, url, proof=proof_of(migration))
