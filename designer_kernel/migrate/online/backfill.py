"""Values for new columns: written in batches, each a short transaction of its own, while others work.

The batches go by a key of the table, else by its pages; those of a partitioned table without a key are one statement.
Rows that moved meanwhile are swept up at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._keys import Key
from designer_kernel.catalog.kinds.column import Column, Default, column_id
from designer_kernel.catalog.kinds.not_null import NotNull
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.kinds.table import Table, table_id
from designer_kernel.catalog.kinds.unique import Unique
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.migrate.effects import Effect, LockMode, Relation
from designer_kernel.migrate.filling import value_of
from designer_kernel.migrate.online import nullability
from designer_kernel.migrate.online.way import Piece, Rewritten, Way, facts_risks, regclass
from designer_kernel.migrate.steps import Batch, Step

WAITING: Final = nullability.WAITING | {"check", "foreign_key", "unique", "exclusion", "index"}
"""The kinds of facts that are about the values of a column."""

PAGES: Final = 250
"""How many pages are written in one transaction."""


def column_added(sql: str, step: Step, way: Way) -> Rewritten | None:
    """Return what becomes of a new column whose default is not the same for all rows; ``None`` if it stays as it is."""
    column = way.after.get(step.facts[0])
    if not isinstance(column, Column) or column.generated or column.identity:
        return None
    table = (column.schema, column.table)
    default = way.after.get(ObjectId("default", column.id.path))
    if not isinstance(default, Default) or not way.holds_rows(table) or _is_steady(sql, way):
        return None
    parts = [way.after[key] for key in step.facts[1:] if way.after[key].parent == column.id]
    if any(part.placement == "folds" and not isinstance(part, Default | NotNull) for part in parts):
        return None
    bare = replace(column, not_null=False).create(way.after, {})
    here = way.step(step.action, step.facts, *bare, *default.create(way.after, {}), risks=facts_risks(step))
    late = filling(column, "DEFAULT", way)
    awaited = frozenset([column.id])
    if column.not_null:
        checked = nullability.set_not_null(table, column.name, replace(step, action="alter", hazards=()), way)
        late += checked.late if checked is not None else ()
        awaited |= checked.awaited if checked is not None else frozenset()
    return Rewritten(here=(Piece(here, joins=True),), late=late, awaited=awaited, waiting=WAITING)


def filled(step: Step, way: Way) -> Rewritten | None:
    """Return what becomes of the statement that fills a column."""
    column = way.after.get(step.facts[0])
    if not isinstance(column, Column) or not way.holds_rows((column.schema, column.table)):
        return None
    late = filling(column, value_of(step), way)
    return Rewritten(late=late, awaited=frozenset([column.id]), waiting=WAITING)


def filling(column: Column, value: str, way: Way) -> tuple[Piece, ...]:
    """Return the steps that give a column a value in the rows that have none."""
    table = (column.schema, column.table)
    unfilled = f"{quote(column.name)} IS NULL"
    begin = f"UPDATE {quote_path(*table)}\nSET {quote(column.name)} = {value}\nWHERE {unfilled}"
    done = [Effect(each, LockMode.ROW_EXCLUSIVE) for each in way.below(table)]
    way.fills[column.id] = begin
    key = _key(table, way)
    if key is not None:
        statement, batch = _by_key(table, key, begin)
    elif way.is_partitioned(table) or any(True for each in done if each.relation != table):
        return (Piece(way.step("fill", (column.id,), *way.loudly(table, begin), done=done)),)
    else:
        statement, batch = _by_page(table, begin)
    batched = way.step("fill", (column.id,), statement, done=done, is_transactional=False, batch=batch)
    # Where null is refused in the end, what is left is swept up once that is so for new rows.
    return (Piece(batched),) if column.not_null else (Piece(batched), way.sweeping(column.id))


def _is_steady(sql: str, way: Way) -> bool:
    return not any(effect.rewrites for effect in way.effects([sql]))


def _key(table: Relation, way: Way) -> Sequence[Column] | None:
    """Return the columns of a key that all rows have, all the way."""
    relation = table_id(*table)
    if any(table in other.inherits for other in way.both.of(Table)):
        return None  # the rows of its children are not in the index
    keys: Iterable[Key] = (*way.before.parts(relation, PrimaryKey), *way.before.parts(relation, Unique))
    for key in keys:
        columns = [way.before.get(column_id(*table, name)) for name in key.columns]
        found = [each for each in columns if isinstance(each, Column) and each.not_null]
        if len(found) == len(columns) and not key.period and way.is_steady(key.id):
            return found
    return None


def _by_key(table: Relation, key: Sequence[Column], begin: str) -> tuple[str, Batch]:
    names = ", ".join(quote(column.name) for column in key)
    row = f"({names})" if len(key) > 1 else names

    def bound(parameter: str) -> str:
        values = ", ".join(f"({parameter}::jsonb ->> {place})::{column.type}" for place, column in enumerate(key))
        return f"({values})" if len(key) > 1 else values

    statement = f"{begin}\n  AND {row} >= {bound('$1')}\n  AND {row} <= {bound('$2')}"
    texts = ", ".join(f"{quote(column.name)}::text" for column in key)
    falling = ", ".join(f"{quote(column.name)} DESC" for column in key)
    bounds = (
        f"WITH keys AS (\n    SELECT {names} FROM {quote_path(*table)}"
        f"\n    WHERE $1::jsonb IS NULL OR {row} > {bound('$1')}\n    ORDER BY {names} LIMIT $2::bigint\n)"
        f"\nSELECT (SELECT jsonb_build_array({texts})::text FROM keys ORDER BY {names} LIMIT 1),"
        f"\n       (SELECT jsonb_build_array({texts})::text FROM keys ORDER BY {falling} LIMIT 1)"
    )
    return statement, Batch(bounds)


def _by_page(table: Relation, begin: str) -> tuple[str, Batch]:
    """Return the statement for a range of pages, up to where the table ended at first: it grows as it is filled."""
    statement = (
        f"{begin}\n  AND ctid >= format('(%s,0)', $1::jsonb ->> 0)::tid"
        "\n  AND ctid < format('(%s,0)', ($2::jsonb ->> 0)::bigint + 1)::tid"
    )
    size = f"pg_catalog.pg_relation_size({regclass(*table)}) / current_setting('block_size')::bigint"
    bounds = (
        "SELECT CASE WHEN s.first < s.stop THEN jsonb_build_array(s.first, s.stop)::text END,"
        "\n       CASE WHEN s.first < s.stop THEN"
        " jsonb_build_array(least(s.first + $2::bigint, s.stop) - 1, s.stop)::text END"
        "\nFROM (SELECT coalesce(($1::jsonb ->> 0)::bigint + 1, 0) AS first,"
        f"\n             coalesce(($1::jsonb ->> 1)::bigint, {size}) AS stop) s"
    )
    return statement, Batch(bounds, PAGES)
