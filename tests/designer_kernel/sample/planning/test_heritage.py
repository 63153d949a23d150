"""What columns have from tables above and partitions below: generated columns, NOT NULL of others or never checked."""

from __future__ import annotations

import pytest

from designer_kernel import sample
from tests.designer_kernel.sample.databases import ask, create

INHERITED = """
CREATE TABLE made (a integer, b integer GENERATED ALWAYS AS (a * 2) STORED);
CREATE TABLE same (a integer, b integer) INHERITS (made);
CREATE TABLE under (c integer) INHERITS (same);
CREATE TABLE parted (a integer NOT NULL, c date) PARTITION BY LIST (a);
CREATE TABLE one PARTITION OF parted FOR VALUES IN (1);
CREATE TABLE two PARTITION OF parted (c NOT NULL) FOR VALUES IN (2);
"""

NEVER_CHECKED = """
CREATE TABLE mother (e date, f date);
ALTER TABLE mother ADD CONSTRAINT own NOT NULL f NO INHERIT NOT VALID;
CREATE TABLE child (own integer) INHERITS (mother);
CREATE TABLE grandchild () INHERITS (child);
ALTER TABLE mother ADD CONSTRAINT later NOT NULL e NOT VALID;
"""


def test_inherited_expressions_are_not_sent_and_partitions_keep_their_own_not_null(database_url: str) -> None:
    create(database_url, INHERITED)
    sample.fill(database_url, rows={"same": 50, "under": 50, "parted": 200})
    assert ask(database_url, "SELECT count(*), bool_and(b IS NOT DISTINCT FROM a * 2) FROM same") == [(100, True)]
    assert ask(database_url, "SELECT count(DISTINCT a), count(*), count(c) FROM parted") == [(2, 200, 200)]


@pytest.mark.older
def test_the_same_on_an_older_server(older_url: str) -> None:
    test_inherited_expressions_are_not_sent_and_partitions_keep_their_own_not_null(older_url)


def test_not_null_that_was_never_checked_holds_for_new_rows(database_url: str) -> None:
    create(database_url, NEVER_CHECKED)
    sample.fill(database_url, rows={"mother": 100, "child": 200, "grandchild": 300})
    query = "SELECT count(*), count(e), count(f) FROM ONLY {}"
    assert ask(database_url, query.format("mother")) == [(100, 100, 100)]
    assert ask(database_url, query.format("grandchild"))[0][:2] == (300, 300)


def test_numbers_that_are_rounded_to_tens_keep_their_checks(database_url: str) -> None:
    create(database_url, "CREATE TABLE t (n numeric(10,-2) CHECK (n > 0), list numeric(4,-1)[])")
    sample.fill(database_url, rows={"t": 300})
    assert ask(database_url, "SELECT min(n) >= 100, count(DISTINCT n) > 5 FROM t") == [(True, True)]


def test_ranges_of_domains_stay_null_or_are_refused(database_url: str) -> None:
    create(
        database_url,
        """
        CREATE DOMAIN hour AS integer CHECK (VALUE BETWEEN 0 AND 24);
        CREATE TYPE hours AS RANGE (SUBTYPE = hour);
        CREATE TABLE t (id int PRIMARY KEY, open hours, many hourmultirange, list hours[]);
        """.replace("hourmultirange", "hours_multirange"),
    )
    done = sample.fill(database_url, rows={"t": 20})
    assert any(note.startswith("public.t.open stays NULL") for note in done.plan.notes)
    assert ask(database_url, "SELECT count(*), count(open) FROM t") == [(20, 0)]
