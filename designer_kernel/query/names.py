"""Whose column a name is: names alone, and names with a schema, are completed to ``alias.column`` in the tree."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from google.protobuf.message import Message

if TYPE_CHECKING:
    from designer_kernel.query.tables import Table


@dataclass(frozen=True, slots=True)
class Names:
    """The sources of a statement: aliases and their tables."""

    sources: tuple[tuple[str, Table], ...]

    def owners(self, column: str) -> list[str]:
        """Return the aliases of the sources that have a column."""
        return [alias for alias, table in self.sources if column in table.columns]

    def count(self, column: str) -> int:
        """Return how many sources have a column."""
        return len(self.owners(column))

    def owner(self, column: str) -> str | None:
        """Return the alias of the one source that has a column, or ``None``."""
        owners = self.owners(column)
        return owners[0] if len(owners) == 1 else None

    def full(self, names: list[str]) -> list[str] | None:
        """Return ``alias.column`` for a shorter or longer name of it, or ``None`` if it is none."""
        if len(names) == 1 and (owner := self.owner(names[0])) is not None:
            return [owner, names[0]]
        if len(names) == 3:
            for alias, table in self.sources:
                if (table.schema, table.relation, alias) == (names[0], names[1], names[1]):
                    return names[1:]
        return None


def qualify(node: Any, names: Names) -> None:
    """Complete the names of columns in a tree, where it stands; subqueries have names of their own and stay."""
    for part in [*outside_subqueries(node)]:
        if type(part).__name__ == "ColumnRef" and all(f.WhichOneof("node") == "string" for f in part.fields):
            full = names.full([field.string.sval for field in part.fields])
            if full is not None:
                del part.fields[:]
                for name in full:
                    part.fields.add().string.sval = name


def outside_subqueries(node: Any) -> Iterator[Any]:
    """Yield a node and those below it; of a subquery, what it is compared with."""
    yield node
    is_subquery = type(node).__name__ == "SubLink"
    for field, value in node.ListFields():
        if field.message_type is None or (is_subquery and field.name != "testexpr"):
            continue
        for child in [value] if isinstance(value, Message) else value:
            yield from outside_subqueries(child)
