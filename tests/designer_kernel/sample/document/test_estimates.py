"""Estimates beside what a server takes: bytes within a factor of three whatever the types, seconds by its own speed."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from designer_kernel.sample import fill, plan
from designer_kernel.sample.document.estimates import RESTS_ON, Rates, estimated
from designer_kernel.sample.loading import calibration
from tests.designer_kernel.sample.databases import create, one

SCRIPT = """
CREATE TABLE narrow (id int PRIMARY KEY);
CREATE TABLE numbers (id bigint PRIMARY KEY, a smallint, b numeric(12, 2), c double precision, d int UNIQUE);
CREATE TABLE words (id uuid PRIMARY KEY, title text NOT NULL, body text NOT NULL, tags text[] NOT NULL, code varchar(12) UNIQUE);
CREATE TABLE documents (id bigint PRIMARY KEY, doc jsonb NOT NULL, at timestamptz NOT NULL, span tstzrange, ip inet, flag boolean, spot point);
CREATE INDEX ON documents USING gin (doc); CREATE INDEX ON words USING gin (tags); CREATE INDEX ON documents (at, flag);
CREATE TABLE links (a bigint NOT NULL REFERENCES documents, b int NOT NULL REFERENCES narrow, PRIMARY KEY (a, b), note text);
CREATE TABLE empty_ones (id int PRIMARY KEY, blob bytea, note text);
CREATE TABLE sparse (id int PRIMARY KEY, a text, b text, c text, d timestamptz, e numeric, f jsonb);
"""
ROWS = {
    "narrow": 4000,
    "numbers": 6000,
    "words": 4000,
    "documents": 5000,
    "links": 8000,
    "empty_ones": 1,
    "sparse": 3000,
}


@pytest.fixture(autouse=True)
def _nothing_is_known() -> Iterator[None]:
    """Let no fill of another test say how fast the server is, nor one of these say it to others."""
    calibration.forget()
    yield
    calibration.forget()


@pytest.mark.parametrize("url", ["clean_url", pytest.param("older_url", marks=pytest.mark.older)])
def test_bytes_are_right_within_a_factor_of_three(url: str, request: pytest.FixtureRequest) -> None:
    address = request.getfixturevalue(url)
    create(address, SCRIPT)
    done = fill(address, rows=ROWS)
    for name, estimate in done.plan.estimate.tables.items():
        size = one(address, f"SELECT pg_total_relation_size('{name[1]}')")
        assert 1 / 3 < estimate.bytes / size < 3, name
    total = one(
        address,
        "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    )
    assert 1 / 2 < done.plan.estimate.bytes / int(total) < 2


def test_seconds_go_by_the_server_and_say_so(clean_url: str) -> None:
    create(clean_url, SCRIPT)
    made = plan(clean_url, rows=ROWS)
    assert made.rates is not None
    assert f"{calibration.ROWS:,} rows, sent to a temporary table of this server" in made.estimate.rests_on
    unknown = estimated(replace(made, rates=None))
    assert unknown.rests_on == RESTS_ON
    assert made.estimate.seconds == pytest.approx(unknown.seconds * made.rates.factor)
    assert plan(clean_url, rows=ROWS).rates is made.rates  # measured once
    assert made == replace(made, rates=None)  # it decides no row
    assert one(clean_url, "SELECT count(*) FROM pg_class WHERE relname = 'schema_designer_rate'") == 0


def test_seconds_are_corrected_by_what_a_fill_took(clean_url: str) -> None:
    create(clean_url, SCRIPT)
    done = fill(clean_url, rows=ROWS)
    with psycopg.connect(clean_url, autocommit=True) as connection:
        calibration.learn(connection, done)
        before = plan(clean_url, rows=ROWS).rates
        assert before is not None
        assert "temporary table" in before.known_by  # a short fill says nothing
        expected = estimated(replace(done.plan, rates=None)).seconds
        many = tuple(replace(table, rows=100_000) for table in done.tables)
        calibration.learn(connection, replace(done, tables=many, loading=1 + 2 * expected, constraining=expected))
    after = plan(clean_url, rows=ROWS)
    assert after.rates == Rates(pytest.approx(3 + 1 / expected), after.rates.known_by if after.rates else "")
    assert "the last fill of this server sent 700,000 rows" in after.estimate.rests_on
    calibration.forget()
    assert plan(clean_url, rows=ROWS).rates != after.rates


def test_a_server_that_cannot_be_measured_leaves_the_usual_rates(clean_url: str) -> None:
    create(clean_url, SCRIPT)
    name = one(clean_url, "SELECT current_database()")
    create(clean_url, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    try:
        made = plan(clean_url)
        assert made.rates is None
        assert made.estimate.rests_on == RESTS_ON
    finally:
        with psycopg.connect(clean_url, autocommit=True, options="-c default_transaction_read_only=off") as connection:
            connection.execute(f"ALTER DATABASE {name} RESET default_transaction_read_only".encode())
