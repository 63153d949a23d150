"""Scripts that psql runs, and our own reader of scripts: rows by COPY or INSERT, in one transaction, with sequences."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.literals import literal
from designer_kernel.sample.files.delimited import copy_pieces, insert_rows
from designer_kernel.sample.plan import ColumnPlan, Plan, ReferencePlan, TablePlan, Tree
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
    """Return what a script ends with."""
    restored = "".join(_altered(table, reference, "NOT DEFERRABLE") for table, reference in circles(tables))
    if restored:
        restored = "SET CONSTRAINTS ALL IMMEDIATE;\n" + restored
    return "\n".join(["", *numbering(tables), f"{restored}COMMIT;", ""])


def numbering(tables: list[TablePlan]) -> list[str]:
    """Return what sets sequences behind the last number of all tables that they count."""
    return [
        "SELECT setval(seqrelid, least(greatest(number, seqmin), seqmax))\n"
        f"FROM pg_sequence, (SELECT {furthest}) AS last (number)\n"
        f"WHERE seqrelid = CAST({sequence} AS regclass) AND number IS NOT NULL;"
        for sequence, furthest in counted(tables)
    ]


def counted(tables: list[TablePlan]) -> list[tuple[str, str]]:
    """Return the sequences that number columns of tables, each with the furthest number of all of these, as SQL."""
    used: dict[str, list[tuple[TablePlan, ColumnPlan]]] = {}
    for table in tables:
        for sequence, column in _sequences(table):
            used.setdefault(sequence, []).append((table, column))
    return [(sequence, _furthest(columns)) for sequence, columns in used.items()]


def _sequences(table: TablePlan) -> Iterator[tuple[str, ColumnPlan]]:
    """Yield the sequences that number columns of a table, as SQL."""
    for name, column in table.columns.items():
        default = _NEXTVAL.search(column.facts.default)
        if column.reference is not None or not (column.facts.identity or default):
            continue
        if default:
            yield literal(default[1].replace("''", "'")), column
        else:
            yield f"pg_get_serial_sequence({literal(_path(table))}, {literal(name)})", column


def _furthest(columns: list[tuple[TablePlan, ColumnPlan]]) -> str:
    is_rising = columns[0][1].facts.series[1] > 0
    last, furthest = ("max", "greatest") if is_rising else ("min", "least")
    numbers = [f"(SELECT {last}({_number(column)}) FROM {_path(table)})" for table, column in columns]
    return f"{furthest}({', '.join(numbers)})"


def _number(column: ColumnPlan) -> str:
    """Return a column as a number; a default may write it as text, where sample data may put anything."""
    name = quote(column.facts.name)
    if column.facts.form.kind == "integer":
        return name
    if column.facts.form.kind in ("numeric", "float"):
        return f"CAST({name} AS bigint)"
    text = f"CAST({name} AS text)"
    return f"CASE WHEN {text} ~ '^[0-9]{{1,9}}$' THEN CAST({text} AS bigint) END"


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
