"""Audit rows: what they hold, that nobody changes them, and that many writers make one chain."""

from __future__ import annotations

import enum
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path
from threading import Barrier
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import event, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from designer_kernel.store import turns
from designer_kernel.store.engine import Store, StoreUnavailable
from designer_kernel.store.tables.audits import Audit
from designer_kernel.studio.team import workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.audit import plain, verifying
from designer_kernel.studio.team.audit.appending import append
from designer_kernel.studio.team.refusals import NotAllowed, NotFound
from designer_kernel.studio.team.team import Team
from designer_kernel.studio.team.unit import Entry
from tests.designer_kernel.studio.team.conftest import let_in

NOWHERE = Path("no such file")
HOSTILE = "a\nb\rc\x00d\x1b[31me\u2028f\u202eg\ud800h\\u000ai"


def audits(store: Store) -> list[Audit]:
    with Session(store.engine) as session:
        return list(session.scalars(select(Audit).order_by(Audit.seq)))


def add(store: Store, *entries: Entry, actor: Actor | None = None) -> None:
    with store.transaction() as session:
        append(session, actor or Actor(UUID(int=7), "ada"), entries)


def test_a_row_tells_who_did_what_where_and_when(team: Team, workspace: tuple[Actor, UUID]) -> None:
    ada, room = workspace
    before = datetime.now(UTC)
    team.do(ada, workspaces.rename, room, "market")
    first, second = audits(team.store)
    assert (first.action, first.resource, second.action) == ("workspace.create", str(room), "workspace.rename")
    assert (second.actor_id, second.actor_name, second.face) == (ada.user, "ada", "api")
    assert (second.workspace_id, second.result, second.request_id) == (room, "ok", ada.request)
    assert second.details == {"before": "shop", "after": "market"}
    assert abs((second.created_at - before).total_seconds()) < 60
    assert (first.seq, second.seq, second.previous_hash) == (1, 2, first.hash)
    team.do(ada, workspaces.remove, room)
    assert [row.action for row in audits(team.store)][2:] == ["workspace.remove"]  # rows outlive what they tell of


def test_what_is_refused_leaves_a_row_and_changes_nothing(
    team: Team, workspace: tuple[Actor, UUID], person: Callable[[str], Actor]
) -> None:
    (ada, room), eve = workspace, person("eve")
    with pytest.raises(NotFound):
        team.do(eve, workspaces.rename, room, "mine")
    let_in(team, ada, room, "eve", "viewer")
    with pytest.raises(NotAllowed):
        team.do(eve, workspaces.rename, room, "mine")
    denied = [row for row in audits(team.store) if row.result == "denied"]
    assert [(row.actor_name, row.action, row.workspace_id) for row in denied] == [
        ("eve", "workspaces.rename", room)
    ] * 2
    assert [row.details["why"] for row in denied] == ["not_found", "not_allowed"]
    assert team.do(ada, workspaces.mine)[0].name == "shop"


def test_a_change_that_fails_leaves_no_row_and_no_gap(team: Team) -> None:
    add(team.store, Entry("thing.make", "1"))
    with Session(team.store.engine) as session:
        append(session, Actor(None, "x"), [Entry("thing.make", "2")])
        session.rollback()
    add(team.store, Entry("thing.make", "3"), Entry("thing.make", "4"))
    assert [(row.seq, row.resource) for row in audits(team.store)] == [(1, "1"), (2, "3"), (3, "4")]


def test_all_plain_values_come_back_with_the_hash_they_had(team: Team) -> None:
    kinds = enum.Enum("kinds", ["one"])
    details = {
        "text": "ä😀", "whole": 2**53, "great": 10**30, "part": 0.1, "small": 5e-324, "large": 1e300, "zero": -0.0,
        "half": 4.0, "no": None, "yes": True, "nan": float("nan"), "id": UUID(int=1), "exact": Decimal("1.10"),
        "when": datetime(2026, 1, 2, tzinfo=UTC), "kind": kinds.one, "list": [1, (2, 3)], "set": {"b", "a"},
        "in": {"x": {}},
    }  # fmt: skip
    add(team.store, Entry("thing.make", "1", details=details))
    (row,) = audits(team.store)
    assert row.details["great"] == str(10**30)
    assert (row.details["set"], row.details["exact"], row.details["kind"]) == (["a", "b"], "1.10", "one")
    assert verifying.verify(team.store, NOWHERE, None).fault is None


def test_control_characters_are_written_out(team: Team) -> None:
    actor = Actor(None, HOSTILE, "api", HOSTILE, HOSTILE)
    add(team.store, Entry(HOSTILE, HOSTILE, HOSTILE, None, {HOSTILE: [HOSTILE]}), actor=actor)
    (row,) = audits(team.store)
    expected = r"a\u000ab\u000dc\u0000d\u001b[31me\u2028f\u202eg\ud800h\u005cu000ai"
    texts = (row.actor_name, row.address, row.request_id, row.action, row.resource, row.result)
    assert set(texts) == {expected}
    assert row.details == {expected: [expected]}
    assert verifying.verify(team.store, NOWHERE, None).fault is None


@pytest.mark.parametrize(
    "details",
    [
        {"password": "x"}, {"newPassword": "x"}, {"refresh_token": "x"}, {"url": "x"}, {"source_url": "x"},
        {"DSN": "x"},
        {"client_secret": "x"}, {"Authorization": "x"}, {"a": [{"b": {"api_key": "x"}}]}, {"token": 12345},
        {"token": UUID(int=1)},
    ],
)  # fmt: skip
def test_details_that_could_be_secrets_are_refused_by_their_names(team: Team, details: dict[str, object]) -> None:
    with pytest.raises(plain.SecretDetail):
        add(team.store, Entry("thing.make", "1", details=details))
    assert audits(team.store) == []


def test_counts_and_identities_are_no_secrets() -> None:
    told = {"has_password": True, "tokens": 12, "token_id": UUID(int=1), "key": "k1", "secret": None, "curl": "x"}
    assert plain.details(told) == told | {"token_id": str(UUID(int=1))}


@pytest.mark.parametrize(
    "text",
    [
        "see postgresql://ada:canary@db.example.org/shop", "x://u:p@canary@h/d", "ALTER ROLE x PASSWORD 'it''s canary'",
        "password=canary host=x", "Token: canary", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.canary-canary",
        "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----",
    ],
)  # fmt: skip
def test_secrets_in_what_people_wrote_are_hidden(text: str) -> None:
    shown = plain.details({"statement": text})["statement"]
    assert "canary" not in shown
    assert "***" in shown


def test_a_long_text_is_cut_and_can_be_told_from_others() -> None:
    one, other = (plain.text("x" * 100_000 + end) for end in "ab")
    assert one != other
    assert len(one) < 700


@pytest.mark.parametrize("value", [b"x", object(), Path("x")])
def test_details_are_plain(value: object) -> None:
    with pytest.raises(plain.NoDetail):
        plain.details({"value": value})


@pytest.mark.parametrize("team_of", ["team", pytest.param("older_team", marks=pytest.mark.older)])
def test_nobody_changes_a_row_or_forks_the_chain(request: pytest.FixtureRequest, team_of: str) -> None:
    store = request.getfixturevalue(team_of).store
    add(store, Entry("thing.make", "1"), Entry("thing.make", "2"))
    changes = ("UPDATE designer.audits SET result = 'x'", "DELETE FROM designer.audits", "TRUNCATE designer.audits")
    for change in changes:
        with pytest.raises(DBAPIError, match="permission denied"), store.transaction() as session:
            session.execute(text(change))
        with pytest.raises(DBAPIError, match="audit rows are kept"), store.engine.begin() as owner:
            owner.execute(text(change))
    copied = (
        "SELECT gen_random_uuid(), {}, created_at, null, '', '', '', '', null, '', '', '', '{{}}', 1, {}, "
        "repeat('f', 64) FROM designer.audits WHERE seq = 2"
    )
    for seq, previous in (("2", "hash"), ("4", "hash"), ("3", "repeat('0', 64)"), ("0", "repeat('1', 64)")):
        forged = f"INSERT INTO designer.audits {copied.format(seq, previous)}"
        with pytest.raises(DBAPIError, match="follows the last one"), store.transaction() as session:
            session.execute(text(forged))
    with pytest.raises(DBAPIError, match="must be owner"), store.transaction() as session:
        session.execute(text("ALTER TABLE designer.audits DISABLE TRIGGER ALL"))
    assert [row.seq for row in audits(store)] == [1, 2]


@pytest.mark.parametrize(
    ("team_of", "writers"), [("team", 50), pytest.param("older_team", 10, marks=pytest.mark.older)]
)
def test_parallel_writers_leave_no_gap_and_no_fork(request: pytest.FixtureRequest, team_of: str, writers: int) -> None:
    """Each has a connection of its own, and they begin together."""
    from tests.designer_kernel.studio.team.conftest import registered

    team = request.getfixturevalue(team_of)
    ada = registered(team, "ada")
    room = team.do(ada, workspaces.create, "shop").id
    stores = [Store(team.store.url) for _ in range(2)]  # the connections of one pool are 30
    start = Barrier(writers)

    def write(number: int) -> None:
        own = Team(stores[number % 2])
        start.wait()
        for turn in range(3):
            own.do(ada, workspaces.rename, room, f"{number}, {turn}")  # they all want the same row, too
            own.do(ada, workspaces.create, f"{number}, {turn}")

    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(write, range(writers)))
    for store in stores:
        store.close()
    found = audits(team.store)
    assert [row.seq for row in found] == list(range(1, 6 * writers + 2))
    assert {row.details["after"] for row in found if row.action == "workspace.rename"} == {
        f"{number}, {turn}" for number in range(writers) for turn in range(3)
    }
    assert [row.created_at for row in found] == sorted(row.created_at for row in found)
    assert verifying.verify(team.store, NOWHERE, None).fault is None


def test_a_writer_with_an_old_snapshot_is_refused_rather_than_forking(team: Team) -> None:
    add(team.store, Entry("thing.make", "1"))
    with Session(team.store.engine) as session:
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        assert session.scalar(select(Audit.seq)) == 1
        add(team.store, Entry("thing.make", "2"))
        with pytest.raises(DBAPIError):
            append(session, Actor(None, "late"), [Entry("thing.make", "3")])
    assert [row.resource for row in audits(team.store)] == ["1", "2"]


class Ending:
    """Ends the connection of a store before its statement of a number, by the server's hand."""

    def __init__(self, store: Store, number: int) -> None:
        self.store, self.number, self.seen, self.done = store, number, 0, False

    def __call__(self, connection, cursor, statement, parameters, context, executemany) -> None:
        if self.seen == self.number:
            self.done = True
            with psycopg.connect(self.store.url, autocommit=True) as other:
                pid = connection.connection.dbapi_connection.info.backend_pid
                other.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        self.seen += 1


def test_who_dies_between_any_two_statements_leaves_the_chain_whole(team: Team, workspace: tuple[Actor, UUID]) -> None:
    """Each statement of a writer in turn is the one before which it loses the server; the next writer goes on."""
    ada, room = workspace
    for number in count():
        ending = Ending(team.store, number)
        event.listen(team.store.engine, "before_cursor_execute", ending)
        try:
            team.do(ada, workspaces.rename, room, f"shop {number}")
        except StoreUnavailable:
            assert ending.done
        finally:
            event.remove(team.store.engine, "before_cursor_execute", ending)
        told = [row.details["after"] for row in audits(team.store) if row.action == "workspace.rename"]
        assert told == ([] if ending.done else [f"shop {number}"])
        assert verifying.verify(team.store, NOWHERE, None).fault is None
        if not ending.done:
            break
    assert number > 4
    assert team.do(ada, workspaces.mine)[0].name == f"shop {number}"


def test_what_is_checked_at_the_commit_is_checked_before_others_wait(team: Team) -> None:
    """At the commit it would wait for rows of those who wait for the end of the chain."""
    with psycopg.connect(team.store.url) as holder, Session(team.store.engine) as session:
        holder.execute(turns.TAKE, [turns.AUDITS])
        session.execute(text("SET LOCAL lock_timeout = '5s'"))
        session.execute(text("CREATE TEMP TABLE one (id int PRIMARY KEY)"))
        session.execute(text("CREATE TEMP TABLE other (id int REFERENCES one DEFERRABLE INITIALLY DEFERRED)"))
        session.execute(text("INSERT INTO other VALUES (1)"))
        with pytest.raises(DBAPIError, match="other_id_fkey"):
            append(session, Actor(None, "ada"), [Entry("thing.make", "1")])
