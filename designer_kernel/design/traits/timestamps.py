"""Timestamps: when a row was created and last changed, kept by one shared trigger function."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

from designer_kernel.catalog.identifiers import quote, quote_path, shorten
from designer_kernel.catalog.spelling import dollar_quote
from designer_kernel.design.attribute import Attribute
from designer_kernel.design.objects import Function
from designer_kernel.design.parts import Trigger
from designer_kernel.design.traits._base import Trait
from designer_kernel.design.values import Name

if TYPE_CHECKING:
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
        told = {self.created: "When the row was created."}
        if self.updated:
            told[self.updated] = "When the row was last changed; kept by a trigger."
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


def _touch_function(schema: str, name: str, attribute: str) -> str:
    body = f"\nBEGIN\n    NEW.{quote(attribute)} := now();\n    RETURN NEW;\nEND\n"
    return f"CREATE FUNCTION {quote_path(schema, name)}() RETURNS trigger\nLANGUAGE plpgsql AS {dollar_quote(body)}"
