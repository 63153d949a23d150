"""Queries return frames that keep what the database said, and cannot write."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime
from decimal import Decimal

import pytest

from designer_kernel.errors import Cancelled, InvalidSql, StatementFailed
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.query import query


@pytest.fixture
def shop_url(database_url):
    with connect(database_url) as connection:
        connection.execute(
            "CREATE TABLE item (id bigint, name text, price numeric(10,2), seen timestamptz, extra jsonb)"
        )
        connection.execute(
            "INSERT INTO item VALUES (1, 'tea', 2.50, '2024-03-01 12:00+02', '{\"a\": [1]}'),"
            " (NULL, NULL, NULL, NULL, NULL)"
        )
    return database_url


def test_types_keep_their_meaning(shop_url):
    frame = query(shop_url, "SELECT * FROM item ORDER BY id")
    assert [str(kind) for kind in frame.dtypes] == ["Int64", "str", "object", "datetime64[us, UTC]", "object"]
    first = frame.iloc[0]
    assert (first["id"], first["name"], first["price"]) == (1, "tea", Decimal("2.50"))
    assert first["seen"] == datetime(2024, 3, 1, 10, tzinfo=UTC)
    assert first["extra"] == {"a": [1]}
    assert frame.iloc[1].isna().all()


def test_no_rows_keep_their_columns(shop_url):
    frame = query(shop_url, "SELECT id, price, seen FROM item WHERE false")
    assert list(frame.columns) == ["id", "price", "seen"]
    assert len(frame) == 0
    assert frame.attrs["is_cut"] is False


def test_times_that_python_cannot_hold_come_as_text(shop_url):
    frame = query(
        shop_url, "SELECT 'infinity'::date AS d, 'infinity'::timestamptz AS t, '0044-03-15 BC'::timestamp AS s"
    )
    assert list(frame.iloc[0]) == ["infinity", "infinity", "0044-03-15 00:00:00 BC"]


def test_columns_of_one_name_are_numbered(shop_url):
    assert list(query(shop_url, "SELECT 1 AS a, 2 AS a, 3 AS a_2").columns) == ["a", "a_3", "a_2"]


def test_parameters_are_bound(shop_url):
    assert query(shop_url, "SELECT name FROM item WHERE id = %s", [1])["name"].tolist() == ["tea"]
    assert query(shop_url, "SELECT %(x)s::text AS x", {"x": "'; DROP TABLE item; --"})["x"].tolist() == [
        "'; DROP TABLE item; --"
    ]
    assert query(shop_url, "SELECT name FROM item WHERE name LIKE 't%'")["name"].tolist() == ["tea"]
    with pytest.raises(InvalidSql, match="parameters"):
        query(shop_url, "SELECT %s, %s", [1])


def test_limit_is_told(shop_url):
    frame = query(shop_url, "SELECT generate_series(1, 1000000) AS n", limit=10)
    assert frame["n"].tolist() == list(range(1, 11))
    assert frame.attrs["is_cut"] is True
    assert query(shop_url, "SELECT generate_series(1, 10)", limit=10).attrs["is_cut"] is False


@pytest.mark.parametrize("text", ["SHOW server_version", "EXPLAIN SELECT 1", "VALUES (1)", "TABLE item", "SELECT 1;"])
def test_all_that_reads_is_taken(shop_url, text):
    assert len(query(shop_url, text)) >= 1


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1; DROP TABLE item",
        "COMMIT; DELETE FROM item",
        "DELETE FROM item",
        "WITH gone AS (DELETE FROM item RETURNING *) SELECT * FROM gone",
        "SELECT * INTO other FROM item",
        "EXPLAIN ANALYZE DELETE FROM item",
        "EXPLAIN ANALYZE CREATE TABLE other AS SELECT 1",
        "SET TRANSACTION READ WRITE",
        "DO $$BEGIN DELETE FROM item; END$$",
        "COPY item TO '/tmp/x'",
        "PREPARE p AS SELECT 1",
        "",
        "no sql",
    ],
)
def test_all_that_is_no_single_query_is_refused(shop_url, text):
    with pytest.raises(InvalidSql):
        query(shop_url, text)
    assert query(shop_url, "SELECT count(*) AS n FROM item")["n"].tolist() == [2]


def test_functions_that_write_are_stopped_by_the_server(shop_url):
    with connect(shop_url) as connection:
        connection.execute("CREATE FUNCTION wipe() RETURNS integer LANGUAGE sql AS 'DELETE FROM item; SELECT 1'")
        connection.execute(
            "CREATE FUNCTION sly() RETURNS integer LANGUAGE plpgsql"
            " AS 'BEGIN SET TRANSACTION READ WRITE; DELETE FROM item; RETURN 1; END'"
        )
    for text in ("SELECT wipe()", "SELECT sly()", "SELECT set_config('transaction_read_only', 'off', true), wipe()"):
        with pytest.raises(StatementFailed):
            query(shop_url, text)
    assert query(shop_url, "SELECT count(*) AS n FROM item")["n"].tolist() == [2]


def test_errors_name_the_place(shop_url):
    with pytest.raises(StatementFailed) as caught:
        query(shop_url, "SELECT id,\n  nam FROM item")
    assert caught.value.position == (2, 3)
    assert caught.value.sqlstate == "42703"


def test_slow_queries_end(shop_url):
    started = time.monotonic()
    with pytest.raises(StatementFailed) as caught:
        query(shop_url, "SELECT pg_sleep(20)", timeout_ms=200)
    assert caught.value.sqlstate == "57014"
    assert time.monotonic() - started < 5


def test_queries_can_be_cancelled(shop_url):
    cancel = threading.Event()
    threading.Timer(0.3, cancel.set).start()
    started = time.monotonic()
    with pytest.raises(Cancelled):
        query(shop_url, "SELECT pg_sleep(20)", cancel=cancel)
    assert time.monotonic() - started < 5
