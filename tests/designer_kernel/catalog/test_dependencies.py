"""What SQL speaks of is found in the catalog, through the search path and the scopes of SQL."""

from __future__ import annotations

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.dependencies import resolve
from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.column import Column, Default, column_id
from designer_kernel.catalog.kinds.domain import Domain
from designer_kernel.catalog.kinds.enum import Enum
from designer_kernel.catalog.kinds.function import Function
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.policy import Policy
from designer_kernel.catalog.kinds.view import View
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from tests.designer_kernel.catalog.facts import relation, table


def _function(name: str, body: str, language: str = "sql", arguments: str = "", schema: str = "s") -> Function:
    return Function(
        schema=schema,
        name=name,
        arguments=arguments,
        returns="integer",
        language=language,
        definition=f"CREATE FUNCTION {schema}.{name}({arguments}) RETURNS int LANGUAGE {language} AS $b${body}$b$",
    )


def _needs(fact: CatalogObject, *others: CatalogObject, path: tuple[str, ...] = ("public",)) -> set[str]:
    return {str(key) for key in resolve(Catalog([fact, *others]), path)[fact.id].depends}


def test_types_of_columns() -> None:
    enum = Enum(schema="s", name="Mood", labels=())
    domain = Domain(schema="public", name="code", type="text")
    column = Column(schema="s", table="t", name="a", type='s."Mood"[]')
    assert _needs(column, enum, domain) == {"type s.Mood"}
    assert _needs(Column(schema="s", table="t", name="a", type="code"), enum, domain) == {"type public.code"}
    assert _needs(Column(schema="s", table="t", name="a", type="numeric(10,2)"), enum, domain) == set()
    assert _needs(Column(schema="s", table="t", name="a", type="s.t2"), *table("t2")) == {"relation s.t2"}


def test_expressions_need_functions_and_the_columns_of_their_table() -> None:
    check = Check(schema="s", table="t", name="c", expression="s.f(a) > other.g(b)")
    facts = [*table("t", "a", "b"), _function("f", "SELECT 1"), _function("g", "SELECT 1", schema="other")]
    assert _needs(check, *facts) == {"function s.f.", "function other.g.", "column s.t.a", "column s.t.b"}
    default = Default(schema="s", table="t", column="a", expression="s.f()")
    assert _needs(default, *facts) == {"function s.f."}
    index = Index(schema="s", table="t", name="i", keys=("a DESC", "lower(b::text)"), predicate="id > 0")
    assert _needs(index, *facts) == {"column s.t.a", "column s.t.b", "column s.t.id"}


def test_unqualified_names_are_looked_up_in_the_search_path() -> None:
    view = View(schema="s", name="v", query="SELECT * FROM t")
    assert _needs(view, *table("t")) == set()
    assert _needs(view, *table("t"), path=("public", "s")) == {"relation s.t"}


def test_policies_need_the_tables_of_their_subqueries() -> None:
    policy = Policy(schema="s", table="t", name="p", using="EXISTS (SELECT FROM s.members m WHERE m.id = t.id)")
    assert _needs(policy, *table("t"), *table("members")) == {"relation s.members", "column s.t.id"}


def _prefers(fact: CatalogObject, *others: CatalogObject) -> set[str]:
    found = resolve(Catalog([fact, *others]))[fact.id]
    assert not found.depends & found.prefers
    return {str(key) for key in found.prefers}


def test_what_bodies_of_sql_functions_name_had_better_be_there() -> None:
    others = [*table("t"), _function("g", "SELECT 1")]
    assert _prefers(_function("f", "SELECT s.g() FROM s.t"), *others) == {"relation s.t", "function s.g."}
    assert _needs(_function("f", "SELECT s.g() FROM s.t"), *others) == set()
    assert _prefers(_function("f", "not even SQL", "plpython3u"), *others) == set()
    assert _prefers(_function("f", "SELECT broken FROM"), *others) == set()


def test_only_the_types_in_a_body_of_plpgsql_are_looked_up_when_it_is_made() -> None:
    body = "DECLARE a s.t%ROWTYPE; b s . t . id %type; c a%TYPE; BEGIN SELECT 1 FROM s.u; END"
    others = [*table("t"), *table("u"), *table("a")]
    assert _prefers(_function("f", body, "plpgsql"), *others) == {"relation s.t"}
    assert _prefers(_function("f", 'DECLARE a "s"."t"%RowType; BEGIN END', "plpgsql"), *others) == {"relation s.t"}
    assert _prefers(_function("f", "BEGIN RETURN 7 %type; END", "plpgsql"), *others) == set()


def test_types_of_arguments_are_needed() -> None:
    others = [*table("t"), _function("g", "SELECT 1")]
    assert _needs(_function("f", "SELECT 1", arguments="s.t"), *others) == {"relation s.t"}


def test_a_fact_does_not_need_itself() -> None:
    recursive = View(schema="s", name="v", query="WITH RECURSIVE v AS (SELECT 1 UNION SELECT * FROM v) SELECT * FROM v")
    assert _needs(recursive, path=("s",)) == set()
    assert _needs(_function("f", "SELECT s.f()")) == set()


def test_only_late_bound_kinds_on_demand() -> None:
    view = View(schema="s", name="v", query="SELECT * FROM s.t")
    function = _function("f", "SELECT 1 FROM s.t")
    found = resolve(Catalog([view, function, *table("t")]), late_bound_only=True)
    assert found[view.id].depends == frozenset()
    assert found[function.id].depends == frozenset()
    assert found[function.id].prefers == {relation("t")}


def test_what_was_known_before_is_kept() -> None:
    known = frozenset({ObjectId("role", ("r",)), column_id("s", "t", "id")})
    view = View(schema="s", name="v", query="SELECT * FROM s.t", depends=known)
    assert resolve(Catalog([view, *table("t")]))[view.id].depends == known | {relation("t")}
