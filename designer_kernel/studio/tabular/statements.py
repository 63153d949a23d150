"""Statements about rows: names are identifiers that the server itself told, values stand in one document, ``$1``.

Each statement gives rows of one column, an object: ``c0``, ``c1``, … are the columns of the table in their order,
``revision`` is a digest of the whole row, ``s0``, ``s1``, … are what the rows are sorted by, as text, ``of`` is how
many rows there were before those were cut that would make a page too large.

Rows may be as large as PostgreSQL takes them, and code that a workspace deploys makes them so. So the server counts
before it sends: of a row that is too much only the key is told, beside ``bare``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from psycopg import sql

from designer_kernel.studio.refusals import BadInput
from designer_kernel.studio.tabular.shape import Column, Shape
from designer_kernel.studio.tabular.values import plain

_REVISION: Final = sql.SQL(
    "pg_catalog.left(pg_catalog.encode(pg_catalog.sha256(pg_catalog.convert_to("
    "(t.*)::pg_catalog.text, 'UTF8')), 'hex'), 32)"
)
_SIZE: Final = sql.SQL("pg_catalog.sum(pg_catalog.octet_length(j::pg_catalog.text)) OVER (ROWS UNBOUNDED PRECEDING)")
"""Bytes of a row ``j`` and of those before it."""
_COMPARISONS: Final[Mapping[str, sql.SQL]] = {
    "eq": sql.SQL("="),
    "ne": sql.SQL("IS DISTINCT FROM"),
    "lt": sql.SQL("<"),
    "le": sql.SQL("<="),
    "gt": sql.SQL(">"),
    "ge": sql.SQL(">="),
}
OPERATIONS: Final = (*_COMPARISONS, "like", "ilike", "in", "is_null")
"""What a filter may ask."""

MOST_BYTES: Final = 2 << 20
"""Of the rows of one answer as JSON, as many as a request may have; what a row holds beyond that is not told."""

MOST_OF_A_KEY: Final = 16 << 10
"""Bytes of the key of a row, and of what it is sorted by, where nothing else of it is told."""

_MOST_FILTERS: Final = 50
_MOST_VALUES: Final = 1_000
_UNSORTED: Final = frozenset({"json", "jsonb", "xml"})
_TEXT: Final = sql.SQL("pg_catalog.text")


@dataclass(slots=True)
class Given:
    """The values of a statement, with the types that the server is to read them as."""

    values: dict[str, Any] = field(default_factory=dict)
    types: list[sql.Composable] = field(default_factory=list)

    def add(self, value: Any, type_: sql.Composable) -> sql.Composable:
        """Take a value, and return what stands for it in the statement."""
        name = f"p{len(self.types)}"
        self.values[name] = value
        self.types.append(sql.SQL("{} {}").format(sql.Identifier(name), type_))
        return sql.SQL("(SELECT given.{} FROM given)").format(sql.Identifier(name))

    @property
    def clause(self) -> sql.Composable:
        """The values as a table of one row, for a WITH clause."""
        types = self.types or [sql.SQL("p0 pg_catalog.bool")]
        return sql.SQL("given AS MATERIALIZED (SELECT g.* FROM pg_catalog.jsonb_to_record($1) AS g ({}))").format(
            sql.SQL(", ").join(types)
        )


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked of rows: a column, one of `OPERATIONS`, a value (for ``in`` a list, for ``is_null`` yes or no)."""

    column: str
    operation: str
    value: Any = None


@dataclass(frozen=True, slots=True)
class Sort:
    """What rows are sorted by; nulls come last either way."""

    column: str
    descending: bool = False


def selecting(
    shape: Shape,
    filters: Sequence[Filter],
    order: Sequence[Sort],
    after: Sequence[str | None] | None,
    limit: int,
    *,
    exact: bool = False,
) -> tuple[sql.Composable, dict[str, Any]]:
    """Return the statement that reads rows, and its values.

    Parameters
    ----------
    after
        What the last row of the page before is sorted by.
    exact
        Whether JSON is told as the text that the server keeps, so that it can be written back as it was.

    Raises
    ------
    BadInput
        If a filter or a sort is about what is not there.
    """
    given = Given()
    conditions = _conditions(shape, filters, given)
    columns = [shape.column(one.column, "sort") for one in order]
    for column in columns:
        if column.base in _UNSORTED:
            raise BadInput(f"a {column.base} has no order", where=column.name, mend="sort by another column")
    if after is not None:
        conditions.append(_behind(order, columns, after, given))
    sorting = [_sorted(one, column) for one, column in zip(order, columns, strict=True)]
    sorted_by = [
        sql.SQL("t.{}::pg_catalog.text AS {}").format(sql.Identifier(one.column), sql.Identifier(f"s{number}"))
        for number, one in enumerate(order)
    ]
    statement = sql.SQL(
        "WITH {given}, page AS MATERIALIZED (SELECT pg_catalog.to_jsonb(f) AS j FROM (SELECT {columns}"
        " FROM {table} AS t WHERE {conditions} {order} LIMIT {limit}) AS f),"
        " counted AS (SELECT j, pg_catalog.row_number() OVER () AS n, pg_catalog.count(*) OVER () AS of, {size} AS size"
        " FROM page)"
        " SELECT {told} || pg_catalog.jsonb_build_object('of', of) FROM counted WHERE n = 1 OR size <= {bytes}"
    ).format(
        given=given.clause,
        columns=sql.SQL(", ").join([*_shown(shape, exact), *sorted_by]),
        table=shape.path,
        conditions=sql.SQL(" AND ").join(conditions) if conditions else sql.SQL("true"),
        order=sql.SQL("ORDER BY {}").format(sql.SQL(", ").join(sorting)) if sorting else sql.SQL(""),
        limit=sql.Literal(limit),
        size=_SIZE,
        told=_bounded(shape, MOST_BYTES),
        bytes=sql.Literal(MOST_BYTES),
    )
    return statement, given.values


def streaming(shape: Shape, filters: Sequence[Filter], order: Sequence[Sort]) -> tuple[sql.Composable, dict[str, Any]]:
    """Return the statement that reads all rows that pass the filters, JSON told as text, and its values."""
    given = Given()
    conditions = _conditions(shape, filters, given)
    sorting = [_sorted(one, shape.column(one.column, "sort")) for one in order]
    statement = sql.SQL(
        "WITH {given} SELECT pg_catalog.to_jsonb(f) FROM (SELECT {columns} FROM {table} AS t"
        " WHERE {conditions} {order}) AS f"
    ).format(
        given=given.clause,
        columns=sql.SQL(", ").join(_cells(shape, exact=True)),
        table=shape.path,
        conditions=sql.SQL(" AND ").join(conditions) if conditions else sql.SQL("true"),
        order=sql.SQL("ORDER BY {}").format(sql.SQL(", ").join(sorting)) if sorting else sql.SQL(""),
    )
    return statement, given.values


def counting(shape: Shape, filters: Sequence[Filter], most: int) -> tuple[sql.Composable, dict[str, Any]]:
    """Return the statement that counts rows, ``n``, up to one more than ``most``, and its values.

    ``about`` is how many rows the server believes the whole table to have, or less than 0 if it does not know.
    """
    given = Given()
    conditions = _conditions(shape, filters, given)
    statement = sql.SQL(
        "WITH {given} SELECT pg_catalog.jsonb_build_object('n', (SELECT pg_catalog.count(*) FROM"
        " (SELECT FROM {table} AS t WHERE {conditions} LIMIT {limit}) AS f), 'about',"
        " (SELECT c.reltuples FROM pg_catalog.pg_class c WHERE c.oid = {name}::pg_catalog.regclass))"
    ).format(
        given=given.clause,
        table=shape.path,
        conditions=sql.SQL(" AND ").join(conditions) if conditions else sql.SQL("true"),
        limit=sql.Literal(most + 1),
        name=sql.Literal(shape.path.as_string()),
    )
    return statement, given.values


def inserting(shape: Shape, columns: Sequence[Column], most: int, *, exact: bool = False) -> sql.Composable:
    """Return the statement that adds rows with values for these columns: objects with ``p0``, ``p1``, … in a list.

    Parameters
    ----------
    most
        Bytes of the rows that are told whole.
    exact
        Whether JSON is given, and told, as text; see `selecting`.
    """
    shown = sql.SQL(", ").join(_shown(shape, exact))
    making = sql.SQL("INSERT INTO {} AS t {} RETURNING {}").format(shape.path, _source(columns, exact), shown)
    return sql.SQL("WITH {}").format(_made(shape, making, most))


def adding(shape: Shape, columns: Sequence[Column]) -> sql.Composable:
    """Return the statement that adds rows as `inserting` does, JSON given as text, and only tells how many: ``n``."""
    return sql.SQL(
        "WITH made AS (INSERT INTO {} AS t {} RETURNING true)"
        " SELECT pg_catalog.jsonb_build_object('n', pg_catalog.count(*)) FROM made"
    ).format(shape.path, _source(columns, exact=True))


def _source(columns: Sequence[Column], exact: bool) -> sql.Composable:
    """Return what INSERT takes its rows from."""
    if not columns:
        return sql.SQL("DEFAULT VALUES")
    taken = [_taken(column, exact) for column in columns]
    return sql.SQL("({}) SELECT {} FROM pg_catalog.jsonb_to_recordset($1) AS g ({})").format(
        sql.SQL(", ").join(sql.Identifier(column.name) for column in columns),
        sql.SQL(", ").join(form.format(sql.Identifier("g", f"p{n}")) for n, (_, form) in enumerate(taken)),
        sql.SQL(", ").join(
            sql.SQL("{} {}").format(sql.Identifier(f"p{number}"), type_) for number, (type_, _) in enumerate(taken)
        ),
    )


def _taken(column: Column, exact: bool) -> tuple[sql.Composable, sql.SQL]:
    """Return as what a value of a column is read from a document, and the form that makes it the column's."""
    if exact and column.is_json:  # else the text would be a JSON string, and null no JSON at all
        return _TEXT, sql.SQL("{}::pg_catalog.jsonb" if column.base == "jsonb" else "{}::pg_catalog.json")
    return column.sql_type, sql.SQL("{}")


def updating(
    shape: Shape, key: Mapping[str, Any], changes: Mapping[str, Any], revision: str, *, exact: bool = False
) -> tuple[sql.Composable, dict[str, Any]]:
    """Return the statement that changes the row of a key if it is still what the revision says, and its values."""
    given = Given()
    setting = []
    for name, value in changes.items():
        type_, form = _taken(shape.column(name), exact)
        setting.append(sql.SQL("{} = {}").format(sql.Identifier(name), form.format(given.add(value, type_))))
    where = _at(shape, key, revision, given)
    making = sql.SQL("UPDATE {} AS t SET {} WHERE {} RETURNING {}").format(
        shape.path, sql.SQL(", ").join(setting), where, sql.SQL(", ").join(_shown(shape, exact))
    )
    return sql.SQL("WITH {}, {}").format(given.clause, _made(shape, making, MOST_BYTES)), given.values


def deleting(shape: Shape, key: Mapping[str, Any], revision: str) -> tuple[sql.Composable, dict[str, Any]]:
    """Return the statement that removes the row of a key if it is still what the revision says, and its values.

    It gives an object without anything in it for each row that it removes.
    """
    given = Given()
    where = _at(shape, key, revision, given)
    statement = sql.SQL(
        "WITH {}, made AS (DELETE FROM {} AS t WHERE {} RETURNING true)"
        " SELECT pg_catalog.jsonb_build_object() FROM made"
    ).format(given.clause, shape.path, where)
    return statement, given.values


def trying(column: Column, *, exact: bool = False) -> sql.Composable:
    """Return the statement that only reads one value, ``p0``, as a column would."""
    type_, form = _taken(column, exact)
    return sql.SQL("SELECT pg_catalog.to_jsonb({} IS NULL) FROM pg_catalog.jsonb_to_record($1) AS g (p0 {})").format(
        form.format(sql.Identifier("g", "p0")), type_
    )


def _made(shape: Shape, making: sql.Composable, most: int) -> sql.Composable:
    """Return the end of a statement that changes rows and tells of them, after WITH."""
    return sql.SQL(
        "made AS ({making}), rows AS (SELECT pg_catalog.to_jsonb(made) AS j FROM made),"
        " counted AS (SELECT j, {size} AS size FROM rows) SELECT {told} FROM counted"
    ).format(making=making, size=_SIZE, told=_bounded(shape, most))


def _bounded(shape: Shape, most: int) -> sql.Composable:
    """Return what is told of a row ``j`` that ends at so many bytes, ``size``: all, its key alone, or nothing."""
    others = [f"c{number}" for number, column in enumerate(shape.columns) if column.name not in shape.key]
    bare = sql.SQL("j - {}::pg_catalog.text[]").format(sql.Literal(others))
    return sql.SQL(
        "CASE WHEN size <= {most} THEN j WHEN pg_catalog.octet_length(({bare})::pg_catalog.text) <= {key}"
        " THEN ({bare}) || pg_catalog.jsonb_build_object('bare', true) END"
    ).format(most=sql.Literal(most), bare=bare, key=sql.Literal(MOST_OF_A_KEY))


def _shown(shape: Shape, exact: bool) -> list[sql.Composable]:
    """Return the columns as they are told, and the revision of the row."""
    return [*_cells(shape, exact), sql.SQL("{} AS revision").format(_REVISION)]


def _cells(shape: Shape, exact: bool) -> list[sql.Composable]:
    return [
        sql.SQL("{} AS {}").format(_told(column, exact), sql.Identifier(f"c{number}"))
        for number, column in enumerate(shape.columns)
    ]


def _told(column: Column, exact: bool) -> sql.Composable:
    name = sql.Identifier("t", column.name)
    if exact and column.is_json:
        return sql.SQL("{}::pg_catalog.text").format(name)
    kinds = {"numeric": sql.SQL("{}::pg_catalog.text"), "_numeric": sql.SQL("{}::pg_catalog.text[]")}
    return kinds[column.base].format(name) if column.base in kinds else name


def _conditions(shape: Shape, filters: Sequence[Filter], given: Given) -> list[sql.Composable]:
    if len(filters) > _MOST_FILTERS:
        raise BadInput("these are too many filters", where="filters", mend=f"give at most {_MOST_FILTERS}")
    return [_condition(shape, one, given) for one in filters]


def _condition(shape: Shape, asked: Filter, given: Given) -> sql.Composable:
    column = shape.column(asked.column, "filters")
    name, value = sql.Identifier("t", column.name), asked.value
    if asked.operation == "is_null":
        if not isinstance(value, bool):
            raise BadInput("is_null is true or false", where=column.name, mend="give true or false")
        return sql.SQL("{} IS NULL" if value else "{} IS NOT NULL").format(name)
    if asked.operation not in OPERATIONS:
        raise BadInput(
            f"there is no operation {asked.operation!r}", where=column.name, mend=f"choose of {', '.join(OPERATIONS)}"
        )
    value = plain(value, column.name)
    if value is None:
        raise BadInput("nothing is compared with null", where=column.name, mend="ask is_null instead")
    if asked.operation == "in":
        return _among(column, name, value, given)
    if asked.operation in ("like", "ilike"):
        if not isinstance(value, str):
            raise BadInput("a pattern is text", where=column.name, mend="give text with % and _")
        form = "{}::pg_catalog.text LIKE {}" if asked.operation == "like" else "{}::pg_catalog.text ILIKE {}"
        return sql.SQL(form).format(name, given.add(value, _TEXT))
    return sql.SQL("{} {} {}").format(name, _COMPARISONS[asked.operation], given.add(value, column.plain_type))


def _among(column: Column, name: sql.Composable, value: Any, given: Given) -> sql.Composable:
    if not isinstance(value, list) or len(value) > _MOST_VALUES or any(item is None for item in value):
        raise BadInput(
            "in takes a list of values without null", where=column.name, mend=f"give at most {_MOST_VALUES} values"
        )
    if column.array is None:
        raise BadInput(f"a {column.type} cannot be asked for in a list", where=column.name, mend="ask eq instead")
    array = sql.Identifier(*column.array)
    return sql.SQL("{} = ANY ({}::{})").format(name, given.add(value, array), array)


def _sorted(one: Sort, column: Column) -> sql.Composable:
    """Return a part of ORDER BY; where there are no nulls, nothing is said of them, so that any index will do."""
    form = "t.{} DESC" if one.descending else "t.{} ASC"
    return sql.SQL(form if column.is_required else f"{form} NULLS LAST").format(sql.Identifier(one.column))


def _behind(
    order: Sequence[Sort], columns: Sequence[Column], after: Sequence[str | None], given: Given
) -> sql.Composable:
    """Return the condition of rows behind a place: equal in what comes first, behind in the next; nulls are last."""
    ways: list[sql.Composable] = []
    equal: list[sql.Composable] = []
    bound: sql.Composable | None = None
    for number, (one, column, value) in enumerate(zip(order, columns, after, strict=True)):
        name = sql.Identifier("t", column.name)
        if value is None:
            equal.append(sql.SQL("{} IS NULL").format(name))
            continue  # nothing is behind nulls
        there = given.add(value, column.plain_type)
        sign = sql.SQL("<" if one.descending else ">")
        if column.is_required:
            beyond = sql.SQL("{} {} {}").format(name, sign, there)
            if number == 0:  # said apart, so that an index begins at the place and not at the first row
                bound = sql.SQL("{} {}= {}").format(name, sign, there)
        else:
            beyond = sql.SQL("({} {} {} OR {} IS NULL)").format(name, sign, there, name)
        ways.append(sql.SQL(" AND ").join([*equal, beyond]))
        equal.append(sql.SQL("{} = {}").format(name, there))
    if not ways:
        return sql.SQL("false")
    behind = sql.SQL("({})").format(sql.SQL(" OR ").join(sql.SQL("({})").format(way) for way in ways))
    return behind if bound is None else sql.SQL("{} AND {}").format(bound, behind)


def _at(shape: Shape, key: Mapping[str, Any], revision: str, given: Given) -> sql.Composable:
    """Return the condition of the row of a key, and of a revision unless any will do."""
    conditions: list[sql.Composable] = [
        sql.SQL("{} = {}").format(sql.Identifier("t", name), given.add(value, shape.column(name).plain_type))
        for name, value in key.items()
    ]
    if revision != "*":
        conditions.append(sql.SQL("{} = {}").format(_REVISION, given.add(revision, _TEXT)))
    return sql.SQL(" AND ").join(conditions)
