"""What an edit is, and the pieces that all edits are made of: finding an item, and putting one in its place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar
from uuid import UUID

from designer_kernel.design.design import Design
from designer_kernel.design.edits.writes import written
from designer_kernel.design.entity import Entity
from designer_kernel.design.values import Item, Value
from designer_kernel.errors import InvalidDesign, UnknownObject

ItemT = TypeVar("ItemT", bound=Item)


class Edit(Value):
    """Base of all edits: a change of a design, as a value.

    ``change`` is the bare change; `designer_kernel.design.edits.apply` also checks what comes of it.
    """

    kind: str

    def change(self, design: Design) -> Design:
        """Return the changed design."""
        raise TypeError(f"{type(self).__name__} does not say what it changes")

    def applied(self, design: Design) -> Design:
        """Return the changed design, with what it carries along following what it draws."""
        from designer_kernel.design.edits.following import followed  # they need the edits' own modules
        from designer_kernel.design.edits.sample import with_followed_hints

        after = followed(design, self.change(design), cascade=bool(getattr(self, "cascade", False)))
        return with_followed_hints(design, after)

    def describe(self, design: Design) -> str:
        """Return what the edit does to this design, for the history: ``add attribute email to users``."""
        raise TypeError(f"{type(self).__name__} does not say what it does")

    def touches(self, design: Design) -> frozenset[UUID]:
        """Return the ids that the edit reads or writes.

        Two edits that touch nothing in common may be applied in either order. A change of position alone touches an
        id derived from the item's, so that dragging a card never conflicts with editing it.
        """
        return self.touched(design, self.applied(design))

    def touched(self, before: Design, after: Design) -> frozenset[UUID]:
        """Return what `touches` does, when the state after the edit is known already."""
        return self.reads(before) | written(before, after)

    def reads(self, design: Design) -> frozenset[UUID]:
        """Return the ids that the edit depends on without changing them."""
        return frozenset()


def entity_of(design: Design, key: UUID) -> Entity:
    """Return an entity by id.

    Raises
    ------
    UnknownObject
        If there is none.
    """
    return item_of(design.entities, key, "entity", design.name)


def item_of(items: Iterable[ItemT], key: UUID, kind: str, where: str) -> ItemT:
    """Return the item of this id.

    Raises
    ------
    UnknownObject
        If there is none.
    """
    for item in items:
        if item.id == key:
            return item
    raise UnknownObject(f"there is no {kind} {key}", where=where, mend="it may have been removed; reload")


def put(items: tuple[ItemT, ...], item: ItemT) -> tuple[ItemT, ...]:
    """Return items with one of them replaced by its new state."""
    return tuple(item if old.id == item.id else old for old in items)


def insert(items: tuple[ItemT, ...], item: ItemT) -> tuple[ItemT, ...]:
    """Return items with one more, in order of creation."""
    return tuple(sorted((*items, item), key=lambda one: one.id.int))


def drop(items: tuple[ItemT, ...], keys: Iterable[UUID]) -> tuple[ItemT, ...]:
    """Return items without those of these ids."""
    gone = set(keys)
    return tuple(item for item in items if item.id not in gone)


def put_entity(design: Design, entity: Entity) -> Design:
    """Return the design with an entity replaced by its new state; the other items are shared, not checked again."""
    return with_fields(design, entities=put(design.entities, entity))


def with_fields(design: Design, **changes: Any) -> Design:
    """Return the design with collections replaced; their items are valid already."""
    return design.model_copy(update=changes)


def checked_changes(changes: dict[str, Any], allowed: Iterable[str], where: str, mends: dict[str, str]) -> None:
    """Refuse changes of fields that this kind of edit does not change.

    Raises
    ------
    InvalidDesign
        If there are none, or one is not allowed; ``mends`` says which edit changes it instead.
    """
    if not changes:
        raise InvalidDesign("there is nothing to change", where=where, mend="name a field in changes")
    names = tuple(allowed)
    for name in changes:
        if name not in names:
            mend = mends.get(name, f"the fields are {', '.join(names)}")
            raise InvalidDesign(f"{name!r} cannot be changed here", where=f"{where}.changes", mend=mend)
