"""Operator classes, on a server with many that belong to extensions."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg

from designer_kernel.catalog.kinds.operator_class import OperatorClass

_EXTENSIONS = ("btree_gin", "btree_gist", "citext", "cube", "hstore", "intarray", "isn", "ltree", "pg_trgm", "seg")


def test_members_are_written_down_once_before_the_server_has_counted_its_catalogs(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        version = connection.info.server_version // 10000
        for extension in _EXTENSIONS:
            connection.execute(f"CREATE EXTENSION {extension}".encode())
        query = f"EXPLAIN (ANALYZE, FORMAT JSON) {OperatorClass.introspection(version)}"
        found = connection.execute(query.encode(), {"schemas": ["public"]}).fetchone()
    assert found is not None
    scans = [step for step in _steps(found[0][0]["Plan"]) if step.get("Relation Name") in ("pg_amop", "pg_amproc")]
    assert scans
    assert all(step["Actual Loops"] <= 1 for step in scans if step["Node Type"] == "Seq Scan")


def _steps(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for below in plan.get("Plans", ()):
        yield from _steps(below)
