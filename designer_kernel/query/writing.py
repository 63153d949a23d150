"""A query as SQL: one clause a line. Names go through the one quoting function, texts through that for constants."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.literals import literal
from designer_kernel.errors import UnknownObject
from designer_kernel.query import operators as ops
from designer_kernel.query.expressions import needs_brackets
from designer_kernel.query.model import Condition, Group, Join, Order, Query, Source, Term, Value
from designer_kernel.query.tables import Table, Tables, tables_of

if TYPE_CHECKING:
    from designer_kernel.design import Design


def to_sql(query: Query, design: Design) -> str:
    """Return the SQL of a query.

    Reading it again gives the same query, if its expressions say of which source a column is; where they do not, it
    is found then.

    Raises
    ------
    UnknownObject
        If the design has no such table or column.
    """
    tables = tables_of(design)
    _check(query, tables)
    select = "SELECT DISTINCT" if query.distinct else "SELECT"
    columns = [_output(column.term, column.name) for column in query.columns]
    lines = [f"{select} {columns[0]}"] if len(columns) == 1 else [select, ",\n".join(f"  {c}" for c in columns)]
    lines.append(f"FROM {_source(query.source, tables)}")
    lines += [_join(join, tables) for join in query.joins]
    lines += _filter("WHERE", query.where)
    if query.group:
        lines.append(f"GROUP BY {', '.join(map(_term, query.group))}")
    lines += _filter("HAVING", query.having)
    if query.order:
        lines.append(f"ORDER BY {', '.join(map(_order, query.order))}")
    if query.limit is not None:
        lines.append(f"LIMIT {query.limit:d}")
    if query.offset is not None:
        lines.append(f"OFFSET {query.offset:d}")
    return "\n".join(lines)


def _check(query: Query, tables: Tables) -> None:
    """Refuse tables and columns that the design does not have."""
    known = {source.alias: tables.named(source.entity) for source in query.sources}
    for join in query.joins:
        for own, other in join.on:
            _require(known[join.alias], own)
            _require(known[join.to], other)
    for term in query.terms():
        if term.source and term.column:
            _require(known[term.source], term.column)


def _require(table: Table, column: str) -> None:
    if column not in table.columns:
        close = get_close_matches(column, table.columns, n=3)
        mend = f"did you mean {', '.join(close)}?" if close else f"there are {', '.join([*table.columns][:30])}"
        raise UnknownObject(f"{table.name!r} has no column {column!r}", where="query", mend=mend)


def _source(source: Source, tables: Tables) -> str:
    table = tables.named(source.entity)
    name = quote_path(table.schema, table.relation)
    return name if source.alias == table.relation else f"{name} AS {quote(source.alias)}"


def _join(join: Join, tables: Tables) -> str:
    word = "LEFT JOIN" if join.kind == "left" else "JOIN"
    pairs = (f"{quote_path(join.alias, own)} = {quote_path(join.to, other)}" for own, other in join.on)
    return f"  {word} {_source(join, tables)} ON {' AND '.join(pairs)}"


def _output(term: Term, name: str) -> str:
    return f"{_term(term)} AS {quote(name)}" if name else _term(term)


def _term(term: Term) -> str:
    if term.every:
        inner = f"{quote(term.source)}.*" if term.source else "*"
    elif term.column:
        inner = quote_path(term.source, term.column) if term.source else quote(term.column)
    else:
        inner = term.expression
    if not term.function:
        return inner
    if term.function in ops.PERIODS:
        return f"date_trunc({literal(term.function)}, {inner})"
    return f"count(DISTINCT {inner})" if term.function == "count distinct" else f"{term.function}({inner})"


def _operand(term: Term) -> str:
    """Return a term as it stands beside an operator."""
    is_bare = term.expression and not term.function and needs_brackets(term.expression)
    return f"({term.expression})" if is_bare else _term(term)


def _value(value: Value) -> str:
    return literal(value.text) if value.kind == "text" else value.text


def _filter(word: str, group: Group) -> list[str]:
    if not group.parts:
        return []
    parts = [_part(part) for part in group.parts]
    return [f"{word} {parts[0]}", *(f"  {'AND' if group.every else 'OR'} {part}" for part in parts[1:])]


def _part(part: Condition | Group) -> str:
    if isinstance(part, Condition):
        return _condition(part)
    inner = (" AND " if part.every else " OR ").join(map(_part, part.parts))
    return f"NOT ({inner})" if part.negated else f"({inner})"


def _condition(condition: Condition) -> str:
    operand, operator = _operand(condition.term), condition.operator
    if operator in ops.TESTS:
        return f"{operand} {ops.TESTS[operator]}"
    values = [_value(value) for value in condition.values]
    if operator in ops.BETWEEN:
        return f"{operand} {ops.BETWEEN[operator]} {values[0]} AND {values[1]}"
    if operator in ops.LISTS:
        return f"{operand} {ops.LISTS[operator]} ({', '.join(values)})"
    if operator == ops.HOLDS:
        return operand
    other = _operand(condition.other) if condition.other is not None else values[0]
    return f"{operand} {ops.COMPARISONS[operator]} {other}"


def _order(order: Order) -> str:
    direction = " DESC" if order.descending else ""
    return f"{_term(order.term)}{direction}{f' NULLS {order.nulls.upper()}' if order.nulls else ''}"
