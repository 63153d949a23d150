"""What was renamed: tables and columns that are gone, held against those that are new."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import Final, Literal, TypeAlias

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design.design import Design
from designer_kernel.design.edits import ChangeEntity, RenameAttribute
from designer_kernel.design.entity import Entity
from designer_kernel.design.lower import lower
from designer_kernel.design.refresh.names import Former, former
from designer_kernel.design.refresh.pinning import renamed_alone
from designer_kernel.errors import DesignerError

Answer: TypeAlias = Literal["rename", "replace", "keep", "remove"]
"""``rename``: it is the same thing under a new name. ``replace``: one was dropped, and the other is new.

Of what is drawn and not there, ``keep``: it is not deployed yet. ``remove``: it was dropped there.
"""

SURE: Final = 0.75
"""Least likeness of a table at which a new name is suggested."""

_SIMILAR: Final = 0.6
"""Least likeness of two names that makes a table count as renamed without asking, if all else is the same."""

POSSIBLE: Final = 0.4
"""Least likeness of a table that is worth a question."""

_MARGIN: Final = 0.2
"""How much more like the second best the best has to be."""

_COMPARED: Final = 24
"""Most new tables that one that is gone is compared with, so that a thousand renamed tables are no million pairs."""

_ASKED: Final = 3
"""Most new tables that are asked about for one that is gone."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A question that only a person can answer: whether ``old`` was renamed to ``new``, or replaced by it.

    Without ``new``, ``old`` is drawn and not in the database: whether it is kept, as it is until then, or removed.
    ``suggested`` is what the evidence speaks for. Until it is answered under ``key``, what it is about stays as it is
    drawn.
    """

    key: str
    kind: str
    old: str
    new: str
    evidence: str
    suggested: Answer = "replace"

    @property
    def answers(self) -> tuple[Answer, Answer]:
        """What it can be answered with."""
        return ("rename", "replace") if self.new else ("keep", "remove")


@dataclass(slots=True)
class Renames:
    """The design with what was renamed renamed, what it means, and what is to be asked about the tables ``held``.

    ``replaced`` are the tables and columns that an answer says are gone; ``former`` says what was called otherwise.
    """

    design: Design
    own: Catalog
    renamed: tuple[tuple[str, str], ...] = ()
    decisions: tuple[Decision, ...] = ()
    held: frozenset[ObjectId] = frozenset()
    replaced: frozenset[ObjectId] = frozenset()
    former: Former = field(default_factory=Former)


@dataclass(slots=True)
class _Found:
    edits: list[ChangeEntity | RenameAttribute] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)
    held: set[ObjectId] = field(default_factory=set)
    replaced: set[ObjectId] = field(default_factory=set)


def renames(design: Design, catalog: Catalog, decide: Mapping[str, Answer]) -> Renames:
    """Return the design with its entities and attributes renamed as the database has them."""
    found = _Found()
    before, first = design, lower(design)
    own = first
    _entities(design, own, catalog, decide, found)
    if found.edits:
        design = _applied(design, found, catalog)
        found.edits.clear()
        own = lower(design)
    for entity in design.entities:
        _attributes(design, entity, own, catalog, decide, found)
    if found.edits:
        design = _applied(design, found, catalog)
        own = lower(design)
    return Renames(
        design,
        own,
        tuple(found.renamed),
        tuple(found.decisions),
        frozenset(found.held),
        frozenset(found.replaced),
        former(before, design, first, own, catalog) if design is not before else Former(),
    )


def _applied(design: Design, found: _Found, catalog: Catalog) -> Design:
    for edit in found.edits:
        try:
            design = renamed_alone(design, edit, edit.entity_id, catalog)
        except DesignerError:
            continue  # it will be drawn anew under its new name
    return design


def _entities(design: Design, own: Catalog, catalog: Catalog, decide: Mapping[str, Answer], found: _Found) -> None:
    drawn = {
        ObjectId("relation", (design.schema_of(e), e.name)): e for e in design.entities if not e.is_abstract
    }  # fmt: skip
    old = [key for key in drawn if key not in catalog and key in own]
    new = [table.id for table in catalog.of(Table) if table.id not in own and table.partition_of is None]
    if not old or not new:
        return
    ours, theirs = _Shapes(own), _Shapes(catalog)
    pairs = list(_pairs(old, new, ours, theirs))
    told = [(key, other) for key, other, _score, _best in pairs if decide.get(_question(key, other)) == "rename"]
    settled = {end for pair in told for end in pair}
    for key, other, score, is_best in pairs:
        question = _question(key, other)
        answer = decide.get(question)
        if settled & {key, other} and (key, other) not in told:
            continue
        if answer is None and is_best and _is_surely(ours, key, theirs, other):
            answer = "rename"
        elif answer is None:
            evidence = f"{score:.0%} of their columns, keys and neighbours agree"
            likely: Answer = "rename" if score >= SURE else "replace"
            found.decisions.append(Decision(question, "entity", _dotted(key), _dotted(other), evidence, likely))
            found.held.update((key, other))
        if answer == "replace":
            found.replaced.add(key)
        if answer == "rename":
            schema, name = other.path
            change = {"name": name, "schema_name": None if schema == design.default_schema else schema}
            found.edits.append(ChangeEntity(entity_id=drawn[key].id, changes=change))
            found.renamed.append((_dotted(key), _dotted(other)))


def _question(key: ObjectId, other: ObjectId) -> str:
    return f"{_dotted(key)} → {_dotted(other)}"


def _attributes(
    design: Design, entity: Entity, own: Catalog, catalog: Catalog, decide: Mapping[str, Answer], found: _Found
) -> None:
    table = ObjectId("relation", (design.schema_of(entity), entity.name))
    if table not in catalog or entity.is_abstract:
        return
    ours = {column.name: (place, column) for place, column in enumerate(own.parts(table, Column))}
    theirs = {column.name: (place, column) for place, column in enumerate(catalog.parts(table, Column))}
    old = [a for a in entity.attributes if a.name in ours and a.name not in theirs]
    new = [name for name in theirs if name not in ours]

    def asked(old_name: str, name: str) -> str:
        return f"{_dotted(table)}.{old_name} → {name}"

    told_pairs = {(a.name, name) for a in old for name in new if decide.get(asked(a.name, name)) == "rename"}
    settled = {old_name for old_name, _name in told_pairs}, {name for _old_name, name in told_pairs}
    for attribute in old:
        place, column = ours[attribute.name]
        fits = [name for name in new if theirs[name][1].type == column.type]
        rivals = [other for other in old if ours[other.name][1].type == column.type]
        here = [name for name in fits if theirs[name][0] == place]
        for name in fits:
            question = asked(attribute.name, name)
            answer = decide.get(question)
            if (attribute.name in settled[0] or name in settled[1]) and (attribute.name, name) not in told_pairs:
                continue
            is_alone = len(fits) == 1 and len(rivals) == 1
            same = theirs[name][1].not_null == column.not_null and here == [name] and _is_before(name, theirs, ours)
            if answer is None and is_alone and same:
                answer = "rename"
            elif answer is None:
                told = f"both are {column.type}" + (" and stand in the same place" if name in here else "")
                old_name = f"{_dotted(table)}.{attribute.name}"
                likely: Answer = "rename" if name in here else "replace"
                found.decisions.append(Decision(question, "attribute", old_name, name, told, likely))
                found.held.add(table)
            if answer == "replace":
                found.replaced.add(column.id)
            if answer == "rename":
                found.edits.append(RenameAttribute(entity_id=entity.id, attribute_id=attribute.id, name=name))
                found.renamed.append((f"{_dotted(table)}.{attribute.name}", name))
                break


def _is_before(name: str, theirs: Mapping[str, object], ours: Mapping[str, object]) -> bool:
    """Whether a new column stands before one that is known: added ones come last, so it is a renamed one."""
    later = list(theirs)
    return any(other in ours for other in later[later.index(name) + 1 :])


class _Shapes:
    """What a catalog's tables look like from outside."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self.neighbours: dict[ObjectId, set[tuple[str, ObjectId]]] = {}
        for key in catalog.of(ForeignKey):
            child = ObjectId("relation", (key.schema, key.table))
            self.neighbours.setdefault(child, set()).add(("to", key.referenced))
            self.neighbours.setdefault(key.referenced, set()).add(("from", child))

    def columns(self, table: ObjectId) -> set[tuple[str, str]]:
        """Return the names and types of a table's columns."""
        return {(column.name, column.type) for column in self._catalog.parts(table, Column)}

    def constraints(self, table: ObjectId) -> Counter[tuple[str, object]]:
        """Return a table's keys and other constraints, by what they are over."""
        parts = self._catalog.all_parts(table)
        return Counter((part.kind, getattr(part, "columns", ())) for part in parts if part.kind in _CONSTRAINTS)


_CONSTRAINTS: Final = frozenset({"primary_key", "unique", "foreign_key", "check", "exclusion"})


def _is_surely(ours: _Shapes, key: ObjectId, theirs: _Shapes, other: ObjectId) -> bool:
    """Whether a table is another under a new name: the same columns and constraints, and names that are alike."""
    old, new = key.path[-1], other.path[-1]
    is_alike = old in new or new in old or SequenceMatcher(None, old, new).ratio() >= _SIMILAR
    is_same = ours.columns(key) == theirs.columns(other) and ours.constraints(key) == theirs.constraints(other)
    return is_alike and is_same


def _likeness(ours: _Shapes, key: ObjectId, theirs: _Shapes, other: ObjectId) -> float:
    """Return how much two tables have in common, from 0 to 1: columns count three times as much as neighbours."""
    columns = _overlap(ours.columns(key), theirs.columns(other))
    near, far = ours.neighbours.get(key, set()), theirs.neighbours.get(other, set())
    return (3 * columns + _overlap(near, far)) / 4 if near or far else columns


def _overlap(one: AbstractSet[object], other: AbstractSet[object]) -> float:
    both = one | other
    return len(one & other) / len(both) if both else 0.0


def _pairs(
    old: Sequence[ObjectId], new: Sequence[ObjectId], ours: _Shapes, theirs: _Shapes
) -> Iterable[tuple[ObjectId, ObjectId, float, bool]]:
    """Yield the pairs worth a thought, the most alike first, and whether each is the best of both by far."""
    scores: dict[tuple[ObjectId, ObjectId], float] = {}
    unsure: set[ObjectId] = set()
    holders = _holders(new, theirs)
    for a in old:
        near, limit = _near(ours.columns(a), holders)
        alike = sorted(((_likeness(ours, a, theirs, b), b) for b in near), key=lambda pair: (-pair[0], pair[1]))
        if alike and alike[0][0] - limit < _MARGIN:
            unsure.add(a)
        scores.update({(a, b): score for score, b in alike[:_ASKED] if score >= POSSIBLE})
    of_old, of_new = _by(scores, 0), _by(scores, 1)
    taken: set[ObjectId] = set()
    for (a, b), score in sorted(scores.items(), key=lambda entry: -entry[1]):
        if a in taken or b in taken:
            continue
        others = {*of_old[a], *of_new[b]} - {(a, b)}
        rivals = [scores[pair] for pair in others if pair[0] not in taken and pair[1] not in taken]
        is_best = a not in unsure and score - max(rivals, default=0.0) >= _MARGIN
        if is_best:
            taken.update((a, b))
        yield a, b, score, is_best


def _holders(tables: Iterable[ObjectId], shapes: _Shapes) -> dict[tuple[str, str], list[ObjectId]]:
    """Return the tables that have each column."""
    found: dict[tuple[str, str], list[ObjectId]] = {}
    for table in tables:
        for column in shapes.columns(table):
            found.setdefault(column, []).append(table)
    return found


def _near(
    columns: AbstractSet[tuple[str, str]], holders: Mapping[tuple[str, str], list[ObjectId]]
) -> tuple[dict[ObjectId, None], float]:
    """Return tables that share columns, those of rare columns first, and the greatest likeness of those left out."""
    near: dict[ObjectId, None] = {}
    shared = sorted((holders[column] for column in columns if column in holders), key=len)
    for number, tables in enumerate(shared):
        for table in tables:
            if len(near) >= _COMPARED and table not in near:
                return near, (3 * (len(shared) - number) / len(columns) + 1) / 4
            near[table] = None
    return near, 0.0


def _by(scores: Iterable[tuple[ObjectId, ObjectId]], end: int) -> dict[ObjectId, list[tuple[ObjectId, ObjectId]]]:
    found: dict[ObjectId, list[tuple[ObjectId, ObjectId]]] = {}
    for pair in scores:
        found.setdefault(pair[end], []).append(pair)
    return found


def _dotted(key: ObjectId) -> str:
    return ".".join(key.path)
