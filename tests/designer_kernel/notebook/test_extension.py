from __future__ import annotations

from uuid import uuid4

import pytest
from IPython.core.completer import provisionalcompleter
from IPython.core.interactiveshell import InteractiveShell

import designer_kernel as dk
from designer_kernel.errors import DesignerError
from designer_kernel.notebook.magics import Arguments


@pytest.fixture
def shell(project, tmp_path, monkeypatch):
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    shell = InteractiveShell.instance()
    shell.run_line_magic("load_ext", "designer_kernel")
    shell.user_ns["project"] = dk.open(project.path)
    yield shell
    shell.history_manager.end_session()
    InteractiveShell.clear_instance()


def completions(shell, text):
    with provisionalcompleter():
        return [one.text for one in shell.Completer.completions(text, len(text))]


def test_a_plan_is_shown_and_kept_in_a_variable(shell, project, database_url):
    plan = shell.run_line_magic("plan", f"{database_url} --as way --exact")
    assert shell.user_ns["way"] is plan
    assert "relation public.customers" in repr(plan)
    assert plan.prove().holds
    plan.apply(plan.proof)
    project.entities["orders"].rename("sales")
    renamed = shell.run_line_magic("plan", database_url)
    assert renamed.steps[0].action == "rename"
    assert "--online" in completions(shell, "%plan --on")
    assert {"prove", "apply", "to_frame"} <= {text.lstrip(".") for text in completions(shell, "way.")}
    with pytest.raises(DesignerError, match="is not OLD=NEW"):
        shell.run_line_magic("plan", "--rename orders")


def test_loading_and_unloading_is_symmetric(shell):
    ours = {"design", "erd", "ddl", "deploy", "plan", "fill"}
    magics = shell.magics_manager.magics
    assert ours <= set(magics["line"])
    assert "query" in magics["cell"]
    dk.load_ipython_extension(shell)
    assert len(shell.Completer.custom_matchers) == 2
    dk.unload_ipython_extension(shell)
    assert not ours & set(magics["line"])
    assert "query" not in magics["cell"]
    assert shell.Completer.custom_matchers == []


def test_sql_stays_the_users_own(shell):
    assert "sql" not in {*shell.magics_manager.magics["line"], *shell.magics_manager.magics["cell"]}


def test_unloading_leaves_a_magic_that_the_user_made_since(shell):
    shell.register_magic_function(lambda line: "mine", "line", "ddl")
    dk.unload_ipython_extension(shell)
    assert shell.run_line_magic("ddl", "") == "mine"


def test_design_opens_and_shows_the_current_project(shell, tmp_path):
    path = tmp_path / "other.design.yaml"
    project = shell.run_line_magic("design", f"'{path}' --template blog --as blog")
    assert shell.user_ns["blog"] is project
    assert shell.run_line_magic("design", "").path == path


def test_the_diagram_and_the_script_are_shown_and_saved(shell, tmp_path, capsys):
    assert shell.run_line_magic("erd", f"--output {tmp_path}/x.svg").svg == (tmp_path / "x.svg").read_text()
    assert shell.run_line_magic("ddl", f"--output {tmp_path}/x.sql") == (tmp_path / "x.sql").read_text()
    shell.run_line_magic("erd", "orders")
    assert "orders (2 attributes)" in capsys.readouterr().out


@pytest.mark.parametrize("magic", ["design", "erd", "ddl", "deploy", "fill"])
def test_help_explains_and_does_nothing(shell, magic, capsys):
    assert shell.run_line_magic(magic, "--help") is None
    assert f"usage: %{magic}" in capsys.readouterr().out
    assert f"%{magic}" in shell.magics_manager.magics["line"][magic].__doc__


def test_help_of_query_needs_no_cell(shell, capsys):
    assert shell.run_cell("%%query --help").success
    assert "binds the Python variable" in capsys.readouterr().out
    shell.run_cell("%%query")
    assert "there is no query in the cell" in capsys.readouterr().out


def test_mends_speak_the_language_of_magics(shell, server):
    shell.user_ns["project"].target = f"nowhere_{uuid4().hex[:8]}"
    with pytest.raises(DesignerError) as caught:
        shell.run_line_magic("fill", "")
    assert caught.value.mend == "%deploy"
    with pytest.raises(DesignerError) as caught:
        shell.run_line_magic("design", "tpyo")
    assert caught.value.mend.endswith("%design tpyo --new makes it")


def test_a_new_project_and_the_script_of_an_entity(shell, tmp_path):
    shell.run_line_magic("design", f"'{tmp_path}/new.design.yaml' --new --as fresh")
    assert len(shell.user_ns["fresh"].entities) == 0
    shell.run_line_magic("design", f"'{shell.user_ns['project'].path}'")
    assert shell.run_line_magic("ddl", "orders").count("CREATE TABLE") == 1


def test_help_of_query(shell, capsys):
    assert shell.run_cell_magic("query", "--help", "SELECT 1") is None
    assert "binds the Python variable" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("magic", "line"),
    [("fill", "orders"), ("fill", "orders=many"), ("erd", "--theme pink"), ("ddl", "--out x"), ("deploy", "a b"),
     ("design", "'open quote")],
)  # fmt: skip
def test_a_mistake_is_an_error_with_a_mend_and_ends_no_process(shell, magic, line):
    with pytest.raises(DesignerError) as caught:
        shell.run_line_magic(magic, line)
    assert "--help" in caught.value.mend


def test_without_a_project_magics_say_how_to_open_one(shell):
    from designer_kernel.notebook.current import _opened

    _opened.clear()
    with pytest.raises(DesignerError, match="no project") as caught:
        shell.run_line_magic("ddl", "")
    assert "%design" in caught.value.mend


def test_deploying_and_querying(shell, server):
    project = shell.user_ns["project"]
    project.target = f"magics_{uuid4().hex[:8]}"
    try:
        assert "objects created" in shell.run_line_magic("deploy", "")
        shell.user_ns["least"] = 2
        sql = "SELECT n, '100%' AS share FROM generate_series(1, 3) AS n WHERE n >= %(least)s".replace("100%", "100%%")
        frame = shell.run_cell_magic("query", "", sql)
        assert frame["n"].tolist() == [2, 3]
        assert frame["share"].tolist() == ["100%", "100%"]
        assert shell.run_cell_magic("query", "", "SELECT 7 % 4 AS rest")["rest"].tolist() == [3]
        assert shell.run_cell_magic("query", "--as found", "SELECT 1 AS one") is None
        assert shell.user_ns["found"]["one"].tolist() == [1]
        with pytest.raises(DesignerError, match="nobody"):
            shell.run_cell_magic("query", "", "SELECT %(nobody)s")
        with pytest.raises(DesignerError, match="name of a variable"):
            shell.run_cell_magic("query", "--as 1x", "SELECT 1")
    finally:
        server.drop_database(project.target)


def test_names_complete_inside_queries(shell):
    assert completions(shell, "%%query\nSELECT * FROM ord") == ["ORDER BY", "orders"]
    assert completions(shell, "%%query\nSELECT cust") == ["customer_id", "customers"]
    assert completions(shell, "%%query\nSELECT * FROM orders AS o WHERE o.pl") == ["placed_at"]
    assert completions(shell, "%%query\nSELECT * FROM orders WHERE orders.c") == ["customer_id"]
    assert "orders" not in completions(shell, "%%timeit\nord")


def test_names_complete_after_magics(shell):
    assert completions(shell, "%erd cust") == ["customers"]
    assert completions(shell, "%fill orders=10 cust") == ["customers="]
    assert completions(shell, "%fill --rows cust") == ["customers="]
    assert completions(shell, "%ddl cust") == ["customers"]


def test_options_and_their_choices_complete(shell):
    assert completions(shell, "%design x --temp") == ["--template"]
    assert completions(shell, "%design x --template mark") == ["marketplace"]
    assert completions(shell, "%deploy --") == ["--allow-missing", "--help"]
    assert completions(shell, "%erd --theme d") == ["dark"]
    assert completions(shell, "%%query --a") == ["--as"]
    assert "customers=" not in completions(shell, "%fill --seed ")


def test_projects_complete(shell):
    name = f"zoo_{uuid4().hex[:8]}"
    dk.new(name)
    assert name in completions(shell, "%design zoo_")


@pytest.mark.parametrize("with_jedi", [True, False])
def test_names_complete_through_views(shell, with_jedi):
    shell.Completer.use_jedi = with_jedi
    assert "customers" in completions(shell, "project.entities['cus")
    assert "customers" in completions(shell, "project.entities.cus")
    assert "placed_at" in completions(shell, "project.entities['orders'].attributes['pl")
    assert "placed_at" in completions(shell, "project.entities.orders.attributes.pl")
    assert completions(shell, "project.entities['orders'].attributes.pl(") is not None


def test_odd_names_complete_quoted(shell):
    shell.user_ns["project"].add_entity("Order Lines", "id bigint primary key")
    assert '"Order Lines"' in completions(shell, "%%query\nSELECT * FROM ord")


def test_errors_show_without_a_traceback(shell, capsys):
    shell.run_cell("project.entities['ordes']")
    out = capsys.readouterr().out
    assert "there is no entity 'ordes'" in out
    assert "mend:" in out
    assert "Traceback" not in out


def test_arguments_take_no_abbreviations():
    parser = Arguments("%x", "", "")
    parser.add_argument("--output")
    with pytest.raises(DesignerError, match="unrecognized"):
        parser.read("--out file")


def test_what_was_deployed_shows_as_words(shell, server, capsys):
    project = shell.user_ns["project"]
    project.target = f"words_{uuid4().hex[:8]}"
    try:
        shell.run_cell("project.deploy()")
        shell.run_cell("project.fill({'orders': 3}, seed=1)")
        shell.run_line_magic("fill", "--rows orders=4 customers=2 --replace")
        filled = shell.user_ns["project"].fill({"orders": 5}, replace=True)
        assert repr(filled) == str(filled)
        assert filled.removed["orders"] == 4
        out = capsys.readouterr().out
        assert "objects created" in out
        assert "public.orders" in out
        assert "ObjectId" not in out
        assert len(out) < 2_000
    finally:
        server.drop_database(project.target)
