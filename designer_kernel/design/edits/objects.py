"""Edits of what a design holds beside entities and relationships, such as types, views, areas and diagrams."""

from __future__ import annotations

from typing import Any, Final, Literal
from uuid import UUID

from pydantic import Field, SerializeAsAny, ValidationInfo, field_validator

from designer_kernel.design.design import Design
from designer_kernel.design.diagrams import Diagram, Note
from designer_kernel.design.edits._base import Edit, checked_changes, drop, insert, item_of, put, with_fields
from designer_kernel.design.edits.parts import of_type
from designer_kernel.design.edits.references import reads_of
from designer_kernel.design.edits.renames import type_renamed, users_of_type
from designer_kernel.design.edits.roles import role_released, role_renamed, users_of_role
from designer_kernel.design.integrity import check_new_ids
from designer_kernel.design.membership import without_strangers
from designer_kernel.design.objects import (
    Area,
    Domain,
    Enum,
    Extension,
    Function,
    MaterializedView,
    Namespace,
    ObjectCollection,
    Role,
    View,
)
from designer_kernel.design.opaque import Opaque
from designer_kernel.design.values import Item
from designer_kernel.errors import InvalidDesign

TYPES: Final[dict[str, type[Item]]] = {
    "schemas": Namespace,
    "extensions": Extension,
    "roles": Role,
    "enums": Enum,
    "domains": Domain,
    "views": View,
    "materialized_views": MaterializedView,
    "functions": Function,
    "areas": Area,
    "diagrams": Diagram,
    "notes": Note,
    "opaque": Opaque,
}
"""What each collection of a design holds."""

_WORDS: Final = {"Namespace": "schema", "MaterializedView": "materialized view", "Opaque": "opaque entry"}


class AddObject(Edit):
    """Adds an object to one of the design's collections."""

    kind: Literal["add_object"] = "add_object"
    collection: ObjectCollection
    object: SerializeAsAny[Item]

    @field_validator("object", mode="before")
    @classmethod
    def _is_of_the_collection(cls, value: Any, info: ValidationInfo) -> Any:
        return of_type(value, TYPES.get(info.data.get("collection", "")))

    def change(self, design: Design) -> Design:
        inside = (part.id for field in _INSIDE for part in getattr(self.object, field, ()))
        check_new_ids(design, (self.object.id, *inside))
        return with_fields(design, **{self.collection: insert(getattr(design, self.collection), self.object)})

    def describe(self, design: Design) -> str:
        return f"add {_named(self.object)}"

    def reads(self, design: Design) -> frozenset[UUID]:
        return reads_of(design, self.object) | _spoken_of(self.object)


class ChangeObject(Edit):
    """Changes fields of an object; attributes follow when an enum or domain is renamed, and policies when a role is."""

    kind: Literal["change_object"] = "change_object"
    collection: ObjectCollection
    object_id: UUID
    changes: dict[str, Any] = Field(min_length=1)

    def change(self, design: Design) -> Design:
        before = _find(design, self.collection, self.object_id)
        fields = (name for name in type(before).model_fields if name not in {"id", "position"})
        checked_changes(self.changes, fields, _named(before), {"position": "use move_nodes"})
        after = before.replace(**self.changes)
        if isinstance(before, Enum | Domain):
            design = type_renamed(design, before, after)
            if isinstance(before, Domain) and "data_type" not in self.changes:
                own = _find(design, self.collection, self.object_id)
                after = after.model_copy(update={"data_type": getattr(own, "data_type", "")})
        if isinstance(before, Role) and isinstance(after, Role):
            design = role_renamed(design, before.name, after.name)
        return with_fields(design, **{self.collection: put(getattr(design, self.collection), after)})

    def describe(self, design: Design) -> str:
        found = _find(design, self.collection, self.object_id)
        return f"change {', '.join(self.changes)} of {_named(found)}"

    def reads(self, design: Design) -> frozenset[UUID]:
        before = _find(design, self.collection, self.object_id)
        after = before.replace(**self.changes)
        return reads_of(design, after) | _spoken_of(after) | {before.id}


class RemoveObject(Edit):
    """Removes an object; a type that attributes have is kept until they have another.

    A role that something names is removed only with ``cascade``. What is for it and others stays for the others; a
    policy for it alone goes with it, since for nobody would mean for everybody.
    """

    kind: Literal["remove_object"] = "remove_object"
    collection: ObjectCollection
    object_id: UUID
    cascade: bool = False

    def change(self, design: Design) -> Design:
        found = _find(design, self.collection, self.object_id)
        if isinstance(found, Enum | Domain):
            users = users_of_type(design, found)
            if users:
                raise InvalidDesign(
                    f"it is the type of {', '.join(users[:8])}{' and others' if len(users) > 8 else ''}",
                    where=_named(found),
                    mend="give them another type first",
                )
        if isinstance(found, Role):
            users = users_of_role(design, found.name)
            if users and not self.cascade:
                raise InvalidDesign(
                    f"it is named by {', '.join(users[:8])}{' and others' if len(users) > 8 else ''}",
                    where=_named(found),
                    mend="take it from those first, or remove it with cascade",
                )
            design = role_released(design, found.name)
        after = with_fields(design, **{self.collection: drop(getattr(design, self.collection), (found.id,))})
        return without_strangers(after)

    def describe(self, design: Design) -> str:
        return f"remove {_named(_find(design, self.collection, self.object_id))}"

    def reads(self, design: Design) -> frozenset[UUID]:
        return frozenset({self.object_id})


def _find(design: Design, collection: str, key: UUID) -> Item:
    items: tuple[Item, ...] = getattr(design, collection)
    return item_of(items, key, _word(TYPES[collection]), design.name)


def _word(kind: type[Item]) -> str:
    return _WORDS.get(kind.__name__, kind.__name__.lower())


def _spoken_of(item: Item) -> frozenset[UUID]:
    """Return the ids that an area, a diagram or a note speaks of."""
    ids = (*(getattr(item, "members", None) or ()), *getattr(item, "positions", ()))
    diagram_id = getattr(item, "diagram_id", None)
    return frozenset(ids if diagram_id is None else (*ids, diagram_id))


def _named(item: Item) -> str:
    if isinstance(item, Note):
        words = " ".join(item.text.split())
        return f"note {words[:30] + '…' if len(words) > 30 else words}".strip()
    return f"{_word(type(item))} {getattr(item, 'name', item.id)}"


_INSIDE: Final = ("checks", "triggers", "indexes")
