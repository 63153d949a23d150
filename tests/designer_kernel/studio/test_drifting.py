"""What others change in a target: told, and adopted, reverted or ignored."""

from __future__ import annotations

import pytest

from designer_kernel.design import Design
from designer_kernel.errors import EditConflict, UnknownObject
from designer_kernel.migrate.gate import LossRefused
from designer_kernel.studio.project import ProjectSession
from tests.designer_kernel.studio.conftest import add_attribute, entity
from tests.designer_kernel.studio.test_migrating import rename, rows, run


@pytest.fixture
def url(request):
    """An empty database: on the embedded server, or where a test asks for it, on either."""
    return request.getfixturevalue(getattr(request, "param", "database_url"))


on_both = pytest.mark.parametrize(
    "url", ["database_url", pytest.param("older_url", marks=pytest.mark.older)], indirect=True
)


@pytest.fixture
def shop(tmp_path, url, server):
    """A deployed project."""
    customers = entity("customers", "id bigint primary key", "name text not null", "fax text")
    session = ProjectSession(tmp_path / "shop.design.yaml", Design(name="shop", entities=(customers,)))
    session.deploy(url)
    return session


def attributes(session):
    return [one.name for one in session.design.entity("customers").attributes]


def test_what_was_deployed_has_no_drift(shop, url):
    found = shop.drift(url)
    assert found.is_clean
    assert found.record.name == "deploy shop"
    for ask in (shop.revert_drift, shop.adopt_drift, shop.ignore_drift):
        with pytest.raises(UnknownObject, match="nothing was changed there since"):
            ask(url)


@on_both
def test_what_was_changed_is_adopted_in_one_step(shop, url):
    run(url, "CREATE TABLE theirs (id integer)")
    shop.deploy(url)
    run(url, "ALTER TABLE customers DROP fax", "ALTER TABLE customers ADD shoe integer")
    assert {str(key) for key in shop.drift(url).by_object()} >= {
        "column public.customers.fax", "column public.customers.shoe",
    }  # fmt: skip
    before = shop.design
    shop.adopt_drift(url)
    assert attributes(shop) == ["id", "name", "shoe"]
    assert shop.drift(url).is_clean
    assert shop.migrations(url)[-1].direction == "noted"
    assert shop.migrations(url)[-1].version == shop.versions.last.number
    assert not shop.plan(url)
    shop.undo()
    assert shop.design == before


def test_what_the_design_never_held_is_not_drawn(server, tmp_path, database_url):
    customers = entity("customers", "id bigint primary key")
    shop = ProjectSession(tmp_path / "shop.design.yaml", Design(name="shop", entities=(customers,)))
    run(database_url, "CREATE TABLE theirs (id integer)")
    shop.deploy(database_url)
    run(database_url, "ALTER TABLE customers ADD shoe integer")
    shop.adopt_drift(database_url)
    assert [one.name for one in shop.design.entities] == ["customers"]
    assert "shoe" in attributes(shop)


def test_edits_that_were_not_applied_yet_stay(shop, url):
    run(url, "CREATE TABLE extra (id integer)")
    shop.apply(add_attribute(shop, "customers", "note text"))
    shop.adopt_drift(url)
    assert attributes(shop) == ["id", "name", "fax", "note"]
    assert shop.design.entity("extra")
    planned = shop.plan(url)
    assert [step.facts[0].path for step in planned.plan.up] == [("public", "customers", "note")]


def test_both_changing_one_entity_is_a_conflict(shop, url):
    run(url, "ALTER TABLE customers ADD shoe integer")
    rename(shop, "customers", "name", "full_name")
    design = shop.design
    with pytest.raises(EditConflict):
        shop.adopt_drift(url)
    assert shop.design == design
    assert not shop.drift(url).is_clean


@on_both
def test_what_was_changed_is_reverted_by_a_proved_plan(shop, url):
    run(url, "ALTER TABLE customers ADD shoe integer", "ALTER TABLE customers ALTER fax SET NOT NULL")
    proved = shop.prove(shop.revert_drift(url))
    proof = proved.migration.proof
    assert proof.holds
    with pytest.raises(LossRefused):
        shop.apply_plan(proved, url, proof=proof.hash)
    shop.apply_plan(proved, url, proof=proof.hash, allow=["public.customers.shoe"])
    assert shop.drift(url).is_clean
    run(url, "INSERT INTO customers VALUES (1, 'Ada', NULL)")
    assert rows(url, "SELECT * FROM customers") == [(1, "Ada", None)]


def test_what_is_ignored_counts_no_more_until_it_is_heeded(shop, url):
    run(url, "ALTER TABLE customers ADD shoe integer", "CREATE TABLE extra (id integer)")
    shop.ignore_drift(url, ["extra"])
    assert [str(key) for key in shop.drift(url).by_object()] == ["column public.customers.shoe"]
    shop.ignore_drift(url)
    assert shop.drift(url).is_clean
    shop.heed_drift(url, ["public.extra"])
    assert [str(key) for key in shop.drift(url).extra][:1] == ["relation public.extra"]
    shop.heed_drift(url)
    assert len(shop.drift(url).by_object()) > 1
    with pytest.raises(UnknownObject, match="nothing of the name 'nonsense'"):
        shop.ignore_drift(url, ["nonsense"])


def test_a_target_that_remembers_nothing_has_no_drift(shop, database_url, tmp_path, server):
    other = ProjectSession(tmp_path / "other.design.yaml", Design(name="other"))
    other.target = "test_nothing_there"
    assert other.drift() is None
    assert other.migrations() == []
