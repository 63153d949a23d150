"""Plans, proofs, versions, history and drift as a notebook shows them."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import psycopg
import pytest

from designer_kernel.errors import DesignerError, UnknownObject
from designer_kernel.migrate.gate import LossRefused
from designer_kernel.migrate.migration import Migration, NotProved
from designer_kernel.notebook.plans import PlanView, ProofView
from designer_kernel.studio.answers import OpenQuestions
from tests.designer_kernel.notebook.conftest import HOSTILE


@pytest.fixture
def shop(project, database_url):
    """The project, deployed."""
    project.target = database_url
    project.deploy()
    return project


def run(project, *statements):
    with psycopg.connect(project.session.url(), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def migrated(project, **options):
    plan = project.plan(**options)
    plan.apply(plan.prove(), allow=plan.losses)
    return plan


def test_a_plan_shows_steps_locks_rows_hazards_and_sql(shop):
    shop.entities["customers"].attributes["email"].change(length=80)
    shop.entities["orders"].add_attribute("note text")
    plan = shop.plan()
    told, html = repr(plan), plan._repr_html_()
    for text in (told, html):
        assert "column public.customers.email" in text
        assert "ACCESS EXCLUSIVE on customers, reads and writes wait" in text
        assert "asks: SELECT" in text
        assert "steps in one transaction; PostgreSQL 18" in text
        assert "conversion" in text
        assert "prove()" in text
    assert "ALTER TABLE public.orders" in plan.sql
    assert '<span class="designer-sql-k">ALTER</span>' in html
    assert "the way back" in html
    assert "var(--jp-" in html
    frame = plan.to_frame()
    assert list(frame.columns) == ["step", "stage", "locks", "rewrites", "scans", "rows", "hazards", "sql"]
    assert list(frame.step[frame.hazards.str.contains("conversion")]) == ["alter column public.customers.email"]
    assert len(frame) == len(plan)
    assert "DROP COLUMN" in plan.down


def test_nothing_to_do_is_said(shop):
    plan = shop.plan()
    assert not plan
    assert "there is nothing to do" in repr(plan)
    assert "there is nothing to do" in plan._repr_html_()
    assert plan.to_frame().empty


def test_a_proof_is_a_table_of_checks_and_its_hash_applies(shop, tmp_path):
    shop.entities["orders"].add_attribute("note text")
    plan = shop.plan()
    assert plan.proof is None
    with pytest.raises(NotProved, match="not been proved"):
        plan.apply("nonsense")
    proof = plan.prove()
    assert proof.holds
    assert plan.proof.hash == proof.hash
    assert list(proof.to_frame().columns) == ["check", "holds", "found", "seconds"]
    assert proof.to_frame().holds.all()
    assert "says pg_dump" in repr(proof)
    assert "<table>" in proof._repr_html_()
    assert proof.hash in repr(proof)
    assert "Proof:" in plan._repr_html_()
    with pytest.raises(NotProved):
        plan.apply("nonsense")
    with pytest.raises(NotProved, match="without the hash"):
        plan.apply()
    path = plan.save(tmp_path / "notes.plan.json")
    assert Migration.open(path).proof.hash == proof.hash
    with pytest.raises(DesignerError, match="there already"):
        plan.save(path)
    done = plan.apply(proof=proof.hash)
    assert "1 step applied" in repr(done)
    assert not shop.plan()


def test_a_proof_that_does_not_hold_says_what_was_found(shop):
    shop.entities["orders"].add_attribute("note text")
    proof = shop.plan().prove().proof
    broken = replace(proof, checks=(replace(proof.checks[0], holds=False, found=(HOSTILE,)), *proof.checks[1:]))
    shown = ProofView(broken, HOSTILE)
    assert not shown
    assert HOSTILE in repr(shown)
    assert HOSTILE not in shown._repr_html_()
    assert "does not hold" in shown._repr_html_()


def test_losses_are_listed_by_the_names_that_allow_them(shop):
    run(shop, "INSERT INTO customers VALUES (1, 'ada@example.org')", "INSERT INTO orders VALUES (1, DEFAULT, 1)")
    shop.entities["orders"].attributes["placed_at"].remove()
    plan = shop.plan()
    assert plan.losses == ["column public.orders.placed_at"]
    assert "apply(…, allow=['column public.orders.placed_at'])" in repr(plan)
    proof = plan.prove()
    with pytest.raises(LossRefused):
        plan.apply(proof)
    plan.apply(proof, allow="public.orders.placed_at")
    assert list(shop.salvaged.path) == [("public", "orders", "placed_at")]
    assert "1 rows are back" in str(shop.restore_salvaged(1, into="public.looked_at"))
    run(shop, "DROP TABLE looked_at")
    back = shop.rollback()
    assert "rollback" in repr(back)
    back.apply(back.proof)
    assert shop.query("SELECT count(placed_at) AS n FROM orders").n[0] == 1
    assert "rows are gone for good" in str(shop.purge_salvaged(1))
    assert shop.salvaged.purged_at.notna().all()


def test_questions_are_shown_with_their_answers(project, database_url):
    project.target = database_url
    run(project, "CREATE TABLE customers (id bigint PRIMARY KEY, mail varchar(255) NOT NULL UNIQUE)")
    plan = project.plan(exact=True)
    assert [one.key for one in plan.questions] == ["public.customers.mail"]
    assert "renames={'public.customers.mail': 'email' or 'no'}" in repr(plan)
    assert "open questions" in plan._repr_html_()
    proof = plan.prove()
    with pytest.raises(OpenQuestions):
        plan.apply(proof, allow=plan.losses)
    migrated(project, exact=True, renames={"customers.mail": "email"})
    assert not project.plan(exact=True)


def test_names_from_elsewhere_are_escaped(project, database_url):
    project.target = database_url
    run(project, f'CREATE TABLE "{HOSTILE.replace(chr(34), chr(34) * 2)}" (id int)')
    plan = project.plan()
    assert "left alone" in repr(plan)
    assert HOSTILE not in plan._repr_html_()
    exact = project.plan(exact=True, name=HOSTILE)
    assert HOSTILE not in exact._repr_html_()
    assert exact.losses == [f"relation public.{HOSTILE}"]


def test_versions_and_migrations_are_frames(shop):
    shop.save_version("by hand")
    shop.entities["orders"].add_attribute("note text")
    migrated(shop, name="notes")
    assert isinstance(shop.versions, pd.DataFrame)
    assert list(shop.versions.columns) == ["number", "message", "who", "when", "design_hash", "catalog_hash"]
    assert list(shop.versions.number) == [1, 2, 3]
    assert shop.versions.message[1] == "by hand"
    assert list(shop.migrations.name) == ["deploy shop", "notes"]
    assert list(shop.migrations.version) == [1, 3]
    assert shop.migrations.success.all()
    assert list(shop.change_log.label)[-1] == "add attribute note to orders"
    assert "version 3 again" in str(shop.set_back(3)) or "already" in str(shop.set_back(3))
    assert "version 1 again" in str(shop.set_back(1))
    assert "note" not in shop.entities["orders"].attributes


def test_two_versions_are_compared_in_words_and_colours(project, tmp_path):
    project.save_version()
    project.entities["orders"].add_attribute("note text")
    project.add_entity("coupons", "id bigint primary key")
    found = project.compare(1, 0)
    assert found
    assert repr(found).splitlines() == ["version 1 → now", "added: attribute orders.note", "added: entity coupons"]
    assert "+ added" in found._repr_html_()
    assert found.save(tmp_path / "x.svg").read_text(encoding="utf-8").startswith("<svg")
    assert not project.compare(0, 0)
    assert "nothing differs" in project.compare()._repr_html_()
    with pytest.raises(UnknownObject, match="no version 9"):
        project.compare(9)


def test_drift_is_shown_and_dealt_with(shop):
    assert not shop.drift()
    assert "nothing was changed" in shop.drift()._repr_html_()
    run(shop, "ALTER TABLE orders ADD shoe integer", "ALTER TABLE orders ALTER placed_at DROP NOT NULL",
        "CREATE TABLE extra (id int)")  # fmt: skip
    found = shop.drift()
    assert len(found) > 2
    assert "column public.orders.shoe is extra" in repr(found)
    assert "adopt()" in found._repr_html_()
    assert list(found.to_frame().columns) == ["object", "change", "field", "recorded", "found"]
    found.ignore("extra")
    assert "extra (id" not in repr(shop.drift())
    found.heed("extra")
    assert "relation public.extra is extra" in repr(shop.drift())
    found.ignore("extra")
    plan = found.revert()
    assert isinstance(plan, PlanView)
    assert "column public.orders.shoe" in plan.losses
    assert "adds" not in str(shop.drift().adopt())
    assert "shoe" in shop.entities["orders"].attributes
    assert "extra" not in shop.entities
    assert not shop.drift()


def test_a_target_that_remembers_nothing(project):
    project.target = "test_notebook_nothing"
    assert "nothing was ever applied" in repr(project.drift())
    assert "nothing was ever applied" in project.drift()._repr_html_()
    assert project.drift().to_frame().empty
    assert project.migrations.empty
    assert project.salvaged.empty
    assert project.versions.empty
    assert project.change_log.shape[1] == 5
