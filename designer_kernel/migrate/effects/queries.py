"""Statements about rows: queries, changes of rows, and what is made of queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import postgast

from designer_kernel.catalog import sqltext
from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.materialized_view import MaterializedView
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.kinds.view import View
from designer_kernel.catalog.spelling import UNPARSED
from designer_kernel.migrate.effects.families import below, foreign_keys_to
from designer_kernel.migrate.effects.locks import ALONE, READS, WRITES, Effect, LockMode, Relation
from designer_kernel.migrate.effects.nodes import named, word

_MODES: Final = {int(mode): mode for mode in LockMode}


def reading(node: Any, catalog: Catalog) -> Iterator[Effect]:
    """Yield what a query does: it reads the tables that it names, through views too."""
    lock = LockMode.ROW_SHARE if any(type(part).__name__ == "LockingClause" for part in sqltext.walk(node)) else READS
    yield from _read(node, catalog, lock, set())


def _read(node: Any, catalog: Catalog, lock: LockMode, seen: set[Relation]) -> Iterator[Effect]:
    for part in sqltext.walk(node):
        if type(part).__name__ != "RangeVar" or not part.schemaname:
            continue
        relation = named(part)
        yield from (Effect(each, lock, scans=True) for each in below(relation, catalog))
        view = catalog.get(table_id(*relation))
        if isinstance(view, View) and relation not in seen:
            seen.add(relation)
            yield from _read_query(view.query, catalog, seen)


def _read_query(query: str, catalog: Catalog, seen: set[Relation]) -> Iterator[Effect]:
    try:
        parsed = postgast.parse(query)
    except UNPARSED:
        return
    yield from _read(parsed, catalog, READS, seen)


def writing(node: Any, catalog: Catalog) -> Iterator[Effect]:
    """Yield what ``INSERT``, ``UPDATE``, ``DELETE`` and ``MERGE`` do."""
    written = named(node.relation)
    is_insert = type(node).__name__ == "InsertStmt"
    yield from reading(node.select_stmt if is_insert else node, catalog)
    yield from (Effect(each, WRITES, scans=not is_insert) for each in below(written, catalog))


def refreshing(node: Any, catalog: Catalog) -> Iterator[Effect]:
    """Yield what ``REFRESH MATERIALIZED VIEW`` does."""
    relation = named(node.relation)
    yield Effect(relation, LockMode.EXCLUSIVE if node.concurrent else ALONE, rewrites=not node.concurrent)
    view = catalog.get(table_id(*relation))
    if isinstance(view, MaterializedView) and not node.skip_data:
        yield from _read_query(view.query, catalog, set())


def making(node: Any, catalog: Catalog) -> Iterator[Effect]:
    """Yield what ``CREATE TABLE … AS`` and ``CREATE MATERIALIZED VIEW`` do."""
    if not node.into.skip_data:
        yield from reading(node.query, catalog)


def viewing(node: Any, catalog: Catalog) -> Iterator[Effect]:
    """Yield what ``CREATE OR REPLACE VIEW`` does."""
    yield Effect(named(node.view), ALONE)


def emptying(node: Any, catalog: Catalog) -> Iterator[Effect]:
    """Yield what ``TRUNCATE`` does."""
    cascades = word(node.behavior, "DropBehavior") == "DROP_CASCADE"
    waiting = [named(wrapped.range_var) for wrapped in node.relations]
    seen: set[Relation] = set()
    while waiting:
        for relation in below(waiting.pop(), catalog):
            if relation in seen:
                continue
            seen.add(relation)
            yield Effect(relation, ALONE, rewrites=True)
            if cascades:
                waiting += [(key.schema, key.table) for key in foreign_keys_to(relation, catalog)]


def locking(node: Any, catalog: Catalog) -> Iterator[Effect]:
    """Yield what ``LOCK TABLE`` does."""
    for wrapped in node.relations:
        yield from (Effect(each, _MODES[node.mode]) for each in below(named(wrapped.range_var), catalog))


def ruling(node: Any, catalog: Catalog) -> Iterator[Effect]:
    """Yield what ``CREATE RULE`` does: what its actions write is locked as if they ran."""
    yield Effect(named(node.relation), ALONE)
    for action in node.actions:
        kind = action.WhichOneof("node")
        if kind in {"insert_stmt", "update_stmt", "delete_stmt"}:
            yield Effect(named(getattr(action, kind).relation), WRITES)


RULES: Final[dict[str, Callable[[Any, Catalog], Iterator[Effect]]]] = {
    "select_stmt": reading,
    "insert_stmt": writing,
    "update_stmt": writing,
    "delete_stmt": writing,
    "merge_stmt": writing,
    "refresh_mat_view_stmt": refreshing,
    "create_table_as_stmt": making,
    "view_stmt": viewing,
    "truncate_stmt": emptying,
    "lock_stmt": locking,
    "rule_stmt": ruling,
}
