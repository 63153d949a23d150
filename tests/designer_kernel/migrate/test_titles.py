"""Steps are named as a person would name them."""

from __future__ import annotations

import pytest

from designer_kernel.catalog.objects import ObjectId
from designer_kernel.migrate.titles import title


@pytest.mark.parametrize(
    ("action", "kind", "path", "sql", "expected"),
    [
        ("alter", "column", "shop.orders.note", "", "alter column shop.orders.note"),
        ("drop", "relation", "shop.orders", "DROP TABLE shop.orders", "drop table shop.orders"),
        ("create", "relation", "shop.v", "CREATE OR REPLACE VIEW shop.v AS", "create view shop.v"),
        ("create", "relation", "shop.m", "CREATE MATERIALIZED VIEW shop.m AS", "create materialized view shop.m"),
        ("alter", "relation", "shop.t_id_seq", "ALTER TABLE shop.t ALTER id SET", "alter relation shop.t_id_seq"),
        ("create", "type", "shop.d", "CREATE DOMAIN shop.d AS text", "create domain shop.d"),
        ("drop", "function", "shop.f.integer", "DROP FUNCTION shop.f(integer)", "drop function shop.f(integer)"),
        ("create", "grant", "relation.shop.t.reader", "", "grant on relation shop.t to reader"),
        ("create", "comment", "column.shop.t.a", "", "comment on column shop.t.a"),
        ("create", "dropped_schema", "public", "", "drop schema public"),
    ],
)
def test_a_title_says_what_is_done(action: str, kind: str, path: str, sql: str, expected: str) -> None:
    assert title(action, (ObjectId(kind, tuple(path.split("."))),), (sql,)) == expected


def test_several_facts_are_counted_and_none_is_told_by_its_statement() -> None:
    facts = tuple(ObjectId("column", ("s", "t", name)) for name in "abc")
    assert title("create", facts, ("…",)) == "create column s.t.a and 2 more"
    assert title("create", (), ("CREATE TYPE\n s.number",)) == "create: CREATE TYPE s.number"
