"""The part of a project that changes a database as the design changes: plan, prove, apply, roll back."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import TYPE_CHECKING

from designer_kernel.errors import DesignerError
from designer_kernel.migrate.migration import Migration
from designer_kernel.studio.database import Progress, UsesDatabase
from designer_kernel.studio.planning import Planned, plan_between
from designer_kernel.studio.proving import proved
from designer_kernel.studio.states import State, database, state_of_design

if TYPE_CHECKING:
    pass


class OpenQuestions(DesignerError):
    """A plan with questions that only a person can answer."""

    code = "open_questions"


class Migrates(UsesDatabase):
    """The part of a project that migrates its target."""

    def plan(
        self,
        url: str | None = None,
        *,
        name: str = "",
        online: bool = False,
        salvage: bool = True,
        renames: Mapping[str, str] | None = None,
        using: Mapping[str, str] | None = None,
        fill: Mapping[str, str] | None = None,
        exact: bool = False,
        trusted: bool = False,
        allow_missing: bool = False,
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
    ) -> Planned:
        """Return the plan from the target, or the database of ``url``, to the design. Nothing is changed.

        Objects of the target that no version of the design ever held are left alone, unless ``exact``. The options are
        those of `designer_kernel.studio.planning.plan_between`.
        """
        after = state_of_design(self.design)
        before = self._state_of_target(url, after)
        return plan_between(
            before,
            after,
            name=name or after.label,
            online=online,
            salvage=salvage,
            renames=renames,
            using=using,
            fill=fill,
            exact=exact,
            trusted=trusted,
            allow_missing=allow_missing,
            progress=progress,
            cancel=cancel,
        )

    def prove(
        self,
        planned: Planned | Migration,
        rows: int = 20,
        *,
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
    ) -> Planned:
        """Return a plan with its proof, made in shadow databases; the target is not touched."""
        return proved(planned, rows, progress=progress, cancel=cancel)

    def _state_of_target(self, url: str | None, after: State) -> State:
        return database(self.url(url))
