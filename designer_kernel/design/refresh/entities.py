"""A changed entity brought up to date: its identities kept, and its traits as long as they are true."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any, Final
from uuid import UUID

from designer_kernel.design.attribute import Attribute
from designer_kernel.design.entity import Entity
from designer_kernel.design.identity import new_id
from designer_kernel.design.parts import PARTS
from designer_kernel.design.refresh.state import State
from designer_kernel.design.values import Item

Ids = dict[UUID, UUID]
"""From the identities of lifted entities to those of the design."""


def written_out(ours: Entity, theirs: Entity) -> Entity:
    """Return an entity with everything that the database has of it, and no trait."""
    bare = ours.model_copy(update={"traits": (), "inherits": ()})
    return _with(bare, theirs, _attributes(ours, theirs), {p: _parts(ours, theirs, p) for p in PARTS})


def merged(state: State, ours: Entity, theirs: Entity) -> Entity:
    """Return an entity with what the database has changed; what its traits stand for is not written out.

    Whether the traits are still true is for the caller to find out.
    """
    whole = state.expanded.get(ours.id, ours)
    base = state.base.get((state.design.schema_of(ours), ours.name))
    is_all_drawn = len(whole.attributes) == len(ours.attributes)
    if base is None or not (ours.traits or ours.inherits or not is_all_drawn):
        return written_out(ours, theirs)
    parts = {collection: _changed_parts(ours, base, theirs, collection) for collection in PARTS}
    return _with(ours, theirs, _changed_attributes(ours, base, theirs), parts)


def _changed_attributes(ours: Entity, base: Entity, theirs: Entity) -> tuple[Attribute, ...]:
    """Return our attributes with the database's changes; what the base has and we do not is implied."""
    drawn = {attribute.name: attribute for attribute in ours.attributes}
    before = {attribute.name: attribute for attribute in base.attributes}
    found = []
    for attribute in _attributes(ours, theirs):
        was, own = before.get(attribute.name), drawn.get(attribute.name)
        is_unchanged = was is not None and was.description == attribute.description and _is_alike(was, attribute)
        if not is_unchanged:
            found.append(attribute)
        elif own is not None:
            found.append(own)
    return tuple(found)


def _changed_parts(ours: Entity, base: Entity, theirs: Entity, collection: str) -> tuple[Any, ...]:
    """Return our parts without those that the database has lost, and with those that are new there."""
    old, new = getattr(base, collection), getattr(theirs, collection)
    lost = [part for part in old if not any(_is_same(part, one) for one in new)]
    added = [part for part in new if not any(_is_same(part, one) for one in old)]
    kept = tuple(part for part in getattr(ours, collection) if not any(_is_worded(part, one) for one in lost))
    return (*kept, *(part.model_copy(update={"id": new_id()}) for part in added))


def _with(ours: Entity, theirs: Entity, attributes: tuple[Attribute, ...], parts: dict[str, tuple[Any, ...]]) -> Entity:
    return theirs.model_copy(
        update={
            "id": ours.id,
            "schema_name": ours.schema_name,
            "description": theirs.description or ours.description,
            "attributes": attributes,
            "traits": ours.traits,
            "inherits": ours.inherits,
            "colour": ours.colour,
            "position": ours.position,
            **{collection: tuple(sorted(items, key=lambda item: item.id)) for collection, items in parts.items()},
        }
    )


def _attributes(ours: Entity, theirs: Entity) -> tuple[Attribute, ...]:
    old = {attribute.name: attribute for attribute in ours.attributes}
    found = []
    for attribute in theirs.attributes:
        before = old.get(attribute.name)
        if before is None:
            found.append(attribute.model_copy(update={"id": new_id()}))
        else:
            kept = {"id": before.id, "description": attribute.description or before.description}
            found.append(attribute.model_copy(update=kept))
    return tuple(found)


def _parts(ours: Entity, theirs: Entity, collection: str) -> tuple[Any, ...]:
    """Return the database's parts, those that are like one of ours under its identity."""
    free = list(getattr(ours, collection))
    found = []
    for part in getattr(theirs, collection):
        same = next((one for one in free if _is_alike(one, part)), None)
        if same is None and part.name:
            same = next((one for one in free if one.name == part.name), None)
        if same is not None:
            free.remove(same)
        update = {"id": same.id if same is not None else new_id()}
        if same is not None and not part.description:
            update["description"] = same.description
        found.append(part.model_copy(update=update))
    return tuple(found)


def _is_same(one: Item, other: Item) -> bool:
    """Whether two lifted parts are equal but for their identity."""
    return getattr(one, "name", None) == getattr(other, "name", None) and _is_alike(one, other)


def _is_worded(part: Item, lifted: Item) -> bool:
    """Whether a drawn part is one that was lifted; its SQL may be in other words, and its name not chosen."""
    name, other = getattr(part, "name", None), getattr(lifted, "name", None)
    if name and other:
        return bool(name == other)
    return _is_alike(part, lifted, _WORDED)


_WORDED: Final = frozenset({"expression", "predicate", "using", "check", "condition", "function", "grants"})
"""Fields that a server words in its own way."""


def _is_alike(one: Item, other: Item, but: AbstractSet[str] = frozenset()) -> bool:
    """Whether two parts say the same, names and words left out."""
    left_out = {"id", "name", "description"} | but
    names = [name for name in type(one).model_fields if name not in left_out]
    return all(getattr(one, name) == getattr(other, name) for name in names)
