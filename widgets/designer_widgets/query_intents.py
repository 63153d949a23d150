"""What a view may ask about queries: to build one, to read one from SQL, to run it, and what to do with its rows."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field

from designer_widgets.intent_bases import Intent, Viewing

Sql = Annotated[str, Field(max_length=200_000)]
Result = Annotated[str, Field(min_length=1, max_length=64)]
Seconds = Annotated[int, Field(ge=1, le=3600)]
Built = Annotated[dict[str, Any], Field(max_length=20)]


class QueryTables(Intent):
    """Return the tables and columns that can be asked for, and what can be asked of them."""

    kind: Literal["query_tables"]


class WriteQuery(Intent):
    """Return the SQL of a query, and the query in its normal form; grouped by what is no aggregate, if wanted."""

    kind: Literal["write_query"]
    query: Built
    groups_itself: bool = False


class ReadQuery(Intent):
    """Return the query that SQL is, or why the builder cannot show it."""

    kind: Literal["read_query"]
    sql: Sql


class JoinWays(Intent):
    """Return the shortest ways to join an entity, each with the query that comes of it."""

    kind: Literal["join_ways"]
    query: Built
    entity: Annotated[str, Field(min_length=1, max_length=130)]
    join: Literal["inner", "left"] = "inner"


class RunQuery(Viewing):
    """Run a query that only reads."""

    kind: Literal["run_query"]
    sql: Sql
    limit: Annotated[int, Field(ge=1, le=100_000)] = 1000
    seconds: Seconds = 30


class ExplainQuery(Viewing):
    """Ask for the plan of a query; ``analyze`` runs it as well."""

    kind: Literal["explain_query"]
    sql: Sql
    analyze: bool = False
    seconds: Seconds = 30


class StopQuery(Viewing):
    """Cancel the query that is running."""

    kind: Literal["stop_query"]


class ResultRows(Viewing):
    """Return some rows of the last result."""

    kind: Literal["result_rows"]
    result: Result
    start: Annotated[int, Field(ge=0, le=10_000_000)]
    count: Annotated[int, Field(ge=1, le=500)] = 100


class CopyResult(Viewing):
    """Return all rows of the last result as text with tabs, for the clipboard."""

    kind: Literal["copy_result"]
    result: Result


class SaveResult(Viewing):
    """Return all rows of the last result as a file, in base64."""

    kind: Literal["save_result"]
    result: Result
    format: Literal["csv", "json", "xlsx"]


class KeepResult(Viewing):
    """Put the last result into a variable of the notebook."""

    kind: Literal["keep_result"]
    result: Result
    name: Annotated[str, Field(min_length=1, max_length=200)]
    replace: bool = False


class ChartResult(Viewing):
    """Draw the last result."""

    kind: Literal["chart_result"]
    result: Result
    chart: Literal["bar", "line", "histogram", "scatter"]
    x: Annotated[int, Field(ge=0, le=2000)]
    y: Annotated[int, Field(ge=0, le=2000)] | None = None
    is_dark: bool = False


class PastQueries(Viewing):
    """Return the queries that were run in this session, the last first."""

    kind: Literal["past_queries"]


QueryIntent = (
    QueryTables
    | WriteQuery
    | ReadQuery
    | JoinWays
    | RunQuery
    | ExplainQuery
    | StopQuery
    | ResultRows
    | CopyResult
    | SaveResult
    | KeepResult
    | ChartResult
    | PastQueries
)
