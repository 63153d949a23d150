"""The part of a project that changes a database as the design changes: plan, prove, apply, roll back."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from designer_kernel.migrate import records
from designer_kernel.migrate.apply import Applied, apply, resume
from designer_kernel.migrate.gate import check_allowed
from designer_kernel.migrate.migration import Migration
from designer_kernel.migrate.rollback import rollback
from designer_kernel.postgres import target
from designer_kernel.postgres.connection import connect
from designer_kernel.studio.answers import OpenQuestions
from designer_kernel.studio.author import whoever
from designer_kernel.studio.database import Progress, UsesDatabase
from designer_kernel.studio.planning import Planned, plan_between
from designer_kernel.studio.proving import proved
from designer_kernel.studio.recording import Known, deployment_of, known_of
from designer_kernel.studio.rolling_back import plan_back
from designer_kernel.studio.states import State, absent, database, state_of_design
from designer_kernel.studio.versioning import HasVersions

if TYPE_CHECKING:
    from designer_kernel.migrate.records import Record
    from designer_kernel.postgres.deploy import Deployment


class Migrates(UsesDatabase, HasVersions):
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
        version: int = 0,
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
    ) -> Planned:
        """Return the plan from the target, or the database of ``url``, to the design. Nothing is changed.

        Objects of the target that no version of the design ever held are left alone, unless ``exact``. What was left
        out when the design was deployed stays out. The other options are those of
        `designer_kernel.studio.planning.plan_between`.

        Parameters
        ----------
        version
            A version of the design to plan to, instead of the design as it is now.

        Raises
        ------
        DesignerError
            As `designer_kernel.studio.planning.plan_between`.
        """
        design = self.design_at(version) if version else self.design
        known_version = self.versions.of_design(design)
        after = state_of_design(design, number=known_version.number if known_version else 0)
        before, known = self._target_state(url)
        return plan_between(
            before,
            after,
            name=name,
            online=online,
            salvage=salvage,
            renames=renames,
            using=using,
            fill=fill,
            exact=exact,
            managed=known.managed,
            left_out=known.left_out,
            trusted=trusted,
            allow_missing=allow_missing,
            progress=progress,
            cancel=cancel,
        )

    def plan_rollback(
        self,
        url: str | None = None,
        *,
        to: int | None = None,
        trusted: bool = False,
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
    ) -> Planned:
        """Return the plan back: of the last migration of the target, or of all since a version.

        A version that was never applied there is planned to like any other state. What was salvaged comes back.

        Parameters
        ----------
        to
            The number of a version of the design.

        Raises
        ------
        UnknownObject
            If there is nothing to undo, or no such version.
        """
        address = self.url(url)
        back = plan_back(address, to, trusted=trusted, progress=progress, cancel=cancel)
        if back is not None:
            return back
        assert to is not None
        name = f"back to version {to}"
        return self.plan(address, version=to, name=name, trusted=trusted, progress=progress, cancel=cancel)

    def prove(
        self,
        planned: Planned | Migration,
        rows: int = 20,
        *,
        url: str | None = None,
        trusted: bool = False,
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
    ) -> Planned:
        """Return a plan with its proof, made in shadow databases; the target is not touched."""
        return proved(planned, rows, url=url, trusted=trusted, progress=progress, cancel=cancel)

    def apply_plan(
        self,
        planned: Planned | Migration,
        url: str | None = None,
        *,
        proof: str,
        allow: Iterable[str] = (),
        by: str = "",
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
    ) -> Applied:
        """Apply a proved plan to the target, or the database of ``url``, and record it there.

        A design that is applied without a version gets one.

        Parameters
        ----------
        proof
            The hash of the proof, as whoever looked at it knows it.
        allow
            What may lose rows or values, by name.
        by
            Who does it, for the record.

        Raises
        ------
        OpenQuestions
            If something of the plan is not answered.
        NotProved, LossRefused, TargetChanged, StatementFailed, Cancelled
            See `designer_kernel.migrate.apply.apply`.
        """
        if isinstance(planned, Migration):
            planned = Planned(planned)
        if planned.questions:
            first = planned.questions[0]
            more = f", and {len(planned.questions) - 1} more" if len(planned.questions) > 1 else ""
            raise OpenQuestions(f"{first}{more}", where=planned.migration.name, mend=f"plan again with {first.answer}")
        made, allowed = planned.migration, tuple(allow)
        made.check_proof(proof)
        check_allowed(made.plan, allowed)
        address, who = self.url(url), by or whoever()
        if planned.ways:
            ways = planned.ways
            return rollback(address, ways=ways, allow=allowed, by=who, progress=progress, cancel=cancel)[-1]
        if planned.design is not None:
            version = self.version_of(planned.design, f"applied: {made.name}")
            made = replace(made, number=version.number, design=version.design_hash)
        return apply(
            made, address, proof=proof, allow=allowed, by=who, progress=progress, cancel=cancel, undoes=planned.undoes
        )

    def resume(
        self, url: str | None = None, *, progress: Progress | None = None, cancel: threading.Event | None = None
    ) -> Applied:
        """Go on with the migration in stages that the target is in the middle of.

        Raises
        ------
        UnknownObject
            If there is none.
        """
        return resume(self.url(url), progress=progress, cancel=cancel, by=whoever())

    def rollback(
        self,
        url: str | None = None,
        *,
        to: int | None = None,
        proof: str,
        allow: Iterable[str] = (),
        trusted: bool = False,
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
    ) -> Applied:
        """Roll the target back, by the proof of `plan_rollback`: the plan is made and proved again, and is the same.

        Raises
        ------
        NotProved
            If the plan is another one by now.
        """
        planned = self.plan_rollback(url, to=to, trusted=trusted, progress=progress, cancel=cancel)
        if planned.migration.proof is None:
            planned = self.prove(planned, trusted=trusted, progress=progress, cancel=cancel)
        return self.apply_plan(planned, url, proof=proof, allow=allow, progress=progress, cancel=cancel)

    def migrations(self, url: str | None = None) -> list[Record]:
        """Return what the target remembers, the oldest first; looking makes no database.

        Raises
        ------
        ServerUnavailable, RecordsUnusable
            If it cannot be asked.
        """
        place = url or self.target
        if not target.is_url(place) and not target.exists(place):
            return []
        with connect(target.resolve(place, create=False), autocommit=True) as connection:
            return records.history(connection)

    def deploy(
        self,
        url: str | None = None,
        *,
        allow_missing: bool = False,
        progress: Progress | None = None,
        cancel: threading.Event | None = None,
    ) -> Deployment:
        """Create in the target what the design means, in one transaction, and remember that there.

        A design that is deployed without a version gets one. For the rest see `UsesDatabase.deploy`.
        """
        from designer_kernel.postgres.deploy import deploy

        design = self.design
        place = url or self.target
        recording = deployment_of(lambda: self.version_of(design, f"deployed to {target.database_name(place)}"), design)
        return deploy(design, place, allow_missing=allow_missing, recording=recording, progress=progress, cancel=cancel)

    def _target_state(self, url: str | None) -> tuple[State, Known]:
        """Return what the target holds, and what it remembers; one that does not exist yet is empty."""
        place = url or self.target
        if not target.is_url(place) and not target.exists(place):
            return absent(place), Known()
        state = database(place)
        assert state.url is not None
        known = known_of(state.url, self.versions)
        return replace(state, design=known.design), known
