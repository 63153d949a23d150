"""Tables that become, or cease to be, parts of others: partitions, children, tables of a type.

What a part has from its whole is no fact of its own, so two states of such a table cannot be compared fact by fact.
Both are loosened first, in scratch databases; they are compared in that form; and what is a part in the end is
fastened last. No row is copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import count
from typing import Any

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import shorten
from designer_kernel.catalog.kinds.range import Multirange
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import CatalogObject, Change, ObjectId


def reattached(before: Catalog, after: Catalog) -> list[tuple[Table, Table]]:
    """Return the tables that are a part of something else now, as they were and as they become."""
    return [(table, other) for table in before.of(Table) if (other := _other(table, before, after)) is not None]


def _other(table: Table, before: Catalog, after: Catalog) -> Table | None:
    other = after.get(table.id)
    if not isinstance(other, Table) or type(other) is not type(table):
        return None
    is_reshaped = table.partition_of and table.standalone and _shape(table, before) != _shape(other, after)
    return other if _place(table) != _place(other) or is_reshaped else None


def _place(table: Table) -> tuple[object, ...]:
    is_standalone = table.partition_of is not None and table.standalone
    return table.partition_of, table.bound, table.inherits, table.of_type, is_standalone


def _shape(table: Table, catalog: Catalog) -> set[object]:
    """Return the columns of a partition that has its own; no other can be changed while it is one."""
    return {part for part in catalog.all_parts(table.id) if part.ordered}


def loosening(tables: list[Table]) -> tuple[str, ...]:
    """Return the statements that loosen tables, the innermost first."""
    return tuple(sql for table in reversed(tables) for sql in table.loosened())


def fastening(tables: list[Table]) -> Iterator[tuple[Table, tuple[str, ...]]]:
    """Yield tables with the statements that fasten them, the outermost first."""
    yield from ((table, statements) for table in _outermost_first(tables) if (statements := table.fastened()))


def _outermost_first(tables: list[Table]) -> Iterator[Table]:
    left = {(table.schema, table.name): table for table in tables}
    while left:
        ready = [table for table in left.values() if not any(parent in left for parent in table.parents)]
        for table in ready or list(left.values()):
            del left[(table.schema, table.name)]
            yield table


def aside(change: Change, anew: AbstractSet[ObjectId]) -> list[tuple[CatalogObject, str]]:
    """Return the types that cannot be altered into what they become, and a free name for each.

    Under that name the old type stays until the columns that have it are changed to the new one.

    Parameters
    ----------
    anew
        Facts of which something is known that cannot be altered.
    """
    before, after, found = change.before, change.after, []
    for key, fact in before.items():
        other = after.get(key)
        if not fact.gives_way or other is None or not other.gives_way:
            continue
        is_altered = type(other) is type(fact) and (other == fact or other.alter(fact, change) is not None)
        if key in anew or not is_altered or _is_rearranged(fact, change):
            found.append((fact, _free_name(before, after, key)))
    return found


def _is_rearranged(fact: CatalogObject, change: Change) -> bool:
    """Whether the parts of a type stand in another order than adding the new ones at the end would give."""
    was = [part.id for part in change.before.all_parts(fact.id) if part.ordered]
    becomes = [part.id for part in change.after.all_parts(fact.id) if part.ordered]
    if was == becomes:
        return False
    kept = [key for key in was if key in set(becomes)]
    return becomes[: len(kept)] != kept


def _free_name(before: Catalog, after: Catalog, key: ObjectId) -> str:
    schema, name = key.path
    numbered = (shorten(f"{name}__old{number or ''}") for number in count())
    taken = {path[-1] for catalog in (before, after) for _, path in catalog if path[0] == schema}
    return next(free for free in numbered if free not in taken)


def setting_aside(types: list[tuple[CatalogObject, str]], change: Change) -> tuple[str, ...]:
    """Return the statements that give types other names, and the types that come with them."""
    statements: list[str] = []
    for fact, name in types:
        statements += fact.rename(_named(fact, name))
        for part in change.before.all_parts(fact.id):
            if isinstance(part, Multirange):
                other = _free_name(change.before, change.after, part.id)
                statements += part.rename(replace(part, name=other, range=(part.range[0], name)))
    return tuple(statements)


def _named(fact: CatalogObject, name: str) -> CatalogObject:
    changed: dict[str, Any] = {"name": name}
    return replace(fact, **changed)
