"""What ``pg_dump`` is told: all of the way to a database, and its password where nobody reads it."""

from __future__ import annotations

import psycopg

from designer_kernel.migrate.judge import called, dump


def test_a_password_is_handed_over_unseen(database_url: str) -> None:
    with psycopg.connect(database_url, password="c4nary", autocommit=True) as connection:
        arguments, environment = called(connection.info)
        assert "c4nary" not in " ".join(arguments)
        assert environment["PGPASSWORD"] == "c4nary"
        assert "--no-password" in arguments
        connection.execute("CREATE TABLE kept (id integer)")
        assert any("CREATE TABLE public.kept" in entry for entry in dump(connection.info))
