"""Partials of a DBML text, written out in the tables that take them in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from typing import Final

from designer_kernel.errors import DocumentError
from designer_kernel.exchange.dbml import tree

DEEPEST: Final = 100
"""How many partials may take in one another: each level repeats the columns of those below it."""


@dataclass(frozen=True, slots=True)
class WrittenOut:
    """A table or partial with all that it takes in: its columns, and the parts that they come from, itself first."""

    columns: tuple[tree.Column, ...]
    parts: tuple[tree.Table, ...]
    depth: int


class Partials:
    """The partials of a text by name.

    Raises
    ------
    DocumentError
        If two have one name, or one takes itself in, or what is not there, or too many stand within one another.
    """

    def __init__(self, partials: list[tree.Table]) -> None:
        self._written: dict[str, WrittenOut] = {}
        named: dict[str, tree.Table] = {}
        for one in partials:
            if one.path[-1] in named:
                raise DocumentError(
                    f"two partials are called {one.path[-1]!r}", where=f"{one.line}:1", mend="rename one of them"
                )
            named[one.path[-1]] = one
        for name in _in_order(named):
            self._written[name] = self.write_out(named[name])

    def write_out(self, table: tree.Table) -> WrittenOut:
        """Return a table with what it takes in; its own columns win over a partial's of the same name.

        Raises
        ------
        DocumentError
            If two of its columns have one name, or a partial is not there.
        """
        own = _own_names(table)
        found: dict[str, tree.Column] = {}
        parts: dict[str, tree.Table] = {}
        depth = 0
        for entry in table.columns:
            if isinstance(entry, tree.Column):
                found[entry.name] = entry
                continue
            taken = self._written.get(entry)
            if taken is None:
                raise DocumentError(
                    f"there is no TablePartial {entry!r}", where=f"{table.line}:1", mend="define it, or take ~ out"
                )
            depth = max(depth, taken.depth + 1)
            found |= {column.name: column for column in taken.columns if column.name not in own}
            for part in (*taken.parts[1:], taken.parts[0]):  # what stands last wins
                parts.pop(part.path[-1], None)
                parts[part.path[-1]] = part
        if depth > DEEPEST:
            raise DocumentError(
                f"{table.path[-1]!r} takes in partials that stand more than {DEEPEST} deep in one another",
                where=f"{table.line}:1",
                mend="write some of them out",
            )
        return WrittenOut(tuple(found.values()), (table, *parts.values()), depth)


def _own_names(table: tree.Table) -> set[str]:
    names: set[str] = set()
    for column in table.columns:
        if not isinstance(column, tree.Column):
            continue
        if column.name in names:
            raise DocumentError(
                f"two columns of {table.path[-1]!r} are called {column.name!r}",
                where=f"{column.line}:1",
                mend="rename or remove one of them",
            )
        names.add(column.name)
    return names


def _in_order(named: dict[str, tree.Table]) -> Iterator[str]:
    """Yield the names of partials, those that others take in before these."""
    taken = {name: [one for one in table.columns if isinstance(one, str)] for name, table in named.items()}
    try:
        order = tuple(TopologicalSorter(taken).static_order())
    except CycleError as error:
        first = error.args[1][0]
        raise DocumentError(
            f"the TablePartial {first!r} takes itself in", where=f"{named[first].line}:1", mend="take one ~ out"
        ) from error
    return (name for name in order if name in named)
