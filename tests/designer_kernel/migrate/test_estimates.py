"""About how many rows a plan touches is told by the target's statistics."""

from __future__ import annotations

import psycopg
import pytest

from designer_kernel.catalog.objects import ObjectId
from designer_kernel.migrate.estimates import estimated
from designer_kernel.migrate.plan import Hints, plan
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.migrate.steps import Plan
from tests.designer_kernel.catalog.databases import FreshUrl, load
from tests.designer_kernel.migrate.databases import read, version

BEFORE = """
CREATE TABLE many (id int, note text); INSERT INTO many SELECT n, 'x' FROM generate_series(1, 5000) n;
CREATE TABLE few (id int); INSERT INTO few VALUES (1), (2);
CREATE TABLE gone (id int); INSERT INTO gone SELECT generate_series(1, 300);
CREATE TABLE log (id int, at int) PARTITION BY RANGE (at);
CREATE TABLE log_1 PARTITION OF log FOR VALUES FROM (1) TO (100);
CREATE TABLE log_2 PARTITION OF log FOR VALUES FROM (100) TO (200);
INSERT INTO log SELECT n, n FROM generate_series(1, 150) n;
"""
CHANGES = (
    "ALTER TABLE public.few RENAME TO some_few", "ALTER TABLE public.some_few ALTER id TYPE bigint",
    "CREATE INDEX many_id ON public.many (id)", "ALTER TABLE public.log ADD CHECK (id > 0)",
    "DROP TABLE public.gone", "COMMENT ON TABLE public.many IS 'x'",
)  # fmt: skip
RENAMES = {ObjectId("relation", ("public", "few")): ObjectId("relation", ("public", "some_few"))}


def _rows(made: Plan) -> dict[str, int]:
    return {step.title: step.rows for step in made.up}


@pytest.mark.parametrize("counts", ["ANALYZE", ""])
def test_rows_are_those_of_the_tables_that_are_read_or_written(counts: str, fresh_url: FreshUrl) -> None:
    url = fresh_url()
    load(url, BEFORE)
    before, rehearsal = read(url), Rehearsal(url)
    made = plan(
        before, rehearsal(before, CHANGES), version=version(url), shadow=rehearsal, hints=Hints(renames=RENAMES)
    )
    assert set(_rows(made).values()) == {-1}
    with psycopg.connect(url, autocommit=True) as connection:
        if counts:
            connection.execute(counts.encode())
        told = estimated(made, connection)
    assert told.hash == made.hash
    rows = _rows(told)
    exact = {
        "drop table public.gone": 300,
        "alter column public.some_few.id": 2,
        "create index public.many_id": 5000,
        "create constraint public.log.log_id_check": 150,
    }
    assert {rows[title] for title in rows.keys() - exact.keys()} == {0}
    for title, count in exact.items():  # one that was never counted is guessed by its pages
        assert rows[title] == count if counts else count / 5 <= rows[title] <= max(count * 5, 300)
