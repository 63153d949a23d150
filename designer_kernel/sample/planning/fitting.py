"""How many rows there can be: parents that children need, what unique keys leave room for, layouts without gaps."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

import numpy as np

from designer_kernel.catalog.kinds.foreign_key import ForeignKey
from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints.references import References
from designer_kernel.sample.constraints.solution import Limit, Solution
from designer_kernel.sample.plan import Pick, Tree
from designer_kernel.sample.planning import asked as asking
from designer_kernel.sample.planning import counts as counting
from designer_kernel.sample.planning import relations
from designer_kernel.sample.planning.facts import TableFacts, TableName
from designer_kernel.sample.providers import lifecycles
from designer_kernel.sample.rows import hashing
from designer_kernel.sample.rows.layout import Fan


@dataclass(slots=True)
class Fitting:
    """The numbers of rows of a plan, and how rows lie under those of their owners.

    ``wishes`` are numbers that somebody asked for, ``relative`` those that refer to others; ``held`` tables keep the
    rows that they have; of ``free`` tables that many owners have no row yet, and ``there`` are
    rows beside which others are added.
    """

    facts: Mapping[TableName, TableFacts]
    owned: Mapping[TableName, ForeignKey]
    order: tuple[TableName, ...]
    wishes: Mapping[TableName, int]
    held: AbstractSet[TableName]
    relative: Mapping[TableName, asking.Relative]
    seed: int
    free: Mapping[TableName, int]
    there: Mapping[TableName, int]

    def nonempty(
        self, counts: dict[TableName, tuple[int, str]], references: References
    ) -> dict[TableName, tuple[int, str]]:
        """Raise parents that have no rows though children need them, and scopes' tables to one row for each scope."""
        result = dict(counts)
        for name in reversed(self.order):
            table = self.facts[name]
            for key in table.foreign_keys:
                parent = relations.parent_of(key)
                if (
                    parent not in result
                    or not result[name][0]
                    or result[parent][0]
                    or not relations.is_required(table, key)
                ):
                    continue
                if parent in self.wishes:
                    raise SamplePlanError(
                        "its rows need a row of a table that is to stay empty",
                        where=f"{table.label}.{key.name}",
                        mend=f"give {'.'.join(parent)} at least one row",
                    )
                result[parent] = (1, f"needed by {name[1]}")
        for table in self.facts.values():
            for plan in tuple(references.resolved[table.name].values()):
                chain = plan.rule.chain if isinstance(plan.rule, Pick) else ()  # a row of a tree can refer to itself
                if not chain or plan.null_columns or not result[table.name][0]:
                    continue
                if not (self._lacks(result, chain) and references.loosen(table.name, plan.name)):
                    self._fill_chain(result, chain, f"{table.label}.{plan.name}")
            self._raise_pairs(result, table, references)
        return result

    def _raise_pairs(self, counts: dict[TableName, tuple[int, str]], table: TableFacts, references: References) -> None:
        """Let there be two rows where each row of a table refers to two different ones."""
        plans = references.resolved[table.name]
        for plan in plans.values():
            if plan.apart is None or plan.null_columns or plans[plan.apart[0]].null_columns:
                continue
            parent = plan.parent
            if not counts[table.name][0] or counts[parent][0] >= 2 or parent in self.held:
                continue
            if parent in self.wishes:
                raise SamplePlanError(
                    "each row refers to two different rows, and there is to be one",
                    where=f"{table.label}.{plan.name}",
                    mend=f"ask for at least 2 rows of {'.'.join(parent)}",
                )
            counts[parent] = (2, f"{table.name[1]} refers to two different ones")

    def _lacks(self, counts: Mapping[TableName, tuple[int, str]], chain: tuple[TableName, ...]) -> bool:
        """Whether a table has fewer rows than its owner because that was asked for."""
        return any(
            counts[name][0] < counts[relations.parent_of(self.owned[name])][0] for name in chain if name in self.wishes
        )

    def _fill_chain(self, counts: dict[TableName, tuple[int, str]], chain: tuple[TableName, ...], where: str) -> None:
        """Raise tables so that each row of the ancestor can have a row of the parent to choose.

        Where a number was asked for, the table above gets no more rows, unless a number was asked for there as well.
        """
        for name in reversed(chain):
            parent = relations.parent_of(self.owned[name])
            if counts[name][0] >= counts[parent][0] or name in self.held:
                continue
            is_free = parent not in self.wishes and parent not in self.held and parent not in self.owned
            if name in self.wishes and counts[name][0] and is_free:
                counts[parent] = (counts[name][0], f"one for each row of {name[1]}, which was asked for")
                continue
            if name in self.wishes:
                raise SamplePlanError(
                    f"each row of {'.'.join(parent)} needs a row of {'.'.join(name)} to refer to",
                    where=where,
                    mend=f"ask for at least {counts[parent][0]:,} rows of {'.'.join(name)}",
                )
            counts[name] = (counts[parent][0], f"at least one for each row of {parent[1]}")

    def fitted(
        self, counts: dict[TableName, tuple[int, str]], solutions: Mapping[TableName, Solution]
    ) -> tuple[dict[TableName, tuple[int, str]], dict[TableName, Fan]]:
        """Return counts that unique keys leave room for, and the layouts; children come after their owners."""
        result = dict(counts)
        fans: dict[TableName, Fan] = {}
        for name in sorted(self.order, key=self._depth):
            rows, reason = result[name]
            parents = result[relations.parent_of(self.owned[name])][0] if name in self.owned else 0
            parents = self.free.get(name, parents)
            for limit in solutions[name].limits:
                rows, reason = self._limited(name, rows, reason, limit, parents)
            result[name] = (rows, reason)
            if name in self.owned:
                key = hashing.stream(self.seed, *name, "layout")
                sure = parents <= counting.SMALL or relations.is_part(self.facts[name], self.owned[name])
                most = min((limit.most for limit in solutions[name].limits if limit.per_owner), default=None)
                skewed = (Fan(parents, rows, even=False, key=key, sure=is_sure) for is_sure in (False, True))
                even = rows <= parents or (most is not None and max(fan.largest for fan in skewed) > most)
                even = even or (most is not None and name in self.there)  # nobody knows what is taken of each
                fans[name] = self._spread(name, Fan(parents, rows, even, key, sure), most)
        return result, fans

    def _spread(self, name: TableName, fan: Fan, most: int | None) -> Fan:
        """Return a layout as unequal as it was asked to be, as far as unique keys leave room for that."""
        relative = self.relative.get(name)
        parent = self.facts[relations.parent_of(self.owned[name])]
        if relative is None and not fan.even and lifecycles.line_of(parent, self.facts[name]) is not None:
            steady = replace(fan, sure=True, spread="steady")
            return steady if most is None or steady.largest <= most else fan
        if relative is None or not relative.spread or not fan.parents or relative.spread == "skewed":
            return fan
        if relations.parent_of(self.owned[name]) != relative.base:
            return fan
        if relative.spread == "even":
            return replace(fan, even=True)
        spread = replace(fan, even=False, sure=False, spread=relative.spread)
        return spread if most is None or spread.largest <= most else fan

    def elsewhere(self) -> list[str]:
        """Return notes on tables whose rows lie under others than those that a spread was asked for."""
        return [
            f"{'.'.join(name)}: its rows do not lie under those of {'.'.join(relative.base)}, so their number is as "
            "asked, but not their spread"
            for name, relative in self.relative.items()
            if relative.spread not in ("", "skewed")
            and (name not in self.owned or relations.parent_of(self.owned[name]) != relative.base)
        ]

    def _limited(self, name: TableName, rows: int, reason: str, limit: Limit, parents: int) -> tuple[int, str]:
        """Return the rows that a unique key leaves room for."""
        taken = 0 if limit.per_owner else self._taken(name)
        most = limit.most * parents if limit.per_owner else limit.most - taken
        if rows <= most or (taken and most <= 0):  # a limit that is passed already was a guess; the server knows better
            return rows, reason
        if name in self.wishes:
            raise SamplePlanError(
                f"{rows:,} rows do not fit: its values leave room for {most:,}",
                where=limit.constraint,
                mend=f"ask for at most {most:,} rows",
            )
        return most, f"as many as {limit.constraint} leaves room for"

    def _taken(self, name: TableName) -> int:
        """Return how many rows of a table are there that refer to nothing but what new ones may refer to as well."""
        above = {relations.parent_of(key) for key in self.facts[name].foreign_keys} - {name}
        return self.there.get(name, 0) if above <= self.held else 0

    def without_gaps(self, fans: dict[TableName, Fan], solutions: Mapping[TableName, Solution]) -> dict[TableName, Fan]:
        """Return layouts in which no ancestor is without the rows that others choose from, as far as counts allow."""
        result = dict(fans)
        for solution in solutions.values():
            for plan in solution.references.values():
                chain = plan.rule.chain if isinstance(plan.rule, Pick | Tree) else ()
                if chain and not plan.null_columns and (self.held & set(chain) or _has_gap(result, chain)):
                    result.update({name: replace(result[name], sure=True) for name in chain})
                if chain and plan.apart is not None and not plan.null_columns:  # none with a single row, if that can be
                    result.update({name: replace(result[name], even=True) for name in chain})
        return result

    def _depth(self, name: TableName) -> int:
        depth = 0
        while name in self.owned:
            name = relations.parent_of(self.owned[name])
            depth += 1
        return depth


def _has_gap(fans: Mapping[TableName, Fan], chain: tuple[TableName, ...]) -> bool:
    """Whether some ancestor at the top of a chain has no row at its bottom."""
    ancestors = fans[chain[-1]].parents
    if ancestors > 200_000:
        return True
    starts = np.arange(ancestors + 1, dtype=np.int64)
    for name in reversed(chain):
        starts = (
            np.append(fans[name].start(starts[:-1]), fans[name].children)
            if name == chain[-1]
            else fans[name].start(starts)
        )
    return bool((np.diff(starts) == 0).any())
