"""The part of a design's script that is about one entity."""

from __future__ import annotations

from typing import TYPE_CHECKING

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.table import Table, table_id
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import InvalidDesign

if TYPE_CHECKING:
    from designer_kernel.design import Design


def of_entity(design: Design, catalog: Catalog, name: str) -> Catalog:
    """Return what a catalog holds of an entity: its table with all its parts, and its partitions.

    Raises
    ------
    UnknownObject
        If there is no such entity.
    InvalidDesign
        If it has no table, since it is abstract.
    """
    entity = design.entity(name)
    path = (design.schema_of(entity), entity.name)
    if table_id(*path) not in catalog:
        mend = "ask for an entity that inherits from it" if entity.is_abstract else "look at the findings"
        raise InvalidDesign("no table is created for this entity", where=name, mend=mend)
    tables = [table_id(*path)]
    tables += [table.id for table in catalog.of(Table) if table.partition_of in {key.path for key in tables}]
    return catalog.only(_within(catalog, tables))


def _within(catalog: Catalog, roots: list[ObjectId]) -> list[ObjectId]:
    """Return some facts with all their parts, and the parts of those, in the order of the catalog."""
    found: set[ObjectId] = set()
    waiting = list(roots)
    while waiting:
        key = waiting.pop()
        if key not in found:
            found.add(key)
            waiting.extend(part.id for part in catalog.all_parts(key))
    return [key for key in catalog if key in found]
