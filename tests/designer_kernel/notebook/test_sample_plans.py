"""Plans for sample data in a notebook."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell

from designer_kernel.notebook.current import remember
from designer_kernel.sample import Plan


@pytest.fixture
def filled_shell(project, database_url, tmp_path, monkeypatch):
    """A shell with our magics, whose project is deployed."""
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "designer_kernel")
    project.target = database_url
    project.deploy()
    remember(project)
    yield shell
    shell.history_manager.end_session()
    InteractiveShell.clear_instance()


def test_hints_are_set_and_planned_by(project):
    project.sample_hints = "seed: 3\ntables: {orders: {rows: 40}}"
    assert project.sample_hints.seed == 3
    plan = project.sample_plan()
    assert plan.tables["public", "orders"].rows == 40
    assert len(plan.preview("orders")) == 10
    assert "orders" in plan._repr_html_()
    project.sample_hints = None
    assert project.design.sample is None


def test_the_magic_plans_saves_and_fills_by_a_plan(filled_shell, project, tmp_path):
    run = filled_shell.run_line_magic
    plan = run("fill", "orders=30 --seed 3 --preview --as chosen")
    assert isinstance(plan, Plan)
    assert filled_shell.user_ns["chosen"] is plan
    file = tmp_path / "plan.yaml"
    assert run("fill", f"orders=30 --save-plan {file}") is None
    assert "sample_plan: 1" in file.read_text("utf-8")
    run("fill", "--plan chosen")
    assert int(project.row_counts().set_index("table").loc["orders", "rows"]) == 30
    run("fill", f"--plan {file} --mode replace")
    assert int(project.row_counts().set_index("table").loc["orders", "rows"]) == 30
