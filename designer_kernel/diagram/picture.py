"""The picture of a design: cards, crow's-foot edges and areas, placed and routed, ready for any renderer.

JSON contract (``Picture.to_dict()``)
-------------------------------------
One document; fields that are false, ``0`` or ``""`` are left out unless marked with *always*::

    {"format": 1, "title": "marketplace",
     "metrics": {"header_height": 38, "row_height": 22, ...},       # designer_kernel.diagram.metrics.to_dict()
     "bounds": {"x": -40, "y": -40, "width": 1800, "height": 1100}, # with margin; the natural viewBox
     "cards": [{
        "id": "<uuid>",              # always; id of the entity, view, materialized view or enum
        "kind": "entity",            # always; entity | abstract | view | materialized_view | enum
        "title": "products",         # always
        "schema": "catalog",         # only outside the design's default schema
        "subtitle": "view",          # a word or two under or beside the title
        "description": "…",          # tooltip
        "badges": [{"text": "tenant", "kind": "tenant_scoped", "detail": "…"}],   # always (may be empty)
        "colour": "#4f7cac",         # always; of the header's band
        "area_id": "<uuid>",
        "x": 0, "y": 0, "width": 240, "height": 180,                # always
        "rows_top": 60,              # always; y of the first row's upper side, from the card's top
        "hidden_rows": 3,            # rows left out by the level of detail: drawn as "3 more" after the last row
        "is_pinned": true,           # stands where the design says; layout never moves it
        "is_fixed": true,            # stays there also when everything is arranged anew
        "is_derived": true,          # a trait or a relationship made it: drawn quietly
        "rows": [{                   # always
           "id": "<uuid>", "name": "tenant_id", "type": "uuid",     # always
           "is_primary_key": true, "is_foreign_key": true, "is_unique": true, "is_nullable": true,
           "is_indexed": true, "is_generated": true,
           "is_checked": true,             # a check of its entity names it
           "is_tenant": true,              # says whose row it is
           "origin": "trait timestamps",   # missing: the entity's own; else trait …, inherits …, relationship
           "description": "…",
           "change": "added"}],     # added | removed | changed: where two states are compared; so of cards and edges
        "change": "changed"}],
     "edges": [{
        "id": "<id>",                # always; unique in the picture
        "kind": "relationship",      # always; relationship | inherits | tenant
        "relationship_id": "<uuid>", # of the design's relationship; missing for inheritance and traits
        "source_card": "<uuid>", "target_card": "<uuid>",           # always; parent and child
        "source_row": "<uuid>", "target_row": "<uuid>",             # always; "" = the header
        "source_rows": [], "target_rows": [],                       # always; all columns of the key, in pairs
        "source_end": "1",           # always; at the parent: 1 | 0..1 (many-to-many without junction: N | 0..N | 1..N)
        "target_end": "0..N",        # always; at the child: 1 | 0..1 | N | 0..N | 1..N; "" for inheritance
        "is_identifying": true,      # the foreign key is part of the child's primary key: a heavier line
        "is_quiet": true,            # thin and pale
        "label": "places",
        "points": [[240, 71], [290, 71], [290, 171], [340, 171]],   # always; orthogonal, source first
        "turns": [290]}],            # laid by a person: an x, a y, an x, … where its pieces lie
     "areas": [{"id": "<uuid>", "title": "Sales", "colour": "#d08c3f", "x": 0, "y": 0, "width": 9, "height": 9}],
     "notes": [{"id": "<uuid>", "text": "…", "lines": ["…"], "colour": "#f2d675",         # lines: as they are drawn
                "x": 0, "y": 0, "width": 9, "height": 9}]}

The middle of row *i* is at ``card.y + card.rows_top + (i + 0.5) * row_height``; a row that is not shown is replaced by
the header, at ``card.y + header_height / 2``.

Edges while a card is dragged
-----------------------------
The kernel routes around cards (`designer_kernel.diagram.routing.route_edges`); a canvas needs only this while the
pointer moves. With ``sy``/``ty`` the middles of the two rows, ``s`` and ``t`` the two cards:

1. ``t.x - s.right >= 2 * stub``: leave at the right of ``s``, arrive at the left of ``t``, ``mx`` half way between.
2. ``s.x - t.right >= 2 * stub``: leave at the left of ``s``, arrive at the right of ``t``, ``mx`` half way between.
3. otherwise (cards above each other, and self references): both on the right, ``mx = max(s.right, t.right) + 1.5 *
   stub``.

The points are ``(sx, sy) (mx, sy) (mx, ty) (tx, ty)``. After the drop the kernel sends routed points.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from designer_kernel.design import Design
from designer_kernel.design.bends import Bends, bends_of
from designer_kernel.design.expansion import expand
from designer_kernel.diagram import metrics
from designer_kernel.diagram.boxes import Box, Link, Rectangle, around
from designer_kernel.diagram.cards import Detail, Shown, area_colours, cards_of, plain_cards_of
from designer_kernel.diagram.edges import edges_of, plain_edges_of
from designer_kernel.diagram.layout import Progress, arrange
from designer_kernel.diagram.notes import note_boxes
from designer_kernel.diagram.routes import Routes
from designer_kernel.diagram.routing import route_edges
from designer_kernel.diagram.shapes import AreaBox, Badge, Bounds, Card, Edge, NoteBox, Picture, Point, Row
from designer_kernel.errors import InvalidDesign

__all__ = ["AreaBox", "Badge", "Bounds", "Card", "Edge", "NoteBox", "Picture", "Row", "picture"]


def picture(
    design: Design,
    *,
    previous: Mapping[str, Point] | None = None,
    only: Collection[str] | None = None,
    routes: Routes | None = None,
    at_most: int | None = None,
    detail: Detail = "all",
    with_derived: bool = False,
    with_tenants: bool = False,
    with_views: bool = True,
    with_enums: bool = False,
) -> Picture:
    """Return the picture of a design.

    A design that contradicts itself, and so cannot be expanded, is drawn as far as it is written: whoever mends it
    needs to see it. What is wrong with it is told by `designer_kernel.lint`.

    Parameters
    ----------
    design
        What to draw. Entities with a position stand there; nothing moves them.
    previous
        ``positions()`` of the last picture of this design: what is in it stays where it was.
    only
        Ids of the entities and views to draw, with the edges between them; by default all.
    routes
        The lines and cards of the last picture: those that nothing has touched stay, and these are remembered there.
    at_most
        If more lines than that would have to be laid, those edges have no points: laying takes longer than the rest.
    detail
        ``all`` rows, those of ``keys`` and references, or ``names`` of cards alone.
    with_derived
        Draw the tables that traits make (archives, audit logs) too.
    with_tenants
        Draw an edge from every tenant-scoped entity to its tenant; otherwise a badge on the card tells it.
    with_views
        Draw views and materialized views too.
    with_enums
        Draw enumerated types too; otherwise the rows of that type tell the labels in their description.
    """
    shown = Shown(detail, with_derived, with_views, with_enums)
    if routes is not None:
        shown = replace(shown, known=routes.cards, edges=routes.edges, painted=routes.painted)
    cards, edges = shapes_of(design, shown, with_tenants=with_tenants)
    if only is not None:
        cards = [card for card in cards if card.id in only]
        edges = [edge for edge in edges if edge.source_card in only and edge.target_card in only]
    notes = note_boxes(design) if only is None else []
    bends = bends_of(design)
    return drawn(design, cards, edges, previous=previous, routes=routes, at_most=at_most, notes=notes, bends=bends)


def drawn(
    design: Design,
    cards: Sequence[Card],
    edges: Sequence[Edge],
    *,
    previous: Mapping[str, Point] | None = None,
    routes: Routes | None = None,
    at_most: int | None = None,
    notes: Sequence[NoteBox] = (),
    bends: Mapping[UUID, Bends] | None = None,
) -> Picture:
    """Return cards and edges placed and routed, in the areas of a design; see `picture`.

    ``bends`` are of lines that a person has laid, by their ids.
    """
    placed = place(cards, edges, previous=previous, routes=routes)
    areas = _area_boxes(design, placed)
    by_hand = {str(key): one for key, one in (bends or {}).items()}
    routed = route_edges(placed, edges, areas=areas, routes=routes, at_most=at_most, by_hand=by_hand)
    bounds = _bounds(placed, routed, areas, notes)
    return Picture(design.name, tuple(placed), tuple(routed), tuple(areas), bounds, tuple(notes))


def shapes_of(design: Design, shown: Shown, *, with_tenants: bool = False) -> tuple[list[Card], list[Edge]]:
    """Return a design's cards and edges before they are placed and routed."""
    try:
        expanded = expand(design)
    except InvalidDesign:
        cards = plain_cards_of(design, shown)
        return cards, plain_edges_of(design, cards)
    cards = cards_of(design, expanded, shown)
    return cards, edges_of(design, expanded, cards, with_tenants=with_tenants, known=shown.edges)


def place(
    cards: Sequence[Card],
    edges: Iterable[Edge],
    *,
    previous: Mapping[str, Point] | None = None,
    progress: Progress | None = None,
    routes: Routes | None = None,
) -> list[Card]:
    """Return the cards at their places; pinned ones stay. ``previous`` and ``progress`` are as of `arrange`.

    Cards that stand where they stood in the picture that ``routes`` remember are the same objects.
    """
    boxes = [Box(card.id, card.width, card.height, card.area_id) for card in cards]
    pinned = {card.id: (card.x, card.y) for card in cards if card.is_pinned}
    new = {card.id for card in cards if not card.is_pinned and card.id not in (previous or {})}
    if 2 * len(new) <= len(cards):  # the others stay where they are, whatever they are linked with
        edges = [edge for edge in edges if edge.source_card in new or edge.target_card in new]
    places = arrange(boxes, _links(cards, edges), pinned=pinned, previous=previous, progress=progress)
    if routes is not None:
        return routes.placed(cards, places)
    return [card.at(*places[card.id]) for card in cards]


def _links(cards: Iterable[Card], edges: Iterable[Edge]) -> list[Link]:
    """Return what edges draw together."""
    linked = [edge for edge in edges if edge.kind != "tenant"]  # a hub of everything says nothing of what belongs where
    ends = {card for edge in linked for card in (edge.source_card, edge.target_card)}
    ports = {card.id: card.ports() for card in cards if card.id in ends}
    header = metrics.HEADER_HEIGHT / 2
    return [
        Link(
            edge.source_card,
            edge.target_card,
            ports[edge.source_card].get(edge.source_row, header),
            ports[edge.target_card].get(edge.target_row, header),
        )
        for edge in linked
    ]


def _area_boxes(design: Design, cards: Iterable[Card]) -> list[AreaBox]:
    members: dict[str, list[Rectangle]] = {}
    for card in cards:
        if card.area_id:
            members.setdefault(card.area_id, []).append(Rectangle(card.x, card.y, card.width, card.height))
    colours = area_colours(design)
    boxes = []
    for area in design.areas:
        if str(area.id) in members:
            inner = around(members[str(area.id)])
            x, y = inner.x - metrics.AREA_PADDING, inner.y - metrics.AREA_PADDING - metrics.AREA_TITLE_HEIGHT
            width, height = inner.width + 2 * metrics.AREA_PADDING, inner.bottom + metrics.AREA_PADDING - y
            boxes.append(AreaBox(str(area.id), area.name, colours[str(area.id)], x, y, width, height))
    return boxes


def _bounds(cards: Iterable[Card], edges: Iterable[Edge], areas: Iterable[AreaBox], notes: Iterable[NoteBox]) -> Bounds:
    items: list[Card | AreaBox | NoteBox] = [*cards, *areas, *notes]
    points = [point for edge in edges for point in edge.points]
    points += [corner for item in items for corner in ((item.x, item.y), (item.x + item.width, item.y + item.height))]
    xs, ys = zip(*points, strict=True) if points else ((0.0,), (0.0,))
    left, top = min(xs), min(ys)
    margin = metrics.MARGIN
    return Bounds(left - margin, top - margin, max(xs) - left + 2 * margin, max(ys) - top + 2 * margin)
