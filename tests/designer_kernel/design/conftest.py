"""A fresh database for the designs of these tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest

from designer_kernel.design import Design
from tests.designer_kernel.design.trait_designs import Deployed, deploy


@pytest.fixture
def deployed(database_url: str) -> Iterator[Deployed]:
    """Deploys a design into a fresh database and gives an autocommit connection to it."""
    connections: list[psycopg.Connection[Any]] = []

    def open_deployed(design: Design) -> psycopg.Connection[Any]:
        connections.append(deploy(design, database_url))
        return connections[-1]

    yield open_deployed
    for connection in connections:
        connection.close()
