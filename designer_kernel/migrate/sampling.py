"""Rows for a trial: as many tables as possible are filled, and those that could not be are named."""

from __future__ import annotations

from collections.abc import Collection

import psycopg
from psycopg import sql

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.errors import SamplePlanError, StatementFailed
from designer_kernel.migrate.effects import Relation
from designer_kernel.postgres.connection import connect


def sample(url: str, catalog: Catalog, rows: int, without: Collection[Relation] = ()) -> dict[Relation, str]:
    """Fill the tables of a scratch database with a few rows, and return those that could not be filled, with why.

    Parameters
    ----------
    rows
        About how many for each table.
    without
        Tables that are to stay empty, and with them those that refer to them.
    """
    from designer_kernel.sample.fill import fill  # half a second, which only a proof on rows is to cost

    wholes = [(table.schema, table.name) for table in catalog.of(Table) if not table.partition_of]
    refused: dict[Relation, str] = dict.fromkeys(_referring(set(without), catalog), "")
    while chosen := [relation for relation in wholes if relation not in refused]:
        names = [".".join(relation) for relation in chosen]
        try:
            fill(url, rows=dict.fromkeys(names, rows), tables=names)
            break
        except (SamplePlanError, StatementFailed) as error:
            named = _named(error.where, chosen)
            refused |= dict.fromkeys(_referring({named} if named else set(chosen), catalog), error.what)
    simple = {relation for relation, why in refused.items() if why and _simple(url, relation)}
    return {relation: why for relation, why in refused.items() if why and relation not in simple}


def root_of(relation: Relation, catalog: Catalog) -> Relation:
    """Return the partitioned table that a table is a part of in the end, or the table itself."""
    table = catalog.get(ObjectId("relation", relation))
    while isinstance(table, Table) and table.partition_of:
        relation = table.partition_of
        table = catalog.get(ObjectId("relation", relation))
    return relation


def _referring(tables: set[Relation], catalog: Catalog) -> set[Relation]:
    """Return tables and all that refer to them."""
    found, waiting = set(tables), list(tables)
    while waiting:
        path = waiting.pop()
        for key in catalog.of(ForeignKey):
            relation = root_of((key.schema, key.table), catalog)
            if root_of((key.referenced_schema, key.referenced_table), catalog) == path and relation not in found:
                found.add(relation)
                waiting.append(relation)
    return found


def _named(where: str, tables: list[Relation]) -> Relation | None:
    """Return the table that an error names: ``shop.orders.total``."""
    found = [t for t in tables if f"{where}.".startswith(f"{'.'.join(t)}.") or where in (t[1], f"{t[0]}.{t[1]}")]
    return max(found, key=lambda relation: len(".".join(relation)), default=None)


def _simple(url: str, relation: Relation) -> bool:
    """Try to give a table one row of nothing but defaults."""
    with connect(url, autocommit=True) as connection:
        try:
            connection.execute(sql.SQL("INSERT INTO {} DEFAULT VALUES").format(sql.Identifier(*relation)))
        except psycopg.Error:
            return False
        return True
