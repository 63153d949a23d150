"""What belongs to the server and not to a database's objects is named in the loss report of an import."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from designer_kernel.exchange.database import import_database
from designer_kernel.exchange.transfer import Imported
from designer_kernel.postgres.server import EmbeddedServer

ROLES = ("around_plain", "around_maker", "around_group")


@pytest.fixture(params=["database_url", pytest.param("older_url", marks=pytest.mark.older)])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """A database with roles that its tables name."""
    found: str = request.getfixturevalue(request.param)
    with psycopg.connect(found, autocommit=True) as connection:
        for name in ROLES:
            connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(name)))
        connection.execute("CREATE TABLE t (a int)")
        connection.execute("GRANT SELECT ON t TO around_plain, around_maker")
        yield found
        for name in ROLES:
            connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def run(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def told(imported: Imported, kind: str) -> list[tuple[str, str]]:
    return [(loss.outcome, loss.reason) for loss in imported.losses if loss.kind == kind]


def test_a_role_that_is_more_than_its_name_is_said_to_be_changed(url: str) -> None:
    run(
        url,
        "ALTER ROLE around_maker LOGIN CREATEDB PASSWORD 'never to be seen' CONNECTION LIMIT 3",
        "GRANT around_group TO around_maker",
        "ALTER ROLE around_maker SET work_mem = '4MB'",
        "COMMENT ON ROLE around_maker IS 'makes'",
    )
    imported = import_database(url)
    roles = {loss.object: loss for loss in imported.losses if loss.kind == "role"}
    assert roles.keys() == {"around_plain", "around_maker"}
    assert roles["around_plain"].outcome == "kept"
    maker = roles["around_maker"]
    assert maker.outcome == "changed"
    assert (
        "Not kept: LOGIN, CREATEDB, CONNECTION LIMIT 3; member of around_group; settings (work_mem); its comment"
        in maker.reason
    )
    assert not any("never to be seen" in str(loss) for loss in imported.losses)


def test_a_plain_database_has_nothing_around_it(url: str) -> None:
    imported = import_database(url, owners=False)
    assert told(imported, "database") == []
    assert imported.losses.is_lossless


def test_what_the_database_itself_has_is_named(url: str) -> None:
    with psycopg.connect(url) as connection:
        name = connection.info.dbname
    here = sql.Identifier(name).as_string()
    run(
        url,
        f"COMMENT ON DATABASE {here} IS 'of the whole'",
        f"ALTER DATABASE {here} SET app.key = 'a value that may be secret'",
        f"GRANT CREATE ON DATABASE {here} TO around_group",
        f"ALTER DATABASE {here} CONNECTION LIMIT 7",
        "SELECT lo_create(0)",
    )
    imported = import_database(url, owners=True)
    reasons = [reason for outcome, reason in told(imported, "database") if outcome == "refused"]
    assert [reason.split(":")[0].split(",")[0] for reason in reasons] == [
        "its comment",
        "its settings (app.key)",
        "who may connect to it and use it",
        "its owner postgres",
        "its limit of 7 connections",
    ]
    assert told(imported, "data") == [("refused", "1 large objects were skipped: only definitions are read")]
    assert not any("may be secret" in str(loss) for loss in imported.losses)
    assert told(import_database(url, schemas=["public"]), "database") == []
    run(url, f"REVOKE ALL ON DATABASE {here} FROM around_group")


def test_the_locale_of_a_database_is_named_if_it_is_not_the_servers(server: EmbeddedServer) -> None:
    url = server.url()
    run(url, "CREATE DATABASE around_latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C' LOCALE_PROVIDER 'libc'")
    try:
        ((outcome, reason),) = told(import_database(server.url("around_latin")), "database")
        assert (outcome, reason) == (
            "refused",
            "encoding LATIN1, LC_COLLATE C, LC_CTYPE C: say it in CREATE DATABASE",
        )
    finally:
        run(url, "DROP DATABASE around_latin")


def test_tablespaces_are_kept_by_name_and_said_to_be_the_servers(url: str) -> None:
    directory = Path(tempfile.mkdtemp(prefix="designer-", dir="/tmp"))
    with psycopg.connect(url) as connection:
        row = connection.execute("SELECT current_setting('data_directory')").fetchone()
    assert row is not None
    owner = Path(row[0]).stat()
    os.chown(directory, owner.st_uid, owner.st_gid)
    run(
        url,
        sql.SQL('CREATE TABLESPACE "around Disk" LOCATION {}').format(str(directory)).as_string(),
        'CREATE TABLE elsewhere (a int PRIMARY KEY USING INDEX TABLESPACE "around Disk") TABLESPACE "around Disk"',
    )
    try:
        imported = import_database(url)
        assert [loss.object for loss in imported.losses if loss.kind == "tablespace"] == ["around Disk"]
        assert imported.losses.of("refused").entries == tuple(
            loss for loss in imported.losses if loss.kind == "tablespace"
        )
    finally:
        run(url, "DROP TABLE elsewhere", 'DROP TABLESPACE "around Disk"')
        directory.rmdir()
