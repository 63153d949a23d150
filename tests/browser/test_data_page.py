"""The panel for rows: looked at page by page, filtered, sorted, changed by keys alone, refused and mended."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg
import pytest

import designer_kernel as dk
from designer_kernel.design import document
from designer_kernel.studio.team.secrets.secret import Secret
from designer_kernel.studio.team.working import connections_of
from tests.browser.bench import Bench

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

SHOP = """
format: 1
name: shop
enums:
  - {name: state, labels: [new, paid, gone]}
entities:
  - name: people
    attributes:
      - {name: id, data_type: integer, is_nullable: false, is_primary_key: true}
      - {name: name, data_type: text, is_nullable: false}
  - name: orders
    attributes:
      - {name: id, data_type: bigint, is_nullable: false, is_primary_key: true, identity: BY DEFAULT}
      - {name: person_id, data_type: integer}
      - {name: state, data_type: state, is_nullable: false, default_value: "'new'"}
      - {name: note, data_type: varchar(10)}
      - {name: total, data_type: "numeric(10,2)"}
      - {name: is_gift, data_type: boolean}
      - {name: at, data_type: timestamptz}
      - {name: doc, data_type: jsonb}
      - {name: tags, data_type: "text[]"}
    checks:
      - {name: total_check, expression: total >= 0}
relationships:
  - {source_entity: people, target_entity: orders, target_attributes: [person_id], source_cardinality: "0..1"}
views:
  - {name: all_orders, query: SELECT id FROM orders}
"""

EVIL = "<img src=x onerror=hacked()>"


class Data:
    """The hands of a person on the panel for rows."""

    def __init__(self, made: Bench) -> None:
        self.made = made
        self.page = made.page
        made.page.get_by_role("button", name=re.compile("^(SQL|DDL)")).first.click()
        made.page.get_by_role("tab", name="Data", exact=True).click()
        self.panel = made.page.get_by_role("region", name="Data", exact=True)
        self.grid = self.panel.get_by_role("grid")

    def show(self, table: str) -> None:
        self.panel.get_by_label("Table", exact=True).select_option(table)
        self.panel.get_by_role("grid", name=f"Rows of {table}").wait_for()

    def active(self) -> str:
        """The text of the active cell."""
        return str(
            self.page.evaluate(
                "document.getElementById(document.querySelector('.sd-data-grid')"
                ".getAttribute('aria-activedescendant'))?.textContent"
            )
        )

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def told(self, words: str) -> None:
        self.panel.get_by_text(words).first.wait_for()

    def save(self) -> None:
        self.press("Control+s")


def test_rows_are_looked_at_and_changed(bench: Callable[..., Bench], database_url: str) -> None:
    made = bench(document.read(SHOP))
    made.session.target = database_url
    data = Data(made)
    data.told("There are no rows to look at yet.")
    data.panel.get_by_role("button", name="Deploy…").click()
    assert made.page.locator(".sd-drawer").get_attribute("data-panel") == "deploy"
    made.session.deploy()
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO people SELECT n, 'person ' || n FROM generate_series(1, 40) n")
        connection.execute("UPDATE people SET name = %s WHERE id = 3", [EVIL])
        connection.execute(
            "INSERT INTO orders (id, person_id, note, total, at, doc, tags) SELECT n, n % 40 + 1,"
            " CASE n % 3 WHEN 0 THEN '' WHEN 1 THEN 'n' || n END, n, '2026-01-02 03:04:05Z', '{\"a\": 1.10}', '{x,y}'"
            " FROM generate_series(1, 1500) n"
        )
        connection.execute("SELECT setval('orders_id_seq', 1500)")
    made.page.get_by_role("tab", name="Data", exact=True).click()
    data.panel.get_by_role("button", name="Read the rows again").click()
    data.show("orders")
    data.told("1,500 rows")
    _looking(made, data)
    _changing(made, data, database_url)
    _meanwhile(made, data, database_url)
    _files(made, data, database_url)
    data.panel.get_by_label("Table", exact=True).select_option("all_orders")
    data.told("A view: its rows are only looked at.")
    assert not data.panel.get_by_role("button", name="Add a row").is_visible()
    assert not made.page.evaluate("window.wasHacked")


def _looking(made: Bench, data: Data) -> None:
    data.grid.get_by_role("row").nth(5).wait_for()
    made.shoot("data-grid")
    data.grid.get_by_role("gridcell").filter(has_text=EVIL).first.wait_for()  # what it leads to, as text
    data.grid.focus()
    data.press("ArrowDown")
    assert data.active() == "1"
    data.press("Control+End")
    data.page.wait_for_timeout(300)
    for _ in range(3):
        data.press("PageDown", "PageDown", "PageDown", "PageDown", "PageDown", "PageDown")
        data.page.wait_for_timeout(150)
    assert data.page.evaluate("document.querySelectorAll('.sd-data-row').length") < 60
    data.press("Control+Home", "ArrowUp", "Enter", "Enter")  # by the key, falling
    data.grid.get_by_role("gridcell", name="1500", exact=True).wait_for()
    note = data.grid.get_by_role("textbox", name="Filter of note")
    note.fill("= n10")
    note.press("Enter")
    data.told("1 row, filtered")
    note.fill("null")
    note.press("Enter")
    data.told("500 rows, filtered")
    total = data.grid.get_by_role("textbox", name="Filter of total")
    total.fill(">= abc")
    total.press("Enter")
    data.told("invalid input syntax")
    data.panel.get_by_role("button", name="Take all filters away").click()
    data.told("1,500 rows")


def _changing(made: Bench, data: Data, url: str) -> None:
    data.grid.focus()
    data.press("Control+Home", "ArrowRight", "ArrowRight", "ArrowRight")
    data.grid.get_by_role("row").nth(3).wait_for()
    data.press("F2")
    data.page.keyboard.type("far too long for it")
    data.press("Tab")  # total
    data.page.keyboard.type("-5")
    data.press("Enter")
    data.told("1 changed")
    data.press("Control+Enter")  # a new row
    data.press("ArrowRight", "ArrowRight", "ArrowRight")
    made.shoot("data-pending")
    data.save()
    data.told("value too long for type character varying(10)")
    made.shoot("data-refused")
    first = made.session.query("SELECT note, total::text FROM orders WHERE id = 1500").iloc[0]
    assert list(first) == ["", "1500.00"]
    data.press("Enter")
    data.page.keyboard.press("Control+a")
    data.page.keyboard.type("mended")
    data.press("Enter", "ArrowUp")
    data.save()
    data.told("violates check constraint")
    data.press("Delete")  # the cell that was refused is the active one
    data.save()
    data.told("2 changes are saved")
    with psycopg.connect(url) as connection:
        changed = connection.execute("SELECT note, total FROM orders WHERE id = 1500").fetchone()
        assert changed == ("mended", None)
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (1501,)
    _inputs(made, data, url)


def _inputs(made: Bench, data: Data, url: str) -> None:
    """Look a row up, choose of an enum, write a truth value, JSON and empty text; remove a row."""
    data.grid.get_by_role("gridcell", name="1500", exact=True).click()
    data.press("ArrowRight", "Enter")
    box = data.page.get_by_role("combobox", name="person_id")
    box.fill("person 7")
    data.page.get_by_role("option", name="person 7 7").wait_for()
    made.shoot("data-lookup")
    box.press("Enter")
    data.press("ArrowUp")
    assert "person 7" in data.active()
    data.press("ArrowRight", "Enter")
    data.panel.get_by_role("combobox", name="state").select_option("paid")
    data.press("Tab", "Backspace", "ArrowRight", "ArrowRight", "Enter")
    data.panel.get_by_role("combobox", name="is_gift").select_option("true")
    data.press("Tab", "ArrowRight", "Enter")
    area = data.page.get_by_role("textbox", name="doc", exact=True)
    area.fill("{")
    data.page.get_by_text("this is no JSON").wait_for()
    made.shoot("data-json")
    area.fill('{"b": null}')
    area.press("Control+Enter")
    data.press("Control+Delete")  # the row below
    data.told("1 changed, 1 to be removed")
    data.save()
    data.told("2 changes are saved")
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT person_id, state::text, note, is_gift, doc::text, at::text FROM orders WHERE id = 1500"
        ).fetchone()
        assert row is not None
        assert row[:5] == (7, "paid", "", True, '{"b": null}')
        assert connection.execute("SELECT count(*) FROM orders WHERE id = 1499").fetchone() == (0,)


def _meanwhile(made: Bench, data: Data, url: str) -> None:
    """What others did is told with both values, and settled either way."""
    data.grid.get_by_role("gridcell", name="1498", exact=True).click()
    data.press("ArrowRight", "ArrowRight", "ArrowRight")
    data.page.keyboard.type("mine")
    data.press("Enter", "ArrowUp")
    with psycopg.connect(url) as connection:
        connection.execute("UPDATE orders SET note = 'theirs' WHERE id = 1498")
    data.save()
    data.told("note: yours “mine”, theirs “theirs”")
    made.shoot("data-conflict")
    data.panel.get_by_role("button", name="Go on with what you wrote").click()
    data.save()
    data.told("1 change is saved")
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT note FROM orders WHERE id = 1498").fetchone() == ("mine",)


def _files(made: Bench, data: Data, url: str) -> None:
    """A file is tried, and added but for what is refused; rows go out as they are filtered."""
    data.panel.get_by_role("button", name="Add rows from a file").click()
    dialog = data.page.get_by_role("dialog")
    text = f"Id,Person-ID,note,other\n9001,1,=1+1,x\n9002,1,{EVIL},x\n9003,2,,x\n"
    dialog.get_by_label("File of rows").set_input_files(
        [{"name": "some.csv", "mimeType": "text/csv", "buffer": text.encode()}]
    )
    dialog.get_by_text("1 are refused").wait_for()
    assert dialog.get_by_label("Where Person-ID goes").input_value() == "person_id"
    made.shoot("data-import")
    dialog.get_by_role("button", name="Add the rows").click()
    _ended(made)
    dialog.get_by_text("2 rows added to orders, 1 refused").wait_for()
    with data.page.expect_download() as handed:
        dialog.get_by_role("button", name="Download what was refused").click()
    assert "value too long" in Path(handed.value.path()).read_text()
    dialog.get_by_role("button", name="Close").click()
    with psycopg.connect(url) as connection:
        added = connection.execute("SELECT id, note FROM orders WHERE id > 9000 ORDER BY id").fetchall()
        assert added == [(9001, "=1+1"), (9003, None)]
    note = data.grid.get_by_role("textbox", name="Filter of id")
    note.fill("> 9000")
    note.press("Enter")
    data.told("2 rows, filtered")
    data.panel.get_by_role("button", name="Write the rows that are filtered").click()
    dialog = data.page.get_by_role("dialog")
    made.shoot("data-export")
    dialog.get_by_role("button", name="Export").click()
    with data.page.expect_download() as handed:
        _ended(made)
    lines = Path(handed.value.path()).read_text().splitlines()
    assert [line.split(",")[0] for line in lines[1:]] == ["9003", "9001"]  # falling, as it is shown
    assert "'=1+1" in lines[2]
    dialog.get_by_role("button", name="Close").click()


def _ended(made: Bench) -> None:
    made.until(lambda: made.widget.progress["state"] not in {"idle", "running"}, "the work has ended")
    assert made.widget.progress["state"] == "done", made.widget.progress
    made.push()


@pytest.mark.usefixtures("no_store_yet")
def test_rows_over_a_connection_that_only_reads(browser: Any, database_url: str, tmp_path: Path) -> None:
    project = dk.new(f"team:Mine/{tmp_path.name}")
    project.add_entity("orders", "id bigint primary key", "note text")
    project.session.deploy(database_url)
    with psycopg.connect(database_url) as connection:
        connection.execute("INSERT INTO orders VALUES (1, 'far away')")
    name = f"far {tmp_path.name}"
    connections_of(project.session).add(name, Secret(database_url), "read-only")
    page = browser.new_page(viewport={"width": 760, "height": 860})
    made = Bench(page, project.session)
    data = Data(made)
    data.told("There are no rows to look at yet.")
    data.panel.get_by_label("Where the rows are").select_option(name)
    data.grid.get_by_role("gridcell", name="far away").wait_for()
    data.told("These rows are only looked at here.")
    made.shoot("data-connection")
    answer = made.widget._commands.answer(
        {"id": "1", "kind": "data_save", "table": "orders", "connection": name, "changes": [{"kind": "insert"}]}
    )
    assert answer["error"]["code"] == "not_allowed"
    page.close()
    made.widget.close()
    assert made.complaints == []


def test_who_only_looks_changes_nothing(bench: Callable[..., Bench], database_url: str) -> None:
    from designer_kernel.studio.project import ProjectSession

    design = document.read(SHOP)
    made = bench(design, read_only=True)
    made.session.target = database_url
    ProjectSession(made.session.path).deploy(database_url)
    data = Data(made)
    data.show("orders")
    data.told("These rows are only looked at here.")
    data.grid.focus()
    data.press("ArrowDown", "Enter", "x")
    assert data.panel.locator(".sd-data-editor").count() == 0
    answer: dict[str, Any] = made.widget._commands.answer(
        {"id": "1", "kind": "data_save", "table": "orders", "changes": [{"kind": "insert"}]}
    )
    assert answer["error"]["code"] == "refused"
