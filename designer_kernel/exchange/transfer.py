"""What every import and every export gives: the result, and what became of each object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from designer_kernel.design.losses import LossReport

if TYPE_CHECKING:
    from designer_kernel.design.design import Design


@dataclass(frozen=True, slots=True)
class Imported:
    """A design that was read from another notation, and what became of each object there."""

    design: Design
    losses: LossReport


@dataclass(frozen=True, slots=True)
class Exported:
    """The text of a design in another notation, and what became of each of its objects."""

    text: str
    losses: LossReport
