"""Partitions: how a table is divided, and its parts at every depth."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.spelling import split_list
from designer_kernel.design import parts
from designer_kernel.design.lift.indexes import draw_key
from designer_kernel.design.lift.sketch import Sketch
from designer_kernel.design.trusted import trusted
from designer_kernel.errors import DesignerError

_DIVISION: Final = re.compile(r"(RANGE|LIST|HASH) \((.+)\)\Z", re.DOTALL)


def draw_division(table: Table) -> dict[str, Any]:
    """Return the fields that say how a table is divided; none if it is not, or not in a way that can be drawn."""
    match = _DIVISION.match(table.partition_by)
    if match is None:
        return {}
    keys = [draw_key(text.strip()) for text in split_list(match[2])]
    if not keys or None in keys:
        return {}
    return {"partition_method": match[1], "partition_keys": tuple(keys)}


def draw_partitions(sketch: Sketch, table: Table) -> tuple[parts.Partition, ...]:
    """Return the partitions of a table, each behind the one that it is a part of."""
    return tuple(_parts_of(sketch, table, table))


def _parts_of(sketch: Sketch, whole: Table, above: Table) -> Iterator[parts.Partition]:
    for table in sketch.catalog.having(Table, "partition_of", (above.schema, above.name)):
        if not _is_bound(table.bound):
            continue
        divided = draw_division(table)
        security = _security(table)
        yield trusted(
            parts.Partition,
            id=sketch.id("partition", table.schema, table.name),
            name=table.name,
            schema_name=None if table.schema == whole.schema else table.schema,
            part_of=None if above is whole else above.name,
            bound=table.bound,
            **divided,
            is_unlogged=table.unlogged,
            row_security=None if security == _security(whole) else security,
            description=sketch.description(table.id),
        )
        if divided:
            yield from _parts_of(sketch, whole, table)


def _security(table: Table) -> str:
    return "FORCED" if table.force_row_security else "ENABLED" if table.row_security else "OFF"


def _is_bound(text: str) -> bool:
    try:
        sqltext.partition_bound(text)
    except DesignerError:
        return False
    return True
