"""What belongs to others: owners, privileges that others gave, default privileges. And parts of parts of tables."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.kinds.default_privileges import DefaultPrivileges
from designer_kernel.catalog.kinds.grant import Grant
from designer_kernel.catalog.kinds.owner import Owner
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import DeployRefused
from designer_kernel.postgres import cluster
from designer_kernel.postgres.connection import parse, to_url
from designer_kernel.postgres.deploy import deploy
from designer_kernel.postgres.introspect import introspect
from designer_kernel.postgres.judgement import rehearse
from designer_kernel.postgres.shadow import normalise
from designer_kernel.studio.sources import Options, source
from tests.designer_kernel.catalog.conftest import fresh_older_url, fresh_url
from tests.designer_kernel.catalog.databases import FreshUrl, load

__all__ = ["fresh_older_url", "fresh_url"]

OWNED = """
    CREATE SCHEMA app;
    CREATE TABLE app.t (id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY);
    CREATE VIEW app.v AS SELECT id FROM app.t;
    CREATE TABLE kept (id integer PRIMARY KEY);
    ALTER SCHEMA app OWNER TO deploy_owner; ALTER TABLE app.t OWNER TO deploy_owner;
    GRANT SELECT ON app.t TO deploy_reader WITH GRANT OPTION; GRANT USAGE ON SCHEMA app TO deploy_reader;
    SET ROLE deploy_reader; GRANT SELECT ON app.t TO deploy_third; RESET ROLE;
    ALTER DEFAULT PRIVILEGES FOR ROLE postgres IN SCHEMA public GRANT SELECT ON TABLES TO deploy_reader;
    ALTER DEFAULT PRIVILEGES FOR ROLE deploy_owner REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
"""
PARTITIONS = """
    CREATE TABLE o (id integer NOT NULL, region text NOT NULL, at date NOT NULL) PARTITION BY RANGE (at);
    CREATE TABLE o25 (id integer NOT NULL, region text NOT NULL, at date NOT NULL) PARTITION BY LIST (region);
    CREATE TABLE o25_eu (id integer NOT NULL, region text NOT NULL, at date NOT NULL DEFAULT now());
    ALTER TABLE ONLY o ATTACH PARTITION o25 FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    ALTER TABLE ONLY o25 ATTACH PARTITION o25_eu FOR VALUES IN ('eu');
"""
_ROLES = ("deploy_owner", "deploy_reader", "deploy_third")


@pytest.fixture
def owned(fresh_url: FreshUrl) -> Iterator[str]:
    """A database whose objects belong to several roles."""
    url = fresh_url()
    with psycopg.connect(url, autocommit=True) as connection:
        _make_roles(connection)
        connection.execute(OWNED)
    yield url
    _forget(url)


@pytest.fixture
def fresh_owned_url(fresh_url: FreshUrl) -> Iterator[str]:
    """A fresh database whose objects will belong to several roles."""
    url = fresh_url()
    yield url
    _forget(url)


@pytest.fixture
def older_owned_url(fresh_older_url: FreshUrl) -> Iterator[str]:
    """A fresh database on an older server; its roles go at the end."""
    url = fresh_older_url()
    yield url
    _forget(url)


def _make_roles(connection: psycopg.Connection[tuple[object, ...]]) -> None:
    for role in _ROLES:
        found = connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone()
        if found is None:
            connection.execute(sql.SQL("CREATE ROLE {}").format(sql.Identifier(role)))


def _forget(url: str) -> None:
    """Drop what the roles own in a database, and those that nothing else belongs to."""
    with psycopg.connect(url, autocommit=True) as connection:
        for role in _ROLES:
            name = sql.Identifier(role)
            if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
                continue
            connection.execute(sql.SQL("DROP OWNED BY {} CASCADE").format(name))
            # another database of the same test may still have something of it
            with suppress(psycopg.errors.DependentObjectsStillExist):
                connection.execute(sql.SQL("DROP ROLE {}").format(name))


def held(url: str) -> Catalog:
    with psycopg.connect(url) as connection:
        return introspect(connection, owners=True)


def dumped(url: str, path: Path) -> Path:
    program = cluster.binaries() / "pg_dump"
    with path.open("w") as file:
        subprocess.run(
            [program, "--schema-only", "-d", url], stdout=file, env=cluster.environment(), check=True, cwd="/"
        )
    return path


def test_owners_and_what_others_gave_are_deployed_as_they_were(owned: str, fresh_owned_url: str) -> None:
    meant = held(owned)
    done = deploy(meant, fresh_owned_url)
    assert differences(meant, held(fresh_owned_url)) == []
    assert {fact.role for fact in held(fresh_owned_url).of(Owner)} >= {"deploy_owner", "postgres"}
    (note,) = done.notes
    assert "did not try default privileges and owners and privileges" in note
    assert deploy(meant, fresh_owned_url).created == ()


@pytest.mark.older
def test_owners_are_deployed_to_an_older_server(owned: str, older_owned_url: str) -> None:
    meant = held(owned)
    assert deploy(meant, older_owned_url).notes == ()
    found = held(older_owned_url)
    assert {fact.id: fact for fact in found.of(Owner)} == {fact.id: fact for fact in meant.of(Owner)}
    assert found.of(DefaultPrivileges) == meant.of(DefaultPrivileges)
    assert [fact.by for fact in found.of(Grant) if fact.by] == ["deploy_reader"]
    assert deploy(meant, older_owned_url).created == ()


@pytest.mark.parametrize("owners", [True, False])
def test_a_dump_is_deployed_with_its_owners(owned: str, fresh_owned_url: str, tmp_path: Path, *, owners: bool) -> None:
    opened = source(str(dumped(owned, tmp_path / "dump.sql")), Options(owners=owners))
    deploy(opened.imported.design, fresh_owned_url)
    owner = held(fresh_owned_url)[ObjectId("owner", ("relation", "app", "t"))]
    assert isinstance(owner, Owner)
    assert owner.role == ("deploy_owner" if owners else "postgres")
    assert deploy(opened.imported.design, fresh_owned_url).created == ()


@pytest.mark.older
def test_a_dump_is_deployed_to_an_older_server(owned: str, older_owned_url: str, tmp_path: Path) -> None:
    opened = source(str(dumped(owned, tmp_path / "dump.sql")), Options(owners=True))
    deploy(opened.imported.design, older_owned_url)
    assert held(older_owned_url).of(DefaultPrivileges) == held(owned).of(DefaultPrivileges)


def test_a_table_of_another_owner_is_not_given_away(owned: str, fresh_owned_url: str) -> None:
    load(fresh_owned_url, "CREATE TABLE kept (id integer PRIMARY KEY); ALTER TABLE kept OWNER TO deploy_third;")
    with pytest.raises(DeployRefused, match=r"owner relation\.public\.kept: role is 'deploy_third'"):
        deploy(held(owned), fresh_owned_url)


def test_the_schema_public_of_a_new_database_gets_its_owner(owned: str, fresh_owned_url: str) -> None:
    load(owned, "ALTER SCHEMA public OWNER TO deploy_owner;")
    meant = held(owned)
    assert ObjectId("owner", ("schema", "public")) in deploy(meant, fresh_owned_url).created
    assert differences(meant, held(fresh_owned_url)) == []
    assert deploy(meant, fresh_owned_url).created == ()


def test_the_schema_public_that_is_in_use_is_not_given_away(owned: str, fresh_owned_url: str) -> None:
    load(owned, "ALTER SCHEMA public OWNER TO deploy_owner;")
    load(fresh_owned_url, "CREATE TABLE theirs (id integer);")
    with pytest.raises(DeployRefused, match=r"owner schema\.public: role is 'pg_database_owner'"):
        deploy(held(owned), fresh_owned_url)


@pytest.mark.older
def test_the_schema_public_of_a_new_database_gets_its_owner_on_an_older_server(
    owned: str, older_owned_url: str
) -> None:
    load(owned, "ALTER SCHEMA public OWNER TO deploy_owner;")
    deploy(held(owned), older_owned_url)
    owner = held(older_owned_url)[ObjectId("owner", ("schema", "public"))]
    assert isinstance(owner, Owner)
    assert owner.role == "deploy_owner"


def test_whose_a_table_is_that_no_owner_is_told_of_is_no_difference(owned: str, fresh_owned_url: str) -> None:
    meant = held(owned)
    some = meant.only(key for key in meant if key != ObjectId("owner", ("relation", "public", "kept")))
    assert ObjectId("relation", ("public", "kept")) in deploy(some, fresh_owned_url).created


def test_what_a_shadow_cannot_try_is_meant_as_it_is(owned: str) -> None:
    meant = held(owned)
    assert differences(meant, normalise(meant)) == []
    assert rehearse(meant) == ()


@pytest.mark.older
@pytest.mark.parametrize("levels", [PARTITIONS, PARTITIONS.replace("ONLY ", "")])
def test_partitions_of_partitions_that_were_attached_are_deployed_to_an_older_server(
    levels: str, fresh_url: FreshUrl, fresh_older_url: FreshUrl
) -> None:
    newest, older = fresh_url(), fresh_older_url()
    load(newest, levels)
    meant = held(newest)
    assert all(table.standalone for table in meant.of(Table) if table.partition_of)
    deploy(meant, older)
    assert {table.name: table.bound for table in held(older).of(Table)} == {
        table.name: table.bound for table in meant.of(Table)
    }
    assert deploy(meant, older).created == ()


@pytest.mark.older
def test_partitions_are_compared_across_versions_where_no_shadow_may_be_made(
    fresh_url: FreshUrl, fresh_older_url: FreshUrl
) -> None:
    newest, older = fresh_url(), fresh_older_url()
    load(newest, PARTITIONS)
    with psycopg.connect(older, autocommit=True) as connection:
        connection.execute("CREATE ROLE deploy_third LOGIN")
        connection.execute("GRANT CREATE ON SCHEMA public TO deploy_third")
    try:
        meant = held(newest).only(key for key in held(newest) if key.kind not in {"owner", "role"})
        weak = to_url(parse(older) | {"user": "deploy_third"})
        assert any("the shadow ran on PostgreSQL 18" in note for note in deploy(meant, weak).notes)
        assert deploy(meant, weak).created == ()
    finally:
        _forget(older)
