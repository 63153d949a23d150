"""Primary keys and unique constraints: their index is built while others write, and then made theirs.

Exclusion constraints, and keys over periods, can only be built while nobody writes: they keep their hazards.
"""

from __future__ import annotations

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._constraint import deferring
from designer_kernel.catalog.kinds._keys import Key
from designer_kernel.catalog.kinds.column import Column, column_id
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.index_attachment import stands_alone
from designer_kernel.catalog.kinds.primary_key import PrimaryKey
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.migrate.effects import Effect, LockMode
from designer_kernel.migrate.online.indexes import as_index, building, leaves, name_of_new, names_below
from designer_kernel.migrate.online.way import Piece, Rewritten, Way, facts_risks
from designer_kernel.migrate.steps import Step


def added(sql: str, key: Key, step: Step, way: Way) -> Rewritten | None:
    """Return what becomes of the statement that adds a key to a table; ``None`` if it stays as it is."""
    table = (key.schema, key.table)
    if way.is_partitioned(table) and stands_alone(way.after, key.id):
        done = [Effect(table, LockMode.ACCESS_EXCLUSIVE)]
        return Rewritten(here=(Piece(way.step(step.action, step.facts, sql, done=done), joins=True),))
    if key.period or way.has_foreign_parts(table):
        return None
    is_early = way.can_be_early(key.id) and _is_filled(key, way)
    if not is_early and _is_replaced(key, way):
        return None  # the table should not be without its key in between
    if way.is_partitioned(table):
        return _partitioned(key, step, way, is_early=is_early)
    name = name_of_new(key.id, key.name, way, is_early=is_early)
    built = _built(key, as_index(key, *table, name), step, way)
    if built is None:
        return None
    made = way.step(step.action, step.facts, _using(key, *table, key.name, name), done=_briefly(table))
    if is_early:
        return Rewritten(early=(built,), here=(Piece(made, joins=True),))
    return Rewritten(late=(built, Piece(made)), awaited=frozenset([key.id]))


def _partitioned(key: Key, step: Step, way: Way, *, is_early: bool) -> Rewritten | None:
    table = (key.schema, key.table)
    if key.id in way.dropped or any(part.partition_by for part in way.partitions(table)):
        return None
    is_primary = isinstance(key, PrimaryKey)
    middle = "" if is_primary else "_".join((*key.columns, *key.include))
    names = names_below(way, table, middle, "pkey" if is_primary else "key", aside=False)
    built, made = [], [f"ALTER TABLE ONLY {quote_path(*table)}\n    ADD {key.clause({})[0]}"]
    for part in leaves(way, table):
        name, _ = names[part.schema, part.name]
        if is_early and way.is_taken(way.before, part.schema, name):
            return None
        piece = _built(key, as_index(key, part.schema, part.name, name), step, way)
        if piece is None:
            return None
        built.append(piece)
        made.append(_using(key, part.schema, part.name, name, name))
        made.append(f"ALTER INDEX {quote_path(key.schema, key.name)} ATTACH PARTITION {quote_path(part.schema, name)}")
    joined = Piece(way.step(step.action, step.facts, *made, done=_briefly(table, *names)), joins=is_early)
    if is_early:
        return Rewritten(early=tuple(built), here=(joined,))
    return Rewritten(late=(*built, joined), awaited=frozenset([key.id]))


def _built(key: Key, index: Index, step: Step, way: Way) -> Piece | None:
    (sql,) = index.create(way.after, {})
    return building(sql, index, index.name, (key.id,), facts_risks(step), way)


def _using(key: Key, schema: str, table: str, name: str, index: str) -> str:
    kind = "PRIMARY KEY" if isinstance(key, PrimaryKey) else "UNIQUE"
    return (
        f"ALTER TABLE {quote_path(schema, table)}\n    ADD CONSTRAINT {quote(name)} {kind}"
        f" USING INDEX {quote(index)}{deferring(key.deferrable)}"
    )


def _briefly(*tables: tuple[str, str]) -> list[Effect]:
    return [Effect(table, LockMode.ACCESS_EXCLUSIVE) for table in tables]


def _is_filled(key: Key, way: Way) -> bool:
    """Whether no row has to be looked at for nulls when the key is added."""
    columns = (way.before.get(column_id(key.schema, key.table, name)) for name in key.columns)
    return not isinstance(key, PrimaryKey) or all(isinstance(c, Column) and c.not_null for c in columns)


def _is_replaced(key: Key, way: Way) -> bool:
    """Whether the key takes the place of another one."""
    gone = (way.before[other] for other in way.dropped if other in way.before)
    table: ObjectId = key.parent
    return key.id in way.dropped or (
        isinstance(key, PrimaryKey) and any(isinstance(other, PrimaryKey) and other.parent == table for other in gone)
    )
