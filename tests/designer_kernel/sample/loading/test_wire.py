"""Every type in binary form: what the server holds is what the values mean, as another part of the code spells them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import psycopg
import pytest
from psycopg import sql

from designer_kernel.sample import Filling, fill, plan
from designer_kernel.sample.files.spelling import spelled
from designer_kernel.sample.loading import wire
from designer_kernel.sample.loading.encoding import is_staged, stream
from designer_kernel.sample.plan import TablePlan
from designer_kernel.sample.rows.frame import Frame
from tests.designer_kernel.sample.databases import ask, create, one

TYPES = (Path(__file__).parent / "types.sql").read_text()
VECTORS = "CREATE EXTENSION vector; ALTER TABLE zoo ADD v vector(3), ADD hv halfvec(4), ADD vva vector(2)[]"
ZOO = ("public", "zoo")


def test_every_type_is_sent_in_binary_form_and_means_the_same(database_url: str) -> None:
    create(create(database_url, TYPES), VECTORS)
    assert differing(database_url, {"seed": 5}) == {}


def test_odd_values_of_every_type_mean_the_same(database_url: str) -> None:
    create(database_url, TYPES)
    assert differing(database_url, {"seed": 6, "edge_cases": 0.5}) == {}
    assert one(database_url, "SELECT count(*) FROM zoo WHERE d = 'NaN' OR d = '-infinity' OR tz = 'infinity'") > 10
    assert one(database_url, "SELECT count(*) FROM zoo WHERE ia = '{}' OR ia = '{NULL}'") > 10


def test_bytes_do_not_depend_on_the_pieces_that_they_are_made_in(database_url: str) -> None:
    create(database_url, TYPES)
    made = plan(database_url, rows={"zoo": 400}, hints={"edge_cases": 0.3})
    whole = b"".join(bytes(piece) for piece, _ in stream(made, ZOO, 0, 400, chunk=1000))
    parts = b"".join(bytes(piece) for piece, _ in stream(made, ZOO, 0, 400, chunk=61))
    assert whole == parts


@pytest.mark.older
def test_an_older_server_takes_every_type_as_well(older_url: str) -> None:
    create(older_url, TYPES)
    assert differing(older_url, {"seed": 7, "edge_cases": 0.2}) == {}


def test_arrays_may_have_dimensions_and_elements_that_are_null(clean_url: str) -> None:
    create(clean_url, "CREATE TABLE grids (id int PRIMARY KEY, cells numeric(6, 2)[] NOT NULL, words text[] NOT NULL)")
    hints = {
        "cells": {"provider": "list", "dimensions": [2, 3]},
        "words": {"provider": "list", "least": 0, "most": 4, "null_elements": 0.3},
    }
    fill(clean_url, hints={"tables": {"grids": {"rows": 200, "columns": hints}}})
    assert ask(clean_url, "SELECT DISTINCT array_dims(cells) FROM grids") == [("[1:2][1:3]",)]
    lengths = ask(clean_url, "SELECT DISTINCT cardinality(words) FROM grids ORDER BY 1")
    assert [length for (length,) in lengths] == [0, 1, 2, 3, 4]
    share = one(clean_url, "SELECT avg((word IS NULL)::int)::float FROM grids, unnest(words) word")
    assert 0.2 < share < 0.4


def test_a_type_that_nobody_knows_takes_texts(clean_url: str) -> None:
    create(clean_url, "CREATE TABLE t (id int PRIMARY KEY, a aclitem NOT NULL)")
    hints = {
        "tables": {"t": {"rows": 20, "columns": {"a": {"provider": "spelled", "values": ["postgres=r/postgres"]}}}}
    }
    role = one(clean_url, "SELECT current_user::text")
    hints["tables"]["t"]["columns"]["a"]["values"] = [f'"{role}"=r/"{role}"']  # type: ignore[index]
    filling = fill(clean_url, hints=hints)
    assert is_staged(filling.plan.tables["public", "t"].columns["a"].facts.form)
    assert one(clean_url, "SELECT count(*) FROM t WHERE a::text LIKE '%=r/%'") == 20


def differing(url: str, hints: dict[str, object]) -> dict[str, int]:
    """Fill the zoo; return how many rows of each column are not what its values mean."""
    filling = fill(url, hints=hints, rows={"zoo": 300})
    table = filling.plan.tables[ZOO]
    assert [c.facts.name for c in table.columns.values() if not wire.is_known(c.facts.form)] == []
    with psycopg.connect(url) as connection:
        columns = connection.execute(
            "SELECT count(*) FROM pg_attribute WHERE attrelid = 'zoo'::regclass AND attnum > 0"
        )
        assert columns.fetchone() == (len(table.columns),)
        names = _meant(connection, filling, table)
        compared = sql.SQL("count(*) FILTER (WHERE z.{0}::text IS DISTINCT FROM m.{0}::text)")
        counts = sql.SQL(", ").join(compared.format(sql.Identifier(name)) for name in names)
        query = sql.SQL("SELECT {} FROM zoo z JOIN meant m ON m.id = z.id").format(counts)
        row = connection.execute(query).fetchone()
    assert row is not None
    return {name: count for name, count in zip(names, row, strict=True) if count}


def _meant(connection: psycopg.Connection[tuple[object, ...]], filling: Filling, table: TablePlan) -> list[str]:
    """Send what all columns mean, as text; return their names."""
    frame = Frame(filling.plan, ZOO, np.arange(table.rows, dtype=np.int64))
    names = list(table.columns)
    texts = [spelled(table.columns[name].facts.form, frame.column(name)).to_pylist() for name in names]
    connection.execute("CREATE TEMPORARY TABLE meant (LIKE zoo)")
    statement = sql.SQL("COPY meant ({}) FROM STDIN").format(sql.SQL(", ").join(map(sql.Identifier, names)))
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for row in zip(*texts, strict=True):
            copy.write_row(row)
    return names
