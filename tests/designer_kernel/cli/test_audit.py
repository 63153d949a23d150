"""The audit from the shell: verified, signed, and what was done to it told by exit codes."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from designer_kernel.cli.outcome import Exit
from designer_kernel.postgres.target import describe
from designer_kernel.store.engine import Store, open_store
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.audit import append
from designer_kernel.studio.team.unit import Entry


@pytest.fixture
def store(database_url, monkeypatch, tmp_path):
    """The store that commands use by default, with five audit rows; its signed lines go to a directory of the test."""
    monkeypatch.setenv("DESIGNER_DATABASE_URL", database_url)
    made = open_store(database_url)
    with made.transaction() as session:
        append(session, Actor(None, "ada"), [Entry("thing.make", str(number)) for number in range(5)])
    yield made
    made.close()


@pytest.fixture
def kept(tmp_path):
    """Options that name the files of the test."""
    return "--checkpoints", tmp_path / "book.jsonl", "--key", tmp_path / "audit.key"


def tamper(store: Store, statement: str) -> None:
    with store.engine.begin() as connection:
        connection.execute(text("SET LOCAL session_replication_role = replica"))
        connection.execute(text(statement))


def test_an_audit_is_signed_and_verified(designer, store, kept):
    ran = designer("audit", "verify")
    assert (ran.code, ran.out) == (Exit.OK, "rows 1 to 5 are as they were written\n")
    assert "next: designer audit checkpoint" in ran.err
    assert f"the audit of the store {describe(store.url)}:" in ran.err
    ran = designer("audit", "checkpoint", *kept)
    assert ran.code == Exit.OK
    assert ran.out.startswith("row 6: ")  # the sixth tells that it was verified
    assert "keep a copy" in ran.err
    found = designer("audit", "verify", *kept, "--json").json
    assert (found["holds"], found["last"], found["checkpoints"], found["covered"]) == (True, 6, 1, 6)
    ran = designer("audit", "verify", *kept)
    assert ran.out == "rows 1 to 7 are as they were written\n"
    assert "1 row came since the last checkpoint" in ran.err


def test_what_was_done_to_it_is_named(designer, store, kept):
    line = designer("audit", "checkpoint", *kept, "--json").json["checkpoint"]
    assert (line["seq"], len(line["hash"])) == (5, 64)
    tamper(store, "DELETE FROM designer.audits WHERE seq > 3")
    ran = designer("audit", "verify", *kept)
    assert (ran.code, ran.out) == (Exit.REFUSED, "row 4 is missing, with all that came after it\n")
    tamper(store, "UPDATE designer.audits SET actor_name = 'eve' WHERE seq = 2")
    ran = designer("audit", "verify", *kept, "--json")
    assert (ran.code, ran.json["holds"]) == (Exit.REFUSED, False)
    assert ran.json["fault"] == {"kind": "changed", "seq": 2, "until": None}
    ran = designer("audit", "checkpoint", *kept)
    assert ran.code == Exit.REFUSED
    assert "row 5 is not as it was signed" in ran.err
    with store.engine.connect() as connection:
        results = text("SELECT result FROM designer.audits WHERE action = 'audit.verify'")
        assert list(connection.scalars(results)) == ["failed", "failed"]


def test_without_the_key_nothing_is_believed(designer, store, kept, tmp_path):
    designer("audit", "checkpoint", *kept)
    ran = designer("audit", "verify", "--checkpoints", kept[1], "--key", tmp_path / "other.key")
    assert (ran.code, ran.out) == (Exit.REFUSED, "")
    assert "there is no key" in ran.err
    (tmp_path / "audit.key").chmod(0o644)
    ran = designer("audit", "checkpoint", *kept)
    assert ran.code == Exit.REFUSED
    assert "others may read this key" in ran.err
    assert "chmod 600" in ran.err


def test_a_store_may_be_named(designer, store, kept, monkeypatch):
    url = store.url
    monkeypatch.setenv("DESIGNER_DATABASE_URL", "postgresql://nobody@localhost:1/none")
    assert designer("audit", "verify", "--store", url, "--json").json["last"] == 5
    ran = designer("audit", "verify", "--json")
    assert ran.json["error"]["code"] in {"store_unavailable", "server_unavailable"}


def test_old_rows_are_put_away(designer, store, kept):
    ran = designer("audit", "seal", "old.jsonl", "--until", 3, *kept)
    assert (ran.code, ran.out) == (Exit.REFUSED, "")
    assert "nobody was asked" in ran.err
    assert "rows 1 to 3 would go out of the database, into old.jsonl; rows 4 to 5 stay" in " ".join(ran.err.split())
    assert designer("audit", "seal", "old.jsonl", *kept, "--yes").code == Exit.USAGE
    ran = designer("audit", "seal", "old.jsonl", "--until", 3, *kept, "--yes")
    assert (ran.code, ran.out) == (Exit.OK, "rows 1 to 3 are in old.jsonl\n")
    ran = designer("audit", "verify", "old.jsonl", *kept)
    assert ran.out == "rows 1 to 3 are as they were sealed\nrows 4 to 6 are as they were written\n"
    ran = designer("audit", "seal", "more.jsonl", "--until", 2, *kept, "--yes", "--json")
    assert ran.json["error"]["code"] == "bad_segment"


def test_rows_before_a_day_are_put_away(designer, store, kept, tmp_path):
    ran = designer("audit", "seal", "old.jsonl", "--before", "2020-01-01", *kept)
    assert (ran.code, ran.out) == (
        Exit.OK,
        "nothing to seal: no row is from before 2020-01-01 (the last one always stays)\n",
    )
    ran = designer("audit", "seal", "old.jsonl", "--before", "2020-01-01", *kept, "--yes", "--json")
    assert (ran.code, ran.json["file"]) == (Exit.OK, None)
    ran = designer("audit", "seal", "old.jsonl", "--before", "2999-01-01", *kept)
    assert ran.code == Exit.REFUSED
    assert "row 5 stays, as the last one always does" in " ".join(ran.err.split())
    assert not (tmp_path / "old.jsonl").exists()
    ran = designer("audit", "seal", "old.jsonl", "--before", "2999-01-01", *kept, "--yes")
    assert (ran.code, ran.out) == (Exit.OK, "rows 1 to 4 are in old.jsonl\n")


@pytest.mark.parametrize("command", ["verify", "checkpoint", "seal"])
def test_help_shows_an_example_and_the_exit_codes(designer, command):
    ran = designer("audit", command, "--help")
    assert ran.code == 0
    assert "Example:" in ran.out
    assert "Exit codes:" in ran.out
