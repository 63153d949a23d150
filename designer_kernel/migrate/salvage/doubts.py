"""What may keep salvaged rows from coming back: what they point at may be gone since."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.migrate.hazards import Hazard
from designer_kernel.migrate.salvage.copies import Copy
from designer_kernel.migrate.salvage.touching import Names, Relation

_REASON = "rows that come back may point at such as are gone since"


def doubts(copy: Copy, before: Catalog, names: Names, restored: Collection[Relation]) -> Iterator[Hazard]:
    """Yield the foreign keys that what is brought back may break.

    Parameters
    ----------
    before
        The catalog that the way leads back to.
    names
        What its tables and columns are called before the way back begins.
    restored
        The tables whose rows come back as well.
    """
    for key in before.parts(ObjectId("relation", copy.relation), ForeignKey):
        if not copy.is_whole and copy.path[2] not in key.columns:
            continue
        is_there = (key.referenced_schema, key.referenced_table) not in restored
        yield Hazard("may_fail", key.id, _REASON, _query(copy, key, names) if copy.is_whole and is_there else "")


def _query(copy: Copy, key: ForeignKey, names: Names) -> str:
    """Return the query for the rows of a copy that point at nothing."""
    above = (key.referenced_schema, key.referenced_table)
    values = {value.name: value.given(f"s.{quote(value.name)}") for value in copy.values}
    given = [values[column] for column in key.columns if column in values]
    if len(given) < len(key.columns):
        return ""  # what the server computes is not kept
    pairs = zip(key.referenced_columns, given, strict=True)
    same = " AND ".join(f"p.{quote(names.column(above, column))} = {value}" for column, value in pairs)
    filled = " AND ".join(f"{value} IS NOT NULL" for value in given)
    return (
        f"SELECT {', '.join(given)} FROM {copy.sql} AS s\nWHERE s.{quote(copy.number)} = {copy.latest()}\n"
        f"  AND {filled}\n  AND NOT EXISTS (SELECT FROM {quote_path(*names.relation(above))} AS p WHERE {same})"
    )
