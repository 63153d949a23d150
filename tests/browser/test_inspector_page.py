"""The inspector: types that are offered, SQL that is judged while it is typed, parts of entities, several at once."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from designer_kernel.design import Attribute, Design, Entity, edits
from designer_kernel.design.objects import Domain, Enum
from designer_kernel.design.parts import Check
from designer_kernel.design.relationship import Relationship
from designer_kernel.design.values import Position
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.server import EmbeddedServer
from tests.browser.bench import Bench

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

UNEXPLAINED = """() => [...document.querySelectorAll(".sd-right .sd-side-body")].flatMap(body =>
  [...body.querySelectorAll("input, select, textarea, fieldset")].filter(one => {
    if (one.closest("fieldset") && one.tagName !== "FIELDSET" && one.type === "checkbox") return false;
    const ids = (one.getAttribute("aria-describedby") ?? "").split(" ").filter(Boolean);
    const words = ids.map(id => document.getElementById(id)?.textContent ?? "?").join("") + (one.title ?? "");
    const name = one.getAttribute("aria-label") || (one.labels?.[0] ?? one.querySelector("legend"))?.textContent;
    return !name || words.trim().length < 8 || words.includes("?");
  }).map(one => one.outerHTML.slice(0, 140)))"""
"""The fields that a screen reader says no more of than their name, or not even that."""

KEY = {"name": "id", "data_type": "bigint", "is_primary_key": True, "is_nullable": False, "identity": "ALWAYS"}


def workshop() -> Design:
    """Return three entities and two types."""
    columns = (
        Attribute(name="price", data_type="numeric(10,2)"),
        Attribute(name="status", data_type="order_status"),
        Attribute(name="begins_at", data_type="timestamptz", is_nullable=False),
    )
    orders = Entity(name="orders", attributes=(Attribute(**KEY), *columns), position=Position(x=0, y=0))
    users = Entity(name="users", attributes=(Attribute(**KEY),), position=Position(x=420, y=0))
    tags = Entity(name="tags", attributes=(Attribute(**KEY),), position=Position(x=420, y=240))
    status = Enum(name="order_status", labels=("new", "paid"))
    email = Domain(name="email", data_type="varchar(255)")
    return Design(name="workshop", entities=(orders, users, tags), enums=(status,), domains=(email,))


def said(made: Bench) -> Any:
    """What is told under fields while they are typed, and when they are left."""
    return made.hands.root.locator(".sd-judged:visible")


def judged(made: Bench, words: str) -> None:
    made.until(lambda: said(made).filter(has_text=words).count() == 1, f"{words!r} is told under the field")


def test_types_are_offered_and_sql_is_judged_where_it_is_typed(
    bench: Callable[..., Bench], server: EmbeddedServer
) -> None:
    with connect(server.ensure_database("workshop"), autocommit=True) as connection:
        connection.execute("CREATE DOMAIN part_number AS text")
    made = bench(workshop())
    root, keys = made.hands.root, made.page.keyboard
    made.hands.choose("orders")

    kind = root.get_by_role("combobox", name="Type of price")
    kind.click()
    offers = root.get_by_role("listbox", name="Types").get_by_role("option")
    kind.fill("part_n")
    made.until(lambda: offers.filter(has_text="part_number").count() == 1, "types of the target are offered")
    assert "domain of the database" in str(offers.first.text_content())
    kind.fill("orst")
    assert str(offers.first.text_content()).startswith("order_status"), "letters in their order are enough"
    assert kind.get_attribute("aria-expanded") == "true"
    keys.press("Escape")
    assert kind.get_attribute("aria-expanded") == "false"
    kind.fill("varch")
    keys.press("ArrowDown")
    assert offers.first.get_attribute("aria-selected") == "true"
    assert kind.get_attribute("aria-activedescendant") == offers.first.get_attribute("id")
    keys.press("Enter")
    assert kind.input_value() == "varchar(255)"
    keys.type("40")  # the size is there to be typed over
    keys.press("Enter")
    made.until(lambda: made.entity("orders").attribute("price").type == "character varying(40)", "the type is changed")
    kind.fill("numeric(12,2")
    judged(made, "The grammar")
    kind.fill("numeric(12,2)")
    keys.press("Tab")
    made.until(lambda: made.entity("orders").attribute("price").type == "numeric(12,2)", "and changed again")

    revision = made.session.revision
    standard = root.get_by_label("Default of price")
    standard.fill("1 + ) 2")
    judged(made, 'The grammar: syntax error at or near ")"')
    assert standard.get_attribute("aria-invalid") == "true"
    said(made).get_by_role("button").click()
    assert made.page.evaluate("[document.activeElement.selectionStart, document.activeElement.selectionEnd]") == [4, 5]
    assert made.session.revision == revision, "reading changes nothing"
    standard.fill("now()")
    keys.press("Tab")
    judged(made, 'PostgreSQL 18: column "price" is of type numeric')
    standard.fill("0.5")
    keys.press("Tab")
    judged(made, "PostgreSQL 18 takes it")
    assert made.entity("orders").attribute("price").default_value == "0.5"
    assert standard.get_attribute("aria-invalid") is None
    made.shoot("inspector-judged")

    root.get_by_role("button", name="More of price").click()
    root.get_by_role("combobox", name="Sample values").fill("log n")
    made.until(lambda: root.locator(".sd-offers li").count() > 0, "makers of values are offered")
    keys.press("ArrowDown")
    keys.press("Enter")
    assert root.get_by_role("combobox", name="Sample values").input_value() == "log normal, median: "
    keys.type("40")  # what it cannot do without
    keys.press("Enter")
    made.until(lambda: made.session.design.sample is not None, "the hint is kept")
    hint = made.session.design.sample.tables["orders"].columns["price"]
    assert (hint.provider, hint.parameters) == ("log normal", {"median": 40})
    assert made.page.evaluate(UNEXPLAINED) == []

    root.get_by_role("tab", name="Keys & indexes").click()
    parts(made)
    root.get_by_role("tab", name="Entity").click()
    rows = root.get_by_label("Rows of sample data")
    rows.fill("2.5 per users")
    keys.press("Enter")
    made.until(lambda: made.session.design.sample.tables["orders"].rows is not None, "the number of rows is kept")
    assert made.session.design.sample.tables["orders"].rows.per == "users"
    assert made.page.evaluate(UNEXPLAINED) == []
    root.get_by_role("tab", name="Traits").click()
    assert made.page.evaluate(UNEXPLAINED) == []
    server.drop_database("workshop")


def parts(made: Bench) -> None:
    """Make a part of each kind, with its SQL judged and its comment."""
    root = made.hands.root

    def form(kind: str) -> Any:
        root.get_by_role("button", name=f"New {kind}", exact=True).click()
        assert made.page.evaluate(UNEXPLAINED) == []
        return root.locator(".sd-inline-form")

    def add(kind: str) -> None:
        root.get_by_role("button", name=f"Add {kind}", exact=True).click()
        root.locator(".sd-inline-form").wait_for(state="detached")

    check = form("check").get_by_label("Expression", exact=True)
    check.fill("prize > 0")
    made.page.keyboard.press("Tab")
    judged(made, 'column "prize" does not exist')
    assert said(made).locator("mark").text_content() == "prize"
    check.fill("price > 0")
    root.get_by_label("Comment", exact=True).fill("nothing is free")
    add("check")
    assert [(one.expression, one.description) for one in made.entity("orders").checks] == [
        ("price > 0", "nothing is free")
    ]

    index = form("index")
    index.get_by_label("Only rows where").fill("status = 'lost'")
    made.page.keyboard.press("Tab")
    judged(made, 'invalid input value for enum order_status: "lost"')
    index.get_by_label("Only rows where").fill("status = 'new'")
    add("index")
    assert made.entity("orders").indexes[0].predicate == "status = 'new'"

    policy = form("policy")
    policy.get_by_label("Name", exact=True).fill("seen")
    policy.get_by_label("Rows that are seen").fill("price >")
    judged(made, "syntax error at end of input")
    policy.get_by_label("Rows that are seen").fill("price > 10")
    policy.get_by_label("Comment", exact=True).fill("the dear ones")
    add("policy")
    assert made.entity("orders").policies[0].description == "the dear ones"

    trigger = form("trigger")
    trigger.get_by_label("Name", exact=True).fill("same")
    trigger.get_by_label("Function", exact=True).fill("suppress_redundant_updates_trigger")
    trigger.get_by_label("price", exact=True).check()
    trigger.get_by_label("Only when", exact=True).fill("OLD.price <> NEW.price")
    add("trigger")
    assert made.entity("orders").triggers[0].update_attributes == ("price",)

    root.get_by_label("Attributes that decide").fill("begins_at")
    root.get_by_label("Method", exact=True).select_option("RANGE")
    made.until(lambda: made.entity("orders").partition_method == "RANGE", "the table is divided")
    partition = form("partition")
    partition.get_by_label("Name", exact=True).fill("orders_2026")
    bound = partition.get_by_label("Which rows")
    bound.fill("FOR VALUES FROM ('2026-01-01')")
    judged(made, "syntax error")
    bound.fill("FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')")
    add("partition")
    assert [one.name for one in made.entity("orders").partitions] == ["orders_2026"]
    made.shoot("inspector-parts")


def test_several_entities_are_changed_as_one_and_findings_mended_with_a_click_each(bench: Callable[..., Bench]) -> None:
    made = bench(workshop(), allow_deploy=False)
    root, keys = made.hands.root, made.page.keyboard
    first = made.session.design.entities
    made.hands.choose("orders")
    made.widget.set_trait("selected", [str(entity.id) for entity in first])
    made.push()
    made.until(lambda: root.locator(".sd-right h2").text_content() == "3 entities", "three are selected")
    assert made.page.evaluate(UNEXPLAINED) == []

    def many(label: str, text: str) -> None:
        revision = made.session.revision
        root.get_by_role("textbox", name=label).fill(text)
        keys.press("Enter")
        made.until(lambda: made.session.revision == revision + 1, label)

    many("Add an attribute to all", "note text not null default ''")
    assert all(entity.attribute("note") is not None for entity in made.session.design.entities)
    many("Begin all comments with", "Shop: ")
    many("Begin all names with", "shop_")
    many("Schema of all", "shop")
    root.get_by_role("button", name="Make all timestamps").click()
    root.locator(".sd-inline-form").get_by_role("button", name="Make all timestamps").click()
    made.until(lambda: all(e.trait("timestamps") for e in made.session.design.entities), "all have the trait")
    root.get_by_label("Area of all").select_option("new")
    made.until(lambda: [len(area.members) for area in made.session.design.areas] == [3], "all are in an area")
    root.get_by_label("Remove an attribute of all").select_option("note")
    made.until(lambda: not any(e.attribute("note") for e in made.session.design.entities), "it is taken from all")
    assert {made.session.design.qualified_name(e) for e in made.session.design.entities} == {
        "shop.shop_orders", "shop.shop_users", "shop.shop_tags"
    }  # fmt: skip
    assert {e.description for e in made.session.design.entities} == {"Shop: "}
    made.shoot("inspector-many")
    for _ in range(7):
        made.hands.undo()
    assert made.session.design.entities == first, "each of them was one change"

    read_only = bench(workshop(), read_only=True)
    read_only.hands.choose("orders")
    read_only.widget.set_trait("selected", [str(e.id) for e in read_only.session.design.entities])
    read_only.push()
    assert read_only.hands.root.locator(".sd-side-body").last.locator("input, select").count() == 0
    refused = read_only.widget._commands.answer({
        "id": "x", "kind": "attribute_to_many", "line": "note text",
        "entity_ids": [str(e.id) for e in read_only.session.design.entities],
    })  # fmt: skip
    assert refused["error"]["code"] == "refused"


def test_three_findings_of_a_broken_design_are_mended_in_few_clicks(bench: Callable[..., Bench]) -> None:
    users = Entity(name="users", attributes=(Attribute(**KEY),), position=Position(x=0, y=0))
    orders = Entity(
        name="orders",
        attributes=(
            Attribute(name="id", data_type="bigint", is_nullable=False),
            Attribute(name="user_id", data_type="bigint", is_nullable=False),
            Attribute(name="total", data_type="money"),
            Attribute(name="made_at", data_type="timestamp"),
        ),
        position=Position(x=420, y=0),
    )
    tie = Relationship(source_entity_id=users.id, target_entity_id=orders.id, target_attributes=("user_id",))
    status = Enum(name="status", labels=("new", "paid"))
    design = Design(name="broken", entities=(users, orders), relationships=(tie,), enums=(status,))
    made = bench(design, allow_deploy=False)
    root = made.hands.root
    made.hands.choose("orders")
    for chosen in ([], [str(tie.id)]):  # the design as a whole, and a relationship
        made.widget.set_trait("selected", chosen)
        made.push()
        assert root.locator(".sd-right").locator("input, select").count() > 0
        assert made.page.evaluate(UNEXPLAINED) == []
    before = [item["code"] for item in made.widget.findings["items"]]
    assert len(before) >= 3
    root.locator(".sd-status").get_by_role("button", name="Findings:").click()
    tab = root.get_by_role("tab", name="Validation")
    assert tab.text_content() == f"Validation{len(before)}"
    clicks = 1
    while (mends := root.locator(".sd-findings .sd-button-mend")).count():
        revision, left = made.session.revision, len(made.widget.findings["items"])
        mends.first.click()
        clicks += 1
        made.until(lambda: made.session.revision == revision + 1, "it is mended")  # noqa: B023
        assert len(made.widget.findings["items"]) < left
        made.until(lambda: tab.text_content() == f"Validation{len(made.widget.findings['items']) or ''}", "the count")
        told = str(root.locator(".sd-status").get_by_role("button", name="Findings:").text_content())
        assert sum(map(int, re.findall(r"\d+", told))) == len(made.widget.findings["items"]), told
    assert clicks <= 1 + len(before)
    for _ in range(clicks - 1):
        made.hands.undo()
    assert [item["code"] for item in made.widget.findings["items"]] == before

    for name in ("a_very_long_name_of_an_entity_that_has_just_sixty_three_bytes_x", "顧客の注文履歴", "طلبات_قديمة"):
        orders = made.session.design.entities[1]
        steps = (
            edits.RenameEntity(entity_id=orders.id, name=name),
            edits.RenameAttribute(entity_id=orders.id, attribute_id=orders.attributes[0].id, name=name),
            edits.AddPart(entity_id=orders.id, collection="checks", part=Check(expression=f'"{name}" > 0')),
        )
        made.session.apply(edits.Compound(edits=steps))
        made.widget.set_trait("selected", [str(orders.id)])
        made.push()
        for tab in ("Attributes", "Relations", "Keys & indexes", "Entity"):
            root.get_by_role("tab", name=tab, exact=True).click()
            body = root.locator(".sd-right .sd-side-body")
            assert body.evaluate("one => one.scrollWidth - one.clientWidth") <= 0, (name, tab)
    root.get_by_role("tab", name="Keys & indexes").click()
    assert root.locator(".sd-right bdi").first.text_content() == "طلبات_قديمة", "signs beside it stay where they are"
