"""What a script holds beside its definitions, or hides in a quote, is said."""

from __future__ import annotations

import pytest

from designer_kernel.exchange.sql import import_sql


def reasons(script, server):
    return {loss.object: loss.reason for loss in import_sql(script, server=server).losses.of("refused")}


@pytest.mark.parametrize(
    "statement",
    [
        "\\copy parent from 'x.csv'\n",
        "\\copy parent (id) from 'x.csv' csv header\n",
        "COPY parent FROM 'x.csv';",
        "COPY parent (id) FROM 'x.csv' WITH (FORMAT csv);",
    ],
)
def test_rows_in_another_file_are_named(server, statement):
    said = reasons(f"CREATE TABLE parent (id int);\n{statement}", server)
    assert [reason for reason in said.values() if "the rows of parent are in 'x.csv'" in reason]


def test_rows_behind_psqls_copy_are_counted(server):
    said = reasons('CREATE TABLE "My T" (id int);\n\\copy "My T" from stdin\n1\n2\n\\.\n', server)
    assert said["My T"].startswith("2 rows were skipped")


@pytest.mark.parametrize("command", ["\\copy (SELECT 1) to 'z.csv'", "\\copy parent to 'z.csv'", "\\copy"])
def test_what_copies_out_only_reads(server, command):
    said = reasons(f"CREATE TABLE parent (id int);\n{command}\n", server)
    assert list(said) == ["1 statement (line 2)"]


def test_a_quote_that_is_never_closed_does_not_swallow_what_follows(server):
    script = """
CREATE TABLE d (id text DEFAULT 'oh);

--
-- Name: e; Type: TABLE
--

CREATE TABLE e (id int);
REVOKE ALL ON TABLE e FROM PUBLIC;
"""
    imported = import_sql(script, server=server)
    assert [entity.name for entity in imported.design.entities] == ["e"]
    assert len(imported.reading.failed) == 1


def test_it_is_said_what_a_quote_has_swallowed(server):
    script = "CREATE TABLE a (id int);\nCREATE TABLE d (id text DEFAULT 'oh)\n\nCREATE TABLE e (id int)\n"
    reason = reasons(script, server)["CREATE TABLE d"]
    assert "nothing after line 2 was read, up to line 4: 2 lines, where CREATE TABLE e began" in reason
