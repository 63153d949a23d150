"""Exclusion constraints that nothing keeps: a column that may be NULL is, and no operator is asked about NULL."""

from __future__ import annotations

import pytest

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample import fill, plan
from tests.designer_kernel.sample.databases import create, not_valid, one

OPERATOR = """
    CREATE FUNCTION near(a int4, b int4) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT abs(a - b) < 3';
    CREATE OPERATOR ~=~ (FUNCTION = near, LEFTARG = int4, RIGHTARG = int4, COMMUTATOR = ~=~);
    CREATE OPERATOR CLASS near_ops FOR TYPE int4 USING btree AS
        OPERATOR 1 <, OPERATOR 2 <=, OPERATOR 3 ~=~, OPERATOR 4 >=, OPERATOR 5 >, FUNCTION 1 btint4cmp(int4, int4);
"""


@pytest.mark.parametrize("url", ["clean_url", pytest.param("older_url", marks=pytest.mark.older)])
def test_an_operator_of_ones_own_is_not_asked(url: str, request: pytest.FixtureRequest) -> None:
    address = request.getfixturevalue(url)
    create(
        address,
        OPERATOR
        + """
        CREATE TABLE p (id int PRIMARY KEY);
        CREATE TABLE t (id int PRIMARY KEY, a int DEFAULT 7, kind text NOT NULL, p_id int REFERENCES p,
            CONSTRAINT own EXCLUDE USING btree (kind WITH =, a near_ops WITH ~=~),
            CONSTRAINT twice EXCLUDE USING btree (a near_ops WITH ~=~, id WITH =),
            CONSTRAINT of_reference EXCLUDE USING btree (p_id near_ops WITH ~=~));
        """,
    )
    fill(address, rows={"t": 40, "p": 5})
    assert one(address, "SELECT count(*) FROM t WHERE a IS NULL AND p_id IS NULL") == 40
    assert not_valid(address) == []


def test_where_nothing_may_be_null_it_is_refused_by_name(clean_url: str) -> None:
    create(
        clean_url,
        OPERATOR
        + """
        CREATE TABLE t (id int PRIMARY KEY, a int NOT NULL, b int, CHECK (b IS NOT NULL),
            CONSTRAINT own EXCLUDE USING btree (b near_ops WITH ~=~, a near_ops WITH ~=~));
        """,
    )
    with pytest.raises(SamplePlanError, match="nothing is known") as refused:
        plan(clean_url)
    assert refused.value.where == "public.t.own"


def test_hints_for_such_a_column_are_refused(clean_url: str) -> None:
    create(
        clean_url,
        OPERATOR
        + "CREATE TABLE t (id int PRIMARY KEY, a int, CONSTRAINT own EXCLUDE USING btree (a near_ops WITH ~=~))",
    )
    with pytest.raises(SamplePlanError, match="nothing else is known to keep own") as refused:
        plan(clean_url, hints={"tables": {"t": {"columns": {"a": {"provider": "serial"}}}}})
    assert refused.value.where == "public.t.a"
