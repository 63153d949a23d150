"""Applying in one transaction: what is refused, what is recorded, and that a failure anywhere leaves what was there."""

from __future__ import annotations

import threading
from dataclasses import replace

import psycopg
import pytest

from designer_kernel.catalog.compare import differences
from designer_kernel.errors import Cancelled, DeployRefused, StatementFailed
from designer_kernel.migrate import records
from designer_kernel.migrate.apply import OtherVersion, apply
from designer_kernel.migrate.gate import LossRefused
from designer_kernel.migrate.migration import Migration, NotProved
from designer_kernel.migrate.patience import Patience
from designer_kernel.migrate.run import NotAsMeant, TargetChanged
from designer_kernel.migrate.salvage import salvaging
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.deploy import alone
from tests.designer_kernel.migrate.targets import (
    CHANGES,
    Targets,
    by_hand,
    proof_of,
    read,
    rows,
    run,
    session,
    terminate,
)

HASTY = Patience(lock_timeout=0.1, retries=0)
QUICK = Patience(lock_timeout=0.1, retries=20, pause=0.05, longest=0.1)


@pytest.fixture(scope="module")
def migration(targets: Targets) -> Migration:
    """A migration of some steps, each about another table."""
    return targets.proved(targets.migration(*CHANGES))


def history(url: str) -> list[records.Record]:
    """Return what a target remembers."""
    with connect(url, autocommit=True) as connection:
        return records.history(connection)


def test_a_migration_is_applied_and_recorded(targets: Targets, migration: Migration) -> None:
    url = targets.copy()
    told: list[tuple[int, int, str]] = []
    done = apply(
        replace(migration, number=7, design="d" * 64),
        url,
        proof=proof_of(migration),
        progress=lambda *news: told.append(news),
        by="ada",
    )
    assert differences(migration.after, read(url)) == []
    (record,) = history(url)
    plan = migration.plan
    assert (record.id, record.name, record.version, record.design_hash) == (done.record, "first", 7, "d" * 64)
    assert (record.plan_hash, record.up_hash, record.down_hash) == (plan.hash, plan.up_hash, plan.down_hash)
    assert (record.before_hash, record.after_hash, record.proof_hash) == (plan.before, plan.after, proof_of(migration))
    assert (record.by, record.success, record.direction, record.mode) == ("ada", True, "up", "transaction")
    assert record.duration.total_seconds() > 0
    assert record.as_dict()["applied_at"] == record.applied_at.isoformat()
    when, took = f"{record.applied_at:%Y-%m-%d %H:%M:%S%z}", f"{record.duration.total_seconds():.1f} s"
    assert str(record) == f"1 first (version 7): applied {when} by ada in {took}"
    steps = len(plan.up)
    labels = [f"{number} of {steps}: {step.title}" for number, step in enumerate(plan.up, 1)]
    assert [label for _, _, label in told][1 : steps + 1] == labels
    assert told[-1] == (steps + 1, steps + 1, "done")
    with connect(url, autocommit=True) as connection:
        assert records.migration_of(connection, record) == replace(migration, number=7, design="d" * 64)


def test_without_its_proof_nothing_is_applied(targets: Targets, migration: Migration) -> None:
    url = targets.copy()
    with pytest.raises(NotProved):
        apply(migration, url, proof="0" * 64)
    with pytest.raises(NotProved):
        apply(replace(migration, proof=None), url, proof=proof_of(migration))
    assert differences(migration.before, read(url)) == []


def test_what_is_lost_has_to_be_named(targets: Targets) -> None:
    url = targets.copy()
    migration = targets.migration("ALTER TABLE shop.items DROP COLUMN name")
    with pytest.raises(LossRefused, match=r"column shop\.items\.name"):
        apply(migration, url, proof=proof_of(migration))
    assert history(url) == []
    apply(migration, url, proof=proof_of(migration), allow=["shop.items.name"])
    assert differences(migration.after, read(url)) == []


def test_a_target_that_changed_is_refused(targets: Targets, migration: Migration) -> None:
    url = targets.changed("ALTER TABLE shop.notes ADD later text")
    before = read(url)
    with pytest.raises(TargetChanged, match=r"column shop\.notes\.later is extra"):
        apply(migration, url, proof=proof_of(migration))
    assert differences(before, read(url)) == []


def test_applying_again_says_that_it_is_done(targets: Targets, migration: Migration) -> None:
    url = targets.copy()
    apply(migration, url, proof=proof_of(migration))
    with pytest.raises(TargetChanged, match="already what the migration leads to"):
        apply(migration, url, proof=proof_of(migration))
    assert len(history(url)) == 1


def test_a_plan_for_another_version_is_refused(targets: Targets, migration: Migration) -> None:
    other = by_hand(replace(migration, plan=replace(migration.plan, version=16)))
    with pytest.raises(OtherVersion, match="the plan is for PostgreSQL 16"):
        apply(other, targets.copy(), proof=proof_of(other))


def test_two_at_once_are_refused(targets: Targets, migration: Migration) -> None:
    url = targets.copy()
    with connect(url, autocommit=True) as connection, alone(connection, url), pytest.raises(DeployRefused):
        apply(migration, url, proof=proof_of(migration))
    apply(migration, url, proof=proof_of(migration))


def test_who_changes_the_target_while_it_is_applied_is_found_out(targets: Targets, migration: Migration) -> None:
    url = targets.copy()

    def progress(done: int, total: int, label: str) -> None:
        if label.startswith("2 of"):
            run(url, "CREATE TABLE shop.behind (id integer)")

    with pytest.raises(NotAsMeant, match=r"relation shop\.behind is extra"):
        apply(migration, url, proof=proof_of(migration), progress=progress)
    assert differences(migration.before, read(url)) == differences(
        migration.before, read(targets.changed("CREATE TABLE shop.behind (id integer)"))
    )
    assert [(record.success, record.error[:34]) for record in history(url)] == [
        (False, "the target is not what was meant:\n")
    ]


IN_THE_WAY = {
    "alter column shop.notes.text": ("INSERT INTO shop.notes VALUES (100, NULL)", "23502"),
    "create column shop.items.code": ("ALTER TABLE shop.items ADD COLUMN code integer", "42701"),
    "create table shop.tags": ("CREATE VIEW shop.tags AS SELECT 1 AS one", "42P07"),
    "create index shop.places_town": ("CREATE INDEX places_town ON shop.places (id)", "42P07"),
}


@pytest.mark.parametrize("title", IN_THE_WAY)
def test_a_step_that_fails_leaves_what_was_there(title: str, targets: Targets, migration: Migration) -> None:
    statement, sqlstate = IN_THE_WAY[title]
    url = targets.copy()
    assert any(step.title.startswith(title) for step in migration.plan.up)

    def progress(done: int, total: int, label: str) -> None:
        if label.partition(": ")[2].startswith(title):  # right before the step another session is faster
            run(url, statement)

    with pytest.raises(StatementFailed) as caught:
        apply(migration, url, proof=proof_of(migration), progress=progress)
    assert caught.value.sqlstate == sqlstate
    assert differences(read(targets.changed(statement)), read(url)) == []
    (record,) = history(url)
    assert (record.success, record.error) == (False, caught.value.what)
    with connect(url, autocommit=True) as connection:
        assert records.last(connection) is None


def test_a_connection_lost_at_any_boundary_leaves_what_was_there(targets: Targets, migration: Migration) -> None:
    url = targets.copy()
    boundaries = len(migration.plan.up) + 3
    for boundary in range(boundaries):
        told = iter(range(boundaries))

        def progress(done: int, total: int, label: str, boundary: int = boundary, told=told) -> None:  # type: ignore[no-untyped-def]
            if next(told, None) == boundary:
                assert terminate(url) == 1

        with pytest.raises(StatementFailed, match=r"terminat|connection"):
            apply(migration, url, proof=proof_of(migration), progress=progress)
        assert differences(migration.before, read(url)) == [], boundary
    assert [record.success for record in history(url)] == [False] * boundaries
    apply(migration, url, proof=proof_of(migration))


def slow(migration: Migration, seconds: float) -> Migration:
    """Return a migration whose first step takes some seconds."""
    first, *others = migration.plan.up
    waiting = replace(first, statements=(*first.statements, f"SELECT pg_sleep({seconds})"))
    return by_hand(migration, [waiting, *others])


def test_a_slow_statement_is_cancelled(targets: Targets, migration: Migration) -> None:
    url = targets.copy()
    migration = slow(migration, 60)
    cancel = threading.Event()
    timer = threading.Timer(0.3, cancel.set)
    with pytest.raises(Cancelled):
        apply(
            migration,
            url,
            proof=proof_of(migration),
            cancel=cancel,
            progress=lambda done, total, label: timer.start() if label.startswith("1 of") else None,
        )
    assert differences(migration.before, read(url)) == []
    assert [record.error for record in history(url)] == ["cancelled; nothing was changed"]


def test_a_lock_that_is_not_to_be_had_is_waited_for_in_pieces(targets: Targets, migration: Migration) -> None:
    url = targets.copy()
    told: list[str] = []
    with session(url) as other:
        other.execute("LOCK TABLE shop.items IN ACCESS SHARE MODE")

        def progress(done: int, total: int, label: str) -> None:
            told.append(label)
            if "attempt 3 of 21" in label:
                other.rollback()

        done = apply(migration, url, proof=proof_of(migration), progress=progress, patience=QUICK)
    assert done.retries == 2
    waits = [label for label in told if "rolled back" in label]
    assert len(waits) == 2
    assert "lock timeout" in waits[0]
    assert differences(migration.after, read(url)) == []


def test_patience_ends(targets: Targets, migration: Migration) -> None:
    url = targets.copy()
    with session(url) as other:
        other.execute("LOCK TABLE shop.items IN ACCESS SHARE MODE")
        with pytest.raises(StatementFailed, match="lock timeout"):
            apply(migration, url, proof=proof_of(migration), patience=HASTY)
    assert differences(migration.before, read(url)) == []


def test_a_pause_is_cancelled(targets: Targets, migration: Migration) -> None:
    url, cancel = targets.copy(), threading.Event()

    def progress(done: int, total: int, label: str) -> None:
        if "attempt 2" in label:
            cancel.set()

    with session(url) as other:
        other.execute("LOCK TABLE shop.items IN ACCESS SHARE MODE")
        with pytest.raises(Cancelled):
            apply(
                migration,
                url,
                proof=proof_of(migration),
                progress=progress,
                cancel=cancel,
                patience=Patience(lock_timeout=0.1, pause=60),
            )


def test_limits_of_the_database_do_not_count(targets: Targets, migration: Migration) -> None:
    url = targets.copy()
    migration = slow(migration, 0.5)
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    run(url, f"ALTER DATABASE {name} SET statement_timeout = '300ms'")
    apply(migration, url, proof=proof_of(migration))
    assert rows(url, "SHOW statement_timeout") == [("300ms",)]
    assert differences(migration.after, read(url)) == []


def test_rows_that_come_until_the_lock_is_had_are_kept_whatever_the_isolation(embedded_targets: Targets) -> None:
    url = embedded_targets.copy()
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    run(url, f"ALTER DATABASE {name} SET default_transaction_isolation = 'repeatable read'")
    made = embedded_targets.migration("DROP TABLE shop.notes")
    made = by_hand(replace(made, plan=salvaging(made.plan, made.before, made.after)))

    def write(done: int, total: int, label: str) -> None:
        if label.endswith("salvage relation shop.notes"):
            run(url, "INSERT INTO shop.notes VALUES (99, 'late')")

    apply(made, url, proof=proof_of(made), allow=["shop.notes"], progress=write)
    assert rows(url, "SELECT rows FROM schema_designer.salvaged") == [(6,)]


def test_values_come_back_whatever_the_time_zone_of_a_session(embedded_targets: Targets) -> None:
    url = embedded_targets.copy()
    run(url, "CREATE TABLE shop.days (id int PRIMARY KEY, day timestamptz)")
    run(url, "INSERT INTO shop.days VALUES (1, '2024-05-05 12:34:56+00')")
    other = embedded_targets.migration("ALTER TABLE shop.days ALTER day TYPE timestamp", since=url)
    made = by_hand(replace(other, plan=salvaging(other.plan, other.before, other.after)))
    name = psycopg.conninfo.conninfo_to_dict(url)["dbname"]
    run(url, f"ALTER DATABASE {name} SET timezone = 'Asia/Tokyo'")
    apply(made, url, proof=proof_of(made))
    assert rows(url, "SELECT day::text FROM shop.days") == [("2024-05-05 21:34:56",)]
    run(url, f"ALTER DATABASE {name} SET timezone = 'Europe/Berlin'", f"ALTER DATABASE {name} SET datestyle = 'SQL'")
    back = by_hand(made.backwards())
    apply(back, url, proof=proof_of(back))
    assert rows(url, "SELECT day AT TIME ZONE 'UTC' = '2024-05-05 12:34:56' FROM shop.days") == [(True,)]
