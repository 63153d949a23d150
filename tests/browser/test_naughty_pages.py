"""Whatever a design holds, no page that shows it runs any of it."""

from __future__ import annotations

from collections.abc import Callable
from html import escape
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from designer_kernel.design import Attribute, Design, Entity
from designer_kernel.design.diagrams import Diagram, Note
from designer_kernel.design.parts import Check
from designer_kernel.design.relationship import Relationship
from designer_kernel.design.values import Position
from designer_kernel.notebook.project import Project
from designer_kernel.studio.project import ProjectSession
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
