"""What is decided before rows are sent: what is taken off, which tables start empty, how much the server may use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

import psycopg
from psycopg import sql

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.loading.suspension import Extent, Suspension
from designer_kernel.sample.loading.target import TargetTable, has_rows, identifier
from designer_kernel.sample.plan import Plan, Tree
from designer_kernel.sample.planning.facts import TableName

Mode: TypeAlias = Literal["refuse", "replace", "append", "top up"]
"""What is done with rows that are there: refuse to fill, remove them, add to them, or add what lacks to a number."""

MODES: Final[tuple[Mode, ...]] = ("refuse", "replace", "append", "top up")

ADDING: Final[tuple[Mode, ...]] = ("append", "top up")
"""Modes in which rows that are there stay, and others may go on to write."""

WORTHWHILE: Final = 20_000
"""Rows from which on a table's own keys and indexes are built afterwards instead of kept up row by row."""

LOCK_TIMEOUT: Final = "15s"
"""How long a table that others use is waited for."""

_MEMORY: Final = 256 << 20
_MOST_MEMORY: Final = 1 << 30
_COUNTS: Final = """
    SELECT n.nspname, c.relname, coalesce(sum(CASE WHEN l.reltuples >= 0 THEN l.reltuples
           ELSE pg_relation_size(l.oid) / 100 END), 0)::bigint
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN LATERAL (SELECT c.oid WHERE c.relkind = 'r' UNION ALL
                  SELECT relid FROM pg_partition_tree(c.oid) WHERE c.relkind = 'p' AND isleaf) part (oid) ON true
    JOIN pg_class l ON l.oid = part.oid
    WHERE c.oid = ANY (%s) GROUP BY 1, 2
"""
_DIRECT: Final = """
    SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE c.oid = ANY (%s) AND c.relkind = 'p' AND NOT row_security_active(c.oid) AND NOT EXISTS (
        SELECT FROM pg_partition_tree(c.oid) t JOIN pg_class l ON l.oid = t.relid
        WHERE t.isleaf AND (l.relkind <> 'r' OR row_security_active(l.oid) OR NOT pg_has_role(l.relowner, 'USAGE')))
"""
_PARTITIONS: Final = """
    SELECT n.nspname, l.relname FROM pg_partition_tree(%s) t JOIN pg_class l ON l.oid = t.relid
    JOIN pg_namespace n ON n.oid = l.relnamespace WHERE t.isleaf AND l.relkind = 'r'
"""
_LEAVES: Final = """
    SELECT n.nspname, l.relname FROM pg_class c
    JOIN LATERAL (SELECT c.oid WHERE c.relkind = 'r' UNION ALL
                  SELECT relid FROM pg_partition_tree(c.oid) WHERE c.relkind = 'p' AND isleaf) part (oid) ON true
    JOIN pg_class l ON l.oid = part.oid JOIN pg_namespace n ON n.oid = l.relnamespace
    WHERE c.oid = ANY (%s) AND l.relkind = 'r' AND l.relpersistence = 'p' ORDER BY 1, 2
"""


@dataclass(frozen=True, slots=True)
class Session:
    """Settings of the connections of a fill, chosen from those of the server."""

    memory: int
    workers: int

    def apply(self, connection: psycopg.Connection[Any], *, local: bool = False) -> None:
        """Set them, for the open transaction or for the whole session."""
        values = {
            "lock_timeout": LOCK_TIMEOUT,
            "timezone": "UTC",
            "maintenance_work_mem": f"{self.memory >> 10}kB",
            "max_parallel_maintenance_workers": str(self.workers),
            "client_connection_check_interval": "2s",  # a client that was killed is noticed while the server computes
        }
        for name, value in values.items():
            try:
                with connection.transaction():
                    connection.execute("SELECT set_config(%s, %s, %s)", (name, value, local))
            except psycopg.errors.Error:
                if name != "client_connection_check_interval":  # not every system can poll so
                    raise
        if local:
            connection.execute("SET CONSTRAINTS ALL DEFERRED")


def session_of(connection: psycopg.Connection[Any], builders: int = 1) -> Session:
    """Return how much memory and how many workers each of some connections may use to build an index.

    A server whose shared memory was raised belongs to a machine with more; a setting that is larger than ours stays.
    """
    row = connection.execute(
        """
        SELECT pg_size_bytes(current_setting('maintenance_work_mem')), pg_size_bytes(current_setting('shared_buffers')),
               current_setting('max_parallel_maintenance_workers')::int, current_setting('max_parallel_workers')::int
        """
    ).fetchone()
    assert row is not None
    own, shared, workers, all_workers = row
    memory = max(own, min(_MOST_MEMORY, max(_MEMORY, shared // 2)) // builders)
    return Session(memory, max(min(max(workers, 2), all_workers) // builders, 0) if workers else 0)


def extent_of(
    connection: psycopg.Connection[Any],
    plan: Plan,
    targets: Mapping[TableName, TargetTable],
    mode: Mode,
    running: frozenset[TableName],
) -> Extent:
    """Return of which tables keys, foreign keys and triggers are taken off.

    Into empty tables all rows come before their keys. Where rows are, keys stay in place if only a few rows are added:
    building them again would look at all rows that are there.

    Parameters
    ----------
    running
        Tables whose triggers are to run.
    """
    filled = {t.name for t in plan.tables.values() if t.rows}
    if mode in ADDING:
        found = connection.execute(_COUNTS, ([targets[name].oid for name in filled],)).fetchall()
        there = {(schema, name): count for schema, name, count in found}
        large = {n for n in filled if plan.tables[n].rows >= max(WORTHWHILE, there.get(n, 0) // 2)}
        return Extent(frozenset(large), frozenset(large | _circular(plan)), frozenset(filled - running))
    large = {name for name in filled if plan.tables[name].rows >= WORTHWHILE}
    return Extent(frozenset(large), frozenset(plan.tables), frozenset(filled - running))


def _circular(plan: Plan) -> set[TableName]:
    """Return the tables whose new rows refer to rows that come later."""
    place = {name: index for index, name in enumerate(plan.order)}
    return {
        t.name
        for t in plan.tables.values()
        if t.rows and any(plan.tables[k.parent].rows and place[k.parent] > place[t.name] for k in t.references.values())
    }


def emptied(
    connection: psycopg.Connection[Any], plan: Plan, targets: Mapping[TableName, TargetTable], mode: Mode
) -> frozenset[TableName]:
    """Empty the large tables that hold no rows once more, and return them: their rows need never be frozen again.

    The server need not log the rows of a table that was emptied in the same transaction either, if its ``wal_level`` is
    minimal.
    """
    if mode in ADDING:
        return frozenset()
    found: list[TableName] = []
    for table in plan.tables.values():
        target = targets[table.name]
        if table.rows >= WORTHWHILE and target.is_owned:
            lock = sql.SQL("LOCK TABLE {} IN ACCESS EXCLUSIVE MODE").format(identifier(table.name))
            connection.execute(lock)
            if has_rows(connection, table.name):  # somebody was quicker than the lock
                continue
            try:
                with connection.transaction():
                    only = sql.SQL("ONLY " if target.is_plain else "")
                    connection.execute(sql.SQL("TRUNCATE {}{}").format(only, identifier(table.name)))
            except psycopg.errors.FeatureNotSupported:  # a foreign key that stays leads here
                continue
            leaves = connection.execute(_PARTITIONS, [target.oid]).fetchall()
            found += [table.name] if target.is_plain else [(schema, name) for schema, name in leaves]
    return frozenset(found)


def direct(connection: psycopg.Connection[Any], targets: Mapping[TableName, TargetTable]) -> frozenset[TableName]:
    """Return the partitioned tables of the user whose leaves can be filled themselves."""
    owned = [t.oid for t in targets.values() if t.is_owned]
    return frozenset((schema, name) for schema, name in connection.execute(_DIRECT, [owned]).fetchall())


def unlog(connection: psycopg.Connection[Any], plan: Plan, targets: Mapping[TableName, TargetTable]) -> list[TableName]:
    """Let the large tables not be logged for a while; returns them or their partitions.

    Only tables that hold nothing: a crash of the server empties what is not logged, and a table that is written anew
    does not tell any more which transaction brought a row.
    """
    large = [t for t in targets.values() if t.is_owned and plan.tables[t.name].rows >= WORTHWHILE]
    oids = [t.oid for t in large if not has_rows(connection, t.name)]
    done = []
    for schema, name in connection.execute(_LEAVES, (oids,)).fetchall():
        try:
            with connection.transaction():
                connection.execute(sql.SQL("ALTER TABLE {} SET UNLOGGED").format(sql.Identifier(schema, name)))
        except (psycopg.errors.FeatureNotSupported, psycopg.errors.InvalidTableDefinition):
            continue  # a foreign key that stays, or a publication
        done.append((schema, name))
    return done


def log_again(connection: psycopg.Connection[Any], table: TableName) -> None:
    """Let a table be logged again, which writes it anew."""
    connection.execute(sql.SQL("ALTER TABLE {} SET LOGGED").format(identifier(table)))


def waits(
    connection: psycopg.Connection[Any],
    plan: Plan,
    targets: Mapping[TableName, TargetTable],
    suspension: Suspension,
    *,
    in_parts: bool = False,
) -> dict[TableName, frozenset[TableName]]:
    """Return which tables wait for which others, because a foreign key between them stays in place.

    Raises
    ------
    SamplePlanError
        If a key that stays closes a circle of tables, and so cannot be satisfied row by row.
    """
    dropped = {(k.table, k.name) for k in suspension.foreign_keys}
    place = {name: index for index, name in enumerate(plan.order)}
    result: dict[TableName, frozenset[TableName]] = {}
    for table in plan.tables.values():
        for key in table.references.values():
            parent = plan.tables.get(key.parent)
            if not table.rows or (table.name, key.name) in dropped or parent is None or not parent.rows:
                continue
            is_ring = isinstance(key.rule, Tree) and key.rule.is_list and not key.rule.has_roots
            if place[key.parent] > place[table.name] or (in_parts and is_ring):
                _refuse_circle(connection, targets, table.name, key.name, in_parts=in_parts)
            result[table.name] = result.get(table.name, frozenset()) | {key.parent}
    return result


def _refuse_circle(
    connection: psycopg.Connection[Any],
    targets: Mapping[TableName, TargetTable],
    table: TableName,
    key: str,
    *,
    in_parts: bool,
) -> None:
    row = connection.execute(
        "SELECT condeferrable FROM pg_constraint WHERE conrelid = %s AND conname = %s AND contype = 'f'",
        (targets[table].oid, key),
    ).fetchone()
    where = f"{'.'.join(table)}.{key}"
    if in_parts:
        raise SamplePlanError(
            "it stays in place while rows are sent, and leads to rows that another transaction sends",
            where=where,
            mend="fill over one connection (connections=1), or connect as the owner of the tables",
        )
    if row is not None and not row[0]:
        raise SamplePlanError(
            "it closes a circle of tables, is checked at once, and you may not take it off while loading",
            where=where,
            mend="connect as the owner of the tables, or make it DEFERRABLE",
        )
