"""Columns of the server's own views that were renamed in newer versions, or are called otherwise."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from designer_kernel.catalog import sqltext
from designer_kernel.exchange.sql.mends._base import Case, parse_result, written
from designer_kernel.exchange.sql.outcome import Mend

RENAMED: Final[Mapping[str, Mapping[str, str]]] = {
    "pg_stat_statements": {
        "total_time": "total_exec_time", "mean_time": "mean_exec_time", "min_time": "min_exec_time",
        "max_time": "max_exec_time", "stddev_time": "stddev_exec_time", "blk_read_time": "shared_blk_read_time",
        "blk_write_time": "shared_blk_write_time",
    },
    "pg_stat_activity": {"procpid": "pid", "current_query": "query", "waiting": "wait_event"},
    "pg_stat_replication": {
        "sent_location": "sent_lsn", "write_location": "write_lsn", "flush_location": "flush_lsn",
        "replay_location": "replay_lsn", "procpid": "pid",
    },
    "pg_tables": {
        "schema": "schemaname", "schema_name": "schemaname", "table_schema": "schemaname", "table_name": "tablename",
        "name": "tablename", "relname": "tablename", "owner": "tableowner",
    },
    "pg_views": {"schema_name": "schemaname", "view_name": "viewname", "name": "viewname"},
    "pg_indexes": {
        "schema_name": "schemaname", "table_name": "tablename", "index_name": "indexname", "relname": "tablename",
        "indexrelname": "indexname",
    },
    "pg_stat_user_tables": {"tablename": "relname", "table_name": "relname", "schema_name": "schemaname"},
    "pg_stat_all_tables": {"tablename": "relname", "table_name": "relname", "schema_name": "schemaname"},
    "pg_stat_user_indexes": {
        "tablename": "relname", "table_name": "relname", "indexname": "indexrelname", "index_name": "indexrelname",
    },
    "pg_statio_user_tables": {"tablename": "relname", "table_name": "relname"},
    "pg_roles": {"rolename": "rolname", "name": "rolname"},
    "pg_namespace": {"schema_name": "nspname"},
    "pg_locks": {"procpid": "pid"},
}  # fmt: skip
"""By view: what people call a column, or what it was called, and its name. Source: the manual and release notes."""

_COLUMN: Final = re.compile(r'column "?(?:[\w]+\.)?([^"\s]+?)"? does not exist')


def propose(case: Case) -> Iterator[Mend]:
    """Yield the mend that calls columns of the server by the names of today."""
    if case.failure.sqlstate != "42703" or case.statement.tree is None:
        return
    found = _COLUMN.search(case.failure.message)
    used = {
        node.relname for node in sqltext.walk(case.statement.tree)
        if type(node).__name__ == "RangeVar" and node.relname in RENAMED
    }  # fmt: skip
    names = {old: new for view in sorted(used) for old, new in RENAMED[view].items()}
    if found is None or found[1] not in names:
        return
    tree = parse_result(case.statement.tree)
    changed = _rename(tree, names)
    if sql := written(tree):
        shown = ", ".join(f"{old} → {names[old]}" for old in sorted(changed))
        why = (
            f"the columns of {', '.join(sorted(used))} are called otherwise on this server; the results keep the names"
        )
        yield Mend(f"rename-columns:{case.subject}", f"use the names of today: {shown}", why, (case.replace(sql),))


def _rename(tree: Any, names: Mapping[str, str]) -> set[str]:
    """Rename columns in a tree, and let results keep their names; return the old names that were met."""
    changed: set[str] = set()
    for node in [tree, *sqltext.walk(tree)]:
        if type(node).__name__ == "ResTarget" and not node.name:
            old = _last(node.val)
            if old in names:
                node.name = old
    for node in sqltext.walk(tree):
        if type(node).__name__ == "ColumnRef" and node.fields[-1].WhichOneof("node") == "string":
            old = node.fields[-1].string.sval
            if old in names:
                node.fields[-1].string.sval = names[old]
                changed.add(old)
    return changed


def _last(node: Any) -> str:
    if node.WhichOneof("node") != "column_ref" or node.column_ref.fields[-1].WhichOneof("node") != "string":
        return ""
    return str(node.column_ref.fields[-1].string.sval)
