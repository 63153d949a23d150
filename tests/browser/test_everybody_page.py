"""The designer for whoever reads other letters, needs them large, or wants nothing to move."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design.values import Position
from tests.browser.bench import Bench

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

NAMES = ("客户订单明细表", "طلبات_العملاء", "הזמנות", "a" * 63, "é" * 31, "주문")

CUT_OFF = """() => [...document.querySelectorAll(".sd-root button, .sd-root input, .sd-root select")]
    .filter((one) => one.offsetParent && !one.closest(".sd-tabs, .sd-grid, table, .sd-query"))
    .filter((one) => {
        const {left, right} = one.getBoundingClientRect();
        return left < -1 || right > innerWidth + 1;
    }).map((one) => one.title || one.textContent)"""
"""Controls that stand outside of the window."""

RUNNING_OVER = """() => [...document.querySelectorAll(".sd-card")].flatMap((card) => {
    const box = card.querySelector(".sd-card-body").getBoundingClientRect();
    return [...card.querySelectorAll("text")].filter((text) => {
        const {left, right} = text.getBoundingClientRect();
        return right - left > 0 && (left < box.left - 1 || right > box.right + 1);
    }).map((text) => text.textContent);
})"""
"""Words that stand outside of their card."""

MOVING = """() => [...document.querySelectorAll(".sd-root *")].filter((one) => {
    const style = getComputedStyle(one);
    const moves = (name) => style[name].split(",").some((time) => parseFloat(time) > 0.01);
    return moves("transitionDuration") || (style.animationName !== "none" && moves("animationDuration"));
}).length"""


def letters() -> Design:
    """Return a design with names of many letters: from the right, wide, and as long as PostgreSQL keeps them."""
    key: dict[str, Any] = {"name": "id", "data_type": "bigint", "is_primary_key": True, "is_nullable": False}
    entities = tuple(
        Entity(
            name=name,
            description=name,
            position=Position(x=420 * (number % 3), y=260 * (number // 3)),
            attributes=(
                Attribute(**key),
                Attribute(name=name, data_type="text", description=name),
                Attribute(name="W" * 63, data_type="timestamp with time zone", is_unique=True),
            ),
        )
        for number, name in enumerate(NAMES)
    )
    one, two, three = entities[:3]
    ties = (
        Relationship(source_entity_id=one.id, target_entity_id=two.id, name="关系"),
        Relationship(source_entity_id=two.id, target_entity_id=three.id, name="קשר"),
    )
    return Design(name="مخزن 仓库", entities=entities, relationships=ties)


def test_other_letters_large_ones_and_nothing_that_moves(bench: Callable[..., Bench]) -> None:
    made = bench(letters())
    page, root = made.page, made.hands.root
    for name in NAMES:
        assert made.hands.card(name).count() == 1, "a screen reader hears the whole name"
    assert page.evaluate(RUNNING_OVER) == []
    page.evaluate("document.documentElement.dir = 'rtl'")
    page.wait_for_timeout(150)
    assert page.evaluate(RUNNING_OVER) == [], "also on a page that runs from the right"
    made.shoot("letters")
    page.evaluate("document.documentElement.dir = 'ltr'")

    page.set_viewport_size({"width": 750, "height": 430})  # as large as 1500 by 860 at 200 %
    made.hands.sql()
    page.wait_for_timeout(200)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing to scroll sideways"
    assert page.evaluate(CUT_OFF) == []
    made.shoot("letters-large")
    root.get_by_role("button", name="Close the panel").click()
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(MOVING) == 0
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(MOVING) > 0, "the check sees what moves"
