"""Edge cases: there as often as asked for, of every sort, and never against a constraint."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from designer_kernel.errors import SamplePlanError
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.sample import Filling, fill, plan
from designer_kernel.sample.rows.frame import Frame
from tests.designer_kernel.sample.databases import ask, create, one

PEOPLE = """
    CREATE TABLE people (
        id uuid PRIMARY KEY,
        email text NOT NULL UNIQUE CHECK (length(email) BETWEEN 3 AND 80),
        nick varchar(12) NOT NULL CHECK (btrim(nick) <> '' AND nick !~ ';'),
        note text, name name NOT NULL, code char(3) NOT NULL CHECK (code = upper(code)),
        born date CHECK (born > '1900-01-01'),
        starts timestamptz NOT NULL, ends timestamptz NOT NULL CHECK (ends >= starts),
        price numeric(8, 2) NOT NULL CHECK (price >= 0), qty int NOT NULL CHECK (qty BETWEEN 0 AND 1000),
        total numeric(20, 2) GENERATED ALWAYS AS (price * qty) STORED,
        tax numeric(8, 2) NOT NULL, gross numeric(9, 2) NOT NULL CHECK (gross = price + tax),
        ratio numeric(12, 4) GENERATED ALWAYS AS (100 / tax) STORED,
        score float8, doc jsonb NOT NULL CHECK (jsonb_typeof(doc) = 'object'),
        tags text[] CHECK (cardinality(tags) <= 2 AND NOT 'gift' = ANY (tags)),
        span daterange CHECK (NOT isempty(span)),
        state text NOT NULL CHECK (state IN ('on', 'off'))
    );
    CREATE UNIQUE INDEX ON people (lower(nick), id);
    CREATE TABLE pets (id int PRIMARY KEY, owner_email text NOT NULL REFERENCES people (email), size int NOT NULL);
"""
ROWS = 4_000


@pytest.fixture(scope="module")
def people(server: EmbeddedServer) -> Iterator[tuple[str, Filling]]:
    """The filled tables with a third of odd values: their URL and the result."""
    url = create(server.ensure_database("sample_edges"), PEOPLE)
    yield url, fill(url, rows={"people": ROWS, "pets": 2_000}, hints={"edge_cases": 0.3}, seed=5)
    server.drop_database("sample_edges")


SEEN = [
    "note = ''",
    "note = 'a'",
    "length(note) = 1000",
    r"note LIKE E'%\n%'",
    "note LIKE '%''%'",
    "note LIKE '%<script>%'",
    "note LIKE '=%'",
    "note LIKE '%' || U&'\\200D' || '%'",
    "note LIKE '%' || U&'\\+10FFFF' || '%'",
    "note ~ '[א-ת]'",
    "note ~ '[一-龯]'",
    "note LIKE E'%\\x01%'",
    "length(nick) = 12 AND nick ~ '^x+$'",
    "octet_length(name::text) = 63",
    "born = '2024-02-29'",
    "born = '5874897-12-31'",
    "starts = '2024-02-29 23:59:59.999999+00'",
    "qty = 0",
    "price = 0",
    "score = 'NaN'",
    "score = '-Infinity'",
    "score = 0 AND score::text = '-0'",
    "score > 1e308 AND score < 'Infinity'",
    "doc = '{}'",
    "tags = '{}'",
    "tags = '{NULL}'",
]


@pytest.mark.parametrize("odd", SEEN)
def test_odd_values_are_there(people: tuple[str, Filling], odd: str) -> None:
    assert one(people[0], f"SELECT count(*) FROM people WHERE {odd}") > 0


def test_they_are_as_many_as_asked_for(people: tuple[str, Filling]) -> None:
    url, _ = people
    assert 0.27 < one(url, "SELECT avg((score NOT BETWEEN 0.2 AND 999999)::int)::float FROM people") < 0.33


def test_lists_of_values_and_what_follows_from_others_stay_usual(people: tuple[str, Filling]) -> None:
    url, filling = people
    assert one(url, "SELECT max(gross) < 100000 AND min(abs(tax)) > 0 FROM people")
    assert "edge cases" not in filling.plan.tables["public", "people"].columns["state"].reason
    assert ask(url, "SELECT DISTINCT isempty(span) FROM people WHERE span IS NOT NULL") == [(False,)]


def test_unique_columns_have_each_odd_value_once_and_others_still_refer_to_them(people: tuple[str, Filling]) -> None:
    url, _ = people
    assert one(url, "SELECT count(*) FROM people WHERE email NOT LIKE '%@%.%'") > 30
    assert one(url, "SELECT count(*) FROM pets WHERE owner_email !~ '@'") > 0


def test_they_do_not_depend_on_the_rows_that_are_made_with_them(people: tuple[str, Filling]) -> None:
    made = people[1].plan
    some = np.array([3999, 17, 17, 250])
    whole = Frame(made, ("public", "people"), np.arange(ROWS, dtype=np.int64))
    few = Frame(made, ("public", "people"), some)
    for name in ("email", "note", "born", "score", "tags", "doc"):
        together, alone = whole.column(name).take(some), few.column(name)
        if together.is_arrow:
            assert together.data.equals(alone.data), name
        else:
            assert np.array_equal(together.data, alone.data, equal_nan=name == "score"), name


def test_a_column_that_can_have_none_is_named_when_it_is_asked_for(clean_url: str) -> None:
    create(clean_url, "CREATE TABLE t (id int PRIMARY KEY, kind text NOT NULL CHECK (kind IN ('a', 'b')))")
    hints = {"tables": {"t": {"columns": {"kind": {"edge_cases": 0.5}}}}}
    with pytest.raises(SamplePlanError, match=r"t\.kind.*lists the values"):
        plan(clean_url, hints=hints)


def test_a_column_may_have_its_own_share(clean_url: str) -> None:
    create(clean_url, "CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b int NOT NULL, c int NOT NULL)")
    hints = {
        "edge_cases": 0.5,
        "tables": {
            "t": {"rows": 2000, "edge_cases": 0.2, "columns": {"a": {"edge_cases": 0}, "b": {"edge_cases": 0.9}}}
        },
    }
    fill(clean_url, hints=hints)
    shares = ask(
        clean_url, "SELECT " + ", ".join(f"avg(({c} NOT BETWEEN 2 AND 1000)::int)::float" for c in "abc") + " FROM t"
    )
    a, b, c = shares[0]
    assert a < 0.01
    assert 0.6 < b < 0.9
    assert 0.12 < c < 0.22
