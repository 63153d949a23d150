from __future__ import annotations

import json
from dataclasses import dataclass

import pytest
from typer.testing import CliRunner

from designer_kernel.cli.app import app


@dataclass(frozen=True)
class Ran:
    """How a command ended, and what it said to whom."""

    code: int
    out: str
    err: str

    @property
    def json(self):
        return json.loads(self.out)


@pytest.fixture
def designer(tmp_path, monkeypatch):
    """Run the command in a directory of its own."""
    monkeypatch.chdir(tmp_path)
    runner = CliRunner()

    def run(*arguments, stdin=None):
        result = runner.invoke(app, [str(argument) for argument in arguments], input=stdin)
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    return run


@pytest.fixture
def shop(designer, tmp_path):
    """A design file made from the blog template."""
    assert designer("new", "--template", "blog", "-o", "shop.design.yaml").code == 0
    return tmp_path / "shop.design.yaml"
