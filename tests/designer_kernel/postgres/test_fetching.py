"""Rows of many queries: in order, over one connection or two that see the same, and errors reach who waits."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest

from designer_kernel.catalog.kinds.table import Table
from designer_kernel.postgres import fetching
from designer_kernel.postgres.fetching import Fetching, companion
from designer_kernel.postgres.introspect import introspect


@pytest.fixture
def reader(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection in a transaction that sees one snapshot."""
    with psycopg.connect(database_url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield connection
        connection.rollback()


@pytest.mark.parametrize("spare", [False, True])
def test_rows_come_in_the_order_of_the_queries(
    reader: psycopg.Connection[Any], spare: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "_LARGE", 0 if spare else 10**9)
    with companion(reader) as second:
        assert (second is not None) == spare
        connections = [reader] if second is None else [reader, second]
        queries = [f"SELECT {number}, %(word)s::text FROM pg_sleep(0.001)" for number in range(30)]
        with closing(Fetching(connections, queries, {"word": "x"}).rows()) as found:
            assert list(found) == [[(number, "x")] for number in range(30)]


def test_the_companion_sees_the_same_snapshot(
    reader: psycopg.Connection[Any], database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "_LARGE", 0)
    reader.execute("SELECT 1")
    with psycopg.connect(database_url, autocommit=True) as writer:
        writer.execute("CREATE TABLE later (a int)")
    with companion(reader) as second:
        assert second is not None
        assert second.execute("SELECT count(*) FROM pg_class WHERE relname = 'later'").fetchone() == (0,)
        with pytest.raises(psycopg.errors.ReadOnlySqlTransaction):
            second.execute("CREATE TABLE mine (a int)")


def test_under_another_role_there_is_no_companion(
    reader: psycopg.Connection[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "_LARGE", 0)
    reader.execute("SET LOCAL ROLE pg_read_all_data")
    with companion(reader) as second:
        assert second is None


@pytest.mark.older
def test_a_connection_that_leads_to_another_server_is_no_companion(
    reader: psycopg.Connection[Any], older_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fetching, "_LARGE", 0)
    elsewhere = psycopg.connect(older_url, autocommit=True)
    monkeypatch.setattr(fetching, "_connected", lambda _connection: elsewhere)
    with companion(reader) as second:
        assert second is None
    assert elsewhere.closed
    assert reader.execute("SELECT 1").fetchone() == (1,)


@pytest.mark.parametrize("place", [0, 7, 29])
def test_an_error_reaches_who_waits_and_the_connection_can_be_used_again(
    reader: psycopg.Connection[Any], place: int
) -> None:
    queries = ["SELECT 1"] * 30
    queries[place] = "SELECT 1 / 0"
    with (
        pytest.raises(psycopg.errors.DivisionByZero),
        closing(Fetching([reader], queries, {}).rows()) as found,
    ):
        list(found)
    reader.rollback()
    assert reader.execute("SELECT 1").fetchone() == (1,)


def test_who_stops_early_gets_the_connection_back(reader: psycopg.Connection[Any]) -> None:
    with closing(Fetching([reader], ["SELECT 1"] * 40, {}).rows()) as found:
        assert next(found) == [(1,)]
    assert reader.execute("SELECT 2").fetchone() == (2,)


def test_two_connections_read_what_one_reads(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE a (id int PRIMARY KEY); CREATE TABLE b (a_id int REFERENCES a)")
        connection.commit()
        one = introspect(connection)
        connection.rollback()
        monkeypatch.setattr(fetching, "_LARGE", 0)
        two = introspect(connection)
    assert (two, list(two)) == (one, list(one))
    assert [table.name for table in two.of(Table)] == ["a", "b"]
