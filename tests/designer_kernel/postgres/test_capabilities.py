"""What a server lacks is said before anything runs, and can be left out with all that needs it."""

from __future__ import annotations

from dataclasses import replace

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.column import Column, Default
from designer_kernel.catalog.kinds.extension import Extension
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.policy import Policy
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.role import Role
from designer_kernel.catalog.kinds.schema import Schema
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.kinds.unique import Unique
from designer_kernel.catalog.kinds.view import View
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.postgres.capabilities import Missing, check, notes, rights, without_missing
from designer_kernel.postgres.connection import connect, parse, to_url


def column(table, name, **fields):
    return Column(schema="s", table=table, name=name, type=fields.pop("type", "integer"), **fields)


TABLE = [Schema(name="s"), Table(schema="s", name="t"), column("t", "a"), column("t", "b")]
NEWER = [
    *TABLE,
    PrimaryKey(schema="s", table="t", name="t_pkey", columns=("a",)),
    Unique(schema="s", table="t", name="u", columns=("b",), nulls_not_distinct=True),
    Index(schema="s", table="t", name="i", keys=("b",), unique=True, nulls_not_distinct=True),
    View(schema="s", name="v", query="SELECT a FROM s.t", security_invoker=True),
    ForeignKey(
        schema="s", table="t", name="f", columns=("b",), referenced_schema="s", referenced_table="t",
        referenced_columns=("a",), on_delete="SET NULL", on_delete_columns=("b",),
    ),
    Table(schema="s", name="x"),
    column("x", "id", type="uuid"),
    Default(schema="s", table="x", column="id", expression="uuidv7()"),
]  # fmt: skip


@pytest.fixture
def weak(database_url):
    """The URL of a role that may do nothing, and a connection that may do all."""
    with psycopg.connect(database_url, autocommit=True) as admin:
        admin.execute("CREATE ROLE capable_weak LOGIN")
        yield to_url(parse(database_url) | {"user": "capable_weak"}), admin
        admin.execute("DROP OWNED BY capable_weak CASCADE")
        admin.execute("DROP ROLE capable_weak")


def pretend_version(monkeypatch, version):
    pretended = lambda connection: replace(rights(connection), version=version)  # noqa: E731
    monkeypatch.setattr("designer_kernel.postgres.capabilities.rights", pretended)


def lacking(url, facts):
    with connect(url) as connection:
        return {item.id: item for item in check(connection, Catalog(facts))}


def test_newest_server_lacks_nothing(database_url):
    assert lacking(database_url, [*NEWER, Role(name="nobody_yet"), Extension(name="btree_gist", schema="s")]) == {}


@pytest.mark.older
def test_features_that_came_later_are_missing_on_14_alone(older_url):
    found = lacking(older_url, NEWER)
    with connect(older_url) as connection:
        version = rights(connection).version
    assert "function:uuidv7" in found
    assert found["function:uuidv7"].affected == (ObjectId("default", ("s", "x", "id")),)
    assert "gen_random_uuid" in found["function:uuidv7"].mend
    assert ("feature:NULLS NOT DISTINCT" in found) == (version < 15)


def test_features_are_known_by_version(monkeypatch, database_url):
    pretend_version(monkeypatch, 14)
    found = lacking(database_url, NEWER)
    assert {key: {k.path[-1] for k in item.affected} for key, item in found.items()} == {
        "feature:NULLS NOT DISTINCT": {"u", "i"},
        "feature:views with security_invoker": {"v"},
        "feature:ON DELETE SET NULL of some columns": {"f"},
        "function:uuidv7": {"id"},
    }
    assert all("14" in item.what and item.mend for item in found.values())


def test_a_tablespace_that_is_not_there_is_told(database_url):
    index = Index(schema="s", table="t", name="i", keys=("b",), tablespace="no Disk")
    found = lacking(database_url, [*TABLE, index, replace(index, name="j", tablespace="pg_default")])
    assert [(key, item.affected) for key, item in found.items()] == [("tablespace:no Disk", (index.id,))]
    assert 'CREATE TABLESPACE "no Disk"' in found["tablespace:no Disk"].mend


def test_server_too_old_lacks_everything(monkeypatch, database_url):
    pretend_version(monkeypatch, 13)
    assert list(lacking(database_url, TABLE)) == ["version"]


def test_server_that_takes_no_writes_is_told(database_url):
    with psycopg.connect(database_url, autocommit=True) as admin:
        admin.execute("DO $$BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on',"
                      " current_database()); END$$")  # fmt: skip
    assert list(lacking(database_url, TABLE)) == ["writable"]


def test_unavailable_extension_is_told_with_a_mend(database_url):
    found = lacking(database_url, [Schema(name="s"), Extension(name="pgcrypto_nonesuch", schema="s")])
    assert "not available" in found["extension:pgcrypto_nonesuch"].what
    assert found["extension:pgcrypto_nonesuch"].as_dict()["affected"] == ["extension pgcrypto_nonesuch"]


def test_untrusted_extension_needs_an_administrator(weak):
    url, admin = weak
    wanted = [Extension(name="pageinspect", schema="public"), Extension(name="btree_gist", schema="public")]
    found = lacking(url, wanted)
    assert set(found) == {"extension:pageinspect", "extension:btree_gist"}
    assert "CREATE EXTENSION pageinspect WITH SCHEMA public" in found["extension:pageinspect"].mend
    admin.execute("DO $$BEGIN EXECUTE format('GRANT CREATE ON DATABASE %I TO capable_weak', current_database()); END$$")
    assert set(lacking(url, wanted)) == {"extension:pageinspect"}
    admin.execute("CREATE EXTENSION pageinspect")
    assert lacking(url, wanted) == {}


def test_missing_rights_are_told_with_the_grant_that_mends_them(weak):
    url, admin = weak
    found = lacking(url, [*TABLE, Schema(name="public"), Table(schema="public", name="t")])
    assert set(found) == {"schema:s", "schema:public"}
    assert "GRANT CREATE ON DATABASE" in found["schema:s"].mend
    admin.execute(found["schema:public"].mend.split(": ")[1])
    admin.execute(found["schema:s"].mend.split(": ")[1])
    assert lacking(url, [*TABLE, Schema(name="public"), Table(schema="public", name="t")]) == {}


def test_tables_of_others_are_told(weak):
    url, admin = weak
    admin.execute("CREATE SCHEMA s")
    admin.execute("CREATE TABLE s.t ()")
    admin.execute("GRANT ALL ON SCHEMA s TO capable_weak")
    assert set(lacking(url, TABLE)) == {"owner:s.t"}
    admin.execute("ALTER TABLE s.t OWNER TO capable_weak")
    assert lacking(url, TABLE) == {}


def test_missing_roles_need_the_right_to_create_them(weak):
    url, admin = weak
    admin.execute("CREATE SCHEMA s AUTHORIZATION capable_weak")
    facts = [*TABLE, Role(name="other role"), Policy(schema="s", table="t", name="p", roles=("other role", "public"))]
    found = lacking(url, facts)
    assert set(found) == {"role:other role"}
    assert found["role:other role"].mend == 'let an administrator run: CREATE ROLE "other role" NOLOGIN;'
    assert {key.kind for key in found["role:other role"].affected} == {"role", "policy"}
    admin.execute("ALTER ROLE capable_weak CREATEROLE")
    assert lacking(url, facts) == {}


def test_row_security_is_noted(weak):
    url, admin = weak
    guarded = Catalog([Schema(name="s"), Table(schema="s", name="t", row_security=True, force_row_security=True)])
    with connect(url) as connection:
        assert "even from their owner" in notes(connection, guarded)[0]
        assert notes(connection, Catalog(TABLE)) == ()
    admin.execute("ALTER ROLE capable_weak BYPASSRLS")
    with connect(url) as connection:
        assert notes(connection, guarded) == ()


def test_all_that_needs_what_is_missing_is_left_out():
    extension = Extension(name="citext", schema="s")
    facts = Catalog(
        [
            *TABLE,
            extension,
            column("t", "mail", type="s.citext", depends=frozenset({extension.id})),
            Default(schema="s", table="t", column="mail", expression="''"),
            Unique(schema="s", table="t", name="u", columns=("mail",)),
            View(schema="s", name="v", query="SELECT mail FROM s.t",
                 depends=frozenset({ObjectId("column", ("s", "t", "mail"))})),
        ]
    )  # fmt: skip
    missing = Missing("extension:citext", "…", "…", (extension.id,))
    kept, left_out = without_missing(facts, [missing])
    assert {key.path[-1] for key in left_out} == {"citext", "mail", "u", "v"}
    assert list(kept) == [fact.id for fact in TABLE]
    assert without_missing(facts, [])[1] == ()


@given(st.data())
def test_what_is_left_is_complete(data):
    tables = [Table(schema="s", name=f"t{number}") for number in range(6)]
    links = data.draw(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12, unique=True))
    keys = [
        ForeignKey(schema="s", table=f"t{a}", name=f"f{a}_{b}", columns=("x",), referenced_schema="s",
                   referenced_table=f"t{b}", referenced_columns=("x",))
        for a, b in links
    ]  # fmt: skip
    columns = [column(f"t{number}", "x") for number in range(6)]
    facts = Catalog([Schema(name="s"), *tables, *columns, *keys])
    gone = data.draw(st.lists(st.sampled_from(list(facts)), max_size=3))
    kept, left_out = without_missing(facts, [Missing("x", "x", "x", tuple(gone))])
    assert set(kept) | set(left_out) == set(facts)
    assert set(kept) & set(left_out) == set()
    assert set(gone) <= set(left_out)
    for fact in kept.values():
        needed = {*fact.requires(facts), *fact.depends, *([fact.parent] if fact.parent else [])} & set(facts)
        assert needed <= set(kept)
