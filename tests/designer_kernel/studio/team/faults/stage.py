"""Where faults are played: a server of one's own, an API in front of which every statement passes, and their end."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import httpx
import psutil
import psycopg

from designer_kernel.postgres.cluster import Cluster
from designer_kernel.postgres.server import EmbeddedServer, embedded
from designer_kernel.store.engine import open_store
from designer_kernel.store.tables.people import User
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.people import families
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.studio.team.faults import victims
from tests.designer_kernel.studio.team.faults.middle import Middle

SETTINGS: Final = {"fsync": "off", "shared_buffers": "32MB", "max_connections": "100"}
"""The machine goes on, so what was handed to it is kept; commits are waited for."""

_PATIENCE: Final = 30.0


class Stage:
    """A server, a store, people, and what can be killed."""

    def __init__(self) -> None:
        memory = Path("/dev/shm")
        self.directory = Path(
            tempfile.mkdtemp(prefix="designer-", dir=memory if os.access(memory, os.W_OK) else "/tmp")
        )
        self.directory.chmod(0o755)
        self.home = self.directory / "postgres"
        self.log = self.directory / "api.log"
        self.server: EmbeddedServer = embedded(self.home, settings=SETTINGS)
        self.url = self.server.ensure_database("store")
        self.team = Team(open_store(self.url))
        place = Path(str(psycopg.conninfo.conninfo_to_dict(self.url)["host"]))
        (self.directory / "way").mkdir()
        self.middle = Middle(self.directory / "way", place)
        self.way = f"postgresql://postgres@/store?host={self.directory / 'way'}&port=5432"
        self.port = _free_port()
        self.api: victims.ForkServerProcess | None = None
        self.other: victims.ForkServerProcess | None = None
        self.client = httpx.Client(timeout=_PATIENCE, limits=httpx.Limits(max_keepalive_connections=0))
        self.tokens: set[str] = set()
        self._token = ""
        self._observer: psycopg.Connection | None = None

    def end(self) -> None:
        """Stop everything."""
        if self.api is not None:
            self.kill_process(0)
        self.client.close()
        self.middle.close()
        self.team.store.close()
        self.server.stop(force=True)
        Cluster(self.home).stop()
        shutil.rmtree(self.directory)

    # -- what is asked ----------------------------------------------------------------------------------------------

    def serve(self) -> None:
        """See to it that the API runs."""
        if self.api is None:
            self.api = victims.begun(victims.serve, self.way, self.port, self.log)
            self._wait(lambda: self.client.get(f"{self.address}/healthz").status_code == 200)

    def post(self, path: str, body: object, key: str) -> httpx.Response | None:
        """Ask the API to do something; nothing comes back if it dies."""
        headers = {**self._headers(), "Idempotency-Key": key}
        try:
            return self.client.post(f"{self.address}{path}", json=body, headers=headers)
        except httpx.TransportError:
            return None

    def get(self, path: str) -> dict[str, Any]:
        """Ask the API for something, again while its server is not back."""
        answers: list[dict[str, Any]] = []

        def is_there() -> bool:
            answer = self.client.get(f"{self.address}{path}", headers=self._headers())
            answers.append(answer.json())
            assert answer.status_code in (200, 503), answer.text
            return answer.is_success

        self._wait(is_there)
        return answers[-1]

    @property
    def address(self) -> str:
        """Where the API listens."""
        return f"http://127.0.0.1:{self.port}"

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    def enter(self, actor: Actor) -> None:
        """Let somebody log in anew, for as long as an access token lasts."""
        with self.team.store.transaction() as session:
            given = families.start(session, actor, session.get_one(User, actor.user))[1]
        self.tokens |= {given.access, given.refresh}
        self._token = given.access

    # -- what is killed ---------------------------------------------------------------------------------------------

    def kill_process(self, _backend: int) -> None:
        """Kill what is at work: the API, or another process if there is one."""
        victim = self.other or self.api
        assert victim is not None
        assert victim.pid is not None
        os.kill(victim.pid, signal.SIGKILL)
        if self.other is None:
            victim.join()
            self.api = None

    def kill_server(self, _backend: int) -> None:
        """Kill the server as a power cut would: all of its processes at once."""
        number = int((Cluster(self.home).data / "postmaster.pid").read_text().split()[0])
        postmaster = psutil.Process(number)
        everything = [postmaster, *postmaster.children(recursive=True)]
        for process in everything:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self._wait(lambda: all(map(_is_gone, everything)))

    def kill_backend(self, backend: int) -> None:
        """Kill the process of the server that is at work: it ends all others, and recovers by itself."""
        self._observer = psycopg.connect(self.url, autocommit=True)
        os.kill(backend, signal.SIGKILL)

    def mend(self) -> None:
        """Bring the server back, and wait until it answers."""
        if self._observer is not None:
            self._wait(self._has_noticed)
            self._observer = None
        self.team.store.engine.dispose()
        if Cluster(self.home).running() is None:
            self.server.stop(force=True)
            self.server = embedded(self.home, settings=SETTINGS)
        self._wait(lambda: psycopg.connect(self.url, connect_timeout=5).close() is None)

    def _has_noticed(self) -> bool:
        assert self._observer is not None
        try:
            self._observer.execute("SELECT 1")
        except psycopg.OperationalError:
            self._observer.close()
            return True
        return False

    def _wait(self, until: object) -> None:
        end = time.monotonic() + _PATIENCE
        while True:
            with suppress(psycopg.OperationalError, httpx.TransportError):
                if until():  # type: ignore[operator]
                    return
            assert time.monotonic() < end, self.log.read_text()[-3000:] if self.log.exists() else ""
            time.sleep(0.02)


def _is_gone(process: psutil.Process) -> bool:
    try:
        return process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
