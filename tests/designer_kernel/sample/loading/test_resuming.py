"""A fill that was killed, wherever that was, goes on and ends with the same rows; or it is undone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from designer_kernel.errors import Cancelled, SamplePlanError
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.sample import fill
from designer_kernel.sample.fill import abandon
from tests.designer_kernel.sample.databases import contents, create, not_valid, one, schema_hash
from tests.designer_kernel.sample.loading.killed import killed_fill
from tests.designer_kernel.sample.loading.shop import PART, ROWS, SHOP, has_journal, modes

OPTIONS: dict[str, Any] = {"rows": ROWS, "seed": 3, "resumable": True, "part": PART}
State = tuple[dict[str, tuple[int, str]], str, Any]


def state(url: str) -> State:
    """Return everything that must be as it was."""
    return contents(url), schema_hash(url), modes(url)


@pytest.fixture
def shop(clean_url: str) -> str:
    """An empty shop."""
    return create(clean_url, SHOP)


@pytest.fixture(scope="module")
def undisturbed(server: EmbeddedServer) -> Iterator[State]:
    """What a fill that nobody disturbs leads to."""
    url = create(server.ensure_database("sample_undisturbed_2"), SHOP)
    fill(url, rows=ROWS, seed=3)
    yield state(url)
    server.drop_database("sample_undisturbed_2")


POINTS = {
    "after constraints are off": ("public.", 0, 0),
    "between parts": ("public.events", 14_000, 0),
    "within a part": ("public.", 30_000, 0.003),
    "at an index": ("building public.orders.orders_by_time", 0, 0),
    "within an index": ("building public.orders.orders_pkey", 0, 0.004),
    "at the partitions": ("building public.events_new_1", 0, 0),
    "at the whole of partitions": ("building public.events.", 0, 0),
    "at statistics": ("statistics", 0, 0),
    "within foreign keys": ("checking ", 0, 0.004),
    "at views": ("refreshing", 0, 0),
}


@pytest.mark.parametrize(("label", "after", "delay"), POINTS.values(), ids=POINTS)
def test_the_same_call_goes_on(shop: str, undisturbed: State, label: str, after: int, delay: float) -> None:
    killed_fill(shop, label, after=after, delay=delay, **OPTIONS)
    assert has_journal(shop)
    filling = fill(shop, **OPTIONS)
    assert any("went on with the fill" in note for note in filling.notes)
    assert state(shop) == undisturbed
    assert not_valid(shop) == []
    assert not has_journal(shop)
