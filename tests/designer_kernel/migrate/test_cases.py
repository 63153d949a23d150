"""A folder for each kind of fact and for each hazard: two states, and the steps from the one to the other.

``cases/KIND/NAME`` holds ``before.sql``, ``after.sql`` and ``expected.yaml``: the titles of the steps up and down, in
their order, and the hazards of the way up; under ``older`` what is other than that on servers before 17. A first line
``-- needs: 18`` names the oldest server that has what is in them.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import yaml
from psycopg import sql

from designer_kernel.catalog import canonical
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds import kinds_by_name
from designer_kernel.catalog.render import Statement
from designer_kernel.catalog.render import script as render
from designer_kernel.migrate.hazards import HAZARDS
from designer_kernel.migrate.plan import plan
from designer_kernel.migrate.rehearsal import prepare, read_like
from designer_kernel.migrate.steps import Plan
from designer_kernel.postgres.introspect import introspect
from designer_kernel.postgres.script import run
from designer_kernel.postgres.server import EmbeddedServer

HERE = Path(__file__).parent / "cases"
CASES = sorted(path.parent.relative_to(HERE).as_posix() for path in HERE.glob("*/*/before.sql"))
ELSEWHERE = {
    "security_label": "only a server that has loaded a provider of labels has them",
    "table_tablespace": "a tablespace belongs to the server, and cannot be made in a transaction",
}
"""Kinds without a folder, and why."""


class Stage:
    """An empty database where states come and go: nothing outlives the transaction that it was made in."""

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.version = connection.info.server_version // 10000
        self._known: dict[tuple[str, tuple[str, ...]], Catalog] = {}
        if self.version >= 17:
            connection.execute("SET event_triggers = off")
            connection.commit()

    def state(self, script: str, *, owners: bool) -> Catalog:
        """Return what a script makes."""
        with self.connection.transaction(force_rollback=True):
            self.connection.execute(script.encode())
            return introspect(self.connection, owners=owners)

    def __call__(self, catalog: Catalog, statements: tuple[str, ...]) -> Catalog:
        """Return what a catalog is after statements."""
        key = (canonical.content_hash(catalog), statements)
        if key not in self._known:
            with self.connection.transaction(force_rollback=True):
                run(self.connection, render(catalog))
                prepare(self.connection)
                run(self.connection, [Statement(text) for text in statements])
                self._known[key] = read_like(self.connection, catalog)
        return self._known[key]

    def planned(self, before: str, after: str) -> Plan:
        """Return the plan between the states that two scripts make."""
        owners = "OWNER TO" in before + after
        states = (self.state(script, owners=owners) for script in (before, after))
        return plan(*states, version=self.version, shadow=self)


def _scripts(case: str) -> tuple[str, str]:
    return (HERE / case / "before.sql").read_text(), (HERE / case / "after.sql").read_text()


def _oldest(case: str) -> int:
    found = re.match(r"-- needs: (\d+)", _scripts(case)[0])
    return int(found[1]) if found else 14


def _told(made: Plan) -> dict[str, list[str]]:
    return {
        "up": [step.title for step in made.up],
        "down": [step.title for step in made.down],
        "hazards": sorted({f"{hazard.name}: {hazard.on}" for step in made.up for hazard in step.hazards}),
    }


def _expected(case: str, *, older: bool = False) -> dict[str, list[str]]:
    document = yaml.safe_load((HERE / case / "expected.yaml").read_text())
    other = document.pop("older", {})
    return document | (other if older else {})


def test_every_kind_and_every_hazard_has_a_folder() -> None:
    named = {case.split("/")[0] for case in CASES}
    assert named == (kinds_by_name().keys() | HAZARDS.keys()) - ELSEWHERE.keys()


@pytest.fixture(scope="module")
def stage(server: EmbeddedServer) -> Iterator[Stage]:
    """A database of the newest server."""
    name = f"cases_{os.getpid()}"
    with psycopg.connect(server.ensure_database(name)) as connection:
        yield Stage(connection)
    server.drop_database(name)


@pytest.fixture(scope="module")
def older_stage(older_server: str) -> Iterator[Stage]:
    """A database of the older server."""
    name = sql.Identifier(f"cases_{os.getpid()}")
    with psycopg.connect(older_server, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(name))
        with psycopg.connect(older_server.replace("/postgres?", f"/cases_{os.getpid()}?")) as connection:
            yield Stage(connection)
        admin.execute(sql.SQL("DROP DATABASE {}").format(name))


@pytest.mark.parametrize("case", CASES)
def test_the_steps_are_those_that_are_expected(case: str, stage: Stage) -> None:
    assert _told(stage.planned(*_scripts(case))) == _expected(case)


@pytest.mark.older
@pytest.mark.parametrize("case", [case for case in CASES if _oldest(case) <= 15][::3])
def test_and_on_an_older_server(case: str, older_stage: Stage) -> None:
    if older_stage.version < _oldest(case):
        pytest.skip(f"PostgreSQL {older_stage.version} has no such thing; {_oldest(case)} has")
    assert _told(older_stage.planned(*_scripts(case))) == _expected(case, older=True)
