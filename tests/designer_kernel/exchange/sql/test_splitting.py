"""Scripts are split as psql splits them, and one slip does not swallow what follows."""

from __future__ import annotations

import pytest

from designer_kernel.exchange.sql.splitting import row_count, split

ATOMIC = "create or replace function f() returns int begin atomic select 1; select case when true then 2 end; end"


def texts(script):
    return [piece.sql for piece in split(script)]


@pytest.mark.parametrize(
    ("script", "wanted"),
    [
        ("select 1; select 2", ["select 1", "select 2"]),
        (";; ;\n", []),
        ("-- nothing ; here\n/* nor ; /* nested ; */ here */", []),
        ("select 'a;b'; select 'it''s;'", ["select 'a;b'", "select 'it''s;'"]),
        (r"select E'a\';b'; select 2", [r"select E'a\';b'", "select 2"]),
        (r"select 'a\'; select 2", [r"select 'a\'", "select 2"]),
        ('select "a;b", U&"d\\0061;"; select 2', ['select "a;b", U&"d\\0061;"', "select 2"]),
        ("select $$;$$; select $a$ ; $$ ; $a$", ["select $$;$$", "select $a$ ; $$ ; $a$"]),
        ("select a$b; select $1", ["select a$b", "select $1"]),
        (
            "create rule r as on insert to t do (insert into a values (1); delete from b); select 1",
            ["create rule r as on insert to t do (insert into a values (1); delete from b)", "select 1"],
        ),
        (f"{ATOMIC}; select 3", [ATOMIC, "select 3"]),
        ("begin; select 1; end;", ["begin", "select 1", "end"]),
        ("select 1 -- end", ["select 1 -- end"]),
    ],
)
def test_statements_end_where_psql_ends_them(script, wanted):
    assert texts(script) == wanted


def test_places_are_lines_and_columns_from_one():
    piece = split("-- a comment\n\n  select 1;\n select\n 2")
    assert [(p.line, p.column) for p in piece] == [(3, 3), (4, 2)]


def test_rows_of_copy_are_skipped_and_counted():
    script = "COPY t (a, b) FROM stdin;\n1\t';\n2\t--\n\\.\n\nselect 1;\ncopy u from stdin;\n\\.\nselect 2;"
    pieces = split(script)
    assert [(p.sql, p.data_lines) for p in pieces] == [
        ("COPY t (a, b) FROM stdin", 2), ("select 1", 0), ("copy u from stdin", 0), ("select 2", 0),
    ]  # fmt: skip


def test_commands_of_psql_are_pieces_of_their_own():
    pieces = split("\\restrict aBc\n\\connect other\nselect 1 \\gexec\n\\echo 'it;s'\nselect 2\\g\n\\copy t from 'x'\n")
    assert [(p.kind, p.sql, p.sends) for p in pieces] == [
        ("meta", "\\restrict aBc", ""), ("meta", "\\connect other", ""), ("statement", "select 1", "gexec"),
        ("meta", "\\echo 'it;s'", ""), ("statement", "select 2", "g"), ("meta", "\\copy t from 'x'", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "broken",
    [
        "create table a (x text default 'oops);",
        'create table a ("x text);',
        "create table a (x text;",
        "create function f() returns int language sql as $$ select 1;",
    ],
)
def test_what_is_never_closed_does_not_swallow_the_rest(broken):
    script = f"{broken}\ncreate table b (y int);\ncreate table c (z int);\n"
    assert texts(script)[1:] == ["create table b (y int)", "create table c (z int)"]


def test_bodies_that_look_like_ends_are_whole():
    body = "create function f() returns void language plpgsql as $$ begin\n execute 'x';\n create table y (); end $$"
    assert texts(f"{body};\nselect 1;") == [body, "select 1"]


@pytest.mark.parametrize(
    ("insert", "rows"),
    [("(a) VALUES (1), (2)", 2), ("VALUES ('),(', f(1, (2)))", 1), ("SELECT 1", 0), ("VALUES (1) RETURNING (a)", 1)],
)
def test_rows_of_insert(insert, rows):
    assert row_count(insert) == rows
