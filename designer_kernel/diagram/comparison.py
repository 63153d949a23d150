"""Two states of a design in one picture: what was added, removed and changed, in colours and in signs.

Things are the same if they have one identity; if the two designs share none, as when both were imported, by name.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from designer_kernel.design import Design, bends
from designer_kernel.design.expansion import expand
from designer_kernel.diagram.cards import Shown, sized
from designer_kernel.diagram.edges import QUIET_FROM
from designer_kernel.diagram.picture import drawn, shapes_of
from designer_kernel.diagram.shapes import Badge, Card, ChangeMark, Edge, Picture, Row
from designer_kernel.errors import InvalidDesign

_SIGNS: Final[Mapping[ChangeMark, str]] = {"added": "+ added", "removed": "− removed", "changed": "~ changed"}
_LOOKS: Final = frozenset({"position", "colour", "created_at", "updated_at", *bends.FIELDS})
"""Fields that say how something is drawn, not what it is."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A picture of two states, and how many things of it were added, removed and changed."""

    picture: Picture
    added: int
    removed: int
    changed: int

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed)


def compared(before: Design, after: Design, *, only_changes: bool = False) -> Compared:
    """Return both states of a design as one picture.

    Parameters
    ----------
    before, after
        Two versions of a design, or two designs.
    only_changes
        Draw what differs, and what is directly related to it; by default everything.
    """
    shown = Shown(with_views=True, with_enums=True)
    old_cards, old_edges = shapes_of(before, shown)
    new_cards, new_edges = shapes_of(after, shown)
    names = _same(old_cards, new_cards)
    old_cards = [_under(card, names) for card in old_cards]
    old_edges = [_between(edge, names) for edge in old_edges]
    cards = _cards(old_cards, new_cards, _otherwise_changed(before, after, names))
    edges = _edges(old_edges, new_edges)
    if only_changes:
        kept = _around_changes(cards, edges)
        cards = [card for card in cards if card.id in kept]
        edges = [edge for edge in edges if edge.source_card in kept and edge.target_card in kept]
    marks = [card.change for card in cards] + [edge.change for edge in edges]
    picture = drawn(_both_areas(before, after), cards, edges, bends=bends.bends_of(after))
    counts = [marks.count("added"), marks.count("removed"), marks.count("changed")]
    return Compared(replace(picture, title=f"{before.name} → {after.name}"), *counts)


def _same(old: Iterable[Card], new: Sequence[Card]) -> dict[str, str]:
    """Return the identities of cards and rows of the old state that have another one in the new state."""
    there = {card.id: card for card in new}
    taken = {card.id for card in old if card.id in there}
    by_name = {(card.kind, card.schema, card.title): card for card in new if card.id not in taken}
    names: dict[str, str] = {}
    for card in old:
        other = there.get(card.id) or by_name.get((card.kind, card.schema, card.title))
        if other is None:
            continue
        names[card.id] = other.id
        ids = {row.id for row in other.rows}
        known = {row.id for row in card.rows} & ids
        left = {row.name: row.id for row in other.rows if row.id not in known}
        names.update({row.id: left[row.name] for row in card.rows if row.id not in ids and row.name in left})
    return names


def _under(card: Card, names: Mapping[str, str]) -> Card:
    rows = tuple(replace(row, id=names.get(row.id, row.id)) for row in card.rows)
    return replace(card, id=names.get(card.id, card.id), rows=rows)


def _between(edge: Edge, names: Mapping[str, str]) -> Edge:
    def now(key: str) -> str:
        return names.get(key, key)

    return replace(
        edge,
        source_card=now(edge.source_card),
        target_card=now(edge.target_card),
        source_row=now(edge.source_row),
        target_row=now(edge.target_row),
        source_rows=tuple(map(now, edge.source_rows)),
        target_rows=tuple(map(now, edge.target_rows)),
    )


def _cards(old: Sequence[Card], new: Sequence[Card], otherwise: Collection[str]) -> list[Card]:
    before = {card.id: card for card in old}
    cards = [_card(before.get(card.id), card, is_changed=card.id in otherwise) for card in new]
    there = {card.id for card in new}
    gone = [_marked(replace(card, is_pinned=False), "removed") for card in old if card.id not in there]
    return cards + gone


def _card(old: Card | None, new: Card, *, is_changed: bool) -> Card:
    if old is None:
        return _marked(new, "added")
    before = {row.id: row for row in old.rows}
    rows = [_row(before.get(row.id), row) for row in new.rows]
    there = {row.id for row in new.rows}
    rows += [replace(row, change="removed") for row in old.rows if row.id not in there]
    is_changed = is_changed or any(row.change for row in rows) or _told(old) != _told(new)
    title = new.title if old.title == new.title else f"{old.title} → {new.title}"
    card = replace(new, rows=tuple(rows), title=title)
    return _marked(card, "changed") if is_changed else card


def _told(card: Card) -> tuple[Any, ...]:
    return card.kind, card.schema, card.title, card.description, card.badges


def _marked(card: Card, change: ChangeMark) -> Card:
    rows = card.rows if change == "changed" else tuple(replace(row, change=change) for row in card.rows)
    badge = Badge(_SIGNS[change], f"change_{change}")
    return sized(replace(card, change=change, rows=rows, badges=(badge, *card.badges)))


def _row(old: Row | None, new: Row) -> Row:
    if old is None:
        return replace(new, change="added")
    if replace(old, is_foreign_key=new.is_foreign_key) == new:
        return new
    name = new.name if old.name == new.name else f"{old.name} → {new.name}"
    kind = new.type if old.type == new.type else f"{old.type} → {new.type}"
    return replace(new, name=name, type=kind, change="changed")


def _edges(old: Sequence[Edge], new: Sequence[Edge]) -> list[Edge]:
    """Return the edges of both states: the same is what joins the same rows, or is of the same relationship."""
    left = list(old)
    edges = []
    for edge in new:
        match = next((o for o in left if o.id == edge.id), None) or next(
            (o for o in left if _joins(o) == _joins(edge)), None
        )
        if match is None:
            edges.append(replace(edge, change="added"))
            continue
        left.remove(match)
        is_same = _joins(match) == _joins(edge) and _ends(match) == _ends(edge)
        edges.append(edge if is_same else replace(edge, change="changed"))
    return edges + [replace(edge, id=f"was:{edge.id}", change="removed") for edge in left]


def _joins(edge: Edge) -> tuple[Any, ...]:
    return edge.kind, edge.source_card, edge.target_card, edge.source_rows, edge.target_rows


def _ends(edge: Edge) -> tuple[Any, ...]:
    return edge.source_end, edge.target_end, edge.label


def _around_changes(cards: Iterable[Card], edges: Sequence[Edge]) -> set[str]:
    marked = {card.id for card in cards if card.change}
    for edge in edges:
        if edge.change:
            marked |= {edge.source_card, edge.target_card}
    joined = [edge for edge in edges if not edge.is_quiet or edge.change]
    beside = {
        other
        for edge in joined
        for one, other in ((edge.source_card, edge.target_card), (edge.target_card, edge.source_card))
        if one in marked
    }
    return marked | (beside if len(beside) < QUIET_FROM * 4 else set())


def _otherwise_changed(before: Design, after: Design, names: Mapping[str, str]) -> set[str]:
    """Return the cards that differ in what no row shows: checks, indexes, traits, queries, defaults."""
    old = {names.get(key, key): value for key, value in _meanings(before).items()}
    new = _meanings(after)
    return {key for key, value in new.items() if key in old and old[key] != value}


def _meanings(design: Design) -> dict[str, Any]:
    try:
        entities = expand(design).design.entities
    except InvalidDesign:
        entities = design.entities
    things = (*entities, *design.views, *design.materialized_views, *design.enums)
    return {str(thing.id): _without_looks(thing.model_dump(mode="json")) for thing in things}


def _without_looks(value: Any) -> Any:
    """Return what a thing means, without how it is drawn and without identities, which two imports do not share."""
    if isinstance(value, dict):
        left_out = {name for name in value if name in _LOOKS or name == "id" or name.endswith(("_id", "_ids"))}
        return {name: _without_looks(inner) for name, inner in value.items() if name not in left_out}
    if isinstance(value, list):
        return [_without_looks(inner) for inner in value if not _is_id(inner)]
    return value


def _is_id(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        return str(UUID(value)) == value
    except ValueError:
        return False


def _both_areas(before: Design, after: Design) -> Design:
    there = {area.id for area in after.areas}
    return after.model_copy(update={"areas": (*after.areas, *(a for a in before.areas if a.id not in there))})
