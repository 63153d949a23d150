"""Cards of a design: what each entity, view and type shows, and how large that is. Nothing is placed here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import cycle
from math import ceil
from typing import Any, Literal
from uuid import UUID
from zlib import crc32

from designer_kernel.catalog.known import Known as Values
from designer_kernel.design import Attribute, Design, Entity
from designer_kernel.design.expansion import Expanded
from designer_kernel.design.objects import Enum, MaterializedView, View
from designer_kernel.design.traits import AnyTrait, Partitioned
from designer_kernel.diagram import metrics, palette
from designer_kernel.diagram.metrics import text_width
from designer_kernel.diagram.shapes import Badge, Card, CardKind, Row
from designer_kernel.diagram.spelling import output_names, short_type, words_of

Detail = Literal["all", "keys", "names"]
"""Which rows cards show: all, those of keys and references, or none."""

_BADGE_TEXTS = {"tenant_scoped": "tenant", "soft_delete": "soft delete"}


Known = dict[UUID, tuple[tuple[Any, ...], Card]]
"""Cards that were drawn last, with what they were drawn from."""

Painted = dict[str, tuple[Card, Card]]
"""Cards of the last picture before and after they were given their colours."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What of a design is drawn; cards that nothing has changed are taken from ``known``, and left there."""

    detail: Detail = "all"
    with_derived: bool = False
    with_views: bool = True
    with_enums: bool = False
    known: Known | None = None
    edges: Values | None = None
    painted: Painted | None = None


def cards_of(design: Design, expanded: Expanded, shown: Shown) -> list[Card]:
    """Return the cards of a design at the origin, in order of creation; a card is pinned where the design says."""
    references = _references(expanded)
    cards = []
    for entity in expanded.design.entities:
        origin = expanded.entity_origins.get(entity.id, "")
        if origin.startswith("trait") and not shown.with_derived:
            continue
        card = _entity_card(design, entity, "entity", shown, references=references[entity.id], origins=expanded.origins)
        cards.append(replace(card, is_derived=bool(origin), subtitle=origin) if origin else card)
    return _painted(design, [*_abstract_cards(design, shown), *cards, *_other_cards(design, shown)], shown)


def plain_cards_of(design: Design, shown: Shown) -> list[Card]:
    """Return the cards of a design that cannot be expanded: entities with what is written in them."""
    cards = [_entity_card(design, entity, "entity", shown) for entity in design.entities if not entity.is_abstract]
    return _painted(design, [*_abstract_cards(design, shown), *cards, *_other_cards(design, shown)], shown)


def _abstract_cards(design: Design, shown: Shown) -> list[Card]:
    return [_entity_card(design, entity, "abstract", shown) for entity in design.entities if entity.is_abstract]


def _other_cards(design: Design, shown: Shown) -> list[Card]:
    cards: list[Card] = []
    if shown.with_views:
        cards += [_view_card(design, view, "view", shown) for view in design.views]
        cards += [_view_card(design, view, "materialized_view", shown) for view in design.materialized_views]
    if shown.with_enums:
        cards += [_enum_card(design, enum, shown) for enum in design.enums]
    return cards


def _painted(design: Design, cards: list[Card], shown: Shown) -> list[Card]:
    areas = {str(member): str(area.id) for area in design.areas for member in area.members}
    own = {str(entity.id): entity.colour for entity in design.entities if entity.colour}
    colours = _Colours(design)
    before = shown.painted or {}
    painted: Painted = {}
    for card in cards:
        area, known = areas.get(card.id, ""), before.get(card.id)
        colour = colours.of(card, own.get(card.id, ""), area)
        if known is None or known[0] is not card or (known[1].colour, known[1].area_id) != (colour, area):
            known = card, replace(card, colour=colour, area_id=area)
        painted[card.id] = known
    if shown.painted is not None:
        shown.painted.clear()
        shown.painted.update(painted)
    return [painted[card.id][1] for card in cards]


def sized(card: Card) -> Card:
    """Return the card with the width and height that its texts need."""
    wide = [metrics.MIN_CARD_WIDTH, _title_width(card), *map(_row_width, card.rows)]
    badges = sum(badge_width(badge) + 5 for badge in card.badges)
    width = min(max(*wide, badges + 19), metrics.MAX_CARD_WIDTH)
    top = metrics.HEADER_HEIGHT + (metrics.BADGE_HEIGHT if card.badges else 0)
    lines = len(card.rows) + bool(card.hidden_rows)
    body = lines * metrics.ROW_HEIGHT + 2 * metrics.CARD_PADDING if lines else metrics.CARD_PADDING
    return replace(card, width=float(ceil(width)), height=top + body, rows_top=top + metrics.CARD_PADDING)


def badge_width(badge: Badge) -> float:
    """Return the width of a badge."""
    return text_width(badge.text, metrics.BADGE_SIZE) + 12


def subtitle_of(card: Card) -> str:
    """Return the small text at the right of a card's title: its schema, or what it is if it is no table."""
    kind = {"abstract": "abstract", "view": "view", "materialized_view": "materialized", "enum": "enum"}
    return " · ".join(word for word in (card.schema, kind.get(card.kind, "")) if word)


def _title_width(card: Card) -> float:
    small = text_width(subtitle_of(card), metrics.BADGE_SIZE)
    return text_width(card.title, metrics.TITLE_SIZE, is_bold=True) + small + 28 + (12 if small else 0)


def _row_width(row: Row) -> float:
    name = text_width(row.name, metrics.ROW_SIZE, is_bold=row.is_primary_key)
    kind = text_width(row.type, metrics.TYPE_SIZE)
    return metrics.ROW_TEXT_X + name + (metrics.ROW_GAP + kind if kind else 0) + metrics.ROW_RIGHT


def _references(expanded: Expanded) -> dict[UUID, frozenset[str]]:
    found: dict[UUID, set[str]] = {entity.id: set() for entity in expanded.design.entities}
    for key in expanded.foreign_keys:
        found.setdefault(key.child_entity_id, set()).update(key.child_attributes)
    return {entity_id: frozenset(names) for entity_id, names in found.items()}


def _entity_card(
    design: Design,
    entity: Entity,
    kind: CardKind,
    shown: Shown,
    *,
    references: frozenset[str] = frozenset(),
    origins: Mapping[UUID, str] | None = None,
) -> Card:
    """Return the card of an entity, the one that was drawn last if it says the same.

    The very same entity has its attributes from the same places, see `designer_kernel.design.expansion_steps`.
    """
    facts = (kind, shown.detail, references, _schema(design, entity.schema_name), design.enums)
    before = shown.known.get(entity.id) if shown.known is not None else None
    if before is not None and before[0][-1] is entity and before[0][:-1] == facts:
        return before[1]
    told = tuple((origins or {}).get(attribute.id, "") for attribute in entity.attributes)
    card = _drawn_card(design, entity, kind, shown.detail, references, told)
    if shown.known is not None:
        shown.known[entity.id] = (*facts, entity), card
    return card


def _drawn_card(
    design: Design, entity: Entity, kind: CardKind, detail: Detail, references: frozenset[str], origins: Sequence[str]
) -> Card:
    keys = frozenset(entity.key)
    unique = {key.attributes[0] for key in entity.keys if len(key.attributes) == 1}
    labels = {enum.name: enum.labels for enum in design.enums}
    indexed = {key.attribute for index in entity.indexes for key in index.keys if key.attribute}
    unique |= {
        index.keys[0].attribute or ""
        for index in entity.indexes
        if index.is_unique and index.predicate is None and len(index.keys) == 1
    }
    checked = frozenset[str]().union(*(words_of(check.expression) for check in entity.checks))
    tenant = entity.trait("tenant_scoped")
    tenant_name = tenant.attribute if tenant is not None and tenant.kind == "tenant_scoped" else ""
    rows = tuple(
        Row(
            id=str(a.id),
            name=a.name,
            type=short_type(a.type),
            is_primary_key=a.name in keys or a.is_primary_key,
            is_foreign_key=a.name in references,
            is_unique=a.is_unique or a.name in unique,
            is_nullable=a.is_nullable and a.name not in keys and not a.is_primary_key,
            is_indexed=a.name in indexed,
            is_generated=a.generated is not None or a.identity is not None,
            is_checked=a.name in checked,
            is_tenant=a.name == tenant_name,
            origin=origin,
            description=_described(a, labels),
        )
        for a, origin in zip(entity.attributes, origins, strict=True)
    )
    card = Card(
        id=str(entity.id),
        kind=kind,
        title=entity.name,
        schema=_schema(design, entity.schema_name),
        badges=_badges(entity),
        description=entity.description,
    )
    return sized(_pinned(_with_rows(card, rows, detail), entity))


def _described(attribute: Attribute, labels: Mapping[str, tuple[str, ...]]) -> str:
    """Return an attribute's description, with the labels of its enumerated type."""
    found = labels.get(attribute.data_type.rsplit(".", 1)[-1].strip('"'))
    told = f"One of {', '.join(found)}." if found else ""
    return " ".join(part for part in (attribute.description, told) if part)


def _badges(entity: Entity) -> tuple[Badge, ...]:
    badges = [_trait_badge(trait) for trait in entity.traits]
    if entity.partition_method:
        badges.append(_partition_badge(entity))
    if entity.row_security != "OFF" and entity.trait("tenant_scoped") is None:
        forced = " (forced)" if entity.row_security == "FORCED" else ""
        badges.append(Badge("RLS", "row_security", f"row-level security{forced}, {len(entity.policies)} policies"))
    room = metrics.MAX_CARD_WIDTH - 60
    while len(badges) > 1 and sum(badge_width(badge) + 5 for badge in badges) > room:
        rest = badges.pop()
        if rest.kind == "more":
            last = badges.pop()
            rest = Badge(f"+{int(rest.text[1:]) + 1}", "more", f"{last.text}, {rest.detail}")
        else:
            rest = Badge("+1", "more", rest.text)
        badges.append(rest)
    return tuple(badges)


def _partition_badge(entity: Entity) -> Badge:
    """Return the mark of an entity whose partitions are drawn one by one: that of the trait."""
    keys = ", ".join(key.attribute or key.expression or "" for key in entity.partition_keys)
    method = entity.partition_method.lower()
    told = f"{Partitioned.summary} They are made by {method} of {keys}; there are {len(entity.partitions)}."
    return Badge(f"by {method}", "partitioned", told)


def _trait_badge(trait: AnyTrait) -> Badge:
    told = trait.summary
    text = _BADGE_TEXTS.get(trait.kind, trait.title)
    if trait.kind == "partitioned":
        text = f"by {trait.interval.lower()}" if trait.method == "RANGE" else f"by {trait.method.lower()}"
        told = f"{told} They are made by {trait.method.lower()} of {trait.attribute}."
    return Badge(text, trait.kind, told)


def _view_card(design: Design, view: View | MaterializedView, kind: CardKind, shown: Shown) -> Card:
    rows = tuple(Row(id=f"{view.id}:{name}", name=name) for name in output_names(view.query))
    card = Card(
        id=str(view.id),
        kind=kind,
        title=view.name,
        schema=_schema(design, view.schema_name),
        description=view.description,
    )
    return sized(_pinned(_with_rows(card, rows, shown.detail), view))


def _enum_card(design: Design, enum: Enum, shown: Shown) -> Card:
    rows = tuple(Row(id=f"{enum.id}:{label}", name=label) for label in enum.labels)
    card = Card(
        id=str(enum.id),
        kind="enum",
        title=enum.name,
        schema=_schema(design, enum.schema_name),
        description=enum.description,
    )
    return sized(_with_rows(card, rows, "all" if shown.detail == "all" else "names"))


def _schema(design: Design, name: str | None) -> str:
    return name if name not in (None, design.default_schema) else ""


def _pinned(card: Card, item: Entity | View | MaterializedView) -> Card:
    if item.position is None:
        return card
    return replace(
        card, x=float(item.position.x), y=float(item.position.y), is_pinned=True, is_fixed=item.position.is_fixed
    )


def _with_rows(card: Card, rows: tuple[Row, ...], detail: Detail) -> Card:
    if detail == "all":
        return replace(card, rows=rows)
    if detail == "names":
        return card
    kept = tuple(row for row in rows if row.is_primary_key or row.is_foreign_key or row.is_unique)
    return replace(card, rows=kept, hidden_rows=len(rows) - len(kept))


class _Colours:
    """Chooses bands: the entity's own colour, one for its kind, its area's, its schema's, one for its family.

    A family is entities of one schema whose names begin with one word, such as ``order_items`` and ``orders``.
    """

    def __init__(self, design: Design) -> None:
        schemas = dict.fromkeys(_schema(design, entity.schema_name) for entity in design.entities)
        self._by_schema = dict(zip(schemas, cycle(palette.CARD_COLOURS))) if len(schemas) > 1 else {}
        self._by_area = area_colours(design)
        self._families = Counter(_family(entity.name) for entity in design.entities)

    def of(self, card: Card, own: str, area_id: str) -> str:
        colour = own or palette.KIND_COLOURS.get(card.kind)
        if colour is None and area_id:
            colour = self._by_area[area_id]
        if colour is None and card.is_derived:
            colour = palette.DERIVED_COLOUR
        return colour or self._by_schema.get(card.schema) or self._of_family(_family(card.title))

    def _of_family(self, family: str) -> str:
        """Return a family's colour: by its name, so that other families never change it."""
        if self._families[family] < 2:
            return palette.CARD_COLOURS[0]
        return palette.CARD_COLOURS[1:][crc32(family.encode()) % (len(palette.CARD_COLOURS) - 1)]


@lru_cache(maxsize=8192)
def _family(name: str) -> str:
    word = name.split("_", 1)[0].lower()
    return word[:-3] + "y" if word.endswith("ies") else word.removesuffix("s")


def area_colours(design: Design) -> dict[str, str]:
    """Return the colour of every area by its id."""
    dealt = zip(design.areas, cycle(palette.CARD_COLOURS))
    return {str(area.id): area.colour or colour for area, colour in dealt}
