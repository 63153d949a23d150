"""A Redis server of the tests' own, on a socket."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from designer_kernel.studio.team.caching import cache as caching
from designer_kernel.studio.team.caching.cache import Cache
from designer_kernel.studio.team.caching.memory import Memory
from designer_kernel.studio.team.caching.remote import Remote

SECRET = b"a secret of at least thirty-two bytes"


class RedisServer:
    """A server that keeps nothing when it stops."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.url = f"unix://{directory}/redis.sock"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        options = ["--port", "0", "--unixsocket", f"{self.directory}/redis.sock", "--save", "", "--appendonly", "no"]
        self._process = subprocess.Popen(
            ["redis-server", *options, "--dir", str(self.directory)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        until = time.monotonic() + 20
        while not self._answers():
            assert self._process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.01)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def hang(self) -> None:
        """Have it accept connections and say nothing, until it is killed."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def client(self) -> Redis:
        return Redis.from_url(self.url)

    def _answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except RedisError:
            return False


@pytest.fixture
def redis() -> Iterator[RedisServer]:
    """A Redis server that runs."""
    if shutil.which("redis-server") is None:
        pytest.skip("there is no redis-server (Debian: apt-get install redis-server)")
    directory = Path(tempfile.mkdtemp(prefix="redis-", dir="/tmp"))  # a socket's path must be short
    made = RedisServer(directory)
    made.start()
    yield made
    made.kill()
    shutil.rmtree(directory)


@pytest.fixture
def remote(redis: RedisServer) -> Remote:
    """The second level, in that server."""
    return Remote(redis.url, SECRET, "tests")


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Callable[[Remote | None], Cache]:
    """Begin a new process, as far as caches go: its memory is empty."""

    def begun(remote: Remote | None = None) -> Cache:
        made = Cache(Memory(64 << 20), remote)
        monkeypatch.setattr(caching, "_here", [made])
        return made

    return begun
