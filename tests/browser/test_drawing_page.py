"""Drawing on the canvas: lines typed on cards, lines between cards, copies, rows that move."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.bench import Bench, focused, shop

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def test_attributes_are_typed_on_the_card(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    keyboard, root = made.page.keyboard, made.hands.root
    canvas = root.locator(".sd-surface").bounding_box()
    made.page.mouse.dblclick(canvas["x"] + 60, canvas["y"] + canvas["height"] - 40)
    root.get_by_label("Name of new_entity").wait_for()
    keyboard.type("people")
    keyboard.press("Enter")
    made.until(lambda: focused(made) == "New attribute of people", "attributes are typed where the name was")
    keyboard.type("email varchar(255) unique not null\nborn date\nlast text\nhappy boolaen(\n")
    problem = root.locator(".sd-card-line .sd-problem")
    problem.wait_for()
    assert "is not an attribute" in str(problem.text_content())
    field = root.get_by_label("New attribute of people")
    made.until(lambda: field.input_value() == "happy boolaen(", "what was refused can be mended")
    assert len(made.entity("people").attributes) == 4
    field.fill("happy boolean")
    keyboard.press("Enter")
    made.until(lambda: len(made.entity("people").attributes) == 5, "it was mended")
    email = made.entity("people").attribute("email")
    assert (email.type, email.is_unique, email.is_nullable) == ("character varying(255)", True, False)
    box, card = field.bounding_box(), made.hands.card("people").bounding_box()
    assert box["y"] + box["height"] <= canvas["y"] + canvas["height"], "the field is in sight"
    assert abs(box["x"] - card["x"]) < 3
    made.shoot("draw-lines")
    keyboard.press("Enter")
    made.until(lambda: focused(made).startswith("people, "), "an empty line ends it")
    assert field.count() == 0

    row = made.hands.card("people").locator(f"[data-row='{email.id}']")
    row.dblclick()
    line = root.get_by_label("Line of email")
    line.wait_for()
    assert line.input_value() == "email varchar(255) NOT NULL UNIQUE"
    keyboard.type("mail")  # the name is selected
    keyboard.press("Enter")
    made.until(lambda: made.entity("people").attribute("mail") is not None, "it is renamed")
    assert made.entity("people").attribute("mail").replace(name="email") == email
    keyboard.press("F2")
    line = root.get_by_label("Line of mail")
    line.fill("mail text default 'a(")
    keyboard.press("Enter")
    problem.wait_for()
    line.fill("mail text default 'a'")
    keyboard.press("Enter")
    made.until(lambda: made.entity("people").attribute("mail").default_value == "'a'", "the whole line is taken")
    assert made.entity("people").attribute("mail").type == "text"
    made.until(lambda: focused(made).startswith("people, "), "the card has the keyboard")
    keyboard.press("a")
    made.until(lambda: focused(made) == "New attribute of people", "a key opens it")
    keyboard.press("Escape")
    made.until(lambda: focused(made).startswith("people, "), "Escape ends it")
