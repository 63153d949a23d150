"""Columns that follow from another column of the row by an expression, as a check says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from designer_kernel.sample.constraints import conditions, evaluating
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.providers.provider import Provider
from designer_kernel.sample.rows.values import Values

if TYPE_CHECKING:
    from designer_kernel.sample.rows.frame import Frame


@dataclass(frozen=True, slots=True)
class Computed(Provider):
    """The value of an expression over the row."""

    expression: str
    decided: ClassVar[bool] = True

    def draw(self, frame: Frame, column: ColumnFacts) -> Values:
        found = evaluating.value(conditions.read(self.expression), frame)
        return Values(found.data, found.null)
