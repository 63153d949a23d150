"""What the README shows works as it is shown; only names of servers and numbers of rows are smaller here."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
import types
from pathlib import Path

import pandas as pd
import psycopg
import pytest
import sqlalchemy

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
    code = blocks("python")[0]
    space = {}
    try:
        exec(compile(code.replace("10_000", "50"), "README.md", "exec"), space)
        counts = space["project"].row_counts().set_index("table")["rows"]
        assert counts["orders"] == 50
    finally:
        if "project" in space:
            server.drop_database(space["project"].target)
            space["project"].path.unlink()


def test_imports_run(server, database_url, monkeypatch, tmp_path):
    """The lines under "From what you have", on a script, a database, a frame and metadata of their own."""
    import designer_kernel as dk

    monkeypatch.setenv("DESIGNER_DATA_DIR", str(server.data_directory.parent))
    monkeypatch.chdir(tmp_path)
    Path("legacy.sql").write_text("CREATE TABLE t (id int PRIMARY KEY); CREATE POLICY p ON t TO reader USING (true);")
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE products (id int PRIMARY KEY, name text NOT NULL)")
    metadata = sqlalchemy.MetaData()
    sqlalchemy.Table("m", metadata, sqlalchemy.Column("id", sqlalchemy.Integer, primary_key=True))
    space = {
        "dk": dk, "orders_frame": pd.DataFrame({"id": [1, 2]}), "Base": types.SimpleNamespace(metadata=metadata),
    }  # fmt: skip
    code = blocks("python")[1].replace("postgresql://localhost/shop", database_url)
    exec(compile(code, "README.md", "exec"), space)
    assert [entity.name for entity in space["shop"].design.entities] == ["products"]
    assert [policy.name for policy in space["legacy"].design.entity("t").policies] == ["p"]
    assert [entity.name for entity in space["models"].design.entities] == ["m"]
    assert "class Product(Base):" in Path("models.py").read_text()
    for name in ("legacy", "shop", "orders", "models"):
        space[name].path.unlink()


@pytest.mark.older
def test_shell_commands_do_what_they_say(older_url, tmp_path):
    """The lines under "In the shell", on another database and with fewer rows."""
    (block,) = (text for text in blocks("sh") if text.startswith("designer "))
    (tmp_path / "legacy.sql").write_text("CREATE TABLE t (id int PRIMARY KEY);")
    shown = {"new", "check", "erd", "ddl", "deploy", "fill", "import", "inspect", "export"}
    assert set(re.findall(r"^designer (\w+)", block, re.MULTILINE)) == shown
    script = block.replace("postgresql://localhost/shop", shlex.quote(older_url)).replace("=1000000", "=500")
    assert script != block
    environment = os.environ | {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    answer = subprocess.run(
        ["bash", "-euc", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    assert {path.name for path in tmp_path.iterdir()} >= {"shop.design.yaml", "shop.svg", "losses.csv", "models.py"}
    assert "CREATE TABLE public.orders" in answer.stdout
