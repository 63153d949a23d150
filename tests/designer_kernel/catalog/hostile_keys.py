"""Attached indexes, targets of statistics and extended statistics under names that break careless SQL."""

from __future__ import annotations

from designer_kernel.catalog.identifiers import quote
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.index_attachment import IndexAttachment, UnattachedIndex
from designer_kernel.catalog.kinds.index_statistics import IndexStatistics
from designer_kernel.catalog.kinds.statistics import Statistics, StatisticsTarget
from designer_kernel.catalog.objects import CatalogObject


def hostile_keys(
    schema: str, table: str, partition: str, columns: tuple[str, str], names: tuple[str, ...]
) -> list[CatalogObject]:
    """Return indexes of a partitioned table with those of its partition, and statistics on both."""
    one, other = columns
    keys = (f"lower({quote(other)})", quote(one))
    return [
        Index(schema=schema, table=table, name=names[0], keys=keys, options=("fillfactor=40",)),
        Index(schema=schema, table=partition, name=names[1], keys=keys),
        IndexAttachment(schema=schema, index=names[0], child_schema=schema, child_index=names[1]),
        IndexStatistics(schema=schema, index=names[1], column=1, target=12),
        Index(schema=schema, table=table, name=names[2], keys=(quote(one),)),
        UnattachedIndex(schema=schema, index=names[2]),
        Statistics(
            schema=schema,
            name=names[3],
            table_schema=schema,
            table=table,
            kinds=("dependencies", "mcv"),
            keys=(quote(one), quote(other)),
        ),
        StatisticsTarget(schema=schema, name=names[3], target=7),
    ]
