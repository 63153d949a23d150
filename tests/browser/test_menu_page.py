"""The menu at a card, a line and the canvas: by the pointer's second button and by the Menu key."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.bench import Bench, shop

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def test_what_can_be_done_is_offered_where_it_is_done(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    page, menu = made.page, made.hands.root.get_by_role("menu")
    made.hands.drag_between("customers", "orders")
    made.until(lambda: len(made.session.design.relationships) == 1, "the relationship is there")
    page.keyboard.press("Escape")

    made.hands.card("orders").locator(".sd-card-header").click(button="right")
    assert made.widget.selected == [str(made.entity("orders").id)]
    assert menu.get_by_role("menuitem").first.evaluate("one => one === document.activeElement")
    made.shoot("menu")
    menu.get_by_role("menuitem", name="Duplicate the selection").click()
    made.until(lambda: len(made.session.design.entities) == 3, "there is a copy")
    assert menu.count() == 0

    made.hands.card("customers").focus()
    page.keyboard.press("ContextMenu")
    menu.wait_for()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    made.until(lambda: [one.name for one in made.session.design.entities][:1] == ["orders"], "the entity is removed")
    page.keyboard.press("Control+z")
    made.until(lambda: len(made.session.design.entities) == 3, "and is there again")

    box = made.hands.root.locator(".sd-surface").bounding_box()
    page.mouse.click(box["x"] + 40, box["y"] + box["height"] - 40, button="right")
    page.keyboard.press("ArrowUp")
    assert menu.get_by_role("menuitem").last.evaluate("one => one === document.activeElement"), "arrows go round"
    menu.get_by_role("menuitem", name="New entity here").click()
    made.until(lambda: len(made.session.design.entities) == 4, "an entity is drawn")
    page.keyboard.press("Escape")

    line = made.hands.root.locator(".sd-edges .sd-edge").first
    line.dispatch_event("contextmenu", {"clientX": 300, "clientY": 300, "bubbles": True, "cancelable": True})
    assert made.widget.selected == [str(made.session.design.relationships[0].id)]
    menu.get_by_role("menuitem", name="Remove").click()
    made.until(lambda: not made.session.design.relationships, "the relationship is removed")


def test_who_only_looks_is_offered_nothing_that_changes(bench: Callable[..., Bench]) -> None:
    made = bench(shop(), read_only=True)
    made.hands.card("orders").locator(".sd-card-header").click(button="right")
    items = made.hands.root.get_by_role("menuitem")
    assert items.all_inner_texts() == ["Open the inspector\nEnter", "Focus on it", "Its SQL"]
    made.page.keyboard.press("Escape")
    assert items.count() == 0
