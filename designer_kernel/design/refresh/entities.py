"""A changed entity brought up to date: its identities kept, and its traits as long as they are true."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from typing import Any, Final
from uuid import UUID

from designer_kernel.design.attribute import Attribute
from designer_kernel.design.entity import Entity
from designer_kernel.design.identity import new_id
from designer_kernel.design.refresh.state import State
from designer_kernel.design.values import Item

Ids = dict[UUID, UUID]
"""From the identities of lifted entities to those of the design."""

PARTS: Final = ("keys", "checks", "indexes", "exclusions", "policies", "triggers")


def written_out(ours: Entity, theirs: Entity) -> Entity:
    """Return an entity with everything that the database has of it, and no trait."""
    return _with(ours, theirs, _attributes(ours, theirs), {p: _parts(ours, theirs, p) for p in PARTS}, traits=())


def merged(state: State, ours: Entity, theirs: Entity) -> Entity:
    """Return an entity with what the database has changed; what its traits stand for is not written out.

    Whether the traits are still true is for the caller to find out.
    """
    whole = state.expanded.get(ours.id, ours)
    own = {attribute.id for attribute in ours.attributes}
    implied = {a.name for a in whole.attributes if a.id not in own}
    if not ours.traits and not ours.inherits and not implied:
        return written_out(ours, theirs)
    attributes = tuple(a for a in _attributes(ours, theirs) if a.name not in implied)
    parts: dict[str, tuple[Any, ...]] = {}
    for collection in PARTS:
        own_parts = {part.id for part in getattr(ours, collection)}
        extra = [part for part in getattr(whole, collection) if part.id not in own_parts]
        parts[collection] = tuple(
            part for part in _parts(ours, theirs, collection) if not any(_is_implied(part, one) for one in extra)
        )
    return _with(ours, theirs, attributes, parts, traits=ours.traits)


def _with(
    ours: Entity, theirs: Entity, attributes: tuple[Attribute, ...], parts: dict[str, tuple[Any, ...]], *, traits: Any
) -> Entity:
    return theirs.model_copy(
        update={
            "id": ours.id,
            "schema_name": ours.schema_name,
            "description": theirs.description or ours.description,
            "attributes": attributes,
            "traits": traits,
            "inherits": ours.inherits if traits else (),
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


def _is_implied(part: Item, implied: Item) -> bool:
    """Whether a part is what a trait adds; its SQL may be in the server's words, and its name is often not chosen."""
    name, other = getattr(part, "name", None), getattr(implied, "name", None)
    if name and other:
        return bool(name == other)
    return _is_alike(part, implied, _WORDED)


_WORDED: Final = frozenset({"expression", "predicate", "using", "check", "condition", "function", "grants"})
"""Fields that a server words in its own way."""


def _is_alike(one: Item, other: Item, but: AbstractSet[str] = frozenset()) -> bool:
    """Whether two parts say the same, names and words left out."""
    left_out = {"id", "name", "description"} | but
    names = [name for name in type(one).model_fields if name not in left_out]
    return all(getattr(one, name) == getattr(other, name) for name in names)
