"""What identifies a row, and which values a column takes from another table: read from the values themselves.

Keys are columns, or pairs of columns, without repetition and without NULL. A foreign key is proposed where every value
of a column occurs in another table's key (an inclusion dependency), the types agree, and the names speak for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import pandas as pd

from designer_kernel.design.naming import singular

_PAIRED: Final = 6
"""Columns that are tried in pairs: more would be a search, not evidence."""

_CONFIDENT: Final = 0.6


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a frame, its PostgreSQL type, and its values."""

    table: str
    name: str
    type: str
    data: pd.Series[Any]

    @property
    def is_complete(self) -> bool:
        """Whether no value is missing."""
        return not self.data.hasnans

    @property
    def is_unique(self) -> bool:
        """Whether no value, the missing ones left aside, occurs twice; values that cannot be hashed never are."""
        try:
            return bool(self.data.dropna().is_unique)
        except TypeError:
            return False


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key that the values allow: from a column to another table's key."""

    child: Column
    parent: Column
    confidence: float
    evidence: str


def candidate_keys(columns: Sequence[Column]) -> list[tuple[Column, ...]]:
    """Return what could identify a row of a table, the likeliest first: single columns, else pairs.

    Values of floating point and documents never identify anything.
    """
    able = [c for c in columns if c.is_complete and len(c.data) and _can_be_key(c.type)]
    single = [c for c in able if c.is_unique]
    if single:
        place = {c.name: number for number, c in enumerate(columns)}
        return [(c,) for c in sorted(single, key=lambda c: (-_key_name(c), place[c.name]))]
    likely = sorted(able, key=lambda c: -_key_name(c))[:_PAIRED]
    frame = pd.DataFrame({c.name: c.data.to_numpy() for c in likely})
    return [pair for pair in combinations(likely, 2) if not frame.duplicated([c.name for c in pair]).any()]


def references(tables: Mapping[str, Sequence[Column]], keys: Mapping[str, Sequence[Column]]) -> Iterator[Reference]:
    """Yield for each column the likeliest foreign key that its values allow, if the names speak for it.

    Parameters
    ----------
    tables
        The columns of each table.
    keys
        The columns of each table that are unique and complete.
    """
    for table, columns in tables.items():
        own = {c.name for c in keys[table][:1]}
        for child in columns:
            if child.data.notna().sum() == 0 or (child.name in own and child.name == "id"):
                continue
            found = [
                reference
                for parent_table, parents in keys.items()
                for parent in parents
                if (parent_table, parent.name) != (table, child.name)
                and (reference := _reference(child, parent)) is not None
            ]
            if found:
                yield max(found, key=lambda r: r.confidence)


def _reference(child: Column, parent: Column) -> Reference | None:
    if _family(child.type) != _family(parent.type) or not _can_be_key(parent.type):
        return None
    name = _name_score(child.name, parent)
    if name + 0.3 < _CONFIDENT:
        return None  # the values need not be looked at
    values = child.data.dropna().unique()
    if not pd.Series(values).isin(parent.data).all():
        return None
    # Few values that all fall into a dense range of numbers may do so by chance.
    coverage = min(1.0, len(values) / 20)
    confidence = round(min(1.0, name + 0.3 * coverage + 0.1), 2)
    if confidence < _CONFIDENT:
        return None
    said = "every value" if len(values) != 1 else "the only value"
    return Reference(child, parent, confidence, f"{said} ({len(values):,} distinct) is in {parent.table}.{parent.name}")


def _name_score(name: str, parent: Column) -> float:
    """Return how much a column's name speaks for a parent's key, from 0 to 0.7."""
    table, key = _words(singular(parent.table)), _words(parent.name)
    words = _words(name)
    if words in (table + key, key) and key != ("id",):
        return 0.7
    if words == table + key or words == table:
        return 0.7
    if words[-len(table + key) :] == table + key:  # billing_customer_id
        return 0.6
    if words[-1:] == ("id",) and words[:-1] and table[-1:] == words[-2:-1]:
        return 0.5
    if parent.table and words[:1] == ("parent",) and words[1:] in (key, ()):
        return 0.5
    return 0.0


def _words(name: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[a-z]+|[0-9]+", re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()))


def _key_name(column: Column) -> int:
    words = _words(column.name)
    own = _words(singular(column.table))
    if words in (("id",), (*own, "id"), (*own, "key"), (*own, "code")):
        return 3
    if words[-1:] in (("id",), ("key",), ("uuid",), ("code",), ("no",), ("number",)):
        return 2
    return 0 if _family(column.type) in {"date", "timestamp"} else 1


def _can_be_key(name: str) -> bool:
    return not name.endswith("[]") and _family(name) not in {"double", "real", "jsonb", "boolean", "bytea", "interval"}


def _family(name: str) -> str:
    """Return the type without its size, since an integer may refer to a bigint."""
    first = name.partition("(")[0].partition(" ")[0]
    return "integer" if first in {"smallint", "integer", "bigint"} else first
