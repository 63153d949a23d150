"""Proofs with rows: what a plan does not say to lose survives, or the proof fails."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.errors import Cancelled
from designer_kernel.migrate.plan import plan
from designer_kernel.migrate.prove import Proof, prove
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.migrate.salvage import salvaging
from designer_kernel.migrate.steps import Plan, Step
from tests.designer_kernel.catalog.databases import FreshUrl
from tests.designer_kernel.migrate.databases import read, shop, version


def _planned(fresh: FreshUrl, *alterations: str) -> tuple[Plan, Catalog, Catalog, Rehearsal]:
    old, _ = shop(fresh)
    new, made = shop(fresh, alterations)
    assert made == len(alterations)
    before, after, rehearsal = read(old), read(new), Rehearsal(old)
    way = plan(before, after, version=version(old), shadow=rehearsal)
    return salvaging(way, before, after), before, after, rehearsal


def _failed(proof: Proof) -> list[tuple[str, tuple[str, ...]]]:
    return [(check.name, check.found) for check in proof.checks if not check.holds]


APART = (
    "ALTER TABLE shop.events DETACH PARTITION shop.events_2024",
    "ALTER TABLE shop.events DETACH PARTITION shop.events_2025",
    "DROP TABLE shop.events CASCADE",
)
GONE = (
    "ALTER TABLE shop.orders DROP COLUMN note",
    "DROP TABLE shop.items",
    "ALTER TABLE shop.events DETACH PARTITION shop.events_2024",
    "DROP TABLE shop.events_2025",
    "ALTER TABLE shop.products ALTER price TYPE numeric(8,0)",
    "ALTER TABLE shop.products ALTER id TYPE bigint",
)


def test_a_proof_with_rows_sees_them_survive_and_come_back(fresh_url: FreshUrl) -> None:
    proof = prove(*_planned(fresh_url, *GONE))
    assert _failed(proof) == []
    assert [check.name for check in proof.checks[-3:]] == [
        "rows survive up", "rows survive down", "what was salvaged comes back"
    ]  # fmt: skip
    assert "planning again is empty" in {check.name for check in proof.checks}


def test_rows_of_partitions_that_are_let_go_stay_when_the_whole_is_dropped(fresh_url: FreshUrl) -> None:
    assert _failed(prove(*_planned(fresh_url, *APART), rows=5)) == []


@pytest.mark.older
def test_the_same_on_an_older_server(fresh_older_url: FreshUrl) -> None:
    assert _failed(prove(*_planned(fresh_older_url, *GONE), rows=5)) == []


def test_rows_that_a_plan_takes_away_silently_are_seen(fresh_url: FreshUrl) -> None:
    way, before, after, rehearsal = _planned(fresh_url, "ALTER TABLE shop.orders ALTER placed DROP DEFAULT")
    silent = Step(
        "alter",
        way.up[0].facts,
        (
            "DELETE FROM shop.items",
            "UPDATE shop.customers SET name = upper(name)",
            "DELETE FROM shop.events_2024",
        ),
    )
    up = prove(replace(way, up=(*way.up, silent)), before, after, rehearsal, rows=5)
    (failed, found), (other, _) = _failed(up)
    assert (failed, other) == ("rows survive up", "rows survive down")
    assert {line.partition(":")[0] for line in found} == {"shop.items", "shop.customers", "shop.events_2024"}
    down = prove(replace(way, down=(*way.down, silent)), before, after, rehearsal, rows=5)
    assert [name for name, _ in _failed(down)] == ["rows survive down"]


def test_without_salvage_the_plan_says_what_does_not_come_back(fresh_url: FreshUrl) -> None:
    old, _ = shop(fresh_url)
    new, _ = shop(fresh_url, ["ALTER TABLE shop.orders DROP COLUMN note"])
    before, after, rehearsal = read(old), read(new), Rehearsal(old)
    proof = prove(plan(before, after, version=version(old), shadow=rehearsal), before, after, rehearsal, rows=5)
    assert _failed(proof) == []
    assert proof.checks[-1].found == ("column shop.orders.note does not come back",)


def test_a_step_that_may_fail_is_tried_without_the_rows_in_its_way(fresh_url: FreshUrl) -> None:
    proof = prove(*_planned(fresh_url, "ALTER TABLE shop.orders ALTER note SET NOT NULL"), rows=30)
    assert _failed(proof) == []


def test_a_proof_tells_how_far_it_is_and_ends_when_it_is_cancelled(fresh_url: FreshUrl) -> None:
    told: list[tuple[int, int, str]] = []
    cancel = threading.Event()

    def progress(done: int, total: int, words: str) -> None:
        told.append((done, total, words))
        if words == "planning again":
            cancel.set()

    planned = _planned(fresh_url, "ALTER TABLE shop.orders ALTER note SET NOT NULL")
    with pytest.raises(Cancelled):
        prove(*planned, progress=progress, cancel=cancel)
    assert [done for done, _, _ in told] == list(range(len(told)))
    assert "up: alter column shop.orders.note" in {words for _, _, words in told}
