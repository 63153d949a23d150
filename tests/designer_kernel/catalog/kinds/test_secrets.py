"""Passwords in a database stay there: neither the catalog nor the script holds one, and both say that there is one."""

from __future__ import annotations

import psycopg
import pytest

from designer_kernel.catalog import canonical, render
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.foreign_server import ForeignServer, UserMapping
from designer_kernel.catalog.kinds.subscription import Subscription
from designer_kernel.catalog.secrets import without_password
from tests.designer_kernel.catalog.databases import FreshUrl, load
from tests.designer_kernel.catalog.proof import prove, read_all

SERVER = "CREATE FOREIGN DATA WRAPPER w; CREATE SERVER s FOREIGN DATA WRAPPER w"
DROP = """
    DO $$
    DECLARE found name;
    BEGIN
        FOR found IN SELECT subname FROM pg_subscription
                     WHERE subdbid = (SELECT oid FROM pg_database WHERE datname = current_database()) LOOP
            EXECUTE format('ALTER SUBSCRIPTION %I SET (slot_name = NONE)', found);
            EXECUTE format('DROP SUBSCRIPTION %I', found);
        END LOOP;
    END $$
"""


def texts(catalog: Catalog) -> str:
    return canonical.to_json(catalog) + render.script(catalog).text


@pytest.mark.parametrize("option", ["password", "sslpassword", "Password", "api_key", "auth_token", "client_secret"])
def test_secrets_of_user_mappings_are_not_read(fresh_url: FreshUrl, option: str) -> None:
    url = fresh_url()
    load(url, f"""{SERVER}; CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'me', "{option}" 'hunter2')""")
    catalog = read_all(url)
    (mapping,) = catalog.of(UserMapping)
    assert mapping.options == (("user", "me"),)
    assert mapping.secrets == (option,)
    assert "hunter2" not in texts(catalog)


def test_secrets_of_servers_are_not_read(fresh_url: FreshUrl) -> None:
    url = fresh_url()
    load(url, f"{SERVER} OPTIONS (host 'h', password 'hunter2')")
    catalog = read_all(url)
    (server,) = catalog.of(ForeignServer)
    assert (server.options, server.secrets) == ((("host", "h"),), ("password",))
    assert "hunter2" not in texts(catalog)


def test_a_mapping_with_a_secret_is_rebuilt_without_it(fresh_url: FreshUrl) -> None:
    first, second = fresh_url(), fresh_url()
    load(first, f"{SERVER}; CREATE USER MAPPING FOR PUBLIC SERVER s OPTIONS (user 'me', password 'x')")
    load(second, render.script(read_all(first)).text)
    (mapping,) = read_all(second).of(UserMapping)
    assert (mapping.options, mapping.secrets) == ((("user", "me"),), ())


@pytest.mark.parametrize(
    ("connection", "public"),
    [
        ("host=h password=x dbname=d", "host=h dbname=d"),
        ("password = 'a b \\' c' host=h", "host=h"),
        ("password=a\\ b host=h", "host=h"),
        ("host=h sslpassword=x", "host=h"),
        ("host=h user=password", "host=h user=password"),
        ("host=h application_name='no password=here'", "host=h application_name='no password=here'"),
        ("postgresql://me:x@h/d", "postgresql://me@h/d"),
        ("postgres://me:x@h/d?sslmode=require&password=y", "postgres://me@h/d?sslmode=require"),
        ("postgresql://h/d?password=y&sslmode=require", "postgresql://h/d?sslmode=require"),
        ("postgresql://h/d?password=y", "postgresql://h/d"),
        ("postgresql://me:a@b@h/d", "postgresql://me@h/d"),
        ("postgresql://me:a?b@h/d", "postgresql://me@h/d"),
        ("postgresql://me:x@h?application_name=a@b", "postgresql://me@h?application_name=a@b"),
        ("postgresql://h/d?pass%77ord=y&sslmode=require", "postgresql://h/d?sslmode=require"),
        ("", ""),
    ],
)
def test_connections_are_told_without_their_passwords(connection: str, public: str) -> None:
    assert without_password(connection) == public


@pytest.fixture
def without_subscriptions(fresh_url: FreshUrl):
    """Gives URLs of databases whose subscriptions are dropped at the end, since they would keep them from going."""
    made: list[str] = []

    def give() -> str:
        made.append(fresh_url())
        return made[-1]

    yield give
    for url in made:
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(DROP)


def test_subscriptions_are_kept_with_every_option(without_subscriptions: FreshUrl) -> None:
    catalog = prove(
        """
        CREATE SUBSCRIPTION plain CONNECTION 'host=h dbname=d' PUBLICATION p WITH (connect = false);
        CREATE SUBSCRIPTION "Od.d" CONNECTION 'host=h application_name=''it\\''s < & > "x"'' dbname=\u20ac'
            PUBLICATION "P.1", p2 WITH (connect = false, slot_name = 'another');
        CREATE SUBSCRIPTION slotless CONNECTION '' PUBLICATION p WITH (connect = false, slot_name = NONE);
        CREATE SUBSCRIPTION every CONNECTION 'host=h' PUBLICATION p WITH (connect = false, binary, streaming = on,
            synchronous_commit = 'remote_apply', two_phase, disable_on_error, password_required = false,
            run_as_owner, origin = none, failover);
        CREATE SUBSCRIPTION unstreamed CONNECTION 'host=h' PUBLICATION p WITH (connect = false, streaming = off);
        CREATE SUBSCRIPTION parallel CONNECTION 'host=h' PUBLICATION p WITH (connect = false, streaming = parallel);
        COMMENT ON SUBSCRIPTION plain IS 'plain';
        """,
        without_subscriptions,
    )
    found = {subscription.name: subscription for subscription in catalog.of(Subscription)}
    assert found["Od.d"].publications == ("P.1", "p2")
    assert found["Od.d"].connection == "host=h application_name='it\\'s < & > \"x\"' dbname=\u20ac"
    assert dict(found["every"].options) == {
        "binary": "true", "synchronous_commit": "'remote_apply'", "two_phase": "on", "disable_on_error": "true",
        "password_required": "false", "run_as_owner": "true", "origin": "'none'", "streaming": "on",
        "failover": "true",
    }  # fmt: skip


def test_the_password_of_a_subscription_is_not_told(without_subscriptions: FreshUrl) -> None:
    url = without_subscriptions()
    load(url, "CREATE SUBSCRIPTION s CONNECTION 'host=h password=hunter2' PUBLICATION p WITH (connect = false)")
    catalog = read_all(url)
    (subscription,) = catalog.of(Subscription)
    assert (subscription.connection, subscription.has_secret) == ("host=h", True)
    assert "hunter2" not in texts(catalog)


def test_who_may_not_see_connections_can_still_read_the_rest(without_subscriptions: FreshUrl) -> None:
    url = without_subscriptions()
    load(url, "CREATE SUBSCRIPTION s CONNECTION 'host=h' PUBLICATION p WITH (connect = false)")
    with psycopg.connect(url) as connection:
        connection.execute("SET ROLE pg_monitor")
        rows = connection.execute(Subscription.introspection(connection.info.server_version // 10000), {}).fetchall()
    (subscription,) = (Subscription.from_row(row[3:]) for row in rows)
    assert (subscription.name, subscription.connection) == ("s", "")
