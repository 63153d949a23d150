"""A URL is itself; a bare name is a database on the default server."""

from __future__ import annotations

import psycopg
import pytest

from designer_kernel.errors import InvalidIdentifier, ServerUnavailable, StatementFailed
from designer_kernel.postgres import target
from designer_kernel.postgres.connection import connect, parse, to_url
from designer_kernel.postgres.server import EmbeddedServer
from designer_kernel.postgres.target import MalformedTarget, OtherServer


def test_urls_are_themselves(database_url):
    assert target.resolve(database_url) == database_url
    assert target.resolve("postgres://u@h/db") == "postgresql://u@h/db"
    with pytest.raises(ServerUnavailable, match="not allowed"):
        target.resolve("postgresql://h/db?service=x")


def test_names_are_databases_of_the_embedded_server(server):
    name = "straße_7"
    try:
        url = target.resolve(name)
        with connect(url) as connection:
            assert connection.execute("SELECT current_database()").fetchone() == (name,)
        assert url == server.url(name)
    finally:
        server.drop_database(name)


def test_names_need_not_be_created(server):
    with pytest.raises(ServerUnavailable, match="does not exist"):
        connect(target.resolve("never_made", create=False))


@pytest.mark.parametrize("name", ["postgresql:/h/db", "postgresql//h/db", "h:5432", "a b", "shop?x", "shop.yaml", "-x"])
def test_a_slip_in_a_url_becomes_no_database(name):
    with pytest.raises(MalformedTarget, match="neither the URL nor the plain name"):
        target.resolve(name)


def test_a_slip_tells_no_password():
    with pytest.raises(MalformedTarget) as caught:
        target.resolve("postgresql:/me:secret@h/db")
    assert "secret" not in str(caught.value)


def test_databases_are_described_in_words(server):
    assert target.describe(target.resolve("shop", create=False)) == "shop (embedded server)"
    assert target.describe("postgresql://me:secret@h/db") == "postgresql://me:***@h/db"


@pytest.mark.parametrize("name", ["", "x" * 64, "host=h", "a\x00b"])
def test_names_that_no_database_can_have_are_refused(name):
    with pytest.raises(InvalidIdentifier):
        target.resolve(name)


def test_environment_names_another_server(database_url, monkeypatch, server):
    monkeypatch.setenv(target.ENVIRONMENT, database_url)
    assert isinstance(target.default_server(), OtherServer)
    try:
        with connect(target.resolve("elsewhere")) as connection:
            assert connection.execute("SELECT current_database()").fetchone() == ("elsewhere",)
        assert target.resolve("elsewhere") == target.resolve("elsewhere", create=False)
    finally:
        target.default_server().drop_database("elsewhere")
    monkeypatch.setenv(target.ENVIRONMENT, "nonsense")
    with pytest.raises(ServerUnavailable):
        target.default_server()


def test_embedded_server_is_kept_until_released(server):
    first = target.embedded_server()
    assert isinstance(first, EmbeddedServer)
    assert target.embedded_server() is first
    assert target.release() is False
    assert target.release() is False
    assert target.embedded_server() is not first


def test_other_server_keeps_its_parameters():
    other = OtherServer("postgresql://u:p%40ss@h:5/db?sslmode=require")
    assert other.url() == other.url("db") == "postgresql://u:p%40ss@h:5/db?sslmode=require"
    assert parse(other.url("x y"))["dbname"] == "x y"
    assert parse(other.url("x")) == parse(other.url()) | {"dbname": "x"}
    assert "p%40ss" not in repr(other)


def test_weak_roles_are_told_what_they_lack(database_url):
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE ROLE target_weak LOGIN")
        try:
            weak = to_url(parse(database_url) | {"user": "target_weak"})
            with pytest.raises(StatementFailed, match="permission denied") as caught:
                OtherServer(weak).ensure_database("never_made")
            assert "may create databases" in caught.value.mend
        finally:
            connection.execute("DROP ROLE target_weak")
