"""The panel for migrations: planned, asked, proved, allowed, applied, rolled back, compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from designer_kernel.design import edits
from designer_kernel.postgres.connection import connect
from tests.browser.bench import Bench, shop

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


class Migrating:
    """The hands of a person on the panel for migrations."""

    def __init__(self, made: Bench) -> None:
        self.made = made
        self.panel = made.page.get_by_role("region", name="Migrate")

    def open(self) -> None:
        """Open the panel."""
        self.made.page.get_by_role("button", name="Deploy").first.click()
        self.made.page.get_by_role("tab", name="Migrate").click()
        self.panel.wait_for()

    def press(self, name: str) -> dict[str, Any]:
        """Press a button, wait until the work that it begins has ended, and return how it ended."""
        self.panel.get_by_role("button", name=name).first.click()
        widget = self.made.widget
        self.made.until(lambda: widget.progress["state"] not in {"idle", "running"}, f"{name} ended")
        self.made.push()
        return dict(widget.progress)

    @property
    def text(self) -> str:
        """What the panel tells."""
        return str(self.panel.inner_text())


def with_note(made: Bench, line: str) -> None:
    """Add an attribute to the orders, as a person does."""
    orders = made.entity("orders")
    made.widget._commands.answer({"id": "1", "kind": "add_attribute", "entity_id": str(orders.id), "line": line})


def test_a_change_is_planned_and_proved(bench: Callable[..., Bench], database_url: str) -> None:
    made = bench(shop())
    made.session.target = database_url
    made.session.deploy()
    with_note(made, "note text not null default 'none'")
    made.push()
    migrating = Migrating(made)
    migrating.open()
    assert migrating.press("Plan the way")["state"] == "done"
    assert "column public.orders.note" in migrating.text
    made.page.locator(".sd-step summary").first.click()
    made.shoot("migrate-plan")
    assert migrating.press("Try the plan")["state"] == "done"
    assert "Proved" in migrating.text
    made.page.locator(".sd-proof").scroll_into_view_if_needed()
    made.shoot("migrate-proof")
    assert migrating.press("Apply to")["state"] == "done"
    migrating.panel.get_by_role("cell", name="applied", exact=True).first.wait_for()
    assert "nothing was changed behind our back" in migrating.text
    with connect(database_url, autocommit=True) as connection:
        connection.execute("SELECT note FROM public.orders")
        connection.execute("ALTER TABLE public.orders ADD COLUMN sneaked text")
    assert migrating.press("Read what was applied")["state"] == "done"
    assert "sneaked" in migrating.text
    made.shoot("migrate-drift")


def test_what_is_lost_has_to_be_ticked(bench: Callable[..., Bench], database_url: str) -> None:
    made = bench(shop())
    made.session.target = database_url
    with_note(made, "note text")
    made.session.deploy()
    note = made.entity("orders").attribute("note")
    assert note is not None
    removal = edits.RemoveAttribute(entity_id=made.entity("orders").id, attribute_id=note.id)
    made.session.apply(removal)
    made.push()
    migrating = Migrating(made)
    migrating.open()
    migrating.press("Plan the way")
    migrating.press("Try the plan")
    apply = migrating.panel.get_by_role("button", name="Apply to")
    assert apply.get_attribute("aria-disabled") is not None
    assert migrating.press("Apply to")["state"] == "failed"
    made.shoot("migrate-loss")
    migrating.panel.get_by_label("Lose column public.orders.note").check()
    assert apply.get_attribute("aria-disabled") is None
    assert migrating.press("Apply to")["state"] == "done"
    assert migrating.press("Plan the way back from the last")["state"] == "done"
    assert "restore" in migrating.text


def test_versions_are_compared_in_a_picture(bench: Callable[..., Bench], database_url: str) -> None:
    made = bench(shop())
    made.session.target = database_url
    migrating = Migrating(made)
    migrating.open()
    migrating.panel.get_by_label("What is new in this version").fill("the first")
    migrating.panel.get_by_role("button", name="Save a version").click()
    migrating.panel.get_by_role("cell", name="the first").wait_for()
    with_note(made, "note text")
    made.push()
    migrating.panel.get_by_role("button", name="Compare version 1").click()
    dialog = made.page.get_by_role("dialog")
    assert "1 changed" in str(dialog.get_by_role("status").text_content())
    picture = dialog.get_by_role("img")
    made.until(lambda: bool(picture.evaluate("one => one.naturalWidth > 100")), "the picture was drawn")
    made.shoot("migrate-versions")
