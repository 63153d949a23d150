"""Schemas that nobody thought of: each is filled, with every constraint on."""

from __future__ import annotations

import pytest

from designer_kernel.sample import fill
from tests.designer_kernel.sample.databases import contents, create, not_valid, schema_hash
from tests.designer_kernel.sample.schemas import random_schema


@pytest.mark.parametrize("seed", range(24))
def test_a_random_schema_is_filled(clean_url: str, seed: int) -> None:
    create(clean_url, random_schema(seed))
    before = schema_hash(clean_url)
    filling = fill(clean_url, scale=0.2, seed=seed)
    rows = {name: count for name, (count, _) in contents(clean_url).items()}
    assert rows == {t.label: t.rows for t in filling.plan.tables.values()}
    assert min(rows.values()) > 0
    assert schema_hash(clean_url) == before
    assert not_valid(clean_url) == []
