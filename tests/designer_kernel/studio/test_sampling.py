"""Plans of a project: by its hints, for the design or for its target, and filling by them."""

from __future__ import annotations

import pytest

from designer_kernel.design.edits import RenameEntity, SetSampleHints
from designer_kernel.errors import SamplePlanError, UnknownObject
from designer_kernel.sample.document.hints import read
from tests.designer_kernel.studio.conftest import add, relate

HINTS = {"seed": 4, "tables": {"reviews": {"rows": {"per": "products", "mean": 3}}, "products": {"rows": 5}}}


@pytest.fixture
def shop(session):
    """The project with two entities that belong together, and hints."""
    session.apply(add("reviews", "id bigint primary key", "stars int not null"))
    session.apply(relate(session, "products", "reviews"))
    session.apply(SetSampleHints(hints=read(HINTS)))
    return session


def counts(plan):
    return {name[1]: table.rows for name, table in plan.tables.items()}


def test_a_plan_needs_no_server_before_the_design_is_deployed(shop, database_url):
    plan = shop.sample_plan()
    assert plan.seed == 4
    assert (counts(plan)["products"], counts(plan)["reviews"]) == (5, 15)
    assert counts(shop.sample_plan({"products": 2}))["reviews"] == 6
    assert shop.sample_plan(hints={}).seed == 0
    with pytest.raises(UnknownObject):
        shop.sample_plan({"product": 2})


def test_the_target_gets_the_rows_that_were_previewed(shop, database_url):
    before = shop.sample_plan()
    shop.deploy(database_url)
    after = shop.sample_plan(url=database_url)
    assert after.preview("reviews").equals(before.preview("reviews"))
    filled = shop.fill(url=database_url)
    assert {t.table: t.rows for t in filled.tables}["public.reviews"] == 15
    assert not filled.report().odd
    shown = filled._repr_html_()
    assert "<svg" in shown
    assert "every number of rows is as planned" in shown


def test_filling_by_a_plan_its_text_or_its_file(shop, database_url, tmp_path):
    shop.deploy(database_url)
    text = shop.sample_plan(url=database_url).to_yaml().replace("rows: 5\n", "rows: 6\n")
    file = tmp_path / "plan.yaml"
    file.write_text(text, "utf-8")
    for plan in (text, file, shop.sample_plan(plan=text, url=database_url)):
        filled = shop.fill(url=database_url, plan=plan, mode="replace")
        assert {t.table: t.rows for t in filled.tables}["public.products"] == 6
    with pytest.raises(SamplePlanError, match="cannot be read"):
        shop.fill(url=database_url, plan=tmp_path / "nowhere.yaml")


def test_hints_follow_a_rename_to_the_target(shop, database_url):
    shop.apply(RenameEntity(entity_id=shop.design.entity("reviews").id, name="opinions"))
    shop.deploy(database_url)
    assert {t.table: t.rows for t in shop.fill(url=database_url).tables}["public.opinions"] == 15
