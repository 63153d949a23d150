"""What may go wrong with partitions: the one for all other rows may have rows of a new one."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import Change
from designer_kernel.catalog.spelling import bracketed, split_list
from designer_kernel.migrate.effects.families import default_partition, table_at
from designer_kernel.migrate.hazards.naming import Hazard


def partition_made(new: Table, change: Change) -> Iterator[Hazard]:
    """Yield the hazard of a new partition beside one for all other rows."""
    if new.partition_of is None or new.bound == "DEFAULT":
        return
    rest = default_partition(new.partition_of, change.before)
    if rest is not None:
        condition = _within(new, change)
        query = f"SELECT * FROM {quote_path(*rest)} WHERE {condition}" if condition else ""
        yield Hazard("may_fail", new.id, f"{'.'.join(rest)} may have rows that belong to it", query)


def altered(old: Table, new: Table, change: Change) -> Iterator[Hazard]:
    """Yield the hazards of a table that becomes a partition."""
    if new.partition_of is None or old.partition_of is not None:
        return
    condition = _within(new, change)
    query = f"SELECT * FROM {quote_path(new.schema, new.name)} WHERE ({condition}) IS NOT TRUE" if condition else ""
    if new.bound != "DEFAULT":
        yield Hazard("may_fail", new.id, "rows that do not belong to it are refused", query)
    yield from partition_made(new, change)


def _within(part: Table, change: Change) -> str:
    """Return the condition for rows of a partition whose key is one column or expression; empty for others."""
    whole = table_at(part.partition_of, change.after) if part.partition_of else None
    method, _, inside = (whole.partition_by if whole else "").partition(" ")
    keys = split_list(inside.strip()[1:-1])
    if len(keys) != 1 or not part.bound.startswith("FOR VALUES"):
        return ""
    key = keys[0]
    if method == "LIST":
        values = bracketed(part.bound, part.bound.index("("))
        given = [value for value in values if value != "NULL"]
        conditions = [f"{key} IN ({', '.join(given)})"] if given else []
        return " OR ".join([*conditions, *([f"{key} IS NULL"] if "NULL" in values else [])])
    if method != "RANGE":
        return ""
    begin = part.bound.index("(")
    low, high = bracketed(part.bound, begin), bracketed(part.bound, part.bound.index("(", part.bound.index(" TO ")))
    conditions = [f"{key} {sign} {limit[0]}" for sign, limit in ((">=", low), ("<", high)) if "VALUE" not in limit[0]]
    return " AND ".join([*conditions, f"{key} IS NOT NULL"])
