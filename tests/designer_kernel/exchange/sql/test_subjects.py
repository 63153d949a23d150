"""What a statement is about."""

from __future__ import annotations

import pytest

from designer_kernel.exchange.sql.splitting import split
from designer_kernel.exchange.sql.subjects import subjects


@pytest.mark.parametrize(
    ("sql", "name"),
    [
        ("CREATE TABEL x (a int)", "x"),
        ("CREATE UNLOGED TABLE app.x (a int)", "x"),
        ("CREATE TABLE x (a int)", "x"),
        ("DROP x", "x"),
        ("CREATE ROLE bob LOGIN", "bob"),
    ],
)
def test_a_word_where_the_kind_should_be_is_no_name(sql: str, name: str) -> None:
    assert [*subjects(split(f"{sql};")).values()] == [name]
