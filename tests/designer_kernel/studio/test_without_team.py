"""Without the packages of teams everything of one person works, and what is a team's says what is missing."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

PROGRAM = """
import sys

for name in ("alembic", "argon2", "cryptography", "dogpile", "fastapi", "redis", "sqlalchemy", "starlette", "uvicorn"):
    sys.modules[name] = None  # as if it were not installed

import designer_kernel as dk
from designer_kernel.cli.app import app
from designer_kernel.errors import DesignerError
from designer_kernel.studio.reaching import reached

project = dk.new("shop.design.yaml")
project.add_entity("items", "id bigint primary key")
project.save_version("first")
with reached(project.session, "shop") as url:
    print(url, len(project.versions), "CREATE TABLE" in project.ddl())
for work in (lambda: dk.open("team:Mine/shop"), lambda: dk.connections("Mine"), lambda: project.connections):
    try:
        work()
    except DesignerError as error:
        print(error.mend)
app(["check", "shop.design.yaml"])
"""


def test_a_project_in_a_file_needs_nothing_of_a_team(tmp_path: Path) -> None:
    ran = subprocess.run([sys.executable, "-c", PROGRAM], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    mend = "pip install 'schema-designer[team]'"
    assert ran.stdout.splitlines() == ["shop 1 True", mend, mend, mend], ran.stderr
