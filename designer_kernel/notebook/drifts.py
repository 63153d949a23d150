"""What was changed in a target behind our back, in a notebook: shown, and adopted, reverted or ignored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from designer_kernel.notebook import display
from designer_kernel.notebook.plans import PlanView
from designer_kernel.notebook.progress import bar
from designer_kernel.notebook.results import Said
from designer_kernel.studio.reaching import reached

if TYPE_CHECKING:
    import pandas as pd

    from designer_kernel.design.refresh import Answer
    from designer_kernel.migrate.drift import Drift
    from designer_kernel.studio.project import ProjectSession

_STYLES = {"extra": "info", "changed": "warning", "missing": "error"}


class DriftView:
    """How a target differs from what its last record says; false if it does not."""

    def __init__(self, found: Drift | None, session: ProjectSession, url: str | None = None) -> None:
        self.drift = found
        self._session = session
        self._url = url

    def __bool__(self) -> bool:
        return self.drift is not None and not self.drift.is_clean

    def __len__(self) -> int:
        return 0 if self.drift is None else len(self.drift.differences)

    def adopt(self, *, decide: Mapping[str, Answer] | None = None) -> Said:
        """Take what was changed into the design, in one step that ``undo`` takes back, and note it in the target."""
        with bar("adopting") as progress, reached(self._session, self._url) as place:
            done = self._session.adopt_drift(place, decide=decide, progress=progress)
        told = [f"{what}: {name}" for what, names in (("added", done.added), ("changed", done.changed),
                ("removed", done.removed)) for name in names]  # fmt: skip
        return Said("\n".join(["the design is as the target now; undo() takes it back", *told]))

    def revert(self) -> PlanView:
        """Return the plan back to what was last applied; prove and apply it."""
        with bar("planning") as progress, reached(self._session, self._url, write=False) as place:
            return PlanView(self._session.revert_drift(place, progress=progress), self._session, self._url)

    def ignore(self, *names: str) -> Said:
        """Let what was changed count no more: all of it, or what is named."""
        with reached(self._session, self._url) as place:
            self._session.ignore_drift(place, names or None)
        return Said("it is not told any more; heed() tells it again")

    def heed(self, *names: str) -> Said:
        """Let what was ignored count again: all of it, or what is named."""
        with reached(self._session, self._url) as place:
            self._session.heed_drift(place, names or None)
        return Said("it is told again")

    def to_frame(self) -> pd.DataFrame:
        """Return the differences as a DataFrame: object, change, field, recorded, found."""
        import pandas as pd

        found = () if self.drift is None else self.drift.differences
        rows = [(str(d.id), d.change, d.field, *_values(d.change, d.ours, d.theirs)) for d in found]
        return pd.DataFrame(rows, columns=["object", "change", "field", "recorded", "found"])

    def __repr__(self) -> str:
        return _NOTHING if self.drift is None else f"{self.drift}\n{_CHOICE}" if self else str(self.drift)

    def _repr_html_(self) -> str:
        if self.drift is None:
            return display.card("Drift", display.note(_NOTHING))
        said = f"since {self.drift.record.name}, {self.drift.record.applied_at:%Y-%m-%d %H:%M}"
        if not self:
            return display.card("Drift", display.note("nothing was changed behind our back", "good"), subtitle=said)
        rows = (
            (display.Styled(d.change, _STYLES[d.change]), str(d.id), d.field, *_values(d.change, d.ours, d.theirs))
            for d in self.drift.differences
        )
        table = display.table(("", "object", "field", "recorded", "found"), rows, code=(1, 3, 4))
        return display.card("Drift", table, display.note(_CHOICE), subtitle=said)


_NOTHING = "nothing was ever applied to the target, so nothing says what it should hold"
_CHOICE = "adopt() takes it into the design, revert() plans the way back, ignore() tells it no more"


def _values(change: str, ours: object, theirs: object) -> tuple[str, str]:
    return (str(ours), str(theirs)) if change == "changed" else ("", "")
