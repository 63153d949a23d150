"""From meaning to objects: names, types, qualified SQL, privileges."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.column import Column, Default
from designer_kernel.catalog.kinds.comment import Comment
from designer_kernel.catalog.kinds.domain import Domain, DomainCheck
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.function import Function
from designer_kernel.catalog.kinds.grant import Grant
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.schema import Schema
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.kinds.unique import Unique
from designer_kernel.catalog.kinds.view import View
from designer_kernel.design import Attribute, Design, Entity, Relationship, objects, parts
from designer_kernel.design.lower import lower
from designer_kernel.errors import InvalidDesign


def key() -> Attribute:
    return Attribute(name="id", data_type="bigint", identity="ALWAYS", is_primary_key=True)


def catalog(*entities: Entity, **fields: object) -> Catalog:
    return lower(Design(name="d", entities=entities, **fields))  # type: ignore[arg-type]


def test_a_primary_key_and_an_identity_are_never_null():
    columns = catalog(Entity(name="t", attributes=(key(),))).of(Column)
    assert [(c.name, c.not_null, c.identity) for c in columns] == [("id", True, "ALWAYS")]


def test_types_are_spelled_as_the_server_prints_them_and_found_in_their_schema():
    entity = Entity(
        name="t",
        schema_name="app",
        attributes=(
            Attribute(name="a", data_type="varchar(20)"),
            Attribute(name="b", data_type="status[]"),
            Attribute(name="c", data_type="email"),
            Attribute(name="d", data_type="app.email"),
            Attribute(name="e", data_type="citext"),
            Attribute(name="f", data_type="numeric", precision=8),
        ),
    )
    made = catalog(
        entity,
        enums=(objects.Enum(name="status", labels=("new",)),),
        domains=(objects.Domain(name="email", schema_name="app", data_type="text"),),
        extensions=(objects.Extension(name="citext", provides=("citext",)),),
    )
    assert [c.type for c in made.of(Column)] == [
        "character varying(20)",
        "public.status[]",
        "app.email",
        "app.email",
        "public.citext",
        "numeric(8,0)",
    ]


def test_every_schema_that_is_used_is_made():
    made = catalog(Entity(name="t", schema_name="app", attributes=(key(),)))
    assert [s.name for s in made.of(Schema)] == ["public", "app"]


def test_names_follow_postgresqls_patterns_and_never_collide():
    users = Entity(name="users", attributes=(key(), Attribute(name="email", data_type="text", is_unique=True)))
    posts = Entity(
        name="posts",
        attributes=(key(), Attribute(name="title", data_type="text")),
        checks=({"expression": "length(title) > 0"}, {"expression": "length(title) < 100"}, {"expression": "true"}),
        indexes=({"keys": [{"attribute": "title"}]}, {"keys": [{"expression": "lower(title)"}]}),
        keys=({"attributes": ["title"], "name": "posts_title_idx"},),
    )
    relationship = Relationship(source_entity_id=users.id, target_entity_id=posts.id)
    made = catalog(users, posts, relationships=(relationship,))
    assert [u.name for u in made.of(Unique)] == ["users_email_key", "posts_title_idx"]
    assert [c.name for c in made.of(Check)] == ["posts_title_check", "posts_title_check1", "posts_check"]
    assert [i.name for i in made.of(Index)] == ["posts_title_idx1", "posts_expr_idx"]
    assert [f.name for f in made.of(ForeignKey)] == ["posts_user_id_fkey"]


def test_sql_is_qualified_but_common_table_expressions_are_not():
    view = objects.View(name="v", query="with t as (select * from u) select touch(t.id) from t, u")
    function = objects.Function(name="touch", definition="create function touch(bigint) returns bigint return $1")
    made = catalog(
        Entity(name="t", attributes=(key(),)),
        Entity(name="u", schema_name="app", attributes=(key(),)),
        views=(view,),
        functions=(function,),
    )
    (found,) = made.of(View)
    assert found.query == "WITH t AS (SELECT * FROM app.u) SELECT public.touch(t.id) FROM t, app.u"


@pytest.mark.parametrize(
    ("definition", "arguments", "returns", "language"),
    [
        ("create function f() returns trigger language plpgsql as 'begin return new; end'", "", "trigger", "plpgsql"),
        ("create function f(a int, b text[] default '{}') returns setof int language sql as 'select 1'",
         "integer, text[]", "SETOF integer", "sql"),
        ("create function f(a varchar(3), out b int, out c text) language sql as 'select 1, 2'",
         "character varying", "record", "sql"),
        ("create function f(inout a int) language sql as 'select 1'", "integer", "integer", "sql"),
        ("create function f(variadic a int[]) returns table(x int, y date) language sql as 'select 1, now()::date'",
         "integer[]", "TABLE(x integer, y date)", "sql"),
        ("create procedure f(a int) language sql as 'select 1'", "integer", "", "sql"),
        ("create or replace function f() returns int return 1", "", "integer", "sql"),
    ],
)  # fmt: skip
def test_a_functions_identity_is_read_from_its_statement(definition, arguments, returns, language):
    made = catalog(functions=(objects.Function(name="f", definition=definition),))
    (function,) = made.of(Function)
    assert (function.arguments, function.returns, function.language) == (arguments, returns, language)
    assert "public.f(" in function.definition
    assert "OR REPLACE" not in function.definition


def test_a_function_of_another_name_is_refused():
    function = objects.Function(name="f", definition="create function g() returns int return 1")
    with pytest.raises(InvalidDesign, match="creates 'g'"):
        catalog(functions=(function,))


def test_a_trigger_without_its_function_is_refused():
    trigger = {"name": "t", "events": ["UPDATE"], "function": "nothing"}
    with pytest.raises(InvalidDesign, match="no function 'nothing'"):
        catalog(Entity(name="t", attributes=(key(),), triggers=(trigger,)))


def test_policy_roles_receive_the_privileges_that_their_policies_narrow():
    entity = Entity(
        name="t",
        schema_name="app",
        attributes=(key(),),
        policies=(
            {"name": "read", "command": "SELECT", "roles": ["reader"], "using": "true"},
            {"name": "all", "roles": ["writer", "public"], "using": "true"},
        ),
    )
    grants = {(g.on.kind, g.role): g.privileges for g in catalog(entity).of(Grant)}
    assert grants == {
        ("relation", "reader"): ("SELECT",),
        ("schema", "reader"): ("USAGE",),
        ("relation", "writer"): ("DELETE", "INSERT", "SELECT", "UPDATE"),
        ("schema", "writer"): ("USAGE",),
    }


def test_descriptions_become_comments_of_everything():
    entity = Entity(
        name="t",
        description="A table.",
        attributes=(key(), Attribute(name="n", data_type="int", description="A number.", default_value="1 + 1")),
        checks=({"expression": "n > 0", "description": "Positive."},),
        keys=({"attributes": ["n"], "description": "Once."},),
    )
    made = catalog(entity, enums=(objects.Enum(name="e", labels=("a",), description="Letters."),))
    assert {c.text for c in made.of(Comment)} == {"A table.", "A number.", "Positive.", "Once.", "Letters."}
    assert [d.expression for d in made.of(Default)] == ["1 + 1"]


def test_an_abstract_entity_has_no_table():
    base = Entity(name="base", is_abstract=True, attributes=(key(),))
    heir = Entity(name="heir", inherits=(base.id,))
    assert [t.name for t in catalog(base, heir).of(Table)] == ["heir"]


def test_names_that_people_chose_are_never_made_up_again():
    amount = Attribute(name="a", data_type="integer")
    checks = (
        parts.Check(expression="a > 0"),
        parts.Check(name="t_a_check", expression="a < 9"),
        parts.Check(name="t_pkey", expression="true"),
    )
    parent, child = Entity(name="p", attributes=(key(),)), Entity(name="t", attributes=(key(), amount), checks=checks)
    links = (
        Relationship(source_entity_id=parent.id, target_entity_id=child.id),
        Relationship(
            name="t_p_id_fkey", source_entity_id=parent.id, target_entity_id=child.id, target_attributes=("id",)
        ),
    )
    money = objects.Domain(name="d" * 63, data_type="text", checks=(parts.Check(expression="VALUE <> ''"),))
    coins = objects.Domain(
        name="c",
        data_type="text",
        checks=(parts.Check(expression="VALUE <> ''"), parts.Check(name="c_check", expression="true")),
    )
    made = lower(Design(name="d", entities=(parent, child), relationships=links, domains=(money, coins)))
    names = {key.path[-1] for key in made if key.kind == "constraint" and key.path[1] == "t"}
    assert names == {"t_a_check", "t_a_check1", "t_pkey", "t_pkey1", "t_p_id_fkey", "t_p_id_fkey1"}
    long, short = made.of(Domain)
    assert [len(check.name) for check in made.parts(long.id, DomainCheck)] == [63]
    assert [check.name for check in made.parts(short.id, DomainCheck)] == ["c_check1", "c_check"]


@pytest.mark.parametrize("operator", ["--", "=--", "/*", "=/*"])
def test_an_operator_that_begins_a_comment_is_refused(operator):
    with pytest.raises(ValidationError, match="comment"):
        parts.ExclusionElement(expression="a", operator=operator)


def test_an_operator_class_is_a_name_and_no_other_word():
    index = parts.Index(keys=(parts.IndexKey(attribute="id", operator_class="desc"),))
    made = catalog(Entity(name="t", attributes=(key(),), indexes=(index,)))
    assert [fact.keys for fact in made.of(Index)] == [('id "desc"',)]
