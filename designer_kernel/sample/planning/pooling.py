"""Checks that construction does not keep: which they are, by trying rows, and pools for their columns."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import pyarrow as pa

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints import evaluating
from designer_kernel.sample.constraints.candidates import Maker, refuse_none, without_redraws
from designer_kernel.sample.constraints.checks import Checks, is_free
from designer_kernel.sample.constraints.evidence import evidence, suggested
from designer_kernel.sample.constraints.judging import Condition, Judge
from designer_kernel.sample.constraints.nodes import Compare, Expr, Name, Unreadable, names
from designer_kernel.sample.constraints.pools import LARGEST, SIZE, Assessor, Pool, search
from designer_kernel.sample.constraints.shapes import documents
from designer_kernel.sample.plan import ColumnPlan, Counter, Plan, Presence, Redraw, ReferencePlan, TablePlan
from designer_kernel.sample.planning.facts import TableFacts, TableName
from designer_kernel.sample.providers.moments import Created
from designer_kernel.sample.providers.pooled import Pooled, frozen, kept
from designer_kernel.sample.rows.frame import Frame
from designer_kernel.sample.rows.spelled import spelled_item

TRIED: Final = 1024
"""Rows of a table on which its checks are tried."""
_ENOUGH: Final = 0.4
"""The share of draws that must pass if rows are drawn again until one does: 64 draws then all but surely suffice."""
_SELDOM: Final = 1 / 12
"""The share of natural draws from which on rows are drawn again first, and only the rest comes from a pool."""
_ROUNDS: Final = 4
_ORDERED: Final = frozenset({"integer", "numeric", "float", "date", "timestamp"})


@dataclass(frozen=True, slots=True)
class _Group:
    """Checks that are kept together, and what of the row is sought for them."""

    conditions: Mapping[str, Condition]
    columns: tuple[str, ...]
    references: tuple[str, ...]


def with_pools(
    plan: Plan,
    facts: Mapping[TableName, TableFacts],
    checks: Mapping[TableName, Checks],
    judge: Judge | None,
    distinct: Mapping[TableName, Mapping[str, Counter]],
    catalog: Catalog | None,
    *,
    thorough: Collection[TableName] = (),
) -> Plan:
    """Return the plan with pools where checks are not kept by its providers.

    Checks that are kept by construction are looked at only in ``thorough`` tables: a trial of some rows comes
    afterwards. There those that speak of references which may be NULL are not left to drawing again, which never
    changes references.

    Raises
    ------
    SamplePlanError
        If a check cannot be kept; ``where`` names it.
    """
    result = plan
    for name, table in plan.tables.items():
        if table.rows and checks[name].conditions and (name in thorough or _is_open(table, checks[name])):
            assessor = Assessor(facts[name], judge)
            pooling = _Pooling(facts[name], checks[name], assessor, distinct[name], catalog, name in thorough)
            result = pooling.mended(result)
    return result


def _is_open(table: TablePlan, checks: Checks) -> bool:
    """Whether checks of a table are kept by luck: by drawing again, or in ways that nobody here can compute."""
    return bool(checks.unread or table.redraws) or any(
        not _is_plain(a.expression, table) for c in table.columns.values() for a in c.adjustments
    )


def _is_plain(expr: Expr, table: TablePlan) -> bool:
    """Whether an expression compares and combines nothing but numbers, or times: that can be computed without a try."""
    match expr:
        case Compare(_, Name(left), Name(right)):
            forms = [table.columns[name].facts.form.kind for name in (left, right) if name in table.columns]
            return len(forms) == 2 and forms[0] == forms[1] and forms[0] in _ORDERED
        case Name(column):
            return column in table.columns and table.columns[column].facts.form.kind in _ORDERED
    return False


@dataclass(slots=True)
class _Pooling:
    """The checks of one table."""

    facts: TableFacts
    checks: Checks
    assessor: Assessor
    distinct: Mapping[str, Counter]
    catalog: Catalog | None
    is_thorough: bool = False

    def mended(self, plan: Plan) -> Plan:
        """Return the plan with pools for what its rows break."""
        plan = self._sound(plan)
        table = plan.tables[self.facts.name]
        pooled: set[str] = set()
        for _ in range(_ROUNDS):
            broken = self._broken(plan)
            if not broken or broken <= pooled:
                break
            for group in self._groups(table, broken):
                plan = self._with_pool(plan, group)
                pooled |= group.conditions.keys()
            table = plan.tables[self.facts.name]
        return plan

    def _sound(self, plan: Plan) -> Plan:
        """Return the plan without adjustments and redraws that nobody here can compute."""
        name = self.facts.name
        table = plan.tables[name]
        plain = replace(table, redraws=(), columns={c: replace(p, adjustments=()) for c, p in table.columns.items()})
        frame = Frame(replace(plan, tables={**plan.tables, name: plain}), name, np.zeros(1, dtype=np.int64))

        def known(expr: Expr) -> bool:
            if _is_plain(expr, table):
                return True
            try:
                evaluating.value(expr, frame)
            except Unreadable:
                return False
            return True

        columns = {
            c: replace(p, adjustments=tuple(a for a in p.adjustments if known(a.expression)))
            for c, p in table.columns.items()
        }
        redraws = tuple(r for r in table.redraws if known(r.condition))
        if columns == table.columns and redraws == table.redraws:
            return plan
        return replace(plan, tables={**plan.tables, name: replace(table, columns=columns, redraws=redraws)})

    def _broken(self, plan: Plan) -> set[str]:
        """Return the checks that some tried rows break, or that too few draws would keep."""
        name = self.facts.name
        table = plan.tables[name]
        bare = without_redraws(plan, name) if table.redraws else plan
        is_settled = not table.redraws and not self.checks.unread and not self.checks.remaining
        size = min(table.rows, TRIED // 8 if is_settled else TRIED)
        rows = np.arange(size, dtype=np.int64) * table.rows // size
        frame = Frame(bare, name, rows)
        redrawn = {r.constraint for r in table.redraws}
        fixed = {c for r in table.references.values() for c in r.null_columns} if self.is_thorough else set()
        broken = set()
        for constraint, condition in self.checks.conditions.items():
            try:
                share = float(np.mean(self.assessor.holds(condition, frame)))
            except SamplePlanError:
                if self.assessor.judge is None and condition.expr is not None:
                    continue  # solved by what its columns may hold, or the trial that follows refuses it
                raise
            if any((r.spare or r.cases) and constraint in r.constraint.split(", ") for r in table.redraws):
                continue
            again = any(constraint in known.split(", ") for known in redrawn) and condition.expr is not None
            again = again and not condition.columns & fixed
            if (again and constraint in self.assessor.sent) or share < (_ENOUGH if again else 1):
                broken.add(constraint)
        return broken

    def _groups(self, table: TablePlan, broken: set[str]) -> list[_Group]:
        """Return the broken checks in groups that share no column, with those beside them that must hold as well."""
        groups: list[_Group] = []
        waiting = sorted(broken)
        while waiting:
            group = self._around(table, waiting[0])
            groups.append(group)
            waiting = [name for name in waiting[1:] if name not in group.conditions]
        return groups

    def _around(self, table: TablePlan, first: str) -> _Group:
        chosen = {first: self.checks.conditions[first]}
        columns: set[str] = set()
        references: set[str] = set()
        while True:
            before = (len(chosen), len(columns), len(references))
            for condition in chosen.values():
                free = {c for c in condition.columns if self._is_sought(table, c)}
                if not free:  # nothing else can keep it
                    free = {c for c in condition.columns if c in self.distinct and self._has_provider(table, c)}
                columns |= free
                references |= {r for r, plan in table.references.items() if set(plan.null_columns) & condition.columns}
            null_columns = {c for r in references for c in table.references[r].null_columns}
            chosen |= {
                name: condition
                for name, condition in self.checks.conditions.items()
                if condition.columns & (columns | null_columns) and not self._is_adjusted(table, name, columns)
            }
            if (len(chosen), len(columns), len(references)) == before:
                return _Group(chosen, tuple(sorted(columns)), tuple(sorted(references)))

    def _is_sought(self, table: TablePlan, name: str) -> bool:
        if not self._has_provider(table, name) or name in self.distinct:
            return False
        asked = table.columns[name].hints
        if asked is not None and asked.provider is not None:
            return False
        if isinstance(table.columns[name].provider, Created) and self.facts.partition_by:
            return False
        return is_free(name, table.columns)

    def _has_provider(self, table: TablePlan, name: str) -> bool:
        return name in table.columns and table.columns[name].provider is not None

    def _is_adjusted(self, table: TablePlan, constraint: str, columns: set[str]) -> bool:
        """Whether a check is kept by adjusting a column that is not sought."""
        return any(
            a.constraint == constraint
            for c, plan in table.columns.items()
            if c not in columns
            for a in plan.adjustments
        )

    def _with_pool(self, plan: Plan, group: _Group) -> Plan:
        table = plan.tables[self.facts.name]
        where = f"{table.label}.{', '.join(sorted(group.conditions))}"
        if not group.columns and not group.references:
            raise refuse_none(where)
        self._refuse_contradiction(group, where)
        members = tuple(c for c in group.columns if c in self.distinct)
        counter = self._counter(table, members, where)
        wanted = SIZE if counter is None else min(table.rows, LARGEST)
        maker = self._maker(plan, group)
        pool = search(maker, tuple(group.conditions.values()), self.assessor, wanted=wanted, distinct=members)
        if counter is not None and pool.size < table.rows:
            raise SamplePlanError(
                f"only {pool.size:,} different values that keep the check were found for {table.rows:,} rows",
                where=where,
                mend=f"ask for at most {pool.size:,} rows, or say what {members[0]} holds by a hint for the column",
            )
        self._refuse_unkept(table, pool, where)
        is_own = all(c.expr is not None and n not in self.assessor.sent for n, c in group.conditions.items())
        if is_own and counter is None and not group.references and pool.natural >= _SELDOM:
            return _spared(plan, table, group, pool)
        return _applied(plan, table, group, pool, counter)

    def _refuse_contradiction(self, group: _Group, where: str) -> None:
        """Refuse limits of one column that leave nothing between them."""
        for column in group.columns:
            allowed, form = self.checks.allowed[column], self.facts.columns[column].form
            if allowed.low is not None and allowed.high is not None and allowed.low > allowed.high:
                ends = (
                    [spelled_item(form, end) for end in (allowed.low, allowed.high)]
                    if form.kind != "float"
                    else ["", ""]
                )
                raise SamplePlanError(
                    f"no value is left for {column}: it would have to be at least {ends[0]} and at most {ends[1]}",
                    where=where,
                    mend=f"loosen {', '.join(allowed.constraints) or 'its checks'}",
                )

    def _refuse_unkept(self, table: TablePlan, pool: Pool, where: str) -> None:
        """Refuse values of nested types that a plan cannot hold."""
        for name, items in pool.columns.items():
            facts = table.columns[name].facts
            try:
                kept(facts.form, frozen(items))
            except (pa.ArrowException, TypeError, ValueError, KeyError) as error:
                raise SamplePlanError(
                    f"values of {facts.type} cannot be kept in a plan, and only trying keeps the check",
                    where=where,
                    mend="leave the table out by tables=…, or loosen the check",
                ) from error

    def _counter(self, table: TablePlan, members: tuple[str, ...], where: str) -> Counter | None:
        if not members:
            return None
        if table.rows > LARGEST:
            raise SamplePlanError(
                f"its values must differ, and no more than {LARGEST:,} of them are looked for by trying",
                where=where,
                mend=f"ask for at most {LARGEST:,} rows, or say what {members[0]} holds by a hint for the column",
            )
        return Counter("rows")

    def _maker(self, plan: Plan, group: _Group) -> Maker:
        bare = without_redraws(plan, self.facts.name)
        table = bare.tables[self.facts.name]
        texts = tuple(condition.question.text for condition in group.conditions.values())
        known = evidence(texts, self.catalog)
        found = {}
        for column in group.columns:
            form = table.columns[column].facts.form
            if form.kind == "json":
                found[column] = documents(texts, known)
            else:
                found[column] = suggested(form, self.checks.allowed[column], known)
        needed = {c for condition in group.conditions.values() for c in condition.columns}
        context = tuple(sorted((needed & table.columns.keys()) - set(group.columns)))
        members = frozenset(c for c in group.columns if c in self.distinct)
        return Maker(bare, self.facts.name, group.columns, group.references, context, found, members)


def _spared(plan: Plan, table: TablePlan, group: _Group, pool: Pool) -> Plan:
    """Return the plan with rows drawn again until the checks hold, and the pool for those that no draw helps."""
    label = ", ".join(sorted(group.conditions))
    spare = tuple(frozen(pool.columns[c]) for c in group.columns)
    redraws = [r for r in table.redraws if not set(r.columns) & set(group.columns) and not _speaks_of(r, group)]
    redraws += [Redraw(label, condition.expr, group.columns, spare) for condition in group.conditions.values()]
    changed = replace(table, redraws=tuple(redraws))
    return replace(plan, tables={**plan.tables, table.name: changed})


def _applied(plan: Plan, table: TablePlan, group: _Group, pool: Pool, counter: Counter | None) -> Plan:
    label = ", ".join(sorted(group.conditions))
    reason = f"from {pool.size:,} rows that keep {label} ({pool.rate})"
    columns: dict[str, ColumnPlan] = dict(table.columns)
    for name, items in pool.columns.items():
        provider = Pooled(label, frozen(items), counter)
        columns[name] = replace(columns[name], provider=provider, reason=reason, null_share=0, adjustments=())
    references: dict[str, ReferencePlan] = dict(table.references)
    for name, flags in pool.present.items():
        presence = Presence(label, tuple(flags), counter)
        references[name] = replace(references[name], turn=None, null_share=0, presence=presence)
    redraws = tuple(r for r in table.redraws if not set(r.columns) & set(group.columns) and not _speaks_of(r, group))
    changed = replace(table, columns=columns, references=references, redraws=redraws)
    notes = plan.notes
    if pool.passed * 1000 < pool.tried:
        notes = (*notes, f"{table.label}: {label} is hard to keep: {pool.rate}; {pool.size:,} rows were found")
    return replace(plan, tables={**plan.tables, table.name: changed}, notes=notes)


def _speaks_of(redraw: object, group: _Group) -> bool:
    condition = getattr(redraw, "condition", None)
    return condition is not None and bool(names(condition) & set(group.columns))
