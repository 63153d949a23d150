"""The answer to the commit is lost: the target is asked what became of it, and if nobody can be asked, that is said."""

from __future__ import annotations

import pytest

from designer_kernel.catalog.compare import differences
from designer_kernel.errors import StatementFailed
from designer_kernel.migrate import records, run
from designer_kernel.migrate.apply import apply
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.run import OutcomeUnknown
from designer_kernel.migrate.under_way import under_way
from designer_kernel.postgres.connection import connect
from tests.designer_kernel.migrate.severing import severed
from tests.designer_kernel.migrate.targets import CHANGES, Targets, proof_of, read, wait_until_alone


@pytest.fixture(scope="module", params=["transaction", "stages"])
def migration(request: pytest.FixtureRequest, targets: Targets) -> Migration:
    """A migration in either mode."""
    return targets.migration(*CHANGES) if request.param == "transaction" else targets.in_stages()


def test_a_commit_whose_answer_is_lost_is_found_in_the_history(targets: Targets, migration: Migration) -> None:
    url = targets.copy()
    with severed(url, "answer") as line:
        done = apply(migration, line.url, proof=proof_of(migration))
        assert line.is_cut.is_set()
    assert differences(migration.after, read(url)) == []
    with connect(url, autocommit=True) as connection:
        assert [(record.id, record.success) for record in records.history(connection)] == [(done.record, True)]
        assert under_way(connection) is None


def test_a_commit_that_never_came_is_told_as_such(targets: Targets, migration: Migration) -> None:
    url = targets.copy()
    with severed(url, "question") as line, pytest.raises(StatementFailed, match="rolled everything back"):
        apply(migration, line.url, proof=proof_of(migration))
    wait_until_alone(url)
    with connect(url, autocommit=True) as connection:
        assert records.last(connection) is None
    if migration.plan.mode == "transaction":
        assert differences(migration.before, read(url)) == []
    apply(migration, url, proof=proof_of(migration))
    assert differences(migration.after, read(url)) == []


def test_a_server_that_nobody_can_ask_leaves_it_open(
    targets: Targets, migration: Migration, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = targets.copy()
    monkeypatch.setattr(run, "_ASKING_SECONDS", 0.5)
    with severed(url, "answer", is_open=False) as line, pytest.raises(OutcomeUnknown) as caught:
        apply(migration, line.url, proof=proof_of(migration))
    wait_until_alone(url)
    with connect(url, autocommit=True) as connection:
        (record,) = records.history(connection)
    assert f"run {record.run}" in caught.value.mend
