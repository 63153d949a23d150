"""Checks, of tables and of domains: the row on each side, and what passes because of NULL."""

from __future__ import annotations

from collections.abc import Iterator

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.sample.constraints.judging import Condition
from designer_kernel.sample.constraints.nodes import Case, IsNull, Name, Some, names, nodes
from designer_kernel.sample.violations.bench import Answer, Bench
from designer_kernel.sample.violations.boundaries import Boundary, Row, boundary
from designer_kernel.sample.violations.report import LENIENT, UNTESTED, WORKS, Finding


def not_enforced(bench: Bench, catalog: Catalog) -> Iterator[Finding]:
    """Tell of the checks that the server never looks at."""
    for fact in catalog.parts(table_id(*bench.table.name), Check):
        if not fact.enforced:
            yield Finding(bench.table.label, fact.name, "check", LENIENT, said="accepted",
                          advice="it is NOT ENFORCED: the server never looks at it")  # fmt: skip


def check(bench: Bench, name: str, condition: Condition, catalog: Catalog) -> Finding:
    """Try a check of a table or of a column's domain."""
    facts = {c.name: c for c in catalog.parts(table_id(*bench.table.name), Check)}
    fact = facts.get(name) if not condition.question.value_of else None
    question = condition.question
    kind = "domain" if question.value_of else "check"
    columns = sorted(condition.columns)
    label = bench.table.label
    if not columns:
        return Finding(label, name, kind, UNTESTED, advice="it speaks of no column")
    found = boundary(bench, question, columns, catalog)
    accepted_row = _accepted(bench, found)
    accepted = bench.shown(accepted_row, columns)
    if not found.failing:
        return Finding(label, name, kind, LENIENT, accepted, _unknown(bench, found, columns), "accepted",
                       _always(question.text, found), bench.text(accepted_row))  # fmt: skip
    refused_row, answer = _refused(bench, found, name)
    refused = bench.shown(refused_row, columns)
    statements = {"accepted_statement": bench.text(accepted_row), "refused_statement": bench.text(refused_row)}
    if answer.is_yes:
        return Finding(
            label, name, kind, LENIENT, accepted, refused, "accepted", _why_accepted(bench, fact), **statements
        )
    advice, leak = _null_advice(bench, found, condition, columns)
    if leak is not None:
        statements["refused_statement"] = bench.text(leak)
        return Finding(
            label, name, kind, LENIENT, accepted, bench.shown(leak, columns), "accepted", advice, **statements
        )
    if answer.constraint != question.constraint and answer.sqlstate != "23514":
        advice = f"another rule refuses such rows before it is asked{'; ' + advice if advice else ''}"
    if fact is not None and not fact.valid:
        advice = "it is NOT VALID: new rows are checked, old ones never were; VALIDATE CONSTRAINT looks at them"
    return Finding(label, name, kind, WORKS, accepted, refused, answer.message, advice, **statements)


def _accepted(bench: Bench, found: Boundary) -> Row:
    """Return the first row on the good side that the server takes as a whole."""
    return next((row for row in found.passing if bench.tried(row).is_yes), bench.base)


def _refused(bench: Bench, found: Boundary, name: str) -> tuple[Row, Answer]:
    """Return a row on the bad side that this check refuses; the nearest if another constraint is always first."""
    first: tuple[Row, Answer] | None = None
    for row in found.failing:
        answer = bench.tried(row)
        if answer.constraint == name or answer.is_yes:
            return row, answer
        first = first or (row, answer)
    assert first is not None
    return first


def _null_advice(bench: Bench, found: Boundary, condition: Condition, columns: list[str]) -> tuple[str, Row | None]:
    """Return what NULL does to a check, and a row that shows it if that is hardly meant.

    A column of its own that may be NULL passes as everybody knows. That one column's NULL switches off what is said of
    another is the surprise.
    """
    nullable = [c for c in found.unknown if not bench.table.columns[c].not_null]
    tested = _tested_for_null(condition)
    nullable = [c for c in nullable if c not in tested]
    if not nullable:
        return "", None
    column = nullable[0]
    if len(columns) == 1:
        return f"NULL passes; add NOT NULL to {column} if that is not meant", None
    rows = [row | {column: None} for row in found.failing if row.get(column) is not None]
    outcomes = bench.outcomes(condition.question, rows) if rows else []
    for row, outcome in zip(rows, outcomes, strict=True):
        if outcome == "unknown" and bench.tried(row).is_yes and _binds_others(condition, column):
            advice = (
                f"with NULL in {column} the check is unknown, and passes; add NOT NULL, or AND {column} IS NOT NULL"
            )
            return advice, row
    return f"with NULL in {', '.join(nullable)} the check passes", None


def _tested_for_null(condition: Condition) -> set[str]:
    if condition.expr is None:
        return set()
    return {
        node.part.column for node in nodes(condition.expr) if isinstance(node, IsNull) and isinstance(node.part, Name)
    }


def _binds_others(condition: Condition, column: str) -> bool:
    """Whether a check says something of other columns in branches that this column chooses."""
    if condition.expr is None:
        return False
    wide = [n for n in nodes(condition.expr) if isinstance(n, Some | Case)]
    return any(column in names(node) and len(names(node)) > 1 for node in wide)


def _unknown(bench: Bench, found: Boundary, columns: list[str]) -> str:
    rows = [row | {c: None} for c in found.unknown for row in found.passing[:1]]
    return bench.shown(rows[0], columns) if rows else ""


def _always(text: str, found: Boundary) -> str:
    if "NULL" in text and "IS NULL" not in text and "IS NOT NULL" not in text:
        return "it compares with NULL, which is never false, so that it refuses nothing; use IS NULL, or leave NULL out"
    if " OR " in text and "<>" in text:
        return f"none of {found.tried:,} rows breaks it: of x <> a OR x <> b one is always true; AND is meant"
    return f"none of {found.tried:,} rows breaks it: it seems to be always true"


def _why_accepted(bench: Bench, fact: Check | None) -> str:
    if fact is not None and not fact.enforced:
        return "it is NOT ENFORCED"
    return "the server took a row that breaks it: a trigger or a rule changes rows before they are checked"
