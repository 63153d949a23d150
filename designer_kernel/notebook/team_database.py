"""What is deployed of a team's project where the team has its databases: ``project.team``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from designer_kernel.errors import DesignerError
from designer_kernel.notebook import display
from designer_kernel.notebook.progress import bar
from designer_kernel.notebook.results import Ddl, Said
from designer_kernel.studio.team import deploying, filling, fills
from designer_kernel.studio.team.session import SharedSession

if TYPE_CHECKING:
    import pandas as pd

    from designer_kernel.studio.project import ProjectSession
    from designer_kernel.studio.team.deploying import RoomDriftView


class RoomDrift:
    """How the team's database differs from what was deployed there; false if it does not."""

    def __init__(self, found: RoomDriftView, name: str) -> None:
        self.found = found
        self._name = name

    def __bool__(self) -> bool:
        return bool(self.found.differences)

    def __len__(self) -> int:
        return len(self.found.differences)

    def to_frame(self) -> pd.DataFrame:
        """Return the differences as a DataFrame: object, change, field, meant, found."""
        import pandas as pd

        columns = ["object", "change", "field", "meant", "found"]
        return pd.DataFrame([asdict(one) for one in self.found.differences], columns=columns)

    def __repr__(self) -> str:
        lines = [f"{one.change}: {one.object} {one.field}".rstrip() for one in self.found.differences]
        return "\n".join([*lines, self._words()])

    def _repr_html_(self) -> str:
        rows = [(one.change, one.object, one.field, one.meant, one.found) for one in self.found.differences]
        body = display.table(("", "object", "field", "deployed", "found"), rows, code=(1, 3, 4)) if rows else ""
        return display.card(f"Drift of {self._name}", body, display.note(self._words(), "" if rows else "good"))

    def _words(self) -> str:
        revision, now = self.found.revision, self.found.now
        later = f"; the project is at revision {now} now" if now != revision else ""
        if not self:
            return f"the team's database is as revision {revision} was deployed{later}"
        return f"project.team.deploy() takes it back to the design{later}"


class TeamPlan(Ddl):
    """The SQL that a deployment would run; an empty one, which is false, is shown as nothing to do."""

    __slots__ = ()

    def __repr__(self) -> str:
        return super().__repr__() if self else "nothing to do"

    def _repr_html_(self) -> str:
        return super()._repr_html_() if self else display.note(repr(self), "good")


class TeamDatabase:
    """A team's project in the team's database: a schema of its own, under the role of its workspace.

    ``project.deploy()`` and ``project.fill()`` are for a database of one's own, to try things.
    """

    def __init__(self, session: SharedSession) -> None:
        self._session = session

    def plan(self, *, leave_out: bool = False) -> Ddl:
        """Return what `deploy` would run now. Nothing is changed.

        Parameters
        ----------
        leave_out
            Whether to leave out what a schema of its own cannot hold: roles, privileges, extensions.
        """
        found = self._session.ask(deploying.preview, leave_out=leave_out)
        losses = [f"-- loses rows or values, unless allow={[loss]!r}" for loss in found.losses]
        left = [f"-- left out: {one}" for one in found.left_out]
        return TeamPlan("\n".join([*losses, *left, *(f"{statement};" for statement in found.statements)]))

    def deploy(self, *, allow: Collection[str] = (), leave_out: bool = False) -> Said:
        """Take the team's database to what the project is now: all of it, or nothing.

        Parameters
        ----------
        allow
            Names of what may lose rows or values, as `plan` tells them.

        Raises
        ------
        LossRefused
            If rows or values would be lost that are not allowed.
        DesignerError
            If PostgreSQL refuses it.
        """
        with bar("deploying"):
            done = self._session.ask(deploying.deploy, allow=tuple(allow), leave_out=leave_out)
        left = [f"left out: {one}" for one in done.left_out]
        what = f"{len(done.statements)} statements run" if done.statements else "nothing to do"
        return Said("\n".join([f"revision {done.revision} in the team's database: {what}", *left]))

    def drift(self) -> RoomDrift:
        """Return what was changed in the team's database since the project was last deployed there.

        Raises
        ------
        DesignerError
            If nothing of it is deployed.
        """
        found = self._session.ask(deploying.drift)
        if found.revision is None:
            raise DesignerError(
                "nothing of this project is deployed to the team's database",
                where=self._session.name,
                mend="project.team.deploy(); of another database: project.drift(url)",
            )
        return RoomDrift(found, self._session.name)

    def deployments(self) -> pd.DataFrame:
        """Return the deployments, the newest first."""
        import pandas as pd

        rows = self._session.ask(deploying.deployments)
        found = [(row.at, row.who, row.status, row.from_revision, row.to_revision) for row in rows]
        return pd.DataFrame(found, columns=["at", "who", "status", "from_revision", "to_revision"])

    def fill(
        self,
        rows: Mapping[str, int] | None = None,
        *,
        scale: float | None = None,
        seed: int | None = None,
        mode: str = "refuse",
    ) -> Said:
        """Fill what is deployed with believable rows: all of them, or none.

        Parameters
        ----------
        rows
            How many rows, by table; the others in proportion.
        mode
            ``refuse`` if there are rows already, or ``replace`` them.

        Raises
        ------
        DesignerError
            If the rows cannot be made.
        """
        config: dict[str, Any] = {"rows": dict(rows) if rows else None, "scale": scale, "seed": seed, "mode": mode}
        with bar("filling") as progress:
            done = filling.fill(self._session, config, progress)
        counts = ", ".join(f"{count:,} {table.rpartition('.')[2]}" for table, count in done.counts.items())
        return Said("\n".join([f"{done.rows:,} rows in the team's database: {counts}", *done.notes]))

    def fills(self) -> pd.DataFrame:
        """Return the fills, the newest first."""
        import pandas as pd

        found = self._session.ask(fills.of_project)
        columns = ["created_at", "completed_at", "who", "status", "rows", "rows_total", "error"]
        return pd.DataFrame([[getattr(one, name) for name in columns] for one in found], columns=columns)

    def __repr__(self) -> str:
        return f"the team's database of {self._session.name}: plan(), deploy(), drift(), fill(), deployments(), fills()"

    def _repr_html_(self) -> str:
        words = "plan(), deploy(), drift(), fill(), deployments(), fills()"
        return display.card(self._session.name, display.note(words), subtitle="in the team's database")


def team_of(session: ProjectSession) -> TeamDatabase:
    """Return the team's database of a project.

    Raises
    ------
    DesignerError
        If the project is in a file.
    """
    if not isinstance(session, SharedSession):
        raise DesignerError(
            "a project in a file has no team",
            where=session.name,
            mend="dk.open('team:workspace/project')",
        )
    return TeamDatabase(session)
