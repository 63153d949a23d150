from __future__ import annotations

import pytest

from designer_kernel.errors import InvalidDesign, InvalidSql, UnknownObject
from designer_kernel.query import BeyondBuilder, Condition, Query, Source, Term, from_sql, parse_query, to_sql
from tests.designer_kernel.query.cases import shop

DESIGN = shop()
ORDERS = '"Sales"."odd ""Order"'


@pytest.mark.parametrize(
    ("sql", "written"),
    [
        ("select name, born from people where born > '2000-01-01'::date order by name desc, 2",
         ("SELECT\n  people.name,\n  people.born\nFROM public.people\nWHERE people.born > ('2000-01-01'::date)\n"
         "ORDER BY people.name DESC, people.born")),
        (("select p.name, count(*) n from people p join regions r on r.country = p.region_country"
         " and p.region_code = r.code group by 1 having count(*) > 2 order by n desc nulls last limit 3 offset 1;"),
         ("SELECT\n  p.name,\n  count(*) AS n\nFROM public.people AS p\n"
         "  JOIN public.regions AS r ON r.country = p.region_country AND r.code = p.region_code\n"
         "GROUP BY p.name\nHAVING count(*) > 2\nORDER BY n DESC NULLS LAST\nLIMIT 3\nOFFSET 1")),
        ("select public.people.id, upper(name) from public.people where not (name like 'a%' or born is null)",
         ("SELECT\n  people.id,\n  upper(people.name)\nFROM public.people\n"
         "WHERE NOT (people.name LIKE 'a%' OR people.born IS NULL)")),
        ("select id from people where exists (select name from people x where id = 3)",
         "SELECT people.id\nFROM public.people\nWHERE (EXISTS (SELECT name FROM people x WHERE id = 3))"),
        (f"select date_trunc('month', o.\"select\") m, sum(total) from {ORDERS} o group by m",
         ("SELECT\n  date_trunc('month', o.\"select\") AS m,\n  sum(o.total)\n"
         f"FROM {ORDERS} AS o\nGROUP BY date_trunc('month', o.\"select\")")),
    ],
)  # fmt: skip
def test_what_people_type_becomes_a_query(sql: str, written: str) -> None:
    query = from_sql(sql, DESIGN)
    assert to_sql(query, DESIGN) == written
    assert from_sql(written, DESIGN) == query


@pytest.mark.parametrize(
    ("sql", "part", "where"),
    [
        ("SELECT 1", "without FROM", ""),
        ("SELECT *\nFROM people, tags", "several tables", "line 2, column 14"),
        ("WITH a AS (SELECT 1) SELECT * FROM people", "WITH", ""),
        ("SELECT * FROM people\nUNION SELECT * FROM people", "UNION", "line 2, column 14"),
        ("SELECT * FROM people p FULL JOIN people q ON q.id = p.id", "FULL JOIN", ""),
        ("SELECT * FROM people p JOIN people q ON q.id > p.id", "more than equal columns", ""),
        ("SELECT * FROM people p JOIN people q USING (id)", "USING", ""),
        ("SELECT * FROM (SELECT 1) x", "a SELECT in FROM", ""),
        ("SELECT * FROM generate_series(1, 2) x", "a function in FROM", ""),
        ("SELECT * FROM nowhere", "nowhere, which is no entity", "line 1, column 15"),
        ("SELECT wrong FROM people", "wrong, which no table here has", ""),
        ("SELECT 'ä' FROM people p JOIN people q ON q.id = p.id WHERE name = 'x'", "name, which could be of p or q",
         "line 1, column 61"),
        ("SELECT DISTINCT ON (name) * FROM people", "DISTINCT ON", ""),
        ("SELECT id FROM people GROUP BY ROLLUP (id)", "ROLLUP", ""),
        ("SELECT id FROM people LIMIT 1 + 1", "no plain number", ""),
        ("SELECT id::text FROM people ORDER BY id", "a name that PostgreSQL gives", ""),
        ("SELECT * FROM people -- all", "comments", ""),
        ("SELECT * FROM ONLY people", "ONLY", ""),
    ],
)  # fmt: skip
def test_what_is_beyond_the_builder_is_named(sql: str, part: str, where: str) -> None:
    with pytest.raises(BeyondBuilder) as refused:
        from_sql(sql, DESIGN)
    assert part in refused.value.what
    assert not where or refused.value.where == where


@pytest.mark.parametrize(
    "sql", ["DELETE FROM people", "SELECT 1; SELECT 2", "SELEC", "", "SELECT * INTO x FROM people"]
)
def test_what_is_no_query_is_refused(sql: str) -> None:
    with pytest.raises(InvalidSql):
        from_sql(sql, DESIGN)


def test_values_cannot_end_their_quotes() -> None:
    where = {"term": {"source": "people", "column": "name"}, "operator": "=", "values": [{"text": "x' OR true --\\"}]}
    query = parse_query({"source": {"entity": "people"}, "where": {"parts": [where]}})
    assert to_sql(query, DESIGN).endswith(r"WHERE people.name = E'x'' OR true --\\'")


@pytest.mark.parametrize(
    ("data", "what"),
    [
        ({"source": {"entity": "people"}, "limit": -1}, "greater than or equal"),
        ({"source": {"entity": "people"}, "columns": [{"term": {"expression": "1) FROM x"}}]}, "is not an expression"),
        ({"source": {"entity": "people"}, "columns": [{"term": {"source": "x", "column": "id"}}]}, "no source is"),
        ({"source": {"entity": "people"}, "joins": [{"entity": "people", "to": "people", "on": [["id", "id"]]}]},
         "two sources are called"),
        ({"source": {"entity": "people"}, "order": [{"term": {"expression": "1"}}]}, "the same in every row"),
        ({"source": {"entity": "people"}, "order": [{"term": {"column": "n"}}]}, "no column of the result"),
        ({"source": {"entity": "people"}, "where": {"parts": [{"term": {"source": "people", "column": "id"},
          "operator": "=", "values": [{"text": "1 OR 1", "kind": "number"}]}]}}, "is no number"),
        ({"source": {"entity": "people"}, "where": {"parts": [{"term": {"source": "people", "column": "id"},
          "operator": "between", "values": [{"text": "1"}]}]}}, "takes two values"),
    ],
)  # fmt: skip
def test_a_query_that_contradicts_itself_is_refused(data: object, what: str) -> None:
    with pytest.raises(InvalidDesign) as refused:
        parse_query(data)
    assert what in refused.value.what


def test_names_that_the_design_does_not_have_are_told_with_a_near_one() -> None:
    with pytest.raises(UnknownObject, match="people"):
        to_sql(Query(source=Source(entity="peple")), DESIGN)
    query = parse_query({"source": {"entity": "people"}, "columns": [{"term": {"source": "people", "column": "nam"}}]})
    with pytest.raises(UnknownObject, match="name"):
        to_sql(query, DESIGN)


def test_what_means_the_same_is_the_same() -> None:
    column = Term(source="people", column="name")
    assert Term(expression='people."name"') == column
    assert Term(expression="count( people.name )") == Term(source="people", column="name", function="count")
    base = {"source": {"entity": "people"}}
    said = parse_query(
        {**base, "where": {"parts": [{"term": {"expression": "people.name = 'x'"}, "operator": "holds"}]}}
    )
    assert said.where.parts == (Condition(term=column, operator="=", values=({"text": "x"},)),)  # type: ignore[arg-type]


def test_grouping_follows_from_the_columns() -> None:
    query = from_sql("SELECT name, count(*), max(born) - min(born) FROM people", DESIGN).grouped()
    assert query.group == (Term(source="people", column="name"),)
    assert from_sql("SELECT name FROM people", DESIGN).grouped().group == ()
