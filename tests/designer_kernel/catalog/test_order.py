"""Facts are created after what they need; circles are broken where they can be, and named where they cannot."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.column import Column, Default
from designer_kernel.catalog.kinds.comment import Comment
from designer_kernel.catalog.kinds.enum import Enum
from designer_kernel.catalog.kinds.extension import Extension
from designer_kernel.catalog.kinds.function import Function
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.policy import Policy
from designer_kernel.catalog.kinds.schema import Schema
from designer_kernel.catalog.kinds.view import View
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.catalog.order import create_order, groups
from designer_kernel.errors import InvalidDesign
from tests.designer_kernel.catalog.facts import link, relation, table


def _view(name: str, *needs: str) -> View:
    return View(schema="s", name=name, query="SELECT 1", depends=frozenset(map(relation, needs)))


def _function(name: str, *needs: str) -> Function:
    return Function(
        schema="s",
        name=name,
        arguments="",
        returns="int",
        language="sql",
        definition=f"CREATE FUNCTION s.{name}() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        depends=frozenset(map(relation, needs)),
    )


def _roots(facts: list[CatalogObject]) -> list[str]:
    return [str(getattr(group.root, "name", group.root.kind)) for group in groups(Catalog(facts))]


def test_parents_come_first_and_the_rest_keeps_its_order() -> None:
    facts = [*table("z", to={"a_id": "a"}), *table("m"), *table("a"), Schema(name="s")]
    assert _roots(facts) == ["s", "m", "a", "z"]


def test_sections_stand_in_the_order_of_ranks() -> None:
    facts = [*table("t"), Enum(schema="s", name="e", labels=()), Extension(name="x", schema="s"), Schema(name="s")]
    assert _roots(facts) == ["s", "x", "e", "t"]
    assert [group.root.id.kind for group in groups(Catalog(facts), [relation("t"), facts[-2].id])] == [
        "extension",
        "relation",
    ]


def test_a_reference_to_the_own_table_stays_in_it() -> None:
    assert _roots(table("a", to={"parent_id": "a"})) == ["a"]


def test_of_a_circle_one_foreign_key_is_added_later() -> None:
    facts = [*table("a", to={"b_id": "b"}), *table("b", to={"a_id": "a"}), _view("v", "a", "b")]
    assert _roots(facts) == ["a", "b", "a_b_id_fkey", "v"]


def test_circles_are_broken_before_later_sections_begin() -> None:
    facts = [*table("a", to={"b_id": "b"}), *table("b", to={"c_id": "c"}), *table("c", to={"a_id": "a"}), *table("d")]
    index = Index(schema="s", table="d", name="d_index", keys=("id",))
    assert _roots([index, *facts]) == ["a", "c", "b", "d", "d_index", "a_b_id_fkey"]


def test_a_comment_follows_a_foreign_key_that_is_added_later() -> None:
    facts = [*table("a", to={"b_id": "b"}), *table("b", to={"a_id": "a"})]
    comment = Comment(on=link("a", "b_id", "b").id, text="later")
    last = groups(Catalog([comment, *facts]))[-1]
    assert (last.root.id, last.followers) == (comment.on, (comment,))


def test_a_check_whose_function_needs_the_table_is_added_later() -> None:
    check = Check(
        schema="s",
        table="a",
        name="a_check",
        expression="s.f() > 0",
        depends=frozenset({_function("f").id}),
    )
    assert _roots([*table("a"), check, _function("f", "a")]) == ["a", "f", "a_check"]


def test_a_default_whose_function_needs_the_table_is_set_later() -> None:
    default = Default(schema="s", table="a", column="id", expression="s.f()", depends=frozenset({_function("f").id}))
    order = create_order(Catalog([*table("a"), default, _function("f", "a")]))
    assert order.index(default.id) > order.index(_function("f").id) > order.index(relation("a"))


def test_foreign_keys_wait_for_a_unique_index() -> None:
    index = Index(schema="s", table="a", name="a_code", unique=True, keys=("code",))
    child = replace(link("b", "code", "a"), referenced_columns=("code",))
    assert _roots([*table("b", "code"), child, *table("a", "code"), index]) == ["a", "a_code", "b"]


def test_a_circle_that_cannot_be_broken_is_named() -> None:
    with pytest.raises(InvalidDesign) as caught:
        groups(Catalog([_view("free"), _view("one", "two"), _view("two", "three"), _view("three", "one")]))
    assert "relation s.one → relation s.two → relation s.three → relation s.one" in caught.value.what
    assert "free" not in caught.value.what
    assert caught.value.mend


def test_who_needs_a_table_needs_its_columns() -> None:
    enum = Enum(schema="s", name="e", labels=("x",))
    added = Column(schema="s", table="a", name="new", type="s.e", depends=frozenset({enum.id}))
    index = Index(schema="s", table="a", name="i", keys=("new",))
    facts = Catalog([_function("f", "a"), index, *table("a"), added, enum])
    only = [key for key in facts if key.path[:2] != ("s", "a") or key == added.id]
    assert [group.root.id for group in groups(facts, only)] == [
        enum.id,
        added.id,
        _function("f").id,
        index.id,
    ]


def test_the_order_covers_each_fact_once_and_obeys_each_need() -> None:
    @given(st.randoms(use_true_random=False), st.integers(2, 12))
    def holds(chance: random.Random, size: int) -> None:
        facts: list[CatalogObject] = []
        for n in range(size):
            targets = chance.sample(range(size), chance.randint(0, min(3, size)))
            facts += table(f"t{n}", to={f"to_{m}": f"t{m}" for m in targets})
        facts += [_view(f"v{n}", f"t{chance.randrange(size)}", *([f"v{n - 1}"] if n else [])) for n in range(3)]
        chance.shuffle(facts)
        catalog = Catalog(facts)
        order = create_order(catalog)
        assert sorted(order) == sorted(catalog)
        assert order == create_order(catalog)
        made: set[ObjectId] = set()
        for group in groups(catalog):
            inside = {fact.id for fact in group}
            for fact in group:
                needs = {*fact.requires(catalog), *fact.depends, *([fact.parent] if fact.parent else [])}
                assert {need for need in needs if need in catalog} <= made | inside
            made |= inside

    holds()


def test_a_thousand_tangled_tables_are_ordered_quickly() -> None:
    import time

    chance = random.Random(7)
    facts = [
        f for n in range(1000) for f in table(f"t{n}", to={f"c{m}": f"t{chance.randrange(1000)}" for m in range(3)})
    ]
    started = time.perf_counter()
    assert len(create_order(Catalog(facts))) == len(facts)
    assert time.perf_counter() - started < 5


def test_wishes_are_granted_where_they_can_be() -> None:
    facts = [_function("f"), _function("g"), *table("t"), Schema(name="s")]
    wanting = [replace(fact, prefers=frozenset({relation("t")})) if fact is facts[0] else fact for fact in facts]
    assert _roots(wanting) == ["s", "g", "t", "f"]
    assert not any(group.is_early for group in groups(Catalog(wanting)))


def test_wishes_give_way_in_a_circle() -> None:
    f, g = _function("f"), _function("g")
    facts = [replace(f, prefers=frozenset({g.id})), replace(g, prefers=frozenset({f.id})), Schema(name="s")]
    assert sorted(_roots(facts)) == ["f", "g", "s"]
    assert sum(group.is_early for group in groups(Catalog(facts))) == 1


def test_a_wish_gives_way_to_a_need() -> None:
    function = _function("f", "v")
    facts = [replace(_view("v"), prefers=frozenset({function.id})), function, Schema(name="s")]
    assert _roots(facts) == ["s", "v", "f"]


def test_a_view_in_a_circle_is_first_made_of_nulls() -> None:
    function = replace(_function("f", "v"), depends=frozenset({relation("v")}))
    view = replace(_view("v"), depends=frozenset({function.id}), columns=(("a", "integer", ""),))
    index_like = replace(_view("w", "v"))
    found = groups(Catalog([view, function, index_like, Schema(name="s")]))
    stages = [(getattr(group.root, "name", ""), group.stage) for group in found]
    assert stages == [("s", "whole"), ("v", "stub"), ("f", "whole"), ("v", "rest"), ("w", "whole")]
    assert [fact.id for group in found for fact in group].count(view.id) == 1


def test_wishes_that_a_stub_brings_give_way_before_later_sections_begin() -> None:
    function = replace(_function("f", "w"), depends=frozenset({relation("w")}))
    view = replace(_view("v"), depends=frozenset({function.id}), columns=(("a", "integer", ""),))
    other = replace(_view("w", "v"), columns=(("a", "integer", ""),))
    policy = Policy(schema="s", table="t", name="policy", using="true")
    found = groups(Catalog([view, other, function, *table("t"), policy, Schema(name="s")]))
    assert found[-1].root == policy
    assert sorted(group.stage for group in found if group.root in (view, other)) == ["rest", "stub", "whole"]


def test_new_columns_of_a_table_that_is_there_keep_their_defaults_and_their_order() -> None:
    columns = [Column(schema="s", table="t", name=name, type="int", not_null=True) for name in "cab"]
    defaults = [Default(schema="s", table="t", column=column.name, expression="1") for column in columns]
    catalog = Catalog([Schema(name="s"), *table("t"), *columns, *defaults])
    made = groups(catalog, only=[fact.id for fact in (*columns, *defaults)])
    assert [[fact.id.path[-1] for fact in group] for group in made] == [[name, name] for name in "cab"]
