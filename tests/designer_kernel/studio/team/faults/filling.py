"""A fill at work when something is killed: rows are asked for over HTTP, and made while nobody waits."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Final
from uuid import UUID

import httpx
import psycopg
from psycopg import sql
from sqlalchemy import func, select, text, update

from designer_kernel.design import document
from designer_kernel.store.engine import StoreUnavailable
from designer_kernel.store.tables.sample_jobs import SampleJob
from designer_kernel.studio.team import deploying, fills, projects, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.fills import FillView
from tests.designer_kernel.studio.team.faults.holding import Kept
from tests.designer_kernel.studio.team.faults.stage import Stage
from tests.designer_kernel.studio.team.faults.works import Work

DESIGN: Final = """
format: 1
name: shop
entities:
  - name: customers
    row_security: FORCED
    attributes:
      - {name: id, data_type: bigint, is_nullable: false, is_primary_key: true, identity: BY DEFAULT}
      - {name: email, data_type: text, is_nullable: false, is_unique: true}
      - {name: last_id, data_type: bigint}
  - name: orders
    attributes:
      - {name: id, data_type: bigint, is_nullable: false, is_primary_key: true, identity: ALWAYS}
      - {name: customer_id, data_type: bigint, is_nullable: false}
    triggers:
      - {name: look, timing: BEFORE, events: [INSERT], function: look}
relationships:
  - {source_entity: customers, target_entity: orders, target_attributes: [customer_id]}
  - {source_entity: orders, target_entity: customers, target_attributes: [last_id], source_cardinality: "0..1"}
functions:
  - name: look
    definition: |
      CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$
"""
"""All that is taken off for a fill and put back: keys that go in a circle, a trigger, forced row security."""

_TABLES: Final = ("customers", "orders")
_OVER: Final = frozenset({"completed", "failed", "cancelled"})
_PATIENCE: Final = 20.0
_QUIET: Final = 0.1


class Filling(Work):
    """A fill of tables that are empty, in the mode ``refuse``."""

    name = "fill"
    mode = "refuse"
    answers_first = True
    pace = 8

    def __init__(self, stage: Stage, actor: Actor) -> None:
        super().__init__(stage, actor)
        room = stage.team.do(actor, workspaces.create, "filling").id
        self.project = stage.team.do(actor, projects.create, room, design=document.read(DESIGN)).id
        stage.team.do(actor, deploying.deploy, self.project)
        view = stage.team.do(actor, projects.show, self.project)
        self.schema = deploying.room_of(view).schema
        self.emptied = 0
        """How often it had been done when its tables were emptied."""

    def prepare(self) -> None:
        self._name()
        tables = sql.SQL(", ").join(sql.Identifier(self.schema, table) for table in _TABLES)
        with psycopg.connect(self.stage.url) as connection:
            connection.execute(sql.SQL("TRUNCATE {}").format(tables))
        self.emptied = self.done()

    def _name(self) -> None:
        self.turn = next(self.turns)
        self.attempt = 0

    def ask(self) -> httpx.Response | None:
        """Ask for it, and wait for its end or for a fault."""
        answer = self._begin()
        if answer is not None and answer.is_success:
            self._wait(lambda: self.stage.middle.has_struck or self._is_over())
            self._wait(self._is_quiet)
        return answer

    def _begin(self) -> httpx.Response | None:
        number = self.turn % 5
        body = {"rows": {"customers": 3 + number, "orders": 6 - number}, "seed": self.turn, "mode": self.mode}
        return self.stage.post(f"/api/projects/{self.project}/fills", body, self._key)

    @property
    def _key(self) -> str:
        return f"{self.project}-{self.turn}-{self.attempt}"

    def done(self) -> int:
        with self.stage.team.store.transaction() as session:
            mine = (SampleJob.project_id == self.project, SampleJob.status == "completed")
            return session.scalar(select(func.count()).where(*mine)) or 0

    def changed(self, before: Kept, after: Kept) -> list[str]:
        """Return in what rooms differ: that something was asked for, the store tells at once."""
        return [one for one in after.unlike(before) if not one.startswith("designer.")]

    def settle(self, answer: httpx.Response | None) -> None:
        """Wait for the end of a fill whose API lives and has said that it will be done."""
        if self.stage.api is not None and answer is not None and answer.is_success:
            self._wait(self._is_over)

    def renew(self) -> None:
        """See to it that what has failed is told so, and will be asked for under another key."""
        view = self._view()
        if view is None or view.status in ("pending", "completed"):  # who asks again with the same key gets it
            return
        if view.status == "running":  # nobody is there any more; in a minute that is known
            assert self.stage.api is None
            self._be_silent(view.id)
            view = self._view()
            assert view is not None
        assert view.status == "failed"
        assert view.error
        self.stage.serve()
        again = self._begin()
        assert again is not None
        assert (again.status_code, again.json()["id"]) == (202, str(view.id)), "the same key gives the same answer"
        assert self._view() == view, "and does nothing"
        self.attempt += 1

    def check(self) -> None:
        """Assert that the rows are those of the last fill that was completed."""
        views = self.stage.team.do(self.actor, fills.of_project, self.project)
        completed = [view for view in views if view.status == "completed"]
        wanted = completed[0].counts if self.done() > self.emptied else dict.fromkeys(_TABLES, 0)
        with psycopg.connect(self.stage.url) as connection:
            for table in _TABLES:
                query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(self.schema, table))
                assert connection.execute(query).fetchone() == (wanted[table],)

    def _view(self) -> FillView | None:
        """Return what is told of this turn's fill, if there is one."""
        with self.stage.team.store.transaction() as session:
            mine = (SampleJob.project_id == self.project, text("config ->> 'seed' = :turn"))
            newest = select(SampleJob.id).where(*mine).order_by(SampleJob.id.desc()).limit(1)
            key: UUID | None = session.scalar(newest, {"turn": str(self.turn)})
        return None if key is None else self.stage.team.do(self.actor, fills.show, key)

    def _be_silent(self, fill: UUID) -> None:
        """Let the minute go by after which nobody works on a fill any more."""
        with self.stage.team.store.transaction() as session:
            past = func.clock_timestamp() - fills.SILENCE * 1.1
            session.execute(update(SampleJob).where(SampleJob.id == fill).values(beat_at=past))

    def _is_over(self) -> bool:
        view = self._view()
        return view is not None and view.status in _OVER

    def _is_quiet(self) -> bool:
        """Whether nothing more is asked of the server: what follows the end may be struck, too."""
        before = self.stage.middle.passed
        if not self.stage.middle.is_aimed:
            return True
        time.sleep(_QUIET)
        return not self.stage.middle.is_aimed or self.stage.middle.passed == before

    def _wait(self, until: Callable[[], bool]) -> None:
        end = time.monotonic() + _PATIENCE
        while True:
            with suppress(StoreUnavailable):
                if until():
                    return
            assert time.monotonic() < end, self.stage.log.read_text()[-3000:]
            time.sleep(0.02)


class Replacing(Filling):
    """A fill that replaces the rows that are there."""

    name = "refill"
    mode = "replace"

    def prepare(self) -> None:
        self._name()
