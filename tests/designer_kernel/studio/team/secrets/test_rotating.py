"""Rotation: counted, resumed after a kill at every statement, while others work, and closed to a wrong key."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from base64 import b64encode
from collections.abc import Iterator
from uuid import UUID

import pytest
from sqlalchemy import text

from designer_kernel.studio.team import connections, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.secrets.failures import KeyMissing
from designer_kernel.studio.team.secrets.master_keys import KEY, OLD_KEYS, configured
from designer_kernel.studio.team.secrets.rotating import rotate
from designer_kernel.studio.team.team import Team
from designer_kernel.studio.team.unit import Unit
from tests.designer_kernel.studio.team.conftest import registered

OPERATOR = Actor(None, "an operator", "shell")
OLD, NEW = b64encode(b"o" * 32).decode(), b64encode(b"n" * 32).decode()


def uri(number: int) -> str:
    return f"postgresql://u:c4nary{number}@1.1.1.1/d{number}"


@pytest.fixture
def ada(team: Team, monkeypatch: pytest.MonkeyPatch) -> Actor:
    monkeypatch.setenv(KEY, OLD)
    return registered(team, "ada")


@pytest.fixture
def made(team: Team, ada: Actor) -> dict[UUID, str]:
    """Five connections in two workspaces, and their strings."""
    rooms = [team.do(ada, workspaces.create, name).id for name in ("one", "two")]
    return {
        team.do(ada, connections.add, rooms[number % 2], f"c{number}", uri(number)).id: uri(number)
        for number in range(5)
    }


def opened(team: Team, ada: Actor, made: dict[UUID, str]) -> dict[UUID, str]:
    """Return the strings of connections, as a use case that connects would have them."""
    with team.store.transaction() as session:
        unit = Unit(session, ada)
        return {id: connections.opening(unit, id)._address.uri().reveal() for id in made}


def keys(team: Team) -> dict[str, set[UUID]]:
    with team.store.engine.connect() as connection:
        rows = connection.execute(text("SELECT state, id FROM designer.data_keys")).all()
    return {state: {id for found, id in rows if found == state} for state in ("active", "retiring")}


def test_everything_is_sealed_anew_and_counted(team: Team, ada: Actor, made: dict[UUID, str]) -> None:
    before = keys(team)["active"]
    told: list[tuple[int, int]] = []
    done = rotate(team.store, configured(), OPERATOR, batch=2, told=lambda *counts: told.append(counts))
    assert (done.workspaces, done.re_encrypted, done.skipped, done.failed, done.resumed) == (2, 5, 0, 0, False)
    assert told == [(0, 5), (2, 5), (4, 5), (5, 5)]
    after = keys(team)
    assert len(after["active"]) == 2
    assert not after["active"] & before
    assert not after["retiring"]
    assert opened(team, ada, made) == made
    with team.store.engine.connect() as connection:
        under = text("SELECT DISTINCT key_id, substring(connection_uri FROM 2 FOR 16) FROM designer.connections")
        assert {(key, UUID(bytes=bytes(head))) for key, head in connection.execute(under)} == {
            (key, key) for key in after["active"]
        }


def test_nothing_to_rotate_is_no_error(team: Team) -> None:
    done = rotate(team.store, configured(), OPERATOR)
    assert (done.workspaces, done.re_encrypted, done.skipped, done.failed) == (0, 0, 0, 0)


def test_it_moves_to_a_new_master_key(
    team: Team, ada: Actor, made: dict[UUID, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, NEW)
    with pytest.raises(KeyMissing):
        opened(team, ada, made)
    monkeypatch.setenv(OLD_KEYS, OLD)
    assert opened(team, ada, made) == made
    assert rotate(team.store, configured(), OPERATOR).re_encrypted == 5
    monkeypatch.delenv(OLD_KEYS)
    assert opened(team, ada, made) == made


def test_with_a_wrong_master_key_nothing_is_changed(
    team: Team, ada: Actor, made: dict[UUID, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = keys(team)
    monkeypatch.setenv(KEY, NEW)
    with pytest.raises(KeyMissing):
        rotate(team.store, configured(), OPERATOR)
    assert keys(team) == before
    monkeypatch.setenv(KEY, OLD)
    assert opened(team, ada, made) == made


def test_a_wrong_master_key_does_not_go_on_with_a_rotation(
    team: Team, ada: Actor, made: dict[UUID, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = RuntimeError("the lights went out")

    def stop(done: int, _: int) -> None:
        if done:
            raise stopped

    with pytest.raises(RuntimeError):
        rotate(team.store, configured(), OPERATOR, batch=2, told=stop)
    before = keys(team)
    assert len(before["retiring"]) == 2
    monkeypatch.setenv(KEY, NEW)
    with pytest.raises(KeyMissing):
        rotate(team.store, configured(), OPERATOR)
    assert keys(team) == before
    monkeypatch.setenv(KEY, OLD)
    again = rotate(team.store, configured(), OPERATOR)
    assert (again.resumed, again.re_encrypted, again.skipped, again.failed) == (True, 3, 2, 0)
    assert opened(team, ada, made) == made


def test_a_broken_secret_is_named_and_the_others_are_done(team: Team, ada: Actor, made: dict[UUID, str]) -> None:
    broken = next(iter(made))
    with team.store.engine.begin() as connection:
        connection.execute(
            text("UPDATE designer.connections SET connection_uri = connection_uri || 'x'::bytea WHERE id = :id"),
            {"id": broken},
        )
    done = rotate(team.store, configured(), OPERATOR, batch=2)
    assert (done.re_encrypted, done.failures) == (4, {broken})
    again = rotate(team.store, configured(), OPERATOR, batch=2)
    assert (again.resumed, again.re_encrypted, again.skipped, again.failed) == (True, 0, 4, 1)
    team.do(ada, connections.replace, broken, made[broken])
    last = rotate(team.store, configured(), OPERATOR)
    assert (last.re_encrypted, last.skipped, last.failed) == (0, 5, 0)
    assert opened(team, ada, made) == made
    assert not keys(team)["retiring"]


CHILD = """
import os, signal, sys
from sqlalchemy import event
from designer_kernel.store.engine import Store
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.secrets.master_keys import configured
from designer_kernel.studio.team.secrets.rotating import rotate

def killed_at(number):
    store, seen = Store(sys.argv[1]), [0]
    def count(*_):
        seen[0] += 1
        if seen[0] == number:
            os.kill(os.getpid(), signal.SIGKILL)
    event.listen(store.engine, "after_cursor_execute", count)
    event.listen(store.engine, "commit", count)
    rotate(store, configured(), Actor(None, "an operator", "shell"), batch=2)
    os._exit(0)

print("ready", flush=True)
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        killed_at(int(line))
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""


@pytest.fixture
def killer(team: Team, ada: Actor) -> Iterator[subprocess.Popen[str]]:
    """A program that begins a rotation for each number it reads, in a process that is killed at that statement."""
    with subprocess.Popen(
        [sys.executable, "-c", CHILD, team.store.url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        env=os.environ | {KEY: OLD},
    ) as process:  # fmt: skip
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        yield process
        assert process.stdin is not None
        process.stdin.close()


STRIDE = 4
"""Statements and commits from one kill to the next; 1 kills at each of them, which takes four times as long."""


def test_killed_at_any_statement_it_goes_on(
    team: Team, ada: Actor, made: dict[UUID, str], killer: subprocess.Popen[str]
) -> None:
    assert killer.stdin is not None
    assert killer.stdout is not None
    was_resumed = set()
    for number in range(1, 200, STRIDE):
        killer.stdin.write(f"{number}\n")
        killer.stdin.flush()
        code = int(killer.stdout.readline())
        if code == 0:
            break
        assert code == -9
        assert opened(team, ada, made) == made, "all opens while a rotation lies half done"
        is_begun = bool(keys(team)["retiring"])
        done = rotate(team.store, configured(), OPERATOR, batch=2)
        assert done.resumed == is_begun
        assert done.re_encrypted + done.skipped == 5
        assert done.failed == 0
        was_resumed.add((done.resumed, done.skipped))
        assert {state: len(found) for state, found in keys(team).items()} == {"active": 2, "retiring": 0}
    assert opened(team, ada, made) == made
    assert number > 15
    assert {(False, 0), (True, 0), (True, 5)} <= was_resumed
    assert {(True, 2), (True, 4)} & was_resumed


def test_others_add_open_and_replace_meanwhile(team: Team, ada: Actor, made: dict[UUID, str]) -> None:
    room = team.do(ada, workspaces.mine)[0].id
    failed: list[BaseException] = []
    stop = threading.Event()

    def work(who: int) -> None:
        number = 0
        try:
            while not stop.is_set():
                number += 1
                id = team.do(ada, connections.add, room, f"w{who}-{number}", uri(number)).id
                assert opened(team, ada, {id: uri(number)}) == {id: uri(number)}
                team.do(ada, connections.replace, id, uri(number + 1))
                assert opened(team, ada, {id: uri(number + 1), **made}) == {id: uri(number + 1), **made}
                if number % 2:
                    team.do(ada, connections.remove, id)
        except BaseException as error:
            failed.append(error)

    workers = [threading.Thread(target=work, args=(who,)) for who in range(2)]
    for worker in workers:
        worker.start()
    try:
        rotations = [rotate(team.store, configured(), OPERATOR, batch=1) for _ in range(3)]
    finally:
        stop.set()
        for worker in workers:
            worker.join()
    assert failed == []
    assert [rotation.failed for rotation in rotations] == [0] * 3
    assert sum(rotation.re_encrypted for rotation in rotations) >= 15
    assert not keys(team)["retiring"]
    assert opened(team, ada, made) == made
