"""Importing a script that fails in part, mending it, taking it over, undoing it, and exporting, in both pages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import Visit
from tests.browser.designing import PATIENCE, Hands, run_first_cell, until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(240)]

SCRIPT = """
CREATE TYPE <b>mood</b> AS ENUM ('calm');
CREATE TABLE readers (id bigint PRIMARY KEY, name text NOT NULL);
CREATE TABLE loans (
    id bigint PRIMARY KEY,
    reader_id bigint NOT NULL REFERENCES readers,
    lent date NOT NULL
);
CREATE POLICY own ON loans TO librarian USING (reader_id > 0);
ALTER TABLE loans ALTER COLUMN lent SET STATISTICS 400;
COMMENT ON TABLE loans IS '<img src=x onerror="document.title=1">';
"""


class Importing:
    """The hands of a person on the dialogs for importing and exporting."""

    def __init__(self, hands: Hands) -> None:
        self.hands = hands
        self.root = hands.root
        self.dialog = hands.root.get_by_role("dialog")

    def open(self) -> None:
        """Open the import dialog."""
        self.root.get_by_role("button", name="Import…").click()
        self.dialog.wait_for()

    def read(self, text: str) -> None:
        """Paste a text and have it read."""
        self.dialog.get_by_label("Text to import").fill(text)
        self.dialog.get_by_role("button", name="Read it").click()
        self.dialog.get_by_role("region", name="Loss report").wait_for(timeout=PATIENCE)

    def shown(self) -> str:
        """What the dialog tells."""
        return str(self.dialog.inner_text())


def import_mend_replace_undo_export(hands: Hands, visited: Visit, name: str) -> None:
    """Import a script with two statements that fail; mend one; look at the report; replace; undo; redo; export."""
    page = visited.page
    before = hands.saved()
    importing = Importing(hands)
    importing.open()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Text to import"
    visited.shoot(f"{name}-import-source")

    importing.read(SCRIPT)
    dialog = importing.dialog
    failed = dialog.get_by_role("list", name="Statements that failed")
    assert "syntax error" in str(failed.text_content())
    assert 'role "librarian" does not exist' in str(failed.text_content())
    assert "line 9" in str(failed.text_content())
    visited.shoot(f"{name}-import-preview")
    assert hands.saved() == before

    dialog.get_by_role("checkbox", name="add the role librarian").check()
    dialog.get_by_role("button", name="Apply the ticked mends").click()
    until(lambda: "librarian" not in str(failed.text_content()), "the mend is applied", seconds=60)
    assert "1 mend applied" in importing.shown()

    report = dialog.get_by_role("region", name="Loss report")
    report.get_by_role("button", name="refused").click()
    until(lambda: report.locator("tbody tr").count() == 1, "only what is refused is shown")
    report.get_by_role("button", name="refused").click()
    report.get_by_role("searchbox").fill("statistics")
    until(lambda: "column statistics" in str(report.locator("tbody").text_content()), "the report is searched")
    visited.shoot(f"{name}-import-mended")

    assert dialog.get_by_role("button", name="Add to the design").is_visible()  # nothing drawn is lost by haste
    dialog.get_by_role("radio", name="Replace the design").check()
    dialog.get_by_role("button", name="Replace the design").click()
    dialog.wait_for(state="detached")
    hands.card("loans").wait_for()
    assert hands.card("products").count() == 0
    assert "readers" in hands.saved()
    look_at_what_is_carried(hands, visited, name)
    hands.undo()
    hands.card("products").wait_for()
    assert hands.saved() == before
    hands.redo()
    hands.card("loans").wait_for()
    export(importing, visited, name)


def look_at_what_is_carried(hands: Hands, visited: Visit, name: str) -> None:
    """See the facts that are not drawn, and the report of the import."""
    hands.root.get_by_role("button", name="carried along").click()
    facts = hands.root.get_by_role("region", name="Carried along")
    facts.get_by_text("public.loans.lent").click()
    until(lambda: "SET STATISTICS 400" in str(facts.text_content()), "the SQL of the fact is shown")
    visited.shoot(f"{name}-carried")
    hands.root.get_by_role("tab", name="Import report").click()
    until(
        lambda: hands.root.get_by_role("region", name="Import report").locator("tbody tr").count() > 5,
        "the report of the import stays",
    )
    visited.shoot(f"{name}-report")
    hands.root.get_by_role("button", name="Close the panel").click()


def export(importing: Importing, visited: Visit, name: str) -> None:
    """Export as DBML: told what it cannot say, saved as a file."""
    importing.root.get_by_role("button", name="Export…").click()
    dialog = importing.dialog
    dialog.get_by_role("radio", name="DBML").check()
    until(lambda: "Download marketplace.dbml" in importing.shown(), "the DBML is shown")
    assert "cannot say everything" in importing.shown()
    visited.shoot(f"{name}-export")
    with visited.page.expect_download() as saved:
        dialog.get_by_role("button", name="Download").click()
    assert saved.value.suggested_filename == "marketplace.dbml"
    assert 'Table "loans"' in text_of(saved.value) or "Table loans" in text_of(saved.value)
    visited.page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    assert visited.page.evaluate("document.activeElement.getAttribute('aria-label')") == "Export…"


def text_of(download: Any) -> str:
    """What was saved."""
    return Path(download.path()).read_text(encoding="utf-8")


def cancel_leaves_everything(hands: Hands) -> None:
    """Read something, and leave: nothing has changed, and the keyboard is where it was."""
    before, revision = hands.saved(), hands.revision()
    importing = Importing(hands)
    importing.open()
    chosen = {"name": "notes.dbml", "mimeType": "text/plain", "buffer": b"Table notes {\n  id int [pk]\n}\n"}
    importing.dialog.locator("input[type=file]").set_input_files(chosen)
    importing.dialog.get_by_role("button", name="Leave out notes.dbml").wait_for()
    importing.dialog.get_by_role("button", name="Read it").click()
    importing.dialog.get_by_role("heading", name="notes.dbml").wait_for(timeout=PATIENCE)
    assert "1 entity" in importing.shown()
    importing.dialog.get_by_role("radio", name="Add to the design").check()
    hands.page.keyboard.press("Escape")
    importing.dialog.wait_for(state="detached")
    assert (hands.saved(), hands.revision()) == (before, revision)
    assert hands.page.evaluate("document.activeElement.getAttribute('aria-label')") == "Import…"


def test_in_jupyterlab(lab_url: str, design_file: Path, visit: Callable[..., Visit]) -> None:
    visited = visit(lab_url.format("designer.ipynb"))
    run_first_cell(visited.page)
    hands = Hands(visited.page, design_file)
    hands.wait()
    cancel_leaves_everything(hands)
    import_mend_replace_undo_export(hands, visited, "lab")
    visited.assert_at_home()


def test_in_voila(voila_url: str, design_file: Path, visit: Callable[..., Visit]) -> None:
    visited = visit(voila_url.format("designer.ipynb"))
    hands = Hands(visited.page, design_file)
    hands.wait()
    assert hands.root.get_by_role("button", name="Import…").count() == 1
    import_mend_replace_undo_export(hands, visited, "voila")
    visited.assert_at_home()
