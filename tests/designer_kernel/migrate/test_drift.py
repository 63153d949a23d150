"""Drift: told by object and kind, reverted by a plan, adopted by a note, or ignored from then on."""

from __future__ import annotations

import pytest

from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.migrate import records
from designer_kernel.migrate.apply import apply, note
from designer_kernel.migrate.drift import drift, heed, ignore
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.rollback import rollback
from designer_kernel.postgres.connection import connect
from tests.designer_kernel.migrate.targets import CHANGES, Targets, by_hand, proof_of, read, run

BEHIND, TOWN = ObjectId("relation", ("shop", "behind")), ObjectId("index", ("shop", "places_town"))
DRIFT = (
    "CREATE TABLE shop.behind (id integer PRIMARY KEY, text text)",
    "DROP INDEX shop.places_town",
    "ALTER TABLE shop.notes ALTER text SET DEFAULT 'none'",
    "ALTER TABLE shop.items ALTER qty TYPE bigint",
)


@pytest.fixture(scope="module")
def migrated(targets: Targets) -> tuple[str, Migration]:
    """A target to which a migration was applied."""
    url, migration = targets.copy(), targets.migration(CHANGES[3])
    apply(migration, url, proof=proof_of(migration))
    return url, migration


def drifted(targets: Targets, migrated: tuple[str, Migration]) -> str:
    """Return the URL of a copy that somebody changed."""
    url = targets.new(migrated[0])
    run(url, *DRIFT)
    return url


def test_what_was_changed_is_told(targets: Targets, migrated: tuple[str, Migration]) -> None:
    assert drift(migrated[0]).is_clean
    assert str(drift(migrated[0])) == "the target is as record 1, first, says"
    found = drift(drifted(targets, migrated))
    assert not found.is_clean
    assert found.missing == (TOWN,)
    assert found.changed == (ObjectId("column", ("shop", "items", "qty")),)
    assert BEHIND in found.extra
    assert ObjectId("default", ("shop", "notes", "text")) in found.extra
    assert found.by_kind()["index"] == (TOWN,)
    (difference,) = found.by_object()[found.changed[0]]
    assert (difference.field, difference.ours, difference.theirs) == ("type", "integer", "bigint")
    assert "relation shop.behind is extra" in str(found)
    assert {one["change"] for one in found.as_dict()["differences"]} == {"missing", "extra", "changed"}


def test_it_is_reverted_and_that_is_nothing_to_undo(targets: Targets, migrated: tuple[str, Migration]) -> None:
    url = drifted(targets, migrated)
    back = targets.proved(drift(url).revert(targets.rehearsal))
    apply(back, url, proof=proof_of(back), allow=[str(loss.on) for loss in back.plan.losses])
    assert drift(url).is_clean
    assert differences(migrated[1].after, read(url)) == []
    with connect(url, autocommit=True) as connection:
        assert [record.direction for record in records.history(connection)] == ["up", "revert"]
    rollback(url, rehearsal=targets.rehearsal)
    assert differences(migrated[1].before, read(url)) == []


def test_it_is_adopted_and_can_be_rolled_back(targets: Targets, migrated: tuple[str, Migration]) -> None:
    url = drifted(targets, migrated)
    note(drift(url).adoption(targets.rehearsal), url, by="ada")
    assert drift(url).is_clean
    rollback(url, allow=["shop.behind"], rehearsal=targets.rehearsal)
    assert differences(migrated[1].after, read(url)) == []


def test_what_is_ignored_is_not_told_again(targets: Targets, migrated: tuple[str, Migration]) -> None:
    url = drifted(targets, migrated)
    ignore(url, [BEHIND], by="ada")
    ignore(url, [BEHIND])
    found = drift(url)
    assert found.ignored == {BEHIND}
    assert not any(key.path[:2] == BEHIND.path for key in found.extra)
    heed(url, [BEHIND])
    assert BEHIND in drift(url).extra


def test_what_is_ignored_stays_through_reverting_and_rolling_back(
    targets: Targets, migrated: tuple[str, Migration]
) -> None:
    url = drifted(targets, migrated)
    ignore(url, [BEHIND])
    back = by_hand(drift(url).revert(targets.rehearsal))
    assert not back.plan.losses
    apply(back, url, proof=proof_of(back))
    assert drift(url).is_clean
    rollback(url, rehearsal=targets.rehearsal)
    assert differences(read(targets.changed(DRIFT[0])), read(url)) == []
