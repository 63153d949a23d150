"""What other tools lose of privileges, owners and comments: each a database built anew and judged by ``pg_dump``."""

from __future__ import annotations

import psycopg
import pytest

from designer_kernel.catalog import render
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.comment import Comment
from designer_kernel.catalog.kinds.default_privileges import DefaultPrivileges, GlobalDefaultPrivileges
from designer_kernel.catalog.kinds.grant import Grant, Revoke
from designer_kernel.catalog.kinds.member_privilege import MemberPrivilege
from designer_kernel.catalog.kinds.owner import Owner
from designer_kernel.catalog.kinds.role import Role
from designer_kernel.catalog.kinds.schema import DroppedSchema, Schema
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import InvalidDesign
from designer_kernel.postgres.introspect import introspect
from tests.designer_kernel.catalog.databases import FreshUrl, load
from tests.designer_kernel.catalog.proof import prove, read_all

T = ObjectId("relation", ("public", "t"))
A = ObjectId("column", ("public", "t", "a"))
ROLES = "".join(
    f"DO $$ BEGIN CREATE ROLE {role}; EXCEPTION WHEN duplicate_object THEN NULL; END $$;"
    for role in ("access_one", "access_two", "access_three")
)


def _proved(script: str, fresh: FreshUrl) -> Catalog:
    return prove(f"{ROLES}\n{script}", fresh)


def test_grants_per_column(fresh_url: FreshUrl) -> None:
    found = _proved(
        "CREATE TABLE t (a int, b int); CREATE VIEW v AS SELECT a FROM t;"
        "GRANT UPDATE (a), SELECT (a) ON t TO access_one; GRANT SELECT (a) ON v TO PUBLIC;",
        fresh_url,
    )
    assert found.of(Grant) == [
        Grant(on=A, role="access_one", privileges=("SELECT", "UPDATE")),
        Grant(on=ObjectId("column", ("public", "v", "a")), role="public", privileges=("SELECT",)),
    ]


def test_revoked_defaults(fresh_url: FreshUrl) -> None:
    found = _proved(
        "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'; REVOKE ALL ON FUNCTION f FROM PUBLIC;"
        "CREATE TYPE e AS ENUM ('x'); REVOKE USAGE ON TYPE e FROM PUBLIC;"
        "CREATE TABLE t (a int); REVOKE TRUNCATE ON t FROM CURRENT_USER;",
        fresh_url,
    )
    assert found.of(Revoke) == [
        Revoke(on=ObjectId("function", ("public", "f", "")), role="public", privileges=("EXECUTE",)),
        Revoke(on=T, role="", privileges=("TRUNCATE",)),
        Revoke(on=ObjectId("type", ("public", "e")), role="public", privileges=("USAGE",)),
    ]


def test_what_may_be_passed_on_and_who_passed_it_on(fresh_url: FreshUrl) -> None:
    found = _proved(
        "CREATE TABLE t (a int); GRANT INSERT, SELECT ON t TO access_two; GRANT USAGE ON SCHEMA public TO access_two;"
        "GRANT SELECT ON t TO access_two WITH GRANT OPTION;"
        "SET ROLE access_two; GRANT SELECT ON t TO access_one WITH GRANT OPTION;"
        "SET ROLE access_one; GRANT SELECT ON t TO access_three; RESET ROLE; GRANT SELECT ON t TO access_three;",
        fresh_url,
    )
    assert found.parts(T, Grant) == [
        Grant(on=T, role="access_two", privileges=("INSERT", "SELECT"), grantable=("SELECT",)),
        Grant(on=T, role="access_one", privileges=("SELECT",), grantable=("SELECT",), by="access_two"),
        Grant(on=T, role="access_three", privileges=("SELECT",), by="access_one"),
        Grant(on=T, role="access_three", privileges=("SELECT",)),
    ]


def test_an_owner_who_lost_everything(fresh_url: FreshUrl) -> None:
    found = _proved(
        "CREATE TABLE t (a int); ALTER TABLE t OWNER TO access_one; REVOKE ALL ON t FROM access_one;", fresh_url
    )
    assert found[ObjectId("owner", ("relation", *T.path))] == Owner(on=T, role="access_one")
    assert "REVOKE SELECT, INSERT, UPDATE, DELETE" in (text := render.script(found).text)
    assert text.index("OWNER TO access_one") < text.index("FROM access_one")


def test_the_owner_is_whoever_runs_the_script_if_owners_are_left_out(fresh_url: FreshUrl) -> None:
    url = fresh_url()
    load(url, f"{ROLES} CREATE TABLE t (a int); REVOKE INSERT ON t FROM CURRENT_USER")
    with psycopg.connect(url) as connection:
        found = introspect(connection)
    assert found.of(Owner) == found.of(Role) == []
    assert "REVOKE INSERT ON TABLE public.t FROM CURRENT_USER;" in render.script(found).text


def test_sequences_are_owned_with_their_table(fresh_url: FreshUrl) -> None:
    found = _proved(
        "CREATE TABLE t (a serial); ALTER TABLE t OWNER TO access_one;"
        "REVOKE ALL ON SEQUENCE t_a_seq FROM access_one; GRANT USAGE ON SEQUENCE t_a_seq TO access_two;",
        fresh_url,
    )
    sequence = ObjectId("relation", ("public", "t_a_seq"))
    assert found.parts(sequence, Owner) == [Owner(on=sequence, role="access_one", of=T.path)]
    assert "GRANT USAGE ON SEQUENCE public.t_a_seq TO access_two;" in render.script(found).text


def test_default_privileges(fresh_url: FreshUrl) -> None:
    found = _proved(
        "ALTER DEFAULT PRIVILEGES FOR ROLE access_one REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;"
        "ALTER DEFAULT PRIVILEGES FOR ROLE access_one IN SCHEMA public GRANT SELECT ON TABLES TO access_two;",
        fresh_url,
    )
    assert found.of(GlobalDefaultPrivileges) == [
        GlobalDefaultPrivileges(creator="access_one", objects="FUNCTIONS", role="public", revoked=("EXECUTE",))
    ]
    assert found.of(DefaultPrivileges) == [
        DefaultPrivileges(
            creator="access_one", schema="public", objects="TABLES", role="access_two", privileges=("SELECT",)
        )
    ]


def test_privileges_on_objects_of_extensions(fresh_url: FreshUrl) -> None:
    found = _proved(
        "CREATE EXTENSION citext; REVOKE EXECUTE ON FUNCTION citext(boolean) FROM PUBLIC;"
        "GRANT EXECUTE ON FUNCTION citext(boolean) TO access_one;",
        fresh_url,
    )
    target = "ROUTINE public.citext(boolean)"
    assert found.of(MemberPrivilege) == [
        MemberPrivilege(extension="citext", target=target, column="", role="public", revoked=("EXECUTE",)),
        MemberPrivilege(extension="citext", target=target, column="", role="access_one", privileges=("EXECUTE",)),
    ]


def test_comments_on_constraints_with_an_index_and_on_the_index(fresh_url: FreshUrl) -> None:
    found = _proved(
        "CREATE TABLE t (a int CONSTRAINT k PRIMARY KEY, b int CONSTRAINT u UNIQUE);"
        "COMMENT ON CONSTRAINT k ON t IS 'the key'; COMMENT ON INDEX k IS 'its index';"
        "COMMENT ON INDEX u IS 'only the index'; COMMENT ON COLUMN t.a IS 'its column';",
        fresh_url,
    )
    assert {comment.on: comment.text for comment in found.of(Comment)} == {
        A: "its column",
        ObjectId("constraint", ("public", "t", "k")): "the key",
        ObjectId("constraint_index", ("public", "t", "k")): "its index",
        ObjectId("constraint_index", ("public", "t", "u")): "only the index",
    }


def test_comments_from_birth(fresh_url: FreshUrl) -> None:
    untouched = _proved("CREATE EXTENSION citext; CREATE EXTENSION lo;", fresh_url)
    assert untouched.of(Comment) == []
    found = _proved(
        "CREATE EXTENSION citext; CREATE EXTENSION lo; COMMENT ON EXTENSION citext IS 'ours';"
        "COMMENT ON EXTENSION lo IS NULL; COMMENT ON SCHEMA public IS NULL;",
        fresh_url,
    )
    assert {comment.on.path[0]: comment.text for comment in found.of(Comment)} == {
        "citext": "ours", "lo": "", "public": "",
    }  # fmt: skip
    assert "COMMENT ON EXTENSION lo IS NULL;" in render.script(found).text


def test_a_database_without_the_schema_public(fresh_url: FreshUrl) -> None:
    found = _proved("DROP SCHEMA public; CREATE SCHEMA s; CREATE TABLE s.t (a int);", fresh_url)
    assert found.of(DroppedSchema) == [DroppedSchema(name="public")]
    assert found.of(Schema) == [Schema(name="s")]


@pytest.mark.older
def test_what_everybody_could_do_with_the_schema_public_before_15(fresh_older_url: FreshUrl) -> None:
    found = _proved("GRANT CREATE ON SCHEMA public TO PUBLIC; CREATE TABLE t (a int);", fresh_older_url)
    assert found.of(Grant) == [Grant(on=ObjectId("schema", ("public",)), role="public", privileges=("CREATE",))]


def test_options_leave_owners_and_privileges_out(fresh_url: FreshUrl) -> None:
    url = fresh_url()
    load(
        url,
        f"{ROLES} CREATE TABLE t (a int); ALTER TABLE t OWNER TO access_one; GRANT SELECT ON t TO access_two;"
        "ALTER DEFAULT PRIVILEGES FOR ROLE access_three GRANT SELECT ON TABLES TO access_two;",
    )
    everything = read_all(url)
    assert {"access_one", "access_two", "access_three"} <= {role.name for role in everything.of(Role)}
    with psycopg.connect(url) as connection:
        bare = introspect(connection, privileges=False)
    assert {fact.aspect for fact in bare.values()} == {""}
    assert bare.of(Role) == []


def test_privileges_on_what_has_none_are_refused() -> None:
    grant = Grant(on=ObjectId("trigger", ("s", "t", "x")), role="access_one", privileges=("SELECT",))
    with pytest.raises(InvalidDesign, match=r"privileges cannot be granted on trigger s\.t\.x"):
        grant.create(Catalog([grant]), {})
