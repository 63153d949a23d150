"""What psql does with a script before the server sees it."""

from __future__ import annotations

import pytest

from designer_kernel.exchange.sql import import_sql, read_script
from designer_kernel.exchange.sql.psql import interpolated, sent
from designer_kernel.exchange.sql.splitting import split


@pytest.mark.parametrize(
    ("sql", "wanted"),
    [
        ("CREATE TABLE :t (a int)", "CREATE TABLE orders (a int)"),
        ('SELECT :\'t\', :"t", :"odd"', "SELECT 'orders', orders, \"Odd Name\""),
        ("SELECT ':t', \":t\", $$:t$$, $a$ :t $a$ -- :t", "SELECT ':t', \":t\", $$:t$$, $a$ :t $a$ -- :t"),
        ("SELECT a::t, /* :t */ b[1:t], :unknown", "SELECT a::t, /* :t */ b[1orders], :unknown"),
        ("SELECT :{?t}, :{?u}", "SELECT TRUE, FALSE"),
        ("SELECT :'quote', :\"long\"", "SELECT 'it''s', :\"long\""),
    ],
)
def test_variables_stand_where_psql_puts_them(sql, wanted):
    assert interpolated(sql, {"t": "orders", "odd": "Odd Name", "quote": "it's", "long": "x" * 99}) == wanted


def test_values_are_made_as_psql_makes_them():
    script = "\\set a 'it''s' \" \\set b :a two '\\n'\n\\set c `date`\nSELECT :b, :c;"
    pieces = sent(split("\\set a 'it''s'\n\\set b :a two '\\n'\n\\set c `date`\nSELECT :'b', :'c', :d;"))
    assert pieces[-1].sql == "SELECT 'it''stwo\n', :'c', :d"
    assert sent(split(script))


@pytest.mark.parametrize(
    ("script", "is_known"),
    [
        ("", True),
        ("\\getenv v HOME", False),
        ("\\prompt 'which one? ' v", False),
        ("\\set v `date`", False),
        ("\\set v `date`\n\\set v one", True),
        ("\\set v `date`\n\\unset v", True),
        ("\\set v :DBNAME", False),
        ("\\i other.sql", False),
        ("SELECT 1 AS v \\gset", False),
        ("SELECT 1 AS v;\n\\gset", False),
        ("SELECT 1 AS w \\gset", True),
        ("SELECT 1 AS v \\gset my_", True),
        ("SELECT s.v, lower(s.w) FROM s \\gset", False),
        ("SELECT * FROM s \\gset", False),
        ("SELECT * FROM s \\gset my_", True),
        ("\\set v 1\nSELECT * FROM s \\gset", False),
    ],
)
def test_what_nobody_here_can_tell_is_neither_set_nor_unset(script, is_known):
    last = sent(split(script + "\n\\if :{?v}\nSELECT 1;\n\\else\nSELECT 2;\n\\endif\n"))[-4:]
    unread = [piece for piece in last if "not met" in piece.unread]
    assert len(unread) == is_known


@pytest.mark.parametrize("name", ["SERVER_VERSION_NUM", "DBNAME", "USER", "ON_ERROR_STOP"])
def test_what_psql_itself_sets_is_not_taken_for_unset(name):
    script = f"\\unset {name}\n\\if :{{?{name}}}\nCREATE TABLE a (i int);\n\\endif"
    assert not any("not met" in piece.unread for piece in sent(split(script)))
    assert sent(split(f"\\set {name} 7\nSELECT :{name}"))[-1].sql == "SELECT 7"


def test_a_tab_parts_a_command_from_its_words(server):
    reading = read_script("\\set\tz\tt3\n\\if\ttrue\nCREATE TABLE :z (i int);\n\\endif", server=server)
    assert reading.failed == ()
    assert [key.path[-1] for key in reading.catalog if key.kind == "relation"] == ["t3"]


def test_a_variable_may_hold_several_statements(server):
    script = "\\set make 'CREATE TABLE a (i int); CREATE TABLE b (i int) ;'\n:make;\n\nCREATE TABLE c (i int);\n:none;"
    reading = read_script(script, server=server)
    assert {key.path[-1] for key in reading.catalog if key.kind == "relation"} == {"a", "b", "c"}
    assert [outcome.sql for outcome in reading.failed] == [":none"]
    again = read_script(reading.script(), server=server)
    assert set(again.catalog) == set(reading.catalog)
    assert [(o.line, o.state) for o in reading.outcomes[1:4]] == [(2, "ran"), (2, "ran"), (4, "ran")]


def test_a_mend_of_one_of_several_statements_keeps_the_others(server):
    script = "\\set make 'CREATE TABLE a (i int); CREATE TABLE b (i nonsense)'\n:make;"
    reading = read_script(script, server=server)
    mended = read_script(script, mends=[reading.failed[-1].mends[-1]], server=server)
    assert mended.failed == ()
    assert {key.path[-1] for key in mended.catalog if key.kind == "relation"} == {"a"}
    assert "CREATE TABLE a" in mended.script()


def test_variables_cannot_fill_the_memory():
    script = "\\set x 'aaaaaaaaaaaaaaaa'\n" + "\\set x :x:x\n" * 60 + "SELECT :'x';"
    assert len(sent(split(script))[-1].sql) < 200_000


@pytest.mark.parametrize(
    ("script", "tables"),
    [
        ("\\if true\nCREATE TABLE a (i int);\n\\else\nCREATE TABLE b (i int);\n\\endif", {"a"}),
        ("\\if 0\nCREATE TABLE a (i int);\n\\elif on\nCREATE TABLE b (i int);\n\\else\nSELECT 1;\n\\endif", {"b"}),
        ("\\set v off\n\\if :v\nCREATE TABLE a (i int);\n\\endif\nCREATE TABLE z (i int);", {"z"}),
        ("\\if :{?v}\n\\else\n\\set v new\n\\endif\nCREATE TABLE :v (i int);", {"new"}),
        ("\\if false\n\\if true\nCREATE TABLE a (i int);\n\\endif\n\\set v x\n\\else\nCREATE TABLE b (i int);\n\\endif",
         {"b"}),
        ("\\if :unknown\nCREATE TABLE a (i int);\n\\else\nCREATE TABLE b (i int);\n\\endif", {"a", "b"}),
    ],
)  # fmt: skip
def test_branches_are_those_that_psql_would_take(server, script, tables):
    reading = read_script(script, server=server)
    assert reading.failed == ()
    assert {key.path[-1] for key in reading.catalog if key.kind == "relation"} == tables
    told = {outcome.message for outcome in reading.outcomes}
    assert any("all branches are read" in message for message in told) == (tables == {"a", "b"})


def test_how_psql_works_is_no_loss(server):
    script = (
        "\\set ON_ERROR_STOP on\n\\echo 'hello'\n\\timing\n\\set s app\nCREATE SCHEMA :s; CREATE TABLE :s.t (i int);"
    )
    imported = import_sql(script, server=server)
    assert imported.losses.is_lossless
    assert {entity.name for entity in imported.design.entities} == {"t"}
    assert "CREATE TABLE app.t" in imported.reading.script()


def test_the_place_of_an_error_is_in_the_script_as_it_is_given(server):
    reading = read_script("\\set t orders\n\nCREATE TABLE :t (\n  a nonsense);", server=server)
    assert reading.failed[0].line == 3
    assert reading.failed[0].mends[-1].id == "leave-out:orders"
