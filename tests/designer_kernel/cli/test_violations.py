"""``designer violations`` names the constraints that do not do what they say, and ends accordingly."""

from __future__ import annotations

import psycopg

from designer_kernel.cli.outcome import Exit


def test_a_design_without_mistakes_ends_well(designer, shop):
    ran = designer("violations", shop, "--json")
    assert ran.code == (Exit.REFUSED if any(f["verdict"].startswith("accepts") for f in ran.json["findings"]) else 0)
    assert {f["kind"] for f in ran.json["findings"]} >= {"not null", "primary key"}
    assert all(f["refused_statement"].startswith("INSERT") for f in ran.json["findings"] if f["verdict"] == "works")


def test_a_database_with_a_mistake_is_told_apart(designer, shop, database_url):
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE t (id int PRIMARY KEY, s text NOT NULL CHECK (s <> 'a' OR s <> 'b'))")
    ran = designer("violations", shop, "--url", database_url, "--table", "t")
    assert ran.code == Exit.REFUSED
    assert "AND is meant" in ran.out
    assert "1 constraint does something else than it says" in ran.err
