"""What a statement does to those who use the database meanwhile: which lock it takes on which relation.

The rules are those of `AlterTableGetLockLevel` in PostgreSQL's ``src/backend/commands/tablecmds.c`` and of the page
"Explicit Locking" of its manual. A proof measures the locks that a plan really takes, and compares.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any, Final, TypeAlias

import postgast

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.index import Index
from designer_kernel.catalog.kinds.statistics import Statistics
from designer_kernel.catalog.kinds.table import Table
from designer_kernel.catalog.kinds.view import View
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.catalog.spelling import UNPARSED

Relation: TypeAlias = tuple[str, str]
"""Schema and name."""


class LockMode(IntEnum):
    """Locks on tables, weakest first."""

    ACCESS_SHARE = 1
    ROW_SHARE = 2
    ROW_EXCLUSIVE = 3
    SHARE_UPDATE_EXCLUSIVE = 4
    SHARE = 5
    SHARE_ROW_EXCLUSIVE = 6
    EXCLUSIVE = 7
    ACCESS_EXCLUSIVE = 8

    def __str__(self) -> str:
        return self.name.replace("_", " ")

    @property
    def blocks(self) -> str:
        """Who waits for whoever holds the lock, in a person's words."""
        if self >= LockMode.ACCESS_EXCLUSIVE:
            return "reads and writes"
        return "writes" if self >= LockMode.SHARE else "changes of the schema"


@dataclass(frozen=True, slots=True)
class Effect:
    """What a statement does to one relation: the lock it takes, and whether it rewrites or scans it."""

    relation: Relation
    lock: LockMode
    rewrites: bool = False
    scans: bool = False

    def joined(self, other: Effect | None) -> Effect:
        """Return what this one and another one do to the same relation together."""
        if other is None:
            return self
        return replace(
            self,
            lock=max(self.lock, other.lock),
            rewrites=self.rewrites or other.rewrites,
            scans=self.scans or other.scans,
        )


_AEL, _SRE, _SUE, _S = (
    LockMode.ACCESS_EXCLUSIVE,
    LockMode.SHARE_ROW_EXCLUSIVE,
    LockMode.SHARE_UPDATE_EXCLUSIVE,
    LockMode.SHARE,
)

_WEAK: Final = {
    "AT_SetStatistics": _SUE, "AT_ClusterOn": _SUE, "AT_DropCluster": _SUE, "AT_SetOptions": _SUE,
    "AT_ResetOptions": _SUE, "AT_SetRelOptions": _SUE, "AT_ResetRelOptions": _SUE, "AT_ValidateConstraint": _SUE,
    "AT_AttachPartition": _SUE, "AT_EnableTrig": _SRE, "AT_EnableAlwaysTrig": _SRE, "AT_EnableReplicaTrig": _SRE,
    "AT_DisableTrig": _SRE, "AT_EnableTrigAll": _SRE, "AT_DisableTrigAll": _SRE, "AT_EnableTrigUser": _SRE,
    "AT_DisableTrigUser": _SRE,
}  # fmt: skip
"""Actions of ``ALTER TABLE`` that need less than everything."""

_SCANNING: Final = frozenset({"AT_SetNotNull", "AT_ValidateConstraint", "AT_AddIdentity"})
_REWRITING: Final = frozenset({"AT_SetLogged", "AT_SetUnLogged", "AT_SetTableSpace", "AT_SetAccessMethod"})


def effects(sql: str, catalog: Catalog) -> tuple[Effect, ...]:
    """Return what a statement does to the tables that are there, the strongest lock for each.

    Parameters
    ----------
    sql
        One statement.
    catalog
        What is there before it runs.
    """
    try:
        statement = postgast.parse(sql).stmts[0].stmt
    except UNPARSED:
        return ()
    kind = statement.WhichOneof("node")
    rule = _RULES.get(kind)
    found: dict[Relation, Effect] = {}
    for effect in rule(getattr(statement, kind), catalog) if rule else ():
        found[effect.relation] = effect.joined(found.get(effect.relation))
    return tuple(effect for relation, effect in found.items() if ObjectId("relation", relation) in catalog)


def _named(node: Any) -> Relation:
    return (node.schemaname or "public", node.relname)


def _items(node: Any) -> tuple[str, ...]:
    return tuple(item.string.sval for item in node.list.items)


def _name(value: int, enum: str) -> str:
    found: str = postgast.pg_query_pb2.DESCRIPTOR.enum_types_by_name[enum].values_by_number[value].name
    return found


def _below(relation: Relation, catalog: Catalog) -> Iterator[Relation]:
    """Yield a table and all its partitions and children."""
    yield relation
    for table in catalog.having(Table, "partition_of", relation):
        yield from _below((table.schema, table.name), catalog)
    for table in catalog.of(Table):
        if relation in table.inherits:
            yield from _below((table.schema, table.name), catalog)


def _alter_table(node: Any, catalog: Catalog) -> Iterator[Effect]:
    if _is_index(node):
        return  # the index is locked, its table is not
    relation = _named(node.relation)
    tables = list(_below(relation, catalog)) if node.relation.inh else [relation]
    for wrapped in node.cmds:
        action = wrapped.alter_table_cmd
        name = _name(action.subtype, "AlterTableType")
        if name == "AT_AddConstraint":
            yield from _constraint(action, tables, catalog)
        elif name in {"AT_AttachPartition", "AT_DetachPartition"}:
            yield from _partition(action, name, relation)
        elif name == "AT_AddColumn":
            rewrites = _fills_rows(
                action.def_.column_def if hasattr(action, "def_") else getattr(action, "def").column_def
            )
            yield from (Effect(table, _AEL, rewrites=rewrites) for table in tables)
            yield from _references(getattr(action, "def").column_def.constraints)
        elif name == "AT_AlterColumnType":
            yield from (Effect(table, _AEL, rewrites=True) for table in tables)
            yield from (Effect(other, _AEL) for table in tables for other in _pointing(table, catalog, action.name))
        elif name == "AT_DropConstraint":
            yield from (Effect(table, _AEL) for table in tables)
            yield from (Effect(other, _AEL) for table in tables for other in _pointed_to(table, catalog, action.name))
        elif name == "AT_ValidateConstraint":
            yield from (Effect(table, _SUE, scans=True) for table in tables)
            yield from (
                Effect(other, LockMode.ROW_SHARE)
                for table in tables
                for other in _pointed_to(table, catalog, action.name)
            )
        else:
            is_view = isinstance(catalog.get(ObjectId("relation", relation)), View)
            lock = _AEL if is_view else _WEAK.get(name, _AEL)
            yield from (Effect(table, lock, rewrites=name in _REWRITING, scans=name in _SCANNING) for table in tables)


def _is_index(node: Any) -> bool:
    return _name(node.objtype, "ObjectType") == "OBJECT_INDEX"


def _owner_of_index(name: Relation, catalog: Catalog) -> Relation:
    index = catalog.get(ObjectId("index", name))
    return (index.schema, index.table) if isinstance(index, Index) else name


def _constraint(action: Any, tables: Sequence[Relation], catalog: Catalog) -> Iterator[Effect]:
    constraint = getattr(action, "def").constraint
    kind = _name(constraint.contype, "ConstrType")
    if kind == "CONSTR_FOREIGN":
        yield from (Effect(table, _SRE, scans=not constraint.skip_validation) for table in tables)
        yield from (Effect(table, _SRE) for table in _below(_named(constraint.pktable), catalog))
    else:
        yield from (Effect(table, _AEL, scans=not constraint.skip_validation) for table in tables)


def _references(constraints: Any) -> Iterator[Effect]:
    for wrapped in constraints:
        if _name(wrapped.constraint.contype, "ConstrType") == "CONSTR_FOREIGN":
            yield Effect(_named(wrapped.constraint.pktable), _SRE)


def _fills_rows(column: Any) -> bool:
    """Whether a new column has to be filled row by row: a default that is no constant, or a generated column."""
    for wrapped in column.constraints:
        kind = _name(wrapped.constraint.contype, "ConstrType")
        if kind == "CONSTR_GENERATED":
            return bool(wrapped.constraint.generated_kind != "v")
        if kind == "CONSTR_IDENTITY":
            return True
        if kind == "CONSTR_DEFAULT" and not _is_steady(wrapped.constraint.raw_expr):
            return True
    return False


def _is_steady(expression: Any) -> bool:
    """Whether an expression has one value for all rows, as far as its words tell: constants, casts of them, now()."""
    kind = expression.WhichOneof("node")
    if kind == "a_const":
        return True
    if kind == "type_cast":
        return _is_steady(expression.type_cast.arg)
    if kind == "a_array_expr":
        return all(map(_is_steady, expression.a_array_expr.elements))
    if kind == "sqlvalue_function":
        return True
    if kind == "func_call":
        called: str = expression.func_call.funcname[-1].string.sval
        return called in {"now", "transaction_timestamp", "statement_timestamp"}
    return False


def _partition(action: Any, name: str, relation: Relation) -> Iterator[Effect]:
    command = getattr(action, "def").partition_cmd
    attaches = name == "AT_AttachPartition"
    yield Effect(relation, _SUE if attaches or command.concurrent else _AEL)
    yield Effect(_named(command.name), _AEL, scans=attaches)


def _pointing(relation: Relation, catalog: Catalog, column: str = "") -> Iterator[Relation]:
    """Yield the tables whose foreign keys point to a table, or to a column of it, and those that its own point to."""
    for key in catalog.of(ForeignKey):
        if (key.referenced_schema, key.referenced_table) == relation and column in ("", *key.referenced_columns):
            yield key.schema, key.table
        if (key.schema, key.table) == relation and column in ("", *key.columns):
            yield key.referenced_schema, key.referenced_table


def _pointed_to(relation: Relation, catalog: Catalog, name: str) -> Iterator[Relation]:
    key = catalog.get(ObjectId("constraint", (*relation, name)))
    if isinstance(key, ForeignKey):
        yield key.referenced_schema, key.referenced_table


def _index(node: Any, catalog: Catalog) -> Iterator[Effect]:
    tables = _below(_named(node.relation), catalog) if node.relation.inh else [_named(node.relation)]
    yield from (Effect(table, _SUE if node.concurrent else _S, scans=True) for table in tables)


def _drop(node: Any, catalog: Catalog) -> Iterator[Effect]:
    kind = _name(node.remove_type, "ObjectType")
    for wrapped in node.objects:
        path = _items(wrapped)
        if kind in {"OBJECT_TABLE", "OBJECT_FOREIGN_TABLE", "OBJECT_MATVIEW", "OBJECT_VIEW"}:
            relation = (path[-2] if len(path) > 1 else "public", path[-1])
            held = catalog.get(ObjectId("relation", relation))
            for each in _below(relation, catalog):
                yield Effect(each, _AEL)
                yield from (Effect(other, _AEL) for other in _pointing(each, catalog))
            if isinstance(held, Table) and held.partition_of:
                yield Effect(held.partition_of, _AEL)
        elif kind == "OBJECT_INDEX":
            table = _owner_of_index((path[-2] if len(path) > 1 else "public", path[-1]), catalog)
            lock = _SUE if node.concurrent else _AEL
            yield from (Effect(each, lock) for each in _below(table, catalog))
        elif kind == "OBJECT_STATISTIC_EXT":
            held = catalog.get(ObjectId("statistics", path[-2:]))
            if isinstance(held, Statistics):
                yield Effect((held.table_schema, held.table), _SUE)
        elif kind in {"OBJECT_TRIGGER", "OBJECT_POLICY", "OBJECT_RULE"}:
            relation = (path[-3] if len(path) > 2 else "public", path[-2])
            yield from (Effect(each, _AEL) for each in _below(relation, catalog))


def _comment(node: Any, catalog: Catalog) -> Iterator[Effect]:
    kind = _name(node.objtype, "ObjectType")
    if not node.object.HasField("list"):
        return
    path = _items(node.object)
    if kind in {"OBJECT_TABLE", "OBJECT_VIEW", "OBJECT_MATVIEW"}:
        yield Effect((path[-2] if len(path) > 1 else "public", path[-1]), _SUE)
    elif kind == "OBJECT_COLUMN":
        yield Effect((path[-3] if len(path) > 2 else "public", path[-2]), _SUE)


def _rename(node: Any, catalog: Catalog) -> Iterator[Effect]:
    if node.HasField("relation"):
        relation = _named(node.relation)
        if _name(node.rename_type, "ObjectType") == "OBJECT_INDEX":
            yield Effect(relation, _SUE)
        else:
            tables = _below(relation, catalog) if node.subname and node.relation.inh else [relation]
            yield from (Effect(table, _AEL) for table in tables)


def _on(lock: LockMode, field: str, *, below: bool = False) -> Callable[[Any, Catalog], Iterator[Effect]]:
    def rule(node: Any, catalog: Catalog) -> Iterator[Effect]:
        relation = _named(getattr(node, field))
        yield from (Effect(table, lock) for table in (_below(relation, catalog) if below else (relation,)))

    return rule


def _create_table(node: Any, catalog: Catalog) -> Iterator[Effect]:
    for wrapped in node.inh_relations:
        yield Effect(_named(wrapped.range_var), _AEL if node.HasField("partbound") else _SUE)
    for wrapped in node.table_elts:
        constraints = wrapped.column_def.constraints if wrapped.HasField("column_def") else [wrapped]
        yield from _references(constraints)


def _publication(node: Any, catalog: Catalog) -> Iterator[Effect]:
    for item in node.pubobjects:
        table = item.publication_obj_spec.pubtable
        if table.HasField("relation"):
            yield Effect(_named(table.relation), _SUE)


def _statistics(node: Any, catalog: Catalog) -> Iterator[Effect]:
    yield from (Effect(_named(wrapped.range_var), _SUE) for wrapped in node.relations)


def _refresh(node: Any, catalog: Catalog) -> Iterator[Effect]:
    yield Effect(_named(node.relation), LockMode.EXCLUSIVE if node.concurrent else _AEL, rewrites=not node.concurrent)


def _enum_and_domain(node: Any, catalog: Catalog) -> Iterator[Effect]:
    """A constraint of a domain is checked against the tables that have it."""
    from designer_kernel.catalog.identifiers import quote_path
    from designer_kernel.catalog.kinds.column import Column

    name = quote_path(*(part.string.sval for part in node.type_name))
    checks = node.subtype in {"C", "O", "V"}
    for column in catalog.of(Column) if checks else ():
        if column.type.removesuffix("[]") == name:
            yield Effect((column.schema, column.table), _S, scans=True)


_RULES: Final[dict[str, Callable[[Any, Catalog], Iterator[Effect]]]] = {
    "alter_table_stmt": _alter_table,
    "index_stmt": _index,
    "drop_stmt": _drop,
    "comment_stmt": _comment,
    "rename_stmt": _rename,
    "alter_object_schema_stmt": lambda node, catalog: (
        _on(_AEL, "relation")(node, catalog) if node.HasField("relation") else iter(())
    ),
    "create_trig_stmt": _on(_SRE, "relation", below=True),
    "create_policy_stmt": _on(_AEL, "table"),
    "alter_policy_stmt": _on(_AEL, "table"),
    "rule_stmt": _on(_AEL, "relation"),
    "create_stmt": _create_table,
    "create_stats_stmt": _statistics,
    "create_publication_stmt": _publication,
    "alter_publication_stmt": _publication,
    "refresh_mat_view_stmt": _refresh,
    "alter_domain_stmt": _enum_and_domain,
    "view_stmt": _on(_AEL, "view"),
}
