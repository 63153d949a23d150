"""What the README shows works as it is shown; only names of servers and numbers of rows are smaller here."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from designer_kernel.design import document
from tests.project.repository import ROOT

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


@pytest.mark.older
def test_shell_commands_do_what_they_say(older_url, tmp_path):
    """The lines under "In the shell", on another database and with fewer rows."""
    (block,) = (text for text in blocks("sh") if text.startswith("designer "))
    assert set(re.findall(r"^designer (\w+)", block, re.MULTILINE)) == {"new", "check", "erd", "ddl", "deploy", "fill"}
    script = block.replace("postgresql://localhost/shop", shlex.quote(older_url)).replace("=1000000", "=500")
    assert script != block
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    answer = subprocess.run(
        ["bash", "-euc", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert {path.name for path in tmp_path.iterdir()} >= {"shop.design.yaml", "shop.svg"}
    assert "CREATE TABLE public.orders" in answer.stdout
