"""What a person does in the designer, step by step, in whichever page it stands."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PATIENCE = 60_000
"""Milliseconds for a kernel to start and the designer to appear on a busy machine."""


class Hands:
    """The hands of a person on one designer; ``file`` is the design's file."""

    def __init__(self, page: Any, file: Path) -> None:
        self.page = page
        self.file = file
        self.root = page.locator(".sd-root").first

    def wait(self) -> None:
        """Wait until the diagram is drawn."""
        self.root.locator(".sd-card").first.wait_for(timeout=PATIENCE)

    def card(self, name: str) -> Any:
        """The card of an entity, by what a screen reader says."""
        return self.root.locator(f".sd-card[aria-label^='{name}, ']")

    def choose(self, name: str) -> None:
        """Select an entity in the list."""
        self.root.get_by_role("searchbox", name="Search entities").fill(name)
        self.root.locator(".sd-item").first.click()
        self.root.get_by_role("searchbox", name="Search entities").fill("")

    def add_entity(self, name: str) -> None:
        """Add an entity with the button and type its name."""
        self.root.get_by_role("button", name="New entity").click()
        field = self.root.get_by_label("Name of new_entity")
        field.wait_for()
        field.fill(name)
        field.press("Enter")
        self.card(name).wait_for()

    def add_attribute(self, line: str) -> None:
        """Add an attribute to the selected entity."""
        self.root.get_by_role("tab", name="Attributes").click()
        field = self.root.get_by_label("New attribute")
        field.fill(line)
        field.press("Enter")
        self.root.get_by_label(f"Name of {line.split(maxsplit=1)[0]}", exact=True).wait_for()

    def relate(self, source: str, target: str) -> None:
        """Make a relationship in the dialog."""
        self.root.get_by_role("button", name="New relationship").first.click()
        dialog = self.root.get_by_role("dialog")
        dialog.get_by_label("From (parent)").select_option(label=source)
        dialog.get_by_label("To (child)").select_option(label=target)
        dialog.get_by_role("button", name="Create relationship").click()
        dialog.wait_for(state="detached")

    def drag_between(self, source: str, target: str) -> None:
        """Draw a line from one card's dot to another card."""
        mouse = self.page.mouse
        mouse.move(*self.dot(self.card(source).locator(".sd-row").first))
        mouse.down()
        end = self.card(target).bounding_box()
        mouse.move(end["x"] + end["width"] / 2, end["y"] + 30, steps=6)
        mouse.up()

    def dot(self, row: Any, side: str = "right") -> tuple[float, float]:
        """Point at a row, and return where the dot beside it is, once it has come there."""
        box = row.bounding_box()
        self.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        handle = self.root.locator(f"[data-handle={side}]")
        found: dict[str, float] = {}

        def is_beside() -> bool:
            found.update(handle.bounding_box() or {})
            return bool(found) and box["y"] < found["y"] + found["height"] / 2 < box["y"] + box["height"]

        until(is_beside, "the dot is beside the row")
        return found["x"] + found["width"] / 2, found["y"] + found["height"] / 2

    def sql(self) -> str:
        """The SQL that is shown."""
        panel = self.root.get_by_label("SQL of the design")
        if not panel.is_visible():
            self.root.get_by_role("button", name="DDL", exact=True).click()
        return str(panel.text_content())

    def undo(self) -> None:
        """Undo once, and wait for it."""
        before = self.revision()
        self.root.get_by_role("button", name="Undo", exact=True).click()
        until(lambda: self.revision() == before + 1, "undone")

    def redo(self) -> None:
        """Redo once, and wait for it."""
        before = self.revision()
        self.root.get_by_role("button", name="Redo", exact=True).click()
        until(lambda: self.revision() == before + 1, "redone")

    def revision(self) -> int:
        """The revision that the status line tells."""
        return int(str(self.root.locator(".sd-status-saved").text_content()).rpartition(" ")[2])

    def saved(self) -> str:
        """The design's file."""
        return self.file.read_text(encoding="utf-8")

    def deploy(self) -> str:
        """Deploy; where the server lacks something, deploy the rest; and return what is told of it."""
        self.root.get_by_role("button", name="Deploy", exact=True).first.click()
        panel = self.root.get_by_label("Deploy and fill")
        assert "pgcrypto" in self.outcome(panel, "Deploy")
        return self.outcome(panel, "Deploy the rest without it")

    def fill(self) -> str:
        """Fill with a few rows, and return what is told of it."""
        panel = self.root.get_by_label("Deploy and fill")
        panel.get_by_label("How much data").select_option("0.1")
        return self.outcome(panel, "Fill with sample data")

    def outcome(self, panel: Any, button: str) -> str:
        """Press a button, wait until its work is done, and return what is told of it."""
        told = panel.locator(".sd-outcome")
        before = told.element_handle() if told.count() else None
        panel.get_by_role("button", name=button, exact=True).click()
        if before:
            before.wait_for_element_state("hidden")
        told.wait_for(timeout=PATIENCE)
        return str(told.text_content())


def until(is_so: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Wait until something is so."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"it never happened: {what}"
        time.sleep(0.05)


def run_first_cell(page: Any) -> None:
    """Run the first cell of a notebook; JupyterLab forgets a cell that is run before its kernel is there."""
    cell = page.locator(".jp-Notebook .jp-CodeCell").first
    cell.wait_for(timeout=PATIENCE)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").first.wait_for(timeout=PATIENCE)
    for _ in range(20):
        cell.locator(".jp-InputArea-editor").click()
        page.keyboard.press("Control+Enter")
        page.wait_for_timeout(1000)
        if str(cell.locator(".jp-InputPrompt").text_content()).strip() != "[ ]:":
            return
    pytest.fail("the first cell did not run")
