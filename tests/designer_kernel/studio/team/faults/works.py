"""What is at work when something is killed: an edit, a first deploy, a later one, a rotation."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from itertools import count
from typing import Any, Final, LiteralString
from uuid import UUID

import httpx
import psycopg
from sqlalchemy import func, select

from designer_kernel.design import document, edits
from designer_kernel.design.attribute import Attribute
from designer_kernel.store.tables.connections import Connection, DataKey
from designer_kernel.store.tables.projects import Change, Migration
from designer_kernel.studio.team import connections, deploying, projects, workspaces
from designer_kernel.studio.team import edits as team_edits
from designer_kernel.studio.team.actor import Actor
from tests.designer_kernel.studio.team.faults import victims
from tests.designer_kernel.studio.team.faults.holding import Kept
from tests.designer_kernel.studio.team.faults.stage import Stage

DESIGN: Final = """
format: 1
name: shop
entities:
  - name: customers
    attributes:
      - {name: id, data_type: bigint, is_nullable: false, is_primary_key: true}
      - {name: email, data_type: text, is_nullable: false, is_unique: true}
  - name: orders
    attributes:
      - {name: id, data_type: bigint, is_nullable: false, is_primary_key: true, identity: ALWAYS}
      - {name: customer_id, data_type: bigint, is_nullable: false}
    triggers:
      - {name: look, timing: BEFORE, events: [INSERT], function: look}
relationships:
  - {source_entity: customers, target_entity: orders, target_attributes: [customer_id]}
functions:
  - name: look
    definition: |
      CREATE FUNCTION look() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$
"""

_SEEN: Final = 10
"""Of many turns, each so many is looked at more closely, which takes as long as a deployment."""


class Work(ABC):
    """Something that is done to a store, and may be asked for again."""

    name: str
    serves: bool = True
    """Whether it is the API that does it."""
    answers_first: bool = False
    """Whether who asks is answered before it is done."""
    pace: int = 1
    """After how many strikes it is done at last: what takes long is struck again when it is asked for again."""
    is_left: bool = False
    """Whether it was asked for, struck, and is still to be done."""

    def __init__(self, stage: Stage, actor: Actor) -> None:
        self.stage = stage
        self.actor = actor
        self.turns = count(1)

    @abstractmethod
    def prepare(self) -> None:
        """See to it that there is something to do, and name it."""

    @abstractmethod
    def ask(self) -> httpx.Response | None:
        """Ask for it; the same again does not do it twice. Nothing comes back from who dies."""

    @abstractmethod
    def done(self) -> int:
        """Return how often it was done, as the store tells."""

    def changed(self, before: Kept, after: Kept) -> list[str]:
        """Return what of that which is done as a whole, or not at all, has changed."""
        return after.unlike(before)

    def settle(self, answer: httpx.Response | None) -> None:  # noqa: B027 - most are over when they have answered
        """Wait until what goes on by itself has come to its end."""

    def renew(self) -> None:  # noqa: B027 - of most nothing is left when they failed
        """See to it that asking again does it, if it is known that what was asked for has failed."""

    @abstractmethod
    def check(self) -> None:
        """Assert what must hold whether it was done or not."""


class Editing(Work):
    """An edit over HTTP, with a key."""

    name = "edit"

    def __init__(self, stage: Stage, actor: Actor) -> None:
        super().__init__(stage, actor)
        room = stage.team.do(actor, workspaces.create, "drawing").id
        self.project = stage.team.do(actor, projects.create, room, design=document.read(DESIGN)).id

    def prepare(self) -> None:
        self.turn = next(self.turns)

    def ask(self) -> httpx.Response | None:
        body = {"name": f"entity_{self.turn}"}
        return self.stage.post(f"/api/projects/{self.project}/entities", body, f"{self.project}-{self.turn}")

    def done(self) -> int:
        with self.stage.team.store.transaction() as session:
            return session.scalar(select(func.count()).where(Change.project_id == self.project)) or 0

    def check(self) -> None:
        opened = self.stage.team.do(self.actor, projects.read, self.project)
        names = [entity.name for entity in opened.design.entities]
        assert len(names) == 2 + self.done() - 1
        if self.stage.api is not None:  # what it remembers is what there is, also if it did not hear of it
            seen = self.stage.get(f"/api/projects/{self.project}")
            assert (seen["revision"], [one["name"] for one in seen["entities"]]) == (opened.view.revision, names)


class Deploying(Work):
    """A deployment over HTTP, of a project that was deployed before and has been changed since."""

    name = "deploy"
    pace = 8

    def __init__(self, stage: Stage, actor: Actor) -> None:
        super().__init__(stage, actor)
        self.begin()
        stage.team.do(actor, deploying.deploy, self.project)

    def begin(self) -> None:
        """Make a project in a workspace of its own."""
        room = self.stage.team.do(self.actor, workspaces.create, "building").id
        self.project = self.stage.team.do(self.actor, projects.create, room, design=document.read(DESIGN)).id

    def prepare(self) -> None:
        turn = next(self.turns)
        self.turn = turn
        design = self.stage.team.do(self.actor, projects.read, self.project).design
        entity = design.find_entity("customers")
        assert entity is not None
        email = entity.attributes[1].id
        wanted: list[edits.Edit] = [
            edits.ChangeEntity(entity_id=entity.id, changes={"description": f"turn {turn}"}),
            edits.ChangeAttribute(
                entity_id=entity.id, attribute_id=email, changes={"default_value": f"'{turn}@example.org'"}
            ),
        ]
        if turn % 3 == 0:  # there may be many turns, but not so many columns
            found = next((one for one in entity.attributes if one.name.startswith("c")), None)
            added = Attribute(name=f"c{turn}", data_type="text")
            wanted.append(
                edits.AddAttribute(entity_id=entity.id, attribute=added)
                if found is None
                else edits.RenameAttribute(entity_id=entity.id, attribute_id=found.id, name=f"c{turn}")
            )
        for one in wanted:
            self.stage.team.do(self.actor, team_edits.apply, self.project, one)

    def ask(self) -> httpx.Response | None:
        return self.stage.post(f"/api/projects/{self.project}/deployments", {}, f"{self.project}-{self.turn}")

    def done(self) -> int:
        with self.stage.team.store.transaction() as session:
            return session.scalar(select(func.count()).where(Migration.project_id == self.project)) or 0

    def check(self) -> None:
        """Assert that what is recorded is what is there: nothing is left to do if and only if it says so."""
        records = self.stage.team.do(self.actor, deploying.deployments, self.project)
        revision = self.stage.team.do(self.actor, projects.show, self.project).revision
        is_recorded = bool(records) and records[0].to_revision == revision
        assert self._is_there() == is_recorded
        if is_recorded and (self.turn < _SEEN or self.turn % _SEEN == 0):
            assert not self.stage.team.do(self.actor, deploying.preview, self.project).statements

    def _is_there(self) -> bool:
        """Whether what this turn is about is deployed, as the server's own tables tell."""
        return self._told("SELECT obj_description(to_regclass(%s), 'pg_class')") == f"turn {self.turn}"

    def _told(self, query: LiteralString) -> object:
        """Return what the server tells of a table that is deployed."""
        view = self.stage.team.do(self.actor, projects.show, self.project)
        with psycopg.connect(self.stage.url) as connection:
            (found,) = connection.execute(query, [f"{deploying.room_of(view).schema}.customers"]).fetchone() or (None,)
        return found


class FirstDeploying(Deploying):
    """The first deployment of a workspace: it makes the role, its gate and the room as well."""

    name = "first-deploy"
    pace = 1  # the role and the gate stay, so who asks again comes by other places

    def __init__(self, stage: Stage, actor: Actor) -> None:
        Work.__init__(self, stage, actor)

    def prepare(self) -> None:
        self.begin()
        self.turn = next(self.turns)

    def _is_there(self) -> bool:
        return self._told("SELECT to_regclass(%s)::text") is not None


class Rotating(Work):
    """A rotation of five secrets in two workspaces, two in each transaction."""

    name = "rotation"
    serves = False

    def __init__(self, stage: Stage, actor: Actor) -> None:
        super().__init__(stage, actor)
        self.told = stage.directory / "rotation.json"
        rooms = [stage.team.do(actor, workspaces.create, name).id for name in ("one", "two")]
        self.uris: dict[UUID, str] = {}
        for number in range(5):
            uri = f"postgresql://u:c4nary{number}@1.1.1.1/d"
            self.uris[stage.team.do(actor, connections.add, rooms[number % 2], f"c{number}", uri).id] = uri

    def prepare(self) -> None:
        while self._is_half_done():
            assert self.ask() is not None

    def ask(self) -> httpx.Response | None:
        self.told.unlink(missing_ok=True)
        at_work = self.stage.other = victims.begun(victims.rotate, self.stage.way, self.stage.log, self.told)
        at_work.join()
        self.stage.other = None
        if not self.told.exists():
            return None
        told: dict[str, Any] = json.loads(self.told.read_text())
        assert (told["failed"], told["re_encrypted"] + told["skipped"]) == (0, 5)
        return httpx.Response(200, json=told)

    def done(self) -> int:
        """Return how many keys there were: one goes for each that comes, and what is half done is done later."""
        return 0

    def check(self) -> None:
        opened = {key: self.stage.team.do(self.actor, connections.opening, key) for key in self.uris}
        assert {key: one._address.uri().reveal() for key, one in opened.items()} == self.uris

    def is_whole(self) -> bool:
        """Whether all secrets are under the newest keys, and no other key is left."""
        with self.stage.team.store.transaction() as session:
            states = session.scalars(
                select(DataKey.state).join(Connection, Connection.key_id == DataKey.id, isouter=True)
            )
            return set(states) == {"active"}

    def _is_half_done(self) -> bool:
        return not self.is_whole()
