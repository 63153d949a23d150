"""Traits on a real server: what each of them promises."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import psycopg.sql
import pytest
from pydantic import ValidationError

from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design.expansion import expand
from designer_kernel.design.parts import Key
from designer_kernel.errors import InvalidDesign
from tests.designer_kernel.design.trait_designs import deploy, entity, one, tenancy, text


def test_timestamps_are_kept_by_one_shared_function(deployed):
    traits = ({"kind": "timestamps"},)
    design = Design(name="d", entities=(entity("a", text("note"), traits=traits), entity("b", traits=traits)))
    connection = deployed(design)
    connection.execute("INSERT INTO a (note) VALUES ('first')")
    before = one(connection, "SELECT updated_at FROM a")
    connection.execute("UPDATE a SET note = 'second'")
    assert one(connection, "SELECT updated_at > %s FROM a", before)
    assert one(connection, "SELECT created_at = %s FROM a", before)
    assert one(connection, "SELECT count(*) FROM pg_proc WHERE proname = 'set_updated_at'") == 1


def test_timestamps_without_updated_add_no_trigger():
    expanded = expand(
        Design(name="d", entities=(entity("a", traits=({"kind": "timestamps", "updated": None},)),))
    ).design
    assert [a.name for a in expanded.entity("a").attributes] == ["id", "created_at"]
    assert expanded.functions == ()


def test_soft_deleted_rows_leave_the_view_and_free_their_key(deployed):
    design = Design(
        name="d", entities=(entity("users", text("email", is_unique=True), traits=({"kind": "soft_delete"},)),)
    )
    connection = deployed(design)
    connection.execute("INSERT INTO users (email) VALUES ('a@example.com')")
    with pytest.raises(psycopg.errors.UniqueViolation):
        connection.execute("INSERT INTO users (email) VALUES ('a@example.com')")
    connection.execute("UPDATE users SET deleted_at = now()")
    connection.execute("INSERT INTO users (email) VALUES ('a@example.com')")
    assert one(connection, "SELECT count(*) FROM users") == 2
    assert one(connection, "SELECT count(*) FROM live_users") == 1


def test_soft_delete_keeps_a_key_that_others_point_at():
    users = entity("users", text("login", is_unique=True, is_nullable=False), traits=({"kind": "soft_delete"},))
    posts = entity("posts")
    relationship = Relationship(source_entity_id=users.id, target_entity_id=posts.id, source_attributes=("login",))
    expanded = expand(Design(name="d", entities=(users, posts), relationships=(relationship,)))
    assert expanded.design.entity("users").attribute("login").is_unique


def test_a_tenant_neither_sees_nor_touches_anothers_rows(deployed):
    connection = deployed(tenancy())
    first, second = (one(connection, "INSERT INTO tenants (name) VALUES (%s) RETURNING id", n) for n in "ab")
    theirs = one(connection, "INSERT INTO orders (tenant_id) VALUES (%s) RETURNING id", second)
    connection.execute("SET ROLE app_tenant")
    assert one(connection, "SELECT count(*) FROM orders") == 0, "without a tenant nothing is visible"
    connection.execute("SELECT set_config('app.tenant_id', %s, false)", (str(first),))
    assert one(connection, "SELECT count(*) FROM orders") == 0
    assert one(connection, "SELECT count(*) FROM live_orders") == 0, "views do not leak"
    assert connection.execute("UPDATE orders SET note = 'mine'").rowcount == 0
    assert connection.execute("DELETE FROM orders").rowcount == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("INSERT INTO orders (tenant_id) VALUES (%s)", (second,))
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        connection.execute("INSERT INTO items (tenant_id, order_id) VALUES (%s, %s)", (first, theirs))
    mine = one(connection, "INSERT INTO orders (tenant_id) VALUES (%s) RETURNING id", first)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("UPDATE orders SET tenant_id = %s WHERE id = %s", (second, mine))
    assert one(connection, "SELECT count(*) FROM live_orders") == 1


def test_tenant_scope_binds_the_owner_too(deployed):
    connection = deployed(tenancy())
    forced = connection.execute("SELECT relname FROM pg_class WHERE relforcerowsecurity ORDER BY 1").fetchall()
    assert [name for (name,) in forced] == ["items", "orders"]


def test_tenant_keys_lead_an_index_of_every_scoped_table(deployed):
    connection = deployed(tenancy())
    leading = connection.execute("""
        SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = i.indkey[0]
        WHERE a.attname = 'tenant_id' ORDER BY 1""").fetchall()
    assert [name for (name,) in leading] == ["items", "orders"]


def test_set_null_clears_only_the_reference_not_the_tenant(deployed):
    design = tenancy()
    relationship = design.relationships[0].replace(source_cardinality="0..1", on_delete_action="SET NULL")
    connection = deployed(design.replace(relationships=(relationship,)))
    tenant = one(connection, "INSERT INTO tenants (name) VALUES ('a') RETURNING id")
    order = one(connection, "INSERT INTO orders (tenant_id) VALUES (%s) RETURNING id", tenant)
    connection.execute("INSERT INTO items (tenant_id, order_id) VALUES (%s, %s)", (tenant, order))
    connection.execute("DELETE FROM orders")
    assert connection.execute("SELECT tenant_id, order_id FROM items").fetchall() == [(tenant, None)]


def test_a_tenant_without_a_plain_key_is_refused():
    tenants = Entity(name="tenants", attributes=(text("name"),))
    scoped = entity("orders", traits=({"kind": "tenant_scoped", "tenant_entity_id": tenants.id},))
    with pytest.raises(InvalidDesign, match="tenant_entity_id"):
        expand(Design(name="d", entities=(tenants, scoped)))


def test_every_change_of_an_audited_table_is_logged_once(deployed):
    audited = {"kind": "audited", "exclude": ["secret"]}
    connection = deployed(
        Design(name="d", entities=(entity("users", text("name"), text("secret"), traits=(audited,)),))
    )
    connection.execute("INSERT INTO users (name, secret) VALUES ('ann', 'x')")
    connection.execute("UPDATE users SET name = 'bob'")
    connection.execute("DELETE FROM users")
    logged = connection.execute(
        "SELECT operation, old_row ->> 'name', new_row ->> 'name', row_key ? 'id' FROM audit_log ORDER BY id"
    ).fetchall()
    assert logged == [("INSERT", None, "ann", True), ("UPDATE", "ann", "bob", True), ("DELETE", "bob", None, True)]
    assert one(connection, "SELECT count(*) FROM audit_log WHERE old_row ? 'secret' OR new_row ? 'secret'") == 0


def test_emptying_an_audited_table_is_logged_and_partitions_go_by_the_name_of_the_whole(deployed):
    at = Attribute(name="at", data_type="date", is_nullable=False)
    traits = ({"kind": "audited"}, {"kind": "partitioned", "attribute": "at", "start": "2026-01-01"})
    connection = deployed(Design(name="d", entities=(entity("events", at, schema_name="log", traits=traits),)))
    connection.execute("INSERT INTO log.events (at) VALUES ('2026-01-01')")
    connection.execute("TRUNCATE log.events")
    logged = connection.execute("SELECT table_schema, table_name, operation FROM audit_log ORDER BY id").fetchall()
    assert logged == [("log", "events", "INSERT"), ("log", "events", "TRUNCATE")]


def test_what_is_kept_out_of_the_log_must_be_there():
    trait = {"kind": "audited", "exclude": ["pasword"]}
    with pytest.raises(InvalidDesign, match="'pasword'"):
        expand(Design(name="d", entities=(entity("users", text("password"), traits=(trait,)),)))


def test_the_ciphertext_is_kept_out_of_the_log_with_its_attribute():
    traits = ({"kind": "audited", "exclude": ["phone"]}, {"kind": "encrypted", "attributes": ["phone"]})
    found = expand(Design(name="d", entities=(entity("users", text("phone"), traits=traits),))).design.entity("users")
    assert {trigger.arguments[1] for trigger in found.triggers} == {'["encrypted_phone"]'}


@pytest.mark.parametrize(
    "change", ["UPDATE audit_log SET operation = 'x'", "DELETE FROM audit_log", "TRUNCATE audit_log"]
)
def test_the_log_is_append_only_even_for_its_owner(deployed, change):
    connection = deployed(Design(name="d", entities=(entity("users", traits=({"kind": "audited"},)),)))
    connection.execute("INSERT INTO users DEFAULT VALUES")
    with pytest.raises(psycopg.errors.InsufficientPrivilege, match="append-only"):
        connection.execute(change)


def test_a_role_without_rights_on_the_log_is_logged_all_the_same(deployed):
    connection = deployed(Design(name="d", entities=(entity("users", traits=({"kind": "audited"},)),)))
    role = f"writer_{uuid4().hex[:8]}"
    connection.execute(f"CREATE ROLE {role}")
    try:
        connection.execute(f"GRANT INSERT ON users TO {role}")
        connection.execute(f"SET ROLE {role}")
        connection.execute("INSERT INTO users DEFAULT VALUES")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT * FROM audit_log")
        connection.execute("RESET ROLE")
        assert one(connection, "SELECT count(*) FROM audit_log") == 1
    finally:
        connection.execute("RESET ROLE")
        connection.execute(f"DROP OWNED BY {role}")
        connection.execute(f"DROP ROLE {role}")


@pytest.mark.parametrize(
    ("trait", "names"),
    [
        (
            {"method": "RANGE", "attribute": "at", "interval": "MONTH", "start": "2026-11-15", "ahead": 2},
            ["events_2026_11", "events_2026_12", "events_default"],
        ),
        (
            {"method": "RANGE", "attribute": "at", "interval": "DAY", "start": "2026-12-31", "ahead": 2},
            ["events_2026_12_31", "events_2027_01_01", "events_default"],
        ),
        (
            {
                "method": "RANGE",
                "attribute": "at",
                "interval": "YEAR",
                "start": "2026-02-02",
                "ahead": 2,
                "default_partition": False,
            },
            ["events_2026", "events_2027"],
        ),
        (
            {"method": "LIST", "attribute": "region", "lists": {"eu": ["de", "it's"], "us": ["us"]}},
            ["events_default", "events_eu", "events_us"],
        ),
        ({"method": "HASH", "attribute": "region", "modulus": 3}, ["events_p0", "events_p1", "events_p2"]),
    ],
)
def test_partitions_are_made_and_keys_made_legal(deployed, trait, names):
    at = Attribute(name="at", data_type="timestamptz", is_nullable=False, default_value="now()")
    events = entity(
        "events", at, text("region"), text("code", is_unique=True), traits=({"kind": "partitioned", **trait},)
    )
    connection = deployed(Design(name="d", entities=(events,)))
    found = connection.execute(
        "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'events'::regclass ORDER BY 1"
    ).fetchall()
    assert [name for (name,) in found] == names
    connection.execute(
        "INSERT INTO events (at, region, code) VALUES ('2026-12-31 23:00+00', 'it''s', '1'),"
        " ('2026-12-31 12:00+00', 'us', '2')"
    )
    assert one(connection, "SELECT count(*) FROM events") == 2


def test_bounds_do_not_depend_on_the_time_zone_of_the_session(deployed):
    at = Attribute(name="at", data_type="timestamptz", is_nullable=False)
    trait = {"kind": "partitioned", "attribute": "at", "start": "2026-01-01", "ahead": 1}
    connection = deployed(Design(name="d", entities=(entity("events", at, traits=(trait,)),)))
    connection.execute("SET timezone = 'UTC'")
    bound = one(connection, "SELECT pg_get_expr(relpartbound, oid) FROM pg_class WHERE relname = 'events_2026_01'")
    assert "2026-01-01 00:00:00+00" in bound


@pytest.mark.parametrize(
    ("trait", "told"),
    [
        ({"method": "LIST", "lists": {"eu": []}}, "at least one value"),
        ({"method": "LIST", "lists": {"eu": ["de"], "us": ["de"]}}, "'de' twice"),
        ({"method": "LIST", "lists": {"default": ["de"]}}, "'default' is there already"),
        ({"method": "RANGE", "start": "9999-06-01", "ahead": 12}, "year 9999"),
        ({"method": "RANGE", "start": "9990-06-01", "interval": "YEAR", "ahead": 10}, "year 9999"),
    ],
)
def test_partitions_that_no_server_could_make_are_refused(trait, told):
    with pytest.raises(ValidationError, match=told):
        entity("events", text("at"), traits=({"kind": "partitioned", "attribute": "at", **trait},))


def test_a_reference_that_partitions_cannot_keep_is_refused(deployed):
    at = Attribute(name="at", data_type="date", is_nullable=False)
    events = entity("events", at, traits=({"kind": "partitioned", "attribute": "at", "start": "2026-01-01"},))
    notes = entity("notes")
    link = Relationship(source_entity_id=events.id, target_entity_id=notes.id)
    design = Design(name="d", entities=(events, notes), relationships=(link,))
    with pytest.raises(InvalidDesign, match="'notes' refers to it by id"):
        expand(design)
    connection = deployed(design.replace(relationships=(link.replace(source_attributes=("id", "at")),)))
    event = one(connection, "INSERT INTO events (at) VALUES ('2026-01-01') RETURNING id")
    connection.execute("INSERT INTO notes (event_id, event_at) VALUES (%s, '2026-01-01')", (event,))
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        connection.execute("INSERT INTO notes (event_id, event_at) VALUES (%s, '2026-01-02')", (event,))


@pytest.mark.parametrize("method", ["RANGE", "LIST", "HASH"])
def test_partitioning_says_what_its_method_needs(method):
    with pytest.raises(ValidationError, match=f"{method} needs"):
        entity("events", traits=({"kind": "partitioned", "method": method, "attribute": "id"},))


def test_searching_finds_by_weight(deployed):
    trait = {"kind": "searchable", "weights": {"name": "A", "story": "D"}, "configuration": "english"}
    connection = deployed(
        Design(name="d", entities=(entity("products", text("name"), text("story"), traits=(trait,)),))
    )
    connection.execute("INSERT INTO products (name, story) VALUES ('Lamp', 'for tables'), ('Table', NULL)")
    found = connection.execute(
        "SELECT name FROM products, to_tsquery('english', 'table') q WHERE search_vector @@ q"
        " ORDER BY ts_rank(search_vector, q) DESC"
    ).fetchall()
    assert found == [("Table",), ("Lamp",)]
    method = (
        "SELECT amname FROM pg_am a JOIN pg_class c ON c.relam = a.oid WHERE relname = 'products_search_vector_idx'"
    )
    assert one(connection, method) == "gin"


@pytest.mark.older
def test_encrypted_attributes_are_kept_as_ciphertext(older_url):
    trait = {"kind": "encrypted", "attributes": ["phone"]}
    connection = deploy(Design(name="d", entities=(entity("users", text("phone"), traits=(trait,)),)), older_url)
    connection.execute("SELECT set_config('app.encryption_key', 'a key of the session', false)")
    connection.execute("INSERT INTO users (encrypted_phone) VALUES (encrypt_text('+41 44 668 18 00'))")
    stored = one(connection, "SELECT encrypted_phone FROM users")
    assert b"668" not in stored
    assert one(connection, "SELECT decrypt_text(encrypted_phone) FROM users") == "+41 44 668 18 00"
    connection.execute("SELECT set_config('app.encryption_key', 'another key', false)")
    with pytest.raises(psycopg.Error, match="Wrong key"):
        connection.execute("SELECT decrypt_text(encrypted_phone) FROM users")
    connection.execute("SELECT set_config('app.encryption_key', '', false)")
    with pytest.raises(psycopg.errors.RaiseException, match="holds no key"):
        connection.execute("SELECT encrypt_text('+41 44 668 18 00')")
    connection.close()


def test_encrypted_entities_share_one_setting_of_the_key():
    one_key, other = ({"kind": "encrypted", "attributes": ["a"], "key_setting": f"app.{name}"} for name in ("a", "b"))
    entities = (entity("users", text("a"), traits=(one_key,)), entity("staff", text("a"), traits=(other,)))
    with pytest.raises(InvalidDesign, match="another setting"):
        expand(Design(name="d", entities=entities))


@pytest.mark.parametrize("name", ['a"$function$ b', "$body$", "{name} %s", "m" + "n" * 62, "e" + "é" * 30])
def test_any_name_survives_in_the_functions_of_traits(deployed, name):
    traits = (
        {"kind": "timestamps", "updated": name},
        {"kind": "audited", "log": name[::-1]},
        {"kind": "archived", "attribute": name},
    )
    connection = deployed(Design(name="d", entities=(entity(name, traits=traits),)))
    table = psycopg.sql.Identifier(name)
    connection.execute(psycopg.sql.SQL("INSERT INTO {} DEFAULT VALUES").format(table))
    connection.execute(psycopg.sql.SQL("UPDATE {} SET created_at = now()").format(table))
    logged = psycopg.sql.SQL("SELECT count(*) FROM {}").format(psycopg.sql.Identifier(name[::-1]))
    assert connection.execute(logged).fetchone() == (2,)


def test_a_key_cannot_be_encrypted():
    users = entity("users", text("email", is_unique=True), traits=({"kind": "encrypted", "attributes": ["email"]},))
    with pytest.raises(InvalidDesign, match="ciphertext differs"):
        expand(Design(name="d", entities=(users,)))
    trait = {"kind": "encrypted", "attributes": ["email"]}
    people = entity("people", text("email"), text("city"), traits=(trait,), keys=(Key(attributes=("city", "email")),))
    with pytest.raises(InvalidDesign, match="ciphertext differs"):
        expand(Design(name="d", entities=(people,)))


@pytest.mark.parametrize(
    "trait",
    [
        {"kind": "searchable", "weights": {"nothing": "A"}},
        {"kind": "encrypted", "attributes": ["nothing"]},
        {"kind": "partitioned", "attribute": "nothing", "start": "2026-01-01"},
        {"kind": "archived", "attribute": "nothing"},
    ],
)
def test_a_trait_that_names_a_missing_attribute_says_which_there_are(trait):
    with pytest.raises(InvalidDesign, match="'nothing'") as error:
        expand(Design(name="d", entities=(entity("users", traits=(trait,)),)))
    assert "id" in error.value.mend
