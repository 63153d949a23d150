"""From a design through edits to plan, proof, target and back, on either server."""

from __future__ import annotations

import psycopg
import pytest

from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design import Design
from designer_kernel.design.edits import (
    ChangeAttribute,
    RemoveAttribute,
    RemoveEntity,
    RenameAttribute,
    RenameEntity,
)
from designer_kernel.errors import DeployRefused, UnknownObject
from designer_kernel.migrate.gate import LossRefused
from designer_kernel.migrate.migration import Migration, NotProved
from designer_kernel.migrate.run import TargetChanged
from designer_kernel.migrate.salvage import purge, salvaged
from designer_kernel.postgres import shadow, target
from designer_kernel.studio.answers import OpenQuestions
from designer_kernel.studio.project import ProjectSession
from tests.designer_kernel.studio.conftest import add, add_attribute, entity, relate


@pytest.fixture(params=["embedded", pytest.param("older", marks=pytest.mark.older)])
def url(request):
    """An empty database on either server."""
    return request.getfixturevalue("database_url" if request.param == "embedded" else "older_url")


@pytest.fixture
def shop(tmp_path, server):
    """A project with customers, who have orders."""
    customers = entity("customers", "id bigint primary key", "name text not null", "fax text")
    design = Design(name="shop", entities=(customers, entity("orders", "id bigint primary key", "total integer")))
    session = ProjectSession(tmp_path / "shop.design.yaml", design)
    session.apply(relate(session, "customers", "orders"))
    return session


def attribute_of(session, entity_name, name):
    found = session.design.entity(entity_name)
    one = next(one for one in found.attributes if one.name == name)
    return {"entity_id": found.id, "attribute_id": one.id}


def rename(session, entity_name, name, new):
    session.apply(RenameAttribute(**attribute_of(session, entity_name, name), name=new))


def remove(session, entity_name, name):
    session.apply(RemoveAttribute(**attribute_of(session, entity_name, name)))


def migrate(session, url, *, allow=(), **options):
    """Plan, prove by the schema alone, and apply."""
    proved = session.prove(session.plan(url, **options), rows=0, url=url)
    return session.apply_plan(proved, url, proof=proved.migration.proof.hash, allow=allow)


def rows(url, query):
    with psycopg.connect(url) as connection:
        return connection.execute(query).fetchall()


def run(url, *statements):
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def sql_of(planned):
    return [sql for step in planned.plan.up for sql in step.statements]


FILLED = (
    "INSERT INTO customers VALUES (1, 'Ada', '55')",
    "INSERT INTO orders (id, total, customer_id) VALUES (1, 10, 1)",
)


def test_a_deployed_design_needs_no_plan(shop, url):
    shop.deploy(url)
    for options in ({}, {"exact": True}, {"online": True}):
        planned = shop.plan(url, **options)
        assert not planned
        assert (planned.unmanaged, planned.questions) == ((), ())


def test_edits_reach_the_target_and_rows_stay(shop, url):
    shop.deploy(url)
    run(url, *FILLED)
    rename(shop, "customers", "name", "full_name")
    shop.apply(RenameEntity(entity_id=shop.design.entity("orders").id, name="sales"))
    shop.apply(add_attribute(shop, "sales", "note text"))
    planned = shop.plan(url)
    assert planned.proposals == () == planned.questions, "identity tells"
    assert not planned.plan.losses
    done = migrate(shop, url)
    assert done.steps == len(planned.plan.up)
    assert rows(url, "SELECT full_name, total FROM customers JOIN sales ON customer_id = customers.id") == [("Ada", 10)]
    assert not shop.plan(url, exact=True)


def test_the_target_remembers_versions_and_whoever_asks_sees_them(shop, database_url, monkeypatch):
    monkeypatch.setenv("DESIGNER_USER", "ada")
    shop.deploy(database_url)
    shop.apply(add_attribute(shop, "orders", "note text"))
    migrate(shop, database_url, name="notes for orders")
    told = [(one.version, one.name, one.direction, one.by, one.success) for one in shop.migrations(database_url)]
    assert told == [(1, "deploy shop", "noted", "ada", True), (2, "notes for orders", "up", "ada", True)]
    assert [one.design_hash for one in shop.migrations(database_url)] == [one.design_hash for one in shop.versions]
    assert shop.design_at(2) == shop.design


def test_deploying_again_remembers_nothing_new(shop, database_url):
    shop.deploy(database_url)
    shop.deploy(database_url)
    assert len(shop.migrations(database_url)) == 1
    assert len(shop.versions) == 1


def test_losses_are_named_salvaged_and_come_back(shop, url):
    shop.deploy(url)
    run(url, *FILLED)
    remove(shop, "customers", "fax")
    proved = shop.prove(shop.plan(url), url=url)
    proof = proved.migration.proof.hash
    with pytest.raises(LossRefused, match=r"customers\.fax"):
        shop.apply_plan(proved, url, proof=proof)
    assert rows(url, "SELECT fax FROM customers") == [("55",)]
    shop.apply_plan(proved, url, proof=proof, allow=["public.customers.fax"])
    back = shop.plan_rollback(url)
    shop.apply_plan(back, url, proof=back.migration.proof.hash)
    assert rows(url, "SELECT fax FROM customers") == [("55",)]
    assert shop.migrations(url)[-1].direction == "down"
    assert shop.plan(url).plan.losses, "the design itself was not rolled back"
    shop.set_back(1)
    assert not shop.plan(url)


def test_back_to_a_version_undoes_all_since(shop, database_url):
    shop.deploy(database_url)
    run(database_url, *FILLED)
    remove(shop, "customers", "fax")
    migrate(shop, database_url, allow=["public.customers.fax"])
    rename(shop, "customers", "name", "full_name")
    migrate(shop, database_url)
    back = shop.plan_rollback(database_url, to=1)
    assert len(back.ways) == 2
    assert back.migration.proof.holds
    with pytest.raises(NotProved):
        shop.apply_plan(back, database_url, proof="other")
    shop.apply_plan(back, database_url, proof=back.migration.proof.hash)
    assert rows(database_url, "SELECT name, fax FROM customers") == [("Ada", "55")]
    shop.set_back(1)
    assert not shop.plan(database_url, exact=True)


def test_back_to_a_version_that_was_never_applied_there(shop, database_url):
    shop.save_version("before notes")
    shop.apply(add_attribute(shop, "orders", "note text"))
    shop.deploy(database_url)
    back = shop.plan_rollback(database_url, to=1)
    assert back.ways == ()
    assert [str(loss.on) for loss in back.plan.losses] == ["column public.orders.note"]
    proved = shop.prove(back)
    shop.apply_plan(proved, database_url, proof=proved.migration.proof.hash, allow=["public.orders.note"])
    assert shop.migrations(database_url)[-1].version == 1


def test_nothing_to_roll_back_is_said(shop, database_url):
    with pytest.raises(UnknownObject, match="nothing to roll back"):
        shop.plan_rollback(database_url)


def test_rolling_back_asks_for_the_proof(shop, database_url):
    shop.deploy(database_url)
    shop.apply(add_attribute(shop, "orders", "note text"))
    migrate(shop, database_url)
    proof = shop.plan_rollback(database_url).migration.proof.hash
    with pytest.raises(NotProved):
        shop.rollback(database_url, proof="other", allow=["public.orders.note"])
    shop.rollback(database_url, proof=proof, allow=["public.orders.note"])
    assert shop.migrations(database_url)[-1].direction == "down"


def test_objects_that_no_version_held_are_left_alone(shop, database_url):
    run(database_url, "CREATE TABLE theirs (id integer)")
    shop.deploy(database_url)
    run(database_url, "CREATE INDEX behind ON orders (total)", "CREATE VIEW seen AS SELECT total FROM orders")
    remove(shop, "customers", "fax")
    planned = shop.plan(database_url)
    kept = {str(key) for key in planned.unmanaged}
    assert {"relation public.theirs", "index public.behind", "relation public.seen"} <= kept
    assert [str(loss.on) for loss in planned.plan.losses] == ["column public.customers.fax"]
    migrate(shop, database_url, allow=["public.customers.fax"])
    assert rows(database_url, "SELECT * FROM theirs") == rows(database_url, "SELECT * FROM seen") == []
    exact = shop.plan(database_url, exact=True)
    assert {"relation public.theirs"} == {str(loss.on) for loss in exact.plan.losses}
    assert exact.unmanaged == ()


def test_what_a_version_held_goes_even_what_the_server_made_of_it(shop, database_url):
    shop.deploy(database_url)
    shop.apply(ChangeAttribute(**attribute_of(shop, "customers", "name"), changes={"is_nullable": True}))
    shop.apply(RemoveEntity(entity_id=shop.design.entity("orders").id, cascade=True))
    planned = shop.plan(database_url)
    assert planned.unmanaged == ()
    assert [str(loss.on) for loss in planned.plan.losses] == ["relation public.orders"]
    migrate(shop, database_url, allow=["public.orders"])
    run(database_url, "INSERT INTO customers VALUES (2, NULL, NULL)")
    assert not shop.plan(database_url, exact=True)


def test_a_target_that_was_changed_since_is_refused(shop, database_url):
    shop.deploy(database_url)
    shop.apply(add_attribute(shop, "orders", "note text"))
    proved = shop.prove(shop.plan(database_url))
    run(database_url, "ALTER TABLE orders ADD other integer")
    with pytest.raises(TargetChanged, match="other"):
        shop.apply_plan(proved, database_url, proof=proved.migration.proof.hash)


def test_a_plan_is_kept_in_a_file_and_applied_from_there(shop, database_url, tmp_path):
    shop.deploy(database_url)
    shop.apply(add_attribute(shop, "orders", "note text"))
    proved = shop.prove(shop.plan(database_url)).migration
    proved.save(tmp_path / "x.plan.json")
    opened = Migration.open(tmp_path / "x.plan.json")
    shop.apply_plan(opened, database_url, proof=proved.proof.hash)
    assert not shop.plan(database_url)


def test_a_plan_without_a_proof_is_refused(shop, database_url):
    shop.deploy(database_url)
    shop.apply(add_attribute(shop, "orders", "note text"))
    with pytest.raises(NotProved):
        shop.apply_plan(shop.plan(database_url), database_url, proof="")
    assert len(shop.versions) == 1, "what is refused makes no version"


def test_a_database_that_does_not_exist_yet_is_planned_without_making_it(shop):
    shop.target = "test_not_yet_there"
    planned = shop.plan()
    assert planned
    assert not target.exists("test_not_yet_there")
    try:
        proved = shop.prove(planned)
        shop.apply_plan(proved, proof=proved.migration.proof.hash)
        assert not shop.plan(exact=True)
    finally:
        target.embedded_server().drop_database("test_not_yet_there")


def test_the_second_plan_of_the_same_design_makes_no_shadow_for_it(shop, database_url, monkeypatch):
    shop.deploy(database_url)
    shop.plan(database_url)
    asked = []
    original = shadow._normalised
    monkeypatch.setattr(shadow, "_normalised", lambda *given: asked.append(given) or original(*given))
    assert not shop.plan(database_url)
    assert asked == []


def test_renames_of_a_stranger_are_asked_about(shop, database_url):
    run(
        database_url,
        "CREATE TABLE customers (id bigint PRIMARY KEY, full_name text NOT NULL, fax text)",
        "INSERT INTO customers VALUES (1, 'Ada', NULL)",
    )
    planned = shop.plan(database_url, exact=True)
    assert [(one.option, one.key, one.suggested) for one in planned.questions] == [
        ("renames", "public.customers.full_name", "name")
    ]
    proved = shop.prove(planned)
    assert proved.migration.proof is not None, "a plan with questions can be tried"
    with pytest.raises(OpenQuestions, match="full_name") as caught:
        shop.apply_plan(proved, database_url, proof=proved.migration.proof.hash, allow=["public.customers.full_name"])
    assert "renames={'public.customers.full_name': 'name' or 'no'}" in caught.value.mend
    refused = shop.plan(database_url, exact=True, renames={"public.customers.full_name": "no"})
    assert refused.questions == ()
    assert [str(loss.on) for loss in refused.plan.losses] == ["column public.customers.full_name"]
    migrate(shop, database_url, exact=True, renames={"customers.full_name": "name"})
    assert rows(database_url, "SELECT name FROM customers") == [("Ada",)]


def test_renames_are_asked_about_where_nothing_goes_as_well(shop, database_url):
    run(database_url, "CREATE TABLE customers (id bigint PRIMARY KEY, full_name text NOT NULL, fax text)")
    planned = shop.plan(database_url)
    assert [one.key for one in planned.questions] == ["public.customers.full_name"]
    assert "column public.customers.full_name" in map(str, planned.unmanaged)
    renamed = shop.plan(database_url, renames={"customers.full_name": "name"})
    assert (renamed.questions, renamed.unmanaged) == ((), ())
    assert not renamed.plan.losses


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"renames": {"customers.nmae": "x"}}, r"did you mean public\.customers\.name"),
        ({"renames": {"public.customers.name": "full"}}, "nothing of the name 'public.customers.full'"),
        ({"using": {"orders.nothing": "1"}}, "orders.nothing"),
    ],
    ids=["old", "new", "using"],
)
def test_an_answer_that_fits_nothing_is_refused(shop, database_url, options, message):
    shop.deploy(database_url)
    with pytest.raises(UnknownObject, match=message):
        shop.plan(database_url, **options)


def test_values_are_converted_as_it_is_said(shop, database_url):
    shop.deploy(database_url)
    run(database_url, "INSERT INTO customers VALUES (1, 'Ada', '+55')")
    shop.apply(ChangeAttribute(**attribute_of(shop, "customers", "fax"), changes={"data_type": "bigint"}))
    planned = shop.plan(database_url)
    assert [(one.option, one.key) for one in planned.questions] == [("using", "public.customers.fax")]
    migrate(shop, database_url, using={"customers.fax": "substr(fax, 2)::bigint"})
    assert rows(database_url, "SELECT fax FROM customers") == [(55,)]


def test_deploying_what_has_changed_names_the_plan(shop, database_url):
    shop.deploy(database_url)
    shop.apply(ChangeAttribute(**attribute_of(shop, "orders", "total"), changes={"data_type": "bigint"}))
    with pytest.raises(DeployRefused) as caught:
        shop.deploy(database_url)
    assert "project.plan()" in caught.value.mend


def test_a_role_without_rights_on_the_database_deploys_all_the_same(shop, database_url):
    name = f"test_narrow_{database_url.rpartition('test_')[2].partition('?')[0]}"
    run(database_url, f"CREATE ROLE {name} LOGIN", f"GRANT CREATE, USAGE ON SCHEMA public TO {name}")
    try:
        done = shop.deploy(database_url.replace("postgres@", f"{name}@", 1))
        assert done.created
        assert any("does not remember" in note for note in done.notes)
    finally:
        run(database_url, f"DROP OWNED BY {name}", f"DROP ROLE {name}")


def test_in_stages(shop, database_url):
    shop.deploy(database_url)
    run(database_url, *FILLED)
    shop.apply(add_attribute(shop, "orders", "note text not null default 'x'"))
    planned = shop.plan(database_url, online=True)
    assert planned.plan.mode == "online"
    migrate(shop, database_url, online=True)
    assert rows(database_url, "SELECT note FROM orders") == [("x",)]
    assert not shop.plan(database_url, exact=True)


def test_a_new_entity_on_a_target_with_history(shop, database_url):
    shop.deploy(database_url)
    shop.apply(add("people", "id bigint generated always as identity primary key", "born date"))
    planned = shop.plan(database_url)
    assert {key for step in planned.plan.up for key in step.facts} >= {ObjectId("relation", ("public", "people"))}
    assert sql_of(planned)[0].startswith("CREATE TABLE public.people")
    migrate(shop, database_url)


def test_what_was_purged_is_told_before_it_is_rolled_back(shop, database_url):
    shop.deploy(database_url)
    run(database_url, *FILLED)
    remove(shop, "customers", "fax")
    proved = shop.prove(shop.plan(database_url), url=database_url)
    shop.apply_plan(proved, database_url, proof=proved.migration.proof.hash, allow=["public.customers.fax"])
    assert not [note for note in shop.plan_rollback(database_url).notes if "purged" in note]
    with psycopg.connect(database_url, autocommit=True) as connection:
        purge(connection, [each.id for each in salvaged(connection)])
    notes = shop.plan_rollback(database_url).notes
    assert "column public.customers.fax was purged: its 1 rows do not come back" in notes
