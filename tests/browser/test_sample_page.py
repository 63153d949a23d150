"""The panel for sample data: planned, edited, previewed, filled, compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from designer_kernel.design import Attribute, edits
from designer_kernel.postgres.connection import connect
from tests.browser.bench import Bench, shop

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


class Sampling:
    """The hands of a person on the panel for sample data."""

    def __init__(self, made: Bench) -> None:
        self.made = made
        self.panel = made.page.get_by_role("region", name="Sample data", exact=True)
        made.page.get_by_role("button", name="DDL").first.click()
        made.page.get_by_role("tab", name="Sample data").click()
        self.panel.get_by_role("table", name="Tables of the plan").wait_for()

    def rows(self, table: str) -> Any:
        """The field with the number of rows of a table."""
        return self.panel.get_by_label(f"Rows of {table}", exact=True)

    def type(self, field: Any, text: str) -> None:
        """Type into a field and leave it; returns when the plan has followed."""
        revision = self.made.session.revision
        field.fill(text)
        field.press("Enter")
        self.made.until(lambda: self.made.session.revision != revision, "the design has the hint")
        self.made.page.wait_for_timeout(200)  # the answer has arrived, too

    def press(self, name: str) -> dict[str, Any]:
        """Press a button, wait until the work that it begins has ended, and return how it ended."""
        self.panel.get_by_role("button", name=name, exact=True).click()
        widget = self.made.widget
        self.made.until(lambda: widget.progress["state"] not in {"idle", "running"}, f"{name} ended")
        self.made.push()
        return dict(widget.progress)


def test_a_plan_is_edited_previewed_filled_and_compared(bench: Callable[..., Bench], database_url: str) -> None:
    made = bench(shop())
    made.session.target = database_url
    made.session.deploy()
    sampling = Sampling(made)
    sampling.type(sampling.rows("orders"), "120")
    assert made.session.design.sample is not None
    assert made.session.design.sample.tables["orders"].rows == 120
    sampling.type(sampling.panel.get_by_label("Seed"), "5")
    sampling.panel.get_by_role("button", name="Columns and rows of orders").click()
    region = sampling.panel.get_by_role("region", name="Rows of public.orders")
    region.wait_for()
    assert region.get_by_role("row").count() == 9
    made.shoot("sample-plan")
    done = sampling.press("Fill the target by this plan")
    assert done["state"] == "done", done
    with connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM public.orders").fetchone() == (120,)
    assert sampling.press("Compare what was filled with what the plan promised")["state"] == "done"
    sampling.panel.get_by_text("every number of rows is as planned").wait_for()
    made.page.locator(".sd-sample-report summary").first.click()
    made.shoot("sample-report")
    made.session.undo()
    made.session.undo()
    assert made.session.design.sample is None


def test_a_column_gets_another_provider_and_parameters(bench: Callable[..., Bench]) -> None:
    design = shop()
    orders = next(e for e in design.entities if e.name == "orders")
    price = Attribute(name="price", data_type="numeric(10,2)")
    made = bench(edits.apply(design, edits.AddAttribute(entity_id=orders.id, attribute=price)))
    sampling = Sampling(made)
    sampling.panel.get_by_role("button", name="Columns and rows of orders").click()
    sampling.panel.get_by_label("Provider of price").select_option("uniform")
    parameters = sampling.panel.get_by_label("Parameters of price")
    assert "low" in str(parameters.get_attribute("placeholder"))
    sampling.type(parameters, "low: 5, high: 6")
    sampling.type(sampling.panel.get_by_label("Per cent of price that is NULL"), "50")
    assert made.session.design.sample is not None
    said = made.session.design.sample.to_data()["tables"]["orders"]["columns"]["price"]
    assert said == {"provider": "uniform", "low": 5, "high": 6, "nulls": 0.5}
    sampling.panel.get_by_role("cell", name="NULL", exact=True).first.wait_for()
    made.session.undo()
    made.session.undo()
    assert made.session.design.sample is None


def test_what_cannot_be_planned_is_told_and_changes_nothing(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    sampling = Sampling(made)
    revision = made.session.revision
    field = sampling.rows("orders")
    before = field.input_value()
    field.fill("2 per oders")
    field.press("Enter")
    sampling.panel.get_by_text("did you mean").first.wait_for()
    assert made.session.revision == revision
    assert sampling.rows("orders").input_value() == before


def test_it_follows_the_design(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    sampling = Sampling(made)
    sampling.type(sampling.rows("orders"), "77")
    made.session.apply(edits.RenameEntity(entity_id=made.entity("orders").id, name="purchases"))
    made.push()
    sampling.rows("purchases").wait_for()
    assert sampling.rows("purchases").input_value() == "77"


def test_a_page_that_only_shows_edits_nothing(bench: Callable[..., Bench]) -> None:
    made = bench(shop(), read_only=True)
    sampling = Sampling(made)
    assert sampling.rows("orders").is_disabled()
    answer = made.widget._commands.answer({"id": "1", "kind": "hint_sample", "changes": {"seed": 3}})
    assert "read only" in answer["error"]["what"]
