"""What a target remembers: made on first use, by whoever owns the database, and read by nobody else."""

from __future__ import annotations

from itertools import count

import psycopg
import pytest
from psycopg import sql

from designer_kernel.catalog.compare import differences
from designer_kernel.errors import DesignerError, UnknownObject
from designer_kernel.migrate import record_tables, records
from designer_kernel.migrate.apply import apply, note
from designer_kernel.migrate.drift import drift
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.plan import plan
from designer_kernel.migrate.record_tables import RecordsUnusable
from designer_kernel.migrate.run import TargetChanged
from designer_kernel.migrate.salvage import salvaged
from designer_kernel.migrate.under_way import under_way
from designer_kernel.postgres.connection import connect, parse, to_url
from designer_kernel.postgres.introspect import introspect
from tests.designer_kernel.migrate.targets import CHANGES, Targets, by_hand, proof_of, read, rows, run

_numbers = count(1)


@pytest.fixture(scope="module")
def migration(targets: Targets) -> Migration:
    """A migration of one step."""
    return targets.migration(CHANGES[1])


@pytest.fixture
def roles(targets: Targets) -> list[str]:
    """Two roles that are no superusers; what they own goes with its database."""
    number = next(_numbers)
    names = [f"records_{name}_{number}_{targets.version}" for name in ("owner", "other")]
    with psycopg.connect(targets.server.url(), autocommit=True) as connection:
        for name in names:
            connection.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))
    return names


def owned(targets: Targets, owner: str) -> str:
    """Return the URL of a copy of the first database that belongs to a role, with all that is in it."""
    url = targets.copy()
    with psycopg.connect(url, autocommit=True) as connection:
        database, role = sql.Identifier(str(connection.info.dbname)), sql.Identifier(owner)
        connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO {}").format(database, role))
        connection.execute(sql.SQL("ALTER SCHEMA shop OWNER TO {}").format(role))
        for table in ("items", "notes", "places"):
            name = sql.Identifier("shop", table)
            connection.execute(sql.SQL("ALTER TABLE {} OWNER TO {}").format(name, role))
    return url


def as_role(url: str, role: str) -> str:
    """Return a URL with another role."""
    return to_url(parse(url) | {"user": role})


def forget(targets: Targets, url: str, roles: list[str]) -> None:
    """Drop roles and what they own in a database."""
    with psycopg.connect(url, autocommit=True) as connection:
        database = sql.Identifier(str(connection.info.dbname))
        connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO postgres").format(database))
        for role in map(sql.Identifier, roles):
            connection.execute(sql.SQL("DROP OWNED BY {}").format(role))
            connection.execute(sql.SQL("DROP ROLE {}").format(role))


def test_the_owner_of_a_database_applies_and_nobody_else_reads(
    targets: Targets, migration: Migration, roles: list[str]
) -> None:
    owner, other = roles
    url = owned(targets, owner)
    with psycopg.connect(url, autocommit=True) as connection:
        statement = "ALTER DEFAULT PRIVILEGES FOR ROLE {} GRANT ALL ON TABLES TO PUBLIC"
        connection.execute(sql.SQL(statement).format(sql.Identifier(owner)))
    theirs = apply_to(targets, as_role(url, owner))
    assert theirs.success
    assert theirs.role == theirs.by == owner
    with (
        connect(as_role(url, other), autocommit=True) as connection,
        pytest.raises(RecordsUnusable, match="may not read") as caught,
    ):
        records.history(connection)
    assert f"use the role {owner}" in caught.value.mend
    grants = "SELECT count(*) FROM pg_class, aclexplode(relacl) WHERE relnamespace = 'schema_designer'::regnamespace"
    assert rows(url, f"{grants} AND grantee = 0") == [(0,)]
    with connect(url, autocommit=True) as connection:  # a superuser may, since the database's owner made them
        assert len(records.history(connection)) == 1
    forget(targets, url, roles)


def apply_to(targets: Targets, url: str) -> records.Record:
    """Apply a migration that is made for what a target holds, and return its record."""
    with psycopg.connect(url) as connection:
        before = introspect(connection)
    other = targets.changed(CHANGES[1])
    after = read(other)
    extra = [fact for key, fact in before.items() if key not in after and key not in read(targets.base)]
    goal = after.plus(extra)
    made = Migration("theirs", plan(before, goal, version=targets.version, shadow=targets.rehearsal), before, goal)
    made = by_hand(made)
    apply(made, url, proof=proof_of(made))
    with connect(url, autocommit=True) as connection:
        (record,) = records.history(connection)
    return record


def test_who_may_not_make_a_schema_is_told(targets: Targets, migration: Migration, roles: list[str]) -> None:
    url = targets.copy()
    with pytest.raises(RecordsUnusable, match="permission denied for database") as caught:
        apply(migration, as_role(url, roles[1]), proof=proof_of(migration))
    assert "GRANT CREATE ON DATABASE" in caught.value.mend
    assert differences(migration.before, read(url)) == []
    forget(targets, url, roles)


def test_records_that_somebody_else_made_are_not_trusted(
    targets: Targets, migration: Migration, roles: list[str]
) -> None:
    url, other = targets.copy(), roles[1]
    name = sql.Identifier(other)
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE SCHEMA schema_designer_salvage AUTHORIZATION {}").format(name))
    with pytest.raises(RecordsUnusable, match=f"schema_designer_salvage belongs to {other}"):
        apply(migration, url, proof=proof_of(migration))  # the copies would be his to read and to drop
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA schema_designer_salvage")
        connection.execute(sql.SQL("CREATE SCHEMA schema_designer AUTHORIZATION {}").format(name))
    with pytest.raises(RecordsUnusable, match=f"belongs to {other}"):
        apply(migration, url, proof=proof_of(migration))
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("ALTER SCHEMA schema_designer OWNER TO postgres")
        connection.execute("CREATE VIEW schema_designer.schema_migrations AS SELECT 1 AS id")
        connection.execute(sql.SQL("ALTER VIEW schema_designer.schema_migrations OWNER TO {}").format(name))
        with pytest.raises(RecordsUnusable, match="not trusted"):
            records.history(connection)
        connection.execute("DROP VIEW schema_designer.schema_migrations")
        connection.execute("CREATE TABLE schema_designer.salvaged ()")
        connection.execute(sql.SQL("ALTER TABLE schema_designer.salvaged OWNER TO {}").format(name))
        with pytest.raises(RecordsUnusable, match=f"salvaged belongs to {other}"):
            salvaged(connection)
    forget(targets, url, roles)


def test_no_catalog_tells_of_the_records(targets: Targets, migration: Migration) -> None:
    url = targets.copy()
    apply(migration, url, proof=proof_of(migration))
    with psycopg.connect(url) as connection:
        assert differences(migration.after, introspect(connection)) == []
        told = introspect(connection, owners=True)
    assert not [key for key in told if "schema_designer" in key.path]


def test_a_target_without_records_remembers_nothing(targets: Targets) -> None:
    url = targets.copy()
    with connect(url, autocommit=True) as connection:
        assert records.history(connection) == []
        assert records.last(connection) is None
        assert under_way(connection) is None
        assert records.ignored(connection) == frozenset()
    assert rows(url, "SELECT count(*) FROM pg_namespace WHERE nspname = 'schema_designer'") == [(0,)]
    with pytest.raises(UnknownObject, match="no migration was ever applied"):
        drift(url)


def test_tables_are_brought_up_to_date(targets: Targets, migration: Migration, monkeypatch: pytest.MonkeyPatch) -> None:
    url = targets.copy()
    apply(migration, url, proof=proof_of(migration))
    newer = (*record_tables.VERSIONS, ("ALTER TABLE schema_designer.schema_migrations ADD ticket text",))
    monkeypatch.setattr(record_tables, "VERSIONS", newer)
    with connect(url, autocommit=True) as connection:
        assert record_tables.version(connection) == len(newer) - 1
        record_tables.ensure(connection)
        assert record_tables.version(connection) == len(newer)
        record_tables.ensure(connection)
        assert connection.execute("SELECT ticket FROM schema_designer.schema_migrations").fetchall() == [(None,)]
        (record,) = records.history(connection)
        monkeypatch.undo()
        with pytest.raises(RecordsUnusable, match="a newer program") as caught:
            records.history(connection)
    assert record.name == "first"
    assert caught.value.mend == "use the newer program"


def test_a_failed_upgrade_leaves_the_tables_as_they_were(targets: Targets, monkeypatch: pytest.MonkeyPatch) -> None:
    url = targets.copy()
    broken = (*record_tables.VERSIONS, ("CREATE TABLE schema_designer.more (id int)", "SELECT 1 / 0"))
    monkeypatch.setattr(record_tables, "VERSIONS", broken)
    with connect(url, autocommit=True) as connection, pytest.raises(DesignerError, match="division by zero"):
        record_tables.ensure(connection)
    assert rows(url, "SELECT count(*) FROM pg_namespace WHERE nspname = 'schema_designer'") == [(0,)]


def test_each_catalog_is_kept_once(targets: Targets, migration: Migration) -> None:
    url = targets.copy()
    apply(migration, url, proof=proof_of(migration))
    second = targets.migration(CHANGES[2], since=url, name="second")
    apply(second, url, proof=proof_of(second))
    with connect(url, autocommit=True) as connection:
        assert [record.name for record in records.history(connection)] == ["first", "second"]
        last = records.last(connection)
        assert last is not None
        assert records.migration_of(connection, last) == second
    assert rows(url, "SELECT count(*) FROM schema_designer.schema_catalogs") == [(3,)]


def test_what_somebody_else_did_is_noted(targets: Targets, migration: Migration) -> None:
    url = targets.copy()
    with pytest.raises(TargetChanged, match=r"column shop\.items\.code is missing"):
        note(migration, url)
    run(url, CHANGES[1])
    assert note(migration, url, by="ada") == 1
    with connect(url, autocommit=True) as connection:
        (record,) = records.history(connection)
    assert (record.direction, record.by, record.success) == ("noted", "ada", True)
    assert drift(url).is_clean
