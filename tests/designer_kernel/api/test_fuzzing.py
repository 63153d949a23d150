"""Schemathesis asks what the OpenAPI document allows, and what it does not: all of its checks, stateful, as each role.

For longer: ``make api-check MINUTES=3``. What is asked as it may be must be taken: see `meant`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import update

from designer_kernel.store.tables.people import User
from designer_kernel.studio.team.people import passwords
from tests.designer_kernel.api.conftest import Service
from tests.designer_kernel.api.things import things
from tests.project.repository import ROOT

SECONDS = int(os.environ.get("DESIGNER_API_CHECK_SECONDS", "0"))
"""For each role; the tests themselves ask for a few seconds, as one of them."""

PASSWORD = "seven amber herons"
ROLES = ("owner", "admin", "editor", "viewer", "stranger") if SECONDS else ("editor",)


@pytest.mark.parametrize("role", ROLES)
def test_no_answer_breaks_the_document(service: Service, tmp_path: Path, role: str) -> None:
    with service.enter("ada") as ada, service.enter("bob") as bob:
        there = things(service, ada, bob, role)
    with service.team.store.transaction() as session:
        session.execute(update(User).where(User.username == "bob").values(password_hash=passwords.hashed(PASSWORD)))
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{service.url}/openapi.json",
        "--header", "Authorization: Bearer token of bob", "--checks", "all",
        "--max-time", str(SECONDS or 8), "--max-examples", str(min(SECONDS, 1000) or 3), "--continue-on-failure",
        "--generation-allow-x00", "false", "--no-shrink", "--warnings", "off", "--no-color",
    ]  # fmt: skip
    hooks = {"SCHEMATHESIS_HOOKS": "tests.designer_kernel.api.meant", "PYTHONPATH": str(ROOT)}
    environment = os.environ | hooks | {"DESIGNER_API_THINGS": json.dumps(there), "DESIGNER_API_PASSWORD": PASSWORD}
    answer = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout[-6000:] + answer.stderr[-1000:]
    assert "generated" in answer.stdout
