"""What tests of migrations do with real servers: the shop, altered at will, and copies of it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

import psycopg

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.render import SEARCH_PATH
from designer_kernel.migrate.steps import Step
from designer_kernel.postgres.introspect import introspect
from tests.designer_kernel.catalog.databases import FreshUrl, load

SHOP = (Path(__file__).parent / "shop.sql").read_text()
ALTERATIONS = tuple((Path(__file__).parent / "alterations.sql").read_text().splitlines()[1:])


def shop(fresh: FreshUrl, alterations: Iterable[str] = ()) -> tuple[str, int]:
    """Return the URL of a new shop, and how many of the alterations were made to it."""
    url, made = fresh(), 0
    load(url, SHOP)
    with psycopg.connect(url, autocommit=True) as connection:
        for alteration in alterations:
            with suppress(psycopg.Error):  # another one took away what it is about, or the server is too old
                connection.execute(alteration.encode())
                made += 1
    return url, made


def read(url: str) -> Catalog:
    """Introspect a database without its owners, which a shadow cannot have."""
    with psycopg.connect(url) as connection:
        return introspect(connection)


def version(url: str) -> int:
    """Return the major version of a server."""
    with psycopg.connect(url) as connection:
        return connection.info.server_version // 10000


def migrate(url: str, steps: Iterable[Step]) -> Catalog:
    """Run steps in a database, and return what it holds then."""
    with psycopg.connect(url) as connection:
        connection.execute(f"SET search_path = {', '.join(SEARCH_PATH)}".encode())
        connection.execute("SET check_function_bodies = off")
        for step in steps:
            for sql in step.statements:
                connection.execute(sql.encode())
    return read(url)
