"""What a page shows after many edits is what it would show if it were opened now."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from designer_kernel.design import Attribute, Entity, edits
from designer_kernel.design.identity import new_id
from designer_kernel.design.values import Position
from tests.browser.bench import Bench
from tests.designer_kernel.diagram.designs import generated

# what is drawn, by key; lines of long lists only where they are drawn whole, which depends on where somebody has looked
DRAWN = """() => {
  const all = (selector) => [...document.querySelectorAll(selector)];
  const said = (one) => [...one.attributes].map(({ name, value }) => `${name}=${value}`).sort().join(" ");
  const held = (one) => [...one.childNodes].map((each) => (each.tagName ? spelled(each) : each.data));
  const spelled = (one) => [one.tagName, said(one), ...held(one)];
  const plain = (one) => JSON.stringify(spelled(one)).replaceAll(/ (tabindex=-?\\d|style=(?= |"))/g, "");
  const byKey = (selector, name) => Object.fromEntries(all(selector).map((one) => [one.dataset[name], plain(one)]));
  const lines = (selector, name) => ({
    order: all(selector).map((one) => one.dataset[name]),
    whole: byKey(`${selector}:has(*)`, name),
  });
  return {
    cards: byKey(".sd-card", "card"),
    edges: byKey(".sd-edge", "edge"),
    names: all(".sd-map-names text").map((one) => one.textContent),
    map: all(".sd-map-card").map((one) => one.outerHTML).sort(),
    entities: lines(".sd-item", "entity"),
    findings: lines(".sd-finding", "key"),
    status: document.querySelector(".sd-status-counts").textContent,
    reached: all(".sd-card[tabindex='0']").length,
  };
}"""


def test_a_page_that_follows_edits_shows_what_a_new_page_shows(bench: Callable[..., Bench]) -> None:
    made = bench(generated(210))
    page, session = made.page, made.session
    made.widget._laying.wait(60)
    made.push()
    made.hands.sql()
    code = page.locator(".sd-sql code")
    made.until(lambda: code.text_content() == session.ddl().text + "\n", "the SQL is there")

    first, second, third = session.design.entities[:3]
    late = Entity(name="late", attributes=(Attribute(name="id", data_type="bigint"),), position=Position(x=40, y=-900))
    for edit in (
        edits.ChangeEntity(entity_id=first.id, changes={"name": "first_of_all", "description": "a < b"}),
        edits.RemoveEntity(entity_id=second.id),
        edits.AddEntity(entity=late),
        edits.AddAttribute(
            entity_id=third.id, attribute=Attribute(id=new_id(), name="note", data_type="text", is_unique=True)
        ),
    ):
        session.apply(edit)
        made.widget._pace.now()
        made.deliver()
    session.undo()
    session.redo()
    made.widget._pace.now()
    made.widget._laying.wait(60)
    made.push()

    text = session.ddl().text
    made.until(lambda: code.text_content() == text + "\n", "the SQL follows")
    code.evaluate("code => getSelection().selectAllChildren(code)")
    assert page.evaluate("getSelection().toString()") == text
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    made.hands.root.get_by_role("button", name="Copy the SQL").click()
    made.until(lambda: page.evaluate("navigator.clipboard.readText()") == text, "all of it is on the clipboard")
    page.get_by_label("Find in the SQL").fill("COMMIT")
    end = page.locator(".sd-sql-block").last
    made.until(lambda: end.locator(".sd-sql-keyword").count() == 1, "the end is coloured")

    followed = seen(made)
    page.reload()
    opened = seen(made)
    for (where, before), (_, now) in zip(followed, opened, strict=True):
        for name, drawn in now.items():
            if isinstance(drawn, dict) and "whole" in drawn:
                assert before[name]["order"] == drawn["order"], (where, name)
                both = before[name]["whole"].keys() & drawn["whole"].keys()
                assert len(both) >= min(20, len(drawn["order"]))
                assert {key: before[name]["whole"][key] for key in both} == {key: drawn["whole"][key] for key in both}
            else:
                assert before[name] == drawn, (where, name)


def seen(made: Bench) -> list[tuple[str, dict[str, Any]]]:
    """What is drawn of the whole design, and around one entity of it, with its findings."""
    page, root = made.page, made.hands.root
    page.locator(".sd-card").first.wait_for(state="attached")
    if page.locator(".sd-drawer .sd-findings").count() == 0:
        root.get_by_role("button", name="Findings").click()
    page.locator(".sd-finding").first.wait_for()
    item = page.locator(".sd-item", has_text="first_of_all")
    item.click()
    root.get_by_role("button", name="Show everything").click()
    page.wait_for_timeout(500)
    found = [("all", page.evaluate(DRAWN))]
    item.click()
    made.until(lambda: page.locator(".sd-card.sd-selected .sd-row").count() > 0, "its rows are drawn")
    page.wait_for_timeout(500)
    return [*found, ("near", page.evaluate(DRAWN))]
