"""Timestamps: when a row was created and last changed, kept by one shared trigger function."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final, Literal

from designer_kernel.catalog.identifiers import quote, quote_path, shorten
from designer_kernel.design.attribute import Attribute
from designer_kernel.design.objects import Function
from designer_kernel.design.parts import Trigger
from designer_kernel.design.traits._base import Trait
from designer_kernel.design.traits._functions import definition
from designer_kernel.design.traits._recognition import Found, Sight, is_as_added, without
from designer_kernel.design.values import Name

if TYPE_CHECKING:
    from designer_kernel.design.entity import Entity
    from designer_kernel.design.expansion import Expansion


class Timestamps(Trait):
    """``created_at`` and ``updated_at``; without ``updated`` rows are never expected to change."""

    order: ClassVar[int] = 20
    title: ClassVar[str] = "timestamps"
    summary: ClassVar[str] = "Each row knows when it was created and when it was last changed."

    kind: Literal["timestamps"] = "timestamps"
    created: Name = "created_at"
    updated: Name | None = "updated_at"

    def add_attributes(self, expansion: Expansion) -> None:
        told = {self.created: _CREATED}
        if self.updated:
            told[self.updated] = _UPDATED
        for name, description in told.items():
            expansion.add_attribute(
                Attribute(
                    id=expansion.derived("timestamps", name),
                    name=name,
                    data_type="timestamptz",
                    is_nullable=False,
                    default_value="now()",
                    description=description,
                ),
                "trait timestamps",
            )

    @classmethod
    def found(cls, sight: Sight, entity: Entity) -> Found | None:
        home = sight.design.default_schema
        for trigger in entity.triggers:
            updated = trigger.name.removeprefix("set_")
            is_kept = trigger.timing == "BEFORE" and trigger.events == ("UPDATE",) and trigger.name != updated
            if is_kept and entity.attribute(updated) and sight.calls(trigger.function, home, trigger.name):
                return cls._found(sight, entity, updated, trigger)
        return cls._found(sight, entity, None, None)

    @classmethod
    def _found(cls, sight: Sight, entity: Entity, updated: str | None, trigger: Trigger | None) -> Found | None:
        when = {"type": "timestamp with time zone", "is_nullable": False, "default_value": "now()"}
        exact = {a.name for a in entity.attributes if is_as_added(a, description=_CREATED, **when)} - {updated}
        created = next((name for name in ("created_at", *sorted(exact)) if name in exact), None)
        usual = entity.attribute("created_at")
        if created is None and usual is not None and (updated is not None or usual.description == _CREATED):
            created = "created_at"
        if created is None:
            return None
        bare = exact & {created}
        if updated is None or trigger is None:
            return Found(cls(created=created, updated=None), bare=frozenset(bare))
        kept = entity.attribute(updated)
        if kept is not None and is_as_added(kept, description=_UPDATED, **when):
            bare.add(updated)
        function = sight.functions.get((sight.design.default_schema, trigger.name))
        return Found(
            cls(created=created, updated=updated),
            {"triggers": without(entity.triggers, (trigger,))},
            frozenset(bare),
            frozenset({function.id} if function is not None else ()),
        )

    def add_parts(self, expansion: Expansion) -> None:
        if not self.updated:
            return
        schema, name = expansion.source.default_schema, shorten(f"set_{self.updated}")
        key = expansion.shared("timestamps", name)
        expansion.functions[key] = Function(
            id=key,
            name=name,
            description=f"Keeps {self.updated} true, for the triggers of every entity with timestamps.",
            definition=_touch_function(schema, name, self.updated),
        )
        expansion.add_part(
            "triggers",
            Trigger(
                id=expansion.derived("timestamps", "trigger"),
                name=name,
                timing="BEFORE",
                events=("UPDATE",),
                function=quote_path(schema, name),
            ),
        )


_CREATED: Final = "When the row was created."
_UPDATED: Final = "When the row was last changed; kept by a trigger."


def _touch_function(schema: str, name: str, attribute: str) -> str:
    body = f"\nBEGIN\n    NEW.{quote(attribute)} := now();\n    RETURN NEW;\nEND\n"
    return definition((schema, name), ("", "trigger"), "plpgsql", body)
