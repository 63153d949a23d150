"""Rows of partitions whose bounds change: those that no longer belong where they are go where they belong.

They wait in a table of their own from before the partitions are taken apart until all are in place again. Rows that
stay where they are, are not touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.table import Table, table_id
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import Change, ObjectId
from designer_kernel.catalog.spelling import bracketed, closing, index_values
from designer_kernel.migrate.all_rows import unforced
from designer_kernel.migrate.rebuilding import Names, columns_of

_DEFAULT: Final = "DEFAULT"
_HASH: Final = re.compile(r"\(modulus (\d+), remainder (\d+)\)", re.IGNORECASE)
_OPEN: Final = frozenset({"MINVALUE", "MAXVALUE"})


@dataclass(frozen=True, slots=True)
class Moving:
    """Rows of a partition that leave it, for a table of their own (``place``) until the partitions are in place."""

    table: Table
    place: tuple[str, str]
    leaving: tuple[str, ...]
    arriving: tuple[str, ...]


def misplaced(change: Change, names: Names) -> list[Moving]:
    """Return the rows that have to move, as far as bounds tell; tables that are made anew are not among them."""
    found = []
    for table in change.before.of(Table):
        root = _root(table, change)
        if root is not None and (where := _elsewhere(table, root, change)):
            found.append(_moving(table, root, where, change, names))
    return found


def _root(table: Table, change: Change) -> Table | None:
    """Return what a table is and stays a partition of, as it becomes; nothing if its key changes."""
    if table.partition_of is None:
        return None
    before, after = (catalog.get(table_id(*table.partition_of)) for catalog in (change.before, change.after))
    is_kept = isinstance(before, Table) and isinstance(after, Table) and before.partition_by == after.partition_by
    other = change.after.get(table.id)
    stays = other is None or (isinstance(other, Table) and other.partition_of == table.partition_of)
    if not (is_kept and stays and isinstance(before, Table) and isinstance(after, Table)):
        return None
    return None if _is_key_retyped(before, after, change) else after


def _is_key_retyped(before: Table, after: Table, change: Change) -> bool:
    """Whether a column that the partition key names takes another type, for which PostgreSQL wants another table."""
    types = {column.name: column.type for column in columns_of(before, change.before)}
    columns = (column for column in columns_of(after, change.after) if quote(column.name) in after.partition_by)
    return any(types.get(column.name, column.type) != column.type for column in columns)


def _elsewhere(table: Table, root: Table, change: Change) -> str:
    """Return a condition for the rows of a partition that belong to another one then; empty if there are none."""
    other = change.after.get(table.id)
    if isinstance(other, Table) and other.bound != _DEFAULT:
        held = condition(root, other.bound) if other.bound != table.bound else ""
        return f"({held}) IS NOT TRUE" if held else ""
    path = (root.schema, root.name)
    parts = change.after.having(Table, "partition_of", path)
    if other is None and any(part.bound == _DEFAULT for part in parts):
        return "true"
    known = {part.bound for part in change.before.having(Table, "partition_of", path)}
    new = (part.bound for part in parts if part.bound not in known and part.bound != _DEFAULT)
    return " OR ".join(f"({held}) IS TRUE" for bound in new if (held := condition(root, bound)))


def _moving(table: Table, root: Table, where: str, change: Change, names: Names) -> Moving:
    relation = table.schema, names.free(table.schema, table.name)
    place, path = quote_path(*relation), quote_path(table.schema, table.name)
    there = {column.name for column in columns_of(table, change.before)}
    columns = [c for c in columns_of(root, change.after) if c.name in there and not c.generated]
    listed, is_given = ", ".join(quote(column.name) for column in columns), any(c.identity for c in columns)
    leaving = (
        f"CREATE TABLE {place} (LIKE {path})",
        *unforced(
            [table],
            f"WITH gone AS (\n    DELETE FROM {path} WHERE {where} RETURNING *\n)\n"
            f"INSERT INTO {place} SELECT * FROM gone",
        ),
    )
    overriding = " OVERRIDING SYSTEM VALUE" if is_given else ""
    arriving = (
        *unforced(
            [root],
            f"INSERT INTO {quote_path(root.schema, root.name)} ({listed}){overriding}\nSELECT {listed} FROM {place}",
        ),
        f"DROP TABLE {place}",
    )
    return Moving(table, relation, leaving, arriving)


def condition(table: Table, bound: str) -> str:
    """Return which rows belong to a partition of a table, as SQL; empty if that cannot be told."""
    method, _, key = table.partition_by.partition(" ")
    keys = index_values(bracketed(key, 0))
    if not keys or bound == _DEFAULT:
        return ""
    match method:
        case "LIST":
            return _in_list(keys[0], bracketed(bound, bound.index("(")))
        case "RANGE":
            begin = bound.index("(")
            end = bound.index("(", closing(bound, begin))
            return _in_range(keys, bracketed(bound, begin), bracketed(bound, end))
    found = _HASH.search(bound)
    root = f"{literal(quote_path(table.schema, table.name))}::pg_catalog.regclass"
    given = ", ".join(keys)
    return f"pg_catalog.satisfies_hash_partition({root}, {found[1]}, {found[2]}, {given})" if found else ""


def _in_list(key: str, values: Iterable[str]) -> str:
    given = list(values)
    filled = ", ".join(value for value in given if value != "NULL")
    either = [f"{key} IN ({filled})"] if filled else []
    return " OR ".join([*either, *([f"{key} IS NULL"] if "NULL" in given else [])])


def _in_range(keys: tuple[str, ...], low: tuple[str, ...], high: tuple[str, ...]) -> str:
    filled = [f"{key} IS NOT NULL" for key in keys]
    above = _compared(keys, low, {"": ">=", "MINVALUE": ">=", "MAXVALUE": ">"})
    below = _compared(keys, high, {"": "<", "MINVALUE": "<", "MAXVALUE": "<="})
    return " AND ".join([*filled, *filter(None, (above, below))])


def _compared(keys: tuple[str, ...], values: tuple[str, ...], operators: dict[str, str]) -> str:
    size = next((place for place, value in enumerate(values) if value in _OPEN), len(values))
    operator = operators[values[size] if size < len(values) else ""]
    return f"({', '.join(keys[:size])}) {operator} ({', '.join(values[:size])})" if size else ""


def pointing(tables: Iterable[Table], now: Catalog) -> list[ForeignKey]:
    """Return the foreign keys to what tables are partitions of: their rows could not be taken away from under them."""
    roots = {root for table in tables for root in _above(table, now)}
    return [key for key in now.of(ForeignKey) if key.referenced in roots] if roots else []


def _above(table: Table, catalog: Catalog) -> Iterator[ObjectId]:
    if table.partition_of:
        yield table.id
    while table.partition_of:
        above = catalog.get(table_id(*table.partition_of))
        yield table_id(*table.partition_of)
        if not isinstance(above, Table):
            return
        table = above
