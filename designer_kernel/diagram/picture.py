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
        "is_derived": true,          # a trait or a relationship made it: drawn quietly
        "rows": [{                   # always
           "id": "<uuid>", "name": "tenant_id", "type": "uuid",     # always
           "is_primary_key": true, "is_foreign_key": true, "is_unique": true, "is_nullable": true,
           "is_indexed": true, "is_generated": true,
           "origin": "trait timestamps",   # missing: the entity's own; else trait …, inherits …, relationship
           "description": "…"}]}],
     "edges": [{
        "id": "<id>",                # always; unique in the picture
        "kind": "relationship",      # always; relationship | inherits | tenant
        "relationship_id": "<uuid>", # of the design's relationship; missing for inheritance and traits
        "source_card": "<uuid>", "target_card": "<uuid>",           # always; parent and child
        "source_row": "<uuid>", "target_row": "<uuid>",             # always; "" = the header
        "source_rows": [], "target_rows": [],                       # always; all columns of the key, in pairs
        "source_end": "1",           # always; at the parent: 1 | 0..1 (many-to-many without junction: N | 0..N | 1..N)
        "target_end": "0..N",        # always; at the child: 1 | 0..1 | N | 0..N | 1..N; "" for inheritance
        "is_identifying": true,      # the foreign key is part of the child's primary key: a solid line, else dashed
        "is_quiet": true,            # thin and pale
        "label": "places",
        "points": [[240, 71], [290, 71], [290, 171], [340, 171]]}], # always; orthogonal, source first
     "areas": [{"id": "<uuid>", "title": "Sales", "colour": "#d08c3f", "x": 0, "y": 0, "width": 9, "height": 9}]}

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

from designer_kernel.diagram.shapes import AreaBox, Badge, Bounds, Card, Edge, Picture, Row

__all__ = ["AreaBox", "Badge", "Bounds", "Card", "Edge", "Picture", "Row"]
