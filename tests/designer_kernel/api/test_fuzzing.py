"""Schemathesis asks what the OpenAPI document allows, and what it does not; stateful, with nearly all of its checks.

For longer: ``DESIGNER_SCHEMATHESIS_SECONDS=180`` (for each role).
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from designer_kernel.studio.team import workspaces
from tests.designer_kernel.api.conftest import Service

SECONDS = int(os.environ.get("DESIGNER_SCHEMATHESIS_SECONDS", "0"))
ROLES = ("owner", "admin", "editor", "viewer", "stranger") if SECONDS else ("editor",)

LEFT_OUT = "positive_data_acceptance"
"""What is a type, a design or a cursor no JSON Schema can say: such bodies are refused with 400, as documented."""


@pytest.mark.parametrize("role", ROLES)
def test_no_answer_breaks_the_document(service: Service, tmp_path: Path, role: str) -> None:
    service.enter("ada").close()
    service.enter("bob").close()
    ada = service.persons["token of ada"]
    place = service.team.do(ada, workspaces.create, "shop").id
    if role != "stranger":
        service.team.do(ada, workspaces.add_member, place, "bob", role)
    command = [
        sys.executable, "-m", "schemathesis.cli", "run", f"{service.url}/openapi.json",
        "--header", "Authorization: Bearer token of bob", "--checks", "all", "--exclude-checks", LEFT_OUT,
        "--max-time", str(SECONDS or 8), "--max-examples", str(SECONDS or 3), "--continue-on-failure",
        "--no-shrink", "--warnings", "off", "--no-color",
    ]  # fmt: skip
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout[-6000:] + answer.stderr[-1000:]
    assert "generated" in answer.stdout
