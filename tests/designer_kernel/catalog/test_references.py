"""What a piece of SQL names."""

from __future__ import annotations

from designer_kernel.catalog.references import references


def test_references_know_the_scope_of_common_table_expressions() -> None:
    found = references("WITH a AS (SELECT * FROM b), c AS (SELECT * FROM a) SELECT f(x) FROM c JOIN s.a ON true")
    assert found.relations == {("", "b"), ("s", "a")}
    assert found.functions == {("", "f")}
    plain = references("WITH orders AS (SELECT * FROM orders) SELECT * FROM orders")
    assert plain.relations == {("", "orders")}
    recursive = references("WITH RECURSIVE t AS (SELECT 1 UNION ALL SELECT * FROM t) SELECT * FROM t")
    assert recursive.relations == set()


def test_references_find_types_and_columns() -> None:
    found = references("SELECT a.b::shop.status, lower(c) FROM s.t a WHERE d > 0")
    assert found.types == {("shop", "status")}
    assert found.columns == {"b", "c", "d"}
    like = references("CREATE FUNCTION f(x s.t.a%TYPE, y t.a%TYPE) RETURNS s.kind LANGUAGE sql AS ''")
    assert like.relations == {("s", "t"), ("", "t")}
    assert like.types == {("s", "kind")}
