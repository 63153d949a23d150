"""``ALTER TABLE``: its actions, one by one.

Source: ``AlterTableGetLockLevel`` and ``ATPrepCmd`` in PostgreSQL's ``src/backend/commands/tablecmds.c``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote_path
from designer_kernel.catalog.kinds.check import Check
from designer_kernel.catalog.kinds.column import Column, column_id
from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.catalog.kinds.not_null import NotNull
from designer_kernel.catalog.kinds.table import Table, table_id
from designer_kernel.catalog.kinds.table_tablespace import TableTablespace
from designer_kernel.catalog.kinds.view import View
from designer_kernel.catalog.objects import ObjectId
from designer_kernel.migrate.effects import retyping
from designer_kernel.migrate.effects.defaults import fills_rows, looks_at_rows
from designer_kernel.migrate.effects.drops import taken_along
from designer_kernel.migrate.effects.families import (
    below,
    checks_of,
    column_at,
    ends,
    foreign_key_at,
    neighbours,
    table_at,
    tree,
)
from designer_kernel.migrate.effects.locks import (
    ALONE,
    NO_WRITES,
    NO_WRITES_BUT_OWN,
    UPDATES_ITSELF,
    Effect,
    LockMode,
    Relation,
)
from designer_kernel.migrate.effects.nodes import definition, named, word
from designer_kernel.migrate.effects.partitions import attaching, detaching, says_not_null

_WEAK: Final = {
    "AT_SetStatistics": UPDATES_ITSELF, "AT_ClusterOn": UPDATES_ITSELF, "AT_DropCluster": UPDATES_ITSELF,
    "AT_SetOptions": UPDATES_ITSELF, "AT_ResetOptions": UPDATES_ITSELF, "AT_EnableTrig": NO_WRITES_BUT_OWN,
    "AT_EnableAlwaysTrig": NO_WRITES_BUT_OWN, "AT_EnableReplicaTrig": NO_WRITES_BUT_OWN,
    "AT_DisableTrig": NO_WRITES_BUT_OWN, "AT_EnableTrigAll": NO_WRITES_BUT_OWN, "AT_DisableTrigAll": NO_WRITES_BUT_OWN,
    "AT_EnableTrigUser": NO_WRITES_BUT_OWN, "AT_DisableTrigUser": NO_WRITES_BUT_OWN,
}  # fmt: skip
"""Actions that need less than the table alone."""

_WHOLE_ONLY: Final = frozenset({
    "AT_ChangeOwner", "AT_SetLogged", "AT_SetUnLogged", "AT_SetTableSpace", "AT_SetAccessMethod", "AT_ClusterOn",
    "AT_DropCluster", "AT_SetRelOptions", "AT_ResetRelOptions", "AT_ReplicaIdentity", "AT_EnableRowSecurity",
    "AT_DisableRowSecurity", "AT_ForceRowSecurity", "AT_NoForceRowSecurity", "AT_EnableRule", "AT_DisableRule",
    "AT_EnableAlwaysRule", "AT_EnableReplicaRule", "AT_AddInherit", "AT_DropInherit", "AT_AddOf", "AT_DropOf",
    "AT_GenericOptions",
})  # fmt: skip
"""Actions that do not reach partitions and children."""

_CATALOG_ONLY: Final = frozenset({"user_catalog_table", "security_barrier", "security_invoker", "check_option"})
"""Options that plans depend on, so that nobody may use the table while they change."""

_GENTLE: Final = 15
"""The newest version that is known to lock no more than it has to below a table that gets a constraint."""


@dataclass(frozen=True, slots=True)
class _Action:
    """An action on a table, and on the parts that it reaches."""

    node: Any
    name: str
    relation: Relation
    tables: Sequence[Relation]
    catalog: Catalog
    version: int


def altering(node: Any, catalog: Catalog, version: int) -> Iterator[Effect]:
    """Yield what ``ALTER TABLE`` does, and ``ALTER`` of views, types and the like, which the grammar reads alike."""
    kind = word(node.objtype, "ObjectType")
    relation = named(node.relation)
    if kind == "OBJECT_INDEX":
        return  # the index is locked, its table is not
    if kind == "OBJECT_TYPE":
        typed = [(table.schema, table.name) for table in _typed(relation, catalog)]
        yield from (Effect(each, ALONE) for table in typed for each in below(table, catalog))
        return
    tables = list(below(relation, catalog)) if node.relation.inh else [relation]
    for wrapped in node.cmds:
        action = wrapped.alter_table_cmd
        name = word(action.subtype, "AlterTableType")
        reached = [relation] if name in _WHOLE_ONLY else tables
        rule = _RULES.get(name, _other)
        yield from rule(_Action(action, name, relation, reached, catalog, version))
        if action.behavior and word(action.behavior, "DropBehavior") == "DROP_CASCADE":
            yield from _cascading(name, action.name, tables, catalog)


def _typed(name: Relation, catalog: Catalog) -> Iterator[Table]:
    return (table for table in catalog.of(Table) if table.of_type == name)


def _cascading(name: str, part: str, tables: Sequence[Relation], catalog: Catalog) -> Iterator[Effect]:
    for table in tables:
        gone = {
            "AT_DropColumn": column_id(*table, part),
            "AT_DropConstraint": ObjectId("constraint", (*table, part)),
        }.get(name)
        if gone is not None:
            yield from taken_along([gone], catalog)


def _other(act: _Action) -> Iterator[Effect]:
    is_view = isinstance(act.catalog.get(table_id(*act.relation)), View)
    lock = ALONE if is_view else _WEAK.get(act.name, ALONE)
    yield from (Effect(table, lock) for table in act.tables)


def _options(act: _Action) -> Iterator[Effect]:
    names = {item.def_elem.defname for item in definition(act.node).list.items}
    is_view = isinstance(act.catalog.get(table_id(*act.relation)), View)
    yield Effect(act.relation, ALONE if is_view or names & _CATALOG_ONLY else UPDATES_ITSELF)


def _add_column(act: _Action) -> Iterator[Effect]:
    column = definition(act.node).column_def
    is_there = act.node.missing_ok and column_at(act.relation, column.colname, act.catalog) is not None
    rewrites = not is_there and fills_rows(column, act.catalog)
    scans = not is_there and looks_at_rows(column)
    yield from (Effect(table, ALONE, rewrites, scans) for table in act.tables)
    if not is_there:
        yield from references(column.constraints, act.catalog)


def references(constraints: Any, catalog: Catalog) -> Iterator[Effect]:
    """Yield what foreign keys that stand in a definition do to the tables that they point to."""
    for wrapped in constraints:
        if word(wrapped.constraint.contype, "ConstrType") == "CONSTR_FOREIGN":
            yield from (Effect(each, NO_WRITES_BUT_OWN) for each in tree(named(wrapped.constraint.pktable), catalog))


def _drop_column(act: _Action) -> Iterator[Effect]:
    for table in act.tables:
        yield Effect(table, ALONE)
        yield from (Effect(other, ALONE) for other in neighbours(table, act.catalog, act.node.name))


def _retype(act: _Action) -> Iterator[Effect]:
    given = definition(act.node).column_def
    for table in act.tables:
        column = column_at(table, act.node.name, act.catalog)
        rewrites = column is None or retyping.rewrites(column, given, act.catalog)
        scans = rewrites or (column is not None and retyping.scans(table, column, given, act.catalog))
        yield Effect(table, ALONE, rewrites, scans)
        yield from (Effect(other, ALONE) for other in neighbours(table, act.catalog, act.node.name))


def _set_not_null(act: _Action) -> Iterator[Effect]:
    for table in act.tables:
        yield Effect(table, ALONE, scans=not _is_known_filled(table, act.node.name, act.catalog))


def _is_known_filled(table: Relation, name: str, catalog: Catalog) -> bool:
    """Whether a column is NOT NULL already, or a valid check says so."""
    column = column_at(table, name, catalog)
    if column is not None and column.not_null:
        return True
    return any(says_not_null(check.expression, name) for check in checks_of(table, catalog))


def _set_expression(act: _Action) -> Iterator[Effect]:
    column = column_at(act.relation, act.node.name, act.catalog)
    is_stored = column is None or not column.virtual
    yield from (Effect(table, ALONE, rewrites=is_stored) for table in act.tables)


def _add_constraint(act: _Action) -> Iterator[Effect]:
    constraint, catalog = definition(act.node).constraint, act.catalog
    kind = word(constraint.contype, "ConstrType")
    is_checked = not constraint.skip_validation and not _is_unenforced(constraint)
    if kind == "CONSTR_FOREIGN":
        yield from (Effect(table, NO_WRITES_BUT_OWN, scans=is_checked) for table in act.tables)
        yield from (Effect(each, NO_WRITES_BUT_OWN) for each in tree(named(constraint.pktable), catalog))
        return
    for table in act.tables:
        is_below = table != act.relation
        if is_below and constraint.is_no_inherit:
            if act.version > _GENTLE:
                yield Effect(table, ALONE)
            continue
        lock = NO_WRITES if is_below and kind == "CONSTR_UNIQUE" and act.version <= _GENTLE else ALONE
        yield Effect(table, lock, scans=is_checked and _is_read_for(kind, constraint, table, catalog))


def _is_read_for(kind: str, constraint: Any, table: Relation, catalog: Catalog) -> bool:
    if kind == "CONSTR_NOTNULL":
        return not all(_is_known_filled(table, part.string.sval, catalog) for part in constraint.keys)
    if constraint.indexname:  # the index is there
        index = catalog.get(ObjectId("index", (table[0], constraint.indexname)))
        keys = getattr(index, "keys", ())
        return kind == "CONSTR_PRIMARY" and not all(_is_known_filled(table, key.strip('"'), catalog) for key in keys)
    return True


def _is_unenforced(constraint: Any) -> bool:
    fields = constraint.DESCRIPTOR.fields_by_name
    # A grammar before PostgreSQL 18 has no such word.
    return (
        "is_enforced" in fields
        and word(constraint.contype, "ConstrType") in {"CONSTR_CHECK", "CONSTR_FOREIGN"}
        and (not constraint.is_enforced)
    )


def _drop_constraint(act: _Action) -> Iterator[Effect]:
    yield from (Effect(table, ALONE) for table in act.tables)
    for table in act.tables:
        key = foreign_key_at(table, act.node.name, act.catalog)
        if key is not None:
            yield from (Effect(other, ALONE) for other in ends(key, act.catalog))


def _alter_constraint(act: _Action) -> Iterator[Effect]:
    yield from (Effect(table, ALONE) for table in act.tables)
    key = foreign_key_at(act.relation, act.node.name or _named_inside(act.node), act.catalog)
    if key is not None and _changes_enforcement(act.node):
        yield from (Effect(other, ALONE) for other in ends(key, act.catalog))


def _named_inside(node: Any) -> str:
    given = definition(node)
    kind = given.WhichOneof("node")
    inner = getattr(given, kind) if kind else None
    return str(getattr(inner, "conname", "") or "")


def _changes_enforcement(node: Any) -> bool:
    given = definition(node)
    kind = given.WhichOneof("node")
    inner = getattr(given, kind) if kind else None
    return bool(getattr(inner, "alter_enforceability", False))


def _validate(act: _Action) -> Iterator[Effect]:
    for table in act.tables:
        held = act.catalog.get(ObjectId("constraint", (*act.relation, act.node.name)))
        is_done = isinstance(held, (Check, ForeignKey, NotNull)) and held.valid
        yield Effect(table, UPDATES_ITSELF, scans=not is_done)
        if isinstance(held, ForeignKey) and not held.valid:
            yield from (
                Effect(other, LockMode.ROW_SHARE)
                for other in tree((held.referenced_schema, held.referenced_table), act.catalog)
            )


def _store_anew(act: _Action) -> Iterator[Effect]:
    """Yield what a change of where or how rows are stored does: nothing if they are stored so already."""
    table, given = table_at(act.relation, act.catalog), act.node.name
    spaces = act.catalog.parts(table_id(*act.relation), TableTablespace)
    is_same = (
        table is not None
        and {
            "AT_SetLogged": not table.unlogged,
            "AT_SetUnLogged": table.unlogged,
            "AT_SetAccessMethod": given == (table.access_method or "heap"),
            "AT_SetTableSpace": given == (spaces[0].tablespace if spaces else "pg_default"),
        }[act.name]
    )
    yield Effect(act.relation, ALONE, rewrites=not is_same)


def _inherit(act: _Action) -> Iterator[Effect]:
    yield Effect(act.relation, ALONE)
    yield Effect(named(definition(act.node).range_var), UPDATES_ITSELF)


def _attach(act: _Action) -> Iterator[Effect]:
    return attaching(definition(act.node).partition_cmd, act.relation, act.catalog)


def _detach(act: _Action) -> Iterator[Effect]:
    return detaching(definition(act.node).partition_cmd, act.relation, act.catalog)


_RULES: Final[dict[str, Callable[[_Action], Iterator[Effect]]]] = {
    "AT_AddColumn": _add_column,
    "AT_DropColumn": _drop_column,
    "AT_AlterColumnType": _retype,
    "AT_SetNotNull": _set_not_null,
    "AT_SetExpression": _set_expression,
    "AT_AddConstraint": _add_constraint,
    "AT_DropConstraint": _drop_constraint,
    "AT_AlterConstraint": _alter_constraint,
    "AT_ValidateConstraint": _validate,
    "AT_SetRelOptions": _options,
    "AT_ResetRelOptions": _options,
    "AT_SetLogged": _store_anew,
    "AT_SetUnLogged": _store_anew,
    "AT_SetTableSpace": _store_anew,
    "AT_SetAccessMethod": _store_anew,
    "AT_AddInherit": _inherit,
    "AT_AttachPartition": _attach,
    "AT_DetachPartition": _detach,
}


def of_domain(node: Any, catalog: Catalog) -> Iterator[Effect]:
    """Yield what ``ALTER DOMAIN`` does: a constraint is checked against the tables that have the domain."""
    is_checked = node.subtype in {"C", "O", "V"} and not getattr(node, "def").constraint.skip_validation
    name = quote_path(*(part.string.sval for part in node.type_name))
    for column in catalog.of(Column) if is_checked else ():
        if column.type.removesuffix("[]") == name:
            yield from (
                Effect(each, LockMode.SHARE, scans=True) for each in below((column.schema, column.table), catalog)
            )
