"""The part of a project in a notebook that makes rows: plans, fills, files, parts of other databases, violations."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from designer_kernel.notebook.progress import bar
from designer_kernel.notebook.results import Said
from designer_kernel.studio.reaching import reached

if TYPE_CHECKING:
    import pandas as pd

    from designer_kernel.design.sample_hints import SampleHints
    from designer_kernel.sample import Plan
    from designer_kernel.sample.files.writing import Format, Written
    from designer_kernel.sample.subset import Subset
    from designer_kernel.sample.violations import Violations
    from designer_kernel.studio.filled import Filled
    from designer_kernel.studio.project import ProjectSession


class SamplesProject:
    """Sample data of a project: what would be made, what was made, and from what."""

    session: ProjectSession

    def fill(self, rows: Mapping[str, int] | None = None, *, url: str | None = None, **options: Any) -> Filled:
        """Fill the target with sample data: ``fill({"orders": 10_000}, seed=7)``; same seed, same rows.

        ``replace=True`` empties the tables that are filled; `rows_to_replace` says before what that removes.

        Parameters
        ----------
        rows
            Rows of some tables; what they need is raised to believable proportions, all others stay as usual.
        url
            Another database than the project's `target`.
        options
            ``seed``, ``scale`` (of the usual numbers), ``until`` (a date), ``tables`` (only these, and what they need);
            ``mode``: "refuse", "replace", "append" or "top up" where there are rows; ``hints`` in place of
            `sample_hints`, or a ``plan``; ``triggers="run"``; ``connections=2``, ``resumable=True``, ``resume=True``;
            ``unlogged=True``; ``client`` of dask.distributed; ``cancel``, a `threading.Event`. What each means stands
            at `designer_kernel.sample.fill`.
        """
        with bar("filling") as progress, reached(self.session, url) as place:
            return self.session.fill(rows, url=place, progress=progress, **options)

    @property
    def fills(self) -> pd.DataFrame:
        """Every fill of the project as a job: status, target, rows by table, times, error and what was asked for."""
        found: pd.DataFrame = self.session.fills.to_frame()
        return found

    def write_rows(
        self, folder: str | Path, rows: Mapping[str, int] | None = None, *, format: Format = "parquet", **options: Any
    ) -> Written:
        """Write the rows that `fill` would load to files: Parquet, CSV, or a script for psql; nothing is loaded."""
        with bar("writing") as progress:
            return self.session.write_rows(folder, rows, format=format, progress=progress, **options)

    def abandon_fill(self, url: str | None = None) -> Said:
        """Undo a fill in parts that was killed: its rows go, constraints come back. ``fill(resume=True)`` goes on."""
        undone = self.session.abandon_fill(url)
        return Said("no fill is under way" if undone is None else f"undone: {undone}")

    def sample_plan(self, rows: Mapping[str, int] | None = None, *, url: str | None = None, **options: Any) -> Plan:
        """Return what `fill` would do: look at it, ``plan.preview("orders")``, edit ``plan.to_yaml()``, and fill by it.

        ``fill(plan=…)`` takes the plan, its text, or the path of a file. `sample_hints` are what it is made from.
        """
        return self.session.sample_plan(rows, url=url, **options)

    @property
    def sample_hints(self) -> SampleHints | None:
        """What the design says of sample data; set it to a mapping, YAML text, or ``None``."""
        return self.session.design.sample

    @sample_hints.setter
    def sample_hints(self, value: SampleHints | Mapping[str, Any] | str | None) -> None:
        from designer_kernel.design.edits import SetSampleHints
        from designer_kernel.sample.document.hints import read

        self.session.apply(SetSampleHints(hints=read(value) if value is not None else None))

    def learn(self, url: str, **options: Any) -> SampleHints:
        """Return hints like a real database, from its statistics: ``project.sample_hints = project.learn("live")``.

        No row is read. What was taken, and what was not since it may be personal, is said.
        """
        found = self.session.learned(url, **options)
        for note in found.notes:
            print(note)
        return found.hints

    def subset(self, source: str, root: str, *, url: str | None = None, **options: Any) -> Subset:
        """Take a part of a database that stands by itself into the target, with what is personal replaced.

        ``subset("live", "orders WHERE placed > '2025-01-01'", rows=1000, children=["order_items"],
        personal=["users.email"])``
        """
        with bar("taking") as progress:
            return self.session.subset(source, root=root, url=url, progress=progress, **options)

    def violations(self, url: str | None = None, *, tables: Sequence[str] | None = None) -> Violations:
        """Try each constraint with a row that just satisfies it and one that just breaks it; say which do not work.

        By default of the design, in a scratch database; of the database of ``url`` instead, on its own server.
        """
        with bar("trying constraints") as progress:
            return self.session.violations(url, tables=tables, progress=progress)

    def rows_to_replace(self, url: str | None = None) -> dict[str, int]:
        """Return how many rows ``fill(replace=True)`` would remove, by table."""
        return self.session.rows_to_replace(url)
