"""Indexes: built and dropped while others write; a changed one is built before the old one goes.

What an attempt that failed leaves behind is an invalid index, which is cleared away before the next one.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from designer_kernel.catalog.identifiers import quote, quote_path
from designer_kernel.catalog.kinds._constraint import IndexedConstraint
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.index_attachment import stands_alone, wholes
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.migrate.effects import Effect, LockMode
from designer_kernel.migrate.hazards import Hazard
from designer_kernel.migrate.online.names import chosen_name, index_columns
from designer_kernel.migrate.online.way import Piece, Rewritten, Way, facts_risks, path_of, regclass
from designer_kernel.migrate.steps import Step


def created(sql: str, node: Any, step: Step, way: Way) -> Rewritten | None:
    """Return what becomes of ``CREATE INDEX``; ``None`` if it stays as it is."""
    table = path_of(node.relation)
    index = way.after.get(ObjectId("index", (table[0], node.idxname)))
    if not isinstance(index, Index) or node.concurrent or not way.holds_rows(table):
        return None
    if way.is_partitioned(table):
        if stands_alone(way.after, index.id):
            # It holds no rows by itself: those of the partitions are built one by one, and attached.
            done = [Effect(table, LockMode.SHARE)]
            return Rewritten(here=(Piece(way.step(step.action, step.facts, sql, done=done), joins=True),))
        return _partitioned(sql, index, step, way)
    is_early = way.can_be_early(index.id)
    if index.id in way.dropped and not is_early:
        return None  # it has to go for what changes, and queries should not miss it for long
    name = name_of_new(index.id, index.name, way, is_early=is_early)
    built = building(sql, index, name, (index.id,), facts_risks(step), way)
    if built is None:
        return None
    named = _renaming(index.schema, name, index.name, step.facts, way)
    if is_early:
        return Rewritten(early=(built,), here=named)
    return Rewritten(late=(built, *named), awaited=frozenset([index.id]))


def dropped(sql: str, node: Any, step: Step, way: Way) -> Rewritten | None:
    """Return what becomes of ``DROP INDEX``: it waits until all else is done, under another name if need be."""
    index = way.before.get(step.facts[0]) if len(step.facts) == 1 else None
    if not isinstance(index, Index) or node.concurrent or sql.endswith(" CASCADE"):
        return None
    table = (index.schema, index.table)
    is_part = stands_alone(way.before, index.id) or any(wholes(way.before, index.id)) or way.is_partitioned(table)
    if is_part or not way.holds_rows(table) or not way.can_stay(index.id):
        return None
    if index.unique and way.after.having(ForeignKey, "referenced", index.parent):
        return None  # a foreign key that is made meanwhile would hold on to the older of two indexes
    successor = way.after.get(index.id)
    if isinstance(successor, Index) and not way.can_be_early(successor.id):
        return None
    name = index.name
    if way.is_taken(way.after, index.schema, name):
        name = way.free_name(index.schema, f"{name}__old")
    gone = way.alone(
        "drop",
        step.facts,
        f"DROP INDEX CONCURRENTLY {quote_path(index.schema, name)}",
        settled=f"SELECT {regclass(index.schema, name)} IS NULL",
        done=[Effect(table, LockMode.SHARE_UPDATE_EXCLUSIVE)],
        risks=facts_risks(step),
    )
    return Rewritten(here=_renaming(index.schema, index.name, name, step.facts, way), late=(gone,))


def building(
    sql: str, index: Index, name: str, facts: Iterable[ObjectId], risks: Iterable[Hazard], way: Way
) -> Piece | None:
    """Return the step that builds an index under a name while others write; ``sql`` is its plain statement."""
    head = f"CREATE {'UNIQUE ' if index.unique else ''}INDEX "
    begin = f"{head}{quote(index.name)} ON "
    if not sql.startswith(begin):
        return None
    path = quote_path(index.schema, name)
    return way.alone(
        "create",
        facts,
        f"{head}CONCURRENTLY {quote(name)} ON {sql.removeprefix(begin)}",
        # Whether it is there is asked by its name alone, so that no valid index of somebody else is cleared away.
        settled=f"SELECT EXISTS (SELECT FROM pg_catalog.pg_index"
        f" WHERE indexrelid = {regclass(index.schema, name)} AND indisvalid)",
        clearing=(f"DROP INDEX CONCURRENTLY IF EXISTS {path}",),
        done=[Effect((index.schema, index.table), LockMode.SHARE_UPDATE_EXCLUSIVE, scans=True)],
        risks=risks,
    )


def name_of_new(key: ObjectId, name: str, way: Way, *, is_early: bool) -> str:
    """Return the name under which an index is built: its own, unless another one has that at the time."""
    is_taken = is_early and way.is_taken(way.before, key.path[0], name)
    return way.free_name(key.path[0], f"{name}__new") if is_taken else name


def leaves(way: Way, relation: tuple[str, str]) -> Iterable[Table]:
    """Yield the partitions of a table that hold rows, those of partitions as well."""
    for part in way.partitions(relation):
        if part.partition_by:
            yield from leaves(way, (part.schema, part.name))
        else:
            yield part


def attaching(way: Way, index: Index, names: dict[tuple[str, str], str], only: Iterable[str]) -> list[str]:
    """Return the statements that make the index of a partitioned table of those of its partitions.

    Parameters
    ----------
    names
        The name of the index of each partition.
    only
        The statements that create the index of the partitioned table alone.
    """
    made = list(only)
    for part in way.partitions((index.schema, index.table)):
        child = names[part.schema, part.name]
        if part.partition_by:
            below = as_index(index, part.schema, part.name, child)
            made += attaching(way, below, names, [on_only(below, way)])
        made.append(f"ALTER INDEX {quote_path(index.schema, index.name)} ATTACH PARTITION "
                    f"{quote_path(part.schema, child)}")  # fmt: skip
    return made


def as_index(index: Index | IndexedConstraint, schema: str, table: str, name: str) -> Index:
    """Return the index of another table that is like an index, or like that of a key."""
    if isinstance(index, Index):
        return replace(index, schema=schema, table=table, name=name)
    return Index(
        schema=schema,
        table=table,
        name=name,
        unique=True,
        nulls_not_distinct=getattr(index, "nulls_not_distinct", False),
        keys=tuple(map(quote, index.named_columns()[: len(index.named_columns()) - len(index.include)])),
        include=index.include,
        options=index.options,
        tablespace=index.tablespace,
    )


def on_only(index: Index, way: Way) -> str:
    """Return the statement that creates an index on a partitioned table alone."""
    (sql,) = index.create(way.after, {})
    begin = f"INDEX {quote(index.name)} ON "
    return sql if f"{begin}ONLY " in sql else sql.replace(begin, f"{begin}ONLY ", 1)


def names_below(
    way: Way, relation: tuple[str, str], middle: str, label: str, *, aside: bool
) -> dict[tuple[str, str], tuple[str, str]]:
    """Return for each partition below a table the name its index is built under, and the one it has in the end."""
    found = {}
    for part in way.partitions(relation):
        final = chosen_name(part.name, middle, label)
        name = way.free_name(part.schema, f"{final}__new") if aside else final
        found[part.schema, part.name] = (name, final)
        if part.partition_by:
            found |= names_below(way, (part.schema, part.name), middle, label, aside=aside)
    return found


def _partitioned(sql: str, index: Index, step: Step, way: Way) -> Rewritten | None:
    table = (index.schema, index.table)
    if way.has_foreign_parts(table):
        return None
    is_early = way.can_be_early(index.id)
    is_replaced = index.id in way.dropped
    if is_replaced and not is_early:
        return None
    middle = index_columns(index.keys, index.include)
    names = names_below(way, table, middle, "idx", aside=is_replaced)
    risks = facts_risks(step)
    built = []
    for part in leaves(way, table):
        child = as_index(index, part.schema, part.name, names[part.schema, part.name][0])
        piece = building(child.create(way.after, {})[0], child, child.name, (index.id,), risks, way)
        if piece is None:
            return None
        built.append(piece)
    now = {part: name for part, (name, _) in names.items()}
    made = attaching(way, index, now, [on_only(index, way)])
    for (schema, _), (name, final) in names.items():
        if name != final:
            made.append(f"ALTER INDEX {quote_path(schema, name)} RENAME TO {quote(final)}")
    done = [Effect(table, LockMode.SHARE)]
    done += [Effect(part, LockMode.SHARE) for part in names if way.is_partitioned(part)]
    joined = Piece(way.step(step.action, step.facts, *made, done=done), joins=is_early)
    if is_early:
        return Rewritten(early=tuple(built), here=(joined,))
    return Rewritten(late=(*built, joined), awaited=frozenset([index.id]))


def _renaming(schema: str, old: str, new: str, facts: Iterable[ObjectId], way: Way) -> tuple[Piece, ...]:
    if old == new:
        return ()
    sql = f"ALTER INDEX {quote_path(schema, old)} RENAME TO {quote(new)}"
    return (Piece(way.step("rename", facts, sql, done=()), joins=True),)
