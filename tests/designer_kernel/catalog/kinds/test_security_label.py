"""Security labels.

No provider of labels is at hand, so rows are written into ``pg_seclabel`` by hand; ``pg_dump`` reads them and says how
they are to be written. Creating them needs a provider.
"""

from __future__ import annotations

import subprocess

import psycopg
import pytest

from designer_kernel.catalog import render
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.security_label import SecurityLabel
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import UnknownObject
from designer_kernel.postgres import cluster
from designer_kernel.postgres.introspect import introspect

_LABELLED = {
    "pg_class": ("t", "v", "m", "q"),
    "pg_type": ("c", "d"),
    "pg_proc": ("f", "p"),
}
_SCRIPT = """
    CREATE SCHEMA "Secret";
    SET LOCAL search_path = "Secret";
    CREATE TABLE t (a int, "B" text);
    CREATE VIEW v AS SELECT a FROM t;
    CREATE MATERIALIZED VIEW m AS SELECT 1 AS a;
    CREATE SEQUENCE q;
    CREATE TYPE c AS (a int);
    CREATE DOMAIN d AS int;
    CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
    CREATE PROCEDURE p() LANGUAGE sql AS 'SELECT 1';
"""
_INSERT = "INSERT INTO pg_seclabel (objoid, classoid, objsubid, provider, label) "


def _labelled(connection: psycopg.Connection) -> None:
    connection.execute(_SCRIPT)
    for catalog, names in _LABELLED.items():
        prefix = {"pg_class": "rel", "pg_type": "typ", "pg_proc": "pro"}[catalog]
        for name in names:
            connection.execute(
                _INSERT + f"SELECT o.oid, '{catalog}'::regclass, 0, 'dummy', %s FROM {catalog} o "
                f"WHERE o.{prefix}name = %s AND o.{prefix}namespace = '\"Secret\"'::regnamespace",
                (f"it's {name}", name),
            )
    for provider in ("dummy", "Other one"):
        for relation, column in (("t", 2), ("v", 1)):
            connection.execute(
                _INSERT + "VALUES (%s::regclass::oid, 'pg_class'::regclass, %s, %s, 'classified')",
                (f'"Secret".{relation}', column, provider),
            )


def test_labels_are_written_as_pg_dump_writes_them(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        _labelled(connection)
        connection.commit()
        found = introspect(connection)
        assert len(found.of(SecurityLabel)) == 12
        assert introspect(connection, labels=False).of(SecurityLabel) == []
    ours = {line for line in render.script(found).text.splitlines() if line.startswith("SECURITY LABEL")}
    assert ours == _of_pg_dump(database_url)


def _of_pg_dump(url: str) -> set[str]:
    done = subprocess.run(
        [cluster.binaries() / "pg_dump", "--schema-only", "-d", url],
        capture_output=True,
        encoding="utf-8",
        env=cluster.environment(),
        check=True,
    )
    return {line for line in done.stdout.splitlines() if line.startswith("SECURITY LABEL")}


def test_a_label_without_its_object_is_refused() -> None:
    label = SecurityLabel(on=ObjectId("relation", ("s", "gone")), provider="dummy", label="x")
    with pytest.raises(UnknownObject, match=r"the label is about relation s\.gone"):
        label.create(Catalog([label]), {})


def test_the_server_asks_for_the_provider(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        _labelled(connection)
        statements = [s.sql for s in render.script(introspect(connection)).statements if s.sql.startswith("SECURITY")]
        with pytest.raises(psycopg.errors.InvalidParameterValue, match="is not loaded"):
            connection.execute(statements[0])
