"""Fills are jobs of a project: kept beside its file, with what became of them, also of those that were killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta

import psycopg
import pytest

from designer_kernel import sample
from designer_kernel.errors import Cancelled, SamplePlanError, ServerUnavailable, StatementFailed
from designer_kernel.notebook.project import Project
from designer_kernel.postgres.target import describe
from designer_kernel.studio.fill_notes import noted
from designer_kernel.studio.fills import COLUMNS, FillLog
from designer_kernel.studio.project import ProjectSession

_KILLED = """
import os, signal, sys
from designer_kernel.studio.project import ProjectSession

def progress(done, total, label):
    if label.startswith(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

ProjectSession(sys.argv[1]).fill({"products": 3_000}, url=sys.argv[2], resumable=True, part=1_000, progress=progress)
"""


@pytest.fixture
def shop(session, database_url):
    """A project that is deployed."""
    session.deploy(database_url)
    return session


def test_a_fill_is_a_job_with_its_rows_and_what_was_asked_for(shop, database_url):
    shop.fill({"products": 30}, url=database_url, seed=3)
    (job,) = shop.fills
    assert (job.status, job.error, dict(job.counts)) == ("completed", "", {"public.products": 30})
    assert job.id.version == 7
    assert job.config["seed"] == 3
    assert job.config["rows"] == {"public.products": 30}
    assert job.target.endswith("(embedded server)")
    assert job.created_at < job.completed_at <= datetime.now(UTC)
    assert (shop.path.parent / "shop.fills.jsonl").exists()
    frame = Project(shop).fills
    assert list(frame.columns) == list(COLUMNS)
    assert list(frame["rows"]) == [30]


@pytest.mark.older
def test_a_fill_of_an_older_server_is_a_job_as_well(session, older_url):
    project = Project(session)
    session.deploy(older_url)
    filled = project.fill({"products": 30}, url=older_url, seed=3)
    assert not filled.report().odd
    with pytest.raises(SamplePlanError):
        project.fill({"products": 30}, url=older_url)
    project.fill({"products": 5}, url=older_url, mode="append", connections=2)
    assert list(project.fills["status"]) == ["completed", "failed", "completed"]
    assert list(project.fills["rows"]) == [30, 0, 5]
    assert set(project.fills["target"]) == {describe(older_url)}


def test_files_are_a_job_as_well(session, tmp_path):
    written = Project(session).write_rows(tmp_path / "rows", {"products": 12}, seed=3)
    (job,) = session.fills
    assert (job.status, job.file_path, job.rows) == ("completed", str(tmp_path / "rows"), 12)
    assert written.rows == 12
    assert (tmp_path / "rows" / written.files[0].name).exists()


def test_what_fails_and_what_is_cancelled_is_kept_too(shop, database_url):
    with pytest.raises(SamplePlanError):
        shop.fill(url=database_url, scale=-1)
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        shop.fill(url=database_url, cancel=cancel)
    failed, cancelled = shop.fills
    assert (failed.status, cancelled.status) == ("failed", "cancelled")
    assert failed.error
    assert cancelled.completed_at is not None


def test_a_job_that_somebody_interrupts_is_said_to_be_cancelled(session):
    with pytest.raises(KeyboardInterrupt), session.fills.job({}):
        raise KeyboardInterrupt
    (job,) = session.fills
    assert (job.status, job.error) == ("cancelled", "it was cancelled")


def test_a_password_is_not_kept(session):
    url = "postgresql://me:secret@127.0.0.1:1/shop"
    with pytest.raises(ServerUnavailable), noted(session.fills, url, {"rows": {}}):
        pass
    with session.fills.job({}, target=describe(url)):
        pass
    text = session.fills.path.read_text()
    assert "me:***@127.0.0.1" in text
    assert "secret" not in text


def test_a_killed_job_is_told_as_such_and_goes_on_as_the_same(shop, database_url):
    program = [sys.executable, "-c", _KILLED, str(shop.path), database_url, "statistics"]
    assert subprocess.run(program, check=False).returncode == -signal.SIGKILL
    (job,) = shop.fills
    assert job.status == "failed"
    assert "its process is gone" in job.error
    assert sample.under_way(database_url).id == job.id
    shop.fill(url=database_url, resume=True)
    (job,) = shop.fills
    assert (job.status, job.rows, job.error) == ("completed", 3_000, "")
    assert sample.under_way(database_url) is None


def test_a_job_that_failed_is_undone_as_a_cancelled_one(shop, database_url):
    def progress(done, total, label):
        if label == "statistics":
            raise psycopg.OperationalError("the server went away")

    with pytest.raises(StatementFailed, match="what is loaded stays"):
        shop.fill({"products": 3_000}, url=database_url, resumable=True, progress=progress)
    assert [job.status for job in shop.fills] == ["failed"]
    assert shop.abandon_fill(database_url).status == "cancelled"
    assert shop.row_counts(url=database_url)["rows"].sum() == 0
    assert shop.abandon_fill(database_url) is None


def test_an_undone_job_names_the_tables_whose_old_rows_are_gone(shop, database_url):
    def progress(done, total, label):
        if label == "statistics":
            raise psycopg.OperationalError("the server went away")

    shop.fill({"products": 10}, url=database_url)
    with pytest.raises(StatementFailed):
        sample.fill(database_url, mode="replace", resumable=True, keep_old=False, progress=progress)
    undone = shop.abandon_fill(database_url)
    assert undone.status == "cancelled"
    assert "public.products were not kept, and are gone" in undone.error
    assert [job.id for job in shop.fills][-1] == undone.id


def test_another_machine_may_be_silent_for_a_while(tmp_path):
    log = FillLog(tmp_path / "x.fills.jsonl")
    for number, minutes in enumerate((1, 60)):
        created = (datetime.now(UTC) - timedelta(minutes=minutes)).isoformat()
        log.add(
            {
                "id": f"01890000-0000-7000-8000-00000000000{number}", "status": "pending", "config": {}, "host": "far",
                "pid": os.getpid(), "process_started": 0, "created_at": created, "beat_at": created,
            }
        )  # fmt: skip
    assert [job.status for job in log] == ["running", "failed"]
    assert "no sign of life" in list(log)[1].error


def test_damaged_lines_cost_nothing_else(session):
    with session.fills.job({"rows": {}}, file_path="rows.parquet") as note:
        note.count("products", 5)
    with session.fills.path.open("a") as file:
        file.write('{"id": "x"}\n[1]\n{"id": ')
    (job,) = ProjectSession(session.path).fills
    assert (job.file_path, job.status, job.rows) == ("rows.parquet", "completed", 5)
    assert json.loads(session.fills.path.read_text().splitlines()[0])["status"] == "pending"


def test_a_job_quotes_no_row(tmp_path):
    log = FillLog(tmp_path / "shop.fills.jsonl")
    error = StatementFailed(
        'duplicate key value violates unique constraint "users_email_key": Key (email)=(a@b.test) already exists.',
        where="public.users.users_email_key", sqlstate="23505",
    )  # fmt: skip
    with pytest.raises(StatementFailed), log.job({}):
        raise error
    (job,) = log
    assert job.error == (
        'public.users.users_email_key: duplicate key value violates unique constraint "users_email_key" (23505)'
    )
