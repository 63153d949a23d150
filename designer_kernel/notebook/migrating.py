"""The part of a project in a notebook that changes databases, and that remembers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from designer_kernel.notebook.comparisons import ComparisonView
from designer_kernel.notebook.drifts import DriftView
from designer_kernel.notebook.plans import PlanView
from designer_kernel.notebook.progress import bar
from designer_kernel.notebook.results import Said
from designer_kernel.studio.reaching import reached

if TYPE_CHECKING:
    import pandas as pd

    from designer_kernel.migrate.apply import Applied
    from designer_kernel.studio.project import ProjectSession

_VERSION = ("number", "message", "who", "when", "design_hash", "catalog_hash")
_MIGRATION = (
    "id", "version", "name", "direction", "mode", "success", "applied_at", "duration", "by", "rolled_back_at", "error",
)  # fmt: skip
_SALVAGED = ("id", "kind", "path", "rows", "definition", "salvaged_at", "restored_at", "purged_at")
_CHANGE = ("when", "who", "revision", "origin", "label")


class MigratesProject:
    """Plans, versions, history and drift of a project."""

    session: ProjectSession

    def plan(self, target: str | None = None, **options: Any) -> PlanView:
        """Return the plan from the target, or another database, to the design; nothing is changed.

        Parameters
        ----------
        target
            The URL or name of another database than the project's `target`, or ``connection:NAME``.
        options
            ``online=True`` for stages that let others work; ``renames``, ``using`` and ``fill`` answer questions:
            ``renames={"shop.customers.name": "full_name"}``, or ``"no"``; ``exact=True`` for dropping what the design
            never held; ``version=3`` for an earlier design; ``name``, ``salvage``, ``trusted``, ``allow_missing``.
        """
        with bar("planning") as progress, reached(self.session, target, write=False) as place:
            return PlanView(self.session.plan(place, progress=progress, **options), self.session, target)

    def rollback(self, target: str | None = None, *, to: int | None = None, **options: Any) -> PlanView:
        """Return the plan back, of the last migration or of all since version ``to``; prove and apply it."""
        with bar("planning") as progress, reached(self.session, target, write=False) as place:
            back = self.session.plan_rollback(place, to=to, progress=progress, **options)
            return PlanView(back, self.session, target)

    def resume(self, target: str | None = None) -> Applied:
        """Go on with the migration in stages that the target is in the middle of."""
        with bar("applying") as progress, reached(self.session, target) as place:
            return self.session.resume(place, progress=progress)

    def drift(self, target: str | None = None) -> DriftView:
        """Return what was changed in the target behind our back: ``.adopt()``, ``.revert()`` or ``.ignore()`` it.

        ``target`` is the URL or name of another database, or ``connection:NAME``; ``project.team.drift()`` tells of the
        team's own.
        """
        with reached(self.session, target, write=False) as place:
            return DriftView(self.session.drift(place), self.session, target)

    @property
    def migrations(self) -> pd.DataFrame:
        """What was applied to the target, as it remembers it itself."""
        import pandas as pd

        with reached(self.session, write=False) as place:
            rows = [[getattr(record, name) for name in _MIGRATION] for record in self.session.migrations(place)]
        return pd.DataFrame(rows, columns=list(_MIGRATION))

    @property
    def salvaged(self) -> pd.DataFrame:
        """What the target keeps of all that went: brought back by `restore_salvaged`, deleted by `purge_salvaged`."""
        import pandas as pd

        with reached(self.session, write=False) as place:
            rows = [[getattr(one, name) for name in _SALVAGED] for one in self.session.salvaged(place)]
        return pd.DataFrame(rows, columns=list(_SALVAGED))

    def restore_salvaged(self, number: int, *, into: str | None = None) -> Said:
        """Bring salvaged rows or values back where they were, or ``into`` a new table."""
        return Said(f"{self.session.restore_salvaged(number, into=into):,} rows are back")

    def purge_salvaged(self, *numbers: int) -> Said:
        """Delete salvaged rows for good, by their numbers."""
        return Said(f"{self.session.purge_salvaged(numbers):,} rows are gone for good")

    @property
    def versions(self) -> pd.DataFrame:
        """The versions of the design: number, message, who, when, and the hashes of the design and of its catalog."""
        import pandas as pd

        rows = [[getattr(version, name) for name in _VERSION] for version in self.session.versions]
        return pd.DataFrame(rows, columns=list(_VERSION))

    @property
    def change_log(self) -> pd.DataFrame:
        """Every change that was made to the project, in whatever session, with undo and redo."""
        import pandas as pd

        rows = [[entry.get(name) for name in _CHANGE] for entry in self.session.change_log]
        return pd.DataFrame(rows, columns=list(_CHANGE))

    def save_version(self, message: str = "") -> Said:
        """Keep the design as it is now as the next version."""
        version = self.session.save_version(message)
        return Said(f"version {version.number} is kept in {version.path.parent.name}")

    def set_back(self, number: int) -> Said:
        """Make the design of a version the design again; ``undo`` takes it back. The target stays as it is."""
        done = self.session.set_back(number)
        return Said(f"the design is version {number} again; undo() takes it back" if done else "it is already")

    def compare(self, before: int = 0, after: int = 0) -> ComparisonView:
        """Return what differs between two versions, in words and as a diagram; 0 is the design as it is now."""
        return ComparisonView(self.session.compare(before, after))
