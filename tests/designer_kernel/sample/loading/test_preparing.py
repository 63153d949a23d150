"""What is decided before rows are sent, and what it leads to on the server."""

# ruff: noqa: E501 SQL reads better on one line

from __future__ import annotations

import threading
from collections import Counter

import psycopg
import pytest

from designer_kernel.errors import Cancelled, SamplePlanError
from designer_kernel.postgres.introspect import introspect
from designer_kernel.sample import fill, plan
from designer_kernel.sample.loading import preparing, room
from designer_kernel.sample.loading.parts import Schedule, parts_of
from tests.designer_kernel.sample.databases import ask, contents, create, not_valid, one, schema_hash
from tests.designer_kernel.sample.loading.shop import PART, ROWS, SHOP


@pytest.fixture
def shop(clean_url: str) -> str:
    """An empty shop."""
    return create(clean_url, SHOP)


def test_rows_of_emptied_tables_need_never_be_frozen(shop: str) -> None:
    fill(shop, rows=ROWS)
    frozen = "SELECT relname::text FROM pg_class WHERE relname IN ('orders', 'events_old', 'customers') AND relallvisible > 0 ORDER BY 1"
    assert ask(shop, frozen) == [("events_old",), ("orders",)]
    assert one(shop, "SELECT count(*) FROM events_old") > 0


def test_unlogged_tables_are_logged_in_the_end(shop: str) -> None:
    create(shop, "CREATE UNLOGGED TABLE heap (id int PRIMARY KEY)")
    before = schema_hash(shop)
    fill(shop, rows={**ROWS, "heap": 30_000}, unlogged=True)
    alone = contents(shop)
    fill(shop, rows={**ROWS, "heap": 30_000}, unlogged=True, resumable=True, part=PART, mode="replace")
    assert contents(shop) == alone
    assert schema_hash(shop) == before
    assert ask(shop, "SELECT relname::text FROM pg_class WHERE relpersistence = 'u' AND relkind = 'r'") == [("heap",)]


def test_memory_for_indexes_is_shared_by_those_who_build_them(shop: str) -> None:
    with psycopg.connect(shop, autocommit=True) as connection:
        one_builder = preparing.session_of(connection)
        connection.execute("SET maintenance_work_mem = '2GB'")
        assert preparing.session_of(connection, 4).memory == 2 << 30
        connection.execute("RESET maintenance_work_mem")
        assert preparing.session_of(connection, 2).memory <= one_builder.memory
        one_builder.apply(connection)
        row = connection.execute("SELECT pg_size_bytes(current_setting('maintenance_work_mem'))").fetchone()
    assert row == (one_builder.memory,)


def test_what_rows_take_is_estimated_from_a_few_of_them(shop: str) -> None:
    rows = {"tenants": 4, "customers": 500, "orders": 60_000, "events": 60_000, "log": 0}
    with psycopg.connect(shop) as connection:
        need = room.needed(connection, introspect(connection), plan(shop, rows=rows))
    fill(shop, rows=rows)
    tables = one(
        shop,
        "SELECT sum(pg_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace",
    )
    indexes = one(
        shop,
        "SELECT sum(pg_relation_size(oid)) FROM pg_class WHERE relkind = 'i' AND relnamespace = 'public'::regnamespace",
    )
    assert 0.8 < need.tables / float(tables) < 1.4
    assert 0.7 < need.indexes / float(indexes) < 1.8


def test_what_does_not_fit_is_refused_with_figures(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(
        SamplePlanError, match=r"about .* GB \(.* of rows, .* of indexes.*the server's disk has"
    ) as caught:
        fill(shop, rows={"orders": 2_000_000_000, "events": 10, "tenants": 4, "customers": 1000})
    assert "check_room=False" in caught.value.mend
    assert one(shop, "SELECT count(*) FROM tenants") == 0
    monkeypatch.setattr(room, "directory_of", lambda connection: None)
    filling = fill(shop, rows={"tenants": 4, "customers": 100, "orders": 100, "events": 100_000, "log": 0})
    assert any("cannot be known from here" in note for note in filling.notes)


def test_parts_follow_the_key_by_which_a_target_is_distributed(shop: str) -> None:
    made = plan(shop, rows={"tenants": 50, "customers": 5_000, "orders": 40_000, "events": 0})
    name = ("public", "customers")
    cuts = [p.start for p in parts_of(made, 600, ("public", "tenants")) if p.table == name]
    frame = made.frame("customers")
    tenants = [bytes(key) for key in frame.column("tenant_id").data]
    assert cuts[0] == 0
    assert len(cuts) > 5
    assert all(tenants[cut] != tenants[cut - 1] for cut in cuts[1:])
    plain = [p for p in parts_of(made, 600) if p.table == name]
    assert [p.rows for p in plain[:-1]] == [600] * (len(plain) - 1)
    assert sum(p.rows for p in parts_of(made, 600)) == made.rows


TENANTS = """
CREATE TABLE tenants (id int PRIMARY KEY, name text NOT NULL);
CREATE TABLE users (tenant_id int NOT NULL REFERENCES tenants, id int NOT NULL, email text NOT NULL, PRIMARY KEY (tenant_id, id));
CREATE TABLE orders (tenant_id int NOT NULL, user_id int NOT NULL, id int NOT NULL, total numeric(10, 2) NOT NULL, PRIMARY KEY (tenant_id, id),
                     FOREIGN KEY (tenant_id, user_id) REFERENCES users (tenant_id, id)) PARTITION BY HASH (tenant_id);
CREATE TABLE orders_0 PARTITION OF orders FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE orders_1 PARTITION OF orders FOR VALUES WITH (MODULUS 2, REMAINDER 1);
"""


def check_that_parts_follow_partitions(url: str) -> None:
    """Parts end where a tenant's rows do, as the target's partitions say by themselves; the rows are the same."""
    made = plan(create(url, TENANTS), rows={"tenants": 40, "users": 800, "orders": 9_000}, seed=2)
    orders, users = ("public", "orders"), ("public", "users")
    cuts = [part.start for part in parts_of(made, 700) if part.table == orders]
    tenants = made.frame("orders").column("tenant_id").data
    assert len(cuts) > 5
    counts = Counter(tenants.tolist())
    assert all(tenants[cut] != tenants[cut - 1] or counts[tenants[cut]] > 700 for cut in cuts[1:])
    assert any(cut % 700 for cut in cuts)
    assert {part.rows for part in parts_of(made, 100) if part.table == users} == {100}  # it is not divided
    fill(url, plan=made)
    alone = contents(url)
    fill(url, plan=made, mode="replace", connections=2, part=700)
    assert contents(url) == alone


def test_parts_follow_the_partitions_of_tenants(clean_url: str) -> None:
    check_that_parts_follow_partitions(clean_url)


@pytest.mark.older
def test_parts_follow_the_partitions_of_an_older_server(older_url: str) -> None:
    check_that_parts_follow_partitions(older_url)


def test_tables_wait_for_those_that_keys_in_place_lead_to(shop: str) -> None:
    made = plan(shop, rows={"tenants": 2, "customers": 30, "orders": 10, "events": 10, "log": 0})
    orders, customers = ("public", "orders"), ("public", "customers")
    schedule = Schedule(parts_of(made, 20), {customers: {("public", "tenants")}, orders: {customers}})
    order = []
    while not schedule.is_done:
        taken = []
        while (part := schedule.take()) is not None:
            taken.append(part)
        order.append({part.table[1] for part in taken})
        for part in taken:
            schedule.done(part)
    assert order == [{"tenants", "events"}, {"customers"}, {"orders"}]


@pytest.mark.parametrize("connections", [1, 2])
def test_rows_are_added_to_those_that_are_there(shop: str, connections: int) -> None:
    few = {"tenants": 4, "customers": 50, "orders": 100, "events": 200, "log": 0}
    fill(shop, rows=few, seed=1)
    before = schema_hash(shop), contents(shop)
    fill(shop, rows={"orders": 25_000, "events": 300}, mode="append", seed=2, connections=connections, part=PART)
    assert (schema_hash(shop), not_valid(shop)) == (before[0], [])
    assert one(shop, "SELECT count(*) FROM orders") == 25_100
    assert one(shop, "SELECT count(*) FROM events") == 500


def test_who_owns_nothing_fills_in_parts_with_constraints_in_place(shop: str) -> None:
    few = {"tenants": 4, "customers": 50, "orders": 900, "events": 300, "log": 0}
    fill(shop, rows=few, seed=2)
    alone = contents(shop)
    role = "sample_guest"
    create(shop, f"TRUNCATE tenants, log CASCADE; DROP ROLE IF EXISTS {role}; CREATE ROLE {role} LOGIN")
    create(
        shop,
        f"GRANT ALL ON ALL TABLES IN SCHEMA public TO {role}; GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {role}",
    )
    guest = shop.replace("postgres@", f"{role}@", 1)
    name = one(shop, "SELECT current_database()")
    try:
        with pytest.raises(SamplePlanError, match="you may not make the journal"):
            fill(guest, rows=few, seed=2, resumable=True, part=100)
        create(shop, f"GRANT CREATE ON DATABASE {name} TO {role}")
        fill(guest, rows=few, seed=2, connections=2, part=100)
        create(shop, "TRUNCATE log")  # triggers ran: the tables are somebody else's
        assert contents(shop) == alone
    finally:
        create(shop, f"DROP OWNED BY {role}; DROP ROLE {role}")


def test_tables_that_hold_rows_stay_logged(clean_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(preparing, "WORTHWHILE", 100)
    create(
        clean_url,
        "CREATE TABLE a (id int PRIMARY KEY, name text); CREATE INDEX a_by_name ON a (name); INSERT INTO a VALUES (1, 'old')",
    )
    cancel = threading.Event()
    persistence = set()

    def progress(_done: int, _total: int, label: str) -> None:
        persistence.add(one(clean_url, "SELECT relpersistence::text FROM pg_class WHERE relname = 'a'"))
        if label.startswith("building"):  # rows are there, and must be told from the old one
            cancel.set()

    with pytest.raises(Cancelled):
        fill(clean_url, rows={"a": 300}, mode="append", unlogged=True, resumable=True, progress=progress, cancel=cancel)
    assert persistence == {"p"}
    assert ask(clean_url, "SELECT * FROM a") == [(1, "old")]


@pytest.mark.parametrize("resumable", [False, True])
def test_tables_that_inherit_keep_their_rows(clean_url: str, resumable: bool) -> None:
    create(
        clean_url,
        "CREATE TABLE p (id int PRIMARY KEY); CREATE TABLE c (extra int) INHERITS (p); INSERT INTO p VALUES (1); INSERT INTO c VALUES (2, 3)",
    )
    fill(clean_url, rows={"p": 10}, tables=["p"], mode="replace", resumable=resumable)
    assert ask(clean_url, "SELECT * FROM c") == [(2, 3)]
    assert one(clean_url, "SELECT count(*) FROM ONLY p") == 10


def test_replaced_rows_come_back_each_to_its_own_table(clean_url: str) -> None:
    create(
        clean_url,
        "CREATE TABLE p (id int); CREATE TABLE c (extra int) INHERITS (p); INSERT INTO p VALUES (1); INSERT INTO c VALUES (2, 3)",
    )
    cancel = threading.Event()

    def progress(done: int, total: int, _label: str) -> None:
        if done == total:  # even the last word may cancel it
            cancel.set()

    with pytest.raises(Cancelled):
        fill(clean_url, mode="replace", resumable=True, progress=progress, cancel=cancel)
    assert ask(clean_url, "SELECT * FROM ONLY p") == [(1,)]
    assert ask(clean_url, "SELECT * FROM c") == [(2, 3)]


def test_no_number_of_a_sequence_is_given_twice(clean_url: str) -> None:
    create(
        clean_url,
        """
        CREATE SEQUENCE s; CREATE TABLE a (id bigint PRIMARY KEY DEFAULT nextval('s')); CREATE TABLE b (id bigint PRIMARY KEY DEFAULT nextval('s'));
        CREATE TABLE d (id bigserial PRIMARY KEY, name text); INSERT INTO d (name) SELECT 'x' FROM generate_series(1, 90); DELETE FROM d WHERE id > 3;
        """,
    )
    fill(clean_url, rows={"a": 50, "b": 5}, tables=["a", "b"])
    assert one(clean_url, "SELECT last_value FROM s") == 50
    fill(clean_url, rows={"b": 7}, tables=["b"], mode="replace")
    assert one(clean_url, "SELECT last_value FROM s") == 50
    fill(clean_url, rows={"d": 5}, mode="append")
    assert one(clean_url, "SELECT last_value FROM d_id_seq") == 90
    fill(clean_url, rows={"d": 5}, tables=["d"], mode="replace")
    assert one(clean_url, "SELECT last_value FROM d_id_seq") == 5


def test_undoing_leaves_numbers_that_others_took(clean_url: str) -> None:
    create(clean_url, "CREATE TABLE d (id bigserial PRIMARY KEY, name text); INSERT INTO d (name) VALUES ('old')")
    cancel = threading.Event()

    def progress(_done: int, _total: int, label: str) -> None:
        if label == "statistics" and not cancel.is_set():
            create(clean_url, "SELECT nextval('d_id_seq') FROM generate_series(1, 40)")
            cancel.set()

    with pytest.raises(Cancelled):
        fill(clean_url, rows={"d": 5}, mode="append", resumable=True, progress=progress, cancel=cancel)
    assert one(clean_url, "SELECT last_value FROM d_id_seq") == 41
    assert one(clean_url, "SELECT count(*) FROM d") == 1
