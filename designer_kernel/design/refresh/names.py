"""Names that nobody chose and that a renaming changes here, though not in the database: it leaves all other names.

A view ``live_comments`` that a trait makes is ``live_notes`` as soon as the table is ``notes``. The database still has
the first, and nobody drew the second, so it is neither missing there nor gone from there.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.design.design import Design
from designer_kernel.design.edits.moves import GONE, moves_between


@dataclass(frozen=True, slots=True)
class Former:
    """What a design meant before it was renamed, seen from after that.

    ``kept`` are the identities from before, under the new names of what was renamed itself. ``followers`` are names
    from after that only follow, and that the database has under the names from before.
    """

    kept: frozenset[ObjectId] = frozenset()
    followers: frozenset[ObjectId] = frozenset()


def former(before: Design, after: Design, own: Catalog, now: Catalog, catalog: Catalog) -> Former:
    """Return what became of names.

    Parameters
    ----------
    own, now
        What the design means before and after.
    catalog
        What the database holds.
    """
    moves = moves_between(before, after)
    moved = {key: place for key in own if (place := moves.identity(key)) != GONE}
    kept = frozenset(moved.values())
    left: dict[tuple[str, ObjectId | None], list[ObjectId]] = defaultdict(list)
    for key, place in moved.items():
        if place not in now:
            above = own[key].parent
            left[own[key].kind, None if above is None else moves.identity(above)].append(place)
    followers: set[ObjectId] = set()
    came: dict[tuple[str, ObjectId | None], list[ObjectId]] = defaultdict(list)
    for key, fact in now.items():
        if key not in kept:
            came[fact.kind, fact.parent].append(key)
    for group, keys in came.items():
        olds = left.get(group, [])
        if len(olds) == len(keys):  # a renaming changes neither the number nor the order of what is implied
            followers.update(key for key, old in zip(keys, olds, strict=True) if old in catalog)
    return Former(kept, frozenset(followers))
