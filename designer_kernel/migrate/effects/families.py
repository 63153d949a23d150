"""Tables that a statement about another one reaches: partitions, children, and those at either end of foreign keys."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.column import Column, column_id
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.foreign_table import ForeignTable
from designer_kernel.catalog.kinds.materialized_view import MaterializedView
from designer_kernel.catalog.kinds.table import Table, table_id
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.migrate.effects.locks import Relation


def below(relation: Relation, catalog: Catalog) -> Iterator[Relation]:
    """Yield a table and all its partitions and children."""
    yield relation
    for part in partitions(relation, catalog):
        yield from below(part, catalog)
    for kind in (Table, ForeignTable):
        for table in catalog.of(kind):
            if relation in table.inherits:
                yield from below((table.schema, table.name), catalog)


def partitions(relation: Relation, catalog: Catalog) -> Iterator[Relation]:
    """Yield the partitions of a table."""
    for kind in (Table, ForeignTable):
        yield from ((table.schema, table.name) for table in catalog.having(kind, "partition_of", relation))


def tree(relation: Relation, catalog: Catalog) -> Iterator[Relation]:
    """Yield a table and all its partitions, without its children."""
    yield relation
    for part in partitions(relation, catalog):
        yield from tree(part, catalog)


def above(relation: Relation, catalog: Catalog) -> Iterator[Relation]:
    """Yield a table and all the tables that it is a part or a child of."""
    yield relation
    table = table_at(relation, catalog)
    for parent in table.parents if table else ():
        yield from above(parent, catalog)


def table_at(relation: Relation, catalog: Catalog) -> Table | None:
    """Return the table of a name, or nothing if it is something else."""
    table = catalog.get(table_id(*relation))
    return table if isinstance(table, Table) else None


def has_rows(relation: Relation, catalog: Catalog) -> bool:
    """Whether a relation has rows of its own here: not a view, a partitioned table, or one of another server."""
    fact = catalog.get(table_id(*relation))
    if isinstance(fact, Table):
        return not fact.partition_by and not isinstance(fact, ForeignTable)
    return isinstance(fact, MaterializedView)


def default_partition(relation: Relation, catalog: Catalog) -> Relation | None:
    """Return the partition that takes the rows that no other one does."""
    for part in partitions(relation, catalog):
        table = table_at(part, catalog)
        if table is not None and table.bound == "DEFAULT":
            return part
    return None


def column_at(relation: Relation, name: str, catalog: Catalog) -> Column | None:
    """Return a column of a table, which a partition has from the table that it is of."""
    for each in above(relation, catalog):
        column = catalog.get(column_id(*each, name))
        if isinstance(column, Column):
            return column
    return None


def checks_of(relation: Relation, catalog: Catalog) -> Iterator[Check]:
    """Yield the checks that hold for all rows of a table, its own and its parents'."""
    for each in above(relation, catalog):
        for check in catalog.parts(table_id(*each), Check):
            if check.valid and check.enforced and (each == relation or not check.no_inherit):
                yield check


def foreign_keys_from(relation: Relation, catalog: Catalog, column: str = "") -> Iterator[ForeignKey]:
    """Yield the foreign keys of a table and of what it is a part of, or those of one column."""
    for each in above(relation, catalog):
        for key in catalog.parts(table_id(*each), ForeignKey):
            if column in ("", *key.columns):
                yield key


def foreign_keys_to(relation: Relation, catalog: Catalog, column: str = "") -> Iterator[ForeignKey]:
    """Yield the foreign keys that point to a table or to what it is a part of, or to one column."""
    pointed = set(above(relation, catalog))
    for key in catalog.of(ForeignKey):
        if (key.referenced_schema, key.referenced_table) in pointed and column in ("", *key.referenced_columns):
            yield key


def ends(key: ForeignKey, catalog: Catalog) -> Iterator[Relation]:
    """Yield the tables at both ends of a foreign key, with their parts."""
    yield from tree((key.schema, key.table), catalog)
    yield from tree((key.referenced_schema, key.referenced_table), catalog)


def neighbours(relation: Relation, catalog: Catalog, column: str = "") -> Iterator[Relation]:
    """Yield the tables at the other ends of the foreign keys of a table, or of one of its columns."""
    for key in foreign_keys_from(relation, catalog, column):
        yield from tree((key.referenced_schema, key.referenced_table), catalog)
    for key in foreign_keys_to(relation, catalog, column):
        yield from tree((key.schema, key.table), catalog)


def foreign_key_at(relation: Relation, name: str, catalog: Catalog) -> ForeignKey | None:
    """Return the foreign key of a name."""
    key = catalog.get(ObjectId("constraint", (*relation, name)))
    return key if isinstance(key, ForeignKey) else None
