"""What was renamed: tables and columns that are gone, held against those that are new."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design.design import Design
from designer_kernel.design.edits import ChangeEntity, Edit, RenameAttribute, apply
from designer_kernel.design.entity import Entity
from designer_kernel.design.lower import lower
from designer_kernel.errors import DesignerError

Answer: TypeAlias = Literal["rename", "replace"]
"""``rename``: it is the same thing under a new name. ``replace``: one was dropped, and the other is new."""

SURE: Final = 0.75
"""Least likeness of a table that counts as renamed without asking."""

POSSIBLE: Final = 0.4
"""Least likeness of a table that is worth a question."""

_MARGIN: Final = 0.2
"""How much more like the second best the best has to be."""


@dataclass(frozen=True, slots=True)
class Decision:
    """A question that only a person can answer: whether ``old`` was renamed to ``new``, or replaced by it.

    ``suggested`` is what a refresh does until it is answered under ``key``.
    """

    key: str
    kind: Literal["entity", "attribute"]
    old: str
    new: str
    evidence: str
    suggested: Answer = "replace"


@dataclass(slots=True)
class Renames:
    """The design with what was renamed renamed, and what is to be asked."""

    design: Design
    renamed: tuple[tuple[str, str], ...] = ()
    decisions: tuple[Decision, ...] = ()


@dataclass(slots=True)
class _Found:
    edits: list[Edit] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    decisions: list[Decision] = field(default_factory=list)


def renames(design: Design, catalog: Catalog, decide: Mapping[str, Answer]) -> Renames:
    """Return the design with its entities and attributes renamed as the database has them."""
    found = _Found()
    own = lower(design)
    _entities(design, own, catalog, decide, found)
    if found.edits:
        design = _applied(design, found)
        found.edits.clear()
        own = lower(design)
    for entity in design.entities:
        _attributes(design, entity, own, catalog, decide, found)
    return Renames(_applied(design, found), tuple(found.renamed), tuple(found.decisions))


def _applied(design: Design, found: _Found) -> Design:
    for edit in found.edits:
        try:
            design = apply(design, edit)
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
    for key, other, score, is_best in _pairs(old, new, lambda a, b: _likeness(ours, a, theirs, b)):
        question = f"{_dotted(key)} → {_dotted(other)}"
        answer = decide.get(question)
        if answer is None and is_best and score >= SURE:
            answer = "rename"
        elif answer is None:
            evidence = f"{score:.0%} of their columns, keys and neighbours agree"
            found.decisions.append(Decision(question, "entity", _dotted(key), _dotted(other), evidence))
        if answer == "rename":
            schema, name = other.path
            change = {"name": name, "schema_name": None if schema == design.default_schema else schema}
            found.edits.append(ChangeEntity(entity_id=drawn[key].id, changes=change))
            found.renamed.append((_dotted(key), _dotted(other)))


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
    for attribute in old:
        place, column = ours[attribute.name]
        fits = [name for name in new if theirs[name][1].type == column.type]
        rivals = [other for other in old if ours[other.name][1].type == column.type]
        here = [name for name in fits if theirs[name][0] == place]
        for name in fits:
            question = f"{_dotted(table)}.{attribute.name} → {name}"
            answer = decide.get(question)
            is_alone = len(fits) == 1 and len(rivals) == 1
            same = theirs[name][1].not_null == column.not_null and here == [name]
            if answer is None and is_alone and same:
                answer = "rename"
            elif answer is None:
                told = f"both are {column.type}" + (" and stand in the same place" if name in here else "")
                old_name = f"{_dotted(table)}.{attribute.name}"
                found.decisions.append(Decision(question, "attribute", old_name, name, told))
            if answer == "rename":
                found.edits.append(RenameAttribute(entity_id=entity.id, attribute_id=attribute.id, name=name))
                found.renamed.append((f"{_dotted(table)}.{attribute.name}", name))
                break


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


def _likeness(ours: _Shapes, key: ObjectId, theirs: _Shapes, other: ObjectId) -> float:
    """Return how much two tables have in common, from 0 to 1: columns count three times as much as neighbours."""
    columns = _overlap(ours.columns(key), theirs.columns(other))
    near, far = ours.neighbours.get(key, set()), theirs.neighbours.get(other, set())
    return (3 * columns + _overlap(near, far)) / 4 if near or far else columns


def _overlap(one: AbstractSet[object], other: AbstractSet[object]) -> float:
    both = one | other
    return len(one & other) / len(both) if both else 0.0


def _pairs(
    old: Iterable[ObjectId], new: Iterable[ObjectId], likeness: Callable[[ObjectId, ObjectId], float]
) -> Iterable[tuple[ObjectId, ObjectId, float, bool]]:
    """Yield the pairs worth a thought, and whether each is the best of both by far."""
    scores = {(a, b): likeness(a, b) for a in old for b in new}
    taken: set[ObjectId] = set()
    for (a, b), score in sorted(scores.items(), key=lambda entry: -entry[1]):
        if score < POSSIBLE or a in taken or b in taken:
            continue
        rivals = [s for (x, y), s in scores.items() if (x == a) != (y == b) and x not in taken and y not in taken]
        is_best = score - max(rivals, default=0.0) >= _MARGIN
        if is_best:
            taken.update((a, b))
        yield a, b, score, is_best


def _dotted(key: ObjectId) -> str:
    return ".".join(key.path)
