"""Whatever is renamed in a database, afterwards the design means exactly what it holds: deploying does nothing."""

from __future__ import annotations

import psycopg
import pytest

from designer_kernel import templates
from designer_kernel.catalog import render
from designer_kernel.catalog.compare import differences
from designer_kernel.design import Design
from designer_kernel.design.lift import lift
from designer_kernel.design.lower import lower
from designer_kernel.design.refresh import Refresh
from designer_kernel.design.values import RelationshipType
from designer_kernel.studio.refreshing import compare_with_database
from tests.designer_kernel.catalog.databases import FreshUrl, load, read

PAIRS = """
    CREATE TABLE a (id int PRIMARY KEY, n text);
    CREATE TABLE b (id int PRIMARY KEY, t text, u text);
    CREATE TABLE a_b (a_id int REFERENCES a, b_id int REFERENCES b, PRIMARY KEY (a_id, b_id));
"""
CHILDREN = """
    CREATE TABLE teams (id int PRIMARY KEY, name text);
    CREATE TABLE people (id int PRIMARY KEY, team_id int NOT NULL REFERENCES teams, boss_id int REFERENCES people);
    CREATE INDEX ON people (team_id);
"""


def alter(url: str, statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(statements)


def assert_law(found: Refresh, url: str, again: str) -> None:
    """Check that nothing is open, and that what the design means becomes what the database holds."""
    assert not found.decisions
    load(again, render.script(lower(found.design)).text)
    assert differences(read(url), read(again)) == []


@pytest.mark.parametrize(
    "statements",
    [
        "ALTER TABLE b RENAME TO bb",
        "ALTER TABLE a RENAME TO aa; ALTER TABLE b RENAME TO bb",
        "ALTER TABLE a_b RENAME TO a_bs",
        "ALTER TABLE a RENAME COLUMN id TO key",
        "ALTER TABLE a_b RENAME COLUMN a_id TO other_id",
        "ALTER TABLE b RENAME TO bb; ALTER TABLE a_b RENAME TO a_bb",
    ],
)
def test_a_drawn_many_to_many_stays_one(statements: str, fresh_url: FreshUrl) -> None:
    url = fresh_url()
    load(url, PAIRS)
    design = lift(read(url)).design
    assert [one.relationship_type for one in design.relationships] == [RelationshipType.MANY_TO_MANY]
    alter(url, statements)
    found = compare_with_database(design, url).refreshed()
    assert_law(found, url, fresh_url())
    link = found.design.relationships[0]
    assert len(found.design.relationships) == 1
    assert (link.id, link.relationship_type) == (design.relationships[0].id, RelationshipType.MANY_TO_MANY)
    assert found.added == found.removed == ()


@pytest.mark.parametrize(
    "statements",
    [
        "ALTER TABLE teams RENAME TO team_list",
        "ALTER TABLE people RENAME TO peoples",
        "ALTER TABLE teams RENAME COLUMN id TO key",
        "ALTER TABLE people RENAME COLUMN team_id TO group_id",
    ],
)
def test_a_foreign_key_keeps_its_columns(statements: str, fresh_url: FreshUrl) -> None:
    url = fresh_url()
    load(url, CHILDREN)
    design = lift(read(url)).design
    alter(url, statements)
    found = compare_with_database(design, url).refreshed()
    assert_law(found, url, fresh_url())
    assert {one.id for one in found.design.entities} == {one.id for one in design.entities}
    assert {one.id for one in found.design.relationships} == {one.id for one in design.relationships}
    assert found.added == found.removed == ()


def deployed_blog(url: str) -> Design:
    design = templates.load("blog")
    load(url, render.script(lower(design)).text)
    return design


@pytest.mark.parametrize("name", ["tags", "posts", "authors", "comments"])
def test_a_renamed_table_of_a_template_comes_with_what_it_has(name: str, fresh_url: FreshUrl) -> None:
    url = fresh_url()
    design = deployed_blog(url)
    alter(url, f"ALTER TABLE {name} RENAME TO {name}_now")
    found = compare_with_database(design, url).refreshed()
    assert_law(found, url, fresh_url())
    assert found.renamed == ((f"public.{name}", f"public.{name}_now"),)
    assert found.added == found.removed == found.changed == ()
    assert {one.id for one in design.entities} <= {one.id for one in found.design.entities}
    assert [one.id for one in found.design.relationships] == [one.id for one in design.relationships]


def test_only_what_was_changed_is_told(fresh_url: FreshUrl) -> None:
    url = fresh_url()
    design = deployed_blog(url)
    alter(url, "ALTER TABLE tags ALTER name TYPE varchar(90); COMMENT ON TABLE posts IS 'changed by hand'")
    found = compare_with_database(design, url).refreshed()
    assert_law(found, url, fresh_url())
    assert (found.added, found.removed, found.renamed) == ((), (), ())
    assert sorted(found.changed) == [
        "public.posts: comment What authors write. → changed by hand",
        "public.tags.name: type character varying(50) → character varying(90)",
    ]
