"""Edits of who belongs to an area, or is shown by a diagram."""

from __future__ import annotations

from typing import Any, Literal
from uuid import UUID

from pydantic import model_validator

from designer_kernel.design.bends import lines_of
from designer_kernel.design.design import Design
from designer_kernel.design.diagrams import Diagram
from designer_kernel.design.edits._base import Edit, item_of, put, with_fields
from designer_kernel.design.entity import Entity
from designer_kernel.design.membership import shown_ids
from designer_kernel.design.objects import Area, SchemaObject
from designer_kernel.errors import InvalidDesign


class ChangeMembers(Edit):
    """Puts entities into an area, or entities and views on a diagram, and takes others out.

    What joins an area leaves the one it was in. Who is there already stays, who is not is not missed; so two people
    who change different members are never in each other's way.
    """

    kind: Literal["change_members"] = "change_members"
    collection: Literal["areas", "diagrams"]
    object_id: UUID
    added: tuple[UUID, ...] = ()
    removed: tuple[UUID, ...] = ()

    @model_validator(mode="after")
    def _says_something(self) -> ChangeMembers:
        if not self.added and not self.removed:
            raise ValueError("name what is added or removed")
        return self

    def change(self, design: Design) -> Design:
        found = _find(design, self.collection, self.object_id)
        if isinstance(found, Area):
            return self._area(design, found)
        if found.members is None:
            if self.removed:
                raise InvalidDesign(
                    "it shows everything",
                    where=f"diagram {found.name}",
                    mend="say its members with change_object first",
                )
            return design
        gone = set(self.removed)
        members = tuple(dict.fromkeys((*(one for one in found.members if one not in gone), *self.added)))
        positions = {key: place for key, place in found.positions.items() if key not in gone or key in self.added}
        lines = {
            key
            for one in design.relationships
            if not gone.isdisjoint((one.source_entity_id, one.target_entity_id))
            for key in (lines_of(one) if found.bends else ())
        }
        bends = {key: one for key, one in found.bends.items() if key not in lines}
        after = found.model_copy(update={"members": members, "positions": positions, "bends": bends})
        return with_fields(design, diagrams=put(design.diagrams, after))

    def _area(self, design: Design, found: Area) -> Design:
        areas = []
        for area in design.areas:
            away = {*self.added, *self.removed} if area.id == found.id else set(self.added)
            members = tuple(one for one in area.members if one not in away or (area is found and one in self.added))
            if area.id == found.id:
                members = tuple(dict.fromkeys((*members, *self.added)))
            areas.append(area if members == area.members else area.model_copy(update={"members": members}))
        return with_fields(design, areas=tuple(areas))

    def describe(self, design: Design) -> str:
        found = _find(design, self.collection, self.object_id)
        word = f"{self.collection.removesuffix('s')} {found.name}"
        if not self.removed:
            return f"add {_told(design, self.added)} to {word}"
        if not self.added:
            return f"take {_told(design, self.removed)} out of {word}"
        return f"change members of {word}"

    def reads(self, design: Design) -> frozenset[UUID]:
        return frozenset({self.object_id, *self.added, *self.removed})


def _find(design: Design, collection: str, key: UUID) -> Area | Diagram:
    items: tuple[Any, ...] = getattr(design, collection)
    found: Area | Diagram = item_of(items, key, collection.removesuffix("s"), design.name)
    return found


def _told(design: Design, keys: tuple[UUID, ...]) -> str:
    wanted = set(keys) & set(shown_ids(design))
    cards: list[Entity | SchemaObject] = [*design.entities, *design.views, *design.materialized_views]
    names = [one.name for one in cards if one.id in wanted]
    return ", ".join(names) if len(names) < 4 else f"{len(names)} cards"
