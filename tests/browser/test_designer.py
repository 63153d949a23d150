"""The main job, by hand, in JupyterLab and in Voilà: draw, see it everywhere, undo it, deploy it, fill it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import Visit
from tests.browser.designing import Hands, run_first_cell, until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def draw_undo_deploy_and_fill(hands: Hands, visited: Visit, name: str) -> None:
    """Add an entity, an attribute and a relationship; see them in graph, SQL and file; undo; redo; deploy; fill."""
    before = hands.saved()
    hands.add_entity("coupons")
    hands.add_attribute("code varchar(20) not null unique")
    hands.relate("coupons", "orders")
    steps = hands.revision()

    assert "2 attributes, 1 relationship" in str(hands.card("coupons").get_attribute("aria-label"))
    until(lambda: "coupon_id" in str(hands.card("orders").text_content()), "the foreign key is on the card")
    until(lambda: "CREATE TABLE public.coupons" in hands.sql(), "the table is in the SQL")
    assert "REFERENCES public.coupons" in hands.sql()
    assert "coupons" in hands.saved()
    assert "varchar(20)" in hands.saved() or "length: 20" in hands.saved()
    visited.shoot(f"{name}-drawn")

    for _ in range(steps):
        hands.undo()
    assert hands.card("coupons").count() == 0
    until(lambda: "coupons" not in hands.sql(), "the table is out of the SQL")
    assert hands.saved() == before
    for _ in range(steps):
        hands.redo()
    hands.card("coupons").wait_for()

    assert "objects created" in hands.deploy()
    assert "rows in" in hands.fill()
    visited.shoot(f"{name}-filled")


def shoot_for_readme(hands: Hands, visited: Visit) -> None:
    """Take the picture of the README: one entity among its neighbours, near enough to read."""
    visited.page.locator(".jp-SideBar [data-id=filebrowser]").click()
    hands.choose("orders")
    hands.root.get_by_role("button", name="Zoom out").click()
    visited.page.wait_for_timeout(500)
    visited.shoot("readme")


def test_in_jupyterlab(lab_url: str, design_file: Path, visit: Callable[..., Visit]) -> None:
    visited = visit(lab_url.format("designer.ipynb"))
    page = visited.page
    run_first_cell(page)
    hands = Hands(page, design_file)
    hands.wait()
    visited.shoot("lab-first")
    shoot_for_readme(hands, visited)
    cells = page.locator(".jp-Notebook .jp-Cell").count()

    draw_undo_deploy_and_fill(hands, visited, "lab")

    hands.card("coupons").focus()
    for key in ("d", "d", "b", "a"):  # commands of JupyterLab's command mode
        page.keyboard.press(key)
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells
    visited.assert_at_home()


def test_in_voila(voila_url: str, design_file: Path, visit: Callable[..., Visit]) -> None:
    visited = visit(voila_url.format("designer.ipynb"))
    hands = Hands(visited.page, design_file)
    hands.wait()
    visited.shoot("voila-first")
    draw_undo_deploy_and_fill(hands, visited, "voila")
    visited.assert_at_home()
