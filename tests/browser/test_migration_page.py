"""The panel for migrations: planned, asked, proved, allowed, applied, rolled back, compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from designer_kernel.design import Design, edits
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
