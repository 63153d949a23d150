"""The schema of 25 facts that tools lose, filled: every fact still holds, and workers change no row."""

from __future__ import annotations

from pathlib import Path

import pytest

from designer_kernel.sample import fill
from designer_kernel.sample.loading import preparing
from tests.designer_kernel.catalog.databases import load
from tests.designer_kernel.sample.databases import contents, disabled_triggers, not_valid, schema_hash

FACTS = Path(__file__).parents[1] / "catalog" / "corpora" / "facts25.sql"
SERVERS = ["database_url", pytest.param("older_url", marks=pytest.mark.older)]


def loaded(url: str) -> tuple[str, list[str]]:
    """Make the schema; returns what it is, and which triggers are disabled."""
    load(url, FACTS.read_text())
    return schema_hash(url), disabled_triggers(url)


@pytest.mark.parametrize("server_url", SERVERS)
@pytest.mark.parametrize("scale", [0.02, 1])
def test_all_rows_load_and_every_fact_stays(request: pytest.FixtureRequest, server_url: str, scale: float) -> None:
    url = request.getfixturevalue(server_url)
    before = loaded(url)
    filling = fill(url, scale=scale, seed=3)
    found = {name: rows for name, (rows, _) in contents(url).items()}
    assert found == {table.label: table.rows for table in filling.plan.tables.values()}
    assert min(found.values()) > 0
    report = filling.report(url)
    assert report.distributions
    assert report.odd == ()
    assert (schema_hash(url), disabled_triggers(url)) == before
    assert not_valid(url) == []


@pytest.mark.parametrize("server_url", SERVERS)
def test_one_two_and_three_workers_give_the_same_rows(
    request: pytest.FixtureRequest, server_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(preparing, "WORTHWHILE", 30)  # so that keys come off
    url = request.getfixturevalue(server_url)
    before = loaded(url)
    fill(url, seed=3, scale=0.1)
    alone = contents(url)
    for workers in (2, 3):
        fill(url, seed=3, scale=0.1, mode="replace", connections=workers, part=70)
        assert contents(url) == alone, workers
    fill(url, seed=4, scale=0.1, mode="replace")
    assert contents(url) != alone
    assert (schema_hash(url), disabled_triggers(url)) == before
