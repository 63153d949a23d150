"""Applying in stages: what is done stays, what failed is gone on with, and nobody else's migration comes between."""

from __future__ import annotations

import threading
from dataclasses import replace

import psycopg
import pytest

from designer_kernel.catalog import canonical
from designer_kernel.catalog.compare import differences
from designer_kernel.errors import Cancelled, StatementFailed, UnknownObject
from designer_kernel.migrate import records
from designer_kernel.migrate.abandon import abandon
from designer_kernel.migrate.apply import MigrationUnderWay, apply, resume
from designer_kernel.migrate.drift import drift
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.online import online
from designer_kernel.migrate.patience import Patience
from designer_kernel.migrate.rollback import rollback, ways_back
from designer_kernel.migrate.run import NotAsMeant
from designer_kernel.migrate.salvage import salvaging
from designer_kernel.migrate.steps import Step
from designer_kernel.migrate.under_way import UnderWay, under_way
from designer_kernel.postgres.connection import connect
from tests.designer_kernel.migrate.targets import (
    CHANGES,
    STEPS,
    Targets,
    by_hand,
    proof_of,
    read,
    rows,
    run,
    session,
    terminate,
)

QUICK = Patience(lock_timeout=0.1, retries=30, pause=0.02, longest=0.05)
HASTY = Patience(lock_timeout=0.1, retries=1, pause=0.02)


@pytest.fixture(scope="module")
def staged(targets: Targets) -> Migration:
    """A migration in stages."""
    return targets.in_stages()


def state(url: str) -> UnderWay | None:
    """Return what a target is in the middle of."""
    with connect(url, autocommit=True) as connection:
        return under_way(connection)


def stopped(url: str) -> UnderWay:
    """Return what a target is in the middle of."""
    begun = state(url)
    assert begun is not None
    return begun


def history(url: str) -> list[records.Record]:
    """Return what a target remembers."""
    with connect(url, autocommit=True) as connection:
        return records.history(connection)


def counts(url: str) -> list[tuple[object, ...]]:
    """Return how often the rows were written."""
    return rows(url, "SELECT qty, count(*) FROM shop.items GROUP BY qty ORDER BY qty")


def test_a_migration_in_stages_is_applied_and_recorded(targets: Targets, staged: Migration) -> None:
    url = targets.copy()
    done = apply(staged, url, proof=proof_of(staged), by="ada")
    assert (done.steps, done.resumed, done.retries) == (7, 0, 0)
    assert differences(staged.after, read(url)) == []
    (record,) = history(url)
    assert (record.mode, record.by, record.success, record.plan_hash) == ("online", "ada", True, staged.plan.hash)
    assert state(url) is None
    assert counts(url) == [(1, 40)]


def test_a_failure_stays_where_it_is_and_tells_how_to_go_on(targets: Targets, staged: Migration) -> None:
    url = targets.copy()
    run(url, "UPDATE shop.items SET qty = -5 WHERE id = 25")
    with pytest.raises(StatementFailed, match="positive") as caught:
        apply(staged, url, proof=proof_of(staged))
    assert "5 of 7 steps are done and stay: apply it again to go on" in caught.value.mend
    begun = stopped(url)
    assert begun.state == "stopped"
    assert begun.last_error == caught.value.what
    assert str(begun).startswith("staged: 5 of 7 steps are done, at step 6, validate check shop.items.positive")
    assert begun.as_dict()["attempts"] == 1
    assert counts(url) == [(-4, 1), (1, 39)]
    assert history(url) == []
    run(url, "UPDATE shop.items SET qty = 1 WHERE id = 25")
    apply(staged, url, proof=proof_of(staged))
    assert differences(staged.after, read(url)) == []
    assert counts(url) == [(1, 40)]


def test_another_migration_is_refused_meanwhile(targets: Targets, staged: Migration) -> None:
    url = targets.copy()
    other = targets.migration(*CHANGES, name="other")
    cancel = threading.Event()
    with pytest.raises(Cancelled, match="3 of 7 steps are done"):
        apply(
            staged,
            url,
            proof=proof_of(staged),
            cancel=cancel,
            progress=lambda done, total, label: cancel.set() if label.startswith("4 of") else None,
        )
    for refused in (
        lambda: apply(other, url, proof=proof_of(other)),
        lambda: rollback(url),
        lambda: drift(url),
        lambda: ways_back(url),
    ):
        with pytest.raises(MigrationUnderWay, match=r"staged: 3 of 7 steps") as caught:
            refused()
        assert "resume" in caught.value.mend
        assert "abandon" in caught.value.mend
    assert resume(url).resumed == 3
    assert differences(staged.after, read(url)) == []


def test_what_is_given_up_leads_back_or_on(targets: Targets, staged: Migration) -> None:
    url = targets.copy()
    run(url, "UPDATE shop.items SET qty = -5 WHERE id = 25")
    with pytest.raises(StatementFailed):
        apply(staged, url, proof=proof_of(staged))
    given_up = abandon(url, by="ada")
    assert "steps are done" in str(given_up)
    assert differences(given_up.now, read(url)) == []
    assert state(url) is None
    (record,) = history(url)
    assert not record.success
    assert record.error.startswith("given up after")
    back, onward = given_up.back(targets.rehearsal), given_up.onward(targets.rehearsal)
    assert differences(onward.after, staged.after) == []
    back = targets.proved(back)
    apply(back, url, proof=proof_of(back), allow=[str(loss.on) for loss in back.plan.losses])
    assert differences(staged.before, read(url)) == []
    with pytest.raises(UnknownObject, match="no migration is under way"):
        abandon(url)
    with pytest.raises(UnknownObject, match="no migration is under way"):
        resume(url)


def test_a_lock_is_waited_for_in_pieces(targets: Targets, staged: Migration) -> None:
    url = targets.copy()
    told: list[str] = []
    with session(url) as other:
        other.execute("LOCK TABLE shop.items IN ACCESS SHARE MODE")

        def progress(done: int, total: int, label: str) -> None:
            told.append(label)
            if "attempt 3 of 31" in label:
                other.rollback()

        done = apply(staged, url, proof=proof_of(staged), patience=QUICK, progress=progress)
    assert done.retries == 2
    assert sum("lock timeout" in label for label in told) == 2
    assert differences(staged.after, read(url)) == []


def test_batches_wait_for_rows_and_do_none_twice(targets: Targets, staged: Migration) -> None:
    url = targets.copy()
    locked = []
    with session(url) as other:

        def progress(done: int, total: int, label: str) -> None:
            if label.endswith(": 20 of 20 rows") and not locked:
                locked.append(other.execute("SELECT FROM shop.items WHERE id = 25 FOR UPDATE"))
            elif "attempt 2" in label:
                assert counts(url) == [(0, 20), (1, 20)]
                other.rollback()

        done = apply(staged, url, proof=proof_of(staged), patience=QUICK, progress=progress)
    assert done.retries == 1
    assert counts(url) == [(1, 40)]


def test_patience_ends_and_the_next_run_goes_on(targets: Targets, staged: Migration) -> None:
    url = targets.copy()
    locked = []
    with session(url) as other:

        def progress(done: int, total: int, label: str) -> None:
            if label.endswith(": 20 of 20 rows") and not locked:
                locked.append(other.execute("SELECT FROM shop.items WHERE id = 25 FOR UPDATE"))

        with pytest.raises(StatementFailed, match="lock timeout"):
            apply(staged, url, proof=proof_of(staged), patience=HASTY, progress=progress)
        begun = stopped(url)
        # what came further was patient anew
        assert (begun.step, begun.position, begun.attempts) == (3, "[20]", 4)
    apply(staged, url, proof=proof_of(staged))
    assert counts(url) == [(1, 40)]


def test_a_connection_lost_at_any_boundary_is_gone_on_from(targets: Targets, staged: Migration) -> None:
    url, boundaries = targets.copy(), 0
    while True:
        told = 0

        def progress(done: int, total: int, label: str, boundaries: int = boundaries) -> None:
            nonlocal told
            if told == 2 and label != "done":  # one boundary further each time, since the work goes on
                assert terminate(url) == 1
            told += 1

        try:
            apply(staged, url, proof=proof_of(staged), progress=progress)
        except StatementFailed as error:
            assert "lost" in error.what or "terminat" in error.what  # noqa: PT017 - the loop goes on until it is done
            boundaries += 1
        else:
            break
        assert boundaries < 30
    assert boundaries >= 5
    assert differences(staged.after, read(url)) == []
    assert counts(url) == [(1, 40)]
    assert [record.success for record in history(url)] == [True]


def test_an_invalid_index_is_cleared_away_and_built_anew(targets: Targets, staged: Migration) -> None:
    url = targets.copy()
    unique = "CREATE UNIQUE INDEX CONCURRENTLY items_name ON shop.items (name)"
    steps = [replace(step, statements=(unique,)) if step.stage == 1 else step for step in STEPS]
    other = targets.changed(*(sql for sql in _statements(steps)))
    migration = by_hand(_leading_to(staged, other), steps)
    run(url, "UPDATE shop.items SET name = 'twice' WHERE id IN (3, 4)")
    with pytest.raises(StatementFailed, match="could not create unique index"):
        apply(migration, url, proof=proof_of(migration))
    assert rows(url, "SELECT to_regclass('shop.items_name')") == [(None,)]
    # a process that was killed meanwhile leaves it
    with pytest.raises(psycopg.errors.UniqueViolation):
        run(url, unique)
    run(url, "UPDATE shop.items SET name = 'once' WHERE id = 3")
    apply(migration, url, proof=proof_of(migration))
    valid = "SELECT indisvalid, indisunique FROM pg_index WHERE indexrelid = 'shop.items_name'::regclass"
    assert rows(url, valid) == [(True, True)]


def test_a_slow_step_is_cancelled(targets: Targets, staged: Migration) -> None:
    url, cancel = targets.copy(), threading.Event()
    steps = [replace(step, statements=(*step.statements, "SELECT pg_sleep(60)")) for step in STEPS[:1]]
    slow = by_hand(staged, [*steps, *STEPS[1:]])
    timer = threading.Timer(0.3, cancel.set)
    with pytest.raises(Cancelled, match="0 of 7 steps are done"):
        apply(
            slow,
            url,
            proof=proof_of(slow),
            cancel=cancel,
            progress=lambda done, total, label: timer.start() if label.startswith("1 of") else None,
        )
    assert differences(staged.before, read(url)) == []
    abandon(url)
    apply(staged, url, proof=proof_of(staged))


def test_what_others_changed_meanwhile_is_told_at_the_end(targets: Targets, staged: Migration) -> None:
    url = targets.copy()

    def progress(done: int, total: int, label: str) -> None:
        if label.endswith("shop.items_name"):
            run(url, "CREATE TABLE shop.behind (id integer)")

    with pytest.raises(NotAsMeant, match=r"relation shop\.behind is extra"):
        apply(staged, url, proof=proof_of(staged), progress=progress)
    assert stopped(url).state == "stopped"
    assert stopped(url).step == 7
    run(url, "DROP TABLE shop.behind")
    assert apply(staged, url, proof=proof_of(staged)).resumed == 7
    assert counts(url) == [(1, 40)]


def test_a_plan_in_stages_is_applied_and_rolled_back_in_stages(targets: Targets) -> None:
    url, cancel = targets.copy(), threading.Event()
    plain = targets.migration(CHANGES[3], "ALTER TABLE shop.items DROP name")
    made = salvaging(online(plain.plan, plain.before, plain.after), plain.before, plain.after)
    staged = by_hand(replace(plain, plan=made))
    apply(staged, url, proof=proof_of(staged), allow=["shop.items.name"])
    assert differences(staged.after, read(url)) == []
    (way,) = ways_back(url, rehearsal=targets.rehearsal)
    assert way.migration.plan.mode == "online"
    allow = [str(loss.on) for loss in way.migration.plan.losses]
    final = f"{len(way.migration.plan.up)} of"
    with pytest.raises(Cancelled, match="steps are done and stay"):
        rollback(
            url,
            ways=[way],
            allow=allow,
            cancel=cancel,
            progress=lambda done, total, label: cancel.set() if label.startswith(final) else None,
        )
    begun = stopped(url)
    assert begun.undoes == 1
    (done,) = rollback(url)
    assert 0 < done.resumed == begun.step < done.steps
    assert differences(staged.before, read(url)) == []
    assert rows(url, "SELECT count(name), min(name) FROM shop.items") == [(40, "item 1")]
    first, second = history(url)
    assert (first.rolled_back_by, second.direction) == (second.id, "down")


def _statements(steps: list[Step]) -> list[str]:
    """Return the statements of the steps as one session would run them."""
    return ["UPDATE shop.items SET qty = qty + 1" if step.batch else sql for step in steps for sql in step.statements]


def _leading_to(migration: Migration, url: str) -> Migration:
    after = read(url)
    return replace(migration, after=after, plan=replace(migration.plan, after=canonical.content_hash(after)))
