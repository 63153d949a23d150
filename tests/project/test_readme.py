"""What the README shows works as it is shown; only names of servers and numbers of rows are smaller here."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from typer.testing import CliRunner

from designer_kernel.cli.app import app
from designer_kernel.design import document

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language):
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("text", blocks("yaml"))
def test_designs_load(text):
    design = document.read(text, "README.md")
    assert design.entities
    assert document.read(document.to_yaml(design)) == design


def test_python_runs(server, monkeypatch, tmp_path):
    monkeypatch.setenv("DESIGNER_DATA_DIR", str(server.data_directory.parent))
    monkeypatch.chdir(tmp_path)
    (code,) = blocks("python")
    space = {}
    try:
        exec(compile(code.replace("10_000", "50"), "README.md", "exec"), space)
        counts = space["project"].row_counts().set_index("table")["rows"]
        assert counts["orders"] == 50
    finally:
        if "project" in space:
            server.drop_database(space["project"].target)
            space["project"].path.unlink()


def test_commands_run(database_url, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    lines = [line for text in blocks("sh") for line in text.splitlines() if line.startswith("designer ")]
    assert {line.split()[1] for line in lines} == {"new", "check", "erd", "ddl", "deploy", "fill"}
    for line in lines:
        words = shlex.split(line.replace("postgresql://localhost/shop", database_url).replace("1000000", "100"))[1:]
        if words[0] == "deploy":
            words.append("--allow-missing")  # the tests' server has no pgcrypto
        result = CliRunner().invoke(app, words)
        assert result.exit_code == 0, (line, result.output)
    assert (tmp_path / "shop.svg").is_file()


def test_targets_of_make_are_there():
    targets = {
        line.split(":")[0] for line in (ROOT / "Makefile").read_text().splitlines() if re.match(r"[\w-]+:", line)
    }
    named = set(re.findall(r"\bmake ([a-z]+)\b(?= |`|$)", "\n".join([*blocks("sh"), *re.findall(r"`[^`]+`", README)])))
    assert named
    assert named <= targets
