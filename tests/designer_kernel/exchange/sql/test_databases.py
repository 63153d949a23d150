"""A script about several databases, as pg_dumpall writes it: one is read, and the others are said not to be."""

from __future__ import annotations

import subprocess

import psycopg
import pytest
from psycopg import sql

from designer_kernel.catalog.kinds.owner import Owner
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.errors import UnknownObject
from designer_kernel.exchange.sql import import_sql, read_script
from designer_kernel.exchange.sql.importing import ImportedScript
from designer_kernel.postgres import cluster
from designer_kernel.postgres.server import EmbeddedServer

SCRIPT = """
CREATE ROLE app;
CREATE DATABASE shop;
CREATE DATABASE blog;
\\connect template1
SET search_path = public;
\\connect shop
CREATE TABLE orders (id int);
GRANT SELECT ON orders TO app;
\\connect -reuse-previous=on "dbname='we\\'ird ""one'"
CREATE TABLE posts (id int);
COPY posts (id) FROM stdin;
1
2
\\.
\\c - app
CREATE TABLE comments (id int);
\\c shop
CREATE TABLE items (id int);
"""


def tables(imported: ImportedScript) -> set[str]:
    return {table.name for table in imported.reading.catalog.of(Table)}


def test_the_first_database_with_objects_is_read_and_the_others_are_named(server: EmbeddedServer) -> None:
    imported = import_sql(SCRIPT)
    assert tables(imported) == {"orders", "items"}
    assert imported.reading.data == {}
    assert imported.reading.notes[0] == (
        "the script is about several databases: the database shop is read, not the database we'ird \"one"
    )
    (lost,) = (loss for loss in imported.losses if "we'ird" in loss.reason and "read:" in loss.reason)
    assert (lost.object, lost.outcome) == ("CREATE TABLE posts and 2 more", "refused")


def test_another_one_can_be_chosen(server: EmbeddedServer) -> None:
    imported = import_sql(SCRIPT, database="we'ird \"one")
    assert tables(imported) == {"posts", "comments"}
    assert imported.reading.data == {"posts": 2}


def test_one_that_is_not_there_is_refused_with_those_that_are(server: EmbeddedServer) -> None:
    with pytest.raises(UnknownObject, match="makes nothing in a database 'blog'") as refusal:
        read_script(SCRIPT, database="blog")
    assert "shop" in refusal.value.mend


OWNED = """
CREATE ROLE alice;
CREATE ROLE bob;
\\connect shop
CREATE TABLE orders (id int);
ALTER TABLE orders OWNER TO alice;
\\connect blog
CREATE TABLE orders (id int);
ALTER TABLE orders OWNER TO bob;
\\connect shop
"""


@pytest.mark.parametrize(("database", "owner"), [("shop", "alice"), ("blog", "bob")])
def test_no_other_database_s_owners_are_taken(server: EmbeddedServer, database: str, owner: str) -> None:
    imported = import_sql(OWNED, database=database, owners=True)
    assert {fact.role for fact in imported.reading.catalog.of(Owner) if "orders" in str(fact.id)} == {owner}


def test_owners_that_the_script_takes_back_are_not_given(server: EmbeddedServer) -> None:
    script = "CREATE ROLE a; CREATE TABLE t (x int); BEGIN; ALTER TABLE t OWNER TO a; ROLLBACK;"
    imported = import_sql(script, owners=True)
    assert "a" not in {fact.role for fact in imported.reading.catalog.of(Owner)}
    assert imported.reading.outcomes[3].message == "the script undoes it: ROLLBACK in line 1"


def test_going_on_in_the_database_that_is_read_is_no_loss(server: EmbeddedServer) -> None:
    imported = import_sql(OWNED)
    told = {o.sql: o.message for o in imported.reading.outcomes if o.sql.startswith("\\connect")}
    assert told == {"\\connect shop": "it tells psql how to work", "\\connect blog": "the database blog is not read"}
    assert not any("read into one" in loss.reason for loss in imported.losses)


def test_a_script_that_only_connects_once_is_read_as_a_whole(server: EmbeddedServer) -> None:
    imported = import_sql(
        "CREATE DATABASE shop;\n\\c shop\nCREATE TABLE a (x int);\n\\c shop postgres\nCREATE TABLE b (x int);"
    )
    assert tables(imported) == {"a", "b"}


def test_a_file_of_pg_dumpall_is_read(server: EmbeddedServer) -> None:
    names = ("dumpall_one", 'dumpall "two')
    with psycopg.connect(server.url(), autocommit=True) as connection:
        for name in names:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    try:
        for number, name in enumerate(names):
            with psycopg.connect(server.url(name)) as connection:
                connection.execute(sql.SQL("CREATE TABLE {} (a int)").format(sql.Identifier(f"t{number}")))
        done = subprocess.run(
            [cluster.binaries() / "pg_dumpall", "--schema-only", "-d", server.url()],
            capture_output=True,
            encoding="utf-8",
            env=cluster.environment(),
            check=True,
        )
        for number, name in enumerate(names):
            assert tables(import_sql(done.stdout, database=name)) == {f"t{number}"}
    finally:
        with psycopg.connect(server.url(), autocommit=True) as connection:
            for name in names:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def test_going_on_in_the_only_database_is_no_loss(server: EmbeddedServer) -> None:
    script = "CREATE ROLE app;\n\\connect shop\nCREATE TABLE t (id int);\n\\connect postgres\nSET work_mem = '1MB';\n"
    losses = import_sql(script, server=server).losses
    assert losses.of("refused").entries == ()
    assert "psql would" not in losses.to_frame().to_string()
