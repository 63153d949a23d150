"""A fill that was killed, wherever that was, goes on and ends with the same rows; or it is undone."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from typing import Any

import psutil
import psycopg
import pytest
from psycopg import sql

from designer_kernel.errors import Cancelled, SamplePlanError, StatementFailed
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.sample import fill, plan
from designer_kernel.sample.fill import abandon
from designer_kernel.sample.loading import locking
from designer_kernel.sample.loading.journal import FillTakenOver
from designer_kernel.sample.loading.telling import FillEvent
from tests.designer_kernel.sample.databases import ask, contents, create, not_valid, one, schema_hash
from tests.designer_kernel.sample.loading.killed import killed_fill
from tests.designer_kernel.sample.loading.shop import PART, ROWS, SHOP, has_journal, modes

OPTIONS: dict[str, Any] = {"rows": ROWS, "seed": 3, "resumable": True, "part": PART}
Contents = dict[str, tuple[int, str]]


def form(url: str) -> tuple[Any, ...]:
    """Return everything but the rows."""
    return schema_hash(url), modes(url), not_valid(url), has_journal(url)


@pytest.fixture
def shop(clean_url: str) -> str:
    """An empty shop."""
    return create(clean_url, SHOP)


@pytest.fixture(scope="module")
def undisturbed(server: EmbeddedServer) -> Iterator[Contents]:
    """What a fill that nobody disturbs leads to."""
    url = create(server.ensure_database("sample_undisturbed_2"), SHOP)
    fill(url, rows=ROWS, seed=3)
    yield contents(url)
    server.drop_database("sample_undisturbed_2")


POINTS = {
    "after constraints are off": ("public.", 0, 0),
    "between parts": ("public.events", 14_000, 0),
    "within a part": ("public.", 30_000, 0.003),
    "within an index": ("building public.orders.orders_pkey", 0, 0.004),
    "at the partitions": ("building public.events_new_1", 0, 0),
    "within foreign keys": ("checking ", 0, 0.004),
    "at views": ("refreshing", 0, 0),
}


@pytest.mark.parametrize(("label", "after", "delay"), POINTS.values(), ids=POINTS)
def test_the_same_call_goes_on(shop: str, undisturbed: Contents, label: str, after: int, delay: float) -> None:
    before = form(shop)
    killed_fill(shop, label, after=after, delay=delay, connections=2 if after else 1, **OPTIONS)
    assert has_journal(shop)
    filling = fill(shop, **OPTIONS)
    assert any("went on with the fill" in note for note in filling.notes)
    assert contents(shop) == undisturbed
    assert form(shop) == before


def test_another_fill_is_refused_until_the_first_is_done_or_undone(shop: str, undisturbed: Contents) -> None:
    before = form(shop), contents(shop)
    killed_fill(shop, "building public.orders.orders_by_time", **OPTIONS)
    with pytest.raises(SamplePlanError, match="another fill is under way") as caught:
        fill(shop, rows=ROWS, seed=4)
    assert "resume=True" in caught.value.mend
    assert one(shop, "SELECT count(*) FROM events") == ROWS["events"]
    undone = abandon(shop)
    assert undone is not None
    assert (form(shop), contents(shop)) == before
    assert abandon(shop) is None
    fill(shop, rows=ROWS, seed=3)
    assert contents(shop) == undisturbed


def test_resume_needs_no_more_than_the_word(shop: str, undisturbed: Contents) -> None:
    with pytest.raises(SamplePlanError, match="no fill is under way"):
        fill(shop, resume=True)
    killed_fill(shop, "public.events", after=10_000, **OPTIONS, tables=["events", "log"])
    fill(shop, resume=True, connections=2)
    assert contents(shop) == undisturbed
    made = plan(create(shop, "TRUNCATE tenants, log CASCADE"), rows=ROWS, seed=3)
    killed_fill(shop, "statistics", plan=made, resumable=True, part=PART)
    fill(shop, resume=True)
    assert contents(shop) == undisturbed
    assert not has_journal(shop)


def test_cancelling_removes_what_was_written(shop: str) -> None:
    create(shop, "INSERT INTO log VALUES ('kept')")
    before = form(shop), contents(shop)
    for label in ("public.events", "checking "):
        cancel = threading.Event()

        def progress(done: int, total: int, now: str, label: str = label, cancel: threading.Event = cancel) -> None:
            if now.startswith(label) and done > 10_000:
                cancel.set()

        with pytest.raises(Cancelled, match="removed"):
            fill(shop, progress=progress, cancel=cancel, **OPTIONS)
        assert (form(shop), contents(shop)) == before


@pytest.mark.parametrize(("label", "connections"), [("public.events", 1), ("public.orders", 2), ("checking", 2)])
def test_an_interrupt_cancels(shop: str, label: str, connections: int) -> None:
    before = form(shop), contents(shop)

    def progress(done: int, total: int, now: str) -> None:
        if now.startswith(label):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fill(shop, progress=progress, connections=connections, **OPTIONS)
    assert (form(shop), contents(shop)) == before


@pytest.mark.parametrize("keep_old", [None, False])
def test_replaced_rows_come_back_unless_that_was_said(shop: str, keep_old: bool | None) -> None:
    fill(shop, rows={"tenants": 3, "customers": 20, "orders": 40, "events": 60, "log": 0}, seed=9)
    before = form(shop), contents(shop), one(shop, "SELECT last_value FROM customers_id_seq")
    told: list[str] = []
    cancel = threading.Event()

    def events(event: FillEvent) -> None:
        if event.stage == "told":
            told.append(event.name)
        if event.stage == "foreign keys":
            cancel.set()

    with pytest.raises(Cancelled) as caught:
        fill(shop, mode="replace", keep_old=keep_old, events=events, cancel=cancel, **OPTIONS)
    after = form(shop), contents(shop), one(shop, "SELECT last_value FROM customers_id_seq")
    if keep_old is None:
        assert (told, after) == ([], before)
        assert "not kept" not in str(caught.value)
    else:
        assert "do not come back" in told[0]
        assert "public.orders, public.events were not kept" in str(caught.value)
        assert after[0] == before[0]
        assert one(shop, "SELECT count(*) FROM orders") == 0


def test_a_worker_that_dies_is_replaced(shop: str, undisturbed: Contents) -> None:
    seen: list[FillEvent] = []
    killed: list[int] = []

    def events(event: FillEvent) -> None:
        if event.stage != "rows" or killed:
            return
        seen.append(event)
        sending = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'schema-designer fill'"
        while one(shop, sending) < 2:  # until the worker is there
            time.sleep(0.02)
        if len(seen) == 4:
            children = psutil.Process().children()
            killed.extend(p.pid for p in children if "sample.loading.worker" in " ".join(p.cmdline()))
            os.kill(killed[0], signal.SIGKILL)

    fill(shop, connections=2, events=events, **{**OPTIONS, "part": 1_000})
    assert len(killed) == 1
    assert contents(shop) == undisturbed


@pytest.mark.parametrize("stage", ["rows", "foreign keys"])
def test_a_lost_connection_leaves_what_can_be_gone_on_with(shop: str, undisturbed: Contents, stage: str) -> None:
    before = form(shop)

    def events(event: FillEvent) -> None:
        if event.stage == stage:
            ask(
                shop,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'schema-designer%'",
            )

    with pytest.raises(StatementFailed, match="what is loaded stays") as caught:
        fill(shop, events=events, **OPTIONS)
    assert "resume=True" in caught.value.mend
    assert has_journal(shop)
    fill(shop, **OPTIONS)
    assert (contents(shop), form(shop)) == (undisturbed, before)


@pytest.mark.parametrize("theirs", ["(7)", "(-1), (-1)"])
def test_rows_that_the_server_refuses_are_removed(shop: str, theirs: str) -> None:
    create(shop, "CREATE TABLE notes (id int PRIMARY KEY)")
    before = form(shop), contents(shop)
    done: list[FillEvent] = []

    def events(event: FillEvent) -> None:
        if event.stage == "indexes" and not done:
            done.append(event)
            create(shop, f"INSERT INTO notes VALUES {theirs}")  # by somebody else, into what is being filled

    with pytest.raises(StatementFailed, match="could not create unique index") as caught:
        fill(shop, events=events, **{**OPTIONS, "rows": {**ROWS, "notes": 21_000}})
    assert ("could not be undone" in caught.value.what) == (theirs != "(7)")
    if theirs == "(7)":
        assert ask(shop, "SELECT id FROM notes") == [(7,)]
    create(shop, "DELETE FROM notes WHERE id IN (7, -1)")
    if theirs != "(7)":
        assert abandon(shop) is not None
    assert (form(shop), contents(shop)) == before


def test_triggers_run_in_one_transaction_only(shop: str) -> None:
    with pytest.raises(SamplePlanError, match="one transaction"):
        fill(shop, triggers="run", **OPTIONS)
    few = {"tenants": 2, "customers": 5, "orders": 5, "events": 5, "log": 0}
    filling = fill(shop, triggers=["orders"], rows=few)
    assert any("triggers of public.orders ran" in note for note in filling.notes)
    assert one(shop, "SELECT count(*) FROM log") == 5


def test_two_fills_at_once_are_told(shop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locking, "PATIENCE", 0.0)
    problems: list[SamplePlanError] = []

    def events(event: FillEvent) -> None:
        if event.stage == "statistics":
            with pytest.raises(SamplePlanError) as caught:
                fill(shop, rows=ROWS)
            problems.append(caught.value)

    fill(shop, rows={"tenants": 2, "customers": 5, "orders": 5, "events": 5, "log": 0}, events=events)
    assert "another fill of this database is running (process" in problems[0].what


@pytest.mark.older
@pytest.mark.parametrize("point", ["within foreign keys"])
def test_an_older_server_goes_on_as_well(older_url: str, undisturbed: Contents, point: str) -> None:
    create(older_url, SHOP)
    before = form(older_url)
    label, after, delay = POINTS[point]
    killed_fill(older_url, label, after=after, delay=delay, **OPTIONS)
    fill(older_url, **OPTIONS)
    assert (contents(older_url), form(older_url)) == (undisturbed, before)


def test_rows_that_are_added_are_removed_alone(shop: str) -> None:
    few = {"tenants": 4, "customers": 50, "orders": 100, "events": 200, "log": 0}
    more: dict[str, Any] = {"rows": {"orders": 21_000, "events": 300, "customers": 20}, "mode": "append", "seed": 2}
    fill(shop, rows=few, seed=1)
    before = form(shop), contents(shop), one(shop, "SELECT last_value FROM customers_id_seq")
    killed_fill(shop, "statistics", resumable=True, part=PART, **more)
    assert abandon(shop) is not None
    assert (form(shop), contents(shop), one(shop, "SELECT last_value FROM customers_id_seq")) == before
    killed_fill(shop, "public.orders", after=5_000, resumable=True, part=PART, **more)
    fill(shop, resumable=True, part=PART, **more)
    gone_on = contents(shop)
    assert one(shop, "SELECT count(*) FROM orders") == 21_100
    create(shop, "TRUNCATE tenants CASCADE")
    fill(shop, rows=few, seed=1)
    fill(shop, **more)
    assert contents(shop) == gone_on


ADDED: dict[str, Any] = {"resumable": True, "part": PART, "seed": 2}
ADDITIONS = {
    "rows, between parts": ("public.orders", 9_000, {"rows": {"orders": 21_000, "events": 300}, "mode": "append"}),
    "rows, within foreign keys": ("checking ", 0, {"rows": {"orders": 21_000, "customers": 20}, "mode": "append"}),
    "what lacks, between parts": ("public.events", 5_000, {"rows": {"events": 9_000, "tenants": 6}, "mode": "top up"}),
    "rows under those that are there": ("public.events", 5_000, {"tables": ["events"], "rows": {"events": 9_000}}),
}


@pytest.mark.parametrize("addition", ADDITIONS)
def test_a_killed_fill_beside_rows_goes_on_where_it_was(shop: str, addition: str) -> None:
    check_that_an_addition_goes_on(shop, addition)


@pytest.mark.older
def test_a_killed_fill_beside_rows_goes_on_on_an_older_server(older_url: str) -> None:
    check_that_an_addition_goes_on(create(older_url, SHOP), "rows, between parts")


def check_that_an_addition_goes_on(url: str, addition: str) -> None:
    """Kill a fill that adds rows, go on, and compare with one that nobody killed."""
    label, after, asked = ADDITIONS[addition]
    few = {"tenants": 4, "customers": 50, "orders": 100, "events": 200, "log": 0}
    few = {name: rows for name, rows in few.items() if name not in asked.get("tables", ())}
    fill(url, rows=few, tables=list(few), seed=1)
    before = form(url)
    killed_fill(url, label, after=after, **ADDED, **asked)
    query = "SELECT 'o', id::text, xmin::text FROM orders UNION ALL SELECT 'e', id::text, xmin::text FROM events"
    brought = set(ask(url, query))
    assert len(brought) > 3_000
    filling = fill(url, resume=True)
    assert any("went on with the fill" in note for note in filling.notes)
    assert brought <= set(ask(url, query))  # nothing was sent again
    assert form(url) == before
    gone_on = contents(url)
    create(url, "TRUNCATE tenants RESTART IDENTITY CASCADE")
    fill(url, rows=few, tables=list(few), seed=1)
    fill(url, **{**ADDED, **asked, "resumable": False})
    assert contents(url) == gone_on


def test_a_killed_fill_begins_again_if_the_rows_beside_it_have_changed(shop: str) -> None:
    fill(shop, rows={"tenants": 4, "customers": 50, "orders": 100, "events": 0, "log": 0}, seed=1)
    before = form(shop)
    _, _, asked = ADDITIONS["rows, between parts"]
    killed_fill(shop, "public.orders", after=9_000, **ADDED, **asked)
    brought = {key for (key,) in ask(shop, "SELECT xmin::text FROM orders")}
    create(shop, "INSERT INTO customers (tenant_id, name) SELECT id, 'Somebody new' FROM tenants LIMIT 1")
    filling = fill(shop, **ADDED, **asked)
    assert not any("went on" in note for note in filling.notes)
    assert one(shop, "SELECT count(*) FROM orders") == 21_100
    assert len({key for (key,) in ask(shop, "SELECT xmin::text FROM orders")} & brought) == 1  # of the first fill
    assert one(shop, "SELECT count(*) FROM customers WHERE name = 'Somebody new'") == 1
    assert form(shop) == before


def test_a_run_that_is_over_neither_writes_nor_undoes(shop: str, undisturbed: Contents) -> None:
    def events(event: FillEvent) -> None:
        if event.stage == "rows" and event.done == PART:  # as if somebody else had gone on with it
            create(shop, "UPDATE schema_designer_fill.job SET run = run + 1")

    with pytest.raises(FillTakenOver):
        fill(shop, connections=2, events=events, **OPTIONS)
    assert has_journal(shop)
    fill(shop, **OPTIONS)
    assert contents(shop) == undisturbed


def test_what_comes_back_needs_no_search_path(clean_url: str) -> None:
    create(
        clean_url,
        """
        CREATE SCHEMA x; CREATE TABLE x.p (id serial PRIMARY KEY); CREATE TABLE public.p (id int PRIMARY KEY);
        CREATE TABLE x.c (id int PRIMARY KEY, p int REFERENCES x.p);
        """,
    )
    before = schema_hash(clean_url)
    name = sql.Identifier(psycopg.conninfo.conninfo_to_dict(clean_url)["dbname"])
    change = sql.SQL("ALTER DATABASE {} SET search_path = {}")

    def searching(path: str) -> None:
        with psycopg.connect(clean_url, autocommit=True) as connection:
            connection.execute(change.format(name, sql.SQL(path)))

    def progress(_done: int, _total: int, label: str) -> None:
        if label == "statistics":
            searching("public, x")

    try:
        searching("x, public")
        fill(clean_url, rows={"x.c": 5, "x.p": 5, "public.p": 5}, resumable=True, progress=progress)
    finally:
        with psycopg.connect(clean_url, autocommit=True) as connection:
            connection.execute(sql.SQL("ALTER DATABASE {} RESET search_path").format(name))
    assert schema_hash(clean_url) == before


@pytest.mark.parametrize("label", ["public.", "logging"])
def test_what_a_crash_of_the_server_took_is_sent_again(shop: str, undisturbed: Contents, label: str) -> None:
    before = form(shop)
    after = 30_000 if label == "public." else 0
    killed_fill(shop, label, after=after, unlogged=True, **OPTIONS)
    lost = ask(shop, 'SELECT schema, "table" FROM schema_designer_fill.unlogged WHERE "table" <> \'events_old\'')
    assert ("public", "orders") in lost
    with psycopg.connect(shop) as connection:
        for name in lost:  # one leaf of events keeps its rows
            connection.execute(sql.SQL("TRUNCATE ONLY {}").format(sql.Identifier(*name)))
    fill(shop, unlogged=True, **OPTIONS)
    assert contents(shop) == undisturbed
    assert form(shop) == before


def test_rows_that_come_while_old_ones_are_kept_are_kept_as_well(clean_url: str) -> None:
    create(clean_url, "CREATE TABLE a (name text NOT NULL); INSERT INTO a VALUES ('old')")
    cancel = threading.Event()

    def progress(_done: int, _total: int, label: str) -> None:
        if label == "statistics":
            cancel.set()

    def filled() -> None:
        with pytest.raises(Cancelled):
            fill(clean_url, mode="replace", resumable=True, progress=progress, cancel=cancel)

    with psycopg.connect(clean_url) as connection:
        connection.execute("INSERT INTO a VALUES ('late')")
        filling = threading.Thread(target=filled)
        filling.start()
        waiting = """
            SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database
            WHERE d.datname = current_database() AND NOT l.granted
        """
        while filling.is_alive() and not ask(clean_url, waiting):
            time.sleep(0.02)
        connection.commit()
    filling.join()
    assert ask(clean_url, "SELECT name FROM a ORDER BY 1") == [("late",), ("old",)]


def test_journals_of_others_and_of_other_versions_are_refused(shop: str) -> None:
    killed_fill(shop, "public.", after=30_000, **OPTIONS)
    create(shop, "UPDATE schema_designer_fill.job SET format = 3; ALTER TABLE schema_designer_fill.job DROP asked")
    with pytest.raises(SamplePlanError, match="another version"):
        fill(shop, **OPTIONS)
    name = psycopg.conninfo.conninfo_to_dict(shop)["dbname"]
    role = sql.Identifier(f"{name}_owner")
    with psycopg.connect(shop, autocommit=True) as connection:
        for statement in (
            "CREATE ROLE {role}",
            "ALTER SCHEMA schema_designer_fill OWNER TO {role}",
            "ALTER DATABASE {name} OWNER TO {role}",
        ):
            connection.execute(sql.SQL(statement).format(role=role, name=sql.Identifier(name)))
    with pytest.raises(SamplePlanError, match="is under way here, or somebody has made"):
        abandon(shop)  # what an owner wrote there would run as a superuser
    with psycopg.connect(shop, autocommit=True) as connection:
        connection.execute(sql.SQL("REASSIGN OWNED BY {0} TO CURRENT_USER; DROP ROLE {0}").format(role))
