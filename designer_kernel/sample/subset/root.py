"""The rows that a subset begins with: a table and a condition, read by PostgreSQL's own grammar."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import postgast
from psycopg import sql

from designer_kernel.catalog import sqltext
from designer_kernel.errors import InvalidSql, UnknownObject
from designer_kernel.sample.planning.facts import TableFacts, TableName

_PLAIN: Final = frozenset({"from_clause", "where_clause", "limit_option", "op"})
_MEND: Final = "write a table and a condition: orders WHERE created_at > '2025-01-01'"


@dataclass(frozen=True, slots=True)
class Root:
    """Where a subset begins.

    ``query`` selects the rows' places (``tableoid``, ``ctid``) as the parser understood it; ``alias`` is what the
    table is called in it. ``shown`` is the request without its constants, which may be personal.
    """

    table: TableName
    alias: str
    query: str
    shown: str

    def numbered(self, key: tuple[str, ...], most: int | None, share: float | None, total: int) -> sql.Composed:
        """Return the query cut to a number of rows, chosen by a hash of their keys."""
        limit = most if share is None else max(1, round(total * share))
        if limit is None:
            return sql.SQL("{}").format(sql.SQL(self.query))
        columns = sql.SQL(", ").join(sql.Identifier(self.alias, column) for column in key)
        return sql.SQL("{} ORDER BY hashtextextended(ROW({})::text, 0), {} LIMIT {}").format(
            sql.SQL(self.query),
            columns,
            columns,
            sql.Literal(limit),
        )


def read(text: str, facts: Mapping[TableName, TableFacts]) -> Root:
    """Return the rows that a text such as ``orders WHERE total > 10`` speaks of.

    A query is taken as well, if it selects the primary key of the first table that it reads.

    Raises
    ------
    InvalidSql
        If it is anything else.
    UnknownObject
        If there is no such table.
    """
    if text.lstrip().lower().startswith(("select", "with")):
        return _of_query(text, facts)
    select = sqltext.parsed(f"SELECT FROM {text}", "the root").select_stmt
    fields = {field.name for field, _value in select.ListFields()}
    is_table = len(select.from_clause) == 1 and select.from_clause[0].WhichOneof("node") == "range_var"
    if not is_table or not fields <= _PLAIN:
        raise InvalidSql("it is no table with a condition", where="the root", mend=_MEND)
    place = select.from_clause[0].range_var
    name = _named(facts, place)
    alias = place.alias.aliasname or place.relname
    quoted = sql.Identifier(alias).as_string()
    query = sqltext.query(f"SELECT {quoted}.tableoid, {quoted}.ctid FROM {text}", "the root")
    return Root(name, alias, query, _shown(text))


def _of_query(text: str, facts: Mapping[TableName, TableFacts]) -> Root:
    query = sqltext.query(text, "the root")
    select: Any = sqltext.parsed(query, "the root").select_stmt
    places = [node for node in sqltext.walk(select) if type(node).__name__ == "RangeVar"]
    if not places:
        raise InvalidSql("it reads no table", where="the root", mend=_MEND)
    name = next((found for place in places if (found := _try_named(facts, place)) is not None), None)
    if name is None:
        raise UnknownObject("none of its tables is in the database", where="the root", mend=_MEND)
    key = key_of(facts[name])
    if len(select.target_list) != len(key):
        raise InvalidSql(
            f"it selects {len(select.target_list)} columns, and the key of {'.'.join(name)} has {len(key)}",
            where="the root",
            mend=f"select {', '.join(key)}",
        )
    columns = sql.SQL(", ").join(sql.Identifier("root", column) for column in key).as_string()
    table = sql.Identifier(*name).as_string()
    whole = f"SELECT root.tableoid, root.ctid FROM {table} AS root WHERE ({columns}) IN ({query})"
    return Root(name, "root", sqltext.query(whole, "the root"), _shown(text))


def key_of(table: TableFacts) -> tuple[str, ...]:
    """Return the columns that tell the rows of a table apart; all of them if there is no key."""
    primary = next((rule.keys for rule in table.uniques if rule.is_primary), None)
    plain = [r.keys for r in table.uniques if not r.predicate and all(k in table.columns for k in r.keys)]
    return primary or min(plain, key=len, default=tuple(table.columns))


def _named(facts: Mapping[TableName, TableFacts], place: Any) -> TableName:
    found = _try_named(facts, place)
    if found is None:
        known = ", ".join(".".join(name) for name in facts)
        raise UnknownObject(
            f"there is no one table {place.relname!r}", where="the root", mend=f"use one of {known[:400]}"
        )
    return found


def _try_named(facts: Mapping[TableName, TableFacts], place: Any) -> TableName | None:
    found = [n for n in facts if n[1] == place.relname and place.schemaname in ("", n[0])]
    return found[0] if len(found) == 1 else None


def _shown(text: str) -> str:
    """Return a request with its constants replaced: they may be what must not be told."""
    query = text if text.lstrip().lower().startswith(("select", "with")) else f"SELECT FROM {text}"
    return str(postgast.normalize(query)).removeprefix("SELECT FROM ")
