"""Between two stages nothing is away that is there before and after, and each stage locks little."""

from __future__ import annotations

import pytest

from designer_kernel.migrate.effects import LockMode
from designer_kernel.migrate.running import run_steps
from designer_kernel.migrate.steps import Plan, stages
from designer_kernel.postgres.connection import connect
from tests.designer_kernel.catalog.databases import FreshUrl
from tests.designer_kernel.migrate.online.scenes import scene

VIEWS = """
    CREATE VIEW s.aged AS SELECT id, age FROM s.people WHERE age > 1;
    CREATE VIEW s.twice AS SELECT age * 2 AS age FROM s.aged;
    DO $$BEGIN
        IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'stage_reader') THEN CREATE ROLE stage_reader; END IF;
    END$$;
    GRANT SELECT ON s.twice TO stage_reader;
    COMMENT ON VIEW s.twice IS 'twice';
"""


def test_views_are_there_after_each_stage(fresh_url: FreshUrl) -> None:
    found = scene(
        fresh_url,
        "DROP VIEW s.twice; DROP VIEW s.aged; ALTER TABLE s.people ALTER age TYPE bigint;"
        "CREATE INDEX towns ON s.people (town); ALTER TABLE s.people ADD CHECK (age > 0), ADD UNIQUE (name);"
        "ALTER TABLE s.visits ALTER note SET NOT NULL;" + VIEWS,
        first=VIEWS,
    )
    asked = "SELECT count(*), has_table_privilege('stage_reader', 's.twice', 'SELECT') FROM s.twice"
    assert len(stages(found.plan.up)) > 4
    with connect(found.url, autocommit=True) as connection:
        for stage in stages(found.plan.up):
            run_steps(connection, stage)
            assert found.ask(asked) == [(39, True)]
    assert found.is_after()


def test_a_stage_locks_one_table_where_order_allows_it(fresh_url: FreshUrl) -> None:
    found = scene(
        fresh_url,
        "ALTER TABLE s.people ADD a int, ADD b int; ALTER TABLE s.visits ADD c int; ALTER TABLE s.loose ADD d int",
    )
    locked = [
        {effect.relation[1] for step in stage for effect in step.effects if effect.lock >= LockMode.SHARE}
        for stage in stages(found.plan.up)
    ]
    assert sorted(map(sorted, locked)) == [["loose"], ["people"], ["visits"]]


def test_steps_outside_of_transactions_have_stages_of_their_own(fresh_url: FreshUrl) -> None:
    found = scene(
        fresh_url, "CREATE INDEX a ON s.people (age); CREATE INDEX b ON s.loose (b); DROP INDEX s.people_name"
    )
    for steps in (found.plan.up, found.plan.down):
        assert [len(stage) for stage in stages(steps)] == [1, 1, 1]
        assert not any(step.is_transactional for step in steps)
        assert all(step.settled for step in steps)


def test_a_plan_in_stages_is_a_document(fresh_url: FreshUrl) -> None:
    found = scene(fresh_url, "ALTER TABLE s.people ADD token uuid NOT NULL DEFAULT gen_random_uuid()")
    read = Plan.from_dict(found.plan.as_dict())
    assert (read, read.hash, read.mode) == (found.plan, found.plan.hash, "online")
    assert any(step.batch is not None for step in read.up)


@pytest.mark.parametrize(("label", "place"), [("'lost'", ""), ("'first'", " BEFORE 'new'")])
def test_values_of_enums_come_first_and_alone(label: str, place: str, fresh_url: FreshUrl) -> None:
    states = "CREATE TYPE s.state AS ENUM ('new', 'done'); ALTER TABLE s.people ADD state s.state"
    found = scene(
        fresh_url, f"ALTER TABLE s.loose ADD c int; ALTER TYPE s.state ADD VALUE {label}{place}", first=states
    )
    first, *rest = stages(found.plan.up)
    assert [step.facts[0].kind for step in first] == ["type"]
    assert rest
    found.go(found.plan.up)
    assert found.is_after()
