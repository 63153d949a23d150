"""PostgreSQL itself is killed in a rotation, and recovers: the rotation goes on."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import event

from designer_kernel.postgres.cluster import Cluster
from designer_kernel.postgres.server import embedded
from designer_kernel.store.engine import Store, StoreUnavailable, open_store
from designer_kernel.studio.team import connections, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.secrets.master_keys import KEY, configured
from designer_kernel.studio.team.secrets.rotating import rotate
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.studio.team.conftest import registered

SETTINGS = {"fsync": "off", "shared_buffers": "32MB"}
"""The machine goes on, so what was handed to it is kept; commits are waited for."""

OPERATOR = Actor(None, "an operator", "shell")
KILLS = (13, 28)
"""Statements and commits after which the server is killed: while new keys are made, and while secrets are sealed."""


@pytest.fixture
def home() -> Iterator[Path]:
    """Where a server of one's own lives, with a short path for its socket."""
    memory = Path("/dev/shm")
    directory = Path(tempfile.mkdtemp(prefix="designer-", dir=memory if os.access(memory, os.W_OK) else None))
    directory.chmod(0o755)
    yield directory / "postgres"
    Cluster(directory / "postgres").stop()
    shutil.rmtree(directory)


def kill(home: Path) -> None:
    """Kill a server as a power cut would, and wait until its processes are gone."""
    number = int((Cluster(home).data / "postmaster.pid").read_text().split()[0])
    os.kill(number, signal.SIGKILL)
    until = time.monotonic() + 20
    while time.monotonic() < until:
        with suppress(ChildProcessError):
            os.waitpid(number, os.WNOHANG)
        try:
            os.kill(number, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)


def test_a_rotation_goes_on_when_its_server_was_killed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, b64encode(b"m" * 32).decode())
    server = embedded(home, settings=SETTINGS)
    store = open_store(server.ensure_database("store"))
    team = Team(store)
    ada = registered(team, "ada")
    room = team.do(ada, workspaces.create, "shop").id
    uris = [f"postgresql://u:c4nary{number}@1.1.1.1/d" for number in range(5)]
    made = [team.do(ada, connections.add, room, uri[-20:], uri).id for uri in uris]
    resumed = []
    for at in KILLS:
        seen = 0

        def count(*_: object) -> None:
            nonlocal seen
            seen += 1
            if seen == at:  # noqa: B023 - used in this turn only
                kill(home)

        event.listen(store.engine, "after_cursor_execute", count)
        event.listen(store.engine, "commit", count)
        with pytest.raises((StoreUnavailable, psycopg.Error)):
            rotate(store, configured(), OPERATOR, batch=2)
        store.close()
        server.stop(force=True)
        server = embedded(home, settings=SETTINGS)
        store = Store(server.url("store"))
        team = Team(store)
        assert [team.do(ada, connections.opening, id)._address.uri().reveal() for id in made] == uris
        done = rotate(store, configured(), OPERATOR, batch=2)
        assert (done.re_encrypted + done.skipped, done.failed) == (5, 0)
        assert [team.do(ada, connections.opening, id)._address.uri().reveal() for id in made] == uris
        resumed.append((done.resumed, done.skipped))
    assert resumed[0] == (True, 0)
    assert resumed[1][1] in (2, 4)
    store.close()
    server.stop(force=True)
