"""A script of 68 statements of which 17 fail: each comes to be, or is explained with a mend; mended, all deploys."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.render import script as render
from designer_kernel.design.lower import lower
from designer_kernel.exchange.sql import import_sql, read_script
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.introspect import introspect
from designer_kernel.postgres.script import run

PATIENT = Path(__file__).with_name("patient.sql")


@pytest.fixture(scope="module")
def reading(server):
    return read_script(PATIENT.read_text(), server=server)


@pytest.fixture(scope="module")
def mended(reading):
    return reading.mended("all")


def test_run_as_it_is_seventeen_of_its_statements_fail(server, database_url):
    from designer_kernel.exchange.sql.splitting import split

    pieces = split(PATIENT.read_text())
    assert len(pieces) == 68
    failed = 0
    with psycopg.connect(database_url, autocommit=True) as connection:
        for piece in pieces:
            try:
                connection.execute(piece.sql.encode())
            except psycopg.Error:
                failed += 1
    assert failed == 17


def test_order_is_found(reading):
    retried = [outcome for outcome in reading.outcomes if outcome.state == "ran after retry"]
    assert [outcome.number for outcome in retried] == [2, 3, 4, 5]
    assert "made later, in line" in retried[0].message


def test_each_failure_has_line_column_message_and_mend(reading):
    assert reading.counts == {"ran": 51, "ran after retry": 4, "failed": 13}
    for outcome in reading.failed:
        assert outcome.line > 1
        assert outcome.message
        assert outcome.sqlstate
        assert not outcome.mends[0].is_last_resort
        assert outcome.mends[0].explanation
    found = {outcome.number: outcome.mends[0].id for outcome in reading.failed}
    assert found == {
        6: "add-role:signed_in_shopper", 7: "add-role:signed_in_shopper", 8: "add-role:signed_in_shopper",
        44: "declare-partitioned:events", 45: "declare-partitioned:events", 46: "declare-partitioned:page_views",
        47: "declare-partitioned:products", 48: "declare-partitioned:products",
        57: "add-role:signed_in_shopper", 58: "add-role:signed_in_shopper",
        59: "without-extension:pgcrypto", 66: "add-unique-index:product_analytics",
        67: "add-extension:pg_stat_statements",
    }  # fmt: skip


def test_with_all_mends_nothing_fails(mended):
    assert mended.failed == ()
    partitioned = {key.path[-1] for key, fact in mended.catalog.items() if getattr(fact, "partition_by", "")}
    assert partitioned == {"events", "page_views", "products"}


def test_second_round_finds_what_the_first_hid(mended):
    ids = [mend.id for mend in mended.applied]
    assert {
        "write-uuid:products_tenant_1", "write-uuid:products_tenant_2", "rename-columns:slow_queries",
        "drop-duplicate:tenant_isolation_products@181", "drop-duplicate:tenant_isolation_orders@183",
    } <= set(ids[7:])  # fmt: skip


def test_losses_of_a_mend_are_told(mended):
    products = next(mend for mend in mended.applied if mend.id == "declare-partitioned:products")
    assert "(id, tenant_id)" in products.explanation
    assert "order_items has no tenant_id" in products.explanation


def test_mended_catalog_deploys_into_an_empty_database(mended, database_url):
    # rolled back, since roles belong to the whole server
    with connect(database_url) as connection, connection.transaction(force_rollback=True):
        run(connection, render(mended.catalog))
        assert differences(mended.catalog, introspect(connection)) == []


def test_mended_script_runs_from_top_to_bottom(mended, database_url):
    with connect(database_url) as connection:
        connection.execute(mended.script().encode())
        assert differences(mended.catalog, introspect(connection)) == []
        connection.rollback()


def test_design_of_it_keeps_everything(server):
    imported = import_sql(PATIENT, server=server, mends="all")
    assert imported.design.name == "patient"
    assert {loss.kind for loss in imported.losses.of("changed", "refused")} <= {"mend", "statement", "data"}
    assert differences(imported.reading.catalog, lower(imported.design)) == []


def test_each_mend_of_it_is_in_the_loss_report(server, mended):
    told = [loss for loss in import_sql(PATIENT, server=server, mends="all").losses if loss.kind == "mend"]
    assert {loss.outcome for loss in told} == {"changed"}
    assert {loss.reason for loss in told} == {f"{mend.title}: {mend.explanation}" for mend in mended.applied}
    reasons = {loss.object: loss.reason for loss in told}
    assert "fail until the server has it" in reasons["create extension pgcrypto"]
    products = next(loss.reason for loss in told if "declare products" in loss.reason)
    assert "becomes (id, tenant_id)" in products
    assert "→ products goes" in products


def test_design_of_it_as_it_is_tells_each_failure(server):
    imported = import_sql(PATIENT, server=server)
    refused = imported.losses.of("refused")
    assert len(refused) == 13
    assert "mend: add the role signed_in_shopper" in refused.entries[0].reason
    assert refused.entries[0].object.startswith("create policy tenant_isolation_products")


def test_one_mend_alone(reading):
    once = reading.mended(["add-role:signed_in_shopper"])
    assert {key.path[-1] for key in once.catalog if key.kind == "policy"} == {
        "tenant_isolation_products", "tenant_isolation_orders", "tenant_isolation_payments",
    }  # fmt: skip
    assert once.counts["failed"] == 10
