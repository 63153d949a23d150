"""Rolling back by what the target remembers: proved anew, applied through the same door, and recorded."""

from __future__ import annotations

from dataclasses import replace

import pytest

from designer_kernel.catalog.compare import differences
from designer_kernel.errors import StatementFailed, UnknownObject
from designer_kernel.migrate import records
from designer_kernel.migrate.apply import apply
from designer_kernel.migrate.gate import LossRefused
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.offenders import offenders
from designer_kernel.migrate.rollback import WayBack, rollback, ways_back
from designer_kernel.migrate.run import TargetChanged
from designer_kernel.migrate.salvage import salvaging
from designer_kernel.postgres.connection import connect
from tests.designer_kernel.migrate.targets import CHANGES, Targets, by_hand, proof_of, read, rows, run

LOST = ["shop.items.code", "shop.tags"]


@pytest.fixture(scope="module")
def migrated(targets: Targets) -> tuple[str, tuple[Migration, Migration, Migration]]:
    """A target to which three migrations were applied, of versions 1, 2 and 3."""
    url, made = targets.copy(), []
    for number, change in enumerate((CHANGES[1], CHANGES[2], CHANGES[3]), 1):
        migration = replace(targets.migration(change, since=url, name=f"change {number}"), number=number)
        apply(migration, url, proof=proof_of(migration))
        made.append(migration)
    first, second, third = made
    return url, (first, second, third)


def history(url: str) -> list[records.Record]:
    """Return what a target remembers."""
    with connect(url, autocommit=True) as connection:
        return records.history(connection)


@pytest.fixture(scope="module")
def ways(targets: Targets, migrated: tuple[str, tuple[Migration, ...]]) -> tuple[WayBack, ...]:
    """The ways back of all three."""
    return ways_back(migrated[0], to=0, rehearsal=targets.rehearsal)


def test_the_last_one_is_rolled_back(
    targets: Targets, migrated: tuple[str, tuple[Migration, ...]], ways: tuple[WayBack, ...]
) -> None:
    url = targets.new(migrated[0])
    (done,) = rollback(url, by="ada")
    assert differences(migrated[1][2].before, read(url)) == []
    *_, third, down = history(url)
    assert (down.id, down.name, down.direction, down.by) == (done.record, "rollback change 3", "down", "ada")
    assert third.rolled_back_by == down.id
    assert third.rolled_back_at is not None
    assert "rolled back" in str(third)
    assert down.proof_hash == ways[0].proof  # proving says the same again


def test_ways_back_lead_down_to_a_version_or_a_record(
    targets: Targets, migrated: tuple[str, tuple[Migration, ...]], ways: tuple[WayBack, ...]
) -> None:
    url = targets.new(migrated[0])
    assert [way.record.version for way in ways] == [3, 2, 1]
    assert all(way.migration.proof is not None and way.migration.proof.holds for way in ways)
    assert ways_back(url, version=2, rehearsal=targets.rehearsal) == ways[:1]
    assert ways_back(url, to=2, rehearsal=targets.rehearsal) == ways[:1]
    done = rollback(url, ways=ways[:2], allow=["shop.tags"])
    assert [one.name for one in done] == ["rollback change 3", "rollback change 2"]
    assert differences(migrated[1][0].after, read(url)) == []


def test_all_losses_are_asked_for_before_anything_is_undone(
    targets: Targets, migrated: tuple[str, tuple[Migration, ...]], ways: tuple[WayBack, ...]
) -> None:
    url = targets.new(migrated[0])
    with pytest.raises(LossRefused, match=r"shop\.items\.code"):
        rollback(url, ways=ways, allow=["shop.tags"])
    assert differences(migrated[1][2].after, read(url)) == []
    assert len(history(url)) == 3
    rollback(url, ways=ways, allow=LOST)
    assert differences(read(targets.base), read(url)) == []
    assert rows(url, "SELECT count(*) FROM shop.items") == [(40,)]
    with pytest.raises(UnknownObject, match="nothing to roll back"):
        rollback(url)


def test_what_is_not_there_cannot_be_rolled_back_to(
    targets: Targets, migrated: tuple[str, tuple[Migration, ...]]
) -> None:
    with pytest.raises(UnknownObject, match="version 9 is not applied") as caught:
        ways_back(migrated[0], version=9)
    assert "1, 2, 3 is applied" in caught.value.mend
    with pytest.raises(UnknownObject, match="record 9 is not applied"):
        ways_back(migrated[0], to=9)


def test_a_target_that_drifted_is_not_rolled_back(
    targets: Targets, migrated: tuple[str, tuple[Migration, ...]], ways: tuple[WayBack, ...]
) -> None:
    url = targets.new(migrated[0])
    run(url, "ALTER TABLE shop.notes ADD behind text")
    with pytest.raises(TargetChanged, match=r"shop\.notes\.behind") as caught:
        rollback(url, ways=ways[:1])
    assert "drift" in caught.value.mend


def test_rows_that_point_at_what_is_gone_since_are_told_and_nothing_is_done(embedded_targets: Targets) -> None:
    url = embedded_targets.copy()
    run(url, "CREATE TABLE shop.lines (id int, note int REFERENCES shop.notes)", "INSERT INTO shop.lines VALUES (1, 5)")
    made = embedded_targets.migration("DROP TABLE shop.lines", since=url)
    made = by_hand(replace(made, plan=salvaging(made.plan, made.before, made.after)))
    apply(made, url, proof=proof_of(made), allow=["shop.lines"])
    run(url, "DELETE FROM shop.notes WHERE id = 5")
    back = by_hand(made.backwards())
    (risk,) = (hazard for step in back.plan.up if step.action == "restore" for hazard in step.hazards)
    assert offenders(risk, url).count == 1
    with pytest.raises(StatementFailed, match="not present") as failed:
        apply(back, url, proof=proof_of(back))
    assert "does not fit" in failed.value.mend
    assert differences(made.after, read(url)) == []
