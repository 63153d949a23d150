"""What tests of the catalog do with real servers: load a script with psql, read it back."""

from __future__ import annotations

import subprocess
from collections.abc import Callable

import psycopg

from designer_kernel.catalog import render
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.postgres import cluster
from designer_kernel.postgres.introspect import introspect

FreshUrl = Callable[[], str]
"""Gives the URL of one more empty database at each call."""


def load(url: str, text: str) -> None:
    """Run a script with psql, as a user would."""
    psql = cluster.binaries() / "psql"
    done = subprocess.run(
        [psql, "-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-", url],
        input=text,
        capture_output=True,
        encoding="utf-8",
        env=cluster.environment() | {"PGCLIENTENCODING": "UTF8"},
        check=False,
    )
    assert done.returncode == 0, done.stderr + "\n" + text[:20000]


def read(url: str) -> Catalog:
    """Introspect all schemas of a database."""
    with psycopg.connect(url) as connection:
        return introspect(connection)


def scripted(url: str, catalog: Catalog) -> Catalog:
    """Create a catalog in a database and read back what is there."""
    load(url, render.script(catalog).text)
    return read(url)
