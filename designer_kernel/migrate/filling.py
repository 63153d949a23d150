"""Values of new columns for the rows that are there: told by whoever knows, written before a column is NOT NULL.

A NOT NULL column that has neither a default nor such a value can only be added to an empty table: that is a hazard.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds.column import Column, Default
from designer_kernel.catalog.kinds.domain import Domain
from designer_kernel.catalog.kinds.not_null import NotNull
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.catalog.sqltext import settled_expression
from designer_kernel.errors import InvalidDesign
from designer_kernel.migrate.effects import Effect, LockMode, Relation, effects
from designer_kernel.migrate.hazards import Hazard
from designer_kernel.migrate.steps import Action, Step


def filled(steps: Iterable[Step], before: Catalog, after: Catalog, fill: Mapping[ObjectId, str]) -> list[Step]:
    """Return steps with those that fill columns.

    Parameters
    ----------
    before, after
        The catalogs that the steps are between.
    fill
        Expressions by the identities after of columns: new ones, or such as become NOT NULL.

    Raises
    ------
    InvalidSql
        If one is not exactly one expression.
    InvalidDesign
        If the server computes the column by itself.
    """
    values = {key: settled_expression(text, ".".join(key.path)) for key, text in fill.items()}
    both = before.plus(fact for key, fact in after.items() if key not in before)
    return [each for step in steps for each in _filled(step, both, after, values)]


def value_of(step: Step) -> str:
    """Return the expression of a step that fills a column."""
    column = step.facts[0].path[-1]
    (sql,) = step.statements
    return sql.split(f"SET {quote(column)} = ", 1)[1].removesuffix(f"\nWHERE {quote(column)} IS NULL")


def _filled(step: Step, both: Catalog, after: Catalog, values: Mapping[ObjectId, str]) -> Iterator[Step]:
    column = after.get(step.facts[0]) if step.facts else None
    if not isinstance(column, Column) or step.action not in {"create", "alter"} or column.inherited or not step.effects:
        yield step  # a table that is made with its columns locks nothing
    elif step.action == "create":
        yield from _created(step, column, both, after, values.get(column.id, ""))
    elif column.id in values and (sql := _setting(step, column)):
        yield from _altered(step, column, both, values[column.id], sql)
    else:
        yield step


def _created(step: Step, column: Column, both: Catalog, after: Catalog, value: str) -> Iterator[Step]:
    default = after.get(ObjectId("default", column.id.path))
    if not value:
        is_empty = default is None and not (column.identity or column.generated) and not _by_domain(column, after)
        if column.not_null and is_empty:
            query = f"SELECT * FROM {quote_path(column.schema, column.table)}"
            reason = "the rows that are there have no value for it: give one, or a default"
            step = replace(step, hazards=(*step.hazards, Hazard("may_fail", column.id, reason, query)))
        yield step
        return
    if column.generated or column.identity:
        raise InvalidDesign(
            "the server computes the values of this column", where=".".join(column.id.path), mend="give none"
        )
    parts = [fact for key in step.facts[1:] if (fact := after.get(key)) and fact.parent == column.id]
    folded = [fact for fact in parts if fact.placement == "folds" and not isinstance(fact, Default | NotNull)]
    bare = list(replace(column, not_null=False).create(after, {column.id: folded}))
    if isinstance(default, Default) and default.id in step.facts:
        bare += default.create(after, {})
    rest = step.statements[1:]
    yield _like(step, step.action, step.facts, (*bare, *rest), both)
    yield _writing(step, column, value, f"UPDATE {_path(column)}\nSET {quote(column.name)} = {value}")
    if not column.not_null:
        return
    named = [fact for fact in parts if isinstance(fact, NotNull)]
    setting = [sql for fact in named for sql in fact.create(after, {})]
    setting = setting or [f"ALTER TABLE {_path(column)}\n    ALTER COLUMN {quote(column.name)} SET NOT NULL"]
    yield _like(step, "alter", (column.id,), tuple(setting), both)


def _altered(step: Step, column: Column, both: Catalog, value: str, setting: str) -> Iterator[Step]:
    """Yield the steps around a column that becomes NOT NULL: what is missing is filled just before."""
    place = step.statements.index(setting)
    if place:
        yield _like(step, step.action, step.facts, step.statements[:place], both, step.hazards)
    name = quote(column.name)
    yield _writing(step, column, value, f"UPDATE {_path(column)}\nSET {name} = {value}\nWHERE {name} IS NULL")
    others = tuple(h for h in step.hazards if h.name != "may_fail") if not place else ()
    yield _like(step, step.action, step.facts, step.statements[place:], both, others)


def _setting(step: Step, column: Column) -> str:
    end = f"ALTER COLUMN {quote(column.name)} SET NOT NULL"
    return next((sql for sql in step.statements if sql.endswith(end)), "")


def _by_domain(column: Column, after: Catalog) -> bool:
    """Whether the type of a column brings a default along."""
    return any(domain.default and quote_path(domain.schema, domain.name) == column.type for domain in after.of(Domain))


def _path(column: Column) -> str:
    return quote_path(column.schema, column.table)


def _writing(step: Step, column: Column, value: str, sql: str) -> Step:
    """Return the step that fills a column, of all tables that its own step locks."""
    tables = [effect.relation for effect in step.effects if effect.lock == LockMode.ACCESS_EXCLUSIVE]
    done = tuple(Effect(each, LockMode.ROW_EXCLUSIVE, scans=True) for each in tables)
    reason = "its rows are written while the lock of the change is held: reads and writes wait"
    risk = Hazard("long_lock", ObjectId("relation", (column.schema, column.table)), reason)
    return Step("fill", (column.id,), (sql,), done, (risk,))


def _like(
    step: Step,
    action: Action,
    facts: tuple[ObjectId, ...],
    statements: tuple[str, ...],
    both: Catalog,
    hazards: tuple[Hazard, ...] | None = None,
) -> Step:
    """Return a step with a part of the statements of another one, and the effects that they have."""
    done: dict[Relation, Effect] = {}
    for sql in statements:
        for effect in effects(sql, both):
            done[effect.relation] = effect.joined(done.get(effect.relation))
    return Step(action, facts, statements, tuple(done.values()), _of(step, done, hazards))


def _of(step: Step, done: Mapping[Relation, Effect], hazards: tuple[Hazard, ...] | None) -> tuple[Hazard, ...]:
    """Return the hazards that still hold: no rewrite where nothing is rewritten."""
    rewritten = {relation for relation, effect in done.items() if effect.rewrites}
    kept = step.hazards if hazards is None else hazards
    return tuple(h for h in kept if h.name != "rewrite" or h.on.path in rewritten)
