"""What goes comes back: every destructive change there and back, with rows, on both servers."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import psycopg
import pytest

from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.migrate.plan import Hints, plan
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.migrate.salvage import salvaging
from designer_kernel.migrate.steps import Plan
from tests.designer_kernel.catalog.databases import FreshUrl, load
from tests.designer_kernel.migrate.databases import migrate, read, shop, version

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
    load(old, rows)
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
