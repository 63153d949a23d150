"""Two states of a small database with rows, the plan between them that lets others work, and how it is carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.migrate.effects import LockMode
from designer_kernel.migrate.judge import dump
from designer_kernel.migrate.online import online
from designer_kernel.migrate.plan import Hints, plan
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.migrate.running import run_steps
from designer_kernel.migrate.steps import Plan, Step
from designer_kernel.postgres.connection import connect
from tests.designer_kernel.catalog.databases import FreshUrl, load
from tests.designer_kernel.migrate.databases import read, version

BASE = """
    CREATE SCHEMA s;
    CREATE TABLE s.people (id int PRIMARY KEY, name text, age int, town text);
    CREATE TABLE s.visits (person int, at date, note text, PRIMARY KEY (person, at));
    CREATE TABLE s.loose (a int, b text);
    CREATE INDEX people_name ON s.people (name);
    CREATE TABLE s.log (id int NOT NULL, at date NOT NULL, person int, kind text) PARTITION BY RANGE (at);
    CREATE TABLE s.log_1 PARTITION OF s.log FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
    CREATE TABLE s.log_2 PARTITION OF s.log FOR VALUES FROM ('2025-01-01') TO ('2026-01-01');
    CREATE INDEX log_kind ON s.log (kind);
    CREATE VIEW s.named AS SELECT id, name FROM s.people;
"""
ROWS = """
    INSERT INTO s.people SELECT i, 'n' || i, i, 't' FROM generate_series(1, 40) i;
    INSERT INTO s.visits SELECT i, date '2024-01-01' + j, 'v' FROM generate_series(1, 9) i, generate_series(1, 5) j;
    INSERT INTO s.loose SELECT i, 'b' FROM generate_series(1, 40) i;
    INSERT INTO s.log SELECT i, date '2024-06-01' + i * 10, 1 + i % 40, 'k' FROM generate_series(1, 50) i;
"""
LONG = {"rewrite", "long_lock", "index_build"}
"""Hazards of steps that keep others waiting for long."""


@dataclass(frozen=True)
class Scene:
    """Where a plan is carried out, and what it is between; the other state is in a database of its own."""

    url: str
    other: str
    before: Catalog
    after: Catalog
    plan: Plan
    rehearsal: Rehearsal

    @property
    def slow(self) -> list[str]:
        """The steps, either way, that keep others waiting for long."""
        return [_told(step) for step in (*self.plan.up, *self.plan.down) if _is_slow(step)]

    def go(self, steps: tuple[Step, ...]) -> None:
        """Carry out steps."""
        with connect(self.url, autocommit=True) as connection:
            run_steps(connection, steps)

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """Return what a query gives."""
        with psycopg.connect(self.url) as connection:
            return connection.execute(query.encode()).fetchall()

    def run(self, script: str) -> None:
        """Change what is there."""
        with psycopg.connect(self.url) as connection:
            connection.execute(script.encode())

    def is_after(self) -> bool:
        """Whether the database is what was meant, by us and by pg_dump."""
        with psycopg.connect(self.url) as here, psycopg.connect(self.other) as there:
            return read(self.url) == self.after and dump(here.info) == dump(there.info)


def scene(
    fresh: FreshUrl, change: str, *, first: str = "", rows: str = ROWS, fill: Mapping[ObjectId, str] | None = None
) -> Scene:
    """Return the small database, with what a first script adds to it, on its way to what a second one makes of it."""
    url, other = fresh(), fresh()
    for each, scripts in ((url, (BASE, first)), (other, (BASE, first, change))):
        for script in scripts:
            load(each, script)
    before, after, rehearsal = read(url), read(other), Rehearsal(url)
    way = plan(before, after, version=version(url), shadow=rehearsal, hints=Hints(fill=fill or {}))
    load(url, rows)
    return Scene(url, other, before, after, online(way, before, after), rehearsal)


def _is_slow(step: Step) -> bool:
    is_long = any(hazard.name in LONG for hazard in step.hazards)
    return is_long or any(e.scans and e.lock > LockMode.SHARE_UPDATE_EXCLUSIVE for e in step.effects)


def _told(step: Step) -> str:
    return f"{step.title}: {'; '.join(step.statements)}"
