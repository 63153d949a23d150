"""What the page about teams shows works as it is shown, against ``designer serve``."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator

import pytest

from designer_kernel.cli.serving import free_port
from designer_kernel.studio.team.audit import checkpoints
from designer_kernel.studio.team.audit.checkpointing import book_of, key_of
from designer_kernel.studio.team.audit.keys import verifying_key
from tests.project.repository import ROOT

PAGE = ROOT / "docs" / "team.md"


@pytest.fixture
def served(database_url: str) -> Iterator[tuple[str, str]]:
    """``designer serve`` on a new store; yields its address and the code that it shows."""
    port = free_port(18_000)
    process = subprocess.Popen(
        [sys.executable, "-m", "designer_kernel.cli", "serve", "--port", str(port)],
        env=os.environ | {"DESIGNER_DATABASE_URL": database_url},
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    told = ""
    try:
        while not (code := re.search(r"^ +((?:[2-9A-Z]{5}-){3}[2-9A-Z]{5})$", told, re.MULTILINE)):
            line = process.stderr.readline()
            assert line, told
            told += line
        address = re.search(r"http://127\.0\.0\.1:\d+", told)
        assert address is not None
        yield address.group(), code.group(1)
    finally:
        process.terminate()
        process.communicate(timeout=30)
    assert process.returncode == 0
    signed = list(checkpoints.read(book_of(database_url), verifying_key(key_of())))
    assert len(signed) > 1  # when it began, and when it was told to end


def test_the_page_about_teams_is_true(served: tuple[str, str]) -> None:
    address, code = served
    script = "\n".join(re.findall(r"^```sh\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL))
    script = re.sub(r"^API=.*$", f"API={address}/api", script, flags=re.MULTILINE)
    script = re.sub(r"^CODE=.*$", f"CODE={code}", script, flags=re.MULTILINE)
    started = f"curl -sSf {address}/readyz"  # it listens by the time that it tells where
    answer = subprocess.run(
        ["bash", "-c", f"set -euo pipefail\n{started}\n{script}"], capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stdout[-2000:] + answer.stderr
    told = answer.stdout
    assert "CREATE TABLE public.orders" in told
    assert "deactivated: 401" in told
    assert '"choice":"theirs"\n"choice":"mine"\n' in told
    assert "}1\n" in told  # two requests with one key made one entity
    assert '"values":{"id":1}' in told
    assert '"status":"completed"\n' in told
    assert '"name":"old"' in told
    assert '"origin":"restore"' in told or '"change":null' in told
