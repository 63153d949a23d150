"""Scripts run whole or not at all, and say where they failed."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest

from designer_kernel.catalog.objects import ObjectId
from designer_kernel.catalog.render import Script, Statement
from designer_kernel.errors import Cancelled, StatementFailed
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.script import line_and_column, run

TABLE = ObjectId("relation", ("public", "t"))
CREATE = Statement("CREATE TABLE t (a integer)", (TABLE,))


def tables(url):
    with connect(url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1").fetchall()
    return [row[0] for row in rows]


@pytest.fixture(params=[False, True], ids=["transaction", "autocommit"])
def connection(request, database_url):
    with connect(database_url, autocommit=request.param) as opened:
        yield opened


def test_script_is_committed_with_progress(connection, database_url):
    told = []
    script = Script((CREATE, Statement("INSERT INTO t VALUES (1)", (TABLE,))), "")
    assert run(connection, script, progress=lambda *step: told.append(step)) == 2
    assert tables(database_url) == ["t"]
    assert told == [(0, 2, "relation public.t"), (1, 2, "relation public.t"), (2, 2, "done")]


def test_failure_rolls_back_and_names_object_and_place(connection, database_url):
    bad = Statement("CREATE TABLE u (\n    a integer,\n    b nonsense\n)", (ObjectId("relation", ("public", "u")),))
    with pytest.raises(StatementFailed) as caught:
        run(connection, [CREATE, bad])
    error = caught.value
    assert (error.where, error.sqlstate, error.position) == ("public.u", "42704", (3, 7))
    assert "line 3, column 7" in error.what
    assert error.statement == bad.sql
    assert error.mend
    assert tables(database_url) == []


def test_script_in_an_open_transaction_is_a_savepoint(database_url):
    with connect(database_url) as connection:
        connection.execute("CREATE TABLE before ()")
        with pytest.raises(StatementFailed):
            run(connection, [CREATE, Statement("nonsense")])
        connection.commit()
    assert tables(database_url) == ["before"]


def test_statements_cannot_be_two(connection, database_url):
    with pytest.raises(StatementFailed, match="multiple commands"):
        run(connection, [Statement("CREATE TABLE a (); CREATE TABLE b ()")])
    assert tables(database_url) == []


@pytest.mark.parametrize(
    ("statement", "sqlstate", "mend"),
    [
        ("ALTER TABLE t ADD b integer NOT NULL", "23502", "default"),
        ("ALTER TABLE t ADD CHECK (a > 5)", "23514", "break the check"),
        ("CREATE UNIQUE INDEX ON t (a)", "23505", "duplicate"),
        ("ALTER TABLE t ADD FOREIGN KEY (a) REFERENCES k", "23503", "point at nothing"),
        ("SELECT nonsense(a) FROM t", "42883", ""),
        ("CREATE TABLE t ()", "42P07", "rename"),
    ],
)
def test_refusals_of_the_server_are_explained(database_url, statement, sqlstate, mend):
    with connect(database_url) as connection:
        connection.execute("CREATE TABLE t (a integer)")
        connection.execute("CREATE TABLE k (id integer PRIMARY KEY)")
        connection.execute("INSERT INTO t VALUES (1), (1)")
        with pytest.raises(StatementFailed) as caught:
            run(connection, [Statement(statement, (TABLE,))])
    assert caught.value.sqlstate == sqlstate
    assert mend in caught.value.mend


def test_constraint_checked_at_commit_rolls_back(connection, database_url):
    script = [
        Statement("CREATE TABLE k (id integer PRIMARY KEY)"),
        Statement("CREATE TABLE t (a integer REFERENCES k DEFERRABLE INITIALLY DEFERRED)"),
        Statement("INSERT INTO t VALUES (1)"),
    ]
    with pytest.raises(StatementFailed) as caught:
        run(connection, script)
    assert caught.value.sqlstate == "23503"
    assert tables(database_url) == []


def test_running_statement_is_cancelled(connection, database_url):
    cancel = threading.Event()
    threading.Timer(0.3, cancel.set).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        run(connection, [CREATE, Statement("SELECT pg_sleep(30)"), Statement("CREATE TABLE u ()")], cancel=cancel)
    assert time.monotonic() - started < 5
    assert tables(database_url) == []
    assert connection.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("at", [0, 1, 2])
def test_cancel_between_statements_runs_no_more(connection, database_url, at):
    cancel = threading.Event()

    def progress(done, total, label):
        if done == at:
            cancel.set()

    with pytest.raises(Cancelled):
        run(connection, [CREATE, Statement("CREATE TABLE u ()"), Statement("CREATE TABLE v ()")],
            progress=progress, cancel=cancel)  # fmt: skip
    assert tables(database_url) == []


def test_killed_session_is_told(database_url):
    def progress(done, total, label):
        if done == 1:
            with connect(database_url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s, 5000)", [victim.info.backend_pid])

    with connect(database_url) as victim, pytest.raises(StatementFailed) as caught:
        run(victim, [CREATE, CREATE], progress=progress)
    assert "try again" in caught.value.mend
    assert tables(database_url) == []


def test_error_of_progress_rolls_back(connection, database_url):
    def progress(done, total, label):
        if done == 1:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(connection, [CREATE, Statement("SELECT 1")], progress=progress)
    assert tables(database_url) == []


def test_positions_are_lines_and_columns():
    assert [line_and_column("ab\ncd", position) for position in range(6)] == [
        (0, 0), (1, 1), (1, 2), (1, 3), (2, 1), (2, 2)
    ]  # fmt: skip


def test_psycopg_still_uses_the_extended_protocol_for_binary_results(database_url):
    with connect(database_url) as connection, pytest.raises(psycopg.errors.SyntaxError):
        connection.execute(b"SELECT 1; SELECT 2", binary=True)
