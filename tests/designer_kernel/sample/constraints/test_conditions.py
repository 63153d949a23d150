"""Checks read from the server's spelling, and what they leave of a column's values."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from designer_kernel.sample.constraints import conditions
from designer_kernel.sample.constraints.narrowing import Allowed, narrow
from designer_kernel.sample.constraints.nodes import (
    Call,
    Compare,
    Constant,
    Expr,
    IsNull,
    Match,
    Name,
    Not,
    OneOf,
    Some,
    Unreadable,
)
from designer_kernel.sample.planning.forms import Form

TEXT = Form("text", "text")
MONEY = Form("numeric", "numeric", precision=10, scale=2)
WHOLE = Form("integer", "integer")
DAY = Form("date", "date")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "((status)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[]))",
            OneOf(Name("status"), ("a", "b")),
        ),
        ("(x <> ALL (ARRAY[1, 2]))", Not(OneOf(Name("x"), (1, 2)))),
        ("(price >= (0)::numeric)", Compare(">=", Name("price"), Constant(0))),
        ("(d > '2020-01-31'::date)", Compare(">", Name("d"), Constant(date(2020, 1, 31)))),
        ("(x > '-5'::integer)", Compare(">", Name("x"), Constant(-5))),
        ("(email ~* '^a'::text)", Match(Name("email"), "^a", is_like=False, ignore_case=True)),
        (
            "((a IS NULL) OR (a > b))",
            Some((IsNull(Name("a")), Compare(">", Name("a"), Name("b")))),
        ),
        ("(t = (a + b))", Compare("=", Name("t"), Call("+", (Name("a"), Name("b"))))),
        ("(NOT is_x)", Not(Name("is_x"))),
        ("(price > 0.5)", Compare(">", Name("price"), Constant(Decimal("0.5")))),
    ],
)
def test_the_servers_spelling_is_read(text: str, expected: Expr) -> None:
    assert conditions.read(text) == expected


@pytest.mark.parametrize("text", ["a > (SELECT 1)", "a IN (b, c)", "x @> y", "a >", "x[1] > 2"])
def test_what_has_no_meaning_here_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        conditions.read(text)


def narrowed(text: str, form: Form) -> tuple[Allowed, tuple[Expr, ...]]:
    allowed = {"x": Allowed()}
    remaining = narrow(conditions.read(text), "c", {"x": form}, allowed)
    return allowed["x"], remaining


@pytest.mark.parametrize(
    ("text", "form", "expected"),
    [
        ("x BETWEEN 1 AND 5", WHOLE, {"low": 1, "high": 5}),
        ("x > 1 AND 5 > x", WHOLE, {"low": 2, "high": 4}),
        ("x > 0", MONEY, {"low": 1}),
        ("x <= 99.995", MONEY, {"high": 9999}),
        ("x >= '2000-01-01'::date", DAY, {"low": 10957}),
        ("x IS NULL OR x > 3", WHOLE, {"low": 4}),
        ("x = 1 OR x = 2", WHOLE, {"choices": (1, 2)}),
        ("x <> 'b' AND x IN ('a', 'b')", TEXT, {"choices": ("a", "b"), "excluded": frozenset({"b"})}),
        ("length(x) >= 3 AND char_length(x) < 10", TEXT, {"shortest": 3, "longest": 9}),
        ("btrim(x) <> ''", TEXT, {"shortest": 1}),
        ("x = lower(x)", TEXT, {"letters": "lower"}),
        ("x IS NOT NULL", TEXT, {"not_null": True}),
    ],
)
def test_checks_of_one_column_narrow_it(text: str, form: Form, expected: dict[str, object]) -> None:
    allowed, remaining = narrowed(text, form)
    assert remaining == ()
    assert {key: getattr(allowed, key) for key in expected} == expected
    assert allowed.constraints == ("c",)


def test_excluded_values_are_no_choices() -> None:
    allowed, _ = narrowed("x IN ('a', 'b') AND x <> 'a'", TEXT)
    assert allowed.values == ("b",)


def test_conditions_between_columns_remain() -> None:
    allowed = {"a": Allowed(), "b": Allowed()}
    remaining = narrow(conditions.read("a < b AND a > 3"), "c", {"a": WHOLE, "b": WHOLE}, allowed)
    assert remaining == (Compare("<", Name("a"), Name("b")),)
    assert allowed["a"].low == 4
