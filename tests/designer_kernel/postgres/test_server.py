"""The embedded server: shared, never stopped under another, and mended after a crash."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from designer_kernel.errors import InvalidIdentifier, ServerUnavailable
from designer_kernel.postgres import cluster
from designer_kernel.postgres.cluster import Cluster
from designer_kernel.postgres.server import embedded

FAST = {"fsync": "off", "shared_buffers": "32MB"}

HOLDER = """
import sys
from designer_kernel.postgres.server import embedded
server = embedded(sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def home():
    directory = Path(tempfile.mkdtemp(prefix="designer-", dir="/tmp")) / "home"
    yield directory
    running = Cluster(directory.resolve()).running()
    if running is not None:
        os.kill(running.pid, signal.SIGQUIT)
    shutil.rmtree(directory.parent, ignore_errors=True)


@pytest.fixture
def hold(home):
    """Start other processes that hold the server until a line is written to them."""
    processes = []

    def start():
        process = subprocess.Popen(
            [sys.executable, "-c", HOLDER, str(home)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def is_running(home):
    return Cluster(home.resolve()).running() is not None


def release(process):
    process.communicate("\n", timeout=60)


def test_database_is_fresh_and_empty(database_url):
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
        assert connection.info.server_version // 10000 == cluster.major_version()


@pytest.mark.older
def test_older_server_is_older(older_url):
    with psycopg.connect(older_url) as connection:
        assert 14 <= connection.info.server_version // 10000 < 18


def test_names_of_databases_are_kept_as_they_are(server):
    name = 'a "b"/c?d=ü%20'
    with psycopg.connect(server.ensure_database(name)) as connection:
        assert connection.execute("SELECT current_database()").fetchone() == (name,)
    assert server.ensure_database(name) == server.url(name)
    server.drop_database(name)
    server.drop_database(name)
    with pytest.raises(psycopg.OperationalError, match="does not exist"):
        psycopg.connect(server.url(name))
    with pytest.raises(InvalidIdentifier):
        server.ensure_database("x" * 64)


def test_data_is_durable_and_private_by_default(home):
    with embedded(home) as server, psycopg.connect(server.url()) as connection:
        shown = {name: connection.execute("SELECT current_setting(%s)", [name]).fetchone()[0] for name in
                 ("fsync", "synchronous_commit", "full_page_writes", "listen_addresses", "data_checksums")}  # fmt: skip
        socket = connection.info.host
    assert shown.pop("listen_addresses") == ""
    assert set(shown.values()) == {"on"}
    assert stat.S_IMODE(Path(socket).stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "cluster").stat().st_mode) == 0o700


def test_data_survives_the_server(home):
    with embedded(home, settings=FAST) as server:
        server.ensure_database("kept")
    assert not is_running(home)
    with embedded(home, settings=FAST) as server:
        psycopg.connect(server.url("kept")).close()


def test_start_tells_its_progress(home):
    told = []
    with embedded(home, settings=FAST, progress=lambda *step: told.append(step)):
        pass
    assert [done for done, _, _ in told] == [0, 1, 2, 3]
    assert told[-1][2] == "PostgreSQL is ready"


def test_last_handle_of_a_process_stops_the_server(home):
    first, second = embedded(home, settings=FAST), embedded(home)
    assert first.url() == second.url()
    assert first.stop() is False
    assert first.stop() is False
    assert is_running(home)
    with pytest.raises(ServerUnavailable, match="released"):
        first.url()
    assert second.stop() is True
    assert not is_running(home)


def test_two_processes_share_one_server(home, hold):
    processes = [hold(), hold()]
    assert [process.stdout.readline() for process in processes] == ["ready\n", "ready\n"]
    with embedded(home) as server, psycopg.connect(server.url()) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert is_running(home)
    release(processes[0])
    assert is_running(home)
    release(processes[1])
    assert not is_running(home)


def test_killed_process_keeps_no_server_alive(home, hold):
    process = hold()
    process.stdout.readline()
    process.kill()
    process.wait()
    assert is_running(home)
    with embedded(home):
        pass
    assert not is_running(home)


def test_server_stays_while_others_are_connected(home):
    server = embedded(home, settings=FAST)
    with psycopg.connect(server.url(), application_name="psql") as connection:
        assert server.stop() is False
        assert connection.execute("SELECT 1").fetchone() == (1,)
    with embedded(home):
        pass
    assert not is_running(home)


def test_crash_is_recovered_from(home):
    server = embedded(home, settings=FAST)
    server.ensure_database("kept")
    os.kill(Cluster(home.resolve()).running().pid, signal.SIGKILL)
    deadline = time.monotonic() + 10
    while is_running(home) and time.monotonic() < deadline:
        time.sleep(0.05)
    with embedded(home, settings=FAST) as again:
        psycopg.connect(again.url("kept")).close()
    server.stop()


def test_number_of_a_stranger_in_the_pid_file_is_no_server(home):
    with embedded(home, settings=FAST):
        pass
    stale = home / "cluster" / "postmaster.pid"
    stale.write_text(f"{os.getpid()}\n{home / 'cluster'}\n0\n5432\n/tmp\n\n0 0\nready\n")
    with embedded(home, settings=FAST) as server:
        psycopg.connect(server.url()).close()


def test_killed_initdb_is_begun_again(home):
    unfinished = home / "cluster.new-x"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    with embedded(home, settings=FAST) as server:
        psycopg.connect(server.url()).close()
    assert not unfinished.exists()


def test_killing_the_first_start_at_any_time_is_mended(home, hold):
    for milliseconds in (150, 250, 350, 450, 550, 700):
        process = hold()
        time.sleep(milliseconds / 1000)
        process.kill()
        process.wait()
    with embedded(home, settings=FAST) as server:
        psycopg.connect(server.url()).close()
    assert (home / "cluster" / "PG_VERSION").exists()


def test_damaged_data_is_left_alone(home):
    (home / "cluster").mkdir(parents=True)
    (home / "cluster" / "precious").write_text("data")
    with pytest.raises(ServerUnavailable, match="no PG_VERSION") as caught:
        embedded(home)
    assert "move" in caught.value.mend
    assert (home / "cluster" / "precious").read_text() == "data"


def test_data_of_another_major_version_is_left_alone(home):
    (home / "cluster").mkdir(parents=True)
    (home / "cluster" / "PG_VERSION").write_text("15\n")
    with pytest.raises(ServerUnavailable, match="made by PostgreSQL 15") as caught:
        embedded(home)
    assert "DESIGNER_DATA_DIR" in caught.value.mend


def test_data_directory_of_another_program_is_left_alone(home):
    home.mkdir(parents=True)
    (home / "PG_VERSION").write_text("18\n")
    with pytest.raises(ServerUnavailable, match="another program"):
        embedded(home)


def test_directory_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(ServerUnavailable, match="cannot be made"):
        embedded(tmp_path / "file" / "home")


@pytest.mark.parametrize("name", ["x" * 120, "with space", "with'quote", "a,b", "ünï"])
def test_awkward_paths_work(home, name):
    with embedded(home / name, settings=FAST) as server, psycopg.connect(server.url()) as connection:
        assert len(os.fsencode(connection.info.host)) < 80
        assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("name", ['a"b', "$HOME", "a`b", "a\\b", "a\nb"])
def test_paths_that_a_shell_would_change_are_refused(home, name):
    with pytest.raises(ServerUnavailable, match="path"):
        embedded(home / name)


def test_environment_of_libpq_does_not_redirect_the_server(home, monkeypatch):
    for name, value in {"PGPORT": "6543", "PGDATA": "/nowhere", "PGHOST": "example.invalid", "PGUSER": "x"}.items():
        monkeypatch.setenv(name, value)
    with embedded(home, settings=FAST) as server:
        psycopg.connect(server.url()).close()


def test_failed_start_tells_the_log(home):
    with pytest.raises(ServerUnavailable, match="shared_buffers") as caught:
        embedded(home, settings={"shared_buffers": "nonsense"})
    assert "server.log" in caught.value.mend
    with embedded(home, settings=FAST) as server:
        psycopg.connect(server.url()).close()
