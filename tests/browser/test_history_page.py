"""The first steps in an empty project, and its history: versions, changes, differences, ways back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from designer_kernel.design import Design
from designer_kernel.studio.edit_code import code_of
from tests.browser.bench import Bench, shop

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


def test_an_empty_project_says_how_to_begin(bench: Callable[..., Bench]) -> None:
    made = bench(Design(name="shop"))
    root, keyboard = made.hands.root, made.page.keyboard
    steps = root.get_by_role("region", name="First steps")
    steps.wait_for()
    made.shoot("first-steps")
    for words in ("Draw", "Start from a template", "Import", "Open the sample"):
        assert steps.get_by_role("button", name=words).count() == 1, words
    assert not root.locator(".sd-empty").is_visible(), "one text is enough"
    steps.get_by_role("button", name="Import").press("Enter")
    root.get_by_role("dialog").wait_for()
    keyboard.press("Escape")
    steps.get_by_role("button", name="Start from a template").press("Enter")
    dialog = root.get_by_role("dialog", name="Start from a template")
    dialog.wait_for()
    made.shoot("first-templates")
    assert dialog.get_by_role("button", name="marketplace").count() == 1
    dialog.get_by_role("button", name="blog").press("Enter")
    made.until(lambda: len(made.session.design.entities) > 2, "the template is the design")
    made.until(lambda: not steps.is_visible(), "the first steps are done")
    assert made.session.design.name == "shop", "it keeps its name"
    made.session.undo()
    made.push()
    steps.wait_for()
    assert made.session.design == Design(id=made.session.design.id, name="shop"), "one step back"
    steps.get_by_role("button", name="Draw").focus()
    keyboard.press("n")
    root.get_by_label("Name of new_entity").wait_for()
    keyboard.type("people\n")
    made.until(lambda: made.session.design.find_entity("people") is not None, "a key draws")
    assert not steps.is_visible()

    shown = bench(Design(name="shop"), read_only=True)
    assert not shown.hands.root.get_by_role("region", name="First steps").is_visible()


def test_the_history_shows_what_was_and_leads_back(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    root, page, session = made.hands.root, made.page, made.session
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    root.get_by_role("button", name="History", exact=True).click()
    panel = root.get_by_role("region", name="History", exact=True)
    panel.get_by_text("Nothing was changed yet").wait_for()
    panel.get_by_text("No version yet").wait_for()
    panel.get_by_label("What this version is").fill("<img src=x onerror=hacked()>")
    page.keyboard.press("Enter")
    panel.locator(".sd-history-label", has_text="<img src=x").wait_for()
    first = session.design
    made.hands.add_entity("products")
    after = session.design
    made.hands.add_entity("returns")
    panel.get_by_text("add entity").first.wait_for()
    rows = panel.locator("section", has=page.get_by_role("heading", name="Changes")).locator("li")
    number = len(list(session.change_log))
    made.until(lambda: rows.count() == number, "each change is listed")

    panel.get_by_role("button", name="Compare version 1 with").click()
    difference = panel.get_by_role("region", name="What differs")
    difference.get_by_text("added entity products").wait_for()
    assert difference.locator("img").evaluate("async i => (await i.decode(), i.naturalWidth > 100)")
    made.shoot("history")
    panel.get_by_label("Search the changes").fill("returns")
    made.until(lambda: 0 < rows.count() < number, "a search finds some")
    rows.first.get_by_role("button", name="as Python").click()
    wanted = code_of(session.history.steps[-1].edit, session.history.steps[-1].before)
    made.until(lambda: page.evaluate("navigator.clipboard.readText()") == wanted, "it is on the clipboard")
    assert ".rename(" in wanted or "returns" in wanted
    panel.get_by_label("Search the changes").fill("")
    made.until(lambda: rows.count() == number, "all of them again")

    panel.get_by_role("button", name="Make the design that of version 1 again").click()
    made.until(lambda: session.design == first, "the version is the design")
    made.until(lambda: rows.count() == number + 1, "which is a change as well")
    back = next(one for one in session.change_log.newest() if session.design_after(one[0]) == after)[0]
    panel.get_by_role("button", name=f"Make the design what it was after change {back}; Undo takes it back").click()
    made.until(lambda: session.design == after, "so is any change")
    session.undo()
    assert session.design == first
    assert page.evaluate("window.wasHacked") is None

    page.set_viewport_size({"width": 700, "height": 860})
    made.shoot("history-narrow")


def test_who_only_looks_changes_nothing(bench: Callable[..., Bench]) -> None:
    made = bench(shop(), read_only=True)
    made.session.save_version("kept")
    root = made.hands.root
    root.get_by_role("button", name="History", exact=True).click()
    panel = root.get_by_role("region", name="History", exact=True)
    panel.get_by_text("kept", exact=True).wait_for()
    assert panel.get_by_role("button", name="Restore").count() == 0
    assert panel.get_by_role("textbox", name="What this version is").count() == 0
    answer = made.widget._commands.answer({"id": "1", "kind": "go_back", "state": "v1"})
    assert answer["error"]["code"] == "refused"
    template = made.widget._commands.answer({"id": "1", "kind": "use_template", "name": "blog"})
    assert template["error"]["code"] == "refused"
