"""The most telling of the catalog's corpora, filled and added to: all constraints hold, and refusals are right."""

from __future__ import annotations

from pathlib import Path

import pytest

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample import fill
from tests.designer_kernel.catalog.databases import load
from tests.designer_kernel.sample.databases import contents, disabled_triggers, schema_hash

CATALOG = Path(__file__).parents[1] / "catalog"
FILLED = (
    "corpora/column", "corpora/fixed_points", "corpora/foreign_keys", "corpora/inheritance",
    "corpora/keys_15", "corpora/keys_18", "corpora/numeric_15", "corpora/publication_15", "corpora/ranges",
    "corpora/table_18", "golden/newest",
)  # fmt: skip
REFUSED = {
    "corpora/base_types": ("public.t.w", "nobody knows a value of a type that is written by its author"),
    "corpora/domains": ("public.uses.checked_row_check", "plans hold no composite values that a server judged"),
    "corpora/type_circles": ("public.tcirc.dcirc_check", "no row can exist: the check calls itself without end"),
}
"""What is named in the refusal, and why it is right."""


@pytest.mark.parametrize("name", FILLED)
def test_a_corpus_is_filled_and_added_to(name: str, database_url: str) -> None:
    load(database_url, (CATALOG / f"{name}.sql").read_text())
    before = schema_hash(database_url), disabled_triggers(database_url)
    done = fill(database_url, scale=0.02)
    assert sum(rows for rows, _ in contents(database_url).values()) >= done.plan.rows > 0
    fill(database_url, scale=0.02, mode="append", seed=1)
    assert (schema_hash(database_url), disabled_triggers(database_url)) == before


@pytest.mark.parametrize("name", REFUSED)
def test_a_corpus_that_cannot_be_filled_is_refused_by_name(name: str, database_url: str) -> None:
    load(database_url, (CATALOG / f"{name}.sql").read_text())
    with pytest.raises(SamplePlanError) as refused:
        fill(database_url, scale=0.02)
    assert refused.value.where == REFUSED[name][0]
    assert not any(rows for rows, _ in contents(database_url).values())
