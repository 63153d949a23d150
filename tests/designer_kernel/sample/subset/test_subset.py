"""A subset stands by itself, and holds nothing of what was marked."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

import json
import threading
from pathlib import Path

import psycopg
import pytest

from designer_kernel.errors import Cancelled, DesignerError, InvalidSql, SamplePlanError
from designer_kernel.sample.subset import propose, replacing, subset
from tests.designer_kernel.sample.databases import ask, contents, create, not_valid, one, schema_hash

KEY = b"a key for tests, of 32 bytes ...."
SHOP = """
CREATE TYPE gender AS ENUM ('female', 'male', 'other');
CREATE TABLE regions (code char(2) PRIMARY KEY, name text NOT NULL);
CREATE TABLE users (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email varchar(60) NOT NULL UNIQUE CHECK (email LIKE '%_@_%'), first_name text NOT NULL, last_name text,
  full_name text GENERATED ALWAYS AS (first_name || ' ' || coalesce(last_name, '')) STORED, phone varchar(20), born date CHECK (born > '1900-01-01'), sex gender,
  tax_id char(11) UNIQUE CHECK (tax_id ~ '^[0-9]{3}-[0-9]{2}-[0-9]{4}$'), profile jsonb, tags text[], photo bytea, search tsvector, region char(2) REFERENCES regions,
  invited_by bigint REFERENCES users, favourite bigint
);
CREATE TABLE products (sku text PRIMARY KEY, name text NOT NULL, price numeric(10, 2) NOT NULL);
CREATE TABLE orders (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(), user_id bigint NOT NULL REFERENCES users, contact_email varchar(80), placed timestamptz NOT NULL, notes text
);
CREATE TABLE order_items (
  order_id uuid NOT NULL REFERENCES orders, line int NOT NULL, sku text NOT NULL REFERENCES products, quantity int NOT NULL CHECK (quantity > 0), PRIMARY KEY (order_id, line)
);
ALTER TABLE users ADD FOREIGN KEY (favourite) REFERENCES users;
CREATE TABLE logins (email varchar(60) NOT NULL REFERENCES users (email), at timestamptz NOT NULL, ip inet, PRIMARY KEY (email, at)) PARTITION BY RANGE (at);
CREATE TABLE logins_a PARTITION OF logins FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE TABLE logins_b PARTITION OF logins FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
CREATE TABLE pairs (a bigint NOT NULL REFERENCES users, b bigint NOT NULL REFERENCES users, note json, PRIMARY KEY (a, b));
CREATE MATERIALIZED VIEW per_user AS SELECT user_id, count(*) FROM orders GROUP BY 1;
CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'a trigger ran'; END $$;
INSERT INTO regions VALUES ('NO', 'North'), ('SO', 'South');
INSERT INTO users (email, first_name, last_name, phone, born, sex, tax_id, profile, tags, photo, search, region, invited_by)
SELECT 'person' || n || '.zaphod@real.test', 'Zaphod' || chr(64 + n), CASE WHEN n % 5 > 0 THEN 'Beeblebrox' || chr(64 + n) END, CASE WHEN n % 3 > 0 THEN '+49 151 ' || 5550000 + n * 7 END,
  date '1970-01-01' + n * 201, (enum_range(NULL::gender))[1 + n % 3], lpad((n * 7)::text, 3, '9') || '-' || 10 + n || '-' || 4000 + n * 3,
  jsonb_build_object('contact', jsonb_build_object('mail', 'Person' || n || '.Zaphod@real.test', 'phones', jsonb_build_array('+49 30 88' || n || '77')), 'theme', 'dark', 'ratio', 1.50),
  ARRAY['likes "tea"', 'knows Zaphod' || chr(64 + n)], convert_to('person' || n || '.zaphod@real.test', 'UTF8'), to_tsvector('simple', 'Zaphod' || chr(64 + n) || ' tea'),
  CASE WHEN n % 2 = 0 THEN 'NO' ELSE 'SO' END, NULLIF(n / 4, 0)
FROM generate_series(1, 20) n;
UPDATE users SET favourite = 21 - id;
INSERT INTO products SELECT 'SKU' || n, 'Thing ' || n, n FROM generate_series(1, 12) n;
INSERT INTO orders (id, user_id, contact_email, placed, notes)
SELECT md5(n::text)::uuid, 1 + n % 20, CASE WHEN n % 2 = 0 THEN 'person' || 1 + n % 20 || '.zaphod@real.test' END, timestamptz '2025-01-01' + n * interval '1 hour',
  'Call ZaphodA (person' || 1 + n % 20 || '.zaphod@real.test), not before 9.' FROM generate_series(1, 60) n;
INSERT INTO order_items SELECT id, line, 'SKU' || 1 + (line + get_byte(uuid_send(id), 0)) % 12, line FROM orders, generate_series(1, 3) line;
INSERT INTO logins SELECT email, timestamptz '2024-06-01' + id * interval '20 days', inet '93.184.216.0' + id FROM users;
INSERT INTO pairs SELECT id, 1 + id % 20, json_build_object('said', 'Hello ZaphodB BeeblebroxB') FROM users;
CREATE TRIGGER loud BEFORE INSERT ON orders FOR EACH ROW EXECUTE FUNCTION shout();
COMMENT ON COLUMN users.phone IS 'how to reach them; @personal(phone)';
ANALYZE;
"""
PERSONAL = [
    "users.email",
    "users.first_name",
    "users.last_name",
    "users.born",
    "users.tax_id",
    "users.profile.contact",
    "users.tags",
    "users.photo",
    "orders.contact_email",
    "logins.ip",
]


@pytest.fixture
def shop(clean_url: str) -> str:
    """A shop with everything that is hard to take a part of."""
    return create(clean_url, SHOP)


def dumped(url: str) -> str:
    """Return every value of every table as text, bytes both as hexadecimal and as what they spell."""
    parts = []
    for table in contents(url):
        rows = ask(url, f"SELECT to_jsonb(t)::text, t::text FROM {table} t")
        parts += [text for row in rows for text in row]
        for (column,) in ask(
            url, "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND atttypid = 'bytea'::regtype", table
        ):
            parts += [
                text
                for (text,) in ask(url, f"SELECT encode({column}, 'escape') FROM {table} WHERE {column} IS NOT NULL")
            ]
    return "\n".join(parts).casefold()


def secrets_of(url: str) -> set[str]:
    """Return every value of the source's marked columns."""
    found = set()
    for query in (
        "SELECT unnest(ARRAY[email, first_name, last_name, phone, tax_id, born::text, profile #>> '{contact,mail}', profile #>> '{contact,phones,0}', tags[2], encode(photo, 'hex')]) FROM users",
        "SELECT contact_email FROM orders", "SELECT host(ip) FROM logins",
    ):  # fmt: skip
        found |= {value.casefold() for (value,) in ask(url, query) if value}
    return found


def test_nothing_marked_is_in_the_target(shop: str, database_url: str, tmp_path: Path) -> None:
    told: list[str] = []
    result = subset(
        shop, database_url, root="users WHERE id <= 9", children="all", personal=PERSONAL, key=KEY, manifest=tmp_path / "manifest.json",
        progress=lambda _done, _all, what: told.append(what),
    )  # fmt: skip
    target = dumped(database_url)
    leaked = [value for value in secrets_of(shop) if value in target]
    assert leaked == []
    outside = "\n".join([(tmp_path / "manifest.json").read_text(), str(result), repr(result), *told]).casefold()
    assert [value for value in secrets_of(shop) if value in outside] == []
    assert KEY.decode() not in outside + target
    assert not_valid(database_url) == []
    assert any("orders.notes" in note for note in result.notes)


def test_references_lead_nowhere_outside(shop: str, database_url: str) -> None:
    result = subset(
        shop,
        database_url,
        root="orders WHERE placed < '2025-01-02'",
        rows=7,
        children=["order_items"],
        personal=PERSONAL,
    )
    assert one(database_url, "SELECT count(*) FROM orders") == 7
    assert one(database_url, "SELECT count(*) FROM order_items") == 21
    assert one(database_url, "SELECT count(*) FROM logins") == 0
    assert not_valid(database_url) == []
    assert one(database_url, "SELECT count(*) FROM per_user") == one(
        database_url, "SELECT count(DISTINCT user_id) FROM orders"
    )
    assert one(database_url, "SELECT nextval(pg_get_serial_sequence('users', 'id')) > max(id) FROM users")
    assert schema_hash(database_url) == schema_hash(shop)
    assert result.rows == sum(count for count, _ in contents(database_url).values())


def test_the_same_value_has_the_same_fake_everywhere_and_always(shop: str, database_url: str) -> None:
    subset(shop, database_url, root="users", children="all", personal=PERSONAL, key=KEY)
    first = contents(database_url)
    assert one(database_url, "SELECT count(*) FROM users") == 20
    assert (
        one(database_url, "SELECT count(*) FROM orders JOIN users u ON u.id = user_id WHERE contact_email <> u.email")
        == 0
    )
    assert one(database_url, "SELECT count(DISTINCT email) FROM users") == 20
    assert (
        one(database_url, "SELECT count(*) FROM users WHERE full_name <> first_name || ' ' || coalesce(last_name, '')")
        == 0
    )
    assert one(database_url, "SELECT count(*) FROM users WHERE last_name IS NULL") == one(
        shop, "SELECT count(*) FROM users WHERE last_name IS NULL"
    )
    assert one(database_url, "SELECT count(*) FROM users WHERE phone !~ '^\\+\\d\\d \\d{3} \\d{7}$'") == 0
    assert one(database_url, "SELECT profile ->> 'theme' || (profile ->> 'ratio') FROM users LIMIT 1") == "dark1.50"
    create(database_url, "TRUNCATE regions, users, products, orders, order_items, logins, pairs")
    subset(shop, database_url, root="users", children="all", personal=PERSONAL, key=KEY)
    assert contents(database_url) == first
    create(database_url, "TRUNCATE regions, users, products, orders, order_items, logins, pairs")
    subset(shop, database_url, root="users", children="all", personal=PERSONAL, key=KEY[::-1])
    assert contents(database_url) != first


def test_marks_in_documents_and_lists_are_replaced_without_a_search(shop: str, database_url: str) -> None:
    subset(shop, database_url, root="users", personal=["users.profile.contact", "users.tags"], search=False)
    text = one(database_url, "SELECT string_agg(profile::text || tags::text, '') FROM users")
    assert "zaphod" not in text.casefold()
    assert one(database_url, "SELECT count(*) FROM users WHERE email LIKE '%zaphod%'") == 20


def test_personal_keys_are_replaced_at_both_ends(shop: str, database_url: str) -> None:
    result = subset(shop, database_url, root="logins", personal={"users.email": "email", "users.id": "number"}, key=KEY)
    assert {m.label for m in result.replaced} >= {
        "public.logins.email",
        "public.users.email",
        "public.users.invited_by",
    }
    assert one(database_url, "SELECT count(*) FROM logins JOIN users USING (email)") == 20
    assert one(database_url, "SELECT count(*) FROM logins WHERE email LIKE '%real.test'") == 0
    assert one(database_url, "SELECT count(*) FROM users a JOIN users b ON a.favourite = b.id") == 20


def test_children_are_limited_for_each_parent(shop: str, database_url: str) -> None:
    subset(
        shop, database_url, root="SELECT id FROM users WHERE region = 'NO'", children={"orders": 2, "order_items": 1}
    )
    per_user = ask(database_url, "SELECT count(*) FROM orders GROUP BY user_id")
    assert {n for (n,) in per_user} == {2}
    assert one(database_url, "SELECT count(*) FROM order_items") == one(database_url, "SELECT count(*) FROM orders")


def test_a_share_is_the_same_in_every_run(shop: str, database_url: str) -> None:
    subset(shop, database_url, root="orders", share=0.25, key=KEY)
    first = contents(database_url)
    assert first["public.orders"][0] == 15
    create(database_url, "TRUNCATE regions, users, products, orders, order_items, logins, pairs")
    subset(shop, database_url, root="orders", share=0.25, key=KEY)
    assert contents(database_url) == first


def test_what_looks_personal_is_told(shop: str, database_url: str) -> None:
    marks, unmarked = propose(shop, personal=["users.email"], harmless=["users.sex"])
    assert [m.label for m in marks if m.reason == "by its comment"] == ["public.users.phone"]
    labels = {s.label for s in unmarked}
    assert {"public.users.first_name", "public.users.tax_id", "public.orders.contact_email"} <= labels
    assert not labels & {"public.users.sex", "public.products.name", "public.users.email"}
    with pytest.raises(SamplePlanError) as caught:
        subset(shop, database_url, root="users", strict=True)
    assert "users.first_name" in caught.value.what


def test_a_target_that_does_not_fit_is_refused_and_stays(shop: str, database_url: str) -> None:
    create(database_url, SHOP)
    before = contents(database_url)
    with pytest.raises(SamplePlanError) as caught:
        subset(shop, database_url, root="orders")
    assert caught.value.where == "public.orders"
    assert contents(database_url) == before
    with pytest.raises(SamplePlanError):
        subset(shop, shop, root="orders")


def test_a_root_that_is_no_condition_is_refused(shop: str, database_url: str) -> None:
    for root in ("orders; DROP TABLE orders", "orders WHERE true) AS q; SELECT (1", "orders, users", "orders ORDER BY 1", "orders WHERE", "SELECT 1, 2 FROM users"):  # fmt: skip
        with pytest.raises(InvalidSql):
            subset(shop, database_url, root=root)


def test_errors_quote_no_value(shop: str, database_url: str) -> None:
    create(shop, "ALTER TABLE users ADD CONSTRAINT real CHECK (email LIKE '%real.test')")
    with pytest.raises(DesignerError) as caught:
        subset(shop, database_url, root="users WHERE email = 'person3.zaphod@real.test'", personal=PERSONAL)
    assert "users.real" in str(caught.value)
    text = str(caught.value) + repr(caught.value.__cause__)
    assert not [value for value in secrets_of(shop) if value in text.casefold()]
    assert one(database_url, "SELECT count(*) FROM users") == 0


def test_it_can_be_cancelled(shop: str, database_url: str) -> None:
    cancel = threading.Event()
    with pytest.raises(Cancelled):
        subset(
            shop,
            database_url,
            root="orders",
            cancel=cancel,
            progress=lambda _d, _a, what: cancel.set() if "orders" in what else None,
        )
    assert sum(count for count, _ in contents(database_url).values()) == 0


def test_the_manifest_holds_no_constant(shop: str, database_url: str, tmp_path: Path) -> None:
    subset(shop, database_url, root="users WHERE email = 'person3.zaphod@real.test'", manifest=tmp_path / "m.json")
    manifest = json.loads((tmp_path / "m.json").read_text())
    assert manifest["root"] == "users WHERE email = $1"
    assert manifest["tables"]["public.users"] >= 1


@pytest.mark.older
def test_between_versions_and_back(older_url: str, database_url: str) -> None:
    create(older_url, SHOP)
    subset(
        older_url, database_url, root="users WHERE id < 5", children=["orders", "logins"], personal=PERSONAL, key=KEY
    )
    target = dumped(database_url)
    assert [value for value in secrets_of(older_url) if value in target] == []
    assert psycopg.__version__
    assert one(database_url, "SELECT count(*) FROM orders") == 12


def test_copies_and_marks_within_marks_are_replaced(
    shop: str, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    create(
        shop,
        """
        CREATE TABLE members (id int PRIMARY KEY, token uuid NOT NULL, profile jsonb);
        CREATE TABLE visits (member_id int REFERENCES members, token uuid, url text);
        INSERT INTO members VALUES (1, '11111111-2222-4333-8444-555555555555', '{"email": "marvin@real.test", "born": 19771012, "name": {"Zarniwoop Vann": "Marvin"}}');
        INSERT INTO visits VALUES (1, '11111111-2222-4333-8444-555555555555', '/verify?email=marvin@real.test&x=1');
        """,
    )
    personal = ["members.token", "members.profile", "members.profile.email", "members.profile.name"]
    monkeypatch.setattr(replacing, "WHOLE_UP_TO", 0)
    result = subset(shop, database_url, root="visits", personal=personal, key=KEY)
    assert any("members.token" in note and "rows that come along" in note for note in result.notes)
    assert not [word for word in ("marvin", "zarniwoop", "19771012", "11111111") if word in dumped(database_url)]
    assert one(
        database_url, "SELECT v.token = m.token AND v.url LIKE '/verify?email=%@example.%&x=1' FROM visits v, members m"
    )
    assert "@example." in one(database_url, "SELECT profile ->> 'email' FROM members")


def test_inherited_columns_are_marked_and_equal_numbers_are_told(shop: str, database_url: str) -> None:
    create(
        shop,
        """
        CREATE TABLE people (id int PRIMARY KEY, name text, ssn bigint); CREATE TABLE pilots (wing text) INHERITS (people);
        CREATE TABLE calls (id int PRIMARY KEY, number bigint, by text DEFAULT 'Trilliana');
        INSERT INTO people VALUES (1, 'Arthurus', 123456789); INSERT INTO pilots VALUES (2, 'Trilliana', 987654321, 'left');
        INSERT INTO calls (id, number) VALUES (1, 123456789), (2, 987654321), (3, 5);
        """,
    )
    personal = {"people.name": "person name", "people.ssn": "number"}
    subset(shop, database_url, root="pilots", personal=personal, key=KEY)
    assert not [word for word in ("trilliana", "987654321") if word in dumped(database_url)]
    create(database_url, "TRUNCATE people, pilots, calls")
    result = subset(shop, database_url, root="calls", personal=personal, key=KEY)
    assert any("schema itself holds 1 personal" in note for note in result.notes)
    assert any("2 numbers" in note and "public.calls.number" in note for note in result.notes)
    assert one(database_url, "SELECT sum(number) FROM calls") == 123456789 + 987654321 + 5
