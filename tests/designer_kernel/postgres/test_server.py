"""The embedded server: shared, never stopped under another, and mended after a crash."""

from __future__ import annotations

import psycopg
import pytest


def test_database_is_fresh_and_empty(database_url):
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
        assert connection.info.server_version // 10000 == 18


@pytest.mark.older
def test_older_server_is_older(older_url):
    with psycopg.connect(older_url) as connection:
        assert 14 <= connection.info.server_version // 10000 < 18
