"""Several databases for one test, and targets that are copies of one another."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from designer_kernel.postgres.server import EmbeddedServer
from tests.designer_kernel.catalog.conftest import fresh_older_url, fresh_url
from tests.designer_kernel.migrate.targets import Targets

__all__ = ["fresh_older_url", "fresh_url"]


@pytest.fixture(scope="module")
def embedded_targets(server: EmbeddedServer) -> Iterator[Targets]:
    """Databases that are copies of one another, on the embedded server alone."""
    made = Targets(server.url())
    yield made
    made.drop()


@pytest.fixture(scope="module", params=["embedded", pytest.param("older", marks=pytest.mark.older)])
def targets(request: pytest.FixtureRequest) -> Iterator[Targets]:
    """Databases that are copies of one another, on either server."""
    if request.param == "older":
        url = request.getfixturevalue("older_server")
    else:
        server: EmbeddedServer = request.getfixturevalue("server")
        url = server.url()
    made = Targets(url)
    yield made
    made.drop()
