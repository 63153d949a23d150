"""A design as Mermaid, with a report of what the notation cannot say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from designer_kernel.design.design import COLLECTIONS
from designer_kernel.design.losses import Loss, LossReport
from designer_kernel.exchange.transfer import Exported

if TYPE_CHECKING:
    from designer_kernel.design import Design

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

    return Exported(mermaid.render(design), LossReport(tuple(_losses(design))))


def _losses(design: Design) -> Iterator[Loss]:
    for collection in COLLECTIONS:
        for item in getattr(design, collection):
            name = str(getattr(item, "name", "") or item.id)
            if collection in {"entities", "relationships"}:
                yield Loss(name, "entity" if collection == "entities" else "relationship", "kept")
            else:
                yield Loss(name, collection.rstrip("s").replace("_", " "), "refused", "Mermaid has no words for it")
    for entity in design.entities:
        for attribute in entity.attributes:
            unsaid = attribute.default_value or attribute.generated or attribute.identity or attribute.collation
            reason = "defaults, expressions and collations are not written" if unsaid else ""
            yield Loss(f"{entity.name}.{attribute.name}", "attribute", "changed" if unsaid else "kept", reason)
        for parts, kind in _PARTS.items():
            for part in getattr(entity, parts):
                yield Loss(f"{entity.name}.{part.name or kind}", kind, "refused", "Mermaid has no words for it")
