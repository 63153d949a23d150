"""The launcher's tile: it is added, its kernel knows the magics from the start, and it is taken away."""

from __future__ import annotations

from pathlib import Path

from jupyter_client.kernelspec import KernelSpecManager
from jupyter_client.manager import start_new_kernel
from typer.testing import CliRunner

from designer_kernel.cli.app import app
from designer_kernel.cli.kernelspec import NAME


def test_the_tile_starts_a_kernel_that_knows_the_magics(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("JUPYTER_DATA_DIR", str(tmp_path / "jupyter"))
    monkeypatch.setenv("DESIGNER_DATA_DIR", str(tmp_path / "designer"))
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path / "ipython"))
    run = CliRunner()
    refused = run.invoke(app, ["kernelspec", "remove"])
    assert refused.exit_code != 0
    for _ in range(2):  # once more brings it up to date
        done = run.invoke(app, ["kernelspec", "install"])
        assert done.exit_code == 0, done.output
    spec = KernelSpecManager().get_kernel_spec(NAME)
    assert spec.display_name == "Schema Designer"
    there = {path.name for path in Path(spec.resource_dir).iterdir()}
    assert there == {"kernel.json", "logo-32x32.png", "logo-64x64.png", "logo-svg.svg"}
    manager, client = start_new_kernel(kernel_name=NAME, startup_timeout=120, cwd=str(tmp_path))
    try:
        told: list[str] = []
        answer = client.execute_interactive(
            "%design tile_of_the_launcher --template blog\n%ddl posts",
            timeout=120,
            output_hook=lambda message: told.append(str(message["content"])),
        )
        assert answer["content"]["status"] == "ok", told
        assert "CREATE TABLE" in "".join(told), told
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)
    gone = run.invoke(app, ["kernelspec", "remove"])
    assert gone.exit_code == 0, gone.output
    assert NAME not in KernelSpecManager().find_kernel_specs()
