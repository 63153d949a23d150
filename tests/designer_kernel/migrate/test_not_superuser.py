"""Migrating as a role that row security holds for: rows that it does not see are moved, too, or nothing is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import psycopg
import pytest

from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import StatementFailed
from designer_kernel.migrate.apply import apply
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.online import online
from designer_kernel.migrate.plan import Hints, plan
from designer_kernel.migrate.salvage import restore, salvaged, salvaging
from designer_kernel.postgres.connection import parse, to_url
from tests.designer_kernel.migrate.targets import Targets, by_hand, proof_of, read, rows, run

HIDDEN = (
    "CREATE SCHEMA own",
    "CREATE TABLE own.notes (id integer NOT NULL, tenant integer NOT NULL, text text)",
    "INSERT INTO own.notes SELECT i, i % 2, 'note ' || i FROM generate_series(1, 10) AS i",
    "CREATE TABLE own.days (day integer NOT NULL) PARTITION BY RANGE (day)",
    "CREATE TABLE own.early PARTITION OF own.days FOR VALUES FROM (0) TO (10)",
    "CREATE TABLE own.rest PARTITION OF own.days DEFAULT",
    "INSERT INTO own.days SELECT generate_series(1, 20)",
    *(
        f"ALTER TABLE own.{table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY"
        for table in ("notes", "days", "early", "rest")
    ),
    "CREATE POLICY tenant ON own.notes USING (tenant = current_setting('app.tenant', true)::integer)",
)
OWNED = ("SCHEMA own", *(f"TABLE own.{table}" for table in ("notes", "days", "early", "rest")))


@pytest.fixture(scope="module")
def role(embedded_targets: Targets) -> Iterator[str]:
    """A role that may make schemas, and is neither a superuser nor exempt from row security."""
    name = "powerless_owner"
    with psycopg.connect(embedded_targets.server.url(), autocommit=True) as connection:
        connection.execute("CREATE ROLE powerless_owner LOGIN")
    yield name
    embedded_targets.drop()
    with psycopg.connect(embedded_targets.server.url(), autocommit=True) as connection:
        connection.execute("DROP ROLE powerless_owner")


@pytest.fixture
def hidden(embedded_targets: Targets, role: str) -> str:
    """A database whose tables belong to the role and show it no row."""
    url = embedded_targets.new()
    database = str(parse(url)["dbname"])
    run(url, *HIDDEN, f"GRANT CREATE ON DATABASE {database} TO {role}")
    run(url, *(f"ALTER {what} OWNER TO {role}" for what in OWNED))
    return url


def owned(url: str, role: str) -> str:
    """Return the URL for the role."""
    return to_url(parse(url) | {"user": role})


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param(
            (
                "DROP TABLE own.notes",
                "CREATE TABLE own.notes (id int NOT NULL, tenant int NOT NULL, text text) PARTITION BY LIST (tenant)",
                "CREATE TABLE own.notes_all PARTITION OF own.notes DEFAULT",
                "ALTER TABLE own.notes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
                HIDDEN[-1],
            ),
            id="made anew",
        ),
        pytest.param(
            (
                "DROP TABLE own.early",
                "CREATE TABLE own.early PARTITION OF own.days FOR VALUES FROM (0) TO (5)",
                "ALTER TABLE own.early ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY",
            ),
            id="other bounds",
        ),
    ],
)
def test_rows_that_row_security_hides_go_over(
    embedded_targets: Targets, hidden: str, role: str, changes: tuple[str, ...]
) -> None:
    counted = "SELECT (SELECT count(*) FROM own.notes), (SELECT count(*) FROM own.days)"
    made = embedded_targets.proved(embedded_targets.migration(*changes, since=hidden))
    apply(made, owned(hidden, role), proof=proof_of(made))
    assert rows(hidden, counted) == [(10, 20)]
    forced = "SELECT count(*) FROM pg_class WHERE relnamespace = 'own'::regnamespace AND relforcerowsecurity"
    assert rows(hidden, forced) == [(4,)]
    back = by_hand(made.backwards())
    apply(back, owned(hidden, role), proof=proof_of(back))
    assert rows(hidden, counted) == [(10, 20)]


@pytest.mark.parametrize("is_online", [False, True])
def test_rows_that_row_security_hides_are_filled_or_nothing_is(
    embedded_targets: Targets, hidden: str, role: str, is_online: bool
) -> None:
    new = embedded_targets.new(hidden)
    run(new, "ALTER TABLE own.notes ADD COLUMN kind text")
    before, after = read(hidden), read(new)
    hints = Hints(fill={ObjectId("column", ("own", "notes", "kind")): "'plain'"})
    way = plan(before, after, version=embedded_targets.version, shadow=embedded_targets.rehearsal, hints=hints)
    made = Migration("fill", way, before, after)
    if is_online:
        made = by_hand(replace(made, plan=online(way, before, after)))
        assert sum(step.batch is not None for step in made.plan.up) == 1
        with pytest.raises(StatementFailed, match="row-level security"):
            apply(made, owned(hidden, role), proof=proof_of(made))
        return
    made = embedded_targets.proved(made)
    apply(made, owned(hidden, role), proof=proof_of(made))
    assert rows(hidden, "SELECT DISTINCT kind FROM own.notes") == [("plain",)]


def test_what_was_salvaged_of_hidden_rows_is_kept_and_comes_back_by_hand(
    embedded_targets: Targets, hidden: str, role: str
) -> None:
    made = embedded_targets.migration("ALTER TABLE own.notes DROP COLUMN text", since=hidden)
    made = by_hand(replace(made, plan=salvaging(made.plan, made.before, made.after)))
    apply(made, owned(hidden, role), proof=proof_of(made), allow=["own.notes.text"])
    run(hidden, "ALTER TABLE own.notes ADD COLUMN text text")
    with psycopg.connect(owned(hidden, role), autocommit=True) as connection:
        (kept,) = salvaged(connection)
        assert (kept.rows, restore(connection, kept.id)) == (10, 10)
    assert rows(hidden, "SELECT count(text) FROM own.notes") == [(10,)]
    forced = "SELECT relforcerowsecurity FROM pg_class WHERE oid = 'own.notes'::regclass"
    assert rows(hidden, forced) == [(True,)]
