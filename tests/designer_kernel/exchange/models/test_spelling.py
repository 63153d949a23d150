"""SQL in a generated module means, to SQLAlchemy, what it says."""

from __future__ import annotations

import sqlalchemy
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql

from designer_kernel.exchange.models.spelling import sql


@given(st.text(alphabet="a:\\'x1 $", max_size=12))
@example("x ~ '\\:'")
@example(":a:")
@example("'a'::text")
@example("::\\:")
@example("a:::b")
@example("E'\\\\:x'")
def test_sql_is_not_changed_by_sqlalchemy(text: str) -> None:
    made = eval(sql(text), {"text": sqlalchemy.text, "literal_column": sqlalchemy.literal_column})  # ours
    assert str(made.compile(dialect=postgresql.dialect())) == text
