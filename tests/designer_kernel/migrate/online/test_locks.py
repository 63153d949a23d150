"""Others work while a plan in stages is carried out: no lock stops them while rows are read."""

from __future__ import annotations

import threading
import time

import psycopg
import pytest

from designer_kernel.migrate.effects import LockMode
from designer_kernel.migrate.running import prepare, run_step
from designer_kernel.migrate.steps import stages
from designer_kernel.postgres.connection import connect
from tests.designer_kernel.catalog.databases import FreshUrl
from tests.designer_kernel.migrate.online.scenes import scene

HELD = "SELECT DISTINCT mode FROM pg_locks WHERE pid = %s AND relation = 's.people'::regclass AND granted"


def test_writers_go_on_while_an_index_is_built(fresh_url: FreshUrl) -> None:
    found = scene(fresh_url, "CREATE UNIQUE INDEX ages ON s.people (age)")
    (step,) = found.plan.up
    with psycopg.connect(found.url) as writer, connect(found.url, autocommit=True) as builder:
        writer.execute("UPDATE s.people SET town = 'u' WHERE id = 1")  # the build waits for this transaction
        prepare(builder, local=False)
        pid = builder.info.backend_pid
        thread = threading.Thread(target=run_step, args=(builder, step))
        thread.start()
        waiting = f"SELECT FROM pg_locks WHERE pid = {pid} AND NOT granted"
        while not found.ask(waiting):
            time.sleep(0.01)
        with psycopg.connect(found.url) as other:
            other.execute("SET lock_timeout = '1ms'")
            held = [row[0] for row in other.execute(HELD, [pid])]
            other.execute("INSERT INTO s.people VALUES (77, 'other', 77, 'x')")
        writer.commit()
        thread.join()
    assert held == ["ShareUpdateExclusiveLock"]
    assert found.is_after()


@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE s.people ALTER name SET NOT NULL",
        "ALTER TABLE s.people ADD CHECK (age > 0)",
        "ALTER TABLE s.visits ADD FOREIGN KEY (person) REFERENCES s.people",
    ],
)
def test_writers_go_on_while_rows_are_checked(change: str, fresh_url: FreshUrl) -> None:
    found = scene(fresh_url, change)
    with connect(found.url, autocommit=True) as connection, psycopg.connect(found.url, autocommit=True) as other:
        prepare(connection, local=False)
        other.execute("SET lock_timeout = '1ms'")
        seen = 0
        for stage in stages(found.plan.up):
            with connection.transaction():
                for step in stage:
                    run_step(connection, step)
                if any(effect.scans for effect in stage[-1].effects):
                    seen += 1
                    assert len(stage) == 1
                    other.execute("UPDATE s.people SET town = 'v' WHERE id = 2")
                    other.execute("UPDATE s.visits SET note = 'v' WHERE person = 2")
    assert seen == 1
    assert found.is_after()


def test_what_reads_rows_never_takes_more_than_it_must(fresh_url: FreshUrl) -> None:
    found = scene(
        fresh_url,
        "ALTER TABLE s.log ADD CHECK (id > 0), ALTER kind SET NOT NULL; ALTER TABLE s.log DETACH PARTITION s.log_2;"
        "ALTER TABLE s.loose ADD PRIMARY KEY (a)",
    )
    reading = [effect for step in (*found.plan.up, *found.plan.down) for effect in step.effects if effect.scans]
    assert {effect.lock for effect in reading} == {LockMode.SHARE_UPDATE_EXCLUSIVE}
    assert found.slow == []


def test_what_cannot_be_done_beside_others_keeps_its_hazard(fresh_url: FreshUrl) -> None:
    found = scene(
        fresh_url,
        "ALTER TABLE s.people ALTER age TYPE bigint;"
        "ALTER TABLE s.visits ADD n int GENERATED ALWAYS AS (person * 2) STORED;"
        "ALTER TABLE s.loose ADD EXCLUDE USING btree (a WITH =)",
    )
    slow = {hazard.name for step in found.plan.up for hazard in step.hazards}
    assert {"rewrite", "long_lock"} <= slow
    found.go(found.plan.up)
    assert found.is_after()
