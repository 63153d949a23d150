"""Unique keys, primary keys and exclusion constraints: a second row with the same key."""

from __future__ import annotations

import re
from collections.abc import Iterator

from designer_kernel.catalog.kinds.exclusion import Exclusion
from designer_kernel.sample.constraints import conditions
from designer_kernel.sample.constraints.judging import Question
from designer_kernel.sample.planning.facts import UniqueRule
from designer_kernel.sample.violations.bench import Bench, Row
from designer_kernel.sample.violations.report import LENIENT, UNTESTED, WORKS, Finding

_FOLDED = re.compile(r"(.*_)?(e?_?mail|login|user_?name|handle|slug|domain|host)(_address)?", re.IGNORECASE)


def unique(bench: Bench, rule: UniqueRule, kind: str) -> Iterator[Finding]:
    """Try a unique key: the same again, with NULL, and in other letters."""
    table = bench.table
    columns = sorted({c for key in rule.keys for c in _columns(bench, key)})
    predicate = sorted(_columns(bench, rule.predicate)) if rule.predicate else []
    first, second = _pair(bench, rule, columns, predicate)
    accepted_row = _inside(bench, rule, predicate, first)
    if first is None or second is None:
        why = "no row lies within its condition" if predicate else "there are not two rows to compare"
        yield Finding(table.label, rule.name, kind, UNTESTED, advice=why)
        return
    shown = [*columns, *(p for p in predicate if p not in columns)]
    answer = bench.tried(second)
    accepted = bench.shown(accepted_row, shown)
    refused = bench.shown(second, shown)
    statements = {"accepted_statement": bench.text(accepted_row), "refused_statement": bench.text(second)}
    if answer.is_yes:
        yield Finding(table.label, rule.name, kind, LENIENT, accepted, refused, "accepted",
                      "two rows with the same key came in", **statements)  # fmt: skip
        return
    if not _is_from(bench, rule, answer.constraint):
        advice = _behind(bench, rule, answer.constraint)
        yield Finding(table.label, rule.name, kind, WORKS, accepted, refused, answer.message, advice, **statements)
        return
    lenient = _with_null(bench, rule, columns, first) or _in_other_letters(bench, rule, columns, first)
    if lenient is not None:
        row, advice, is_mistake = lenient
        verdict = LENIENT if is_mistake else WORKS
        shown_row = bench.shown(row, shown) if is_mistake else refused
        said = "accepted" if is_mistake else answer.message
        yield Finding(table.label, rule.name, kind, verdict, accepted, shown_row, said, advice, **statements)
        return
    yield Finding(table.label, rule.name, kind, WORKS, accepted, refused, answer.message, **statements)


def _is_from(bench: Bench, rule: UniqueRule, constraint: str) -> bool:
    """Whether a refusal is this key's: by its name, or by that of a partition's part of it."""
    return constraint == rule.name or (
        bool(bench.table.partition_by) and constraint != "" and constraint not in _names(bench)
    )


def _names(bench: Bench) -> set[str]:
    table = bench.table
    named = {r.name for r in table.uniques} | {k.name for k in table.foreign_keys}
    return named | {name for name, _ in table.checks}


def _behind(bench: Bench, rule: UniqueRule, constraint: str) -> str:
    smaller = next((r for r in bench.table.uniques if r.name == constraint and set(r.keys) < set(rule.keys)), None)
    if smaller is not None:
        return f"it follows from {constraint}, and is of use to foreign keys alone"
    return f"{constraint or 'another rule'} refuses the same rows first; it never decides alone here"


def _columns(bench: Bench, key: str) -> set[str]:
    if key in bench.table.columns:
        return {key}
    plain = re.sub(r"\s+(ASC|DESC|NULLS\s+(FIRST|LAST)|COLLATE\s+\S+|\w+_ops)\b.*$", "", key, flags=re.IGNORECASE)
    if plain.strip('"') in bench.table.columns:
        return {plain.strip('"')}
    return {c for c in conditions.mentioned(plain) if c in bench.table.columns}


def _pair(
    bench: Bench, rule: UniqueRule, columns: list[str], predicate: list[str]
) -> tuple[Row | None, dict[str, str | None] | None]:
    """Return a row that is there, and the base row with the same key."""
    others = bench.others
    if rule.predicate and others:
        inside = bench.outcomes(Question(rule.name, f"({rule.predicate}) IS TRUE"), others)
        others = [row for row, outcome in zip(others, inside, strict=True) if outcome == "yes"]
    others = [row for row in others if all(row.get(c) is not None for c in columns)]
    if not others:
        return None, None
    pairs = [(first, bench.base | {c: first[c] for c in (*columns, *predicate) if c in first}) for first in others[:12]]
    for first, second in pairs:  # the one that this key alone refuses says the most
        if _is_from(bench, rule, bench.tried(second).constraint):
            return first, second
        alone = second | _fresh(bench, [*columns, *predicate])
        if _is_from(bench, rule, bench.tried(alone).constraint):
            return first, alone
    return pairs[0]


def _inside(bench: Bench, rule: UniqueRule, predicate: list[str], first: Row | None) -> Row:
    """Return the base row, brought within the key's condition if it can be."""
    if not predicate or first is None:
        return bench.base
    row = bench.base | {c: first[c] for c in predicate if c in first}
    return row if bench.tried(row).is_yes else bench.base


def _with_null(
    bench: Bench, rule: UniqueRule, columns: list[str], first: Row
) -> tuple[dict[str, str | None], str, bool] | None:
    """Return a row that comes in twice because one of its columns is NULL, what to say, and whether it is a mistake."""
    if rule.nulls_not_distinct or rule.is_primary:
        return None
    nullable = [c for c in columns if not bench.table.columns[c].not_null and not bench.table.columns[c].generated]
    for column in nullable:
        twin = bench.base | {c: first.get(c) for c in columns} | {column: None}
        again = twin | _fresh(bench, columns)
        if again != twin and bench.tried(twin, again).is_yes:
            advice = (
                f"NULL in {column} is like no other NULL: such rows repeat as often as one likes; make it NOT NULL, or "
                "say NULLS NOT DISTINCT (PostgreSQL 15)"
            )
            return twin, advice, len(columns) > 1
    return None


def _fresh(bench: Bench, columns: list[str]) -> dict[str, str | None]:
    """Return other unique columns of the base row, with values that no row has, so that only one key is tried."""
    fresh: dict[str, str | None] = {}
    for rule in bench.table.uniques:
        others = [c for key in rule.keys for c in sorted(_columns(bench, key)) if c not in columns]
        for other in others:
            value = unused(bench, other)
            if value is not None:
                fresh[other] = value
                break
    return fresh


def unused(bench: Bench, column: str) -> str | None:
    """Return a value of a column that no row has, or ``None`` if none is known."""
    known = {row.get(column) for row in bench.rows}
    form = bench.table.columns[column].form
    match form.kind:
        case "integer" | "numeric":
            numbers = [int(float(v)) for v in known if v is not None]
            return str(max(numbers, default=0) + 7)
        case "uuid":
            return "00000000-0000-4000-8000-00000000abcd"
        case "text":
            sample = next((v for v in known if v), "x")
            for letter in "qzxjw0189":
                value = sample[:-1] + letter
                if value not in known:
                    return value
    return None


def _in_other_letters(
    bench: Bench, rule: UniqueRule, columns: list[str], first: Row
) -> tuple[dict[str, str | None], str, bool] | None:
    """Return a row that comes in because its letters are large where the other's are small."""
    for column in columns:
        facts = bench.table.columns[column]
        value = first.get(column)
        if facts.form.kind != "text" or facts.form.base == "citext" or value is None or not _FOLDED.fullmatch(column):
            continue
        if any(column != key and column in _columns(bench, key) for key in rule.keys):
            continue  # it is folded by the key's expression
        twin = bench.base | {c: first.get(c) for c in columns} | {column: value.swapcase()}
        if twin[column] != value and bench.tried(twin).is_yes:
            advice = f"large and small letters differ: use a unique index on lower({column}), or citext"
            return twin, advice, True
    return None


def exclusion(bench: Bench, rule: Exclusion) -> Finding:
    """Try an exclusion constraint: a row that clashes with another."""
    columns = sorted({c for element, _ in rule.elements for c in _columns(bench, element)})
    others = [row for row in bench.others if all(row.get(c) is not None for c in columns)]
    accepted = bench.shown(bench.base, columns)
    if not others:
        return Finding(bench.table.label, rule.name, "exclusion", UNTESTED, accepted, advice="there is no other row")
    second = bench.base | {c: others[0][c] for c in columns}
    answer = bench.tried(second)
    refused = bench.shown(second, columns)
    statements = {"accepted_statement": bench.text(bench.base), "refused_statement": bench.text(second)}
    if answer.is_yes:
        advice = "the same row came in twice: its condition, or its operators, leave rows out"
        return Finding(bench.table.label, rule.name, "exclusion", LENIENT, accepted, refused, "accepted", advice,
                       **statements)  # fmt: skip
    for column in columns:
        if not bench.table.columns[column].not_null and answer.sqlstate == "23P01":
            twin = second | {column: None}
            if bench.tried(twin).is_yes:
                advice = f"rows with NULL in {column} clash with nothing; make it NOT NULL if that is not meant"
                return Finding(bench.table.label, rule.name, "exclusion", LENIENT, accepted,
                               bench.shown(twin, columns), "accepted", advice, **statements)  # fmt: skip
    return Finding(bench.table.label, rule.name, "exclusion", WORKS, accepted, refused, answer.message, **statements)
