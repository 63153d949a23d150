"""What a script says of roles is in the loss report, but never a password."""

from __future__ import annotations

from designer_kernel.exchange.sql import import_sql
from designer_kernel.postgres.server import EmbeddedServer

SCRIPT = """
CREATE ROLE app LOGIN PASSWORD 'never to be seen' CREATEDB CONNECTION LIMIT 3 IN ROLE readers;
CREATE ROLE readers;
CREATE USER writer NOINHERIT ROLE helper;
CREATE ROLE helper NOLOGIN NOSUPERUSER;
ALTER ROLE helper WITH NOSUPERUSER INHERIT NOCREATEROLE LOGIN PASSWORD 'SCRAM-SHA-256$never';
GRANT readers TO writer, helper WITH ADMIN OPTION;
ALTER ROLE app IN DATABASE shop SET search_path = 'hidden path';
COMMENT ON ROLE readers IS 'reads';
ALTER USER postgres PASSWORD 'never too';
CREATE TABLE t (a int);
GRANT SELECT ON t TO readers;
"""


def test_what_is_said_of_roles_is_not_lost_in_silence(server: EmbeddedServer) -> None:
    imported = import_sql(SCRIPT)
    roles = {loss.object: loss for loss in imported.losses if loss.kind == "role"}
    assert {name: loss.outcome for name, loss in roles.items() if loss.outcome != "changed"} == {"postgres": "refused"}
    found = {
        name: loss.reason.partition("Not kept: ")[2].partition("; a password is never")[0]
        for name, loss in roles.items()
    }
    assert found == {
        "app": "LOGIN; its password; CREATEDB; CONNECTION LIMIT 3; member of readers; setting search_path",
        "readers": "its comment",
        "writer": "LOGIN; NOINHERIT; has the members helper; member of readers",
        "helper": "LOGIN; its password; member of readers",
        "postgres": "its password",
    }
    assert not any(
        "never" in str(loss.object) or "hidden" in str(loss) or "SCRAM" in str(loss) for loss in imported.losses
    )
    assert not any(loss.kind == "statement" for loss in imported.losses)
    assert "never to be seen" not in str(imported.reading.outcomes)


def test_a_role_that_is_only_a_name_is_kept(server: EmbeddedServer) -> None:
    imported = import_sql("CREATE ROLE app; CREATE TABLE t (a int); GRANT SELECT ON t TO app")
    assert [loss.outcome for loss in imported.losses if loss.kind == "role"] == ["kept"]
    assert imported.losses.is_lossless
