"""What tests of applying do with real servers: targets as copies of one another, small migrations, other sessions."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import count

import psycopg

from designer_kernel.catalog import canonical
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.plan import plan
from designer_kernel.migrate.prove import Check, Proof, prove
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.migrate.steps import Batch, Plan, Step
from designer_kernel.postgres import scratch
from designer_kernel.postgres.connection import APPLICATION
from designer_kernel.postgres.deploy import LOCK
from designer_kernel.postgres.introspect import introspect
from designer_kernel.postgres.target import OtherServer

BASE = (
    "CREATE SCHEMA shop",
    "CREATE TABLE shop.items (id integer PRIMARY KEY, qty integer NOT NULL DEFAULT 0, name text)",
    "CREATE TABLE shop.notes (id integer PRIMARY KEY, text text)",
    "CREATE TABLE shop.places (id integer PRIMARY KEY, town text)",
    "INSERT INTO shop.items SELECT i, 0, 'item ' || i FROM generate_series(1, 40) AS i",
    "INSERT INTO shop.notes SELECT i, 'note ' || i FROM generate_series(1, 5) AS i",
)
CHANGES = (
    "ALTER TABLE shop.notes ALTER text SET NOT NULL",
    "ALTER TABLE shop.items ADD COLUMN code text",
    "CREATE TABLE shop.tags (id integer PRIMARY KEY, name text)",
    "CREATE INDEX places_town ON shop.places (town)",
)
_numbers = count(1)


class Targets:
    """Databases of one server that are copies of one another, and the migrations of the first."""

    def __init__(self, url: str) -> None:
        self.server = OtherServer(url)
        self._made: list[str] = []
        with psycopg.connect(url) as connection:
            self.version = connection.info.server_version // 10000
        self.rehearsal = Rehearsal(self.server)
        self.base = self.new()
        run(self.base, *BASE)

    def new(self, template: str = "template0") -> str:
        """Return the URL of a new database, a copy of another one whose URL is given."""
        name = f"target_{os.getpid()}_{next(_numbers)}"
        of = template if template == "template0" else psycopg.conninfo.conninfo_to_dict(template)["dbname"]
        with psycopg.connect(self.server.url(), autocommit=True) as connection:
            scratch.create(connection, name, template=str(of))
        self._made.append(name)
        return self.server.url(name)

    def copy(self) -> str:
        """Return the URL of a new copy of the first database."""
        return self.new(self.base)

    def changed(self, *changes: str) -> str:
        """Return the URL of a copy to which changes were made."""
        url = self.copy()
        run(url, *changes)
        return url

    def drop(self) -> None:
        """Drop all of them."""
        for name in self._made:
            self.server.drop_database(name)

    def migration(self, *changes: str, name: str = "first", since: str | None = None) -> Migration:
        """Return the migration from the first database, or another one, by some changes."""
        old = since or self.base
        new = self.new(old)
        run(new, *changes)
        before, after = read(old), read(new)
        made = Migration(name, plan(before, after, version=self.version, shadow=self.rehearsal), before, after)
        return by_hand(made)

    def proved(self, migration: Migration) -> Migration:
        """Return a migration with a proof of its own."""
        return migration.proved(prove(migration.plan, migration.before, migration.after, self.rehearsal))

    def in_stages(self) -> Migration:
        """Return a migration in stages: together, alone, in batches and together again.

        Its batches count, so that a batch that was done twice is seen. The way back is not all of it.
        """
        before, after = read(self.base), read(self.changed(*ONLINE))
        hashes = map(canonical.content_hash, (before, after))
        made = Migration("staged", Plan(self.version, *hashes, up=STEPS, down=BACK, mode="online"), before, after)
        return by_hand(made)


ONLINE = (
    "ALTER TABLE shop.items ADD COLUMN code text",
    "CREATE TABLE shop.tags (id integer PRIMARY KEY, name text)",
    "CREATE INDEX items_name ON shop.items (name)",
    "ALTER TABLE shop.items ADD CONSTRAINT positive CHECK (qty > 0) NOT VALID",
    "UPDATE shop.items SET qty = qty + 1",
    "ALTER TABLE shop.items VALIDATE CONSTRAINT positive",
    "COMMENT ON TABLE shop.items IS 'all of them'",
)
_CODE, _TAGS = ObjectId("column", ("shop", "items", "code")), ObjectId("relation", ("shop", "tags"))
_INDEX, _CHECK = ObjectId("index", ("shop", "items_name")), ObjectId("check", ("shop", "items", "positive"))
_ITEMS = ObjectId("relation", ("shop", "items"))
_FILL = "UPDATE shop.items SET qty = qty + 1 WHERE id BETWEEN ($1::jsonb ->> 0)::integer AND ($2::jsonb ->> 0)::integer"
_BOUNDS = (
    "SELECT jsonb_build_array(min(id))::text, CASE WHEN count(*) > 0 THEN jsonb_build_array(max(id))::text END FROM ("
    "SELECT id FROM shop.items WHERE $1::jsonb IS NULL OR id > ($1::jsonb ->> 0)::integer"
    " ORDER BY id LIMIT $2::bigint) AS batch"
)
_VALID = "SELECT EXISTS (SELECT FROM pg_index WHERE indexrelid = to_regclass('shop.items_name') AND indisvalid)"
STEPS = (
    Step("create", (_CODE,), ONLINE[:1]),
    Step("create", (_TAGS,), ONLINE[1:2]),
    Step(
        "create",
        (_INDEX,),
        ("CREATE INDEX CONCURRENTLY items_name ON shop.items (name)",),
        is_transactional=False,
        stage=1,
        settled=_VALID,
        clearing=("DROP INDEX CONCURRENTLY IF EXISTS shop.items_name",),
    ),
    Step("fill", (_ITEMS,), (_FILL,), is_transactional=False, stage=2, batch=Batch(_BOUNDS, 20)),
    Step("create", (_CHECK,), ONLINE[3:4], stage=3),
    Step("validate", (_CHECK,), ONLINE[5:6], stage=4),
    Step("create", (ObjectId("comment", ("table", "shop", "items")),), ONLINE[6:], stage=4),
)
BACK = (Step("drop", (_TAGS,), ("DROP TABLE shop.tags",)),)


def by_hand(migration: Migration, steps: Sequence[Step] | None = None) -> Migration:
    """Return a migration, with other steps if they are given, that somebody says he has proved."""
    made = migration if steps is None else replace(migration, plan=replace(migration.plan, up=tuple(steps)))
    return made.proved(Proof(made.plan.hash, (Check("looked at", holds=True),)))


def proof_of(migration: Migration) -> str:
    """Return the hash of a migration's proof."""
    assert migration.proof is not None
    return migration.proof.hash


def run(url: str, *statements: str) -> None:
    """Run statements, each by itself."""
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def rows(url: str, query: str) -> list[tuple[object, ...]]:
    """Return the rows of a query."""
    with psycopg.connect(url) as connection:
        return connection.execute(query.encode()).fetchall()


def read(url: str) -> Catalog:
    """Introspect a database without its owners."""
    with psycopg.connect(url) as connection:
        return introspect(connection)


def terminate(url: str) -> int:
    """End the sessions of whoever migrates a database, and return how many there were."""
    with psycopg.connect(url, application_name="other", autocommit=True) as connection:
        return connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND application_name = %s",
            [APPLICATION],
        ).rowcount


def wait_until_alone(url: str) -> None:
    """Wait until nobody migrates a database: the server has to notice that a process is gone."""
    with psycopg.connect(url, application_name="other", autocommit=True) as connection:
        for _ in range(200):
            if connection.execute("SELECT pg_try_advisory_lock(%s)", [LOCK]).fetchone() == (True,):
                return
            time.sleep(0.05)
    raise AssertionError("somebody still migrates")


@contextmanager
def session(url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Give another session, with an open transaction that is rolled back at the end."""
    with psycopg.connect(url, application_name="other") as connection:
        yield connection
        connection.rollback()
