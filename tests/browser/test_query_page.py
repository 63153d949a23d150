"""The panel for queries: built and typed, run, drawn, explained; hostile names and values stay text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design.values import Cardinality, Position
from designer_kernel.postgres.connection import connect
from tests.browser.bench import Bench

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

HOSTILE = '<img src=x onerror="hacked()">'


def team() -> Design:
    """Return people who lead people, and what they bought."""
    key = {"name": "id", "data_type": "bigint", "is_primary_key": True, "is_nullable": False}
    people = Entity(
        name="people",
        attributes=(
            Attribute(**key),
            Attribute(name="name", data_type="text"),
            Attribute(name=HOSTILE, data_type="text"),
        ),
        position=Position(x=0, y=0),
    )
    orders = Entity(
        name="orders",
        attributes=(
            Attribute(**key),
            Attribute(name="total", data_type="numeric(10,2)"),
            Attribute(name="placed_at", data_type="timestamptz"),
        ),
        position=Position(x=480, y=40),
    )
    leads = Relationship(
        name="leads",
        source_entity_id=people.id,
        target_entity_id=people.id,
        source_cardinality=Cardinality.ZERO_OR_ONE,
    )
    buys = Relationship(name="buys", source_entity_id=people.id, target_entity_id=orders.id)
    return Design(name="team", entities=(people, orders), relationships=(leads, buys))


class Querying:
    """The hands of a person on the panel for queries."""

    def __init__(self, made: Bench) -> None:
        self.made = made
        self.page = made.page
        self.page.get_by_role("button", name="Query", exact=True).first.click()
        self.panel = self.page.get_by_role("region", name="Query", exact=True)
        self.text = self.panel.get_by_label("SQL of the query")
        self.panel.get_by_label("Begin with an entity").locator("option", has_text="people").wait_for(state="attached")

    def sql(self) -> str:
        return str(self.text.input_value())

    def becomes(self, *pieces: str) -> None:
        """Wait until the SQL holds all of these."""
        self.made.until(lambda: all(piece in self.sql() for piece in pieces), f"{pieces} in {self.sql()}")

    def finish(self, act: Callable[[], Any]) -> dict[str, Any]:
        """Begin something, wait until its work has ended, and return how."""
        self.made.widget.progress = {"state": "idle", "task": "", "done": 0, "total": 0, "label": "", "result": None,
                                     "error": None}  # fmt: skip
        act()
        widget = self.made.widget
        self.made.until(lambda: widget.progress["state"] not in {"idle", "running"}, "the query ended")
        self.made.push()
        return dict(widget.progress)

    def run(self) -> dict[str, Any]:
        return self.finish(lambda: self.panel.get_by_role("button", name="Run the query (Ctrl + Enter)").click())


@pytest.fixture
def querying(bench: Callable[..., Bench], database_url: str) -> Querying:
    made = bench(team())
    made.session.target = database_url
    made.session.deploy()
    with connect(database_url) as connection:
        connection.execute(
            "INSERT INTO people SELECT n, 'p' || n, %s, nullif(1, n) FROM generate_series(1, 40) n", [HOSTILE]
        )
        connection.execute(
            "INSERT INTO orders"
            " SELECT n, n * 2.5, now() - n * interval '9 hours', n % 40 + 1 FROM generate_series(1, 900) n"
        )
        connection.execute("UPDATE orders SET total = NULL WHERE id = 2")
    return Querying(made)


def test_a_query_is_built_by_hand_and_run(querying: Querying) -> None:
    panel, page = querying.panel, querying.page
    querying.made.widget.selected = [str(querying.made.entity("orders").id)]
    querying.made.push()
    panel.get_by_role("button", name="Add the 1 selected in the diagram").click()
    querying.becomes("FROM public.orders", "LIMIT 100")
    panel.get_by_label("Join an entity").select_option("people")
    querying.becomes(
        "JOIN public.people ON people.id = orders.people_id" if "people_id" in querying.sql() else "JOIN public.people"
    )
    panel.get_by_label("Join an entity").select_option("people")
    ways = panel.get_by_role("group", name="Ways to join")
    assert ways.get_by_role("button").count() == 4  # three, and none of them
    ways.get_by_role("button", name="None of these").click()
    panel.get_by_label("Read people.name", exact=True).check()
    querying.becomes("SELECT people.name")
    panel.get_by_label("Read orders.total", exact=True).check()
    panel.get_by_label("Column 2: function").select_option("sum")
    querying.becomes("sum(orders.total)", "GROUP BY people.name")
    panel.get_by_label("Name of column 2").fill("spent")
    panel.get_by_label("Name of column 2").press("Enter")
    querying.becomes("AS spent")
    panel.get_by_label("Order by", exact=True).select_option(label="spent")
    panel.get_by_label("Direction of order 1").select_option("desc")
    querying.becomes("ORDER BY spent DESC")
    panel.get_by_role("button", name="Add a condition to Filters", exact=True).click()
    panel.get_by_label("Filters: what", exact=True).select_option(label="people.name")
    panel.get_by_label("Filters: how it compares", exact=True).select_option("<>")
    value = panel.get_by_label("Filters: value", exact=True)
    value.fill("O'Hara' OR true --")
    value.press("Enter")
    querying.becomes("WHERE people.name <> 'O''Hara'' OR true --'")
    done = querying.run()
    assert done["state"] == "done", done
    table = panel.get_by_role("table", name="Rows of the result")
    table.get_by_role("cell", name="p21", exact=True).first.wait_for()
    assert table.get_by_role("columnheader").all_text_contents() == ["#", "name", "spent"]
    querying.made.shoot("query-built")
    panel.get_by_role("tab", name="Chart").click()
    picture = panel.get_by_role("img", name="bar chart of 40 values")
    picture.wait_for()
    assert page.evaluate("picture => picture.naturalWidth", picture.element_handle()) > 100
    light = picture.get_attribute("src")
    page.evaluate("document.body.dataset.jpThemeLight = 'false'")
    querying.made.until(lambda: picture.get_attribute("src") != light, "the chart is drawn for the dark")
    querying.made.shoot("query-chart")
    querying.finish(lambda: panel.get_by_role("button", name="Explain: show").click())
    assert "Aggregate" in str(panel.get_by_label("Plan of the query").text_content())
    panel.get_by_role("button", name="Leave out people", exact=True).click()
    querying.made.until(lambda: "people" not in querying.sql(), "people are left out")


def test_sql_is_typed_completed_mended_and_seen_by_the_builder(querying: Querying) -> None:
    panel, page, text = querying.panel, querying.page, querying.text
    text.click()
    page.keyboard.type("SELECT * FROM peo")
    page.keyboard.press("Control+Space")
    panel.get_by_role("listbox", name="Names that fit").get_by_role("option", name="people").first.wait_for()
    page.keyboard.press("Enter")
    assert querying.sql() == "SELECT * FROM public.people"
    page.keyboard.type(" p WHERE p.na")
    page.keyboard.press("Control+Space")
    page.keyboard.press("Enter")
    page.keyboard.type(" IN ('p1', 'p2') ORDER BY p.id")
    panel.get_by_label("Filters: values").wait_for()
    assert panel.get_by_label("Filters: values").input_value() == "p1, p2"
    done = querying.finish(lambda: page.keyboard.press("Control+Enter"))
    assert done["state"] == "done", done
    panel.get_by_role("cell", name=HOSTILE).first.wait_for()
    assert panel.get_by_role("cell", name="NULL", exact=True).count() >= 1
    assert page.evaluate("window.wasHacked") is None

    text.fill("SELECT id,\n  nme FROM people")
    querying.finish(lambda: text.press("Control+Enter"))
    alert = panel.get_by_role("alert")
    alert.get_by_text('column "nme" does not exist').first.wait_for()
    assert str(alert.locator("pre").text_content()) == "  nme FROM people\n  ^"
    assert str(panel.locator(".sd-query-bad").text_content()) == "2"
    querying.made.shoot("query-error")
    alert.get_by_role("button", name="Go to line 2").click()
    assert text.evaluate("one => one.selectionStart") == len("SELECT id,\n  ")

    text.fill("SELECT id, total, placed_at FROM orders UNION ALL SELECT id, total, placed_at FROM orders ORDER BY 1")
    panel.get_by_text("the builder cannot show a UNION").wait_for()
    done = querying.run()
    assert "the first 1,000 rows" in done["result"]["words"]
    table = panel.get_by_role("table", name="Rows of the result")
    table.evaluate("one => { one.scrollTop = 24 * 700; }")
    table.get_by_role("rowheader", name="701", exact=True).wait_for()
    table.get_by_role("row").nth(12).get_by_role("cell").first.wait_for()
    assert table.get_by_role("row").count() < 80
    querying.made.shoot("query-rows")
    panel.get_by_role("button", name="Begin anew").click()
    panel.get_by_label("Begin with an entity").wait_for()
    assert querying.sql() == ""
    with page.expect_download() as given:
        panel.get_by_label("Save all rows as a file").select_option("csv")
    assert given.value.suggested_filename == "query.csv"
    panel.get_by_label("Queries before").select_option(index=3)
    assert querying.sql().startswith("SELECT * FROM public.people p")
    panel.get_by_label("Name of the variable").fill("kept")
    panel.get_by_role("button", name="To a variable of the notebook").click()
    panel.get_by_text("there is no notebook here").wait_for()
    page.set_viewport_size({"width": 760, "height": 860})
    page.wait_for_timeout(300)
    querying.made.shoot("query-narrow")
