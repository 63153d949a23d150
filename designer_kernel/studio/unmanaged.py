"""Objects of a target that no version of the design ever held: they are somebody else's, and are left alone."""

from __future__ import annotations

from collections.abc import Mapping

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.migrate.changes import needs


def with_unmanaged(
    before: Catalog, after: Catalog, managed: frozenset[ObjectId], renames: Mapping[ObjectId, ObjectId]
) -> tuple[Catalog, tuple[ObjectId, ...]]:
    """Return the second state with what only the first has and nobody manages, and what that is.

    What needs something that goes, or that has another name then, cannot stay as it is, and is not kept.
    """
    moved = {*renames}
    kept = {key: fact for key, fact in before.items() if key not in after and key not in managed and key not in moved}
    while True:
        there = {**after, **kept}
        lost = {
            key
            for key, fact in kept.items()
            if any(need in before and need not in there for need in needs(fact, before))
        }
        if not lost:
            break
        kept = {key: fact for key, fact in kept.items() if key not in lost}
    return (after.plus(kept.values()) if kept else after), tuple(kept)
