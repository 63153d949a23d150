"""SQL that people type can do nothing but be the one expression, query or type that was asked for."""

from __future__ import annotations

import time

import postgast
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql

from designer_kernel.catalog import sqltext
from designer_kernel.errors import InvalidSql

INJECTIONS = (
    "a>0), add column x int, add check (true",
    "a > 0); DROP TABLE t; --",
    "a > 0; DROP TABLE t",
    "a > 0) NOT VALID; SELECT (1",
    "a > 0 /* ) */); SELECT (1",
    "a > 0 -- )\n); SELECT (1",
    "true)) ; CREATE TABLE pwned (); ALTER TABLE t ADD CHECK ((true",
    "'; DROP TABLE t; --",
    "$$; DROP TABLE t; $$; $$",
    "$a$ $b$ $a$; DROP TABLE t; --",
    "E'\\'; DROP TABLE t; --'; DROP TABLE t; --",
    "U&'\\0027'; DROP TABLE t; --",
    'U&"a\\0022" int); DROP TABLE t; --',
    "1 FROM t",
    "1 WHERE true",
    "1 UNION SELECT 2",
    "1 INTO pwned",
    "1 LIMIT 1",
    "1 FOR UPDATE",
    "DISTINCT 1",
    "1, 2",
    "1 AS name",
    "1 name",
    "*",
    "t.*",
    "(t).*",
    "DEFAULT",
    "$1",
    "",
    " \n\t ",
    "-- only a comment",
    "/* only a comment */",
    "/* unfinished",
    "'unfinished",
    '"unfinished',
    "$$unfinished",
    ")(",
    "((",
    "a b c",
    "(WITH gone AS (DELETE FROM t RETURNING 1) SELECT 1 FROM gone)",
    "(INSERT INTO t VALUES (1))",
    "a > 0\x00",
    "\ud800",
    "\\; DROP TABLE t",
    "\\! touch pwned",
    ":variable",
)


@pytest.mark.parametrize("text", INJECTIONS, ids=ascii)
def test_what_is_no_single_expression_is_refused(text: str) -> None:
    with pytest.raises(InvalidSql) as caught:
        sqltext.expression(text, "t.c")
    assert caught.value.where == "t.c"
    assert caught.value.mend


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("a>0", "a > 0"),
        ("a > 0 -- and a comment", "a > 0"),
        ("a /* ); DROP TABLE t; -- */ > 0", "a > 0"),
        ("  'it''s'  ", "'it''s'"),
        ("U&'\\0061\\0027'", "'a'''"),
        ("$x$; DROP TABLE t; --$x$", "'; DROP TABLE t; --'"),
        ("E'\\x27'", "''''"),
        ('"A b" + 1', '"A b" + 1'),
        ("now()", "now()"),
        ("(SELECT 1)", "(SELECT 1)"),
        ("sum(x) OVER (PARTITION BY y)", "sum(x) OVER (PARTITION BY y)"),
    ],
    ids=ascii,
)
def test_only_what_the_parser_understood_is_emitted(text: str, canonical: str) -> None:
    assert sqltext.expression(text) == canonical
    assert sqltext.expression(canonical) == canonical


@pytest.mark.parametrize(
    "text",
    [
        "SELECT 1; SELECT 2",
        "DELETE FROM t",
        "SELECT 1 INTO t",
        "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x",
        "WITH x AS (INSERT INTO t VALUES (1) RETURNING *) SELECT * FROM x",
        "SELECT * FROM t FOR UPDATE",
        "SELECT $1",
        "CREATE TABLE t ()",
        "COPY t TO PROGRAM 'touch pwned'",
        "",
    ],
)
def test_a_query_only_reads(text: str) -> None:
    with pytest.raises(InvalidSql):
        sqltext.query(text)


def test_a_query_is_given_back_in_one_line() -> None:
    assert sqltext.query("select a -- x\nfrom t;") == "SELECT a FROM t"


@pytest.mark.parametrize(
    "text", ["int); DROP TABLE t; --", "int, x int", "int DEFAULT 1", "int NOT NULL", "1", "int FROM t", "int AS a", ""]
)
def test_what_is_no_type_is_refused(text: str) -> None:
    with pytest.raises(InvalidSql):
        sqltext.type_name(text)


def test_a_statement_is_of_the_kind_asked_for() -> None:
    definition = "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1'"
    assert sqltext.statement(definition, "create_function_stmt").startswith("CREATE FUNCTION f()")
    for bad in (f"{definition}; DROP TABLE t", "DROP TABLE t", "CREATE TABLE t ()"):
        with pytest.raises(InvalidSql):
            sqltext.statement(bad, "create_function_stmt")


DEEP = {
    "brackets": ("(" * 100_000) + "1",
    "balanced brackets": "(" * 20_000 + "1" + ")" * 20_000,
    "arrays": "ARRAY[" * 5_000 + "1" + "]" * 5_000,
    "operators": "1" + "+1" * 24_000,
    "casts": "a" + "::int" * 9_000,
    "postfix": "a" + " ISNULL" * 7_000,
    "prefix": "NOT " * 12_000 + "a",
    "minus": "- " * 24_000 + "1",
    "case": "CASE WHEN " * 3_000 + "a" + " THEN 1 END" * 3_000,
    "comments": "/*" * 24_000,
    "subqueries": "(SELECT " * 400 + "1" + ")" * 400,
    "unions": "(SELECT 1" + " UNION SELECT 1" * 3_000 + ")",
    "quotes": "'" * 49_001,
    "dollars": "$a$" * 16_000 + "$a",
    "length": "a" * 1_000_000,
}


@pytest.mark.parametrize("text", DEEP.values(), ids=DEEP)
def test_deep_and_long_text_is_refused_at_once(text: str) -> None:
    started = time.perf_counter()
    with pytest.raises(InvalidSql):
        sqltext.expression(text)
    assert time.perf_counter() - started < 1.0


def test_a_long_flat_query_is_read() -> None:
    columns = ", ".join(f"column_{n}" for n in range(1_500))
    assert sqltext.query(f"SELECT {columns} FROM t").endswith("FROM t")


@pytest.mark.parametrize(
    "text",
    [
        'SELECT sum(a) OVER "w w" FROM b WINDOW "w w" AS (PARTITION BY a)',
        'CREATE FUNCTION f("a b" int, OUT "c""d" text, "select" int DEFAULT 1) RETURNS text LANGUAGE sql AS \'x\'',
        "CREATE FUNCTION f(\"a int) RETURNS int AS ''; DROP TABLE t; --\" int) RETURNS int LANGUAGE sql AS ''",
        'CREATE FUNCTION f() RETURNS TABLE ("a b" int) LANGUAGE "we ird" AS \'x\'',
    ],
)
def test_names_are_quoted_where_the_deparser_forgets_it(text: str) -> None:
    tree = postgast.parse(text)
    written = sqltext.deparse(tree)
    assert sqltext.same_tree(postgast.parse(written), tree)


def test_a_text_that_would_change_its_meaning_is_not_written() -> None:
    tree = postgast.parse("SELECT 1")
    tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val.a_const.ival.ival = -1  # no parser gives this
    tree.stmts[0].stmt.select_stmt.target_list[0].res_target.name = "a\x00b"
    with pytest.raises(InvalidSql):
        sqltext.deparse(tree)


EXPRESSIONS = st.recursive(
    st.sampled_from(
        ["a", "b", '"C d"', "1", "1.5", "'it''s'", "NULL", "true", "$$x$$", "E'\\n'", "U&'\\0061'", "now()"]
    ),
    lambda inner: st.one_of(
        st.tuples(
            inner, st.sampled_from([" + ", " = ", " AND ", " || ", " IS DISTINCT FROM ", " ->> ", " ~ "]), inner
        ).map("".join),
        inner.map("({})".format),
        inner.map("({})::text".format),
        inner.map("NOT ({})".format),
        inner.map("coalesce({}, 'x')".format),
        inner.map("CASE WHEN {} THEN 1 END".format),
        inner.map("ARRAY[{}]".format),
        inner.map("(SELECT {})".format),
        inner.map("-- c\n{} /* d */".format),
    ),
    max_leaves=6,
)


@given(EXPRESSIONS)
def test_the_canonical_form_is_stable_and_means_the_same(text: str) -> None:
    try:
        canonical = sqltext.expression(text)
    except InvalidSql:
        return  # not every combination of operators is grammar
    assert sqltext.expression(canonical) == canonical
    assert sqltext.same_tree(postgast.parse(f"SELECT {text}"), postgast.parse(f"SELECT {canonical}"))


@given(st.text(alphabet="ab01()[]'\"$;,-/*\\:.=> \n", max_size=40))
def test_no_text_breaks_out_of_its_brackets(text: str) -> None:
    try:
        canonical = sqltext.expression(text)
    except InvalidSql:
        return
    tree = postgast.parse(f"ALTER TABLE t ADD CONSTRAINT c CHECK ({canonical})")
    assert len(tree.stmts) == 1
    assert len(tree.stmts[0].stmt.alter_table_stmt.cmds) == 1


def test_the_server_agrees_that_an_injection_would_have_worked(database_url: str) -> None:
    payload = INJECTIONS[0]
    with psycopg.connect(database_url) as connection:
        connection.execute("CREATE TABLE t (a int)")
        careless = sql.SQL("ALTER TABLE t ADD CHECK (" + payload + ")")  # what we never do
        connection.execute(careless)
        columns = connection.execute("SELECT attname FROM pg_attribute WHERE attrelid = 't'::regclass AND attnum > 0")
        assert [name for (name,) in columns] == ["a", "x"]
    with pytest.raises(InvalidSql):
        sqltext.expression(payload)
