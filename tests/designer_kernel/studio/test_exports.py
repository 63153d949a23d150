"""What is lost on the way from a source to a notation is told in every notation alike."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from designer_kernel.studio.exports import NOTATIONS, export
from designer_kernel.studio.sources import source

SECRETS = """
    CREATE EXTENSION postgres_fdw;
    CREATE SERVER away FOREIGN DATA WRAPPER postgres_fdw OPTIONS (host 'there');
    CREATE USER MAPPING FOR public SERVER away OPTIONS ("user" 'me', password 'tweety-4711');
    CREATE FOREIGN TABLE f (a integer) SERVER away OPTIONS (table_name 'x');
    CREATE TABLE t (a integer PRIMARY KEY);
"""


@pytest.fixture
def database(database_url: str) -> str:
    """A database with a secret, and with what is around its objects."""
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(SECRETS.encode())
        name = sql.Identifier(connection.info.dbname)
        connection.execute(sql.SQL("COMMENT ON DATABASE {} IS 'of the whole'").format(name))
        connection.execute(sql.SQL("ALTER DATABASE {} SET app.key = 'x'").format(name))
        connection.execute("SELECT lo_create(0)")
    return database_url


@pytest.mark.parametrize("to", NOTATIONS)
def test_what_is_around_a_database_and_what_is_secret_is_told_in_every_notation(to: str, database: str) -> None:
    exported = export(source(database), to)
    assert "tweety" not in exported.text + str(exported.losses.entries)
    around = [(loss.kind, loss.outcome) for loss in exported.losses if loss.kind in {"database", "data"}]
    assert around == [("database", "refused"), ("database", "refused"), ("data", "refused")]
    (mapping,) = (loss for loss in exported.losses.of("changed") if loss.kind == "user mapping")
    assert mapping.reason == "without what is secret and never read: password"


@pytest.mark.parametrize("to", NOTATIONS)
def test_the_secrets_of_a_script_are_told_in_every_notation(to: str, tmp_path: Path, server: object) -> None:
    path = tmp_path / "s.sql"
    path.write_text(SECRETS)
    exported = export(source(str(path)), to)
    assert any("never read: password" in loss.reason for loss in exported.losses.of("changed"))


def test_an_object_is_told_of_once_in_sql(database: str) -> None:
    exported = export(source(database), "sql")
    mappings = [loss for loss in exported.losses if loss.kind in {"user mapping", "foreign table"}]
    assert len(mappings) == 2
    assert {loss.outcome for loss in exported.losses if loss.kind == "table"} == {"kept"}
