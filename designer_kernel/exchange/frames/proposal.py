"""From DataFrames to a design: everything that was inferred is a suggestion with its evidence, and may be refused."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from html import escape
from typing import Any, Final, Literal, TypeAlias

import pandas as pd

from designer_kernel.catalog.identifiers import is_label, shorten
from designer_kernel.design import Attribute, Design, Entity, Relationship
from designer_kernel.design.losses import Loss, LossReport
from designer_kernel.design.naming import singular
from designer_kernel.design.objects import Enum
from designer_kernel.errors import InvalidDesign, UnknownObject
from designer_kernel.exchange.frames.column_types import Guess, guess, holds_text
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
from designer_kernel.exchange.transfer import Imported

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
    ``labels`` are those of an enumeration.
    """

    kind: SuggestionKind
    table: str
    columns: tuple[str, ...]
    value: str
    evidence: str
    confidence: float = 1.0
    is_accepted: bool = True
    labels: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The name of the suggestion."""
        return f"{'.'.join((self.table, ','.join(self.columns)))}: {self.kind}"


@dataclass(frozen=True, slots=True)
class Proposal:
    """What several DataFrames suggest. `imported` makes the design of what is accepted."""

    name: str
    suggestions: tuple[Suggestion, ...]
    tables: Mapping[str, tuple[tuple[str, Guess], ...]]
    references: tuple[Reference, ...]

    def reject(self, *ids: str) -> Proposal:
        """Return the proposal without some suggestions: ``proposal.reject("orders.status: enum")``.

        Raises
        ------
        UnknownObject
            If there is no such suggestion.
        """
        return self._decided(ids, accepted=False)

    def accept(self, *ids: str) -> Proposal:
        """Return the proposal with suggestions that were not accepted by themselves.

        Raises
        ------
        UnknownObject
            If there is no such suggestion.
        """
        return self._decided(ids, accepted=True)

    def to_frame(self) -> pd.DataFrame:
        """Return the suggestions as a table: id, value, evidence, confidence, accepted."""
        rows = [(s.id, s.value, s.evidence, s.confidence, s.is_accepted) for s in self.suggestions]
        return pd.DataFrame(rows, columns=["suggestion", "value", "evidence", "confidence", "accepted"])

    def imported(self) -> Imported:
        """Return the design of what is accepted; what is not exactly as in the frames is in the loss report."""
        return _Assembly(self).run()

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
        table = _renamed(suggestions, given, given, (), columns)
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
        yield Suggestion("foreign key", table, names, value, reference.evidence, reference.confidence, sure)


def _with_parents(suggestions: Iterable[Suggestion], found: Iterable[Reference]) -> Iterator[Suggestion]:
    """Yield the suggestions; that a column is unique is chosen if another one refers to it."""
    needed = {(r.parent[0].table, tuple(c.name for c in r.parent)) for r in found if r.confidence >= ACCEPTED}
    for one in suggestions:
        is_needed = one.kind in {"unique", "primary key"} and (one.table, one.columns) in needed
        yield replace(one, is_accepted=True, confidence=max(one.confidence, ACCEPTED)) if is_needed else one


def _renamed(
    suggestions: list[Suggestion], table: str, given: object, columns: tuple[str, ...], taken: Container[str]
) -> str:
    """Return a name in the style of SQL that is not taken, and say so if it is another one."""
    text = str(given)
    words = re.sub(r"[^\w]+", "_", re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", text)).strip("_").lower()
    stem = name = shorten(words) if words else "column"
    number = 1
    while name in taken:
        number += 1
        name = shorten(f"{stem}_{number}")
    if name != text:
        why = f"{text!r} needs quotes in SQL" if number == 1 else f"there is another {stem!r}"
        suggestions.append(Suggestion("name", table, columns or (text,), name, why))
    return name


def _columns(suggestions: list[Suggestion], table: str, frame: pd.DataFrame, of_index: int) -> list[Column]:
    """Return the columns of a frame, of which the first were its index, under names that they can have in SQL."""
    if not len(frame.columns):
        raise InvalidDesign("the frame has no columns", where=table, mend="leave it out")
    found: dict[str, Column] = {}
    seen: set[str] = set()
    for place, given in enumerate(frame.columns):
        text = "_".join(str(part) for part in given if part != "") if isinstance(given, tuple) else str(given)
        shown = text if text not in seen else f"{text} (column {place + 1})"
        seen.add(text)
        name = _renamed(suggestions, table, text, (shown,), found)
        found[name] = Column(table, name, "", frame.iloc[:, place], is_index=place < of_index)
    return list(found.values())


def _keys(suggestions: list[Suggestion], columns: list[Column]) -> list[tuple[Column, ...]]:
    """Suggest the keys of a table; return what identifies a row, the primary key first."""
    candidates = candidate_keys(columns)
    for place, key in enumerate(candidates):
        names = tuple(column.name for column in key.columns)
        table, rows = key.columns[0].table, len(key.columns[0].data)
        evidence = f"{rows:,} rows, no two alike, none missing"
        if place == 0:
            said, sure = f"{evidence}; {key.reason}", key.confidence >= ACCEPTED
            suggestions.append(Suggestion("primary key", table, names, ", ".join(names), said, key.confidence, sure))
        elif len(names) == 1:
            # That values do not repeat in this data says little about data to come.
            confidence = unique_confidence(key.columns[0])
            sure = confidence >= ACCEPTED
            suggestions.append(Suggestion("unique", table, names, ", ".join(names), evidence, confidence, sure))
    if near := near_key(columns):
        column, evidence = near
        where = (column.name,)
        suggestions.append(
            Suggestion("primary key", column.table, where, column.name, evidence, 0.2, is_accepted=False)
        )
    return [key.columns for key in candidates]


def _about(column: Column, told: Guess, *, is_reference: bool) -> list[Suggestion]:
    """Return what a column suggests by itself: its type, its labels, whether it is ever missing."""
    where = (column.name,)
    found = [Suggestion("type", column.table, where, told.type, told.evidence)]
    if other := _converted(column, told):
        evidence = f"{other.evidence}; the rows need {other.using}"
        found.append(Suggestion("conversion", column.table, where, other.type, evidence, 0.4, is_accepted=False))
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


class _Assembly:
    """One run of `Proposal.imported`."""

    def __init__(self, proposal: Proposal) -> None:
        self._proposal = proposal
        accepted = [s for s in proposal.suggestions if s.is_accepted]
        self._accepted = {(s.kind, s.table, s.columns): s for s in accepted}
        self._enums: dict[tuple[str, ...], Enum] = {}
        self._losses: list[Loss] = []

    def run(self) -> Imported:
        entities = {table: self._entity(table, columns) for table, columns in self._proposal.tables.items()}
        relationships = [r for reference in self._proposal.references if (r := self._relationship(reference, entities))]
        for suggestion in self._proposal.suggestions:
            if suggestion.kind == "name":
                where = ".".join(dict.fromkeys((suggestion.table, *suggestion.columns)))
                self._losses.append(Loss(where, "name", "changed", f"it is called {suggestion.value}"))
        design = Design(
            name=self._proposal.name,
            enums=tuple(self._enums.values()),
            entities=tuple(entities.values()),
            relationships=tuple(relationships),
        )
        return Imported(design, LossReport(tuple(self._losses)))

    def _entity(self, table: str, columns: tuple[tuple[str, Guess], ...]) -> Entity:
        key = next(
            (s.columns for (kind, t, _), s in self._accepted.items() if kind == "primary key" and t == table), ()
        )
        attributes = [self._attribute(table, name, told, name in key) for name, told in columns]
        self._losses.append(Loss(table, "table", "kept"))
        self._losses += [Loss(f"{table}.{a.name}", "column", "kept") for a in attributes]
        return Entity(name=table, attributes=tuple(attributes), primary_key=key if len(key) > 1 else ())

    def _attribute(self, table: str, name: str, told: Guess, is_key: bool) -> Attribute:
        labels = self._accepted.get(("enum", table, (name,)))
        other = self._accepted.get(("conversion", table, (name,)))
        data_type = self._enum(table, name, labels.labels).name if labels is not None and not other else told.type
        if other is not None:
            data_type = other.value
            self._losses.append(Loss(f"{table}.{name}", "type", "changed", other.evidence))
        fields: dict[str, Any] = {"is_primary_key": True} if is_key else {}
        if not is_key and ("unique", table, (name,)) in self._accepted:
            fields["is_unique"] = True
        is_nullable = not is_key and ("not null", table, (name,)) not in self._accepted
        return Attribute(name=name, data_type=data_type, is_nullable=is_nullable, **fields)

    def _enum(self, table: str, name: str, labels: tuple[str, ...]) -> Enum:
        if labels not in self._enums:
            taken = {enum.name for enum in self._enums.values()} | set(self._proposal.tables)
            own = f"{singular(table)}_{name}"
            self._enums[labels] = Enum(name=shorten(own if own not in taken else f"{own}_kind"), labels=labels)
        return self._enums[labels]

    def _relationship(self, reference: Reference, entities: Mapping[str, Entity]) -> Relationship | None:
        child, parent = entities[reference.child[0].table], entities[reference.parent[0].table]
        columns, theirs = tuple(c.name for c in reference.child), tuple(c.name for c in reference.parent)
        if ("foreign key", child.name, columns) not in self._accepted:
            return None
        where = f"{child.name}.{','.join(columns)}"
        is_key = set(parent.key) == set(theirs)
        target = parent.attribute(theirs[0])
        if not is_key and not (len(theirs) == 1 and target is not None and target.is_unique):
            reason = f"{', '.join(theirs)} is no key of {parent.name}"
            self._losses.append(Loss(where, "foreign key", "refused", reason))
            return None
        attributes = [a for a in child.attributes if a.name in columns]
        one = set(child.key) == set(columns) or (len(columns) == 1 and attributes[0].is_unique)
        optional = any(a.is_nullable and a.name not in child.key for a in attributes)
        self._losses.append(Loss(where, "foreign key", "kept", reference.evidence))
        return Relationship.model_validate({
            "source_entity_id": parent.id,
            "target_entity_id": child.id,
            "relationship_type": "ONE_TO_ONE" if one else "ONE_TO_MANY",
            "source_cardinality": "0..1" if optional else "1",
            "target_cardinality": "0..1" if one else "N",
            "source_attributes": () if parent.key == theirs and len(theirs) == 1 else theirs,
            "target_attributes": columns,
        })  # fmt: skip
