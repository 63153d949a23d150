"""Edits of the design itself: its name and the like, or all of it at once."""

from __future__ import annotations

from typing import Any, Final, Literal
from uuid import UUID

from pydantic import Field, TypeAdapter

from designer_kernel.design.design import Design
from designer_kernel.design.edits._base import Edit, checked_changes
from designer_kernel.design.values import Name, Text

FIELDS: Final[dict[str, TypeAdapter[str]]] = {
    "name": TypeAdapter(Name),
    "description": TypeAdapter(Text),
    "default_schema": TypeAdapter(Name),
}
"""Fields that `ChangeDesign` changes."""


class ChangeDesign(Edit):
    """Changes the design's name, description or default schema."""

    kind: Literal["change_design"] = "change_design"
    changes: dict[str, Any] = Field(min_length=1)

    def change(self, design: Design) -> Design:
        checked_changes(self.changes, FIELDS, design.name, {})
        checked = {name: FIELDS[name].validate_python(value) for name, value in self.changes.items()}
        return design.model_copy(update=checked)

    def describe(self, design: Design) -> str:
        return f"change {', '.join(self.changes)} of the design"

    def touched(self, before: Design, after: Design) -> frozenset[UUID]:
        everything = frozenset(item.id for item in before.items()) if "default_schema" in self.changes else frozenset()
        return everything | {before.id}


class ReplaceDesign(Edit):
    """Puts another design in the place of this one: what an import or a refresh gives, undone in one step.

    The design keeps its identity; so do the items that both designs hold. Hints for sample data stay, if the other
    design has none.
    """

    kind: Literal["replace_design"] = "replace_design"
    design: Design
    label: Text = ""

    def change(self, design: Design) -> Design:
        sample = self.design.sample if self.design.sample is not None else design.sample
        return self.design.model_copy(update={"id": design.id, "sample": sample})

    def applied(self, design: Design) -> Design:
        from designer_kernel.design.edits.sample import with_followed_hints  # it is an edit as well

        # What the other design carries along speaks of its own items, not of these.
        return with_followed_hints(design, self.change(design))

    def describe(self, design: Design) -> str:
        return self.label or f"replace the design by {self.design.name}"

    def reads(self, design: Design) -> frozenset[UUID]:
        # Whatever somebody else does meanwhile would be lost, so it is a conflict.
        return frozenset({design.id, *(item.id for item in design.items())})
