"""Targets that distribute tables by a column: parts end where the rows under one of its values do.

Citus itself is not here. What it says of its tables is a catalog of a known shape, which the test makes.
"""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

import psycopg
import pytest

from designer_kernel.sample import fill, plan
from designer_kernel.sample.loading.distribution import keys_of
from designer_kernel.sample.loading.parts import parts_of
from tests.designer_kernel.sample.databases import contents, create

SCRIPT = """
CREATE TABLE regions (id int PRIMARY KEY, name text);
CREATE TABLE tenants (id int PRIMARY KEY, region_id int NOT NULL REFERENCES regions, name text);
CREATE TABLE dropped_first (gone int, tenant_id int NOT NULL REFERENCES tenants, id bigint, PRIMARY KEY (tenant_id, id));
ALTER TABLE dropped_first DROP COLUMN gone;
CREATE TABLE pg_dist_partition (logicalrelid regclass, partmethod "char", partkey text, colocationid int, repmodel "char", autoconverged boolean);
INSERT INTO pg_dist_partition VALUES ('regions', 'n', NULL, 2, 't', false),
    ('tenants', 'h', '{VAR :varno 1 :varattno 1 :vartype 23 :vartypmod -1 :varcollid 0 :varlevelsup 0 :varnoold 1 :varoattno 1 :location -1}', 1, 's', false),
    ('dropped_first', 'h', '{VAR :varno 1 :varattno 2 :vartype 23 :vartypmod -1 :varcollid 0 :varlevelsup 0 :varnoold 1 :varoattno 2 :location -1}', 1, 's', false);
"""
WANTED = {"regions": 3, "tenants": 9, "dropped_first": 4000}


@pytest.mark.parametrize("url", ["clean_url", pytest.param("older_url", marks=pytest.mark.older)])
def test_parts_follow_the_column_that_a_target_distributes_by(url: str, request: pytest.FixtureRequest) -> None:
    address = request.getfixturevalue(url)
    create(address, SCRIPT)
    with psycopg.connect(address) as connection:
        keys = keys_of(connection)
    assert keys == ((("public", "dropped_first"), "tenant_id"), (("public", "tenants"), "id"))
    tables = list(WANTED)
    made = plan(address, rows=WANTED, tables=tables)
    table = made.tables["public", "dropped_first"]
    tenants = made.frame("dropped_first").column("tenant_id").data.tolist()
    cuts = [part.start for part in parts_of(made, 600, None, keys) if part.table == table.name and part.start]
    assert len(cuts) >= 6
    begins = {row for row in range(1, table.rows) if tenants[row] != tenants[row - 1]}
    whole = [cut for cut in cuts if cut in begins]
    assert len(whole) >= 4
    assert whole != [part.start for part in parts_of(made, 600) if part.table == table.name and part.start in begins]
    fill(address, rows=WANTED, tables=tables)
    first = contents(address)
    fill(address, rows=WANTED, tables=tables, mode="replace", connections=2, part=600)
    assert contents(address) == first


def test_a_table_of_that_name_that_is_another_is_left_alone(clean_url: str) -> None:
    create(clean_url, "CREATE TABLE pg_dist_partition (id int); CREATE TABLE t (id int PRIMARY KEY)")
    with psycopg.connect(clean_url, autocommit=True) as connection:
        assert keys_of(connection) == ()
        connection.execute("DROP TABLE pg_dist_partition; CREATE VIEW pg_dist_partition AS SELECT 1 / 0 AS x")
        assert keys_of(connection) == ()
