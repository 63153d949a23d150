"""What statements are said to lock, scan and write anew is what servers do."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import psycopg
import pytest

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.migrate.effects import Effect, LockMode, Relation, effects
from designer_kernel.migrate.effects.families import has_rows
from tests.designer_kernel.catalog.databases import FreshUrl, load
from tests.designer_kernel.migrate.databases import read

HERE = Path(__file__).parent
STATEMENTS = (HERE / "statements.sql").read_text().splitlines()[1:]
MODES = {str(mode).title().replace(" ", "") + "Lock": mode for mode in LockMode}
RELATIONS = """
    SELECT c.oid, n.nspname, c.relname, c.relfilenode FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.relkind IN ('r', 'p', 'v', 'm', 'f') AND c.oid >= 16384"""
LOCKS = "SELECT relation, mode FROM pg_locks WHERE pid = pg_backend_pid() AND locktype = 'relation' AND granted"
SCANS = "SELECT relid, seq_scan FROM pg_stat_xact_user_tables WHERE seq_scan > 0"

UNTOUCHED = {
    "ALTER TABLE yard.things ADD k int DEFAULT yard.any_int()": "the server looks into the function, which is constant",
    "INSERT INTO yard.codes SELECT * FROM yard.codes_new": "only partitions that get rows are locked",
}
"""Statements of which more is said than the server does, and why."""


class Seen(NamedTuple):
    """What a server did for a statement."""

    locks: dict[Relation, LockMode]
    rewritten: set[Relation]
    scanned: set[Relation]


def _seen(connection: psycopg.Connection, sql: str) -> Seen | None:
    there = {oid: ((schema, name), file) for oid, schema, name, file in connection.execute(RELATIONS).fetchall()}
    connection.commit()
    before = dict(connection.execute(SCANS).fetchall())  # a commit may begin to count anew
    try:
        connection.execute(sql.encode())
    except psycopg.errors.SyntaxError:  # the server is too old
        connection.rollback()
        return None
    locks: dict[Relation, LockMode] = {}
    for oid, name in connection.execute(LOCKS).fetchall():
        if oid in there and MODES[name] >= LockMode.ROW_EXCLUSIVE:
            locks[there[oid][0]] = max(MODES[name], locks.get(there[oid][0], MODES[name]))
    now = {oid: file for oid, _, _, file in connection.execute(RELATIONS).fetchall()}
    counted = connection.execute(SCANS).fetchall()
    connection.rollback()
    return Seen(
        locks,
        {relation for oid, (relation, file) in there.items() if oid in now and now[oid] != file},
        {there[oid][0] for oid, count in counted if oid in there and count > before.get(oid, 0)},
    )


def _differences(about: str, said: tuple[Effect, ...], seen: Seen, catalog: Catalog) -> list[str]:
    locks = {e.relation: e.lock for e in said if e.lock >= LockMode.ROW_EXCLUSIVE}
    found = [
        f"{relation} takes {seen.locks.get(relation)}, not {locks.get(relation)}"
        for relation in locks.keys() | seen.locks.keys()
        if locks.get(relation) != seen.locks.get(relation)
    ]
    rewritten = {e.relation for e in said if e.rewrites}
    found += [f"{relation} is written anew, or not" for relation in rewritten ^ seen.rewritten]
    read_too = {e.relation for e in said if e.scans or e.rewrites}
    # The rows that a foreign key points to are looked up, for which the server may read all of them.
    pointed = {e.relation for e in said if e.lock >= LockMode.SHARE_ROW_EXCLUSIVE and ".".join(e.relation) not in about}
    filled = {relation for relation in seen.scanned | seen.rewritten if has_rows(relation, catalog)}
    found += [f"{relation} is not read" for relation in read_too - filled]
    return found + [f"{relation} is read" for relation in filled - read_too - pointed]


@pytest.mark.parametrize("fresh", ["fresh_url", pytest.param("fresh_older_url", marks=pytest.mark.older)])
def test_all_that_statements_do_is_said(fresh: str, request: pytest.FixtureRequest) -> None:
    give: FreshUrl = request.getfixturevalue(fresh)
    url = give()
    load(url, (HERE / "yard.sql").read_text())
    catalog, wrong, tried = read(url), [], 0
    with psycopg.connect(url) as connection:
        connection.execute("SET timezone = 'Europe/Berlin'")
        connection.commit()
        version = connection.info.server_version // 10000
        for sql in STATEMENTS:
            if (seen := _seen(connection, sql)) is None:
                continue
            tried += 1
            found = _differences(sql.split(" REFERENCES")[0], effects(sql, catalog, version=version), seen, catalog)
            if bool(found) != (sql in UNTOUCHED):
                wrong.append((sql, found))
    assert wrong == []
    assert tried > 380


def test_what_came_to_be_in_the_same_plan_is_locked_and_has_no_rows() -> None:
    new, part = Table(schema="a", name="new"), Table(schema="a", name="part", partition_of=("a", "whole"))
    whole = Table(schema="a", name="whole", partition_by="LIST (x)")
    made = {("a", "new"): new, ("a", "part"): part}
    (effect,) = effects("ALTER TABLE a.new ADD CHECK (x > 0)", Catalog(), made=made)
    assert effect == Effect(("a", "new"), LockMode.ACCESS_EXCLUSIVE)
    found = effects("CREATE INDEX ON a.whole (x)", Catalog([whole]), made=made)
    assert set(found) == {Effect(("a", "whole"), LockMode.SHARE), Effect(("a", "part"), LockMode.SHARE)}
