"""What cards and lines show: findings, marks, facts beside the pointer, lit and hidden lines, levels of detail."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design.objects import Enum
from designer_kernel.design.parts import Check, Index, IndexKey
from designer_kernel.design.values import Position
from tests.browser.bench import Bench, focused

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

HOSTILE = "<img src=x onerror=hacked()>"


def broken() -> Design:
    """Return three entities: one without a key, one that checks and indexes, one that inherits from an abstract one."""
    key = {"name": "id", "data_type": "bigint", "is_primary_key": True, "is_nullable": False}
    people = Entity(name="people", attributes=(Attribute(**key),), position=Position(x=0, y=0))
    orders = Entity(
        name="orders",
        description=f"What people buy. {HOSTILE}",
        attributes=(
            Attribute(**key),
            Attribute(name="status", data_type="order_status", default_value="'new'", is_nullable=False),
            Attribute(name="total", data_type="float", description="With taxes"),
        ),
        indexes=(Index(name="orders_status", keys=(IndexKey(attribute="status"),)),),
        checks=(Check(name="not_negative", expression="total >= 0"),),
        position=Position(x=420, y=0),
    )
    kept = Entity(name="kept", is_abstract=True, position=Position(x=840, y=200))
    gifts = Entity(name="gifts", attributes=(Attribute(**key),), inherits=(kept.id,), position=Position(x=840, y=0))
    loose = Entity(name="loose", attributes=(Attribute(name="note", data_type="text"),), position=Position(x=0, y=260))
    ties = (Relationship(source_entity_id=people.id, target_entity_id=orders.id),)
    status = Enum(name="order_status", labels=("new", "paid", HOSTILE))
    return Design(name="shop", entities=(people, orders, kept, gifts, loose), relationships=ties, enums=(status,))


def test_cards_and_lines_tell_what_is_known(bench: Callable[..., Bench]) -> None:
    made = bench(broken())
    page, hands = made.page, made.hands
    hands.wait()
    facts, drawer = page.locator(".sd-facts"), page.locator(".sd-findings")
    made.shoot("looks")

    picture = made.widget.picture
    loose = hands.card("loose")
    mark = loose.locator("> .sd-found")
    assert mark.locator("text").text_content() == "1"
    assert "1 " in str(loose.get_attribute("aria-description"))
    mark.click()
    shown = drawer.locator(".sd-shown")
    assert "loose" in str(shown.text_content())
    assert page.evaluate("document.activeElement.closest('.sd-shown') !== null")
    made.until(lambda: loose.get_attribute("aria-selected") == "true", "what it speaks of is chosen")
    shown.locator(".sd-button-mend").click()
    made.until(lambda: loose.locator(".sd-found").count() == 0, "what is mended is marked no more")
    made.until(lambda: made.entity("loose").key != (), "it is mended in the design")
    page.keyboard.press("Escape")
    page.locator(".sd-drawer").get_by_role("button", name="Close the panel").click()
    assert "findings" not in str(picture["cards"]), "the picture knows nothing of findings"

    orders = hands.card("orders")
    status = orders.locator(".sd-row", has_text="status")
    assert status.locator(".sd-mark-idx").count() == 1
    assert orders.locator(".sd-row", has_text="total").locator(".sd-mark-check").count() == 1
    assert orders.locator(".sd-row", has_text="total").locator(".sd-found-warning").count() == 1
    assert page.locator(".sd-card title").count() == 0
    status.hover()
    facts.wait_for(state="visible")
    told = str(facts.text_content())
    for part in (
        "orders.status",
        "order_status",
        "'new'",
        "Nullableno",
        "orders_status: (status)",
        f"new, paid, {HOSTILE}",
    ):
        assert part in told
    made.shoot("looks-row")
    box, card = facts.bounding_box(), orders.bounding_box()
    assert box["x"] >= card["x"] + card["width"] or box["x"] + box["width"] <= card["x"]
    page.mouse.down()
    assert facts.is_hidden()
    page.mouse.up()

    orders.focus()
    page.keyboard.press("i")
    told = str(facts.text_content())
    assert "status" in told
    page.keyboard.press("Escape")
    assert facts.is_hidden()
    assert focused(made).startswith("orders,")
    hands.choose("orders")
    orders.focus()
    page.keyboard.press("Shift+F10")
    told = str(facts.text_content())
    assert "not_negative: total >= 0" in told
    assert HOSTILE in told
    page.keyboard.press("!")
    assert "orders" in str(drawer.locator(".sd-shown").text_content())
    page.locator(".sd-drawer").get_by_role("button", name="Close the panel").click()

    orders.locator(".sd-row", has_text="person_id").hover()
    assert page.locator(".sd-edge.sd-lit").count() == 1
    assert hands.card("people").locator(".sd-row.sd-lit").count() == 1
    made.shoot("looks-lit")
    page.mouse.move(5, 5)
    assert page.locator(".sd-lit").count() == 0
    line = page.locator(".sd-edge-relationship .sd-edge-reach").first
    x, y = line.evaluate(
        "one => { const p = one.getPointAtLength(40).matrixTransform(one.getScreenCTM()); return [p.x, p.y]; }"
    )
    page.mouse.move(x, y)
    assert page.locator(".sd-row.sd-lit").count() == page.locator(".sd-card.sd-lit").count() == 2, "both ends are lit"

    page.get_by_role("button", name="Show or hide lines by kind").click()
    page.get_by_label("Inheritance").uncheck()
    page.keyboard.press("Escape")
    assert page.locator(".sd-edge-inherits .sd-edge-line").is_hidden()
    assert page.locator(".sd-edge-relationship .sd-edge-line").first.is_visible()

    surface = page.locator(".sd-surface")
    orders.focus()
    levels = []
    for _ in range(12):
        page.keyboard.press("-")
        page.wait_for_timeout(40)
        levels += [
            name for name in ("sd-keys-only", "sd-titles-only", "sd-far") if name in surface.get_attribute("class")
        ]
        if levels and levels[-1] == "sd-keys-only" and levels.count("sd-keys-only") == 1:
            made.shoot("looks-keys")
    assert list(dict.fromkeys(levels)) == ["sd-keys-only", "sd-titles-only", "sd-far"]
    page.keyboard.press("0")
    page.keyboard.press("?")
    assert page.locator(".sd-legend .sd-mark").count() == 7
    made.shoot("looks-legend")
    page.keyboard.press("Escape")
    assert not page.evaluate("Boolean(window.wasHacked)")
