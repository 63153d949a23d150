"""Small designs with traits, and what their tests ask a server."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import psycopg

from designer_kernel.catalog.render import script
from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design.lower import lower

Deployed = Callable[[Design], psycopg.Connection[Any]]


def key(name: str = "id", data_type: str = "uuid") -> Attribute:
    return Attribute(
        name=name, data_type=data_type, is_primary_key=True, is_nullable=False, default_value="gen_random_uuid()"
    )


def entity(name: str, *attributes: Attribute, traits: tuple[Any, ...] = (), **fields: Any) -> Entity:
    return Entity(name=name, attributes=(key(), *attributes), traits=traits, **fields)


def text(name: str, **fields: Any) -> Attribute:
    return Attribute(name=name, data_type="text", **fields)


def tenancy() -> Design:
    tenants = entity("tenants", text("name"))
    scoped = {"kind": "tenant_scoped", "tenant_entity_id": tenants.id, "roles": ["app_tenant"]}
    orders = entity("orders", text("note"), traits=(scoped, {"kind": "soft_delete"}))
    items = entity("items", text("sku"), traits=(scoped,))
    relationship = Relationship(source_entity_id=orders.id, target_entity_id=items.id, on_delete_action="CASCADE")
    return Design(name="d", entities=(tenants, orders, items), relationships=(relationship,))


def one(connection: psycopg.Connection[Any], sql: str, *values: object) -> Any:
    row = connection.execute(sql.encode(), values).fetchone()
    return row[0] if row else None


def deploy(design: Design, url: str) -> psycopg.Connection[Any]:
    """Run the design's script in a database, and return an autocommit connection to it."""
    connection = psycopg.connect(url, autocommit=True)
    with connection.transaction():
        for statement in script(lower(design)).statements:
            connection.execute(statement.sql.encode())
    return connection
