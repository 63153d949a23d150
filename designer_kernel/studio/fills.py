"""The fills of a project as jobs: lines of JSON beside its file, appended when one begins, goes on and ends.

A job is *pending* while it is planned, *running* while rows are sent, and then *completed*, *failed* or *cancelled*. A
process that is killed writes no last line; whoever reads the jobs sees that it is gone, and calls its job failed.
"""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, get_args
from uuid import UUID

import psutil

from designer_kernel.design.identity import new_id
from designer_kernel.errors import Cancelled, DesignerError, StatementFailed
from designer_kernel.studio import json_lines
from designer_kernel.studio.author import whoever
from designer_kernel.studio.locations import project_name

if TYPE_CHECKING:
    from designer_kernel.sample.loading.journal import Job

Status: TypeAlias = Literal["pending", "running", "completed", "failed", "cancelled"]
"""What has become of a job."""

SUFFIX: Final = ".fills.jsonl"
"""End of the name of the file beside a project's file."""

COLUMNS: Final = (
    "id", "status", "target", "file_path", "rows", "counts", "created_at", "completed_at", "error", "config", "who",
)  # fmt: skip
"""What a listing shows of a job."""

_WHAT: Final = "the list of fills"
_BEAT: Final = 5.0
"""Seconds between two signs of life."""
_SILENCE: Final = timedelta(minutes=5)
"""How long another machine may be silent."""


@dataclass(frozen=True, slots=True)
class FillJob:
    """One fill.

    Attributes
    ----------
    id
        A UUID version 7; the journal in the target has the same one.
    config
        What was asked for.
    status
        What has become of it.
    target, file_path
        Where rows went: a database, without its password, or files.
    counts
        Rows by table, as far as they are known.
    """

    id: UUID
    config: Mapping[str, Any]
    status: Status
    target: str
    file_path: str
    counts: Mapping[str, int]
    created_at: datetime
    completed_at: datetime | None
    error: str
    who: str

    @property
    def rows(self) -> int:
        """The rows of all tables."""
        return sum(self.counts.values())

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON-ready values."""
        return {
            "id": str(self.id),
            "status": self.status,
            "target": self.target,
            "file_path": self.file_path,
            "rows": self.rows,
            "counts": dict(self.counts),
            "created_at": self.created_at.isoformat(),
            "completed_at": None if self.completed_at is None else self.completed_at.isoformat(),
            "error": self.error,
            "config": dict(self.config),
            "who": self.who,
        }

    def __str__(self) -> str:
        place = self.file_path or self.target
        end = "" if self.completed_at is None else f" in {(self.completed_at - self.created_at).total_seconds():.1f} s"
        why = f": {self.error}" if self.error else ""
        return f"{self.id} {self.created_at:%Y-%m-%d %H:%M:%S} {self.status}{end}, {self.rows:,} rows, {place}{why}"


@dataclass(slots=True)
class Note:
    """What a running job tells of itself; several threads may do so."""

    log: FillLog
    id: UUID
    counts: dict[str, int] = field(default_factory=dict)
    _told: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, table: str, rows: int) -> None:
        """Say how many rows a table has got."""
        with self._lock:
            self.counts[table] = rows
            now = time.monotonic()
            if now - self._told < _BEAT:
                return
            self._told = now
        self.log.add({"id": str(self.id), "beat_at": _now(), "counts": dict(self.counts)})


class FillLog:
    """The fills of a project, whoever began them and in whatever session.

    Parameters
    ----------
    path
        Its file; it is made with the first fill.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    @classmethod
    def beside(cls, file: Path) -> FillLog:
        """Return the fills of the project in a file: ``shop.fills.jsonl`` beside ``shop.design.yaml``."""
        return cls(file.with_name(project_name(file) + SUFFIX))

    def add(self, entry: Mapping[str, Any]) -> None:
        """Append a line. That it cannot be written is no reason not to fill."""
        json_lines.append(self.path, entry, _WHAT)

    @contextmanager
    def job(
        self, config: Mapping[str, Any], *, target: str = "", file_path: str = "", job: UUID | None = None
    ) -> Iterator[Note]:
        """Keep a job while the block runs; how the block ends says what becomes of it.

        Parameters
        ----------
        config
            What was asked for.
        target, file_path
            Where rows go; a URL without its password.
        job
            The job that is gone on with, if it is no new one.
        """
        note = Note(self, job or new_id())
        self.add(
            {
                "id": str(note.id), "status": "pending", "config": config, "target": target, "file_path": file_path,
                "created_at": _now(), "completed_at": None, "error": "", "who": whoever(), **_process(),
            }
        )  # fmt: skip
        try:
            yield note
        except BaseException as error:
            is_cancelled = isinstance(error, Cancelled | KeyboardInterrupt)
            self._end(note, "cancelled" if is_cancelled else "failed", _words(error))
            raise
        self._end(note, "completed", "")

    def undone(self, job: Job, target: str, error: str) -> FillJob:
        """Say that a job was undone after its process had gone, whoever began it, and return it.

        Parameters
        ----------
        target
            Where it was; a URL without its password.
        error
            What is said of it.
        """
        now = _now()
        entry: dict[str, Any] = {
            "id": str(job.id), "status": "cancelled", "completed_at": now, "counts": {},
            "error": error,
        }  # fmt: skip
        if all(known.id != job.id for known in self):
            entry |= {"config": job.asked, "target": target, "created_at": now, "who": whoever()}
        self.add(entry)
        return next(known for known in self if known.id == job.id)

    def _end(self, note: Note, status: Status, error: str) -> None:
        self.add({"id": str(note.id), "status": status, "completed_at": _now(), "counts": note.counts, "error": error})

    def __iter__(self) -> Iterator[FillJob]:
        """Yield the jobs, the oldest first; a line that a crash cut off is left out."""
        found: dict[str, dict[str, Any]] = {}
        for entry in json_lines.entries(self.path, _WHAT):
            known = found.setdefault(str(entry.get("id", "")), {})
            created = known.get("created_at")
            known.update(entry)
            known["created_at"] = created or known.get("created_at")
            if "beat_at" in entry:
                known["status"] = "running"
        for entry in found.values():
            job = _read(entry)
            if job is not None:
                yield job

    def to_frame(self) -> Any:
        """Return a DataFrame with one line for each job."""
        import pandas as pd

        return pd.DataFrame([[getattr(job, name) for name in COLUMNS] for job in self], columns=list(COLUMNS))


def _read(entry: Mapping[str, Any]) -> FillJob | None:
    """Return the job of what its lines say together; nothing if that is no job."""
    try:
        status = entry["status"]
        error = str(entry.get("error", ""))
        if status not in get_args(Status):
            return None
        if status in ("pending", "running") and (gone := _gone(entry)):
            status, error = "failed", gone
        completed = entry.get("completed_at")
        return FillJob(
            UUID(str(entry["id"])),
            dict(entry["config"]),
            status,
            str(entry.get("target", "")),
            str(entry.get("file_path", "")),
            {str(table): int(rows) for table, rows in dict(entry.get("counts", {})).items()},
            datetime.fromisoformat(entry["created_at"]),
            None if completed is None else datetime.fromisoformat(completed),
            error,
            str(entry.get("who", "")),
        )
    except (KeyError, ValueError, TypeError):
        return None


def _gone(entry: Mapping[str, Any]) -> str:
    """Say why nobody works on a job any more; empty if somebody does, or may do."""
    if entry.get("host") != socket.gethostname():
        last = datetime.fromisoformat(entry.get("beat_at") or entry["created_at"])
        return f"no sign of life since {last:%Y-%m-%d %H:%M:%S}" if datetime.now(UTC) - last > _SILENCE else ""
    try:
        is_there = abs(psutil.Process(int(entry["pid"])).create_time() - float(entry["process_started"])) < 1
    except psutil.Error:
        is_there = False
    return "" if is_there else "its process is gone; the same fill again goes on with it, if it was one in parts"


def _process() -> dict[str, Any]:
    """Return what tells this process from all others."""
    own = psutil.Process()
    return {"host": socket.gethostname(), "pid": own.pid, "process_started": own.create_time()}


def _words(error: BaseException) -> str:
    """Return an error in one line; those of servers and files may quote rows, so only ours are told in full."""
    if isinstance(error, StatementFailed):  # "duplicate key …: Key (email)=(somebody) …": the list may be shared
        what, quoted, _ = error.what.partition(": ")
        code = f" ({error.sqlstate})" if quoted and error.sqlstate else ""
        return f"{error.where}: {what}{code}" if error.where else f"{what}{code}"
    if isinstance(error, DesignerError):
        return f"{error.where}: {error.what}" if error.where else error.what
    if isinstance(error, KeyboardInterrupt):
        return "it was cancelled"
    return type(error).__name__


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds")
