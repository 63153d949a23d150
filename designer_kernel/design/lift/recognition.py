"""Recognition: traits in place of what they stand for, wherever the design means the same catalog with them.

Traits guess (`Trait.found`); here the guesses are tried. The design with them is lowered, and a guess stays only if no
fact of the catalog is told worse than without it. So a wrong guess changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias
from uuid import UUID

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.design.design import Design
from designer_kernel.design.entity import Entity
from designer_kernel.design.lift.wording import is_worded_alike
from designer_kernel.design.lower import lower
from designer_kernel.design.lowering import Placed
from designer_kernel.design.traits import KINDS, Trait
from designer_kernel.design.traits._recognition import Found, Sight
from designer_kernel.errors import DesignerError

_ROUNDS: Final = 12
"""How often guesses of all kinds are tried together before each kind is tried by itself."""

_Verdicts: TypeAlias = dict[tuple[UUID, str], Literal["careful", "never"]]
"""What became of guesses, by entity and kind of trait."""

_MANY: Final = 40
"""Most guesses of one kind that are tried one by one when together they contradict something."""


def recognised(
    drawn: Design, made: Catalog, catalog: Catalog, only: AbstractSet[UUID] | None = None
) -> tuple[Design, Catalog]:
    """Return the drawing with the traits that are in it, and the catalog that it means; without them it is ``made``.

    Parameters
    ----------
    only
        The entities to look at, if not all.
    """
    verdicts: _Verdicts = {}
    if only is not None:
        unasked = (entity.id for entity in drawn.entities if entity.id not in only)
        verdicts = {(key, kind.model_fields["kind"].default): "never" for key in unasked for kind in KINDS}
    design, tries = _all_kinds(drawn, verdicts)
    if not tries:
        return drawn, made
    usual = _wrong(made, catalog)
    for _round in range(_ROUNDS):
        result = _lowered(design)
        if result is None:
            break
        wrong = _wrong(result, catalog) - usual
        if not wrong:
            return design, result
        for one in _suspects(drawn, tries, wrong):
            verdicts[one.entity.id, one.kind] = "never" if one.careful else "careful"
        design, tries = _all_kinds(drawn, verdicts)
    for kind in KINDS:
        drawn, made = _one_kind(drawn, made, catalog, kind, usual, only)
    return drawn, made


def _all_kinds(design: Design, verdicts: _Verdicts) -> tuple[Design, list[_Try]]:
    """Return the drawing with all that is guessed, and the guesses, but for those that failed before."""
    tries: list[_Try] = []
    for kind in KINDS:
        new = [
            _Try(entity, found, verdict == "careful")
            for entity, found in _guesses(design, kind)
            if (verdict := verdicts.get((entity.id, found.trait.kind))) != "never"
        ]
        design = _with(design, new)
        tries += new
    return design, tries


def _suspects(drawn: Design, tries: Sequence[_Try], wrong: Iterable[ObjectId]) -> list[_Try]:
    """Return the guesses to change next: all that were careless, otherwise one of each entity."""
    blamed = _blamed(drawn, tries, wrong)
    careless = [one for one in blamed if not one.careful]
    return careless or list({one.entity.id: one for one in reversed(blamed)}.values())


@dataclass(slots=True)
class _Try:
    """A guess on trial; a ``careful`` one leaves all attributes and relationships as they were drawn."""

    entity: Entity
    found: Found
    careful: bool = False

    @property
    def kind(self) -> str:
        """The kind of the trait."""
        return self.found.trait.kind


def _guesses(design: Design, kind: type[Trait]) -> list[tuple[Entity, Found]]:
    sight = Sight(design)
    found = ((entity, kind.found(sight, entity)) for entity in design.entities)
    return [(entity, one) for entity, one in found if one is not None]


def _one_kind(
    drawn: Design,
    made: Catalog,
    catalog: Catalog,
    kind: type[Trait],
    usual: frozenset[ObjectId],
    only: AbstractSet[UUID] | None,
) -> tuple[Design, Catalog]:
    """Return the drawing with the traits of one kind that pass, and what it means."""
    tries = [_Try(*found) for found in _guesses(drawn, kind) if only is None or found[0].id in only]
    while tries:
        design = _with(drawn, tries)
        result = _lowered(design)
        if result is None:
            tries = _less(tries, tries) if any(not one.careful for one in tries) else _each(drawn, tries)
            continue
        wrong = _wrong(result, catalog) - usual
        if not wrong:
            return design, result
        tries = _less(tries, _blamed(drawn, tries, wrong))
    return drawn, made


def _careful(one: _Try) -> _Try:
    return _Try(one.entity, one.found, careful=True)


def _less(tries: Sequence[_Try], blamed: Iterable[_Try]) -> list[_Try]:
    """Return the guesses with those that are blamed made careful, or given up if they were."""
    ids = {id(one) for one in blamed}
    return [_careful(one) if id(one) in ids else one for one in tries if not (id(one) in ids and one.careful)]


def _each(drawn: Design, tries: Sequence[_Try]) -> list[_Try]:
    """Return the careful guesses that contradict nothing by themselves; none if they do so together only."""
    alone = [one for one in tries[:_MANY] if _lowered(_with(drawn, [one])) is not None]
    return alone if len(alone) < len(tries) else []


def _blamed(drawn: Design, tries: Sequence[_Try], wrong: Iterable[ObjectId]) -> list[_Try]:
    """Return the guesses that have to do with facts that are told wrong now; all, if none has."""
    objects: list[Placed] = [*drawn.entities, *drawn.views, *drawn.functions]
    place_of = {one.id: (drawn.schema_of(one), one.name) for one in objects}
    places = {_place(key) for key in wrong}
    implying = [one for one in tries if any(place_of.get(key) in places for key in one.found.implied)]
    return implying or [one for one in tries if place_of[one.entity.id] in places] or list(tries)


def _place(key: ObjectId) -> tuple[str, ...]:
    """Return (schema, name) of the table, view or function that a fact is about."""
    kind, path = key
    about = path[1:] if kind in {"comment", "grant", "owner", "security_label"} and len(path) > 2 else path
    return about[:2]


def _with(design: Design, tries: Sequence[_Try]) -> Design:
    """Return the drawing with guessed traits in place of what they stand for."""
    if not tries:
        return design
    implied: set[UUID] = set()
    entities: dict[UUID, Entity] = {}
    relationships: dict[UUID, Any] = {}
    drawn = {relationship.id for relationship in design.relationships}
    for one in tries:
        found, entity = one.found, one.entity
        changes = dict(found.changes)
        if not one.careful:
            attributes = changes.get("attributes", entity.attributes)
            changes["attributes"] = tuple(a for a in attributes if a.name not in found.bare or a.is_primary_key)
            relationships |= {relationship.id: relationship for relationship in found.relationships}
        traits = sorted((*entity.traits, found.trait), key=lambda trait: trait.kind)
        entities[entity.id] = entity.model_copy(update={**changes, "traits": tuple(traits)})
        implied |= found.implied - drawn if one.careful else found.implied
    return design.model_copy(
        update={
            "entities": tuple(entities.get(e.id, e) for e in design.entities if e.id not in implied),
            "relationships": tuple(relationships.get(r.id, r) for r in design.relationships if r.id not in implied),
            "views": tuple(view for view in design.views if view.id not in implied),
            "functions": tuple(function for function in design.functions if function.id not in implied),
        }
    )


def _lowered(design: Design) -> Catalog | None:
    try:
        return lower(design)
    except (DesignerError, ValueError):
        return None


def _wrong(made: Catalog, catalog: Catalog) -> frozenset[ObjectId]:
    """Return what a drawing tells otherwise than the catalog, the order of parts included."""
    found = {key for key, fact in catalog.items() if not _is_told(made.get(key), fact)}
    found.update(key for key in made if key not in catalog)
    expected = _ordered(catalog)
    for key, order in _ordered(made).items():
        if key in expected and order != expected[key] and key not in found:
            there = set(order)
            if order != [part for part in expected[key] if part in there]:
                found.add(key)
    return frozenset(found)


def _is_told(meant: CatalogObject | None, fact: CatalogObject) -> bool:
    return meant is not None and is_worded_alike(fact, meant)


def _ordered(catalog: Catalog) -> dict[ObjectId, list[ObjectId]]:
    """Return the parts whose order counts, by what they are parts of."""
    found: dict[ObjectId, list[ObjectId]] = {}
    for key, fact in catalog.items():
        if fact.ordered and (parent := fact.parent) is not None:
            found.setdefault(parent, []).append(key)
    return found
