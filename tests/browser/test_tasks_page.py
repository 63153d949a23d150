"""Three tasks of a new user, counted in gestures: draw a blog, extend a database of 100 tables, mend a design."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from designer_kernel.catalog.render import script
from designer_kernel.design import Design
from designer_kernel.design.expansion import expand
from designer_kernel.design.lower import lower
from designer_kernel.lint import check
from designer_kernel.postgres.connection import connect
from tests.believable import company
from tests.browser import tasks
from tests.browser.bench import Bench
from tests.browser.newcomer import Newcomer

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]


def test_a_blog_is_drawn_in_at_most_sixty_gestures(bench: Callable[..., Bench], database_url: str) -> None:
    made = bench(Design(name="blog"))
    person = Newcomer(made)
    tasks.draw_a_blog(person)
    made.shoot("task-blog")
    assert person.report("blog", 60) <= 60
    typed = " ".join(one.lower() for one in person.gestures if one.startswith("type"))
    assert not any(word in typed for word in ("create", "references", "primary", "unique", "not null", "default", ";"))
    design = made.session.design
    assert {entity.name: [one.name for one in entity.attributes] for entity in design.entities} == {
        name: ["id", *(line.split()[0] for line in lines)] for name, lines in tasks.BLOG.items()
    }
    names = {entity.id: entity.name for entity in design.entities}
    assert sorted(
        (names[tie.source_entity_id], tie.source_cardinality, tie.target_cardinality, names[tie.target_entity_id])
        for tie in design.relationships
    ) == [
        ("authors", "1", "0..N", "comments"),
        ("authors", "1", "0..N", "posts"),
        ("comments", "0..1", "0..N", "comments"),
        ("posts", "0..N", "0..N", "tags"),
        ("posts", "1", "0..N", "comments"),
    ]
    email = made.entity("authors").attribute("email")
    assert email is not None
    assert (email.is_unique, email.is_nullable) == (True, False)
    assert [tie.on_delete_action for tie in design.relationships].count("CASCADE") == 1
    with connect(database_url, autocommit=True) as connection:
        connection.execute(made.session.ddl().text)
        found = connection.execute(
            "SELECT conrelid::regclass::text, confrelid::regclass::text FROM pg_constraint "
            "WHERE contype = 'f' ORDER BY 1, 2"
        ).fetchall()
    assert found == [
        ("comments", "authors"),
        ("comments", "comments"),
        ("comments", "posts"),
        ("posts", "authors"),
        ("posts_tags", "posts"),
        ("posts_tags", "tags"),
    ]


def test_a_database_of_a_hundred_tables_is_extended(bench: Callable[..., Bench], database_url: str) -> None:
    with connect(database_url, autocommit=True) as connection:
        connection.execute(script(lower(company(100))).text + tasks.LINES_BY_NUMBER)
    made = bench(Design(name="company"))
    made.session.target = database_url
    person = Newcomer(made)
    tasks.extend_a_database(person, database_url)
    made.shoot("task-extend")
    assert person.report("extend", 20) <= 20
    assert len(made.session.design.entities) == 101
    (key,) = (k for k in expand(made.session.design).foreign_keys if k.child_entity_id == made.entity("line_gifts").id)
    assert sorted(key.parent_attributes) == ["line_no", "order_id"]
    plan = made.page.get_by_role("region", name="Migrate").locator(".sd-plan")
    assert plan.locator(".sd-step").count() == 1
    told = " ".join(str(plan.inner_text()).split())
    assert "CREATE TABLE public.line_gifts" in told
    assert re.search(
        r"FOREIGN KEY \([^)]+\) REFERENCES public.order_lines \((order_id, line_no|line_no, order_id)\)", told
    )
    assert set(re.findall(r"(?:CREATE|ALTER|DROP) TABLE (?:ONLY )?(\S+)", told)) == {"public.line_gifts"}
    assert "DROP" not in told


def test_three_findings_are_mended_with_a_click_each(bench: Callable[..., Bench]) -> None:
    made = bench(tasks.broken())
    before = made.session.design
    person = Newcomer(made)
    tasks.mend_three_findings(person)
    made.shoot("task-mend")
    assert person.report("mend", 4) <= 4
    assert check(made.session.design) == []
    for _ in range(3):
        made.hands.undo()
    assert made.session.design == before
