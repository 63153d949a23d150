"""Statistics of a real database become hints, and no value of a person comes along."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

import pytest

from designer_kernel.design.sample_hints import RowsPer, RowsShare
from designer_kernel.sample import fill
from designer_kernel.sample.document.hints import to_yaml
from designer_kernel.sample.statistics import learn, learned
from tests.designer_kernel.sample.databases import ask, create, one

SHOP = """
CREATE TYPE state AS ENUM ('open', 'paid', 'gone');
CREATE TABLE users (id bigserial PRIMARY KEY, email text NOT NULL, town text, plan text NOT NULL, nickname varchar(30), score numeric(8, 2) NOT NULL, is_active boolean NOT NULL);
CREATE TABLE profiles (user_id bigint PRIMARY KEY REFERENCES users, theme text NOT NULL);
CREATE TABLE orders (id bigserial PRIMARY KEY, user_id bigint NOT NULL REFERENCES users, state state NOT NULL, quantity int NOT NULL, size text, colour text, note text, secret text);
CREATE TABLE never (id int);
CREATE STATISTICS both_of_them (mcv, dependencies) ON size, colour FROM orders;
COMMENT ON COLUMN orders.secret IS '@personal';
"""
ROWS = """
INSERT INTO users (email, town, plan, nickname, score, is_active) SELECT 'zaphod' || n || '@real.test', 'Magrathea', (ARRAY['free', 'free', 'free', 'pro'])[1 + n % 4], CASE WHEN n % 10 < 3 THEN 'nick' || n END, 100 + n * n / 1000.0, n % 10 > 0 FROM generate_series(1, 400) n;
INSERT INTO profiles SELECT id, 'dark' FROM users WHERE id % 4 > 0;
INSERT INTO orders (user_id, state, quantity, size, colour, note, secret) SELECT 1 + n % 400, (ARRAY['open', 'paid', 'paid', 'gone', 'paid'])[1 + n % 5]::state, 1 + n % 3, (ARRAY['S', 'L'])[1 + n % 2], (ARRAY['red', 'blue'])[1 + n % 2], 'Beeblebrox ' || n, 'Trillian' FROM generate_series(1, 1200) n;
INSERT INTO never VALUES (1);
"""


@pytest.fixture
def real(clean_url: str) -> str:
    """A real database that was analysed."""
    create(clean_url, SHOP)
    create(clean_url, ROWS)
    return create(clean_url, "ANALYZE users, profiles, orders")


def test_numbers_of_rows_keep_their_proportions(real: str) -> None:
    hints = learn(real, scale=0.5)
    assert hints.tables["users"].rows == 200
    assert hints.tables["profiles"].rows == RowsShare(share=0.75, of="users")
    assert hints.tables["orders"].rows == RowsPer(per="users", mean=3.0, spread="even")
    assert "never" not in hints.tables


def test_what_constraints_decide_is_left_to_them_in_any_schema(clean_url: str) -> None:
    create(
        clean_url,
        """CREATE SCHEMA shelf; CREATE TABLE shelf.books (id int PRIMARY KEY); CREATE TABLE shelf.films (id int PRIMARY KEY);
        CREATE TABLE shelf.notes (id int PRIMARY KEY, book_id int REFERENCES shelf.books, film_id int REFERENCES shelf.films,
          CHECK (num_nonnulls(book_id, film_id) = 1));
        INSERT INTO shelf.books SELECT generate_series(1, 40); INSERT INTO shelf.films SELECT generate_series(1, 40);
        INSERT INTO shelf.notes SELECT n, CASE WHEN n % 4 = 0 THEN n % 40 + 1 END, CASE WHEN n % 4 > 0 THEN n % 40 + 1 END
          FROM generate_series(1, 400) n;
        ANALYZE shelf.books, shelf.films, shelf.notes""",
    )
    found = learned(clean_url)
    create(clean_url, "DROP SCHEMA shelf CASCADE")
    assert not {"book_id", "film_id"} & set(found.hints.tables["notes"].columns)
    assert any("left to the constraints: notes.book_id" in note for note in found.notes)


def test_common_values_and_nulls_are_learned(real: str) -> None:
    columns = learn(real).tables["users"].columns
    assert columns["plan"].parameters == {"values": ["free", "pro"], "weights": [0.75, 0.25]}
    assert columns["nickname"].nulls == pytest.approx(0.7, abs=0.02)
    bounds = columns["score"].parameters["bounds"]
    assert columns["score"].provider == "histogram"
    assert bounds[0] == 100
    assert bounds[-1] == 260
    assert len(bounds) <= 21
    assert learn(real).tables["orders"].columns["state"].parameters["weights"] == {
        "paid": 0.6,
        "open": 0.2,
        "gone": 0.2,
    }


def test_values_of_persons_stay_where_they_are(real: str) -> None:
    found = learned(real, personal=["orders.size"])
    text = to_yaml(found.hints) + "\n".join(found.notes)
    for value in ("zaphod", "Beeblebrox", "Trillian", "nick1", "- S"):
        assert value not in text
    withheld = next(note for note in found.notes if note.startswith("no values"))
    assert "public.orders.secret" in withheld
    assert "public.users.email" in withheld
    assert any("public.users.plan" in note for note in found.notes if note.startswith("values were taken"))
    assert "public.never was never analysed: ANALYZE it to learn of it" in found.notes


def test_a_fill_looks_like_what_was_learned(real: str, database_url: str) -> None:
    create(database_url, SHOP)
    fill(database_url, hints=learn(real), tables=["users", "profiles", "orders"])
    assert one(database_url, "SELECT count(*) FROM users") == 400
    assert one(database_url, "SELECT count(*) FROM profiles") == 300
    assert one(database_url, "SELECT count(*) FROM orders") == 1200
    assert one(database_url, "SELECT avg((plan = 'pro')::int)::float FROM users") == pytest.approx(0.25, abs=0.07)
    assert one(database_url, "SELECT avg((state = 'paid')::int)::float FROM orders") == pytest.approx(0.6, abs=0.07)
    assert set(ask(database_url, "SELECT DISTINCT size, colour FROM orders")) == {("S", "red"), ("L", "blue")}
    assert (
        100
        <= one(database_url, "SELECT min(score) FROM users")
        <= one(database_url, "SELECT max(score) FROM users")
        <= 260
    )


def check_that_no_row_is_read(url: str) -> None:
    """Take all rows away behind the statistics: the same is learned, and no table was scanned."""
    for table in ("users", "profiles", "orders"):  # a vacuum would write the statistics anew, without any row
        create(url, f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
    before = learn(url)
    scans = "SELECT sum(seq_scan + coalesce(idx_scan, 0))::int FROM pg_stat_user_tables"
    create(url, "DELETE FROM orders; DELETE FROM profiles; DELETE FROM users; SELECT pg_stat_force_next_flush()")
    scanned = one(url, scans)
    assert scanned > 0
    assert learn(url) == before
    create(url, "SELECT pg_stat_force_next_flush()")
    assert one(url, scans) == scanned


def test_no_row_is_read(real: str) -> None:
    check_that_no_row_is_read(real)


@pytest.mark.older
def test_no_row_of_an_older_server_is_read(older_url: str) -> None:
    create(older_url, SHOP)
    create(older_url, ROWS)
    check_that_no_row_is_read(create(older_url, "ANALYZE"))


@pytest.mark.older
def test_statistics_of_an_older_server_are_read(older_url: str) -> None:
    create(older_url, SHOP)
    create(older_url, ROWS)
    create(older_url, "ANALYZE")
    assert learn(older_url).tables["orders"].rows == RowsPer(per="users", mean=3.0, spread="even")
