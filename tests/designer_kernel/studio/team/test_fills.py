"""Sample data for what is deployed of a project: all rows or none, by code that keeps the workspace's rights."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, text, update

from designer_kernel.errors import Cancelled, DesignerError, SamplePlanError
from designer_kernel.store.tables.audits import Audit
from designer_kernel.store.tables.sample_jobs import SampleJob
from designer_kernel.studio.team import fills, rows, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.fills import FillView
from designer_kernel.studio.team.refusals import AlreadyThere, BadInput
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.studio.team.conftest import registered
from tests.designer_kernel.studio.team.rooms import ATTACK, deployed, project

SHOP = """
format: 1
name: shop
entities:
  - name: people
    attributes:
      - {name: id, data_type: bigint, is_nullable: false, is_primary_key: true, identity: ALWAYS}
      - {name: email, data_type: text, is_nullable: false, is_unique: true}
      - {name: boss_id, data_type: bigint}
      - {name: team_id, data_type: bigint}
      - {name: level, data_type: integer, is_nullable: false}
    checks:
      - {name: level_fits, expression: "fits(level)"}
    triggers:
      - {name: refuse, timing: BEFORE, events: [INSERT], function: refuse}
  - name: teams
    attributes:
      - {name: id, data_type: bigint, is_nullable: false, is_primary_key: true, identity: BY DEFAULT}
      - {name: lead_id, data_type: bigint, is_nullable: false}
functions:
  - name: fits
    definition: |
      CREATE FUNCTION fits(level integer) RETURNS boolean LANGUAGE plpgsql AS $$
      BEGIN
        RETURN current_user LIKE 'sd\\_w\\_%' AND level % 7 = 3;
      END $$
  - name: refuse
    definition: |
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        RAISE EXCEPTION 'no rows here';
      END $$
relationships:
  - {source_entity: people, target_entity: people, target_attributes: [boss_id], source_cardinality: "0..1"}
  - {source_entity: teams, target_entity: people, target_attributes: [team_id], source_cardinality: "0..1"}
  - {source_entity: people, target_entity: teams, target_attributes: [lead_id]}
"""
"""Two tables that refer to each other, a check that only the server can judge, and a trigger that lets no row in."""


HIDING = """
format: 1
name: diary
entities:
  - name: notes
    row_security: FORCED
    attributes:
      - {name: id, data_type: bigint, is_nullable: false, is_primary_key: true, identity: BY DEFAULT}
"""
"""A table without a policy: it shows no row, not even to its owner."""


def ask(team: Team, actor: Actor, place: UUID, **config: Any) -> UUID:
    """Ask for a fill, and take it."""
    made = team.do(actor, fills.begin, place, config)
    assert made.status == "pending"
    assert team.do(actor, fills.take, made.id)
    return made.id


def filled(team: Team, actor: Actor, place: UUID, **config: Any) -> FillView:
    return team.do(actor, fills.run, ask(team, actor, place, **config))


def count(team: Team, actor: Actor, place: UUID, table: str) -> int:
    return len(team.do(actor, rows.query, place, table, limit=1000).rows)


@pytest.fixture
def shop(team: Team, ada: Actor) -> UUID:
    return deployed(team, ada, SHOP)


@pytest.mark.parametrize("kind", ["team", pytest.param("older_team", marks=pytest.mark.older)])
def test_all_rows_are_there_and_the_room_is_as_it_was(request: pytest.FixtureRequest, kind: str) -> None:
    team: Team = request.getfixturevalue(kind)
    ada = registered(team, "ada")
    shop = deployed(team, ada, SHOP)
    done = filled(team, ada, shop, rows={"people": 30, "teams": 4}, seed=7)
    assert (done.status, done.counts, done.rows) == ("completed", {"people": 30, "teams": 4}, 34)
    assert done.completed_at is not None
    found = team.do(ada, rows.query, shop, "people", limit=100).rows
    assert len(found) == 30
    assert {row.values["level"] % 7 for row in found} == {3}
    assert not [name for name in done.notes if "sd_p_" in name]
    with pytest.raises(DesignerError, match="no rows here"):  # the trigger is back
        team.do(ada, rows.insert, shop, "people", [{"email": "x@example.org", "level": 3}])
    with pytest.raises(BadInput):  # and so are the keys
        team.do(ada, rows.insert, shop, "teams", [{"lead_id": 10_000}])
    lead = found[0].values["id"]
    made = team.do(ada, rows.insert, shop, "teams", [{"lead_id": lead}])
    assert made[0].values["id"] == 6  # the sequence goes on behind the last; one number was drawn in vain


def test_rows_that_are_there_are_replaced_only_if_that_is_said(team: Team, ada: Actor, shop: UUID) -> None:
    filled(team, ada, shop, rows={"people": 10, "teams": 2})
    again = ask(team, ada, shop, rows={"people": 5, "teams": 2})
    with pytest.raises(SamplePlanError, match="holds rows already"):
        team.do(ada, fills.run, again)
    told = team.do(ada, fills.fail, again, "there are rows")
    assert (told.status, told.error) == ("failed", "there are rows")
    assert count(team, ada, shop, "people") == 10
    assert filled(team, ada, shop, rows={"people": 5, "teams": 2}, mode="replace").rows == 7
    assert count(team, ada, shop, "people") == 5


def test_rows_that_row_security_hides_are_rows(team: Team, ada: Actor) -> None:
    place = deployed(team, ada, HIDING)
    assert filled(team, ada, place, rows={"notes": 3}).rows == 3
    with pytest.raises(SamplePlanError, match="holds rows already"):
        filled(team, ada, place, rows={"notes": 3})


def test_a_fill_that_is_cancelled_leaves_all_as_it_was(team: Team, ada: Actor, shop: UUID) -> None:
    filled(team, ada, shop, rows={"people": 10, "teams": 4})
    fill = ask(team, ada, shop, rows={"people": 5, "teams": 2}, mode="replace")

    def cancelling(table: str, done: int) -> None:
        if done:
            team.do(ada, fills.cancel, fill)

    with pytest.raises(Cancelled):
        team.do(ada, fills.run, fill, cancelling)
    assert team.do(ada, fills.fail, fill, "", is_cancelled=True).status == "cancelled"
    assert (count(team, ada, shop, "people"), count(team, ada, shop, "teams")) == (10, 4)
    lead = team.do(ada, rows.query, shop, "people", limit=1).rows[0].values["id"]
    assert team.do(ada, rows.insert, shop, "teams", [{"lead_id": lead}])[0].values["id"] == 5  # no number comes twice
    assert team.do(ada, fills.beat, fill, {}, None) is False


def test_a_fill_whose_end_nobody_heard_of_is_not_told_to_have_failed(team: Team, ada: Actor, shop: UUID) -> None:
    done = filled(team, ada, shop, rows={"people": 3, "teams": 1})
    assert team.do(ada, fills.fail, done.id, "the server went away") == done
    with team.store.transaction() as session:
        assert set(session.scalars(select(Audit.result).where(Audit.action == "project.fill"))) == {"ok"}


def test_one_fill_at_a_time_and_silence_ends_it(team: Team, ada: Actor, shop: UUID) -> None:
    first = ask(team, ada, shop)
    assert not team.do(ada, fills.take, first)  # nobody takes it twice
    with pytest.raises(AlreadyThere):
        team.do(ada, fills.begin, shop, {})
    with team.store.engine.begin() as connection:
        connection.execute(update(SampleJob).values(beat_at=text("clock_timestamp() - interval '2 minutes'")))
    assert team.do(ada, fills.show, first).status == "failed"
    second = team.do(ada, fills.begin, shop, {})
    assert [one.status for one in team.do(ada, fills.of_project, shop)] == ["pending", "failed"]
    assert team.do(ada, fills.cancel, second.id).status == "cancelled"
    assert not team.do(ada, fills.take, second.id)


@pytest.mark.parametrize(
    "config",
    [
        {"mode": "append"},
        {"rows": {"people": 1_000_000}},
        {"until": "tomorrow"},
        {"hints": {"tables": {"people": {"rows": "many"}}}},
        {"hints": {"colour": "red"}},
        {"hints": {"tables": {"people": {"columns": {"email": {"provider": "lorem", "most": 1_000_000}}}}}},
        {"hints": {"tables": {"people": {"columns": {"email": {"provider": "choice", "values": ["x" * 20_000]}}}}}},
        {"hints": {"rules": [{"columns": "*", "provider": "lorem", "most": 1_000_000}]}},
    ],
)
def test_what_cannot_be_meant_is_refused_at_once(team: Team, ada: Actor, shop: UUID, config: dict[str, Any]) -> None:
    with pytest.raises((BadInput, SamplePlanError)):
        team.do(ada, fills.begin, shop, config)


def test_too_many_rows_are_refused_before_any_is_made(team: Team, ada: Actor, shop: UUID) -> None:
    fill = ask(team, ada, shop, scale=500.0)
    with pytest.raises(BadInput, match="100,000 at most"):
        team.do(ada, fills.run, fill)


def test_nothing_is_filled_that_is_not_deployed(team: Team, ada: Actor) -> None:
    place = project(team, ada, team.do(ada, workspaces.create, "room").id, SHOP)
    with pytest.raises(DesignerError, match="deployed"):
        team.do(ada, fills.begin, place, {})


def test_triggers_that_are_to_run_keep_the_role_of_the_workspace(team: Team, ada: Actor) -> None:
    place = deployed(team, ada, ATTACK)
    hints = {"tables": {"attempts": {"columns": {"code": {"provider": "choice", "values": ["RESET ROLE"]}}}}}
    filled(team, ada, place, rows={"attempts": 3}, hints=hints, run_triggers=True)
    outcomes = {row.values["outcome"][:5] for row in team.do(ada, rows.query, place, "attempts").rows}
    assert outcomes == {"42501"}
