"""What the catalog does not speak of is found, whatever it is."""

from __future__ import annotations

import psycopg
import pytest

from designer_kernel.catalog.kinds import all_kinds
from designer_kernel.catalog.kinds.enum import Enum
from designer_kernel.catalog.kinds.function import Function
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.policy import Policy
from designer_kernel.catalog.kinds.schema import Schema
from designer_kernel.catalog.kinds.sequence import Sequence
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.kinds.trigger import Trigger
from designer_kernel.catalog.kinds.view import View
from designer_kernel.catalog.objects import CatalogObject
from designer_kernel.design.design import Design
from designer_kernel.postgres.deploy import deploy
from designer_kernel.postgres.introspect import read

ONE_OF_EACH = """
CREATE SCHEMA s;
CREATE TYPE s.mood AS ENUM ('sad');
CREATE DOMAIN s.positive AS integer CHECK (VALUE > 0);
CREATE TYPE s.pair AS (a integer, b integer);
CREATE TYPE s.span AS RANGE (subtype = integer);
CREATE TYPE s.shell;
CREATE SEQUENCE s.numbers;
CREATE TABLE s.t (a integer PRIMARY KEY GENERATED ALWAYS AS IDENTITY, b integer DEFAULT 7,
                  c integer GENERATED ALWAYS AS (b + 1) STORED, CONSTRAINT t_b CHECK (b > 0), UNIQUE (b, c),
                  CONSTRAINT t_self FOREIGN KEY (b) REFERENCES s.t, EXCLUDE USING btree (c WITH =));
CREATE TABLE s.child () INHERITS (s.t);
CREATE TABLE s.parts (a integer PRIMARY KEY, b integer REFERENCES s.t) PARTITION BY RANGE (a);
CREATE TABLE s.part PARTITION OF s.parts FOR VALUES FROM (1) TO (2);
CREATE INDEX t_c ON s.t (c);
CREATE INDEX parts_b ON s.parts (b);
CREATE STATISTICS s.many ON b, c FROM s.t;
CREATE FUNCTION s.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE PROCEDURE s.p() LANGUAGE sql AS 'SELECT 1';
CREATE FUNCTION s.on_event() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN END';
CREATE AGGREGATE s.total (integer) (sfunc = int4pl, stype = integer);
CREATE OPERATOR s.=== (leftarg = integer, rightarg = integer, function = int4eq);
CREATE OPERATOR FAMILY s.numbers USING btree;
CREATE OPERATOR CLASS s.whole FOR TYPE integer USING btree FAMILY s.numbers AS
    OPERATOR 1 <, OPERATOR 3 =, FUNCTION 1 btint4cmp (integer, integer);
CREATE CAST (integer AS s.mood) WITH INOUT;
CREATE COLLATION s.german FROM "C";
CREATE CONVERSION s.convert FOR 'UTF8' TO 'LATIN1' FROM utf8_to_iso8859_1;
CREATE TEXT SEARCH CONFIGURATION s.config (copy = simple);
CREATE TEXT SEARCH DICTIONARY s.words (template = simple);
CREATE TEXT SEARCH PARSER s.parser (start = prsd_start, gettoken = prsd_nexttoken, end = prsd_end,
                                    lextypes = prsd_lextype);
CREATE TEXT SEARCH TEMPLATE s.template (lexize = dsimple_lexize);
CREATE VIEW s.v AS SELECT a FROM s.t;
CREATE MATERIALIZED VIEW s.m AS SELECT a FROM s.t;
CREATE INDEX m_a ON s.m (a);
CREATE RULE quiet AS ON DELETE TO s.t DO INSTEAD NOTHING;
CREATE TRIGGER moved BEFORE UPDATE ON s.t FOR EACH ROW EXECUTE FUNCTION s.f();
CREATE TRIGGER moved BEFORE UPDATE ON s.parts FOR EACH ROW EXECUTE FUNCTION s.f();
CREATE CONSTRAINT TRIGGER checked AFTER UPDATE ON s.t FOR EACH ROW EXECUTE FUNCTION s.f();
CREATE POLICY mine ON s.t USING (a > 0);
CREATE FOREIGN DATA WRAPPER wrapper;
CREATE SERVER far FOREIGN DATA WRAPPER wrapper;
CREATE USER MAPPING FOR CURRENT_USER SERVER far;
CREATE FOREIGN TABLE s.there (a integer) SERVER far;
CREATE PUBLICATION news FOR TABLE s.t;
CREATE SUBSCRIPTION paper CONNECTION 'dbname=none' PUBLICATION news WITH (connect = false);
CREATE EVENT TRIGGER watch ON ddl_command_end EXECUTE FUNCTION s.on_event();
ALTER EVENT TRIGGER watch DISABLE;
CREATE ACCESS METHOD again TYPE table HANDLER heap_tableam_handler;
CREATE LANGUAGE words HANDLER plpgsql_call_handler;
CREATE FUNCTION s.from_sql(internal) RETURNS internal LANGUAGE internal IMMUTABLE AS 'varchar_support';
CREATE TRANSFORM FOR integer LANGUAGE sql (FROM SQL WITH FUNCTION s.from_sql(internal));
ALTER DEFAULT PRIVILEGES IN SCHEMA s GRANT SELECT ON TABLES TO PUBLIC;
CREATE EXTENSION btree_gist SCHEMA s;
CREATE EXTENSION citext SCHEMA s;
"""

IN_SCHEMAS = {
    "aggregate s.total(integer)", "collation s.german", "type s.pair",
    "conversion s.convert", "foreign table s.there", "function s.f()",
    "function s.from_sql(pg_catalog.internal)", "function s.on_event()", "index s.m_a", "index s.parts_b",
    "index s.t_c",
    "materialized view s.m", "operator class s.whole USING btree", "operator family s.numbers USING btree",
    "operator s.===(integer,integer)", "policy mine on s.t", "procedure s.p()", "rule quiet on s.t", "schema s",
    "sequence s.numbers", "statistics object s.many", "table s.child", "table s.part", "table s.parts", "table s.t",
    "table constraint parts_b_fkey on s.parts", "table constraint parts_pkey on s.parts",
    "table constraint t_b on s.t", "table constraint t_b_c_key on s.t", "table constraint t_c_excl on s.t",
    "table constraint t_pkey on s.t", "table constraint t_self on s.t", "text search configuration s.config",
    "text search dictionary s.words", "text search parser s.parser", "text search template s.template",
    "trigger checked on s.t", "trigger moved on s.parts", "trigger moved on s.t", "type s.mood", "type s.positive",
    "type s.shell", "type s.span", "view s.v",
}  # fmt: skip

OF_DATABASE = {
    "access method again", "cast (integer AS s.mood)", "default acl for role postgres in schema s on tables",
    "event trigger watch", "extension btree_gist", "extension citext", "foreign-data wrapper wrapper", "language words",
    "publication news", "server far", "subscription paper", "transform for integer language sql",
    "user mapping postgres on server far",
}  # fmt: skip


def test_every_object_that_no_kind_speaks_of_is_named(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute(ONE_OF_EACH)
        found = read(connection, kinds=[])
        names = {str(unclaimed) for unclaimed in found.unclaimed}
        parts = {str(name) for name in read(connection, ["s"], kinds=[]).unclaimed}
        without = {str(name) for name in read(connection, kinds=[], privileges=False).unclaimed}
        assert read(connection, ["public"], kinds=[]).unclaimed == ()
        connection.rollback()
    assert len(found.catalog) == 0
    assert names == IN_SCHEMAS | OF_DATABASE
    assert parts == IN_SCHEMAS
    assert names - without == {name for name in OF_DATABASE if name.startswith("default acl")}
    assert {(name.schema, name.description) for name in found.unclaimed if name.identity == "s.t"} == {
        ("s", "table s.t")
    }


def test_everything_is_claimed_by_a_kind(database_url: str) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute(ONE_OF_EACH)
        found = read(connection)
        assert [str(name) for name in found.unclaimed] == []
        assert [str(name) for name in read(connection, ["s"]).unclaimed] == []
        connection.rollback()
    assert set(found.members) == {"btree_gist", "citext"}
    assert "function s.citext_eq(s.citext,s.citext)" in found.members["citext"]


@pytest.mark.parametrize("kind", [Enum, Function, Index, Policy, Schema, Sequence, Table, Trigger, View])
def test_what_one_hidden_kind_would_have_told_is_named(database_url: str, kind: type[CatalogObject]) -> None:
    with psycopg.connect(database_url) as connection:
        connection.execute(ONE_OF_EACH)
        hidden = [fact for fact in read(connection).catalog.values() if type(fact) is kind and fact.id.path[0] == "s"]
        named = read(connection, kinds=[other for other in all_kinds() if other is not kind]).unclaimed
        connection.rollback()
    assert hidden
    for fact in hidden:
        assert any(name.schema in ("", "s") and fact.id.path[-1] in name.identity for name in named)


def test_all_that_a_design_makes_is_modelled(shop: Design, database_url: str) -> None:
    deploy(shop, database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE EXTENSION btree_gist")
        connection.execute("CREATE EXTENSION vector")
        connection.execute("CREATE DOMAIN public.d AS integer")
        assert read(connection).unclaimed == ()


@pytest.mark.older
def test_older_servers_are_asked_alike(older_url: str) -> None:
    with psycopg.connect(older_url) as connection:
        assert read(connection, kinds=[]).unclaimed == ()
        connection.execute("CREATE TYPE shell")
        assert [str(name) for name in read(connection, kinds=[]).unclaimed] == ["type public.shell"]
        connection.execute(ONE_OF_EACH)
        names = {str(name).replace(" on language", " language") for name in read(connection, kinds=[]).unclaimed}
        assert names == IN_SCHEMAS | OF_DATABASE | {"type public.shell"}
        connection.rollback()
