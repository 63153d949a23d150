"""What columns have from tables above and partitions below: expressions and NOT NULL that a catalog tells once.

A catalog tells of a child only what it does not take over from its parents. A NOT NULL that was never checked, as
PostgreSQL 18 allows, holds for new rows like any other.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.column import Column, column_id
from designer_kernel.catalog.kinds.not_null import NotNull
from designer_kernel.catalog.kinds.table import Table, table_id

Unchecked = Mapping[tuple[str, str], Mapping[str, bool]]
"""Of tables, columns with a NOT NULL that is not the column's own word, and whether children have it too."""


def unchecked(catalog: Catalog) -> Unchecked:
    """Return the NOT NULL constraints that were never checked."""
    found: dict[tuple[str, str], dict[str, bool]] = {}
    for constraint in catalog.having(NotNull, "valid", False):
        found.setdefault((constraint.schema, constraint.table), {})[constraint.column] = not constraint.no_inherit
    return found


def above(catalog: Catalog, table: Table) -> list[Table]:
    """Return the tables that a table inherits from, the nearest first."""
    waiting = list(table.inherits)
    found = []
    for path in waiting:
        owner = catalog.get(table_id(*path))
        if isinstance(owner, Table):
            found.append(owner)
            waiting += [parent for parent in owner.inherits if parent not in waiting]
    return found


def generated_above(catalog: Catalog, parents: Iterable[Table], name: str) -> str:
    """Return the expression that a column has from the nearest parent that says one."""
    for parent in parents:
        column = catalog.get(column_id(parent.schema, parent.name, name))
        if isinstance(column, Column) and column.generated:
            return column.generated
    return ""


def never_null(
    catalog: Catalog, table: Table, parents: Iterable[Table], partitions: Iterable[Table], never: Unchecked
) -> frozenset[str]:
    """Return the columns that are NOT NULL by constraints of other tables, or by those that were never checked."""
    found = set(never.get((table.schema, table.name), ()))
    for parent in parents:
        found |= {name for name, goes_on in never.get((parent.schema, parent.name), {}).items() if goes_on}
    for part in partitions:
        found |= set(never.get((part.schema, part.name), ()))
        found |= {constraint.column for constraint in _stated(catalog, part)}
        found |= {column.name for column in catalog.parts(part.id, Column) if column.not_null}
    return frozenset(found)


def _stated(catalog: Catalog, table: Table) -> Iterable[NotNull]:
    return (part for part in catalog.all_parts(table.id) if isinstance(part, NotNull))
