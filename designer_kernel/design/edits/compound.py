"""Several edits as one: all are applied, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

from pydantic import Field

from designer_kernel.design.design import Design
from designer_kernel.design.edits._base import Edit
from designer_kernel.design.values import Text

if TYPE_CHECKING:
    from designer_kernel.design.edits import AnyEdit


class Compound(Edit):
    """Edits that are applied in order, undone together, and checked once at the end."""

    kind: Literal["compound"] = "compound"
    edits: Annotated[tuple[AnyEdit, ...], Field(min_length=1)]
    label: Text = ""

    def change(self, design: Design) -> Design:
        for edit in self.edits:
            design = edit.applied(design)
        return design

    def applied(self, design: Design) -> Design:
        return self.change(design)  # after each edit, what is carried along has followed

    def describe(self, design: Design) -> str:
        if self.label:
            return self.label
        steps = []
        for edit in self.edits:
            steps.append(edit.describe(design))
            design = edit.applied(design)
        return "; ".join(steps) if len(steps) < 4 else f"{steps[0]} and {len(steps) - 1} more"

    def touched(self, before: Design, after: Design) -> frozenset[UUID]:
        found: frozenset[UUID] = frozenset()
        for edit in self.edits:
            then = edit.applied(before)
            found |= edit.touched(before, then)
            before = then
        return found
