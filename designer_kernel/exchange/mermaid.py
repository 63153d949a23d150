"""A design as Mermaid, with a report of what the notation cannot say."""

from __future__ import annotations

from collections.abc import Container, Iterator
from typing import TYPE_CHECKING, Final

from designer_kernel.design.design import COLLECTIONS
from designer_kernel.design.losses import Loss, LossReport
from designer_kernel.exchange.transfer import Exported

if TYPE_CHECKING:
    from designer_kernel.design import Design

_SHOWN: Final = frozenset({"entities", "relationships"})
_SINGULAR: Final = {"entities": "entity"}
_PARTS: Final = {
    "keys": "key", "checks": "check", "indexes": "index", "exclusions": "exclusion", "policies": "policy",
    "triggers": "trigger",
}  # fmt: skip


def write_mermaid(design: Design) -> Exported:
    """Return a design as a Mermaid ``erDiagram``: entities, attributes, keys and relationships.

    Raises
    ------
    InvalidDesign
        If the design contradicts itself.
    """
    from designer_kernel.diagram import mermaid

    return Exported(
        mermaid.render(design), LossReport(tuple(losses_of_a_picture(design, "Mermaid has no words for it")))
    )


def losses_of_a_picture(design: Design, reason: str, shown: Container[str] = _SHOWN) -> Iterator[Loss]:
    """Yield what becomes of each object in a notation that draws entities, attributes and relationships.

    Parameters
    ----------
    reason
        Why the others are not there.
    shown
        The collections of a design that are drawn.
    """
    for collection in COLLECTIONS:
        for item in getattr(design, collection):
            name = str(getattr(item, "name", "") or item.id)
            kind = _SINGULAR.get(collection, collection.removesuffix("s")).replace("_", " ")
            if collection in shown:
                yield Loss(name, kind, "kept")
            else:
                yield Loss(name, kind, "refused", reason)
    for entity in design.entities:
        for attribute in entity.attributes:
            unsaid = attribute.default_value or attribute.generated or attribute.identity or attribute.collation
            name = f"{entity.name}.{attribute.name}"
            if unsaid:
                yield Loss(name, "attribute", "changed", "defaults, expressions and collations are not written")
            else:
                yield Loss(name, "attribute", "kept")
        for parts, kind in _PARTS.items():
            for part in getattr(entity, parts):
                yield Loss(f"{entity.name}.{part.name or kind}", kind, "refused", reason)
