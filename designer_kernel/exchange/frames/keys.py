"""What identifies a row, and which values columns take from another table: read from the values themselves.

Keys are columns, or two or three of them together, without repetition and without NULL; that values do not repeat is
weak evidence by itself, so the names have to speak for it. A foreign key is proposed where every value of a column, or
of several together, occurs in another table's key (an inclusion dependency), the types agree, and the names fit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import pandas as pd

from designer_kernel.design.naming import singular

ACCEPTED: Final = 0.5
"""From this confidence on a key or a foreign key is chosen unasked."""

_TOGETHER: Final = 6
"""Columns that are tried in pairs and threes: more would be a search, not evidence."""

_ENOUGH: Final = 20
"""Rows from which on it says something that no value repeats."""

_LOOKED_AT: Final = 1_000
"""How many values are looked at before all are: what repeats mostly does so soon."""

_CLEAR: Final = 0.7
"""The score of a name that says which table is meant: customer_id."""

_ALMOST: Final = 0.9
"""The share of distinct values that occur in a parent's key from which on the others look like mistakes."""

_FEWEST: Final = 3
"""How many distinct values obey what others break, at least, for these to look like mistakes."""

_NO_IDS: Final = frozenset(
    {"paid", "unpaid", "prepaid", "bid", "mid", "valid", "invalid", "void", "grid", "raid", "kid"}
)

_ROLES: Final = frozenset({
    "manager", "parent", "boss", "supervisor", "superior", "mentor", "referrer", "referer",
    "predecessor", "previous", "next", "successor", "original", "root", "superseded", "replaces",
    "reportsto", "replyto", "inreplyto",
})  # fmt: skip
"""Names of columns that lead to another row of the same table."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a frame, its PostgreSQL type, and its values."""

    table: str
    name: str
    type: str
    data: pd.Series[Any]
    is_index: bool = False
    """Whether it was part of the frame's index, which mostly identifies rows."""

    @property
    def can_be_key(self) -> bool:
        """Whether PostgreSQL compares such values, and Python does: sets and the like become text only later."""
        if not _can_be_key(self.type):
            return False
        return not pd.api.types.is_object_dtype(self.data.dtype) or all(map(pd.api.types.is_hashable, self.data))

    @property
    def is_complete(self) -> bool:
        """Whether no value is missing."""
        return not self.data.hasnans

    @property
    def is_unique(self) -> bool:
        """Whether no value, the missing ones left aside, occurs twice; values that cannot be hashed never are."""
        try:
            return all(bool(some.is_unique) for some in (self.data.head(_LOOKED_AT).dropna(), self.data.dropna()))
        except TypeError:
            return False


@dataclass(frozen=True, slots=True)
class Candidate:
    """Columns that could identify a row, and how sure that is."""

    columns: tuple[Column, ...]
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key that the values allow: from columns to another table's key, column by column."""

    child: tuple[Column, ...]
    parent: tuple[Column, ...]
    confidence: float
    evidence: str
    holds: bool = True
    """Whether no value breaks it."""


def candidate_keys(columns: Sequence[Column]) -> list[Candidate]:
    """Return what could identify a row of a table, the likeliest first: single columns, else several together.

    Values of floating point and documents never identify anything.
    """
    if index := _index(columns):
        others = [c for c in columns if (c,) != index.columns and c.is_complete and c.can_be_key]
        return [index, *(_candidate(c, is_first=False) for c in others if c.is_unique)]
    able = [c for c in columns if c.is_complete and len(c.data) and c.can_be_key]
    place = {c.name: number for number, c in enumerate(columns)}
    single = [_candidate(c, is_first=place[c.name] == 0) for c in able if c.is_unique]
    single.sort(key=lambda found: (-found.confidence, place[found.columns[0].name]))
    if single and single[0].confidence >= ACCEPTED:
        return single
    return [*_together(able), *single]


def _index(columns: Sequence[Column]) -> Candidate | None:
    """Return what was the frame's index, if it identifies a row."""
    index = tuple(c for c in columns if c.is_index)
    if not index or not all(c.is_complete and len(c.data) and c.can_be_key for c in index):
        return None
    if pd.DataFrame({c.name: c.data.to_numpy() for c in index}).duplicated().any():
        return None
    return Candidate(index, 0.9, "it is the frame's index")


def near_key(columns: Sequence[Column]) -> tuple[Column, str] | None:
    """Return a column that is called like the table's key and that few rows keep from being it, and which these are."""
    for column in columns:
        if not len(column.data) or not column.can_be_key or _key_name(column) < 3:
            continue
        present = column.data.dropna()
        repeated = present[present.duplicated()]
        missing, again = len(column.data) - len(present), len(repeated)
        if 0 < missing + again <= max(1, len(column.data) * (1 - _ALMOST)) and len(present) - again >= _FEWEST:
            shown = ", ".join(map(str, repeated.unique()[:3]))
            said = [f"{again:,} repeat a value ({shown})"] * bool(again) + [f"{missing:,} have none"] * bool(missing)
            return column, f"of {len(column.data):,} rows {' and '.join(said)}"
    return None


def _candidate(column: Column, *, is_first: bool) -> Candidate:
    named = _key_name(column)
    if named >= 2:
        return Candidate((column,), 1.0 if named == 3 else 0.9, "its name is a key's")
    family = _family(column.type)
    if family == "uuid":
        return Candidate((column,), 0.9, "its values are UUIDs")
    if family == "integer" and _is_numbering(column):
        return Candidate((column,), 0.8, "its values number the rows")
    is_telling = family == "integer" or (family == "text" and len(column.data) >= _ENOUGH and not _is_prose(column))
    if is_first and is_telling:
        return Candidate((column,), 0.6, "it is the first column")
    return Candidate((column,), 0.3, "but neither name nor values are a key's")


def _is_numbering(column: Column) -> bool:
    low, high = int(column.data.min()), int(column.data.max())
    return low in {0, 1} and high - low + 1 == len(column.data) and len(column.data) > 1


def _is_prose(column: Column) -> bool:
    return column.type == "text" and bool(column.data.head(100).astype(str).str.contains(r"\s\S+\s").mean() > 0.5)


def _together(able: Sequence[Column]) -> list[Candidate]:
    """Return the smallest set of likely columns that identify a row together."""
    place = {c.name: number for number, c in enumerate(able)}
    named = [c for c in able if _key_name(c) >= 2 or _family(c.type) in {"date", "timestamp", "text"}]
    likely = sorted(named, key=lambda c: (-_key_name(c), _is_prose(c)))[:_TOGETHER]
    likely.sort(key=lambda c: (-_key_name(c), place[c.name]))
    # Numbers for values: quicker to compare, and their values do not matter.
    frame = pd.DataFrame({c.name: pd.factorize(c.data)[0] for c in likely})
    few = frame.head(_LOOKED_AT)
    for size in (2, 3):
        for some in combinations(likely, size):
            names = [c.name for c in some]
            if any(part.duplicated(names).any() for part in (few, frame)):
                continue
            keys = sum(_key_name(c) >= 2 for c in some)
            confidence = 0.9 if keys == size else 0.6 if keys == size - 1 == 1 else 0.3
            reason = "their names are keys'" if keys == size else "not all of their names are keys'"
            own = tuple(sorted(some, key=lambda c: place[c.name]))
            return [Candidate(own, confidence if len(frame) >= 3 else 0.3, reason)]
    return []


def unique_confidence(column: Column) -> float:
    """Return how sure it is that a column that repeats nothing in this data never will."""
    if len(column.data) < _ENOUGH or column.type != "text" or _is_prose(column):
        return 0.3
    return 0.6


def references(
    tables: Mapping[str, Sequence[Column]], keys: Mapping[str, Sequence[tuple[Column, ...]]]
) -> Iterator[Reference]:
    """Yield for each column the likeliest foreign key that its values allow, if the names speak for it.

    Parameters
    ----------
    tables
        The columns of each table.
    keys
        What identifies the rows of each table, the primary key first.
    """
    for table, columns in tables.items():
        own = {c.name for key in keys[table][:1] if len(key) == 1 for c in key}
        for child in columns:
            if not child.can_be_key or child.data.notna().sum() == 0 or (child.name in own and child.name == "id"):
                continue
            found = [
                reference
                for parents in keys.values()
                for place, (parent, *others) in enumerate(parents)
                if not others
                and (parent.table, parent.name) != (table, child.name)
                and (place == 0 or _is_known_key(parent))
                and not _is_backwards(child, parent, is_own_key=child.name in own, is_primary=place == 0)
                and (reference := _reference(child, parent, is_own_key=child.name in own)) is not None
            ]
            if found:
                yield max(found, key=lambda r: r.confidence)
        yield from _composite(table, columns, keys)


def _is_known_key(column: Column) -> bool:
    """Whether a column that is not the primary key may be referred to: few rows or mere words say too little."""
    return len(column.data) >= _ENOUGH and (_family(column.type) != "text" or _key_name(column) >= 2)


def _is_backwards(child: Column, parent: Column, *, is_own_key: bool, is_primary: bool) -> bool:
    """Whether a reference would lead from what is referred to, or between two that refer to a third.

    Two columns that are called alike include each other's values as easily: it is the table that they are named after
    that is referred to.
    """
    if child.table == parent.table:
        return False
    if is_own_key and _key_name(child) == 3:
        return True  # users.user_id
    if _joined(child.name) != _joined(parent.name) or _key_name(parent) == 3:
        return False
    is_named = _joined(child.name) == _joined(singular(parent.table))  # country in countries
    is_word = _family(child.type) == "text" and _key_name(parent) < 2
    return not is_named and (is_own_key or is_word or not is_primary)


def _composite(
    table: str, columns: Sequence[Column], keys: Mapping[str, Sequence[tuple[Column, ...]]]
) -> Iterator[Reference]:
    """Yield references to keys of several columns, from columns that are called alike."""
    by_name = {_joined(c.name): c for c in columns}
    place = {name: number for number, name in enumerate(keys)}
    for parents in keys.values():
        key = parents[0] if parents else ()
        if len(key) < 2 or key[0].table == table:
            continue
        prefix = _joined(singular(key[0].table))
        child = [by_name.get(_joined(c.name)) or by_name.get(prefix + _joined(c.name)) for c in key]
        named = [c for c in child if c is not None]
        if (
            len(named) < len(key)
            or not all(c.can_be_key for c in named)
            or any(_family(c.type) != _family(p.type) for c, p in zip(named, key, strict=True))
        ):
            continue
        own = pd.DataFrame({n: c.data.to_numpy() for n, c in enumerate(named)}).dropna().drop_duplicates()
        theirs = pd.DataFrame({n: c.data.to_numpy() for n, c in enumerate(key)})
        if own.empty or len(own.merge(theirs, how="inner")) < len(own):
            continue
        if len(theirs.merge(own, how="inner")) == len(theirs) and place[key[0].table] > place[table]:
            continue  # both have the same rows: the table that comes first is referred to
        said = f"every combination ({len(own):,} distinct) is in {key[0].table} ({', '.join(c.name for c in key)})"
        yield Reference(tuple(named), key, 0.9, said)


def _reference(child: Column, parent: Column, *, is_own_key: bool) -> Reference | None:
    if _family(child.type) != _family(parent.type) or not _can_be_key(parent.type):
        return None
    name = _own_score(child, parent, is_own_key=is_own_key)
    if not name:
        return None  # the values need not be looked at
    values = pd.Series(child.data.dropna().unique())
    is_there = values.isin(parent.data)
    if not is_there.all():
        return _almost(child, parent, values, is_there, name) if name >= 0.6 else None
    # Few values that all fall into a dense range of numbers may do so by chance.
    coverage = min(1.0, len(values) / _ENOUGH)
    confidence = round(min(1.0, name + 0.3 * coverage + 0.1), 2)
    if confidence < 0.6:
        return None
    said = "every value" if len(values) != 1 else "the only value"
    evidence = f"{said} ({len(values):,} distinct) is in {parent.table}.{parent.name}"
    return Reference((child,), (parent,), confidence, evidence)


def _almost(
    child: Column, parent: Column, values: pd.Series[Any], is_there: pd.Series[bool], name: float
) -> Reference | None:
    """Return a reference that some values break, to be looked at: the others look like mistakes.

    Of few values one may break it, if the name says clearly what is meant.
    """
    is_common = is_there.mean() >= _ALMOST and is_there.sum() >= _ENOUGH
    is_named = name >= _CLEAR and (~is_there).sum() == 1 and is_there.sum() >= _FEWEST
    if not is_common and not is_named:
        return None
    strangers = values[~is_there]
    shown = ", ".join(map(str, strangers.head(3))) + (", …" if len(strangers) > 3 else "")
    evidence = f"{is_there.sum():,} of {len(values):,} distinct values are in {parent.table}.{parent.name}, not {shown}"
    return Reference((child,), (parent,), 0.4, evidence, holds=False)


def _own_score(child: Column, parent: Column, *, is_own_key: bool) -> float:
    """Return how much the names speak for a reference, from 0 to 0.7, one within a table included."""
    if child.table != parent.table:
        return _name_score(child.name, parent)
    if is_own_key:
        return 0.0
    stem = _joined(re.sub(r"_(?:id|no|key|code)$", "", child.name))
    if stem in _ROLES or any(stem == role + _joined(singular(parent.table)) for role in _ROLES):
        return 0.6
    return _name_score(child.name, parent) if _joined(child.name) != _joined(parent.name) else 0.0


def _name_score(name: str, parent: Column) -> float:
    """Return how much a column's name speaks for a parent's key, from 0 to 0.7."""
    table, key, own = _joined(singular(parent.table)), _joined(parent.name), _joined(name)
    if own in {table + key, table} or (own == key and key != "id"):
        return 0.7
    if own.endswith(table + key) or (key.startswith(table) and key != table and own.endswith(key)):
        return 0.6  # billing_customer_id
    words = _words(name)
    if words[-1:] == ("id",) and words[:-1] and _words(singular(parent.table))[-1:] == words[-2:-1]:
        return 0.5
    return 0.0


def _joined(name: str) -> str:
    return "".join(_words(name))


def _words(name: str) -> tuple[str, ...]:
    return tuple(re.findall(r"[^\W\d_]+|[0-9]+", re.sub(r"([a-z0-9])([A-Z])", r"\1_\2", name).lower()))


def _key_name(column: Column) -> int:
    """Return 3 for the name of a table's own key, 2 for that of some key, less for others."""
    words = _words(column.name)
    own = _joined(singular(column.table))
    if words == ("id",) or "".join(words) in {f"{own}id", f"{own}key", f"{own}code", f"{own}no", f"{own}number"}:
        return 3
    if words[-1:] in (("id",), ("key",), ("uuid",), ("guid",), ("code",), ("no",), ("number",), ("nr",), ("sku",)):
        return 2
    if _family(column.type) == "integer" and words and words[-1].endswith("id") and words[-1] not in _NO_IDS:
        return 2  # COURSEID
    return 0 if _family(column.type) in {"date", "timestamp"} else 1


def _can_be_key(name: str) -> bool:
    refused = {"double", "real", "numeric", "jsonb", "boolean", "bytea", "interval"}
    return not name.endswith(("[]", "range")) and _family(name) not in refused


def _family(name: str) -> str:
    """Return the type without its size, since an integer may refer to a bigint."""
    first = name.partition("(")[0].partition(" ")[0]
    return "integer" if first in {"smallint", "integer", "bigint"} else first
