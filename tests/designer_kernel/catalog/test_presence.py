"""Kinds that a database cannot have are not asked for: what is found is what is found when all are asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds import all_kinds
from designer_kernel.postgres import reading
from tests.designer_kernel.catalog.databases import FreshUrl, load, read

SHOP = (Path(__file__).parents[1] / "migrate" / "shop.sql").read_text()
FEW = {
    "nothing": "",
    "a comment": "COMMENT ON SCHEMA public IS 'ours'",
    "no comment": "COMMENT ON SCHEMA public IS NULL",
    "a privilege": "GRANT CREATE ON SCHEMA public TO PUBLIC",
    "a privilege that was taken": "REVOKE USAGE ON SCHEMA public FROM PUBLIC",
    "a privilege on a language": "REVOKE USAGE ON LANGUAGE sql FROM PUBLIC",
    "a privilege on a column": "CREATE TABLE t (a int); GRANT SELECT (a) ON t TO PUBLIC",
    "a privilege on a type": "CREATE TYPE c AS (a int); REVOKE USAGE ON TYPE c FROM PUBLIC",
    "a privilege on a function": "CREATE FUNCTION f() RETURNS int RETURN 1; REVOKE EXECUTE ON FUNCTION f() FROM PUBLIC",
    "a privilege on a thing of the system": "GRANT SELECT ON pg_authid TO PUBLIC",
    "one on a column of it": "GRANT SELECT (rolpassword) ON pg_authid TO PUBLIC",
    "one that was taken": "REVOKE EXECUTE ON FUNCTION pg_sleep FROM PUBLIC",
    "types": "CREATE TYPE s; CREATE TYPE e AS ENUM ('a'); CREATE DOMAIN d AS int CHECK (VALUE > 0)",
    "an aggregate": "CREATE AGGREGATE a (int) (SFUNC = int4pl, STYPE = int)",
    "a materialized view": "CREATE MATERIALIZED VIEW m AS SELECT 1 AS a; CREATE INDEX i ON m (a); CLUSTER m USING i",
    "a view": "CREATE VIEW v AS SELECT 1 AS a; ALTER VIEW v ALTER a SET DEFAULT 2",
    "keys": "CREATE TABLE t (a int PRIMARY KEY, b int UNIQUE, c int, d int CHECK (d > 0), EXCLUDE (c WITH =))",
    "a trigger": "CREATE TABLE t (a int); CREATE TRIGGER r BEFORE UPDATE ON t FOR EACH ROW"
    " EXECUTE FUNCTION suppress_redundant_updates_trigger(); ALTER TABLE t DISABLE TRIGGER r",
    "a rule": "CREATE TABLE t (a int); CREATE RULE r AS ON DELETE TO t DO NOTHING; ALTER TABLE t DISABLE RULE r",
    "settings": "CREATE TABLE t (a text, b int) WITH (fillfactor = 70); ALTER TABLE t ALTER a SET STORAGE PLAIN;"
    "ALTER TABLE t ALTER b SET (n_distinct = 5), ALTER b SET STATISTICS 7, REPLICA IDENTITY FULL",
    "statistics of an index": "CREATE TABLE t (a int); CREATE INDEX i ON t ((a + 1));"
    "ALTER INDEX i ALTER 1 SET STATISTICS 7",
    "an identity": "CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY (START 5))",
    "partitions": "CREATE TABLE t (a int) PARTITION BY LIST (a); CREATE TABLE p PARTITION OF t FOR VALUES IN (1);"
    "CREATE INDEX ON t (a); CREATE INDEX o ON ONLY t ((a + 1))",
    "a shop": SHOP,
}


def _everything_asked(url: str, monkeypatch: pytest.MonkeyPatch) -> Catalog:
    with monkeypatch.context() as patch:
        patch.setattr(reading, "_absent", lambda *_: set())
        for kind in all_kinds():
            patch.setattr(kind, "among", "")
        return read(url)


def _compare(few: str, fresh: FreshUrl, monkeypatch: pytest.MonkeyPatch) -> None:
    url = fresh()
    empty = read(url)
    load(url, FEW[few])
    found = read(url)
    assert found == _everything_asked(url, monkeypatch)
    assert (found == empty) == (few == "nothing")


@pytest.mark.parametrize("few", FEW)
def test_what_cannot_be_there_need_not_be_asked_for(
    few: str, fresh_url: FreshUrl, monkeypatch: pytest.MonkeyPatch
) -> None:
    _compare(few, fresh_url, monkeypatch)


@pytest.mark.older
@pytest.mark.parametrize("few", ["nothing", "a privilege that was taken", "one that was taken", "a shop"])
def test_the_same_on_an_older_server(few: str, fresh_older_url: FreshUrl, monkeypatch: pytest.MonkeyPatch) -> None:
    _compare(few, fresh_older_url, monkeypatch)
