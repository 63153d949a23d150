"""Plans between two states of a database: carried out on a real server, they give exactly the other state."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.migrate.plan import Hints, plan
from designer_kernel.migrate.prove import prove
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.migrate.steps import Plan
from tests.designer_kernel.catalog.databases import FreshUrl
from tests.designer_kernel.migrate.databases import ALTERATIONS, migrate, read, shop, version

BATCH = 4
BATCHES = [ALTERATIONS[first : first + BATCH] for first in range(0, len(ALTERATIONS), BATCH)]
RECOMPUTED = ObjectId("column", ("shop", "products", "d"))
"""A column whose values are computed again when it becomes generated once more."""


def _lost(made: Plan) -> set[ObjectId]:
    return {hazard.on for step in (*made.up, *made.down) for hazard in step.hazards if hazard.name == "data_loss"}


def _there_and_back(fresh: FreshUrl, alterations: tuple[str, ...]) -> int:
    """Plan from the shop to an altered one, carry it out there and back, and return how much was altered."""
    old, _ = shop(fresh)
    new, made = shop(fresh, alterations)
    before, after = read(old), read(new)
    way = plan(before, after, version=version(old), shadow=Rehearsal(old))
    assert differences(after, migrate(old, way.up)) == []
    assert differences(before, migrate(old, way.down)) == []
    kept = {key for key in _lost(way) if key in before and key in after}
    assert kept <= {RECOMPUTED}, "what is there before and after keeps its rows"
    return made


@pytest.mark.parametrize("alterations", BATCHES, ids=range(len(BATCHES)))
def test_a_plan_gives_exactly_the_other_state(alterations: tuple[str, ...], fresh_url: FreshUrl) -> None:
    assert _there_and_back(fresh_url, alterations)


@pytest.mark.older
@pytest.mark.parametrize("alterations", BATCHES[::3], ids=range(0, len(BATCHES), 3))
def test_the_same_on_an_older_server(alterations: tuple[str, ...], fresh_older_url: FreshUrl) -> None:
    assert _there_and_back(fresh_older_url, alterations)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(alterations=st.lists(st.sampled_from(ALTERATIONS), min_size=1, max_size=6, unique=True))
def test_any_alterations_together(alterations: list[str], fresh_url: FreshUrl) -> None:
    _there_and_back(fresh_url, tuple(alterations))


def test_nothing_to_do_is_an_empty_plan(fresh_url: FreshUrl) -> None:
    url, _ = shop(fresh_url)
    way = plan(read(url), read(url), version=version(url), shadow=Rehearsal(url))
    assert not way
    assert (way.up, way.down) == ((), ())


def _relation(schema: str, name: str) -> ObjectId:
    return ObjectId("relation", (schema, name))


def _column(*path: str) -> ObjectId:
    return ObjectId("column", path)


@pytest.mark.parametrize(
    ("alteration", "renames"),
    [
        ("ALTER TABLE shop.customers RENAME name TO full_name",
         {_column("shop", "customers", "name"): _column("shop", "customers", "full_name")}),
        ("ALTER TABLE shop.customers SET SCHEMA aux", {_relation("shop", "customers"): _relation("aux", "customers")}),
        (("ALTER TABLE shop.orders RENAME TO sales; ALTER TABLE shop.sales RENAME total TO amount;"
          "ALTER TABLE shop.sales RENAME CONSTRAINT orders_pkey TO sales_pkey;"
          "ALTER INDEX shop.orders_placed RENAME TO sales_placed"),
         {_relation("shop", "orders"): _relation("shop", "sales"),
          _column("shop", "orders", "total"): _column("shop", "sales", "amount")}),
        ("ALTER SCHEMA shop RENAME TO store", {ObjectId("schema", ("shop",)): ObjectId("schema", ("store",))}),
        ("ALTER TYPE shop.status RENAME TO state",
         {ObjectId("type", ("shop", "status")): ObjectId("type", ("shop", "state"))}),
        ("ALTER TABLE shop.events RENAME TO log; ALTER TABLE shop.log RENAME kind TO what",
         {_relation("shop", "events"): _relation("shop", "log"),
          _column("shop", "events", "kind"): _column("shop", "log", "what")}),
    ],
)  # fmt: skip
def test_what_has_another_name_is_renamed_and_nothing_else(
    alteration: str, renames: dict[ObjectId, ObjectId], fresh_url: FreshUrl
) -> None:
    old, _ = shop(fresh_url)
    new, made = shop(fresh_url, [alteration])
    assert made == 1
    before, after = read(old), read(new)
    way = plan(before, after, version=version(old), shadow=Rehearsal(old), hints=Hints(renames))
    assert {step.action for step in (*way.up, *way.down)} == {"rename"}
    assert differences(after, migrate(old, way.up)) == []
    assert differences(before, migrate(old, way.down)) == []


def test_values_that_postgresql_does_not_convert_go_by_their_text(fresh_url: FreshUrl) -> None:
    old, _ = shop(fresh_url)
    new, _ = shop(fresh_url, ["ALTER TABLE shop.orders ALTER note TYPE integer USING 0"])
    way = plan(read(old), read(new), version=version(old), shadow=Rehearsal(old))
    (step,) = way.up
    assert "USING note::text::integer" in step.statements[0]
    assert {hazard.name for hazard in step.hazards} == {"conversion", "rewrite"}


def test_a_proof_judges_both_ways_by_us_and_by_pg_dump(fresh_url: FreshUrl) -> None:
    old, _ = shop(fresh_url)
    new, _ = shop(
        fresh_url,
        [
            "ALTER TABLE shop.events DETACH PARTITION shop.events_2024",
            "ALTER TYPE shop.status ADD VALUE 'lost' AFTER 'paid'",
            "ALTER TABLE shop.orders ALTER note SET NOT NULL",
            "ALTER TABLE shop.items DROP COLUMN qty",
        ],
    )
    before, after, rehearsal = read(old), read(new), Rehearsal(old)
    way = plan(before, after, version=version(old), shadow=rehearsal)
    proof = prove(way, before, after, rehearsal)
    assert [check.name for check in proof.checks if not check.holds] == []
    assert len(proof.checks) == 10
    assert proof.plan == way.hash
    other = plan(before, before, version=version(old), shadow=rehearsal)
    wrong = prove(Plan(way.version, way.before, way.after, other.up, way.down), before, after, rehearsal)
    assert not wrong.holds
    assert wrong.hash != proof.hash
