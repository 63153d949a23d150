"""The notebooks as a person sees them: the story in JupyterLab, the dashboard in Voilà."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.browser.conftest import Visit
from tests.browser.designing import PATIENCE, until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

CELLS = 9
"""Code cells of the quickstart notebook."""


def test_the_story_runs_from_top_to_bottom(lab_url: str, visit: Callable[..., Visit]) -> None:
    visited = visit(lab_url.format("quickstart.ipynb"))
    page = visited.page
    page.locator(".jp-Notebook .jp-CodeCell").first.wait_for(timeout=PATIENCE)
    page.get_by_text("Python 3 (ipykernel) | Idle").wait_for(timeout=PATIENCE)
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    last = page.locator(".jp-InputPrompt", has_text=f"[{CELLS}]:")
    last.wait_for(timeout=2 * PATIENCE)
    page.get_by_text(re.compile(r"\d+ constraints, 0 rows break one")).wait_for(timeout=PATIENCE)
    visited.shoot("quickstart-end")
    assert page.locator('[data-mime-type="application/vnd.jupyter.error"]').count() == 0
    visited.assert_at_home()


def test_the_dashboard_shows_what_is_selected(voila_url: str, visit: Callable[..., Visit]) -> None:
    visited = visit(voila_url.format("dashboard.ipynb"), width=1400, height=1250)
    page = visited.page
    payments = page.locator(".sd-card[aria-label^='payments, ']")
    payments.wait_for(timeout=2 * PATIENCE)
    page.get_by_role("button", name="Show everything").click()
    payments.locator(".sd-card-body").click()
    page.get_by_role("paragraph").filter(has_text="What is paid for an order.").wait_for(timeout=PATIENCE)
    page.get_by_text("Data", exact=True).click()
    until(lambda: page.get_by_text("external_payment_id", exact=True).count() > 0, "the rows of the table are shown")
    visited.shoot("dashboard")
    assert page.get_by_text("order_items", exact=True).count() > 0
    visited.assert_at_home()
