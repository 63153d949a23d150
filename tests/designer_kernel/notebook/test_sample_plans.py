"""Plans for sample data in a notebook."""

from __future__ import annotations

import pytest
from IPython.core.interactiveshell import InteractiveShell

from designer_kernel.errors import DesignerError
from designer_kernel.notebook.current import remember
from designer_kernel.sample import Plan
from tests.designer_kernel.sample.loading.killed import killed_fill


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
    assert rows_of(project, "orders") == 30
    run("fill", f"--plan {file} --mode replace")
    assert rows_of(project, "orders") == 30


def test_the_magic_writes_files_and_learns(filled_shell, project, tmp_path):
    run = filled_shell.run_line_magic
    written = run("fill", f"orders=30 customers=7 --seed 3 --to {tmp_path / 'rows'} --format csv")
    assert "30 rows" in str(written)
    assert len((tmp_path / "rows" / "public.orders.0001.csv").read_text().splitlines()) == 31
    assert rows_of(project, "orders") == 0
    assert list(project.fills["file_path"]) == [str(tmp_path / "rows")]
    run("fill", "orders=40 customers=8")
    plan = run("fill", f"--like {project.target} --preview")
    assert {name[1]: table.rows for name, table in plan.tables.items()} == {"customers": 8, "orders": 40}
    with pytest.raises(DesignerError, match="invalid choice"):
        run("fill", f"--to {tmp_path} --format xlsx")


def test_the_magic_goes_on_with_a_killed_fill_and_undoes_one(filled_shell, project):
    run = filled_shell.run_line_magic
    asked = {"rows": {"customers": 100, "orders": 3_000}, "seed": 3}
    killed_fill(project.target, "public.orders", after=1_000, resumable=True, part=500, **asked)
    done = run("fill", "--resume")
    assert "went on with the fill" in str(done)
    assert rows_of(project, "orders") == 3_000
    killed_fill(project.target, "public.orders", after=500, resumable=True, part=500, mode="append", **asked)
    assert "undone: " in str(run("fill", "--abandon"))
    assert rows_of(project, "orders") == 3_000
    assert "no fill is under way" in str(run("fill", "--abandon"))
    run("fill", "orders=10 --mode append --resumable --along customers")
    assert rows_of(project, "orders") == 3_010


def rows_of(project, table):
    return int(project.row_counts().set_index("table").loc[table, "rows"])
