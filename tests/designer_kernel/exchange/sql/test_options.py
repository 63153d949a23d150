"""Which schemas, owners and privileges of a script are kept: as of a database."""

from __future__ import annotations

import pytest

from designer_kernel.catalog.kinds.owner import Owner
from designer_kernel.errors import UnknownObject
from designer_kernel.exchange.sql import read_script

SCRIPT = """
CREATE ROLE ann; CREATE ROLE bob;
CREATE SCHEMA app; CREATE SCHEMA log;
CREATE TABLE app.t (id int PRIMARY KEY); ALTER TABLE app.t OWNER TO ann;
CREATE FUNCTION app.f() RETURNS int RETURN 1; ALTER FUNCTION app.f() OWNER TO bob;
CREATE TYPE app.e AS ENUM ('a'); ALTER TYPE app.e OWNER TO ann;
ALTER SCHEMA log OWNER TO bob;
CREATE TABLE log.u (id int REFERENCES app.t); ALTER TABLE log.u OWNER TO bob;
CREATE INDEX u_id ON log.u (id);
GRANT SELECT ON app.t TO bob; GRANT CREATE ON SCHEMA app TO ann;
"""


def owners(reading):
    return {(fact.on.path[-1] if fact.on.kind != "function" else fact.on.path[1], fact.role)
            for fact in reading.catalog.of(Owner)}  # fmt: skip


@pytest.mark.parametrize("trusted", [False, True])
def test_owners_are_kept_if_asked_for(server, trusted):
    kept = read_script(SCRIPT, server=server, owners=True, trusted=trusted)
    assert kept.failed == ()
    assert owners(kept) - {("public", "pg_database_owner")} == {
        ("t", "ann"),
        ("f", "bob"),
        ("e", "ann"),
        ("log", "bob"),
        ("u", "bob"),
    }
    assert not any("owners" in note for note in kept.notes)
    left_out = read_script(SCRIPT, server=server, trusted=trusted)
    assert owners(left_out) == set()
    assert any("owners are left out" in note for note in left_out.notes)


def test_the_right_to_be_an_owner_is_only_lent(server):
    script = SCRIPT.replace("GRANT CREATE ON SCHEMA app TO ann;", "")
    grants = [fact for key, fact in read_script(script, server=server, owners=True).catalog.items()
              if key.kind == "grant"]  # fmt: skip
    assert [(grant.on.path[-1], grant.role) for grant in grants] == [("t", "bob")]
    granted = read_script(SCRIPT, server=server, owners=True).catalog
    assert {fact.on.path[-1] for key, fact in granted.items() if key.kind == "grant"} == {"t", "app"}


def test_privileges_are_left_out_if_asked_for(server):
    kept = read_script(SCRIPT, server=server, privileges=False)
    assert not any(key.kind == "grant" for key in kept.catalog)


def test_schemas_are_chosen_as_of_a_database(server):
    chosen = read_script(SCRIPT, server=server, schemas=["app"])
    assert {key.path[0] for key in chosen.catalog if key.kind == "relation"} == {"app"}
    with pytest.raises(UnknownObject, match="the script makes no schema 'ap'") as caught:
        read_script(SCRIPT, server=server, schemas=["ap"])
    assert "app, log" in caught.value.mend


def test_what_a_script_changes_of_the_schema_public_is_kept(server):
    reading = read_script("COMMENT ON SCHEMA public IS 'ours'; CREATE TABLE t (a int);", server=server)
    assert "ours" in {getattr(fact, "text", "") for fact in reading.catalog.values()}


@pytest.mark.older
def test_owners_are_kept_on_an_older_server_too(older_url):
    script = SCRIPT.replace("RETURN 1", "LANGUAGE sql AS 'SELECT 1'")
    kept = read_script(script, server=older_url, owners=True)
    assert [(outcome.sql, outcome.message) for outcome in kept.failed] == []
    assert owners(kept) >= {("t", "ann"), ("f", "bob"), ("e", "ann"), ("log", "bob"), ("u", "bob")}
