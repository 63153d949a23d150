"""What waits for an answer: tables that may be renamed stay as they are drawn, and their rivals are not there yet."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.sequence import SequenceOwner
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.design.refresh.matching import Renames


def held_back(found: Renames, catalog: Catalog) -> Catalog:
    """Return what the database holds, but the tables that a question is about as the design means them."""
    kept = {key for key in found.held if key in found.own}
    gone = within(catalog, found.held)
    there = {key: fact for key, fact in catalog.items() if key not in gone}
    ours = within(found.own, kept)
    for key, fact in found.own.items():
        is_part = key in ours
        if isinstance(fact, ForeignKey) and not is_part:  # a child of theirs: it refers to what is held
            is_part = fact.referenced in kept and ObjectId("relation", (fact.schema, fact.table)) in there
        if is_part and key not in there:
            there[key] = fact
    return Catalog.by_id(there)


def within(catalog: Catalog, tables: AbstractSet[ObjectId]) -> set[ObjectId]:
    """Return the facts of some tables: themselves, all their parts, their sequences, and what refers to them."""
    found = {key for key in tables if key in catalog}
    waiting = list(found)
    while waiting:
        parts: list[CatalogObject] = catalog.all_parts(waiting.pop())
        new = [part.id for part in parts if part.id not in found]
        found.update(new)
        waiting += new
    found.update(fact.id for fact in catalog.of(ForeignKey) if fact.referenced in tables)
    for owner in catalog.of(SequenceOwner):
        if ObjectId("relation", owner.table) in tables:
            found.update({owner.id, ObjectId("relation", (owner.schema, owner.sequence))})
    return found
