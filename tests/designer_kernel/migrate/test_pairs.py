"""Pairs of schemas with what is hard to bring from one to the other: proved both ways, with rows, on both servers."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest

from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.migrate.plan import Hints, plan
from designer_kernel.migrate.prove import prove
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.migrate.steps import Plan
from tests.designer_kernel.catalog.databases import FreshUrl, load
from tests.designer_kernel.migrate.databases import migrate, read, version

PAIRS = sorted((Path(__file__).parent / "pairs").glob("*.sql"))
OLDER = [pair for pair in PAIRS if pair.stem in {"numbering", "partitions_split", "inherited", "partitioned_renamed"}]
RENAMES = {
    "partitioned_renamed": {
        table_id("public", "days"): table_id("public", "dates"),
        table_id("public", "visits"): table_id("public", "stays"),
    },
    "hash_key_retyped": {table_id("public", "runs"): table_id("public", "races")},
}


def _loaded(text: str, fresh: FreshUrl) -> str:
    url = fresh()
    load(url, text)
    return url


def _states(pair: Path, fresh: FreshUrl) -> tuple[str, str]:
    before, _, after = pair.read_text().partition("-- after\n")
    return _loaded(before, fresh), _loaded(after, fresh)


def _proved(pair: Path, fresh: FreshUrl) -> tuple[str, Plan]:
    old, new = _states(pair, fresh)
    before, after, rehearsal = read(old), read(new), Rehearsal(old)
    way = plan(before, after, version=version(old), shadow=rehearsal, hints=Hints(RENAMES.get(pair.stem, {})))
    proof = prove(way, before, after, rehearsal)
    assert [(check.name, check.found) for check in proof.checks if not check.holds] == []
    return old, way


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.stem)
def test_one_becomes_the_other_and_back(pair: Path, fresh_url: FreshUrl) -> None:
    _proved(pair, fresh_url)


@pytest.mark.older
@pytest.mark.parametrize("pair", OLDER, ids=lambda pair: pair.stem)
def test_the_same_on_an_older_server(pair: Path, fresh_older_url: FreshUrl) -> None:
    _proved(pair, fresh_older_url)


def _planned(name: str, fresh: FreshUrl) -> tuple[str, Plan]:
    old, new = _states(next(pair for pair in PAIRS if pair.stem == name), fresh)
    return old, plan(read(old), read(new), version=version(old), shadow=Rehearsal(old))


def test_numbering_goes_on_where_it_stood(fresh_url: FreshUrl) -> None:
    url, way = _planned("numbering", fresh_url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("INSERT INTO guests (name) SELECT 'x' FROM generate_series(1, 7)")
        connection.execute("INSERT INTO rooms (floor) SELECT 1 FROM generate_series(1, 4)")
        connection.execute("SELECT nextval('tickets') FROM generate_series(1, 120)")
    for steps, expected in ((way.up, [8, 5, 121]), (way.down, [9, 6, 122])):
        migrate(url, steps)
        with psycopg.connect(url, autocommit=True) as connection:
            guest = connection.execute("INSERT INTO guests (name) VALUES ('y') RETURNING id").fetchone()
            room = connection.execute("INSERT INTO rooms (floor) VALUES (1) RETURNING id").fetchone()
            ticket = connection.execute("SELECT nextval('tickets')").fetchone()
            assert [row[0] for row in (guest, room, ticket) if row] == expected


def test_rows_go_to_the_partitions_that_they_belong_to(fresh_url: FreshUrl) -> None:
    url, way = _planned("partitions_split", fresh_url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("INSERT INTO days SELECT number, 'n' FROM generate_series(1, 300) number")
        connection.execute("INSERT INTO events SELECT number FROM generate_series(1, 300) number")
        connection.execute("INSERT INTO codes VALUES ('a'), ('b'), ('c'), ('d'), (NULL)")
    counts = "SELECT tableoid::regclass::text, count(*)::integer FROM {} GROUP BY 1 ORDER BY 1"
    expected = (
        {"early": 49, "late": 151, "middle": 100, "codes_a": 1, "codes_b": 2, "codes_rest": 2},
        {"early": 99, "late": 201, "codes_a": 3, "codes_rest": 2},
    )
    for steps, found in zip((way.up, way.down), expected, strict=True):
        migrate(url, steps)
        with psycopg.connect(url) as connection:
            days, codes = (connection.execute(counts.format(t).encode()).fetchall() for t in ("days", "codes"))
            assert dict([*days, *codes]) == found


def test_values_of_composite_types_keep_their_places(fresh_url: FreshUrl) -> None:
    url, way = _planned("types_of_rows", fresh_url)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("INSERT INTO pins (at) VALUES (ROW(1, 'one')), (NULL), (ROW(NULL, NULL))")
    migrate(url, way.up)
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT (at).x, (at).label, at IS DISTINCT FROM NULL FROM pins").fetchall()
    assert sorted(rows, key=str) == sorted([(1, "one", True), (None, None, False), (None, None, True)], key=str)


def test_a_view_that_grows_is_replaced_and_those_above_it_stay(fresh_url: FreshUrl) -> None:
    _, way = _planned("views_grown", fresh_url)
    done = [sql.split(" AS")[0] for step in way.up for sql in step.statements]
    assert "CREATE OR REPLACE VIEW public.shown" in done
    assert not any("known" in sql for sql in done)
    assert "DROP VIEW public.priced" in done


def test_a_column_that_is_computed_is_made_anew_and_its_table_is_not(fresh_url: FreshUrl) -> None:
    _, way = _planned("generated_from_retyped", fresh_url)
    assert [step.title for step in way.up] == [
        "drop column public.posts.search",
        "alter column public.posts.title",
        "create column public.posts.search",
        "create index public.posts_search_idx",
    ]


def test_indexes_of_partitions_get_other_names_in_place(fresh_url: FreshUrl) -> None:
    _, way = _planned("partition_indexes_renamed", fresh_url)
    done = [sql for steps in (way.up, way.down) for step in steps for sql in step.statements]
    assert "ALTER INDEX public.early_note_lower_day_idx RENAME TO early_note" in done
    assert "ALTER INDEX public.last_note_lower_day_idx RENAME TO last_note" in done
    assert "ALTER INDEX public.early_key RENAME TO early_pkey" in done
    assert not any("DROP INDEX" in sql or "DETACH" in sql or "CREATE INDEX" in sql for sql in done)


def test_a_table_of_a_type_that_gets_another_attribute_keeps_its_key_and_rows(fresh_url: FreshUrl) -> None:
    table = "CREATE TABLE pins OF pin (PRIMARY KEY (x));"
    old = _loaded(f"CREATE TYPE pin AS (x int); {table} INSERT INTO pins VALUES (1);", fresh_url)
    new = _loaded(f"CREATE TYPE pin AS (x int, at date); {table}", fresh_url)
    migrate(old, plan(read(old), read(new), version=version(old), shadow=Rehearsal(old)).up)
    assert read(old) == read(new)
    with psycopg.connect(old) as connection:
        assert connection.execute("SELECT * FROM pins").fetchall() == [(1, None)]


def test_rows_get_the_defaults_of_several_new_columns(fresh_url: FreshUrl) -> None:
    url, way = _planned("columns_added", fresh_url)
    migrate(url, way.up)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT DISTINCT age, tags, twice FROM guests").fetchall() == [(30, [], 60)]
