"""From DataFrames to a design: everything that was inferred is a suggestion with its evidence, and may be refused."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import Any, Final, Literal, TypeAlias

import pandas as pd

from designer_kernel.catalog.identifiers import is_label
from designer_kernel.design.losses import Loss
from designer_kernel.errors import InvalidDesign, UnknownObject
from designer_kernel.exchange.frames.almost import Almost, almost
from designer_kernel.exchange.frames.assembly import Assembly, ImportedData
from designer_kernel.exchange.frames.column_types import Guess, distinct_text, guess, holds_text
from designer_kernel.exchange.frames.conversions import Conversion, conversion
from designer_kernel.exchange.frames.given import as_pandas, check_width, with_index
from designer_kernel.exchange.frames.keys import (
    ACCEPTED,
    Column,
    Reference,
    candidate_keys,
    near_key,
    references,
    unique_confidence,
)
from designer_kernel.exchange.frames.naming import sql_name

SuggestionKind: TypeAlias = Literal[
    "name", "type", "conversion", "enum", "not null", "primary key", "unique", "foreign key"
]

MOST_LABELS: Final = 30
"""A column of text with more distinct values is no enumeration."""

_LOOKED_AT: Final = 1_000
"""How many values are looked at before all are."""

_REPEATED: Final = 5
"""How often the values of an enumeration occur on average, at least."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One thing that the values suggest.

    ``id`` names it for `Proposal.reject` (``orders.customer_id: foreign key``), ``confidence`` is between 0 and 1;
    ``labels`` are those of an enumeration; ``holds`` is false where some values break it, which the evidence shows.
    """

    kind: SuggestionKind
    table: str
    columns: tuple[str, ...]
    value: str
    evidence: str
    confidence: float = 1.0
    is_accepted: bool = True
    labels: tuple[str, ...] = ()
    holds: bool = True

    @property
    def id(self) -> str:
        """The name of the suggestion."""
        return f"{'.'.join((self.table, ','.join(self.columns)))}: {self.kind}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What several DataFrames suggest. `imported` makes the design of what is accepted.

    ``left_out`` names the files among others that could not be read.
    """

    name: str
    suggestions: tuple[Suggestion, ...]
    tables: Mapping[str, tuple[tuple[str, Guess], ...]]
    references: tuple[Reference, ...]
    left_out: tuple[Loss, ...] = ()

    def reject(self, *ids: str) -> Proposal:
        """Return the proposal without some suggestions: ``proposal.reject("orders.status: enum")``.

        Raises
        ------
        UnknownObject
            If there is no such suggestion.
        """
        return self._decided(ids, accepted=False)

    def accept(self, *ids: str) -> Proposal:
        """Return the proposal with suggestions that were not accepted by themselves; ``all`` are those that hold.

        A primary key takes the place of another one that was accepted.

        Raises
        ------
        UnknownObject
            If there is no such suggestion.
        """
        if "all" in ids:
            ids = (*(one for one in ids if one != "all"), *self._holding())
        keys = {s.table: s.id for s in self.suggestions if s.kind == "primary key" and s.id in ids}
        others = [s.id for s in self.suggestions if s.kind == "primary key" and keys.get(s.table, s.id) != s.id]
        return self._decided(ids, accepted=True).reject(*others)

    def _holding(self) -> Iterator[str]:
        """Yield the ids of what no value breaks; a table that has a primary key keeps it."""
        keyed = {s.table for s in self.suggestions if s.kind == "primary key" and s.is_accepted}
        for one in self.suggestions:
            if one.holds and (one.kind != "primary key" or one.table not in keyed):
                yield one.id
                keyed |= {one.table} if one.kind == "primary key" else set()

    def to_frame(self) -> pd.DataFrame:
        """Return the suggestions as a table: id, value, evidence, confidence, accepted."""
        rows = [(s.id, s.value, s.evidence, s.confidence, s.is_accepted) for s in self.suggestions]
        return pd.DataFrame(rows, columns=["suggestion", "value", "evidence", "confidence", "accepted"])

    def imported(self) -> ImportedData:
        """Return the design of what is accepted; what is not exactly as in the frames is in the loss report."""
        return Assembly(self).run()

    def __repr__(self) -> str:
        lines = [f"{'✓' if s.is_accepted else '·'} {s.id} → {s.value} ({s.evidence})" for s in self.suggestions]
        return "\n".join([self._summary(), *lines])

    def _repr_html_(self) -> str:
        shown = self.to_frame()
        shown["accepted"] = shown["accepted"].map({True: "✓", False: ""})
        html: str = shown.to_html(index=False, escape=True, float_format="{:.2f}".format, justify="left")
        return f"<p>{escape(self._summary())}</p>{html}"

    def _summary(self) -> str:
        """Return how much there is, and what can be done with it."""
        taken = sum(one.is_accepted for one in self.suggestions)
        return (
            f"{self.name}: {len(self.tables)} tables, {len(self.suggestions)} suggestions, {taken} accepted; "
            ".accept(id) and .reject(id) decide otherwise, .imported() makes the design"
        )

    def _decided(self, ids: Iterable[str], *, accepted: bool) -> Proposal:
        wanted = set(ids)
        if unknown := wanted - {s.id for s in self.suggestions}:
            raise UnknownObject(
                f"there is no suggestion {min(unknown)!r}", mend="take one from the column 'suggestion' of to_frame()"
            )
        decided = (replace(s, is_accepted=accepted) if s.id in wanted else s for s in self.suggestions)
        return replace(self, suggestions=tuple(decided))


def propose(frames: Mapping[str, pd.DataFrame], name: str = "data") -> Proposal:
    """Return the design that DataFrames suggest, each suggestion with its evidence.

    Types, nullability, keys, enumerations and foreign keys between the frames are read from all values. Frames are not
    changed. A named index that is no mere numbering becomes columns.

    Parameters
    ----------
    frames
        The frames by the names of their tables: pandas', polars' or Arrow's.
    name
        The name of the design.

    Raises
    ------
    InvalidDesign
        If a frame has no columns or more than a table can have, or is none.
    """
    suggestions: list[Suggestion] = []
    tables: dict[str, tuple[tuple[str, Guess], ...]] = {}
    columns: dict[str, list[Column]] = {}
    for given, frame in frames.items():
        table = _renamed(suggestions, str(given), columns, "data")
        data, of_index = with_index(as_pandas(frame, str(given)))
        check_width(len(data.columns), str(given))
        columns[table] = _columns(suggestions, table, data, of_index)
        guesses = tuple((c.name, guess(c.data)) for c in columns[table])
        tables[table] = guesses
        columns[table] = [replace(c, type=g.type) for c, (_, g) in zip(columns[table], guesses, strict=True)]
    keys = {table: _keys(suggestions, own) for table, own in columns.items()}
    found = tuple(references(columns, keys))
    referring = {(c.table, c.name) for r in found for c in r.child}
    for table, own in columns.items():
        for column, (_, told) in zip(own, tables[table], strict=True):
            suggestions += _about(column, told, is_reference=(table, column.name) in referring)
    suggestions += _foreign_keys(found)
    return Proposal(name, tuple(_with_parents(suggestions, found)), tables, found)


def _foreign_keys(found: Iterable[Reference]) -> Iterator[Suggestion]:
    for reference in found:
        table, names = reference.child[0].table, tuple(c.name for c in reference.child)
        value = f"{table}.{','.join(names)} → {reference.parent[0].table}.{','.join(c.name for c in reference.parent)}"
        sure = reference.confidence >= ACCEPTED
        yield Suggestion(
            "foreign key",
            table,
            names,
            value,
            reference.evidence,
            reference.confidence,
            sure,
            holds=reference.holds,
        )


def _with_parents(suggestions: Iterable[Suggestion], found: Iterable[Reference]) -> Iterator[Suggestion]:
    """Yield the suggestions; that a column is unique is chosen if another one refers to it."""
    needed = {(r.parent[0].table, tuple(c.name for c in r.parent)) for r in found if r.confidence >= ACCEPTED}
    for one in suggestions:
        is_needed = one.kind in {"unique", "primary key"} and (one.table, one.columns) in needed
        yield replace(one, is_accepted=True, confidence=max(one.confidence, ACCEPTED)) if is_needed else one


def _renamed(
    suggestions: list[Suggestion],
    given: str,
    taken: Container[str],
    nameless: str,
    *,
    table: str = "",
    shown: str = "",
) -> str:
    """Return a name in the style of SQL that is not taken, and say so if it is another one.

    Parameters
    ----------
    table
        The table of a column.
    shown
        What a column is called where its name tells nothing, or is that of others.
    """
    name, why = sql_name(given, taken, nameless)
    if why:
        suggestions.append(Suggestion("name", table or given, (shown,) if table else (given,), name, why))
    return name


def _columns(suggestions: list[Suggestion], table: str, frame: pd.DataFrame, of_index: int) -> list[Column]:
    """Return the columns of a frame, of which the first were its index, under names that they can have in SQL."""
    if not len(frame.columns):
        raise InvalidDesign("the frame has no columns", where=table, mend="leave it out")
    found: dict[str, Column] = {}
    seen: set[str] = set()
    for place, given in enumerate(frame.columns):
        text = "_".join(str(part) for part in given if part != "") if isinstance(given, tuple) else str(given)
        shown = text if text.strip() and text not in seen else f"{text} (column {place + 1})".strip()
        seen.add(text)
        name = _renamed(suggestions, text, found, f"column_{place + 1}", table=table, shown=shown)
        found[name] = Column(table, name, "", frame.iloc[:, place], is_index=place < of_index)
    return list(found.values())


def _keys(suggestions: list[Suggestion], columns: list[Column]) -> list[tuple[Column, ...]]:
    """Suggest the keys of a table; return what identifies a row, the primary key first."""
    candidates, near = candidate_keys(columns), near_key(columns)
    for place, key in enumerate(candidates):
        names = tuple(column.name for column in key.columns)
        table, rows = key.columns[0].table, len(key.columns[0].data)
        evidence = f"{rows:,} rows, no two alike, none missing"
        if place == 0:
            said, confidence = f"{evidence}; {key.reason}", key.confidence
            if near and len(names) > 1 and near[0].name in names:
                said, confidence = f"{said}; but {near[0].name} alone almost is a key", min(confidence, 0.4)
            sure = confidence >= ACCEPTED
            suggestions.append(Suggestion("primary key", table, names, ", ".join(names), said, confidence, sure))
        elif len(names) == 1:
            # That values do not repeat in this data says little about data to come.
            confidence = unique_confidence(key.columns[0])
            sure = confidence >= ACCEPTED
            suggestions.append(Suggestion("unique", table, names, ", ".join(names), evidence, confidence, sure))
    if near:
        column, evidence = near
        where = (column.name,)
        suggestions.append(
            Suggestion("primary key", column.table, where, column.name, evidence, 0.2, is_accepted=False, holds=False)
        )
    return [key.columns for key in candidates]


def _about(column: Column, told: Guess, *, is_reference: bool) -> list[Suggestion]:
    """Return what a column suggests by itself: its type, its labels, whether it is ever missing."""
    where = (column.name,)
    found = [Suggestion("type", column.table, where, told.type, told.evidence)]
    if other := _converted(column, told):
        evidence = f"{other.evidence}; the rows need {other.using}"
        found.append(Suggestion("conversion", column.table, where, other.type, evidence, 0.4, is_accepted=False))
    elif told.type == "text" and not told.labels and (near := _nearly(column)):
        found.append(
            Suggestion("conversion", column.table, where, near.type, near.evidence, 0.2, is_accepted=False, holds=False)
        )
    missing = int(column.data.isna().sum())
    if not missing and len(column.data):
        found.append(Suggestion("not null", column.table, where, "NOT NULL", f"none of {len(column.data):,} missing"))
    if told.type == "text" and not is_reference and not other:
        found += _enum(column, told)
    return found


def _converted(column: Column, told: Guess) -> Conversion | None:
    """Return what a column would be if it were converted; the first values mostly tell that it need not be."""
    if told.labels or told.type not in {"text", "integer", "bigint"}:
        return None
    present = column.data.dropna()
    found = None
    for some in (present.head(_LOOKED_AT), present):
        distinct = _unique(some)
        found = conversion(column.name, told.type, distinct.astype(str) if told.type == "text" else distinct)
        if found is None or len(some) == len(present):
            return found
    return found


def _nearly(column: Column) -> Almost | None:
    """Return what a column of text would be but for a few values."""
    present = column.data.dropna()
    if not holds_text(present.head(_LOOKED_AT)) or almost(distinct_text(present.head(_LOOKED_AT))) is None:
        return None
    return almost(distinct_text(present)) if holds_text(present) else None


def _enum(column: Column, told: Guess) -> list[Suggestion]:
    labels = told.labels
    present = column.data.dropna()
    if not labels:
        few = present.head(_LOOKED_AT)
        if not holds_text(few) or few.nunique() > MOST_LABELS or not holds_text(present):
            return []
        distinct = present.unique()
        is_few = 1 < len(distinct) <= MOST_LABELS and len(present) >= _REPEATED * len(distinct)
        if not is_few or not all(map(is_label, distinct)):
            return []
        labels = tuple(sorted(distinct))
    evidence = f"{len(labels)} distinct values in {len(present):,}"
    is_worded = any(any(map(str.isalpha, label)) for label in labels)
    confidence = 1.0 if told.labels else 0.7 if is_worded else 0.4
    evidence += "" if is_worded else ", none of them words"
    value = ", ".join(labels)
    sure = confidence >= ACCEPTED
    return [Suggestion("enum", column.table, (column.name,), value, evidence, confidence, sure, labels)]


def _unique(values: pd.Series[Any]) -> pd.Series[Any]:
    """Return each value once; sets and the like, of which one cannot tell, as text."""
    try:
        return pd.Series(values.unique())
    except TypeError:
        return pd.Series(values.astype(str).unique())
