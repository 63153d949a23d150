"""A fill in many transactions gives the rows of one in one, over however many connections, and leaves nothing else."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from typing import Any

import pytest

from designer_kernel import sample
from designer_kernel.errors import SamplePlanError
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.sample import FillEvent, fill
from designer_kernel.sample.loading import crews, preparing
from tests.designer_kernel.sample.databases import contents, create, not_valid, one, schema_hash
from tests.designer_kernel.sample.loading.shop import PART, ROWS, SHOP, has_journal, modes
from tests.designer_kernel.sample.schemas import random_schema


@pytest.fixture
def shop(clean_url: str) -> str:
    """An empty shop."""
    return create(clean_url, SHOP)


@pytest.fixture(scope="module")
def undisturbed(server: EmbeddedServer) -> Iterator[tuple[dict[str, tuple[int, str]], Any]]:
    """What a fill in one transaction leads to."""
    url = create(server.ensure_database("sample_undisturbed"), SHOP)
    before = schema_hash(url), modes(url)
    filling = fill(url, rows=ROWS, seed=3)
    assert (schema_hash(url), modes(url)) == before
    assert not_valid(url) == []
    yield contents(url), filling
    server.drop_database("sample_undisturbed")


def test_one_transaction_builds_the_keys_of_partitions_afterwards(undisturbed: tuple[Any, Any]) -> None:
    names = {c.name: c.kind for c in undisturbed[1].constraints}
    assert names["public.events.events_pkey"] == "key"
    assert names["public.events_new_1.Strange name"] == "index"
    assert names["public.orders.orders_parent_id_fkey"] == "foreign key"


@pytest.mark.parametrize("seed", [301, 304])
def test_parts_give_the_same_rows_of_any_schema(clean_url: str, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "WORTHWHILE", 30)  # so that keys come off
    create(clean_url, random_schema(seed))
    before = schema_hash(clean_url)
    fill(clean_url, seed=seed, scale=0.5)
    alone = contents(clean_url)
    assert schema_hash(clean_url) == before
    fill(clean_url, seed=seed, scale=0.5, mode="replace", resumable=True, part=70)
    assert (schema_hash(clean_url), contents(clean_url)) == (before, alone)


def test_each_batch_tells_its_rate_and_what_is_left(shop: str) -> None:
    told: list[FillEvent] = []
    filling = fill(shop, rows=ROWS, seed=3, connections=2, part=PART, events=told.append)
    rows = [event for event in told if event.stage == "rows"]
    last = {event.name: event for event in rows}
    assert {name: (event.done, event.total) for name, event in last.items()} == {
        f"public.{name}": (count, count) for name, count in ROWS.items() if count
    }
    assert all(event.rows_per_second > 0 and event.seconds_left is not None for event in rows)
    assert rows[0].seconds_left > rows[-1].seconds_left == 0
    assert {event.stage for event in told} >= {"rows", "indexes", "statistics", "foreign keys", "views"}
    frame = filling.constraints_frame()
    assert list(frame.columns) == ["name", "kind", "seconds"]
    assert set(frame["kind"]) == {"key", "index", "foreign key"}
    assert frame["seconds"].is_monotonic_decreasing


def test_processes_that_do_not_start_are_done_without(
    shop: str, undisturbed: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(crews, "_START", "raise SystemExit(1)")
    fill(shop, rows=ROWS, seed=3, connections=3, part=PART)
    assert contents(shop) == undisturbed[0]


def test_functions_that_cannot_travel_are_told(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)  # the extra whose way of sending functions is used if there
    before = schema_hash(shop), contents(shop)

    @sample.provider("local thing")
    def local(view: sample.RowView) -> list[str]:
        return [f"thing {number}" for number in view.rows]

    hints = {"tables": {"log": {"columns": {"what": {"provider": "local thing"}}}}}
    with pytest.raises(SamplePlanError, match="other processes") as caught:
        fill(shop, rows={**ROWS, "log": 5}, hints=hints, connections=2)
    assert "module" in caught.value.mend
    assert (schema_hash(shop), contents(shop)) == before


@pytest.mark.parametrize("connections", [1, 2, 3])
def test_parts_give_the_same_rows(shop: str, undisturbed: tuple[Any, Any], connections: int) -> None:
    before = schema_hash(shop), modes(shop)
    filling = fill(shop, rows=ROWS, seed=3, connections=connections, resumable=True, part=PART)
    assert contents(shop) == undisturbed[0]
    assert (schema_hash(shop), modes(shop)) == before
    assert not_valid(shop) == []
    assert not has_journal(shop)
    assert {c.name for c in filling.constraints} == {c.name for c in undisturbed[1].constraints}
    assert filling.rows == undisturbed[1].rows
    assert one(shop, "SELECT sum(total) FROM revenue") == one(shop, "SELECT sum(total) FROM orders")
    assert one(shop, "SELECT nextval('customers_id_seq') > (SELECT max(id) FROM customers)")
