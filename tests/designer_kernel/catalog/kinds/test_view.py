"""Options of views: a lost ``security_invoker`` shows everybody what row security hides."""

from __future__ import annotations

import psycopg
import pytest

from designer_kernel.catalog import render
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.materialized_view import MaterializedView
from designer_kernel.catalog.kinds.view import View
from tests.designer_kernel.catalog.databases import FreshUrl
from tests.designer_kernel.catalog.proof import prove

TABLE = "CREATE TABLE t (id integer PRIMARY KEY, owner text);"


def view(catalog: Catalog) -> View:
    (found,) = catalog.of(View)
    return found


@pytest.mark.parametrize("value", ["security_invoker", "security_invoker = true", "security_invoker = on"])
def test_security_invoker_is_kept(fresh_url: FreshUrl, value: str) -> None:
    found = view(prove(f"{TABLE} CREATE VIEW v WITH ({value}) AS SELECT id FROM t", fresh_url))
    assert found.security_invoker
    assert not found.security_barrier


def test_security_invoker_decides_who_reads(fresh_url: FreshUrl) -> None:
    """The view of the rebuilt database hides what the first one hides."""
    script = f"{TABLE} CREATE VIEW v WITH (security_invoker) AS SELECT id FROM t; GRANT SELECT ON v TO pg_monitor;"
    rebuilt = fresh_url()
    with psycopg.connect(rebuilt, autocommit=True) as connection:
        connection.execute(render.script(prove(script, fresh_url)).text)
        connection.execute("SET ROLE pg_monitor")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("SELECT FROM v")


def test_an_option_that_is_off_is_not_on(fresh_url: FreshUrl) -> None:
    found = view(prove(f"{TABLE} CREATE VIEW v WITH (security_invoker = off) AS SELECT id FROM t", fresh_url))
    assert not found.security_invoker
    assert found.options == ("security_invoker=off",)


@pytest.mark.parametrize("check", ["LOCAL", "CASCADED"])
def test_check_options_are_kept(fresh_url: FreshUrl, check: str) -> None:
    script = f"{TABLE} CREATE VIEW v AS SELECT id FROM t WHERE id > 0 WITH {check} CHECK OPTION"
    assert view(prove(script, fresh_url)).check_option == check


def test_columns_are_known_only_where_a_stub_may_be_needed(fresh_url: FreshUrl) -> None:
    assert view(prove(f"{TABLE} CREATE VIEW v AS SELECT id FROM t", fresh_url)).columns == ()
    script = """
        CREATE VIEW v AS SELECT 1::numeric(5, 2) AS "N", 'a'::text COLLATE "C" AS c;
        CREATE FUNCTION f(v) RETURNS text LANGUAGE sql AS 'SELECT $1.c';
        CREATE OR REPLACE VIEW v AS SELECT 1::numeric(5, 2) AS "N", f(NULL) COLLATE "C" AS c;
    """
    columns = view(prove(script, fresh_url)).columns
    assert columns == (("N", "numeric(5,2)", ""), ("c", "text", 'pg_catalog."C"'))  # fmt: skip


def test_a_materialized_view_is_rebuilt_without_running_its_query(fresh_url: FreshUrl) -> None:
    script = """
        CREATE TABLE t (id integer); INSERT INTO t VALUES (1);
        CREATE FUNCTION needs_rows() RETURNS integer LANGUAGE plpgsql
            AS 'BEGIN IF NOT EXISTS (SELECT FROM public.t) THEN RAISE ''no rows''; END IF; RETURN 1; END';
        CREATE MATERIALIZED VIEW m AS SELECT needs_rows() AS n;
    """
    (stored,) = prove(script, fresh_url).of(MaterializedView)
    assert not stored.populated
