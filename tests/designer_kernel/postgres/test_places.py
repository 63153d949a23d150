"""A URL that stands for a database works where URLs work, tells nothing, and holds while its block runs."""

from __future__ import annotations

import traceback

import pytest

from designer_kernel import templates
from designer_kernel.errors import ServerUnavailable
from designer_kernel.postgres import connection, places, target
from designer_kernel.postgres.deploy import deploy

SECRET = "c4n4ry"


def test_what_takes_urls_takes_it(database_url: str) -> None:
    parameters = connection.parse(database_url)
    with places.place("Live DB!", parameters, lambda: None) as url:
        assert url.startswith("postgresql://live-db-")
        done = deploy(templates.load("blog"), url)
        assert parameters["dbname"] not in str(done.as_dict())
        assert target.describe(url) == "connection Live DB!"
        with connection.connect(url) as there:
            assert there.info.dbname == parameters["dbname"]
        with connection.connect(target.OtherServer(url).url("postgres")) as there:
            assert there.info.dbname == "postgres"
    assert deploy(templates.load("blog"), database_url).created == ()


def test_it_holds_while_the_block_runs(database_url: str) -> None:
    with places.place("live", connection.parse(database_url), lambda: None) as url:
        pass
    for work in (connection.connect, connection.parse, target.describe):
        with pytest.raises(ServerUnavailable, match="not open any more"):
            work(url)
    with pytest.raises(ServerUnavailable):
        connection.connect("postgresql://live-0123456789abcdef.connection.invalid/")


def test_errors_tell_nothing_of_it() -> None:
    given = {"host": "127.0.0.1", "port": "1", "user": f"user-{SECRET}", "dbname": f"db-{SECRET}"}
    with places.place("live", given, lambda: SECRET) as url:
        assert SECRET not in url
        assert "password" not in connection.parse(url)
        with pytest.raises(ServerUnavailable) as refused:
            connection.connect(url)
    assert (refused.value.what, refused.value.where) == ("no connection", "connection live")
    told = "".join(traceback.format_exception(refused.value)) + str(refused.value.as_dict())
    assert SECRET not in told
    assert "127.0.0.1" not in told
