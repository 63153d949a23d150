"""Every constraint of a database tried on a copy of its schema."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from typing import Any, Final

import psycopg
from psycopg import sql

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.render import script as render
from designer_kernel.errors import Cancelled, SamplePlanError, StatementFailed
from designer_kernel.postgres import shadow
from designer_kernel.postgres.connection import connect
from designer_kernel.postgres.deploy import deploy
from designer_kernel.postgres.introspect import introspect
from designer_kernel.postgres.script import run as run_script
from designer_kernel.sample.constraints.checks import read_checks
from designer_kernel.sample.fill import fill, plan
from designer_kernel.sample.planning.facts import TableFacts, TableName, table_facts
from designer_kernel.sample.violations import checks as of_checks
from designer_kernel.sample.violations import keys, references, types
from designer_kernel.sample.violations.bench import Bench, bench
from designer_kernel.sample.violations.report import LENIENT, NEVER, UNTESTED, VERDICTS, Finding, Violations

Progress = Callable[[int, int, str], None]

_SCALE: Final = 0.02
_FEW: Final = 6


def violations(
    url: str | None = None,
    *,
    catalog: Catalog | None = None,
    tables: list[str] | None = None,
    progress: Progress | None = None,
    cancel: threading.Event | None = None,
) -> Violations:
    """Try every constraint: the row that just satisfies it, and the row that just breaks it.

    A scratch database gets the schema and a few sample rows; there each row is inserted in a savepoint that is rolled
    back. The database that is examined is only read, and the scratch database is dropped at the end.

    Parameters
    ----------
    url
        The database whose schema is examined; the scratch database is made on the same server.
    catalog
        A schema to examine instead; without ``url`` on the embedded server.
    tables
        Examine these alone, by plain or qualified name.
    progress, cancel
        Told of each table; asked before each table.

    Raises
    ------
    StatementFailed
        If the schema cannot be made anew, or the role may not create databases.
    ServerUnavailable, Cancelled
        For the reasons they name.
    """
    off: set[tuple[TableName, str]] = set()
    if catalog is None:
        assert url is not None
        with connect(url, read_only=True) as connection:
            catalog = introspect(connection)
            off = _switched_off(connection)
    kept = shadow.without_others(catalog)
    with shadow.shadow_database(url) as scratch:
        shadow.install(kept, scratch)
        if url is None:
            deploy(kept, scratch, allow_missing=True, cancel=cancel)
        else:
            _create(kept, scratch, cancel)
        _unsecured(scratch)
        return _examined(scratch, tables, off, progress, cancel)


def _create(catalog: Catalog, url: str, cancel: threading.Event | None) -> None:
    with connect(url, autocommit=True) as connection, connection.transaction():
        run_script(connection, render(catalog), progress=None, cancel=cancel)


def _unsecured(url: str) -> None:
    """Let the owner of the copy see and write all rows."""
    with connect(url) as connection:
        names = connection.execute(
            "SELECT n.nspname, c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
            " WHERE c.relforcerowsecurity"
        ).fetchall()
        for path in names:
            connection.execute(sql.SQL("ALTER TABLE {} NO FORCE ROW LEVEL SECURITY").format(sql.Identifier(*path)))


def _switched_off(connection: psycopg.Connection[Any]) -> set[tuple[TableName, str]]:
    """Return foreign keys whose triggers are disabled where they are examined; a copy would have them enabled."""
    rows = connection.execute(
        """
        SELECT n.nspname, c.relname, k.conname FROM pg_trigger t JOIN pg_constraint k ON k.oid = t.tgconstraint
        JOIN pg_class c ON c.oid = k.conrelid JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE t.tgisinternal AND t.tgenabled = 'D' AND k.contype = 'f' AND t.tgrelid = k.conrelid
        """
    ).fetchall()
    return {((schema, table), key) for schema, table, key in rows}


def _examined(
    url: str,
    tables: list[str] | None,
    off: set[tuple[TableName, str]],
    progress: Progress | None,
    cancel: threading.Event | None,
) -> Violations:
    with connect(url, read_only=True) as connection:
        catalog = introspect(connection)
    facts = table_facts(catalog)
    refused = _filled(url, facts, cancel)
    findings: list[Finding] = []
    chosen = [t for n, t in facts.items() if tables is None or n[1] in tables or ".".join(n) in tables]
    with connect(url) as connection:
        for number, table in enumerate(chosen):
            if cancel is not None and cancel.is_set():
                raise Cancelled("trying constraints was cancelled; nothing was changed")
            if progress is not None:
                progress(number, len(chosen), table.label)
            findings += _table(connection, table, catalog, refused)
        connection.rollback()
    if progress is not None:
        progress(len(chosen), len(chosen), "done")
    findings = [_off(f, off) for f in findings]
    return Violations(tuple(sorted(findings, key=lambda f: VERDICTS.index(f.verdict))))


def _off(finding: Finding, off: set[tuple[TableName, str]]) -> Finding:
    schema, _, table = finding.table.partition(".")
    if ((schema, table), finding.constraint) not in off:
        return finding
    advice = "its triggers are disabled in the database, so that nothing is checked: ALTER TABLE … ENABLE TRIGGER ALL"
    return replace(finding, verdict=LENIENT, said="not checked", advice=advice)


def _filled(
    url: str, facts: dict[TableName, TableFacts], cancel: threading.Event | None
) -> dict[TableName, SamplePlanError]:
    """Fill what can be filled with a few rows; return why the rest cannot."""
    refused: dict[TableName, SamplePlanError] = {}
    left = set(facts)
    while left:
        try:
            _fill(url, left, cancel)
        except (SamplePlanError, StatementFailed) as error:
            bad = next((n for n in sorted(left, key=lambda n: -len(".".join(n))) if _is_about(error, n)), None)
            if bad is None:
                bad = min(left)
            reason = (
                error if isinstance(error, SamplePlanError) else SamplePlanError(error.what, where=error.where or "")
            )
            refused[bad] = reason
            left -= {bad, *_depending(facts, bad)}
            for name in _depending(facts, bad):
                refused.setdefault(name, SamplePlanError(f"it refers to {'.'.join(bad)}, which has no rows", where=""))
        else:
            break
    return refused


def _fill(url: str, tables: set[TableName], cancel: threading.Event | None) -> None:
    """Fill tables with a few rows each, also those that would stay empty or get but one, if they can have more."""
    names = sorted(".".join(n) for n in tables)
    made = plan(url, tables=names, scale=_SCALE)
    wishes = {t.label: _FEW for t in made.tables.values() if t.rows < _FEW}
    for few in (wishes, {t.label: _FEW for t in made.tables.values() if not t.rows}, {}):
        try:
            fill(url, tables=names, scale=_SCALE, rows=few, cancel=cancel)
        except SamplePlanError:
            if not few:
                raise
        else:
            return


def _is_about(error: Exception, name: TableName) -> bool:
    where = getattr(error, "where", "") or ""
    return where == ".".join(name) or where.startswith(".".join(name) + ".")


def _depending(facts: dict[TableName, TableFacts], bad: TableName) -> set[TableName]:
    found = {bad}
    while True:
        more = {
            name
            for name, table in facts.items()
            if any((k.referenced_schema, k.referenced_table) in found for k in table.foreign_keys)
        }
        if more <= found:
            return found - {bad}
        found |= more


def _table(
    connection: psycopg.Connection[Any],
    table: TableFacts,
    catalog: Catalog,
    refused: dict[TableName, SamplePlanError],
) -> list[Finding]:
    """Return the findings of one table."""
    if table.name in refused:
        return list(_unfilled(table, refused[table.name]))
    try:
        return _tried(connection, table, catalog)
    except psycopg.Error as error:
        message = error.diag.message_primary or str(error)
        return list(_refused_base(table, f"no row could be taken out to be tried again: {message}", ""))


def _tried(connection: psycopg.Connection[Any], table: TableFacts, catalog: Catalog) -> list[Finding]:
    with bench(connection, table) as found:
        if found is None:
            return [Finding(table.label, "(all)", "table", UNTESTED, advice="it has no rows")]
        answer = found.tried(found.base)
        if not answer.is_yes:
            return list(_refused_base(table, answer.message, answer.constraint))
        findings: list[Finding] = []
        for attempt in _attempts(found, catalog):
            try:
                with connection.transaction(force_rollback=True):
                    findings += attempt()
            except psycopg.Error as error:  # what a test did not foresee is said, and the others go on
                message = error.diag.message_primary or str(error)
                findings.append(Finding(table.label, "(unknown)", "constraint", UNTESTED, said=message))
        return findings


def _attempts(found: Bench, catalog: Catalog) -> Iterator[Callable[[], list[Finding]]]:
    """Yield what is to be tried of a table, piece by piece, so that a failure of one leaves the others."""
    table = found.table
    for column in table.sent:
        if column.not_null:
            yield partial(_alone, types.not_null, found, column)
        yield partial(_all, types.of_type, found, column)
    for name, condition in read_checks(table).conditions.items():
        yield partial(_alone, of_checks.check, found, name, condition, catalog)
    yield partial(_all, of_checks.not_enforced, found, catalog)
    for rule in table.uniques:
        yield partial(_all, keys.unique, found, rule, "primary key" if rule.is_primary else "unique")
    for key in table.foreign_keys:
        yield partial(_alone, references.foreign_key, found, key)
    for exclusion in table.exclusions:
        yield partial(_alone, keys.exclusion, found, exclusion)
    yield partial(_all, types.partition_bound, found)


def _alone(attempt: Callable[..., Finding], *arguments: Any) -> list[Finding]:
    return [attempt(*arguments)]


def _all(attempt: Callable[..., Iterable[Finding]], *arguments: Any) -> list[Finding]:
    return list(attempt(*arguments))


def _unfilled(table: TableFacts, reason: SamplePlanError) -> Iterator[Finding]:
    """Tell of a table for which no row was found: which constraint leaves none, and that the others were not tried."""
    text = str(reason.what)
    named = (reason.where or "").removeprefix(table.label).lstrip(".").split(", ")
    constraints = _constraints(table)
    is_contradiction = any(word in text for word in ("no value is left", "candidates", "no way was found"))
    blamed = [name for name in named if name in constraints and is_contradiction]
    for name, kind in constraints.items():
        if name in blamed:
            yield Finding(table.label, name, kind, NEVER, said=text,
                          advice="no row satisfies it together with the others: do they contradict?")  # fmt: skip
        else:
            yield Finding(table.label, name, kind, UNTESTED, advice=f"no row could be made: {text}"[:300])
    if not blamed and is_contradiction:
        yield Finding(table.label, ".".join(named), "column", NEVER, said=text, advice="its checks leave no value")


def _constraints(table: TableFacts) -> dict[str, str]:
    found = {c.name: "not null" for c in table.sent if c.not_null}
    found |= {name: "check" for name, _ in table.checks}
    found |= {name: "domain" for c in table.sent for name, _ in c.form.checks}
    found |= {r.name: "primary key" if r.is_primary else "unique" for r in table.uniques}
    return found | {k.name: "foreign key" for k in table.foreign_keys} | {e.name: "exclusion" for e in table.exclusions}


def _refused_base(table: TableFacts, message: str, constraint: str) -> Iterator[Finding]:
    for name, kind in _constraints(table).items():
        said = message if name == constraint else ""
        yield Finding(table.label, name, kind, UNTESTED, said=said, advice=f"a row could not be tried again: {message}")
