"""A fill is all or nothing, says what it refuses, and leaves the schema as it was."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

import threading
import time
from datetime import date

import psycopg
import pytest
from psycopg import sql

from designer_kernel.errors import Cancelled, SamplePlanError, StatementFailed, UnknownObject
from designer_kernel.sample import fill, plan
from tests.designer_kernel.sample.databases import ask, contents, create, disabled_triggers, one, schema_hash

SHOP = """
CREATE TABLE customers (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, email text UNIQUE);
CREATE TABLE orders (
  id uuid PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customers ON DELETE CASCADE, total numeric(10, 2) NOT NULL,
  created_at timestamptz NOT NULL, CONSTRAINT total_positive CHECK (total >= 0)
);
COMMENT ON CONSTRAINT orders_customer_id_fkey ON orders IS 'who ordered';
CREATE INDEX orders_by_time ON orders (created_at DESC) WHERE total > 10;
COMMENT ON INDEX orders_by_time IS 'for the dashboard';
CREATE TABLE log (what text);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO log VALUES (TG_OP); RETURN NEW; END $$;
CREATE TRIGGER noted AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION note();
CREATE TRIGGER always_noted AFTER DELETE ON orders FOR EACH ROW EXECUTE FUNCTION note();
ALTER TABLE orders ENABLE ALWAYS TRIGGER always_noted;
CREATE TRIGGER never_noted AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION note();
ALTER TABLE orders DISABLE TRIGGER never_noted;
CREATE MATERIALIZED VIEW revenue AS SELECT customer_id, sum(total) AS total FROM orders GROUP BY 1;
CREATE VIEW best AS SELECT * FROM revenue ORDER BY total DESC LIMIT 10;
CREATE MATERIALIZED VIEW best_names AS SELECT name FROM best JOIN customers ON id = customer_id;
"""
FEW = {"customers": 40, "orders": 100, "log": 0}


@pytest.fixture
def shop(clean_url: str) -> str:
    """A small shop with triggers, comments and materialized views, still empty."""
    return create(clean_url, SHOP)


def test_rows_arrive_and_the_result_says_so(shop: str) -> None:
    filling = fill(shop, rows=FEW)
    assert {name: rows for name, (rows, _) in contents(shop).items()} == {
        "public.customers": 40, "public.log": 0, "public.orders": 100,
    }  # fmt: skip
    assert filling.rows == 140
    assert list(filling.to_frame()["rows"]) == [40, 100]
    assert filling.as_dict()["tables"][1]["table"] == "public.orders"
    assert "public.orders" in str(filling)
    assert "140 rows" in str(filling)


def test_the_same_seed_gives_the_same_database(shop: str) -> None:
    fill(shop, rows=FEW, seed=1)
    first = contents(shop)
    fill(shop, rows=FEW, seed=1, replace=True)
    assert contents(shop) == first
    fill(shop, rows=FEW, seed=2, replace=True)
    assert contents(shop) != first


def test_schema_comments_and_trigger_modes_survive(shop: str) -> None:
    modes = "SELECT tgname::text, tgenabled::text FROM pg_trigger WHERE NOT tgisinternal ORDER BY 1"
    before = schema_hash(shop), ask(shop, modes)
    fill(shop, rows={"customers": 30_000, "orders": 60_000, "log": 0})
    assert (schema_hash(shop), ask(shop, modes)) == before


def test_triggers_do_not_run_and_that_is_said(shop: str) -> None:
    filling = fill(shop, rows=FEW)
    assert one(shop, "SELECT count(*) FROM log") == 0
    assert any("did not run, and what triggers write" in note for note in filling.notes)


def test_materialized_views_show_the_new_rows(shop: str) -> None:
    fill(shop, rows=FEW)
    assert one(shop, "SELECT sum(total) FROM revenue") == one(shop, "SELECT sum(total) FROM orders")
    assert one(shop, "SELECT count(*) FROM best_names") == 10


def test_a_materialized_view_that_fails_is_named_and_costs_nothing_else(shop: str) -> None:
    create(shop, "CREATE MATERIALIZED VIEW broken AS SELECT 1 / (count(*) - 100) AS x FROM orders WITH NO DATA")
    filling = fill(shop, rows=FEW)
    assert any("public.broken was not refreshed: division by zero" in note for note in filling.notes)
    assert one(shop, "SELECT count(*) FROM orders") == 100


def test_statistics_are_there(shop: str) -> None:
    fill(shop, rows=FEW)
    assert one(shop, "SELECT reltuples FROM pg_class WHERE relname = 'orders'") == 100


def test_a_table_with_rows_is_refused_by_name(shop: str) -> None:
    create(shop, "INSERT INTO customers (name) VALUES ('Ada')")
    before = contents(shop)
    with pytest.raises(SamplePlanError) as caught:
        fill(shop, rows=FEW)
    assert caught.value.where == "public.customers"
    assert "replace=True" in caught.value.mend
    assert contents(shop) == before


def test_replace_empties_what_it_fills_and_nothing_else(shop: str) -> None:
    create(shop, "INSERT INTO customers (name) VALUES ('Ada'); INSERT INTO log VALUES ('kept')")
    fill(shop, rows=FEW, replace=True)
    assert one(shop, "SELECT count(*) FROM customers WHERE name = 'Ada'") == 0
    assert one(shop, "SELECT count(*) FROM log") == 1


def test_replace_refuses_while_others_refer_to_the_rows(shop: str) -> None:
    fill(shop, rows=FEW)
    create(
        shop,
        "CREATE TABLE complaints (customer_id bigint REFERENCES customers); INSERT INTO complaints VALUES (1)",
    )
    before = contents(shop)
    with pytest.raises(SamplePlanError) as caught:
        fill(shop, tables=["customers", "orders"], rows={"orders": 5}, replace=True)
    assert caught.value.where == "public.complaints.complaints_customer_id_fkey"
    assert contents(shop) == before


def test_chosen_tables_bring_what_they_refer_to(shop: str) -> None:
    filling = fill(shop, tables=["orders"], rows={"orders": 10, "customers": 3})
    assert [t.table for t in filling.tables] == ["public.customers", "public.orders"]
    assert any("public.customers is filled as well" in note for note in filling.notes)


def test_cancelling_leaves_nothing(shop: str) -> None:
    before = contents(shop), schema_hash(shop)
    cancel = threading.Event()

    def progress(done: int, total: int, label: str) -> None:
        if label == "public.orders" and done:
            cancel.set()

    with pytest.raises(Cancelled):
        fill(shop, rows={"customers": 1000, "orders": 200_000, "log": 0}, progress=progress, cancel=cancel)
    assert (contents(shop), schema_hash(shop)) == before
    assert disabled_triggers(shop) == ["never_noted"]


def test_cancelling_ends_what_the_server_is_busy_with(shop: str) -> None:
    create(shop, "CREATE MATERIALIZED VIEW slow AS SELECT 1 AS x FROM orders, pg_sleep(60) WITH NO DATA")
    before = contents(shop), schema_hash(shop)
    cancel = threading.Event()
    threading.Timer(1.0, cancel.set).start()
    started = time.perf_counter()
    with pytest.raises(Cancelled):
        fill(shop, rows=FEW, cancel=cancel)
    assert time.perf_counter() - started < 20
    assert (contents(shop), schema_hash(shop)) == before


def test_progress_grows_to_its_total(shop: str) -> None:
    seen: list[tuple[int, int, str]] = []
    fill(shop, rows={"customers": 20_000, "orders": 120_000, "log": 0}, progress=lambda *step: seen.append(step))
    done = [step[0] for step in seen]
    assert done == sorted(done)
    assert seen[-1][0] == seen[-1][1]
    assert {step[1] for step in seen} == {seen[0][1]}
    assert any("checking public.orders.orders_customer_id_fkey" in step[2] for step in seen)


def test_a_server_that_refuses_leaves_nothing_and_names_the_constraint(shop: str) -> None:
    create(
        shop,
        """
        CREATE FUNCTION picky(numeric) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT false';
        CREATE TABLE odd (id int PRIMARY KEY, x int);
        CREATE UNIQUE INDEX odd_tenth ON odd (picky(x)) WHERE id > 0;
        """,
    )
    before = contents(shop), schema_hash(shop)
    with pytest.raises(SamplePlanError) as caught:
        fill(shop)
    assert caught.value.where == "public.odd.odd_tenth"
    assert (contents(shop), schema_hash(shop)) == before


def test_a_rule_that_swallows_rows_is_found(shop: str) -> None:
    create(
        shop,
        """
        CREATE FUNCTION drop_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
        CREATE TRIGGER dropped BEFORE INSERT ON log FOR EACH ROW EXECUTE FUNCTION drop_row();
        """,
    )
    filling = fill(shop, rows={**FEW, "log": 5})
    assert filling.rows == 145
    assert one(shop, "SELECT count(*) FROM log") == 5


@pytest.mark.parametrize("name", ["nothing", "public.nothing", ""])
def test_unknown_tables_are_named(shop: str, name: str) -> None:
    with pytest.raises(UnknownObject) as caught:
        plan(shop, rows={name: 5})
    assert caught.value.where == name


@pytest.fixture
def visitor(shop: str) -> str:
    """The URL of the shop for a role that may insert and owns nothing."""
    role = "sample_visitor"
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP ROLE IF EXISTS {}").format(sql.Identifier(role)))
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(role)))
        connection.execute("GRANT SELECT, INSERT, UPDATE ON ALL TABLES IN SCHEMA public TO sample_visitor")
        connection.execute("GRANT SELECT, UPDATE, USAGE ON ALL SEQUENCES IN SCHEMA public TO sample_visitor")
    yield shop.replace("postgres@", f"{role}@", 1)
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute("DROP OWNED BY sample_visitor")
        connection.execute("DROP ROLE sample_visitor")


def test_who_owns_nothing_fills_with_constraints_in_place(visitor: str) -> None:
    filling = fill(visitor, rows=FEW)
    assert any("not yours" in note for note in filling.notes)
    assert one(visitor, "SELECT count(*) FROM orders") == 100
    assert one(visitor, "SELECT count(*) FROM log") == 100  # triggers ran


def test_row_security_is_refused_before_anything_happens(shop: str, visitor: str) -> None:
    create(shop, "ALTER TABLE orders ENABLE ROW LEVEL SECURITY")
    with pytest.raises(SamplePlanError) as caught:
        fill(visitor, rows=FEW)
    assert caught.value.where == "public.orders"
    assert "BYPASSRLS" in caught.value.mend
    assert one(shop, "SELECT count(*) FROM customers") == 0


def test_missing_rights_are_refused(shop: str, visitor: str) -> None:
    create(shop, "REVOKE INSERT ON orders FROM sample_visitor")
    with pytest.raises(SamplePlanError, match="may not insert"):
        fill(visitor, rows=FEW)


def test_a_circle_needs_its_owner(shop: str, visitor: str) -> None:
    create(
        shop,
        """
        CREATE TABLE x (id int PRIMARY KEY, y_id int NOT NULL); CREATE TABLE y (id int PRIMARY KEY, x_id int NOT NULL REFERENCES x);
        ALTER TABLE x ADD CONSTRAINT x_to_y FOREIGN KEY (y_id) REFERENCES y;
        GRANT SELECT, INSERT ON x, y TO sample_visitor;
        """,
    )
    with pytest.raises(SamplePlanError) as caught:
        fill(visitor, rows=FEW)
    assert caught.value.where in ("public.x.x_to_y", "public.y.y_x_id_fkey")
    create(
        shop, "ALTER TABLE x ALTER CONSTRAINT x_to_y DEFERRABLE; ALTER TABLE y ALTER CONSTRAINT y_x_id_fkey DEFERRABLE"
    )
    assert fill(visitor, rows=FEW).rows > 140


def test_a_lock_held_by_others_ends_in_an_error(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from designer_kernel.sample.loading import preparing

    monkeypatch.setattr(preparing, "LOCK_TIMEOUT", "200ms")
    with psycopg.connect(shop) as other:
        other.execute("LOCK TABLE orders IN ACCESS SHARE MODE")
        with pytest.raises(StatementFailed, match="lock timeout"):
            fill(shop, rows=FEW)


@pytest.mark.older
def test_an_older_server_is_filled_as_well(older_url: str) -> None:
    create(older_url, SHOP)
    before = schema_hash(older_url)
    fill(older_url, rows={"customers": 25_000, "orders": 50_000, "log": 0})
    assert one(older_url, "SELECT count(*) FROM orders") == 50_000
    assert schema_hash(older_url) == before


def test_a_database_without_tables_is_filled_with_nothing(clean_url: str) -> None:
    filling = fill(clean_url)
    assert (filling.rows, filling.tables) == (0, ())
    assert str(filling)


def test_cancelling_before_the_start_changes_nothing(shop: str) -> None:
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(Cancelled):
        fill(shop, rows=FEW, cancel=cancel)
    assert one(shop, "SELECT count(*) FROM customers") == 0


def test_a_plan_changes_nothing(shop: str) -> None:
    before = contents(shop), schema_hash(shop)
    made = plan(shop, rows=FEW, seed=5)
    assert made.seed == 5
    assert "customer" in str(made)
    assert (contents(shop), schema_hash(shop)) == before


@pytest.mark.parametrize("scale", [1e12, 0, -1, float("nan"), float("inf")])
def test_an_impossible_scale_is_refused_in_words(database_url, scale):
    create(database_url, SHOP)
    with pytest.raises(SamplePlanError, match=r"cannot be made|no positive number") as error:
        plan(database_url, scale=scale)
    assert error.value.mend


def test_nothing_happens_after_until(database_url):
    create(database_url, SHOP)
    fill(database_url, rows=FEW, until=date(2020, 3, 1))
    assert one(database_url, "SELECT max(created_at) < '2020-03-01+00' FROM orders")


def test_emptying_what_is_empty_sets_off_no_trigger(database_url):
    create(database_url, SHOP)
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE TRIGGER emptied BEFORE TRUNCATE ON orders EXECUTE FUNCTION note()")
    fill(database_url, rows=FEW, replace=True)
    assert one(database_url, "SELECT count(*) FROM log") == 0
    fill(database_url, rows=FEW, replace=True)
    assert one(database_url, "SELECT count(*) FROM log WHERE what = 'TRUNCATE'") == 1
