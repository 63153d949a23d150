"""Edges of a design: which rows a relationship joins and what stands at its ends. Nothing is routed here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final, cast
from uuid import UUID

from designer_kernel.catalog.known import Known
from designer_kernel.design import Design, Entity, Relationship
from designer_kernel.design.expansion import Expanded
from designer_kernel.design.implied import EffectiveForeignKey
from designer_kernel.diagram.shapes import Card, Edge, End

QUIET_FROM: Final = 9
"""A parent with this many references from other cards is a hub: its edges are drawn quietly."""


def edges_of(
    design: Design, expanded: Expanded, cards: Iterable[Card], *, with_tenants: bool, known: Known | None = None
) -> list[Edge]:
    """Return the edges between the cards that are drawn, in a stable order; those of the last picture are ``known``.

    The tenant keys of tenant-scoped entities would join every card with one hub; a badge on the card tells it, so
    these edges are left out unless ``with_tenants``.
    """
    drawn = {card.id for card in cards}
    entities = {entity.id: entity for entity in expanded.design.entities}
    relationships = {relationship.id: relationship for relationship in design.relationships}
    known = known or Known()
    known.turn()
    edges: list[Edge] = []
    for key in expanded.foreign_keys:
        parent, child = entities[key.parent_entity_id], entities[key.child_entity_id]
        relationship = relationships.get(key.relationship_id) if key.relationship_id else None
        edges += known.once(_reference, key, parent, child, relationship)
    edges += _inheritance(design)
    edges = [edge for edge in edges if edge.source_card in drawn and edge.target_card in drawn]
    if not with_tenants:
        edges = [edge for edge in edges if edge.kind != "tenant"]
    return _with_quiet_hubs(edges, known)


def plain_edges_of(design: Design, cards: Iterable[Card]) -> list[Edge]:
    """Return the edges of a design that cannot be expanded: relationships from header to header."""
    drawn = {card.id for card in cards}
    edges = [
        Edge(
            id=str(r.id),
            kind="relationship",
            relationship_id=str(r.id),
            source_card=str(r.source_entity_id),
            target_card=str(r.target_entity_id),
            source_end=r.source_cardinality.value,
            target_end=r.target_cardinality.value,
            label=r.name or "",
        )
        for r in design.relationships
    ]
    edges += _inheritance(design)
    shown = [edge for edge in edges if edge.source_card in drawn and edge.target_card in drawn]
    return _with_quiet_hubs(shown, Known())


def _reference(
    key: EffectiveForeignKey, parent: Entity, child: Entity, relationship: Relationship | None
) -> Iterator[Edge]:
    tenant = _tenant_attribute(child)
    is_tenant = tenant == (parent.id, *key.child_attributes)
    pairs = list(zip(key.parent_attributes, key.child_attributes, strict=True))
    telling = [pair for pair in pairs if tenant is None or pair[1] != tenant[1]] or pairs
    anchor = telling[-1]
    yield Edge(
        id=str(key.id),
        kind="tenant" if is_tenant else "relationship",
        relationship_id=str(key.relationship_id or ""),
        source_card=str(parent.id),
        target_card=str(child.id),
        source_row=_row_id(parent, anchor[0]),
        target_row=_row_id(child, anchor[1]),
        source_rows=tuple(_row_id(parent, pair[0]) for pair in pairs),
        target_rows=tuple(_row_id(child, pair[1]) for pair in pairs),
        source_end="0..1" if key.is_nullable else "1",
        target_end=_child_end(key),
        is_identifying={pair[1] for pair in telling} <= set(child.key),
        label=(relationship.name or "") if relationship else "",
    )


def _child_end(key: EffectiveForeignKey) -> End:
    """Return what stands at the child: a key that is unique allows no more than one."""
    if key.is_unique and key.target_cardinality not in {"1", "0..1"}:
        return "0..1"
    return cast("End", key.target_cardinality)


def _tenant_attribute(entity: Entity) -> tuple[UUID, str] | None:
    trait = entity.trait("tenant_scoped")
    return (trait.tenant_entity_id, trait.attribute) if trait is not None and trait.kind == "tenant_scoped" else None


def _row_id(entity: Entity, name: str) -> str:
    attribute = entity.attribute(name)
    return str(attribute.id) if attribute else ""


def _inheritance(design: Design) -> list[Edge]:
    return [
        Edge(
            id=f"inherits:{entity.id}:{parent_id}",
            kind="inherits",
            source_card=str(parent_id),
            target_card=str(entity.id),
            label="inherits",
        )
        for entity in design.entities
        for parent_id in entity.inherits
    ]


def _with_quiet_hubs(edges: list[Edge], known: Known) -> list[Edge]:
    children: dict[str, set[str]] = {}
    for edge in edges:
        if edge.source_card != edge.target_card:
            children.setdefault(edge.source_card, set()).add(edge.target_card)
    hubs = {card_id for card_id, found in children.items() if len(found) >= QUIET_FROM}
    return [
        known.once(_quiet, edge)[0] if edge.source_card in hubs or edge.kind == "tenant" else edge for edge in edges
    ]


def _quiet(edge: Edge) -> Iterator[Edge]:
    yield replace(edge, is_quiet=True)
