"""User mappings of a script: options that the server shows only to the mapping's own role."""

from __future__ import annotations

import pytest

from designer_kernel.catalog.kinds.foreign_server import UserMapping
from designer_kernel.exchange.sql import import_sql, read_script
from designer_kernel.postgres.connection import connect, parse, to_url
from designer_kernel.postgres.introspect import introspect

SCRIPT = """
CREATE ROLE clerk;
CREATE ROLE "o'Neil";
CREATE EXTENSION postgres_fdw;
CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw;
CREATE USER MAPPING FOR clerk SERVER far OPTIONS ("user" 'u', password 'CANARY');
CREATE USER MAPPING FOR "o'Neil" SERVER far;
CREATE USER MAPPING FOR PUBLIC SERVER far OPTIONS ("user" 'everybody');
"""


def mappings(catalog):
    return {fact.role: fact for fact in catalog.values() if isinstance(fact, UserMapping)}


@pytest.mark.parametrize("owners", [False, True])
def test_options_of_other_roles_are_read(server, owners):
    script = SCRIPT + "CREATE ROLE boss; ALTER SERVER far OWNER TO boss;"
    found = mappings(read_script(script, server=server, owners=owners).catalog)
    assert found["clerk"].options == (("user", "u"),)
    assert found["clerk"].secrets == ("password",)
    assert found["o'Neil"].options == found["o'Neil"].secrets == ()
    assert found["public"].options == (("user", "everybody"),)


def test_altered_options_are_those_that_are_read(server):
    script = SCRIPT + "ALTER USER MAPPING FOR clerk SERVER far OPTIONS (SET \"user\" 'v');"
    assert mappings(read_script(script, server=server).catalog)["clerk"].options == (("user", "v"),)


def test_reading_the_options_leaves_no_right_behind(server):
    catalog = read_script(SCRIPT, server=server).catalog
    assert not [key for key, fact in catalog.items() if fact.kind == "grant"]


def test_the_report_names_the_secret(server):
    losses = import_sql(SCRIPT, server=server).losses
    reason = next(loss.reason for loss in losses if loss.kind == "user mapping" and "clerk" in loss.object)
    assert reason.endswith("never read: password")
    assert "CANARY" not in losses.to_frame().to_string()


def test_a_database_says_that_its_options_were_not_shown(database_url):
    with connect(database_url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION postgres_fdw; CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw")
        connection.execute("CREATE ROLE mapped_clerk; CREATE ROLE mapped_reader LOGIN PASSWORD 'x'")
        connection.execute("CREATE USER MAPPING FOR mapped_clerk SERVER far OPTIONS (\"user\" 'u')")
        try:
            url = to_url(parse(database_url) | {"user": "mapped_reader", "password": "x"})
            with connect(url) as reader:
                found = mappings(introspect(reader))["mapped_clerk"]
        finally:
            connection.execute("DROP SERVER far CASCADE; DROP ROLE mapped_clerk, mapped_reader")
    assert found.options == ()
    assert "every option" in found.secrets[0]
