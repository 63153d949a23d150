"""An edit that puts whole items in their place: what a refresh from a database or an import makes of a design."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from designer_kernel.design.design import COLLECTIONS, Design
from designer_kernel.design.diagrams import Diagram, Note
from designer_kernel.design.edits._base import Edit, with_fields
from designer_kernel.design.entity import Entity
from designer_kernel.design.membership import without_strangers
from designer_kernel.design.objects import (
    Area,
    Domain,
    Enum,
    Extension,
    Function,
    MaterializedView,
    Namespace,
    Role,
    View,
)
from designer_kernel.design.opaque import Opaque
from designer_kernel.design.relationship import Relationship
from designer_kernel.design.values import Item, Text


class PutItems(Edit):
    """Puts items into the collections of a design, each in place of the one of its id, and removes others."""

    kind: Literal["put_items"] = "put_items"
    schemas: tuple[Namespace, ...] = ()
    extensions: tuple[Extension, ...] = ()
    roles: tuple[Role, ...] = ()
    enums: tuple[Enum, ...] = ()
    domains: tuple[Domain, ...] = ()
    entities: tuple[Entity, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    views: tuple[View, ...] = ()
    materialized_views: tuple[MaterializedView, ...] = ()
    functions: tuple[Function, ...] = ()
    areas: tuple[Area, ...] = ()
    diagrams: tuple[Diagram, ...] = ()
    notes: tuple[Note, ...] = ()
    opaque: tuple[Opaque, ...] = ()
    removed: tuple[UUID, ...] = ()
    label: Text = ""

    @classmethod
    def between(cls, before: Design, after: Design, label: str = "") -> PutItems | None:
        """Return the edit that makes one design of another, or ``None`` if their items are equal."""
        removed: list[UUID] = []
        put: dict[str, tuple[Item, ...]] = {}
        for collection in COLLECTIONS:
            old = {item.id: item for item in getattr(before, collection)}
            new: tuple[Item, ...] = getattr(after, collection)
            changed = tuple(one for one in new if one is not old.get(one.id) and one != old.get(one.id))
            if changed:
                put[collection] = changed
            removed += old.keys() - {one.id for one in new}
        if not put and not removed:
            return None
        fields: dict[str, Any] = {**put, "removed": tuple(sorted(removed)), "label": label}
        return cls.model_construct(**fields)

    def change(self, design: Design) -> Design:
        gone = set(self.removed)
        changes: dict[str, tuple[Item, ...]] = {}
        for collection in COLLECTIONS:
            old: tuple[Item, ...] = getattr(design, collection)
            put: dict[UUID, Item] = {item.id: item for item in getattr(self, collection)}
            if not put and not any(item.id in gone for item in old):
                continue
            kept = [put.pop(item.id, item) for item in old if item.id not in gone]
            changes[collection] = tuple(sorted((*kept, *put.values()), key=lambda item: item.id.int))
        after = with_fields(design, **changes)
        return without_strangers(after) if gone else after

    def applied(self, design: Design) -> Design:
        from designer_kernel.design.edits.sample import with_followed_hints  # it is an edit as well

        return with_followed_hints(design, self.change(design))  # what is carried along is among the items

    def describe(self, design: Design) -> str:
        count = sum(len(getattr(self, collection)) for collection in COLLECTIONS) + len(self.removed)
        return self.label or f"change {count} items"
