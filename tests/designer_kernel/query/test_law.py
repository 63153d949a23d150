from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from designer_kernel.catalog import sqltext
from designer_kernel.query import Query, from_sql, parse_query, to_sql
from tests.designer_kernel.query.cases import queries, shop

DESIGN = shop()


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_query_comes_back_from_its_sql(data: st.DataObject) -> None:
    query: Query = data.draw(queries(DESIGN))
    sql = to_sql(query, DESIGN)
    sqltext.settled_query(sql)
    assert from_sql(sql, DESIGN) == query


@settings(max_examples=15, deadline=None)
@given(st.data())
def test_a_query_comes_back_from_json(data: st.DataObject) -> None:
    query: Query = data.draw(queries(DESIGN))
    assert parse_query(query.model_dump(mode="json")) == query
