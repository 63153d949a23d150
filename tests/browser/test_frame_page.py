"""The studio's frame: projects and parts, the drawer, panels alone, who else looks, rows by keys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from designer_kernel.design import Attribute, Design, Relationship, edits
from designer_kernel.design.diagrams import Note
from designer_kernel.design.objects import Area, Enum
from designer_kernel.design.values import Position
from designer_kernel.errors import UnknownObject
from designer_kernel.studio.team import attending, workspaces
from designer_kernel.studio.team.actor import Actor
from designer_kernel.studio.team.opening import make_shared, open_shared
from designer_kernel.studio.team.session import Sessions, SharedSession
from designer_kernel.studio.team.team import Team
from tests.browser.bench import Bench, focused, shop
from tests.designer_kernel.studio.team.conftest import let_in, person, store, team

__all__ = ["person", "store", "team"]

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

HOSTILE = "<img src=x onerror=hacked()>"


def furnished() -> Design:
    """Return a shop with a type, an area, a relationship and a note."""
    design = shop()
    customers, orders = design.entities
    tie = Relationship(source_entity_id=customers.id, target_entity_id=orders.id)
    area = Area(name="Buying", members=tuple(one.id for one in design.entities))
    status = Enum(name="order_status", labels=("new", "paid"))
    note = Note(text="paid later", position=Position(x=0, y=200))
    return design.replace(enums=(status,), areas=(area,), relationships=(tie,), notes=(note,))


def palette(made: Bench, words: str) -> None:
    made.page.keyboard.press("Control+k")
    made.page.get_by_role("combobox", name="Commands and places").fill(words)
    made.page.keyboard.press("Enter")


@pytest.mark.usefixtures("own_data_directory")  # projects that other tests made are listed, too
def test_projects_are_made_found_copied_renamed_removed_and_opened_in_place(bench: Callable[..., Bench]) -> None:
    made = bench(furnished())
    page, widget = made.page, made.widget
    folder = made.session.path.parent
    head = page.locator(".sd-nav-head")
    projects = page.get_by_role("region", name="Projects")
    open_one = projects.locator(".sd-project-open")
    head.click()
    made.until(lambda: open_one.count() == 1, "the project is listed")
    assert "saved" in str(open_one.text_content())

    page.get_by_role("button", name="New project").click()
    page.get_by_label("Name of the project").fill("blog")
    page.keyboard.press("Enter")
    made.until(lambda: head.text_content() == "blog", "the new project is shown in the place of the first")
    assert widget.session.path == folder / "blog.design.yaml"
    assert page.get_by_text("How do you want to begin?").is_visible()
    page.keyboard.press("Escape")
    palette(made, "Sample data")
    nothing = page.get_by_role("note").filter(has_text="Nothing is drawn yet")
    made.until(nothing.is_visible, "the panel says what to do")
    assert nothing.get_by_role("button", name="Draw the first entity").is_visible()
    made.hands.add_entity("posts")
    made.until(lambda: not nothing.is_visible(), "there is something to work on")
    page.get_by_role("button", name="Close the panel").click()
    assert [one.name for one in widget.session.design.entities] == ["posts"]
    assert [one.name for one in made.session.design.entities] == ["customers", "orders"]

    palette(made, "All projects")
    made.until(lambda: open_one.count() == 2, "both are listed")
    page.get_by_role("button", name="More about blog").click()
    page.get_by_role("button", name="Duplicate", exact=True).click()
    page.get_by_label("Name of the project").fill("../away")
    page.keyboard.press("Enter")
    page.get_by_role("alert").filter(has_text="cannot name a file").wait_for()
    page.get_by_label("Name of the project").fill("draft")
    page.keyboard.press("Enter")
    made.until(lambda: open_one.count() == 3, "the copy is listed")
    page.get_by_role("button", name="More about draft").click()
    page.get_by_role("button", name="Rename", exact=True).click()
    page.get_by_label("Name of the project").fill(HOSTILE)
    page.keyboard.press("Enter")
    made.until(lambda: open_one.filter(has_text=HOSTILE).count() == 1, "it has another name")
    projects.get_by_label("Search projects").fill("onerror")
    assert open_one.count() == 1
    made.shoot("frame-projects")
    page.get_by_role("button", name="More about <img").click()
    page.get_by_role("button", name="Remove", exact=True).click()
    page.get_by_role("button", name="Remove it").click()
    made.until(lambda: not (folder / "draft.design.yaml").exists(), "it is removed")
    assert len(list((folder / "removed").glob("draft-*/draft.design.yaml"))) == 1
    projects.get_by_label("Search projects").fill("")
    made.until(lambda: open_one.count() == 2, "it is listed no more")
    page.get_by_role("button", name="More about blog").click()
    assert page.get_by_role("button", name="Remove", exact=True).count() == 0, "the open one stays"
    page.keyboard.press("Escape")
    projects.get_by_label("Which projects").select_option("team")
    assert "Clear the search" in str(projects.text_content())
    projects.get_by_label("Which projects").select_option("all")
    open_one.filter(has_text="shop").click()
    made.until(lambda: widget.session is not None and head.text_content() == "shop", "the first is back")
    made.until(lambda: made.hands.card("orders").is_visible(), "its cards are there")
    refused = widget._commands.answer({"id": "1", "kind": "open_project", "place": "/etc/passwd"})
    assert refused["error"]["what"] == "there is no such project in the list"
    assert not page.evaluate("Boolean(window.wasHacked)")


def test_parts_and_panels_are_found_resized_and_remembered(bench: Callable[..., Bench]) -> None:
    made = bench(furnished())
    page, session = made.page, made.session
    page.get_by_role("searchbox", name="Search entities").fill("buy")
    page.get_by_role("button", name="Buying").click()
    made.until(lambda: len(made.widget.selected) == 2, "the area's entities are chosen")
    page.get_by_role("searchbox", name="Search entities").fill("status")
    page.locator(".sd-nav-item", has_text="order_status").click()
    made.until(lambda: focused(made) == "Labels of order_status", "the type can be edited")
    page.get_by_role("searchbox", name="Search entities").fill("customer_id one")
    page.get_by_role("button", name="orders → customers, many to one, by customer_id").press("Enter")
    made.until(lambda: made.widget.selected == [str(session.design.relationships[0].id)], "the line is chosen")
    assert focused(made).startswith("orders, table")
    page.get_by_role("searchbox", name="Search entities").fill("")
    section = page.get_by_role("button", name="Relationships 1")
    assert page.locator(".sd-nav-line").count() == 0, "it was closed, and is again"
    section.press("Enter")
    assert page.locator(".sd-nav-line[aria-current]").count() == 1
    section.press("Enter")

    made.hands.card("orders").focus()
    place = "one => { const { e, f } = one.transform.baseVal[0].matrix; return [e, f]; }"
    before = page.locator(".sd-viewport").evaluate(place)
    page.keyboard.press("PageDown")
    page.keyboard.press("Shift+PageUp")
    after = page.locator(".sd-viewport").evaluate(place)
    assert after[0] > before[0], "what is on the left is seen"
    assert after[1] < before[1], "and what is below"
    page.keyboard.press("0")
    page.locator(".sd-note").focus()
    page.keyboard.press("Alt+ArrowRight")
    made.until(lambda: session.design.notes[0].width == 230, "the note is wider")
    page.keyboard.press("Alt+ArrowUp")
    made.until(lambda: session.design.notes[0].height == 70, "and lower")
    assert focused(made) == "Note: paid later"

    palette(made, "Import and export")
    assert page.get_by_role("button", name="DBML To look at").is_visible()
    tabs = page.get_by_role("tablist", name="Panels below")
    tabs.get_by_role("tab", selected=True).focus()
    page.keyboard.press("Home")
    made.until(lambda: tabs.get_by_role("tab", selected=True).text_content().startswith("Validation"), "first")
    page.keyboard.press("ArrowRight")
    made.until(lambda: tabs.get_by_role("tab", selected=True).text_content() == "DDL", "the next panel is open")
    grip = page.get_by_role("separator", name="Height of the panel")
    before = int(grip.get_attribute("aria-valuenow"))
    grip.focus()
    page.keyboard.press("ArrowUp")
    assert int(grip.get_attribute("aria-valuenow")) == before + 24
    page.get_by_label("Which SQL").select_option("selection")
    part = page.locator(".sd-ddl-part")
    made.until(lambda: "Choose an entity" in str(part.text_content()), "it says what to do")
    made.hands.choose("orders")
    made.until(lambda: "CREATE TABLE public.orders" in str(part.text_content()), "its SQL is there")
    assert "CREATE TABLE public.customers" not in str(part.text_content())
    page.get_by_label("Which SQL").select_option("changes")
    made.until(lambda: "Nothing of this design is deployed" in str(part.text_content()), "it is not deployed")
    assert part.get_by_role("button", name="Deploy…").is_visible()
    session.deploy()
    made.hands.choose("customers")
    row = Attribute(name="email", data_type="text")
    session.apply(edits.AddAttribute(entity_id=made.entity("customers").id, attribute=row))
    made.push()
    made.until(lambda: part.locator(".sd-ddl-added", has_text="email").count() == 1, "what is new is marked")
    assert "orders" not in str(part.text_content())
    made.shoot("frame-changes")

    page.reload()
    made.until(lambda: page.locator(".sd-drawer").is_visible(), "the drawer is open again")
    assert tabs.get_by_role("tab", selected=True).text_content() == "DDL"
    assert int(grip.get_attribute("aria-valuenow")) == before + 24
    page.get_by_role("button", name="Show or hide the panels below").click()
    assert not page.locator(".sd-drawer").is_visible()
    page.locator(".sd-card").first.focus()
    palette(made, "lines by kind")
    made.until(lambda: page.get_by_role("dialog").count() == 1, "what has a button is in the palette")
    page.keyboard.press("Escape")
    page.locator(".sd-card").first.focus()
    page.keyboard.press("?")
    assert "Ctrl + Space" in str(page.get_by_role("dialog").text_content())


def test_panels_stand_alone(bench: Callable[..., Bench]) -> None:
    made = bench(furnished(), panel="history")
    page = made.page
    assert page.get_by_role("button", name="Save a version").is_visible()
    assert not page.locator(".sd-canvas").is_visible()
    assert page.get_by_role("button", name="Undo", exact=True).is_visible()
    page.get_by_label("What this version is").fill("first")
    page.keyboard.press("Enter")
    made.until(lambda: len(made.session.versions) == 1, "it works")
    assert page.get_by_role("button", name="Entity").count() + page.get_by_role("tab").count() == 0
    with pytest.raises(UnknownObject, match="no panel 'hystory'"):
        bench(shop(), panel="hystory")


def test_rows_are_chosen_connected_and_carried_by_keys(bench: Callable[..., Bench]) -> None:
    design = shop()
    first = design.entity("customers")
    region = Attribute(name="region", data_type="text", is_primary_key=True, is_nullable=False)
    for attribute in (region, Attribute(name="remark", data_type="text")):
        design = edits.apply(design, edits.AddAttribute(entity_id=first.id, attribute=attribute))
    made = bench(design)
    page = made.page
    made.hands.card("customers").focus()
    for key in ("Control+ArrowDown", "Control+Shift+ArrowDown", "Control+Space"):
        page.keyboard.press(key)
    made.until(lambda: page.locator(".sd-row-chosen").count() == 2, "two rows are chosen")
    page.keyboard.press("c")
    assert "id, region" in str(page.get_by_role("dialog").text_content())
    page.get_by_label("Connect to").fill("branches")
    page.keyboard.press("Enter")
    made.until(lambda: len(made.session.design.relationships) == 1, "they are connected to a new entity")
    assert "FOREIGN KEY (customer_id, customer_region)" in made.session.ddl("branches").text
    made.hands.undo()
    assert [one.name for one in made.session.design.entities] == ["customers", "orders"]

    page.keyboard.press("Escape")
    made.hands.card("customers").focus()
    for key in ("Control+ArrowUp", "Alt+ArrowRight"):
        page.keyboard.press(key)
    made.until(lambda: "remark" in [one.name for one in made.entity("orders").attributes], "the row is carried")
    made.until(lambda: focused(made).startswith("orders,"), "the keyboard has gone with it")


@pytest.fixture
def both(team: Team, person: Callable[[str], Actor]) -> Iterator[tuple[SharedSession, SharedSession]]:
    """One project as Ada and Bob, who may only look, have it open."""
    ada, bob = person("ada"), person("bob")
    let_in(team, ada, team.do(ada, workspaces.create, "shop").id, "bob", "viewer")
    made = Sessions(team, ada), Sessions(team, bob)
    first = make_shared("team:shop/p", sessions=made[0])
    yield first, open_shared("team:shop/p", sessions=made[1])
    for one in made:
        one.close()


def test_who_else_looks_is_shown_with_what_they_chose(
    browser: Any, both: tuple[SharedSession, SharedSession], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(attending, "BEAT", 0.2)
    for entity in shop().entities:
        both[0].apply(edits.AddEntity(entity=entity))
    both[1].reload()
    pages = [browser.new_page(viewport={"width": 1300, "height": 800}) for _ in both]
    ada, bob = (Bench(page, session) for page, session in zip(pages, both, strict=True))
    people = ada.page.locator(".sd-people")
    ada.until(lambda: people.text_content() == "B", "Bob is there")
    bob.until(lambda: bob.page.locator(".sd-person").count() == 1, "Ada is there")
    revision = both[0].revision
    bob.hands.choose("orders")
    bob.page.wait_for_timeout(50)
    ada.until(lambda: ada.page.locator(".sd-other-tag").count() == 1, "what he chose is marked")
    assert ada.page.locator(".sd-other-tag").text_content() == "bob"
    ada.shoot("frame-presence")
    people.get_by_role("button", name="bob, at orders").click()
    ada.until(lambda: ada.widget.selected == bob.widget.selected, "she goes where he is")
    assert both[0].revision == revision
    bob.page.evaluate("window.stop()")
    bob.page.wait_for_timeout(50)
    ada.until(lambda: ada.page.locator(".sd-person").count() == 0, "he has gone")
    assert ada.page.locator(".sd-other-tag").count() == 0
    assert ada.complaints == bob.complaints == []
    for made in (ada, bob):
        made.page.close()
        made.widget.close()
