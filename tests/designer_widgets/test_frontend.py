from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from designer_widgets import linker

HERE = Path(__file__).parent / "frontend"
NODE = shutil.which("node")
needs_node = pytest.mark.skipif(NODE is None, reason="node is not installed; the browser tests still run this code")


@needs_node
def test_pure_modules() -> None:
    files = sorted(map(str, HERE.glob("*.test.mjs")))
    run = subprocess.run([str(NODE), "--test", *files], capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stdout[-4000:] + run.stderr[-2000:]
    assert "# fail 0" in run.stdout or "ℹ fail 0" in run.stdout


@needs_node
def test_the_linked_module_parses(tmp_path: Path) -> None:
    linked = tmp_path / "linked.mjs"
    linked.write_text(linker.esm(), encoding="utf-8")
    run = subprocess.run([str(NODE), "--check", str(linked)], capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 0, run.stderr


@needs_node
@pytest.mark.parametrize("path", sorted(linker.FRONTEND.glob("*.js")), ids=lambda path: path.name)
def test_each_module_is_imported_as_it_is(path: Path) -> None:
    """The linker asks for less than ES modules allow, so each file also works without it."""
    script = f"import({str(path.as_uri())!r}).catch((error) => {{ console.error(error); process.exit(1); }})"
    run = subprocess.run(
        [str(NODE), "--input-type=module", "-e", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert run.returncode == 0, run.stderr
