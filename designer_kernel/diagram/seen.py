"""Saved diagrams as pictures: a part of a design, at places of its own."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from designer_kernel.design import Design
from designer_kernel.design.bends import Bends
from designer_kernel.design.diagrams import LINES, DetailLevel, Diagram, LineKind
from designer_kernel.design.edits.layout import COLLECTIONS
from designer_kernel.design.values import Position
from designer_kernel.diagram.cards import Shown
from designer_kernel.diagram.notes import note_boxes
from designer_kernel.diagram.picture import drawn, shapes_of
from designer_kernel.diagram.routes import Routes
from designer_kernel.diagram.shapes import Card, Edge, Picture, Point
from designer_kernel.errors import UnknownObject


def diagram_of(design: Design, key: str | UUID) -> Diagram:
    """Return the saved diagram of this id or name.

    Raises
    ------
    UnknownObject
        If there is none; the message names those there are.
    """
    for diagram in design.diagrams:
        if key in (diagram.id, diagram.name):
            return diagram
    names = ", ".join(diagram.name for diagram in design.diagrams[:20])
    raise UnknownObject(
        f"there is no diagram {str(key)!r}", where=design.name, mend=f"the diagrams are {names or 'none yet'}"
    )


def picture_of(design: Design, diagram: Diagram, **more: Any) -> Picture:
    """Return the picture of a saved diagram; ``more`` as of `part`."""
    return part(
        design,
        diagram.members,
        title=diagram.name,
        places=diagram.positions,
        lines=diagram.lines,
        detail=diagram.detail,
        notes_of=diagram.id,
        bends=diagram.bends,
        **more,
    )


def part(
    design: Design,
    members: Collection[UUID] | None,
    *,
    title: str = "",
    places: Mapping[UUID, Position] | None = None,
    lines: Collection[LineKind] = LINES,
    only_lines: Collection[UUID] | None = None,
    detail: DetailLevel = "all",
    notes_of: UUID | None = None,
    bends: Mapping[UUID, Bends] | None = None,
    previous: Mapping[str, Point] | None = None,
    routes: Routes | None = None,
    at_most: int | None = None,
) -> Picture:
    """Return the picture of a part of a design, laid out by itself.

    Parameters
    ----------
    members
        The entities and views that are shown; ``None`` for all. What a relationship between them makes, such as a
        junction, is shown too.
    places
        Where cards stand; the layout places the others. Where they stand in the design does not count.
    lines
        The kinds of lines that are drawn.
    only_lines
        Ids of the relationships whose lines are drawn; by default all.
    notes_of
        The diagram whose notes are drawn.
    bends
        Where lines turn that a person has laid, by the ids of the lines. Those of the design do not count.
    previous, routes, at_most
        As of `designer_kernel.diagram.picture.picture`.
    """
    moved = _at(design, places or {})
    cards, edges = _part_shapes(moved, members, lines, only_lines, detail)
    notes = note_boxes(design, notes_of) if notes_of is not None else []
    named = moved.model_copy(update={"name": title or design.name})
    return drawn(named, cards, edges, previous=previous, routes=routes, at_most=at_most, notes=notes, bends=bends)


def shapes_in(design: Design, diagram: Diagram) -> tuple[list[Card], list[Edge]]:
    """Return the cards and edges of a saved diagram; those that have places there are pinned, no edge is routed."""
    return _part_shapes(_at(design, diagram.positions), diagram.members, diagram.lines, None, diagram.detail)


def _part_shapes(
    moved: Design,
    members: Collection[UUID] | None,
    lines: Collection[LineKind],
    only_lines: Collection[UUID] | None,
    detail: DetailLevel,
) -> tuple[list[Card], list[Edge]]:
    cards, edges = shapes_of(moved, Shown(detail=detail), with_tenants="tenant" in lines)
    edges = [edge for edge in edges if edge.kind in lines]
    if only_lines is not None:
        kept = {str(key) for key in only_lines}
        edges = [edge for edge in edges if edge.relationship_id in kept]
    if members is not None:
        shown = _shown(cards, edges, {str(key) for key in members})
        cards = [card for card in cards if card.id in shown]
        edges = [edge for edge in edges if edge.source_card in shown and edge.target_card in shown]
    return cards, edges


def _at(design: Design, places: Mapping[UUID, Position]) -> Design:
    """Return the design with its cards at these places, and at no others."""
    moved = {
        collection: tuple(
            item if item.position == places.get(item.id) else item.model_copy(update={"position": places.get(item.id)})
            for item in getattr(design, collection)
        )
        for collection in COLLECTIONS
    }
    return design.model_copy(update=moved)


def _shown(cards: Sequence[Card], edges: Sequence[Edge], members: Collection[str]) -> set[str]:
    """Return what is shown: members, and cards that were made between members alone."""
    shown = set(members)
    for card in cards:
        if card.is_derived and card.id not in shown:
            around = {end for edge in edges for end in (edge.source_card, edge.target_card) if card.id in _ends(edge)}
            around.discard(card.id)
            if around and around <= shown:
                shown.add(card.id)
    return shown


def _ends(edge: Edge) -> tuple[str, str]:
    return edge.source_card, edge.target_card
