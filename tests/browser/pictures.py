"""Makes the pictures of the documents: ``make pictures``, which is pytest on this file. No test finds it by its name.

What the pictures show is checked before they are taken: no overlapping cards, and at the smaller sizes no line through
a card. They show the designer as it is, on designs that look like those of real companies.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from designer_kernel.catalog.render import script
from designer_kernel.design import Design
from designer_kernel.design.lower import lower
from designer_kernel.diagram.picture import picture
from designer_kernel.postgres.connection import connect
from tests.believable import company, shop
from tests.browser import tasks
from tests.browser.bench import Bench
from tests.browser.conftest import SCREENSHOTS, Visit
from tests.browser.designing import Hands, run_first_cell
from tests.browser.film import HEIGHT, WIDTH, WORDS, Animation, save_small
from tests.browser.newcomer import Newcomer
from tests.browser.test_designer import shoot_for_readme
from tests.designer_kernel.diagram.audit import audit

pytestmark = [pytest.mark.browser, pytest.mark.timeout(280)]

IMAGES = Path(__file__).parents[2] / "docs" / "images"
LARGEST_TOUR = 1_000_000
"""Bytes; larger files are kept nowhere in the repository."""


@pytest.mark.parametrize("count", [12, 60, 300, 1200])
def test_the_canvas_is_drawn_at_each_size(bench: Callable[..., Bench], count: int) -> None:
    design = shop() if count == 12 else company(count)
    wrong = audit(picture(design))
    assert wrong.overlapping_cards == ()
    assert wrong.edges_through_cards == ()
    made = bench(design)
    made.page.set_viewport_size({"width": 1500, "height": 900})
    made.page.add_style_tag(content="body { margin: 0; }")
    made.hands.wait()
    made.widget._laying.wait(120)
    made.deliver()
    made.page.get_by_role("button", name="Show everything").click()
    made.page.mouse.move(700, 70)
    made.page.wait_for_timeout(600)
    for name, is_light in (("", "true"), ("-dark", "false")):
        made.page.evaluate("value => { document.body.dataset.jpThemeLight = value; }", is_light)
        made.page.wait_for_timeout(300)
        save_small(made.page.screenshot(), IMAGES / f"canvas-{count}{name}.png")


def test_the_tour_is_made(bench: Callable[..., Bench], database_url: str) -> None:
    with connect(database_url, autocommit=True) as connection:
        connection.execute(script(lower(company(100))).text + tasks.LINES_BY_NUMBER)
    film = Animation()

    def person(design: Design) -> Newcomer:
        made = bench(design)
        made.session.target = database_url
        made.page.set_viewport_size({"width": WIDTH, "height": HEIGHT - WORDS})
        made.page.add_style_tag(content="body { margin: 0; }")
        return Newcomer(made, film)

    tasks.draw_a_blog(person(Design(name="blog")))
    tasks.extend_a_database(person(Design(name="company")), database_url)
    last = person(tasks.broken())
    last.root.get_by_role("button", name="Show everything").click()
    tasks.mend_three_findings(last)
    last.say("One click each, and Undo takes each back")
    last.click(last.root.get_by_role("button", name="Undo", exact=True))
    last.look(1.5)
    last.click(last.root.get_by_role("button", name="Redo", exact=True))
    last.say("Drawn, checked and planned in a notebook, and kept as a text file")
    last.look(2.0)
    tour = IMAGES / "tour.webp"
    film.save(tour, 120)
    assert tour.stat().st_size <= LARGEST_TOUR


def test_the_designer_is_seen_in_jupyterlab(visit: Callable[..., Visit], lab_url: str, design_file: Path) -> None:
    visited = visit(lab_url.format("designer.ipynb"))
    run_first_cell(visited.page)
    hands = Hands(visited.page, design_file)
    hands.wait()
    shoot_for_readme(hands, visited)
    save_small((SCREENSHOTS / "readme.png").read_bytes(), IMAGES / "designer.png")
