"""The parts of SQL text are written so that they read back."""

from __future__ import annotations

import postgast
import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.spelling import (
    bracketed,
    closing,
    default_value,
    dollar_quote,
    in_parentheses,
    index_element,
    index_expressions,
    names,
    outside_brackets,
    split_list,
)
from designer_kernel.errors import InvalidSql

TEXT = st.text(st.characters(blacklist_categories=["Cs"], blacklist_characters="\x00"), max_size=60)
DOLLARS = st.text(alphabet="$bodyx1 ", max_size=30)


def _value(sql: str) -> str:
    tree = postgast.parse(f"SELECT {sql}")
    return tree.stmts[0].stmt.select_stmt.target_list[0].res_target.val.a_const.sval.sval


@given(TEXT | DOLLARS)
def test_dollar_quotes_read_back(text: str) -> None:
    assert _value(dollar_quote(text)) == text


@given(TEXT | st.text(alphabet="'\\$E;-", max_size=20))
def test_literals_read_back(text: str) -> None:
    assert _value(literal(text)) == text


def test_literals_read_back_under_either_setting(database_url: str) -> None:
    texts = ["it's", "back\\slash", "\\'", "\\", "'", "", "ü\n☃"]
    with psycopg.connect(database_url) as connection:
        for setting in ("on", "off"):
            connection.execute("SELECT set_config('standard_conforming_strings', %s, false)", [setting])
            for text in texts:
                assert connection.execute(f"SELECT {literal(text)}").fetchone() == (text,)


@pytest.mark.parametrize("text", ["a\x00b", "\udfff"], ids=ascii)
def test_what_cannot_be_stored_is_refused(text: str) -> None:
    with pytest.raises(InvalidSql):
        literal(text)
    with pytest.raises(InvalidSql):
        dollar_quote(text)


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        ("a > 0", "(a > 0)"),
        ("(a > 0)", "(a > 0)"),
        ("(a) + (b)", "((a) + (b))"),
        ("(SELECT true)", "((SELECT true))"),
        ("( select 1)", "(( select 1))"),
        ("(VALUES (1))", "((VALUES (1)))"),
        ("(a, b)", "((a, b))"),
        ("(a = ')')", "(a = ')')"),
        ("(')') = (a)", "((')') = (a))"),
        ('(a = ")")', '(a = ")")'),
        ("f(a)", "(f(a))"),
    ],
)
def test_brackets_are_added_once(expression: str, written: str) -> None:
    assert in_parentheses(expression) == written
    postgast.parse(f"ALTER TABLE t ADD CHECK {written}")


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("", ()),
        ("a", ("a",)),
        ("a, b DESC", ("a", "b DESC")),
        ("f(a, b), c", ("f(a, b)", "c")),
        ("'a, b', c", ("'a, b'", "c")),
        ("\"a, b\", $$c, d$$, $x$,$x$, E'\\',', arr[1,2]", ('"a, b"', "$$c, d$$", "$x$,$x$", "E'\\','", "arr[1,2]")),
    ],
)
def test_lists_are_split_at_their_own_commas(text: str, items: tuple[str, ...]) -> None:
    assert split_list(text) == items


def test_words_are_found_outside_brackets_and_quotes() -> None:
    text = """CREATE INDEX " USING x" ON t USING gin (" USING y")"""
    assert text[outside_brackets(text, " USING ") :].startswith(" USING gin")
    assert outside_brackets("(a WHEN b)", " WHEN ") == -1
    assert outside_brackets("'a WHEN b' WHEN (c", " WHEN (") == 10
    assert closing("f(a, ')', (b))", 1) == 13
    assert closing("(a", 0) == -1


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("ON t (a, b DESC) WHERE (a > 0)", ("a", "b DESC")),
        ("x (f(a, b), (a || ',)'::text) gin_ops) INCLUDE (c, d)", ("f(a, b)", "(a || ',)'::text) gin_ops")),
        ('("a), b", c)', ('"a), b"', "c")),
        ("(array[1, 2])", ("array[1, 2]",)),
    ],
)
def test_a_list_in_brackets_ends_with_its_bracket(text: str, items: tuple[str, ...]) -> None:
    assert bracketed(text, text.index("(")) == items


@pytest.mark.parametrize(
    ("text", "written"),
    [("a", "a"), ("f(a, b)", "f(a, b)"), ("(a + 1)", "(a + 1)"), ("a + 1", "(a + 1)"), ('"A" "x ops"', '"A" "x ops"')],
)
def test_expressions_in_indexes_get_brackets(text: str, written: str) -> None:
    assert index_element(text) == written


@pytest.mark.parametrize(
    ("expression", "written"),
    [
        ("1", "1"),
        ("a + 1", "a + 1"),
        ("now()", "now()"),
        ("'x'::text", "'x'::text"),
        ("NOT true", "(NOT true)"),
        ("a IS NOT NULL", "(a IS NOT NULL)"),
        ("a AND b", "(a AND b)"),
        ("1 IN (1, 2)", "(1 IN (1, 2))"),
        ("'a' COLLATE \"C\"", "('a' COLLATE \"C\")"),
        ("now() AT TIME ZONE 'utc'", "(now() AT TIME ZONE 'utc')"),
    ],
)
def test_defaults_get_brackets_where_the_grammar_reads_on(expression: str, written: str) -> None:
    assert default_value(expression) == written


def test_names_and_index_keys() -> None:
    assert names(["a", "B"]) == '(a, "B")'
    assert index_expressions(()) == ()
    postgast.parse(index_expressions(["a DESC", "lower(b)", '(c + 1) COLLATE "C"'])[0])
