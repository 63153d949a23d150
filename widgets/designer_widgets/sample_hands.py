"""Carrying out what views ask about sample data. Plans are made from the design; no server is asked for them."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from designer_kernel.design import edits
from designer_kernel.errors import UnknownObject
from designer_widgets import sample_documents as documents
from designer_widgets import sample_intents as intents

if TYPE_CHECKING:
    from designer_kernel.sample import Plan
    from designer_kernel.studio.project import ProjectSession
    from designer_widgets.database_work import DatabaseWork
    from designer_widgets.intent_bases import Intent
    from designer_widgets.work import Progress, Work

Answer = dict[str, Any]


class SampleHands:
    """The hands of one widget for sample data; ``hands`` says which intent is whose."""

    def __init__(self, session: ProjectSession, work: Work, database: DatabaseWork) -> None:
        self._session = session
        self._work = work
        self._database = database
        self._planned: tuple[int, Plan] | None = None
        self.hands: Mapping[type[Intent], Callable[[Any], Answer]] = {
            intents.PlanSample: self._plan,
            intents.PreviewSample: self._preview,
            intents.HintSample: self._hint,
            intents.ReportSample: self._report,
        }

    def _current(self) -> Plan:
        """Return the plan of the design as it is now, made once for each revision."""
        from designer_kernel.studio import sampling

        revision = self._session.revision
        if self._planned is None or self._planned[0] != revision:
            design = self._session.design
            plan = sampling.drawn_plan(design, {}, None, sampling.hints_for(design, None), None, {})
            self._planned = (revision, plan)
        return self._planned[1]

    def _plan(self, _intent: intents.PlanSample) -> Answer:
        return {"plan": documents.plan_document(self._current(), self._session.design.sample)}

    def _preview(self, intent: intents.PreviewSample) -> Answer:
        from designer_kernel.sample.document.shown import table_of

        plan = self._current()
        return {"table": documents.table_document(plan, table_of(plan, intent.table), intent.rows, intent.start)}

    def _hint(self, intent: intents.HintSample) -> Answer:
        """Change the hints; a plan that cannot be made of them refuses them before they are kept."""
        from designer_kernel.sample.document.hints import read
        from designer_kernel.studio import sampling

        design = self._session.design
        data = design.sample.to_data() if design.sample is not None else {}
        place = data
        if intent.table is not None:
            tables = data.setdefault("tables", {})
            place = tables.setdefault(self._written(tables, intent.table), {})
        if intent.column is not None:
            place = place.setdefault("columns", {}).setdefault(intent.column, {})
        changes = dict(intent.changes)
        given = changes.pop("parameters", None)
        is_other = "provider" in changes and changes["provider"] != place.get("provider")
        if is_other or given is not None:
            for name in [name for name in place if name not in ("provider", "nulls", "edge_cases")]:
                del place[name]  # they were the other provider's parameters, or are all given anew
        place.update(changes)
        if isinstance(given, str) and intent.table is not None and intent.column is not None:
            place.update(self._parameters(intent.table, intent.column, given, is_named=bool(place.get("provider"))))
        hints = read(_said(data))
        plan = sampling.drawn_plan(design, {}, None, sampling.hints_for(design, hints), None, {})
        known = intent.revision if intent.revision is not None else self._session.revision
        self._session.apply(edits.SetSampleHints(hints=hints), base_revision=known)
        self._planned = (self._session.revision, plan)
        return self._plan(intents.PlanSample(id=intent.id, kind="plan_sample"))

    def _parameters(self, table: str, column: str, text: str, *, is_named: bool) -> dict[str, Any]:
        """Return the parameters in a text such as ``low: 1, high: 9``; of a provider chosen by itself, what differs."""
        from designer_kernel.sample.document.emit import column_data
        from designer_kernel.sample.document.hints import parsed
        from designer_kernel.sample.document.shown import table_of

        given = parsed("{" + text + "}", "parameters") if text.strip() else {}
        if is_named:
            return given
        planned = table_of(self._current(), table)
        known = documents.parameters_of(column_data(planned, planned.columns[column]))
        return {name: value for name, value in given.items() if known.get(name) != value}

    def _written(self, tables: Mapping[str, Any], name: str) -> str:
        """Return how hints name a table that may be there already under its plain name."""
        plain = name.rpartition(".")[2]
        if name not in tables and plain in tables:
            return plain
        return name if name in tables or not name.startswith("public.") else plain

    def _report(self, _intent: intents.ReportSample) -> Answer:
        filled = self._database.filled
        if filled is None:
            raise UnknownObject("nothing was filled here yet", mend="fill first")

        def job(progress: Progress, cancel: threading.Event) -> dict[str, Any]:
            report = filled.report()
            return {"words": str(report).splitlines()[0], "report": documents.report_document(report)}

        self._work.start("Comparing rows", job)
        return {}


def _said(data: Any) -> Any:
    """Return hints without what is ``None`` or empty: that is not said any more."""
    if not isinstance(data, dict):
        return data
    kept = {name: _said(value) for name, value in data.items() if value is not None}
    return {name: value for name, value in kept.items() if value != {}}
