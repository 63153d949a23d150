"""What is killed: processes that serve the API, and that rotate keys; forked from one that knows their modules."""

from __future__ import annotations

import multiprocessing
import os
import sys
import threading
from base64 import b64encode
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any, Final

MASTER_KEY: Final = b64encode(b"m" * 32).decode()
_CONTEXT: Final = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(
    [
        __name__,
        "pytest",
        "designer_kernel.api.app",
        "designer_kernel.cli.serve",
        "designer_kernel.cli.serving",
        "designer_kernel.sample.document.hints",
        "designer_kernel.sample.files.script",
        "designer_kernel.sample.loading.finishing",
        "designer_kernel.sample.planning.planner",
        "designer_kernel.studio.team.audit.keeping",
        "designer_kernel.studio.team.room_judge",
        "designer_kernel.studio.team.secrets.rotating",
        "anyio._backends._asyncio",
        "cryptography.x509",
        "jwt",
        "pandas",
        "uvicorn.lifespan.on",
        "uvicorn.loops.auto",
        "uvicorn.protocols.http.auto",
        "uvicorn.protocols.websockets.auto",
    ]
)


def begun(work: Any, *arguments: Any) -> ForkServerProcess:
    """Return a process that does something; it ends with this one."""
    process = _CONTEXT.Process(target=work, args=arguments, daemon=True)
    process.start()
    return process


def serve(url: str, port: int, log: Path) -> None:
    """Serve the API, as ``designer serve`` does."""
    _begin(log)
    from designer_kernel.cli import serve, serving
    from designer_kernel.store.engine import open_store
    from designer_kernel.studio.team.team import Team

    serve.run(Team(open_store(url)), serving.ADDRESS, port)


def rotate(url: str, log: Path, told: Path) -> None:
    """Rotate all keys, two secrets in a transaction, and tell what came of it."""
    _begin(log)
    import json

    from designer_kernel.store.engine import open_store
    from designer_kernel.studio.team.actor import Actor
    from designer_kernel.studio.team.secrets.master_keys import configured
    from designer_kernel.studio.team.secrets.rotating import rotate

    done = rotate(open_store(url), configured(), Actor(None, "an operator", "shell"), batch=2)
    told.write_text(json.dumps(done.as_dict()))
    sys.stdout.flush()
    os._exit(0)


def renew(path: Path, line: int) -> None:
    """Put a new master key into a file, and be killed at a line of the module that writes it."""
    import signal

    from designer_kernel.studio.team.secrets import key_files

    passed = 0

    def trace(frame: Any, event: str, _: Any) -> Any:
        nonlocal passed
        if frame.f_code.co_filename != key_files.__file__:
            return None
        passed += event == "line"
        if passed == line:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    sys.settrace(trace)
    key_files.KeyFile(path).renew()
    sys.settrace(None)


def _begin(log: Path) -> None:
    """Write what would go to a terminal to a file, and end with whoever began this, however they end."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    threading.Thread(target=lambda: (parent.join(), os._exit(1)), daemon=True).start()
    os.environ["DESIGNER_MASTER_KEY"] = MASTER_KEY
    handle = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(handle, 1)
    os.dup2(handle, 2)
