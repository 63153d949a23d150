"""One table's unique keys, taken one after the other: what its columns and references do to keep them.

Either one member can tell rows apart by itself (then every superset of it is unique, too), or rows of one owner are
counted and the counter is written in mixed radix over the finite members.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from math import prod
from typing import Any, Final

from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints import digits, handed, partials, rooms
from designer_kernel.sample.constraints.expressions import Telling, telling
from designer_kernel.sample.constraints.narrowing import Allowed
from designer_kernel.sample.constraints.references import is_loose
from designer_kernel.sample.constraints.solution import Limit, Solution
from designer_kernel.sample.plan import Counter, Pick, ReferencePlan, Tree
from designer_kernel.sample.planning.facts import ColumnFacts, TableFacts, TableName, UniqueRule
from designer_kernel.sample.rows import apart

_PREFERRED: Final = (
    "uuid", "integer", "text", "timestamp", "date", "numeric", "money", "json", "inet", "bytes", "float", "range",
    "macaddr", "time", "interval", "timetz", "position", "multirange", "bits", "geometry", "list", "xml", "ltree",
    "tsvector", "composite",
)  # fmt: skip
_IN_OWNER = re.compile(r".*(number|no|num|position|order|index|line|seq\w*|version|rank|ordinal|slug|code|name)")


class Solver:
    """Decides, key by key, what the columns and references of one table do for them."""

    def __init__(
        self,
        table: TableFacts,
        references: dict[str, ReferencePlan],
        owner: str,
        allowed: Mapping[str, Allowed],
        counts: Mapping[TableName, int],
        lineage: Sequence[tuple[tuple[str, ...], frozenset[str], TableName]],
        tops: Mapping[str, TableName],
        parents: Mapping[TableName, TableFacts],
    ) -> None:
        self.table = table
        self.references = references
        self.owner = owner
        self.allowed = allowed
        self.counts = counts
        self.lineage = lineage
        self.tops = tops
        self.parents = parents
        self.is_wide = False
        self.kept: list[UniqueRule] = []
        self.digits: dict[str, list[digits.Digit]] = {}
        self.apart: dict[str, Telling] = {}
        self.solution = Solution()

    def has_roomy(self, rule: UniqueRule) -> bool:
        """Whether a free column can tell the rows of a key apart."""
        return self._roomiest([t for key in rule.keys for t in telling(key, self.table.columns)]) is not None

    def values_of(self, rule: UniqueRule) -> int:
        """Return how many combinations of few values a key has; those with fewer leave less of a choice."""
        columns = [self.table.columns[t.column] for key in rule.keys for t in telling(key, self.table.columns)[:1]]
        sizes = [len(values) for c in columns if (values := self._finite(c.name)) is not None]
        return prod(sizes) if sizes else 1 << 40

    def is_decidable(self, rule: UniqueRule) -> bool:
        """Whether a free column decides if a row belongs to the part of the table that a key is about."""
        columns = {t.column for key in rule.keys for t in telling(key, self.table.columns)}
        return self._decider(rule, frozenset(columns)) is not None

    def keep(self, rule: UniqueRule) -> None:
        self.kept.append(rule)
        told = {key: telling(key, self.table.columns) for key in rule.keys}
        columns = frozenset(t.column for found in told.values() for t in found[:1] if self._is_whole(t))
        if rule.nulls_not_distinct:
            self._never_null(columns)
        if any(done <= columns for done in self.solution.solved) or self._is_apart(told):
            return
        if rule.predicate and self._by_predicate(rule, columns, told):
            return  # unique only where the predicate holds, so no superset is implied
        roomy = self._roomiest([t for found in told.values() for t in found])
        if roomy is not None and not (len(columns) > 1 and self._is_narrow(roomy, columns)):
            self._distinguish(rule, roomy, columns | {roomy.column})
            is_global = self.solution.distinct[roomy.column].among == "rows"
            self.solution.solved.append(frozenset({roomy.column}) if is_global else columns | {roomy.column})
            return
        unknown = next((key for key, found in told.items() if not any(map(self._is_whole, found))), None)
        if unknown is not None:
            raise self._error(
                rule,
                f"its expression {unknown} is nothing that sample data can make unique",
                "add a unique key on plain columns, or leave the table out",
            )
        columns |= partials.equals(rule.predicate) & self.table.columns.keys()  # rows that differ there do not compare
        if any(done <= columns for done in self.solution.solved):
            return
        self._count(rule, columns, [c for c in columns if self._reference(c) is None])
        self.solution.solved.append(columns)

    def _is_apart(self, told: Mapping[str, tuple[Telling, ...]]) -> bool:
        """Whether a column of an expression has been made distinct far enough for another."""
        for one in (t for found in told.values() for t in found):
            known = self.apart.get(one.column)
            is_wide = known is not None and known.member == one.member and known.spacing >= one.spacing
            if known is not None and is_wide and (one.most is None or known.most is not None):
                return True
        return False

    def _is_narrow(self, told: Telling, columns: frozenset[str]) -> bool:
        """Whether a column has too few values to tell all rows apart alone, and others can help."""
        if told.column in self.solution.distinct or self._room_of(told) >= self.counts[self.table.name]:
            return False
        return self._group(columns | {told.column}) == "rows" and self._narrow_unit(told.column) is not None

    def _narrow_unit(self, name: str) -> digits.Unit | None:
        """Return a column that is counted, as a digit."""
        column = self.table.columns[name]
        told = Telling(name, is_whole=True)
        if name in self.solution.distinct or name in self.solution.providers:
            return None
        if not self._has_room(told) and not self._is_short(column):
            return None
        size = self._room_of(told)
        allowed = self.allowed[name]
        if allowed.excluded or allowed.patterns:
            return None
        if column.form.kind in ("integer", "numeric", "date"):
            first = allowed.low if allowed.low is not None else rooms.FIRST.get(column.form.kind, 1)
            return digits.Unit(name, size, first=first)
        if column.form.kind == "text" and column.form.length is not None and not allowed.letters:
            return digits.Unit(name, size, length=min(column.form.length, 12))
        return None

    def _is_short(self, column: ColumnFacts) -> bool:
        """Whether a text has room for one letter or two: alone it limits the rows, with others it is a digit."""
        return column.form.kind == "text" and 0 < (column.form.length or 0) < 3 and not column.generated

    def _is_whole(self, told: Telling) -> bool:
        """Whether a key differs wherever the column does: it is the column, or what folds a copied key."""
        return told.is_whole or (self._reference(told.column) is not None and told.spacing == 1 and not told.member)

    def _never_null(self, columns: frozenset[str]) -> None:
        self.solution.not_null |= columns
        for plan in list(self.references.values()):
            if set(plan.columns) & columns:
                self.references[plan.name] = replace(plan, null_share=0)

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
        if self.is_wide:  # a part of what a reference copies may be a whole key of the parent
            found += [r for r in handed.told_by(columns, self.references.values(), self.parents) if r not in found]
        return found

    def _roomiest(self, told: list[Telling]) -> Telling | None:
        """Return the free column that can best tell rows apart, if any can."""
        rooms = [t for t in told if self._reference(t.column) is None and self._has_room(t)]
        known = [t for t in rooms if t.column in self.solution.distinct and t.is_whole]
        rooms.sort(key=lambda t: (_PREFERRED.index(self.table.columns[t.column].form.kind), t.column))
        wide = [t for t in rooms if self._room_of(t) >= self.counts[self.table.name]]
        return next(iter(known or wide or rooms), None)

    def _has_room(self, told: Telling) -> bool:
        column = self.table.columns[told.column]
        if column.name in self.solution.providers and column.name not in self.apart:
            return False
        if self._finite(column.name) is not None:
            return False
        kind = column.form.kind
        if kind not in _PREFERRED or (column.generated and kind != "text"):
            return False
        if told.spacing > 1 and kind not in rooms.SPACED:
            return False
        if kind in ("list", "range", "multirange", "geometry", "bits"):
            return rooms.made_distinct(column, Counter("rows")) is not None
        if kind == "composite":
            return bool(rooms.telling_field(column.form))
        length = column.form.length or 100
        return kind != "text" or length >= 3 or 26**length >= self.counts[self.table.name]

    def _room_of(self, told: Telling) -> int:
        """Return how many values a column has that tell rows apart."""
        return rooms.room_of(told, self.table.columns[told.column], self.allowed[told.column])

    def _finite(self, name: str) -> tuple[Any, ...] | None:
        """Return all values that a column may have, if there are few."""
        return rooms.finite(self.table.columns[name], self.allowed[name])

    def _distinguish(self, rule: UniqueRule, told: Telling, columns: frozenset[str]) -> None:
        """Make a column distinct in the whole table, or among rows of one ancestor where that reads better."""
        column = told.column
        facts = self.table.columns[column]
        room = self._room_of(told)
        is_small = self.counts[self.table.name] > room
        within = Counter("rows")
        if is_small or (facts.form.kind in ("integer", "text") and _IN_OWNER.fullmatch(column)):
            within = Counter(self._group(columns))
        if self.solution.distinct.get(column, within) != within:
            within = Counter("rows")
        self.solution.distinct[column] = within
        if told.not_null:
            self.solution.not_null.add(column)
        provider = rooms.kept_apart(told, facts, self.allowed[column], within, self.counts[self.table.name])
        if provider is not None:
            self.solution.providers[column] = (provider, f"distinct, for {rule.name}")
            self.solution.not_null.add(column)
        if within.among == "rows":
            self.apart[column] = told
        if is_small:
            self.solution.limits.append(self._limit(rule, room, within.among))

    def _group(self, columns: frozenset[str]) -> str:
        """Return among which rows the other columns are the same: those of an owner, of an ancestor, or all."""
        if self._in_owner(columns):
            return "owner"
        path = next((path for path, told, _ in self.lineage if told <= columns and len(path) > 1), None)
        return "/".join(path) if path is not None else "rows"

    def _in_owner(self, columns: frozenset[str]) -> bool:
        return any(plan.name == self.owner for plan in self._identified(columns))

    def _by_predicate(self, rule: UniqueRule, columns: frozenset[str], told: Mapping[str, tuple[Telling, ...]]) -> bool:
        """Let the predicate hold for as many rows as the key can tell apart, if a column of our choice decides it."""
        if self._roomiest([t for found in told.values() for t in found]) is not None:
            return False
        if partials.holds_once(rule.predicate, self.solution.distinct):
            return True
        chosen = self._decider(rule, columns)
        if chosen is None:
            return False
        among, most = ("owner" if self._in_owner(columns) else "rows"), 1
        if among == "rows":
            most = self._told_apart(columns)
        provider = partials.Only(chosen.yes, chosen.no, Counter(among), most)
        self.solution.providers[chosen.column] = (provider, f"only the first row of each group, for {rule.name}")
        if chosen.is_set:
            self.solution.not_null.add(chosen.column)
        return True

    def _decider(self, rule: UniqueRule, columns: frozenset[str]) -> partials.Decider | None:
        free = {
            name: column
            for name, column in self.table.columns.items()
            if name not in columns
            and not column.generated
            and self._reference(name) is None
            and name not in self.solution.providers
            and name not in self.solution.distinct
        }
        values = {name: self._finite(column.name) for name, column in free.items()}
        return partials.decided(rule.predicate, free, self.allowed, values)

    def _told_apart(self, columns: frozenset[str]) -> int:
        """Return how many of the first rows have different values in a reference; it is made to go round."""
        plan = next((p for p in self._identified(columns) if isinstance(p.rule, Pick) and p.rule.path is None), None)
        if plan is None or not isinstance(plan.rule, Pick):
            return 1
        counter = Counter("rows", 1, wraps=True)
        if plan.rule.counter is None:
            self.references[plan.name] = replace(plan, rule=replace(plan.rule, counter=counter, popular=False))
            self.digits[plan.name] = [digits.Digit("rows", 1, self.counts[plan.parent])]
        elif plan.rule.counter != counter:
            return 1
        return max(1, self.counts[plan.parent])

    def _count(self, rule: UniqueRule, columns: frozenset[str], free: list[str]) -> None:
        """Write the row's number among its equals in the digits that the columns of a key are."""
        identified = self._identified(columns)
        among = self._group(columns)
        listed = next((plan for plan in identified if isinstance(plan.rule, Tree)), None)
        if listed is not None and not free:
            self._list(listed)
            return
        units, fixed = self._units(rule, free, identified)
        if not units and not fixed and among == "rows":
            told = handed.told_by(columns, self.references.values(), self.parents)
            among = "owner" if any(plan.name == self.owner for plan in told) else "rows"
            units, fixed = self._units(rule, free, told)
        if not units and not fixed and among == "rows":
            error = self._error(
                rule,
                "its columns follow from those of other tables, which leaves no way to keep rows apart",
                "leave the table out",
            )
            raise handed.wish(self.table, rule, columns, self.references.values(), error) or error
        division = digits.divided(units, fixed, among)
        if listed is not None and (division is None or self._is_tight(division.most, among)):
            self._list(listed)
            return
        if division is None:
            raise self._error(
                rule,
                f"{', '.join(sorted(columns))} are needed for other unique keys as well, in a way that does not fit",
                "drop one of the keys, or leave the table out",
            )
        self._decide(rule, division, among)
        if division.most is not None:
            self.solution.limits.append(self._limit(rule, division.most, among))

    def _list(self, plan: ReferencePlan) -> None:
        """Let rows refer to the row before: that is another one for each, whatever the other columns are."""
        assert isinstance(plan.rule, Tree)
        self.references[plan.name] = replace(plan, rule=replace(plan.rule, is_list=True))

    def _is_tight(self, most: int | None, among: str) -> bool:
        """Whether a counter has fewer numbers than there are to be rows, on the average of owners."""
        owner = self.references.get(self.owner)
        groups = max(1, self.counts[owner.parent]) if among == "owner" and owner is not None else 1
        return most is not None and among in ("rows", "owner") and most * groups < self.counts[self.table.name]

    def _units(
        self, rule: UniqueRule, free: list[str], identified: list[ReferencePlan]
    ) -> tuple[list[digits.Unit], list[digits.Digit]]:
        """Return what can be digits for a key, and what is already.

        All digits but the last must have the same number of values in every row, so of the references whose range
        depends on the row only one is a digit, and the last; best one that may be NULL where there are no more parents.
        """
        fixed = [digit for name in (*free, *(p.name for p in identified)) for digit in self.digits.get(name, ())]
        units = []
        for name in sorted(free):
            values = self._finite(name)
            narrow = self._narrow_unit(name) if values is None else None
            if narrow is not None:
                units.append(narrow)
                continue
            if values is None:
                raise self._error(
                    rule,
                    f"the type of {name} leaves no way to keep rows apart",
                    "leave the table out, or widen the column",
                )
            if name not in self.solution.providers and values:
                units.append(digits.Unit(name, len(values), values))
        ranged: list[digits.Unit] = []
        for plan in identified:
            if plan.name == self.owner or not isinstance(plan.rule, Pick) or plan.rule.counter is not None:
                continue
            wide = replace(plan, rule=self._widened(plan, plan.rule))
            assert isinstance(wide.rule, Pick)
            unit = digits.Unit(plan.name, self._room(wide, wide.rule), None, wide)
            (ranged if unit.is_ranged else units).append(unit)
        ranged.sort(key=lambda u: (not (u.plan and u.plan.null_columns), -u.size))
        return units + ranged[:1], fixed

    def _decide(self, rule: UniqueRule, division: digits.Division, among: str) -> None:
        for unit in division.units:
            found = digits.chosen(unit, among)
            self.digits[unit.name] = digits.digits_of(unit, among)
            if isinstance(found, ReferencePlan):
                self.references[unit.name] = found
            else:
                self.solution.providers[unit.name] = (found, f"one after the other, for {rule.name}")
                self.solution.not_null.add(unit.name)

    def _limit(self, rule: UniqueRule, most: int, among: str) -> Limit:
        """Return the limit of a counter; of an ancestor's rows we know how many there are on the average."""
        if among not in ("rows", "owner"):
            most *= max(1, self.counts[self._ancestor(tuple(among.split("/")))])
        return Limit(f"{self.table.label}.{rule.name}", most, among == "owner")

    def _room(self, plan: ReferencePlan, pick: Pick) -> int:
        """Return how many parents there are to choose from, roughly if that depends on the row."""
        if pick.path is None:
            return int(apart.room(self.counts[plan.parent], plan))
        top = self.tops.get(plan.name)
        ancestors = self.counts.get(top, 1) if top is not None else self.counts[plan.parent]
        return max(1, self.counts[plan.parent] // max(ancestors, 1) // 2)

    def _ancestor(self, path: tuple[str, ...]) -> TableName:
        """Return the table that a path of owners leads to."""
        return next((name for way, _, name in self.lineage if way == path), self.table.name)

    def _widened(self, plan: ReferencePlan, pick: Pick) -> Pick:
        """Return a choice from all parents where a narrower one is only nicer and leaves little room."""
        others = {c for r in self.references.values() if r.name != plan.name for c in r.columns}
        if pick.path is None or not is_loose(self.table, plan, others):
            return pick
        if pick.chain and 4 * self.counts[self.table.name] <= self.counts[plan.parent]:
            return pick
        return replace(pick, path=None, chain=())

    def _error(self, rule: UniqueRule, what: str, mend: str) -> SamplePlanError:
        return SamplePlanError(what, where=f"{self.table.label}.{rule.name}", mend=mend)
