"""The locks that statements are said to take are those that a server gives them."""

from __future__ import annotations

import psycopg
import pytest

from designer_kernel.migrate.effects import Effect, LockMode, Relation, effects
from tests.designer_kernel.catalog.databases import FreshUrl
from tests.designer_kernel.migrate.databases import ALTERATIONS, read, shop

MODES = {str(mode).title().replace(" ", "") + "Lock": mode for mode in LockMode}
MORE = (
    "CREATE POLICY a ON shop.items USING (true)", "CREATE INDEX ON shop.items (qty)",
    "COMMENT ON CONSTRAINT items_pkey ON shop.items IS 'x'", "ALTER TABLE shop.items ADD CHECK (qty > 3)",
    "CREATE TABLE shop.n (a int REFERENCES shop.products)", "ALTER TABLE shop.customers RENAME TO c",
    "REFRESH MATERIALIZED VIEW shop.totals", "ALTER TABLE shop.items ALTER qty SET DEFAULT 1",
)  # fmt: skip
RELATIONS = """
    SELECT c.oid, n.nspname, c.relname, c.relfilenode FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm') AND n.nspname IN ('shop', 'aux')"""
LOCKS = "SELECT relation, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted"


def _observed(connection: psycopg.Connection, sql: str) -> tuple[dict[Relation, LockMode], set[Relation]] | None:
    """Return the locks that a statement takes, and what it rewrites; nothing if it fails."""
    there = {oid: ((schema, name), file) for oid, schema, name, file in connection.execute(RELATIONS).fetchall()}
    connection.commit()
    try:
        connection.execute(sql.encode())
    except psycopg.Error:
        connection.rollback()
        return None
    taken: dict[Relation, LockMode] = {}
    for oid, name in connection.execute(LOCKS).fetchall():
        if oid in there and MODES[name] >= LockMode.SHARE_UPDATE_EXCLUSIVE:
            taken[there[oid][0]] = max(MODES[name], taken.get(there[oid][0], MODES[name]))
    now = {oid: file for oid, _, _, file in connection.execute(RELATIONS).fetchall()}
    rewritten = {relation for oid, (relation, file) in there.items() if oid in now and now[oid] != file}
    connection.rollback()
    return taken, rewritten


@pytest.mark.parametrize("fresh", ["fresh_url", pytest.param("fresh_older_url", marks=pytest.mark.older)])
def test_locks_and_rewrites_are_what_the_server_does(fresh: str, request: pytest.FixtureRequest) -> None:
    give: FreshUrl = request.getfixturevalue(fresh)
    url, _ = shop(give)
    catalog, tried = read(url), 0
    with psycopg.connect(url) as connection:
        for sql in (*ALTERATIONS, *MORE):
            if ";" in sql or "CASCADE" in sql or (seen := _observed(connection, sql)) is None:
                continue
            tried += 1
            taken, rewritten = seen
            said = effects(sql, catalog)
            strong = {e.relation: e.lock for e in said if e.lock >= LockMode.SHARE_UPDATE_EXCLUSIVE}
            assert strong == taken, sql
            assert rewritten <= {e.relation for e in said if e.rewrites}, sql
    assert tried > 100


def test_what_only_reads_has_no_effect(fresh_url: FreshUrl) -> None:
    url, _ = shop(fresh_url)
    catalog = read(url)
    assert effects("SELECT 1", catalog) == ()
    assert effects("this is no SQL", catalog) == ()
    assert effects("ALTER TABLE shop.nowhere ADD a int", catalog) == ()


def test_effects_on_one_relation_are_joined() -> None:
    light, heavy = (
        Effect(("a", "b"), LockMode.SHARE, scans=True),
        Effect(("a", "b"), LockMode.ACCESS_EXCLUSIVE, rewrites=True),
    )
    assert light.joined(heavy) == Effect(("a", "b"), LockMode.ACCESS_EXCLUSIVE, rewrites=True, scans=True)
    assert light.joined(None) == light
