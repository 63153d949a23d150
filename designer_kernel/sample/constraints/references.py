"""How the row that a foreign key points to is found in closed form, so that all keys of a row agree.

Foreign keys of a table may share columns: ``(tenant_id, order_id)`` and ``(tenant_id, product_id)``. The one that is
planned first fixes the shared columns; the next must choose among parents with the same values. Those are the parents
that lie, owner by owner, under one common ancestor, and that is a range of row numbers.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from functools import partial
from itertools import islice, permutations

from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints import comparing
from designer_kernel.sample.plan import Owner, Pick, ReferencePlan, Tree
from designer_kernel.sample.planning.facts import TableFacts, TableName
from designer_kernel.sample.planning.relations import Facts, is_required, parent_of
from designer_kernel.sample.rows.layout import Fan

_DEEPEST = 6
_MOST_ORDERS = 120
Resolved = dict[TableName, dict[str, ReferencePlan]]
Path = tuple[str, ...]


class References:
    """The references of all tables, planned one after the other.

    Parameters
    ----------
    facts, owned
        The tables that are filled, parents first, and the owner of each. The sizes of owners' layouts come later.
    """

    def __init__(self, facts: Facts, owned: Mapping[TableName, ForeignKey]) -> None:
        self._facts = facts
        self._owned = owned
        self._roots = {part: name for name, table in facts.items() for part in table.partition_names}
        self.resolved: Resolved = {name: {} for name in facts}
        for name, key in owned.items():
            self.resolved[name][key.name] = _plan(key, Owner(Fan(0, 0, even=False, key=0)))
        for name in facts:
            self._resolve(facts[name])
            self._leave_partitions(facts[name])
            comparing.settle(facts[name], self.resolved[name], partial(self.loosen, name))
        self.refuse_circles()

    def _resolve(self, table: TableFacts) -> None:
        """Plan the references of a table in an order in which each agrees with those before it."""
        before = dict(self.resolved[table.name])
        keys = [key for key in table.foreign_keys if parent_of(key) in self._facts]
        left = [key for key in keys if key.name not in before and not _is_said_already(key, keys, before.keys())]
        left.sort(key=lambda key: (-len(key.columns), -self._height(parent_of(key)), key.name))
        refusal = self._tried(table, left)
        others = permutations(left) if refusal is not None and len(left) > 1 else ()
        for order in islice(others, 1, _MOST_ORDERS):
            self.resolved[table.name] = dict(before)
            if self._tried(table, order) is None:
                return
        if refusal is not None:
            self.resolved[table.name] = before
            for key in sorted(left, key=lambda key: not key.enforced):
                self._settle(table, key)

    def _leave_partitions(self, table: TableFacts) -> None:
        """Let references to a single partition be NULL: which rows come to lie there, no key tells."""
        for key in table.foreign_keys:
            root = self._roots.get(parent_of(key))
            if root is None or not key.enforced:
                continue
            absent = self._without(table, replace(key, referenced_schema=root[0], referenced_table=root[1]))
            if absent is None:
                raise SamplePlanError(
                    f"it points to one partition of {'.'.join(root)}, and is never NULL",
                    where=f"{table.label}.{key.name}",
                    mend="point to the partitioned table, make a column nullable, or leave the table out",
                )
            self.resolved[table.name].update(absent)

    def _settle(self, table: TableFacts, key: ForeignKey) -> None:
        """Plan a reference that may not agree with those before it: then no row has one."""
        plans = self.resolved[table.name]
        try:
            plans[key.name] = self._planned(table, key, may_be_absent=True)
        except SamplePlanError:
            absent = self._without(table, key)
            if absent is not None:
                plans.update(absent)
            elif key.enforced:
                raise

    def _without(self, table: TableFacts, key: ForeignKey) -> dict[str, ReferencePlan] | None:
        """Return the plans by which a column that a reference shares with others is NULL in all of them."""
        plans = {**self.resolved[table.name], key.name: _plan(key, Pick(None, ()))}
        keys = [other for other in table.foreign_keys if other.name in plans]
        for column in key.columns:
            nulls = _null_together(column, keys)
            touched = {n: plan for n, plan in plans.items() if nulls & set(plan.columns)}
            if not _may_be_null(table, nulls) or any(isinstance(plan.rule, Owner) for plan in touched.values()):
                continue
            return {
                name: replace(plan, null_columns=tuple(c for c in plan.columns if c in nulls), null_share=1000)
                for name, plan in touched.items()
            }
        return None

    def _tried(self, table: TableFacts, order: Sequence[ForeignKey]) -> SamplePlanError | None:
        """Plan references in an order; return why that fails, if it does."""
        try:
            for key in order:
                self.resolved[table.name][key.name] = self._planned(table, key)
        except SamplePlanError as error:
            return error
        return None

    def loosen(self, name: TableName, reference: str) -> bool:
        """Let a reference choose from all parents, if it need not choose from fewer; return whether that is so."""
        plans = self.resolved[name]
        plan = plans[reference]
        others = {c for other in plans.values() if other.name != reference for c in other.columns}
        if not isinstance(plan.rule, Pick) or not is_loose(self._facts[name], plan, others):
            return False
        plans[reference] = replace(plan, rule=replace(plan.rule, path=None, chain=()))
        return True

    def lineage(self, name: TableName) -> list[tuple[Path, frozenset[str], TableName]]:
        """Return the ways up by owners, each with the columns of the table that tell which ancestor it is, and that."""
        found: list[tuple[Path, frozenset[str], TableName]] = []
        path: Path = ()
        ancestor = name
        while ancestor in self._owned and len(path) < _DEEPEST:
            path = (*path, self._owned[ancestor].name)
            ancestor = parent_of(self._owned[ancestor])
            origin = {c: self._traced(name, c, path) for plan in self.resolved[name].values() for c in plan.columns}
            for rule in self._facts[ancestor].uniques:
                telling = frozenset(c for c, source in origin.items() if source in rule.keys)
                if set(rule.keys) <= {origin[c] for c in telling} and not rule.predicate:
                    found.append((path, telling, ancestor))
        return found

    def _height(self, name: TableName) -> int:
        height = 0
        while name in self._owned and height < _DEEPEST:
            name = parent_of(self._owned[name])
            height += 1
        return height

    def _planned(self, table: TableFacts, key: ForeignKey, *, may_be_absent: bool = False) -> ReferencePlan:
        own = self._own(table, key)
        fixed = {c for plan in self.resolved[table.name].values() for c in plan.columns} | own
        is_self = parent_of(key) == table.name
        if is_self and (kept := {c for c, p in _pairs(key) if c == p and c not in fixed}):
            return self._with_nulls(table, key, _plan(key, _alone(has_roots=bool(self._nullable(table, key))), kept))
        shared = [(c, p) for c, p in zip(key.columns, key.referenced_columns, strict=True) if c in fixed]
        rule = self._tree(table, key, shared) if is_self else self._range(table, key, shared, is_own=bool(own))
        if rule is None and may_be_absent and (nullable := self._nullable(table, key)):
            return replace(_plan(key, Pick(None, ()), own), null_columns=nullable, null_share=1000)
        if rule is None:
            raise SamplePlanError(
                f"its columns {', '.join(c for c, _ in shared)} are shared with other foreign keys in a way that no "
                "order of rows satisfies",
                where=f"{table.label}.{key.name}",
                mend="give the parent a NOT NULL foreign key that carries the shared columns, or leave the table out",
            )
        return self._with_nulls(table, key, _plan(key, rule, own))

    def _own(self, table: TableFacts, key: ForeignKey) -> set[str]:
        """Return the columns that the parent has from this very table: a company whose boss is an employee of it."""
        own = set()
        for column, there in zip(key.columns, key.referenced_columns, strict=True):
            name, current, steps = parent_of(key), there, 0
            while name != table.name and name in self._owned and steps < _DEEPEST:
                found = _carried(self.resolved[name][self._owned[name].name], current)
                if found is None:
                    break
                name, current, steps = parent_of(self._owned[name]), found, steps + 1
            if name == table.name and current == column and steps:
                own.add(column)
        return own

    def refuse_circles(self) -> None:
        """Raise for columns that are copies of each other in a circle, so that none is first.

        Raises
        ------
        SamplePlanError
            Naming a foreign key of the circle.
        """
        for name, table in self._facts.items():
            for column in table.columns:
                place: tuple[TableName, str] | None = (name, column)
                seen = set()
                while place is not None:
                    seen.add(place)
                    plan = next((r for r in self.resolved[place[0]].values() if place[1] in r.columns), None)
                    place = None if plan is None else (plan.parent, str(_carried(plan, place[1])))
                    if place in seen and plan is not None:
                        raise SamplePlanError(
                            "the columns of these keys are copies of each other in a circle",
                            where=f"{table.label}.{plan.name}",
                            mend="drop one of the foreign keys of the circle, or leave the tables out",
                        )

    def _tree(self, table: TableFacts, key: ForeignKey, shared: list[tuple[str, str]]) -> Tree | None:
        has_roots = bool(self._nullable(table, key))
        if not shared:
            return Tree(None, (), has_roots)
        found = self._common(table.name, table.name, shared, whole=False)
        return Tree(*found, has_roots) if found is not None else None

    def _range(self, table: TableFacts, key: ForeignKey, shared: list[tuple[str, str]], *, is_own: bool) -> Pick | None:
        parent = parent_of(key)
        same = self._same_parent(table, key)
        if same is not None and self._agrees(table.name, same, parent, (), shared):
            return Pick(same, ())
        if shared:
            sibling = self._same_owner(table, parent)
            if sibling is not None and self._agrees(table.name, sibling[0], parent, sibling[1], shared):
                return Pick(*sibling)
            found = self._common(table.name, parent, shared, whole=len(shared) == len(key.columns) and not is_own)
            return Pick(*found) if found is not None else None
        sibling = self._same_owner(table, parent)
        return Pick(*sibling) if sibling is not None else Pick(None, ())

    def _same_parent(self, table: TableFacts, key: ForeignKey) -> Path | None:
        """Return how another reference leads to the same parent by equally named columns: a variant's product."""
        for path, name in self._paths(table.name):
            if name == parent_of(key) and len(path) > 1:
                last = self._plan_at(table.name, path)
                if set(last.columns) == set(key.columns):
                    return path
        return None

    def _same_owner(self, table: TableFacts, parent: TableName) -> tuple[Path, tuple[TableName, ...]] | None:
        """Return the range of the parent's rows under a row that the child refers to by equally named columns."""
        if parent not in self._owned:
            return None
        key = self._owned[parent]
        for name, plan in self.resolved[table.name].items():
            if plan.parent == parent_of(key) and set(plan.columns) == set(key.columns):
                return (name,), (parent,)
        return None

    def _common(
        self, child: TableName, parent: TableName, shared: list[tuple[str, str]], *, whole: bool
    ) -> tuple[Path, tuple[TableName, ...]] | None:
        """Return the widest range of parents whose shared columns agree with the child's."""
        chains: dict[TableName, tuple[TableName, ...]] = {parent: ()}
        chain: tuple[TableName, ...] = ()
        name = parent
        while name in self._owned and parent_of(self._owned[name]) not in chains and not whole:
            chain = (*chain, name)
            name = parent_of(self._owned[name])
            chains[name] = chain
        best: tuple[Path, tuple[TableName, ...]] | None = None
        for path, name in self._paths(child):
            if name not in chains or not self._agrees(child, path, parent, chains[name], shared):
                continue
            if best is None or len(chains[name]) > len(best[1]):
                best = (path, chains[name])
        return best

    def _agrees(
        self,
        child: TableName,
        path: Path,
        parent: TableName,
        chain: tuple[TableName, ...],
        shared: list[tuple[str, str]],
    ) -> bool:
        for here, there in shared:
            up = self._traced(child, here, path)
            other = there
            for name in chain:
                found = _carried(self.resolved[name][self._owned[name].name], other)
                if found is None:
                    return False
                other = found
            if up is None or up != other:
                return False
        return True

    def _traced(self, name: TableName, column: str, path: Path) -> str | None:
        """Return the ancestor's column that a column is a copy of along a path."""
        current: str | None = column
        for step in path:
            plan = self.resolved[name].get(step)
            if plan is None or current is None:
                return None
            current = _carried(plan, current)
            name = plan.parent
        return current

    def _paths(self, start: TableName) -> list[tuple[Path, TableName]]:
        """Return the ways up from a table by references that are planned, shortest first."""
        found: list[tuple[Path, TableName]] = [((), start)]
        queue = deque(found)
        while queue:
            path, name = queue.popleft()
            for step, plan in self.resolved[name].items():
                if len(path) < _DEEPEST and plan.parent != name and len(found) < 400:
                    entry = ((*path, step), plan.parent)
                    found.append(entry)
                    queue.append(entry)
        return found

    def _plan_at(self, name: TableName, path: Path) -> ReferencePlan:
        plan = self.resolved[name][path[0]]
        for step in path[1:]:
            plan = self.resolved[plan.parent][step]
        return plan

    def _nullable(self, table: TableFacts, key: ForeignKey) -> tuple[str, ...]:
        """Return the columns that say that there is no such row: nullable, and no part of another reference."""
        others = {c for other in table.foreign_keys if other.name != key.name for c in other.columns}
        free = tuple(c for c in key.columns if not table.columns[c].not_null and c not in others)
        in_primary = {c for rule in table.uniques if rule.is_primary for c in rule.keys}
        free = tuple(c for c in free if c not in in_primary)
        return () if key.match_full and len(free) < len(key.columns) else free

    def _with_nulls(self, table: TableFacts, key: ForeignKey, plan: ReferencePlan) -> ReferencePlan:
        nullable = self._nullable(table, key)
        if not nullable or is_required(table, key):
            return plan
        share = 0 if isinstance(plan.rule, Tree) else 120
        return replace(plan, null_columns=nullable, null_share=share)


def _alone(*, has_roots: bool) -> Tree:
    """Return the tree in which every row is a root, where what groups rows is a column that nothing else decides."""
    return Tree(None, (), has_roots, roots=1 << 62)


def _null_together(column: str, keys: Sequence[ForeignKey]) -> frozenset[str]:
    """Return the columns that are NULL if one is: under MATCH FULL all of a key."""
    found = {column}
    for _ in keys:
        found |= {c for key in keys if key.match_full and found & set(key.columns) for c in key.columns}
    return frozenset(found)


def _may_be_null(table: TableFacts, columns: AbstractSet[str]) -> bool:
    in_primary = {c for rule in table.uniques if rule.is_primary for c in rule.keys}
    return not any(table.columns[c].not_null or c in in_primary for c in columns)


def _is_said_already(key: ForeignKey, keys: Sequence[ForeignKey], planned: AbstractSet[str]) -> bool:
    """Whether another foreign key of the same table says the same; of equal ones the first by name counts."""
    pairs = _pairs(key)
    same = [other for other in keys if parent_of(other) == parent_of(key) and _pairs(other) == pairs]
    first = min(same, key=lambda one: (one.name not in planned, not one.match_full, not one.enforced, one.name))
    return first is not key


def _pairs(key: ForeignKey) -> frozenset[tuple[str, str]]:
    return frozenset(zip(key.columns, key.referenced_columns, strict=True))


def _plan(key: ForeignKey, rule: Owner | Pick | Tree, own: AbstractSet[str] = frozenset()) -> ReferencePlan:
    pairs = [(c, p) for c, p in zip(key.columns, key.referenced_columns, strict=True) if c not in own]
    return ReferencePlan(
        key.name,
        tuple(c for c, _ in pairs),
        parent_of(key),
        tuple(p for _, p in pairs),
        rule,
        is_deferrable=bool(key.deferrable),
    )


def _carried(plan: ReferencePlan, column: str) -> str | None:
    if column not in plan.columns:
        return None
    return plan.parent_columns[plan.columns.index(column)]


def is_loose(table: TableFacts, plan: ReferencePlan, others: AbstractSet[str]) -> bool:
    """Whether a reference shares no column with others, so that any parent will do."""
    key = next((k for k in table.foreign_keys if k.name == plan.name), None)
    return key is not None and len(key.columns) == len(plan.columns) and not set(plan.columns) & others
