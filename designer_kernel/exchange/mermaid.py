"""A design as Mermaid, with a report of what the notation cannot say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from designer_kernel.design.losses import LossReport
from designer_kernel.exchange.pictures import Picture, losses_of
from designer_kernel.exchange.transfer import Exported

if TYPE_CHECKING:
    from designer_kernel.design import Design

PICTURE: Final = Picture("Mermaid has no words for it", longest=120)
"""What an ``erDiagram`` shows."""


def write_mermaid(design: Design) -> Exported:
    """Return a design as a Mermaid ``erDiagram``: entities, attributes, keys and relationships.

    Raises
    ------
    InvalidDesign
        If the design contradicts itself.
    """
    from designer_kernel.diagram import mermaid

    return Exported(mermaid.render(design), LossReport(tuple(losses_of(design, PICTURE))))
