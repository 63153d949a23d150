"""``DROP``, and what goes along with it by ``CASCADE``."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.statistics import Statistics
from designer_kernel.catalog.kinds.table import table_id
from designer_kernel.catalog.objects import CatalogObject, ObjectId
from designer_kernel.migrate.changes import needs
from designer_kernel.migrate.effects.families import below, default_partition, ends, neighbours, table_at
from designer_kernel.migrate.effects.locks import ALONE, UPDATES_ITSELF, Effect, Relation
from designer_kernel.migrate.effects.nodes import items, relation_of, word

_RELATIONS = frozenset({"OBJECT_TABLE", "OBJECT_FOREIGN_TABLE", "OBJECT_MATVIEW", "OBJECT_VIEW"})
_PARTS = frozenset({"OBJECT_TRIGGER", "OBJECT_POLICY", "OBJECT_RULE"})
_KINDS = {
    "OBJECT_SCHEMA": "schema", "OBJECT_TYPE": "type", "OBJECT_DOMAIN": "type", "OBJECT_SEQUENCE": "relation",
    "OBJECT_FOREIGN_SERVER": "server", "OBJECT_FDW": "foreign_data_wrapper", "OBJECT_INDEX": "index",
    "OBJECT_COLLATION": "collation", "OBJECT_EXTENSION": "extension", "OBJECT_FUNCTION": "function",
    "OBJECT_PROCEDURE": "function", "OBJECT_ROUTINE": "function", "OBJECT_AGGREGATE": "function",
    "OBJECT_OPERATOR": "operator", "OBJECT_ACCESS_METHOD": "access_method",
}  # fmt: skip
"""The kinds of identities of what is dropped."""


def dropping(node: Any, catalog: Catalog) -> Iterator[Effect]:
    """Yield what ``DROP`` does."""
    kind = word(node.remove_type, "ObjectType")
    cascades = word(node.behavior, "DropBehavior") == "DROP_CASCADE"
    for wrapped in node.objects:
        path = items(wrapped)
        if kind in _RELATIONS:
            yield from _relation(relation_of(path), catalog)
        elif kind == "OBJECT_INDEX":
            yield from _index(relation_of(path), catalog, concurrent=node.concurrent)
        elif kind == "OBJECT_STATISTIC_EXT":
            held = catalog.get(ObjectId("statistics", path[-2:]))
            if isinstance(held, Statistics):
                yield Effect((held.table_schema, held.table), UPDATES_ITSELF)
        elif kind in _PARTS:
            relation = (path[-3] if len(path) > 2 else "public", path[-2])
            yield from (Effect(each, ALONE) for each in below(relation, catalog))
        if cascades:
            yield from taken_along(_identities(kind, path, catalog), catalog)


def _identities(kind: str, path: tuple[str, ...], catalog: Catalog) -> Iterator[ObjectId]:
    name = "relation" if kind in _RELATIONS else _KINDS.get(kind, "")
    full = path if kind == "OBJECT_SCHEMA" or len(path) > 1 or name in {"server", "extension"} else ("public", *path)
    for key in catalog:
        if key.path[: len(full)] == full and (key.kind == name or (name == "server" and "server" in key.kind)):
            yield key


def _relation(relation: Relation, catalog: Catalog) -> Iterator[Effect]:
    for each in below(relation, catalog):
        yield Effect(each, ALONE)
        yield from (Effect(other, ALONE) for other in neighbours(each, catalog))
    table = table_at(relation, catalog)
    if table is not None and table.partition_of:
        yield Effect(table.partition_of, ALONE)
        rest = default_partition(table.partition_of, catalog)
        if rest is not None:
            yield Effect(rest, ALONE)


def _index(name: Relation, catalog: Catalog, *, concurrent: bool) -> Iterator[Effect]:
    index = catalog.get(ObjectId("index", name))
    if isinstance(index, Index):
        lock = UPDATES_ITSELF if concurrent else ALONE
        yield from (Effect(each, lock) for each in below((index.schema, index.table), catalog))


def taken_along(gone: Iterable[ObjectId], catalog: Catalog) -> Iterator[Effect]:
    """Yield what happens to the tables of all that needs what goes."""
    dependents: dict[ObjectId, list[ObjectId]] = defaultdict(list)
    for key, fact in catalog.items():
        for needed in set(needs(fact, catalog)):
            dependents[needed].append(key)
    waiting, seen = list(gone), set(gone)
    while waiting:
        for key in dependents.get(waiting.pop(), ()):
            if key not in seen:
                seen.add(key)
                waiting.append(key)
                yield from _losing(catalog[key], catalog)


def _losing(fact: CatalogObject, catalog: Catalog) -> Iterator[Effect]:
    if isinstance(fact, ForeignKey):
        yield from (Effect(each, ALONE) for each in ends(fact, catalog))
        return
    relation = fact.id if fact.id.kind == "relation" else fact.parent
    if relation is not None and relation.kind == "column":
        relation = table_id(*relation.path[:2])
    if relation is not None and relation.kind == "relation" and fact.aspect == "" and fact.kind != "comment":
        yield from (Effect(each, ALONE) for each in below((relation.path[0], relation.path[1]), catalog))
