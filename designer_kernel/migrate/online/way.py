"""The way that is rewritten: what is there before and after it, which names are free, and steps with their effects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from typing import Any

import postgast

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.catalog.identifiers import quote_path, shorten
from designer_kernel.catalog.kinds.column import Column
from designer_kernel.catalog.kinds.foreign_table import ForeignTable
from designer_kernel.catalog.kinds.table import Table, table_id
from designer_kernel.catalog.literals import literal
from designer_kernel.catalog.objects import CatalogObject, Change, ObjectId
from designer_kernel.catalog.spelling import UNPARSED
from designer_kernel.catalog.sqltext import walk
from designer_kernel.migrate.all_rows import loudly
from designer_kernel.migrate.changes import needs
from designer_kernel.migrate.effects import Effect, LockMode, Relation, effects
from designer_kernel.migrate.hazards import OF_EFFECTS, Hazard, hazards
from designer_kernel.migrate.ordering import Move
from designer_kernel.migrate.steps import Action, Step

_OF_COLUMNS = frozenset({"index", "check", "exclusion"})
"""Kinds whose SQL speaks of the columns of their table."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A step of the rewritten plan.

    It ``joins`` if it may share the transaction of the piece before it, and has to if both are of the same ``span``.
    """

    step: Step
    joins: bool = False
    span: int = -1


@dataclass(frozen=True, slots=True)
class Rewritten:
    """What becomes of one statement.

    Attributes
    ----------
    early
        What can be done before everything else.
    here
        What takes the place of the statement.
    late
        What can wait until everything that does not need it is done.
    awaited
        Facts that are there only after ``late``.
    waiting
        The kinds of facts that wait for them; ``None`` means all.
    """

    early: tuple[Piece, ...] = ()
    here: tuple[Piece, ...] = ()
    late: tuple[Piece, ...] = ()
    awaited: frozenset[ObjectId] = frozenset()
    waiting: frozenset[str] | None = None


class Way:
    """The way from one catalog to another by the steps of a plan for one transaction."""

    def __init__(self, before: Catalog, after: Catalog, version: int, steps: Sequence[Step]) -> None:
        self.before = before
        self.after = after
        self.version = version
        self._steps = steps
        self._given: set[tuple[str, str]] = set()
        self.fills: dict[ObjectId, str] = {}
        """The statements that fill columns, each for all rows at once."""

    @cached_property
    def both(self) -> Catalog:
        """All that is there before or after: whom a lock may concern."""
        return self.before.plus(fact for key, fact in self.after.items() if key not in self.before)

    @cached_property
    def touched(self) -> frozenset[ObjectId]:
        """The facts that are changed, dropped or made."""
        return frozenset(key for step in self._steps for key in step.facts)

    @cached_property
    def dropped(self) -> frozenset[ObjectId]:
        """The facts of steps that drop."""
        return frozenset(key for step in self._steps if step.action == "drop" for key in step.facts)

    @cached_property
    def created(self) -> frozenset[ObjectId]:
        """The facts of steps that create."""
        return frozenset(key for step in self._steps if step.action == "create" for key in step.facts)

    def holds_rows(self, relation: Relation) -> bool:
        """Whether a relation is there all the way, so that it may be large and in use."""
        return table_id(*relation) in self.before and table_id(*relation) not in self.created

    def is_steady(self, key: ObjectId) -> bool:
        """Whether a fact is there all the way as it is, with all that it cannot be without."""
        waiting, seen = [key], {key}
        while waiting:
            fact = self.before.get(waiting.pop())
            if fact is None or fact.id in self.touched or self.after.get(fact.id) != fact:
                return False
            above = self.wanted(fact, self.before) - seen
            waiting += (needed for needed in above if needed in self.before)
            seen |= above
        return True

    def wanted(self, fact: CatalogObject, catalog: Catalog) -> set[ObjectId]:
        """Return the facts that a fact of a catalog cannot be without, with the columns that its SQL names.

        A server says of an index only that it needs its table.
        """
        found = set(needs(fact, catalog))
        if fact.kind not in _OF_COLUMNS or fact.parent is None:
            return found
        columns = {column.name: column.id for column in catalog.parts(fact.parent, Column)}
        for sql in fact.create(catalog, {}):
            names = _columns_named(sql)
            found |= {columns[name] for name in names if name in columns}
            if "" in names or fact.parent.path[-1] in names:  # the row as a whole
                found |= set(columns.values())
        return found

    def can_be_early(self, key: ObjectId) -> bool:
        """Whether a fact of the catalog after can be made before everything else."""
        wanted = self.wanted(self.after[key], self.after)
        return all(self.is_steady(needed) for needed in wanted if needed in self.before or needed in self.after)

    def can_stay(self, key: ObjectId) -> bool:
        """Whether a fact that goes may stay until everything else is done: nothing that it needs is changed."""
        above = (needed for needed in self.wanted(self.before[key], self.before) if needed in self.before)
        return all(map(self.is_steady, above))

    def is_taken(self, catalog: Catalog, schema: str, name: str) -> bool:
        """Whether a relation, type or constraint of a schema has a name."""
        return name in _names(catalog, schema)

    def free_name(self, schema: str, name: str) -> str:
        """Return a name near to this one that no relation, type or constraint of a schema has, before or after."""
        taken = _names(self.before, schema) | _names(self.after, schema)
        numbered = (shorten(f"{name}{number or ''}") for number in count())
        free = next(each for each in numbered if each not in taken and (schema, each) not in self._given)
        self._given.add((schema, free))
        return free

    def below(self, relation: Relation) -> list[Relation]:
        """Return a table and all its partitions and children, whenever they are that."""
        found = [relation]
        for table in self.both.of(Table):
            if relation in table.parents:
                found += self.below((table.schema, table.name))
        return list(dict.fromkeys(found))

    def partitions(self, relation: Relation) -> list[Table]:
        """Return the partitions that a table has before and after."""
        found = self.after.having(Table, "partition_of", relation)
        return [table for table in found if self.holds_rows((table.schema, table.name))]

    def is_partitioned(self, relation: Relation) -> bool:
        """Whether a relation is a partitioned table."""
        table = self.both.get(table_id(*relation))
        return isinstance(table, Table) and bool(table.partition_by)

    def has_foreign_parts(self, relation: Relation) -> bool:
        """Whether a partition lies on another server, or is new, so that it cannot be treated like the others."""
        parts = self.after.having(Table, "partition_of", relation)
        foreign = [table for table in self.both.of(ForeignTable) if getattr(table, "partition_of", None) == relation]
        return (
            bool(foreign)
            or len(parts) != len(self.partitions(relation))
            or any(self.has_foreign_parts((part.schema, part.name)) for part in parts)
        )

    def step(
        self,
        action: Action,
        facts: Iterable[ObjectId],
        *statements: str,
        done: Sequence[Effect] | None = None,
        risks: Iterable[Hazard] = (),
        **rest: Any,
    ) -> Step:
        """Return a step with its effects, and with the hazards that follow from them.

        Parameters
        ----------
        done
            The effects, where the words of the statements do not tell them.
        risks
            Hazards that are about its facts.
        rest
            Other fields of the step.
        """
        made = tuple(self.effects(statements) if done is None else done)
        move = Move("alter", (), statements)
        lasting = [each for each in made if self.holds_rows(each.relation)]
        found = hazards(move, Change(self.before, self.after, self.version), lasting)
        return Step(action, tuple(facts), statements, made, (*risks, *found), **rest)

    def sweeping(self, column: ObjectId) -> Piece:
        """Return the step that fills rows that batches have not seen, since they were moved or came without a value."""
        done = [Effect(each, LockMode.ROW_EXCLUSIVE) for each in self.below((column.path[0], column.path[1]))]
        table = (column.path[0], column.path[1])
        return Piece(self.step("fill", (column,), *self.loudly(table, self.fills[column]), done=done))

    def loudly(self, relation: Relation, sql: str) -> tuple[str, ...]:
        """Return a statement about the rows of a table so that it fails if row security hides some of them."""
        table = self.both.get(table_id(*relation))
        return loudly([table], sql) if isinstance(table, Table) else (sql,)

    def alone(
        self, action: Action, facts: Iterable[ObjectId], statement: str, *, settled: str = "", **rest: Any
    ) -> Piece:
        """Return a step that stands outside of any transaction."""
        return Piece(self.step(action, facts, statement, is_transactional=False, settled=settled, **rest))

    def effects(self, statements: Iterable[str]) -> tuple[Effect, ...]:
        """Return what statements do to relations, joined for each."""
        done: dict[Relation, Effect] = {}
        for sql in statements:
            for effect in effects(sql, self.both, version=self.version):
                done[effect.relation] = effect.joined(done.get(effect.relation))
        return tuple(done.values())


def _names(catalog: Catalog, schema: str) -> set[str]:
    """Return the names of what is in a schema, and of the constraints of its tables, whose indexes have them too."""
    return {path[-1] for kind, path in catalog if path[0] == schema and (len(path) == 2 or kind == "constraint")}


def facts_risks(step: Step) -> tuple[Hazard, ...]:
    """Return the hazards of a step that are about its facts."""
    return tuple(hazard for hazard in step.hazards if hazard.name not in OF_EFFECTS)


def regclass(schema: str, name: str) -> str:
    """Return SQL for a relation's oid, null if it is not there."""
    return f"pg_catalog.to_regclass({literal(quote_path(schema, name))})"


def parsed(sql: str) -> tuple[str, Any]:
    """Return which statement SQL is and its parse tree; ``("", None)`` if our parser cannot read it."""
    try:
        statement = postgast.parse(sql).stmts[0].stmt
    except (*UNPARSED, IndexError):
        return "", None
    kind = statement.WhichOneof("node")
    return kind, getattr(statement, kind)


def _columns_named(sql: str) -> set[str]:
    """Return the parts of the names of columns in a statement, with what else its indexes are over."""
    found: set[str] = set()
    try:
        for node in walk(postgast.parse(sql)):
            if node.DESCRIPTOR.name == "ColumnRef":
                found |= {str(part.string.sval) for part in node.fields}
            elif node.DESCRIPTOR.name == "IndexElem" and node.name:
                found.add(str(node.name))
    except UNPARSED:
        found.add("")
    return found


def actions(node: Any) -> Iterator[tuple[str, Any]]:
    """Yield the actions of an ``ALTER TABLE``: the name of each in the parse tree, and the action."""
    names = postgast.pg_query_pb2.DESCRIPTOR.enum_types_by_name["AlterTableType"].values_by_number
    for wrapped in node.cmds:
        yield names[wrapped.alter_table_cmd.subtype].name, wrapped.alter_table_cmd


def path_of(node: Any) -> Relation:
    """Return schema and name of a relation in a parse tree."""
    return (node.schemaname or "public", node.relname)
