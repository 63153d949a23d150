"""What tables and columns have beyond their shape, under hostile names: see `hostile`."""

from __future__ import annotations

from typing import Any

from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.column_settings import (
    ColumnCompression,
    ColumnOption,
    ColumnStatistics,
    ColumnStorage,
)
from designer_kernel.catalog.kinds.identity_sequence import IdentityPersistence, IdentitySequence
from designer_kernel.catalog.kinds.index_roles import ClusterMark, ReplicaIdentity
from designer_kernel.catalog.kinds.storage_parameter import StorageParameter
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.kinds.unique import Unique
from designer_kernel.catalog.objects import CatalogObject


def hostile_tables(schema: str, table: str, names: tuple[str, str, str, str]) -> list[CatalogObject]:
    """Give a table with all that columns and tables can be set to; its names are those of two columns and two more."""
    key, text, constraint, sequence = names
    column: dict[str, Any] = {"schema": schema, "table": table}
    return [
        Table(schema=schema, name=table),
        Column(**column, name=key, type="bigint", not_null=True, identity="ALWAYS"),
        Column(**column, name=text, type="text", collation="C"),
        IdentitySequence(schema=schema, name=sequence, table=table, column=key, start=5, cycle=True),
        IdentityPersistence(schema=schema, sequence=sequence, unlogged=True),
        ColumnStorage(**column, column=text, storage="EXTERNAL"),
        ColumnCompression(**column, column=text, method="pglz"),
        ColumnStatistics(**column, column=text, target=77),
        ColumnOption(**column, column=text, option="n_distinct", value="-0.5"),
        StorageParameter(**column, parameter="fillfactor", value="70"),
        StorageParameter(**column, parameter="toast.autovacuum_enabled", value="false"),
        Unique(**column, name=constraint, columns=(key,)),
        ReplicaIdentity(**column, index=constraint),
        ClusterMark(**column, index=constraint),
    ]
