"""The planner's statistics of a database: what ANALYZE left in ``pg_stats`` and its kin."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg

from designer_kernel.sample.planning.facts import TableName

_ROWS: Final = """
    SELECT n.nspname, c.relname,
           (SELECT CASE WHEN bool_and(l.reltuples >= 0 OR pg_relation_size(l.oid) = 0)
                        THEN coalesce(sum(greatest(l.reltuples, 0)), 0) ELSE -1 END
            FROM pg_class l WHERE l.oid = c.oid AND c.relkind = 'r'
               OR l.oid IN (SELECT t.relid FROM pg_partition_tree(c.oid) t WHERE t.isleaf AND c.relkind = 'p'))
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')
"""
_COLUMNS: Final = """
    SELECT DISTINCT ON (schemaname, tablename, attname) schemaname, tablename, attname, null_frac, n_distinct,
           avg_width, correlation, array_to_json(most_common_vals), most_common_freqs, array_to_json(histogram_bounds)
    FROM pg_stats ORDER BY schemaname, tablename, attname, inherited DESC
"""
_PAIRS: Final = """
    SELECT schemaname, tablename, attnames::text[], to_json(most_common_vals), most_common_freqs
    FROM pg_stats_ext WHERE array_length(attnames, 1) = 2 AND most_common_vals IS NOT NULL
    ORDER BY schemaname, tablename, statistics_name
"""


@dataclass(frozen=True, slots=True)
class ColumnStatistics:
    """What is known of a column; ``distinct`` is a number of values, counted for the whole table."""

    nulls: float
    distinct: float
    width: int
    correlation: float | None
    common: tuple[Any, ...] = ()
    shares: tuple[float, ...] = ()
    bounds: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class PairStatistics:
    """Which values of two columns come together, and how often."""

    columns: tuple[str, str]
    values: tuple[tuple[str | None, str | None], ...]
    shares: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """What is known of a database; a table that was never analysed has no rows here."""

    rows: Mapping[TableName, int]
    columns: Mapping[tuple[TableName, str], ColumnStatistics]
    pairs: Mapping[TableName, tuple[PairStatistics, ...]] = field(default_factory=dict)


def read(connection: psycopg.Connection[Any]) -> Statistics:
    """Return the statistics of all tables that the user may read."""
    rows = {(s, t): round(n) for s, t, n in connection.execute(_ROWS).fetchall() if n is not None and n >= 0}
    columns = {}
    for schema, table, name, nulls, distinct, width, correlation, common, shares, bounds in connection.execute(
        _COLUMNS
    ).fetchall():
        total = rows.get((schema, table), 0)
        columns[(schema, table), name] = ColumnStatistics(
            nulls,
            -distinct * total if distinct < 0 else distinct,
            width,
            correlation,
            tuple(common or ()),
            tuple(shares or ()),
            tuple(bounds or ()),
        )
    pairs: dict[TableName, tuple[PairStatistics, ...]] = {}
    for schema, table, names, values, shares in connection.execute(_PAIRS).fetchall():
        found = PairStatistics((names[0], names[1]), tuple((a, b) for a, b in values), tuple(shares))
        pairs[schema, table] = (*pairs.get((schema, table), ()), found)
    return Statistics(rows, columns, pairs)
