"""Refreshing from the database by hand: what came, what is asked, and what the answers do."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import psycopg
import pytest

from designer_kernel.design import Attribute, Entity, edits
from designer_kernel.postgres.server import EmbeddedServer
from tests.browser.bench import Bench, focused, shop

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]


@pytest.fixture
def altered(bench: Callable[..., Bench], server: EmbeddedServer) -> Iterator[Bench]:
    """A designer whose database was altered behind its back, and whose design has moved on too."""
    server.drop_database("shop")
    design = shop()
    more = Attribute(name="note", data_type="text"), Attribute(name="old_code", data_type="integer")
    for attribute in more:
        design = edits.apply(design, edits.AddAttribute(entity_id=design.entities[0].id, attribute=attribute))
    made = bench(design)
    made.session.deploy()
    with psycopg.connect(server.ensure_database("shop"), autocommit=True) as connection:
        connection.execute("ALTER TABLE customers RENAME old_code TO code")
        connection.execute("ALTER TABLE customers ALTER note SET DEFAULT 'none'")
        connection.execute("CREATE TABLE refunds (id bigint PRIMARY KEY, order_id bigint REFERENCES orders)")
    plans = Entity(name="plans", attributes=(Attribute(name="id", data_type="bigint", is_primary_key=True),))
    made.session.apply(edits.AddEntity(entity=plans))
    made.push()
    yield made
    server.drop_database("shop")


def compare(made: Bench) -> None:
    """Ask for a refresh, and wait until it is shown."""
    made.hands.root.get_by_role("button", name="Deploy", exact=True).first.click()
    made.hands.root.get_by_role("button", name="Refresh").first.click()
    made.until(lambda: bool(made.widget.transfer.get("refresh")), "the database was compared")
    made.push()
    made.hands.root.get_by_role("dialog").get_by_role("region", name="Refresh").wait_for()


def answer(made: Bench, legend: str, words: str) -> None:
    """Answer one question, with the keyboard."""
    before = made.widget.transfer["key"], str(made.widget.transfer["refresh"])
    group = made.hands.root.get_by_role("group", name=legend)
    group.get_by_role("radio", name=words).focus()
    made.page.keyboard.press("Space")
    made.until(lambda: (made.widget.transfer["key"], str(made.widget.transfer["refresh"])) != before, "it was answered")
    made.push()
    made.until(lambda: group.get_by_role("radio", name=words).is_checked(), "the answer is shown")


def test_what_only_a_person_knows_is_asked_and_the_answers_count(altered: Bench) -> None:
    made, root = altered, altered.hands.root
    before = made.session.design
    compare(made)
    dialog = root.get_by_role("dialog")
    take = dialog.get_by_role("button", name="Refresh the design")
    assert take.is_disabled()
    region = dialog.get_by_role("region", name="Refresh")
    assert "refunds" in str(region.text_content())
    made.shoot("refresh-asked")

    answer(made, "Was public.customers.old_code renamed to code?", "Yes, it is the same thing under a new name")
    assert made.page.evaluate("document.activeElement.value") == "rename"
    answer(made, "public.plans is not in the database", "Remove it: it was dropped there")
    answer(made, "public.plans is not in the database", "Keep it: it is drawn and not deployed yet")
    text = str(region.text_content())
    assert "public.customers.old_code → code" in text
    assert "public.customers.note: default 'none'::text is new there" in text
    made.shoot("refresh-answered")
    assert made.session.design == before

    take.click()
    dialog.wait_for(state="detached")
    now = made.session.design
    code = now.entity("customers").attribute("code")
    old = before.entity("customers").attribute("old_code")
    assert code is not None
    assert old is not None
    assert code.id == old.id
    assert now.find_entity("plans") is not None
    assert now.find_entity("refunds") is not None
    assert now.entity("customers").position == before.entity("customers").position
    made.session.undo()
    assert made.session.design == before


def test_a_table_that_was_dropped_there_is_removed_on_request(altered: Bench) -> None:
    made = altered
    compare(made)
    answer(made, "Was public.customers.old_code renamed to code?", "No, one was removed and the other is new")
    answer(made, "public.plans is not in the database", "Remove it: it was dropped there")
    region = made.hands.root.get_by_role("dialog").get_by_role("region", name="Refresh")
    assert "plans" in str(region.text_content())
    made.hands.root.get_by_role("dialog").get_by_role("button", name="Refresh the design").click()
    made.hands.root.get_by_role("dialog").wait_for(state="detached")
    assert made.session.design.find_entity("plans") is None
    assert made.session.design.entity("customers").attribute("old_code") is None


def test_the_dialog_fits_a_narrow_page_and_gives_the_keyboard_back(altered: Bench) -> None:
    made = altered
    compare(made)
    made.page.set_viewport_size({"width": 560, "height": 700})
    dialog = made.hands.root.get_by_role("dialog")
    made.page.wait_for_timeout(100)
    made.shoot("refresh-narrow")
    box = dialog.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 560
    assert dialog.evaluate("one => one.scrollWidth <= one.clientWidth + 1")
    made.page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert focused(made) != "None"
