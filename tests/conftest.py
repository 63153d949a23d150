"""Servers and databases for all tests: real PostgreSQL, in temporary directories, without fsync."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest

from designer_kernel.postgres import cluster, scratch, target
from designer_kernel.postgres.server import EmbeddedServer, embedded

FAST = {
    "fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "shared_buffers": "64MB",
    "max_connections": "200",  # fifty writers of a store, beside the pools of other tests
}  # fmt: skip
_PLENTY = 6 << 30
"""Bytes; what the servers of two test processes hold at most is less than half of it."""
_numbers = count(1)


@pytest.fixture(scope="session", autouse=True)
def data_directory() -> Iterator[Path]:
    """A temporary directory instead of the user's: what tests do by default never touches a person's databases."""
    directory = _short_directory()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DESIGNER_DATA_DIR", str(directory))
        patch.delenv("DESIGNER_DATABASE_URL", raising=False)
        yield directory
    shutil.rmtree(directory)


@pytest.fixture(autouse=True)
def _nothing_stays_behind(data_directory: Path) -> Iterator[None]:
    """Let no test leave behind what the tests after it trip over: locked master keys, or another server for names."""
    yield
    left = []
    keys, kept = data_directory / "keys" / "master.keys", target._embedded
    if keys.exists() and '"argon2id": null' not in keys.read_text():
        keys.unlink()
        left.append("master keys under a passphrase in the data directory of all tests: set DESIGNER_KEY_FILE")
    if kept is not None and kept.data_directory.parent != data_directory:
        target.release()
        left.append(f"bare names speak of a server in {kept.data_directory}: use own_data_directory")
    assert left == []


@pytest.fixture
def own_data_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A data directory of the test's own, in a process that has opened neither a store nor a server yet."""
    from designer_kernel.studio.team import opening

    monkeypatch.setenv("DESIGNER_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setattr(opening, "_here", [])
    monkeypatch.setattr(target, "_embedded", None)
    yield tmp_path / "data"
    opening.forget_sessions()
    target.release()


@pytest.fixture
def no_store_yet(server: EmbeddedServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the process have opened no store yet; what a test opens is closed after it."""
    from designer_kernel.studio.team import opening

    monkeypatch.setattr(opening, "_here", [])
    yield
    for sessions in opening._here:
        sessions.close()
        sessions.team.store.close()  # type: ignore[attr-defined]


@pytest.fixture(scope="session")
def server(data_directory: Path) -> Iterator[EmbeddedServer]:
    """The embedded server, started once: also the one that bare names and shadow databases use."""
    handle = embedded(settings=FAST)
    try:
        yield handle
    finally:
        home = handle.data_directory
        target.release()
        handle.stop(force=True)
        cluster.Cluster(home).stop()  # a handle that a test left open would keep it


@pytest.fixture
def database_url(server: EmbeddedServer) -> Iterator[str]:
    """The URL of a fresh, empty database on the embedded server."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    yield server.ensure_database(name)
    server.drop_database(name)


@pytest.fixture
def older_url(request: pytest.FixtureRequest, older_server: str) -> Iterator[str]:
    """The URL of a fresh, empty database on an older server.

    Skips if the machine has none, or one that is older than what the test's mark asks for: ``older(since=15)``.
    """
    since = max(mark.kwargs.get("since", 14) for mark in request.node.iter_markers("older"))
    if older_version(older_server) < since:
        pytest.skip(f"the test is about what PostgreSQL has since {since}")
    name = f"test_{os.getpid()}_{next(_numbers)}"
    with psycopg.connect(older_server, autocommit=True) as connection:
        scratch.create(connection, name)
        yield older_server.replace("/postgres?", f"/{name}?")
        scratch.drop(connection, name)


@pytest.fixture(scope="session")
def older_server() -> Iterator[str]:
    """The URL of a server of version 14 to 17: of the programs in OLDER_POSTGRES, or in /usr/lib/postgresql."""
    chosen = os.environ.get("OLDER_POSTGRES")
    programs = [Path(f"/usr/lib/postgresql/{version}/bin") for version in (14, 15, 16, 17)]
    found = next((path for path in ([Path(chosen)] if chosen else programs) if (path / "initdb").exists()), None)
    if found is None:
        assert not chosen, f"OLDER_POSTGRES={chosen} has no initdb"
        pytest.skip("no PostgreSQL 14 to 17 in /usr/lib/postgresql (Debian: apt-get install postgresql-15)")
    directory = _short_directory()
    identity: dict[str, object] = {}
    if os.geteuid() == 0:
        user, group = cluster._system_user()
        os.chown(directory, user, group)
        identity = {"user": user, "group": group, "extra_groups": []}

    def run(program: str, *arguments: str) -> None:
        subprocess.run(
            [found / program, "-D", directory / "data", *arguments],
            check=True,
            cwd="/",
            env=cluster.environment(),
            stdout=subprocess.DEVNULL,
            **identity,
        )

    options = " ".join(f"-c {key}={value}" for key, value in FAST.items())
    options += f" -c listen_addresses= -c port=5432 -c max_locks_per_transaction=256 -k {directory}"
    run("initdb", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync")
    run("pg_ctl", "start", "-w", "-l", str(directory / "log"), "-o", options)
    try:
        yield f"postgresql://postgres@/postgres?host={quote(str(directory), safe='')}&port=5432"
    finally:
        run("pg_ctl", "stop", "-w", "-m", "immediate")
        shutil.rmtree(directory)


def older_version(url: str) -> int:
    """Return the major version of a server."""
    with psycopg.connect(url) as connection:
        return connection.info.server_version // 10000


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """Give whole files to the workers, since their fixtures are shared; all that drives the browser goes to one."""
    from xdist.scheduler import LoadFileScheduling

    class Scheduling(LoadFileScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return "browser" if nodeid.startswith("tests/browser/") else super()._split_scope(nodeid)

    return Scheduling(config, log)


def _short_directory() -> Path:
    """Return a new directory whose path leaves room for a socket, and that the server's user can pass through.

    In memory, where there is plenty: a database is made of a thousand files, which takes ten times as long on a disk.
    """
    memory = Path("/dev/shm")
    is_roomy = memory.is_dir() and os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > _PLENTY
    return Path(tempfile.mkdtemp(prefix="designer-", dir=memory if is_roomy else "/tmp"))
