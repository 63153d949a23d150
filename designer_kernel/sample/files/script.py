"""Scripts that psql runs, and our own reader of scripts: rows by COPY or INSERT, in one transaction, with sequences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.literals import literal
from designer_kernel.sample.files.delimited import copy_pieces, insert_rows
from designer_kernel.sample.plan import Plan, ReferencePlan, TablePlan, Tree
from designer_kernel.sample.planning.facts import TableName

_NEXTVAL: Final = re.compile(r"nextval\('((?:[^']|'')*)'::regclass\)")
_ROWS: Final = 500
"""Rows of one INSERT."""


def in_order(tables: list[TablePlan]) -> list[TablePlan]:
    """Return tables behind those that they refer to, references aside that may be checked at the end."""
    waiting, placed = list(tables), list[TablePlan]()
    names = {table.name for table in tables}
    while waiting:
        done = {table.name for table in placed}
        free = [table for table in waiting if not _needs(table, names) - done]
        placed += free or waiting[:1]  # a circle: its references are deferred, see `circles`
        waiting = [table for table in waiting if table not in placed]
    return placed


def _needs(table: TablePlan, names: set[TableName]) -> set[TableName]:
    found = {reference.parent for reference in table.references.values() if not reference.is_deferrable}
    return found & names - {table.name}


def circles(tables: list[TablePlan]) -> list[tuple[TablePlan, ReferencePlan]]:
    """Return references to rows that come later, and that are checked at once."""
    place = {table.name: index for index, table in enumerate(tables)}
    return [
        (table, reference)
        for index, table in enumerate(tables)
        for reference in table.references.values()
        if not reference.is_deferrable
        and (place.get(reference.parent, -1) > index or (isinstance(reference.rule, Tree) and reference.rule.is_list))
    ]


def head(plan: Plan, tables: list[TablePlan]) -> str:
    """Return what a script begins with.

    Constraints that may be deferred are checked at the end, so that tables may refer to each other in a circle. Where
    circles are checked at once, they may be deferred for the time being.
    """
    deferred = "".join(_altered(table, reference, "DEFERRABLE") for table, reference in circles(tables))
    return (
        f"-- {plan.rows:,} rows of sample data, seed {plan.seed}\n"
        "SET client_encoding = 'UTF8';\n"
        "SET standard_conforming_strings = on;\n"
        "BEGIN;\n"
        "SET LOCAL timezone = 'UTC';\n"
        "SET LOCAL datestyle = 'ISO, YMD';\n"
        "SET LOCAL intervalstyle = 'postgres';\n"
        f"{deferred}"
        "SET CONSTRAINTS ALL DEFERRED;\n"
    )


def _altered(table: TablePlan, reference: ReferencePlan, words: str) -> str:
    return f"ALTER TABLE {_path(table)} ALTER CONSTRAINT {quote(reference.name)} {words};\n"


def tail(tables: list[TablePlan]) -> str:
    """Return what a script ends with: sequences are set behind the last number."""
    lines = [sentence for table in tables for sentence in _sequences(table)]
    restored = "".join(_altered(table, reference, "NOT DEFERRABLE") for table, reference in circles(tables))
    if restored:
        restored = "SET CONSTRAINTS ALL IMMEDIATE;\n" + restored
    return "\n".join(["", *lines, f"{restored}COMMIT;", ""])


def _sequences(table: TablePlan) -> Iterator[str]:
    for name, column in table.columns.items():
        default = _NEXTVAL.search(column.facts.default)
        if column.reference is not None or not (column.facts.identity or default):
            continue
        if default:
            sequence = literal(default[1].replace("''", "'"))
        else:
            sequence = f"pg_get_serial_sequence({literal(_path(table))}, {literal(name)})"
        last = "max" if column.facts.series[1] > 0 else "min"
        path = _path(table)
        yield (
            f"SELECT setval(seqrelid, least(greatest((SELECT {last}({quote(name)}) FROM {path}), seqmin), seqmax))\n"
            f"FROM pg_sequence WHERE seqrelid = CAST({sequence} AS regclass) AND EXISTS (SELECT FROM {path});"
        )


def _path(table: TablePlan) -> str:
    return quote_path(*table.name)


def copy_script(plan: Plan, table: TablePlan) -> Iterator[tuple[bytes, int]]:
    """Yield a table's rows behind a COPY; a table without columns to send gets its rows by INSERT."""
    if not table.columns:
        yield _empty_rows(table), table.rows
        return
    columns = ", ".join(quote(name) for name in table.columns)
    yield f"\nCOPY {_path(table)} ({columns}) FROM stdin;\n".encode(), 0
    yield from copy_pieces(plan, table)
    yield b"\\.\n", 0


def insert_script(plan: Plan, table: TablePlan) -> Iterator[tuple[bytes, int]]:
    """Yield a table's rows as INSERT statements of some hundred rows each."""
    if not table.columns:
        yield _empty_rows(table), table.rows
        return
    columns = ", ".join(quote(name) for name in table.columns)
    over = " OVERRIDING SYSTEM VALUE" if any(c.facts.identity for c in table.columns.values()) else ""
    start = f"\nINSERT INTO {_path(table)} ({columns}){over} VALUES\n".encode()
    for rows, count in insert_rows(plan, table, _ROWS):
        yield start + rows + b";\n", count


def _empty_rows(table: TablePlan) -> bytes:
    return f"\nINSERT INTO {_path(table)} SELECT FROM generate_series(1, {table.rows});\n".encode()
