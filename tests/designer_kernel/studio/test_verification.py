from __future__ import annotations

import psycopg
import pytest

from designer_kernel.errors import DesignerError
from designer_kernel.studio.deployed import counted
from designer_kernel.studio.verification import row_counts, verify

TABLES = """
CREATE TABLE parents (a int, b int, name text NOT NULL UNIQUE, PRIMARY KEY (a, b));
CREATE TABLE children (
    id int PRIMARY KEY, a int, b int, amount int, "odd ""name" text,
    CONSTRAINT parent FOREIGN KEY (a, b) REFERENCES parents,
    CONSTRAINT whole FOREIGN KEY (a, b) REFERENCES parents MATCH FULL,
    CONSTRAINT positive CHECK (amount > 0 AND 'a{b}%' <> ''),
    CONSTRAINT apart EXCLUDE USING btree (amount WITH =)
);
CREATE TABLE events (id int, at date, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
CREATE TABLE events_2026 PARTITION OF events FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO parents VALUES (1, 1, 'x'), (2, 2, 'y');
INSERT INTO children VALUES (1, 1, 1, 10), (2, NULL, NULL, 20), (3, 2, 2, NULL);
INSERT INTO events SELECT g, '2026-05-01' FROM generate_series(1, 7) g;
"""


@pytest.fixture
def url(database_url):
    with psycopg.connect(database_url) as connection:
        connection.execute(TABLES)
    return database_url


def broken(frame):
    return {f"{r.table}.{r.constraint or r.kind}": r.violations for r in frame.itertuples() if r.violations}


def test_every_constraint_holds_on_good_rows(url):
    frame = verify(url)
    assert frame["holds"].all()
    assert set(frame["kind"]) == {"not null", "primary key", "unique", "check", "foreign key", "exclusion"}
    assert dict(zip(frame["table"], frame["rows"], strict=True)) == {"children": 3, "events": 7, "parents": 2}


def test_rows_that_came_in_around_the_constraints_are_counted(url):
    with psycopg.connect(url) as connection:
        connection.execute("SET session_replication_role = replica")  # foreign keys are not asked
        connection.execute("INSERT INTO children VALUES (4, 9, 9, 30), (5, 1, NULL, 40)")
        connection.execute("ALTER TABLE children DROP CONSTRAINT positive")
        connection.execute("INSERT INTO children VALUES (6, 1, 1, -1)")
        connection.execute("ALTER TABLE children ADD CONSTRAINT positive CHECK (amount > 0) NOT VALID")
    assert broken(verify(url)) == {"children.parent": 1, "children.whole": 2, "children.positive": 1}


def test_progress_comes_to_its_end(url):
    steps = []
    verify(url, progress=lambda done, total, label: steps.append((done, total)))
    assert steps[-1][0] == steps[-1][1] > 5
    assert [done for done, _total in steps] == sorted(done for done, _total in steps)


def test_rows_are_counted_with_their_size_and_partitions_with_their_parent(url):
    counts = row_counts(url).set_index("table")
    assert counts["rows"].to_dict() == {"children": 3, "events": 7, "parents": 2}
    assert (counts["bytes"] > 0).all()


def test_a_role_that_sees_a_part_of_the_rows_proves_nothing(url):
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS blinkered")
        connection.execute("CREATE ROLE blinkered LOGIN")
        try:
            connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO blinkered")
            connection.execute("ALTER TABLE parents ENABLE ROW LEVEL SECURITY")
            with pytest.raises(DesignerError, match="row-level security") as caught:
                verify(url.replace("postgres@", "blinkered@", 1))
            assert caught.value.mend
            with pytest.raises(DesignerError, match="row-level security") as caught:
                counted(url.replace("postgres@", "blinkered@", 1), [("public", "parents")])
            assert caught.value.where == "public.parents"
        finally:
            connection.execute("DROP OWNED BY blinkered")
            connection.execute("DROP ROLE blinkered")


def test_an_empty_database_has_nothing_to_break(database_url):
    assert verify(database_url).empty
    assert row_counts(database_url).empty
