"""Rules, and on partitions too, where they stand alone: a partition has none from its parent."""

from __future__ import annotations

from designer_kernel.catalog.kinds.rule import Rule
from designer_kernel.catalog.objects import ObjectId
from tests.designer_kernel.catalog.databases import FreshUrl
from tests.designer_kernel.catalog.proof import prove


def test_rules_of_partitions_are_kept(fresh_url: FreshUrl) -> None:
    catalog = prove(
        """
        CREATE TABLE p (id integer) PARTITION BY LIST (id);
        CREATE TABLE p_1 PARTITION OF p FOR VALUES IN (1);
        CREATE RULE above AS ON INSERT TO p DO ALSO NOTHING;
        CREATE RULE below AS ON UPDATE TO p_1 WHERE old.id > 1 DO INSTEAD NOTHING;
        """,
        fresh_url,
    )
    assert {(rule.table, rule.name, rule.event) for rule in catalog.of(Rule)} == {
        ("p", "above", "INSERT"),
        ("p_1", "below", "UPDATE"),
    }


def test_the_rule_that_makes_a_view_is_the_view(fresh_url: FreshUrl) -> None:
    assert not prove("CREATE TABLE t (a integer); CREATE VIEW v AS SELECT a FROM t", fresh_url).of(Rule)


def test_what_a_rule_needs_does_not_hold_up_its_table(fresh_url: FreshUrl) -> None:
    catalog = prove(
        "CREATE TABLE a (x integer); CREATE TABLE b (x integer);"
        "CREATE RULE r AS ON INSERT TO a DO INSTEAD INSERT INTO b VALUES (new.x);",
        fresh_url,
    )
    (rule,) = catalog.of(Rule)
    assert {key.path[:2] for key in rule.depends} >= {("public", "b")}
    assert not catalog[ObjectId("relation", ("public", "a"))].depends


def test_names_that_look_like_syntax_are_told_from_it(fresh_url: FreshUrl) -> None:
    catalog = prove(
        'CREATE TABLE "ON INSERT TO x" (a integer);'
        'CREATE RULE "ON INSERT TO public.""y""" AS ON INSERT TO "ON INSERT TO x" DO INSTEAD NOTHING;',
        fresh_url,
    )
    assert [rule.action for rule in catalog.of(Rule)] == ["DO INSTEAD NOTHING"]
