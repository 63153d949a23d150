from __future__ import annotations

import os

import pytest
import yaml

from designer_kernel.cli.app import app
from designer_kernel.cli.outcome import Exit
from designer_kernel.design import document

COMMANDS = sorted(command.name or command.callback.__name__ for command in app.registered_commands)


def test_all_commands_are_there():
    assert COMMANDS == [
        "abandon", "apply", "check", "connections", "dashboard", "ddl", "demo", "deploy", "drift", "erd", "export",
        "fill", "fills", "history", "import", "import-migrations", "inspect", "invitations", "invite", "lab", "login",
        "logout", "members", "new", "password", "plan", "projects", "prove", "resume", "rollback", "run", "salvage",
        "schema", "serve", "subset", "versions", "violations",
    ]  # fmt: skip


@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_an_example_and_the_exit_codes(designer, command):
    ran = designer(command, "--help")
    assert ran.code == 0
    assert "Example:" in ran.out
    assert "Exit codes:" in ran.out


def test_version(designer):
    assert designer("--version").out.strip().startswith("0.")


def test_new_makes_a_design_named_after_its_file(designer, shop):
    assert document.load(shop).name == "shop"
    assert "already" in designer("new", "-o", shop).err
    assert designer("new", "-o", shop).code == Exit.REFUSED
    ran = designer("new", "-o", shop, "--force", "--name", "empty", "--json")
    assert ran.json == {"file": str(shop), "name": "empty", "entities": 0}


def test_new_names_the_templates(designer):
    ran = designer("new", "-o", "x.design.yaml", "--template", "blogg")
    assert (ran.code, ran.out) == (Exit.REFUSED, "")
    assert "did you mean blog" in ran.err


def test_ddl_prints_the_script_and_nothing_else(designer, shop, tmp_path):
    ran = designer("ddl", shop)
    assert ran.err == ""
    assert ran.out.rstrip().endswith("COMMIT;")
    assert designer("ddl", shop, "-o", "shop.sql").out == ""
    assert (tmp_path / "shop.sql").read_text() == ran.out
    statements = designer("ddl", shop, "--json").json["statements"]
    assert any("CREATE TABLE" in statement["sql"] for statement in statements)


@pytest.mark.parametrize("command", ["ddl", "check", "erd"])
def test_a_missing_file_is_told_in_words(designer, command):
    ran = designer(command, "none.design.yaml")
    assert (ran.code, ran.out) == (Exit.DOCUMENT, "")
    assert ran.err.splitlines()[0] == "error: there is no such file"
    assert "designer new" in ran.err


def test_a_broken_file_names_line_and_column(designer, tmp_path):
    (tmp_path / "bad.design.yaml").write_text("format: 1\nname: shop\nentitys: []\n")
    ran = designer("check", "bad.design.yaml")
    assert ran.code == Exit.DOCUMENT
    assert "bad.design.yaml:3:1" in ran.err


def test_errors_are_json_where_json_was_asked_for(designer):
    ran = designer("ddl", "none.design.yaml", "--json")
    assert ran.json["error"]["code"] == "invalid_document"
    assert ran.err == ""


def test_check_passes_what_is_right_and_fails_what_is_not(designer, shop):
    assert designer("check", shop).code == 0
    content = yaml.safe_load(shop.read_text())
    content["entities"].append({"name": "odd", "attributes": [{"name": "id", "data_type": "no_such_type"}]})
    shop.write_text(yaml.safe_dump(content))
    ran = designer("check", shop)
    assert ran.code == Exit.REFUSED
    assert "no_such_type" in ran.out
    found = designer("check", shop, "--json").json
    assert {"error"} <= {finding["severity"] for finding in found}
    assert all({"code", "message", "reason", "targets"} <= set(finding) for finding in found)


def test_strict_fails_on_warnings_too(designer, shop):
    content = yaml.safe_load(shop.read_text())
    content["entities"].append({"name": "keyless", "attributes": [{"name": "note", "data_type": "text"}]})
    shop.write_text(yaml.safe_dump(content))
    assert designer("check", shop).code == 0
    assert designer("check", shop, "--strict").code == Exit.REFUSED


def test_postgresql_judges_too(designer, shop, server):
    assert designer("check", shop, "--server").code == 0


def test_erd_writes_what_the_suffix_says(designer, shop, tmp_path):
    assert designer("erd", shop).out.lstrip().startswith("<svg")
    for name, begin in (("a.svg", "<svg"), ("a.mmd", "erDiagram"), ("a.md", "```mermaid")):
        assert designer("erd", shop, "-o", name).code == 0
        assert (tmp_path / name).read_text().lstrip().startswith(begin)
    assert designer("erd", shop, "-o", "a.png", "--scale", "1").code == 0
    assert (tmp_path / "a.png").read_bytes().startswith(b"\x89PNG")
    assert designer("erd", shop, "-o", "a.svg", "--outlined", "--theme", "dark").code == 0
    assert "<text" not in (tmp_path / "a.svg").read_text()
    assert "there is no diagram" in designer("erd", shop, "--diagram", "Nothing").err
    assert designer("erd", shop, "-o", "a.gif").code == Exit.USAGE
    assert designer("erd", shop, "--theme", "pink").code == Exit.USAGE


def test_schema_is_json_schema(designer):
    assert "$defs" in designer("schema").json


def test_names_cannot_move_the_cursor(designer, shop):
    content = yaml.safe_load(shop.read_text())
    content["entities"].append({"name": "a\x1b[2Jb", "attributes": [{"name": "note", "data_type": "text"}]})
    shop.write_text(yaml.safe_dump(content))
    ran = designer("check", shop)
    assert "\x1b" not in ran.out + ran.err
    assert "\\x1b[2Jb" in ran.out


def test_lab_and_dashboard_are_bound_to_this_machine(monkeypatch, designer):
    from designer_kernel.cli import serving

    started = []
    monkeypatch.setattr(serving, "become", lambda module, arguments: started.append([module, *arguments]))
    monkeypatch.setattr(serving, "is_root", lambda: True)
    monkeypatch.setattr(serving, "free_port", lambda port: port)
    for name in ("DESIGNER_ALLOW_DEPLOY", "DESIGNER_OWN_DASHBOARD"):
        monkeypatch.setenv(name, "")
    monkeypatch.setenv("JUPYTER_TOKEN", "s3cret")
    ran = designer("lab", "--no-browser", "--port", "9000")
    assert ran.code == 0
    assert "http://127.0.0.1:9000/lab/tree/quickstart.ipynb?token=s3cret" in ran.err.split()
    assert designer("dashboard", "--theme", "dark", "--no-deploy").code == 0
    lab, voila = started
    assert lab[0] == "jupyterlab"
    assert {"--ServerApp.ip=127.0.0.1", "--ServerApp.port=9000", "--no-browser", "--allow-root"} <= set(lab)
    assert "--LabApp.default_url=/lab/tree/quickstart.ipynb" in lab
    assert "--ServerApp.log_level=WARN" in lab
    assert not any("s3cret" in argument for argument in lab)
    assert voila[0] == "voila"
    assert (os.environ["DESIGNER_ALLOW_DEPLOY"], os.environ["DESIGNER_OWN_DASHBOARD"]) == ("0", "1")
    assert {"--Voila.ip=127.0.0.1", "--port=8866", "--theme=dark"} <= set(voila)
    assert designer("lab", "--notebook", "none.ipynb").code == Exit.USAGE


def test_unknown_commands_and_options_are_usage_errors(designer):
    assert designer("nonsense").code == Exit.USAGE
    assert designer("ddl", "--nonsense").code == Exit.USAGE


@pytest.mark.parametrize("command", ["ddl", "erd"])
def test_a_file_that_cannot_be_written_is_told_in_words(designer, shop, command):
    suffix = {"ddl": "sql", "erd": "svg"}[command]
    ran = designer(command, shop, "-o", f"no/such/folder/x.{suffix}")
    assert ran.code == Exit.REFUSED
    assert "no/such/folder" in ran.err
    assert "mend:" in ran.err


def test_cancelling_has_its_own_exit_code(designer, shop, monkeypatch):
    from designer_kernel.studio.project import ProjectSession

    def interrupt(session, entity):
        raise KeyboardInterrupt

    monkeypatch.setattr(ProjectSession, "ddl", interrupt)
    ran = designer("ddl", shop)
    assert (ran.code, ran.err.strip()) == (Exit.CANCELLED, "cancelled: nothing was changed")


def with_entity(shop, entity):
    content = yaml.safe_load(shop.read_text())
    content["entities"].append(entity)
    shop.write_text(yaml.safe_dump(content))


ODD = {"name": "odd", "attributes": [{"name": "id", "data_type": "no_such_type", "is_primary_key": True}]}


def test_the_script_of_a_faulty_design_comes_with_a_word_about_it(designer, shop):
    with_entity(shop, ODD)
    ran = designer("ddl", shop)
    assert (ran.code, ran.err.splitlines()) == (0, [f"1 error finding; see: designer check {shop}"])
    assert "error finding" not in ran.out
    assert designer("ddl", shop, "--strict").code == Exit.REFUSED


def test_the_script_of_one_entity(designer, shop):
    ran = designer("ddl", shop, "--entity", "authors")
    assert ran.out.count("CREATE TABLE") == 1
    assert "CREATE TABLE public.authors" in ran.out
    unknown = designer("ddl", shop, "--entity", "autors")
    assert unknown.code == Exit.REFUSED
    assert "authors" in unknown.err


def test_a_fault_that_a_rule_knows_is_told_once(designer, shop, server):
    with_entity(shop, ODD)
    ran = designer("check", shop, "--server", "--json")
    errors = [finding for finding in ran.json if finding["severity"] == "error"]
    assert [finding["code"] for finding in errors] == ["unknown_type"]
    assert "PostgreSQL says:" in errors[0]["reason"]
    assert "— in: id no_such_type" in errors[0]["reason"]


def test_one_is_told_in_the_singular(designer, shop):
    with_entity(shop, ODD)
    assert designer("check", shop).err.splitlines()[-1].startswith("1 error, ")


def test_what_is_no_file_is_told_as_what_it_is(designer, tmp_path):
    assert "this is a directory" in designer("check", tmp_path).err
    assert "no regular file" in designer("check", "/dev/null").err
    (tmp_path / "empty.design.yaml").touch()
    assert "the file is empty" in designer("check", tmp_path / "empty.design.yaml").err


def test_check_says_the_reason_of_several_findings_once(designer, tmp_path):
    (tmp_path / "t.dbml").write_text(
        "Table a {\nid int [pk]\nb timestamp\nc timestamp\n}\nTable d {\nid int [pk]\ne timestamp\n}"
    )
    assert designer("import", "t.dbml", "-o", "t.design.yaml").code == Exit.OK
    findings = [
        one for one in designer("check", "t.design.yaml", "--json").json if one["code"] == "timestamp_without_time_zone"
    ]
    out = designer("check", "t.design.yaml").out
    assert (len(findings), out.count(findings[0]["reason"])) == (3, 1)
    assert all(one["message"] in out for one in findings)


def test_a_dash_is_standard_output(designer, shop, tmp_path):
    for command in (("export", shop, "--to", "dbml"), ("ddl", shop), ("erd", shop)):
        assert designer(*command, "-o", "-").out == designer(*command).out
    assert not (tmp_path / "-").exists()
