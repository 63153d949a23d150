"""The front end on a bare page, with the kernel's side behind it but no Jupyter."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import SimpleQueue
from typing import Any

import designer_widgets
import pytest
from designer_widgets import linker
from designer_widgets.app import Designer

from designer_kernel.design import Attribute, Design, Entity
from designer_kernel.design.values import Position
from designer_kernel.studio.project import ProjectSession
from tests.browser import axe
from tests.browser.designing import Hands

DOCUMENTS = (
    "picture",
    "design",
    "findings",
    "history",
    "ddl",
    "progress",
    "settings",
    "selected",
    "transfer",
    "migration",
    "scenes",
    "patch",
    "laying",
    "arranging",
)
PAGE = """<!doctype html><meta charset="utf-8"><title>bench</title><link rel="stylesheet" href="/style.css">
<style>
[data-jp-theme-light=false] {
  --jp-layout-color0: #111; --jp-layout-color1: #212121; --jp-layout-color2: #424242;
  --jp-ui-font-color1: rgba(255, 255, 255, .87); --jp-ui-font-color2: rgba(255, 255, 255, .54);
  --jp-ui-inverse-font-color1: rgba(0, 0, 0, .8); --jp-brand-color1: #2196f3; --jp-error-color1: #f44336;
  --jp-warn-color1: #ff9800; --jp-success-color1: #4caf50; --jp-info-color1: #00bcd4;
  --jp-mirror-editor-keyword-color: #4caf50; --jp-mirror-editor-string-color: #ff7070;
  --jp-mirror-editor-comment-color: #408080; --jp-mirror-editor-number-color: #66bb6a;
}
</style>
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
    window.deliver(JSON.parse(await window.kernelSend(JSON.stringify(message))));
  },
};
window.deliver = (sent) => sent.forEach(({ method, state: changed, content }) => {
  if (method === "update") window.take(changed);
  else fire("msg:custom", content);
});
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
        self._sent: SimpleQueue[dict[str, Any]] = SimpleQueue()  # a thread may send while a page is told
        self.widget._send = lambda message, buffers=None: self._sent.put(message)
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
        self.widget._handle_custom_msg(json.loads(text), [])
        return json.dumps(self.taken())

    def taken(self) -> list[dict[str, Any]]:
        """What the kernel has sent since, in order: states and answers."""
        return [self._sent.get() for _ in range(self._sent.qsize())]

    def choose(self, text: str) -> None:
        self.widget.set_state({"selected": json.loads(text)})

    def serve(self, route: Any) -> None:
        content = {"/esm.js": ("text/javascript", linker.esm()), "/style.css": ("text/css", linker.css())}
        path = "/" + route.request.url.split("/", 3)[-1]
        kind, body = content.get(path, ("text/html", PAGE))
        route.fulfill(content_type=f"{kind}; charset=utf-8", body=body)

    def push(self) -> None:
        """Show what code has changed, and what was done beside the page."""
        self.widget.refresh()
        self.deliver()

    def deliver(self) -> None:
        """Hand over what the kernel has sent by itself."""
        self.page.evaluate("sent => window.deliver(sent)", self.taken())

    def until(self, is_so: Callable[[], bool], what: str) -> None:
        """Wait until something is so; the page's messages arrive only while the page is waited for."""
        for _ in range(400):
            if is_so():
                return
            self.page.wait_for_timeout(25)
            if not self._sent.empty():
                self.deliver()
        pytest.fail(f"it never happened: {what}")

    def shoot(self, name: str) -> None:
        """Save how the page looks under ``out/``, in the light and in the dark; both must be fit for everybody."""
        folder = Path(__file__).parents[2] / "out" / "screenshots"
        folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=folder / f"{name}.png")
        found = axe.findings(self.page)
        self.page.evaluate("document.body.dataset.jpThemeLight = 'false'")
        self.page.wait_for_timeout(150)
        self.page.screenshot(path=folder / f"{name}-dark.png")
        found += axe.findings(self.page, "dark")
        self.page.evaluate("document.body.dataset.jpThemeLight = 'true'")
        assert not found, "\n".join([f"{name}:", *found])

    def entity(self, name: str) -> Entity:
        return self.session.design.entity(name)


@pytest.fixture
def bench(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    """Opens designers on pages of their own; none of them may complain."""
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
    """Return a design of two entities."""
    key = {"name": "id", "data_type": "bigint", "is_primary_key": True, "is_nullable": False}
    customers = Entity(name="customers", attributes=(Attribute(**key),), position=Position(x=0, y=0))
    orders = Entity(name="orders", attributes=(Attribute(**key),), position=Position(x=480, y=40))
    return Design(name="shop", entities=(customers, orders))


def focused(made: Bench) -> str:
    """What a screen reader says of the element that has the keyboard."""
    return str(made.page.evaluate("document.activeElement.getAttribute('aria-label')"))
