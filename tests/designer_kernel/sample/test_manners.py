"""Constraints in the manner of ten well-known public schemas: every row loads, and the schema is what it was."""

from __future__ import annotations

import pytest

from designer_kernel.sample import fill
from tests.designer_kernel.sample.databases import contents, create, not_valid, schema_hash
from tests.designer_kernel.sample.manners import MANNERS


@pytest.mark.parametrize("name", MANNERS)
def test_a_schema_in_the_manner_of_others_is_filled(clean_url: str, name: str) -> None:
    create(clean_url, f"SET client_min_messages = error; CREATE EXTENSION IF NOT EXISTS btree_gist; {MANNERS[name]}")
    before = schema_hash(clean_url)
    done = fill(clean_url, scale=0.05)
    found = contents(clean_url)
    assert {label: rows for label, (rows, _) in found.items()} == {t.label: t.rows for t in done.plan.tables.values()}
    assert all(rows for rows, _ in found.values())
    assert not_valid(clean_url) == []
    assert schema_hash(clean_url) == before


@pytest.mark.older
def test_bookings_of_tenants_are_filled_on_an_older_server(older_url: str) -> None:
    create(older_url, f"CREATE EXTENSION IF NOT EXISTS btree_gist; {MANNERS['bookings of tenants']}")
    done = fill(older_url)
    assert sum(rows for rows, _ in contents(older_url).values()) == done.plan.rows
    assert not_valid(older_url) == []
