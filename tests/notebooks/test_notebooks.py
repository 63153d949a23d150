"""The notebooks run from top to bottom, on a data directory of their own, and leave nothing beside themselves."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
NAMES = sorted(path.name for path in NOTEBOOKS.glob("*.ipynb"))


def read(name):
    return nbformat.read(NOTEBOOKS / name, as_version=4)


def execute(name):
    notebook = read(name)
    NotebookClient(notebook, timeout=180, kernel_name="python3", resources={"metadata": {"path": NOTEBOOKS}}).execute()
    return notebook


def shown(notebook):
    """Return everything that the cells of a notebook have shown, by MIME type."""
    outputs = [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]
    texts = [output["text"] for output in outputs if output.output_type == "stream"]
    data = [(kind, str(value)) for output in outputs for kind, value in output.get("data", {}).items()]
    return {kind: "".join(v for k, v in data if k == kind) for kind in {k for k, _ in data}} | {
        "stream": "".join(texts)
    }


@pytest.fixture(autouse=True)
def _environment(server, data_directory, monkeypatch, tmp_path):
    """Kernels find the tests' server, write their history elsewhere, and begin with no project that a test left."""
    (data_directory / "projects" / "marketplace.design.yaml").unlink(missing_ok=True)
    server.drop_database("marketplace")
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")


def test_there_are_three_notebooks():
    assert NAMES == ["dashboard.ipynb", "designer.ipynb", "quickstart.ipynb"]


@pytest.mark.parametrize("name", NAMES)
def test_notebooks_are_kept_without_outputs(name):
    cells = read(name).cells
    assert all(not cell.outputs and cell.execution_count is None for cell in cells if cell.cell_type == "code")


def test_the_story_has_at_most_twelve_cells():
    assert len(read("quickstart.ipynb").cells) <= 12


def test_the_story_is_told_twice_with_the_same_end():
    first, second = shown(execute("quickstart.ipynb")), shown(execute("quickstart.ipynb"))
    for told in (first, second):
        assert "0 rows break one" in told["stream"]
        assert "coupons" in told["text/html"]
        assert "CREATE TABLE public.coupons" in told["text/plain"]
        assert "application/vnd.jupyter.widget-view+json" in told
        assert "foreign_key_without_index" not in told["text/plain"]
        assert "add an index" in told["text/html"] or told is second
    assert "objects created" in first["text/plain"]
    assert "nothing to do" in second["text/plain"]
    assert revenue(first) == revenue(second)


def revenue(told):
    """Return the table of the notebook's query."""
    html = told["text/html"]
    start = html.index("<th>tenant</th>")
    return html[start : html.index("</table>", start)]


@pytest.mark.parametrize("name", ["designer.ipynb", "dashboard.ipynb"])
def test_the_pages_show_widgets(name):
    told = shown(execute(name))
    assert "application/vnd.jupyter.widget-view+json" in told
    assert "error" not in told["stream"].lower()


def test_running_leaves_no_files_in_the_source_tree():
    execute("designer.ipynb")
    if not (NOTEBOOKS.parent / ".git").exists():
        pytest.skip("this is no git checkout")
    status = subprocess.run(
        ["git", "status", "--porcelain", "--untracked-files=all", "--", "notebooks"],
        cwd=NOTEBOOKS.parent,
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
    )
    untracked = [line for line in status.stdout.splitlines() if line.startswith("??")]
    assert [line for line in untracked if not line.endswith(".ipynb")] == []
