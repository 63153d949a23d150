"""What a statement does to those who use the database meanwhile: which lock it takes on which relation.

A proof measures the locks that a plan really takes, and compares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, Final

import postgast

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.materialized_view import MaterializedView
from designer_kernel.catalog.kinds.table import Table, table_id
from designer_kernel.catalog.kinds.view import View
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.catalog.spelling import UNPARSED
from designer_kernel.migrate.effects import partitions, queries, tables
from designer_kernel.migrate.effects.drops import dropping
from designer_kernel.migrate.effects.families import below, has_rows, table_at, tree
from designer_kernel.migrate.effects.locks import (
    ALONE,
    NO_WRITES,
    NO_WRITES_BUT_OWN,
    UPDATES_ITSELF,
    Effect,
    Relation,
)
from designer_kernel.migrate.effects.nodes import items, named, relation_of, word

_NONE: Final[Mapping[Relation, Table | None]] = MappingProxyType({})

NEWEST: Final = 18
"""The version of server whose rules count unless another one is told."""


def effects(
    sql: str, catalog: Catalog, *, version: int = NEWEST, made: Mapping[Relation, Table | None] = _NONE
) -> tuple[Effect, ...]:
    """Return what a statement does to the relations that are there, the strongest lock for each.

    Parameters
    ----------
    sql
        One statement.
    catalog
        What is there before it runs.
    version
        The server's major version.
    made
        Relations that have come to be since, in this order, with the tables that they are: they have no rows.
    """
    try:
        statement = postgast.parse(sql).stmts[0].stmt
    except UNPARSED:
        return ()
    found: dict[Relation, Effect] = {}
    for effect in _effects(statement, catalog, version):
        found[effect.relation] = effect.joined(found.get(effect.relation))
    for relation, table in made.items():
        for parent in table.parents if table else ():
            if parent in found:  # what happens to a table happens to its new parts
                found[relation] = Effect(relation, found[parent].lock).joined(found.get(relation))
    there = (each for each in found.values() if each.relation in made or _is_locked(each.relation, catalog))
    return tuple(_on_rows(effect, catalog) for effect in there)


def _effects(statement: Any, catalog: Catalog, version: int) -> Iterator[Effect]:
    kind = statement.WhichOneof("node")
    node = getattr(statement, kind)
    if kind == "alter_table_stmt":
        return tables.altering(node, catalog, version)
    rule = _RULES.get(kind) or queries.RULES.get(kind)
    return rule(node, catalog) if rule else iter(())


def _is_locked(relation: Relation, catalog: Catalog) -> bool:
    fact = catalog.get(table_id(*relation))
    return isinstance(fact, (Table, View, MaterializedView))


def _on_rows(effect: Effect, catalog: Catalog) -> Effect:
    """Return an effect without what only happens to rows, if the relation has none of its own."""
    if has_rows(effect.relation, catalog):
        return effect
    return replace(effect, rewrites=False, scans=False)


def _index(node: Any, catalog: Catalog) -> Iterator[Effect]:
    relation = named(node.relation)
    reached = below(relation, catalog) if node.relation.inh else [relation]
    is_there = node.if_not_exists and ObjectId("index", (relation[0], node.idxname)) in catalog
    lock = UPDATES_ITSELF if node.concurrent else NO_WRITES
    yield from (Effect(table, lock, scans=not is_there) for table in reached)


def _comment(node: Any, catalog: Catalog) -> Iterator[Effect]:
    kind = word(node.objtype, "ObjectType")
    if not node.object.HasField("list"):
        return
    path = items(node.object)
    if kind in {"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW", "OBJECT_FOREIGN_TABLE"}:
        yield Effect(relation_of(path), UPDATES_ITSELF)
    elif kind == "OBJECT_COLUMN":
        yield Effect(relation_of(path[:-1]), UPDATES_ITSELF)


def _rename(node: Any, catalog: Catalog) -> Iterator[Effect]:
    if not node.HasField("relation"):
        return
    relation, kind = named(node.relation), word(node.rename_type, "ObjectType")
    if kind == "OBJECT_INDEX":
        yield Effect(relation, UPDATES_ITSELF)
    elif kind == "OBJECT_ATTRIBUTE":
        yield from (Effect(each, ALONE) for each in _of_type(relation, catalog))
    else:
        reached = below(relation, catalog) if node.subname and node.relation.inh else [relation]
        yield from (Effect(table, ALONE) for table in reached)


def _of_type(name: Relation, catalog: Catalog) -> Iterator[Relation]:
    return ((table.schema, table.name) for table in catalog.of(Table) if table.of_type == name)


def _schema(node: Any, catalog: Catalog) -> Iterator[Effect]:
    if node.HasField("relation"):
        yield Effect(named(node.relation), ALONE)


def _create_table(node: Any, catalog: Catalog) -> Iterator[Effect]:
    if node.HasField("partbound"):
        yield from partitions.making(node, catalog)
    else:
        yield from (Effect(named(wrapped.range_var), UPDATES_ITSELF) for wrapped in node.inh_relations)
    for wrapped in node.table_elts:
        constraints = wrapped.column_def.constraints if wrapped.HasField("column_def") else [wrapped]
        yield from tables.references(constraints, catalog)


def _create_foreign_table(node: Any, catalog: Catalog) -> Iterator[Effect]:
    return _create_table(node.base_stmt, catalog)


def _trigger(node: Any, catalog: Catalog) -> Iterator[Effect]:
    relation = named(node.relation)
    # Those for each row are made on partitions too, but not on children.
    yield from (Effect(table, NO_WRITES_BUT_OWN) for table in (tree(relation, catalog) if node.row else [relation]))


def _policy(node: Any, catalog: Catalog) -> Iterator[Effect]:
    yield Effect(named(node.table), ALONE)


def _publication(node: Any, catalog: Catalog) -> Iterator[Effect]:
    for item in node.pubobjects:
        table = item.publication_obj_spec.pubtable
        if table.HasField("relation"):
            relation = named(table.relation)
            held = table_at(relation, catalog)
            is_alone = not table.relation.inh or (held is not None and held.partition_by)
            yield from (Effect(each, UPDATES_ITSELF) for each in ([relation] if is_alone else below(relation, catalog)))


def _statistics(node: Any, catalog: Catalog) -> Iterator[Effect]:
    yield from (Effect(named(wrapped.range_var), UPDATES_ITSELF) for wrapped in node.relations)


def _is_concurrent(node: Any) -> bool:
    return any(item.def_elem.defname == "concurrently" for item in node.params)


def _reindex(node: Any, catalog: Catalog) -> Iterator[Effect]:
    relation = named(node.relation)
    index = catalog.get(ObjectId("index", relation))
    if isinstance(index, Index):
        relation = (index.schema, index.table)
    lock = UPDATES_ITSELF if _is_concurrent(node) else NO_WRITES
    yield from (Effect(each, lock, scans=True) for each in tree(relation, catalog))


def _cluster(node: Any, catalog: Catalog) -> Iterator[Effect]:
    yield from (Effect(each, ALONE, rewrites=True) for each in tree(named(node.relation), catalog))


def _vacuum(node: Any, catalog: Catalog) -> Iterator[Effect]:
    is_full = any(item.def_elem.defname == "full" for item in node.options)
    for item in node.rels:
        for each in tree(named(item.vacuum_relation.relation), catalog):
            yield Effect(each, ALONE if is_full else UPDATES_ITSELF, rewrites=is_full)


_RULES: Final[dict[str, Callable[[Any, Catalog], Iterator[Effect]]]] = {
    "index_stmt": _index,
    "drop_stmt": dropping,
    "comment_stmt": _comment,
    "rename_stmt": _rename,
    "alter_object_schema_stmt": _schema,
    "create_trig_stmt": _trigger,
    "create_policy_stmt": _policy,
    "alter_policy_stmt": _policy,
    "create_stmt": _create_table,
    "create_foreign_table_stmt": _create_foreign_table,
    "create_stats_stmt": _statistics,
    "create_publication_stmt": _publication,
    "alter_publication_stmt": _publication,
    "alter_domain_stmt": tables.of_domain,
    "reindex_stmt": _reindex,
    "cluster_stmt": _cluster,
    "vacuum_stmt": _vacuum,
}
