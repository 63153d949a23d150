"""Lines and layout by hand: bends that are dragged and typed, pins, a layout that is stopped, pictures as files."""

from __future__ import annotations

import threading
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest
from designer_widgets import layout_hands, layouts

from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design.values import Position
from tests.browser.bench import Bench, focused

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def shop() -> Design:
    """Return three entities with two lines between them, two of which are parallel, and a self-reference."""
    key = {"name": "id", "data_type": "bigint", "is_primary_key": True, "is_nullable": False}
    text = {"name": "name", "data_type": "text"}
    places = {"customers": (0, 0), "orders": (620, 60), "categories": (40, 340)}
    columns = {"customers": (), "orders": ("places_id", "pays_id"), "categories": ("parent_id",)}
    entities = tuple(
        Entity(
            name=name,
            attributes=(Attribute(**key), *(Attribute(name=one, data_type="bigint") for one in columns[name]),
                        Attribute(**text)),
            position=Position(x=x, y=y),
        )
        for name, (x, y) in places.items()
    )  # fmt: skip
    customers, orders, categories = (one.id for one in entities)
    ends = ((customers, orders, "places"), (customers, orders, "pays"), (categories, categories, "parent"))
    relationships = tuple(
        Relationship(source_entity_id=one, target_entity_id=two, name=name, target_attributes=(f"{name}_id",))
        for one, two, name in ends
    )
    return Design(name="shop", entities=entities, relationships=relationships)


def line(made: Bench, name: str = "places") -> Any:
    """Return a relationship as it is now."""
    return next(one for one in made.session.design.relationships if one.name == name)


def choose(made: Bench, name: str = "places") -> None:
    """Choose a line where it runs."""
    key = str(line(made, name).id)
    reach = made.page.locator(f"[data-edge='{key}'] .sd-edge-reach")
    at = reach.evaluate(
        """one => { const at = one.getPointAtLength(one.getTotalLength() * .3).matrixTransform(one.getScreenCTM());
        return [at.x, at.y]; }"""
    )
    made.page.mouse.click(*at)
    made.until(lambda: made.page.locator(".sd-line-bar").is_visible(), "the line is chosen")


def drag(made: Bench, grip: Any, by: tuple[float, float]) -> None:
    box = grip.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    made.page.mouse.move(x, y)
    made.page.mouse.down()
    made.page.mouse.move(x + by[0], y + by[1], steps=6)
    made.page.mouse.up()


def test_a_line_is_bent_with_the_pointer_and_the_keyboard_and_straightened(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    page, session = made.page, made.session

    def held() -> str:
        return str(page.evaluate("document.activeElement.getAttribute('class')"))

    scale = float(page.locator(".sd-viewport").evaluate("one => one.getCTM().a"))
    choose(made)
    drag(made, page.locator(".sd-bend-end").first, (0, 120))
    made.until(lambda: line(made).bends is not None, "the line is bent")
    turns = line(made).bends.turns
    assert len(turns) == 3
    edge = next(one for one in session.picture().edges if one.id == str(line(made).id))
    rows = edge.points[0][1], edge.points[-1][1]
    assert min(abs(turns[1] - row - 120 / scale) for row in rows) < 3
    assert turns[1] in {y for _x, y in edge.points[2:-2]}
    made.until(lambda: page.locator(".sd-line-bar").get_by_text("Straighten").is_visible(), "it can be straightened")
    made.shoot("lines-bent")

    page.locator(".sd-card", has_text="orders").first.press("b")
    assert focused(made).startswith("Bend 1 of ")
    grips = page.locator(".sd-bend")
    names = grips.evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    assert names[0] == f"Bend 1 of {len(names)}, customers to orders"
    for _ in names:
        if held() == "sd-bend sd-bend-y":
            break
        page.keyboard.press("Tab")
    before = session.revision
    page.keyboard.down("ArrowDown")
    page.keyboard.down("ArrowDown")
    page.keyboard.up("ArrowDown")
    made.until(lambda: line(made).bends.turns[1] == turns[1] + 20, "two steps down")
    assert session.revision == before + 1, "keys that are held are one edit"
    made.until(lambda: held() == "sd-bend sd-bend-y", "it keeps the keyboard")

    header = made.hands.card("customers").locator("[data-part=header]")
    drag(made, header, (-90, 60))
    made.until(lambda: made.entity("customers").position != Position(x=0, y=0), "the card has moved")
    assert line(made).bends.turns[1] == turns[1] + 20, "what was laid by hand stays while one card moves"
    points = next(one for one in session.picture().edges if one.id == str(line(made).id)).points
    assert all(a[0] == b[0] or a[1] == b[1] for a, b in pairwise(points))

    choose(made)
    page.locator(".sd-line-bar").get_by_text("Straighten").click()
    made.until(lambda: line(made).bends is None, "the router has it again")
    page.keyboard.press("Control+z")
    made.until(lambda: line(made).bends is not None, "undo bends it again")


def test_pins_and_a_layout_that_is_stopped(bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(layout_hands, "AT_ONCE", 2)
    begun, may_go = threading.Event(), threading.Event()
    arrangement = layouts.arrangement

    def slow(*given: Any, **more: Any) -> Any:
        begun.set()
        assert may_go.wait(60)
        return arrangement(*given, **more)

    monkeypatch.setattr(layouts, "arrangement", slow)
    made = bench(shop())
    page, session = made.page, made.session
    made.hands.choose("orders")
    made.hands.card("orders").press("p")
    made.until(lambda: page.locator(".sd-pin").count() == 1, "the card is pinned")
    before = session.design
    page.get_by_title("Arrange the diagram anew").click()
    bar = page.locator(".sd-arranging")
    made.until(bar.is_visible, "the bar is there")
    assert begun.wait(30)
    made.shoot("lines-arranging")
    bar.get_by_text("Cancel").click()
    may_go.set()
    made.until(lambda: not bar.is_visible(), "the layout is stopped")
    assert session.design == before
    page.get_by_title("Arrange the diagram anew").click()
    made.until(lambda: session.design != before, "the layout is made")
    assert made.entity("orders").position == before.entity("orders").position
    made.until(lambda: not bar.is_visible(), "the bar is gone")
    page.keyboard.press("Control+z")
    made.until(lambda: session.design == before, "undo puts all of it back")


def test_what_is_seen_is_saved_as_a_picture(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    page = made.page
    page.emulate_media(reduced_motion="reduce")  # colours are looked at once they have changed

    def saved(*choices: str) -> bytes:
        page.get_by_title("Save a picture of what is seen").click()
        dialog = page.get_by_role("dialog", name="Save as picture")
        for words in choices:
            dialog.get_by_text(words).click()
        with page.expect_download() as download:
            dialog.get_by_role("button", name="Save", exact=True).click()
        made.until(lambda: "Saved as shop." in (dialog.inner_text() or ""), "it is told")
        made.shoot(f"lines-picture-{len(choices)}")
        page.keyboard.press("Escape")
        return bytes(download.value.path().read_bytes())

    whole = saved().decode()
    assert whole.startswith("<svg")
    assert 'aria-label="customers"' in whole
    assert "<text" not in whole, "it needs no fonts"
    assert "sd-dark" in saved("Dark", "As text").decode()
    png = saved("PNG:", "4×", "Light")
    assert png.startswith(b"\x89PNG")
    width = int.from_bytes(png[16:20], "big")
    scale = float(whole.split('viewBox="0 0 ')[1].split(" ")[0])
    assert abs(width - 4 * scale) <= 1
    page.keyboard.press("Control+=")
    shown = saved("PNG:", "1×", "What is on the screen", "Light")
    assert int.from_bytes(shown[16:20], "big") != width // 4
