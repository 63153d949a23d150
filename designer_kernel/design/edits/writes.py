"""What differs between two states of a design; cheap, since unchanged items are the same objects in both."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from designer_kernel.design.bends import FIELDS as BENDS
from designer_kernel.design.design import COLLECTIONS, Design
from designer_kernel.design.identity import derived_id
from designer_kernel.design.values import Item


def written(before: Design, after: Design) -> frozenset[UUID]:
    """Return the ids of all items that were added, changed or removed.

    An entity whose attributes changed one by one is represented by those attributes; an item that only moved on the
    diagram by `place_of` it.
    """
    ids: set[UUID] = set()
    for collection in COLLECTIONS:
        old, new = getattr(before, collection), getattr(after, collection)
        if old is not new:
            ids.update(_changed(old, new))
    if any(getattr(before, name) != getattr(after, name) for name in ("name", "description", "default_schema")):
        ids.add(before.id)
    if before.sample is not after.sample and before.sample != after.sample:
        ids.add(hints_of(before.id))
    return frozenset(ids)


def hints_of(design_id: UUID) -> UUID:
    """Return the id that stands for a design's hints for sample data."""
    return derived_id(design_id, "sample")


def place_of(item_id: UUID) -> UUID:
    """Return the id that stands for the position of an item on the diagram."""
    return derived_id(item_id, "position")


def place_in(diagram_id: UUID, item_id: UUID) -> UUID:
    """Return the id that stands for the position of an item on a saved diagram."""
    return derived_id(diagram_id, "position", str(item_id))


def _changed(old: tuple[Item, ...], new: tuple[Item, ...]) -> Iterator[UUID]:
    before = {item.id: item for item in old}
    after = {item.id: item for item in new}
    for key in before.keys() ^ after.keys():
        yield key
        yield place_of(key)
        yield from (attribute.id for attribute in getattr(before.get(key, after.get(key)), "attributes", ()))
    for key in before.keys() & after.keys():
        if before[key] is not after[key]:
            yield from _differing(before[key], after[key])


def _differing(old: Item, new: Item) -> Iterator[UUID]:
    fields = [name for name in type(old).model_fields if _differs(getattr(old, name), getattr(new, name))]
    for name in fields:
        if name == "position" or name in BENDS:
            yield place_of(old.id)
        elif name == "attributes":
            before, after = getattr(old, name), getattr(new, name)
            if [attribute.id for attribute in before] != [attribute.id for attribute in after]:
                yield old.id
            yield from _changed(before, after)
        else:
            yield old.id


def _differs(old: Any, new: Any) -> bool:
    return old is not new and old != new
