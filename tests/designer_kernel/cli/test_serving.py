from __future__ import annotations

import json
import os
import socket
import subprocess
import sys

import pytest

import designer_kernel
from designer_kernel.cli import serving
from designer_kernel.cli.shipped_notebooks import notebook_directory
from designer_kernel.errors import DesignerError

NAMES = ["dashboard.ipynb", "designer.ipynb", "quickstart.ipynb"]


def test_a_source_tree_opens_its_own_notebooks():
    assert sorted(path.name for path in notebook_directory().glob("*.ipynb")) == NAMES


def test_an_installed_package_copies_them_once_and_keeps_what_the_user_changed(tmp_path, monkeypatch):
    package = tmp_path / "site-packages" / "designer_kernel"
    (package / "shipped_notebooks").mkdir(parents=True)
    for name in NAMES:
        (package / "shipped_notebooks" / name).write_text("{}")
    monkeypatch.setattr(designer_kernel, "__file__", str(package / "__init__.py"))
    monkeypatch.setenv("DESIGNER_DATA_DIR", str(tmp_path / "data"))
    copies = notebook_directory()
    assert copies == tmp_path / "data" / "notebooks"
    assert sorted(path.name for path in copies.iterdir()) == NAMES
    (copies / "quickstart.ipynb").write_text("mine")
    assert (notebook_directory() / "quickstart.ipynb").read_text() == "mine"


def test_an_installation_without_notebooks_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(designer_kernel, "__file__", str(tmp_path / "designer_kernel" / "__init__.py"))
    with pytest.raises(DesignerError, match="not installed"):
        notebook_directory()


def test_becoming_a_server_puts_our_configuration_first(monkeypatch):
    started = []
    monkeypatch.setattr(os, "execv", lambda path, arguments: started.append((path, arguments)))
    monkeypatch.setenv("JUPYTER_PATH", "/theirs")
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "")
    serving.become("voila", ["--port=1"])
    assert started == [(sys.executable, [sys.executable, "-m", "voila", "--port=1"])]
    assert os.environ["JUPYTER_PATH"] == f"{serving.CONFIGURATION}{os.pathsep}/theirs"
    assert os.environ["JUPYTER_CONFIG_PATH"] == str(serving.CONFIGURATION)


def test_a_server_that_is_not_installed_is_named():
    with pytest.raises(DesignerError, match="no_such_server") as caught:
        serving.become("no_such_server", [])
    assert "notebook" in caught.value.mend


@pytest.mark.parametrize("name", ["voila.json", "jupyter_lab_config.json"])
def test_pages_may_ask_no_other_machine(name):
    settings = json.loads((serving.CONFIGURATION / name).read_text())
    server = settings["Voila" if name == "voila.json" else "ServerApp"]
    assert server["ip"] == "127.0.0.1"
    policy = server["tornado_settings"]["headers"]["Content-Security-Policy"]
    assert policy.startswith("default-src 'self'")
    assert "http" not in policy
    assert "*" not in policy


def test_a_port_that_is_taken_is_passed_over():
    with socket.create_server((serving.ADDRESS, 0)) as taken:
        port = taken.getsockname()[1]
        assert serving.free_port(port) > port
    with pytest.raises(DesignerError, match="taken"):
        serving.free_port(65536)


def test_the_token_is_kept_or_made(monkeypatch):
    monkeypatch.setenv("JUPYTER_TOKEN", "mine")
    assert serving.token() == "mine"
    monkeypatch.delenv("JUPYTER_TOKEN")
    assert len(serving.token()) > 20
    assert os.environ["JUPYTER_TOKEN"] == serving.token()


def test_help_waits_for_nothing_heavy():
    code = (
        "import sys; from designer_kernel.cli.app import app; app(['--help'], standalone_mode=False)\n"
        "print(*sorted({'pydantic', 'psycopg', 'postgast', 'numpy', 'pandas', 'tqdm', 'IPython'} & set(sys.modules)))"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "Usage" in ran.stdout
    assert ran.stdout.splitlines()[-1] == ""


def test_the_package_runs_as_a_module():
    command = [sys.executable, "-m", "designer_kernel.cli", "--version"]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout.startswith("0.")
