"""Constraints that rows are checked for: first new rows only, and those that are there in another transaction.

Adding them takes a strong lock for a moment; reading all rows takes one that lets others read and write.
"""

from __future__ import annotations

from typing import Any, Final

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._keys import Key
from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.not_null import NotNull
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.migrate.effects import Effect, LockMode
from designer_kernel.migrate.online import keys, nullability
from designer_kernel.migrate.online.way import Piece, Rewritten, Way, facts_risks, path_of
from designer_kernel.migrate.steps import Step

_NOT_VALID_WITH_PARTITIONS: Final = 18
"""The version since which the foreign key of a partitioned table may be NOT VALID."""


def added(sql: str, relation: Any, constraint: Any, step: Step, way: Way) -> Rewritten | None:
    """Return what becomes of the statement that adds a constraint to a table; ``None`` if it stays as it is."""
    table = path_of(relation)
    fact = way.after.get(ObjectId("constraint", (*table, constraint.conname)))
    if fact is None or not way.holds_rows(table) or constraint.skip_validation or constraint.indexname:
        return None
    if isinstance(fact, Key):
        return keys.added(sql, fact, step, way)
    if isinstance(fact, Check) and fact.enforced:
        return _checked_later(sql, fact, step, way)
    if isinstance(fact, ForeignKey) and fact.enforced:
        if way.is_partitioned(table) and way.version < _NOT_VALID_WITH_PARTITIONS:
            return _by_partitions(sql, fact, step, way)
        return _checked_later(sql, fact, step, way)
    if isinstance(fact, NotNull) and fact.valid:
        return nullability.named(sql, fact, step, way)
    return None


def validating(schema: str, table: str, name: str) -> str:
    """Return the statement that checks the rows of a table for a constraint."""
    return f"ALTER TABLE {quote_path(schema, table)}\n    VALIDATE CONSTRAINT {quote(name)}"


def _checked_later(sql: str, fact: Check | ForeignKey, step: Step, way: Way) -> Rewritten:
    adding = way.step(step.action, step.facts, f"{sql} NOT VALID")
    return Rewritten(here=(Piece(adding, joins=True),), late=(Piece(_validated(fact, fact.table, step, way)),))


def _validated(fact: Check | ForeignKey, table: str, step: Step, way: Way, schema: str = "") -> Step:
    schema = schema or fact.schema
    tables = [effect.relation for effect in way.effects([validating(schema, table, fact.name)])]
    done = [Effect(each, LockMode.SHARE_UPDATE_EXCLUSIVE, scans=True) for each in tables]
    if isinstance(fact, ForeignKey):
        other = (fact.referenced_schema, fact.referenced_table)
        done = [each for each in done if each.relation != other or other == (schema, table)]
        done += [] if other == (schema, table) else [Effect(other, LockMode.ROW_SHARE)]
    return way.step("validate", (fact.id,), validating(schema, table, fact.name), done=done, risks=facts_risks(step))


def _by_partitions(sql: str, fact: ForeignKey, step: Step, way: Way) -> Rewritten | None:
    """Check the rows of each partition for a foreign key of its own, which that of the whole table then takes over."""
    table = (fact.schema, fact.table)
    parts = way.partitions(table)
    is_taken = any(ObjectId("constraint", (p.schema, p.name, fact.name)) in way.before for p in parts)
    if way.has_foreign_parts(table) or is_taken or any(part.partition_by for part in parts):
        return None
    begin = f"ALTER TABLE {quote_path(*table)}"
    if not sql.startswith(begin):
        return None
    adding = [f"ALTER TABLE {quote_path(p.schema, p.name)}{sql.removeprefix(begin)} NOT VALID" for p in parts]
    here = way.step(step.action, step.facts, *adding) if adding else None
    checked = [Piece(_validated(fact, part.name, step, way, part.schema)) for part in parts]
    other = (fact.referenced_schema, fact.referenced_table)
    # The triggers that watch the other table for the keys of partitions give way to those of the whole.
    locks = [Effect(each, LockMode.ACCESS_EXCLUSIVE) for each in way.below(other)]
    locks += [Effect(e.relation, e.lock) for e in way.effects([sql]) if e.relation not in way.below(other)]
    whole = way.step(step.action, step.facts, sql, done=locks)
    return Rewritten(
        here=(Piece(here, joins=True),) if here is not None else (),
        late=(*checked, Piece(whole)),
        awaited=frozenset([fact.id]),
    )
