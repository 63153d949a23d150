"""What goes comes back: every destructive change there and back, with rows, on both servers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, LiteralString

import psycopg
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.migrate.online import online
from designer_kernel.migrate.plan import Hints, plan
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.migrate.running import run_steps
from designer_kernel.migrate.salvage import salvaged, salvaging
from designer_kernel.migrate.steps import Plan, stages
from tests.designer_kernel.catalog.databases import FreshUrl, load
from tests.designer_kernel.migrate.databases import ALTERATIONS, migrate, read, shop, version

ROWS = (Path(__file__).parent / "rows.sql").read_text()

HARD = """
CREATE TABLE aux.codes (id bigint GENERATED ALWAYS AS IDENTITY, code text NOT NULL UNIQUE, kind shop.status);
CREATE TABLE aux.secret (id int PRIMARY KEY, word text NOT NULL, salvage_id int);
ALTER TABLE aux.secret ENABLE ROW LEVEL SECURITY; ALTER TABLE aux.secret FORCE ROW LEVEL SECURITY;
CREATE FUNCTION aux.shout() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.word := upper(NEW.word); RETURN NEW; END$$;
CREATE TRIGGER shout BEFORE INSERT OR UPDATE ON aux.secret FOR EACH ROW EXECUTE FUNCTION aux.shout();
CREATE TRIGGER never BEFORE UPDATE ON aux.secret FOR EACH ROW EXECUTE FUNCTION aux.shout();
ALTER TABLE aux.secret DISABLE TRIGGER never;
CREATE RULE still AS ON UPDATE TO aux.secret DO INSTEAD NOTHING;
CREATE TABLE aux.parent (id int PRIMARY KEY, at timestamptz, note text DEFAULT 'none');
CREATE TABLE aux.child (PRIMARY KEY (id)) INHERITS (aux.parent);
CREATE TABLE aux."Odd ""name" ("Key" shop.email NOT NULL, "the value" numeric(8,3), "select" text[]);
CREATE UNIQUE INDEX ON aux."Odd ""name" ("Key");
CREATE TABLE aux.pairs (a int, b int, c text NOT NULL);
"""
HARD_ROWS = """
INSERT INTO aux.codes (code, kind) SELECT 'c' || i, 'paid' FROM generate_series(1, 4) i;
DELETE FROM aux.codes WHERE id = 4;
ALTER TABLE aux.secret DISABLE TRIGGER shout;
INSERT INTO aux.secret SELECT i, 'word ' || i, -i FROM generate_series(1, 4) i;
ALTER TABLE aux.secret ENABLE TRIGGER shout;
INSERT INTO aux.parent
    SELECT i, timestamptz '2024-01-01 12:34:56+00' + i * interval '1 hour', 'p' || i FROM generate_series(1, 3) i;
INSERT INTO aux.child SELECT i, timestamptz '2024-02-01 12:34:56+00', 'c' || i FROM generate_series(2, 5) i;
INSERT INTO aux."Odd ""name" VALUES ('a@b', 1.234, '{a,NULL}'), ('c@d', NULL, NULL);
INSERT INTO aux.pairs SELECT i % 2, i, 'x' || i FROM generate_series(1, 4) i;
"""
"""What is hard to bring back: values that are always generated, triggers and rules in the way, children, odd names."""

DESTRUCTIVE = {
    "columns": [
        "ALTER TABLE shop.orders DROP COLUMN note",
        "ALTER TABLE shop.orders DROP COLUMN total CASCADE",
        "ALTER TABLE shop.events DROP COLUMN kind",
        "ALTER TABLE shop.items DROP COLUMN qty",
        "ALTER TABLE shop.customers DROP COLUMN home",
        "ALTER TABLE shop.customers DROP COLUMN email",
        "ALTER TABLE shop.products ALTER price TYPE numeric(8,0)",
    ],
    "hard columns": [
        "ALTER TABLE aux.codes DROP COLUMN id, DROP COLUMN kind",
        "ALTER TABLE aux.secret DROP COLUMN salvage_id",
        "ALTER TABLE aux.parent ALTER at TYPE date, DROP COLUMN note",
        'ALTER TABLE aux."Odd ""name" DROP COLUMN "the value", DROP COLUMN "select"',
        "ALTER TABLE shop.orders DROP COLUMN note, ADD COLUMN note text GENERATED ALWAYS AS ('x') STORED",
        "ALTER TYPE shop.addr DROP ATTRIBUTE city CASCADE",
    ],
    "tables": [
        "DROP TABLE shop.items, shop.orders, shop.customers CASCADE",
        "DROP TABLE shop.events_2025",
        "DROP DOMAIN shop.email CASCADE",
        "DROP TABLE aux.secret, aux.codes, aux.child",
    ],
    "everything": ["DROP SCHEMA shop CASCADE", "DROP SCHEMA aux CASCADE", "DROP PUBLICATION shop_pub"],
}


def contents(url: str) -> dict[str, Counter[tuple[str | None, ...]]]:
    """Return the rows of all tables, without what is computed."""
    found = {}
    with psycopg.connect(url) as connection:
        tables = connection.execute(
            "SELECT n.nspname, c.relname, array_agg(a.attname ORDER BY a.attname) FROM pg_class c"
            " JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid"
            " WHERE c.relkind = 'r' AND c.oid >= 16384 AND n.nspname NOT LIKE 'schema_designer%'"
            " AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' GROUP BY 1, 2"
        ).fetchall()
        for schema, name, columns in tables:
            texts = ", ".join(f"{quote_path(column)}::text" for column in columns)
            query = f"SELECT {texts} FROM ONLY {quote_path(schema, name)}"
            found[f"{schema}.{name} {columns}"] = Counter(connection.execute(query.encode()).fetchall())
    return found


def there_and_back(
    fresh: FreshUrl,
    alterations: list[str],
    *,
    rows: str = ROWS + HARD_ROWS,
    hints: Hints | None = None,
    start: str = HARD,
) -> Plan:
    """Carry out a plan with rows, there and back, and see that they are the same."""
    old, _ = shop(fresh)
    new, _ = shop(fresh)
    for url in (old, new):
        load(url, start) if start else None
    made = 0
    with psycopg.connect(new, autocommit=True) as connection:
        for alteration in alterations:
            try:
                connection.execute(alteration.encode())
                made += 1
            except psycopg.Error:
                continue
    assert made, "the alterations are ones"
    before, after = read(old), read(new)
    load(old, rows if start else ROWS)
    first = contents(old)
    assert sum(counted.total() for counted in first.values()) >= 20
    way = plan(before, after, version=version(old), shadow=Rehearsal(old), hints=hints)
    way = salvaging(way, before, after)
    assert differences(after, migrate(old, way.up)) == []
    assert differences(before, migrate(old, way.down)) == []
    assert contents(old) == first
    return way


@pytest.mark.parametrize("name", DESTRUCTIVE)
def test_what_goes_comes_back_with_its_rows(name: str, fresh_url: FreshUrl) -> None:
    way = there_and_back(fresh_url, DESTRUCTIVE[name])
    assert any(step.action == "salvage" for step in way.up) or not way.losses


@pytest.mark.older
@pytest.mark.parametrize("name", DESTRUCTIVE)
def test_the_same_on_an_older_server(name: str, fresh_older_url: FreshUrl) -> None:
    there_and_back(fresh_older_url, DESTRUCTIVE[name])


STATUS = ObjectId("column", ("shop", "orders", "status"))
WITHOUT_SHIPPED = [
    "ALTER TABLE shop.orders ALTER status DROP DEFAULT",
    "DROP VIEW shop.paid CASCADE", "DROP INDEX shop.orders_placed", "DROP STATISTICS shop.st",
    "ALTER TABLE aux.codes DROP COLUMN kind",
    "ALTER TYPE shop.status RENAME TO was",
    "CREATE TYPE shop.status AS ENUM ('new', 'paid')",
    "ALTER TABLE shop.orders ALTER status TYPE shop.status USING 'new'",
    "DROP TYPE shop.was",
]  # fmt: skip


def test_values_of_an_enumeration_that_go_come_back(fresh_url: FreshUrl) -> None:
    mapping = "CASE status::text WHEN 'shipped' THEN 'paid' ELSE status::text END::shop.status"
    way = there_and_back(fresh_url, WITHOUT_SHIPPED, hints=Hints(using={STATUS: mapping}))
    assert "its values shipped become others" in {loss.reason for loss in way.losses}


def test_a_plan_says_that_values_of_an_enumeration_are_in_the_way(fresh_url: FreshUrl) -> None:
    old, _ = shop(fresh_url)
    new, _ = shop(fresh_url)
    load(old, HARD)
    load(new, HARD)
    load(new, ";".join(WITHOUT_SHIPPED))
    before, after = read(old), read(new)
    load(old, ROWS)
    way = salvaging(plan(before, after, version=version(old), shadow=Rehearsal(old)), before, after)
    queries = [h.query for step in way.up for h in step.hazards if h.query and h.on == STATUS]
    assert STATUS not in {loss.on for loss in way.losses}, "such rows do not go, they stand in the way"
    with psycopg.connect(old) as connection:
        assert {row[0] for row in connection.execute(queries[0].encode())} == {"shipped"}


def _pairs(connection: psycopg.Connection[Any], query: LiteralString) -> dict[int, Any]:
    return dict(connection.execute(query).fetchall())


def test_what_was_changed_meanwhile_stays_changed(fresh_url: FreshUrl) -> None:
    old, _ = shop(fresh_url)
    new, _ = shop(
        fresh_url,
        ["ALTER TABLE shop.orders DROP COLUMN note", "ALTER TABLE shop.products ALTER price TYPE numeric(8,0)"],
    )
    before, after = read(old), read(new)
    load(old, ROWS)
    way = salvaging(plan(before, after, version=version(old), shadow=Rehearsal(old)), before, after)
    for round_ in range(2):  # what is salvaged again does not meet what was salvaged before
        with psycopg.connect(old) as connection:
            notes = _pairs(connection, "SELECT id, note FROM shop.orders")
            prices = _pairs(connection, "SELECT id, price FROM shop.products")
        migrate(old, way.up)
        gone, changed = 1 + round_, 1 + round_
        with psycopg.connect(old) as connection:
            connection.execute("DELETE FROM shop.items; DELETE FROM shop.orders WHERE id = " + str(gone))
            connection.execute("INSERT INTO shop.orders (customer_id) VALUES (1)")
            connection.execute("UPDATE shop.products SET price = 70 WHERE id = " + str(changed))
        migrate(old, way.down)
        with psycopg.connect(old) as connection:
            now = _pairs(connection, "SELECT id, note FROM shop.orders")
            assert now == {key: note for key, note in notes.items() if key != gone} | {10 + round_: None}
            costs = _pairs(connection, "SELECT id, price FROM shop.products")
            assert costs == prices | {changed: 70}
    with psycopg.connect(old) as connection:
        assert [each.restored_at is not None for each in salvaged(connection)] == [True] * 4


def test_sequences_go_on_where_they_were(fresh_url: FreshUrl) -> None:
    old, _ = shop(fresh_url)
    new, _ = shop(fresh_url, ["DROP TABLE shop.items, shop.products", "ALTER TABLE shop.orders DROP COLUMN id"])
    before, after = read(old), read(new)
    load(old, ROWS)
    way = salvaging(plan(before, after, version=version(old), shadow=Rehearsal(old)), before, after)
    migrate(old, way.up)
    migrate(old, way.down)
    with psycopg.connect(old) as connection:
        assert connection.execute("SELECT nextval('shop.products_id_seq')").fetchone() == (5,)
        added = connection.execute("INSERT INTO shop.orders (customer_id) VALUES (1) RETURNING id").fetchone()
        assert added == (10,)


def test_names_that_change_on_the_way_are_followed(fresh_url: FreshUrl) -> None:
    renames = {
        ObjectId("relation", ("shop", "orders")): ObjectId("relation", ("aux", "sales")),
        ObjectId("column", ("shop", "orders", "id")): ObjectId("column", ("aux", "sales", "number")),
        ObjectId("column", ("shop", "orders", "placed")): ObjectId("column", ("aux", "sales", "day")),
        ObjectId("column", ("shop", "products", "price")): ObjectId("column", ("shop", "products", "cost")),
    }
    alterations = [
        "ALTER TABLE shop.orders RENAME TO sales; ALTER TABLE shop.sales RENAME id TO number",
        "ALTER TABLE shop.sales RENAME placed TO day; ALTER TABLE shop.sales SET SCHEMA aux",
        "ALTER TABLE aux.sales DROP COLUMN note",
        "ALTER TABLE shop.products RENAME price TO cost; ALTER TABLE shop.products ALTER cost TYPE numeric(8,0)",
    ]
    way = there_and_back(fresh_url, alterations, hints=Hints(renames))
    assert [str(loss.on) for loss in way.losses] == ["column aux.sales.note"]


def test_in_stages_what_goes_is_kept_in_the_transaction_that_takes_it(fresh_url: FreshUrl) -> None:
    old, _ = shop(fresh_url)
    new, _ = shop(fresh_url, ["ALTER TABLE shop.orders DROP COLUMN note", "CREATE INDEX ON shop.orders (total)"])
    before, after = read(old), read(new)
    load(old, ROWS)
    first = contents(old)
    way = plan(before, after, version=version(old), shadow=Rehearsal(old))
    way = salvaging(online(way, before, after), before, after)
    groups = [[step.action for step in stage] for stage in stages(way.up)]
    assert ["salvage", "drop"] in groups
    assert all(stage[0].is_transactional or len(stage) == 1 for stage in stages((*way.up, *way.down)))
    for steps, catalog in ((way.up, after), (way.down, before)):
        with psycopg.connect(old, autocommit=True) as connection:
            run_steps(connection, steps)
        assert differences(catalog, read(old)) == []
    assert contents(old) == first


@settings(max_examples=4, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(alterations=st.lists(st.sampled_from(ALTERATIONS), min_size=2, max_size=8, unique=True))
def test_rows_are_the_same_there_and_back_whatever_is_altered(alterations: list[str], fresh_url: FreshUrl) -> None:
    try:
        there_and_back(fresh_url, alterations, start="")
    except psycopg.errors.IntegrityError:
        reject()  # the rows do not allow it, and the plan says so
