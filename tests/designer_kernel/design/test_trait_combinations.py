"""Every pair of traits on one entity, and all at once: deployed, deployed again, and used."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Any

import psycopg
import pytest
from psycopg import sql

from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.postgres.deploy import deploy
from tests.designer_kernel.design.trait_designs import entity, key, text

OTHER = 'Shop "A"'


def traits_of(tenants: Entity) -> dict[str, dict[str, Any]]:
    """Return one trait of each kind; the entity needs the attributes note, secret and at."""
    return {
        "archived": {"attribute": "at", "after": "1 year"},
        "audited": {"exclude": ["note"]},
        "encrypted": {"attributes": ["secret"]},
        "partitioned": {"attribute": "at", "start": "2020-01-01", "interval": "YEAR", "ahead": 3},
        "searchable": {"weights": {"note": "A"}},
        "soft_delete": {},
        "tenant_scoped": {"tenant_entity_id": tenants.id, "roles": ["app_tenant"]},
        "timestamps": {},
    }


def _attributes() -> tuple[Attribute, ...]:
    part = Attribute(name="part", data_type="bigint", is_primary_key=True, is_nullable=False)
    at = Attribute(name="at", data_type="timestamptz", is_nullable=False, default_value="now()")
    return (key(), part, text("note", is_unique=True), text("secret"), at)


def combined(mark: str, is_inherited: bool) -> Iterator[Entity]:
    tenants = entity("tenants")
    yield tenants
    given = traits_of(tenants)
    for number, kinds in enumerate([*combinations(given, 2), tuple(given)]):
        traits = tuple({"kind": kind, **given[kind]} for kind in kinds)
        name = f"e{number}{mark}"
        base = Entity(name=f"base_{name}", is_abstract=True, attributes=_attributes(), traits=traits)
        if is_inherited:
            yield base
            yield Entity(name=name, inherits=(base.id,))
        else:
            yield base.replace(name=name, is_abstract=False)


@pytest.mark.parametrize(
    ("mark", "is_inherited", "schema"), [("", False, "public"), ("", True, OTHER), (" $function$ 'É\"", False, OTHER)]
)  # fmt: skip
def test_every_pair_of_traits_deploys_twice_and_works(database_url, mark, is_inherited, schema):
    entities = tuple(combined(mark, is_inherited))
    links = tuple(
        Relationship(
            source_entity_id=e.id,
            target_entity_id=e.id,
            name="whole",
            source_cardinality="0..1",
            on_delete_action="CASCADE",
        )
        for e in entities
        if e.name != "tenants" and not e.is_abstract and not e.inherits and e.trait("partitioned") is None
    )
    design = Design(name="d", default_schema=schema, entities=entities, relationships=links)
    deploy(design, database_url, allow_missing=True)  # without pgcrypto there is no function to encrypt with
    assert deploy(design, database_url, allow_missing=True).created == ()
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("SELECT set_config('search_path', quote_ident(%s), false)", [schema])
        connection.execute("INSERT INTO tenants DEFAULT VALUES")
        for used in entities:
            if used.name.startswith("e"):
                _use(connection, used, design)


def _use(connection: psycopg.Connection[Any], used: Entity, design: Design) -> None:
    owner = design.entity(used.inherits[0]) if used.inherits else used
    kinds = {trait.kind for trait in owner.traits}
    table = sql.Identifier(used.name)
    scoped = "tenant_scoped" in kinds
    insert = sql.SQL("INSERT INTO {} (part, note, at{}) SELECT 1, %s, %s::timestamptz{}").format(
        table, sql.SQL(", tenant_id" if scoped else ""), sql.SQL(", id FROM tenants" if scoped else "")
    )
    for note, at in (("old", "2021-05-05"), ("new", "2026-01-01")):
        connection.execute(insert, [note, at])
    changed = connection.execute(sql.SQL("UPDATE {} SET note = note || '!'").format(table)).rowcount
    assert changed == 2, used.name
    if "archived" in kinds:
        moved = connection.execute(sql.SQL("SELECT {}()").format(sql.Identifier(f"archive_{used.name}"))).fetchone()
        assert moved in {(1,), (2,)}, "how old the new row is depends on the day"
    if "soft_delete" in kinds:
        connection.execute(sql.SQL("UPDATE {} SET deleted_at = now()").format(table))
        live = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(f"live_{used.name}")))
        assert live.fetchone() == (0,)
    if "audited" in kinds:
        logged = connection.execute(
            "SELECT DISTINCT new_row ? 'note', row_key ? 'part' FROM audit_log"
            " WHERE table_name = %s AND operation = 'UPDATE'", [used.name],
        )  # fmt: skip
        assert logged.fetchall() == [(False, True)]
