"""What is carried along follows renames, goes with its whole only, and is never lost in silence."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields

import psycopg
import pytest

from designer_kernel.catalog import render
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds import kinds_by_name
from designer_kernel.catalog.kinds.comment import Comment
from designer_kernel.catalog.kinds.foreign_server import ForeignServer
from designer_kernel.catalog.kinds.policy import Policy
from designer_kernel.catalog.kinds.rule import Rule
from designer_kernel.catalog.objects import EDGES, CatalogObject, ObjectId
from designer_kernel.design import Attribute, Design, Entity, edits, objects, parts, traits
from designer_kernel.design.edits import Edit, apply, carried_sql
from designer_kernel.design.edits.meanings import meaning_of
from designer_kernel.design.lift import lift
from designer_kernel.design.lower import lower
from designer_kernel.design.opaque import Opaque
from designer_kernel.errors import DesignerError, InvalidDesign
from tests.designer_kernel.catalog.conftest import fresh_url
from tests.designer_kernel.catalog.databases import FreshUrl, load, read

__all__ = ["fresh_url"]

SHOP = """
CREATE SCHEMA app;
CREATE TYPE mood AS ENUM ('good', 'bad');
CREATE TYPE place AS (street text, mind mood);
CREATE TABLE people (id serial PRIMARY KEY, name text NOT NULL, mail text, feels mood, born date);
ALTER SEQUENCE people_id_seq START 100;
COMMENT ON SEQUENCE people_id_seq IS 'counts';
CREATE TABLE orders (
    id bigint GENERATED ALWAYS AS IDENTITY (START 7) PRIMARY KEY,
    person_id integer NOT NULL REFERENCES people,
    placed timestamptz NOT NULL,
    total numeric CONSTRAINT worth CHECK (total >= 0) NO INHERIT
);
CREATE INDEX by_name ON people (lower(name) COLLATE "C" DESC) WITH (fillfactor = 70) WHERE mail IS NOT NULL;
CREATE INDEX by_mail ON people (mail COLLATE "C");
ALTER INDEX by_name ALTER COLUMN 1 SET STATISTICS 50;
CLUSTER people USING by_mail;
CREATE STATISTICS "both" (dependencies) ON name, mail FROM people;
COMMENT ON STATISTICS "both" IS 'go together';
ALTER TABLE people ALTER mail SET STATISTICS 77;
ALTER TABLE people SET (fillfactor = 80);
CREATE TABLE days (id integer NOT NULL, day date NOT NULL) PARTITION BY RANGE (day);
CREATE TABLE days_2024 PARTITION OF days FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
CREATE INDEX ON ONLY days (id);
CREATE INDEX only_here ON days_2024 (id, day) WITH (fillfactor = 50);
CREATE RULE nothing AS ON DELETE TO orders WHERE old.total > 10 DO INSTEAD NOTHING;
CREATE POLICY mine ON people USING (id IN (SELECT o.person_id FROM orders o WHERE o.total > 5));
ALTER TABLE people ENABLE ROW LEVEL SECURITY;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END';
CREATE CONSTRAINT TRIGGER late AFTER UPDATE OF name ON people DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW WHEN (old.name <> new.name) EXECUTE FUNCTION touch();
ALTER TABLE people DISABLE TRIGGER late;
CREATE PUBLICATION news FOR TABLE people (id, name) WHERE (id > 3);
"""

RENAMES: dict[str, tuple[Callable[[Design], Edit], str]] = {
    "a table": (
        lambda d: edits.RenameEntity(entity_id=d.entity("people").id, name="Folk"),
        'ALTER TABLE people RENAME TO "Folk"',
    ),
    "the other table": (
        lambda d: edits.RenameEntity(entity_id=d.entity("orders").id, name="purchases"),
        "ALTER TABLE orders RENAME TO purchases",
    ),
    "the partitioned table": (
        lambda d: edits.RenameEntity(entity_id=d.entity("days").id, name="dates"),
        "ALTER TABLE days RENAME TO dates",
    ),
    "a column": (lambda d: renaming(d, "people", "name", "Full name"), 'ALTER TABLE people RENAME name TO "Full name"'),
    "another column": (lambda d: renaming(d, "people", "mail", "email"), "ALTER TABLE people RENAME mail TO email"),
    "a referring column": (
        lambda d: renaming(d, "orders", "person_id", "by"),
        "ALTER TABLE orders RENAME person_id TO by",
    ),
    "a checked column": (lambda d: renaming(d, "people", "born", "since"), "ALTER TABLE people RENAME born TO since"),
    "a partitioned column": (lambda d: renaming(d, "days", "id", "number"), "ALTER TABLE days RENAME id TO number"),
    "a type": (
        lambda d: edits.ChangeObject(collection="enums", object_id=d.enums[0].id, changes={"name": "Feeling"}),
        'ALTER TYPE mood RENAME TO "Feeling"',
    ),
    "a schema": (
        lambda d: edits.ChangeEntity(entity_id=d.entity("people").id, changes={"schema_name": "app"}),
        "ALTER TABLE people SET SCHEMA app",
    ),
}


def renaming(design: Design, entity: str, old: str, new: str) -> Edit:
    owner = design.entity(entity)
    attribute = owner.attribute(old)
    assert attribute is not None
    return edits.RenameAttribute(entity_id=owner.id, attribute_id=attribute.id, name=new)


def needs(catalog: Catalog) -> Iterator[tuple[CatalogObject, ObjectId]]:
    for fact in catalog.values():
        above = [] if fact.parent is None else [fact.parent]
        yield from ((fact, need) for need in (*fact.requires(catalog), *fact.depends, *above))


def dangling(before: Catalog, after: Catalog) -> set[tuple[ObjectId, ObjectId]]:
    """Return what needs something that the edit took away; who owns a thing only decides an order."""
    return {(f.id, n) for f, n in needs(after) if n in before and n not in after and n.kind != "owner"}


@pytest.mark.parametrize("what", RENAMES)
def test_a_rename_makes_what_postgresql_makes_of_it(what: str, fresh_url: FreshUrl) -> None:
    url = fresh_url()
    load(url, SHOP)
    design = lift(read(url)).design
    edit, statement = RENAMES[what]
    after = apply(design, edit(design))
    assert dangling(lower(design), lower(after)) == set()
    assert len(after.opaque) == len(design.opaque)
    other = fresh_url()
    load(other, render.script(lower(after)).text)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statement)
    made, wanted = told(read(other)), told(read(url))
    assert made == wanted


def told(catalog: Catalog) -> set[str]:
    """Return what facts say, without names that follow from other names and without what must be there."""
    found = set()
    for fact in catalog.values():
        if fact.kind != "not_null" and (fact.placement == "own" or fact.kind in {"column", "primary_key", "check"}):
            said = {k: v for k, v in fact.content().items() if k not in {"name", "index"}}
            text = f"{fact.kind} {said}"
            for name in ("Folk", "people", "purchases", "orders", "dates", "days"):
                for column in ("", "_by", "_person_id", "_id", "_number"):
                    for end in ("_pkey", "_id_seq", "_fkey", "_id_idx", "_number_idx", "_idx"):
                        text = text.replace(f"{name}{column}{end}", "…").replace(f'"{name}{column}{end}"', "…")
            found.add(text.replace('"…"', "…").replace(" AS person_id", "").replace("dates_2024", "days_2024"))
    return found


RULED = {
    "a query of its table": "SELECT orders.total FROM orders",
    "a query in a query": "SELECT old.total WHERE EXISTS (SELECT 1 FROM orders WHERE orders.total = new.total)",
    "a change of its table": "UPDATE orders SET total = 0 WHERE orders.total < new.total",
    "new rows of its table": "INSERT INTO orders (total) SELECT orders.total + new.total FROM orders",
    "two tables": "SELECT orders.total, notes.told FROM orders, notes WHERE notes.told = new.total",
    "another table by its name": "SELECT orders.told, orders.told FROM notes AS orders",
}


@pytest.mark.parametrize("what", RULED)
@pytest.mark.parametrize("table", ["orders", "notes"])
def test_a_rule_speaks_of_its_table_by_the_new_name(what: str, table: str, fresh_url: FreshUrl) -> None:
    url = fresh_url()
    load(url, "CREATE TABLE orders (total integer); CREATE TABLE notes (told integer)")
    load(url, f"CREATE RULE r AS ON UPDATE TO orders WHERE new.total > 1 DO ALSO {RULED[what]}")
    design = lift(read(url)).design
    after = apply(design, edits.RenameEntity(entity_id=design.entity(table).id, name="purchases"))
    other = fresh_url()
    load(other, render.script(lower(after)).text)
    assert [fact.id for fact in read(other).of(Rule)] == [fact.id for fact in lower(after).of(Rule)] != []


def test_a_name_with_quotes_that_is_gone_is_found_in_sql_that_cannot_be_read() -> None:
    gone = frozenset({'a"b'})
    assert carried_sql.speaks_of_gone("check", "expression", '"a""b" > ', gone)
    assert carried_sql.speaks_of_gone("check", "expression", '"a""b" > 0', gone)
    assert not carried_sql.speaks_of_gone("check", "expression", '"ab" > ', gone)


def every_edit(design: Design, *, cascade: bool) -> Iterator[Edit]:
    """Yield an edit that removes each thing of a design."""
    for entity in design.entities:
        yield edits.RemoveEntity(entity_id=entity.id, cascade=cascade)
        for attribute in entity.attributes:
            yield edits.RemoveAttribute(entity_id=entity.id, attribute_id=attribute.id, cascade=cascade)
        for collection in ("keys", "checks", "indexes", "exclusions", "policies", "triggers", "partitions"):
            for part in getattr(entity, collection):
                yield edits.RemovePart(entity_id=entity.id, collection=collection, part_id=part.id, cascade=cascade)
    for link in design.relationships:
        yield edits.RemoveRelationship(relationship_id=link.id, cascade=cascade)
    for name in ("roles", "enums", "domains", "extensions", "views", "materialized_views", "opaque"):
        for item in getattr(design, name):
            yield edits.RemoveObject(collection=name, object_id=item.id, cascade=cascade)


@pytest.mark.parametrize("cascade", [False, True])
def test_a_removal_leaves_nothing_that_needs_what_is_gone(cascade: bool, database_url: str) -> None:
    load(database_url, SHOP)
    design = lift(read(database_url)).design
    before = lower(design)
    refused = 0
    for edit in every_edit(design, cascade=cascade):
        try:
            after = apply(design, edit)
        except DesignerError:
            refused += 1
            continue
        assert dangling(before, lower(after)) == set(), edit.describe(design)
    assert refused < 25 if cascade else refused > 5


def small(*opaque: Opaque, roles: tuple[str, ...] = ("a", "b")) -> Design:
    table = Entity(name="t", attributes=(Attribute(name="id", data_type="bigint", is_primary_key=True),))
    named = tuple(objects.Role(name=role) for role in roles)
    return Design(name="d", entities=(table,), roles=named, opaque=opaque)


def carried_policy(*roles: str) -> Opaque:
    return Opaque.of(Policy(schema="public", table="t", name="p", roles=roles, using="true"))


def remove_role(design: Design, name: str, *, cascade: bool = False) -> Design:
    role = next(one for one in design.roles if one.name == name)
    return apply(design, edits.RemoveObject(collection="roles", object_id=role.id, cascade=cascade))


def test_a_carried_policy_keeps_its_other_roles() -> None:
    left = remove_role(small(carried_policy("a", "b")), "a")
    assert left.opaque[0].fields["roles"] == ["b"]


def test_a_carried_policy_for_one_role_never_comes_to_be_for_everybody() -> None:
    design = small(carried_policy("a"))
    with pytest.raises(InvalidDesign, match=r"policy public\.t\.p .*for everybody"):
        remove_role(design, "a")
    assert remove_role(design, "a", cascade=True).opaque == ()


def test_a_drawn_policy_for_one_role_never_comes_to_be_for_everybody() -> None:
    design = small()
    table = design.entities[0].model_copy(
        update={"policies": (parts.Policy(name="p", roles=("a",)), parts.Policy(name="q", roles=("a", "b")))}
    )
    design = design.model_copy(update={"entities": (table,)})
    with pytest.raises(InvalidDesign, match="policy p of t, policy q of t"):
        remove_role(design, "a")
    left = remove_role(design, "a", cascade=True).entities[0].policies
    assert [(one.name, one.roles) for one in left] == [("q", ("b",))]
    renamed = apply(
        design, edits.ChangeObject(collection="roles", object_id=design.roles[0].id, changes={"name": "c"})
    ).entities[0]
    assert [one.roles for one in renamed.policies] == [("c",), ("c", "b")]


def test_tenants_are_not_let_together_by_removing_a_role() -> None:
    design = small()
    table = design.entities[0]
    scoped = table.model_copy(update={"traits": (traits.TenantScoped(tenant_entity_id=table.id, roles=("a",)),)})
    design = design.model_copy(update={"entities": (scoped,)})
    with pytest.raises(InvalidDesign, match="keeps tenants apart"):
        remove_role(design, "a", cascade=True)


def test_two_texts_are_a_place_only_where_the_field_means_one() -> None:
    server = ForeignServer(name="s", wrapper="w", options=(("public", "t"), ("host", "t")))
    design = small(Opaque.of(server))
    renamed = apply(design, edits.RenameEntity(entity_id=design.entities[0].id, name="u"))
    assert renamed.opaque == design.opaque
    assert apply(design, edits.RemoveEntity(entity_id=design.entities[0].id)).opaque == design.opaque


def test_removing_a_carried_thing_asks_for_what_hangs_on_it() -> None:
    policy = carried_policy("a")
    comment = Opaque.of(Comment(on=policy.key, text="why"))
    design = small(policy, comment)
    assert apply(design, edits.RemoveObject(collection="opaque", object_id=policy.id)).opaque == ()


def test_the_meaning_of_every_field_is_known() -> None:
    for kind, model in kinds_by_name().items():
        for field in fields(model):
            if field.name not in EDGES:
                meaning_of(kind, field.name)
