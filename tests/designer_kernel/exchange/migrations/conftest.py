"""Migrations of the shop, and psql to run what is written of them."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.online import online
from designer_kernel.migrate.plan import plan
from designer_kernel.migrate.rehearsal import Rehearsal
from designer_kernel.postgres import cluster
from tests.designer_kernel.catalog.conftest import fresh_older_url, fresh_url
from tests.designer_kernel.catalog.databases import FreshUrl
from tests.designer_kernel.migrate.databases import read, shop, version

__all__ = ["fresh_older_url", "fresh_url"]


@dataclass(frozen=True)
class Way:
    """A migration, the database that it is for, and where it was rehearsed."""

    migration: Migration
    url: str
    rehearsal: Rehearsal

    @property
    def now(self) -> Catalog:
        """What the database holds."""
        return read(self.url)


MakeWay = Callable[..., Way]


def way(fresh: FreshUrl, alterations: Sequence[str], *, name: str = "change it", is_online: bool = False) -> Way:
    """Return the way from the shop to an altered one."""
    old, _ = shop(fresh)
    new, made = shop(fresh, alterations)
    assert made == len(alterations)
    before, after, rehearsal = read(old), read(new), Rehearsal(old)
    planned = plan(before, after, version=version(old), shadow=rehearsal)
    if is_online:
        planned = online(planned, before, after)
    return Way(Migration(name, planned, before, after), old, rehearsal)


@pytest.fixture
def make_way(fresh_url: FreshUrl) -> MakeWay:
    """Makes migrations of the shop on the embedded server."""
    return lambda *alterations, **options: way(fresh_url, alterations, **options)


@dataclass(frozen=True)
class Ran:
    """How psql ended, and what it said."""

    code: int
    out: str
    err: str


def psql(url: str, path: Path) -> Ran:
    """Run a file as the README says."""
    done = subprocess.run(
        [cluster.binaries() / "psql", "-X", "-q", "-v", "ON_ERROR_STOP=1", "-d", url, "-f", path],
        capture_output=True,
        encoding="utf-8",
        env=cluster.environment(),
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)
