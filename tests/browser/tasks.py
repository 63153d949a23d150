"""Three tasks of somebody who has never seen the designer, as scripts: draw, take over and extend, find and mend."""

from __future__ import annotations

from typing import Any

from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design.parts import Index, IndexKey
from designer_kernel.design.values import Position
from designer_kernel.exchange.attribute_line import parse_line
from tests.browser.bench import focused
from tests.browser.newcomer import Newcomer

BLOG = {
    "authors": ("name text", "email text"),
    "posts": ("title text", "body text", "published_at timestamptz"),
    "comments": ("body text", "written_at timestamptz"),
    "tags": ("label text",),
}
"""What is typed on the cards: names and types, no SQL."""

CORNERS = {"authors": (70, 70), "posts": (430, 70), "comments": (430, 400), "tags": (70, 400)}
"""Where the entities of the blog are put, from the canvas's corner."""


def draw_a_blog(person: Newcomer) -> None:
    """Draw four entities and five relationships on an empty canvas."""
    made, page, root = person.made, person.page, person.root
    person.say("A blog, from nothing: double-click the canvas, type a name, then attributes")
    for name, lines in BLOG.items():
        canvas = root.locator(".sd-surface").bounding_box()
        person.click((canvas["x"] + CORNERS[name][0], canvas["y"] + CORNERS[name][1]), double=True)
        root.get_by_label("Name of new_entity").wait_for()
        person.type(name)
        made.until(lambda name=name: focused(made) == f"New attribute of {name}", "attributes can be typed")
        for number, line in enumerate(lines):
            person.type(line)
            made.until(lambda name=name, n=number: len(made.entity(name).attributes) == n + 2, "it is there")
            made.until(lambda: page.evaluate("document.activeElement.value") == "", "the line is empty again")
        person.press("Escape")
        made.until(lambda name=name: focused(made).startswith(f"{name}, "), "the card has the keyboard")

    person.press("0")  # everything on the screen
    page.wait_for_timeout(150)

    def drawn(count: int) -> None:
        person.until(lambda: len(made.session.design.relationships) == count, f"{count} relationships are drawn")
        person.until(lambda: root.locator(".sd-edges .sd-edge").count() >= count, f"{count} lines are on the screen")
        if count == 1:  # the inspector opens for the first line, and lies where cards were
            root.get_by_role("complementary", name="Inspector").wait_for()
            person.press("0")
            page.wait_for_timeout(300)

    person.say("Drag from a key to another card: the foreign key comes by itself")
    person.line(row(person, "authors", "id"), header(person, "posts"))
    drawn(1)
    person.line(row(person, "posts", "id"), header(person, "comments"))
    drawn(2)
    person.line(row(person, "authors", "id"), header(person, "comments"))
    drawn(3)
    person.say("Back to its own card: a comment answers a comment")
    person.line(row(person, "comments", "id"), header(person, "comments"), by=(80, 60))
    drawn(4)
    person.say("M on the way makes it many-to-many, with its junction")
    person.line(row(person, "posts", "id"), header(person, "tags"), side="left", key="m")
    drawn(5)
    person.say("At the line itself: what happens to comments when their post is deleted")
    bar = root.get_by_role("toolbar", name="Relationship posts to comments")
    person.click(on_line(person, "posts", "comments"))
    bar.wait_for()
    person.choose(bar.get_by_label("When the parent is deleted"), "CASCADE")
    person.say("An e-mail is unique and always there: two ticks in the inspector")
    person.click(card(person, "authors").locator("[data-part=header]"))
    person.click(root.get_by_label("Not null: email"))
    person.click(root.get_by_label("Unique: email"))
    person.until(lambda: made.entity("authors").attribute("email").is_unique, "it is unique")
    person.say("Four entities, five relationships, and a YAML file that follows each step")
    person.click(root.get_by_role("button", name="Show everything"))
    person.look(2.0)


LINES_BY_NUMBER = """
ALTER TABLE order_lines DROP CONSTRAINT order_lines_pkey CASCADE;
ALTER TABLE order_lines DROP COLUMN id, ADD PRIMARY KEY (order_id, line_no);
"""
"""Makes a line of an order known by its order and its number."""


def extend_a_database(person: Newcomer, url: str) -> None:
    """Import a database, find what is around its orders, add a table that refers to a composite key, see the way."""
    made, page, root = person.made, person.page, person.root
    person.say("A database of 100 tables: import it from where it runs")
    person.click(root.get_by_role("button", name="Import…"))
    dialog = root.get_by_role("dialog")
    person.click(dialog.get_by_text("Database, or a path"))
    person.click(dialog.get_by_label("Database or path"))
    person.type(url)
    replace = dialog.get_by_role("button", name="Replace the design")
    person.until(lambda: bool(made.widget.transfer.get("key")) and replace.is_visible(), "it is read")
    person.look(1.5)
    person.click(replace)
    person.until(lambda: len(made.session.design.entities) == 100, "it is here")
    person.say("Ctrl + K finds anything. What is around the orders?")
    person.press("Control+k")
    person.type("orders")
    person.click(root.get_by_role("button", name="Show only what is around"))
    person.until(lambda: page.locator(".sd-card").count() < 20, "only what is around is shown")
    person.look(1.5)
    person.say("Two rows of a key, dragged into the empty: a table with a composite foreign key")
    person.click(row(person, "order_lines", "order_id"))
    person.click(row(person, "order_lines", "line_no"), key="Control")
    person.line(row(person, "order_lines", "line_no"), empty_place(person), side="left")
    root.get_by_label("Name of the new entity").wait_for()
    person.type("line_gifts")
    made.until(lambda: focused(made) == "New attribute of line_gifts", "it is named, and its attributes are typed")
    person.type("wish text")
    person.press("Escape")
    person.say("What does that mean for the database? The plan tells it, step by step")
    person.click(root.get_by_role("button", name="Deploy", exact=True))
    person.click(root.get_by_role("tab", name="Migrate"))
    panel = page.get_by_role("region", name="Migrate")
    person.click(panel.get_by_role("button", name="Plan the way"))
    made.until(lambda: made.widget.progress["state"] not in {"idle", "running"}, "it is planned")
    made.push()
    person.click(panel.locator(".sd-step summary").first)
    person.look(3.0)


def broken() -> Design:
    """Return a design with three things that are not right."""

    def attributes(*lines: str) -> tuple[Attribute, ...]:
        return tuple(map(parse_line, lines))

    guests = Entity(
        name="guests",
        attributes=attributes("id bigint primary key", "name text not null", "arrives timestamp"),
        position=Position(x=0, y=0),
    )
    stays = Entity(
        name="stays",
        attributes=attributes("id bigint primary key", "until date not null"),
        position=Position(x=360, y=0),
    )
    wishes = Entity(
        name="wishes",
        attributes=attributes("wish text not null"),
        indexes=(Index(keys=(IndexKey(attribute="stay_id"),)),),
        position=Position(x=700, y=0),
    )
    ties = (
        Relationship(source_entity_id=guests.id, target_entity_id=stays.id),
        Relationship(source_entity_id=stays.id, target_entity_id=wishes.id),
    )
    return Design(name="guesthouse", entities=(guests, stays, wishes), relationships=ties)


def mend_three_findings(person: Newcomer) -> None:
    """Look at the findings of a broken design, and mend each with one click."""
    root = person.root
    person.say("Something is wrong here: the count says how much, and a click says what and why")
    person.click(root.locator(".sd-button-status").filter(has_text="warning"))
    findings = root.get_by_label("Findings").locator(".sd-finding")
    findings.first.wait_for()
    person.look(2.5)
    left = findings.count()
    while left:
        person.click(findings.first.locator(".sd-button-mend"))
        left -= 1
        person.until(lambda left=left: findings.count() == left, "one less")
    person.look(1.5)


def on_line(person: Newcomer, source: str, target: str) -> tuple[float, float]:
    """Return a point of the screen where a line between two cards is bare."""
    x, y = (
        person.root.locator(".sd-edge")
        .filter(has_text=f"{source} to ")
        .filter(has_text=target)
        .first.evaluate(
            """edge => {
          const line = edge.querySelector(".sd-edge-line");
          for (let at = 20; at < line.getTotalLength(); at += 5) {
            const point = line.getPointAtLength(at).matrixTransform(line.getScreenCTM());
            if (document.elementFromPoint(point.x, point.y)?.closest(".sd-edge") === edge) return [point.x, point.y];
          }
          return [0, 0];
        }"""
        )
    )
    return x, y


def empty_place(person: Newcomer) -> tuple[float, float]:
    """Return a point of the canvas where nothing is, with as much room to its right and below as there can be."""
    x, y = person.root.locator(".sd-surface").evaluate(
        """surface => {
          const box = surface.getBoundingClientRect();
          const cards = [...document.querySelectorAll(".sd-card")].map((one) => one.getBoundingClientRect());
          const onTop = (x, y) => document.elementFromPoint(x, y) === surface;
          for (const [width, height, gap] of [[220, 140, 30], [150, 90, 20], [90, 60, 12], [40, 30, 6]]) {
            const isFree = (x, y) => !cards.some((one) => x < one.right + gap && x + width > one.left - gap
              && y < one.bottom + gap && y + height > one.top - gap);
            for (let y = box.top + 40; y < box.bottom - height; y += 10)
              for (let x = box.left + 40; x < box.right - width; x += 10)
                if (isFree(x, y) && onTop(x, y) && onTop(x + width, y + height)) return [x, y];
          }
          return [null, null];
        }"""
    )
    assert x is not None
    return x, y


def card(person: Newcomer, name: str) -> Any:
    """The card of an entity."""
    return person.made.hands.card(name)


def header(person: Newcomer, name: str) -> Any:
    """The header of a card."""
    return card(person, name).locator("[data-part=header]")


def row(person: Newcomer, name: str, attribute: str) -> Any:
    """A row of a card."""
    return card(person, name).locator(".sd-row").filter(has_text=attribute).first
