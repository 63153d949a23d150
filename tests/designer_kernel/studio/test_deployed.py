from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest

from designer_kernel.design import Design
from designer_kernel.design.edits import RemoveEntity
from designer_kernel.errors import UnknownObject
from designer_kernel.studio.deployed import NotDeployed
from designer_kernel.studio.project import ProjectSession
from designer_kernel.studio.templates import from_template
from tests.designer_kernel.studio.conftest import add, relate


@pytest.fixture
def shop(session):
    """The project with two entities that belong together."""
    session.apply(add("reviews", "id bigint primary key", "stars int not null"))
    session.apply(relate(session, "products", "reviews"))
    return session


def rows(url, table):
    with psycopg.connect(url) as connection:
        return connection.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall()


def run(url, *statements):
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def test_filling_leaves_other_tables_alone(shop, database_url):
    run(database_url, "CREATE TABLE diary (day date, entry text)", "INSERT INTO diary VALUES ('2026-01-01', 'mine')")
    shop.deploy(database_url)
    for _ in range(2):
        shop.fill({"reviews": 9}, url=database_url, replace=True)
        assert [entry for _day, entry in rows(database_url, "diary")] == ["mine"]
    assert len(rows(database_url, "reviews")) == 9


def test_a_design_that_is_not_there_fills_and_empties_nothing(shop, database_url):
    run(database_url, "CREATE TABLE diary (entry text)", "INSERT INTO diary VALUES ('mine')")
    with pytest.raises(NotDeployed, match="nothing of this design") as caught:
        shop.fill(url=database_url, replace=True)
    assert caught.value.mend == "project.deploy()"
    assert rows(database_url, "diary") == [("mine",)]


def test_what_is_missing_is_named(shop, database_url):
    shop.deploy(database_url)
    run(database_url, "DROP TABLE reviews")
    with pytest.raises(NotDeployed, match="lacks reviews"):
        shop.fill(url=database_url)


def test_a_table_of_somebody_else_is_not_taken_for_ours(shop, database_url):
    run(
        database_url, "CREATE TABLE products (a int)", "CREATE TABLE reviews (a int)", "INSERT INTO products VALUES (7)"
    )
    with pytest.raises(NotDeployed, match=r"public\.products is not the design's: it has a; it lacks id, name"):
        shop.fill(url=database_url, replace=True)
    assert rows(database_url, "products") == [(7,)]


def test_a_reference_to_a_table_of_somebody_else_is_refused(shop, database_url):
    shop.deploy(database_url)
    run(
        database_url,
        "CREATE TABLE shelves (id bigint PRIMARY KEY)",
        "ALTER TABLE products ADD FOREIGN KEY (id) REFERENCES shelves",
    )
    with pytest.raises(NotDeployed, match="products refers to shelves, which is no table of the design"):
        shop.fill(url=database_url)
    assert rows(database_url, "shelves") == []


def test_what_the_server_cannot_hold_is_not_asked_for(tmp_path, database_url):
    market = ProjectSession(tmp_path / "m.design.yaml", from_template("marketplace", "m"))
    market.deploy(database_url, allow_missing=True)
    assert market.fill({"orders": 5}, url=database_url, scale=0.01).rows > 5


def test_names_that_the_design_does_not_have_are_told_before_any_server_is_asked(shop):
    with pytest.raises(UnknownObject, match="no table 'reveiws'") as caught:
        shop.fill({"reveiws": 3}, url="postgresql://127.0.0.1:1/nowhere")
    assert caught.value.mend == "did you mean reviews?"
    with pytest.raises(UnknownObject) as caught:
        shop.fill(url="postgresql://127.0.0.1:1/nowhere", tables=["zzz"])
    assert "products" in caught.value.mend


def test_what_a_replacement_would_remove_is_told_before_and_after(shop, database_url):
    shop.deploy(database_url)
    assert shop.rows_to_replace(database_url) == {}
    shop.fill({"reviews": 9, "products": 4}, url=database_url)
    assert shop.rows_to_replace(database_url) == {"products": 4, "reviews": 9}
    assert shop.rows_to_replace(database_url, tables=["products"]) == {"products": 4}
    again = shop.fill({"public.reviews": 2}, url=database_url, replace=True)
    assert "4 of products" in again.notes[0]
    assert "9 of reviews" in again.notes[0]


@pytest.mark.parametrize("ask", ["verify", "row_counts"])
def test_questions_to_a_target_without_the_design_say_so(shop, database_url, ask):
    with pytest.raises(NotDeployed, match="nothing of this design is deployed in") as caught:
        getattr(shop, ask)(url=database_url)
    assert caught.value.mend == "project.deploy()"
    with pytest.raises(NotDeployed):
        shop.preview("products", url=database_url)


def test_asking_makes_no_database(shop, server):
    shop.target = f"never_{uuid4().hex[:8]}"
    assert not shop.is_deployed()
    with pytest.raises(NotDeployed) as caught:
        shop.fill()
    assert caught.value.where == f"{shop.target} (embedded server)"
    with psycopg.connect(server.url()) as connection:
        found = connection.execute("SELECT FROM pg_database WHERE datname = %s", [shop.target]).fetchone()
    assert found is None


def test_a_design_without_tables_asks_for_none(session, database_url):
    session.apply(RemoveEntity(entity_id=session.design.entity("products").id))
    assert session.row_counts(url=database_url).empty


def test_the_default_target_is_a_plain_name(tmp_path):
    assert ProjectSession(tmp_path / "x.design.yaml", Design(name="my shop: 2/3")).target == "my_shop_2_3"
