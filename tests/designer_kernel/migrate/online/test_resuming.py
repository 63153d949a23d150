"""What was interrupted goes on: invalid indexes are cleared away, batches go on where they stopped."""

from __future__ import annotations

import threading
import time
from contextlib import suppress

import psycopg
import pytest

from designer_kernel.errors import DesignerError, StatementFailed
from designer_kernel.migrate.running import is_settled, prepare, run_step
from designer_kernel.postgres.connection import connect
from tests.designer_kernel.catalog.databases import FreshUrl
from tests.designer_kernel.migrate.online.scenes import Scene, scene


def test_an_invalid_index_is_cleared_away_before_the_next_attempt(fresh_url: FreshUrl) -> None:
    found = scene(fresh_url, "ALTER TABLE s.people ADD CONSTRAINT one_town UNIQUE (name, town)")
    found.run("INSERT INTO s.people VALUES (99, 'n1', 1, 't')")
    for _ in range(2):  # what the first attempt left does not stop the second one
        with pytest.raises(StatementFailed, match="duplicate"):
            found.go(found.plan.up)
        assert found.ask("SELECT indisvalid FROM pg_index WHERE indexrelid = 's.one_town'::regclass") == [(False,)]
    found.run("DELETE FROM s.people WHERE id = 99")
    found.go(found.plan.up)
    assert found.is_after()


def test_what_is_settled_is_not_done_again(fresh_url: FreshUrl) -> None:
    found = scene(fresh_url, "CREATE INDEX towns ON s.people (town); DROP INDEX s.people_name")
    alone = [step for step in found.plan.up if not step.is_transactional]
    assert [step.action for step in alone] == ["create", "drop"]
    with connect(found.url, autocommit=True) as connection:
        prepare(connection, local=False)
        for step in alone:
            assert not is_settled(connection, step)
            run_step(connection, step)
            built = found.ask("SELECT 's.towns'::regclass::oid")
            assert is_settled(connection, step)
            run_step(connection, step)
            assert found.ask("SELECT 's.towns'::regclass::oid") == built
    assert found.is_after()


def test_a_valid_index_of_somebody_else_is_never_cleared_away(fresh_url: FreshUrl) -> None:
    found = scene(fresh_url, "CREATE INDEX towns ON s.people (town)")
    found.run("CREATE INDEX towns ON s.loose (b)")
    found.go(found.plan.up)
    assert found.ask("SELECT indrelid::regclass::text FROM pg_index WHERE indexrelid = 's.towns'::regclass") == [
        ("s.loose",)
    ]


@pytest.mark.parametrize("table", ["people", "visits", "loose", "log"])
def test_batches_go_on_where_they_stopped(table: str, fresh_url: FreshUrl) -> None:
    found = scene(
        fresh_url,
        f"ALTER TABLE s.{table} ADD token uuid DEFAULT gen_random_uuid()",
        first="ALTER TABLE s.log ADD PRIMARY KEY (id, at)",
        rows="""
            INSERT INTO s.people SELECT i, repeat('x', 500), i, 't' FROM generate_series(1, 12000) i;
            INSERT INTO s.visits
            SELECT i, date '2024-01-01' + j FROM generate_series(1, 120) i, generate_series(1, 100) j;
            INSERT INTO s.loose SELECT i, repeat('x', 500) FROM generate_series(1, 12000) i;
            INSERT INTO s.log SELECT i, date '2024-01-01' + i % 700 FROM generate_series(1, 12000) i""",
    )
    positions: list[str] = []

    def keep(_: psycopg.Connection[tuple[object, ...]], position: str) -> None:
        if len(positions) == 1:
            raise DesignerError("the process is killed here, before the second batch is committed")
        positions.append(position)

    (batched,) = [step for step in found.plan.up if step.batch is not None]
    with connect(found.url, autocommit=True) as connection:
        prepare(connection, local=False)
        for step in found.plan.up[: found.plan.up.index(batched)]:
            run_step(connection, step)
        with pytest.raises(DesignerError, match="killed"):
            run_step(connection, batched, keep=keep)
        count = f"SELECT count(token) FROM s.{table}"
        ((filled,),) = found.ask(count)
        assert 0 < filled < 12000
        written = found.ask(f"SELECT token FROM s.{table} WHERE token IS NOT NULL ORDER BY 1")
        told: list[int] = []
        run_step(connection, batched, position=positions[0], progress=lambda done, _total, _about: told.append(done))
        assert told == sorted(told)
        assert told[-1] == 12000 - filled
    assert found.ask(count) == [(12000,)]
    assert found.ask(f"SELECT count(DISTINCT token) FROM s.{table}") == [(12000,)]
    assert set(written) <= set(found.ask(f"SELECT token FROM s.{table}"))


def test_rows_without_a_value_that_come_meanwhile_are_filled_too(fresh_url: FreshUrl) -> None:
    found = scene(fresh_url, "ALTER TABLE s.people ADD token uuid NOT NULL DEFAULT gen_random_uuid()")
    with connect(found.url, autocommit=True) as connection:
        prepare(connection, local=False)
        for step in found.plan.up:
            run_step(connection, step)
            if step.batch is not None:
                connection.execute("INSERT INTO s.people (id, token) VALUES (0, NULL)")
    assert found.ask("SELECT count(*) FROM s.people WHERE token IS NULL") == [(0,)]
    assert found.is_after()


def test_a_partition_whose_detaching_was_interrupted_is_detached(fresh_url: FreshUrl) -> None:
    found = scene(fresh_url, "ALTER TABLE s.log DETACH PARTITION s.log_1")
    detaching, *rest = found.plan.up
    assert not detaching.is_transactional
    _interrupt(found, detaching.statements[0])
    assert found.ask("SELECT inhdetachpending FROM pg_inherits WHERE inhrelid = 's.log_1'::regclass") == [(True,)]
    found.go((detaching, *rest))
    assert found.is_after()
    assert found.ask("SELECT count(*) FROM s.log_1") == [(21,)]


def _interrupt(found: Scene, statement: str) -> None:
    """Run a statement that waits for a reader, and cancel it while it waits."""

    def attempt() -> None:
        with suppress(psycopg.errors.QueryCanceled):
            worker.execute(statement.encode())

    with psycopg.connect(found.url) as reader, psycopg.connect(found.url, autocommit=True) as worker:
        reader.execute("SELECT FROM s.log")
        thread = threading.Thread(target=attempt)
        thread.start()
        waiting = "SELECT FROM pg_inherits WHERE inhdetachpending"
        while not found.ask(waiting):
            time.sleep(0.01)
        worker.cancel_safe()
        thread.join()
        reader.rollback()
