"""The dialogs for importing and exporting on a bare page: many losses, narrow pages, the keyboard alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from designer_kernel.postgres.server import EmbeddedServer
from tests.browser.bench import Bench, shop

pytestmark = [pytest.mark.browser, pytest.mark.timeout(120)]

LONG = "a_table_with_quite_a_long_name_such_as_people_give_when_they_mean_it"
SCRIPT = (
    "".join(
        f"CREATE TABLE t_{n} (id bigint PRIMARY KEY, name text);\nALTER TABLE t_{n} ALTER name SET STATISTICS 400;\n"
        "ALTER TABLE t_{n} SET (autovacuum_vacuum_scale_factor = 0.01);\n".replace("{n}", str(n))
        for n in range(260)
    )
    + f'CREATE TABLE "{LONG}" (id bigint PRIMARY KEY);\n'
    + f'CREATE POLICY own ON "{LONG}" TO librarian USING (id > 0);\n'
    + "CREATE INDEX CONCURRENTLY ON nowhere (id);\n"
)


def read(made: Bench, text: str) -> Any:
    """Import a text with the keyboard alone, as far as the preview."""
    made.hands.root.get_by_role("button", name="Import…").focus()
    made.page.keyboard.press("Enter")
    dialog = made.hands.root.get_by_role("dialog")
    dialog.wait_for()
    dialog.get_by_label("Text to import").fill(text)
    dialog.get_by_role("button", name="Read it").focus()
    made.page.keyboard.press("Enter")
    for _ in range(120):  # reading goes on in a thread, and the page is told when it is asked
        if made.widget.transfer.get("key"):
            break
        made.page.wait_for_timeout(500)
    made.push()
    dialog.get_by_role("region", name="Loss report").wait_for()
    return dialog


def clipped(dialog: Any) -> list[str]:
    """Return what is wider than the dialog and cannot be scrolled to."""
    return list(
        dialog.evaluate(
            """one => {
              const right = one.getBoundingClientRect().right + 1;
              const scrolls = (node) => node !== one && (getComputedStyle(node).overflowX !== "visible"
                || (node.parentElement && scrolls(node.parentElement)));
              return [...one.querySelectorAll("button, input, label, p, h3, legend, td, li")]
                .filter((node) => node.offsetParent && node.getBoundingClientRect().right > right)
                .filter((node) => !scrolls(node.parentElement))
                .map((node) => node.outerHTML.slice(0, 90));
            }"""
        )
    )


def unnamed(dialog: Any) -> list[str]:
    """Return the controls that a screen reader has no name for."""
    return list(
        dialog.evaluate(
            """one => [...one.querySelectorAll("button, input, select, textarea, table")]
              .filter((node) => node.offsetParent && !(node.getAttribute("aria-label") || node.title
                || node.innerText?.trim() || node.labels?.length || node.querySelector("caption")))
              .map((node) => node.outerHTML.slice(0, 90))"""
        )
    )


def test_five_hundred_losses_are_read_on_wide_and_narrow_pages(
    bench: Callable[..., Bench], server: EmbeddedServer
) -> None:
    made = bench(shop())
    dialog = read(made, SCRIPT)
    report = dialog.get_by_role("region", name="Loss report")
    made.shoot("import-many")
    report.get_by_role("button", name="opaque").click()
    made.until(lambda: "objects" in str(report.get_by_role("status").first.text_content()), "it is filtered")
    assert unnamed(dialog) == []
    report.scroll_into_view_if_needed()
    made.shoot("import-many-losses")
    for width in (820, 420):
        made.page.set_viewport_size({"width": width, "height": 760})
        made.page.wait_for_timeout(200)
        box = dialog.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert clipped(dialog) == []
        made.shoot(f"import-many-{width}")
    made.page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert made.page.evaluate("document.activeElement.getAttribute('aria-label')") == "Import…"


def test_exporting_needs_no_mouse_and_little_room(bench: Callable[..., Bench]) -> None:
    made = bench(shop())
    made.page.set_viewport_size({"width": 420, "height": 760})
    made.hands.root.get_by_role("button", name="Export…").focus()
    made.page.keyboard.press("Enter")
    dialog = made.hands.root.get_by_role("dialog")
    dialog.wait_for()
    dialog.get_by_role("radio", name="Mermaid").focus()
    made.page.keyboard.press("Space")
    made.until(lambda: "erDiagram" in str(dialog.inner_text()), "the Mermaid is shown")
    assert unnamed(dialog) == []
    assert clipped(dialog) == []
    made.shoot("export-420")
    reached = set()
    for _ in range(40):
        made.page.keyboard.press("Tab")
        reached.add(made.page.evaluate("document.activeElement.innerText || document.activeElement.ariaLabel"))
        assert made.page.evaluate("Boolean(document.activeElement.closest('[role=dialog]'))"), "focus stays inside"
    assert any("Download" in str(one) for one in reached)
    made.page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
