"""How long the canvas takes: to show a design, to follow an edit, to move; beside the same entities in ipycytoscape.

``python -m benchmarks.canvas --entities 60 300 1200 --json``. The kernel's side is the real widget; the page is the
bare one of the browser tests in a headless Chromium without a graphics card, so what Jupyter adds between both is not
in the figures. An edit is timed in two parts, which come one after the other: what the kernel does until it has sent
the patch, and what the page does until the next frame; the DDL is open, so the edit is followed by the picture, the
findings and the DDL. ipycytoscape makes a model for each node and each edge: its figure is the kernel's part alone.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Any

import designer_widgets
from playwright.sync_api import Browser, sync_playwright

from designer_kernel.studio.project import ProjectSession
from tests.browser.bench import Bench
from tests.browser.conftest import ARGUMENTS, CHROMIUM
from tests.designer_kernel.diagram.designs import generated

EDITS = 5
FRAMES = 60

PAN = """async (frames) => {
  const surface = document.querySelector(".sd-surface");
  const times = [];
  let last = performance.now();
  for (let i = 0; i < frames; i += 1) {
    surface.dispatchEvent(new WheelEvent("wheel", { deltaX: 15, deltaY: 9, bubbles: true, cancelable: true }));
    await new Promise(requestAnimationFrame);
    times.push(performance.now() - last);
    last = performance.now();
  }
  return times;
}"""
KERNEL = """
import sys, tempfile, pathlib, psutil, designer_widgets
from designer_kernel.studio.project import ProjectSession
from tests.designer_kernel.diagram.designs import generated
def shown(entities):
    session = ProjectSession(pathlib.Path(tempfile.mkdtemp()) / "large.design.yaml", generated(entities))
    widget = designer_widgets.designer(session)
    widget._laying.wait(600)
    return session, widget
shown(3)
before = psutil.Process().memory_info().rss
kept = shown(int(sys.argv[1]))
print((psutil.Process().memory_info().rss - before) / 2**20)
"""
"""A kernel of its own, in which one designer is shown; what is imported is there before."""
TAKE = """async (sent) => {
  const start = performance.now();
  window.deliver(sent);
  await new Promise(requestAnimationFrame);
  return performance.now() - start;
}"""


def measured(browser: Browser, entities: int) -> dict[str, float]:
    """Return the figures of a design with so many entities: seconds, milliseconds, bytes, MiB."""
    with tempfile.TemporaryDirectory() as folder:
        session = ProjectSession(Path(folder) / "large.design.yaml", generated(entities))
        start = time.perf_counter()
        peer = designer_widgets.graph(session)
        ipycytoscape = time.perf_counter() - start
        peer.close()
    with tempfile.TemporaryDirectory() as folder:
        session = ProjectSession(Path(folder) / "large.design.yaml", generated(entities))
        page = browser.new_page(viewport={"width": 1500, "height": 860})
        start = time.perf_counter()
        bench = Bench(page, session)
        page.locator(".sd-card").first.wait_for()
        shown = time.perf_counter() - start
        bench.widget._laying.wait(600)
        laid = time.perf_counter() - start
        bench.deliver()
        figures = {
            "ipycytoscape_s": ipycytoscape,
            "shown_s": shown,
            "lines_s": laid,
            **_edits(bench, session),
            "pan_ms": median(page.evaluate(PAN, FRAMES)),
            "memory_mib": _memory(entities),
        }
        page.close()
        bench.widget.close()
    return figures


def _memory(entities: int) -> float:
    """Return by how many MiB a kernel grows that shows a design."""
    command, root = [sys.executable, "-c", KERNEL, str(entities)], Path(__file__).parents[1]
    done = subprocess.run(command, cwd=root, stdout=subprocess.PIPE, text=True, check=True)
    return float(done.stdout.split()[-1])


def _edits(bench: Bench, session: ProjectSession) -> dict[str, float]:
    bench.hands.root.get_by_role("button", name="DDL", exact=True).first.click()
    bench.page.wait_for_timeout(500)
    bench.taken()
    kernel, page, sizes, messages = [], [], [], []
    for number in range(EDITS):
        entity = session.design.entities[number]
        edit: dict[str, Any] = {
            "kind": "change_attribute",
            "entity_id": str(entity.id),
            "attribute_id": str(entity.attributes[-1].id),
            "changes": {"is_unique": not entity.attributes[-1].is_unique},
        }
        start = time.perf_counter()
        message = {"id": f"b{number}", "kind": "edit", "edit": edit, "revision": session.revision}
        bench.widget._handle_custom_msg(message, [])
        kernel.append(1000 * (time.perf_counter() - start))
        sent = bench.taken()
        sizes.append(len(json.dumps(sent)))
        messages.append(len(sent))
        page.append(bench.page.evaluate(TAKE, sent))
        bench.widget._pace.stop()
        time.sleep(0.3)  # within the pace of the views, so that each edit is told by itself
    return {
        "edit_kernel_ms": median(kernel),
        "edit_page_ms": median(page),
        "edit_bytes": median(sizes),
        "edit_messages": median(messages),
    }


def main(arguments: list[str] | None = None) -> int:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.canvas", description=__doc__)
    parser.add_argument("--entities", type=int, nargs="+", default=[60, 300, 1200])
    parser.add_argument("--json", action="store_true")
    chosen = parser.parse_args(arguments)
    if not Path(CHROMIUM).exists():
        print(f"{CHROMIUM} is not installed", file=sys.stderr)
        return 1
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        figures = {count: measured(browser, count) for count in chosen.entities}
        browser.close()
    if chosen.json:
        print(json.dumps(figures))
        return 0
    for count, found in figures.items():
        print(f"{count} entities")
        for name, value in found.items():
            print(f"  {name:16} {value:10.2f}")
        print(f"  {'of ipycytoscape':16} {found['shown_s'] / found['ipycytoscape_s']:10.2f}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
