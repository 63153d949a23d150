"""What the catalog does not speak of is found."""

from __future__ import annotations

import psycopg
import pytest

from designer_kernel.postgres.deploy import deploy
from designer_kernel.postgres.introspect import introspect
from designer_kernel.postgres.unmodelled import unmodelled


def test_all_that_a_design_makes_is_modelled(shop, database_url):
    deploy(shop, database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE EXTENSION btree_gist")
        connection.execute("CREATE EXTENSION vector")
        connection.execute("CREATE DOMAIN public.d AS integer")
        assert unmodelled(connection) == []


def facts(connection):
    """What is modelled, but for functions: a range type comes with constructors."""
    return {key for key in introspect(connection) if key.kind != "function"}


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("CREATE TYPE r AS RANGE (subtype = integer)", "type public.r"),
        ("CREATE TYPE shell", "type public.shell"),
        ("CREATE AGGREGATE g (integer) (sfunc = int4pl, stype = integer)", "aggregate public.g(integer)"),
        ('CREATE COLLATION c FROM "C"', "collation public.c"),
        ("CREATE OPERATOR === (leftarg = integer, rightarg = integer, function = int4eq)",
         "operator public.===(integer,integer)"),
        ("CREATE TEXT SEARCH CONFIGURATION c (copy = simple)", "text search configuration public.c"),
        ("CREATE PUBLICATION p", "publication p"),
        ("ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC", "default acl for role postgres on tables"),
        ("SELECT lo_create(77777)", "large object 77777"),
        ("CREATE CAST (integer AS xml) WITH INOUT", "cast (integer AS pg_catalog.xml)"),
    ],
)  # fmt: skip
def test_objects_of_other_kinds_are_found(database_url, statement, name):
    with psycopg.connect(database_url) as connection:
        known = facts(connection)
        connection.execute(statement)
        assert name in unmodelled(connection)
        assert facts(connection) == known  # or the kind is modelled by now, and does not belong here


@pytest.mark.older
def test_older_servers_are_asked_alike(older_url):
    with psycopg.connect(older_url) as connection:
        assert unmodelled(connection) == []
        connection.execute("CREATE TYPE shell")
        assert unmodelled(connection) == ["type public.shell"]


def test_rules_and_statistics_are_found(database_url):
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE t (a integer, b integer)")
        connection.execute("CREATE RULE quiet AS ON DELETE TO t DO INSTEAD NOTHING")
        connection.execute("CREATE STATISTICS many ON a, b FROM t")
        assert unmodelled(connection) == ["rule quiet on public.t", "statistics object public.many"]
