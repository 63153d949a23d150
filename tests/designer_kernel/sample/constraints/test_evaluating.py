"""Our evaluation of checks is the server's: on the same rows both say the same."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

import numpy as np
import psycopg
import pytest

from designer_kernel.postgres.introspect import introspect
from designer_kernel.sample import fill
from designer_kernel.sample.constraints import conditions, evaluating
from designer_kernel.sample.constraints.nodes import Unreadable
from designer_kernel.sample.rows.frame import Frame
from tests.designer_kernel.sample.databases import ask, create

TABLE = """
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE t (id int PRIMARY KEY, a int, b int NOT NULL, p numeric(10,2), q numeric(8,3) NOT NULL, f float, s text, k boolean,
                d date, m timestamptz NOT NULL, u uuid, o mood NOT NULL, t time)
"""
EXPRESSIONS = [
    "a > b", "a >= 500 AND b < 500", "a > 500 OR p > 300", "NOT (a > 500)", "a IS NULL", "a IS NOT NULL AND p IS NULL", "p > q",
    "p + q < 700.5", "p * 2 >= q - 3", "p * q > 1000", "a / 7 = b / 7", "a % 3 = 0", "-a < b", "abs(a - b) < 100", "f > 500", "f > p",
    "f + a > 900", "s LIKE '%a%'", "s ILIKE 'A%'", "s ~ '^[A-M]'", "s !~* '^[a-m]'", "length(s) > 20", "upper(s) = s",
    "lower(s) || 'x' <> s", "k", "NOT k", "k IS NOT TRUE", "k = (a > 500)", "d > m", "d >= DATE '2025-01-01'",
    "m < TIMESTAMPTZ '2025-03-01 00:00:00+00'", "m::date = d", "coalesce(a, b) > 100", "coalesce(p, 0) > coalesce(a, 1)",
    "num_nonnulls(a, p, s) = 3", "num_nulls(a, p) < 1", "(a IS NULL) = (p IS NULL)", "a IN (1, 2, 3) OR a NOT IN (5, 900)",
    "a BETWEEN 100 AND 900", "a NOT BETWEEN 100 AND 900", "(a > 1) IS NOT FALSE", "u = u", "NULL::int > a",
    "CASE WHEN a > 500 THEN b < 500 WHEN p IS NULL THEN k ELSE f > 10 END", "CASE o WHEN 'sad' THEN a > 10 ELSE b > 10 END",
    "a IS DISTINCT FROM b", "a IS NOT DISTINCT FROM nullif(a, 500)", "nullif(a, 0) > 3", "greatest(a, b) = a", "least(a, b, 300) < b",
    "(a, b) > (500, 500)", "(a, b) = (b, a)", "(a, p) <= (500, 300.5)", "o > 'sad'", "o <= 'ok'", "o = 'happy'", "(o, a) < ('happy', 3)",
    "extract(dow FROM d) IN (1, 2, 3)", "extract(isodow FROM m) < 6", "extract(year FROM d) = 2025", "extract(month FROM m) BETWEEN 3 AND 9",
    "extract(quarter FROM d) = 2", "extract(day FROM d) > 15", "extract(doy FROM d) > 100", "extract(hour FROM m) < 12", "extract(minute FROM m) % 2 = 0",
    "date_trunc('month', d) = d", "date_trunc('week', m) < m", "date_trunc('quarter', m) > timestamptz '2025-01-01 00:00:00+00'", "date_trunc('year', d) = date_trunc('year', m)",
    "m - d < interval '12 hours'", "d - m::date > 3", "d + 7 > m", "m + interval '1 day 02:00' > d", "m - interval '3 days' < d", "t > time '12:00'", "t - time '06:00' > interval '2 hours'",
    "left(s, 1) = 'A'", "right(s, 2) > 'm'", "substr(s, 2, 3) <> 'ear'", "substring(s, 2) ~ 'a'", "position('a' in s) > 2", "strpos(s, 'e') = 0", "starts_with(s, 'C')",
    "replace(s, 'a', '') = s", "reverse(s) <> s", "ltrim(s) = s", "octet_length(s) > 10", "floor(p) % 2 = 0", "ceil(p) > q", "round(p) = p", "round(q, 1) = q", "trunc(p) < p",
    "mod(a, 7) = 3", "p % 0.5 = 0", "sign(a - b) = 1", "a::int = 5", "p::int = 3", "k::int + 1 > 1", "a & 1 = 0", "a | 4 = a", "a # 3 > 5", "~a < 0", "a::text ~ '5'",
    "NOT (a > 3 AND NULL)", "(k OR NULL) IS NULL", "a BETWEEN SYMMETRIC 900 AND 100", "s SIMILAR TO '[A-M]%'",
]  # fmt: skip


@pytest.fixture(scope="module")
def frame_and_url(workshop: str) -> tuple[Frame, str]:
    """Rows as we derive them, and the database that holds the same."""
    with psycopg.connect(workshop, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public; SET timezone = 'UTC'")
    create(workshop, TABLE)
    filling = fill(workshop, rows={"t": 800})
    return Frame(filling.plan, ("public", "t"), np.arange(800, dtype=np.int64)), workshop


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_a_check_holds_where_the_server_says_so(frame_and_url: tuple[Frame, str], text: str) -> None:
    frame, url = frame_and_url
    ours = evaluating.holds(conditions.read(text), frame)
    with psycopg.connect(url) as connection:
        connection.execute("SET timezone = 'UTC'")
        query = f"SELECT id FROM t WHERE ({text}) IS NOT FALSE ORDER BY id"
        theirs = {row[0] - 1 for row in connection.execute(query).fetchall()}
    assert set(np.flatnonzero(ours).tolist()) == theirs


@pytest.mark.parametrize("text", ["s > a", "f(a)", "u < u", "a + s > 1", "length(a) > 1"])
def test_what_has_no_meaning_is_refused(frame_and_url: tuple[Frame, str], text: str) -> None:
    with pytest.raises(Unreadable):
        evaluating.holds(conditions.read(text), frame_and_url[0])


def test_the_server_spells_what_we_read(frame_and_url: tuple[Frame, str]) -> None:
    _, url = frame_and_url
    for index, text in enumerate(EXPRESSIONS):
        create(url, f"ALTER TABLE t ADD CONSTRAINT c{index} CHECK ({text}) NOT VALID")
    with psycopg.connect(url) as connection:
        catalog = introspect(connection)
    assert catalog
    for (text,) in ask(
        url, "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE contype = 'c' AND conrelid = 't'::regclass"
    ):
        evaluating.holds(conditions.read(text), frame_and_url[0])
