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


_PRIVILEGED: Final = {"schema": 1, "relation": 2, "type": 2, "column": 3, "function": 3}
"""Kinds of identity that privileges are on, and how many names they have; roles follow those."""


@dataclass(slots=True)
class Moves:
    """What was renamed, moved to another schema, or removed.

    ``relations`` and ``types`` map (schema, name) to the new pair, or ``None`` if it is gone; ``columns`` map names
    of columns of a relation (by its old path); ``others`` map whole identities. ``wholes`` say of which table those
    partitions are a part whose columns are renamed with it.
    """

    relations: dict[Path, Path | None] = field(default_factory=dict)
    types: dict[Path, Path | None] = field(default_factory=dict)
    functions: dict[Path, Path | None] = field(default_factory=dict)
    columns: dict[Path, dict[str, str | None]] = field(default_factory=dict)
    roles: dict[str, str | None] = field(default_factory=dict)
    others: dict[ObjectId, ObjectId] = field(default_factory=dict)
    wholes: dict[Path, Path] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return any((self.relations, self.types, self.functions, self.columns, self.roles, self.others))

    def identity(self, key: ObjectId) -> ObjectId:
        """Return the identity that something has now, or `GONE`."""
        if key in self.others:
            return self.others[key]
        kind, path = key
        if kind in {"comment", "grant", "revoke", "owner", "security_label"} and len(path) > 1:
            return self._about(kind, path)
        if kind == "constraint_index":
            now = self.identity(ObjectId("constraint", path))
            return now if now == GONE else ObjectId(kind, now.path)
        if kind == "role":
            return _found(key, self.roles.get(path[0], path[0]))
        pair = path[:2]
        if len(path) < 2 or len(pair) != 2:
            return key
        if kind in {"type", "domain_constraint", "function"}:
            moved = (self.functions if kind == "function" else self.types).get((path[0], path[1]), (path[0], path[1]))
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
        head = path[:1] if kind == "security_label" else ()
        about, *names = path[len(head) :]
        length = _PRIVILEGED.get(about, len(names) - 1) if kind in {"grant", "revoke"} else len(names)
        inner = self.identity(ObjectId(about, tuple(names[:length])))
        tail = [self.roles.get(role, role) for role in names[length:]]
        if inner == GONE or None in tail:
            return GONE
        return ObjectId(kind, (*head, inner.kind, *inner.path, *(role for role in tail if role is not None)))


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
    _extensions(moves, before, after)
    _schemas(moves, before, after)
    if before.roles is not after.roles:
        names = {role.id: role.name for role in after.roles}
        moves.roles = {r.name: names.get(r.id) for r in before.roles if names.get(r.id) != r.name}
    return moves


def _extensions(moves: Moves, before: Design, after: Design) -> None:
    if before.extensions is not after.extensions:
        names = {one.id: one.name for one in after.extensions}
        for one in before.extensions:
            if names.get(one.id) != one.name:
                now = names.get(one.id)
                moves.others[ObjectId("extension", (one.name,))] = (
                    GONE if now is None else ObjectId("extension", (now,))
                )


def _schemas(moves: Moves, before: Design, after: Design) -> None:
    if before.schemas is after.schemas:
        return
    names = {one.id: one.name for one in after.schemas}
    placed = [getattr(after, collection) for collection in _SCHEMA_KINDS]
    used = {after.default_schema, "public"} | {after.schema_of(item) for items in placed for item in items}
    for one in before.schemas:
        now = names.get(one.id)
        if now != one.name and one.name not in used:
            moves.others[ObjectId("schema", (one.name,))] = GONE if now is None else ObjectId("schema", (now,))


def _inside(moves: Moves, before: Entity, after: Entity | None, place: Path, moved: Path | None) -> None:
    if after is None or moved is None:
        gone = {(part.schema_name or place[0], part.name): None for part in before.partitions}
        moves.relations.update(gone)
        moves.others.update({ObjectId("index", (place[0], one.name)): GONE for one in before.indexes if one.name})
        return
    if before.attributes is not after.attributes:
        names = {attribute.id: attribute.name for attribute in after.attributes}
        columns = {a.name: names.get(a.id) for a in before.attributes if names.get(a.id) != a.name}
        if columns:
            moves.columns[place] = columns
            for part in before.partitions:
                home = (part.schema_name or place[0], part.name)
                moves.columns[home] = columns
                moves.wholes[home] = place
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
