"""What rows a database holds, as values that can be compared, and which tables before a change they are found in after.

Partitions come and go, and their rows with them into other tables, so tables are compared by groups: those that were,
or are, parts of one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

import psycopg

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.migrate.effects import Relation
from designer_kernel.migrate.salvage.touching import Names

Row: TypeAlias = Mapping[str, str | None]


def stored(catalog: Catalog) -> list[Relation]:
    """Return the tables that hold rows themselves."""
    return [(table.schema, table.name) for table in catalog.of(Table) if not table.partition_by]


def columns_of(relation: Relation, catalog: Catalog) -> list[Column]:
    """Return the columns of a table whose values are not computed; a partition has those of its parent."""
    key = ObjectId("relation", relation)
    while True:
        found, table = catalog.parts(key, Column), catalog.get(key)
        if found or not isinstance(table, Table) or not table.partition_of:
            return [column for column in found if not column.generated]
        key = ObjectId("relation", table.partition_of)


def contents(
    connection: psycopg.Connection[Any], catalog: Catalog, types: Mapping[tuple[str, ...], str] | None = None
) -> dict[Relation, list[Row]]:
    """Return the rows of all tables that hold some, their values as text.

    Parameters
    ----------
    types
        The types that columns, by schema, table and name, are converted to before.
    """
    found: dict[Relation, list[Row]] = {}
    for relation in stored(catalog):
        names = [column.name for column in columns_of(relation, catalog)]
        texts = ", ".join(_text(relation, name, types or {}) for name in names)
        query = f"SELECT {texts} FROM ONLY {quote_path(*relation)}"
        rows = connection.execute(query.encode()).fetchall()
        found[relation] = [dict(zip(names, row, strict=True)) for row in rows]
    return found


def _text(relation: Relation, name: str, types: Mapping[tuple[str, ...], str]) -> str:
    kind = types.get((*relation, name))
    return f"{quote(name)}::{kind}::text" if kind else f"{quote(name)}::text"


@dataclass(frozen=True, slots=True)
class Group:
    """Tables that hold rows before, and those in which these are found after."""

    before: tuple[Relation, ...]
    after: tuple[Relation, ...]


def groups(before: Catalog, after: Catalog, names: Names) -> Iterator[Group]:
    """Yield the tables that belong together.

    Parameters
    ----------
    names
        What the tables of ``before`` are called in ``after``.
    """
    parent: dict[tuple[str, Relation], tuple[str, Relation]] = {}

    def root(node: tuple[str, Relation]) -> tuple[str, Relation]:
        while parent.setdefault(node, node) != node:
            node = parent[node]
        return node

    for side, catalog in (("before", before), ("after", after)):
        for table in catalog.of(Table):
            here = (table.schema, table.name)
            root((side, here))
            if table.partition_of:
                parent[root((side, here))] = root((side, table.partition_of))
    there = {(table.schema, table.name) for table in after.of(Table)}
    for table in before.of(Table):
        here = (table.schema, table.name)
        if (now := names.relation(here)) in there:
            parent[root(("before", here))] = root(("after", now))
    found: dict[tuple[str, Relation], tuple[list[Relation], list[Relation]]] = {}
    for place, (side, catalog) in enumerate((("before", before), ("after", after))):
        for relation in stored(catalog):
            found.setdefault(root((side, relation)), ([], []))[place].append(relation)
    yield from (Group(tuple(old), tuple(new)) for old, new in found.values() if old)


def counted(rows: Iterable[Row], columns: Iterable[tuple[str, ...]]) -> Counter[tuple[str | None, ...]]:
    """Return how often each combination of values occurs.

    Parameters
    ----------
    columns
        For each value the names under which a row may have it.
    """
    wanted = list(columns)
    return Counter(tuple(next((row[n] for n in names if n in row), None) for names in wanted) for row in rows)
