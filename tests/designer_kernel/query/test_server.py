"""PostgreSQL itself agrees with what is written."""

from __future__ import annotations

from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.deploy import deploy
from designer_kernel.query import (
    Column,
    Condition,
    Group,
    Order,
    Query,
    Source,
    Term,
    Value,
    from_sql,
    proposals,
    tables_of,
    to_sql,
)
from designer_kernel.query import operators as ops
from tests.designer_kernel.query.cases import shop

SAMPLES = {
    "number": "7",
    "time": "2024-05-06",
    "text": "O'Hara",
    "boolean": "true",
    "json": "{}",
    "array": "{a}",
    "other": "7",
}


def conditions_for(alias: str, column: str, family: ops.Family) -> list[Condition]:
    term = Term(source=alias, column=column)
    value = Value(text=SAMPLES[family], kind="number" if family == "number" else "text")
    counts = {**dict.fromkeys(ops.COMPARISONS, 1), **dict.fromkeys(ops.BETWEEN, 2), **dict.fromkeys(ops.LISTS, 3)}
    return [Condition(term=term, operator=o, values=(value,) * counts.get(o, 0)) for o in ops.OPERATORS[family]]  # type: ignore[arg-type]


def test_postgresql_understands_every_query(database_url: str) -> None:
    design = shop()
    deploy(design, database_url)
    tables = tables_of(design)
    queries: list[Query] = []
    for table in tables.by_name.values():
        start = Query(source=Source(entity=table.name, alias="x y"))
        queries.append(start)
        for column, kind in table.columns.items():
            family = ops.family_of(kind)
            term = Term(source="x y", column=column)
            parts = tuple(conditions_for("x y", column, family))
            queries.append(start.replaced(where=Group(every=False, parts=parts), limit=3, offset=1))
            for function in ops.FUNCTIONS[family]:
                applied = Term(source="x y", column=column, function=function)  # type: ignore[arg-type]
                columns = (Column(term=term), Column(term=applied, name="Result"))
                order = (Order(term=Term(column="Result"), descending=True, nulls="last"),)
                queries.append(start.replaced(columns=columns, order=order).grouped())
        if table.name != "alone":
            for other in tables.by_name:
                if other != "alone":
                    queries += [proposal.query for proposal in proposals(start, other, design, kind="left")]
    assert len(queries) > 100
    with connect(database_url) as connection:
        for query in queries:
            sql = to_sql(query, design)
            assert from_sql(sql, design) == query
            connection.execute(b"EXPLAIN " + sql.encode())
