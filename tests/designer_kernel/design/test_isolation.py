"""Row security where it could be lost: by inheriting, by other policies, in partitions, in junctions."""

from __future__ import annotations

from typing import Any

import psycopg
import pytest
from pydantic import ValidationError

from designer_kernel.design import Design, Entity, Relationship
from designer_kernel.design.expansion import expand
from designer_kernel.design.objects import Role, View
from designer_kernel.design.parts import Policy
from designer_kernel.postgres.deploy import deploy
from tests.designer_kernel.design.trait_designs import entity, key, one, tenancy, text


def scoped(tenants: Entity, *roles: str) -> dict[str, Any]:
    return {"kind": "tenant_scoped", "tenant_entity_id": tenants.id, "roles": roles}


def test_an_inherited_policy_is_enforced_where_it_is_inherited(deployed):
    own_rows = Policy(name="own_rows", roles=("app_tenant",), using="owner = 'me'")
    base = Entity(
        name="owned", is_abstract=True, attributes=(key(), text("owner")), policies=(own_rows,), row_security="FORCED"
    )
    notes = Entity(name="notes", inherits=(base.id,))
    connection = deployed(Design(name="d", entities=(base, notes)))
    connection.execute("INSERT INTO notes (owner) VALUES ('me'), ('you')")
    connection.execute("SET ROLE app_tenant")
    assert one(connection, "SELECT count(*) FROM notes") == 1


def test_the_strictest_row_security_is_inherited():
    far = Entity(name="far", is_abstract=True, attributes=(key(),), row_security="FORCED")
    near = Entity(name="near", is_abstract=True, inherits=(far.id,), row_security="ENABLED")
    leaf = Entity(name="leaf", inherits=(near.id,), row_security="OFF")
    assert expand(Design(name="d", entities=(far, near, leaf))).design.entity("leaf").row_security == "FORCED"


def test_an_entitys_own_policy_replaces_the_inherited_one_of_its_name():
    inherited, own = Policy(name="reading", using="false"), Policy(name="reading", using="true")
    base = Entity(name="base", is_abstract=True, attributes=(key(),), policies=(inherited,))
    leaf = Entity(name="leaf", inherits=(base.id,), policies=(own,))
    assert expand(Design(name="d", entities=(base, leaf))).design.entity("leaf").policies == (own,)


def test_the_nearest_of_several_inherited_traits_counts():
    far = Entity(name="far", is_abstract=True, attributes=(key(),), traits=({"kind": "timestamps"},))
    near = Entity(
        name="near", is_abstract=True, inherits=(far.id,), traits=({"kind": "timestamps", "updated": "changed_at"},)
    )
    leaf = Entity(name="leaf", inherits=(near.id,))
    found = expand(Design(name="d", entities=(far, near, leaf))).design.entity("leaf")
    assert [a.name for a in found.attributes] == ["id", "created_at", "changed_at"]


def test_the_order_of_a_primary_key_is_inherited():
    base = Entity(
        name="base",
        is_abstract=True,
        attributes=(key("a", "bigint"), key("b", "bigint")),
        primary_key=("b", "a"),
    )
    leaf = Entity(name="leaf", inherits=(base.id,))
    wider = Entity(name="wider", inherits=(base.id,), attributes=(key("c", "bigint"),))
    found = expand(Design(name="d", entities=(base, leaf, wider))).design
    assert found.entity("leaf").key == ("b", "a")
    assert found.entity("wider").key == ("a", "b", "c"), "the written order misses one"


@pytest.mark.parametrize("roles", [("app_tenant",), ("public",), ()])
def test_no_other_policy_opens_a_tenants_rows_to_another_tenant(deployed, roles):
    tenants = entity("tenants")
    orders = entity(
        "orders", traits=(scoped(tenants, "app_tenant"),), policies=(Policy(name="all", roles=roles, using="true"),)
    )
    connection = deployed(Design(name="d", entities=(tenants, orders)))
    mine, theirs = (one(connection, "INSERT INTO tenants DEFAULT VALUES RETURNING id") for _ in range(2))
    connection.execute("INSERT INTO orders (tenant_id) VALUES (%s), (%s)", (mine, theirs))
    connection.execute("SET ROLE app_tenant")
    assert one(connection, "SELECT count(*) FROM orders") == 0
    connection.execute("SELECT set_config('app.tenant_id', %s, false)", (str(mine),))
    assert one(connection, "SELECT count(*) FROM orders") == 1
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("INSERT INTO orders (tenant_id) VALUES (%s)", (theirs,))


def test_a_policy_for_a_role_that_no_tenant_has_sees_all_tenants(deployed):
    tenants = entity("tenants")
    whole = Policy(name="platform", roles=("app_platform",), using="true")
    orders = entity("orders", traits=(scoped(tenants, "app_tenant"),), policies=(whole,))
    connection = deployed(Design(name="d", entities=(tenants, orders)))
    connection.execute("INSERT INTO tenants SELECT gen_random_uuid() FROM generate_series(1, 2)")
    connection.execute("INSERT INTO orders (tenant_id) SELECT id FROM tenants")
    connection.execute("SET ROLE app_platform")
    assert one(connection, "SELECT count(*) FROM orders") == 2


def test_a_partition_named_directly_shows_no_rows_of_tenants(deployed):
    tenants = entity("tenants")
    monthly = {"kind": "partitioned", "start": "2026-01-01", "ahead": 1}
    orders = entity("orders", traits=(scoped(tenants, "app_tenant"), {"kind": "timestamps"}, monthly))
    connection = deployed(Design(name="d", entities=(tenants, orders)))
    tenant = one(connection, "INSERT INTO tenants DEFAULT VALUES RETURNING id")
    connection.execute("INSERT INTO orders (tenant_id, created_at) VALUES (%s, '2026-01-05')", (tenant,))
    connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO app_tenant")
    connection.execute("SET ROLE app_tenant")
    connection.execute("SELECT set_config('app.tenant_id', %s, false)", (str(tenant),))
    assert one(connection, "SELECT count(*) FROM orders") == 1
    assert one(connection, "SELECT count(*) FROM orders_2026_01") == 0


@pytest.mark.parametrize("is_source", [True, False])
def test_a_junction_with_one_scoped_end_is_scoped(deployed, is_source):
    tenants, tags = entity("tenants"), entity("tags")
    orders = entity("orders", traits=(scoped(tenants, "app_tenant"),))
    ends = (orders.id, tags.id) if is_source else (tags.id, orders.id)
    link = Relationship(
        source_entity_id=ends[0],
        target_entity_id=ends[1],
        relationship_type="MANY_TO_MANY",
        source_cardinality="N",
        junction_name="order_tags",
    )
    connection = deployed(Design(name="d", entities=(tenants, tags, orders), relationships=(link,)))
    mine, theirs = (one(connection, "INSERT INTO tenants DEFAULT VALUES RETURNING id") for _ in range(2))
    tag = one(connection, "INSERT INTO tags DEFAULT VALUES RETURNING id")
    order = one(connection, "INSERT INTO orders (tenant_id) VALUES (%s) RETURNING id", theirs)
    add = "INSERT INTO order_tags (tenant_id, order_id, tag_id) VALUES (%s, %s, %s)"
    with pytest.raises(psycopg.errors.ForeignKeyViolation):
        connection.execute(add, (mine, order, tag))
    connection.execute(add, (theirs, order, tag))
    connection.execute("SET ROLE app_tenant")
    connection.execute("SELECT set_config('app.tenant_id', %s, false)", (str(mine),))
    assert one(connection, "SELECT count(*) FROM order_tags") == 0


def test_public_is_everybody_in_policies_grants_and_traits(database_url):
    design = tenancy()
    orders = design.entity("orders")
    traits = tuple(t.replace(roles=("public",)) if t.kind == "tenant_scoped" else t for t in orders.traits)
    anyone = Policy(name="anyone", roles=("public", "app_tenant"), using="true")
    opened = orders.replace(traits=traits, policies=(anyone,))
    tags = View(name="tags", query="SELECT 1 AS one", grant_select_to=("public",))
    entities = tuple(opened if e.id == orders.id else e for e in design.entities)
    meant = design.replace(entities=entities, views=(tags,))
    deploy(meant, database_url)
    assert deploy(meant, database_url).created == (), "it comes back from the server as it went there"
    with psycopg.connect(database_url) as connection:
        connection.execute("SET ROLE pg_monitor")  # any role
        assert one(connection, "SELECT one FROM tags") == 1
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT FROM orders")  # a policy for everybody is no privilege for everybody


@pytest.mark.parametrize("name", ["PUBLIC", "none", "current_user", "SESSION_USER"])
def test_words_that_sql_takes_for_something_else_name_no_role(name):
    with pytest.raises(ValidationError, match="names no role"):
        Policy(name="p", roles=(name,), using="true")


def test_public_is_no_role_to_create():
    with pytest.raises(ValidationError, match="public is everybody"):
        Role(name="public")
