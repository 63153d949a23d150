"""Gestures and keys on a bare page: dragging, drawing, naming, panels, narrow pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.bench import Bench, focused, shop

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def test_two_cards_are_connected_by_dragging(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    made.hands.drag_between("customers", "orders")
    made.until(lambda: len(made.session.design.relationships) == 1, "the relationship is there")
    relationship = made.session.design.relationships[0]
    assert relationship.source_entity_id == made.entity("customers").id
    assert made.hands.root.locator(".sd-edge").count() == 1
    assert "exactly one customers" in str(made.hands.root.locator(".sd-edge title").first.text_content())
    made.hands.choose("orders")
    made.page.wait_for_timeout(200)
    x, y = made.hands.root.locator(".sd-edges .sd-edge-line").evaluate(
        """(line) => {
          const middle = line.getPointAtLength(line.getTotalLength() / 2).matrixTransform(line.getScreenCTM());
          return [middle.x, middle.y];
        }"""
    )
    made.page.mouse.click(x + 2, y + 2)
    made.until(lambda: made.widget.selected == [str(relationship.id)], "a click near the line selects it")


def test_a_card_is_dragged_and_the_drag_undone(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    mouse = made.page.mouse
    box = made.hands.card("orders").bounding_box()
    other = made.hands.card("customers")

    def gap() -> float:
        """How far the card stands from the other one: the inspector that opens may move both."""
        return float(made.hands.card("orders").bounding_box()["x"] - other.bounding_box()["x"])

    before = gap()
    scale = box["width"] / next(card["width"] for card in made.widget.picture["cards"] if card["title"] == "orders")
    mouse.move(box["x"] + 40, box["y"] + 12)
    mouse.down()
    mouse.move(box["x"] + 40 + 100 * scale, box["y"] + 12 + 200 * scale, steps=4)
    mouse.up()
    made.until(lambda: made.session.revision == 1, "the place is kept")
    assert abs(made.entity("orders").position.x - 580) <= 10
    assert abs(made.entity("orders").position.y - 240) <= 10
    made.page.keyboard.press("Control+z")
    made.until(lambda: made.entity("orders").position.x == 480, "the card is back")
    made.until(lambda: abs(gap() - before) < 2, "the drawing is back")


def test_the_background_adds_pans_and_selects_many(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    page, mouse = made.page, made.page.mouse
    canvas = made.hands.root.locator(".sd-surface").bounding_box()
    corner = (canvas["x"] + 30, canvas["y"] + 30)
    before = made.hands.card("orders").bounding_box()["x"]
    mouse.move(*corner)
    mouse.down()
    mouse.move(corner[0] + 70, corner[1] + 20, steps=3)
    mouse.up()
    made.until(lambda: abs(made.hands.card("orders").bounding_box()["x"] - before - 70) < 2, "the view moved")
    page.keyboard.down("Shift")
    mouse.move(*corner)
    mouse.down()
    mouse.move(canvas["x"] + canvas["width"] - 10, canvas["y"] + canvas["height"] - 10, steps=3)
    mouse.up()
    page.keyboard.up("Shift")
    made.until(lambda: len(made.widget.selected) == 2, "both are selected")
    mouse.dblclick(*corner)
    made.hands.root.get_by_label("Name of new_entity").press("Escape")
    made.until(lambda: len(made.session.design.entities) == 3, "an entity was added")


def test_everything_is_done_with_the_keyboard(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    keyboard = made.page.keyboard
    made.hands.card("customers").focus()
    keyboard.press("ArrowRight")
    assert focused(made).startswith("orders, ")
    keyboard.press("Shift+ArrowDown")
    made.until(lambda: made.entity("orders").position.y == 60, "the card was moved")
    keyboard.press("F2")
    keyboard.type("purchases")
    keyboard.press("Enter")
    made.until(lambda: focused(made).startswith("purchases, "), "it was renamed and has the keyboard")
    keyboard.press("n")
    made.hands.root.get_by_label("Name of new_entity").wait_for()
    keyboard.type("items")
    keyboard.press("Enter")
    made.until(lambda: made.session.design.find_entity("items") is not None, "one was added")
    made.until(lambda: focused(made) == "New attribute of items", "its attributes can be typed")
    keyboard.type("id uuid primary key default gen_random_uuid()")
    keyboard.press("Enter")
    made.until(lambda: made.entity("items").attribute("id").type == "uuid", "the key is the one that was typed")
    made.until(lambda: made.page.evaluate("document.activeElement.value") == "", "the line is empty again")
    keyboard.press("Escape")
    made.until(lambda: focused(made).startswith("items, "), "the card has the keyboard")
    keyboard.press("c")
    dialog = made.hands.root.get_by_role("dialog")
    dialog.get_by_role("button", name="Create relationship").focus()
    keyboard.press("Enter")
    made.until(lambda: len(made.session.design.relationships) == 1, "they are connected")
    made.hands.card("items").focus()
    keyboard.press("Enter")
    assert focused(made) == "Name of id"
    keyboard.type("_2")  # committed when the field is left
    made.hands.card("items").focus()
    keyboard.press("Delete")
    made.until(lambda: made.session.design.find_entity("items") is None, "it was removed")
    keyboard.press("Control+z")
    made.until(lambda: made.session.design.find_entity("items") is not None, "it is back")
    keyboard.press("/")
    assert made.page.evaluate("document.activeElement.type") == "search"


def test_a_refusal_stands_under_its_field(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    made.hands.choose("orders")
    field = made.hands.root.get_by_label("New attribute")
    field.fill("price numeric(")
    field.press("Enter")
    problem = made.hands.root.locator(".sd-add-line .sd-problem")
    problem.wait_for()
    assert "is not an attribute" in str(problem.text_content())
    assert field.get_attribute("aria-invalid") == "true"
    assert "is not an attribute" in str(made.hands.root.locator(".sd-live").text_content())
    kind = made.hands.root.get_by_label("Type of id")
    kind.fill("nonsense(")
    kind.press("Enter")
    made.hands.root.locator(".sd-grid .sd-problem").first.wait_for()
    assert made.session.revision == 0


def test_a_narrow_page_keeps_its_canvas(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    root = made.hands.root
    sides = [root.get_by_role("navigation", name="Entities"), root.get_by_role("complementary", name="Inspector")]
    assert [side.is_visible() for side in sides] == [True, False]
    for width in (1000, 720, 390):
        made.page.set_viewport_size({"width": width, "height": 720})
        made.until(lambda: not any(side.is_visible() for side in sides), "the sides give way")
        assert root.locator(".sd-canvas").bounding_box()["width"] >= width - 24
        assert root.locator(".sd-canvas").bounding_box()["height"] >= 500
        for name in ("DDL", "Deploy", "Show or hide the entity list", "Show or hide the inspector", "Keys"):
            box = root.get_by_role("button", name=name, exact=True).bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
    for width in (1500, 1200, 1000, 820):
        made.page.set_viewport_size({"width": width, "height": 720})
        for bar in (".sd-toolbar", ".sd-seen"):
            made.until(lambda bar=bar: root.locator(bar).bounding_box()["height"] < 50, f"{bar} is one line at {width}")
    made.page.set_viewport_size({"width": 1000, "height": 720})
    made.until(lambda: root.locator(".sd-canvas").bounding_box()["width"] > 900, "the canvas is wide again")
    root.get_by_role("button", name="Show everything").click()
    made.page.wait_for_timeout(200)  # a frame is drawn
    card = made.hands.card("orders")
    box = card.bounding_box()
    made.page.mouse.click(box["x"] + 30, box["y"] + 10)
    sides[1].wait_for()
    made.until(
        lambda: card.bounding_box()["x"] + card.bounding_box()["width"] <= sides[1].bounding_box()["x"] + 1,
        "the card is beside the inspector",
    )
    root.get_by_role("button", name="Close the inspector").click()
    assert not sides[1].is_visible()


def test_sides_are_as_wide_as_they_are_made(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    root = made.hands.root
    made.hands.choose("orders")
    edge = root.get_by_role("separator", name="Width of the inspector")
    before = root.locator(".sd-right").bounding_box()["width"]
    edge.focus()
    made.page.keyboard.press("ArrowLeft")
    assert root.locator(".sd-right").bounding_box()["width"] == before + 16
    grip = edge.bounding_box()
    made.page.mouse.move(grip["x"] + 3, grip["y"] + 200)
    made.page.mouse.down()
    made.page.mouse.move(grip["x"] - 57, grip["y"] + 200, steps=3)
    made.page.mouse.up()
    assert abs(root.locator(".sd-right").bounding_box()["width"] - before - 76) < 2
    made.page.reload()
    made.hands.choose("orders")
    assert abs(root.locator(".sd-right").bounding_box()["width"] - before - 76) < 2
