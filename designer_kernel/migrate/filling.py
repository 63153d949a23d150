"""Values of columns for the rows that are there: told by whoever knows, written before a column is NOT NULL."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds.column import Column, Default
from designer_kernel.catalog.kinds.not_null import NotNull
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import Change, ObjectId
from designer_kernel.errors import InvalidDesign
from designer_kernel.migrate.all_rows import unforced
from designer_kernel.migrate.effects import Effect, LockMode, Relation, effects
from designer_kernel.migrate.hazards import OF_EFFECTS, Hazard, hazards
from designer_kernel.migrate.ordering import Move
from designer_kernel.migrate.steps import Action, Step

_MENDED: Final = frozenset({"may_fail", "volatile_default"})
"""Hazards of a column that has no values, or values that nobody chose."""


def filled(
    steps: Iterable[Step], before: Catalog, after: Catalog, version: int, fill: Mapping[ObjectId, str]
) -> list[Step]:
    """Return steps with those that fill columns.

    Parameters
    ----------
    before, after
        The catalogs that the steps are between.
    fill
        Expressions, as `designer_kernel.catalog.sqltext.settled_expression` gives them, by the identities after of
        columns: new ones, or such as become NOT NULL.

    Raises
    ------
    InvalidDesign
        If the server computes the column by itself.
    """
    if not fill:
        return list(steps)
    both = before.plus(fact for key, fact in after.items() if key not in before)
    change = Change(both, after, version)
    return [each for step in steps for each in _filled(step, change, fill)]


def value_of(step: Step) -> str:
    """Return the expression of a step that fills a column."""
    column = step.facts[0].path[-1]
    sql = next(sql for sql in step.statements if sql.startswith("UPDATE "))
    return sql.split(f"SET {quote(column)} = ", 1)[1].removesuffix(f"\nWHERE {quote(column)} IS NULL")


def _filled(step: Step, change: Change, values: Mapping[ObjectId, str]) -> Iterator[Step]:
    column = change.after.get(step.facts[0]) if step.facts else None
    # A table that is made with its columns locks nothing, and has no rows.
    if not isinstance(column, Column) or column.id not in values or column.inherited or not step.effects:
        yield step
    elif step.action == "create":
        yield from _created(step, column, change, values[column.id])
    elif step.action == "alter" and (sql := _setting(step, column)):
        yield from _altered(step, column, change, values[column.id], sql)
    else:
        yield step


def _created(step: Step, column: Column, change: Change, value: str) -> Iterator[Step]:
    """Yield the steps that add a column, fill it, and make it NOT NULL."""
    if column.generated or column.identity:
        raise InvalidDesign(
            "the server computes the values of this column", where=".".join(column.id.path), mend="give none"
        )
    after = change.after
    parts = [fact for key in step.facts[1:] if (fact := after.get(key)) and fact.parent == column.id]
    folded = [fact for fact in parts if fact.placement == "folds" and not isinstance(fact, Default | NotNull)]
    bare = list(replace(column, not_null=False).create(after, {column.id: folded}))
    defaults = [fact for fact in parts if isinstance(fact, Default)]
    bare += (sql for fact in defaults for sql in fact.create(after, {}))
    yield _like(step, step.action, step.facts, (*bare, *step.statements[1:]), change, step.hazards)
    yield _writing(step, column, f"UPDATE {_path(column)}\nSET {quote(column.name)} = {value}", change)
    if not column.not_null:
        return
    named = [fact for fact in parts if isinstance(fact, NotNull)]
    setting = [sql for fact in named for sql in fact.create(after, {})]
    setting = setting or [f"ALTER TABLE {_path(column)}\n    ALTER COLUMN {quote(column.name)} SET NOT NULL"]
    yield _like(step, "alter", (column.id,), tuple(setting), change, ())


def _altered(step: Step, column: Column, change: Change, value: str, setting: str) -> Iterator[Step]:
    """Yield the steps around a column that becomes NOT NULL: what is missing is filled just before."""
    place, name = step.statements.index(setting), quote(column.name)
    if place:
        yield _like(step, step.action, step.facts, step.statements[:place], change, step.hazards)
    yield _writing(step, column, f"UPDATE {_path(column)}\nSET {name} = {value}\nWHERE {name} IS NULL", change)
    left = () if place else step.hazards
    yield _like(step, step.action, step.facts, step.statements[place:], change, left)


def _setting(step: Step, column: Column) -> str:
    end = f"ALTER COLUMN {quote(column.name)} SET NOT NULL"
    return next((sql for sql in step.statements if sql.endswith(end)), "")


def _path(column: Column) -> str:
    return quote_path(column.schema, column.table)


def _writing(step: Step, column: Column, sql: str, change: Change) -> Step:
    """Return the step that fills a column, of all tables that its own step locks."""
    tables = [effect.relation for effect in step.effects if effect.lock == LockMode.ACCESS_EXCLUSIVE]
    done = {each: Effect(each, LockMode.ROW_EXCLUSIVE, scans=True) for each in tables}
    reason = "its rows are written while the lock of the change is held: reads and writes wait"
    key = ObjectId("relation", (column.schema, column.table))
    risk, table = Hazard("long_lock", key, reason), change.after.get(key)
    statements = unforced([table] if isinstance(table, Table) else [], sql)
    for around in statements:
        for effect in effects(around, change.before, version=change.version) if around != sql else ():
            done[effect.relation] = effect.joined(done.get(effect.relation))
    return Step("fill", (column.id,), statements, tuple(done.values()), (risk,))


def _like(
    step: Step,
    action: Action,
    facts: tuple[ObjectId, ...],
    statements: tuple[str, ...],
    change: Change,
    risks: tuple[Hazard, ...],
) -> Step:
    """Return a step with a part of the statements of another one, and what they do by themselves.

    Of its ``risks`` those stay that are about facts; nothing is missing any more once it has been filled.
    """
    done: dict[Relation, Effect] = {}
    for sql in statements:
        for effect in effects(sql, change.before, version=change.version):
            done[effect.relation] = effect.joined(done.get(effect.relation))
    made = tuple(done.values())
    left = [risk for risk in risks if risk.name not in OF_EFFECTS and risk.name not in _MENDED]
    found = hazards(Move("alter", (), statements), change, made)
    return replace(step, action=action, facts=facts, statements=statements, effects=made, hazards=(*left, *found))
