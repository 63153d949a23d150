from __future__ import annotations

import re

import psycopg
import pytest

from designer_kernel.cli.outcome import Exit


def test_deploy_asks_first_and_may_be_told_not_to(designer, shop, database_url):
    ran = designer("deploy", shop, database_url)
    assert (ran.code, ran.out) == (Exit.REFUSED, "")
    assert "--yes" in ran.err
    with psycopg.connect(database_url) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
    deployed = designer("deploy", shop, database_url, "--yes", "--json").json
    assert any("relation public." in key for key in deployed["created"])
    assert designer("deploy", shop, database_url, "--yes", "--json").json["created"] == []


def test_a_server_that_is_not_there_has_its_own_exit_code(designer, shop):
    ran = designer("deploy", shop, "postgresql://me:secret@127.0.0.1:1/shop", "--yes")
    assert (ran.code, ran.out) == (Exit.SERVER, "")
    assert "mend:" in ran.err
    assert "secret" not in ran.err


def test_what_the_server_lacks_is_refused_and_can_be_left_out(designer, server, database_url):
    assert designer("new", "-t", "marketplace", "-o", "market.design.yaml").code == 0
    ran = designer("deploy", "market.design.yaml", database_url, "--yes")
    assert ran.code == Exit.REFUSED
    assert "pgcrypto" in ran.err
    ran = designer("deploy", "market.design.yaml", database_url, "--yes", "--allow-missing")
    assert ran.code == Exit.OK
    assert "left out" in ran.err


@pytest.fixture
def deployed(designer, shop, database_url):
    """The URL of a database that the blog is deployed to."""
    assert designer("deploy", shop, database_url, "--yes").code == 0
    return database_url


def test_fill_gives_the_rows_that_were_asked_for(designer, shop, deployed):
    ran = designer("fill", shop, deployed, "--rows", "authors=7", "--seed", "3", "--verify", "--json")
    assert ran.code == Exit.OK
    assert {table["table"]: table["rows"] for table in ran.json["tables"]}["public.authors"] == 7
    assert ran.json["violations"] == 0
    with psycopg.connect(deployed) as connection:
        assert connection.execute("SELECT count(*) FROM authors").fetchone() == (7,)


def test_the_same_seed_gives_the_same_rows(designer, shop, deployed):
    def rows():
        assert designer("fill", shop, deployed, "--rows", "authors=5", "--seed", "3", "--replace", "--yes").code == 0
        with psycopg.connect(deployed) as connection:
            return connection.execute("SELECT * FROM authors ORDER BY 1").fetchall()

    assert rows() == rows()


def test_the_end_of_the_sample_can_be_chosen(designer, shop, deployed):
    assert designer("fill", shop, deployed, "--until", "2020-03-01").code == 0
    with psycopg.connect(deployed) as connection:
        assert connection.execute("SELECT max(created_at) < '2020-03-01+00' FROM authors").fetchone() == (True,)
    assert designer("fill", shop, deployed, "--until", "someday").code == Exit.USAGE


@pytest.mark.parametrize("rows", ["authors", "authors=", "=3", "authors=-1", "authors=1.5", "authors=٣"])
def test_rows_that_are_no_number_are_usage_errors(designer, shop, rows):
    ran = designer("fill", shop, "nowhere", "--rows", rows)
    assert ran.code == Exit.USAGE
    assert "TABLE=N" in ran.err


def rows(url, table):
    with psycopg.connect(url) as connection:
        return connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]


def test_filling_what_is_not_deployed_says_how_to_deploy(designer, shop, database_url):
    ran = designer("fill", shop, database_url)
    assert (ran.code, ran.out) == (Exit.REFUSED, "")
    assert "nothing of this design is deployed" in ran.err
    assert "designer deploy FILE URL" in ran.err


def test_filling_again_speaks_the_language_of_the_shell(designer, shop, deployed):
    assert designer("fill", shop, deployed, "--rows", "authors=3").code == 0
    ran = designer("fill", shop, deployed, "--rows", "authors=3")
    assert ran.code == Exit.REFUSED
    assert "use --replace to empty" in ran.err
    assert "tables=" not in ran.err


def test_nothing_is_emptied_before_somebody_was_asked(designer, shop, deployed, monkeypatch):
    from designer_kernel.cli import fill

    assert designer("fill", shop, deployed, "--rows", "authors=3", "--replace").code == 0  # there is nothing to remove
    ran = designer("fill", shop, deployed, "--rows", "authors=5", "--replace")
    assert ran.code == Exit.REFUSED
    assert "3 of authors" in ran.err
    assert "--yes" in ran.err
    monkeypatch.setattr(fill, "_is_terminal", lambda: True)
    ran = designer("fill", shop, deployed, "--rows", "authors=5", "--replace", stdin="n\n")
    assert ran.code == Exit.CANCELLED
    assert "cancelled: nothing was changed" in ran.err
    assert "authors" in ran.err
    assert "3 rows" in ran.err
    assert rows(deployed, "authors") == 3
    assert designer("fill", shop, deployed, "--rows", "authors=5", "--replace", stdin="y\n").code == 0
    assert rows(deployed, "authors") == 5


def test_a_table_that_the_design_does_not_have_is_answered_with_what_was_meant(designer, shop):
    ran = designer("fill", shop, "nowhere", "--rows", "autors=3")
    assert ran.code == Exit.REFUSED
    assert "did you mean authors?" in ran.err


@pytest.mark.parametrize("url", ["postgresql:/me@h/shop", "h:5432", "localhost/shop"])
def test_a_slip_in_a_url_is_wrong_usage(designer, shop, url):
    ran = designer("deploy", shop, url, "--yes")
    assert ran.code == Exit.USAGE
    assert "neither the URL nor the plain name" in ran.err


def test_deploying_says_where_and_what_is_left_out(designer, database_url):
    assert designer("new", "-t", "marketplace", "-o", "market.design.yaml").code == 0
    refused = designer("deploy", "market.design.yaml", database_url, "--yes")
    assert re.match(r"target: test_\w+ \(embedded server\); up to \d+ statements of 'market'\n", refused.err)
    assert "or leave out what needs it: --allow-missing" in refused.err
    ran = designer("deploy", "market.design.yaml", database_url, "--yes", "--allow-missing")
    assert "extension pgcrypto" in ran.err
    assert ", which needs extension pgcrypto" in ran.err
