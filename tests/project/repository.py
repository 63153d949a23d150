"""What tests of the project's files share: where they are, and what the packaging metadata says."""

from __future__ import annotations

import subprocess
import tomllib
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]


def metadata() -> dict[str, Any]:
    """Return the ``project`` table of pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def declared_requirements() -> list[str]:
    """Return every requirement of pyproject.toml, those of the extras too."""
    project = metadata()
    return [*project["dependencies"], *(line for extra in project["optional-dependencies"].values() for line in extra)]


def kept_files() -> list[Path]:
    """Return the files that git keeps, as they are now."""
    answer = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True)
    return [path for name in answer.stdout.split("\0") if name and (path := ROOT / name).is_file()]
