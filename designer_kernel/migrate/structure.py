"""Tables that become, or cease to be, parts of others: partitions, children, tables of a type.

What a part has from its whole is no fact of its own, so two states of such a table cannot be compared fact by fact.
Both are loosened first, in scratch databases; they are compared in that form; and what is a part in the end is
fastened last. No row is copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import shorten
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import CatalogObject, Change, ObjectId


def reattached(before: Catalog, after: Catalog) -> list[tuple[Table, Table]]:
    """Return the tables that are a part of something else now, as they were and as they become."""
    return [(table, other) for table in before.of(Table) if (other := _other(table, after)) is not None]


def _other(table: Table, after: Catalog) -> Table | None:
    other = after.get(table.id)
    if not isinstance(other, Table) or type(other) is not type(table):
        return None
    return other if _place(table) != _place(other) else None


def _place(table: Table) -> tuple[object, ...]:
    return table.partition_of, table.bound, table.inherits, table.of_type


def loosening(tables: list[Table]) -> tuple[str, ...]:
    """Return the statements that loosen tables, the innermost first."""
    return tuple(sql for table in reversed(tables) for sql in table.loosened())


def fastening(tables: list[Table]) -> tuple[str, ...]:
    """Return the statements that fasten tables, the outermost first."""
    return tuple(sql for table in _outermost_first(tables) for sql in table.fastened())


def _outermost_first(tables: list[Table]) -> Iterator[Table]:
    left = {(table.schema, table.name): table for table in tables}
    while left:
        ready = [table for table in left.values() if not any(parent in left for parent in table.parents)]
        for table in ready or list(left.values()):
            del left[(table.schema, table.name)]
            yield table


def aside(change: Change) -> list[tuple[CatalogObject, str]]:
    """Return the types that cannot be altered into what they become, and a free name for each.

    Under that name the old type stays until the columns that have it are changed to the new one.
    """
    before, after, found = change.before, change.after, []
    for key, fact in before.items():
        other = after.get(key)
        if fact.gives_way and type(other) is type(fact) and other != fact and other.alter(fact, change) is None:
            found.append((fact, _free_name(before, after, key)))
    return found


def _free_name(before: Catalog, after: Catalog, key: ObjectId) -> str:
    schema, name = key.path
    numbered = (shorten(f"{name}__old{number or ''}") for number in count())
    taken = {path[-1] for catalog in (before, after) for _, path in catalog if path[0] == schema}
    return next(free for free in numbered if free not in taken)


def setting_aside(types: list[tuple[CatalogObject, str]]) -> tuple[str, ...]:
    """Return the statements that give types other names."""
    return tuple(sql for fact, name in types for sql in fact.rename(_named(fact, name)))


def _named(fact: CatalogObject, name: str) -> CatalogObject:
    changed: dict[str, Any] = {"name": name}
    return replace(fact, **changed)
