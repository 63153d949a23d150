"""Drawing on the canvas: lines typed on cards, lines between cards, copies, rows that move."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from designer_kernel.design import Design, Entity, Relationship
from designer_kernel.design.expansion import expand
from designer_kernel.design.values import Position
from designer_kernel.exchange.attribute_line import parse_line
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
    made.until(lambda: focused(made).startswith("people, "), "the card has the keyboard again")
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


def drag(made: Bench, start: tuple[float, float], end: tuple[float, float], key: str = "") -> None:
    """Drag from a point to another; ``key`` is pressed on the way."""
    mouse = made.page.mouse
    mouse.move(*start)
    mouse.down()
    mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=3)
    if key:
        made.page.keyboard.press(key)
    mouse.move(*end, steps=3)
    mouse.up()


def dot(made: Bench, row: Any, side: str = "right") -> tuple[float, float]:
    """Return where the dot beside a row is, after the pointer came to the row."""
    box = row.bounding_box()
    made.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    found = made.hands.root.locator(f"[data-handle={side}]").bounding_box()
    return found["x"] + found["width"] / 2, found["y"] + found["height"] / 2


def middle(row: Any) -> tuple[float, float]:
    box = row.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def branches() -> Design:
    """Return a design whose ``branches`` have a key of two attributes."""
    lines = ("country text primary key", "number int primary key", "name text")
    branches = Entity(name="branches", attributes=tuple(map(parse_line, lines)), position=Position(x=0, y=240))
    return shop().replace(entities=(*shop().entities, branches))


def test_one_gesture_makes_a_relationship_of_any_kind(bench: Callable[..., Bench]) -> None:
    made = bench(branches())
    root, page = made.hands.root, made.page
    rows = {name: made.hands.card(name).locator(".sd-row") for name in ("customers", "orders", "branches")}
    started = made.session.design
    made.hands.drag_between("customers", "orders")
    made.until(lambda: len(made.session.design.relationships) == 1, "a line makes a relationship at once")
    assert root.get_by_role("dialog").count() == 0
    rows["orders"].nth(1).wait_for()
    assert "customer_id" in str(rows["orders"].nth(1).text_content())
    drag(made, dot(made, rows["customers"].first), middle(rows["customers"].first))
    assert len(made.session.design.relationships) == 1, "a slip draws nothing"

    away = (root.locator(".sd-surface").bounding_box()["x"] + 60, middle(rows["customers"].first)[1] + 90)
    start = dot(made, rows["customers"].first, "left")
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*away, steps=3)
    page.mouse.move(*middle(rows["customers"].first), steps=3)
    page.mouse.up()
    made.until(lambda: len(made.session.design.relationships) == 2, "a line to its own card")
    assert made.session.design.relationships[1].target_entity_id == made.entity("customers").id
    made.shoot("draw-self")
    drag(made, dot(made, rows["customers"].first), middle(rows["branches"].last), key="m")
    made.until(lambda: len(made.session.design.relationships) == 3, "many to many")
    made.hands.card("customers_branches").wait_for()

    box = root.locator(".sd-surface").bounding_box()
    empty = (box["x"] + 420, box["y"] + box["height"] - 60)
    rows["branches"].nth(0).click()
    rows["branches"].nth(1).click(modifiers=["Control"])
    assert root.locator(".sd-row-chosen").count() == 2
    before = made.session.revision
    drag(made, dot(made, rows["branches"].nth(1)), empty)
    root.get_by_label("Name of the new entity").wait_for()
    made.shoot("draw-new")
    page.keyboard.type("orders\n")
    root.locator(".sd-rename .sd-problem").wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.type("visits\n")
    made.until(lambda: focused(made) == "New attribute of visits", "it is named, and its attributes are typed")
    page.keyboard.press("Escape")
    assert made.session.revision == before + 1
    key = next(k for k in expand(made.session.design).foreign_keys if k.child_entity_id == made.entity("visits").id)
    assert key.child_attributes == ("branch_country", "branch_number")
    for _ in range(4):
        page.keyboard.press("Control+z")
    made.until(lambda: made.session.design == started, "each gesture is taken back by one undo")
    made.until(lambda: root.locator(".sd-edge").count() == 0, "and gone from the page")


def test_a_relationship_is_changed_at_its_line(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    root, keyboard = made.hands.root, made.page.keyboard

    def line() -> Relationship:
        return made.session.design.relationships[0]

    made.hands.drag_between("customers", "orders")
    keyboard.press("Escape")
    made.until(lambda: root.locator(".sd-edge").count() == 1, "the line is drawn")
    made.page.wait_for_timeout(600)
    bar = root.get_by_role("toolbar", name="Relationship customers to orders")
    assert not bar.is_visible(), "Escape keeps the bar away, however early it comes"
    made.hands.card("orders").focus()
    keyboard.press("r")
    bar.wait_for()
    place = bar.bounding_box()
    for name in ("customers", "orders"):
        card = made.hands.card(name).bounding_box()
        beside = place["x"] >= card["x"] + card["width"] or card["x"] >= place["x"] + place["width"]
        assert beside or place["y"] >= card["y"] + card["height"] or card["y"] >= place["y"] + place["height"]
    bar.get_by_label("How many of orders").select_option("0..1")
    made.until(lambda: line().relationship_type == "ONE_TO_ONE", "the type follows the end")
    bar.get_by_label("When the parent is deleted").select_option("CASCADE")
    made.until(lambda: line().on_delete_action == "CASCADE", "an action is chosen")
    name = bar.get_by_label("Name of the relationship")
    name.fill("buyer")
    name.press("Enter")
    made.until(lambda: line().name == "buyer", "it is named where it is drawn")
    made.shoot("draw-bar")
    bar.get_by_label("How many of customers").select_option("0..N")
    made.until(lambda: line().relationship_type == "MANY_TO_MANY", "it has a junction now")
    made.hands.card("customers_orders").wait_for()
    keyboard.press("Control+z")
    made.hands.card("orders").focus()
    keyboard.press("Escape")
    made.until(lambda: not bar.is_visible(), "no line is chosen")
    keyboard.press("r")
    bar.wait_for()
    keyboard.press("Tab")
    assert focused(made) == "How many of customers"
    keyboard.press("Escape")
    assert focused(made).startswith("orders, ")
    assert not bar.is_visible(), "Escape closes it"
    keyboard.press("r")
    bar.get_by_role("button", name="Remove the relationship").click()
    made.until(lambda: not made.session.design.relationships, "it is removed")
    assert not bar.is_visible()


def test_entities_are_duplicated_copied_and_pasted(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    keyboard = made.page.keyboard
    made.hands.drag_between("customers", "orders")
    made.until(lambda: len(made.session.design.relationships) == 1, "they are connected")
    drawn = made.session.design
    made.hands.card("customers").focus()
    keyboard.press("Control+a")
    keyboard.press("Control+d")
    made.hands.card("orders_2").wait_for()
    assert len(made.session.design.relationships) == 2
    assert sorted(made.widget.selected) == sorted(str(made.entity(name).id) for name in ("customers_2", "orders_2"))
    keyboard.press("Control+z")
    made.until(lambda: made.session.design == drawn, "one undo takes the copies back")
    made.hands.card("customers").focus()
    keyboard.press("Control+a")
    keyboard.press("Control+c")
    keyboard.press("Delete")
    made.until(lambda: made.session.design.entities == (), "they are removed")
    made.hands.root.locator(".sd-surface").focus()
    keyboard.press("Control+v")
    made.hands.card("orders").wait_for()
    assert len(made.session.design.relationships) == 1
    assert made.entity("orders").id not in {entity.id for entity in drawn.entities}
    assert made.hands.root.locator(".sd-edge").count() == 1
    assert focused(made).startswith("customers, ")
    keyboard.press("Control+z")
    made.until(lambda: made.session.design.entities == (), "one undo takes back what was pasted")


def test_rows_move_within_a_card_and_to_another(bench: Callable[..., Bench]) -> None:
    made = bench(branches())
    keyboard, root = made.page.keyboard, made.hands.root
    rows = made.hands.card("branches").locator(".sd-row")

    def names(entity: str) -> list[str]:
        return [attribute.name for attribute in made.entity(entity).attributes]

    rows.nth(2).click()
    made.page.wait_for_timeout(400)  # the inspector opens, and the cards stay where they are from then on
    box = rows.nth(0).bounding_box()
    drag(made, middle(rows.nth(2)), (box["x"] + 60, box["y"] + 2))
    made.until(lambda: names("branches") == ["name", "country", "number"], "it stands where it was dropped")
    made.until(lambda: "name" in str(rows.first.text_content()), "on the page too")
    made.hands.card("branches").focus()
    keyboard.press("Alt+ArrowDown")
    made.until(lambda: names("branches") == ["country", "name", "number"], "Alt moves it down")
    keyboard.press("Control+ArrowUp")
    made.until(lambda: root.locator(".sd-row.sd-selected").text_content().startswith("country"), "a row is chosen")
    keyboard.press("Control+ArrowDown")
    field = root.get_by_label("Name of name", exact=True)
    field.focus()
    keyboard.press("Alt+ArrowUp")
    made.until(lambda: names("branches") == ["name", "country", "number"], "the grid does it as well")
    made.until(lambda: focused(made) == "Name of name", "and keeps the keyboard")

    target = made.hands.card("customers").locator(".sd-row").first.bounding_box()
    drag(made, middle(rows.nth(0)), (target["x"] + 60, target["y"] + target["height"] - 2))
    made.until(lambda: names("customers") == ["id", "name"], "it went to the other card")
    assert names("branches") == ["country", "number"]
    keyboard.press("Control+z")
    made.until(lambda: names("branches") == ["name", "country", "number"], "one undo takes it back")
    rows.nth(1).click()
    drag(made, middle(rows.nth(1)), (target["x"] + 60, target["y"] + 2))
    made.until(lambda: "primary key" in str(root.locator(".sd-status").text_content()), "a key stays, in words")
    assert names("customers") == ["id"]
