"""What the marketplace's traits, triggers, views and functions do on a server."""

from __future__ import annotations

from decimal import Decimal

import psycopg
import pytest
from psycopg import errors

from designer_kernel import templates
from designer_kernel.catalog.render import script
from designer_kernel.design.lower import lower
from designer_kernel.postgres.deploy import deploy
from tests.designer_kernel.catalog.databases import load
from tests.designer_kernel.templates.marketplace_rows import BOOKS, LAMPS, become, insert


def count(connection: psycopg.Connection, query: str, *parameters: object) -> int:
    (number,) = connection.execute(query, parameters).fetchone()
    return number


def test_embedded_server_lacks_only_encryption_and_says_so(embedded_shop):
    _url, done = embedded_shop
    assert len(done.missing) == 1
    assert "pgcrypto" in str(done.missing[0])
    assert {key.path[-1] for key in done.left_out} >= {"pgcrypto"}
    names = " ".join(str(key) for key in done.left_out)
    assert "encrypt_text" in names
    assert "decrypt_text" in names
    assert "tenants" not in names


@pytest.mark.older
def test_older_server_lacks_nothing(older_shop):
    _url, done = older_shop
    assert (done.missing, done.left_out) == ((), ())


def test_deploying_again_finds_nothing_to_do(embedded_shop):
    url, _done = embedded_shop
    assert deploy(templates.load("marketplace"), url, allow_missing=True).created == ()


@pytest.mark.older(since=15)
def test_the_script_is_loaded_by_psql_and_leaves_nothing_to_deploy(older_url):
    marketplace = templates.load("marketplace")
    load(older_url, script(lower(marketplace)).text)
    assert deploy(marketplace, older_url).created == ()


@pytest.mark.parametrize("name", ["blog", "blank"])
def test_the_other_templates_deploy_as_they_are(database_url, name):
    done = deploy(templates.load(name), database_url)
    assert (done.missing, done.left_out) == ((), ())


@pytest.mark.parametrize("view", ["product_analytics", "sales_analytics"])
def test_analytics_are_refreshed_while_they_are_read(shop_url, view):
    with psycopg.connect(shop_url, autocommit=True) as connection, psycopg.connect(shop_url) as reader:
        assert count(connection, "SELECT count(*) FROM pg_matviews WHERE matviewname = %s AND ispopulated", view) == 1
        reader.execute(psycopg.sql.SQL("SELECT count(*) FROM {}").format(psycopg.sql.Identifier(view)))
        connection.execute("SET lock_timeout = '5s'")
        statement = psycopg.sql.SQL("REFRESH MATERIALIZED VIEW CONCURRENTLY {}").format(psycopg.sql.Identifier(view))
        connection.execute(statement)
        assert count(connection, f"SELECT count(*) FROM {view}") == 2


def test_sums_of_an_order_add_up_or_are_refused(shop):
    with pytest.raises(errors.CheckViolation, match="orders_total_amount_check"):
        shop.execute("UPDATE orders SET discount_amount = 1")


@pytest.mark.parametrize(
    ("statement", "constraint"),
    [
        ("UPDATE orders SET shipped_at = created_at - interval '1 s'", "orders_shipped_at_check"),
        ("UPDATE orders SET shipped_at = now(), delivered_at = now() - interval '1 s'", "orders_delivered_at_check"),
        ("UPDATE orders SET subtotal = -1", "money_amount_check"),
        ("UPDATE orders SET currency = 'eur'", "currency_code_check"),
        ("UPDATE product_inventory SET reserved_quantity = quantity + 1", "product_inventory_reserved_check"),
        ("UPDATE product_variants SET compare_price = 1", "product_variants_compare_price_check"),
        ("UPDATE categories SET parent_id = id", "categories_parent_id_check"),
        ("UPDATE order_items SET quantity = 0", "order_items_quantity_check"),
        ("UPDATE users SET email = 'Ann@shop.example'", "email_address_check"),
        ("UPDATE users SET email = 'nobody'", "email_address_check"),
        ("UPDATE products SET slug = 'Two Words'", "slug_check"),
        ("UPDATE user_addresses SET country = 'nl'", "country_code_check"),
        ("UPDATE user_sessions SET expires_at = created_at", "user_sessions_expires_at_check"),
    ],
)
def test_rules_of_the_shop_are_kept_by_the_server(shop, statement, constraint):
    with pytest.raises(errors.CheckViolation, match=constraint):
        shop.execute(statement)


def test_generated_columns_are_kept_by_the_server(shop):
    assert shop.execute("SELECT DISTINCT available_quantity FROM product_inventory").fetchall() == [(3,)]
    assert shop.execute("SELECT DISTINCT total_price FROM order_items").fetchall() == [(Decimal("20.00"),)]


def test_updated_at_follows_every_change(shop):
    before = shop.execute("SELECT updated_at FROM products WHERE id = %s", [LAMPS.id("products")]).fetchone()
    shop.commit()
    shop.execute("UPDATE products SET brand = 'Lux', updated_at = '2000-01-01' WHERE id = %s", [LAMPS.id("products")])
    after = shop.execute("SELECT updated_at FROM products WHERE id = %s", [LAMPS.id("products")]).fetchone()
    assert after > before


def test_changing_an_orders_status_writes_its_history(shop):
    become(shop, LAMPS)
    shop.execute("SELECT set_config('app.user_id', %s, true)", [str(LAMPS.id("users"))])
    shop.execute("UPDATE orders SET status = 'confirmed'")
    shop.execute("UPDATE orders SET notes = 'none'")
    written = shop.execute("SELECT status, created_by FROM order_status_history WHERE status <> 'pending'").fetchall()
    assert written == [("confirmed", LAMPS.id("users"))]


def test_a_deleted_product_frees_its_sku_and_leaves_the_live_view(shop):
    shop.execute("UPDATE products SET deleted_at = now() WHERE id = %s", [LAMPS.id("products")])
    row = {"tenant_id": LAMPS.id("tenants"), **LAMPS.rows()["products"]}
    insert(shop, "products", row)
    assert count(shop, "SELECT count(*) FROM products WHERE sku = 'P1'") == 3
    assert count(shop, "SELECT count(*) FROM live_products WHERE sku = 'P1'") == 2
    with pytest.raises(errors.UniqueViolation):
        insert(shop, "products", row | {"slug": "other"})


def test_a_deleted_user_frees_the_address(shop):
    shop.execute("UPDATE users SET deleted_at = now() WHERE id = %s", [LAMPS.id("users")])
    insert(shop, "users", LAMPS.rows()["users"])
    with pytest.raises(errors.UniqueViolation):
        insert(shop, "users", LAMPS.rows()["users"])


def test_audit_log_tells_who_changed_what_without_secrets(shop):
    shop.execute("UPDATE users SET password_hash = 'y', last_name = 'Roe' WHERE id = %s", [LAMPS.id("users")])
    operation, key, old, new = shop.execute(
        "SELECT operation, row_key, old_row, new_row FROM audit_log WHERE table_name = 'users' ORDER BY id DESC LIMIT 1"
    ).fetchone()
    assert (operation, key) == ("UPDATE", {"id": str(LAMPS.id("users"))})
    assert (old["last_name"], new["last_name"]) == ("Doe", "Roe")
    assert {"password_hash", "encrypted_phone"} & {*old, *new} == set()


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_log SET changed_by = 'nobody'", "DELETE FROM audit_log", "TRUNCATE audit_log"]
)
def test_audit_log_can_only_grow(shop, statement):
    assert count(shop, "SELECT count(*) FROM audit_log") > 0
    with pytest.raises(errors.InsufficientPrivilege, match="append-only"):
        shop.execute(statement)


def test_audit_log_is_written_for_the_tenants_role_too(shop):
    before = count(shop, "SELECT count(*) FROM audit_log")
    become(shop, LAMPS)
    shop.execute("UPDATE products SET brand = 'Lux'")
    shop.execute("RESET ROLE")
    assert count(shop, "SELECT count(*) FROM audit_log") == before + 1


def test_old_orders_move_with_all_that_depends_on_them(shop):
    shop.execute("UPDATE orders SET created_at = now() - interval '8 years' WHERE id = %s", [LAMPS.id("orders")])
    assert count(shop, "SELECT archive_orders()") == 1
    moved = ["orders", "order_items", "order_status_history", "payments", "payment_transactions", "notifications"]
    for table in moved:
        (kept,) = shop.execute(f"SELECT array_agg(id) FROM {table}").fetchone()
        (archived,) = shop.execute(f"SELECT array_agg(id) FROM {table}_archive").fetchone()
        assert (kept, archived) == ([BOOKS.id(table)], [LAMPS.id(table)]), table
    assert count(shop, "SELECT archive_orders()") == 0


@pytest.mark.parametrize(("table", "years"), [("events", 2), ("page_views", 1)])
def test_old_rows_move_in_batches_of_one_statement(shop, table, years):
    columns = "event_type" if table == "events" else "page_url"
    shop.execute(
        f"INSERT INTO {table} (tenant_id, {columns}, created_at) SELECT %s, 'x', now() - %s * interval '1 year' "
        "- interval '1 day' FROM generate_series(1, 2500)",
        [LAMPS.id("tenants"), years],
    )
    assert [count(shop, f"SELECT archive_{table}(1000)") for _ in range(4)] == [1000, 1000, 500, 0]
    assert count(shop, f"SELECT count(*) FROM {table}_archive") == 2500
    assert count(shop, f"SELECT count(*) FROM {table}") == 2


@pytest.mark.parametrize("table", ["events", "page_views"])
def test_a_month_is_read_from_its_partition_alone(shop, table):
    plan = shop.execute(
        f"EXPLAIN SELECT * FROM {table} WHERE created_at >= '2026-03-01Z' AND created_at < '2026-04-01Z'"
    ).fetchall()
    text = "\n".join(line for (line,) in plan)
    assert f"{table}_2026_03" in text
    assert f"{table}_2026_02" not in text
    assert f"{table}_default" not in text
    assert count(shop, f"SELECT count(*) FROM ONLY {table}_2026_03") == 2


def test_what_fits_no_month_goes_to_the_default_partition(shop):
    row = {"tenant_id": LAMPS.id("tenants"), "event_type": "x", "created_at": "2001-01-01"}
    insert(shop, "events", row)
    assert count(shop, "SELECT count(*) FROM events_default") == 1


def test_search_finds_words_by_their_stem(shop):
    shop.execute("UPDATE products SET description = 'Shining brightly' WHERE id = %s", [LAMPS.id("products")])
    query = "SELECT count(*) FROM products WHERE search_vector @@ websearch_to_tsquery('english', %s)"
    assert count(shop, query, "lamps shine") == 1
    assert count(shop, query, "lamps sleep") == 0


@pytest.mark.older
def test_phone_numbers_are_kept_as_ciphertext(older_shop):
    with psycopg.connect(older_shop[0]) as connection:
        connection.execute("SELECT set_config('app.encryption_key', 'a key', true)")
        connection.execute("UPDATE users SET encrypted_phone = encrypt_text('+31 30 123 45 67')")
        stored, read = connection.execute("SELECT encrypted_phone, decrypt_text(encrypted_phone) FROM users").fetchone()
        assert read == "+31 30 123 45 67"
        assert b"123" not in stored
        assert count(connection, "SELECT count(DISTINCT encrypted_phone) FROM users") == 2
        connection.execute("SELECT set_config('app.encryption_key', 'another key', true)")
        with pytest.raises(errors.ExternalRoutineInvocationException, match="Wrong key"):
            connection.execute("SELECT decrypt_text(encrypted_phone) FROM users")
        connection.rollback()


@pytest.mark.older
def test_encryption_without_a_key_is_refused(older_shop):
    with psycopg.connect(older_shop[0]) as connection, pytest.raises(errors.UndefinedObject, match="encryption_key"):
        connection.execute("SELECT encrypt_text('+31')")


def test_monitoring_views_work(shop):
    rows = shop.execute("SELECT table_name, total_bytes FROM table_sizes WHERE schema_name = 'public'").fetchall()
    assert {"events", "orders"} <= {name for name, _size in rows}
    assert not any(name.startswith("events_20") for name, _size in rows)
    assert [size for _name, size in rows] == sorted((size for _name, size in rows), reverse=True)
    columns = shop.execute(
        "SELECT attname FROM pg_attribute WHERE attrelid = 'slow_queries'::regclass AND attnum > 0 ORDER BY attnum"
    ).fetchall()
    assert columns == [("query",), ("calls",), ("total_exec_time",), ("mean_exec_time",), ("rows",)]


def test_removing_a_tenant_removes_all_that_is_its_own(shop):
    shop.execute("DELETE FROM tenants WHERE id = %s", [LAMPS.id("tenants")])
    for table in LAMPS.rows():
        expected = 2 if table in {"users", "user_addresses", "user_preferences", "user_sessions"} else 1
        assert count(shop, f"SELECT count(*) FROM {table}") == expected, table


def test_member_with_orders_is_kept(shop):
    with pytest.raises(errors.ForeignKeyViolation):
        shop.execute("DELETE FROM users WHERE id = %s", [LAMPS.id("users")])


def test_one_default_address_and_one_primary_picture(shop):
    with pytest.raises(errors.UniqueViolation), shop.transaction():
        insert(shop, "user_addresses", LAMPS.rows()["user_addresses"])
    with pytest.raises(errors.UniqueViolation):
        insert(shop, "product_images", {"tenant_id": LAMPS.id("tenants"), **LAMPS.rows()["product_images"]})


def test_queries_of_the_shop_answer(shop):
    answers = {title: shop.execute(text).fetchall() for title, text in templates.queries("marketplace").items()}
    assert answers["What sold best"] == [(name, f"Lamp of {name}", 2, Decimal("20.00")) for name in ("books", "lamps")]
    assert [row[2:] for row in answers["Revenue by month"]] == [(2, 2, Decimal("48.00"), Decimal("24.00"))]
    assert [row[0] for row in answers["What has to be reordered"]] == ["books", "lamps"]
