"""How values are converted is asked for where PostgreSQL has no cast."""

from __future__ import annotations

import pytest

from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import InvalidSql
from designer_kernel.migrate.conversion import ConversionNeeded
from designer_kernel.migrate.plan import Hints, plan
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.migrate.steps import Plan, statements_of
from tests.designer_kernel.catalog.databases import FreshUrl, load
from tests.designer_kernel.migrate.databases import read, version

BEFORE = """
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TYPE more AS ENUM ('sad', 'ok', 'glad');
CREATE TABLE t (note text, mood mood, tags text[], n int);
"""


def _plan(url: str, statement: str, hints: Hints | None) -> Plan:
    before, rehearsal = read(url), Rehearsal(url)
    return plan(before, rehearsal(before, (statement,)), version=version(url), shadow=rehearsal, hints=hints)


@pytest.mark.parametrize(
    ("column", "new", "given", "proposed"),
    [
        ("note", "integer", "0", "note::text::integer"),
        ("mood", "integer", "0", "mood::text::integer"),
        ("tags", "integer[]", "'{}'", "tags::text[]::integer[]"),
        ("note", "public.mood", "NULL", "note::text::public.mood"),
    ],
)
def test_an_expression_is_asked_for_and_taken(
    column: str, new: str, given: str, proposed: str, fresh_url: FreshUrl
) -> None:
    url = fresh_url()
    load(url, BEFORE)
    change = f"ALTER TABLE public.t ALTER {column} TYPE {new} USING {given}"
    with pytest.raises(ConversionNeeded) as asked:
        _plan(url, change, Hints(by_text=False))
    (needed,) = asked.value.needed
    assert (str(needed.column), needed.new, needed.proposed) == (f"column public.t.{column}", new, proposed)
    assert needed.answer in asked.value.mend
    assert asked.value.as_dict()["needed"][0]["proposed"] == proposed
    own = ObjectId("column", ("public", "t", column))
    told = _plan(url, change, Hints(using={own: f"{given}  "}, by_text=False))
    assert f"USING {given}" in statements_of(told.up)[0]
    silent = _plan(url, change, None)
    assert f"USING {proposed}" in statements_of(silent.up)[0]
    assert "conversion" in {hazard.name for step in silent.up for hazard in step.hazards}


def test_what_always_fits_is_not_asked(fresh_url: FreshUrl) -> None:
    url = fresh_url()
    load(url, BEFORE)
    for new in ("public.more", "text"):
        made = _plan(url, f"ALTER TABLE public.t ALTER mood TYPE {new} USING NULL", Hints(by_text=False))
        assert "conversion" not in {hazard.name for step in made.up for hazard in step.hazards}
    assert _plan(url, "ALTER TABLE public.t ALTER n TYPE text USING ''", Hints(by_text=False))


def test_on_the_way_back_values_go_by_their_text(fresh_url: FreshUrl) -> None:
    url = fresh_url()
    load(url, BEFORE)
    made = _plan(url, "ALTER TABLE public.t ALTER n TYPE text", Hints(by_text=False))
    assert "n::text::integer" in statements_of(made.down)[0]
    assert "conversion" in {hazard.name for step in made.down for hazard in step.hazards}


def test_one_expression_is_one(fresh_url: FreshUrl) -> None:
    url = fresh_url()
    load(url, BEFORE)
    for text in ("1; DROP TABLE t", "1, ALTER n DROP DEFAULT", "", "SELECT 1 --"):
        hints = Hints(using={ObjectId("column", ("public", "t", "note")): text})
        with pytest.raises(InvalidSql):
            _plan(url, "ALTER TABLE public.t ALTER note TYPE integer USING 0", hints)
