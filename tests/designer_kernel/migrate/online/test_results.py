"""Plans in stages have the same result as those in one transaction, and no step of them keeps others waiting."""

from __future__ import annotations

import pytest

from designer_kernel.migrate.prove import prove
from tests.designer_kernel.catalog.databases import FreshUrl
from tests.designer_kernel.migrate.databases import read
from tests.designer_kernel.migrate.online.scenes import scene

CHANGES = {
    "indexes": """
        CREATE INDEX visits_note ON s.visits (lower(note), person DESC) INCLUDE (at) WHERE note <> 'x';
        DROP INDEX s.people_name;
        CREATE UNIQUE INDEX people_name ON s.people (name, age); COMMENT ON INDEX s.people_name IS 'by name';
        ALTER TABLE s.people ADD born date; CREATE INDEX people_born ON s.people (born);
        CREATE INDEX log_both ON s.log (upper(kind), person);
        DROP INDEX s.log_kind; CREATE INDEX log_kind ON s.log (kind DESC)""",
    "keys": """
        ALTER TABLE s.people ADD CONSTRAINT one_name UNIQUE (name) INCLUDE (age);
        ALTER TABLE s.people ADD mail text UNIQUE; COMMENT ON CONSTRAINT people_mail_key ON s.people IS 'x';
        ALTER TABLE s.loose ADD PRIMARY KEY (a), ADD UNIQUE (b, a) DEFERRABLE INITIALLY DEFERRED;
        ALTER TABLE s.visits DROP CONSTRAINT visits_pkey; ALTER TABLE s.visits ADD PRIMARY KEY (at, person);
        ALTER TABLE s.log ADD CONSTRAINT log_once UNIQUE (at, id)""",
    "keys-of-partitions": """
        ALTER TABLE s.log ADD PRIMARY KEY (id, at);
        ALTER TABLE s.people ADD UNIQUE (name);
        ALTER TABLE s.loose ADD c text REFERENCES s.people (name)""",
    "checks": """
        ALTER TABLE s.people ADD CONSTRAINT grown CHECK (age > 0); COMMENT ON CONSTRAINT grown ON s.people IS 'y';
        ALTER TABLE s.log ADD CONSTRAINT known CHECK (kind <> '');
        ALTER TABLE s.visits ADD FOREIGN KEY (person) REFERENCES s.people ON DELETE CASCADE;
        ALTER TABLE s.log ADD FOREIGN KEY (person) REFERENCES s.people""",
    "not-null": """
        ALTER TABLE s.people ALTER name SET NOT NULL, ALTER age SET NOT NULL;
        ALTER TABLE s.log ALTER kind SET NOT NULL;
        ALTER TABLE s.loose ALTER a SET NOT NULL, ADD UNIQUE (a), REPLICA IDENTITY FULL""",
    "drawn": """
        ALTER TABLE s.people ADD token uuid NOT NULL DEFAULT gen_random_uuid();
        ALTER TABLE s.visits ADD token uuid NOT NULL DEFAULT gen_random_uuid() UNIQUE;
        ALTER TABLE s.loose ADD token uuid DEFAULT gen_random_uuid();
        ALTER TABLE s.log ADD token uuid DEFAULT gen_random_uuid() CHECK (token IS NOT NULL)""",
    "detached": "ALTER TABLE s.log DETACH PARTITION s.log_1; DROP INDEX s.people_name",
    "several": """
        CREATE INDEX visits_note ON s.visits (note); ALTER TABLE s.people ADD CHECK (age < 200);
        ALTER TABLE s.visits ALTER note SET NOT NULL; ALTER TABLE s.loose ADD c int;
        CREATE OR REPLACE VIEW s.named AS SELECT id, name, age FROM s.people; DROP INDEX s.people_name""",
}
OLDER = ("keys", "keys-of-partitions", "checks", "not-null", "drawn", "detached")


POINTED_AT = """
    CREATE UNIQUE INDEX one_name ON s.people (name);
    ALTER TABLE s.loose ADD c text REFERENCES s.people (name);
"""


def _there_and_back(fresh: FreshUrl, change: str) -> None:
    found = scene(fresh, change)
    assert found.slow == []
    proof = prove(found.plan, found.before, found.after, found.rehearsal)
    assert [(check.name, check.found) for check in proof.checks if not check.holds] == []
    found.go(found.plan.up)
    assert found.is_after()


@pytest.mark.parametrize("name", CHANGES)
def test_a_plan_in_stages_proves_and_works_with_rows(name: str, fresh_url: FreshUrl) -> None:
    _there_and_back(fresh_url, CHANGES[name])


@pytest.mark.older
@pytest.mark.parametrize("name", OLDER)
def test_the_same_on_an_older_server(name: str, fresh_older_url: FreshUrl) -> None:
    _there_and_back(fresh_older_url, CHANGES[name])


def test_a_changed_index_that_a_foreign_key_needs(fresh_url: FreshUrl) -> None:
    change = """
        ALTER TABLE s.loose DROP CONSTRAINT loose_c_fkey; DROP INDEX s.one_name;
        CREATE UNIQUE INDEX one_name ON s.people (name) INCLUDE (age);
        ALTER TABLE s.loose ADD CONSTRAINT loose_c_fkey FOREIGN KEY (c) REFERENCES s.people (name)"""
    found = scene(fresh_url, change, first=POINTED_AT)
    found.go(found.plan.up)
    assert found.is_after()
    found.go(found.plan.down)
    assert read(found.url) == found.before
