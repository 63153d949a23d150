"""What of a design is seen: diagrams, focus, notes, areas, the palette, presenting and printing, by hand."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import pytest

from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design.values import Position
from tests.browser.bench import Bench, focused

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def chain(count: int = 6) -> Design:
    """Return entities in a row, each related to the next."""
    key = {"name": "id", "data_type": "bigint", "is_primary_key": True, "is_nullable": False}
    names = ["customers", "orders", "order_items", "products", "categories", "suppliers"][:count]
    entities = tuple(
        Entity(name=name, attributes=(Attribute(**key), Attribute(name=f"{name}_note", data_type="text")),
               position=Position(x=320 * index, y=0))
        for index, name in enumerate(names)
    )  # fmt: skip
    pairs = pairwise(entities)
    relationships = tuple(Relationship(source_entity_id=one.id, target_entity_id=two.id) for one, two in pairs)
    return Design(name="shop", entities=entities, relationships=relationships)


def shown(made: Bench) -> list[str]:
    cards = made.page.locator(".sd-card").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))")
    return sorted(str(label).split(",")[0] for label in cards)


def drag(page: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(*end, steps=5)
    page.mouse.up()


def middle(locator: Any) -> tuple[float, float]:
    box = locator.bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_diagrams_are_chosen_focused_saved_and_changed(bench: Callable[..., Bench]) -> None:
    made = bench(chain())
    page, hands, session = made.page, made.hands, made.session
    bar = page.get_by_role("toolbar", name="What is seen")
    choice = bar.get_by_label("Diagram", exact=True)
    assert len(shown(made)) == 6
    told = page.locator(".sd-item", has_text="suppliers").locator(".sd-item-count")
    assert told.text_content() == str(hands.card("suppliers").locator(".sd-row").count()) == "3"
    assert told.get_attribute("title") == "3 attributes, 1 of them from traits, relationships and the like"

    hands.choose("order_items")
    bar.get_by_role("button", name="Show only what is around").click()
    made.until(lambda: shown(made) == ["order_items", "orders", "products"], "the focus is shown")
    bar.get_by_label("Distance of the focus").press("ArrowRight")
    made.until(lambda: len(shown(made)) == 5, "two steps are shown")
    bar.get_by_label("Distance of the focus").press("ArrowLeft")
    made.until(lambda: len(shown(made)) == 3, "one step is shown")
    before = session.revision
    drag(page, middle(hands.card("orders").locator("[data-part=header]")), (700, 600))
    page.wait_for_timeout(200)
    assert session.revision == before
    made.shoot("seen-focus")

    bar.get_by_role("button", name="Save what is seen").click()
    page.get_by_label("Name", exact=True).fill("Ordering <b>")
    page.keyboard.press("Enter")
    made.until(lambda: choice.locator("option:checked").text_content() == "Ordering <b>", "the diagram is chosen")
    (saved,) = session.design.diagrams
    assert len(saved.members or ()) == len(saved.positions) == 3

    page.locator(".sd-item", has_text="suppliers").drag_to(
        page.locator(".sd-surface"), target_position={"x": 500, "y": 400}
    )
    made.until(lambda: "suppliers" in shown(made), "what was dragged in is shown")
    assert made.entity("suppliers").id in session.design.diagrams[0].positions
    made.shoot("seen-diagram")
    import_beside(made)
    choice.select_option(label="Ordering <b>")
    hands.choose("orders")
    bar.get_by_role("button", name="Show the selected entities on this diagram no more").click()
    made.until(lambda: "orders" not in shown(made), "what was taken out is gone")
    assert made.entity("orders")
    drag(page, middle(hands.card("products").locator("[data-part=header]")), (900, 620))
    made.until(lambda: "move" in session.history.undo_label, "the card was moved")
    assert made.entity("products").position == Position(x=960, y=0)

    bar.get_by_role("button", name="Name of this diagram").click()
    page.get_by_label("Rows of cards").last.select_option("names")
    made.until(lambda: page.locator(".sd-row").count() == 0, "no rows are shown")
    page.get_by_label("Inheritance").uncheck()
    made.until(lambda: session.design.diagrams[0].lines == ("relationship",), "lines are hidden")
    made.shoot("seen-edit")
    page.get_by_label("Name of the diagram").fill("Buying")
    page.get_by_role("button", name="Done", exact=True).click()
    made.until(lambda: session.design.diagrams[0].name == "Buying", "it is renamed")

    choice.select_option(label="Everything")
    made.until(lambda: len(shown(made)) == 6, "everything is shown")
    hands.choose("customers")
    page.locator(".sd-item", has_text="products").click(modifiers=["Control"])
    bar.get_by_role("button", name="Show the shortest ways").click()
    made.until(lambda: shown(made) == ["customers", "order_items", "orders", "products"], "the way is shown")
    choice.select_option(label="Buying")
    made.until(lambda: "suppliers" in shown(made), "the diagram is shown")
    page.keyboard.press("Control+k")
    page.keyboard.type("edit this diagram")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Delete the diagram").click()
    made.until(lambda: len(shown(made)) == 6, "everything is shown again")
    assert session.design.diagrams == ()

    page.get_by_role("button", name="Export…").click()
    page.keyboard.press("Control+k")
    page.keyboard.press("?")
    page.locator(".sd-surface").focus()
    page.keyboard.press("?")
    page.keyboard.press("n")
    assert page.get_by_role("dialog").count() == 1  # what is modal stays alone
    assert len(session.design.entities) == 6
    page.get_by_role("dialog").get_by_role("button").first.focus()
    made.shoot("seen-export")
    page.get_by_role("button", name="PNG picture").click()
    assert page.get_by_role("dialog", name="Save as picture").get_by_role("radio", name="PNG").is_checked()
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0
    assert focused(made) == "Export…"


def import_beside(made: Bench) -> None:
    """Import while a diagram is shown: it is added, said not to be on the diagram, shown when asked, and undone."""
    page = made.page
    page.get_by_role("button", name="Import…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Text to import").fill("Table letters {\n  id int [pk]\n}\n")
    dialog.get_by_role("button", name="Read it").click()
    add = dialog.get_by_role("button", name="Add to the design")
    made.until(lambda: bool(made.widget.transfer.get("key")) and add.is_visible(), "nothing drawn is lost by haste")
    add.click()
    everything = page.locator(".sd-status").get_by_role("button", name="Show everything")
    made.until(lambda: everything.count() == 1, "it is offered to show it")
    assert "not on this diagram" in str(page.locator(".sd-status [role=status]").text_content())
    assert "letters" not in shown(made)
    everything.click()
    made.until(lambda: "letters" in shown(made), "it is shown")
    made.hands.undo()
    made.until(lambda: "letters" not in shown(made), "it is taken out again")


def test_notes_and_areas_by_pointer_and_keys(bench: Callable[..., Bench]) -> None:
    made = bench(chain(3))
    page, hands, session = made.page, made.hands, made.session
    hands.card("orders").focus()
    page.keyboard.press("t")
    field = page.get_by_label("Text of the note")
    field.fill("Orders are <img src=x onerror=hacked()>\nkept for ten years")
    field.press("Control+Enter")
    made.until(lambda: len(session.design.notes) == 1, "the note is kept")
    note = page.locator(".sd-note")
    assert "kept for ten years" in str(note.text_content())
    made.until(lambda: focused(made).startswith("Note: Orders"), "the note has the keyboard")
    page.keyboard.press("Enter")
    page.keyboard.type("!")
    page.keyboard.press("Escape")
    made.until(lambda: "!" in session.design.notes[0].text, "Escape keeps what was typed")
    made.until(lambda: focused(made).startswith("Note: "), "and the note has the keyboard")
    page.keyboard.press("Control+z")
    made.until(lambda: "!" not in session.design.notes[0].text, "undo takes it back")
    start = session.design.notes[0]
    page.keyboard.press("Shift+ArrowDown")
    made.until(lambda: session.design.notes[0].position.y == start.position.y + 10, "it is moved by keys")
    x, y = middle(note)
    drag(page, (x, y), (x + 80, y + 60))
    made.until(lambda: session.design.notes[0].position.x > start.position.x + 40, "it is moved by the pointer")
    box = note.locator(".sd-note-paper").bounding_box()
    corner = (box["x"] + box["width"] - 3, box["y"] + box["height"] - 3)
    drag(page, corner, (corner[0] + 60, corner[1] + 50))
    made.until(lambda: session.design.notes[0].width > 240, "it is larger")
    note.dblclick(position={"x": 20, "y": 20})
    page.get_by_role("button", name="Green").click()
    made.until(lambda: session.design.notes[0].colour == "#8fc7a1", "it is green")

    bar = page.get_by_role("toolbar", name="What is seen")
    page.set_viewport_size({"width": 1200, "height": 860})
    assert bar.bounding_box()["height"] < 45, "all of it stands in one line"
    page.set_viewport_size({"width": 1500, "height": 860})
    bar.get_by_role("button", name="New note").click()
    assert focused(made) == "Text of the note"
    page.keyboard.press("Escape")
    page.locator(".sd-surface").focus()
    page.keyboard.press("Escape")
    bar.get_by_role("button", name="New area").click()
    page.get_by_text("Select the entities of the new area first").first.wait_for()
    hands.choose("customers")
    page.locator(".sd-item", has_text="orders").first.click(modifiers=["Control"])
    bar.get_by_role("button", name="New area").click()
    made.until(lambda: len(session.design.areas) == 1, "there is an area")
    grip = page.locator(".sd-area-grip")
    made.shoot("seen-notes")
    grip.focus()
    page.keyboard.press("Enter")
    page.get_by_label("Title").last.fill("Sales")
    page.keyboard.press("Enter")
    made.until(lambda: session.design.areas[0].name == "Sales", "the area has a title")
    was = made.entity("orders").position
    x, y = middle(grip)
    drag(page, (x, y), (x + 40, y + 90))
    made.until(lambda: made.entity("orders").position != was, "its cards have moved")
    assert made.entity("customers").position.y == made.entity("orders").position.y != 0
    page.locator(".sd-surface").focus()
    page.keyboard.press("0")
    page.wait_for_timeout(100)
    area = page.locator(".sd-area rect").first.bounding_box()
    drag(
        page,
        middle(hands.card("order_items").locator("[data-part=header]")),
        (area["x"] + area["width"] / 2, area["y"] + area["height"] * 0.6),
    )
    made.until(lambda: len(session.design.areas[0].members) == 3, "what was dropped in joins")
    hands.undo()
    made.until(lambda: len(session.design.areas[0].members) == 2, "one undo takes both back")
    note.focus()
    page.keyboard.press("Delete")
    made.until(lambda: session.design.notes == (), "the note is gone")
    assert not page.evaluate("Boolean(window.wasHacked)")


def test_the_palette_presenting_and_printing(bench: Callable[..., Bench]) -> None:
    made = bench(chain())
    page = made.page
    page.locator(".sd-card").first.focus()
    page.keyboard.press("Control+p")
    field = page.get_by_role("combobox", name="Commands and places")
    field.fill("ordit")
    assert page.get_by_role("option", selected=True).filter(has_text="order_items").count() == 1
    made.shoot("seen-palette")
    page.keyboard.press("Enter")
    made.until(lambda: focused(made).startswith("order_items,"), "the card has the keyboard")
    page.keyboard.press("Control+k")
    field.fill("products.products_note")
    page.keyboard.press("Enter")
    made.until(lambda: page.locator(".sd-row.sd-selected").count() == 1, "the attribute is chosen")
    page.keyboard.press("Control+k")
    field.fill("customers orders")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    made.until(lambda: page.locator(".sd-edge.sd-selected").count() == 1, "the relationship is chosen")
    page.keyboard.press("Control+k")
    field.fill("qqqq zzzz")
    assert "Nothing fits" in str(page.locator(".sd-palette").text_content())
    page.keyboard.press("Escape")
    assert page.locator(".sd-palette").count() == 0

    page.get_by_role("button", name="Present the canvas alone").click()
    made.until(lambda: not page.locator(".sd-toolbar").is_visible(), "the canvas is alone")
    page.wait_for_timeout(300)
    made.shoot("seen-presenting")
    page.keyboard.press("Escape")
    made.until(lambda: page.locator(".sd-toolbar").is_visible(), "the designer is back")

    page.evaluate(
        """() => {
          window.printed = 0;
          const append = Element.prototype.append;
          Element.prototype.append = function (...children) {
            append.apply(this, children);
            for (const one of children) if (one.tagName === "IFRAME") one.contentWindow.print = () => window.printed++;
          };
        }"""
    )
    page.get_by_role("button", name="Print what is seen").click()
    made.until(lambda: page.evaluate("window.printed") == 1, "it is printed")
    inside = page.frame_locator("iframe.sd-printing")
    assert inside.locator("svg").count() == 1
    assert "order_items" in str(inside.locator("svg").text_content())
    assert "landscape" in str(inside.locator("head style").evaluate("one => one.textContent"))
