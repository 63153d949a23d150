"""Foreign tables below tables that are filled: their rows are elsewhere, and nobody reads or empties them."""

from __future__ import annotations

from pathlib import Path

import pytest

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample import fill
from tests.designer_kernel.catalog.databases import load
from tests.designer_kernel.sample.databases import create, one

CORPUS = Path(__file__).parents[2] / "catalog/corpora/foreign_table.sql"
SERVER = "CREATE FOREIGN DATA WRAPPER dummy; CREATE SERVER elsewhere FOREIGN DATA WRAPPER dummy;"


def test_the_corpus_is_filled_and_added_to(database_url: str) -> None:
    load(database_url, CORPUS.read_text("utf-8"))
    done = fill(database_url, scale=0.02)
    assert one(database_url, "SELECT count(*) FROM ONLY parent") > 0
    assert done.plan.tables["public", "p"].rows == 0
    assert done.plan.tables["public", "p"].reason == "rows of public.p_1, public.p_2, public.p_rest are elsewhere"
    before = one(database_url, "SELECT count(*) FROM ONLY parent")
    fill(database_url, scale=0.02, mode="append", seed=1)
    assert one(database_url, "SELECT count(*) FROM ONLY parent") > before


@pytest.mark.parametrize("connections", [1, 2])
@pytest.mark.parametrize("url", ["database_url", pytest.param("older_url", marks=pytest.mark.older)])
def test_statistics_do_not_read_foreign_tables(url: str, connections: int, request: pytest.FixtureRequest) -> None:
    address = request.getfixturevalue(url)
    create(
        address,
        SERVER
        + """
        CREATE TABLE parent (id int PRIMARY KEY, name text);
        CREATE TABLE child () INHERITS (parent);
        CREATE FOREIGN TABLE grandchild () INHERITS (child) SERVER elsewhere;
        """,
    )
    done = fill(address, rows={"parent": 30, "child": 20}, connections=connections)
    assert one(address, "SELECT count(*) FROM ONLY parent") == 30
    notes = [note for note in done.notes if "foreign" in note]
    assert len(notes) == 1
    assert notes[0].startswith("foreign tables inherit from public.child, public.parent: statistics stay as they were")


def test_a_table_with_a_foreign_partition_is_refused_by_name(database_url: str) -> None:
    create(
        database_url,
        SERVER
        + """
        CREATE TABLE p (id int NOT NULL) PARTITION BY LIST (id); CREATE TABLE p_1 PARTITION OF p FOR VALUES IN (1);
        CREATE TABLE p_2 PARTITION OF p FOR VALUES IN (2) PARTITION BY HASH (id);
        CREATE FOREIGN TABLE p_2_0 PARTITION OF p_2 FOR VALUES WITH (MODULUS 1, REMAINDER 0) SERVER elsewhere;
        """,
    )
    with pytest.raises(SamplePlanError, match=r"public\.p_2_0 is a foreign table") as refused:
        fill(database_url, tables=["p"])
    assert refused.value.where == "public.p"
