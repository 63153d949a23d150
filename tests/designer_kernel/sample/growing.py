"""Tables of random catalogs as they grow, and the chances by which they do."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random


class Chances(Random):
    """Random numbers from a seed."""

    def chance(self, share: float) -> bool:
        """Whether something happens that does so in this share of cases."""
        return self.random() < share


@dataclass(slots=True)
class Column:
    """A column as other tables see it: its name and type, and whether it may be NULL."""

    name: str
    type: str
    is_required: bool = True


@dataclass(slots=True)
class Table:
    """A table as it grows; ``keys`` are what others may refer to."""

    name: str
    parts: list[str] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    keys: list[tuple[Column, ...]] = field(default_factory=list)
    references: list[tuple[Column, ...]] = field(default_factory=list)
    later: list[str] = field(default_factory=list)
    tail: str = ""
    is_inside: bool = False

    def add(self, name: str, kind: str, *, required: bool = True, check: str = "", more: str = "") -> Column:
        """Add a column, with another name if there is such a one."""
        while any(c.name == name for c in self.columns):
            name += "_"
        column = Column(name, kind, required)
        text = f" CHECK ({check.format(c=name)})" if check else ""
        self.parts.append(f"{name} {kind}{more}" + " NOT NULL" * required + text)
        self.columns.append(column)
        return column

    def script(self) -> str:
        """Return the statement that makes it."""
        return f"CREATE TABLE {self.name} (\n  " + ",\n  ".join(self.parts) + f"\n){self.tail}"


def plain(kind: str) -> str:
    """Return what a reference to a column declared so must be typed as."""
    word = kind.split(" GENERATED", maxsplit=1)[0].split(" DEFAULT", maxsplit=1)[0]
    return {"bigserial": "bigint", "serial": "integer"}.get(word, word)
