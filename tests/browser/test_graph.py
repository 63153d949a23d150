"""The cytoscape graph as it lives in JupyterLab."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import Visit
from tests.browser.designing import PATIENCE, run_first_cell, until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]


def test_the_graph_stays_right_when_its_structure_changes(
    lab_url: str, folder: Path, design_file: Path, visit: Callable[..., Visit]
) -> None:
    """Removing elements one by one breaks live views of ipycytoscape 1.3.3; ours are cleared and added anew."""
    lines = [
        "import designer_kernel as dk",
        "project = dk.open('marketplace', template='blog')",
        "graph = project.graph()",
        "display(graph)",
    ]
    cells = [code(lines), code(["project.add_entity('extra', 'id bigint primary key')", "project.undo();"])]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
    (folder / "graph.ipynb").write_text(json.dumps(notebook), encoding="utf-8")
    visited = visit(lab_url.format("graph.ipynb"))
    page = visited.page
    run_first_cell(page)
    page.locator(".jp-OutputArea canvas").first.wait_for(timeout=PATIENCE)
    second = page.locator(".jp-Notebook .jp-CodeCell").nth(1)
    second.locator(".jp-InputArea-editor").click()
    page.keyboard.press("Control+Enter")
    until(lambda: "[2]" in str(second.locator(".jp-InputPrompt").text_content()), "the second cell ran")
    page.wait_for_timeout(1000)
    visited.shoot("graph")
    assert second.locator(".jp-RenderedText[data-mime-type*=stderr]").count() == 0
    visited.assert_at_home()


def code(lines: list[str]) -> dict[str, object]:
    """A code cell."""
    source = "\n".join(lines)
    return {
        "cell_type": "code",
        "id": str(len(source)),
        "metadata": {},
        "outputs": [],
        "execution_count": None,
        "source": source,
    }
