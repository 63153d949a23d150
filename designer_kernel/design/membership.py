"""What areas, diagrams and notes hold of a design that has lost something: no more than is there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any
from uuid import UUID

from designer_kernel.design.bends import line_ids

if TYPE_CHECKING:
    from designer_kernel.design.design import Design
    from designer_kernel.design.diagrams import Diagram
    from designer_kernel.design.objects import Area


def shown_ids(design: Design) -> Iterator[UUID]:
    """Yield the ids of what a diagram can show: entities and views."""
    for items in (design.entities, design.views, design.materialized_views):
        yield from (item.id for item in items)


def without_strangers(design: Design) -> Design:
    """Return a design whose areas, diagrams and notes speak of no members, lines and diagrams that are not there."""
    if not (design.areas or design.diagrams or design.notes):
        return design
    entities = {entity.id for entity in design.entities}
    cards = set(shown_ids(design))
    lines = line_ids(design) if any(diagram.bends for diagram in design.diagrams) else set()
    diagrams = {diagram.id for diagram in design.diagrams}
    after: dict[str, tuple[Any, ...]] = {
        "areas": tuple(_area(area, entities) for area in design.areas),
        "diagrams": tuple(_diagram(diagram, cards, lines) for diagram in design.diagrams),
        "notes": tuple(note for note in design.notes if note.diagram_id is None or note.diagram_id in diagrams),
    }
    changed = {name: items for name, items in after.items() if not _is_same(items, getattr(design, name))}
    return design.model_copy(update=changed) if changed else design


def _area(area: Area, there: set[UUID]) -> Area:
    if there.issuperset(area.members):
        return area
    return area.model_copy(update={"members": tuple(member for member in area.members if member in there)})


def _diagram(diagram: Diagram, there: set[UUID], lines: set[UUID]) -> Diagram:
    if lines.issuperset(diagram.bends) and there.issuperset((*(diagram.members or ()), *diagram.positions)):
        return diagram
    members = None if diagram.members is None else tuple(one for one in diagram.members if one in there)
    positions = {key: place for key, place in diagram.positions.items() if key in there}
    bends = {key: one for key, one in diagram.bends.items() if key in lines}
    return diagram.model_copy(update={"members": members, "positions": positions, "bends": bends})


def _is_same(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))
