"""Rows of what is deployed of a project: added, looked for, changed and removed by key, in both spellings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, TypeVar
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from pydantic import BaseModel, Field

from designer_kernel.api.door import Door, DoorOnce, seen_as
from designer_kernel.api.paging import Cursor
from designer_kernel.api.revisions import IfMatch, row_seen
from designer_kernel.api.shapes import Body
from designer_kernel.studio.tabular.statements import Filter, Sort
from designer_kernel.studio.tabular.views import Page, RowView, TableView
from designer_kernel.studio.team import rows, stored
from designer_kernel.studio.team.refusals import BadInput, NotFound
from designer_kernel.studio.team.unit import Unit, UseCase

router = APIRouter(tags=["data"])

R = TypeVar("R")

TABLES = "/{project_id}/tables"
DATA = TABLES + "/{table}/data"
ROW = DATA + "/{row_id}"
PROJECTS, SCHEMAS = "/api/projects", "/api/schemas"

Table = Annotated[str, Path(min_length=1, max_length=63, examples=["orders"])]
RowId = Annotated[
    str,
    Path(
        min_length=1,
        max_length=2000,
        description='The value of the key; where it has several columns, a JSON object of them: `{"a":1,"b":"x"}`.',
        examples=["1"],
    ),
]
Filters = Annotated[
    list[Annotated[str, Field(max_length=1000)]],
    Query(
        max_length=50,
        description="`column:operation:value`. Operations: eq, ne, lt, le, gt, ge, like, ilike, in (a JSON list), "
        "is_null (true or false).",
        examples=["total:ge:10"],
    ),
]
Sorts = Annotated[
    list[Annotated[str, Field(max_length=70)]],
    Query(max_length=10, description="A column; `-column` for falling values.", examples=["-created_at"]),
]
Values = Annotated[dict[str, Any], Field(max_length=1600, examples=[{"name": "Ada"}])]


class RowsBody(Body):
    """Rows to add, all of them or none."""

    rows: Annotated[list[Values], Field(min_length=1, max_length=1000)]


class RowsOut(BaseModel):
    """Rows that were added, with what the server filled in."""

    rows: list[RowView]


@router.get(PROJECTS + TABLES)
@router.get(SCHEMAS + TABLES)
def list_tables(project_id: UUID, door: Door) -> list[TableView]:
    """Return the tables and views that are deployed of a project."""
    return door.do(rows.tables, project_id)


@router.post(PROJECTS + DATA, status_code=201)
@router.post(SCHEMAS + DATA, status_code=201)
def insert_rows(project_id: UUID, table: Table, body: RowsBody | Values, door: DoorOnce) -> RowsOut:
    """Add a row, given as an object of its values; or several as `{"rows": [...]}`, all of them or none."""
    given: list[dict[str, Any]] = body.rows if isinstance(body, RowsBody) else [body]
    return door.once(RowsOut, seen_as(rows.insert, _rows), project_id, table, given)


@router.get(PROJECTS + DATA)
@router.get(SCHEMAS + DATA)
def query_rows(
    project_id: UUID,
    table: Table,
    door: Door,
    filter: Filters = [],  # noqa: B006 - a list of query parameters, which nobody changes
    sort: Sorts = [],  # noqa: B006
    limit: Annotated[int, Query(ge=1, le=1000)] = 50,
    cursor: Cursor = None,
) -> Page:
    """Return rows that pass all filters, in order."""
    return door.do(rows.query, project_id, table, _filters(filter), _sorts(sort), limit=limit, cursor=cursor)


@router.get(PROJECTS + ROW)
@router.get(SCHEMAS + ROW)
def show_row(project_id: UUID, table: Table, row_id: RowId, door: Door, response: Response) -> RowView:
    """Return the row of a key."""
    return _tagged(response, door.do(_keyed(rows.get), project_id, table, row_id))


@router.put(PROJECTS + ROW)
@router.put(SCHEMAS + ROW)
def update_row(
    project_id: UUID,
    table: Table,
    row_id: RowId,
    body: Values,
    door: Door,
    response: Response,
    if_match: IfMatch = None,
) -> RowView:
    """Change the row of a key; what is left out stays. With `If-Match`, only if it is as you have seen it."""
    return _tagged(response, door.do(_keyed(rows.update), project_id, table, row_id, body, row_seen(if_match)))


@router.delete(PROJECTS + ROW, status_code=204)
@router.delete(SCHEMAS + ROW, status_code=204)
def delete_row(project_id: UUID, table: Table, row_id: RowId, door: Door, if_match: IfMatch = None) -> None:
    """Remove the row of a key. With `If-Match`, only if it is as you have seen it."""
    door.do(_keyed(rows.delete), project_id, table, row_id, row_seen(if_match))


def _rows(made: Sequence[RowView]) -> RowsOut:
    return RowsOut(rows=list(made))


def _tagged(response: Response, row: RowView) -> RowView:
    response.headers["ETag"] = f'"{row.revision}"'
    return row


def _keyed(case: UseCase[..., R]) -> UseCase[..., R]:
    """Return a use case of a row that takes the key as a path names it."""

    def done(unit: Unit, project: UUID, table: str, row_id: str, *more: Any) -> R:
        stored.found(unit, case.right, project)  # who may not do it hears nothing of tables
        found = next((one for one in rows.tables(unit, project) if one.name == table), None)
        if found is None:
            raise NotFound("there is no such table", where="path.table", mend="look at the tables that are deployed")
        return case(unit, project, table, _key(found, row_id), *more)

    return UseCase(case.name, case.right, case.changes, done)


def _key(table: TableView, row_id: str) -> Mapping[str, Any]:
    if len(table.key) == 1:
        return {table.key[0]: row_id}
    try:
        key = json.loads(row_id)
    except (ValueError, RecursionError):
        key = None
    if not isinstance(key, dict):
        raise BadInput("this is no key of the table", where="path.row_id", mend=f"give {', '.join(table.key)} as JSON")
    return key


def _filters(texts: Sequence[str]) -> list[Filter]:
    found = []
    for text in texts:
        column, _, rest = text.partition(":")
        operation, mark, value = rest.partition(":")
        if not column or not mark:
            raise BadInput("this is no filter", where="query.filter", mend="write column:operation:value")
        found.append(Filter(column, operation, _of_filter(operation, value)))
    return found


def _of_filter(operation: str, value: str) -> Any:
    if operation not in ("in", "is_null"):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        mend = "give a list as JSON" if operation == "in" else "give true or false"
        raise BadInput("this is no value for the filter", where="query.filter", mend=mend) from None


def _sorts(texts: Sequence[str]) -> list[Sort]:
    return [Sort(text.removeprefix("-"), descending=text.startswith("-")) for text in texts]
