"""What a bare page shows and what of it can be trusted: hostile text, size, errors, SQL, changes from code."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from designer_kernel import templates
from designer_kernel.design import Attribute, Design, Entity, edits
from designer_kernel.design.relationship import Relationship
from designer_kernel.design.values import Position
from designer_kernel.errors import DesignerError
from designer_kernel.postgres.server import EmbeddedServer
from tests.browser.bench import Bench, shop
from tests.browser.conftest import SCREENSHOTS

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

HOSTILE = "<img src=x onerror=hacked()>"  # short enough for a name that others are made of


def test_a_change_in_code_shows_without_taking_the_keyboard(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    made.hands.choose("orders")
    field = made.hands.root.get_by_label("New attribute")
    field.fill("half a li")
    made.session.apply(edits.RenameEntity(entity_id=made.entity("customers").id, name="buyers"))
    made.push()
    made.hands.card("buyers").wait_for()
    assert field.input_value() == "half a li"
    assert made.page.evaluate("document.activeElement.dataset.focus") == "new-attribute"


def test_hostile_text_is_only_text(bench: Callable[..., Bench]) -> None:
    name = HOSTILE
    key = {"data_type": "bigint", "is_primary_key": True, "is_nullable": False}
    bad = Entity(name=name, description=HOSTILE, attributes=(Attribute(name=name, description=HOSTILE, **key),))
    good = Entity(name="orders", attributes=(Attribute(name="id", **key),))
    tie = Relationship(source_entity_id=bad.id, target_entity_id=good.id, description=HOSTILE)
    made = bench(Design(name=name, description=HOSTILE, entities=(bad, good), relationships=(tie,)))
    root = made.hands.root
    for row in range(2):
        root.locator(".sd-item").nth(row).click()
        for tab in ("Attributes", "Relations", "Keys & indexes", "Traits", "Entity"):
            root.get_by_role("tab", name=tab).click()
    root.locator(".sd-edge-reach").first.dispatch_event("pointerdown", {"button": 0, "pointerId": 1})
    made.widget.set_trait("selected", [str(tie.id)])
    made.push()
    made.hands.sql()
    root.get_by_role("tab", name="Validation").click()
    root.locator(".sd-item").first.click()
    root.get_by_role("tab", name="Attributes").click()
    field = root.get_by_label("New attribute")
    field.fill(HOSTILE)
    field.press("Enter")
    root.locator(".sd-add-line .sd-problem").wait_for()
    made.page.evaluate("changed => window.take(changed)", {"progress": {
        "state": "failed", "task": HOSTILE, "done": 0, "total": 0, "label": HOSTILE, "result": None,
        "error": {"what": HOSTILE, "where": HOSTILE, "mend": HOSTILE, "statement": HOSTILE},
    }})  # fmt: skip
    root.get_by_role("button", name="Deploy", exact=True).first.click()
    root.locator(".sd-outcome").wait_for()
    assert made.page.evaluate("window.wasHacked") is None
    assert made.page.locator(".sd-root img, .sd-root script, .sd-root iframe").count() == 0
    assert HOSTILE in str(root.text_content())


def test_read_only_shows_and_changes_nothing(bench: Callable[..., Bench]) -> None:
    made = bench(shop(), read_only=True)
    root = made.hands.root
    assert root.get_by_role("button", name="New entity").count() == 0
    assert root.get_by_role("button", name="Deploy").count() == 0
    made.hands.choose("orders")
    assert root.get_by_label("Name of id").is_disabled()
    assert root.get_by_label("New attribute").count() == 0
    made.hands.card("orders").focus()
    for key in ("Delete", "n", "F2", "Shift+ArrowDown", "Control+z"):
        made.page.keyboard.press(key)
    canvas = root.locator(".sd-surface").bounding_box()
    made.page.mouse.dblclick(canvas["x"] + 20, canvas["y"] + 20)
    assert made.session.revision == 0
    assert len(made.widget.selected) <= 1


def test_three_hundred_tables_stay_fluid(bench: Callable[..., Bench]) -> None:
    columns = tuple(Attribute(name=f"column_{i}", data_type="text") for i in range(8))
    key = Attribute(name="id", data_type="bigint", is_primary_key=True, is_nullable=False)
    entities = tuple(
        Entity(
            name=f"table_{i:03}",
            attributes=(key.replace(id=designer_id()), *(c.replace(id=designer_id()) for c in columns)),
            position=Position(x=(i % 20) * 340, y=(i // 20) * 340),
        )
        for i in range(300)
    )
    ties = tuple(
        Relationship(source_entity_id=entities[i // 3].id, target_entity_id=entities[i].id) for i in range(1, 300)
    )
    made = bench(Design(name="large", entities=entities, relationships=ties))
    made.hands.wait()
    made.page.screenshot(path=SCREENSHOTS / "large.png")
    assert made.hands.root.locator(".sd-surface.sd-titles-only").count() == 1
    made.hands.choose("table_150")
    made.until(lambda: made.hands.root.locator(".sd-titles-only").count() == 0, "the card is read from near")
    drawn = made.page.evaluate(
        "[...document.querySelectorAll('.sd-card')].filter(c => c.style.display !== 'none').length"
    )
    assert 1 <= drawn < 60
    laid = "[...document.querySelectorAll('.sd-edge-line')].filter(l => l.getAttribute('d').includes('NaN')).length"
    assert made.page.evaluate(laid) == 0, "plain lines stand in for those that are not laid yet"
    assert made.widget._laying.wait(200)  # a thread that lays lines beside it would be measured, too
    frame = made.page.evaluate(
        """async () => {
          const surface = document.querySelector(".sd-surface");
          const times = [];
          let last = performance.now();
          for (let i = 0; i < 40; i += 1) {
            surface.dispatchEvent(new WheelEvent("wheel", { deltaX: 15, deltaY: 9, bubbles: true, cancelable: true }));
            await new Promise(requestAnimationFrame);
            times.push(performance.now() - last);
            last = performance.now();
          }
          return times.sort((a, b) => a - b)[20];
        }"""
    )
    assert frame < 120, f"a frame takes {frame:.0f} ms"


def test_an_error_stays_until_it_is_read_or_something_succeeds(
    bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = bench(shop())
    status = made.hands.root.locator(".sd-status")

    def refuse() -> None:
        raise DesignerError("the disk is full " * 20, where="shop", mend="make room: " + "please " * 40)

    monkeypatch.setattr(made.session, "undo", refuse)
    made.hands.card("orders").focus()
    made.page.keyboard.press("Control+z")
    status.get_by_title("Show the whole message").click()
    whole = status.get_by_role("region", name="The whole message")
    assert str(whole.text_content()).endswith("please")
    status.get_by_role("button", name="Dismiss the message").click()
    assert not whole.is_visible()
    made.page.keyboard.press("Control+z")
    made.hands.card("orders").focus()
    made.page.keyboard.press("Control+z")
    status.get_by_title("Show the whole message").wait_for()
    made.page.keyboard.press("Shift+ArrowDown")
    status.get_by_title("Show the whole message").wait_for(state="detached")


def test_rows_are_removed_with_a_second_click_only(bench: Callable[..., Bench], server: EmbeddedServer) -> None:
    server.drop_database("shop")
    made = bench(shop())
    made.session.deploy()
    made.session.fill(scale=0.1)
    before = made.session.row_counts()["rows"].tolist()
    root = made.hands.root
    root.get_by_role("button", name="Deploy", exact=True).first.click()
    replace = root.get_by_label("Replace the rows that are there")
    assert not replace.is_checked()
    replace.check()
    root.get_by_label("How much data").select_option("0.1")
    root.get_by_role("button", name="Fill with sample data").click()
    question = root.locator(".sd-question")
    made.until(lambda: made.widget.progress["state"] == "done", "it was asked")
    made.push()
    assert f"{sum(before):,} rows from 2 tables of shop (embedded server)" in str(question.text_content())
    assert made.session.row_counts()["rows"].tolist() == before
    question.get_by_role("button", name="Leave it as it is").click()
    question.wait_for(state="detached")
    root.get_by_role("button", name="Fill with sample data").click()
    made.until(lambda: made.widget.progress["state"] == "done", "it was asked again")
    made.push()
    question.get_by_role("button", name=f"Remove {sum(before):,} rows and fill").click()
    made.until(lambda: "words" in (made.widget.progress["result"] or {}), "it was filled")
    made.push()
    assert "rows in 2 tables" in str(root.locator(".sd-outcome").text_content())
    server.drop_database("shop")


def test_the_sql_is_searched_and_follows_the_selection(bench: Callable[..., Bench]) -> None:
    made = bench(templates.load("marketplace"))
    root = made.hands.root
    made.hands.sql()
    made.hands.choose("payments")
    panel = root.locator(".sd-drawer-body")

    def shows(text: str) -> bool:
        """Whether a text of the SQL is within what shows of it."""
        return bool(
            panel.evaluate(
                """(panel, text) => {
                  const code = panel.querySelector(".sd-sql code");
                  const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
                  const box = panel.getBoundingClientRect();
                  const range = document.createRange();
                  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                    if (!node.textContent.includes(text)) continue;
                    range.selectNode(node);
                    const all = [...range.getClientRects()];
                    if (all.some((one) => one.bottom > box.top && one.top < box.bottom)) return true;
                  }
                  return false;
                }""",
                text,
            )
        )

    made.until(lambda: shows("public.payments ("), "the table of the selection shows")
    field = root.get_by_label("Find in the SQL")
    field.fill("GATEWAY_transaction_id")
    made.until(lambda: shows("gateway_transaction_id"), "what was searched shows")
    field.press("Enter")
    assert str(root.locator(".sd-find-count").text_content()).startswith("2 of ")
    field.fill("not in there")
    assert root.locator(".sd-find-count").text_content() == "nothing found"


def test_leaving_the_page_leaves_nothing_behind(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    assert made.page.evaluate("window.listening()") > 0
    made.page.evaluate("window.stop()")
    assert made.page.evaluate("window.listening()") == 0
    made.until(lambda: not made.widget._is_following, "the kernel follows the project for nobody")


def designer_id() -> Any:
    """A new identity."""
    from designer_kernel.design.identity import new_id

    return new_id()
