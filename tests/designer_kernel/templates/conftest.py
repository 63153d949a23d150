from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

from designer_kernel import templates
from designer_kernel.postgres import scratch
from designer_kernel.postgres.deploy import Deployment, deploy
from tests.conftest import older_version
from tests.designer_kernel.templates.marketplace_rows import insert_all

DATABASE = "test_marketplace_template"


def _on(url: str, database: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{database}"))


@pytest.fixture(scope="package")
def embedded_shop(server) -> Iterator[tuple[str, Deployment]]:
    """The marketplace with two tenants on the embedded server, as its URL and what deploying it said."""
    url = server.ensure_database(DATABASE)
    done = deploy(templates.load("marketplace"), url, allow_missing=True)
    with psycopg.connect(url) as connection:
        insert_all(connection)
    yield url, done
    server.drop_database(DATABASE)


@pytest.fixture(scope="package")
def older_shop(older_server) -> Iterator[tuple[str, Deployment]]:
    """The same on an older server, which has every extension."""
    if older_version(older_server) < 15:
        pytest.skip("the marketplace has views with security_invoker, which PostgreSQL has since 15")
    url = _on(older_server, DATABASE)
    with psycopg.connect(older_server, autocommit=True) as connection:
        scratch.create(connection, DATABASE)
        done = deploy(templates.load("marketplace"), url)
        with psycopg.connect(url) as shop:
            insert_all(shop)
        yield url, done
        scratch.drop(connection, DATABASE)


@pytest.fixture(params=["embedded", pytest.param("older", marks=pytest.mark.older)])
def shop_url(request) -> str:
    """The URL of the marketplace with two tenants, on both servers in turn. Tests leave it as it was."""
    return request.getfixturevalue(f"{request.param}_shop")[0]


@pytest.fixture
def shop(shop_url) -> Iterator[psycopg.Connection]:
    """A connection to it as superuser, in a transaction that is rolled back."""
    with psycopg.connect(shop_url) as connection:
        yield connection
        connection.rollback()
