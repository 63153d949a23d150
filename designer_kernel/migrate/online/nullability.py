"""NOT NULL for a column that is there: all rows are read while others write, and then it is only said.

Since PostgreSQL 18 a not-null constraint may be NOT VALID at first. Before, a check stands for it meanwhile, from which
the server sees that no row has to be read again.
"""

from __future__ import annotations

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds.column import column_id
from designer_kernel.catalog.kinds.not_null import NotNull
from designer_kernel.migrate.effects import Effect, LockMode, Relation
from designer_kernel.migrate.online.names import chosen_name
from designer_kernel.migrate.online.way import Piece, Rewritten, Way, facts_risks
from designer_kernel.migrate.steps import Step

WAITING = frozenset({"primary_key", "not_null", "replica_identity"})
"""The kinds of facts that need a column to be NOT NULL."""


def set_not_null(table: Relation, column: str, step: Step, way: Way) -> Rewritten | None:
    """Return what becomes of ``SET NOT NULL``; ``None`` if it stays as it is."""
    if not way.holds_rows(table):
        return None
    key = column_id(*table, column)
    told = [fact for fact in way.after.parts(key, NotNull) if fact.valid]
    if way.version >= 18:
        name = told[0].name if told else _free_default(table, column, way)
        pieces = _native(table, column, name, step, way)
    else:
        pieces = _by_check(table, column, step, way)
    if key in way.fills:  # what others wrote without a value before it was refused
        pieces = (pieces[0], way.sweeping(key), *pieces[1:])
    return Rewritten(late=pieces, awaited=frozenset([key, *(fact.id for fact in told)]), waiting=WAITING)


def named(sql: str, fact: NotNull, step: Step, way: Way) -> Rewritten:
    """Return what becomes of the statement that adds a not-null constraint with a name."""
    pieces = _native((fact.schema, fact.table), fact.column, fact.name, step, way, sql)
    return Rewritten(late=pieces, awaited=frozenset([fact.id]), waiting=WAITING)


def _native(table: Relation, column: str, name: str, step: Step, way: Way, sql: str = "") -> tuple[Piece, ...]:
    path = quote_path(*table)
    sql = sql or f"ALTER TABLE {path}\n    ADD CONSTRAINT {quote(name)} NOT NULL {quote(column)}"
    adding = way.step(step.action, step.facts, f"{sql} NOT VALID", done=_locks(table, way, LockMode.ACCESS_EXCLUSIVE))
    return Piece(adding), Piece(_validating(table, name, step, way))


def _by_check(table: Relation, column: str, step: Step, way: Way) -> tuple[Piece, ...]:
    path, name = quote_path(*table), way.free_name(table[0], f"{table[1]}_{column}_filled")
    strong = _locks(table, way, LockMode.ACCESS_EXCLUSIVE)
    check = f"ALTER TABLE {path}\n    ADD CONSTRAINT {quote(name)} CHECK ({quote(column)} IS NOT NULL) NOT VALID"
    said = f"ALTER TABLE {path}\n    ALTER COLUMN {quote(column)} SET NOT NULL"
    gone = f"ALTER TABLE {path}\n    DROP CONSTRAINT {quote(name)}"
    return (
        Piece(way.step("alter", step.facts, check, done=strong)),
        Piece(_validating(table, name, step, way)),
        Piece(way.step(step.action, step.facts, said, gone, done=strong)),
    )


def _validating(table: Relation, name: str, step: Step, way: Way) -> Step:
    sql = f"ALTER TABLE {quote_path(*table)}\n    VALIDATE CONSTRAINT {quote(name)}"
    done = _locks(table, way, LockMode.SHARE_UPDATE_EXCLUSIVE, scans=True)
    return way.step("validate", step.facts, sql, done=done, risks=facts_risks(step))


def _locks(table: Relation, way: Way, lock: LockMode, *, scans: bool = False) -> list[Effect]:
    """Return what a statement does to a table and to all below it."""
    return [Effect(each, lock, scans=scans) for each in way.below(table)]


def _free_default(table: Relation, column: str, way: Way) -> str:
    """Return the name that the server gives the constraint."""
    taken = {key.path[-1] for key in (*way.before, *way.after) if key.kind == "constraint" and key.path[0] == table[0]}
    label, number = "not_null", 0
    while (name := chosen_name(table[1], column, label)) in taken:
        number += 1
        label = f"not_null{number}"
    return name
