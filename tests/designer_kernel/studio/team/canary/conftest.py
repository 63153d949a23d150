"""Where what is told is kept."""

from __future__ import annotations

import atexit
import io
from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

from tests.designer_kernel.studio.team.canary.told import Told, all_logs


@pytest.fixture
def told() -> Told:
    """All that was told, by where."""
    return Told()


@pytest.fixture
def logs() -> Iterator[io.StringIO]:
    """Everything that any logger says, however quietly."""
    with all_logs() as lines:
        yield lines


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    """A shell whose tracebacks show the variables of every frame, without a history on the disk."""
    made = InteractiveShell(
        config=Config({"HistoryManager": {"enabled": False}, "InteractiveShell": {"colors": "nocolor"}})
    )
    made.run_line_magic("xmode", "Verbose")
    yield made
    made.cleanup()
    made.atexit_operations()
    atexit.unregister(made.atexit_operations)
