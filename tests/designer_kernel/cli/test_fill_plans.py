"""Plans for sample data in the terminal: looked at, saved, edited, filled by."""

from __future__ import annotations

from pathlib import Path

import psycopg
import pytest
import yaml

from designer_kernel.cli.outcome import Exit


@pytest.fixture
def deployed(designer, shop, database_url):
    """The URL of a database that the blog is deployed to."""
    assert designer("deploy", shop, database_url, "--yes").code == 0
    return database_url


def count(url, table):
    with psycopg.connect(url) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_a_plan_is_looked_at_before_anything_is_deployed(designer, shop, database_url):
    ran = designer("fill", shop, database_url, "--rows", "authors=7", "--seed", "3", "--preview")
    assert ran.code == Exit.OK
    assert "public.authors" in ran.out
    assert "seed 3" in ran.out
    assert "@example." in ran.out  # rows as they would be
    told = designer("fill", shop, database_url, "--rows", "authors=7", "--preview", "--json").json
    assert told["plan"]["tables"]["public.authors"]["rows"] == 7
    assert len(told["preview"]["public.authors"]) == 3


def test_a_plan_is_saved_edited_and_filled_by(designer, shop, deployed):
    assert designer("fill", shop, deployed, "--rows", "authors=7", "--save-plan", "plan.yaml").code == 0
    assert count(deployed, "authors") == 0
    file = Path("plan.yaml")
    plan = yaml.safe_load(file.read_text("utf-8"))
    plan["tables"]["public.authors"]["rows"] = 9
    file.write_text(yaml.safe_dump(plan), "utf-8")
    ran = designer("fill", shop, deployed, "--plan", "plan.yaml", "--json")
    assert ran.code == Exit.OK
    assert count(deployed, "authors") == 9
    ran = designer("fill", shop, deployed, "--plan", "plan.yaml", "--mode", "replace")
    assert ran.code == Exit.REFUSED  # nobody was asked
    assert designer("fill", shop, deployed, "--plan", "plan.yaml", "--mode", "replace", "--yes").code == 0
    assert count(deployed, "authors") == 9


def test_triggers_run_only_if_that_is_asked(designer, shop, deployed):
    with psycopg.connect(deployed, autocommit=True) as connection:
        connection.execute(
            "CREATE TABLE seen (n int);"
            "CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN INSERT INTO public.seen VALUES (1); RETURN NEW; END $$;"
            "CREATE TRIGGER see AFTER INSERT ON authors FOR EACH ROW EXECUTE FUNCTION see()"
        )
    ran = designer("fill", shop, deployed, "--rows", "authors=7")
    assert "did not run, and what triggers write" in ran.out
    assert count(deployed, "seen") == 0
    ran = designer("fill", shop, deployed, "--rows", "authors=7", "--replace", "--yes", "--run-triggers")
    assert ran.code == Exit.OK
    assert count(deployed, "seen") == 7


def test_cells_without_a_value_are_empty(designer, shop, database_url):
    ran = designer("fill", shop, database_url, "--preview")
    assert "nan" not in ran.out.split()
    assert "None" not in ran.out.split()


def test_what_contradicts_itself_is_refused(designer, shop, deployed):
    assert designer("fill", shop, deployed, "--plan", "no.yaml", "--seed", "3").code == Exit.USAGE
    assert designer("fill", shop, deployed, "--mode", "sideways").code == Exit.USAGE
    assert designer("fill", shop, deployed, "--mode", "append", "--replace").code == Exit.USAGE
    ran = designer("fill", shop, deployed, "--plan", "no.yaml")
    assert ran.code not in (Exit.OK, Exit.USAGE)
    assert "no.yaml" in ran.err


def test_the_hints_of_the_design_count(designer, shop, deployed):
    file = Path(shop)
    text = file.read_text("utf-8")
    file.write_text(
        text + "sample:\n  seed: 5\n  tables: {authors: {rows: 6}, posts: {rows: {per: authors, mean: 2}}}\n"
    )
    told = designer("fill", shop, deployed, "--report", "--json").json
    assert told["seed"] == 5
    assert all(line["p"] > 1e-6 for line in told["report"])
    assert (count(deployed, "authors"), count(deployed, "posts")) == (6, 12)
