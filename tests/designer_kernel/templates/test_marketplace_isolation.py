"""Two tenants, every table: nothing of one can be read, written, changed, deleted or pointed at by the other."""

from __future__ import annotations

from uuid import uuid4

import psycopg
import pytest
from psycopg import errors, sql

from designer_kernel import templates
from designer_kernel.design.expansion import expand
from tests.designer_kernel.templates.marketplace_rows import BOOKS, GLOBAL, LAMPS, TABLES, become, insert

ARCHIVES = [f"{table}_archive" for table in (
    "orders", "order_items", "order_status_history", "payments", "payment_transactions", "notifications", "events",
    "page_views",
)]  # fmt: skip
REFUSED = (errors.InsufficientPrivilege,)


def fill_archives(connection: psycopg.Connection) -> None:
    """Copy the live rows, so that archives have something to hide."""
    for archive in ARCHIVES:
        columns = [
            sql.Identifier(name)
            for (name,) in connection.execute(
                "SELECT attname FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0", [archive]
            )
        ]
        listed = sql.SQL(", ").join(columns)
        source = sql.Identifier(archive.removesuffix("_archive"))
        connection.execute(
            sql.SQL("INSERT INTO {} ({}) SELECT {} FROM {}").format(sql.Identifier(archive), listed, listed, source)
        )


def ids(connection: psycopg.Connection, table: str) -> set[object]:
    return {row[0] for row in connection.execute(sql.SQL("SELECT id FROM {}").format(sql.Identifier(table)))}


def test_every_table_is_covered_here():
    expanded = expand(templates.load("marketplace"))
    assert {e.name for e in expanded.design.entities} == {*TABLES, *ARCHIVES, "audit_log"}


@pytest.mark.parametrize("table", [*TABLES, *ARCHIVES])
def test_a_tenant_reads_its_own_rows_only(shop, table):
    fill_archives(shop)
    everything = ids(shop, table)
    live = table.removesuffix("_archive")
    assert {LAMPS.id(live), BOOKS.id(live)} <= everything
    become(shop, LAMPS)
    assert ids(shop, table) == {LAMPS.id(live)}


@pytest.mark.parametrize("table", [*TABLES, *ARCHIVES])
@pytest.mark.parametrize("setting", [None, "never set"])
def test_without_a_tenant_nothing_is_visible(shop, table, setting):
    fill_archives(shop)
    if setting is None:
        become(shop, None)
    else:
        shop.execute("SET LOCAL ROLE app_tenant")
    assert ids(shop, table) == set()


@pytest.mark.parametrize("table", [*TABLES, *ARCHIVES])
@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id WHERE id = %s", "DELETE FROM {} WHERE id = %s"])
def test_rows_of_another_tenant_cannot_be_changed(shop, table, statement):
    fill_archives(shop)
    become(shop, LAMPS)
    try:
        other = BOOKS.id(table.removesuffix("_archive"))
        changed = shop.execute(sql.SQL(statement).format(sql.Identifier(table)), [other]).rowcount
    except REFUSED:
        changed = 0
    assert changed == 0


@pytest.mark.parametrize("table", TABLES)
def test_rows_cannot_be_written_for_another_tenant(shop, table):
    become(shop, LAMPS)
    owned = {} if table in GLOBAL else {"tenant_id": BOOKS.id("tenants")}
    with pytest.raises(REFUSED):
        insert(shop, table, {"id": uuid4()} | owned | BOOKS.rows()[table])


@pytest.mark.parametrize("table", [table for table in TABLES if table not in GLOBAL])
def test_own_rows_cannot_be_given_to_another_tenant(shop, table):
    become(shop, LAMPS)
    with pytest.raises(REFUSED):
        shop.execute(
            sql.SQL("UPDATE {} SET tenant_id = %s WHERE id = %s").format(sql.Identifier(table)),
            [BOOKS.id("tenants"), LAMPS.id(table)],
        )


def references() -> list[tuple[str, str, str]]:
    """Return child, its reference and parent of each foreign key, but for the tenant's own."""
    expanded = expand(templates.load("marketplace"))
    found = []
    for key in expanded.foreign_keys:
        parent = expanded.design.entity(key.parent_entity_id).name
        if parent != "tenants":
            found.append((expanded.design.entity(key.child_entity_id).name, key.child_attributes[-1], parent))
    return found


@pytest.mark.parametrize(("child", "column", "parent"), references())
def test_own_rows_cannot_point_at_another_tenant(shop, child, column, parent):
    for table in ("user_preferences", "product_inventory"):  # their references are unique
        shop.execute(sql.SQL("DELETE FROM {} WHERE id = %s").format(sql.Identifier(table)), [BOOKS.id(table)])
    become(shop, LAMPS)
    wanted = BOOKS.id("users" if parent == "tenant_users" else parent)
    with pytest.raises((errors.ForeignKeyViolation, *REFUSED)):
        shop.execute(
            sql.SQL("UPDATE {} SET {} = %s WHERE id = %s").format(sql.Identifier(child), sql.Identifier(column)),
            [wanted, LAMPS.id(child)],
        )


@pytest.mark.parametrize("table", [table for table in TABLES if table not in {"tenants", "users", "tenant_users"}])
def test_a_tenant_works_with_its_own_rows(shop, table):
    """Isolation that refuses everything would pass the tests above."""
    become(shop, LAMPS)
    statement = sql.SQL("UPDATE {} SET id = id WHERE id = %s").format(sql.Identifier(table))
    assert shop.execute(statement, [LAMPS.id(table)]).rowcount == 1
    leaf = table in {"user_addresses", "user_sessions", "product_images", "events", "page_views", "notifications"}
    if leaf:
        row = LAMPS.rows()[table] | {"session_token": "other"} if table == "user_sessions" else LAMPS.rows()[table]
        row = {name: value for name, value in row.items() if name not in {"is_default", "is_primary"}}
        owned = {} if table in GLOBAL else {"tenant_id": LAMPS.id("tenants")}
        insert(shop, table, {"id": uuid4()} | owned | row)
        delete = sql.SQL("DELETE FROM {} WHERE id = %s").format(sql.Identifier(table))
        assert shop.execute(delete, [LAMPS.id(table)]).rowcount == 1


def test_a_tenant_cannot_add_a_member_but_the_platform_can(shop):
    row = {"tenant_id": LAMPS.id("tenants"), "user_id": BOOKS.id("users")}
    become(shop, LAMPS)
    with pytest.raises(REFUSED, match="platform_adds_members"), shop.transaction():
        insert(shop, "tenant_users", row)
    shop.execute("SET LOCAL ROLE app_platform")
    insert(shop, "tenant_users", row)
    become(shop, LAMPS)
    assert BOOKS.id("users") in ids(shop, "users")


def test_a_membership_cannot_pass_to_another_user(shop):
    with pytest.raises(REFUSED, match="cannot pass to another user"):
        shop.execute(
            "UPDATE tenant_users SET user_id = %s WHERE id = %s", [BOOKS.id("users"), LAMPS.id("tenant_users")]
        )


def test_a_user_of_two_tenants_is_seen_by_both(shop):
    insert(shop, "tenant_users", {"tenant_id": LAMPS.id("tenants"), "user_id": BOOKS.id("users")})
    for tenant in (LAMPS, BOOKS):
        become(shop, tenant)
        assert BOOKS.id("user_addresses") in ids(shop, "user_addresses")


def test_views_show_the_tenants_own_part(shop):
    shop.execute("REFRESH MATERIALIZED VIEW product_analytics")
    shop.execute("REFRESH MATERIALIZED VIEW sales_analytics")
    become(shop, LAMPS)
    stock = shop.execute("SELECT category_name, total_inventory FROM tenant_product_analytics").fetchall()
    assert stock == [("lamps", 5)]
    assert shop.execute("SELECT order_count FROM tenant_sales_analytics").fetchall() == [(1,)]
    assert shop.execute("SELECT name FROM live_products").fetchall() == [("Lamp of lamps",)]


@pytest.mark.parametrize(
    "relation",
    ["product_analytics", "sales_analytics", "audit_log", "events_2026_03", "page_views_default", "slow_queries"],
)
def test_what_shows_all_tenants_is_not_granted(shop, relation):
    become(shop, LAMPS)
    with pytest.raises(REFUSED):
        shop.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(relation)))


def test_searching_cannot_leak_through_a_function(shop):
    """Row security comes before the conditions of a query that are not leakproof."""
    become(shop, LAMPS)
    shop.execute("CREATE FUNCTION pg_temp.tell(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS "
                 "$$BEGIN IF $1 LIKE '%books' THEN RAISE EXCEPTION 'leaked'; END IF; RETURN true; END$$")  # fmt: skip
    assert shop.execute("SELECT count(*) FROM products WHERE pg_temp.tell(name)").fetchone() == (1,)
    assert shop.execute("SELECT count(*) FROM live_products WHERE pg_temp.tell(name)").fetchone() == (1,)
    shop.execute("SELECT * FROM tenant_product_analytics WHERE pg_temp.tell(category_name)")


def test_the_owner_of_the_tables_is_held_too(shop):
    """Row security is forced; otherwise an application that owns its tables would see everything."""
    forced = shop.execute(
        "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') "
        "AND NOT relispartition AND NOT (relrowsecurity AND relforcerowsecurity)"
    ).fetchall()
    assert forced == [("audit_log",)]
