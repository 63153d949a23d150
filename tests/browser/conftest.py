"""JupyterLab, Voilà and one headless browser, on copies of the notebooks, all on this machine."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from designer_kernel.cli import dashboard, lab, serving
from designer_kernel.postgres.server import EmbeddedServer
from tests.browser.bench import bench

__all__ = ["bench"]

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
REPOSITORY = Path(__file__).parents[2]
SCREENSHOTS = REPOSITORY / "out" / "screenshots"
TOKEN = "browser-tests"
NOTEBOOKS = ("quickstart.ipynb", "designer.ipynb", "dashboard.ipynb")


@dataclass
class Visit:
    """A page, what it asked the network for, and what it complained of."""

    page: Any
    hosts: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def shoot(self, name: str) -> None:
        """Save a screenshot under ``out/``."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")

    def assert_at_home(self) -> None:
        """Nothing was asked of another machine, and no script of ours failed."""
        assert self.hosts <= {"127.0.0.1", "localhost"}, self.hosts
        assert self.complaints == []


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One headless Chromium for all tests."""
    if not Path(CHROMIUM).exists():
        pytest.skip(f"{CHROMIUM} is not installed")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def visit(browser: Any, request: pytest.FixtureRequest) -> Iterator[Callable[..., Visit]]:
    """Opens pages that are watched; how each looked at the end is in ``out/``."""
    contexts: list[Any] = []
    visits: list[Visit] = []

    def open_page(url: str, *, width: int = 1800, height: int = 1000) -> Visit:
        context = browser.new_context(viewport={"width": width, "height": height})
        contexts.append(context)
        page = context.new_page()
        visited = Visit(page)
        visits.append(visited)
        page.on("request", lambda request: visited.hosts.update(filter(None, [urlsplit(request.url).hostname])))
        page.on("pageerror", lambda error: visited.complaints.append(str(error)))
        page.goto(url)
        return visited

    yield open_page
    for visited in visits:
        visited.shoot(f"end-of-{request.node.name}")
    for context in contexts:
        context.close()


@pytest.fixture
def folder(tmp_path: Path, server: EmbeddedServer) -> Path:
    """Copies of the notebooks in a folder of their own; their kernels use the tests' server, on a fresh database."""
    for name in NOTEBOOKS:
        shutil.copy(REPOSITORY / "notebooks" / name, tmp_path / name)
    server.drop_database("marketplace")
    return tmp_path


@pytest.fixture
def design_file(data_directory: Path) -> Path:
    """The file of the project that the notebooks open; it does not exist yet."""
    file = data_directory / "projects" / "marketplace.design.yaml"
    file.unlink(missing_ok=True)
    return file


@pytest.fixture
def lab_url(folder: Path, design_file: Path) -> Iterator[str]:
    """JupyterLab as ``designer lab`` starts it, with a known token."""
    port = free_port()
    chosen = [
        *lab.arguments(str(folder), "designer.ipynb", port=port, browser=False),
        f"--IdentityProvider.token={TOKEN}",
    ]
    with serve("jupyterlab", chosen, folder, f"http://127.0.0.1:{port}/api?token={TOKEN}"):
        yield f"http://127.0.0.1:{port}/lab/workspaces/tests/tree/{{}}?token={TOKEN}&reset"


@pytest.fixture
def voila_url(folder: Path, design_file: Path) -> Iterator[str]:
    """Voilà as ``designer dashboard`` starts it, in the dark."""
    port = free_port()
    chosen = dashboard.arguments(str(folder), port=port, browser=False, theme="dark")
    with serve("voila", chosen, folder, f"http://127.0.0.1:{port}/"):
        yield f"http://127.0.0.1:{port}/voila/render/{{}}"


@contextmanager
def serve(module: str, arguments: list[str], folder: Path, ready: str) -> Iterator[None]:
    """Run a Jupyter server until the block ends."""
    environment = os.environ | {
        "JUPYTER_CONFIG_PATH": str(serving.CONFIGURATION),
        "JUPYTER_PATH": str(serving.CONFIGURATION),
        "JUPYTER_CONFIG_DIR": str(folder / ".jupyter"),
        "JUPYTER_DATA_DIR": str(folder / ".jupyter-data"),
        "JUPYTER_RUNTIME_DIR": str(folder / ".jupyter-runtime"),
        "IPYTHONDIR": str(folder / ".ipython"),
        "DESIGNER_ALLOW_DEPLOY": "1",
    }
    log = folder / f"{module}.log"
    with log.open("w") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", module, *arguments], cwd=folder, env=environment, stdout=output, stderr=output
        )
    try:
        wait_until_ready(ready, process, log)
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path, seconds: float = 60) -> None:
    """Wait until a server answers."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"the server ended:\n{log.read_text()[-4000:]}")
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.2)
        else:
            return
    pytest.fail(f"no answer from {url}:\n{log.read_text()[-4000:]}")


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
