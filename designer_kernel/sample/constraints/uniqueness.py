"""Unique keys kept by construction: some column is made distinct, or the columns are digits of one counter.

No set of used values and no retries: either one member can tell rows apart by itself (then every superset of it is
unique, too), or rows of one owner are counted and the counter is written in mixed radix over the finite members.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import prod
from typing import Any

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints import conditions
from designer_kernel.sample.constraints.conditions import Call, Compare, Constant, Expr, Name, Not, OneOf, Unreadable
from designer_kernel.sample.constraints.narrowing import Allowed
from designer_kernel.sample.plan import Counter, Pick, ReferencePlan, Tree
from designer_kernel.sample.planning.facts import ColumnFacts, TableFacts, TableName, UniqueRule
from designer_kernel.sample.providers.choices import First, InTurn
from designer_kernel.sample.providers.provider import Provider

_FOLDED = frozenset({"lower", "upper", "btrim", "trim"})
_ORDERING = re.compile(r"\s+(ASC|DESC|NULLS\s+(FIRST|LAST)|COLLATE\s+\S+|\w+_ops)\b", re.IGNORECASE)
_PREFERRED = (
    "uuid",
    "integer",
    "text",
    "timestamp",
    "date",
    "numeric",
    "json",
    "inet",
    "bytes",
    "float",
    "range",
    "macaddr",
)
_IN_OWNER = re.compile(r".*(number|no|num|position|order|index|line|seq\w*|version|rank|ordinal|slug|code|name)")


@dataclass(frozen=True, slots=True)
class Limit:
    """The most rows that a unique key leaves room for: in the whole table, or for each row of the owner."""

    constraint: str
    most: int
    per_owner: bool


@dataclass(slots=True)
class Solution:
    """How the unique keys of one table are kept.

    ``distinct`` columns must differ among the rows of their counter; ``providers`` are columns whose values are
    decided here; ``references`` are rules that had to change.
    """

    distinct: dict[str, Counter] = field(default_factory=dict)
    providers: dict[str, tuple[Provider, str]] = field(default_factory=dict)
    references: dict[str, ReferencePlan] = field(default_factory=dict)
    limits: list[Limit] = field(default_factory=list)
    solved: list[frozenset[str]] = field(default_factory=list)
    not_null: set[str] = field(default_factory=set)


def solve(
    table: TableFacts,
    references: Mapping[str, ReferencePlan],
    owner: str,
    allowed: Mapping[str, Allowed],
    counts: Mapping[TableName, int],
    lineage: Sequence[tuple[tuple[str, ...], frozenset[str]]],
    tops: Mapping[str, TableName] | None = None,
) -> Solution:
    """Return how every unique key of a table is kept.

    ``tops`` are the ancestors under which references choose their rows.

    Raises
    ------
    SamplePlanError
        If one cannot be kept; it names the key.
    """
    solver = _Solver(table, dict(references), owner, allowed, counts, lineage, tops or {})
    for rule in sorted(table.uniques, key=lambda r: (not r.is_primary, bool(r.predicate), len(r.keys), r.name)):
        solver.keep(rule)
    solver.solution.references = solver.references
    return solver.solution


class _Solver:
    def __init__(
        self,
        table: TableFacts,
        references: dict[str, ReferencePlan],
        owner: str,
        allowed: Mapping[str, Allowed],
        counts: Mapping[TableName, int],
        lineage: Sequence[tuple[tuple[str, ...], frozenset[str]]],
        tops: Mapping[str, TableName],
    ) -> None:
        self.table = table
        self.references = references
        self.owner = owner
        self.allowed = allowed
        self.counts = counts
        self.lineage = lineage
        self.tops = tops
        self.solution = Solution()

    def keep(self, rule: UniqueRule) -> None:
        columns = self._columns(rule)
        if any(done <= columns for done in self.solution.solved):
            return
        if rule.nulls_not_distinct:
            self.solution.not_null |= columns
            for plan in list(self.references.values()):
                if set(plan.columns) & columns:
                    self.references[plan.name] = replace(plan, null_share=0)
        free = [c for c in columns if self._reference(c) is None]
        roomy = self._roomiest(free)
        if roomy is not None:
            self._distinguish(roomy, columns)
        elif rule.predicate and self._by_predicate(rule, columns):
            return  # unique only where the predicate holds, so no superset is implied
        else:
            self._count(rule, columns, free)
        self.solution.solved.append(
            frozenset({roomy}) if roomy is not None and self.solution.distinct[roomy].among == "rows" else columns
        )

    def _columns(self, rule: UniqueRule) -> frozenset[str]:
        columns = set()
        for key in rule.keys:
            name = _column_of(key, self.table)
            if name is None:
                raise self._error(
                    rule,
                    f"its expression {key} is nothing that sample data can make unique",
                    "add a unique key on plain columns, or leave the table out",
                )
            columns.add(name)
        return frozenset(columns)

    def _reference(self, column: str) -> ReferencePlan | None:
        return next((r for r in self.references.values() if column in r.columns), None)

    def _identified(self, columns: frozenset[str]) -> list[ReferencePlan]:
        """Return the references whose row follows from the values of these columns."""
        found = []
        for plan in self.references.values():
            others = {c for r in self.references.values() if r.name != plan.name for c in r.columns}
            own = set(plan.columns) - others
            if set(plan.columns) <= columns or (own and own <= columns):
                found.append(plan)
        return found

    def _roomiest(self, free: list[str]) -> str | None:
        """Return the free column that can best tell rows apart, if any can."""
        rooms = [c for c in free if self._has_room(self.table.columns[c])]
        known = [c for c in rooms if c in self.solution.distinct]
        rooms.sort(key=lambda c: (_PREFERRED.index(self.table.columns[c].form.kind), c))
        return next(iter(known or rooms), None)

    def _has_room(self, column: ColumnFacts) -> bool:
        if column.name in self.solution.providers or self.finite(column) is not None:
            return False
        kind = column.form.kind
        if kind not in _PREFERRED or (column.generated and kind != "text"):
            return False
        return kind != "text" or (column.form.length or 100) >= 3

    def finite(self, column: ColumnFacts) -> tuple[Any, ...] | None:
        """Return all values that a column may have, if there are few."""
        if column.form.kind == "boolean":
            return (True, False)
        values = self.allowed[column.name].values
        if values is not None:
            return values
        if column.form.kind == "enum":
            return tuple(v for v in column.form.labels if v not in self.allowed[column.name].excluded)
        limits = self.allowed[column.name]
        if (
            column.form.kind == "integer"
            and limits.low is not None
            and limits.high is not None
            and limits.high - limits.low < 100
        ):
            return tuple(range(limits.low, limits.high + 1))
        return None

    def _distinguish(self, column: str, columns: frozenset[str]) -> None:
        """Make a column distinct in the whole table, or among rows of one ancestor where that reads better."""
        facts = self.table.columns[column]
        is_small = facts.form.largest is not None and self.counts[self.table.name] > facts.form.largest
        within = Counter("rows")
        if facts.form.kind in ("integer", "text") and (_IN_OWNER.fullmatch(column) or is_small):
            within = Counter(self._group(columns))
        if self.solution.distinct.get(column, within) != within:
            within = Counter("rows")
        self.solution.distinct[column] = within

    def _group(self, columns: frozenset[str]) -> str:
        """Return among which rows the other columns are the same: those of an owner, of an ancestor, or all."""
        if self._in_owner(columns):
            return "owner"
        path = next((path for path, telling in self.lineage if telling <= columns and len(path) > 1), None)
        return "/".join(path) if path is not None else "rows"

    def _in_owner(self, columns: frozenset[str]) -> bool:
        return any(plan.name == self.owner for plan in self._identified(columns))

    def _by_predicate(self, rule: UniqueRule, columns: frozenset[str]) -> bool:
        """Let the predicate hold for the first row of each group alone, if a column of our choice decides it."""
        try:
            parts = conditions.conjuncts(conditions.read(rule.predicate))
        except Unreadable:
            return False
        among = Counter("owner" if self._in_owner(columns) else "rows")
        for part in parts:
            chosen = _decider(part)
            if chosen is None or chosen[0] in columns or self._reference(chosen[0]) is not None:
                continue
            column, yes = chosen
            values = self.finite(self.table.columns[column])
            rest = tuple(v for v in values or () if v != yes)
            if values is None or not rest or column in self.solution.distinct:
                continue
            self.solution.providers[column] = (
                First(yes, rest, among),
                f"only the first row of each group, for {rule.name}",
            )
            self.solution.not_null.add(column)
            return True
        return False

    def _count(self, rule: UniqueRule, columns: frozenset[str], free: list[str]) -> None:
        identified = self._identified(columns)
        in_owner = self._in_owner(columns)
        among = "owner" if in_owner else "rows"
        divisor = 1
        sizes: list[int] = []
        for name in sorted(free):
            values = self.finite(self.table.columns[name])
            if values is None:
                raise self._error(
                    rule,
                    f"the type of {name} leaves no way to keep rows apart",
                    "leave the table out, or widen the column",
                )
            if name in self.solution.providers:
                raise self._error(rule, f"{name} is already used for another unique key", "leave the table out")
            provider = InTurn(values, Counter(among, divisor), scattered=True)
            self.solution.providers[name] = (provider, f"one after the other, for {rule.name}")
            self.solution.not_null.add(name)
            sizes.append(len(values))
            divisor *= len(values)
        listed = next((plan for plan in identified if isinstance(plan.rule, Tree)), None)
        if listed is not None and not free:
            assert isinstance(listed.rule, Tree)
            self.references[listed.name] = replace(listed, rule=replace(listed.rule, is_list=True))
            return  # the row before is another one for each row, whatever the other columns are
        sizes += self._digits(rule, identified, among, divisor)
        if not sizes and not in_owner:
            raise self._error(
                rule,
                "its columns follow from those of other tables, which leaves no way to keep rows apart",
                "leave the table out",
            )
        if not any(self._overflows(plan.name) for plan in identified):
            most = prod(sizes) if sizes else 1
            self.solution.limits.append(Limit(f"{self.table.label}.{rule.name}", most, in_owner))

    def _overflows(self, reference: str) -> bool:
        """Whether a reference is NULL for rows beyond the parents that there are."""
        plan = self.references[reference]
        counter = plan.rule.counter if isinstance(plan.rule, Pick) else None
        return bool(plan.null_columns) and counter is not None and not counter.wraps

    def _digits(self, rule: UniqueRule, identified: list[ReferencePlan], among: str, divisor: int) -> list[int]:
        """Make references the digits of a counter; return how many rows each can tell apart.

        All digits but the last must have the same number of values in every row, so of the references whose range
        depends on the row only one is a digit, and the last; best one that may be NULL where there are no more parents.
        """
        picks = [(p, p.rule) for p in identified if p.name != self.owner and isinstance(p.rule, Pick)]
        whole = [(plan, pick) for plan, pick in picks if pick.path is None]
        ranged = sorted(
            ((plan, pick) for plan, pick in picks if pick.path is not None),
            key=lambda d: (not d[0].null_columns, -self._room(*d)),
        )
        digits = whole + ranged[:1]
        sizes = []
        for index, (plan, pick) in enumerate(digits):
            counter = Counter(among, divisor, wraps=index < len(digits) - 1)
            if pick.counter is not None and pick.counter != counter:
                raise self._error(rule, f"{plan.name} is already used for another unique key", "leave the table out")
            self.references[plan.name] = replace(plan, rule=replace(pick, counter=counter, popular=False))
            sizes.append(self._room(plan, pick))
            divisor *= sizes[-1]
        return sizes

    def _room(self, plan: ReferencePlan, pick: Pick) -> int:
        """Return how many parents there are to choose from, roughly if that depends on the row."""
        if pick.path is None:
            return max(1, self.counts[plan.parent])
        top = self.tops.get(plan.name)
        ancestors = self.counts.get(top, 1) if top is not None else self.counts[plan.parent]
        return max(1, self.counts[plan.parent] // max(ancestors, 1) // 2)

    def _error(self, rule: UniqueRule, what: str, mend: str) -> SamplePlanError:
        return SamplePlanError(what, where=f"{self.table.label}.{rule.name}", mend=mend)


def _column_of(key: str, table: TableFacts) -> str | None:
    """Return the column that an index's key is about: itself, or folded to lower case."""
    text = _ORDERING.sub("", key)
    if key in table.columns:
        return key
    try:
        expr: Expr = conditions.read(text)
    except Unreadable:
        return None
    while isinstance(expr, Call) and expr.function in _FOLDED and len(expr.arguments) == 1:
        expr = expr.arguments[0]
    return expr.column if isinstance(expr, Name) and expr.column in table.columns else None


def _decider(part: Expr) -> tuple[str, Any] | None:
    """Return the column and the value by which a predicate can be made true or false."""
    match part:
        case Name(column):
            return column, True
        case Not(Name(column)):
            return column, False
        case Compare("=", Name(column), Constant(value)):
            return column, value
        case OneOf(Name(column), (value,)):
            return column, value
        case _:
            return None
