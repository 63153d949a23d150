"""A canary of whoever logs in to a service from a notebook: no cell shows the password, nor the tokens that came."""

from __future__ import annotations

import io
import stat
from pathlib import Path
from typing import Final

import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import designer_kernel as dk
from designer_kernel.notebook import logins
from designer_kernel.studio.team import opening
from designer_kernel.studio.team.people import offer_code
from designer_kernel.studio.team.remote import service as remote
from designer_kernel.studio.team.remote.logins import LoginFile
from tests.designer_kernel.api.conftest import Service, api_store, running_service, service
from tests.designer_kernel.studio.team.canary.told import Told

__all__ = ["api_store", "running_service", "service"]

PASSWORD: Final = "c4nary-login-3e70"
GUESS: Final = "c4nary-guess-3e70"


def test_no_cell_shows_a_password_or_a_token(
    service: Service, shell: InteractiveShell, told: Told, logs: io.StringIO, own_data_directory: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    code = offer_code(service.team)
    assert code is not None
    remote.register(service.url, "ada", "ada@example.org", PASSWORD, code=code)
    shell.push({"dk": dk, "url": service.url})
    failures = 0

    def run(cell: str, typed: str = "") -> None:
        nonlocal failures
        monkeypatch.setattr(logins, "getpass", lambda prompt: typed)
        with capture_output() as output:
            failures += not shell.run_cell(cell).success
        told.add("cells", output.stdout, output.stderr, *[one.data for one in output.outputs])

    run("dk.login(url, 'ada')", GUESS)
    run("dk.login('http://127.0.0.1:1', 'ada')", GUESS)
    run("dk.login('http://designs.example.org', 'ada')", GUESS)
    run("dk.login(url, 'ada')", PASSWORD)
    kept = LoginFile().read()
    assert kept is not None
    assert stat.S_IMODE(LoginFile().path.stat().st_mode) == 0o600
    run("project = dk.new('team:Team/p')")
    run("project.add_entity('items', 'id bigint primary key'); project")
    run("project.add_entity('items', 'id bigint primary key')")
    run("dk.open('team:Team/nothing')")
    run("from designer_kernel.studio.team.opening import sessions_here")
    run("here = sessions_here(); here, here.team, vars(here), vars(here.team.service), here.team.service.login")
    run("dk.connections('nowhere')")
    assert failures >= 5
    opening.forget_sessions()
    told.add("logs", logs.getvalue())
    secrets = {PASSWORD, GUESS, kept.access, kept.refresh, code}
    assert {word: told.holding(word) for word in secrets if told.holding(word)} == {}
