"""Carrying out what views ask about changing a database."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from designer_widgets import migration_documents as documents
from designer_widgets import migration_intents as intents

if TYPE_CHECKING:
    from designer_kernel.design import Design
    from designer_kernel.diagram.comparison import Compared
    from designer_kernel.studio.project import ProjectSession
    from designer_widgets.intent_bases import Intent
    from designer_widgets.migration_work import MigrationWork

Answer = dict[str, Any]


class MigrationHands:
    """The hands of one widget for migrations and versions; ``hands`` says which intent is whose."""

    def __init__(self, session: ProjectSession, work: MigrationWork) -> None:
        self._session = session
        self._work = work
        self.hands: Mapping[type[Intent], Callable[[Any], Answer]] = {
            intents.PlanMigration: self._plan,
            intents.PlanRollback: self._plan_rollback,
            intents.ProveMigration: self._prove,
            intents.ApplyMigration: self._apply,
            intents.LeavePlan: self._leave,
            intents.RollBack: self._roll_back,
            intents.ReadHistory: self._read_history,
            intents.AdoptDrift: self._adopt_drift,
            intents.RevertDrift: self._revert_drift,
            intents.IgnoreDrift: self._ignore_drift,
            intents.SaveVersion: self._save_version,
            intents.ListVersions: self._list_versions,
            intents.CompareVersions: self._compare_versions,
        }

    def _plan(self, intent: intents.PlanMigration) -> Answer:
        self._work.plan(intent)
        return {}

    def _plan_rollback(self, intent: intents.PlanRollback) -> Answer:
        self._work.plan_rollback(intent.number)
        return {}

    def _prove(self, intent: intents.ProveMigration) -> Answer:
        self._work.prove(intent.key)
        return {}

    def _apply(self, intent: intents.ApplyMigration) -> Answer:
        self._work.apply(intent)
        return {}

    def _leave(self, _intent: intents.LeavePlan) -> Answer:
        self._work.leave()
        return {}

    def _roll_back(self, _intent: intents.RollBack) -> Answer:
        self._work.roll_back()
        return {}

    def _read_history(self, _intent: intents.ReadHistory) -> Answer:
        self._work.read_history()
        return {}

    def _adopt_drift(self, _intent: intents.AdoptDrift) -> Answer:
        self._work.adopt_drift()
        return {}

    def _revert_drift(self, _intent: intents.RevertDrift) -> Answer:
        self._work.plan_revert()
        return {}

    def _ignore_drift(self, _intent: intents.IgnoreDrift) -> Answer:
        self._work.ignore_drift()
        return {}

    def _save_version(self, intent: intents.SaveVersion) -> Answer:
        version = self._session.save_version(intent.message)
        return {"number": version.number, "versions": documents.versions_document(self._session.versions)}

    def _list_versions(self, _intent: intents.ListVersions) -> Answer:
        return {"versions": documents.versions_document(self._session.versions)}

    def _compare_versions(self, intent: intents.CompareVersions) -> Answer:
        from designer_kernel.diagram.comparison import compared

        before, after = (self._design(number) for number in (intent.before, intent.after))
        found = compared(before, after, only_changes=True)
        words = f"{found.added} added, {found.removed} removed, {found.changed} changed" if found else "they are equal"
        return {"words": words, "svg": self._drawn(found, intent) if found else ""}

    def _drawn(self, found: Compared, intent: intents.CompareVersions) -> str:
        from designer_kernel.diagram import svg

        names = [f"version {number}" if number else "as it is" for number in (intent.before, intent.after)]
        return svg.render(found.picture, theme=intent.theme, title=f"{self._session.name}: {' → '.join(names)}")

    def _design(self, number: int) -> Design:
        return self._session.design if number == 0 else self._session.design_at(number)
