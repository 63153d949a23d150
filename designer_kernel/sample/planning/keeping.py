"""The checks of a plan's tables: kept by patterns, cases, pools, and then tried on rows of every table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from designer_kernel.catalog.catalog import Catalog
from designer_kernel.design.sample_hints import SampleHints
from designer_kernel.errors import SamplePlanError
from designer_kernel.sample.constraints.checks import Checks
from designer_kernel.sample.constraints.judging import Judge
from designer_kernel.sample.plan import Counter, Plan
from designer_kernel.sample.planning import asked as asking
from designer_kernel.sample.planning import trial
from designer_kernel.sample.planning.casing import with_cases
from designer_kernel.sample.planning.facts import TableFacts, TableName
from designer_kernel.sample.planning.oddities import with_edges
from designer_kernel.sample.planning.pooling import with_pools
from designer_kernel.sample.rows.redrawing import Broken


@dataclass(frozen=True, slots=True)
class Keeping:
    """What is known of the tables of a plan, and who judges the checks that we cannot read."""

    facts: Mapping[TableName, TableFacts]
    checks: Mapping[TableName, Checks]
    judge: Judge | None
    distinct: Mapping[TableName, Mapping[str, Counter]]
    catalog: Catalog | None
    hints: SampleHints

    def kept(self, plan: Plan) -> Plan:
        """Return the plan with every check kept by what its columns hold.

        Raises
        ------
        SamplePlanError
            If one cannot be kept; ``where`` names it.
        """
        plain = trial.with_patterns(plan, self.checks, self.distinct)
        cased = with_cases(plain, self.facts, self.checks, self.catalog)
        try:
            return self._tried(cased)
        except SamplePlanError as refusal:
            everywhere = with_cases(cased, self.facts, self.checks, self.catalog, everywhere=True)
            if everywhere is cased:
                raise
            try:
                return self._tried(everywhere)
            except SamplePlanError:
                raise refusal from None

    def _tried(self, plan: Plan) -> Plan:
        """Return the plan with pools and odd values, tried."""
        result = self._pooled(plan)
        result = with_edges(result, self.hints, self.facts, self.checks, self.distinct, self.judge)
        asking.verify(result)
        try:
            self._verify(result)
        except Broken as refusal:  # a check that seemed to be kept by construction
            return self._thorough(result, refusal)
        return result

    def _thorough(self, plan: Plan, refusal: Broken) -> Plan:
        """Return the plan with all checks looked at; if that breaks others, with just those that were broken."""
        try:
            return self._verified(self._pooled(plan, tuple(plan.tables)))
        except SamplePlanError as error:
            first = error
        broken: set[TableName] = set()
        while True:
            found = next((name for name in plan.tables if refusal.where.startswith(".".join(name) + ".")), None)
            if found is None or found in broken:
                raise first
            broken.add(found)
            try:
                return self._verified(self._pooled(plan, broken))
            except Broken as error:
                refusal = error
            except SamplePlanError:
                raise first from None

    def _verified(self, plan: Plan) -> Plan:
        asking.verify(plan)
        self._verify(plan)
        return plan

    def _verify(self, plan: Plan) -> None:
        trial.verify(plan, self.facts, self.checks, self.judge)

    def _pooled(self, plan: Plan, thorough: Collection[TableName] = ()) -> Plan:
        return with_pools(plan, self.facts, self.checks, self.judge, self.distinct, self.catalog, thorough=thorough)
