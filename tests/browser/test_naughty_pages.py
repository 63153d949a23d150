"""Whatever a design holds, no page that shows it runs any of it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from designer_kernel.design import Attribute, Design, Entity
from designer_kernel.design.diagrams import Diagram, Note
from designer_kernel.design.parts import Check
from designer_kernel.design.relationship import Relationship
from designer_kernel.design.values import Position
from designer_kernel.notebook.project import Project
from designer_kernel.studio.project import ProjectSession
from tests.browser.bench import Bench
from tests.browser.conftest import Visit
from tests.naughty import NOTATIONS, SCRIPTS, SQL

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

TEXTS = tuple(dict.fromkeys((*SCRIPTS, *SQL[:12], *NOTATIONS[:12])))
HOOK = "<script>window.hacked = () => { window.wasHacked = true; };</script>"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A project that says nothing but hostile texts: as names as far as these may be as long, and as comments."""
    key: dict[str, Any] = {"data_type": "bigint", "is_primary_key": True, "is_nullable": False}
    entities = tuple(
        Entity(
            name=short(text),
            description=text,
            attributes=(
                Attribute(name=short(text), description=text, **key),
                Attribute(name=f"{short(text)[:50]} 2", data_type="text", default_value=f"$x${text}$x$"),
            ),
            checks=(Check(name=short(text), expression="true", description=text),),
        )
        for text in TEXTS
    )
    ties = tuple(
        Relationship(name=short(one.name), description=one.name, source_entity_id=one.id, target_entity_id=other.id)
        for one, other in pairwise(entities[:6])
    )
    design = Design(
        name="</title><script>hacked()</script>",
        entities=entities,
        relationships=ties,
        diagrams=tuple(Diagram(name=text[:200], description=text, members=(entities[0].id,)) for text in SCRIPTS[:12]),
        notes=tuple(Note(text=text, position=Position(x=-300, y=200 * n)) for n, text in enumerate(SCRIPTS)),
    )
    return Project(ProjectSession(tmp_path_factory.mktemp("naughty") / "naughty.design.yaml", design))


def short(text: str) -> str:
    """Return what PostgreSQL can keep as a name."""
    return "".join(letter for letter in text if letter >= " ").encode()[:63].decode(errors="ignore")


def shown(project: Project) -> dict[str, str]:
    """Return all that a notebook shows of a project as HTML."""
    bundle = project._repr_mimebundle_()
    entity = project.session.design.entities[0]
    found = {
        "project": bundle["text/html"],
        "picture": bundle["image/svg+xml"],
        "findings": project.findings._repr_html_(),
        "entities": project.entities._repr_html_(),
        "entity": project.entities[entity.name]._repr_html_(),
        "relationships": project.relationships._repr_html_(),
        "script": project.ddl()._repr_html_(),
        "edits": project.history._repr_html_(),
    }
    assert all(found.values())
    return found


def checked(visited: Visit) -> None:
    """Look, point and click at everything; nothing of it may have run, or asked for anything."""
    page = visited.page
    page.evaluate(
        """() => {
            for (const element of document.querySelectorAll("*")) {
                for (const kind of ["mouseover", "focus", "pointerdown", "toggle"]) {
                    element.dispatchEvent(new Event(kind));
                }
            }
            for (const element of document.querySelectorAll("details")) element.open = true;
        }"""
    )
    page.wait_for_timeout(100)
    assert page.evaluate("window.wasHacked") is None
    running = "script:not(:first-of-type), iframe, object, embed, base, img, video, foreignObject, form"
    hooks = page.evaluate(
        """() => [...document.querySelectorAll("*")].flatMap((element) => [...element.attributes])
            .filter(({name, value}) => name.startsWith("on") || /^\\s*(javascript|data):/i.test(value))
            .map(({name}) => name)"""
    )
    assert (page.locator(running).count(), hooks, visited.complaints) == (0, [], [])
    assert not visited.hosts


def test_what_a_notebook_shows_runs_nothing(project: Project, visit: Callable[..., Visit], tmp_path: Path) -> None:
    parts = "".join(f"<section id='{name}'>{html}</section>" for name, html in shown(project).items())
    file = tmp_path / "page.html"
    file.write_text(f"<!doctype html><meta charset='utf-8'>{HOOK}<body>{parts}", "utf-8")
    visited = visit(file.as_uri())
    checked(visited)
    told = visited.page.evaluate("document.body.textContent")
    assert all(short(text).strip() in told for text in SCRIPTS)


@pytest.mark.parametrize("theme", ["light", "auto"])
def test_a_picture_that_is_opened_by_itself_runs_nothing(
    project: Project, visit: Callable[..., Visit], tmp_path: Path, theme: Any
) -> None:
    file = tmp_path / "picture.svg"
    file.write_text(project.session.svg(theme), "utf-8")
    visited = visit(file.as_uri())
    assert visited.page.evaluate("document.documentElement.nodeName") == "svg"
    checked(visited)


def test_the_hook_would_see_it(visit: Callable[..., Visit], tmp_path: Path) -> None:
    seen = 0
    for number, text in enumerate(SCRIPTS[:2]):
        file = tmp_path / f"{number}.html"
        file.write_text(f"<!doctype html>{HOOK}<body>{text}", "utf-8")
        page = visit(file.as_uri()).page
        page.wait_for_timeout(50)
        seen += page.evaluate("window.wasHacked") is True
        file.write_text(f"<!doctype html>{HOOK}<body>{escape(text)}", "utf-8")
        assert visit(file.as_uri()).page.evaluate("window.wasHacked") is None
    assert seen


def test_panels_run_nothing(bench: Callable[..., Bench], database_url: str) -> None:
    """Hostile names, comments, rows and the server's errors about them, in every panel of the designer."""
    made = bench(hostile())
    made.session.target = database_url
    made.session.deploy()
    name = made.session.design.entities[0].name
    with psycopg.connect(database_url) as connection:
        table = sql.Identifier(name)
        for text in SCRIPTS[:20]:
            connection.execute(sql.SQL("INSERT INTO {} VALUES (%s, %s)").format(table), [text, text])
    made.session.save_version(SCRIPTS[0])
    made.hands.add_entity("later")
    page, root = made.page, made.hands.root
    scripts = page.locator("script").count()

    root.get_by_role("button", name="DDL", exact=True).click()
    tabs = root.get_by_role("tablist", name="Panels below the diagram").get_by_role("tab")
    for panel in tabs.all_text_contents():
        root.get_by_role("tab", name=panel, exact=True).click()
        page.wait_for_timeout(60)
        harmless(made)
    root.get_by_role("tab", name="Data", exact=True).click()
    data = root.get_by_role("region", name="Data", exact=True)
    data.get_by_label("Table", exact=True).select_option(name)
    grid = data.get_by_role("grid")
    grid.get_by_role("gridcell").filter(has_text=SCRIPTS[4]).first.wait_for()
    grid.focus()
    page.keyboard.press("Control+Enter")
    page.keyboard.type(SCRIPTS[0])  # a key that is there: the server's error says it
    page.keyboard.press("Enter")
    page.keyboard.press("Control+s")
    data.get_by_text("duplicate key value").first.wait_for()
    harmless(made)

    root.get_by_role("tab", name="Query", exact=True).click()
    query = root.get_by_role("region", name="Query", exact=True)
    query.get_by_label("Begin with an entity").select_option(name)
    text = query.get_by_label("SQL of the query")
    made.until(lambda: "FROM" in text.input_value(), "the builder has it")
    text.fill(f'SELECT "{SCRIPTS[4]}" FROM nowhere')
    text.press("Control+Enter")
    made.until(lambda: query.get_by_role("alert").count() > 0, "an error is told")
    harmless(made)

    root.get_by_role("tab", name="History", exact=True).click()
    root.get_by_role("button", name="Compare version 1 with").click()
    root.get_by_role("region", name="What differs").get_by_text("added entity later").wait_for()
    bar = root.get_by_role("toolbar", name="What is seen")
    bar.get_by_label("Diagram", exact=True).select_option(index=1)
    harmless(made)
    bar.get_by_label("Diagram", exact=True).select_option(label="Everything")
    made.hands.card(name).first.focus()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Commands and places").fill("hacked")
    page.get_by_role("option").first.wait_for()
    harmless(made)
    page.keyboard.press("Enter")
    for tab in root.locator(".sd-right [role=tab]").all():
        tab.click()
        page.wait_for_timeout(30)
    harmless(made)
    assert page.locator("script").count() == scripts


def hostile() -> Design:
    """Return a design that can be deployed, whose names and comments are hostile."""
    entities = tuple(
        Entity(
            name=short(text),
            description=text,
            position=Position(x=320 * (number % 4), y=260 * (number // 4)),
            attributes=(
                Attribute(name=short(text), description=text, data_type="text", is_primary_key=True, is_nullable=False),
                Attribute(name=f"{short(text)[:50]} 2", data_type="text"),
            ),
            checks=(Check(name=short(f"c {text}"), expression="true", description=text),),
        )
        for number, text in enumerate(SCRIPTS[:8])
    )
    tie = Relationship(name=entities[0].name, source_entity_id=entities[0].id, target_entity_id=entities[1].id)
    diagram = Diagram(name=SCRIPTS[0], description=SCRIPTS[0], members=(entities[0].id,))
    notes = tuple(Note(text=text, position=Position(x=-300, y=200 * n)) for n, text in enumerate(SCRIPTS[:8]))
    return Design(name="hostile", entities=entities, relationships=(tie,), diagrams=(diagram,), notes=notes)


def harmless(made: Bench) -> None:
    """Point at everything; none of it may run, or have come in as markup."""
    made.page.evaluate(
        """() => {
            for (const element of document.querySelectorAll(".sd-root *")) {
                for (const kind of ["mouseover", "pointerover", "toggle"]) element.dispatchEvent(new Event(kind));
            }
        }"""
    )
    hooks = made.page.evaluate(
        """() => [...document.querySelectorAll(".sd-root *")].flatMap((element) => [...element.attributes])
            .filter(({name, value}) => name.startsWith("on") || /^\\s*javascript:/i.test(value))
            .map(({name}) => name)"""
    )
    running = made.page.locator(
        ".sd-root :is(script, iframe, object, embed, base, video, foreignObject, form, math),"
        ".sd-root img[src]:not([src^='data:image/'])"
    )
    found = running.evaluate_all("all => all.map((one) => one.outerHTML.slice(0, 200))")
    assert (made.page.evaluate("window.wasHacked"), hooks, found) == (None, [], [])
