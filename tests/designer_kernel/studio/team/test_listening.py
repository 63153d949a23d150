"""What others do is heard, also after the connection was broken, and what cannot be read harms nobody."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import text

from designer_kernel.design import Entity, edits
from designer_kernel.studio.team import edits as team_edits
from designer_kernel.studio.team import hinting, listening, projects, versions, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.listening import Listener, News
from designer_kernel.studio.team.team import Team
from designer_kernel.studio.team.unit import CHANNEL, Unit


class Heard:
    """News as they come."""

    def __init__(self) -> None:
        self.news: list[News] = []
        self._come = threading.Condition()

    def __call__(self, news: News) -> None:
        with self._come:
            self.news.append(news)
            self._come.notify_all()

    def wait(self, count: int) -> list[News]:
        """Return the news when there are so many."""
        with self._come:
            assert self._come.wait_for(lambda: len(self.news) >= count, timeout=10), self.news
            return list(self.news)


@pytest.fixture
def project(team: Team, ada: Actor) -> UUID:
    shop = team.do(ada, workspaces.create, "shop").id
    return team.do(ada, projects.create, shop, "one").id


@pytest.fixture
def listener(team: Team) -> Iterator[Listener]:
    made = Listener(team.store)
    yield made
    made.stop()


def add(team: Team, actor: Actor, project: UUID, name: str) -> int:
    return team.do(actor, team_edits.apply, project, edits.AddEntity(entity=Entity(name=name))).change.revision


def cut(team: Team) -> None:
    """End the connections of listeners, as a server does that is stopped."""
    with team.store.engine.begin() as connection:
        cut_off = text("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE '%listener'")
        assert connection.execute(cut_off).rowcount > 0


def test_changes_are_told_with_who_did_them(team: Team, ada: Actor, project: UUID, listener: Listener) -> None:
    heard, all_of_it = Heard(), Heard()
    listener.watch(project, 1, heard)
    assert listener.wait(10)
    listener.hear(all_of_it)
    add(team, ada, project, "users")
    (news,) = heard.wait(1)
    assert (news.kind, news.id, news.revision, news.who) == ("project", project, 2, "ada")
    assert news.more["label"] == "add entity users"
    assert [(one.id, one.revision, one.who) for one in all_of_it.wait(1)] == [(project, 2, "ada")]
    team.do(ada, versions.save, project)
    team.do(ada, projects.remove, project)
    assert [one.is_removed for one in all_of_it.wait(2)] == [False, True]
    assert [one.is_removed for one in heard.wait(2)] == [False, True]


def test_changes_are_told_within_a_second(team: Team, ada: Actor, project: UUID, listener: Listener) -> None:
    heard, seconds = Heard(), []
    listener.watch(project, 1, heard)
    assert listener.wait(10)
    for number in range(1, 6):
        began = time.monotonic()
        add(team, ada, project, f"e{number}")
        heard.wait(number)
        seconds.append(time.monotonic() - began)
    assert sorted(seconds)[2] < 1.0, seconds


def test_what_was_missed_is_told_after_reconnecting(team: Team, ada: Actor, project: UUID, listener: Listener) -> None:
    heard = Heard()
    listener.watch(project, 1, heard)
    assert listener.wait(10)
    for round_ in range(3):
        cut(team)
        last = add(team, ada, project, f"e{round_}")
        assert heard.wait(round_ + 1)[-1].revision == last
        assert listener.wait(10)
    assert heard.news[0].who == "ada"


def test_who_begins_to_watch_late_is_told_at_once(team: Team, ada: Actor, project: UUID, listener: Listener) -> None:
    add(team, ada, project, "users")
    late, in_time = Heard(), Heard()
    end = listener.watch(project, 1, late)
    listener.watch(project, 2, in_time)
    assert [one.revision for one in late.wait(1)] == [2]
    assert in_time.news == []
    end()
    assert listener.wait(10)
    add(team, ada, project, "orders")
    assert [one.revision for one in in_time.wait(1)] == [3]
    assert len(late.news) == 1


def test_nonsense_and_failing_callbacks_harm_nobody(team: Team, ada: Actor, project: UUID, listener: Listener) -> None:
    heard = Heard()

    def fail(news: News) -> None:
        raise RuntimeError(news.kind)

    listener.watch(project, 1, fail)
    listener.watch(project, 1, heard)
    assert listener.wait(10)
    with team.store.engine.begin() as connection:
        for payload in (*NONSENSE, *(one.replace("ID", str(project)) for one in NONSENSE_OF)):
            connection.execute(text("SELECT pg_notify(:channel, :payload)"), {"channel": CHANNEL, "payload": payload})
    add(team, ada, project, "users")
    assert [one.revision for one in heard.wait(1)] == [2]


NONSENSE = (
    "", "[]", "{}", "7", '"text"', "null", "[" * 5000, '{"revision": ' + "9" * 5000 + "}",
    '{"kind": "project", "id": "x"}', '{"kind": "project", "id": null}',
)  # fmt: skip
NONSENSE_OF = (
    '{"kind": "project", "id": "ID", "revision": "7"}', '{"kind": "project", "id": "ID", "revision": true}',
    '{"kind": "project", "id": "ID", "revision": null}', '{"kind": "project", "id": "ID", "revision": 1e99}',
    '{"kind": ["project"], "id": "ID"}', '{"kind": "project", "id": "ID", "removed": "yes"}',
    '{"kind": "project", "id": "ID", "who": {}}',
)  # fmt: skip


def test_a_flood_of_notifications_costs_a_look_at_times(
    team: Team, ada: Actor, project: UUID, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Code of a workspace floods the channel with what is true, made up, doubled and nonsense."""
    heard, all_of_it, looks, look, read = Heard(), Heard(), list[set[UUID]](), Listener._look_at, list[str]()
    one = f'{{"kind": "project", "id": "{project}"}}'
    decode = hinting.json.loads

    def counted(self: Listener, wanted: set[UUID], *more: Any) -> bool:
        if wanted:
            looks.append(set(wanted))
        return look(self, wanted, *more)

    def decoded(payload: str) -> object:
        read.append(payload)
        return decode(payload)

    listener.watch(project, 1, heard)
    assert listener.wait(10)
    listener.hear(all_of_it)
    add(team, ada, project, "users")
    all_of_it.wait(1)
    monkeypatch.setattr(Listener, "_look_at", counted)
    monkeypatch.setattr(hinting.json, "loads", decoded)
    flood = text(
        'SELECT pg_notify(:channel, format(\'{"kind": "project", "id": "%s"}\', gen_random_uuid())),'
        " pg_notify(:channel, n || 'nonsense'), pg_notify(:channel, :one)"
        " FROM generate_series(:from, CAST(:from AS int) + 999) n"
    )
    began = time.monotonic()
    for start in range(0, 20_000, 1_000):
        with team.store.engine.begin() as connection:
            connection.execute(flood, {"channel": CHANNEL, "one": one, "from": start})
    add(team, ada, project, "orders")
    assert [(each.revision, each.who) for each in heard.wait(2)] == [(2, "ada"), (3, "ada")]
    most = 3 + (time.monotonic() - began) / listening._IDLE
    assert 1 <= len(looks) <= most
    assert len(read) <= most * hinting.MOST
    of_it = [each.revision for each in all_of_it.wait(2) if each.id == project]
    assert of_it == [2, 3]


def test_a_forged_notification_says_nothing(team: Team, ada: Actor, project: UUID, listener: Listener) -> None:
    """Code of a workspace can send what it likes: that there is more, that all is gone, and who it was."""
    heard = Heard()
    listener.watch(project, 1, heard)
    assert listener.wait(10)
    with team.store.engine.begin() as connection:
        for said in ('"revision": 999999999999', '"removed": true', '"revision": -5', '"revision": 2'):
            payload = f'{{"kind": "project", "id": "{project}", "who": "root", {said}}}'
            connection.execute(text("SELECT pg_notify(:channel, :payload)"), {"channel": CHANNEL, "payload": payload})
    add(team, ada, project, "users")
    add(team, ada, project, "orders")
    while heard.wait(1)[-1].revision < 3:
        heard.wait(len(heard.news) + 1)
    assert {(one.who, one.is_removed) for one in heard.news} == {("ada", False)}
    assert [one.revision for one in heard.news] in ([2, 3], [3])


def test_who_failed_is_told_again(team: Team, ada: Actor, project: UUID, listener: Listener) -> None:
    heard, told = Heard(), Heard()

    def fail_twice(news: News) -> None:
        heard(news)
        if len(heard.news) < 3:
            raise RuntimeError("just now it cannot be shown")
        told(news)

    listener.watch(project, 1, fail_twice)
    assert listener.wait(10)
    add(team, ada, project, "users")
    assert [one.revision for one in told.wait(1)] == [2]
    assert len(heard.news) == 3
    add(team, ada, project, "orders")
    assert [one.revision for one in told.wait(2)] == [2, 3]
    assert len(heard.news) == 4


def test_the_thread_begins_again_and_says_so(
    team: Team, ada: Actor, project: UUID, listener: Listener,
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    heard, look = Heard(), Listener._look_at
    broken = threading.Event()

    def breaks_once(self: Listener, *arguments: Any) -> None:
        if threading.current_thread().name == "designer-listener" and not broken.is_set():
            broken.set()
            raise ZeroDivisionError
        look(self, *arguments)

    listener.watch(project, 1, heard)
    assert listener.wait(10)
    monkeypatch.setattr(Listener, "_look_at", breaks_once)
    add(team, ada, project, "users")
    assert [one.revision for one in heard.wait(1)] == [2]
    assert broken.is_set()
    assert "begins again" in caplog.text


def test_who_stops_does_not_wait_for_a_server_that_hangs(
    team: Team, project: UUID, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = threading.Event()

    def hang(connection: psycopg.Connection[Any], *_: Any) -> None:
        asked.set()
        connection.execute("SELECT pg_sleep(60)")

    monkeypatch.setattr(Listener, "_asked", lambda self, *given: hang(*given))
    listener.watch(project, 1, Heard())
    assert asked.wait(10)
    thread = listener._thread
    assert thread is not None
    listener.stop()
    assert not thread.is_alive()


def test_a_server_that_does_not_answer_is_left(team: Team, listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(listening, "_ANSWER", 0.1)
    with listener._connected() as connection:
        listener._connection = connection
        given = connection.info.get_parameters()
        assert (given["connect_timeout"], given["tcp_user_timeout"]) == ("5", "10000")
        with pytest.raises(psycopg.OperationalError):
            listener._asked(connection, sql.SQL("SELECT pg_sleep(60)"))


def test_a_change_that_is_rolled_back_is_not_told(team: Team, ada: Actor, project: UUID, listener: Listener) -> None:
    heard = Heard()
    listener.watch(project, 1, heard)
    assert listener.wait(10)

    def lost(unit: Unit) -> None:
        team_edits.apply(unit, project, edits.AddEntity(entity=Entity(name="gone")))
        raise RuntimeError

    with pytest.raises(RuntimeError), team.store.transaction() as session:
        lost(Unit(session, ada))
    add(team, ada, project, "users")
    assert [(one.revision, one.more["label"]) for one in heard.wait(1)] == [(2, "add entity users")]
    assert [e.name for e in team.do(ada, projects.read, project).design.entities] == ["users"]
