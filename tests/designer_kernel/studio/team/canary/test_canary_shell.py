"""A canary in the shell: what commands say of a store, and of what went wrong with it, holds no password."""

from __future__ import annotations

import io
import json
import traceback
from base64 import b64encode
from pathlib import Path
from typing import Final

import pytest
from typer.testing import CliRunner

from designer_kernel.cli.app import app
from designer_kernel.postgres.connection import parse as parse_url
from designer_kernel.postgres.connection import to_url
from designer_kernel.studio.team import connections, workspaces
from designer_kernel.studio.team.secrets.master_keys import KEY, KEY_FILE, PASSPHRASE
from designer_kernel.studio.team.secrets.secret import Secret
from designer_kernel.studio.team.team import Team
from tests.designer_kernel.studio.team.canary.told import Told
from tests.designer_kernel.studio.team.conftest import registered

CANARY: Final = "c4nary-shell-2b7e"
MASTER: Final = b64encode(b"c4nary of thirty-two bytes, yes!").decode()

LOST: Final = (
    f"postgresql://u:{CANARY}@127.0.0.1:1/d", f"postgresql://u:{CANARY}@h0st.invalid/d?connect_timeout=1",
    f"postgresql://u:{CANARY}@h/d?service=x", f"postgresql://u:{CANARY}@a@h/d", f"postgresql://u:{CANARY}%zz@h/d",
)  # fmt: skip
"""Stores that are not there, or are no stores."""


@pytest.fixture
def run(told: Told, tmp_path, monkeypatch: pytest.MonkeyPatch):
    """Run the command in a directory of its own, and keep all that it says."""
    monkeypatch.chdir(tmp_path)

    def ran(*arguments: str) -> int:
        result = CliRunner().invoke(app, list(arguments))
        where = " ".join(one for one in arguments[:2] if "://" not in one)
        told.add(where, result.stdout, result.stderr)
        if result.exception is not None:
            told.add(where, "".join(traceback.format_exception(result.exception)))
        return result.exit_code

    return ran


def test_no_command_tells_a_password(
    team: Team, told: Told, logs: io.StringIO, run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = tmp_path / "keys" / "master.keys"  # not those of other tests: it is to be locked
    monkeypatch.setenv(KEY_FILE, str(keys))
    monkeypatch.setenv(KEY, MASTER)
    store = to_url(parse_url(team.store.url) | {"password": CANARY})
    ada = registered(team, "ada")
    room = team.do(ada, workspaces.create, "shop").id
    for number in range(2):
        uri = Secret(f"postgresql://u:{CANARY}@1.1.1.1/d{number}")
        team.do(ada, connections.add, room, f"c{number}", uri)
    with team.store.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE designer.connections SET connection_uri = 'x' WHERE name = 'c1'")
    assert run("keys", "rotate", "--store", store) == 1, "one secret does not open"
    assert run("audit", "verify", "--store", store) == 0
    assert run("audit", "checkpoint", "--store", store, "--json") == 0
    monkeypatch.setenv(KEY, f"{CANARY}{MASTER}")
    assert run("keys", "rotate", "--store", store) == 1
    monkeypatch.delenv(KEY)
    monkeypatch.setenv(PASSPHRASE, CANARY)
    assert run("keys", "rotate", "--store", store, "--new-master") == 1, "nothing opens with other keys"
    assert len(json.loads(keys.read_text())["keys"]) == 2
    for url in LOST:
        assert run("keys", "rotate", "--store", url) != 0
        assert run("audit", "verify", "--store", url) != 0
        monkeypatch.setenv("DESIGNER_DATABASE_URL", url)
        assert run("serve", "--port", "8000") != 0
        assert run("inspect", url) != 0
    told.add("logs", logs.getvalue())
    assert len(told.parts) == 6
    assert told.holding(CANARY) == []
    assert told.holding(MASTER) == []
