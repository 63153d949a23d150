"""Where things went: the identities that a change of a design gave to what it drew, and those that it took away."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design.design import Design
from designer_kernel.design.entity import Entity
from designer_kernel.design.values import Item

Path = tuple[str, str]

GONE: Final = ObjectId("gone", ())
"""What stands for the new identity of something that was removed."""

_SCHEMA_KINDS: Final = {
    "entities": "relation",
    "views": "relation",
    "materialized_views": "relation",
    "enums": "type",
    "domains": "type",
    "functions": "function",
}
_PART_KINDS: Final = {
    "keys": "constraint",
    "checks": "constraint",
    "exclusions": "constraint",
    "indexes": "index",
    "policies": "policy",
    "triggers": "trigger",
}
_NO_PARTS: Final = frozenset(
    {"function", "operator", "operator_class", "operator_family", "index", "type", "collation"}
)
"""Kinds whose identity begins with a schema and a name that are not those of a relation."""


@dataclass(slots=True)
class Moves:
    """What was renamed, moved to another schema, or removed.

    ``relations`` and ``types`` map (schema, name) to the new pair, or ``None`` if it is gone; ``columns`` map names
    of columns of a relation (by its old path); ``others`` map whole identities.
    """

    relations: dict[Path, Path | None] = field(default_factory=dict)
    types: dict[Path, Path | None] = field(default_factory=dict)
    functions: dict[Path, Path | None] = field(default_factory=dict)
    columns: dict[Path, dict[str, str | None]] = field(default_factory=dict)
    roles: dict[str, str | None] = field(default_factory=dict)
    others: dict[ObjectId, ObjectId] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any((self.relations, self.types, self.functions, self.columns, self.roles, self.others))

    def identity(self, key: ObjectId) -> ObjectId:
        """Return the identity that something has now, or `GONE`."""
        if key in self.others:
            return self.others[key]
        kind, path = key
        if kind in {"comment", "grant", "owner", "security_label"} and len(path) > 1:
            return self._about(kind, path)
        if kind == "role":
            return _found(key, self.roles.get(path[0], path[0]))
        pair = path[:2]
        if len(path) < 2 or len(pair) != 2:
            return key
        if kind in {"type", "function"}:
            moved = (self.types if kind == "type" else self.functions).get((path[0], path[1]), (path[0], path[1]))
            return GONE if moved is None else ObjectId(kind, (*moved, *path[2:]))
        if kind != "relation" and (kind in _NO_PARTS or len(path) == 2):
            return key
        return self._of_relation(key)

    def _of_relation(self, key: ObjectId) -> ObjectId:
        kind, path = key
        place = (path[0], path[1])
        moved = self.relations.get(place, place)
        if moved is None:
            return GONE
        rest = path[2:]
        if rest and kind not in {"constraint", "trigger", "policy", "rule"}:
            column = self.columns.get(place, {}).get(rest[0], rest[0])
            if column is None:
                return GONE
            rest = (column, *rest[1:])
        return ObjectId(kind, (*moved, *rest))

    def _about(self, kind: str, path: tuple[str, ...]) -> ObjectId:
        """Return the identity of something about something else, whose path holds that identity."""
        tail = () if kind in {"comment", "owner"} else path[-1:]
        inner = self.identity(ObjectId(path[0], path[1 : len(path) - len(tail)]))
        if inner == GONE:
            return GONE
        if kind == "grant" and tail:
            role = self.roles.get(tail[0], tail[0])
            if role is None:
                return GONE
            tail = (role,)
        return ObjectId(kind, (inner.kind, *inner.path, *tail))


def moves_between(before: Design, after: Design) -> Moves:
    """Return what moved between two states of a design."""
    moves = Moves()
    is_rehomed = before.default_schema != after.default_schema
    for collection, kind in _SCHEMA_KINDS.items():
        old, new = getattr(before, collection), getattr(after, collection)
        if old is new and not is_rehomed:
            continue
        places = {"relation": moves.relations, "type": moves.types, "function": moves.functions}[kind]
        by_id = {item.id: item for item in new}
        for item in old:
            now = by_id.get(item.id)
            if now is item and not is_rehomed:
                continue
            place = (before.schema_of(item), item.name)
            moved = (after.schema_of(now), now.name) if now is not None else None
            if moved != place:
                places[place] = moved
            if isinstance(item, Entity):
                _inside(moves, item, now, place, moved)
    if before.roles is not after.roles:
        names = {role.id: role.name for role in after.roles}
        moves.roles = {r.name: names.get(r.id) for r in before.roles if names.get(r.id) != r.name}
    return moves


def _inside(moves: Moves, before: Entity, after: Entity | None, place: Path, moved: Path | None) -> None:
    if after is None or moved is None:
        gone = {(part.schema_name or place[0], part.name): None for part in before.partitions}
        moves.relations.update(gone)
        return
    if before.attributes is not after.attributes:
        names = {attribute.id: attribute.name for attribute in after.attributes}
        columns = {a.name: names.get(a.id) for a in before.attributes if names.get(a.id) != a.name}
        if columns:
            moves.columns[place] = columns
    if before.partitions is not after.partitions or moved[0] != place[0]:
        _partitions(moves, before, after, place, moved)
    for collection, kind in _PART_KINDS.items():
        old, new = getattr(before, collection), getattr(after, collection)
        if old is not new or moved != place:
            now = {part.id: part for part in new}
            for part in old:
                _part(moves, kind, part, now.get(part.id), place, moved)


def _partitions(moves: Moves, before: Entity, after: Entity, place: Path, moved: Path) -> None:
    now = {part.id: (part.schema_name or moved[0], part.name) for part in after.partitions}
    for part in before.partitions:
        old = (part.schema_name or place[0], part.name)
        if now.get(part.id) != old:
            moves.relations[old] = now.get(part.id)


def _part(moves: Moves, kind: str, part: Item, now: Item | None, place: Path, moved: Path) -> None:
    for key, name in _keys(kind, part, place):
        new = getattr(now, "name", None) if now is not None else None
        if now is None or new is None:
            moves.others[key] = GONE
        elif new != name or moved != place:
            moves.others[key] = _key(kind, moved, new)


def _keys(kind: str, part: Item, place: Path) -> Iterator[tuple[ObjectId, str]]:
    name = getattr(part, "name", None)
    if name:
        yield _key(kind, place, name), name


def _key(kind: str, place: Path, name: str) -> ObjectId:
    return ObjectId(kind, (place[0], name) if kind == "index" else (*place, name))


def _found(key: ObjectId, name: str | None) -> ObjectId:
    return GONE if name is None else ObjectId(key.kind, (name,))
