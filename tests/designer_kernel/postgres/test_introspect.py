"""Introspection reads what is there, in one snapshot, fast, and leaves no trace."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
import pytest
from psycopg import sql
from psycopg.pq import TransactionStatus
from psycopg.rows import dict_row

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds import all_kinds
from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.column import Column, Default
from designer_kernel.catalog.kinds.comment import Comment
from designer_kernel.catalog.kinds.extension import Extension
from designer_kernel.catalog.kinds.function import Function
from designer_kernel.catalog.kinds.grant import Grant
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.role import Role
from designer_kernel.catalog.kinds.schema import Schema
from designer_kernel.catalog.kinds.table import Table, table_id
from designer_kernel.catalog.kinds.view import View
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import ServerUnavailable, StatementFailed
from designer_kernel.postgres.introspect import introspect, read

MANY_TABLES = """
DO $do$
BEGIN
    FOR n IN 1..%s LOOP
        EXECUTE format($sql$
            CREATE TABLE t%%1$s (
                id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT t%%1$s_pkey PRIMARY KEY,
                parent_id bigint REFERENCES t%%2$s (id),
                code varchar(20) NOT NULL UNIQUE, name text NOT NULL, note text, amount numeric(10,2) DEFAULT 0,
                is_open boolean NOT NULL DEFAULT true, created_at timestamptz NOT NULL DEFAULT now(),
                CHECK (amount >= 0)
            )$sql$, n, greatest(n - 1, 1));
        EXECUTE format('CREATE INDEX ON t%%1$s (parent_id)', n);
        EXECUTE format('CREATE INDEX ON t%%1$s (lower(name), created_at DESC) WHERE is_open', n);
    END LOOP;
END
$do$
"""


@pytest.fixture
def connection(database_url: str):
    with psycopg.connect(database_url, autocommit=True) as connection:
        yield connection


def test_an_empty_database_holds_the_schema_public(connection: psycopg.Connection) -> None:
    assert dict(introspect(connection)) == {ObjectId("schema", ("public",)): Schema(name="public")}


def test_it_leaves_the_session_as_it_was(connection: psycopg.Connection) -> None:
    connection.execute("SET search_path = elsewhere, public")
    connection.execute("SET TimeZone = 'Asia/Tokyo'")
    introspect(connection)
    assert connection.info.transaction_status == TransactionStatus.IDLE
    assert connection.execute("SHOW search_path").fetchone() == ("elsewhere, public",)
    assert connection.execute("SHOW TimeZone").fetchone() == ("Asia/Tokyo",)


def test_it_reads_inside_an_open_transaction_and_leaves_it_open(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute("SET LOCAL search_path = elsewhere")
        connection.execute("CREATE TABLE public.uncommitted ()")
        assert table_id("public", "uncommitted") in introspect(connection)
        assert connection.info.transaction_status == TransactionStatus.INTRANS
        assert connection.execute("SHOW search_path").fetchone() == ("elsewhere",)
        connection.execute("CREATE TABLE public.more ()")  # still read-write
        connection.rollback()
        assert table_id("public", "uncommitted") not in introspect(connection)


def test_it_reads_with_any_row_factory_and_in_read_only_sessions(database_url: str) -> None:
    with psycopg.connect(database_url, row_factory=dict_row) as connection:
        connection.execute("CREATE TABLE t (a int)")
        connection.commit()
        connection.read_only = True
        assert len(introspect(connection)) == 3


def test_it_reads_one_snapshot(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = Table.introspection.__func__
    with psycopg.connect(database_url) as reader, psycopg.connect(database_url, autocommit=True) as writer:
        writer.execute("CREATE TABLE early (a int)")  # where there is no table, none are asked for

        def interfere(cls: type[Table], version: int) -> str:
            writer.execute("CREATE TABLE IF NOT EXISTS late (a int)")
            return plain(cls, version)

        monkeypatch.setattr(Table, "introspection", classmethod(interfere))
        reader.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        with reader.transaction():
            assert table_id("public", "late") not in introspect(reader)
        assert table_id("public", "late") in introspect(reader)


def test_what_changes_meanwhile_is_read_again(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plain = View.introspection.__func__
    with psycopg.connect(database_url) as reader, psycopg.connect(database_url, autocommit=True) as writer:
        writer.execute("CREATE TABLE t (a int); CREATE VIEW v AS SELECT a FROM t")

        def interfere(cls: type[View], version: int) -> str:
            writer.execute("DROP VIEW IF EXISTS v; ALTER TABLE IF EXISTS t RENAME TO later")
            return plain(cls, version)

        monkeypatch.setattr(View, "introspection", classmethod(interfere))
        found = introspect(reader)
        assert [table.name for table in found.of(Table)] == ["later"]
        assert found.of(View) == []


def test_what_goes_on_in_other_schemas_disturbs_nobody(database_url: str) -> None:
    changes = (
        "CREATE TEMPORARY TABLE t (a int); DROP TABLE t",
        "CREATE TABLE other.t (a int PRIMARY KEY); DROP TABLE other.t",
    )
    with psycopg.connect(database_url) as reader, busy(database_url, *changes):
        for _ in range(10):
            assert len(introspect(reader, ["public"]).of(Table)) == 1


def test_a_database_that_never_holds_still_gives_what_it_held_or_an_error(database_url: str) -> None:
    changes = (
        "CREATE TABLE t (a int PRIMARY KEY); CREATE INDEX i ON t ((a + 1)); CREATE VIEW v AS SELECT a AS c FROM t",
        "ALTER TABLE t RENAME a TO z; ALTER TABLE t RENAME TO u",
        "DROP VIEW v; DROP TABLE u",
    )
    seen = set()
    with psycopg.connect(database_url) as reader, busy(database_url, *changes):
        for _ in range(30):
            try:
                found = introspect(reader, ["public"])
            except ServerUnavailable:
                continue
            views = [view.query for view in found.of(View)]
            seen.add((tuple(sorted(table.name for table in found.of(Table))), " ".join(views)))
    assert seen <= {
        (("kept",), ""),
        (("kept", "t"), "SELECT a AS c\n   FROM public.t"),
        (("kept", "u"), "SELECT z AS c\n   FROM public.u"),
    }


@contextmanager
def busy(url: str, *changes: str) -> Iterator[None]:
    """Change a database all the time from another thread."""
    over = threading.Event()

    def work() -> None:
        with psycopg.connect(url, autocommit=True) as connection:
            while not over.is_set():
                for change in changes:
                    connection.execute(change.encode())

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (a int); CREATE SCHEMA other")
    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def test_schemas_and_kinds_can_be_chosen(connection: psycopg.Connection) -> None:
    connection.execute("CREATE SCHEMA one; CREATE SCHEMA two; CREATE TABLE one.t (a int); CREATE TABLE two.t (a int)")
    connection.execute("COMMENT ON TABLE two.t IS 'x'; COMMENT ON SCHEMA two IS 'y'")
    assert {key.path[0] for key in introspect(connection, ["one"])} == {"one"}
    assert set(introspect(connection, ["one", "missing"])) == set(introspect(connection, ["one"]))
    assert introspect(connection, []) == Catalog()
    chosen = introspect(connection, kinds=[Column, Table])
    assert {type(fact) for fact in chosen.values()} == {Table, Column}
    assert len(introspect(connection, ["two"]).of(Comment)) == 2


def test_what_an_extension_owns_is_left_out(connection: psycopg.Connection) -> None:
    connection.execute("CREATE EXTENSION citext; CREATE EXTENSION pg_stat_statements; CREATE TABLE t (a citext)")
    found = introspect(connection)
    assert [e.name for e in found.of(Extension)] == ["citext", "pg_stat_statements"]
    assert not found.of(Function)
    assert not found.of(View)
    assert not found.of(Comment)
    assert [c.type for c in found.of(Column)] == ["public.citext"]


def test_indexes_of_constraints_and_internal_triggers_are_left_out(connection: psycopg.Connection) -> None:
    connection.execute(
        "CREATE TABLE p (id int PRIMARY KEY, u int UNIQUE); CREATE TABLE c (p int NOT NULL REFERENCES p)"
    )
    kinds = {fact.kind for fact in introspect(connection).values()}
    assert kinds == {"schema", "table", "column", "primary_key", "unique", "foreign_key"}


def test_dropped_columns_leave_no_trace(connection: psycopg.Connection) -> None:
    connection.execute("CREATE TABLE t (a int DEFAULT 1, b int, c int, CHECK (c > 0)); ALTER TABLE t DROP COLUMN a")
    connection.execute("CREATE INDEX ON t (c, b)")
    found = introspect(connection)
    assert [c.name for c in found.of(Column)] == ["b", "c"]
    assert not found.of(Default)
    assert [i.keys for i in found.of(Index)] == [("c", "b")]


def test_only_roles_that_something_names_are_read(connection: psycopg.Connection) -> None:
    connection.execute("CREATE ROLE named_by_policy; CREATE ROLE named_by_grant; CREATE ROLE named_by_nothing")
    try:
        connection.execute("CREATE TABLE t (a int); CREATE POLICY p ON t TO named_by_policy USING (true)")
        connection.execute("CREATE SCHEMA s; CREATE TABLE s.t (a int); GRANT INSERT, SELECT ON s.t TO named_by_grant")
        connection.execute("REVOKE UPDATE ON t FROM PUBLIC")
        found = introspect(connection)
        assert [role.name for role in found.of(Role)] == ["named_by_grant", "named_by_policy"]
        grants = [Grant(on=table_id("s", "t"), role="named_by_grant", privileges=("INSERT", "SELECT"))]
        assert found.of(Grant) == grants
        assert [role.name for role in introspect(connection, ["public"]).of(Role)] == ["named_by_policy"]
    finally:
        connection.execute("DROP OWNED BY named_by_policy, named_by_grant")
        connection.execute("DROP ROLE named_by_policy, named_by_grant, named_by_nothing")


def test_spelling_does_not_depend_on_the_session(connection: psycopg.Connection) -> None:
    connection.execute(
        "CREATE TABLE t (a timestamptz DEFAULT '2026-01-02 03:04+00', b interval DEFAULT '1 day 2 hours')"
    )
    connection.execute("ALTER TABLE t ADD CHECK (a < '2030-01-01 00:00+00')")
    plain = introspect(connection)
    connection.execute("SET TimeZone = 'America/New_York'; SET DateStyle = 'SQL, DMY'; SET IntervalStyle = 'iso_8601'")
    connection.execute("SET quote_all_identifiers = on")
    assert introspect(connection) == plain
    assert plain.of(Check)[0].expression == "(a < '2030-01-01 00:00:00+00'::timestamp with time zone)"


def test_dependencies_come_from_the_server(connection: psycopg.Connection) -> None:
    connection.execute(
        """
        CREATE TYPE mood AS ENUM ('sad');
        CREATE TABLE t (a mood[], b int);
        CREATE VIEW v AS SELECT b FROM t;
        CREATE FUNCTION f() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM public.v';
        CREATE FUNCTION g(t) RETURNS int LANGUAGE sql AS 'SELECT 1';
        ALTER TABLE t ADD c bigint DEFAULT f();
        """
    )
    found = introspect(connection)
    assert {str(key): set(map(str, fact.prefers)) for key, fact in found.items() if fact.prefers} == {
        "function public.f.": {"relation public.v"}
    }
    needs = {str(key): {str(needed) for needed in fact.depends} for key, fact in found.items() if fact.depends}
    assert needs == {
        "column public.t.a": {"type public.mood"},
        "relation public.v": {"column public.t.b"},
        "function public.g.public.t": {"relation public.t"},
        "default public.t.c": {"function public.f."},
    }


def test_what_uses_an_extension_needs_it(connection: psycopg.Connection) -> None:
    connection.execute(
        """
        CREATE SCHEMA more;
        CREATE EXTENSION citext SCHEMA more;
        CREATE EXTENSION btree_gist SCHEMA more;
        CREATE TABLE t (a more.citext, b more.citext[], c int);
        CREATE INDEX i ON t USING gist (c);
        CREATE VIEW v AS SELECT more.regexp_matches(a, 'x') FROM t;
        CREATE FUNCTION f(more.citext) RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE DOMAIN d AS more.citext;
        """
    )
    found = read(connection, ["public"])
    needy = {str(key) for key, fact in found.catalog.items() if ObjectId("extension", ("citext",)) in fact.depends}
    assert {"column public.t.a", "column public.t.b", "relation public.v", "type public.d"} <= needy
    assert "function public.f.more.citext" in needy
    assert ObjectId("extension", ("btree_gist",)) in found.catalog[ObjectId("index", ("public", "i"))].depends
    assert "type more.citext" in found.members["citext"]
    assert found.unclaimed == ()


def test_an_old_server_is_refused(connection: psycopg.Connection) -> None:
    class Info:
        server_version = 130012

    class Old:
        info = Info()

    with pytest.raises(ServerUnavailable, match="PostgreSQL 13"):
        introspect(Old())  # type: ignore[arg-type]


def test_the_number_of_queries_does_not_grow_with_the_tables(connection: psycopg.Connection) -> None:
    queries: list[object] = []

    class Counting(psycopg.Cursor):
        def execute(self, query, *arguments, **options):
            queries.append(query)
            return super().execute(query, *arguments, **options)

    def create(schema: str) -> None:
        connection.execute(f"CREATE SCHEMA {schema}; SET search_path = {schema}".encode())
        connection.execute(
            "CREATE TABLE a (x int PRIMARY KEY); CREATE TABLE b (x int REFERENCES a); CREATE VIEW v AS TABLE a"
        )
        queries.clear()

    connection.cursor_factory = Counting
    create("one")
    introspect(connection)
    few = len(queries)
    create("another")
    introspect(connection)
    assert len(queries) == few <= len(all_kinds()) + 15


def test_a_thousand_tables_are_read(connection: psycopg.Connection) -> None:
    """How fast that is, beside other programs, is measured by ``make bench``."""
    connection.execute(sql.SQL(MANY_TABLES % 1000))
    assert len(introspect(connection).of(Table)) == 1000


def _time_limits(connection: psycopg.Connection) -> list[str]:
    names = ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout")
    return [connection.execute("SELECT current_setting(%s)", [name]).fetchone()[0] for name in names]


def test_the_time_limits_of_a_database_are_those_of_its_applications(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(MANY_TABLES % 150)
        for name in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
            statement = sql.SQL("ALTER DATABASE {} SET {} = 20")
            connection.execute(statement.format(sql.Identifier(connection.info.dbname), sql.Identifier(name)))
    with psycopg.connect(database_url, autocommit=True) as connection:
        before = _time_limits(connection)
        assert len(introspect(connection).of(Table)) == 150
        assert _time_limits(connection) == before == ["20ms"] * 3
        with connection.transaction():
            connection.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
            assert len(introspect(connection).of(Table)) == 150


def test_a_time_limit_of_the_session_itself_counts_and_is_told(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(MANY_TABLES % 150)
        connection.execute("SET statement_timeout = 5")
        with pytest.raises(StatementFailed, match="statement timeout") as refused:
            read(connection)
        assert refused.value.sqlstate == "57014"
        assert "limit" in refused.value.mend


def test_a_connection_that_is_lost_is_told(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection, psycopg.connect(database_url) as other:
        other.execute("SELECT pg_terminate_backend(%s)", [connection.info.backend_pid])
        with pytest.raises(ServerUnavailable, match="connection was lost"):
            introspect(connection)
