"""Where what is told is kept."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest

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
