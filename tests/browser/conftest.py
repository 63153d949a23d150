"""One JupyterLab, one Voilà and one headless browser for all tests, on copies of the notebooks, all on this machine."""

from __future__ import annotations

import json
import os
import re
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

    def hear(self, message: Any) -> None:
        """Keep what the console says is wrong."""
        if message.type == "error":
            self.complaints.append(f"{message.text} ({message.location.get('url', '')})")

    def assert_at_home(self) -> None:
        """Nothing was asked of another machine, no script failed, and the console tells of no error."""
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
        page.on("websocket", lambda socket: visited.hosts.update(filter(None, [urlsplit(socket.url).hostname])))
        page.on("pageerror", lambda error: visited.complaints.append(str(error)))
        page.on("console", visited.hear)
        page.goto(url)
        return visited

    yield open_page
    for visited in visits:
        visited.shoot(f"end-of-{request.node.name}")
        if "/voila/" in visited.page.url:
            visited.page.goto("about:blank")  # a page that is left ends its kernel; one that is closed here may not
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def desk(tmp_path_factory: pytest.TempPathFactory, server: EmbeddedServer) -> Path:
    """The folder that JupyterLab and Voilà serve; their kernels use the tests' server."""
    return tmp_path_factory.mktemp("desk")


@pytest.fixture
def folder(desk: Path, server: EmbeddedServer, request: pytest.FixtureRequest) -> Iterator[Path]:
    """Copies of the notebooks in a folder of the test's own, and no database yet that they would use."""
    chosen = desk / re.sub(r"\W+", "-", request.node.nodeid)
    chosen.mkdir()
    for name in NOTEBOOKS:
        shutil.copy(REPOSITORY / "notebooks" / name, chosen / name)
    server.drop_database("marketplace")
    yield chosen
    shutil.rmtree(chosen)


@pytest.fixture
def design_file(data_directory: Path) -> Path:
    """The file of the project that the notebooks open; it does not exist yet."""
    file = data_directory / "projects" / "marketplace.design.yaml"
    file.unlink(missing_ok=True)
    return file


@pytest.fixture(scope="session")
def lab_server(desk: Path) -> Iterator[str]:
    """JupyterLab as ``designer lab`` starts it, with a known token; Notebook 7 is a page of the same server."""
    address = f"http://127.0.0.1:{free_port()}"
    chosen = [
        *lab.arguments(str(desk), "designer.ipynb", port=int(address.rpartition(":")[2]), browser=False),
        f"--IdentityProvider.token={TOKEN}",
    ]
    with serve("jupyterlab", chosen, desk, f"{address}/api?token={TOKEN}"):
        yield address


@pytest.fixture
def jupyter(lab_server: str, folder: Path, design_file: Path) -> Iterator[str]:
    """The Jupyter server; the kernels that a test has started end with it."""
    yield lab_server
    for session in json.loads(ask(f"{lab_server}/api/sessions")):
        ask(f"{lab_server}/api/sessions/{session['id']}", "DELETE")


@pytest.fixture
def lab_url(jupyter: str, folder: Path) -> str:
    """Where JupyterLab opens a notebook."""
    return f"{jupyter}/lab/workspaces/tests/tree/{folder.name}/{{}}?token={TOKEN}&reset"


@pytest.fixture
def notebook_url(jupyter: str, folder: Path) -> str:
    """Where Notebook 7 opens a notebook."""
    return f"{jupyter}/notebooks/{folder.name}/{{}}?token={TOKEN}"


@pytest.fixture(scope="session")
def voila_server(desk: Path) -> Iterator[str]:
    """Voilà as ``designer dashboard`` starts it, in the dark."""
    address = f"http://127.0.0.1:{free_port()}"
    chosen = dashboard.arguments(str(desk), port=int(address.rpartition(":")[2]), browser=False, theme="dark")
    with serve("voila", chosen, desk, f"{address}/"):
        yield address


@pytest.fixture
def voila_url(voila_server: str, folder: Path, design_file: Path) -> str:
    """Where Voilà shows a notebook; its kernel ends when the page is left."""
    return f"{voila_server}/voila/render/{folder.name}/{{}}"


def ask(url: str, method: str = "GET") -> bytes:
    """Ask the Jupyter server for something."""
    request = urllib.request.Request(url, headers={"Authorization": f"token {TOKEN}"}, method=method)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return bytes(answer.read())


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
