"""Five hundred catalogs that nobody thought of: every row loads with all constraints on, and the same again.

Many catalogs share a database, each in a schema of its own, and one fill. If a batch fails, its catalogs are tried one
by one, and the smallest one that fails is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

import psycopg
import pytest
from psycopg import sql

from designer_kernel.errors import DesignerError, SamplePlanError
from designer_kernel.postgres.introspect import introspect
from designer_kernel.sample import Filling, fill, plan
from designer_kernel.sample.planning.facts import table_facts
from designer_kernel.sample.rows.frame import Frame
from designer_kernel.sample.rows.routing import leaf_of
from tests.designer_kernel.sample.catalogs import RandomCatalog
from tests.designer_kernel.sample.databases import contents, not_valid, one, schema_hash

BATCH: Final = 25
SIZES: Final = (1, 7, 300)
ROUNDS: Final = 40
"""How often a fill may be asked for fewer rows, because keys have no room for as many."""

BATCHES: Final = [(batch, SIZES[batch % len(SIZES)] if batch else 0) for batch in range(20)]
OLDER: Final = [(40, 7), (41, 300)]
WORKERS: Final[Mapping[int, tuple[int, ...]]] = {4: (2, 3), 40: (2, 3)}
"""The connections of a batch's later fills, where it is not just one more over one, as the first."""

DRAWN: Final = (2, 41)
"""Batches with many rows, whose distributions are compared with what the plan promised."""


@pytest.mark.parametrize(("batch", "rows"), BATCHES)
def test_a_batch_is_filled(clean_url: str, batch: int, rows: int) -> None:
    check(clean_url, batch, rows)


@pytest.mark.older
@pytest.mark.parametrize(("batch", "rows"), OLDER)
def test_a_batch_is_filled_on_an_older_server(older_url: str, batch: int, rows: int) -> None:
    check(older_url, batch, rows)


def check(url: str, batch: int, rows: int) -> None:
    """Fill a batch twice; say which catalog it was if that goes wrong."""
    numbers = list(range(batch * BATCH, (batch + 1) * BATCH))
    with psycopg.connect(url, autocommit=True) as connection:
        version = connection.info.server_version // 10000
        connection.execute("SET client_min_messages = error; CREATE EXTENSION IF NOT EXISTS btree_gist")
        for number in numbers:
            create(connection, number, version)
    try:
        twice(url, batch, rows, [f"c{n}" for n in numbers])
    except (DesignerError, AssertionError) as error:
        pytest.fail(smallest(url, batch, rows, numbers, version) or f"only together: {error}")
    finally:
        clear(url, numbers)


def create(connection: psycopg.Connection, number: int, version: int) -> None:
    """Make a catalog in its schema."""
    connection.execute(sql.SQL("CREATE SCHEMA {0}; SET search_path = {0}, public").format(sql.Identifier(f"c{number}")))
    connection.execute(RandomCatalog(number, version).script().encode())


def clear(url: str, numbers: list[int]) -> None:
    """Drop the catalogs, a few at a time: a server has no locks for all of them at once."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("SET client_min_messages = error")
        for number in numbers:
            connection.execute(sql.SQL("DROP SCHEMA IF EXISTS {} CASCADE").format(sql.Identifier(f"c{number}")))


def twice(url: str, seed: int, rows: int, schemas: list[str]) -> None:
    """Fill some schemas twice, and compare with what was planned, and with each other."""
    before = schema_hash(url) if rows > 7 else ""
    filling = filled(url, seed, rows, schemas)
    first = {name: found for name, found in contents(url).items() if name.split(".")[0] in schemas}
    assert {name: count for name, (count, _) in first.items()} == {
        t.label: t.rows for t in filling.plan.tables.values()
    }
    assert not_valid(url) == []
    assert not before or schema_hash(url) == before
    routed(url, filling)
    asked = wishes(filling)
    for workers in WORKERS.get(seed, (1,)):
        again = fill(url, seed=seed, rows=asked, tables=list(asked), mode="replace", connections=workers)
        assert again.rows == filling.rows
        second = {name: found for name, found in contents(url).items() if name.split(".")[0] in schemas}
        assert second == first
    if seed in DRAWN:
        assert filling.report(url).odd == ()


def filled(url: str, seed: int, rows: int, schemas: list[str]) -> Filling:
    """Fill some schemas, with fewer rows where keys have no room for as many."""
    with psycopg.connect(url) as connection:
        names = [".".join(name) for name in table_facts(introspect(connection)) if name[0] in schemas]
    wanted = dict.fromkeys(names, rows)
    for _ in range(ROUNDS):
        try:
            plan(url, seed=seed, rows=wanted, tables=names)
            break
        except SamplePlanError as error:
            room = re.search(r"leave room for ([\d,]+)", str(error))
            if room is None:
                raise
            table = next(name for name in names if error.where.startswith(name + "."))
            wanted[table] = int(room[1].replace(",", ""))
    return fill(url, seed=seed, rows=wanted, tables=names, mode="replace")


def wishes(filling: Filling) -> dict[str, int]:
    """Return the rows of each table."""
    return {table.label: table.rows for table in filling.plan.tables.values()}


def routed(url: str, filling: Filling) -> None:
    """Compare where partitions' rows are with where we say that they are."""
    import numpy as np

    for name, table in filling.plan.tables.items():
        found = leaf_of(filling.plan, name, Frame(filling.plan, name, np.arange(table.rows))) if table.rows else None
        if found is None:
            continue
        for index, leaf in enumerate(found[1]):
            query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(*leaf))
            assert one(url, query) == (found[0] == index).sum(), leaf


def smallest(url: str, seed: int, rows: int, numbers: list[int], version: int) -> str:
    """Return the script and the error of the smallest catalog of a batch that fails by itself."""
    return min(failing(url, seed, rows, numbers, version), key=len, default="")


def failing(url: str, seed: int, rows: int, numbers: list[int], version: int) -> Iterator[str]:
    """Yield the catalogs that fail by themselves, and why."""
    for number in numbers:
        try:
            twice(url, seed, rows, [f"c{number}"])
        except (DesignerError, AssertionError) as error:
            yield f"catalog {number}, {rows} rows, seed {seed}: {error}\n\n{RandomCatalog(number, version).script()}"
