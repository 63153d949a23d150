"""Connections on a page: added, tried and removed; what is typed leaves the page at once and never comes back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import designer_kernel as dk
from designer_kernel.postgres import connection as urls
from tests.browser.bench import Bench

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

PASSWORD = "c4n4ry-on-a-page"


@pytest.fixture
def made(no_store_yet: None, browser: Any, tmp_path: Path) -> Iterator[Bench]:
    """A designer of a team's project on a bare page."""
    project = dk.new(f"team:Mine/{tmp_path.name}")
    page = browser.new_page(viewport={"width": 1500, "height": 860})
    bench = Bench(page, project.session)
    yield bench
    page.close()
    bench.widget.close()
    assert bench.complaints == []


def test_a_connection_is_added_tried_and_removed(made: Bench, database_url: str) -> None:
    page, root = made.page, made.hands.root
    root.get_by_role("button", name="Deploy", exact=True).first.click()
    root.get_by_role("tab", name="Connections").click()
    panel = root.get_by_role("region", name="Connections")
    name = f"live {made.session.name}"
    panel.get_by_label("Name").fill(name)
    secret = panel.get_by_label("Connection string")
    assert secret.get_attribute("type") == "password"
    secret.fill(f"postgresql://who:{PASSWORD}@h/d?service=x")
    panel.get_by_role("button", name="Add").click()
    panel.get_by_text("is not taken").wait_for()
    assert secret.input_value() == ""
    secret.fill(urls.to_url(urls.parse(database_url) | {"password": PASSWORD}))
    secret.press("Enter")
    row = panel.get_by_role("row").filter(has_text=name)
    row.get_by_text("yours").wait_for()
    assert secret.input_value() == ""
    row.get_by_role("button", name=f"Test {name}").click()
    made.until(lambda: made.widget.progress["state"] == "done", "the test ended")
    made.push()
    panel.get_by_text("connected in").wait_for()
    made.shoot("connections")
    assert PASSWORD not in page.content()
    assert PASSWORD not in page.evaluate("JSON.stringify([...document.querySelectorAll('input')].map(i => i.value))")
    row.get_by_role("button", name=f"Remove {name}…").click()
    root.get_by_role("button", name="Remove it").click()
    row.wait_for(state="detached")
