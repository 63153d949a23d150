"""Deploying creates exactly what was meant, or changes nothing."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace

import psycopg
import pytest

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.extension import Extension
from designer_kernel.catalog.kinds.function import Function
from designer_kernel.catalog.kinds.materialized_view import MaterializedView
from designer_kernel.catalog.kinds.role import Role
from designer_kernel.catalog.kinds.schema import Schema
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.kinds.view import View
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design import Attribute, Design, Entity
from designer_kernel.errors import Cancelled, DeployRefused, DesignerError, ServerUnavailable, StatementFailed
from designer_kernel.postgres import normal_forms, target
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.deploy import LOCK, deploy
from designer_kernel.postgres.introspect import introspect


def run(url, *statements):
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def test_what_was_meant_exists_afterwards(shop, database_url):
    done = deploy(shop, database_url)
    assert set(done.created) == set(shop)
    assert done.kept == done.left_out == done.missing == ()
    assert "objects created" in str(done)
    assert done.as_dict()["statements"] == list(done.statements)
    with psycopg.connect(database_url) as connection:
        found = introspect(connection)
        assert all(found[key] == fact for key, fact in shop.items())
        assert connection.execute("INSERT INTO shop.customers (email) VALUES ('a@b.c') RETURNING id").fetchone() == (1,)


def test_doing_it_again_does_nothing(shop, database_url, hash_of):
    deploy(shop, database_url)
    before = hash_of(database_url)
    again = deploy(shop, database_url)
    assert again.created == again.statements == ()
    assert set(again.kept) == set(shop)
    assert "nothing to do" in str(again)
    assert hash_of(database_url) == before


def test_bare_names_are_databases_of_the_embedded_server(shop, server):
    try:
        assert deploy(shop, "named_shop").created
        assert deploy(shop, target.resolve("named_shop")).created == ()
    finally:
        server.drop_database("named_shop")


def test_designs_are_lowered(database_url):
    entity = Entity(name="notes", attributes=(Attribute(name="body", data_type="text"),))
    done = deploy(Design(name="small", entities=(entity,)), database_url)
    assert ObjectId("column", ("public", "notes", "body")) in done.created


def test_missing_parts_are_added(shop, database_url, catalog_of):
    deploy(shop, database_url)
    run(database_url, "INSERT INTO shop.customers (email) VALUES ('a@b.c')")
    more = catalog_of(
        """
        CREATE SCHEMA shop; CREATE TABLE shop.customers (
            id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, email text NOT NULL UNIQUE,
            nick text CHECK (length(nick) > 1), points integer NOT NULL DEFAULT 0 CHECK (points >= 0)
        );
        CREATE TABLE shop.vouchers (code text PRIMARY KEY, customer_id bigint REFERENCES shop.customers);
        CREATE INDEX ON shop.customers (points);
        """
    )
    done = deploy(more, database_url)
    assert ObjectId("column", ("shop", "customers", "points")) in done.created
    assert ObjectId("relation", ("shop", "vouchers")) in done.created
    assert ObjectId("relation", ("shop", "customers")) in done.kept
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT email, points FROM shop.customers").fetchall() == [("a@b.c", 0)]


def test_other_tables_are_left_alone(shop, database_url):
    run(
        database_url, "CREATE SCHEMA shop", "CREATE TABLE shop.theirs (x integer)", "INSERT INTO shop.theirs VALUES (7)"
    )
    deploy(shop, database_url)
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT x FROM shop.theirs").fetchall() == [(7,)]


def test_not_null_column_on_rows_is_explained(shop, database_url, hash_of):
    deploy(shop, database_url)
    run(database_url, "INSERT INTO shop.customers (email) VALUES ('a@b.c')")
    before = hash_of(database_url)
    column = Column(schema="shop", table="customers", name="born", type="date", not_null=True)
    with pytest.raises(StatementFailed) as caught:
        deploy(shop.plus([column]), database_url)
    error = caught.value
    assert error.sqlstate == "23502"
    assert error.where == "shop.customers.born"
    assert "contains null values" in error.what
    assert "default" in error.mend
    assert "ADD COLUMN" in error.statement
    assert hash_of(database_url) == before


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("ALTER TABLE shop.customers ALTER email TYPE varchar(9)", "email: type is 'character varying(9)'"),
        ("ALTER TABLE shop.orders ALTER total DROP NOT NULL", "total: not_null is False instead of True"),
        ("ALTER TABLE shop.orders ALTER state SET DEFAULT 'paid'", "default shop.orders.state"),
        ("ALTER TABLE shop.orders ADD extra integer DEFAULT 1", "column shop.orders.extra is extra"),
        ("CREATE INDEX theirs ON shop.orders (total)", "index shop.theirs is extra"),
        ("CREATE OR REPLACE VIEW shop.totals AS SELECT customer_id, 0::numeric AS total FROM shop.orders", "query"),
        ("ALTER TYPE shop.state ADD VALUE 'sent'", "labels"),
        ("COMMENT ON TABLE shop.orders IS 'other'", "text is 'other'"),
        ("ALTER TABLE shop.orders ENABLE ROW LEVEL SECURITY", "row_security"),
    ],
)  # fmt: skip
def test_other_objects_in_our_place_are_refused_and_named(shop, database_url, hash_of, change, told):
    deploy(shop, database_url)
    run(database_url, change)
    before = hash_of(database_url)
    with pytest.raises(DeployRefused) as caught:
        deploy(shop, database_url)
    assert told in caught.value.what
    assert "project.plan()" in caught.value.mend
    assert hash_of(database_url) == before


def test_another_table_of_the_same_name_is_told_in_words(shop, database_url):
    run(database_url, "CREATE SCHEMA shop", "CREATE TABLE shop.customers (a integer)")
    with pytest.raises(DeployRefused) as caught:
        deploy(shop, database_url)
    assert caught.value.what.startswith("a different table shop.customers exists: it has a; it lacks id, ")


def test_parts_of_what_is_extra_are_not_told_apart(shop, database_url):
    deploy(shop, database_url)
    run(database_url, "ALTER TABLE shop.orders ADD extra integer DEFAULT 1")
    with pytest.raises(DeployRefused) as caught:
        deploy(shop, database_url)
    assert caught.value.what.count("extra is extra") == 1


def payload(**fields):
    table = Table(schema="s", name="t")
    return [Schema(name="s"), table, Column(schema="s", table="t", name="a", type="integer"), *fields["facts"]]


HOSTILE = {
    "check that adds a column": [
        Check(schema="s", table="t", name="c", expression="a > 0), add column pwn integer, add check (true")
    ],
    "check that closes the table": [
        Check(schema="s", table="t", name="c", expression="a > 0), pwn integer, check (true")
    ],
    "type that adds a column": [Column(schema="s", table="t", name="b", type="integer, pwn integer")],
    "another function": [
        Function(
            schema="s", name="f", arguments="", returns="integer", language="sql",
            definition="CREATE FUNCTION s.pwn() RETURNS integer LANGUAGE sql AS 'SELECT 1'",
        )
    ],
    "query that makes what no catalog holds": [
        MaterializedView(
            schema="s", name="m", query="SELECT query_to_xml('CREATE TYPE s.pwn', true, true, '')::text AS x"
        )
    ],
    "query that runs DDL": [
        MaterializedView(
            schema="s", name="m", query="SELECT query_to_xml('CREATE TABLE public.pwn ()', true, true, '')::text AS x"
        )
    ],
}  # fmt: skip


@pytest.mark.parametrize("facts", HOSTILE.values(), ids=HOSTILE.keys())
def test_sql_that_does_more_than_it_says_changes_nothing(facts, database_url, hash_of):
    before = hash_of(database_url)
    with pytest.raises(DesignerError):
        deploy(Catalog(payload(facts=facts)), database_url)
    assert hash_of(database_url) == before


def test_event_triggers_that_add_objects_are_seen(shop, database_url, hash_of):
    run(
        database_url,
        "CREATE FUNCTION public.spy() RETURNS event_trigger LANGUAGE plpgsql"
        " AS 'BEGIN CREATE TABLE IF NOT EXISTS shop.spied (); END'",
        "CREATE EVENT TRIGGER spy ON ddl_command_end WHEN TAG IN ('CREATE VIEW') EXECUTE FUNCTION public.spy()",
    )
    before = hash_of(database_url)
    with pytest.raises(DeployRefused, match=r"relation shop\.spied is extra"):
        deploy(shop, database_url)
    assert hash_of(database_url) == before


def test_event_triggers_that_add_what_no_catalog_holds_are_seen(shop, database_url, hash_of):
    run(
        database_url,
        "CREATE FUNCTION public.spy() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN CREATE TYPE shop.spied; END'",
        "CREATE EVENT TRIGGER spy ON ddl_command_end WHEN TAG IN ('CREATE VIEW') EXECUTE FUNCTION public.spy()",
    )
    with pytest.raises(DeployRefused, match=r"type shop\.spied"):
        deploy(shop, database_url)
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT to_regtype('shop.spied'), to_regclass('shop.totals')").fetchone() == (
            None,
            None,
        )


def test_two_deployments_by_threads_create_once(shop, database_url):
    def attempt(_):
        try:
            return len(deploy(shop, database_url).created)
        except DeployRefused as error:
            assert "another deployment" in error.what  # noqa: PT017
            return 0

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(attempt, range(4))) == len(shop)


def test_failing_statement_changes_nothing(shop, database_url, hash_of):
    before = hash_of(database_url)
    bad = Check(schema="shop", table="orders", name="bad", expression="nonsense(total)")
    with pytest.raises(StatementFailed) as caught:
        deploy(shop.plus([bad]), database_url)
    assert caught.value.sqlstate == "42883"
    assert hash_of(database_url) == before


@pytest.mark.parametrize("phase", ["shadow", "target"])
def test_cancel_changes_nothing(shop, database_url, hash_of, phase, monkeypatch, tmp_path):
    monkeypatch.setenv("DESIGNER_CACHE_DIR", str(tmp_path))  # a shadow that is known already cannot be cancelled
    normal_forms.forget()
    before = hash_of(database_url)
    cancel = threading.Event()

    def progress(done, total, label):
        seen.append(label.split(":")[0])
        if seen.count(phase) == 4:
            cancel.set()

    seen = []

    with pytest.raises(Cancelled):
        deploy(shop, database_url, progress=progress, cancel=cancel)
    assert hash_of(database_url) == before
    assert deploy(shop, database_url).created


def test_killed_session_changes_nothing(shop, database_url, hash_of):
    before = hash_of(database_url)

    def progress(done, total, label):
        seen.append(label.split(":")[0])
        if seen.count("target") == 4:
            run(
                database_url,
                "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
                " WHERE datname = current_database() AND application_name = 'schema-designer'",
            )

    seen = []
    with pytest.raises(StatementFailed) as caught:
        deploy(shop, database_url, progress=progress)
    assert "server runs" in caught.value.mend
    assert hash_of(database_url) == before
    assert deploy(shop, database_url).created


def test_progress_only_grows_and_ends_with_all_done(shop, database_url):
    told = []
    deploy(shop, database_url, progress=lambda *step: told.append(step))
    parts = [done for done, _, _ in told]
    assert parts == sorted(parts)
    assert {total for _, total, _ in told} == {100}
    assert told[-1] == (100, 100, "target: done")
    assert any("shop.orders" in label for _, _, label in told)


def test_two_deployments_at_once_are_refused(shop, database_url):
    with psycopg.connect(database_url) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [LOCK])
        with pytest.raises(DeployRefused, match="another deployment"):
            deploy(shop, database_url)
    assert deploy(shop, database_url).created


@pytest.mark.parametrize("fails", [False, True])
def test_the_lock_is_given_back_before_the_server_notices_that_we_are_gone(shop, database_url, monkeypatch, fails):
    lingering = []

    @contextmanager
    def connect_and_linger(url, **options):
        lingering.append(connect(url, **options))
        yield lingering[-1]

    monkeypatch.setattr("designer_kernel.postgres.deploy.connect", connect_and_linger)
    if fails:
        run(database_url, "CREATE SCHEMA shop", "CREATE TABLE shop.customers (id text)")
        with pytest.raises(DeployRefused):
            deploy(shop, database_url)
    else:
        deploy(shop, database_url)
    with psycopg.connect(database_url) as other:
        assert other.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone() == (True,)
    lingering[0].close()


def test_missing_extension_is_told_before_anything_runs(shop, database_url, hash_of):
    before = hash_of(database_url)
    wanted = shop.plus([Extension(name="nonesuch", schema="shop")])
    with pytest.raises(DeployRefused, match="'nonesuch' is not available") as caught:
        deploy(wanted, database_url)
    assert "allow_missing" in caught.value.mend
    assert caught.value.mend.count("leave out") == 1
    assert hash_of(database_url) == before
    done = deploy(wanted, database_url, allow_missing=True)
    assert done.left_out == (ObjectId("extension", ("nonesuch",)),)
    assert [item.id for item in done.missing] == ["extension:nonesuch"]
    assert repr(done) == str(done)
    assert "left out 1 object:\n  - extension nonesuch" in str(done)
    assert set(done.created) == set(shop)


def test_what_is_left_out_is_named_with_what_it_needs(shop, database_url):
    query = View(schema="shop", name="secrets", query="SELECT id FROM shop.customers")
    needy = replace(query, depends=(ObjectId("extension", ("nonesuch",)),))
    done = deploy(shop.plus([Extension(name="nonesuch", schema="shop"), needy]), database_url, allow_missing=True)
    assert "left out 2 objects:" in str(done)
    assert "  - relation shop.secrets, which needs extension nonesuch" in str(done)
    assert done.as_dict()["needs"]["relation shop.secrets"] == ["extension:nonesuch"]


def test_roles_are_made_once_and_not_by_the_shadow(shop, database_url, server):
    role = "designer_test_reader"
    wanted = shop.plus([Role(name=role)])
    try:
        bad = Check(schema="shop", table="orders", name="bad", expression="nonsense(total)")
        with pytest.raises(StatementFailed):
            deploy(wanted.plus([bad]), database_url)
        with psycopg.connect(database_url) as connection:
            assert connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None
        assert ObjectId("role", (role,)) in deploy(wanted, database_url).created
        assert deploy(wanted, database_url).created == ()
    finally:
        run(server.url(), f"DROP ROLE IF EXISTS {role}")


def test_server_that_takes_no_writes_is_refused_even_if_much_may_be_left_out(shop, database_url):
    name = psycopg.conninfo.conninfo_to_dict(database_url)["dbname"]
    run(database_url, f"ALTER DATABASE {name} SET default_transaction_read_only = on")
    with pytest.raises(DeployRefused, match="takes no writes") as caught:
        deploy(shop, database_url, allow_missing=True)
    assert "allow" not in caught.value.mend


def test_unreachable_server_is_told(shop, server):
    with pytest.raises(ServerUnavailable, match="does not exist"):
        deploy(shop, server.url("nonesuch"))


def test_shadows_are_gone_afterwards(shop, database_url, server):
    deploy(shop, database_url)
    with psycopg.connect(server.url()) as connection:
        names = connection.execute("SELECT datname FROM pg_database WHERE datname LIKE 'designer_shadow%%'").fetchall()
    assert names == []


@pytest.mark.older
def test_older_server_is_judged_by_itself(shop, older_url):
    done = deploy(shop, older_url)
    assert done.notes == ()
    assert deploy(shop, older_url).created == ()
    run(older_url, "ALTER TABLE shop.orders ALTER state SET DEFAULT 'paid'")
    with pytest.raises(DeployRefused, match="default"):
        deploy(shop, older_url)


@pytest.mark.older
def test_older_server_without_right_to_shadows_compares_all_but_text(shop, older_url):
    run(
        older_url,
        "CREATE ROLE weak LOGIN",
        f"GRANT ALL ON DATABASE {psycopg.conninfo.conninfo_to_dict(older_url)['dbname']} TO weak",
    )
    weak_url = older_url.replace("postgres@", "weak@")
    try:
        done = deploy(shop, weak_url)
        assert set(done.created) == set(shop)
        assert "not compared" in done.notes[0]
        assert deploy(shop, weak_url).created == ()
        run(older_url, "ALTER TABLE shop.customers ALTER email TYPE varchar(9)")
        with pytest.raises(DeployRefused, match="character varying"):
            deploy(shop, weak_url)
    finally:
        run(older_url, "DROP OWNED BY weak CASCADE", "DROP ROLE weak")


def test_content_that_differs_in_text_alone_is_equal(shop, database_url):
    deploy(shop, database_url)
    check = next(fact for fact in shop.of(Check) if fact.table == "customers")
    other = Catalog(
        replace(fact, expression="length(nick)>1") if fact.id == check.id else fact for fact in shop.values()
    )
    assert deploy(other, database_url).created == ()
