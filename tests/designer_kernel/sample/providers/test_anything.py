"""Values of any type: believable by name where a name says something, and in agreement with the rest of the row."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

from collections.abc import Iterator

import pytest

from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.sample import Filling, fill
from tests.designer_kernel.sample.databases import ask, create, one

TABLES = """
    CREATE TYPE place AS (street text, city text, postal_code text, since date);
    CREATE DOMAIN percent AS int CHECK (VALUE BETWEEN 0 AND 100);
    CREATE TABLE posts (
        id uuid PRIMARY KEY DEFAULT uuidv7(), title text NOT NULL, body text, created_at timestamptz NOT NULL,
        search tsvector NOT NULL, home place NOT NULL, emails text[] NOT NULL, shares percent[] NOT NULL,
        tags text[] NOT NULL, stay daterange NOT NULL, slots tstzmultirange NOT NULL, lapse interval NOT NULL
    );
    CREATE TABLE replies (id int PRIMARY KEY, post_id uuid NOT NULL REFERENCES posts, created_at timestamptz NOT NULL);
    CREATE TABLE plain (id uuid PRIMARY KEY DEFAULT uuidv7(), label text NOT NULL);
    CREATE TABLE scans (id int PRIMARY KEY, picture xml, label text NOT NULL);
"""


@pytest.fixture(scope="module")
def posts(server: EmbeddedServer) -> Iterator[tuple[str, Filling]]:
    """The filled tables: their URL and the result."""
    url = create(server.ensure_database("sample_anything"), TABLES)
    yield url, fill(url, rows={"posts": 2_000, "replies": 4_000, "plain": 500}, seed=2)
    server.drop_database("sample_anything")


NONE = {
    "a UUID of version 7 tells when the row came to be": """SELECT count(*) FROM posts
        WHERE abs(extract(epoch FROM uuid_extract_timestamp(id) - created_at)) > 0.001 OR uuid_extract_version(id) <> 7""",
    "without such a column its time grows": """SELECT count(*) FROM (SELECT uuid_extract_timestamp(id) <= lag(uuid_extract_timestamp(id))
        OVER (ORDER BY ctid) AS back FROM plain) p WHERE back""",
    "children refer to them": """SELECT count(*) FROM replies r JOIN posts p ON p.id = r.post_id WHERE r.created_at < p.created_at""",
    "a row is found by its words": """SELECT count(*) FROM posts WHERE NOT search @@ plainto_tsquery('simple', replace(title, '-', ' '))""",
    "text vectors hold what the row says": """SELECT count(*) FROM posts
        WHERE tsvector_to_array(search) <> tsvector_to_array(to_tsvector('simple', regexp_replace(title || ' ' || coalesce(body, ''), '[^[:alnum:]]+', ' ', 'g')))""",
    "fields of rows are what their names say": """SELECT count(*) FROM posts WHERE (home).city !~ '^[[:upper:]]|[^\\x01-\\x7f]'
        OR (home).street !~ '[0-9]' OR (home).since NOT BETWEEN '2020-01-01' AND '2026-12-31'""",
    "elements are what their names say": "SELECT count(*) FROM posts, unnest(emails) e WHERE e !~ '^[^@ ]+@[^@ ]+$'",
    "elements keep the checks of their domain": "SELECT count(*) FROM posts, unnest(shares) s WHERE s NOT BETWEEN 0 AND 100",
    "elements differ": "SELECT count(*) FROM posts WHERE cardinality(tags) <> (SELECT count(DISTINCT t) FROM unnest(tags) t)",
    "ranges are short": "SELECT count(*) FROM posts WHERE upper(stay) - lower(stay) NOT BETWEEN 1 AND 14",
}


@pytest.mark.parametrize("law", list(NONE))
def test_no_row_contradicts(posts: tuple[str, Filling], law: str) -> None:
    assert one(posts[0], NONE[law]) == 0


def test_intervals_have_months_days_and_hours(posts: tuple[str, Filling]) -> None:
    query = "SELECT count(*) FILTER (WHERE lapse::text ~ %s) FROM posts"
    assert all(one(posts[0], query, word) > 100 for word in ("mon|year", "day", ":"))
    assert ask(posts[0], "SELECT count(DISTINCT lapse) > 50 FROM posts") == [(True,)]


def test_what_the_server_cannot_hold_is_said(posts: tuple[str, Filling]) -> None:
    url, filling = posts
    assert one(url, "SELECT count(picture) FROM scans") == 0
    assert any("public.scans.picture stays NULL" in note for note in filling.plan.notes)


def test_a_column_that_gets_no_values_is_said(clean_url: str) -> None:
    create(clean_url, "CREATE TABLE t (id int PRIMARY KEY, a aclitem, v int2vector DEFAULT '1 2')")
    filling = fill(clean_url, rows={"t": 20})
    assert ask(clean_url, "SELECT count(*), count(a), count(v) FROM t") == [(20, 0, 20)]
    notes = " ".join(filling.plan.notes)
    assert "public.t.a stays NULL: no values are known for aclitem" in notes
    assert "public.t.v takes its default" in notes


def test_ends_follow_beginnings_by_a_believable_length(clean_url: str) -> None:
    script = """
        CREATE TABLE shifts (id int PRIMARY KEY, starts_at timestamptz NOT NULL, ends_at timestamptz NOT NULL, break_length interval NOT NULL);
        CREATE TABLE bookings (id int PRIMARY KEY, check_in date NOT NULL, check_out date NOT NULL, notice_period interval NOT NULL);
        CREATE TABLE counters (id int PRIMARY KEY, opens_at time NOT NULL, closes_at time NOT NULL, hired_on date NOT NULL, left_on date);
    """
    create(clean_url, script)
    fill(clean_url, rows={"shifts": 400, "bookings": 400, "counters": 400})
    for query in (
        "SELECT min(ends_at - starts_at) >= '15 minutes' AND max(ends_at - starts_at) < '9 hours' FROM shifts",
        "SELECT min(break_length) >= '5 minutes' AND max(break_length) <= '90 minutes' FROM shifts",
        "SELECT min(check_out - check_in) = 1 AND max(check_out - check_in) = 14 FROM bookings",
        "SELECT min(notice_period) >= '7 days' AND max(notice_period) <= '84 days' FROM bookings",
        "SELECT bool_and(opens_at < closes_at) AND min(opens_at) >= '06:00' FROM counters",
        "SELECT bool_and(left_on >= hired_on) AND count(left_on) BETWEEN 1 AND 100 FROM counters",
    ):
        assert one(clean_url, query) is True, query
