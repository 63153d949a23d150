"""The designer command."""

from __future__ import annotations


def main() -> None:
    """Run the ``designer`` command and end the process with its exit code."""
    from designer_kernel.cli.app import app

    app()
