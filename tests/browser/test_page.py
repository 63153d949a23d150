"""The front end on a bare page, with the kernel's side behind it but no Jupyter: gestures, keys, hostile text, size."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import designer_widgets
import pytest
from designer_widgets import linker
from designer_widgets.app import Designer

from designer_kernel import templates
from designer_kernel.design import Attribute, Design, Entity, edits
from designer_kernel.design.relationship import Relationship
from designer_kernel.design.values import Position
from designer_kernel.errors import DesignerError
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.studio.project import ProjectSession
from tests.browser.conftest import SCREENSHOTS
from tests.browser.designing import Hands

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

DOCUMENTS = ("picture", "design", "findings", "history", "ddl", "progress", "settings", "selected")
HOSTILE = "<img src=x onerror=hacked()>"  # short enough for a name that others are made of
PAGE = """<!doctype html><meta charset="utf-8"><title>bench</title><link rel="stylesheet" href="/style.css">
<script>window.hacked = () => { window.wasHacked = true; };</script>
<script type="module">
import widget from "/esm.js";
const state = JSON.parse(await window.kernelState());
const listeners = {};
const fire = (event, value) => (listeners[event] ?? []).forEach((callback) => callback(value));
window.take = (changed) => {
  Object.assign(state, changed);
  Object.keys(changed).forEach((name) => fire(`change:${name}`));
};
const model = {
  get: (name) => state[name],
  set: (name, value) => { state[name] = value; },
  save_changes: () => window.kernelSelected(JSON.stringify(state.selected)),
  on: (event, callback) => (listeners[event] ??= []).push(callback),
  off: (event, callback) => { listeners[event] = (listeners[event] ?? []).filter((one) => one !== callback); },
  send: async (message) => {
    const { answer, changed } = JSON.parse(await window.kernelSend(JSON.stringify(message)));
    window.take(changed);
    fire("msg:custom", answer);
  },
};
window.stop = widget.render({ model, el: document.body });
window.listening = () => Object.values(listeners).flat().length;
</script>"""


class Bench:
    """A designer on a bare page."""

    def __init__(self, page: Any, session: ProjectSession, **options: Any) -> None:
        self.page = page
        self.session = session
        self.widget: Designer = designer_widgets.designer(session, height="100vh", **options)
        self.complaints: list[str] = []
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.expose_function("kernelState", lambda: json.dumps(self.documents()))
        page.expose_function("kernelSend", self.send)
        page.expose_function("kernelSelected", self.choose)
        page.route("**/*", self.serve)
        page.goto("http://127.0.0.1/")
        self.hands = Hands(page, session.path)
        page.locator(".sd-root").wait_for()

    def documents(self) -> dict[str, Any]:
        return {name: getattr(self.widget, name) for name in DOCUMENTS}

    def send(self, text: str) -> str:
        before = {name: json.dumps(value) for name, value in self.documents().items()}
        answers: list[dict[str, Any]] = []
        self.widget.send = lambda content, buffers=None: answers.append(content)
        self.widget._handle_custom_msg(json.loads(text), [])
        changed = {n: v for n, v in self.documents().items() if n != "selected" and json.dumps(v) != before[n]}
        return json.dumps({"answer": answers[-1], "changed": changed})

    def choose(self, text: str) -> None:
        self.widget.set_state({"selected": json.loads(text)})

    def serve(self, route: Any) -> None:
        content = {"/esm.js": ("text/javascript", linker.esm()), "/style.css": ("text/css", linker.css())}
        path = "/" + route.request.url.split("/", 3)[-1]
        kind, body = content.get(path, ("text/html", PAGE))
        route.fulfill(content_type=f"{kind}; charset=utf-8", body=body)

    def push(self) -> None:
        """Show what code has changed, as the kernel's traits do."""
        self.widget.refresh()
        self.page.evaluate("changed => window.take(changed)", self.documents())

    def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait until something is so; the page's messages arrive only while the page is waited for."""
        for _ in range(400):
            if is_so():
                return
            self.page.wait_for_timeout(25)
        pytest.fail(f"it never happened: {what}")

    def entity(self, name: str) -> Entity:
        return self.session.design.entity(name)


@pytest.fixture
def bench(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    benches: list[Bench] = []

    def lay(design: Design, **options: Any) -> Bench:
        page = browser.new_page(viewport={"width": 1500, "height": 860})
        made = Bench(page, ProjectSession(tmp_path / f"shop-{len(benches)}.design.yaml", design), **options)
        benches.append(made)
        return made

    yield lay
    for made in benches:
        complaints = made.complaints
        made.page.close()
        made.widget.close()
        assert complaints == []


def shop() -> Design:
    key = {"name": "id", "data_type": "bigint", "is_primary_key": True, "is_nullable": False}
    customers = Entity(name="customers", attributes=(Attribute(**key),), position=Position(x=0, y=0))
    orders = Entity(name="orders", attributes=(Attribute(**key),), position=Position(x=480, y=40))
    return Design(name="shop", entities=(customers, orders))


def test_two_cards_are_connected_by_dragging(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    made.hands.drag_between("customers", "orders")
    made.until(lambda: len(made.session.design.relationships) == 1, "the relationship is there")
    relationship = made.session.design.relationships[0]
    assert relationship.source_entity_id == made.entity("customers").id
    assert made.hands.root.locator(".sd-edge").count() == 1
    assert "exactly one customers" in str(made.hands.root.locator(".sd-edge title").first.text_content())
    made.hands.choose("orders")
    made.page.wait_for_timeout(200)
    x, y = made.hands.root.locator(".sd-edges .sd-edge-line").evaluate(
        """(line) => {
          const middle = line.getPointAtLength(line.getTotalLength() / 2).matrixTransform(line.getScreenCTM());
          return [middle.x, middle.y];
        }"""
    )
    made.page.mouse.click(x + 2, y + 2)
    made.until(lambda: made.widget.selected == [str(relationship.id)], "a click near the line selects it")


def test_a_card_is_dragged_and_the_drag_undone(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    mouse = made.page.mouse
    box = made.hands.card("orders").bounding_box()
    scale = box["width"] / next(card["width"] for card in made.widget.picture["cards"] if card["title"] == "orders")
    mouse.move(box["x"] + 40, box["y"] + 12)
    mouse.down()
    mouse.move(box["x"] + 40 + 100 * scale, box["y"] + 12 + 200 * scale, steps=4)
    mouse.up()
    made.until(lambda: made.session.revision == 1, "the place is kept")
    assert abs(made.entity("orders").position.x - 580) <= 10
    assert abs(made.entity("orders").position.y - 240) <= 10
    made.page.keyboard.press("Control+z")
    made.until(lambda: made.entity("orders").position.x == 480, "the card is back")
    made.until(lambda: abs(made.hands.card("orders").bounding_box()["x"] - box["x"]) < 2, "the drawing is back")


def test_the_background_adds_pans_and_selects_many(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    page, mouse = made.page, made.page.mouse
    canvas = made.hands.root.locator(".sd-surface").bounding_box()
    corner = (canvas["x"] + 30, canvas["y"] + 30)
    before = made.hands.card("orders").bounding_box()["x"]
    mouse.move(*corner)
    mouse.down()
    mouse.move(corner[0] + 70, corner[1] + 20, steps=3)
    mouse.up()
    made.until(lambda: abs(made.hands.card("orders").bounding_box()["x"] - before - 70) < 2, "the view moved")
    page.keyboard.down("Shift")
    mouse.move(*corner)
    mouse.down()
    mouse.move(canvas["x"] + canvas["width"] - 10, canvas["y"] + canvas["height"] - 10, steps=3)
    mouse.up()
    page.keyboard.up("Shift")
    made.until(lambda: len(made.widget.selected) == 2, "both are selected")
    mouse.dblclick(*corner)
    made.hands.root.get_by_label("Name of new_entity").press("Escape")
    made.until(lambda: len(made.session.design.entities) == 3, "an entity was added")


def test_everything_is_done_with_the_keyboard(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    keyboard = made.page.keyboard
    made.hands.card("customers").focus()
    keyboard.press("ArrowRight")
    assert focused(made).startswith("orders, ")
    keyboard.press("Shift+ArrowDown")
    made.until(lambda: made.entity("orders").position.y == 60, "the card was moved")
    keyboard.press("F2")
    keyboard.type("purchases")
    keyboard.press("Enter")
    made.until(lambda: focused(made).startswith("purchases, "), "it was renamed and has the keyboard")
    keyboard.press("n")
    made.hands.root.get_by_label("Name of new_entity").wait_for()
    keyboard.type("items")
    keyboard.press("Enter")
    made.until(lambda: made.session.design.find_entity("items") is not None, "one was added")
    made.until(lambda: focused(made) == "New attribute", "its attributes can be typed")
    keyboard.type("id uuid primary key default gen_random_uuid()")
    keyboard.press("Enter")
    made.until(lambda: made.entity("items").attribute("id").type == "uuid", "the key is the one that was typed")
    made.until(lambda: made.page.evaluate("document.activeElement.value") == "", "the line is empty again")
    keyboard.press("Escape")
    made.until(lambda: focused(made).startswith("items, "), "the card has the keyboard")
    keyboard.press("c")
    dialog = made.hands.root.get_by_role("dialog")
    dialog.get_by_role("button", name="Create relationship").focus()
    keyboard.press("Enter")
    made.until(lambda: len(made.session.design.relationships) == 1, "they are connected")
    made.hands.card("items").focus()
    keyboard.press("Enter")
    assert focused(made) == "Name of id"
    keyboard.type("_2")  # committed when the field is left
    made.hands.card("items").focus()
    keyboard.press("Delete")
    made.until(lambda: made.session.design.find_entity("items") is None, "it was removed")
    keyboard.press("Control+z")
    made.until(lambda: made.session.design.find_entity("items") is not None, "it is back")
    keyboard.press("/")
    assert made.page.evaluate("document.activeElement.type") == "search"


def test_a_refusal_stands_under_its_field(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    made.hands.choose("orders")
    field = made.hands.root.get_by_label("New attribute")
    field.fill("price numeric(")
    field.press("Enter")
    problem = made.hands.root.locator(".sd-add-line .sd-problem")
    problem.wait_for()
    assert "is not an attribute" in str(problem.text_content())
    assert field.get_attribute("aria-invalid") == "true"
    assert "is not an attribute" in str(made.hands.root.locator(".sd-live").text_content())
    kind = made.hands.root.get_by_label("Type of id")
    kind.fill("nonsense(")
    kind.press("Enter")
    made.hands.root.locator(".sd-grid .sd-problem").first.wait_for()
    assert made.session.revision == 0


def test_a_change_in_code_shows_without_taking_the_keyboard(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    made.hands.choose("orders")
    field = made.hands.root.get_by_label("New attribute")
    field.fill("half a li")
    made.session.apply(edits.RenameEntity(entity_id=made.entity("customers").id, name="buyers"))
    made.push()
    made.hands.card("buyers").wait_for()
    assert field.input_value() == "half a li"
    assert made.page.evaluate("document.activeElement.dataset.focus") == "new-attribute"


def test_hostile_text_is_only_text(bench: Callable[..., Bench]) -> None:
    name = HOSTILE
    key = {"data_type": "bigint", "is_primary_key": True, "is_nullable": False}
    bad = Entity(name=name, description=HOSTILE, attributes=(Attribute(name=name, description=HOSTILE, **key),))
    good = Entity(name="orders", attributes=(Attribute(name="id", **key),))
    tie = Relationship(source_entity_id=bad.id, target_entity_id=good.id, description=HOSTILE)
    made = bench(Design(name=name, description=HOSTILE, entities=(bad, good), relationships=(tie,)))
    root = made.hands.root
    for row in range(2):
        root.locator(".sd-item").nth(row).click()
        for tab in ("Attributes", "Relations", "Keys & indexes", "Traits", "Entity"):
            root.get_by_role("tab", name=tab).click()
    root.locator(".sd-edge-reach").first.dispatch_event("pointerdown", {"button": 0, "pointerId": 1})
    made.widget.set_trait("selected", [str(tie.id)])
    made.push()
    made.hands.sql()
    root.get_by_role("tab", name="Validation").click()
    root.locator(".sd-item").first.click()
    root.get_by_role("tab", name="Attributes").click()
    field = root.get_by_label("New attribute")
    field.fill(HOSTILE)
    field.press("Enter")
    root.locator(".sd-add-line .sd-problem").wait_for()
    made.page.evaluate("changed => window.take(changed)", {"progress": {
        "state": "failed", "task": HOSTILE, "done": 0, "total": 0, "label": HOSTILE, "result": None,
        "error": {"what": HOSTILE, "where": HOSTILE, "mend": HOSTILE, "statement": HOSTILE},
    }})  # fmt: skip
    root.get_by_role("button", name="Deploy", exact=True).first.click()
    root.locator(".sd-outcome").wait_for()
    assert made.page.evaluate("window.wasHacked") is None
    assert made.page.locator(".sd-root img, .sd-root script, .sd-root iframe").count() == 0
    assert HOSTILE in str(root.text_content())


def test_read_only_shows_and_changes_nothing(bench: Callable[..., Bench]) -> None:
    made = bench(shop(), read_only=True)
    root = made.hands.root
    assert root.get_by_role("button", name="New entity").count() == 0
    assert root.get_by_role("button", name="Deploy").count() == 0
    made.hands.choose("orders")
    assert root.get_by_label("Name of id").is_disabled()
    assert root.get_by_label("New attribute").count() == 0
    made.hands.card("orders").focus()
    for key in ("Delete", "n", "F2", "Shift+ArrowDown", "Control+z"):
        made.page.keyboard.press(key)
    canvas = root.locator(".sd-surface").bounding_box()
    made.page.mouse.dblclick(canvas["x"] + 20, canvas["y"] + 20)
    assert made.session.revision == 0
    assert len(made.widget.selected) <= 1


def test_three_hundred_tables_stay_fluid(bench: Callable[..., Bench]) -> None:
    columns = tuple(Attribute(name=f"column_{i}", data_type="text") for i in range(8))
    key = Attribute(name="id", data_type="bigint", is_primary_key=True, is_nullable=False)
    entities = tuple(
        Entity(
            name=f"table_{i:03}",
            attributes=(key.replace(id=designer_id()), *(c.replace(id=designer_id()) for c in columns)),
            position=Position(x=(i % 20) * 340, y=(i // 20) * 340),
        )
        for i in range(300)
    )
    ties = tuple(
        Relationship(source_entity_id=entities[i // 3].id, target_entity_id=entities[i].id) for i in range(1, 300)
    )
    made = bench(Design(name="large", entities=entities, relationships=ties))
    made.hands.wait()
    made.page.screenshot(path=SCREENSHOTS / "large.png")
    assert made.hands.root.locator(".sd-surface.sd-titles-only").count() == 1
    made.hands.choose("table_150")
    made.until(lambda: made.hands.root.locator(".sd-titles-only").count() == 0, "the card is read from near")
    drawn = made.page.evaluate(
        "[...document.querySelectorAll('.sd-card')].filter(c => c.style.display !== 'none').length"
    )
    assert 1 <= drawn < 60
    frame = made.page.evaluate(
        """async () => {
          const surface = document.querySelector(".sd-surface");
          const times = [];
          let last = performance.now();
          for (let i = 0; i < 40; i += 1) {
            surface.dispatchEvent(new WheelEvent("wheel", { deltaX: 15, deltaY: 9, bubbles: true, cancelable: true }));
            await new Promise(requestAnimationFrame);
            times.push(performance.now() - last);
            last = performance.now();
          }
          return times.sort((a, b) => a - b)[20];
        }"""
    )
    assert frame < 120, f"a frame takes {frame:.0f} ms"


def test_a_narrow_page_keeps_its_canvas(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    root = made.hands.root
    sides = [root.get_by_role("navigation", name="Entities"), root.get_by_role("complementary", name="Inspector")]
    assert [side.is_visible() for side in sides] == [True, False]
    for width in (1000, 720, 390):
        made.page.set_viewport_size({"width": width, "height": 720})
        made.until(lambda: not any(side.is_visible() for side in sides), "the sides give way")
        assert root.locator(".sd-canvas").bounding_box()["width"] >= width - 24
        assert root.locator(".sd-canvas").bounding_box()["height"] >= 500
        for name in ("SQL", "Deploy", "Show or hide the entity list", "Show or hide the inspector", "Keys"):
            box = root.get_by_role("button", name=name, exact=True).bounding_box()
            assert box["x"] >= 0
            assert box["x"] + box["width"] <= width
    made.page.set_viewport_size({"width": 1000, "height": 720})
    made.until(lambda: root.locator(".sd-canvas").bounding_box()["width"] > 900, "the canvas is wide again")
    root.get_by_role("button", name="Show everything").click()
    made.page.wait_for_timeout(200)  # a frame is drawn
    card = made.hands.card("orders")
    box = card.bounding_box()
    made.page.mouse.click(box["x"] + 30, box["y"] + 10)
    sides[1].wait_for()
    made.until(
        lambda: card.bounding_box()["x"] + card.bounding_box()["width"] <= sides[1].bounding_box()["x"] + 1,
        "the card is beside the inspector",
    )
    root.get_by_role("button", name="Close the inspector").click()
    assert not sides[1].is_visible()


def test_sides_are_as_wide_as_they_are_made(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    root = made.hands.root
    made.hands.choose("orders")
    edge = root.get_by_role("separator", name="Width of the inspector")
    before = root.locator(".sd-right").bounding_box()["width"]
    edge.focus()
    made.page.keyboard.press("ArrowLeft")
    assert root.locator(".sd-right").bounding_box()["width"] == before + 16
    grip = edge.bounding_box()
    made.page.mouse.move(grip["x"] + 3, grip["y"] + 200)
    made.page.mouse.down()
    made.page.mouse.move(grip["x"] - 57, grip["y"] + 200, steps=3)
    made.page.mouse.up()
    assert abs(root.locator(".sd-right").bounding_box()["width"] - before - 76) < 2
    made.page.reload()
    made.hands.choose("orders")
    assert abs(root.locator(".sd-right").bounding_box()["width"] - before - 76) < 2


def test_an_error_stays_until_it_is_read_or_something_succeeds(
    bench: Callable[..., Bench], monkeypatch: pytest.MonkeyPatch
) -> None:
    made = bench(shop())
    status = made.hands.root.locator(".sd-status")

    def refuse() -> None:
        raise DesignerError("the disk is full " * 20, where="shop", mend="make room: " + "please " * 40)

    monkeypatch.setattr(made.session, "undo", refuse)
    made.hands.card("orders").focus()
    made.page.keyboard.press("Control+z")
    status.get_by_title("Show the whole message").click()
    whole = status.get_by_role("region", name="The whole message")
    assert str(whole.text_content()).endswith("please")
    status.get_by_role("button", name="Dismiss the message").click()
    assert not whole.is_visible()
    made.page.keyboard.press("Control+z")
    made.hands.card("orders").focus()
    made.page.keyboard.press("Control+z")
    status.get_by_title("Show the whole message").wait_for()
    made.page.keyboard.press("Shift+ArrowDown")
    status.get_by_title("Show the whole message").wait_for(state="detached")


def test_rows_are_removed_with_a_second_click_only(bench: Callable[..., Bench], server: EmbeddedServer) -> None:
    server.drop_database("shop")
    made = bench(shop())
    made.session.deploy()
    made.session.fill(scale=0.1)
    before = made.session.row_counts()["rows"].tolist()
    root = made.hands.root
    root.get_by_role("button", name="Deploy", exact=True).first.click()
    replace = root.get_by_label("Replace the rows that are there")
    assert not replace.is_checked()
    replace.check()
    root.get_by_label("How much data").select_option("0.1")
    root.get_by_role("button", name="Fill with sample data").click()
    question = root.locator(".sd-question")
    made.until(lambda: made.widget.progress["state"] == "done", "it was asked")
    made.push()
    assert f"{sum(before):,} rows from 2 tables of shop (embedded server)" in str(question.text_content())
    assert made.session.row_counts()["rows"].tolist() == before
    question.get_by_role("button", name="Leave it as it is").click()
    question.wait_for(state="detached")
    root.get_by_role("button", name="Fill with sample data").click()
    made.until(lambda: made.widget.progress["state"] == "done", "it was asked again")
    made.push()
    question.get_by_role("button", name=f"Remove {sum(before):,} rows and fill").click()
    made.until(lambda: "words" in (made.widget.progress["result"] or {}), "it was filled")
    made.push()
    assert "rows in 2 tables" in str(root.locator(".sd-outcome").text_content())
    server.drop_database("shop")


def test_the_sql_is_searched_and_follows_the_selection(bench: Callable[..., Bench]) -> None:
    made = bench(templates.load("marketplace"))
    root = made.hands.root
    made.hands.sql()
    made.hands.choose("payments")
    panel = root.locator(".sd-drawer-body")

    def shows(text: str) -> bool:
        """Whether a text of the SQL is within what shows of it."""
        return bool(
            panel.evaluate(
                """(panel, text) => {
                  const code = panel.querySelector(".sd-sql code");
                  const walker = document.createTreeWalker(code, NodeFilter.SHOW_TEXT);
                  const box = panel.getBoundingClientRect();
                  const range = document.createRange();
                  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
                    if (!node.textContent.includes(text)) continue;
                    range.selectNode(node);
                    const all = [...range.getClientRects()];
                    if (all.some((one) => one.bottom > box.top && one.top < box.bottom)) return true;
                  }
                  return false;
                }""",
                text,
            )
        )

    made.until(lambda: shows("public.payments ("), "the table of the selection shows")
    field = root.get_by_label("Find in the SQL")
    field.fill("GATEWAY_transaction_id")
    made.until(lambda: shows("gateway_transaction_id"), "what was searched shows")
    field.press("Enter")
    assert str(root.locator(".sd-find-count").text_content()).startswith("2 of ")
    field.fill("not in there")
    assert root.locator(".sd-find-count").text_content() == "nothing found"


def test_leaving_the_page_leaves_nothing_behind(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    assert made.page.evaluate("window.listening()") > 0
    made.page.evaluate("window.stop()")
    assert made.page.evaluate("window.listening()") == 0
    made.until(lambda: not made.widget._is_following, "the kernel follows the project for nobody")


def focused(made: Bench) -> str:
    """What a screen reader says of the element that has the keyboard."""
    return str(made.page.evaluate("document.activeElement.getAttribute('aria-label')"))


def designer_id() -> Any:
    """A new identity."""
    from designer_kernel.design.identity import new_id

    return new_id()
