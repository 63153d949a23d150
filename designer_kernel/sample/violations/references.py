"""Foreign keys: a row without a parent, and rows that NULL excuses."""

from __future__ import annotations

from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.sample.violations.bench import Bench
from designer_kernel.sample.violations.report import LENIENT, UNTESTED, WORKS, Finding


def foreign_key(bench: Bench, key: ForeignKey) -> Finding:
    """Try a foreign key: a parent that is not there; and for several columns, half a key."""
    label = bench.table.label
    columns = list(key.columns)
    full = [row for row in bench.rows if all(row.get(c) is not None for c in columns)]
    if not full:
        return Finding(label, key.name, "foreign key", UNTESTED, advice="no row refers to anything")
    start = bench.base | {c: full[-1][c] for c in columns}
    accepted = bench.shown(start, columns)
    orphan = _orphan(bench, key, start)
    if orphan is None:
        return Finding(label, key.name, "foreign key", UNTESTED, accepted,
                       advice="no value is known that its parent does not have")  # fmt: skip
    answer = bench.tried(orphan)
    refused = bench.shown(orphan, columns)
    statements = {"accepted_statement": bench.text(start), "refused_statement": bench.text(orphan)}
    if answer.is_yes:
        enforced = getattr(key, "enforced", True)
        advice = "it is NOT ENFORCED" if not enforced else "its triggers are disabled, so that nothing is checked"
        return Finding(label, key.name, "foreign key", LENIENT, accepted, refused, "accepted", advice, **statements)
    if answer.constraint != key.name:
        advice = f"{answer.constraint or 'another rule'} refuses the same rows first"
        return Finding(label, key.name, "foreign key", WORKS, accepted, refused, answer.message, advice, **statements)
    half = _half(bench, key, orphan)
    if half is not None:
        row, column = half
        advice = f"NULL in {column} switches it off, whatever the others hold; make it NOT NULL, or say MATCH FULL"
        return Finding(label, key.name, "foreign key", LENIENT, accepted, bench.shown(row, columns), "accepted",
                       advice, **statements)  # fmt: skip
    return Finding(label, key.name, "foreign key", WORKS, accepted, refused, answer.message, _advice(key), **statements)


def _advice(key: ForeignKey) -> str:
    if not getattr(key, "valid", True):
        return "it is NOT VALID: rows from before were never checked; VALIDATE CONSTRAINT looks at them"
    if getattr(key, "deferrable", False) or getattr(key, "initially_deferred", False):
        return "it may be checked at the end of the transaction only: the error comes with COMMIT"
    return ""


def _orphan(bench: Bench, key: ForeignKey, start: dict[str, str | None]) -> dict[str, str | None] | None:
    """Return a row whose reference leads nowhere, in one column if possible that no other reference has."""
    elsewhere = {c for other in bench.table.foreign_keys if other.name != key.name for c in other.columns}
    ranked = sorted(key.columns, key=lambda c: (c in elsewhere, -key.columns.index(c)))
    best: dict[str, str | None] | None = None
    for column in ranked:
        for value in _strangers(bench, column, start):
            row = start | {column: value}
            answer = bench.tried(row)
            if answer.is_yes or answer.constraint == key.name:
                return row
            best = best or (row if answer.sqlstate.startswith("23") else None)
    return best


def _strangers(bench: Bench, column: str, start: dict[str, str | None]) -> list[str]:
    """Return values that a parent hardly has."""
    form = bench.table.columns[column].form
    value = start.get(column) or ""
    match form.kind:
        case "integer" | "numeric":
            return ["-1", "2147483646", "32766", "0", "99"]
        case "uuid":
            return ["00000000-0000-4000-8000-0000deadbeef"]
        case "text" | "enum":
            return [*(label for label in form.labels if label != value), value[:-1] + "ß", value[::-1] + "q", "zz"]
        case "date" | "timestamp":
            return ["1901-02-03"]
        case _:
            return []


def _half(bench: Bench, key: ForeignKey, orphan: dict[str, str | None]) -> tuple[dict[str, str | None], str] | None:
    """Return a row whose reference is half NULL and half wrong, and is taken."""
    if len(key.columns) < 2 or key.match_full:
        return None
    for column in key.columns:
        if bench.table.columns[column].not_null:
            continue
        for other in key.columns:
            values = _strangers(bench, other, orphan) if other != column else []
            for value in values[:2]:
                row = orphan | {column: None, other: value}
                if bench.tried(row).is_yes:
                    return row, column
    return None
