"""What types alone refuse: NULL, values beside an enum's labels, text that is too long, numbers that are too large."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.sample.constraints import conditions
from designer_kernel.sample.planning.facts import ColumnFacts
from designer_kernel.sample.violations.bench import Answer, Bench
from designer_kernel.sample.violations.report import LENIENT, UNTESTED, WORKS, Finding


def not_null(bench: Bench, column: ColumnFacts) -> Finding:
    """Try NULL in a column that must not be."""
    row = bench.base | {column.name: None}
    answer = bench.tried(row)
    label, name = bench.table.label, column.name
    accepted, refused = bench.shown(bench.base, [name]), bench.shown(row, [name])
    statements = {"accepted_statement": bench.text(bench.base), "refused_statement": bench.text(row)}
    if answer.is_yes:
        return Finding(label, name, "not null", LENIENT, accepted, refused, "accepted",
                       "a trigger puts something in the place of NULL", **statements)  # fmt: skip
    advice = "" if answer.sqlstate == "23502" else "another rule refuses such rows first"
    return Finding(label, name, "not null", WORKS, accepted, refused, answer.message, advice, **statements)


def of_type(bench: Bench, column: ColumnFacts) -> Iterator[Finding]:
    """Try what the column's type must refuse."""
    form = column.form
    if form.kind == "enum":
        yield _tried(
            bench, column, f"type {form.base}", form.labels[0] if form.labels else None, "no such label", "22P02"
        )
    elif form.kind == "text" and form.length is not None and form.base != "name":
        longest = (bench.base.get(column.name) or "x")[:1] * form.length
        yield _tried(bench, column, column.type, longest, longest + "x", "22001")
    elif form.kind == "numeric" and form.precision is not None and form.precision > form.scale:
        whole = "9" * (form.precision - form.scale)
        largest = whole + ("." + "9" * form.scale if form.scale else "")
        yield _tried(bench, column, column.type, largest, "1" + "0" * len(whole), "22003")


def _tried(bench: Bench, column: ColumnFacts, name: str, good: str | None, bad: str, state: str) -> Finding:
    """Try a value on each side; if checks leave no room for the good one, the row as it is stands for it."""
    inside = bench.base | {column.name: good}
    inside = inside if good is not None and bench.tried(inside).is_yes else bench.base
    row = bench.base | {column.name: bad}
    answer = bench.tried(row)
    label = bench.table.label
    accepted, refused = bench.shown(inside, [column.name]), bench.shown(row, [column.name])
    statements = {"accepted_statement": bench.text(inside), "refused_statement": bench.text(row)}
    verdict, advice = (LENIENT, "the value was cut or changed on its way in") if answer.is_yes else (WORKS, "")
    if not answer.is_yes and answer.sqlstate != state:
        advice = "another rule refuses such rows first"
    return Finding(
        label, column.name, name, verdict, accepted, refused, answer.message or "accepted", advice, **statements
    )


def partition_bound(bench: Bench) -> Iterator[Finding]:
    """Try a row that no partition takes."""
    if bench.table.partition_by:
        yield _partition_bound(bench)


def _partition_bound(bench: Bench) -> Finding:
    table = bench.table
    label, name = table.label, "partitions"
    if any(p.bound.upper().startswith("DEFAULT") for p in table.partitions):
        return Finding(label, name, "partition bound", WORKS, advice="its default partition takes what no other does")
    keys = [
        c for c in table.columns if c in conditions.mentioned(table.partition_by.partition("(")[2].rpartition(")")[0])
    ]
    for key in keys:
        for value in _outside(table.columns[key]):
            row = bench.base | {key: value}
            answer: Answer = bench.tried(row)
            if answer.sqlstate == "23514" and not answer.constraint:
                return Finding(label, name, "partition bound", WORKS, bench.shown(bench.base, [key]),
                               bench.shown(row, [key]), answer.message, accepted_statement=bench.text(bench.base),
                               refused_statement=bench.text(row))  # fmt: skip
    return Finding(label, name, "partition bound", UNTESTED, advice="no row was found that lies in no partition")


def _outside(column: ColumnFacts) -> list[str | None]:
    match column.form.kind:
        case "date" | "timestamp":
            return ["1901-01-01", "2199-01-01", None]
        case "integer" | "numeric":
            return ["-32768", "32767", "2147483647", None]
        case _:
            return ["nowhere", "zz", None]
