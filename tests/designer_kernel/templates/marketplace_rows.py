"""Two tenants with a row of their own in every table of the marketplace."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID, uuid5

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

NAMESPACE = UUID("019b76da-a800-7000-8000-00000000aaaa")
ADDRESS = Jsonb({"city": "Utrecht"})


@dataclass(frozen=True)
class Tenant:
    """A tenant, and the ids of its rows by table."""

    name: str

    def id(self, table: str) -> UUID:
        return uuid5(NAMESPACE, f"{self.name} {table}")

    def rows(self) -> dict[str, dict[str, object]]:
        """Return one row for each table, parents first; ``id`` and ``tenant_id`` are added by `insert`."""
        name = self.name
        user, product, variant, order = (self.id(t) for t in ("users", "products", "product_variants", "orders"))
        return {
            "tenants": {"name": name, "domain": f"{name}.example"},
            "users": {"email": f"{name}@shop.example", "password_hash": "x", "first_name": name, "last_name": "Doe"},
            "tenant_users": {"user_id": user, "role": "owner"},
            "user_addresses": {
                "user_id": user, "first_name": name, "last_name": "Doe", "address_line_1": "Street 1",
                "city": "Utrecht", "state": "Utrecht", "postal_code": "3511", "country": "NL", "is_default": True,
            },
            "user_preferences": {"user_id": user},
            "user_sessions": {"user_id": user, "session_token": name, "expires_at": "2999-01-01"},
            "categories": {"name": name, "slug": name},
            "products": {"category_id": self.id("categories"), "sku": "P1", "name": f"Lamp of {name}", "slug": "lamp"},
            "product_variants": {"product_id": product, "sku": "V1", "name": "red", "price": 10},
            "product_images": {"product_id": product, "variant_id": variant, "url": "lamp.png", "is_primary": True},
            "product_inventory": {"variant_id": variant, "quantity": 5, "reserved_quantity": 2},
            "orders": {
                "order_number": "1", "user_id": user, "subtotal": 20, "tax_amount": 4, "total_amount": 24,
                "shipping_address": ADDRESS, "billing_address": ADDRESS, "created_at": "2026-03-10",
            },
            "order_items": {
                "order_id": order, "product_id": product, "variant_id": variant, "sku": "V1", "name": "Lamp",
                "quantity": 2, "unit_price": 10,
            },
            "order_status_history": {"order_id": order, "status": "pending", "created_by": user},
            "payments": {"order_id": order, "payment_method": "paypal", "payment_provider": "paypal", "amount": 24},
            "payment_transactions": {
                "payment_id": self.id("payments"), "transaction_type": "charge", "amount": 24, "status": "succeeded",
            },
            "events": {"user_id": user, "event_type": "add_to_cart", "created_at": "2026-03-10"},
            "page_views": {"user_id": user, "page_url": "/lamp", "created_at": "2026-03-10"},
            "notifications": {
                "user_id": user, "order_id": order, "channel": "email", "template": "order_placed", "body": "Thank you",
            },
        }  # fmt: skip


GLOBAL = {"tenants", "users", "user_addresses", "user_preferences", "user_sessions"}
"""Tables without tenant_id; their policies go by the tenant's own id, or by membership."""

LAMPS, BOOKS = Tenant("lamps"), Tenant("books")
TABLES = list(LAMPS.rows())


def insert(connection: psycopg.Connection, table: str, row: dict[str, object]) -> None:
    """Insert a row as whoever the connection is."""
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(table),
        sql.SQL(", ").join(map(sql.Identifier, row)),
        sql.SQL(", ").join([sql.Placeholder()] * len(row)),
    )
    connection.execute(statement, list(row.values()))


def insert_all(connection: psycopg.Connection) -> None:
    """Insert the rows of both tenants."""
    for tenant in (LAMPS, BOOKS):
        for table, row in tenant.rows().items():
            owned = {} if table in GLOBAL else {"tenant_id": tenant.id("tenants")}
            insert(connection, table, {"id": tenant.id(table)} | owned | row)


def become(connection: psycopg.Connection, tenant: Tenant | None) -> None:
    """Act as the application on behalf of a tenant, until the transaction ends."""
    connection.execute("SET LOCAL ROLE app_tenant")
    setting = "" if tenant is None else str(tenant.id("tenants"))
    connection.execute("SELECT set_config('app.tenant_id', %s, true)", [setting])
