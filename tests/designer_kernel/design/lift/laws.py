"""What must hold of every lifted catalog."""

from __future__ import annotations

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.compare import differences
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design import Design
from designer_kernel.design.lift import lift
from designer_kernel.design.lower import lower


def holds(catalog: Catalog) -> Design:
    """Lift a catalog, check the law and the report, and return the design."""
    lifted = lift(catalog)
    made = lower(lifted.design)
    assert differences(catalog, made) == []
    assert dict(made) == dict(catalog)
    assert _ordered(made) == _ordered(catalog)
    assert len(lifted.losses) == len(catalog)
    assert {loss.outcome for loss in lifted.losses} <= {"kept", "opaque"}
    assert all(loss.reason for loss in lifted.losses.of("opaque"))
    return lifted.design


def _ordered(catalog: Catalog) -> dict[ObjectId | None, list[ObjectId]]:
    """Return the parts whose order counts, by what they are parts of."""
    found: dict[ObjectId | None, list[ObjectId]] = {}
    for key, fact in catalog.items():
        if fact.ordered:
            found.setdefault(fact.parent, []).append(key)
    return found
