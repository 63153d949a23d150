from __future__ import annotations

import psycopg
import pytest

from designer_kernel import sample
from designer_kernel.cli.outcome import Exit
from designer_kernel.errors import StatementFailed


def lose_connection(done, total, label):
    if label == "statistics":
        raise psycopg.OperationalError("the server went away")


def test_a_fill_under_way_is_gone_on_with_undone_and_listed(designer, shop, database_url):
    assert designer("fills", shop).out == ""
    assert designer("deploy", shop, database_url, "--yes").code == 0
    for word in ("--resume", "--abandon"):
        with pytest.raises(StatementFailed):
            sample.fill(database_url, mode="replace", resumable=True, scale=0.1, progress=lose_connection)
        ran = designer("fill", shop, database_url, "--seed", "9")
        assert ran.code == Exit.REFUSED
        assert "another fill is under way" in ran.err
        ran = designer("fill", shop, database_url, word, "--json")
        assert ran.code == Exit.OK, ran.err
        assert sample.under_way(database_url) is None
    jobs = designer("fills", shop, "--json").json
    assert [job["status"] for job in jobs] == ["failed", "completed", "failed", "cancelled"]
    assert "another fill is under way" in designer("fills", shop).out


def test_a_cluster_that_is_not_there_is_told(designer, shop):
    ran = designer("fill", shop, "shop", "--scheduler", "carrier-pigeon://127.0.0.1:1")
    assert ran.code != Exit.OK
    assert "scheduler" in ran.err
