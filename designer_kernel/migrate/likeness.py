"""Whether a target holds what a migration says: compared fact by fact, and told so that a person sees what differs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

import psycopg

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.compare import Difference, differences
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.migrate.steps import Step
from designer_kernel.postgres import shadow

_SHOWN: Final = 20


def unlike(
    meant: Catalog, connection: psycopg.Connection[Any], ignored: Iterable[ObjectId] = ()
) -> tuple[list[Difference], Catalog]:
    """Return how a target differs from what is meant, and what it holds.

    Parameters
    ----------
    ignored
        Objects whose differences do not count, nor those of their parts.
    """
    now = observed(connection, meant)
    return counted(differences(meant, now), ignored, meant, now), now


def observed(connection: psycopg.Connection[Any], meant: Catalog) -> Catalog:
    """Return what a target holds of all that a catalog speaks of.

    Owners and roles are told as far as the catalog tells them; and if it tells nothing that only a role can make which
    acts for others, it comes from a server that could not try that, and such facts are not looked at.
    """
    now = shadow.observe(connection, meant).catalog
    if any(map(shadow.is_about_others, meant.values())):
        return now
    return now.only(key for key, fact in now.items() if not shadow.is_about_others(fact))


def counted(
    found: Iterable[Difference], ignored: Iterable[ObjectId], ours: Catalog, theirs: Catalog
) -> list[Difference]:
    """Return the differences that count."""
    left_out = frozenset(ignored)
    return [d for d in found if not (left_out and is_within(d.id, left_out, ours, theirs))]


def is_within(key: ObjectId, wholes: frozenset[ObjectId], *catalogs: Catalog) -> bool:
    """Whether an object is one of some, or a part of one, or a part of a part, in any of some catalogs."""
    waiting, seen = [key], set[ObjectId]()
    while waiting:
        if (key := waiting.pop()) in wholes:
            return True
        seen.add(key)
        above = {catalog[key].parent for catalog in catalogs if key in catalog}
        waiting += [parent for parent in above if parent is not None and parent not in seen]
    return False


def untouched(ignored: frozenset[ObjectId], steps: Iterable[Step]) -> frozenset[ObjectId]:
    """Return of the ignored objects those that no step is about: what is changed is also compared."""
    return ignored - {key for step in steps for key in step.facts}


def listed(found: Sequence[Difference]) -> str:
    """Return differences as lines, without the parts of what is missing or extra as a whole."""
    whole = {difference.id for difference in found if difference.change != "changed"}
    shown = [str(item) for item in found if _parent(item) not in whole]
    more = [f"… and {len(shown) - _SHOWN} more"] if len(shown) > _SHOWN else []
    return "".join(f"\n  - {line}" for line in [*shown[:_SHOWN], *more])


def _parent(difference: Difference) -> ObjectId | None:
    fact = difference.ours if difference.change == "missing" else difference.theirs
    return fact.parent if isinstance(fact, CatalogObject) else None
