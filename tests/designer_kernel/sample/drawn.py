"""Rows of a plan as plain lists, without loading them."""

from __future__ import annotations

from typing import Any

import numpy as np
import psycopg

from designer_kernel.postgres.introspect import introspect
from designer_kernel.sample.files.natural import natural
from designer_kernel.sample.plan import Plan
from designer_kernel.sample.planning import planner
from designer_kernel.sample.rows.frame import Frame


def planned(url: str, script: str, **options: Any) -> Plan:
    """Return the plan for a database with these tables."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(script)
        return planner.plan(introspect(connection), **options)


def drawn(plan: Plan, table: str, rows: Any = None) -> dict[str, list[Any]]:
    """Return the columns of some rows of a table (all by default)."""
    name = next(n for n in plan.tables if n[1] == table)
    numbers = np.arange(plan.tables[name].rows) if rows is None else np.asarray(rows, dtype=np.int64)
    frame = Frame(plan, name, numbers)
    columns = plan.tables[name].columns.items()
    return {c: natural(p.facts.form, frame.column(c)).to_pylist() for c, p in columns}


def lines(columns: dict[str, list[Any]], *names: str) -> list[tuple[Any, ...]]:
    """Return some columns row by row."""
    return list(zip(*(columns[name] for name in names), strict=True))
