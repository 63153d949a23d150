"""What a design carries along, or an extension may provide, is there: rules do not call it missing."""

from __future__ import annotations

import psycopg

from designer_kernel import lint
from designer_kernel.design.lift import lift
from designer_kernel.postgres.introspect import introspect

SCRIPT = """
CREATE TYPE address AS (street text, zip text);
CREATE SEQUENCE numbers;
CREATE TABLE customers (id int PRIMARY KEY, home address);
CREATE VIEW last_number AS SELECT last_value FROM numbers;
"""


def _errors(url: str, script: str) -> list[str]:
    with psycopg.connect(url) as connection:
        connection.execute(script.encode())
        design = lift(introspect(connection)).design
    return [finding.message for finding in lint.check(design) if finding.severity == "error"]


def test_what_is_carried_along_is_known(database_url: str) -> None:
    assert _errors(database_url, SCRIPT) == []


def test_what_an_extension_may_provide_is_not_called_missing(database_url: str) -> None:
    script = "CREATE EXTENSION pg_buffercache; CREATE VIEW buffers AS SELECT bufferid FROM pg_buffercache;"
    assert _errors(database_url, f"{script} CREATE EXTENSION citext; CREATE TABLE t (id citext PRIMARY KEY)") == []
